"""The head of the message and who it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from digest.check.catalogue import finding
from digest.check.subject import SETTINGS, Subject
from digest.model import Finding, Place

_MAX_LINE = 998  # RFC 5322 §2.1.1


def check_head(subject: Subject) -> Iterator[Finding]:
    """no-subject, no-preheader."""
    if not subject.rendered.subject:
        yield finding("no-subject", "the issue has no subject", subject.head("subject"))
    if not subject.issue.preheader.strip():
        yield finding("no-preheader", "the issue has no preheader", subject.head("preheader"))


def check_identity(subject: Subject) -> Iterator[Finding]:
    """no-sender, bad-sender, no-address."""
    newsletter = subject.settings.newsletter
    if not newsletter.sender.strip():
        yield finding("no-sender", "there is no sender", SETTINGS)
    elif subject.message["From"] is None:
        yield finding("bad-sender", f"not a mail address: {newsletter.sender!r}", SETTINGS)
    if not newsletter.address.strip():
        yield finding("no-address", "there is no postal address", SETTINGS)


def check_message(subject: Subject) -> Iterator[Finding]:
    """bad-message."""
    message = subject.message
    kinds = [part.get_content_type() for part in message.walk()]
    where = Place(file="digest.eml")
    if kinds != ["multipart/alternative", "text/plain", "text/html"]:
        yield finding("bad-message", f"its parts are {', '.join(kinds)}", where)
    for part in message.walk():
        for defect in part.defects:
            yield finding("bad-message", f"{type(defect).__name__}", where)
    for number, line in enumerate(subject.rendered.message.split(b"\r\n"), start=1):
        if len(line) > _MAX_LINE:
            place = Place(file=where.file, first_line=number, last_line=number)
            yield finding("bad-message", f"a line of {len(line)} bytes", place)
            break
