"""Names of time zones, as feeds, mails and newspapers write them.

Where a name has several meanings the one that mail and news use is taken: IST is India's,
BST London's, CST and EST North America's (RFC 5322 §4.3). A name that is not here is not
guessed at.
"""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_HOURS = """
UTC 0|UT 0|GMT 0|Z 0|TU 0|WET 0|WEST 1|BST 1|CET 1|CEST 2|MET 1|MEST 2|MEZ 1|MESZ 2|HEC 2|HNEC 1
EET 2|EEST 3|SAST 2|CAT 2|WAT 1|EAT 3|TRT 3|MSK 3|MSD 4|МСК 3|IDT 3|IRST 3.5|AST -4|ADT -3|GST 4
PKT 5|IST 5.5|NPT 5.75|WIB 7|WITA 8|WIT 9|ICT 7|HKT 8|SGT 8|PHT 8|AWST 8|KST 9|JST 9
ACST 9.5|ACDT 10.5|AEST 10|AEDT 11|NZST 12|NZDT 13
EST -5|EDT -4|CST -6|CDT -5|MST -7|MDT -6|PST -8|PDT -7|AKST -9|AKDT -8|HST -10|NST -3.5|NDT -2.5
BRT -3|ART -3|CLT -4|CLST -3|COT -5|PET -5|VET -4
"""
# Names that leave summer time open; the date decides.
_PLACES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
_OFFSET = re.compile(r"(?:UTC|GMT|UT)?\s?([+-])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)


def _table() -> dict[str, tzinfo]:
    zones: dict[str, tzinfo] = {}
    for entry in _HOURS.replace("\n", "|").split("|"):
        if entry:
            name, hours = entry.split()
            minutes = float(hours) * 60
            zones[name] = timezone(timedelta(minutes=minutes)) if minutes else UTC
    return zones


_ZONES = _table()


def known_zone(name: str) -> tzinfo | None:
    """The zone that an abbreviation or an IANA name stands for, None when it is not known."""
    upper = name.upper()
    if upper in _ZONES:
        return _ZONES[upper]
    if upper in _PLACES:
        return ZoneInfo(_PLACES[upper])
    if "/" in name:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
    return None


def offset_zone(text: str) -> tzinfo | None:
    """The zone of ``+0900``, ``-05:00``, ``+09`` or ``GMT+9`` (east is plus), else None."""
    match = _OFFSET.fullmatch(text)
    if not match:
        return None
    sign, hours, minutes = match[1], int(match[2]), int(match[3] or 0)
    if hours > 15 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    if not offset:
        return UTC
    return timezone(-offset if sign == "-" else offset)
