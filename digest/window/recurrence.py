"""Schedules by RFC 5545 RRULE: dateutil counts naive wall times, zones come afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from digest.errors import UsageError
from digest.window.moments import parse_moment

if TYPE_CHECKING:
    from dateutil.rrule import rrule

    from digest.window.schedule import Starts

_PARTS = (
    *("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYYEARDAY"),
    *("BYWEEKNO", "BYDAY", "BYSETPOS", "BYHOUR", "BYMINUTE", "BYEASTER"),
)
_UNITS = {
    "HOURLY": timedelta(hours=1),
    "DAILY": timedelta(days=1),
    "WEEKLY": timedelta(weeks=1),
    "MONTHLY": None,
    "YEARLY": None,
}
_WHICH_DAY = ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYDAY", "BYEASTER")
# How far to look for a boundary before looking further: most rules recur within weeks, the
# 29th of February within eight years.
_REACHES = (timedelta(days=64), timedelta(days=400), timedelta(days=3700))
# RFC 5545 §3.3.10; with a sign where a rule may count from the end.
_RANGES = {
    "BYMONTH": ("", 1, 12),
    "BYMONTHDAY": ("+-", 1, 31),
    "BYYEARDAY": ("+-", 1, 366),
    "BYWEEKNO": ("+-", 1, 53),
    "BYSETPOS": ("+-", 1, 366),
    "BYHOUR": ("", 0, 23),
    "BYMINUTE": ("", 0, 59),
}
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A rule over naive wall times.

    ``step`` is the wall distance by which the rule may be moved without changing what it
    means, None where it may not: then it is counted from its beginning.
    """

    rule: rrule
    begins: datetime
    until: datetime | None
    step: timedelta | None
    zone: ZoneInfo

    def down(self, wall: datetime) -> Iterator[datetime]:
        """Wall times not after ``wall``, latest first."""
        upper = wall
        for reach in (*_REACHES, None):
            lower = self.begins if reach is None else max(self.begins, _moved(wall, -reach))
            yield from reversed([at for at in self._between(lower, upper) if at <= upper])
            if lower == self.begins:
                return
            upper = lower - timedelta(microseconds=1)

    def up(self, wall: datetime) -> Iterator[datetime]:
        """Wall times not before ``wall``, earliest first."""
        lower = wall
        for reach in (*_REACHES, None):
            upper = datetime.max if reach is None else _moved(wall, reach)
            yield from (at for at in self._between(lower, upper) if at >= lower)
            if upper == datetime.max or (self.until is not None and upper >= self.until):
                return
            lower = upper + timedelta(microseconds=1)

    def _between(self, lower: datetime, upper: datetime) -> Iterator[datetime]:
        if upper < self.begins:
            return iter(())
        begins = self.begins
        if self.step is not None and lower > begins:
            # One step too early, so that a week that has begun is counted whole.
            begins += max(0, (lower - begins) // self.step - 1) * self.step
        limit = upper if self.until is None else min(upper, self.until)
        return takewhile(lambda wall: wall <= limit, self.rule.replace(dtstart=begins))


def parse_rrule(text: str, *, anchor: datetime, starts: Starts, zone: ZoneInfo) -> Recurrence:
    """The rule of ``schedule.every``, counted from ``anchor``; UsageError says what is wrong."""
    from dateutil.rrule import rrule, rrulestr

    parts = _split(text)
    if parts.get("FREQ") not in _UNITS:
        raise _wrong(f"FREQ is {parts.get('FREQ', 'missing')}", f"give one of {', '.join(_UNITS)}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise _wrong("COUNT and UNTIL contradict each other", "give one of them")
    _check_days(parts, starts)
    until = _until(parts.pop("UNTIL", None), zone)
    line = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        rule = rrulestr(f"RRULE:{line}", dtstart=anchor)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise _wrong(f"cannot be read ({error})", "see RFC 5545, section 3.3.10") from error
    if not isinstance(rule, rrule):  # rrulestr gives a set for several rules; there is one here
        raise _wrong("more than one rule", "give a single RRULE")
    unit = _UNITS[parts["FREQ"]]
    movable = unit is not None and "COUNT" not in parts
    return Recurrence(
        rule=rule,
        begins=anchor,
        until=until,
        step=unit * int(parts.get("INTERVAL", "1")) if unit is not None and movable else None,
        zone=zone,
    )


def _split(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    body = re.sub(r"\s+", "", text).upper().removeprefix("RRULE:").rstrip(";")
    for part in body.split(";"):
        name, _, value = part.partition("=")
        if name not in _PARTS:
            import difflib

            near = difflib.get_close_matches(name, _PARTS, n=1)
            raise _wrong(
                f"unknown part {name!r}",
                f"did you mean {near[0]}?" if near else f"known parts: {', '.join(_PARTS)}",
            )
        if name in parts:
            raise _wrong(f"{name} stands twice", "give it once")
        parts[name] = value
    for name, (signs, least, most) in _RANGES.items():
        for number in parts[name].split(",") if name in parts else ():
            digits = number.lstrip(signs)
            whole = digits.isascii() and digits.isdigit() and len(number) - len(digits) <= 1
            if not (whole and least <= int(digits[:6]) <= most):
                sign = ", with a minus from the end" if signs else ""
                raise _wrong(f"{name} is {parts[name]!r}", f"give numbers {least} to {most}{sign}")
    for name in ("INTERVAL", "COUNT"):
        if name in parts and not re.fullmatch(r"[1-9]\d{0,5}", parts[name], re.ASCII):
            raise _wrong(f"{name} is {parts[name]!r}", "give a whole number from 1")
    return parts


def _check_days(parts: dict[str, str], starts: Starts) -> None:
    """A monthly or yearly rule says on which day; days that no month has are a mistake."""
    monthly = parts["FREQ"] in ("MONTHLY", "YEARLY")
    said = any(name in parts for name in _WHICH_DAY)
    anchored = starts.date is not None or (starts.day is not None and parts["FREQ"] == "MONTHLY")
    if monthly and not said and not anchored:
        raise _wrong("it does not say on which day", "add BYMONTHDAY=1 or BYDAY=1MO")
    months = _numbers(parts.get("BYMONTH")) or list(range(1, 13))
    days = _numbers(parts.get("BYMONTHDAY"))
    longest = max((_MONTH_DAYS[month - 1] for month in months if 1 <= month <= 12), default=31)
    if days and all(abs(day) > longest or day == 0 for day in days):
        raise _wrong("it names a day that never comes", "check BYMONTH and BYMONTHDAY")


def _until(value: str | None, zone: ZoneInfo) -> datetime | None:
    """UNTIL as a wall time of the zone: RFC 5545 writes it in UTC, as local, or as a date."""
    if value is None:
        return None
    found = re.fullmatch(r"(\d{8})(?:T(\d{6})(Z?))?", value, re.ASCII)
    if found is None:
        raise _wrong(f"UNTIL is {value!r}", "write 20251231 or 20251231T000000Z")
    day, clock, utc = found.groups()
    moment = f"{day}T{clock or '235959'}{utc or ''}"
    read = parse_moment(moment, timezone=zone.key, option="schedule.every")
    return read.replace(tzinfo=None, fold=0)


def _numbers(value: str | None) -> list[int]:
    parts = (value or "").split(",")
    return [int(part) for part in parts if re.fullmatch(r"[+-]?\d{1,3}", part, re.ASCII)]


def _moved(wall: datetime, by: timedelta) -> datetime:
    try:
        return wall + by
    except OverflowError:
        return datetime.min if by < timedelta(0) else datetime.max


def _wrong(what: str, fix: str) -> UsageError:
    return UsageError(f"recurrence rule: {what}", where="schedule.every", fix=fix)
