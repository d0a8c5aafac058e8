"""Full calendar dates that stand in prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from digest.dates.han import han_number
from digest.dates.names import ERAS, MONTHS, fold
from digest.dates.parse import FIRST_YEAR, LAST_YEAR
from digest.model.article import When

# Every repeat is bounded, so that the search is linear in hostile text.
_WORD = r"[^\W\d_]{3,14}"
_NAME = rf"{_WORD}(?:\s(?:الثاني|الأول))?"
_HAN = "[〇零一二三四五六七八九十]"
_DATE = re.compile(
    rf"""
    (?:(?P<era>令和|平成|昭和|民國|民国)\s?(?P<ey>\d{{1,3}}|元)|(?<!\d)(?P<y1>\d{{4}}))\s?[년年]\s?
        (?P<m1>\d{{1,2}})\s?[월月]\s?(?P<d1>\d{{1,2}})\s?[일日号號]
    |(?:(?P<hera>令和|平成|昭和|民國|民国)(?P<hey>元|{_HAN}{{1,3}})|(?P<hy>{_HAN}{{4}}))年
        (?P<hm>{_HAN}{{1,2}})月(?P<hd>{_HAN}{{1,3}})[日号號]
    |(?<![\w./-])(?P<y2>\d{{4}})(?P<s2>[-/.])\s?(?P<m2>\d{{1,2}})(?P=s2)\s?(?P<d2>\d{{1,2}})
        (?![\d/-]|\.\d)
    |(?<![\w./-])(?P<a3>\d{{1,2}})(?P<s3>[-/.])\s?(?P<b3>\d{{1,2}})(?P=s3)\s?(?P<y3>\d{{4}})
        (?![\d/-]|\.\d)
    |(?<![\w.:])(?P<d4>\d{{1,2}})(?:\.|[ºª°]|-?[^\W\d_]{{1,3}})?
        [\s-]{{1,3}}(?:(?:de|of|den)\s|d['’])?(?P<w4>{_NAME})(?:(?:\s?/\s?|\s\(?)(?P<again>{_NAME})\)?)?[.,،]{{0,2}}
        [\s-]{{1,3}}(?:(?:de|del|of|عام|سنة)\s)?(?P<y4>\d{{4}})(?!\d)
    |(?<![\w])(?P<w5>{_NAME})\.?\s{{1,3}}(?P<d5>\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,3}}
        (?P<y5>\d{{4}})(?!\d)
    |(?<![\w.:])(?P<y6>\d{{4}})\.?\s(?P<w6>{_WORD})\s(?P<d6>\d{{1,2}})(?![\d:])
    """,
    re.VERBOSE,
)
# Every date has one of these, a year of four digits or the sign for one: most of a text has none,
# and the pattern is tried only near them. So far a date and what bounds it reach from there.
_SIGN = re.compile(r"[\d年년](?:(?<=[年년])|\d{3})")
_BEFORE_SIGN = 80
_BEHIND_SIGN = 40
_LINE = 220
_DIGIT = re.compile(r"\d")
_YEARLESS = re.compile(
    rf"(?<!\w)(?:(?P<w1>{_NAME})\.?\s(?P<d1>\d{{1,2}})|(?P<d2>\d{{1,2}})\.?\s(?P<w2>{_NAME}))"
    r"(?!\w)|(?<!\d)\d{1,2}\s?[월月]\s?\d{1,2}\s?[일日]"
)


_RANGE = re.compile(
    r"(?<![:\d.])\d{1,2}\.?\s?(?:[–—-]\s?|(?:to|bis|au|al|a|till|until|and|und|y|e|et|en|по)\s)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A date at its place in a text. ``day`` is None where the text has two readings."""

    start: int
    end: int
    day: date | None


def find_dates(text: str, *, basis: str, timezone: str) -> list[tuple[int, int, When]]:  # noqa: ARG001
    """(start, end, When) of each full date in prose, in order; days alone, never times.

    Only what states day, month and year and has one reading; offsets count characters of
    ``text``. ``timezone`` is taken for symmetry with parse_when: a day needs none.
    """
    return [
        (found.start, found.end, _when(text[found.start : found.end], found.day, basis))
        for found in standing_dates(text)
        if found.day and FIRST_YEAR <= found.day.year <= LAST_YEAR
    ]


def standing_dates(text: str) -> Iterator[Standing]:
    """Every full date in prose, of any year, those of two readings too."""
    if not _SIGN.search(text):
        return iter(())
    return iter(_of_line(text)) if len(text) <= _LINE else _standing(text)


# The readers of a text ask for each of its lines several times.
@lru_cache(maxsize=64)
def _of_line(line: str) -> tuple[Standing, ...]:
    return tuple(_standing(line))


def _standing(text: str) -> Iterator[Standing]:
    for position, end in _near_signs(text):
        while (match := _DATE.search(text, position, end)) is not None:
            read = _read(match)
            if read is None:
                # A word that is no month may hide the date that begins within it.
                position = match.start() + 1
                continue
            position = match.end()
            if not _RANGE.search(text, max(0, match.start() - 8), match.start()):
                # "13–20 May 2025" is the end of something.
                yield Standing(start=match.start(), end=position, day=read[0])


def _near_signs(text: str) -> Iterator[tuple[int, int]]:
    """Where a text's dates may stand: from, to, far enough apart for no date to reach across."""
    first = last = -1
    for sign in _SIGN.finditer(text):
        place = sign.start()
        if first < 0:
            first = place
        elif place > last + _BEFORE_SIGN + _BEHIND_SIGN:
            yield max(0, first - _BEFORE_SIGN), last + _BEHIND_SIGN
            first = place
        last = place
    if first >= 0:
        yield max(0, first - _BEFORE_SIGN), last + _BEHIND_SIGN


def has_yearless_date(text: str) -> str:
    """The first day and month without a year in a text (``April 24``), "" when there is none."""
    if not _DIGIT.search(text):
        return ""
    for match in _YEARLESS.finditer(text):
        word = match["w1"] or match["w2"]
        if word is None or (fold(word) in MONTHS and int(match["d1"] or match["d2"]) <= 31):
            return match[0]
    return ""


def _when(raw: str, day: date, basis: str) -> When:
    return When(value=day, raw=raw, basis=basis)


def _read(match: re.Match[str]) -> tuple[date | None] | None:
    """(date), (None) for two readings, None for no date."""
    if match["m1"]:
        if match["era"]:
            year = ERAS[match["era"]] + (1 if match["ey"] == "元" else int(match["ey"]))
        else:
            year = int(match["y1"])
        return _date(year, int(match["m1"]), int(match["d1"]))
    if match["hd"]:
        era = match["hera"]
        year = ERAS[era] + han_number(match["hey"]) if era else han_number(match["hy"])
        return _date(year, han_number(match["hm"]), han_number(match["hd"]))
    if match["y2"]:
        return _date(int(match["y2"]), int(match["m2"]), int(match["d2"]))
    if match["y3"]:
        first, second, year = int(match["a3"]), int(match["b3"]), int(match["y3"])
        if first > 12 or first == second:
            return _date(year, second, first)
        if second <= 12:
            return (None,)
        # Nobody parts month, day and year by full stops in this order: 1.24.2025 is a version.
        return None if match["s3"] == "." else _date(year, first, second)
    for number in "456":
        if match[f"w{number}"]:
            month = MONTHS.get(fold(" ".join(match[f"w{number}"].split())))
            if month is None or (number == "4" and not _same_month(match, month)):
                return None
            return _date(int(match[f"y{number}"]), month, int(match[f"d{number}"]))
    return None


def _same_month(match: re.Match[str], month: int) -> bool:
    """True when a second name of the month, ``24 نيسان/أبريل 2025``, is that of the same."""
    again = match["again"]
    return again is None or MONTHS.get(fold(" ".join(again.split()))) == month


def _date(year: int, month: int, day: int) -> tuple[date] | None:
    try:
        return (date(year, month, day),)
    except ValueError:
        return None
