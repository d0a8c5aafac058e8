"""The window of an issue: schedule and options -> Window, and which articles lie in it. Pure."""

from typing import TYPE_CHECKING

from digest.window.gaps import compose_command, find_gaps, overlaps
from digest.window.moments import first_instant, parse_moment, zone_named
from digest.window.past import PUT_OFF, Past, PastWindow
from digest.window.policy import Policies, parse_span
from digest.window.resolve import WindowRequest, describe, resolve
from digest.window.schedule import parse_schedule

if TYPE_CHECKING:
    from digest.window.membership import is_ahead, judge, published_instant

__all__ = [
    "PUT_OFF",
    "Past",
    "PastWindow",
    "Policies",
    "WindowRequest",
    "compose_command",
    "describe",
    "find_gaps",
    "first_instant",
    "is_ahead",
    "judge",
    "overlaps",
    "parse_moment",
    "parse_schedule",
    "parse_span",
    "published_instant",
    "resolve",
    "zone_named",
]

_OF_MEMBERSHIP = {"is_ahead", "judge", "published_instant"}


def __getattr__(name: str) -> object:
    # Imported when asked for: it knows articles by their names, which takes 8 ms to load, and
    # whoever reads digest.toml asks for zones and schedules alone.
    if name in _OF_MEMBERSHIP:
        from digest.window import membership

        return getattr(membership, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
