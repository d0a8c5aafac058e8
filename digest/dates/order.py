"""How a text says that it writes its dates in figures."""

from __future__ import annotations

import re

from digest.dates.parse import Order

# "DD/MM/YYYY", "TT.MM.JJJJ", "month/day/year".
_STATED = re.compile(
    r"[(\[]?(?<![^\W_])"
    r"(?:(?P<dmy>(?:dd?|tt|jj)[./-]mm?[./-](?:yyyy|jjjj|aaaa|yy)|day[./-]month[./-]year)"
    r"|mm?[./-]dd?[./-](?:yyyy|yy)|month[./-]day[./-]year)(?![^\W_])[)\]]?",
    re.IGNORECASE,
)


def stated_order(text: str) -> Order:
    """Day or month first, as a note in the text says, "" where none or two say it."""
    found: set[Order] = {"dmy" if match["dmy"] else "mdy" for match in _STATED.finditer(text)}
    return found.pop() if len(found) == 1 else ""


def without_order(line: str) -> str:
    """A line without such a note."""
    return _STATED.sub(" ", line).strip() if _STATED.search(line) else line
