"""Dates: what a string says, and what it does not say."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from digest.dates import find_dates, in_zone, parse_when
from digest.dates.names import fold, month_number
from digest.dates.prose import has_yearless_date
from digest.model.article import When

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "feeds" / "dates.jsonl"
SEOUL = "Asia/Seoul"
LANGUAGES = (
    "en de fr es pt it nl ru pl el hu tr sv da nb cs uk ro ar he ko ja zh fi".split()  # noqa: SIM905
)


def read(text: str, zone: str = SEOUL) -> tuple[When | None, str]:
    return parse_when(text, basis="test", timezone=zone)


def iso(text: str, zone: str = SEOUL) -> str | None:
    when, _ = read(text, zone)
    return when.isoformat() if when else None


def utc(when: When) -> datetime:
    if isinstance(when.value, datetime):
        return when.value.astimezone(UTC)
    return datetime(when.value.year, when.value.month, when.value.day, tzinfo=UTC)


def shared_dates() -> list[dict[str, str | None]]:
    if not SHARED.exists():
        pytest.skip("the shared date strings are not beside this checkout")
    return [json.loads(line) for line in SHARED.read_text(encoding="utf-8").splitlines()]


def test_every_core_date_string_of_the_shared_set_is_right() -> None:
    wrong = []
    for case in shared_dates():
        if case["class"] != "core":
            continue
        when, _ = read(str(case["text"]), "UTC")
        found = utc(when).replace(microsecond=0).isoformat() if when else None
        if (found or "").replace("+00:00", "Z") != (case["utc"] or ""):
            wrong.append((case["text"], found, case["utc"]))
    assert wrong == []


def test_no_date_is_invented_in_the_shared_set() -> None:
    for case in shared_dates():
        if case["utc"] is None or case["class"] == "partial":
            assert read(str(case["text"]), "UTC")[0] is None, case["text"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-04-24", "2025-04-24"),
        ("20250424", "2025-04-24"),
        ("2025-W17-4", "2025-04-24"),
        ("2025-04-24T09:10:00+09:00", "2025-04-24T09:10:00+09:00"),
        ("2025-04-24T09:10Z", "2025-04-24T09:10:00+00:00"),
        ("2025-04-24t09:10:00z", "2025-04-24T09:10:00+00:00"),
        ("20250424T091000Z", "2025-04-24T09:10:00+00:00"),
        ("2025-04-24 09:10:00 +0900", "2025-04-24T09:10:00+09:00"),
        ("2025-04-24 09:10:00 +0900 KST", "2025-04-24T09:10:00+09:00"),
        ("2025-04-24T09:10:00.123456789+09:00", "2025-04-24T09:10:00.123456+09:00"),
        ("2025-04-24T23:59:59.9999999Z", "2025-04-24T23:59:59.999999+00:00"),
        ("2025-04-24 09:10 Asia/Seoul", "2025-04-24T09:10:00+09:00"),
        ("2025-04-24 09:10 GMT+9", "2025-04-24T09:10:00+09:00"),
        ("2025-04-24 09:10 UTC-05:30", "2025-04-24T09:10:00-05:30"),
        ("Thu, 24 Apr 2025 09:10:00 GMT", "2025-04-24T09:10:00+00:00"),
        ("Thu, 24 Apr 2025 09:10:00 -0000", "2025-04-24T09:10:00+00:00"),
        ("Thu, 24 Apr 25 09:10:00 EST", "2025-04-24T09:10:00-05:00"),
        ("Thu, 24 Apr 99 09:10:00 UT", "1999-04-24T09:10:00+00:00"),
        ("Mon, 24 Apr 2025 09:10:00 +0900", "2025-04-24T09:10:00+09:00"),
        ("Čtvrtek, 24 Apr 2025 09:10:00 +0900", "2025-04-24T09:10:00+09:00"),
        ("Thu, 24 Apr 2025 24:00:00 +0900", "2025-04-25T00:00:00+09:00"),
        ("2025-12-31T24:00:00Z", "2026-01-01T00:00:00+00:00"),
        ("24.IV.2025", "2025-04-24"),
        ("24. XII. 2025", "2025-12-24"),
        ("24/IX/2025", "2025-09-24"),
        ("2025. VIII. 24.", "2025-08-24"),
        ("czwartek, 24 IV 2025, 09:10 +02:00", "2025-04-24T09:10:00+02:00"),
        ("Thu, 24-Apr-2025 09:10:00 GMT", "2025-04-24T09:10:00+00:00"),
        ("Thu Apr 24 09:10:00 UTC 2025", "2025-04-24T09:10:00+00:00"),
        (
            "Thu Apr 24 2025 09:10:00 GMT+0900 (Korean Standard Time)",
            "2025-04-24T09:10:00+09:00",
        ),
        ("24 April 2025 09:10 (KST)", "2025-04-24T09:10:00+09:00"),
        ("April 24, 2025 at 9:10 a.m. EDT", "2025-04-24T09:10:00-04:00"),
        ("January 24, 2025 at 9:10 p.m. ET", "2025-01-24T21:10:00-05:00"),
        ("9:10 PM CEST, 24 April 2025", "2025-04-24T21:10:00+02:00"),
        ("24. April 2025", "2025-04-24"),
        ("Donnerstag, den 24. April 2025", "2025-04-24"),
        ("mar. 24 avril 2025", "2025-04-24"),
        ("1er mai 2025", "2025-05-01"),
        ("24 de abril de 2025", "2025-04-24"),
        ("24 апреля 2025 года", "2025-04-24"),
        ("2025년 4월 24일", "2025-04-24"),
        ("2025. 4. 24.", "2025-04-24"),
        ("2025年4月24日(木)", "2025-04-24"),
        ("令和7年4月24日", "2025-04-24"),
        ("令和元年5月1日", "2019-05-01"),
        ("民國114年4月24日", "2025-04-24"),
        ("二〇二五年四月二十四日", "2025-04-24"),
        ("２０２５年４月２４日", "2025-04-24"),
        ("٢٤ أبريل ٢٠٢٥", "2025-04-24"),
        ("24 كانون الثاني 2025", "2025-01-24"),
        ("24 أبريل/نيسان 2025", "2025-04-24"),
        ("24/04/2025", "2025-04-24"),
        ("04/24/2025", "2025-04-24"),
        ("04/04/2025", "2025-04-04"),
        ("2016/6/29 15:07:41 JST", "2016-06-29T15:07:41+09:00"),
    ],
)
def test_date_is_read_as_it_is_written(text: str, expected: str) -> None:
    when, problem = read(text)
    assert when is not None, problem
    assert when.isoformat() == expected
    assert when.raw == text
    assert when.zone_known
    assert problem == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("03/04/2025", "two ways: write 2025-04-03 or 2025-03-04"),
        ("03.04.2025", "two ways"),
        ("24/04/25", "no year of four digits"),
        ("24 Apr 25", "no year of four digits"),
        ("April 24", "no year"),
        ("24. April", "no year"),
        ("April 2025", "no day"),
        ("2025-04", "no day"),
        ("2025-W17", "no day"),
        ("2025", "a year alone"),
        ("April", "no year"),
        ("Thursday", "a weekday alone"),
        ("yesterday", "counts from another day"),
        ("vor 2 Stunden", "counts from another day"),
        ("2 hours ago", "counts from another day"),
        ("09:10", "a time without a date"),
        ("T00:00:00-05:00", "a time without a date"),
        ("30", "a bare number"),
        ("1745453400", "a bare number"),
        ("2025-02-30", "not in the calendar"),
        ("2025-W53-7", "a week that the year does not have"),
        ("2003-12-31T10:14:60Z", "impossible time"),
        ("2003-12-31T10:14:61Z", "impossible time"),
        ("2003-12-31T25:14:00Z", "impossible time"),
        ("Sun, 16 Dec 2012 1:2:3:4 GMT", "cannot"),
        ("Sun, 16 Dec 2012 11:47:32 +zz:00", "cannot"),
        ("Sun, 16 Dec 2012 11:47:32 +9900", "cannot"),
        ("Wed, 30 Nov -0001 00:00:00 +0000", "the year 1"),
        ("0001-01-01T00:00:00Z", "the year 1"),
        ("1945-08-15", "the year 1945"),
        ("2300-01-01", "the year 2300"),
        ("The plan may go on", "cannot"),
        ("At least 3 people and 12 dogs", "no year"),
        ("10 to 12 May 2025", "cannot"),
        ("31.II.2025", "not in the calendar"),
        ("24.IIII.2025", "no day"),
        ("24.IV.25", "no year"),
        ("Louis XIV 2025", "cannot"),
        ("x" * 300, "too long"),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(text: str, reason: str) -> None:
    when, problem = read(text)
    assert when is None
    assert reason in problem.replace("is not a date that digest can read", "cannot be read")


def test_time_without_a_zone_is_read_in_the_newsletters_and_said() -> None:
    when, problem = read("2025-04-24 09:10")
    assert when is not None
    assert when.isoformat() == "2025-04-24T09:10:00+09:00"
    assert not when.zone_known
    assert problem == "date “2025-04-24 09:10” has a time without a zone: read in Asia/Seoul"


def test_unknown_zone_is_never_guessed_at() -> None:
    when, problem = read("Thu, 24 Apr 2025 09:10:00 QXT")
    assert when is not None
    assert not when.zone_known
    assert "unknown time zone “QXT”" in problem


@pytest.mark.parametrize("process_zone", ["UTC", "America/New_York", "Pacific/Apia"])
def test_names_of_zones_do_not_depend_on_the_process(
    process_zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", process_zone)
    assert iso("Thu, 24 Apr 2025 09:10:00 EST") == "2025-04-24T09:10:00-05:00"
    assert iso("Thu, 24 Apr 2025 09:10:00 IST") == "2025-04-24T09:10:00+05:30"


def test_stated_order_settles_what_has_two_readings() -> None:
    when, problem = parse_when("03.04.2025", basis="test", timezone=SEOUL, order="dmy")
    assert (when.isoformat() if when else None, problem) == ("2025-04-03", "")
    when, _ = parse_when("03/04/2025", basis="test", timezone=SEOUL, order="mdy")
    assert when is not None
    assert when.isoformat() == "2025-03-04"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("month", range(1, 13))
def test_long_form_of_every_language_is_read(language: str, month: int) -> None:
    day = date(2025, month, 24)
    for width in ("long", "full"):
        if (language, width) == ("fi", "full"):
            continue  # Finnish weekdays are not in our table
        assert iso(format_date(day, width, locale=language)) == day.isoformat()


@given(st.text(max_size=60))
def test_any_string_is_read_or_refused_with_a_reason(text: str) -> None:
    when, problem = read(text)
    assert when is not None or problem


@given(st.datetimes(datetime(1971, 1, 2), datetime(2199, 12, 30)), st.integers(-15 * 60, 15 * 60))
def test_iso_instants_come_back_unchanged(wall: datetime, minutes: int) -> None:
    sign = "-" if minutes < 0 else "+"
    offset = f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    when, problem = read(f"{wall.isoformat()}{offset}")
    assert when is not None
    assert isinstance(when.value, datetime)
    assert when.value.replace(tzinfo=None) == wall
    assert when.value.utcoffset() == timedelta(minutes=minutes)
    assert problem == ""


@given(st.dates(date(1971, 1, 1), date(2199, 12, 31)), st.sampled_from(LANGUAGES))
def test_dates_in_prose_are_found_where_they_stand(day: date, language: str) -> None:
    written = format_date(day, "long", locale=language)
    text = f"Lorem ipsum, {written}, dolor sit."
    found = find_dates(text, basis="test", timezone=SEOUL)
    assert [when.value for _, _, when in found] == [day]
    start, end, when = found[0]
    assert when.raw == text[start:end]
    assert written.startswith(when.raw)


def test_prose_gives_only_full_dates_with_one_reading() -> None:
    text = (
        "On April 24, 2025, and on 24 december 2025; not April 24, not April 2025, not 03/04/2025,"
        " not 30 February 2025, version 1.24.2025, /2025/04/24/, 15 August 1945, 12-34-2025."
    )
    found = find_dates(text, basis="dateline", timezone=SEOUL)
    assert [when.isoformat() for _, _, when in found] == ["2025-04-24", "2025-12-24"]
    assert [text[start:end] for start, end, _ in found] == ["April 24, 2025", "24 december 2025"]


def test_day_and_month_without_a_year_are_named() -> None:
    assert has_yearless_date("SEOUL, April 24 (Yonhap) --") == "April 24"
    assert has_yearless_date("Am 24. April sagte") == "24. April"
    assert has_yearless_date("4월 24일 발표") == "4월 24일"
    assert has_yearless_date("twelve dogs and 3 people") == ""


def test_gap_gives_the_first_instant_after_it_and_fold_the_first_of_two() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert in_zone(datetime(2025, 3, 30, 2, 30), berlin).isoformat() == "2025-03-30T03:00:00+02:00"
    assert in_zone(datetime(2025, 10, 26, 2, 30), berlin).isoformat() == "2025-10-26T02:30:00+02:00"
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    midnight = in_zone(datetime(2018, 11, 4), sao_paulo)
    assert midnight.astimezone(UTC).isoformat() == "2018-11-04T03:00:00+00:00"


def test_months_are_known_without_accents_and_in_capitals() -> None:
    assert [month_number(word) for word in ("FÉVRIER", "fevrier", "Ağustos", "ΑΠΡΙΛΙΟΥ")] == [
        2,
        2,
        8,
        4,
    ]
    assert fold("Übermüde") == "ubermude"


@pytest.mark.parametrize(
    "piece", ["April ", "24 ", "24 de ", "a", "1", "2025-", "12.12.", "年月日"]
)
def test_hostile_text_is_searched_to_its_end(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert find_dates(text, basis="test", timezone=SEOUL) == []
    assert read(text)[0] is None


@given(
    st.datetimes(min_value=datetime(1960, 1, 1), max_value=datetime(2210, 1, 1)),
    st.sampled_from(["GMT", "UTC", "+0000", "-0000", "+0900", "-0530", "+1500", "+0960", "+9900"]),
    st.sampled_from(["", "Mon, ", "Thu, "]),
    st.sampled_from(["%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%d %b %Y %H:61:00"]),
)
def test_the_common_form_of_feeds_reads_as_its_twin_that_takes_the_long_way(
    moment: datetime, zone: str, weekday: str, form: str
) -> None:
    text = f"{weekday}{moment.strftime(form)} {zone}"
    twin = text.replace(" ", "  ", 1) if weekday else f"Mon,  {text}"
    assert iso(text) == iso(twin)
