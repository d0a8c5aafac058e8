"""The text part beside the HTML."""

from __future__ import annotations

from collections.abc import Iterator

from digest.check.catalogue import finding
from digest.check.subject import Subject
from digest.excerpt import display_width
from digest.model import Finding, Place

MAX_COLUMNS = 76
"""Wider lines are broken on the way, or by the reader's client (RFC 5322 §2.1.1)."""


def check_agreement(subject: Subject) -> Iterator[Finding]:
    """text-differs."""
    lines = [line.strip() for line in subject.rendered.text.split("\n")]
    known = set(lines)
    for url in dict.fromkeys(subject.tree.xpath("//a/@href")):
        if url not in known and not url.startswith("#"):
            message = f"the text part has no line with {url}"
            yield finding("text-differs", message, subject.find(url))
    flat = "".join(subject.rendered.text.split())  # lines break where scripts have no blanks
    at = 0
    for words, url in _headlines(subject):
        if "".join(words.split()) not in flat:
            yield finding("text-differs", f"the text part lacks: {words}", subject.find(words))
        elif url in known:
            try:
                at = lines.index(url, at)
            except ValueError:
                message = f"the text part has it in another place: {words}"
                yield finding("text-differs", message, subject.find(words))


def check_width(subject: Subject) -> Iterator[Finding]:
    """text-too-wide."""
    for number, line in enumerate(subject.rendered.text.split("\n"), start=1):
        if len(line) * 2 <= MAX_COLUMNS or display_width(line) <= MAX_COLUMNS:
            continue
        widest = max(map(display_width, line.split()))
        if widest < MAX_COLUMNS * 3 // 4:  # no address, nor a word that nothing could break
            place = Place(file="digest.txt", first_line=number, last_line=number)
            yield finding("text-too-wide", f"{display_width(line)} columns", place)


def _headlines(subject: Subject) -> Iterator[tuple[str, str]]:
    """The linked headlines of the HTML with their targets, in order."""
    path = "//h3//a | //li/a[not(preceding-sibling::node()[normalize-space()])]"
    for link in subject.tree.xpath(path):
        words = " ".join(link.text_content().split())
        if words:
            yield words, link.get("href") or ""
