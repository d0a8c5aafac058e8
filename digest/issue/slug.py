"""What an issue's folder is called."""

from __future__ import annotations

from datetime import timedelta

from digest.model import Window
from digest.window import first_instant, zone_named


def slug_for(window: Window) -> str:
    """The ISO week of a window that is exactly one (``2025-W17``), else its first date.

    A week runs from the first instant of a Monday to that of the next in the window's zone.
    """
    zone = zone_named(window.timezone)
    first = window.start.astimezone(zone).date()
    is_week = (
        first.weekday() == 0
        and window.start == first_instant(first, zone)
        and window.end == first_instant(first + timedelta(days=7), zone)
    )
    if not is_week:
        return first.isoformat()
    year, week, _ = first.isocalendar()
    return f"{year}-W{week:02}"
