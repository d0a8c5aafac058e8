"""What readers with screen readers, or without images, get."""

from __future__ import annotations

from collections.abc import Iterator

from digest.check.catalogue import finding
from digest.check.subject import Subject
from digest.model import Finding, Place

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def check_images(subject: Subject) -> Iterator[Finding]:
    """missing-alt."""
    for image in subject.tree.iter("img"):
        if not (image.get("alt") or "").strip():
            source = image.get("src") or ""
            yield finding("missing-alt", f"no description: {source}", subject.find(source))


def check_headings(subject: Subject) -> Iterator[Finding]:
    """heading-order."""
    level = 0
    for heading in subject.tree.iter(*_HEADINGS):
        now = int(heading.tag[1])
        words = " ".join(heading.text_content().split())
        if now > level + 1:
            message = f"h{now} follows {f'h{level}' if level else 'nothing'}: {words}"
            yield finding("heading-order", message, subject.find(words))
        if not words:
            yield finding("heading-order", f"an empty h{now}", Place(file="digest.html"))
        level = now
    titles = len(list(subject.tree.iter("h1")))
    if titles != 1:
        yield finding("heading-order", f"there are {titles} h1", Place(file="digest.html"))


def check_link_texts(subject: Subject) -> Iterator[Finding]:
    """link-without-text."""
    for link in subject.tree.iter("a"):
        described = any((image.get("alt") or "").strip() for image in link.iter("img"))
        if not described and not link.text_content().strip():
            url = link.get("href") or ""
            yield finding("link-without-text", f"no text: {url}", subject.find(url))
