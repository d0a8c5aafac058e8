"""Whether a feed that answers is well: does it still bring anything, and did it bring all?"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from digest.model.article import Article, When
from digest.model.report import SourceStatus

_STALE_AFTER = timedelta(days=60)
_STALE_GAPS = 4
_DAY = "%d %b %Y"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """How a source fared before this run; ``articles`` is what it gave at its last success."""

    last_success: datetime | None = None
    articles: int = 0


def judge_health(
    articles: Sequence[Article], *, record: Record, now: datetime
) -> tuple[SourceStatus | None, str]:
    """The word and the sentence for a feed's articles, (None, "") when all is well.

    ``saturated``: none of the entries was seen before and all are dated after the last visit, so
    that older ones may have come and gone between. ``stale``: the newest entry is older than 60
    days and than four times the feed's usual interval. Undated entries say nothing.
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
        return "saturated", (
            f"all {len(articles)} entries are new since {last:{_DAY}}: "
            f"older ones may have come and gone before {moments[0]:{_DAY}}"
        )
    silence, gap = now - moments[-1], _usual_gap(moments)
    if silence > max(_STALE_AFTER, gap * _STALE_GAPS):
        usual = f", usually one in {_days(gap)}" if gap else ""
        return "stale", f"the newest entry is of {moments[-1]:{_DAY}}{usual}"
    return None, ""


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
