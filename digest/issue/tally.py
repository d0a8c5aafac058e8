"""One issue in numbers: what a calendar shows of it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.errors import DocumentError, LockError
from digest.issue.imported import find_import
from digest.issue.past import PastIssue, look_at, remember
from digest.issue.unlock import find_deliveries, parse_lock
from digest.model import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """``items`` are those that readers see, ``held`` those in Hold, ``cut`` the articles that
    the editor took out, ``left_out`` those that rules kept out; None where a file is damaged.

    ``sent_at`` is the first finished hand-off, as issue.lock has it; ``imported`` says that it
    was another program's.
    """

    slug: str
    window: Window | None
    composed_at: datetime | None
    sent_at: str | None
    imported: bool
    items: int | None
    held: int | None
    cut: int
    left_out: int | None
    past: PastIssue
    problems: tuple[str, ...]


def tally(slug: str, text: str, lock_text: str | None, *, folder: str = "issues") -> Tally:
    """The numbers of one issue, from its two files."""
    memory = remember([(slug, text, lock_text)], folder=folder)
    [past] = memory.issues
    lock = document = None
    deliveries: tuple[Mapping[str, Any], ...] = ()
    if lock_text is not None:
        try:
            lock = parse_lock(lock_text, "issue.lock")
            deliveries = lock.deliveries
        except LockError:
            deliveries = find_deliveries(lock_text)  # memory.problems tells of the damage
    with contextlib.suppress(DocumentError):
        document = look_at(slug, text, "issue.md", window=False)
    holds = [section for section in document.sections if section.kind == "hold"] if document else []
    shown = [s for s in document.sections if s.kind == "topic"] if document else []
    rules = lock.left_out_counts if lock else {}
    return Tally(
        slug=slug,
        window=past.window,
        composed_at=past.composed_at,
        sent_at=min((str(line.get("at")) for line in deliveries), default=None),
        imported=find_import(deliveries) is not None,
        items=sum(len(section.items) for section in shown) if document else None,
        held=sum(len(section.items) for section in holds) if document else None,
        cut=len(past.cut),
        left_out=(
            sum(count for rule, count in rules.items() if not rule.endswith("-held"))
            if lock
            else None
        ),
        past=past,
        problems=memory.problems,
    )
