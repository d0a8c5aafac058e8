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
EET 2|EEST 3|SAST 2|CAT 2|WAT 1|WAST 2|EAT 3|TRT 3|MSK 3|MSD 4|МСК 3|SAMT 4|YEKT 5|OMST 6|KRAT 7
NOVT 7|IRKT 8|YAKT 9|VLAT 10|MAGT 11|PETT 12|IDT 3|IRST 3.5|IRDT 4.5|AFT 4.5|GET 4|AZT 4|UZT 5
TJT 5|TMT 5|AST -4|ADT -3|GST 4|PKT 5|PKST 6|BTT 6|MMT 6.5|MVT 5|IST 5.5|NPT 5.75|WIB 7|WITA 8
WIT 9|ICT 7|HKT 8|SGT 8|MYT 8|PHT 8|ULAT 8|CHST 10|PGT 10|AWST 8|KST 9|JST 9|ACST 9.5|ACDT 10.5
AEST 10|AEDT 11|NZST 12|NZDT 13|EST -5|EDT -4|CST -6|CDT -5|MST -7|MDT -6|PST -8|PDT -7|AKST -9
AKDT -8|HST -10|NST -3.5|NDT -2.5|BRT -3|BRST -2|ART -3|UYT -3|PYT -3|CLT -4|CLST -3|BOT -4|COT -5
PET -5|VET -4|GYT -4
"""
# Names that leave summer time open; the date decides.
_PLACES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
_PHRASES = """
eastern America/New_York|eastern standard -5|eastern daylight -4|us eastern America/New_York
central America/Chicago|mountain America/Denver|pacific America/Los_Angeles|pacific daylight -7
pacific standard -8|central european Europe/Berlin|central european summer 2|greenwich mean 0
british summer 1|coordinated universal 0|universal 0|utc 0|gmt 0|india standard 5.5
indian standard 5.5|korea standard 9|korean standard 9|japan standard 9|china standard 8
seoul Asia/Seoul|korea Asia/Seoul|korean Asia/Seoul|tokyo Asia/Tokyo|japan Asia/Tokyo
beijing Asia/Shanghai|china Asia/Shanghai|moscow Europe/Moscow|london Europe/London
uk Europe/London|paris Europe/Paris|berlin Europe/Berlin|new york America/New_York
hong kong Asia/Hong_Kong|singapore Asia/Singapore|kyiv Europe/Kyiv|istanbul Europe/Istanbul
北京时间 Asia/Shanghai|北京時間 Asia/Shanghai|日本時間 Asia/Tokyo|한국시간 Asia/Seoul
한국시각 Asia/Seoul|по московскому Europe/Moscow
"""
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


def _phrases() -> dict[str, str]:
    entries = (entry for entry in _PHRASES.replace("\n", "|").split("|") if entry)
    return {name: zone for name, _, zone in (entry.rpartition(" ") for entry in entries)}


_IN_WORDS = _phrases()


def spoken_zone(phrase: str) -> tzinfo | None:
    """The zone of ``Seoul`` in "Seoul time", ``eastern`` in "Eastern time", else None."""
    zone = _IN_WORDS.get(" ".join(phrase.lower().split()))
    if zone is None:
        return None
    if "/" in zone:
        return ZoneInfo(zone)
    return timezone(timedelta(hours=float(zone))) if float(zone) else UTC


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
