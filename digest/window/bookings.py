"""Which booking of a slot holds in which issue: ``[[slots]]`` against the days of windows. Pure.

An issue's day is the day on which it appears: the local day of its window's end, which for a
week from Monday to Monday is the second Monday. Days between two issues belong to the later.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from digest.config import Slot
from digest.errors import UsageError
from digest.window.moments import zone_named
from digest.window.recurrence import parse_rrule
from digest.window.schedule import Starts, months_before

State = Literal["booked", "default", "double-booked", "free"]

_PLAIN = re.compile(r"(?:([1-9]\d{0,2})\s+)?(day|week|month)s?", re.IGNORECASE | re.ASCII)
_FORMS = 'write "week", "2 weeks", "month" or an RRULE such as "FREQ=MONTHLY;BYDAY=1MO"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days of one issue: those after the last issue's day, up to and with its own."""

    after: date
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """One slot of one issue: a name and a place in it, and what is booked there.

    ``booking`` is what is printed, None when the slot is free. With several that hold on the
    day it is the first of digest.toml; ``others`` are the rest. ``default`` is a booking
    without dates, which stands where no dated one holds.
    """

    name: str
    position: str
    state: State
    booking: Slot | None = None
    others: tuple[Slot, ...] = ()


def days_of(start: datetime, end: datetime, timezone: str) -> Days:
    """The days of the issue with the window ``[start, end)``."""
    zone = zone_named(timezone)
    return Days(after=start.astimezone(zone).date(), day=end.astimezone(zone).date())


def is_dated(slot: Slot) -> bool:
    """True for a booking that goes before the slot's default."""
    return slot.since is not None or slot.until is not None


def holds(slot: Slot, days: Days) -> bool:
    """True when a booking is to be printed in the issue of these days.

    The issue's own day lies in the booking's dates, both included; of a recurring one also an
    occurrence in the days since the last issue. Raises UsageError for an ``every`` that cannot
    be read.
    """
    if slot.since is not None and days.day < slot.since:
        return False
    if slot.until is not None and days.day > slot.until:
        return False
    if not slot.every or slot.since is None:
        return True
    return _occurs(slot.every, slot.since, days)


def book(slots: Sequence[Slot], days: Days) -> list[Booked]:
    """What stands in each slot of the issue, in the order of digest.toml.

    A slot is a name and a position: two sponsors at two places are two slots.
    """
    by_slot: dict[tuple[str, str], list[Slot]] = {}
    for slot in slots:
        by_slot.setdefault((slot.name, slot.place), []).append(slot)
    found = []
    for (name, position), bookings in by_slot.items():
        holding = [slot for slot in bookings if holds(slot, days)]
        dated = [slot for slot in holding if is_dated(slot)]
        wanted = dated or holding
        state: State = "free"
        if wanted:
            state = "booked" if dated else "default"
        found.append(
            Booked(
                name=name,
                position=position,
                state="double-booked" if len(wanted) > 1 else state,
                booking=wanted[0] if wanted else None,
                others=tuple(wanted[1:]),
            )
        )
    return found


def check_every(every: str) -> None:
    """Raises UsageError with the remedy unless ``every`` says how often."""
    _occurs(every, date(2025, 1, 1), Days(after=date(2025, 1, 1), day=date(2025, 1, 2)))


def _occurs(every: str, since: date, days: Days) -> bool:
    """True when a recurrence counted from ``since`` has one of the days."""
    plain = _PLAIN.fullmatch(every.strip())
    if plain is None and "=" not in every:
        raise UsageError(f"not a recurrence: {every[:60]!r}", where="slots.every", fix=_FORMS)
    if plain is None:
        return _rule_occurs(every, since, days)
    number, unit = int(plain[1] or 1), plain[2].casefold()
    first = max(days.after + timedelta(days=1), since)
    if unit == "month":
        passed = (first.year - since.year) * 12 + first.month - since.month
        times = range(passed // number * number, passed + number + 1, number)
        return any(first <= _months_after(since, count) <= days.day for count in times)
    step = number * (7 if unit == "week" else 1)
    return first + timedelta(days=(since - first).days % step) <= days.day


def _rule_occurs(every: str, since: date, days: Days) -> bool:
    try:
        rule = parse_rrule(
            every,
            anchor=datetime.combine(since, time.min),
            starts=Starts(clock=timedelta(0), date=since),
            zone=ZoneInfo("UTC"),
        )
    except UsageError as error:
        raise UsageError(error.message, where="slots.every", fix=error.fix) from error
    first = datetime.combine(days.after + timedelta(days=1), time.min)
    last = datetime.combine(days.day, time.max)
    return next((at <= last for at in rule.up(first)), False)


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, its last where it has no such day."""
    return months_before(datetime.combine(day, time.min, tzinfo=UTC), -months).date()
