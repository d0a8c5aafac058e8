"""Slots: designs that there are, dates that hold, bookings not in each other's way."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from digest.check.catalogue import finding
from digest.check.subject import SETTINGS, Subject
from digest.config import Slot
from digest.errors import UsageError
from digest.model import Finding, Section
from digest.model.attributes import Attributes, parse_attributes
from digest.window.bookings import Days, book, days_of, holds

_SLOT_KEYS = ("since", "until")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """A slot that stands in the issue, and the bookings of digest.toml that it may be."""

    section: Section
    attributes: Attributes
    bookings: tuple[Slot, ...]

    @property
    def label(self) -> str:
        return self.attributes.id or self.section.heading


def check_designs(subject: Subject) -> Iterator[Finding]:
    """unknown-slot."""
    for standing in _standing(subject):
        name = standing.attributes.slot
        if not subject.background.designs or name in subject.background.designs:
            continue
        near = difflib.get_close_matches(name, [*subject.background.designs], n=1)
        yield finding(
            "unknown-slot",
            f"no design is named {name!r}",
            standing.section.place,
            fix=f"did you mean .{near[0]}?" if near else "",
        )


def check_dates(subject: Subject) -> Iterator[Finding]:
    """slot-date, slot-expired."""
    days = _days(subject)
    for standing in _standing(subject):
        written: dict[str, date] = {}
        for key in _SLOT_KEYS:
            text = standing.attributes.value(key)
            try:
                written |= {key: date.fromisoformat(text)} if text else {}
            except ValueError:
                message = f"{key} of slot {standing.label!r} is no date: {text}"
                yield finding("slot-date", message, standing.section.place)
        if days is None:
            continue
        problem = _out_of_dates(days.day, written.get("since"), written.get("until"))
        problem = problem or _not_booked(standing.bookings, days)
        if problem:
            message = f"slot {standing.label!r} {problem}"
            yield finding("slot-expired", message, standing.section.place)


def check_bookings(subject: Subject) -> Iterator[Finding]:
    """slot-double-booked."""
    seen: dict[str, Section] = {}
    for standing in _standing(subject):
        name = standing.attributes.id
        if name and name in seen:
            message = f"slot {name!r} stands in the issue twice"
            yield finding("slot-double-booked", message, standing.section.place)
        seen.setdefault(name, standing.section)
    days = _days(subject)
    if days is None:
        return
    for entry in book(subject.settings.slots, days):
        if entry.booking is not None and entry.others:
            names = ", ".join(repr(slot.label) for slot in (entry.booking, *entry.others))
            message = f"slot {entry.name} ({entry.position}) is booked for {days.day} by {names}"
            yield finding("slot-double-booked", message, SETTINGS)


def _standing(subject: Subject) -> Iterator[_Standing]:
    for section in subject.issue.sections:
        attributes = parse_attributes(section.attributes) if section.kind == "slot" else None
        if attributes is not None:
            yield _Standing(
                section=section,
                attributes=attributes,
                bookings=_bookings(section.heading, attributes, subject.settings.slots),
            )


def _bookings(heading: str, attributes: Attributes, slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """The bookings that a section may be: that of its id, else those of its name and heading."""
    if attributes.id:
        return tuple(slot for slot in slots if slot.id == attributes.id)
    named = (slot for slot in slots if not slot.id and slot.name == attributes.slot)
    return tuple(slot for slot in named if slot.heading == heading)


def _days(subject: Subject) -> Days | None:
    """The issue's days, None where its front matter states no window."""
    start, _, end = subject.issue.window.partition("/")
    try:
        instants = datetime.fromisoformat(start.strip()), datetime.fromisoformat(end.strip())
        timezone = subject.issue.timezone or subject.settings.newsletter.timezone
        return days_of(*instants, timezone) if all(at.tzinfo for at in instants) else None
    except (ValueError, OverflowError, UsageError):
        return None


def _out_of_dates(day: date, since: date | None, until: date | None) -> str:
    if until is not None and day > until:
        return f"ended on {until}; the issue is that of {day}"
    if since is not None and day < since:
        return f"begins on {since}; the issue is that of {day}"
    return ""


def _not_booked(bookings: Sequence[Slot], days: Days) -> str:
    """What is wrong where none of the bookings holds on the issue's day."""
    if not bookings or any(holds(slot, days) for slot in bookings):
        return ""
    told = (_out_of_dates(days.day, slot.since, slot.until) for slot in bookings)
    return next(filter(None, told), f"is not booked for the issue of {days.day}")
