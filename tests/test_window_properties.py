"""What holds for every zone, every schedule and every clock."""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.config import Schedule, WindowPolicy
from digest.errors import UsageError
from digest.model import Article, Link, When, Window
from digest.window import Past, PastWindow, WindowRequest, judge, parse_schedule, resolve
from digest.window.moments import instant_of

NOT_PLACES = ("localtime", "posixrules", "Factory")
ZONES = sorted(
    zone
    for zone in available_timezones()
    if zone not in NOT_PLACES and not zone.startswith(("posix/", "right/"))
)
# Zones whose clocks do something odd come up as often as all others together.
ODD_ZONES = (
    *("Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "Asia/Beirut", "Africa/Cairo"),
    *("America/Havana", "Atlantic/Azores", "Antarctica/Troll", "Europe/Dublin", "Asia/Kathmandu"),
    *("Africa/Casablanca", "America/St_Johns", "Pacific/Kwajalein", "America/Scoresbysund"),
    *("Asia/Gaza", "America/Juneau", "Asia/Manila"),
)
zones = st.sampled_from(ODD_ZONES) | st.sampled_from(ZONES)
clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59)) | st.just("24:00")
schedules = st.one_of(
    st.builds(Schedule, every=st.just("day"), starts=clocks),
    st.builds(
        lambda day, clock: Schedule(every="week", starts=f"{day} {clock}"),
        st.sampled_from(("monday", "wed", "friday", "sunday")),
        clocks,
    ),
    st.builds(
        lambda day, clock: Schedule(every="month", starts=f"{day} {clock}"),
        st.integers(1, 31),
        clocks,
    ),
    st.builds(
        lambda rule, clock: Schedule(every=rule, starts=clock),
        st.sampled_from(
            (
                "FREQ=DAILY;INTERVAL=3",
                "FREQ=WEEKLY;BYDAY=MO,TH",
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU",
                "FREQ=MONTHLY;BYDAY=-1FR",
                "FREQ=MONTHLY;BYMONTHDAY=-1",
                "FREQ=DAILY;BYHOUR=0,12",
                "FREQ=HOURLY;INTERVAL=36",
            )
        ),
        clocks,
    ),
)
instants = st.datetimes(
    datetime(1972, 1, 1), datetime(2039, 1, 1), timezones=st.just(UTC)
)  # rules of tz database and footer both


def article(published: datetime | date | None, first_seen: datetime, name: str = "a") -> Article:
    when = None if published is None else When(value=published, raw="", basis="test")
    return Article(
        id=name,
        title=name,
        first_seen=first_seen,
        source=Link(name="Source"),
        input=name,
        url=f"https://example.org/{name}",
        published=when,
        via="source",
    )


@settings(max_examples=300, deadline=None)
@given(zone=zones, wall=st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)))
def test_a_wall_time_is_the_first_instant_at_which_clocks_read_it_or_later(
    zone: str, wall: datetime
) -> None:
    place = ZoneInfo(zone)

    def reading(instant: datetime) -> datetime:
        return instant.astimezone(place).replace(tzinfo=None)

    instant = instant_of(wall, place)
    assert reading(instant) >= wall
    for minutes in range(0, 27 * 60, 15):
        earlier = instant - timedelta(microseconds=1) - timedelta(minutes=minutes)
        assert reading(earlier) < wall


@settings(max_examples=150, deadline=None)
@given(zone=zones, schedule=schedules, moment=instants)
def test_boundaries_around_a_moment_are_next_to_each_other(
    zone: str, schedule: Schedule, moment: datetime
) -> None:
    boundaries = parse_schedule(schedule, timezone=zone)
    last, following = boundaries.at_or_before(moment), boundaries.after(moment)
    assert last is not None
    assert following is not None
    assert last.astimezone(UTC) <= moment < following.astimezone(UTC)
    assert boundaries.before(following) == last
    assert boundaries.after(last) == following
    assert boundaries.at_or_before(last) == last


@settings(max_examples=100, deadline=None)
@given(
    zone=zones,
    schedule=schedules,
    first=instants,
    steps=st.lists(st.integers(0, 60 * 24 * 45), min_size=2, max_size=8),
)
def test_windows_of_successive_runs_meet_without_gap_or_overlap(
    zone: str, schedule: Schedule, first: datetime, steps: list[int]
) -> None:
    windows = runs(zone, schedule, clock_times(first, steps))
    for (earlier, _), (later, _) in pairwise(windows):
        assert earlier.end.astimezone(UTC) == later.start.astimezone(UTC)
    for window, now in windows:
        assert window.start.astimezone(UTC) < window.end.astimezone(UTC) <= now


