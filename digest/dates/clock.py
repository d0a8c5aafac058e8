"""The time of day in a date string: hours, minutes, half of the day, zone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from digest.dates.names import MONTHS, WEEKDAYS, fold
from digest.dates.zones import known_zone, offset_zone, spoken_zone

_CLOCK = re.compile(
    r"(?:(?<=\d)[Tt]|(?<![\d:.,]))"
    r"(?:(?P<before>오전|오후|午前|午後|上午|下午|[aApP]\.?\s?[mM]\.?)\s*)?"
    r"(?P<hour>\d{1,2})"
    r"(?:"
    r":(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,12}))?)?(?![\d:])"
    r"|\.(?P<dotted>\d{2})(?=\s?(?:(?:Uhr|uhr|hrs|[A-Z]{3,4}|[aApP][mM])\b|[aApP]\.\s?[mM]\.))"
    r"|\s?[hH]\s?(?P<french>\d{2})?(?![\w:])"
    r"|\s?[시時时点點]\s?(?:(?P<cjk>\d{1,2})\s?[분分]\s?(?:\d{1,2}\s?[초秒])?)?"
    r"|(?=\s?(?:[aApP]\.?\s?[mM]\b|Uhr\b))"
    r")"
    r"(?:\s?(?P<after>[aApP]\.?\s?[mM]\b\.?|μ\.\s?μ\.|π\.\s?μ\.|[مص]\b|Uhr\b|uhr\b|hrs\b))?"
)
# Every clock has one of these, most words beside a date have none.
_SIGN = re.compile(r"\d(?:\.\d|\s?[:hHaApPU시時时點点])")
_ZONE = re.compile(
    r"\s*,?\s*(?:(?P<offset>(?:UTC|GMT|UT)?\s?[+-]\d{1,2}(?::?\d{2})?)(?![\d:])"
    r"|(?P<iana>[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_-]+)+)|(?P<name>[^\W\d_]{1,5})(?!\w))",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"\s*,?\s*\(?(?P<words>[A-Za-z]+(?:\s[A-Za-z]+){0,3}?)\s[Tt]ime\)?(?!\w)", re.IGNORECASE
)
_BEFORE_CLOCK = re.compile(
    r"北京时间|北京時間|日本時間|한국시간|한국시각|по московскому(?: времени)?"
)
_AFTER_WORD = re.compile(r"\b((?:ore|alle|kl\.?|klo|um|om)\s)(\d{1,2})\.(\d{2})(?![.\d])")
_FORENOON = {"오전", "午前", "上午", "am", "ص", "πμ"}
_AFTERNOON = {"오후", "午後", "下午", "pm", "م", "μμ"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day. ``zone`` is None where none is given or its name is ``unknown_zone``."""

    time: time
    next_day: bool = False
    zone: tzinfo | None = None
    unknown_zone: str = ""
    problem: str = ""

    def on(self, day: date) -> datetime:
        """The wall clock on a day; 24:00 is the next one's midnight."""
        if self.next_day:
            day += timedelta(days=1)
        return datetime.combine(day, self.time)

    def with_zone_of(self, comments: Iterable[str]) -> Clock:
        """The same, with the zone that a comment such as ``(KST)`` names."""
        for comment in comments:
            zone = known_zone(comment.strip()) or offset_zone(comment.strip())
            if zone is not None:
                return replace(self, zone=zone, unknown_zone="")
        return self


def find_clock(text: str) -> tuple[Clock | None, str]:
    """The time of day in a string, and the string without it; (None, text) when it has none."""
    if "." in text:
        text = _AFTER_WORD.sub(r"\1\2:\3", text)
    stated = None if text.isascii() else _BEFORE_CLOCK.search(text)
    if stated is not None:
        text = f"{text[: stated.start()]} {text[stated.end() :]}"
    match = _CLOCK.search(text) if _SIGN.search(text) else None
    if match is None:
        return None, text
    end, zone, unknown = _zone_at(text, match.end())
    if stated is not None:
        zone = spoken_zone(stated[0].removesuffix(" времени"))
    rest = f"{text[: match.start()]} {text[end:]}"
    read = _time_of(match)
    if isinstance(read, str):
        return Clock(time=time(), problem=read), rest
    moment, next_day = read
    return Clock(time=moment, next_day=next_day, zone=zone, unknown_zone=unknown), rest


def _time_of(match: re.Match[str]) -> tuple[time, bool] | str:
    hour = int(match["hour"])
    minute = int(match["minute"] or match["dotted"] or match["french"] or match["cjk"] or 0)
    second = int(match["second"] or 0)
    half = re.sub(r"[.\s]", "", match["before"] or match["after"] or "").lower()
    if half in _AFTERNOON and 1 <= hour < 12:
        hour += 12
    elif half in _FORENOON and hour == 12:
        hour = 0
    elif half in _FORENOON and hour > 12:
        return "has an impossible time"
    if hour == 24 and not minute and not second:
        return time(0), True
    if hour > 23 or minute > 59 or second > 59:
        return "has an impossible time"
    # Cut, not rounded: a rounded 23:59:59.9999999 would fall into the next day.
    fraction = (match["fraction"] or "0")[:6].ljust(6, "0")
    return time(hour, minute, second, int(fraction)), False


def _zone_at(text: str, position: int) -> tuple[int, tzinfo | None, str]:
    """Where the zone after a time ends, the zone, and the name that nobody knows."""
    spoken = _SPOKEN.match(text, position)
    if spoken is not None:
        zone = spoken_zone(spoken["words"])
        if zone is not None or spoken["words"].lower() == "local":
            return spoken.end(), zone, "" if zone else "local time"
    match = _ZONE.match(text, position)
    if match is None:
        return position, None, ""
    if match["offset"]:
        zone = offset_zone(match["offset"].strip())
        if zone is None:
            return position, None, ""
        # "+0900 KST" and "GMT+0900 (Korean Standard Time)" say it twice.
        again = _ZONE.match(text, match.end())
        if again and again["name"] and known_zone(again["name"]):
            return again.end(), zone, ""
        return match.end(), zone, ""
    name = match["iana"] or match["name"]
    known = known_zone(name)
    if known is not None and (name.isupper() or len(name) > 2 or name == "z"):
        # "GMT +0900", "UTC+9": the offset counts.
        return match.end(), known, ""
    plain = fold(name)
    if match["iana"] or (name.isupper() and name.isascii()):
        if plain in MONTHS or plain in WEEKDAYS or plain in {"am", "pm", "on", "at", "de", "le"}:
            return position, None, ""
        return match.end(), None, name
    return position, None, ""
