"""Months in figures of Rome, as Poland and Hungary write them: ``24.IV.2025``."""

from __future__ import annotations

import re

_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_MONTH = r"(?P<month>I{1,3}|I?V|VI{1,3}|I?X|XI{1,2})"
_JOINT = r"(?:\.\s?|[-/]|\s)"
_DATE = re.compile(rf"(?<!\d)(?P<day>\d{{1,2}}){_JOINT}{_MONTH}{_JOINT}(?P<year>\d{{4}})(?!\d)\.?")
_YEAR_FIRST = re.compile(
    rf"(?<!\d)(?P<year>\d{{4}}){_JOINT}{_MONTH}{_JOINT}(?P<day>\d{{1,2}})(?!\d)\.?"
)


def find_roman(text: str) -> tuple[tuple[int, int, int], str] | None:
    """(year, month, day) as they are written, and the text without them; None where there are none.

    The figures are capitals and stand between a day and a year: that is a month and nothing else.
    """
    if "I" not in text and "V" not in text and "X" not in text:
        return None
    found = _DATE.search(text) or _YEAR_FIRST.search(text)
    if found is None:
        return None
    month = _MONTHS.index(found["month"]) + 1
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    return (int(found["year"]), month, int(found["day"])), rest
