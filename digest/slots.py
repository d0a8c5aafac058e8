"""The use case of ``digest slots``: what stood in each slot, what is booked, what is free."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from digest.bookings import find_unreadable
from digest.errors import DigestError
from digest.memory import remember_issues
from digest.model import Issue, Section, Window
from digest.model.attributes import Attributes, parse_attributes
from digest.press import read_issue, read_lock, slugs_by_window
from digest.window.ahead import windows_ahead
from digest.window.bookings import Booked, Days, book, days_of, holds

if TYPE_CHECKING:
    from digest.config import Settings, Slot
    from digest.workspace import Workspace

IssueState = Literal["sent", "composed", "due", "open", "coming"]
SlotState = Literal["placed", "missing", "booked", "default", "double-booked", "free"]
BookingState = Literal["running", "coming", "expired", "default"]
UNSENT: tuple[IssueState, ...] = ("composed", "due", "open", "coming")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One slot of one issue.

    ``state`` is ``placed`` for what stands in an issue.md, ``missing`` for what is booked for
    an issue and does not stand in it; of issues to come ``booked``, ``default``, ``free`` or
    ``double-booked``. ``booking`` is its id, else its heading, "" for none; ``others`` are
    bookings that stand behind it. ``position`` is "" where digest.toml does not say it.
    """

    issue: str
    issue_state: IssueState
    day: date | None
    name: str
    position: str
    state: SlotState
    booking: str = ""
    others: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "issue": self.issue or None,
            "issue_state": self.issue_state,
            "day": self.day.isoformat() if self.day else None,
            "name": self.name,
            "position": self.position or None,
            "state": self.state,
            "booking": self.booking or None,
            "others": list(self.others),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One table of ``[[slots]]`` as it is today."""

    slot: Slot
    state: BookingState

    def to_json(self) -> dict[str, Any]:
        slot = self.slot
        return {
            "name": slot.name,
            "id": slot.id or None,
            "heading": slot.heading,
            "position": slot.place,
            "since": slot.since.isoformat() if slot.since else None,
            "until": slot.until.isoformat() if slot.until else None,
            "every": slot.every or None,
            "state": self.state,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """Slots of past and coming issues in the order of their days, and all bookings.

    ``hidden`` counts earlier issues that were not looked at.
    """

    entries: tuple[Entry, ...]
    bookings: tuple[Booking, ...]
    hidden: int = 0
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "issues": [entry.to_json() for entry in self.entries],
            "bookings": [booking.to_json() for booking in self.bookings],
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Issue:
    """An issue that there is."""

    slug: str
    state: IssueState
    window: Window | None
    sections: tuple[Section, ...]


def read_slots(
    workspace: Workspace, settings: Settings, *, now: datetime, past: int, coming: int
) -> Slots:
    """What stands in the slots of the last ``past`` issues, and what is booked for ``coming`` ones.

    Issues whose files are damaged are told of in the warnings.
    """
    timezone = settings.newsletter.timezone
    problems: list[str] = []
    slugs = slugs_by_window(workspace)
    hidden = max(len(slugs) - past, 0)
    issues = [_read(workspace, slug, problems) for slug in slugs[hidden:]]
    ahead = list(
        windows_ahead(
            settings.schedule,
            timezone=timezone,
            now=now,
            reached=remember_issues(workspace, keep=False).last_end,
            coming=coming,
        )
    )
    entries = [entry for issue in issues for entry in _past(issue, settings)]
    days = [days_of(window.start, window.end, timezone) for _, window in ahead]
    for (state, _), one in zip(ahead, days, strict=True):
        entries += [_ahead(booked, state, one) for booked in book(settings.slots, one)]
    today = days_of(now, now, timezone).day
    bookings = tuple(Booking(slot=slot, state=_state(slot, today)) for slot in settings.slots)
    warnings = [*problems, *find_unreadable(workspace, settings.slots)]
    warnings += _warnings(entries, bookings, _unseen(settings.slots, days, today))
    return Slots(entries=tuple(entries), bookings=bookings, hidden=hidden, warnings=tuple(warnings))


def _read(workspace: Workspace, slug: str, problems: list[str]) -> _Issue:
    from digest.issue.lock import read_window

    folder = workspace.issue(slug)
    issue, lock = Issue(slug=slug), None
    try:
        lock = read_lock(workspace, folder)
    except DigestError as error:
        problems.append(str(error))
    try:
        issue = read_issue(workspace, folder)
    except DigestError as error:
        problems.append(str(error))
    return _Issue(
        slug=slug,
        state="sent" if lock and lock.deliveries else "composed",
        window=read_window(issue.window, issue.timezone) or (lock.window if lock else None),
        sections=issue.sections,
    )


def _past(issue: _Issue, settings: Settings) -> Iterator[Entry]:
    """What stands in an issue's slots, and what is booked for it and stands nowhere."""
    window = issue.window
    days = days_of(window.start, window.end, window.timezone) if window else None
    booked = book(settings.slots, days) if days else []
    standing: set[int] = set()
    for section in issue.sections:
        attributes = parse_attributes(section.attributes) if section.kind == "slot" else None
        if attributes is None:
            continue
        at = next(
            (
                number
                for number, entry in enumerate(booked)
                if number not in standing and _stands_for(section, attributes, entry)
            ),
            None,
        )
        if at is not None:
            standing.add(at)
        yield Entry(
            issue=issue.slug,
            issue_state=issue.state,
            day=days.day if days else None,
            name=attributes.slot,
            position=booked[at].position if at is not None else "",
            state="placed",
            booking=attributes.id or section.heading,
            others=tuple(slot.label for slot in booked[at].others) if at is not None else (),
        )
    for number, entry in enumerate(booked):
        if number not in standing and entry.booking is not None and issue.state != "sent":
            yield Entry(
                issue=issue.slug,
                issue_state=issue.state,
                day=days.day if days else None,
                name=entry.name,
                position=entry.position,
                state="missing",
                booking=entry.booking.label,
                others=tuple(slot.label for slot in entry.others),
            )


