"""Instants and wall clocks: zones, local days, and the moments that people write.

One definition carries everything here: a wall time means *the first instant at which the
zone's clocks read it or later*. It gives the first that exists for a time inside a gap, the
first of the two inside a fold, and boundaries that never run backwards.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from digest.errors import UsageError

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2}|\d{8}|\d{4}-?W\d{2}-?[1-7])"
    r"(?:(?:T|\s+)(?P<clock>[\d:.,]+)\s*(?P<offset>Z|[+-][\d:]+)?)?",
    re.ASCII,
)
_DAY_END = re.compile(r"24(?::?00(?::?00(?:[.,]0+)?)?)?")
_MOMENT_FORMS = "write 2025-04-21, 2025-04-21T09:00 or 2025-04-21T09:00+09:00"
# Names that zoneinfo may find on one machine and not on another, or that are no place's time.
_NOT_ZONES = re.compile(r"(?:localtime|posixrules|Factory|(?:posix|right)/.*)")


def zone_named(name: str, *, where: str = "timezone") -> ZoneInfo:
    """The zone of an IANA name; UsageError names the nearest one that exists."""
    try:
        if not _NOT_ZONES.fullmatch(name):
            return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        pass  # unknown, not a name at all, or a folder of the database
    near = _nearest_zone(name)
    raise UsageError(
        f"not an IANA time zone: {name[:60]!r}",
        where=where,
        fix=f"did you mean {near}?" if near else "write a name such as Asia/Seoul or UTC",
    )


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant at which the clocks of ``zone`` read ``wall`` (naive) or later, in UTC.

    Raises OverflowError where UTC has no such year.
    """
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _reading(instant, zone) == wall.replace(fold=0):
        return instant
    # A gap. Its end lies between the readings by the offset after it and by the one before it;
    # transitions stand on whole seconds, so halving the stretch finds it exactly.
    start = wall.replace(tzinfo=zone, fold=1).astimezone(UTC).replace(microsecond=0)
    before, reached = 0, int((instant - start).total_seconds()) + 1
    while reached - before > 1:
        middle = (before + reached) // 2
        if _reading(start + timedelta(seconds=middle), zone) >= wall:
            reached = middle
        else:
            before = middle
    return start + timedelta(seconds=reached)


@lru_cache(maxsize=4096)
def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC."""
    return instant_of(datetime.combine(day, time.min), zone)


def parse_moment(text: str, *, timezone: str, end: bool = False, option: str = "--now") -> datetime:
    """The instant that a person wrote, in ``timezone``.

    A date alone is the first instant of that local day, with ``end`` that of the next one (so
    that the day is included). A time without a zone is local; inside a gap it is the first that
    exists, inside a fold the first of the two, 24:00 the next midnight. Fractions beyond
    microseconds are cut. Raises UsageError that names ``option``.
    """
    zone = zone_named(timezone)
    found = _MOMENT.fullmatch(" ".join(text.split()).upper().replace("\u2212", "-"))
    if found is None:
        raise UsageError(
            f"not a date or time: {text[:60]!r}", where=option, fix=_other_option(text)
        )
    try:
        instant = _instant_written(found, zone, end=end)
        return instant.astimezone(zone)
    except ValueError as error:
        raise UsageError(
            f"no such date or time: {text[:60]!r} ({error})", where=option, fix=_MOMENT_FORMS
        ) from error
    except OverflowError as error:
        raise beyond_years(text, option) from error


def beyond_years(text: str, option: str) -> UsageError:
    """The error for moments that calendars cannot hold in every zone."""
    return UsageError(
        f"reaches beyond the years 1 to 9999: {text[:60]!r}",
        where=option,
        fix="give a time between 0001-01-03 and 9999-12-29",
    )


def show_day(day: date) -> str:
    """``21 Apr 2025``, whatever the locale."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def show_wall(moment: datetime) -> str:
    """``21 Apr 2025 00:00`` as the moment's own clock reads; seconds only where there are any."""
    seconds = f":{moment.second:02}" if moment.second else ""
    return f"{show_day(moment)} {moment.hour:02}:{moment.minute:02}{seconds}"


def _instant_written(found: re.Match[str], zone: ZoneInfo, *, end: bool) -> datetime:
    day = date.fromisoformat(found["day"])
    clock = found["clock"]
    if clock is None:
        return first_instant(day + timedelta(days=1) if end else day, zone)
    if _DAY_END.fullmatch(clock):
        day, clock = day + timedelta(days=1), "00:00"
    wall = datetime.combine(day, time.fromisoformat(clock))
    if found["offset"] is None:
        return instant_of(wall, zone)
    return datetime.combine(day, time.fromisoformat(clock + found["offset"])).astimezone(UTC)


def _reading(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def _other_option(text: str) -> str:
    cleaned = text.strip()
    if re.fullmatch(r"\d{4}-?W\d{1,2}", cleaned, re.IGNORECASE):
        return f"write --week {cleaned}"
    if re.fullmatch(r"\d{4}-\d{1,2}", cleaned):
        return f"write --month {cleaned}"
    if re.fullmatch(r"\d+\s*[dwm]", cleaned, re.IGNORECASE):
        return f"write --last {cleaned}"
    return _MOMENT_FORMS


def _nearest_zone(name: str) -> str | None:
    import difflib
    from zoneinfo import available_timezones

    wanted = name.strip().replace(" ", "_").casefold()
    known = sorted(zone for zone in available_timezones() if not _NOT_ZONES.fullmatch(zone))
    folded = {zone.casefold(): zone for zone in known}
    if not wanted or len(wanted) > 60:
        return None
    if wanted in folded:
        return folded[wanted]
    for zone in folded:
        if zone.rpartition("/")[2] == wanted.rpartition("/")[2]:
            return folded[zone]
    near = difflib.get_close_matches(wanted, folded, n=1)
    return folded[near[0]] if near else None
