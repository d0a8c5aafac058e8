"""Which articles a window takes, and what it says of those it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from digest.config import Schedule, Source, WindowPolicy
from digest.errors import UsageError
from digest.model import Article, Link, ListedSource, Verdict, When, Window
from digest.window import (
    Past,
    PastWindow,
    Policies,
    WindowRequest,
    judge,
    parse_moment,
    parse_span,
    resolve,
)

SEOUL = "Asia/Seoul"
KEY = "https://example.org/a"


def at(text: str, zone: str = SEOUL) -> datetime:
    return parse_moment(text, timezone=zone)


def week(name: str = "2025-W17", zone: str = SEOUL) -> Window:
    return resolve(
        WindowRequest(week=name),
        Schedule(),
        timezone=zone,
        now=at("2025-05-01"),
        last_end=None,
    )


def article(
    published: datetime | date | None,
    first_seen: str = "2025-04-28T07:00",
    *,
    basis: str = "dateline",
    url: str | None = KEY,
) -> Article:
    return Article(
        id="a",
        title="A",
        first_seen=at(first_seen),
        source=Link(name="Example"),
        input="a.txt",
        url=url,
        published=None if published is None else When(value=published, raw="", basis=basis),
        via="articles",
    )


def past(**changes: Any) -> Past:
    """One earlier issue, W16, composed on the Monday after it by a newsletter that knew its
    source since February."""
    known = {
        "windows": (
            PastWindow(
                slug="2025-W16",
                start=at("2025-04-14"),
                end=at("2025-04-21"),
                composed_at=at("2025-04-21T07:00"),
            ),
        ),
        "source_known_since": {"articles": at("2025-02-01")},
    }
    return Past(**(known | changes))


def verdict(found: Article, window: Window | None = None, **policy: Any) -> Verdict:
    earlier = policy.pop("past", Past())
    return judge(found, window or week(), WindowPolicy(**policy), earlier)


def test_edges_are_half_open_to_the_microsecond() -> None:
    start, end = week().start, week().end
    step = timedelta(microseconds=1)
    assert not verdict(article(start - step)).inside
    assert verdict(article(start)).inside
    assert verdict(article(end - step)).inside
    assert not verdict(article(end)).inside


@pytest.mark.parametrize(
    ("zone", "day", "inside"),
    [
        (SEOUL, date(2025, 4, 20), False),
        (SEOUL, date(2025, 4, 21), True),
        (SEOUL, date(2025, 4, 27), True),
        (SEOUL, date(2025, 4, 28), False),
        ("America/Los_Angeles", date(2025, 4, 27), True),
        ("Pacific/Kiritimati", date(2025, 4, 21), True),
    ],
)
def test_a_date_alone_is_a_day_of_the_newsletters_zone(zone: str, day: date, inside: bool) -> None:
    assert verdict(article(day), week(zone=zone)).inside is inside


def test_a_day_whose_midnight_does_not_exist_belongs_where_it_begins() -> None:
    window = resolve(
        WindowRequest(since="2018-11-04", until="2018-11-04"),
        Schedule(),
        timezone="America/Sao_Paulo",
        now=at("2018-11-06"),
        last_end=None,
    )
    assert verdict(article(date(2018, 11, 4)), window).inside
    assert not verdict(article(date(2018, 11, 3)), window).inside


def test_a_window_with_a_noon_boundary_takes_days_by_their_beginning() -> None:
    window = resolve(
        WindowRequest(since="2025-04-21T12:00", until="2025-04-28T12:00"),
        Schedule(),
        timezone=SEOUL,
        now=at("2025-05-01"),
        last_end=None,
    )
    assert not verdict(article(date(2025, 4, 21)), window).inside
    assert verdict(article(date(2025, 4, 28)), window).inside


@pytest.mark.parametrize(
    ("published", "first_seen", "policy", "rule", "reason"),
    [
        (date(2025, 4, 24), "2025-04-28T07:00", {}, "in-window",
         "in the window: 24 Apr 2025 (dateline)"),
        (date(2025, 4, 18), "2025-04-28T07:00", {}, "before-the-window",
         "before the window: 18 Apr 2025 (dateline) is before 21 Apr 2025 00:00"),
        (datetime(2025, 4, 28, 0, 10, tzinfo=UTC), "2025-04-28T10:00", {}, "after-the-window",
         "after the window: 28 Apr 2025 09:10 (dateline) is not before 28 Apr 2025 00:00"),
        (date(2025, 4, 29), "2025-04-28T07:00", {}, "after-the-window",
         "after the window: 29 Apr 2025 (dateline) is not before 28 Apr 2025 00:00"),
        (date(2030, 1, 1), "2025-04-28T07:00", {}, "future-held",
         "dated ahead: 1 Jan 2030 (dateline) is more than a day after it was first seen, "
         "28 Apr 2025 07:00"),
        (date(2030, 1, 1), "2025-04-28T07:00", {"future": "drop"}, "future-dropped",
         "dated ahead: 1 Jan 2030 (dateline) is more than a day after it was first seen, "
         "28 Apr 2025 07:00"),
        (None, "2025-04-23T07:00", {}, "undated-first-seen",
         "no date: first seen 23 Apr 2025 07:00, in the window"),
        (None, "2025-04-28T07:00", {}, "after-the-window",
         "after the window: first seen 28 Apr 2025 07:00, no date, is not before "
         "28 Apr 2025 00:00"),
        (None, "2025-04-18T07:00", {}, "before-the-window",
         "before the window: first seen 18 Apr 2025 07:00, no date, is before "
         "21 Apr 2025 00:00"),
        (None, "2025-04-23T07:00", {"undated": "hold"}, "undated-held",
         "no date: first seen 23 Apr 2025 07:00"),
        (None, "2025-04-28T07:00", {"undated": "hold"}, "undated-held",
         "no date: first seen 28 Apr 2025 07:00"),
        (None, "2025-04-23T07:00", {"undated": "drop"}, "undated-dropped",
         "no date: first seen 23 Apr 2025 07:00"),
    ],
)  # fmt: skip
def test_every_verdict_says_its_rule_and_the_fact(
    published: datetime | date | None,
    first_seen: str,
    policy: dict[str, str],
    rule: str,
    reason: str,
) -> None:
    found = verdict(article(published, first_seen), **policy)
    assert (found.rule, found.reason) == (rule, reason)
    assert found.inside == (rule in ("in-window", "undated-first-seen"))
    assert found.held == rule.endswith("-held")
    by_sight = published is None
    assert found.clock == ("first-seen" if by_sight else "published")


def test_late_article_is_rescued_into_next_issue() -> None:
    found = verdict(article(date(2025, 4, 18), "2025-04-22T10:00"), past=past())
    assert (found.rule, found.inside, found.late) == ("rescued-late", True, True)
    assert found.reason == (
        "late: 18 Apr 2025 (dateline) belongs to 2025-W16, but was first seen "
        "22 Apr 2025 10:00, after that was composed"
    )


def test_late_article_is_dropped_where_the_policy_says_so() -> None:
    found = verdict(article(date(2025, 4, 18), "2025-04-22T10:00"), late="drop", past=past())
    assert (found.rule, found.inside, found.late) == ("late-dropped", False, False)


@pytest.mark.parametrize("first_seen", ["2025-04-20T10:00", "2025-04-21T07:00"])
def test_what_its_own_run_saw_is_not_late(first_seen: str) -> None:
    found = verdict(article(date(2025, 4, 18), first_seen), past=past())
    assert found.rule == "before-the-window"


@pytest.mark.parametrize("known_since", [{}, {"articles": at("2025-04-22")}])
def test_the_past_of_a_new_source_is_not_late(known_since: dict[str, datetime]) -> None:
    earlier = past(source_known_since=known_since)
    found = verdict(article(date(2025, 4, 18), "2025-04-22T10:00"), past=earlier)
    assert found.rule == "before-the-window"


def test_what_no_issue_covered_is_not_late() -> None:
    found = verdict(article(date(2025, 4, 10), "2025-04-22T10:00"), past=past())
    assert found.rule == "before-the-window"


def test_only_the_first_issue_after_the_first_sight_rescues() -> None:
    following = PastWindow(
        slug="2025-W17",
        start=at("2025-04-21"),
        end=at("2025-04-28"),
        composed_at=at("2025-04-28T07:00"),
    )
    earlier = past(windows=(*past().windows, following))
    found = verdict(article(date(2025, 4, 18), "2025-04-22T10:00"), week("2025-W18"), past=earlier)
    assert found.rule == "before-the-window"


def test_what_comes_after_an_issue_composed_early_is_rescued_next_time() -> None:
    early = PastWindow(
        slug="2025-W16",
        start=at("2025-04-14"),
        end=at("2025-04-21"),
        composed_at=at("2025-04-17T12:00"),
    )
    earlier = past(windows=(early,))
    dated = article(datetime(2025, 4, 19, 8, tzinfo=UTC), "2025-04-19T18:00")
    undated = article(None, "2025-04-19T18:00")
    assert verdict(dated, past=earlier).rule == "rescued-late"
    assert verdict(undated, past=earlier).rule == "rescued-late"
    held = verdict(undated, past=earlier, undated="hold")
    assert (held.rule, held.inside, held.held) == ("undated-held", False, True)


def test_an_article_never_comes_twice() -> None:
    in_window = article(date(2025, 4, 24))
    assert verdict(in_window, past=past(issued={KEY: "2025-W16"})).reason == (
        "already issued: it stands in 2025-W16"
    )
    assert verdict(in_window, past=past(cut={KEY: "2025-W16"})).reason == (
        "cut before: the editor took it out of 2025-W16"
    )
    held = verdict(in_window, past=past(held=frozenset({KEY})))
    assert (held.rule, held.inside, held.held) == ("held-over", False, False)


def test_an_article_without_a_page_is_known_by_its_id() -> None:
    found = verdict(article(date(2025, 4, 24), url=None), past=past(issued={"digest:a": "x"}))
    assert found.rule == "already-issued"


@pytest.mark.parametrize(
    "published",
    [
        date.min,
        date.max,
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-12))),
    ],
)
def test_dates_at_the_ends_of_the_calendar_get_a_verdict(published: datetime | date) -> None:
    rule = "before-the-window" if published.year == 1 else "future-held"
    assert verdict(article(published)).rule == rule


def test_overlapping_past_windows_make_late_only_what_none_of_them_saw() -> None:
    wide = PastWindow(
        slug="special",
        start=at("2025-04-01"),
        end=at("2025-04-20"),
        composed_at=at("2025-04-25T07:00"),
    )
    earlier = past(windows=(*past().windows, wide))
    seen_by_special = article(date(2025, 4, 18), "2025-04-24T10:00")
    seen_by_none = article(date(2025, 4, 18), "2025-04-26T10:00")
    assert verdict(seen_by_special, past=earlier).rule == "before-the-window"
    assert verdict(seen_by_none, past=earlier).rule == "rescued-late"


# Policies: ages, vague dates, and a clock of one's own for a source.


def test_what_is_younger_than_the_least_age_is_the_next_issues() -> None:
    end = week().end
    young = article(end - timedelta(minutes=119))
    ripe = article(end - timedelta(hours=2, microseconds=1))
    assert verdict(ripe, min_age="2h").rule == "in-window"
    assert verdict(article(end - timedelta(hours=2)), min_age="2h").rule == "too-young"
    found = verdict(young, min_age="2h")
    assert (found.rule, found.inside) == ("too-young", False)
    assert found.reason == (
        "too young: 27 Apr 2025 22:01 (dateline) is less than 2h before 28 Apr 2025 00:00; "
        "the next issue's"
    )
    assert verdict(young, week("2025-W18"), min_age="2h").rule == "in-window"


def test_what_was_put_off_is_taken_although_the_policy_changed_since() -> None:
    young = article(at("2025-04-20T23:00"), "2025-04-20T23:30")
    assert verdict(young, past=past(), min_age="").rule == "before-the-window"
    earlier = past(put_off={"a": "2025-W16"})
    found = verdict(young, past=earlier)
    assert (found.rule, found.late) == ("rescued-late", True)
    assert found.reason == "late: 20 Apr 2025 23:00 (dateline) was put off by 2025-W16"
    following = PastWindow(
        slug="2025-W17", start=week().start, end=week().end, composed_at=at("2025-04-28T07:00")
    )
    later = past(put_off={"a": "2025-W16"}, windows=(*past().windows, following))
    assert verdict(young, week("2025-W18"), past=later).rule == "before-the-window"


def test_late_articles_are_rescued_up_to_an_age() -> None:
    late = article(date(2025, 4, 18), "2025-04-22T10:00")
    assert verdict(late, past=past(), rescue_max_age="10d").rule == "rescued-late"
    found = verdict(late, past=past(), rescue_max_age="9d")
    assert (found.rule, found.inside) == ("late-too-old", False)
    assert found.reason.startswith("late, and more than 9d old at the window's end: 18 Apr 2025")


def test_a_day_may_count_by_its_last_instant() -> None:
    daily = resolve(
        WindowRequest(since="2025-04-24T07:00", until="2025-04-25T07:00"),
        Schedule(),
        timezone=SEOUL,
        now=at("2025-05-01"),
        last_end=None,
    )
    seen = article(date(2025, 4, 24), "2025-04-24T10:00")
    assert verdict(seen, daily).rule == "before-the-window"
    assert verdict(seen, daily, date_only="end").rule == "in-window"
    # Another zone's tomorrow is not a wrong clock because the day is taken at its end.
    ahead = article(date(2025, 4, 29), "2025-04-28T07:00")
    assert verdict(ahead, date_only="end").rule == "after-the-window"


def test_time_without_a_zone_may_count_as_no_date() -> None:
    when = When(value=at("2025-04-24T09:10"), raw="", basis="meta:date", zone_known=False)
    vague = replace(article(None, "2025-04-29T07:00"), published=when)
    assert verdict(vague).rule == "in-window"
    found = verdict(vague, unknown_zone="undated")
    assert (found.rule, found.clock) == ("after-the-window", "first-seen")
    held = verdict(vague, unknown_zone="undated", undated="hold")
    assert (held.rule, held.reason) == (
        "undated-held",
        "date without a zone: first seen 29 Apr 2025 07:00",
    )
    day = article(date(2025, 4, 24))
    assert verdict(day, unknown_zone="undated").rule == "in-window"


def test_by_the_clock_of_first_sight_the_date_decides_nothing() -> None:
    old = article(date(2024, 1, 1), "2025-04-23T07:00")
    found = verdict(old, clock="first-seen", past=past())
    assert (found.rule, found.clock) == ("in-window", "first-seen")
    assert found.reason == "in the window: first seen 23 Apr 2025 07:00"
    ahead = article(date(2030, 1, 1), "2025-04-29T07:00")
    assert verdict(ahead, clock="first-seen", past=past()).rule == "after-the-window"


@pytest.mark.parametrize("known_since", [{}, {"articles": at("2025-04-23T07:00")}])
def test_what_a_source_brings_along_at_first_goes_by_its_date(
    known_since: dict[str, datetime],
) -> None:
    earlier = past(source_known_since=known_since)
    old = article(date(2024, 1, 1), "2025-04-23T07:00")
    assert verdict(old, clock="first-seen", past=earlier).rule == "before-the-window"


def test_a_sources_own_table_goes_before_the_window_tables_and_lists_pass_it_on() -> None:
    policies = Policies(
        WindowPolicy(undated="hold", min_age="2h"),
        [
            Source(name="Wire", url="https://example.org/", clock="first-seen", min_age=""),
            Source(path="feeds.opml", late="drop"),
        ],
        [ListedSource(via="Times", listed_by="feeds.opml"), ListedSource(via="Wire")],
    )
    assert policies.of("Wire") == WindowPolicy(undated="hold", clock="first-seen")
    assert policies.of("Times") == WindowPolicy(undated="hold", min_age="2h", late="drop")
    assert policies.of("standard input") == WindowPolicy(undated="hold", min_age="2h")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("", timedelta()),
        ("30min", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("14 d", timedelta(days=14)),
        ("2W", timedelta(days=14)),
    ],
)
def test_a_span_can_be_written_as(text: str, span: timedelta) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize("text", ["2", "h", "-1d", "1m", "1.5h", "٢h", "1000000d"])
def test_a_span_is_never_guessed(text: str) -> None:
    with pytest.raises(UsageError, match="not a span"):
        parse_span(text)


def test_what_was_seen_but_its_source_failed_at_composing_is_rescued() -> None:
    [window] = past().windows
    failed = replace(window, read=frozenset({"another"}))
    known = article(date(2025, 4, 18), "2025-04-18T10:00")
    found = verdict(known, past=past(windows=(failed,)))
    assert (found.rule, found.late) == ("rescued-late", True)
    assert found.reason == (
        "late: 18 Apr 2025 (dateline) belongs to 2025-W16, which was composed without its source"
    )
    read = replace(window, read=frozenset({"articles"}))
    assert verdict(known, past=past(windows=(read,))).rule == "before-the-window"
    # Another issue with that day had the source.
    special = replace(read, slug="special", composed_at=at("2025-04-20"))
    assert verdict(known, past=past(windows=(failed, special))).rule == "before-the-window"


def test_only_an_issue_that_had_the_source_counts_as_its_chance() -> None:
    [window] = past().windows
    following = PastWindow(
        slug="2025-W17",
        start=week().start,
        end=week().end,
        composed_at=at("2025-04-28T07:00"),
        read=frozenset({"another"}),
    )
    late = article(date(2025, 4, 18), "2025-04-22T10:00")
    without = past(windows=(window, following))
    assert verdict(late, week("2025-W18"), past=without).rule == "rescued-late"
    chance = past(windows=(window, replace(following, read=frozenset({"articles"}))))
    assert verdict(late, week("2025-W18"), past=chance).rule == "before-the-window"
