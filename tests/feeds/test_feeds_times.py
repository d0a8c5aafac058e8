"""Times as feeds write them: every zone, short years, months of many languages, parts, numbers."""

from __future__ import annotations

from html import escape

import pytest

from digest.feeds import parse_feed
from digest.model import Facts


def entry(text: str, *, more: str = "") -> Facts:
    document = (
        "<rss version='2.0'><channel><title>T</title><item><title>A treaty</title>"
        f"<pubDate>{escape(text)}</pubDate>{more}</item></channel></rss>"
    )
    (found,) = parse_feed(document.encode(), url="", timezone="Asia/Seoul").entries
    return found


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("GMT", "+00:00"),
        ("UT", "+00:00"),
        ("UTC", "+00:00"),
        ("Z", "+00:00"),
        ("-0000", "+00:00"),
        ("+0530", "+05:30"),
        ("+05:30", "+05:30"),
        ("+09", "+09:00"),
        ("GMT+0200", "+02:00"),
        ("GMT+0200 (CEST)", "+02:00"),
        ("EST", "-05:00"),
        ("EDT", "-04:00"),
        ("CST", "-06:00"),
        ("CDT", "-05:00"),
        ("MST", "-07:00"),
        ("MDT", "-06:00"),
        ("PST", "-08:00"),
        ("PDT", "-07:00"),
        ("AKDT", "-08:00"),
        ("HST", "-10:00"),
        ("NDT", "-02:30"),
        ("BRT", "-03:00"),
        ("ART", "-03:00"),
        ("CLT", "-04:00"),
        ("BST", "+01:00"),
        ("WEST", "+01:00"),
        ("CET", "+01:00"),
        ("CEST", "+02:00"),
        ("MESZ", "+02:00"),
        ("EET", "+02:00"),
        ("EEST", "+03:00"),
        ("MSK", "+03:00"),
        ("YEKT", "+05:00"),
        ("SAST", "+02:00"),
        ("EAT", "+03:00"),
        ("GST", "+04:00"),
        ("PKT", "+05:00"),
        ("IST", "+05:30"),
        ("NPT", "+05:45"),
        ("MMT", "+06:30"),
        ("WIB", "+07:00"),
        ("HKT", "+08:00"),
        ("SGT", "+08:00"),
        ("MYT", "+08:00"),
        ("KST", "+09:00"),
        ("JST", "+09:00"),
        ("AEST", "+10:00"),
        ("AEDT", "+11:00"),
        ("NZST", "+12:00"),
        ("Europe/Berlin", "+02:00"),
        ("Asia/Kolkata", "+05:30"),
    ],
)
def test_zone_is_read_as_it_is_written(zone: str, offset: str) -> None:
    found = entry(f"Thu, 24 Apr 2025 09:10:00 {zone}")
    assert found.published is not None and found.published.zone_known
    assert found.published.isoformat() == f"2025-04-24T09:10:00{offset}"
    assert found.problems == ()


@pytest.mark.parametrize("zone", ["", " QXT"])
def test_zone_that_is_missing_or_unknown_is_the_newsletters_and_told(zone: str) -> None:
    found = entry(f"Thu, 24 Apr 2025 09:10:00{zone}")
    assert found.published is not None and not found.published.zone_known
    assert found.published.isoformat() == "2025-04-24T09:10:00+09:00"
    assert "read in Asia/Seoul" in found.problems[0]


@pytest.mark.parametrize(
    ("year", "expected"), [("25", "2025"), ("00", "2000"), ("99", "1999"), ("71", "1971")]
)
def test_year_of_two_digits_is_read_where_a_time_stands(year: str, expected: str) -> None:
    found = entry(f"24 Apr {year} 09:10:00 GMT")
    assert found.published is not None
    assert found.published.isoformat().startswith(f"{expected}-04-24T09:10")


@pytest.mark.parametrize(
    "text",
    [
        "Thu, 24 April 2025 09:10:00 +0900",
        "Do, 24 Apr. 2025 09:10:00 +0900",
        "jeu., 24 avr. 2025 09:10:00 +0900",
        "jue, 24 abril 2025 09:10:00 +0900",
        "qui, 24 abr 2025 09:10:00 +0900",
        "gio, 24 aprile 2025 09:10:00 +0900",
        "do, 24 april 2025 09:10:00 +0900",
        "czw, 24 kwietnia 2025 09:10:00 +0900",
        "Чт, 24 апр 2025 09:10:00 +0900",
        "Per, 24 Nisan 2025 09:10:00 +0900",
        "목, 24 4월 2025 09:10:00 +0900",
        "木, 24 4月 2025 09:10:00 +0900",
        "周四, 24 四月 2025 09:10:00 +0900",
        "الخميس، 24 أبريل 2025 09:10:00 +0900",
        "Πεμ, 24 Απρ 2025 09:10:00 +0900",
        "cs, 24 ápr 2025 09:10:00 +0900",
    ],
)
def test_month_may_have_its_name_in_any_frequent_language(text: str) -> None:
    found = entry(text)
    assert found.published is not None, found.problems
    assert found.published.isoformat() == "2025-04-24T09:10:00+09:00"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2025", "a year alone"),
        ("2025-04", "no day"),
        ("2025-W17", "no day"),
        ("April 2025", "no day"),
        ("24 April", "no year"),
        ("T09:10:00+09:00", "a time without a date"),
        ("09:10", "a time without a date"),
        ("12345", "a bare number"),
        ("99999999999999999", "a bare number"),
        ("30 Feb 2025 09:10:00 GMT", "not in the calendar"),
    ],
)
def test_part_of_a_date_is_none_and_its_text_is_kept_in_the_problems(
    text: str, reason: str
) -> None:
    found = entry(text)
    assert found.published is None
    assert text in found.problems[0] and reason in found.problems[0]


def test_day_alone_stays_a_day() -> None:
    for text in ("2025-04-24", "20250424", "2025-W17-4"):
        found = entry(text)
        assert found.published is not None and found.published.is_date
        assert found.published.isoformat() == "2025-04-24"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("1745453400", "2025-04-24T00:10:00+00:00"),
        ("1745453400.5", "2025-04-24T00:10:00.500000+00:00"),
        ("1745453400123", "2025-04-24T00:10:00.123000+00:00"),
        ("1745453400123456", "2025-04-24T00:10:00.123456+00:00"),
        ("946684800", "2000-01-01T00:00:00+00:00"),
    ],
)
def test_seconds_since_1970_are_a_time(number: str, expected: str) -> None:
    found = entry(number)
    assert found.published is not None and found.published.zone_known
    assert found.published.isoformat() == expected
    assert found.published.raw == number and found.problems == ()


def test_published_and_updated_are_kept_apart_with_their_basis() -> None:
    later = '<a:updated xmlns:a="http://www.w3.org/2005/Atom">2025-04-26T00:00:00Z</a:updated>'
    found = entry("Thu, 24 Apr 2025 09:10:00 GMT", more=later)
    assert found.published is not None and found.updated is not None
    assert (found.published.basis, found.updated.basis) == ("feed:published", "feed:updated")
    assert found.updated.isoformat() == "2025-04-26T00:00:00+00:00"
