"""Whether a feed that answers is well: does it still bring anything, and did it bring all?"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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
    """What is to be known of an entry: when it was published."""

    @property
    def published(self) -> When | None: ...


class Dates:
    """The dates of a feed's entries: ``moments``, sorted, days at their midnight in UTC; ``exact``
    are those that are no days. ``count`` is how many entries there are, dated or not."""

    __slots__ = ("count", "exact", "moments")

    def __init__(self, values: Iterable[date | None]) -> None:
        self.moments: list[datetime] = []
        self.exact: list[datetime] = []
        self.count = 0
        for value in values:
            self.count += 1
            if isinstance(value, datetime):
                moment = value.astimezone(UTC)
                self.exact.append(moment)
                self.moments.append(moment)
            elif value is not None:
                self.moments.append(datetime.combine(value, time(), UTC))
        self.moments.sort()

    @classmethod
    def of(cls, entries: Iterable[Dated]) -> Dates:
        """Those of entries as they were read."""
        return cls(entry.published.value if entry.published else None for entry in entries)

    @classmethod
    def stated(cls, written: Iterable[str]) -> Dates:
        """Those that were written in ISO 8601, "" for none."""
        return cls(_read(text) for text in written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """How a source fared before this run; ``articles`` is what it gave at its last success."""

    last_success: datetime | None = None
    articles: int = 0


def judge_health(
    dates: Dates, *, all_new: bool, record: Record, now: datetime, there: datetime
) -> tuple[SourceStatus | None, str]:
    """The word and the sentence for a feed's articles, (None, "") when all is well; ``all_new``
    where no run saw one of them before.

    ``saturated``: none of the entries was seen before and all are dated after the last visit, so
    that older ones may have come and gone between. ``stale``: the newest entry is older than 60
    days and than four times the feed's usual interval, by its server's clock, which tells
    ``there``. Undated entries say nothing.
    """
    moments = dates.moments
    if not moments:
        return None, ""
    last = record.last_success
    if last is not None and last < now and record.articles and last < moments[0] and all_new:
        those = "its only entry is" if dates.count == 1 else f"all {dates.count} entries are"
        return "saturated", (
            f"{those} new since {last:{_DAY}}: "
            f"older ones may have come and gone before {moments[0]:{_DAY}}"
        )
    silence, gap = there - moments[-1], _usual_gap(moments)
    if silence > max(_STALE_AFTER, gap * _STALE_GAPS):
        usual = f", usually one in {_days(gap)}" if gap else ""
        return "stale", f"the newest entry is of {moments[-1]:{_DAY}}{usual}"
    return None, ""


def doubt_dates(dates: Dates, *, now: datetime) -> str:
    """Why the dates of a feed's entries are not to be trusted, or how many have none; "" when
    there is nothing to say.

    A feed that dates all entries alike, or all to the moment of the visit, dates itself.
    """
    if dates.count < _FEW:
        return ""
    moments = dates.moments
    undated = dates.count - len(moments)
    if undated * 2 >= dates.count:
        return f"{undated} of {dates.count} entries state no date"
    # A day alone is shared by all that came out on it.
    if len(moments) < _FEW or len(dates.exact) < len(moments):
        return ""
    if moments[0] == moments[-1]:
        return (
            f"all {len(moments)} entries are dated {moments[0]:{_MINUTE}}: "
            "their dates are not to be trusted"
        )
    if abs(moments[0] - now) <= _OF_THIS_VISIT and abs(moments[-1] - now) <= _OF_THIS_VISIT:
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


def describe_clock(dates: Dates, *, clock: timedelta | None, now: datetime) -> str:
    """That a server's clock differs from ours, and how many of its entries are dated ahead for no
    other reason; "" where it does not, or is not told. ``clock`` is by how much it is ahead."""
    if clock is None or not is_off(clock):
        return ""
    way = "ahead of" if clock > timedelta() else "behind"
    words = f"its server's clock is {_span(abs(clock))} {way} ours"
    ahead = sum(now < moment <= now + clock + _CLOCK_SLACK for moment in dates.exact)
    if ahead and clock > timedelta():
        words += f", by which {ahead} of its entries {'is' if ahead == 1 else 'are'} dated ahead"
    return words


def _span(time: timedelta) -> str:
    minutes = round(time / timedelta(minutes=1))
    if minutes < 120:
        return f"{minutes} min"
    return f"{round(minutes / 60)} h" if minutes < 48 * 60 else f"{round(minutes / 1440)} days"


def find_usual_interval(dates: Dates) -> timedelta | None:
    """The median time between a feed's entries; None when there are too few to tell."""
    return _usual_gap(dates.moments) or None


def _usual_gap(moments: Sequence[datetime]) -> timedelta:
    """The median time between entries, zero when there are too few to tell."""
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    return sorted(gaps)[(len(gaps) - 1) // 2] if len(gaps) > 1 else timedelta()


def _days(gap: timedelta) -> str:
    days = round(gap / timedelta(days=1))
    return f"{days} days" if days > 1 else "a day"


def _read(text: str) -> date | None:
    if not text:
        return None
    is_day = len(text) <= len("2025-04-28")
    return date.fromisoformat(text) if is_day else datetime.fromisoformat(text)