@settings(max_examples=100, deadline=None)
@given(
    zone=zones,
    schedule=schedules,
    first=instants,
    steps=st.lists(st.integers(0, 60 * 24 * 45), min_size=3, max_size=6),
    data=st.data(),
)
def test_every_dated_article_is_in_exactly_one_of_the_windows_that_cover_it(
    zone: str, schedule: Schedule, first: datetime, steps: list[int], data: st.DataObject
) -> None:
    windows = [window for window, _ in runs(zone, schedule, clock_times(first, steps))]
    start, end = (moment.astimezone(UTC) for moment in (windows[0].start, windows[-1].end))
    edges = [window.start.astimezone(UTC) for window in windows]
    near_an_edge = st.builds(
        lambda edge, step: edge + timedelta(microseconds=step),
        st.sampled_from(edges),
        st.sampled_from((-1, 0, 1)),
    )
    between = st.datetimes(
        start.replace(tzinfo=None), end.replace(tzinfo=None), timezones=st.just(UTC)
    )
    published = data.draw(near_an_edge | between | between.map(lambda moment: moment.date()))
    moment = (
        published
        if isinstance(published, datetime)
        else instant_of(datetime(published.year, published.month, published.day), ZoneInfo(zone))
    )
    given_article = article(published, first_seen=moment)
    inside = [judge(given_article, window, WindowPolicy(), Past()).inside for window in windows]
    assert sum(inside) == (1 if start <= moment < end else 0)


@settings(max_examples=100, deadline=None)
@given(
    zone=zones,
    schedule=schedules,
    first=instants,
    steps=st.lists(st.integers(0, 60 * 24 * 45), min_size=2, max_size=6),
    data=st.data(),
)
def test_composing_one_after_another_issues_every_article_exactly_once(
    zone: str, schedule: Schedule, first: datetime, steps: list[int], data: st.DataObject
) -> None:
    """Early, late and undated ones, on edges too: each window's run sees what is there by then."""
    windows = runs(zone, schedule, clock_times(first, steps))
    start, end = windows[0][0].start.astimezone(UTC), windows[-1][0].end.astimezone(UTC)
    last_run = windows[-1][1]
    naive = st.datetimes(start.replace(tzinfo=None), end.replace(tzinfo=None))
    offered = []
    for number in range(data.draw(st.integers(1, 6))):
        edges = [edge.astimezone(UTC) for window, now in windows for edge in (window.start, now)]
        moment = data.draw(
            st.sampled_from(edges) | naive.map(lambda wall: wall.replace(tzinfo=UTC))
        )
        seen = data.draw(
            st.sampled_from(edges)
            | st.integers(-3000, 200_000).map(lambda m, at=moment: at + timedelta(minutes=m))
        )
        undated = data.draw(st.booleans())
        offered.append(article(None if undated else moment, first_seen=seen, name=f"a{number}"))

    issued: dict[str, str] = {}
    past_windows: list[PastWindow] = []
    for number, (window, now) in enumerate(windows):
        past = Past(
            windows=tuple(past_windows),
            issued=dict(issued),
            source_known_since={"source": start - timedelta(days=400)},
        )
        for each in offered:
            if each.first_seen <= now and judge(each, window, WindowPolicy(), past).inside:
                assert each.url not in issued
                issued[str(each.url)] = str(number)
        past_windows.append(
            PastWindow(slug=str(number), start=window.start, end=window.end, composed_at=now)
        )
    for each in offered:
        moment = each.first_seen if each.published is None else each.published.value
        assert isinstance(moment, datetime)
        if start <= moment < end and each.first_seen <= last_run:
            assert each.url in issued, f"{each.published} first seen {each.first_seen}"


@settings(max_examples=60, deadline=None)
@given(zone=zones, schedule=schedules, now=instants, published=instants)
def test_results_do_not_depend_on_the_process_time_zone(
    zone: str, schedule: Schedule, now: datetime, published: datetime
) -> None:
    before = os.environ.get("TZ")
    found = []
    try:
        for process_zone in ("UTC", "America/New_York", "Pacific/Kiritimati"):
            os.environ["TZ"] = process_zone
            time.tzset()
            window = scheduled(zone, schedule, now, None)
            verdict = judge(article(published, now), window, WindowPolicy(), Past())
            found.append((repr(window), repr(verdict)))
    finally:
        if before is None:
            os.environ.pop("TZ", None)
        else:
            os.environ["TZ"] = before
        time.tzset()
    assert len(set(found)) == 1


def clock_times(first: datetime, steps: list[int]) -> list[datetime]:
    times = [first]
    for minutes in steps:
        times.append(times[-1] + timedelta(minutes=minutes))
    return times


def runs(zone: str, schedule: Schedule, times: list[datetime]) -> list[tuple[Window, datetime]]:
    """The windows of runs at these times; a run before its window is over composes nothing."""
    windows: list[tuple[Window, datetime]] = []
    for now in times:
        last_end = windows[-1][0].end if windows else None
        try:
            windows.append((scheduled(zone, schedule, now, last_end), now))
        except UsageError as error:
            assert windows, error
            assert "not reached yet" in error.message
    return windows


def scheduled(zone: str, schedule: Schedule, now: datetime, last_end: datetime | None) -> Window:
    return resolve(WindowRequest(), schedule, timezone=zone, now=now, last_end=last_end)
