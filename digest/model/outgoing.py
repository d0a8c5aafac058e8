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
class Rendered:
    """The final bytes of an issue.

    ``message`` is the complete message without recipients, ``wire_bytes`` the size of the
    HTML part as it travels, ``content_hash`` SHA-256 over what readers see, in hex. ``links``
    are the targets in the HTML, in order, ``images`` the sources of those that travel inside
    the message, ``outside`` those that should and cannot, each with the reason.

    Where the whole issue would be cut, ``[render] overflow`` decides: ``shown`` is the issue
    that readers get instead of all of it, or ``parts`` are the mails that it was split into;
    ``fitted`` says so in words.
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
    parts: tuple[Rendered, ...] = ()
    fitted: str = ""

    @property
    def size(self) -> int:
        """The larger of the HTML's two sizes in bytes, decoded and as it travels: the one that
        counts against LIMIT_BYTES. Of several mails, that of the largest."""
        if self.parts:
            return max(part.size for part in self.parts)
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
    """One recipient's state, or one broadcast's. No address stands in here, only its hash."""

    issue: str
    content_hash: str
    target: str
    state: DeliveryState
    at: datetime
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
            "state": self.state,
            "at": format_instant(self.at),
            "message_id": self.message_id,
            "answer": self.answer,
        }
