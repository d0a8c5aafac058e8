"""Words and dates that a proposal puts into the document, in the newsletter's language.

Dates and minutes come from CLDR for every language. Sentences exist where someone who speaks
the language has written them; elsewhere the subject is the newsletter's title and the date.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from digest.excerpt import cut, display_width

if TYPE_CHECKING:
    from babel import Locale

SUBJECT_COLUMNS = 90
"""Longest subject proposed; mail clients show about 60 to 90 columns."""

_ENGLISH_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


def subject_for(lead: str, others: int, *, language: str, fallback: str) -> str:
    """The subject: the first headline and how many stories follow it.

    ``fallback`` stands in languages that have no such sentence here.
    """
    if _primary(language) != "en":
        return fallback
    if not others:
        return cut(lead, SUBJECT_COLUMNS)
    number = _ENGLISH_NUMBERS[others] if others < len(_ENGLISH_NUMBERS) else str(others)
    rest = f"and {number} more {'story' if others == 1 else 'stories'}"
    lead = cut(lead, SUBJECT_COLUMNS - display_width(rest) - 2)
    if lead.endswith(("?", "!")):
        return f"{lead} {rest.capitalize()}"
    if lead.endswith("…"):
        return f"{lead} {rest}"
    return f"{lead.rstrip('.,;:')}, {rest}"


def long_date(day: date, language: str) -> str:
    """A day as readers of the language write it: ``24 April 2025``."""
    from babel.dates import format_date

    locale = _locale(language)
    return day.isoformat() if locale is None else format_date(day, format="long", locale=locale)


def minutes_to_read(minutes: int, language: str) -> str:
    """``3 min read``, or the minutes alone in the language's own form; "" for none."""
    if minutes <= 0:
        return ""
    if _primary(language) == "en":
        return f"{minutes} min read"
    from babel.units import format_unit

    locale = _locale(language)
    if locale is None:
        return ""
    return format_unit(minutes, "duration-minute", length="short", locale=locale)


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-")[0].casefold()


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale | None:
    """CLDR's data for a BCP 47 tag; English without a country writes the day first."""
    from babel import Locale, UnknownLocaleError

    if language.casefold() == "en":
        return Locale("en", "001")
    try:
        return Locale.parse(language.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        try:
            return Locale.parse(_primary(language))
        except (UnknownLocaleError, ValueError, TypeError):
            return None
