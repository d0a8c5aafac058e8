"""One string that is meant to be a date, to a When or a reason."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from digest.dates.clock import Clock, find_clock
from digest.dates.han import han_number, normalise
from digest.dates.names import ERAS, GLUE, MONTHS, RELATIVE, WEEKDAYS, fold
from digest.dates.roman import find_roman
from digest.dates.weekdays import weekdays_in
from digest.model.article import When

FIRST_YEAR, LAST_YEAR = 1971, 2199
_LONGEST = 200
_TOKEN = re.compile(r"\d+|[^\W\d_]+|\S")
_COMMENT = re.compile(r"[(\[]([^()\[\]]{0,40})[)\]]")
_CJK = re.compile(
    r"(?:(?P<era>令和|平成|昭和|民國|民国)\s?(?P<era_year>\d{1,3}|元)|(?P<year>\d{4}))\s?[년年]\s?"
    r"(?P<month>\d{1,2})\s?[월月]\s?(?P<day>\d{1,2})\s?[일日号號]?"
)
# "목, 24 4월 2025": RFC 822 with a month whose name is its number.
_CJK_MONTH = re.compile(
    r"(?P<day>\d{1,2}) (?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})\s?[월月],? (?P<year>\d{4})"
)
_YEAR_FIRST = re.compile(r"(\d{4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,2})\.?")
_YEAR_LAST = re.compile(r"(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})\.?")
_ISO_WEEK = re.compile(r"(\d{4})-?W(\d{2})-?([1-7])", re.IGNORECASE)
_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?")

_RFC = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(?P<day>\d\d?) "
    r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (?P<year>\d{4}) "
    r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))? "
    r"(?:GMT|UTC|(?P<sign>[+-])(?P<east>\d\d)(?P<minutes>[0-5]\d))",
    re.ASCII,
)
_RFC_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Order = Literal["", "dmy", "mdy", "dotted"]


class _RefusedError(Exception):
    """Why a string is no date; caught in parse_when, whose second result it becomes."""


def parse_when(
    text: str, *, basis: str, timezone: str, order: Order = ""
) -> tuple[When | None, str]:
    """What a date string says, and what is wrong with it.

    The whole string must be a date: ISO 8601, RFC 822/5322, asctime, or a long form in one of
    the languages of digest.dates.names. An offset stays as written. A time without a zone, or
    with a name that nobody knows, is read in ``timezone`` (an IANA name), with a problem and
    ``zone_known`` false. Nothing is completed: without day, month and year the result is None
    with the reason, as for years outside 1971 to 2199, relative words and dates that have two
    readings, unless ``order`` states how the text writes them (``dotted``: day first where
    full stops part the numbers, as all languages but English do).

    The problem is "" when all is clear.
    """
    text = text.strip()
    # The bulk of all dates: 0.2 µs against some 20 for everything below.
    if text[4:5] == "-" and text[7:8] == "-" and text.isascii():
        when = _iso(text, basis, timezone)
        if when is not None:
            return when
    rfc = _RFC.fullmatch(text)
    if rfc is not None and int(rfc["east"] or 0) < 15:
        moment = _rfc(rfc)
        if moment is not None and FIRST_YEAR <= moment.year <= LAST_YEAR:
            return When(value=moment, raw=text, basis=basis), ""
    if not text:
        return None, "the date is empty"
    try:
        return _slow(text, basis, timezone, order)
    except _RefusedError as refused:
        return None, f"date “{_short(text)}” {refused}"


def in_zone(wall: datetime, zone: tzinfo) -> datetime:
    """A wall clock time in a zone, as an instant with a fixed offset.

    A time that comes twice is the first of the two; one that a gap skips is the first instant
    after the gap. A fixed offset, because subtraction within one ZoneInfo is wall time.
    """
    early = wall.replace(tzinfo=zone, fold=0)
    instant = early.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != wall:
        late = wall.replace(tzinfo=zone, fold=1)
        instant = _gap_end(late.astimezone(UTC), instant, zone)
    there = instant.astimezone(zone)
    return there.replace(tzinfo=_fixed(there.utcoffset() or timedelta()), fold=0)


def _gap_end(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The instant, to the second, at which the zone's offset changes between two instants."""
    low, high = int(before.timestamp()), int(after.timestamp())
    old = before.astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, UTC).astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


