"""The head of the message and who it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.check.catalogue import finding
from digest.check.subject import SETTINGS, Subject
from digest.excerpt import display_width
from digest.model import Finding, Place

SUBJECT_COLUMNS = 90
PREHEADER_COLUMNS = 140

_MAX_LINE = 998  # RFC 5322 §2.1.1
_ONCE = ("From", "Subject", "Date", "Message-ID", "MIME-Version", "Reply-To", "Sender")
_PLACEHOLDER = re.compile(
    r"(?:to ?do|tbd|fix ?me|xxx+|test|untitled|betreff|objet|asunto|lorem ipsum.*|no subject"
    r"|[\[<(]?(?:your |the |insert |enter )?(?:subject|title|headline)(?: line)?(?: here)?[\]>)]?)"
    r"[\s.:!…]*"
)
_MARKER = re.compile(r"\b(?:TODO|TBD|FIXME)\b")
_SPAM_PRONE = re.compile(
    r"[!?]{3,}|[$€£]{3,}|^\s*(?:re|fwd?|aw|wg)\s*:|100\s?% free|act now|\bfree!", re.IGNORECASE
)


def check_head(subject: Subject) -> Iterator[Finding]:
    """no-subject, no-preheader."""
    if not subject.rendered.subject:
        yield finding("no-subject", "the issue has no subject", subject.head("subject"))
    if not subject.issue.preheader.strip():
        yield finding("no-preheader", "the issue has no preheader", subject.head("preheader"))


def check_subject(subject: Subject) -> Iterator[Finding]:
    """subject-too-long, -repeated, -capitals, -placeholder, -spam-prone."""
    words, where = subject.rendered.subject, subject.head("subject")
    if not words:
        return
    if display_width(words) > SUBJECT_COLUMNS:
        yield finding("subject-too-long", f"{display_width(words)} columns: {words}", where)
    if words.casefold() == subject.background.last_subject.casefold():
        yield finding("subject-repeated", f"the last issue had it as well: {words}", where)
    if _shouts(words):
        yield finding("subject-capitals", f"all in capitals: {words}", where)
    if _PLACEHOLDER.fullmatch(words.lower()) or _MARKER.search(words):
        yield finding("subject-placeholder", f"nobody has written it yet: {words}", where)
    match = _SPAM_PRONE.search(words)
    if match:
        yield finding("subject-spam-prone", f"filters count {match[0]!r}: {words}", where)


def check_preheader(subject: Subject) -> Iterator[Finding]:
    """preheader-too-long, preheader-repeats."""
    words, where = " ".join(subject.issue.preheader.split()), subject.head("preheader")
    if display_width(words) > PREHEADER_COLUMNS:
        yield finding("preheader-too-long", f"{display_width(words)} columns", where)
    if words and words.casefold() == subject.rendered.subject.casefold():
        yield finding("preheader-repeats", f"the subject has it already: {words}", where)


def check_targets(subject: Subject) -> Iterator[Finding]:
    """no-unsubscribe."""
    for name, target in subject.settings.delivery.items():
        if not target.unsubscribe:
            yield finding("no-unsubscribe", f"delivery.{name} has no unsubscribe", SETTINGS)


def check_identity(subject: Subject) -> Iterator[Finding]:
    """no-sender, bad-sender, no-address."""
    newsletter = subject.settings.newsletter
    if not newsletter.sender.strip():
        yield finding("no-sender", "there is no sender", SETTINGS)
    elif subject.message["From"] is None:
        yield finding("bad-sender", f"not a mail address: {newsletter.sender!r}", SETTINGS)
    if not newsletter.address.strip():
        yield finding("no-address", "there is no postal address", SETTINGS)


def check_footer(subject: Subject) -> Iterator[Finding]:
    """unsubscribe-not-shown, address-not-shown: of a workspace's own templates."""
    for part in subject.background.lacking:
        message = f"the {part} part has no link to unsubscribe"
        yield finding("unsubscribe-not-shown", message, _file_of(part))
    address = "".join(subject.settings.newsletter.address.split())
    shown = {"HTML": subject.tree.text_content(), "text": subject.rendered.text}
    for part, text in shown.items():
        if address not in "".join(text.replace("\u200b", "").split()):
            message = f"the {part} part lacks the postal address"
            yield finding("address-not-shown", message, _file_of(part))


def _file_of(part: str) -> Place:
    return Place(file="digest.html" if part == "HTML" else "digest.txt")


def check_message(subject: Subject) -> Iterator[Finding]:
    """bad-message."""
    message = subject.message
    kinds = [part.get_content_type() for part in message.walk()]
    where = Place(file="digest.eml")
    if not _is_alternative(kinds):
        yield finding("bad-message", f"its parts are {', '.join(kinds)}", where)
    for name in _ONCE:
        if len(message.get_all(name, [])) > 1:
            yield finding("bad-message", f"there is more than one {name}", where)
    for part in message.walk():
        for defect in part.defects:
            yield finding("bad-message", f"{type(defect).__name__}", where)
    for number, line in enumerate(subject.rendered.message.split(b"\r\n"), start=1):
        if len(line) > _MAX_LINE:
            place = Place(file=where.file, first_line=number, last_line=number)
            yield finding("bad-message", f"a line of {len(line)} bytes", place)
            break


def _is_alternative(kinds: list[str]) -> bool:
    """Text, then HTML, which may bring its images along."""
    if kinds[:2] != ["multipart/alternative", "text/plain"]:
        return False
    html = kinds[2:]
    if html[:1] == ["multipart/related"] and all(kind.startswith("image/") for kind in html[2:]):
        return html[1:2] == ["text/html"]
    return html == ["text/html"]


def _shouts(words: str) -> bool:
    """More than one word with letters, and none of them small."""
    spoken = [word for word in words.split() if any(char.isalpha() for char in word)]
    return words.isupper() and len(spoken) > 1 and sum(char.isalpha() for char in words) > 9
