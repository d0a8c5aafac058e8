"""What an issue's folder is called."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from digest.model import Window


def slug_for(window: Window) -> str:
    """The ISO week of a window that is exactly one (``2025-W17``), else its first date.

    A week runs from the first instant of a Monday to that of the next in the window's zone.
    """
    zone = ZoneInfo(window.timezone)
    first = window.start.astimezone(zone).date()
    is_week = (
        first.weekday() == 0
        and window.start == _day_start(first, zone)
        and window.end == _day_start(first + timedelta(days=7), zone)
    )
    if not is_week:
        return first.isoformat()
    year, week, _ = first.isocalendar()
    return f"{year}-W{week:02}"


def _day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day; where midnight does not exist, the one that follows."""
    midnight = datetime.combine(day, time(), tzinfo=zone)
    # Through UTC and back: a time inside a gap moves to the instant at which the gap ends.
    return midnight.astimezone(UTC).astimezone(zone)
