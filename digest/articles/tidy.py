"""A text file as it was dropped in, to lines that read as text: tags, entities, quote marks."""

from __future__ import annotations

import html as entities
import re

from digest.articles.labels import label_of
from digest.markup import plain_text

_TAG = re.compile(
    r"</(?:p|div|h[1-6]|li|article|body|html|td|em|strong)\s?>|<br\s?/?>", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8}\d{0,2});", re.IGNORECASE)
_ANCHOR = re.compile(
    r"""<a\s[^<>]{0,500}?href\s?=\s?["']?(https?://[^\s<>"']{3,2000})[^<>]{0,500}>([^<>]{0,300})</a\s?>""",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^[ \t]{0,3}>[ \t]?", re.MULTILINE)
# Wide gaps part the entries of a line about the article; prose set in columns has none so wide.
_GAP = re.compile(r"(?<=[^\s:：])(?: {4,}|\t+)(?=\S)")
_FIELD = re.compile(
    r"\s{0,4}(?:\[(?P<bracketed>[^\W\d_][^\[\]=\t]{1,24})\]\s?|(?P<plain>[^\W\d_][^\[\]=\t:：]{1,24}?)\s{0,12}(?:=|\t+)\s{0,12})"
    r"(?P<value>\S.*)"
)
_HEADER = 16
_FEWEST_FIELDS = 2
_ENOUGH_TAGS = 3


def tidy(text: str) -> str:
    """The text without what comes from other formats.

    HTML that was saved as text loses its tags, entities become characters, a text that was
    quoted whole loses its marks. NUL characters are out.
    """
    text = text.replace("\0", "")
    if "<" in text and len(_TAG.findall(text[:100_000])) >= _ENOUGH_TAGS:
        text = plain_text(_ANCHOR.sub(_address, text), paragraphs=True)
    elif "&" in text:
        text = _ENTITY.sub(lambda entity: entities.unescape(entity[0]), text)
    if text.lstrip().startswith(">"):
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) > 2 and all(line.lstrip().startswith(">") for line in lines):
            text = _QUOTED.sub("", text)
    text = _with_colons(text)
    if "    " in text or "\t" in text:
        text = "\n".join(_with_bars(line) for line in text.split("\n"))
    return text


def _address(anchor: re.Match[str]) -> str:
    shown = anchor[2].strip()
    return f"{shown} ({anchor[1]})" if shown and "://" not in shown else anchor[1]


def _with_bars(line: str) -> str:
    bare = line.strip()
    if len(bare) > 200 or not any(char.isdigit() for char in bare) or len(bare) < 12:
        return line
    return _GAP.sub(" | ", bare)


def _with_colons(text: str) -> str:
    """The same, ``Title = …``, ``[Author] …`` and ``Date<tab>…`` written with a colon."""
    head, rest = text.split("\n")[:_HEADER], text.split("\n")[_HEADER:]
    found = [(_FIELD.fullmatch(line) if len(line) <= 400 else None) for line in head]
    fields = [
        match if match and label_of(f"{_label(match)}: {match['value']}") else None
        for match in found
    ]
    if sum(match is not None for match in fields) < _FEWEST_FIELDS:
        return text
    lines = [
        f"{_label(match)}: {match['value']}" if match else line
        for line, match in zip(head, fields, strict=True)
    ]
    return "\n".join([*lines, *rest])


def _label(match: re.Match[str]) -> str:
    return match["bracketed"] or match["plain"]
