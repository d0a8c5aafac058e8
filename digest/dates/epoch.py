"""Numbers of seconds since 1970, as programs write them where a date belongs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from digest.dates.parse import FIRST_YEAR, LAST_YEAR, parse_when
from digest.model.article import When

# Eight digits are a day, twelve and fourteen a day with its time: they are never counted.
_NUMBER = re.compile(
    r"(?P<seconds>\d{9,10})(?:\.(?P<part>\d{1,9}))?|(?P<milli>\d{13})|(?P<micro>\d{16})", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_stamp(text: str, *, basis: str, timezone: str) -> tuple[When | None, str]:
    """What a field for a date says: as :func:`parse_when`, and seconds since 1970 as well.

    Milliseconds (13 digits) and microseconds (16) are known by their length. For fields that a
    program fills in; in a text such a number is a telephone's or an account's.
    """
    text = text.strip()
    found = _NUMBER.fullmatch(text)
    if found is not None:
        moment = _moment(found)
        if FIRST_YEAR <= moment.year <= LAST_YEAR:
            return When(value=moment, raw=text, basis=basis), ""
    return parse_when(text, basis=basis, timezone=timezone)


def _moment(found: re.Match[str]) -> datetime:
    if found["milli"]:
        return _EPOCH + timedelta(milliseconds=int(found["milli"]))
    if found["micro"]:
        return _EPOCH + timedelta(microseconds=int(found["micro"]))
    part = int((found["part"] or "0")[:6].ljust(6, "0"))
    return _EPOCH + timedelta(seconds=int(found["seconds"]), microseconds=part)