def _stands_for(section: Section, attributes: Attributes, entry: Booked) -> bool:
    slot = entry.booking
    if slot is None or slot.name != attributes.slot:
        return False
    if slot.id or attributes.id:
        return slot.id == attributes.id
    return slot.heading == section.heading


def _ahead(booked: Booked, state: Literal["due", "open", "coming"], days: Days) -> Entry:
    return Entry(
        issue="",
        issue_state=state,
        day=days.day,
        name=booked.name,
        position=booked.position,
        state=booked.state,
        booking=booked.booking.label if booked.booking else "",
        others=tuple(slot.label for slot in booked.others),
    )


def _state(slot: Slot, today: date) -> BookingState:
    if slot.until is not None and slot.until < today:
        return "expired"
    if slot.since is not None and slot.since > today:
        return "coming"
    return "running" if slot.since is not None or slot.until is not None else "default"


def _unseen(slots: Sequence[Slot], days: Sequence[Days], today: date) -> Iterator[Slot]:
    """Bookings whose dates end before the last issue looked at, and that hold in none of them."""
    for slot in slots:
        if days and slot.until is not None and today <= slot.until <= days[-1].day:
            begins = slot.since is None or slot.since > days[0].after
            if begins and not any(holds(slot, one) for one in days):
                yield slot


def _warnings(
    entries: Sequence[Entry], bookings: Sequence[Booking], unseen: Iterator[Slot]
) -> Iterator[str]:
    expired = {b.slot.label: b.slot for b in bookings if b.state == "expired"}
    for entry in entries:
        if entry.issue_state in UNSENT and entry.others:
            names = ", ".join((entry.booking, *entry.others))
            issue = f"of {entry.issue}" if entry.issue else f"for {entry.day}"
            yield (
                f"double-booked: {entry.name} ({entry.position}) {issue} by {names}; "
                "the first of digest.toml is printed"
            )
        slot = expired.get(entry.booking)
        is_late = slot and slot.until and entry.day and entry.day > slot.until
        if slot and is_late and entry.state == "placed" and entry.issue_state == "composed":
            yield f"expired: {entry.booking} stands in {entry.issue} and ended on {slot.until}"
    if expired:
        ended = ", ".join(f"{label} ({slot.until})" for label, slot in expired.items())
        yield f"expired, and no longer printed: {ended}"
    for slot in unseen:
        yield (
            f"no issue appears while {slot.label} is booked "
            f"({slot.since or 'now'} to {slot.until}): change its dates"
        )
