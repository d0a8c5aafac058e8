"""Which window a run composes, into which folder, and what is to be said of the two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from digest.config import Schedule
from digest.issue.past import Memory
from digest.issue.slug import slug_for
from digest.model import Window
from digest.window import (
    WindowRequest,
    compose_command,
    describe,
    find_gaps,
    overlaps,
    parse_schedule,
    resolve,
)

_SLUGS_TOLD = 3


def choose_window(
    request: WindowRequest,
    schedule: Schedule,
    memory: Memory,
    *,
    timezone: str,
    now: datetime,
    was_sent: Callable[[str], bool],
) -> Window:
    """The window to compose.

    Without options, an issue that already reaches the latest boundary is composed again, as
    long as it has not been sent: the machine may propose every day of the week.
    """
    if request == WindowRequest() and memory.issues:
        try:
            boundary = parse_schedule(schedule, timezone=timezone).at_or_before(now)
        except OverflowError:
            boundary = None  # beyond the calendar's ends; resolve says so
        last_end = memory.last_end
        for past in memory.issues:
            if past.window is None or boundary is None or last_end is None:
                continue
            reached = {_utc(past.window.end), _utc(boundary), _utc(last_end)}
            if len(reached) == 1 and not was_sent(past.slug):
                return past.window
    return resolve(request, schedule, timezone=timezone, now=now, last_end=memory.last_end)


def choose_slug(window: Window, memory: Memory) -> str:
    """The folder of the issue with this window.

    An issue that has the very window keeps its folder, whatever it was renamed to. Where
    another issue has the name that the window would give (two issues in one day), the time
    of day goes with it.
    """
    windows = {issue.slug: issue.window for issue in memory.issues}
    for slug, other in windows.items():
        if other and is_same(window, other):
            return slug
    slug = slug_for(window)
    namesake = windows.get(slug)
    if namesake is None or overlaps(window, namesake):
        return slug
    return f"{slug}T{window.start:%H%M}"


def notes_on(
    window: Window, memory: Memory, slug: str, *, now: datetime, again: bool
) -> tuple[str, ...]:
    """What an editor should know of the window: gaps at its edges, overlaps, an early end."""
    others = {issue.slug: issue.window for issue in memory.issues if issue.slug != slug}
    notes = [
        f"no issue covers {describe(gap)}: `{compose_command(gap)}` composes one for it"
        for gap in find_gaps([window, *filter(None, others.values())], window.timezone)
        if _utc(gap.end) == _utc(window.start) or _utc(gap.start) == _utc(window.end)
    ]
    shared = [name for name, other in others.items() if other and overlaps(window, other)]
    if shared and not again:
        more = f" and {len(shared) - _SLUGS_TOLD} more" if len(shared) > _SLUGS_TOLD else ""
        notes.append(
            f"the window overlaps that of {', '.join(shared[:_SLUGS_TOLD])}{more}: what stands "
            "there does not come again, unless with --again"
        )
    if _utc(window.end) > _utc(now):
        notes.append(
            "composed before its window ends: what comes after this run is rescued into the "
            "next issue, or taken in when this one is composed again"
        )
    return tuple(notes)


def is_same(one: Window, other: Window) -> bool:
    """Whether two windows hold the same instants."""
    return (_utc(one.start), _utc(one.end)) == (_utc(other.start), _utc(other.end))


def _utc(moment: datetime) -> datetime:
    # Two times of one zone compare by their wall clocks in Python: compare in UTC, always.
    return moment.astimezone(UTC)
