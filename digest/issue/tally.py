"""One issue in numbers: what a calendar shows of it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from digest.errors import DocumentError, LockError
from digest.issue.glance import glance_at_lock
from digest.issue.imported import find_import
from digest.issue.past import PastIssue, look_at
from digest.issue.unlock import find_deliveries
from digest.model import Window

FORMAT = 2
"""Goes up when the same files would be counted otherwise: what was kept counts no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """``items`` are those that readers see, ``held`` those in Hold, ``left_out`` the articles that
    rules kept out; None where a file is damaged.

    ``sent_at`` is the first finished hand-off, as issue.lock has it; ``imported`` says that it
    was another program's.
    """

    items: int | None
    held: int | None
    left_out: int | None
    sent_at: str | None
    imported: bool

    def to_text(self) -> str:
        """As one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> Numbers:
        """The numbers that :meth:`to_text` wrote."""
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """An issue's numbers with what it leaves behind."""

    past: PastIssue
    numbers: Numbers

    @property
    def slug(self) -> str:
        return self.past.slug

    @property
    def window(self) -> Window | None:
        return self.past.window

    @property
    def composed_at(self) -> datetime | None:
        return self.past.composed_at

    @property
    def cut(self) -> int:
        """How many articles the editor took out."""
        return len(self.past.cut)


def count(slug: str, text: str, lock_text: str | None) -> Numbers:
    """The numbers of one issue, from its two files; what is damaged counts as unknown."""
    lock = document = None
    deliveries: tuple[Mapping[str, Any], ...] = ()
    if lock_text is not None:
        try:
            lock = glance_at_lock(lock_text, "issue.lock")
            deliveries = lock.deliveries
        except LockError:
            deliveries = find_deliveries(lock_text)
    with contextlib.suppress(DocumentError):
        document = look_at(slug, text, "issue.md", window=False)
    holds = [section for section in document.sections if section.kind == "hold"] if document else []
    shown = [s for s in document.sections if s.kind == "topic"] if document else []
    rules = lock.left_out_counts if lock else {}
    return Numbers(
        imported=find_import(deliveries) is not None,
        items=sum(len(section.items) for section in shown) if document else None,
        held=sum(len(section.items) for section in holds) if document else None,
        left_out=(
            sum(count for rule, count in rules.items() if not rule.endswith("-held"))
            if lock
            else None
        ),
        sent_at=min((str(line.get("at")) for line in deliveries), default=None),
    )
