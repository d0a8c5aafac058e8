"""Items in a document: the first words of one, and the list entries that are items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from digest.issue.inline import (
    Env,
    has_link,
    read_also,
    read_earlier,
    read_emphasis,
    read_identity,
    read_leading_link,
    skip_separator,
    without_comments,
)
from digest.issue.lines import trim_lines
from digest.model import Item, Link
from digest.urls import canonical_url

if TYPE_CHECKING:
    from markdown_it.token import Token

_MARKER = re.compile(r"[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]*")
_INDENT = re.compile(r"[ \t]*")


class Headline(NamedTuple):
    """What an item's first words say.

    ``rest`` is Markdown after the link that cannot be part of the title.
    """

    key: str
    title: str
    url: str | None
    rest: str = ""


class Blocks(NamedTuple):
    """One list entry: its lines [start, end), and its paragraphs as (first line, end, content).

    ``opens_with_text`` says that a paragraph is the first thing in it.
    """

    start: int
    end: int
    paragraphs: tuple[tuple[int, int, str], ...]
    opens_with_text: bool


def read_headline(content: str, env: Env) -> Headline | None:
    """The item that a heading names: by a link that it begins with, or an identity comment."""
    link = read_leading_link(content, env)
    rest = content[link.end :] if link else content
    identity = read_identity(rest, env)
    if link is None:
        if identity is None:
            return None
        title = without_comments(rest, env)
        return Headline(identity[0], title, None)
    key = identity[0] if identity else canonical_url(link.url)
    if key is None:
        return None
    rest = without_comments(rest, env)
    if not rest:
        return Headline(key, link.label, link.url)
    if has_link(rest, env):
        return Headline(key, link.label, link.url, rest)
    return Headline(key, f"{link.label} {rest}", link.url)


def split_list(tokens: Sequence[Token], at: int, start: int, end: int) -> list[Blocks]:
    """The entries of the list that opens at token ``at`` and takes the lines [start, end)."""
    level = tokens[at].level
    found: list[tuple[int, list[tuple[int, int, str]], bool]] = []
    is_first = False
    for index in range(at + 1, len(tokens)):
        token = tokens[index]
        if token.level <= level:
            break
        if token.level == level + 1 and token.nesting == 1 and token.map:
            found.append((token.map[0] if found else start, [], False))
            is_first = True
        elif token.level == level + 2 and token.nesting >= 0 and token.map:
            if token.type == "paragraph_open":
                first, paragraphs, opens = found[-1]
                paragraphs.append((token.map[0], token.map[1], tokens[index + 1].content))
                found[-1] = (first, paragraphs, opens or is_first)
            is_first = False
    ends = [entry[0] for entry in found[1:]] + [end]
    return [
        Blocks(first, until, tuple(paragraphs), opens)
        for (first, paragraphs, opens), until in zip(found, ends, strict=True)
    ]


def read_entry(entry: Blocks, lines: Sequence[str], env: Env) -> Item | None:
    """A list entry as an item, without its raw text; None when it begins with no link."""
    if not entry.opens_with_text:
        return None
    _, first_end, content = entry.paragraphs[0]
    first_line, _, others = content.partition("\n")
    link = read_leading_link(content, env)
    rest = content[link.end :] if link else first_line
    identity = read_identity(rest, env)
    if link is None and identity is None:
        return None
    key = identity[0] if identity else canonical_url(link.url if link else "")
    if key is None:
        return None
    if link is not None:
        title, url = link.label, link.url
        rest = f"{rest[: identity[1]]} {rest[identity[2] :]}" if identity else rest
    else:
        assert identity is not None
        title, url = rest[: identity[1]].strip(), None
        rest = "\n".join(part for part in (rest[identity[2] :], others) if part)
    byline, words = _after_link(rest, env)
    also, earlier, body = _other_lines(entry, first_end, lines, env)
    return Item(
        key=key,
        title=title,
        url=url,
        byline=byline,
        body="\n\n".join(part for part in (words, body) if part),
        also=also,
        earlier=earlier,
        form="list",
    )


def _after_link(rest: str, env: Env) -> tuple[str, str]:
    """Byline and text after an entry's link: ``— *byline* · text``, each where it stands."""
    rest = skip_separator(rest)
    emphasis = read_emphasis(rest, env, whole=False)
    if emphasis is None:
        return "", rest.strip()
    return emphasis[0].strip(), skip_separator(rest[emphasis[1] :]).strip()


def _other_lines(
    entry: Blocks, first_end: int, lines: Sequence[str], env: Env
) -> tuple[tuple[Link, ...], tuple[Link, ...], str]:
    """The links of "Also covered by:" and of "Earlier:", and all else after the first paragraph."""
    width = _width(_MARKER, lines[0])
    also: tuple[Link, ...] = ()
    earlier: tuple[Link, ...] = ()
    parts: list[str] = []
    at = first_end
    for start, end, content in entry.paragraphs[1:]:
        others = read_also(content, env)
        before = read_earlier(content, env) if others is None else None
        if others is not None or before is not None:
            also = (*also, *(others or ()))
            earlier = (*earlier, *(before or ()))
            parts.append(_dedent(lines[at - entry.start : start - entry.start], width))
            at = end
    parts.append(_dedent(lines[at - entry.start :], width))
    return also, earlier, "\n\n".join(part for part in parts if part)


def _dedent(lines: Sequence[str], width: int) -> str:
    return trim_lines("".join(_without_indent(line, width) for line in lines))


def _without_indent(line: str, width: int) -> str:
    indent = _INDENT.match(line)
    assert indent is not None
    columns = len(indent[0].expandtabs(4))
    return " " * max(0, columns - width) + line[indent.end() :]


def _width(pattern: re.Pattern[str], line: str) -> int:
    found = pattern.match(line)
    return len(found[0].expandtabs(4)) if found else 0
