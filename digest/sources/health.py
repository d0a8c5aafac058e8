"""Whether a feed that answers is well: does it still bring anything, and did it bring all?"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol

from digest.model.article import When
from digest.model.report import SourceStatus

_STALE_AFTER = timedelta(days=60)
_STALE_GAPS = 4
_DAY = "%d %b %Y"
_MINUTE = "%d %b %Y %H:%M UTC"
_FEW = 3
"""Of fewer entries nothing is said: they may well share a time, or have none."""
_OF_THIS_VISIT = timedelta(minutes=5)
_CLOCK_SLACK = timedelta(minutes=5)
"""Clocks that differ by less are one clock."""


class Dated(Protocol):
    """What is to be known of an entry: when it was published, and first seen."""

    @property
    def published(self) -> When | None: ...

    @property
    def first_seen(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """How a source fared before this run; ``articles`` is what it gave at its last success."""

    last_success: datetime | None = None
    articles: int = 0


def judge_health(
    articles: Sequence[Dated], *, record: Record, now: datetime, there: datetime
) -> tuple[SourceStatus | None, str]:
    """The word and the sentence for a feed's articles, (None, "") when all is well.

    ``saturated``: none of the entries was seen before and all are dated after the last visit, so
    that older ones may have come and gone between. ``stale``: the newest entry is older than 60
    days and than four times the feed's usual interval, by its server's clock, which tells
    ``there``. Undated entries say nothing.
    """
    moments = sorted(_instant(article.published) for article in articles if article.published)
    if not moments:
        return None, ""
    last = record.last_success
    if (
        last is not None
        and last < now
        and record.articles
        and last < moments[0]
        and all(article.first_seen == now for article in articles)
    ):
        those = "its only entry is" if len(articles) == 1 else f"all {len(articles)} entries are"
        return "saturated", (
            f"{those} new since {last:{_DAY}}: "
            f"older ones may have come and gone before {moments[0]:{_DAY}}"
        )
    silence, gap = there - moments[-1], _usual_gap(moments)
    if silence > max(_STALE_AFTER, gap * _STALE_GAPS):
        usual = f", usually one in {_days(gap)}" if gap else ""
        return "stale", f"the newest entry is of {moments[-1]:{_DAY}}{usual}"
    return None, ""


def doubt_dates(articles: Sequence[Dated], *, now: datetime) -> str:
    """Why the dates of a feed's entries are not to be trusted, or how many have none; "" when
    there is nothing to say.

    A feed that dates all entries alike, or all to the moment of the visit, dates itself.
    """
    if len(articles) < _FEW:
        return ""
    dated = [article.published for article in articles if article.published]
    undated = len(articles) - len(dated)
    if undated * 2 >= len(articles):
        return f"{undated} of {len(articles)} entries state no date"
    # A day alone is shared by all that came out on it.
    if len(dated) < _FEW or any(when.is_date for when in dated):
        return ""
    moments = [_instant(when) for when in dated]
    if len(set(moments)) == 1:
        return (
            f"all {len(moments)} entries are dated {moments[0]:{_MINUTE}}: "
            "their dates are not to be trusted"
        )
    if all(abs(moment - now) <= _OF_THIS_VISIT for moment in moments):
        return (
            f"all {len(moments)} entries are dated to the moment of this visit: "
            "their dates are not to be trusted"
        )
    return ""


def describe_emptied(articles: int, at: datetime) -> str:
    """That a source which gave articles at its last success gives none now."""
    return f"it gave {articles:,} article{'' if articles == 1 else 's'} on {at:{_DAY}}"


def is_off(clock: timedelta) -> bool:
    """Whether a server's clock that is ahead by ``clock`` is another than ours."""
    return abs(clock) > _CLOCK_SLACK


def describe_clock(articles: Sequence[Dated], *, clock: timedelta | None, now: datetime) -> str:
    """That a server's clock differs from ours, and how many of its entries are dated ahead for no
    other reason; "" where it does not, or is not told. ``clock`` is by how much it is ahead."""
    if clock is None or not is_off(clock):
        return ""
    way = "ahead of" if clock > timedelta() else "behind"
    words = f"its server's clock is {_span(abs(clock))} {way} ours"
    moments = (
        _instant(article.published)
        for article in articles
        if article.published and not article.published.is_date
    )
    ahead = sum(now < moment <= now + clock + _CLOCK_SLACK for moment in moments)
    if ahead and clock > timedelta():
        words += f", by which {ahead} of its entries {'is' if ahead == 1 else 'are'} dated ahead"
    return words


def _span(time: timedelta) -> str:
    minutes = round(time / timedelta(minutes=1))
    if minutes < 120:
        return f"{minutes} min"
    return f"{round(minutes / 60)} h" if minutes < 48 * 60 else f"{round(minutes / 1440)} days"


def find_usual_interval(articles: Sequence[Dated]) -> timedelta | None:
    """The median time between a feed's entries; None when there are too few to tell."""
    moments = sorted(_instant(article.published) for article in articles if article.published)
    return _usual_gap(moments) or None


def _usual_gap(moments: Sequence[datetime]) -> timedelta:
    """The median time between entries, zero when there are too few to tell."""
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    return statistics.median_low(gaps) if len(gaps) > 1 else timedelta()


def _days(gap: timedelta) -> str:
    days = round(gap / timedelta(days=1))
    return f"{days} days" if days > 1 else "a day"


def _instant(when: When) -> datetime:
    value = when.value
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.combine(value, time(), UTC)
