"""The window of an issue: schedule and options -> Window, and which articles lie in it. Pure."""

from digest.window.gaps import compose_command, find_gaps, overlaps
from digest.window.membership import is_ahead, judge, published_instant
from digest.window.moments import first_instant, parse_moment, zone_named
from digest.window.past import PUT_OFF, Past, PastWindow
from digest.window.policy import Policies, parse_span
from digest.window.resolve import WindowRequest, describe, resolve
from digest.window.schedule import parse_schedule

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