@lru_cache(maxsize=256)
def _fixed(offset: timedelta) -> tzinfo:
    return timezone(offset) if offset else UTC


def _iso(text: str, basis: str, zone: str) -> tuple[When | None, str] | None:
    """The fast path, None when the string needs a closer look."""
    try:
        if len(text) == 10:
            value: date | datetime = date.fromisoformat(text)
        elif len(text) >= 16 and text[10] in "Tt " and text[13] == ":":
            value = datetime.fromisoformat(text)
        else:
            return None
    except ValueError:
        return None
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        return None
    if isinstance(value, datetime) and value.tzinfo is None:
        return _zoneless(value, text, basis, zone, "")
    return When(value=value, raw=text, basis=basis), ""


def _rfc(found: re.Match[str]) -> datetime | None:
    """The common form of RFC 822 and 5322; None for what no calendar or clock has."""
    zone: tzinfo = UTC
    if found["sign"]:
        ahead = timedelta(hours=int(found["east"]), minutes=int(found["minutes"]))
        zone = _fixed(-ahead if found["sign"] == "-" else ahead)
    try:
        return datetime(
            int(found["year"]),
            _RFC_MONTHS.index(found["month"]) + 1,
            int(found["day"]),
            int(found["hour"]),
            int(found["minute"]),
            int(found["second"] or 0),
            tzinfo=zone,
        )
    except ValueError:
        return None


def _zoneless(wall: datetime, raw: str, basis: str, zone: str, name: str) -> tuple[When, str]:
    said = f"has the unknown time zone “{name}”" if name else "has a time without a zone"
    return (
        When(value=in_zone(wall, ZoneInfo(zone)), raw=raw, basis=basis, zone_known=False),
        f"date “{_short(raw)}” {said}: read in {zone}",
    )


def _slow(text: str, basis: str, zone: str, order: Order) -> tuple[When, str]:
    if len(text) > _LONGEST:
        raise _RefusedError("is too long to be a date")
    plain = normalise(text)
    basic = _BASIC.fullmatch(plain)
    if basic:
        day, clock = _basic(basic)
    else:
        clock, rest = find_clock(plain)
        if clock is not None and clock.problem:
            raise _RefusedError(clock.problem)
        comments = _COMMENT.findall(rest)
        rest = _COMMENT.sub(" ", rest)
        if clock is not None and clock.zone is None:
            clock = clock.with_zone_of(comments)
        day = _day(rest, order, with_time=clock is not None, beside=comments)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _RefusedError(f"has the year {day.year}, which no article has")
    if clock is None:
        return When(value=day, raw=text, basis=basis), ""
    wall = clock.on(day)
    if clock.zone is None:
        return _zoneless(wall, text, basis, zone, clock.unknown_zone)
    aware = wall.replace(tzinfo=clock.zone)
    if isinstance(clock.zone, ZoneInfo):
        aware = in_zone(wall, clock.zone)
    return When(value=aware, raw=text, basis=basis), ""


def _basic(match: re.Match[str]) -> tuple[date, Clock | None]:
    """ISO 8601's basic form, ``20250424T091000Z`` and ``20250424``."""
    day = _calendar(int(match[1]), int(match[2]), int(match[3]))
    if match[4] is None:
        return day, None
    clock, _ = find_clock(f"{match[4]}:{match[5]}:{match[6] or '00'}{match[7] or ''}")
    if clock is None or clock.problem:
        raise _RefusedError("has an impossible time")
    return day, clock


