"""The windows that are still to be composed: what is due, and what comes after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

from digest.config import Schedule
from digest.errors import UsageError
from digest.model import Window
from digest.window.moments import zone_named
from digest.window.resolve import WindowRequest, resolve
from digest.window.schedule import parse_schedule


def windows_ahead(
    schedule: Schedule,
    *,
    timezone: str,
    now: datetime,
    reached: datetime | None,
    coming: int,
) -> Iterator[tuple[Literal["due", "open", "coming"], Window]]:
    """What `digest compose` would take now, if anything, and ``coming`` windows after that.

    ``reached`` is where the last issue's window ends. The window that has begun is ``open``.
    """
    boundaries = parse_schedule(schedule, timezone=timezone)
    try:
        due = resolve(WindowRequest(), schedule, timezone=timezone, now=now, last_end=reached)
    except UsageError:
        start = reached or boundaries.at_or_before(now)  # nothing is due yet
    else:
        yield "due", due
        start = due.end
    zone = zone_named(timezone)
    for _ in range(coming):
        try:
            end = boundaries.after(start or now)
        except OverflowError:
            return
        if end is None:
            return
        if start is not None:
            window = Window(start=start.astimezone(zone), end=end, timezone=timezone)
            is_open = start.astimezone(UTC) <= now.astimezone(UTC)
            yield ("open" if is_open else "coming"), window
        start = end
