"""The use case of ``digest log``: what was done to an issue, and when it left the house.

The history in ``.digest/`` knows of every change that a command made here; issue.lock goes with
the issue into a clone and knows the last compose and the hand-offs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import merge
from typing import TYPE_CHECKING, Any

from digest.desk import read_lock_for
from digest.history import read_log, was_edited
from digest.model import format_instant
from digest.workspace import IssueFolder, Workspace

if TYPE_CHECKING:
    from digest.issue.lock import Lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened: ``what`` is the command, ``send`` for a hand-off; an import is
    one of another program.

    ``about`` says on what (titles, the target of a hand-off), ``window`` is ``start/end`` of a
    compose, ``counts`` go by word. ``state`` is the number that the issue.md before is kept
    under, ``edited`` says that the editor had changed it by hand since the event before.
    ``at`` is None where issue.lock states no time.
    """

    at: datetime | None
    what: str
    about: str = ""
    window: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    state: int | None = None
    edited: bool = False
    finished: bool = True

    def to_json(self) -> dict[str, Any]:
        """The event as ``digest log --json`` has it."""
        return {
            "at": format_instant(self.at) if self.at else None,
            "what": self.what,
            "about": self.about,
            "window": self.window or None,
            "counts": dict(self.counts),
            "state": self.state,
            "edited_before": self.edited,
            "finished": self.finished,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Chronicle:
    """The events of an issue, the newest last.

    ``complete`` is false where no history is kept here, so that issue.lock alone speaks;
    ``edited`` says that the editor changed issue.md by hand after the last event. ``problem``
    is what is wrong with issue.lock.
    """

    slug: str
    events: tuple[Event, ...]
    complete: bool
    edited: bool
    problem: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "slug": self.slug,
            "complete": self.complete,
            "edited_since": self.edited,
            "events": [event.to_json() for event in self.events],
        }


def read_chronicle(workspace: Workspace, folder: IssueFolder) -> Chronicle:
    """What is known of an issue here. A damaged lock is a problem and ends nothing."""
    from digest.issue.unlock import find_deliveries

    lock, problem = read_lock_for(workspace, folder)
    entries = read_log(workspace, folder)
    events = [
        Event(
            at=entry.at,
            what=entry.by,
            about=entry.what,
            window=entry.window,
            counts=entry.summary,
            state=entry.kept,
            edited=entry.edited,
        )
        for entry in entries
    ]
    deliveries = lock.deliveries if lock else ()
    if problem:
        deliveries = find_deliveries(folder.lock.read_bytes().decode("utf-8", errors="replace"))
    if any(entry.by == "import" for entry in entries):
        deliveries = tuple(line for line in deliveries if "imported" not in line)
    told = [] if any(entry.by == "compose" for entry in entries) else _composed(lock)
    # Each in its own order, whatever clocks say.
    events = list(merge(told, events, map(_sent, deliveries), key=_when))
    return Chronicle(
        slug=folder.slug,
        events=tuple(events),
        complete=bool(entries),
        edited=was_edited(workspace, folder),
        problem=problem,
    )


def _when(event: Event) -> datetime:
    return event.at or datetime.min.replace(tzinfo=UTC)


def _composed(lock: Lock | None) -> list[Event]:
    """The last compose, as issue.lock has it: it does not say what became of each item."""
    if lock is None or lock.composed_at is None:
        return []
    window = lock.window
    items = lock.proposal.items if lock.proposal else ()
    event = Event(
        at=lock.composed_at,
        what="compose",
        window=f"{window.start.isoformat()}/{window.end.isoformat()}" if window else "",
        counts={"proposed": len(items)},
    )
    return [event]


def _sent(line: Mapping[str, Any]) -> Event:
    try:
        at = datetime.fromisoformat(str(line.get("at", "")))
    except ValueError:
        at = None
    return Event(
        at=at if at is not None and at.tzinfo else None,
        what="import" if "imported" in line else "send",
        about=str(line.get("imported") or line.get("target", "")),
        counts={
            key: value
            for key, value in line.items()
            if isinstance(value, int) and not isinstance(value, bool)
        },
        finished=line.get("finished") is not False,
    )
