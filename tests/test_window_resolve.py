"""Windows from options and schedules: named hard cases, and what nobody may ask for."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from digest.config import Schedule
from digest.errors import UsageError
from digest.model import Window
from digest.window import WindowRequest, describe, parse_moment, resolve


@pytest.fixture(params=["UTC", "America/New_York", "Pacific/Kiritimati"], autouse=True)
def process_zone(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every case must give the same in every process time zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def window(
    zone: str = "Asia/Seoul",
    now: str = "2025-04-29T10:00",
    *,
    every: str = "week",
    starts: str = "monday 00:00",
    last_end: str | None = None,
    **options: str,
) -> Window:
    return resolve(
        WindowRequest(**options),
        Schedule(every=every, starts=starts),
        timezone=zone,
        now=parse_moment(now, timezone=zone),
        last_end=parse_moment(last_end, timezone=zone) if last_end else None,
    )


# Where the facts stand: the file of the tz database, and its rule or the zone's own line. The
# weeks are those of ISO 8601-1:2019 (week 1 has the year's first Thursday), 24:00 that of its
# Amendment 1:2022, "24:00:00" as the end of a day.
SOURCES = {
    "America/New_York": "northamerica, Rule US 2007 max: Mar Sun>=8 2:00, Nov Sun>=1 2:00",
    "America/Havana": "northamerica, Rule Cuba 2012 max: Nov Sun>=1 0:00s",
    "America/Sao_Paulo": "southamerica, Rule Brazil 2018 only: Nov Sun>=1 0:00",
    "Antarctica/Troll": "antarctica, Rule Troll 2005 max: Mar lastSun 1:00u, save 2:00",
    "Africa/Cairo": "africa, Rule Egypt 2023 max: Apr lastFri 0:00",
    "Africa/Casablanca": "africa, Rule Morocco 2025: Feb 23 3:00 save -1:00, Apr 6 2:00 save 0",
    "Asia/Beirut": "asia, Rule Lebanon 1993 max: Mar lastSun 0:00",
    "Asia/Kathmandu": "asia, Zone Asia/Kathmandu: 5:30 until 1986, then 5:45",
    "Atlantic/Azores": "europe, Rule EU 1996 max: Oct lastSun 1:00u, at offset -1:00 midnight",
    "Australia/Lord_Howe": "australasia, Rule LH 2008 max: Apr and Oct Sun>=1 2:00, save 0:30",
    "Europe/Dublin": "europe, Rule Eire 1981 max: Mar lastSun 1:00u save 0, Oct lastSun save -1:00",
    "Pacific/Apia": "australasia, Zone Pacific/Apia: -11:00 until 2011 Dec 29 24:00, then 13:00",
    "Pacific/Kwajalein": "australasia, Zone: -12:00 until 1993 Aug 20 24:00, then 12:00",
}
# Each name says what is hard about it.
HARD_CASES = [
    ("an ordinary week", "Asia/Seoul", {"week": "2025-W17"},
     "21 Apr 2025 00:00 – 28 Apr 2025 00:00 Asia/Seoul (168 h)"),
    ("Lord Howe goes forward by half an hour", "Australia/Lord_Howe", {"week": "2025-W40"},
     "29 Sep 2025 00:00 – 6 Oct 2025 00:00 Australia/Lord_Howe (167.5 h)"),
    ("Lord Howe goes back by half an hour", "Australia/Lord_Howe", {"week": "2025-W14"},
     "31 Mar 2025 00:00 – 7 Apr 2025 00:00 Australia/Lord_Howe (168.5 h)"),
    ("New York's week of 167 hours", "America/New_York", {"week": "2025-W10"},
     "3 Mar 2025 00:00 – 10 Mar 2025 00:00 America/New_York (167 h)"),
    ("New York's week of 169 hours", "America/New_York", {"week": "2025-W44"},
     "27 Oct 2025 00:00 – 3 Nov 2025 00:00 America/New_York (169 h)"),
    ("Troll goes forward by two hours", "Antarctica/Troll", {"week": "2025-W13"},
     "24 Mar 2025 00:00 – 31 Mar 2025 00:00 Antarctica/Troll (166 h)"),
    ("Dublin, whose summer is standard time", "Europe/Dublin", {"week": "2025-W43"},
     "20 Oct 2025 00:00 – 27 Oct 2025 00:00 Europe/Dublin (169 h)"),
    ("Dublin, whose winter is daylight saving turned round", "Europe/Dublin", {"week": "2025-W13"},
     "24 Mar 2025 00:00 – 31 Mar 2025 00:00 Europe/Dublin (167 h)"),
    ("Casablanca leaves Ramadan", "Africa/Casablanca", {"week": "2025-W14"},
     "31 Mar 2025 00:00 – 7 Apr 2025 00:00 Africa/Casablanca (167 h)"),
    ("Samoa's week without a Friday", "Pacific/Apia", {"week": "2011-W52"},
     "26 Dec 2011 00:00 – 2 Jan 2012 00:00 Pacific/Apia (144 h)"),
    ("Samoa's missing day asked for together with the one before", "Pacific/Apia",
     {"since": "2011-12-29", "until": "2011-12-30"},
     "29 Dec 2011 00:00 – 31 Dec 2011 00:00 Pacific/Apia (24 h)"),
    ("Kwajalein's week without a Saturday", "Pacific/Kwajalein", {"week": "1993-W33"},
     "16 Aug 1993 00:00 – 23 Aug 1993 00:00 Pacific/Kwajalein (144 h)"),
    ("Sao Paulo's week that begins where its Sunday has no midnight", "America/Sao_Paulo",
     {"every": "week", "starts": "sunday 00:00", "now": "2018-11-12T07:00"},
     "4 Nov 2018 01:00 – 11 Nov 2018 00:00 America/Sao_Paulo (167 h)"),
    ("Sao Paulo's midnight that does not exist", "America/Sao_Paulo",
     {"since": "2018-11-04", "until": "2018-11-04"},
     "4 Nov 2018 01:00 – 5 Nov 2018 00:00 America/Sao_Paulo (23 h)"),
    ("Sao Paulo's missing midnight as an end", "America/Sao_Paulo",
     {"since": "2018-11-03", "until": "2018-11-03"},
     "3 Nov 2018 00:00 – 4 Nov 2018 01:00 America/Sao_Paulo (24 h)"),
    ("Beirut's midnight that does not exist", "Asia/Beirut",
     {"since": "2021-03-28", "until": "2021-03-28"},
     "28 Mar 2021 01:00 – 29 Mar 2021 00:00 Asia/Beirut (23 h)"),
    ("Cairo's midnight that does not exist", "Africa/Cairo",
     {"since": "2025-04-25", "until": "2025-04-25"},
     "25 Apr 2025 01:00 – 26 Apr 2025 00:00 Africa/Cairo (23 h)"),
    ("Havana's midnight that comes twice", "America/Havana",
     {"since": "2025-11-02", "until": "2025-11-02"},
     "2 Nov 2025 00:00 – 3 Nov 2025 00:00 America/Havana (25 h)"),
    ("Azores' midnight that comes twice", "Atlantic/Azores",
     {"since": "2025-10-26", "until": "2025-10-26"},
     "26 Oct 2025 00:00 – 27 Oct 2025 00:00 Atlantic/Azores (25 h)"),
    ("Kathmandu, 45 minutes off the hour", "Asia/Kathmandu", {"week": "2025-W17"},
     "21 Apr 2025 00:00 – 28 Apr 2025 00:00 Asia/Kathmandu (168 h)"),
    ("Kathmandu, before it moved by a quarter of an hour", "Asia/Kathmandu", {"week": "1985-W52"},
     "23 Dec 1985 00:00 – 30 Dec 1985 00:00 Asia/Kathmandu (168 h)"),
    ("Kathmandu's year of 15 minutes less", "Asia/Kathmandu", {"week": "1986-W01"},
     "30 Dec 1985 00:00 – 6 Jan 1986 00:00 Asia/Kathmandu (167.8 h)"),
    ("the last day of a year", "Asia/Seoul", {"since": "2025-12-31", "until": "2025-12-31"},
     "31 Dec 2025 00:00 – 1 Jan 2026 00:00 Asia/Seoul (24 h)"),
    ("a month with a leap day", "UTC", {"month": "2024-02"},
     "1 Feb 2024 00:00 – 1 Mar 2024 00:00 UTC (696 h)"),
    ("week 53", "Asia/Seoul", {"week": "2020-W53"},
     "28 Dec 2020 00:00 – 4 Jan 2021 00:00 Asia/Seoul (168 h)"),
    ("week 1 that begins in the old year", "Asia/Seoul", {"week": "2025-W01"},
     "30 Dec 2024 00:00 – 6 Jan 2025 00:00 Asia/Seoul (168 h)"),
    ("a leap day", "UTC", {"since": "2024-02-29", "until": "2024-02-29"},
     "29 Feb 2024 00:00 – 1 Mar 2024 00:00 UTC (24 h)"),
    ("the last month of a year", "UTC", {"month": "2025-12"},
     "1 Dec 2025 00:00 – 1 Jan 2026 00:00 UTC (744 h)"),
    ("24:00", "Asia/Seoul", {"since": "2025-04-20T24:00", "until": "2025-04-27T24:00"},
     "21 Apr 2025 00:00 – 28 Apr 2025 00:00 Asia/Seoul (168 h)"),
    ("a time inside a gap", "America/New_York",
     {"since": "2025-03-09T02:30", "until": "2025-03-09"},
     "9 Mar 2025 03:00 – 10 Mar 2025 00:00 America/New_York (21 h)"),
    ("a time inside a fold", "America/New_York",
     {"since": "2025-11-02T01:30", "until": "2025-11-02"},
     "2 Nov 2025 01:30 – 3 Nov 2025 00:00 America/New_York (23.5 h)"),
    ("offsets of other places", "Asia/Seoul",
     {"since": "2025-04-20T15:00Z", "until": "2025-04-28T00:00+09:00"},
     "21 Apr 2025 00:00 – 28 Apr 2025 00:00 Asia/Seoul (168 h)"),
    ("seven days back over a clock change", "America/New_York",
     {"now": "2025-03-12T09:00", "last": "7d"},
     "5 Mar 2025 09:00 – 12 Mar 2025 09:00 America/New_York (167 h)"),
    ("a month back from a longer one", "UTC", {"now": "2025-03-31T09:00", "last": "1m"},
     "28 Feb 2025 09:00 – 31 Mar 2025 09:00 UTC (744 h)"),
    ("two weeks back", "UTC", {"now": "2025-04-28T09:00", "last": "2w"},
     "14 Apr 2025 09:00 – 28 Apr 2025 09:00 UTC (336 h)"),
    ("the year 1 in a zone where it exists", "UTC", {"since": "0001-01-01", "until": "0001-01-02"},
     "1 Jan 1 00:00 – 3 Jan 1 00:00 UTC (48 h)"),
    ("noon boundaries", "Asia/Seoul", {"starts": "friday 12:00"},
     "18 Apr 2025 12:00 – 25 Apr 2025 12:00 Asia/Seoul (168 h)"),
    ("monthly from the 31st", "UTC", {"every": "month", "starts": "31 00:00"},
     "28 Feb 2025 00:00 – 31 Mar 2025 00:00 UTC (744 h)"),
    ("daily by default starts at midnight", "UTC", {"every": "day"},
     "28 Apr 2025 00:00 – 29 Apr 2025 00:00 UTC (24 h)"),
    ("monthly by default starts on the 1st", "UTC", {"every": "month"},
     "1 Mar 2025 00:00 – 1 Apr 2025 00:00 UTC (744 h)"),
    ("a daily boundary on Samoa's missing day", "Pacific/Apia",
     {"every": "day", "now": "2011-12-31T08:00"},
     "29 Dec 2011 00:00 – 31 Dec 2011 00:00 Pacific/Apia (24 h)"),
    ("a boundary at 02:30 on the day that lacks it", "America/New_York",
     {"every": "FREQ=DAILY", "starts": "02:30", "now": "2025-03-09T12:00"},
     "8 Mar 2025 02:30 – 9 Mar 2025 03:00 America/New_York (23.5 h)"),
    ("every second week", "UTC", {"every": "FREQ=WEEKLY;INTERVAL=2", "starts": "2025-04-07 08:00"},
     "7 Apr 2025 08:00 – 21 Apr 2025 08:00 UTC (336 h)"),
    ("twice a week by RRULE", "UTC", {"every": "RRULE:FREQ=WEEKLY;BYDAY=MO,TH"},
     "24 Apr 2025 00:00 – 28 Apr 2025 00:00 UTC (96 h)"),
    ("the first Monday of the month", "UTC",
     {"every": "FREQ=MONTHLY;BYDAY=1MO", "starts": "09:00"},
     "3 Mar 2025 09:00 – 7 Apr 2025 09:00 UTC (840 h)"),
    ("only on leap days", "UTC", {"every": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"},
     "29 Feb 2020 00:00 – 29 Feb 2024 00:00 UTC (35064 h)"),
    ("UNTIL in UTC under a local schedule", "Asia/Seoul",
     {"every": "FREQ=DAILY;UNTIL=20250426T000000Z"},
     "25 Apr 2025 00:00 – 26 Apr 2025 00:00 Asia/Seoul (24 h)"),
    ("COUNT", "UTC", {"every": "FREQ=DAILY;COUNT=3", "starts": "2025-04-20 00:00"},
     "21 Apr 2025 00:00 – 22 Apr 2025 00:00 UTC (24 h)"),
    ("every twelve hours", "UTC", {"every": "FREQ=HOURLY;INTERVAL=12"},
     "28 Apr 2025 12:00 – 29 Apr 2025 00:00 UTC (12 h)"),
    ("after a skipped week both weeks are taken", "Asia/Seoul", {"last_end": "2025-04-14T00:00"},
     "14 Apr 2025 00:00 – 28 Apr 2025 00:00 Asia/Seoul (336 h)"),
    ("the last issue in another zone's time", "Asia/Seoul", {"last_end": "2025-04-20T22:00Z"},
     "21 Apr 2025 07:00 – 28 Apr 2025 00:00 Asia/Seoul (161 h)"),
    ("since alone ends now", "Asia/Seoul", {"since": "2025-04-28"},
     "28 Apr 2025 00:00 – 29 Apr 2025 10:00 Asia/Seoul (34 h)"),
    ("until alone begins a period earlier", "Asia/Seoul", {"until": "2025-04-25"},
     "19 Apr 2025 00:00 – 26 Apr 2025 00:00 Asia/Seoul (168 h)"),
    ("until alone begins at the last issue", "Asia/Seoul",
     {"until": "2025-05-04", "last_end": "2025-04-28T00:00"},
     "28 Apr 2025 00:00 – 5 May 2025 00:00 Asia/Seoul (168 h)"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "options", "expected"),
    [case[1:] for case in HARD_CASES],
    ids=[case[0] for case in HARD_CASES],
)
def test_the_window_is(zone: str, options: dict[str, str], expected: str) -> None:
    assert describe(window(zone, **options)) == expected


def test_every_hard_zone_has_its_source() -> None:
    steady = {"UTC", "Asia/Seoul"}
    assert {zone for _, zone, _, _ in HARD_CASES} == SOURCES.keys() | steady


REFUSED = [
    ({"week": "2025-W53"}, "--week: 2025 has no week 53; its weeks run from 2025-W01 to 2025-W52"),
    ({"week": "2025-W00"}, "--week: 2025 has no week 0; its weeks run from 2025-W01 to 2025-W52"),
    ({"week": "17"}, "--week: not an ISO week: '17'; write 2025-W17"),
    ({"week": "9999-W52"}, "--week: reaches beyond the years 1 to 9999: '9999-W52'; "
     "give a time between 0001-01-03 and 9999-12-29"),
    ({"month": "2025-13"}, "--month: there is no month 13; write 2025-04"),
    ({"month": "April"}, "--month: not a month: 'April'; write 2025-04"),
    ({"last": "0d"}, "--last: not a span: '0d'; write 7d, 2w or 1m (days, weeks, months)"),
    ({"last": "-7d"}, "--last: not a span: '-7d'; write 7d, 2w or 1m (days, weeks, months)"),
    ({"last": "99999m"}, "--last: reaches beyond the years 1 to 9999: '99999m'; "
     "give a time between 0001-01-03 and 9999-12-29"),
    ({"since": "yesterday"}, "--since: not a date or time: 'yesterday'; "
     "write 2025-04-21, 2025-04-21T09:00 or 2025-04-21T09:00+09:00"),
    ({"since": ""}, "--since: not a date or time: ''; "
     "write 2025-04-21, 2025-04-21T09:00 or 2025-04-21T09:00+09:00"),
    ({"since": "2025-W17"}, "--since: not a date or time: '2025-W17'; write --week 2025-W17"),
    ({"until": "2025-04"}, "--until: not a date or time: '2025-04'; write --month 2025-04"),
    ({"since": "0001-01-01"}, "--since: reaches beyond the years 1 to 9999: '0001-01-01'; "
     "give a time between 0001-01-03 and 9999-12-29"),
    ({"until": "9999-12-31"}, "--until: reaches beyond the years 1 to 9999: '9999-12-31'; "
     "give a time between 0001-01-03 and 9999-12-29"),
    ({"since": "2025-04-22", "until": "2025-04-20"}, "--until: the window would end at "
     "21 Apr 2025 00:00, not after its start, 22 Apr 2025 00:00; give a time after that of "
     "--since"),
    ({"since": "2025-04-21T00:00", "until": "2025-04-21T00:00"}, "--until: the window would end at "
     "21 Apr 2025 00:00, not after its start, 21 Apr 2025 00:00; give a time after that of "
     "--since"),
    ({"since": "2025-05-01"}, "--since: 1 May 2025 00:00 is not before now, 29 Apr 2025 10:00; "
     "give an earlier time, or --until as well"),
    ({"until": "2025-04-20", "last_end": "2025-04-28T00:00"}, "--until: 21 Apr 2025 00:00 is not "
     "after the end of the last issue, 28 Apr 2025 00:00; give a later time, or --since as well"),
    ({"week": "2025-W17", "since": "2025-04-21"}, "--week: contradicts --since; "
     "give one of them alone"),
    ({"last": "7d", "until": "2025-04-21"}, "--last: contradicts --until; give one of them alone"),
    ({"week": "2025-W17", "month": "2025-04"}, "--week: contradicts --month; "
     "give one of them alone"),
    ({"last_end": "2025-04-28T00:00"}, "[schedule]: the window after the last issue "
     "(28 Apr 2025 00:00) ends at 5 May 2025 00:00, which is not reached yet; wait, pass "
     "--until 2025-05-05T00:00 to compose it early, or --week 2025-W17 to compose the last one "
     "again"),
    ({"every": "FREQ=DAILY;COUNT=3", "starts": "2026-01-01 00:00"}, "[schedule]: no whole period "
     "has passed by 29 Apr 2025 10:00; the next is 1 Jan 2026 00:00; pass --since and --until"),
    ({"every": "fortnight"}, "schedule.every: not a schedule: 'fortnight'; "
     "write day, week, month or an RRULE such as FREQ=WEEKLY;INTERVAL=2"),
    ({"every": "FREQ=WEEKLY;BYDY=MO"}, "schedule.every: recurrence rule: unknown part 'BYDY'; "
     "did you mean BYDAY?"),
    ({"every": "FREQ=MONTHLY"}, "schedule.every: recurrence rule: it does not say on which day; "
     "add BYMONTHDAY=1 or BYDAY=1MO"),
    ({"every": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "schedule.every: recurrence rule: it names "
     "a day that never comes; check BYMONTH and BYMONTHDAY"),
    ({"every": "FREQ=DAILY;BYMONTH=13"}, "schedule.every: recurrence rule: BYMONTH is '13'; "
     "give numbers 1 to 12"),
    ({"every": "FREQ=HOURLY;BYHOUR=9,99"}, "schedule.every: recurrence rule: BYHOUR is '9,99'; "
     "give numbers 0 to 23"),
    ({"every": "FREQ=DAILY;BYYEARDAY=-400"}, "schedule.every: recurrence rule: "
     "BYYEARDAY is '-400'; give numbers 1 to 366, with a minus from the end"),
    ({"every": "day", "starts": "tuesday 09:00"}, "schedule.starts: not a start for this schedule: "
     "'tuesday 09:00'; write \"00:00\""),
    ({"starts": "monday 25:00"}, "schedule.starts: not a start for this schedule: "
     "'monday 25:00'; write \"monday 00:00\""),
]  # fmt: skip


@pytest.mark.parametrize(("options", "message"), REFUSED, ids=[str(case[0]) for case in REFUSED])
def test_what_cannot_be_a_window_is_refused(options: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        window(**options)
    assert str(refused.value) == message
    assert refused.value.exit_status == 2


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("Asia/Soul", "did you mean Asia/Seoul?"),
        ("asia/seoul", "did you mean Asia/Seoul?"),
        ("Seoul", "did you mean Asia/Seoul?"),
        ("Asia/Seoul ", "did you mean Asia/Seoul?"),
        ("", "write a name such as Asia/Seoul or UTC"),
        ("Asia", None),
        ("../Asia/Seoul", None),
        ("localtime", None),
        ("right/UTC", None),
        ("a" * 400, "write a name such as Asia/Seoul or UTC"),
    ],
)
def test_a_zone_that_is_none_is_refused_with_the_nearest(name: str, fix: str | None) -> None:
    with pytest.raises(UsageError, match="not an IANA time zone") as refused:
        resolve(
            WindowRequest(), Schedule(), timezone=name, now=datetime(2025, 1, 1, tzinfo=UTC),
            last_end=None,
        )  # fmt: skip
    assert fix is None or refused.value.fix == fix


@pytest.mark.parametrize("now", ["0001-01-02T00:00Z", "9999-12-30T23:59Z"])
@pytest.mark.parametrize("every", ["day", "week", "month", "FREQ=WEEKLY"])
def test_the_ends_of_the_calendar_are_errors_with_words(now: str, every: str) -> None:
    for options in ({}, {"last": "1m"}, {"since": now}, {"until": now}):
        try:
            describe(window("UTC", now, every=every, **options))
        except UsageError as error:
            assert error.fix


@pytest.mark.parametrize(
    ("zone", "options", "label"),
    [
        ("Asia/Seoul", {"week": "2025-W17"}, "2025-W17"),
        ("Asia/Seoul", {"since": "2025-04-21", "until": "2025-04-27"}, "2025-W17"),
        ("Asia/Seoul", {"month": "2025-04"}, "2025-04"),
        ("America/Sao_Paulo", {"since": "2018-11-04", "until": "2018-11-04"}, "2018-11-04"),
        ("America/Sao_Paulo", {"since": "2018-11-03", "until": "2018-11-03"}, "2018-11-03"),
        ("Asia/Seoul", {"since": "2025-04-21", "until": "2025-04-23"}, "2025-04-21 to 2025-04-23"),
        ("Asia/Seoul", {"last": "7d"}, "2025-04-22 to 2025-04-29"),
    ],
)
def test_the_label_is_the_shortest_true_name(
    zone: str, options: dict[str, str], label: str
) -> None:
    assert window(zone, **options).label == label


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-04-24T09:10:00.123456789Z", "2025-04-24T09:10:00.123456+00:00"),
        ("2025-04-24 09:10", "2025-04-24T00:10:00+00:00"),
        ("2025-04-24t09:10z", "2025-04-24T09:10:00+00:00"),
        ("2025-04-24T09:10:00 +0530", "2025-04-24T03:40:00+00:00"),
        ("2025-04-24T09:10:00\u221205:00", "2025-04-24T14:10:00+00:00"),
        ("20250424", "2025-04-23T15:00:00+00:00"),
        ("20250424T0910", "2025-04-24T00:10:00+00:00"),
        ("2025-W17-4", "2025-04-23T15:00:00+00:00"),
        ("2025-04-24T24:00:00+09:00", "2025-04-24T15:00:00+00:00"),
    ],
)
def test_a_moment_can_be_written_as(text: str, instant: str) -> None:
    assert parse_moment(text, timezone="Asia/Seoul").astimezone(UTC).isoformat() == instant


@pytest.mark.parametrize(
    "text",
    ["2025-02-30", "2025-W53-1", "2025-04-24T24:01", "2025-04-24T09:60", "2025-04-24T09:10:60",
     "2025-04-24T09:10+25:00", "2025-04-24T09:10 KST", "24/04/2025", "２０２５-04-24"],
)  # fmt: skip
def test_a_moment_is_never_guessed(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_moment(text, timezone="Asia/Seoul")
    assert refused.value.where == "--now"
    assert refused.value.fix
