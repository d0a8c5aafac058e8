"""An instant that a page declares in UTC, on the clock of the page itself.

24 April 02:41 UTC is the evening of the 23rd in New York, and that is the day on which the page
came out there. The instant stays the same; what is found is the offset of the page's clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from digest.articles.beside import Shown
from digest.model import When

_LEAST, _MOST = timedelta(hours=-12), timedelta(hours=14)
"""The offsets of the world's clocks."""
_LEAST_LIVED, _MOST_LIVED = timedelta(hours=-10), timedelta(hours=13)
"""Those of places that have newspapers."""
_STEP = timedelta(minutes=30)


def is_utc(when: When) -> bool:
    """Whether a date is an instant that was declared in UTC."""
    return isinstance(when.value, datetime) and when.zone_known and not when.value.utcoffset()


def by_clocks(declared: When, others: Iterable[When]) -> When:
    """The instant on the page's clock, where another declaration states that clock.

    With its offset, or without one: 24 April 01:49:09 UTC and 23 April 17:49:09 are the same
    moment eight hours west.
    """
    instant = declared.value
    if not isinstance(instant, datetime) or not is_utc(declared):
        return declared
    offsets = []
    for other in others:
        value = other.value
        if not isinstance(value, datetime):
            continue
        if other.zone_known and value.utcoffset() and abs((value - instant).total_seconds()) < 60:
            return replace(other, basis=declared.basis)
        offset = value.replace(tzinfo=None) - instant.astimezone(UTC).replace(tzinfo=None)
        exact = instant.minute or instant.second  # full hours are alike by chance
        if exact and offset and not offset % _STEP and _LEAST_LIVED <= offset <= _MOST_LIVED:
            offsets.append(offset)
    if len(set(offsets)) == 1:
        return replace(declared, value=instant.astimezone(timezone(offsets[0])))
    return declared


def by_shown(declared: When, shown: Shown) -> When:
    """The instant on the page's clock, where the page shows the day before or after.

    Where the page shows the time as well, the two together state its offset. Else it is the
    offset nearest to UTC, in whole hours, at which the instant falls on the day that is shown.
    """
    instant = declared.value
    if not isinstance(instant, datetime):
        return declared
    utc = instant.astimezone(UTC)
    offset = timedelta(0)
    if shown.wall is not None:
        offset = shown.wall - utc.replace(tzinfo=None, second=0, microsecond=0)
    if not offset or offset % timedelta(minutes=15) or not _LEAST <= offset <= _MOST:
        offset = _nearest(utc, shown.day)
    if not _LEAST <= offset <= _MOST:
        return declared
    return replace(declared, value=utc.astimezone(timezone(offset)))


def by_address(declared: When, day: str) -> When:
    """The instant on the page's clock, where its address has the day before or after.

    Only where people live at the offset that this takes: an address may also be a day early.
    """
    instant = declared.value
    if not isinstance(instant, datetime) or not is_utc(declared):
        return declared
    utc = instant.astimezone(UTC)
    offset = _nearest(utc, day)
    if not _LEAST_LIVED <= offset <= _MOST_LIVED:
        return declared
    return replace(declared, value=utc.astimezone(timezone(offset)))


def _nearest(utc: datetime, day: str) -> timedelta:
    """The offset nearest to UTC, in whole hours, at which an instant falls on the next day."""
    later = day > utc.date().isoformat()
    return timedelta(hours=24 - utc.hour if later else -utc.hour - 1)
