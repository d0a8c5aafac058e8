"""Feeds whose dates say nothing: all alike, all of this moment, or none at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from digest.model.article import Article, Link, When
from digest.sources.health import Dates, doubt_dates, find_usual_interval

NOW = datetime(2025, 4, 28, 7, tzinfo=UTC)


def dates(moments: Sequence[datetime | None], *, days_only: bool = False) -> Dates:
    return Dates.of(
        [
            Article(
                id=str(number),
                title=f"News {number}",
                source=Link(name="Example"),
                input="feed",
                first_seen=NOW,
                published=None
                if moment is None
                else When(
                    value=moment.date() if days_only else moment, raw="", basis="feed:published"
                ),
            )
            for number, moment in enumerate(moments)
        ]
    )


def hours_before(*hours: float) -> list[datetime | None]:
    return [NOW - timedelta(hours=each) for each in hours]


def test_entries_that_are_all_dated_alike_are_doubted() -> None:
    assert doubt_dates(dates(hours_before(5, 5, 5)), now=NOW) == (
        "all 3 entries are dated 28 Apr 2025 02:00 UTC: their dates are not to be trusted"
    )


def test_entries_that_are_all_of_this_moment_are_doubted() -> None:
    assert doubt_dates(dates(hours_before(0, 0.01, 0.02)), now=NOW) == (
        "all 3 entries are dated to the moment of this visit: their dates are not to be trusted"
    )


def test_the_share_of_undated_entries_is_told_when_it_is_half_or_more() -> None:
    half = [*hours_before(5, 6), None, None]
    assert doubt_dates(dates(half), now=NOW) == "2 of 4 entries state no date"
    assert doubt_dates(dates([*hours_before(5, 6, 7), None]), now=NOW) == ""


@pytest.mark.parametrize(
    "moments", [hours_before(1, 2, 3), hours_before(0, 0.01, 30), hours_before(5, 5), [None, None]]
)
def test_nothing_is_said_of_ordinary_dates_and_of_few_entries(
    moments: list[datetime | None],
) -> None:
    assert doubt_dates(dates(moments), now=NOW) == ""


def test_many_entries_of_one_day_are_ordinary() -> None:
    assert doubt_dates(dates(hours_before(1, 2, 3), days_only=True), now=NOW) == ""


def test_the_usual_interval_is_the_median_and_unknown_of_two_entries() -> None:
    assert find_usual_interval(dates(hours_before(1, 2, 3, 50))) == timedelta(hours=1)
    assert find_usual_interval(dates(hours_before(1, 2))) is None