def _day(text: str, order: Order, *, with_time: bool, beside: list[str]) -> date:
    """The one full date that a string without its time consists of.

    ``beside`` is what stood in brackets: a weekday there settles which number is the day.
    """
    week = _ISO_WEEK.fullmatch(text.strip())
    if week:
        try:
            return date.fromisocalendar(int(week[1]), int(week[2]), int(week[3]))
        except ValueError:
            raise _RefusedError("names a week that the year does not have") from None
    cjk = _CJK.search(text)
    if cjk:
        _only_glue(text[: cjk.start()] + " " + text[cjk.end() :])
        return cjk_date(cjk)
    numbered = _CJK_MONTH.search(text)
    if numbered:
        _only_glue(text[: numbered.start()] + " " + text[numbered.end() :])
        return _calendar(int(numbered["year"]), han_number(numbered["month"]), int(numbered["day"]))
    roman = find_roman(text)
    if roman is not None:
        _only_glue(roman[1])
        return _calendar(*roman[0])
    words = _TOKEN.findall(text)
    if sum(word.isdecimal() for word in words) == 3 and not _months_in(words):
        named = weekdays_in([*words, *(word for text in beside for word in _TOKEN.findall(text))])
        return _numeric(text, order, named)
    return _named(words, with_time=with_time)


def cjk_date(match: re.Match[str]) -> date:
    """The date of a match with groups era, era_year, year, month and day."""
    if match["era"]:
        year = ERAS[match["era"]] + (1 if match["era_year"] == "元" else int(match["era_year"]))
    else:
        year = int(match["year"])
    return _calendar(year, int(match["month"]), int(match["day"]))


def _months_in(words: list[str]) -> list[tuple[int, int]]:
    """(position, month) of each month's name, names of two words joined."""
    found = []
    for index, word in enumerate(words):
        if not word[0].isalpha():
            continue
        following = words[index + 1] if index + 1 < len(words) else ""
        number = MONTHS.get(fold(f"{word} {following}")) or MONTHS.get(fold(word))
        if number:
            found.append((index, number))
    if len(found) > 1:  # "mar. 24 avril": Tuesday and March are written alike
        real = [entry for entry in found if fold(words[entry[0]]) not in WEEKDAYS]
        found = real or found
    return found


def _named(words: list[str], *, with_time: bool) -> date:
    months = _months_in(words)
    numbers = [(index, word) for index, word in enumerate(words) if word.isdecimal()]
    if not months or {month for _, month in months} != {months[0][1]}:
        raise _RefusedError(_why_not(words, numbers, with_time))
    place, month = months[0]
    spoken = {index for index, _ in months}
    spoken |= {i + 1 for i in spoken if fold(" ".join(words[i : i + 2])) in MONTHS}
    if len(numbers) < 2 and any(fold(word) in RELATIVE for word in words):
        raise _RefusedError(_why_not(words, numbers, with_time))
    _only_glue(" ".join(w for i, w in enumerate(words) if i not in spoken), numbers_too=True)
    if len(numbers) < 2:
        full = bool(numbers) and len(numbers[0][1]) == 4
        raise _RefusedError("has no day" if full else "has no year")
    if len(numbers) > 2:
        raise _RefusedError("is not a date that digest can read")
    (first_place, first), (second_place, second) = numbers
    if first_place < place < second_place:
        if len(first) == 4:
            return _calendar(int(first), month, _day_number(second))
        return _calendar(_year(second, with_time), month, _day_number(first))
    if place < first_place:
        return _calendar(_year(second, with_time), month, _day_number(first))
    raise _RefusedError("is not a date that digest can read")


def _day_number(text: str) -> int:
    if len(text) > 2:
        raise _RefusedError("is not a date that digest can read")
    return int(text)


