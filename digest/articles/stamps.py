"""Dates as pages write them in attributes, labels and bylines."""

from __future__ import annotations

import re

from digest.dates import find_dates, parse_when
from digest.model import When

_COMPACT = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)(?=T\d\d|$)")
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2((?:19|20)\d\d)(?!\d)")
_QUOTES = " \t\"'\\\\"

# Languages whose readers all write the day first; English is told apart by its region.
_DAY_FIRST = frozenset(
    """
    ar bg bn bs ca cs da de el es et fi fr gl he hi hr id is it lv mk ms nb nl nn no pl pt ro ru sk
    sl sq sr sv th tr uk ur vi
    """.split()  # noqa: SIM905
)
_DAY_FIRST_ENGLISH = frozenset(["en-GB", "en-IE", "en-AU", "en-NZ", "en-IN", "en-ZA"])


def read_stated(text: str, *, basis: str, timezone: str, language: str) -> tuple[When | None, str]:
    """The date that a page states in ``text``, with a problem as :func:`parse_when` has them.

    Labels around the date are overlooked as long as only one date stands there. A day and a
    month in figures are told apart by the language that the page declares, or by dots, which
    only follow the day.
    """
    text = _COMPACT.sub(r"\1-\2-\3", text.strip(_QUOTES))
    text = day_first(text, language)
    when, problem = parse_when(text, basis=basis, timezone=timezone)
    if when is not None or len(text) > 200:
        return when, problem
    found = [when for _, _, when in find_dates(text, basis=basis, timezone=timezone)]
    if found and len({when.value for when in found}) == 1:
        return found[0], ""
    return None, problem


def day_first(text: str, language: str) -> str:
    """``text`` with dates in figures as ISO 8601, where the language or dots settle the order."""
    return _NUMERIC.sub(lambda found: _ordered(found, language), text)


def _ordered(found: re.Match[str], language: str) -> str:
    first, mark, second, year = int(found[1]), found[2], int(found[3]), found[4]
    day_first = (
        mark == "." or language.partition("-")[0] in _DAY_FIRST or language in _DAY_FIRST_ENGLISH
    )
    if not day_first or not 1 <= second <= 12 or not 1 <= first <= 31:
        return found[0]
    return f"{year}-{second:02}-{first:02}"
