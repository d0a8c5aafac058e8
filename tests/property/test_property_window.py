"""Whatever the schedule, the zone, the policy and the stream of articles, and whenever they
change: every article is in exactly one issue, or was cut, or was never any issue's."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.config import Schedule, WindowPolicy
from digest.errors import UsageError
from digest.model import Article, Window, article_key
from digest.window import (
    PUT_OFF,
    Past,
    PastWindow,
    WindowRequest,
    compose_command,
    find_gaps,
    judge,
    parse_schedule,
    resolve,
)

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from test_window_properties import article, instants, schedules, zones

MICROSECOND, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)
policies = st.builds(
    WindowPolicy,
    clock=st.sampled_from(("published", "published", "first-seen")),
    date_only=st.sampled_from(("start", "end")),
    min_age=st.sampled_from(("", "", "2h", "3d")),
)


@dataclass
class Newsletter:
    """A newsletter as it goes on: what its issues leave behind for the next."""

    known_since: datetime
    windows: list[PastWindow] = field(default_factory=list)
    issued: dict[str, str] = field(default_factory=dict)
    cut: dict[str, str] = field(default_factory=dict)
    put_off: dict[str, str] = field(default_factory=dict)

    def compose(
        self, window: Window, now: datetime, policy: WindowPolicy, offered: list[Article]
    ) -> list[str]:
        """Keys of what this issue takes, from what is there by ``now``."""
        slug = str(len(self.windows))
        past = Past(
            windows=tuple(self.windows),
            issued=dict(self.issued),
            cut=dict(self.cut),
            put_off=dict(self.put_off),
            source_known_since={"source": self.known_since},
        )
        taken = []
        for each in offered:
            if each.first_seen > now:
                continue
            found = judge(each, window, policy, past)
            assert found.reason
            if found.inside:
                taken.append(article_key(each))
            if found.rule in PUT_OFF:
                self.put_off[each.id] = slug
            else:
                self.put_off.pop(each.id, None)
        assert not set(taken) & (self.issued.keys() | self.cut.keys())
        self.issued.update(dict.fromkeys(taken, slug))
        self.windows.append(
            PastWindow(slug=slug, start=window.start, end=window.end, composed_at=now)
        )
        return taken


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(
    eras=st.lists(st.tuples(zones, schedules, policies), min_size=1, max_size=3),
    first=instants,
    steps=st.lists(st.tuples(st.integers(0, 60 * 24 * 40), st.booleans()), min_size=3, max_size=7),
    data=st.data(),
)
def test_every_article_is_in_one_issue_or_was_cut_whatever_changes_on_the_way(
    eras: list[tuple[str, Schedule, WindowPolicy]],
    first: datetime,
    steps: list[tuple[int, bool]],
    data: st.DataObject,
) -> None:
    runs = plan(eras, first, steps)
    start, end = runs[0][0].start.astimezone(UTC), runs[-1][0].end.astimezone(UTC)
    for (earlier, _, _), (later, _, _) in pairwise(runs):
        assert earlier.end.astimezone(UTC) == later.start.astimezone(UTC)
    edges = [edge.astimezone(UTC) for window, now, _ in runs for edge in (window.start, now)]
    offered = [
        data.draw(articles(f"a{number}", edges, start, end))
        for number in range(data.draw(st.integers(1, 6)))
    ]
    newsletter = Newsletter(known_since=start - 3 * DAY)
    for window, now, policy in runs:
        for key in newsletter.compose(window, now, policy, offered):
            if data.draw(st.integers(0, 4)) == 0:
                newsletter.cut[key] = newsletter.issued.pop(key)
    last_run, last_policy = runs[-1][1:]
    spare = 4 * DAY + 26 * HOUR  # the greatest age, and the zones apart
    for each in offered:
        if each.first_seen > last_run:
            continue
        moments = [each.first_seen]
        if each.published is not None:
            value = each.published.value
            moments.append(
                value if isinstance(value, datetime)
                else datetime(value.year, value.month, value.day, tzinfo=UTC)
            )  # fmt: skip
        if all(start + spare <= moment < end - spare for moment in moments):
            key = article_key(each)
            assert key in newsletter.issued or key in newsletter.cut, (each, last_policy)


@st.composite
def articles(
    draw: st.DrawFn, name: str, edges: list[datetime], start: datetime, end: datetime
) -> Article:
    """Dated or not, at edges ± 1 µs or anywhere, seen at once, early by hours or late by weeks."""
    anywhere = st.datetimes(
        start.replace(tzinfo=None), end.replace(tzinfo=None), timezones=st.just(UTC)
    )
    at_edge = st.builds(
        lambda edge, step: edge + step * MICROSECOND, st.sampled_from(edges), st.integers(-1, 1)
    )
    moment = draw(at_edge | anywhere)
    delay = draw(st.sampled_from((0, 0, -20 * 60, 60)) | st.integers(-20 * 60, 60 * 24 * 50))
    seen = max(moment + timedelta(minutes=delay), start - 2 * DAY)
    published: datetime | date | None = draw(st.sampled_from((moment, moment, moment.date(), None)))
    return article(published, first_seen=seen, name=name)


def plan(
    eras: list[tuple[str, Schedule, WindowPolicy]],
    first: datetime,
    steps: list[tuple[int, bool]],
) -> list[tuple[Window, datetime, WindowPolicy]]:
    """Windows of successive runs, each with its clock and the policy of its time; some issues
    are composed before their windows end."""
    runs: list[tuple[Window, datetime, WindowPolicy]] = []
    now = first
    for number, (minutes, early) in enumerate([(0, False), *steps]):
        zone, schedule, policy = eras[number * len(eras) // (len(steps) + 1)]
        now += timedelta(minutes=minutes)
        last_end = runs[-1][0].end if runs else None
        request = WindowRequest()
        if early and last_end is not None and last_end.astimezone(UTC) <= now:
            after = parse_schedule(schedule, timezone=zone).after(now)
            if after is not None:
                request = WindowRequest(until=after.astimezone(UTC).isoformat())
        try:
            window = resolve(request, schedule, timezone=zone, now=now, last_end=last_end)
        except UsageError as error:
            assert runs, error
            continue
        runs.append((window, now, policy))
    return runs


@settings(max_examples=200, deadline=None)
@given(
    zone=zones,
    start=instants,
    length=st.sampled_from((MICROSECOND, HOUR, DAY, 7 * DAY))
    | st.timedeltas(MICROSECOND, timedelta(days=60)),
)
def test_the_command_that_is_offered_composes_exactly_that_window(
    zone: str, start: datetime, length: timedelta
) -> None:
    command = compose_command(Window(start=start, end=start + length, timezone=zone))
    words = command.split()
    options = {
        name.removeprefix("--"): text for name, text in zip(words[2::2], words[3::2], strict=True)
    }
    window = resolve(
        WindowRequest(**options),
        Schedule(),
        timezone=zone,
        now=datetime(2050, 1, 1, tzinfo=UTC),
        last_end=None,
    )
    assert window.start.astimezone(UTC) == start
    assert window.end.astimezone(UTC) == start + length


@settings(max_examples=150, deadline=None)
@given(
    zone=zones,
    spans=st.lists(st.tuples(instants, st.timedeltas(HOUR, timedelta(days=4000))), max_size=6),
)
def test_windows_and_the_gaps_between_them_cover_the_whole_time_once(
    zone: str, spans: list[tuple[datetime, timedelta]]
) -> None:
    windows = [Window(start=at, end=at + length, timezone=zone) for at, length in spans]
    gaps = find_gaps(windows, zone)
    assert find_gaps([*windows, *gaps], zone) == []
    for gap in gaps:
        start, end = gap.start.astimezone(UTC), gap.end.astimezone(UTC)
        assert start < end
        assert all(window.end <= start or window.start >= end for window in windows)
    for one, other in pairwise(gaps):
        assert one.end.astimezone(UTC) < other.start.astimezone(UTC)