def _year(text: str, with_time: bool) -> int:
    if len(text) == 4:
        return int(text)
    if len(text) == 2 and with_time:  # RFC 5322 §4.3; without a time it may be the day
        return int(text) + (2000 if int(text) < 50 else 1900)
    raise _RefusedError("has no year of four digits")


def _numeric(text: str, order: Order, named: frozenset[int]) -> date:
    """Three numbers; which is which only where there is no second reading.

    ``named`` are the weekdays that the words beside them can mean.
    """
    plain = _without_glue(text)
    match = _YEAR_FIRST.fullmatch(plain)
    if match:
        return _calendar(int(match[1]), int(match[3]), int(match[4]))
    match = _YEAR_LAST.fullmatch(plain)
    if not match:
        raise _RefusedError("is not a date that digest can read")
    if len(match[4]) == 2:
        raise _RefusedError("has no year of four digits")
    if order == "dotted":
        order = "dmy" if match[2] == "." else ""
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    return _on_weekday(first, second, year, named) or day_and_month(first, second, year, order)


def _on_weekday(first: int, second: int, year: int, named: frozenset[int]) -> date | None:
    """The one of two readings that is on the weekday that is named, None where none or both are."""
    if not named or first > 12 or second > 12 or first == second:
        return None
    readings = (_calendar(year, second, first), _calendar(year, first, second))
    on_day = [day for day in readings if day.weekday() in named]
    return on_day[0] if len(on_day) == 1 else None


def day_and_month(first: int, second: int, year: int, order: Order = "") -> date:
    """The date of two numbers and a year; raises where both orders give one."""
    if first > 12 or first == second or (order == "dmy" and second <= 12):
        return _calendar(year, second, first)
    if second > 12 or order == "mdy":
        return _calendar(year, first, second)
    raise _RefusedError(
        f"can be read in two ways: write {year}-{second:02d}-{first:02d}"
        f" or {year}-{first:02d}-{second:02d}"
    )


def _calendar(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _RefusedError("is not in the calendar") from None


def _without_glue(text: str) -> str:
    """A numeric date alone: weekdays and words around it gone, nothing else."""
    words = [word for word in _TOKEN.findall(text) if word[0].isalpha()]
    unknown = [w for w in words if fold(w) not in GLUE and fold(w) not in WEEKDAYS]
    if unknown:
        raise _RefusedError("is not a date that digest can read")
    return " ".join(re.sub(r"[^\W\d_]+", " ", text).split()).strip(" ,;|·-")


def _only_glue(text: str, *, numbers_too: bool = False) -> None:
    """Refuses a string that holds more than weekdays and empty words."""
    words = _TOKEN.findall(text)
    for index, word in enumerate(words):
        if word[0].isalpha():
            plain = fold(word)
            # A weekday in a language that we do not know stands first and before a comma.
            foreign = index == 0 and words[1:2] == [","]
            if plain not in GLUE and plain not in WEEKDAYS and not foreign:
                raise _RefusedError("is not a date that digest can read")
        elif word.isdecimal():
            if not numbers_too:
                raise _RefusedError("is not a date that digest can read")
        elif word not in ",.-/|·•'’ʼº°;@":
            raise _RefusedError("is not a date that digest can read")


def _why_not(words: list[str], numbers: list[tuple[int, str]], with_time: bool) -> str:
    """The reason for a string without a month's name, as precise as can be."""
    if any(fold(word) in RELATIVE for word in words):
        return "counts from another day: it names no date"
    if len(numbers) == 1 and len(words) == 1:
        digits = numbers[0][1]
        return "is a year alone" if len(digits) == 4 else "is a bare number"
    if all(fold(word) in WEEKDAYS for word in words) and words:
        return "is a weekday alone"
    if not numbers and with_time:
        return "is a time without a date"
    if len(numbers) == 2 and any(len(digits) == 4 for _, digits in numbers):
        return "has no day"
    if len(numbers) == 2:
        return "has no year"
    return "is not a date that digest can read"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 60 else plain[:59] + "…"
