"""``[schedule]`` as instants: where one window ends and the next begins.

Every boundary is a wall time, converted for itself: a week of a schedule may have 166, 168.5
or 169 hours. Wall times that fall on the same instant (a day that a zone left out) are one
boundary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from digest.config import Schedule
from digest.errors import UsageError
from digest.window.moments import instant_of, zone_named

if TYPE_CHECKING:
    from digest.window.recurrence import Recurrence

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_STARTS = re.compile(
    r"(?:(?P<date>\d{4}-\d{2}-\d{2})[t ]|(?P<weekday>[a-z]+)\s+|(?P<day>\d{1,2})\s+)?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})",
    re.ASCII,
)
_FORMS = {
    "day": 'write "00:00"',
    "week": 'write "monday 00:00"',
    "month": 'write "1 00:00"',
    "rrule": 'write "00:00", "monday 00:00", "1 00:00" or "2025-04-21 00:00"',
}
# No clock was ever put back by more: candidates further off than this need no look.
_LONGEST_FOLD = timedelta(hours=26)
_EPOCH_MONDAY = date(1970, 1, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """``schedule.starts``: a time of day (24:00 allowed), and on which day where it says so."""

    clock: timedelta
    weekday: int | None = None
    day: int | None = None
    date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundaries:
    """The boundaries of one schedule in one zone.

    ``down`` and ``up`` give wall times around a wall time, without end or as far as years go;
    ``back`` takes a wall time one period back.
    """

    zone: ZoneInfo
    down: Callable[[datetime], Iterator[datetime]]
    up: Callable[[datetime], Iterator[datetime]]
    back: Callable[[datetime], datetime | None]

    def at_or_before(self, moment: datetime) -> datetime | None:
        """The latest boundary that is not after ``moment``; None when there is none."""
        return self._latest(moment, lambda boundary, limit: boundary <= limit)

    def before(self, moment: datetime) -> datetime | None:
        """The latest boundary before ``moment``; None when there is none."""
        return self._latest(moment, lambda boundary, limit: boundary < limit)

    def after(self, moment: datetime) -> datetime | None:
        """The first boundary after ``moment``; None when the schedule has ended."""
        limit = moment.astimezone(UTC)
        for wall in self.up(self._reading(limit) - _LONGEST_FOLD):
            boundary = instant_of(wall, self.zone)
            if boundary > limit:
                return boundary.astimezone(self.zone)
        return None

    def period_before(self, moment: datetime) -> datetime | None:
        """One period of the wall clock before ``moment``; None where no period is known."""
        wall = self.back(self._reading(moment))
        return None if wall is None else instant_of(wall, self.zone).astimezone(self.zone)

    def _latest(
        self, moment: datetime, fits: Callable[[datetime, datetime], bool]
    ) -> datetime | None:
        limit = moment.astimezone(UTC)
        for wall in self.down(self._reading(limit) + _LONGEST_FOLD):
            boundary = instant_of(wall, self.zone)
            if fits(boundary, limit):
                return boundary.astimezone(self.zone)
        return None

    def _reading(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None, fold=0)


def parse_schedule(schedule: Schedule, *, timezone: str) -> Boundaries:
    """The boundaries that ``[schedule]`` names.

    ``every`` is ``day``, ``week``, ``month`` or an RRULE; ``starts`` says when: a time, a
    weekday and a time, a day of the month and a time (a month that lacks the day takes its
    last), and for an RRULE also the date that it counts from. The default, monday 00:00, means
    midnight for ``day`` and midnight of the 1st for ``month``. Raises UsageError whose
    ``where`` is the key.
    """
    zone = zone_named(timezone)
    every = schedule.every.strip()
    word = every.casefold()
    if "=" in every:
        from digest.window.recurrence import parse_rrule

        starts = _parse_starts(schedule.starts, "rrule")
        return _recurring(parse_rrule(every, anchor=_anchor(starts), starts=starts, zone=zone))
    if word not in ("day", "week", "month"):
        raise UsageError(
            f"not a schedule: {every[:60]!r}",
            where="schedule.every",
            fix="write day, week, month or an RRULE such as FREQ=WEEKLY;INTERVAL=2",
        )
    starts = _parse_starts(schedule.starts, word)
    return {"day": _daily, "week": _weekly, "month": _monthly}[word](starts, zone)


def _parse_starts(text: str, every: str) -> Starts:
    found = _STARTS.fullmatch(" ".join(text.split()).casefold())
    wrong = UsageError(
        f"not a start for this schedule: {text[:60]!r}", where="schedule.starts", fix=_FORMS[every]
    )
    if found is None:
        raise wrong
    hour, minute = int(found["hour"]), int(found["minute"])
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        raise wrong
    clock = timedelta(hours=hour, minutes=minute)
    if every in ("day", "month") and text == Schedule().starts:
        return Starts(clock=timedelta(0))
    weekday = day = exact = None
    if found["weekday"] is not None and every in ("week", "rrule"):
        weekday = _weekday(found["weekday"])
    if found["day"] is not None and every in ("month", "rrule") and 1 <= int(found["day"]) <= 31:
        day = int(found["day"])
    if found["date"] is not None and every == "rrule":
        try:
            exact = date.fromisoformat(found["date"])
        except ValueError as error:
            raise wrong from error
    said = [name for name in ("weekday", "day", "date") if found[name] is not None]
    if said and weekday is None and day is None and exact is None:
        raise wrong
    return Starts(clock=clock, weekday=weekday, day=day, date=exact)


def _weekday(word: str) -> int | None:
    near = [number for number, name in enumerate(WEEKDAYS) if name.startswith(word)]
    return near[0] if len(word) > 1 and len(near) == 1 else None


def _anchor(starts: Starts) -> datetime:
    """Where an RRULE counts from: a fixed day in 1970 unless ``starts`` gives a date."""
    day = starts.date or date(1970, 1, starts.day or 1)
    if starts.weekday is not None:
        day = _EPOCH_MONDAY + timedelta(days=starts.weekday)
    return datetime.combine(day, time.min) + starts.clock


def _daily(starts: Starts, zone: ZoneInfo) -> Boundaries:
    return _counted(zone, lambda wall: wall.toordinal(), lambda n: _at(n, starts), _back_days(1))


def _weekly(starts: Starts, zone: ZoneInfo) -> Boundaries:
    weekday = starts.weekday or 0

    # Day 1 of the calendar was a Monday, so whole weeks count from it.
    def number(wall: datetime) -> int:
        return (wall.toordinal() - 1) // 7

    return _counted(zone, number, lambda n: _at(n * 7 + 1 + weekday, starts), _back_days(7))


def _monthly(starts: Starts, zone: ZoneInfo) -> Boundaries:
    wanted = starts.day or 1

    def number(wall: datetime) -> int:
        return wall.year * 12 + wall.month - 1

    def wall_of(month: int) -> datetime:
        first = date(month // 12, month % 12 + 1, 1)
        return _at(first.toordinal() - 1 + min(wanted, days_in_month(first)), starts)

    def back(wall: datetime) -> datetime:
        return months_before(wall, 1)

    return _counted(zone, number, wall_of, back)


def _counted(
    zone: ZoneInfo,
    number: Callable[[datetime], int],
    wall_of: Callable[[int], datetime],
    back: Callable[[datetime], datetime],
) -> Boundaries:
    """Boundaries that are numbered through: days, weeks, months."""

    def walk(first: int, step: int) -> Iterator[datetime]:
        current = first
        while True:
            try:
                wall = wall_of(current)
            except (ValueError, OverflowError):
                # The calendar ends here, or has not begun: at most the first tries are outside.
                if abs(current - first) > 2:
                    return
            else:
                yield wall
            current += step

    return Boundaries(
        zone=zone,
        down=lambda wall: walk(number(wall) + 1, -1),
        up=lambda wall: walk(number(wall) - 1, 1),
        back=back,
    )


def _recurring(recurrence: Recurrence) -> Boundaries:
    def back(wall: datetime) -> datetime | None:
        for later, earlier in pairwise(recurrence.down(wall)):
            return wall - (later - earlier)
        return None

    return Boundaries(zone=recurrence.zone, down=recurrence.down, up=recurrence.up, back=back)


def _at(ordinal: int, starts: Starts) -> datetime:
    return datetime.combine(date.fromordinal(ordinal), time.min) + starts.clock


def _back_days(days: int) -> Callable[[datetime], datetime]:
    return lambda wall: wall - timedelta(days=days)


def months_before(wall: datetime, months: int) -> datetime:
    """The same day and time, whole months earlier; the month's last day where it is shorter.

    Raises OverflowError before the year 1.
    """
    number = wall.year * 12 + wall.month - 1 - months
    if number < 12:
        raise OverflowError("before the year 1")
    first = wall.replace(year=number // 12, month=number % 12 + 1, day=1)
    return first.replace(day=min(wall.day, days_in_month(first)))


def days_in_month(day: date) -> int:
    """How many days the month of ``day`` has."""
    from calendar import monthrange

    return monthrange(day.year, day.month)[1]
