"""What leaves the house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from digest.model.article import format_instant
from digest.model.issue import Issue
from digest.model.place import Place

LIMIT_BYTES = 102_400
"""Gmail cuts an HTML part that is larger, decoded or as it travels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which mail of a split issue one is: ``number`` of ``total``, from 1. ``before`` items
    stand in the mails before it, whose content hashes are ``after``."""

    number: int
    total: int
    before: int = 0
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The final bytes of an issue.

    ``message`` is the complete message without recipients, ``wire_bytes`` the size of the
    HTML part as it travels, ``content_hash`` SHA-256 over what readers see, in hex. ``links``
    are the targets in the HTML, in order, ``images`` the sources of those that travel inside
    the message, ``outside`` those that should and cannot, each with the reason.

    Where the ``whole`` issue would be cut, ``[render] overflow`` decides: ``shown`` is the issue
    that readers get instead of all of it, or ``parts`` are the mails that it was split into,
    each with what of the issue it has as ``shown``, and as ``part`` which it is; ``fitted``
    says so in words. A split issue's ``content_hash`` is made of those of its mails.
    """

    html: str
    text: str
    message: bytes
    subject: str
    content_hash: str
    wire_bytes: int
    links: tuple[str, ...]
    images: tuple[str, ...] = ()
    outside: tuple[tuple[str, str], ...] = ()
    shown: Issue | None = None
    whole: Rendered | None = None
    parts: tuple[Rendered, ...] = ()
    part: Part | None = None
    fitted: str = ""

    @property
    def mails(self) -> tuple[Rendered, ...]:
        """What a reader gets, in order: the parts, else this alone."""
        return self.parts or (self,)

    @property
    def number(self) -> int:
        """Which of a reader's mails it is, from 1."""
        return self.part.number if self.part else 1

    @property
    def size(self) -> int:
        """The larger of the HTML's two sizes in bytes, decoded and as it travels: the one that
        counts against LIMIT_BYTES. Of several mails, that of the largest."""
        if self.parts:
            return max(mail.size for mail in self.parts)
        return max(self.wire_bytes, len(self.html.encode()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What ``digest check`` has to say; ``code`` is a stable word that never changes meaning."""

    code: str
    severity: Literal["error", "warning"]
    message: str
    where: Place | None = None
    fix: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "where": str(self.where) if self.where else None,
            "fix": self.fix,
        }


DeliveryState = Literal["queued", "sending", "accepted", "deferred", "refused", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One recipient's state, or one broadcast's. No address stands in here, only its hash.

    ``part`` is the number of the mail where an issue is split into several.
    """

    issue: str
    content_hash: str
    target: str
    state: DeliveryState
    at: datetime
    part: int = 1
    recipient_hash: str = ""
    audience: str = ""
    retry_at: datetime | None = None
    message_id: str = ""
    answer: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "issue": self.issue,
            "content_hash": self.content_hash,
            "target": self.target,
            "part": self.part,
            "state": self.state,
            "at": format_instant(self.at),
            "message_id": self.message_id,
            "answer": self.answer,
        }
