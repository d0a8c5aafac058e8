"""Where the windows of issues do not meet, and how a stretch of time is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from digest.model import Window
from digest.window.moments import parse_moment, zone_named
from digest.window.resolve import window_label


def find_gaps(windows: Iterable[Window], timezone: str) -> list[Window]:
    """The stretches between the windows that none of them covers, in order."""
    zone = zone_named(timezone)
    gaps = []
    reached: datetime | None = None
    for window in sorted(windows, key=lambda window: window.start.astimezone(UTC)):
        start, end = window.start.astimezone(UTC), window.end.astimezone(UTC)
        if reached is not None and start > reached:
            gaps.append(
                Window(
                    start=reached.astimezone(zone), end=start.astimezone(zone), timezone=timezone
                )
            )
        reached = end if reached is None else max(reached, end)
    return gaps


def overlaps(one: Window, other: Window) -> bool:
    """Whether an instant lies in both."""
    return max(one.start.astimezone(UTC), other.start.astimezone(UTC)) < min(
        one.end.astimezone(UTC), other.end.astimezone(UTC)
    )


def compose_command(window: Window) -> str:
    """The command that composes exactly this window, as it is typed."""
    label = window_label(window)
    if re.fullmatch(r"\d{4}-W\d{2}", label):
        return f"digest compose --week {label}"
    if re.fullmatch(r"\d{4}-\d{2}", label):
        return f"digest compose --month {label}"
    start, end = (_written(moment, window.timezone) for moment in (window.start, window.end))
    return f"digest compose --since {start} --until {end}"


def _written(moment: datetime, timezone: str) -> str:
    """A moment as an option takes it: on the local clock, with its offset where that is needed."""
    local = moment.astimezone(zone_named(timezone))
    text = local.replace(tzinfo=None).isoformat(timespec="minutes")
    if parse_moment(text, timezone=timezone).astimezone(UTC) == moment.astimezone(UTC):
        return text
    return local.astimezone(UTC).isoformat().replace("+00:00", "Z")
