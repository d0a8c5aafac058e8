"""Newsletters in plain text: headlines, a few lines of text, and bare addresses.

The address stands behind the headline, on a line of its own below headline or text, or at the
end of the mail, where a number in brackets refers to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from digest.articles.mailwords import (
    is_furniture,
    is_generic,
    is_sponsor_label,
    is_sponsored,
    opens_footer,
)
from digest.articles.newsletter import NewsItem
from digest.articles.redirects import clean_address
from digest.importing.headings import clean_heading

_MOST_LINES = 20_000
_MOST_TITLE = 200
_PROSE = 90
"""Characters from which a line without an end is text rather than a headline."""

_URL = re.compile(r"[<(\[]?\b(https?://[^\s<>\"\]]{4,4000})[>\]]?", re.IGNORECASE)
_NOTE = re.compile(r"\s*\[(\d{1,4})\]:?\s*<?(https?://\S{4,4000}?)>?\s*", re.IGNORECASE)
_REFERENCE = re.compile(r"\s?\[(\d{1,4})\]")
_DECORATION = re.compile(r"[\s\-=_*~#·•—–+.|]*")
_BULLET = re.compile(r"\s*(?:[-*•·–—►▶→>]|\d{1,3}[.)])\s+")
_ENDS_SENTENCE = re.compile(r"[.!?…。！？][\"'”’»)]?$")
_LABEL = re.compile(r"[\s:：>→\-–—|(<\[]+$")


def read_text_items(text: str) -> list[NewsItem]:
    """The items of a newsletter in plain text, in its order."""
    notes: dict[str, str] = {}
    lines: list[str] = []
    for line in text.split("\n")[:_MOST_LINES]:
        note = _NOTE.fullmatch(line) if len(line) < 4096 else None
        if note is not None:
            notes[note[1]] = note[2]
        else:
            lines.append(line)
    return _Reader(_with_notes(lines, notes)).read()


def _with_notes(lines: Sequence[str], notes: dict[str, str]) -> list[str]:
    """The same, each reference by the address that it refers to."""
    if not notes:
        return list(lines)
    return [_REFERENCE.sub(lambda found: f" {notes.get(found[1], '')}", line) for line in lines]


@dataclass
class _Draft:
    title: str
    url: str
    text: list[str] = field(default_factory=list)


class _Reader:
    def __init__(self, lines: Sequence[str]) -> None:
        self.blocks = list(_blocks(lines))
        self.items: list[_Draft] = []
        self.pending: list[list[str]] = []
        self.is_sponsors = False

    def read(self) -> list[NewsItem]:
        for at, block in enumerate(self.blocks):
            words = " ".join(block)
            if at * 4 >= len(self.blocks) * 3 and opens_footer(words):
                break
            if is_sponsor_label(words):
                self._close()
                self.is_sponsors = True
            elif any(_URL.search(line) for line in block):
                self._linked(block)
            elif not is_furniture(words):
                self.pending.append(block)
        self._close()
        return [
            NewsItem(title=draft.title, url=draft.url, text="\n\n".join(draft.text))
            for draft in self.items
        ]

    def _linked(self, block: list[str]) -> None:
        before: list[str] = []
        for number, line in enumerate(block):
            found = _URL.search(line)
            if found is None:
                rest = block[number:]
                if not before and self.items and not any(_URL.search(one) for one in rest):
                    self.items[-1].text.append(" ".join(rest))
                    return
                before.append(line)
                continue
            url = found[1].rstrip(".,;:!?)'")
            own = _LABEL.sub("", line[: found.start()]).strip()
            after = line[found.end() :].strip(" )>]-–—:.")
            self._item(before, own, url, after)
            before = []

    def _item(self, before: list[str], own: str, url: str, after: str) -> None:
        """An item of one address: ``own`` are the words before it on its line."""
        label = is_generic(own) or not re.search(r"\w", own)
        lines = before if label else [*before, own]
        if clean_address(url) is None or is_furniture(" ".join(lines) or own, (url,)):
            self._close()
            return
        if not lines or _is_text(lines[0]):
            title, text = self._pending_title()
            text += [" ".join(lines)] if lines else []
        else:
            self._close()
            at = 1
            if len(lines) > 1 and len(lines[0]) > 50 and re.match(r"[^\W\dA-Z_]", lines[1]):
                at = 2  # a headline in two lines
            title, text = " ".join(lines[:at]), [" ".join(lines[at:])] if lines[at:] else []
        title = clean_heading(_BULLET.sub("", title, count=1)).strip(" *_")
        if after:
            text.append(after)
        sponsored = self.is_sponsors or is_sponsored(title)
        self.is_sponsors = False
        if title and len(title) <= _MOST_TITLE and not sponsored:
            self.items.append(_Draft(title, url, [part for part in text if part]))

    def _pending_title(self) -> tuple[str, list[str]]:
        """Headline and text that stand in the blocks before an address."""
        at = len(self.pending) - 1
        while at >= 0 and not (len(self.pending[at]) <= 2 and not _is_text(self.pending[at][0])):
            first = self.pending[at][0]
            if not _is_text(first) and len(self.pending[at]) > 1:
                break
            at -= 1
        if at < 0:
            self.pending = []
            return "", []
        block, below = self.pending[at], self.pending[at + 1 :]
        self.pending = self.pending[:at]
        self._close()
        text = [" ".join(block[1:])] if block[1:] else []
        return block[0], text + [" ".join(lines) for lines in below]

    def _close(self) -> None:
        """What stands behind an item's address and is text is the item's."""
        pending, self.pending = self.pending, []
        if not self.items:
            return
        for block in pending:
            words = " ".join(block)
            if not _is_text(words):
                break
            self.items[-1].text.append(words)


def _is_text(line: str) -> bool:
    return len(line) > _PROSE or (len(line) > 40 and bool(_ENDS_SENTENCE.search(line)))


def _blocks(lines: Iterable[str]) -> Iterable[list[str]]:
    block: list[str] = []
    for line in lines:
        if _DECORATION.fullmatch(line):
            if block:
                yield block
            block = []
        else:
            block.append(" ".join(line.split()))
    if block:
        yield block
