"""Every name that an issue's files give to articles, as one text to be searched.

``digest why`` looks here before it opens an issue: what is asked for stands in this text
wherever the issue names it, so that the few issues that matter are all that is parsed. The
text may hold more than names; that costs a look and decides nothing.
"""

from __future__ import annotations

import html
import json
import re

FORMAT = 1
"""Goes up when the same files would give another text: what was kept counts no more."""

_FACTS = re.compile(r'"(?:title|url|key|id|input|guid|name)": "(.*)"')
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)")
# What an item can be: a link, or a title with an identity in a comment.
_ITEM = re.compile(r"[\[<]")
_HEADING = re.compile(r"### \[(.*)\]\((\S*)\)")
_MARKS = re.compile(r"[*~`\\]|<[^>]*>")
_MARKED = re.compile(r"[*_~`\\<&]")


def read_names(text: str, lock_text: str | None) -> str:
    """Names in issue.md and issue.lock: titles, addresses, guids, ids and inputs, casefolded."""
    names = dict.fromkeys(_in_lock(lock_text or ""))
    names.update(dict.fromkeys(_in_document(text, frozenset(names))))
    # Half of a surrogate pair, which an escape can stand for, is no text that can be kept.
    return "\n".join(names).casefold().encode("utf-8", "replace").decode("utf-8")


def _in_lock(text: str) -> list[str]:
    if "\\u" in text or not text.startswith('{\n  "'):
        try:
            # Not as digest lays it out: brought into that form.
            text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
        except (ValueError, RecursionError):
            return [text]
    found = _FACTS.findall(text)
    return [*found, *(_ESCAPE.sub(_unescape, each) for each in found if "\\" in each)]


def _unescape(escape: re.Match[str]) -> str:
    try:
        return str(json.loads(f'"{escape[0]}"'))
    except ValueError:
        return escape[0]


def _in_document(text: str, known: frozenset[str]) -> list[str]:
    """What can be an item of the document, but for headings that say what the lock does."""
    found = []
    # A link's words may run over lines, never over a blank one.
    for part in text.split("\n\n"):
        if _ITEM.search(part):
            heading = _HEADING.fullmatch(part)
            if heading is not None and heading[1] in known and heading[2] in known:
                continue
            found.append(part)
            if _MARKED.search(part):
                words = html.unescape(_MARKS.sub("", part))
                # Underscores are emphasis, or a word's own.
                found += [words, words.replace("_", "")]
    return found
