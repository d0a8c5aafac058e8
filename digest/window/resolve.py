"""Options and schedule -> the window of one issue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NoReturn
from zoneinfo import ZoneInfo

from digest.config import Schedule
from digest.errors import UsageError
from digest.model import Window
from digest.window.moments import (
    beyond_years,
    first_instant,
    instant_of,
    parse_moment,
    show_wall,
    zone_named,
)
from digest.window.schedule import Boundaries, months_before, parse_schedule

_LAST = re.compile(r"(\d{1,5})\s*([dwm])", re.ASCII)
_WEEK = re.compile(r"(\d{4})-?w(\d{1,2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRequest:
    """The window options as typed; None means: not given."""

    since: str | None = None
    until: str | None = None
    last: str | None = None
    week: str | None = None
    month: str | None = None


def resolve(
    request: WindowRequest,
    schedule: Schedule,
    *,
    timezone: str,
    now: datetime,
    last_end: datetime | None,
) -> Window:
    """The window that the options, or without them the schedule, name.

    - ``since`` and ``until``: from the one to the other. ``since`` alone ends at ``now``.
      ``until`` alone begins where the last issue ended (``last_end``), else one period of the
      schedule earlier on the wall clock.
    - ``last`` (``7d``, ``2w``, ``1m``) ends at ``now`` and begins at the same wall time that
      many calendar days, weeks or months earlier (31 March less ``1m`` is the last of
      February).
    - ``week`` is the ISO week from its Monday to the next, ``month`` the calendar month: first
      instants of local days, whatever the schedule.
    - nothing: from ``last_end`` to the latest boundary that is not after ``now``; the first
      run begins one boundary earlier.

    ``now`` and ``last_end`` are aware. Raises UsageError that names the option and the remedy
    for options that contradict each other, windows without length, and nonsense.
    """
    zone = zone_named(timezone, where="newsletter.timezone")
    given = {
        option: text
        for option, text in (
            ("--since", request.since),
            ("--until", request.until),
            ("--last", request.last),
            ("--week", request.week),
            ("--month", request.month),
        )
        if text is not None
    }
    _refuse_contradictions(list(given))
    try:
        if request.week is not None:
            return _week(request.week, zone)
        if request.month is not None:
            return _month(request.month, zone)
        now = now.astimezone(zone)
        if request.last is not None:
            return _window(_back(request.last, now, zone), now, zone, "--last")
        if request.since is not None:
            return _since(request.since, request.until, now, zone)
        boundaries = parse_schedule(schedule, timezone=timezone)
        if request.until is not None:
            return _until(request.until, boundaries, last_end)
        return _scheduled(boundaries, now, last_end)
    except OverflowError as error:
        option, text = next(iter(given.items()), ("--now", now.isoformat()))
        raise beyond_years(text, option) from error


def describe(window: Window) -> str:
    """The window for people: ``21 Apr 2025 00:00 – 28 Apr 2025 00:00 Asia/Seoul (168 h)``.

    The hours are true ones, to one decimal where they are not whole.
    """
    hours = f"{window.hours:.1f}".removesuffix(".0")
    zone = zone_named(window.timezone)
    start, end = window.start.astimezone(zone), window.end.astimezone(zone)
    return f"{show_wall(start)} – {show_wall(end)} {window.timezone} ({hours} h)"


def window_label(window: Window) -> str:
    """The shortest true name of a window: ``2025-W17``, ``2025-04``, or its first and last day."""
    zone = zone_named(window.timezone)
    return _label(window.start.astimezone(zone), window.end.astimezone(zone), zone)


def _refuse_contradictions(options: list[str]) -> None:
    for option in ("--last", "--week", "--month"):
        others = [other for other in options if other != option]
        if option in options and others:
            raise UsageError(
                f"contradicts {' and '.join(others)}", where=option, fix="give one of them alone"
            )


def _since(since: str, until: str | None, now: datetime, zone: ZoneInfo) -> Window:
    start = parse_moment(since, timezone=zone.key, option="--since")
    if until is None:
        if _utc(start) >= _utc(now):
            _refuse(
                "--since",
                f"{show_wall(start)} is not before now, {show_wall(now)}",
                "give an earlier time, or --until as well",
            )
        return _window(start, now, zone, "--since")
    end = parse_moment(until, timezone=zone.key, end=True, option="--until")
    if _utc(start) >= _utc(end):
        _refuse(
            "--until",
            f"the window would end at {show_wall(end)}, not after its start, {show_wall(start)}",
            "give a time after that of --since",
        )
    return _window(start, end, zone, "--since")


def _until(until: str, boundaries: Boundaries, last_end: datetime | None) -> Window:
    zone = boundaries.zone
    end = parse_moment(until, timezone=zone.key, end=True, option="--until")
    start = boundaries.period_before(end) if last_end is None else last_end.astimezone(zone)
    if start is None:
        _refuse("--until", "the schedule has no period before it", "give --since as well")
    if _utc(start) >= _utc(end):
        _refuse(
            "--until",
            f"{show_wall(end)} is not after the end of the last issue, {show_wall(start)}",
            "give a later time, or --since as well",
        )
    return _window(start, end, zone, "--until")


def _scheduled(boundaries: Boundaries, now: datetime, last_end: datetime | None) -> Window:
    zone = boundaries.zone
    end = boundaries.at_or_before(now)
    start = None if end is None else boundaries.before(end)
    if last_end is not None:
        start = last_end.astimezone(zone)
        if end is None or _utc(start) >= _utc(end):
            _refuse_early(boundaries, start)
    if end is None or start is None:
        first = boundaries.after(now if end is None else end)
        when = f"; the next is {show_wall(first)}" if first else ""
        _refuse(
            "[schedule]",
            f"no whole period has passed by {show_wall(now)}{when}",
            "pass --since and --until",
        )
    return _window(start, end, zone, "[schedule]")


def _refuse_early(boundaries: Boundaries, start: datetime) -> NoReturn:
    """The last issue reaches up to the latest boundary, or beyond: nothing to compose yet."""
    end = boundaries.after(start)
    earlier = boundaries.before(start)
    again = "its own --since and --until"
    if earlier is not None and boundaries.at_or_before(start) == start:
        label = _label(earlier, start, boundaries.zone)
        if _WEEK.fullmatch(label.lower()):
            again = f"--week {label}"
        else:
            again = f"--since {_option(earlier)} --until {_option(start)}"
    if end is None:
        _refuse("[schedule]", "the schedule has ended", f"pass {again}, or change schedule.every")
    _refuse(
        "[schedule]",
        f"the window after the last issue ({show_wall(start)}) ends at {show_wall(end)}, "
        "which is not reached yet",
        f"wait, pass --until {_option(end)} to compose it early, or {again} to compose the last "
        "one again",
    )


def _week(text: str, zone: ZoneInfo) -> Window:
    found = _WEEK.fullmatch(text.strip().lower())
    if found is None:
        _refuse("--week", f"not an ISO week: {text[:60]!r}", "write 2025-W17")
    year, week = int(found[1]), int(found[2])
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError as error:
        if not 1 <= year <= 9999:
            raise beyond_years(text, "--week") from error
        last = date(year, 12, 28).isocalendar().week  # 28 December is always in the last week
        raise UsageError(
            f"{year} has no week {week}",
            where="--week",
            fix=f"its weeks run from {year}-W01 to {year}-W{last}",
        ) from error
    return _days(monday, monday + timedelta(days=7), zone, "--week")


def _month(text: str, zone: ZoneInfo) -> Window:
    found = _MONTH.fullmatch(text.strip())
    if found is None:
        _refuse("--month", f"not a month: {text[:60]!r}", "write 2025-04")
    year, month = int(found[1]), int(found[2])
    if not 1 <= year <= 9999:
        raise beyond_years(text, "--month")
    if not 1 <= month <= 12:
        _refuse("--month", f"there is no month {month}", "write 2025-04")
    return _days(date(year, month, 1), _next_month(date(year, month, 1)), zone, "--month")


def _back(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    found = _LAST.fullmatch(text.strip().lower())
    if found is None or not int(found[1]):
        _refuse("--last", f"not a span: {text[:60]!r}", "write 7d, 2w or 1m (days, weeks, months)")
    count, unit = int(found[1]), found[2]
    wall = now.replace(tzinfo=None, fold=0)
    if unit == "m":
        return instant_of(months_before(wall, count), zone)
    return instant_of(wall - timedelta(days=count * (7 if unit == "w" else 1)), zone)


def _days(first: date, after: date, zone: ZoneInfo, option: str) -> Window:
    return _window(first_instant(first, zone), first_instant(after, zone), zone, option)


def _window(start: datetime, end: datetime, zone: ZoneInfo, option: str) -> Window:
    start, end = start.astimezone(zone), end.astimezone(zone)
    if _utc(start) >= _utc(end):
        _refuse(option, "the window has no length", "give a longer one")
    return Window(start=start, end=end, timezone=zone.key, label=_label(start, end, zone))


def _label(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """The shortest true name: ``2025-W17``, ``2025-04``, ``2025-04-21``, or first and last day."""
    first = start.date()
    last = (_utc(end) - timedelta(microseconds=1)).astimezone(zone).date()
    after = last + timedelta(days=1)
    if _is_first_instant(start, first, zone) and _is_first_instant(end, after, zone):
        if first.weekday() == 0 and after - first == timedelta(days=7):
            year, week, _ = first.isocalendar()
            return f"{year:04}-W{week:02}"
        if first.day == 1 and after == _next_month(first):
            return first.isoformat()[:7]
    return first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"


def _is_first_instant(moment: datetime, day: date, zone: ZoneInfo) -> bool:
    return _utc(moment) == first_instant(day, zone)


def _next_month(first: date) -> date:
    if (first.year, first.month) == (9999, 12):
        raise OverflowError("after the year 9999")
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _option(moment: datetime) -> str:
    """A moment as an option takes it."""
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def _utc(moment: datetime) -> datetime:
    # Two times of one zone compare by their wall clocks in Python: compare in UTC, always.
    return moment.astimezone(UTC)


def _refuse(where: str, message: str, fix: str) -> NoReturn:
    raise UsageError(message, where=where, fix=fix)
