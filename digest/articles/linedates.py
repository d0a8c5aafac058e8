"""The date that a line about an article states: behind a label, a byline, a place."""

from __future__ import annotations

import re
from dataclasses import replace

from digest.articles.bylines import is_agency, is_author_line, is_paper, read_byline
from digest.articles.dateline import OTHER_DATE
from digest.articles.labels import is_day_first
from digest.articles.meta import LABEL_BASIS, Meta
from digest.articles.sourceline import read_source, read_source_line
from digest.dates import parse_when
from digest.dates.names import WEEKDAYS, fold
from digest.dates.parse import Order
from digest.dates.prose import standing_dates

LINE_BASIS = "dateline"
AGO = re.compile(
    r"(?:\d{1,3}|an?|one|two|few|several) ?"
    r"(?:min(?:ute)?s?|hours?|hrs?|days?|weeks?|months?|[hmdw]) ago"
    r"|(?:vor|il y a|hace|há) \d{1,3} \w{3,9}|\d{1,3} \w{3,9} (?:fa|geleden|назад)"
    r"|\d{1,3}\s?(?:분|시간|일|時間|分|日|小时|小時|分钟|天)\s?(?:전|前)"
    r"|(?:just now|today|yesterday|heute|gestern|hier|aujourd['’]hui|ayer|hoy|ontem|hoje|ieri|oggi"
    r"|gisteren|vandaag|сегодня|вчера|오늘|어제|今日|昨日|今天|昨天|اليوم|أمس)"
    r"(?:[ ,]{1,3}(?:at |um |à |в )?[\d:. ]{1,8}\w{0,4})?",
    re.IGNORECASE,
)
_HEAD_END = re.compile(
    r"[\s,.:–—(|-]+(?:\b(?:on|am|le|el|il|op|em|den|vom|в)\b)?[\s,]*$", re.IGNORECASE
)
_PLACE = re.compile(r"[^\W\d_][^\W\d_.'’-]*(?:[ .'’-]{1,2}[^\W\d_]+){0,4}")
# What may stand behind a date in such a line: a time, a place.
_TAIL = re.compile(
    r"(?:(?:at|um|à|às|as|a las|alle|ore|alle ore|om|kl\.?"
    r"|в)\s)?(?:\d{1,2}(?:[:.h]\d{2})?(?::\d{2})?\s?(?:[ap]\.?m\.?|uhr|uur|hrs?|h)?"
    r"(?:\s?\(?[A-ZА-Я]{1,5}\)?)?)?|in [A-Z][\w-]{2,20}(?: [\w&-]{1,20}){0,3}",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"(?:,\s|\s(?:in|à|en|a|aus)\s)[^\W\d_a-z][\w'’-]{1,20}(?:[ -][^\W\d_a-z]\w{1,15})?,?$"
)
# "…, says that ropes are dear": a sentence.
_GOES_ON = re.compile(
    r"(?!(?:by|in|at|on|um|um|à|von|par|por|di|door|for|from|via|en|em|no|na|uhr|hrs)\b)[a-zà-ÿа-я]{2,}\s\w+\s\w"
)
_MADE = frozenset(["added", "online", "submitted", "uploaded", "written"])
_PREPOSITIONS = frozenset(["on", "am", "le", "el", "il", "em", "op", "en", "в", "the"])
BY_SOMEONE = re.compile(r"(by|von|par|por|di|door)(?:\s[^\W\d_][\w.-]{0,20}){1,3}", re.IGNORECASE)


def standing_meta(part: str, timezone: str, order: Order) -> Meta | None:
    """``By Anna Lee, April 24, 2025``, ``Seoul, 24 April 2025``: a date behind a few words."""
    for found in standing_dates(part):
        before = part[: found.start].rstrip()
        head = _HEAD_END.sub("", part[: found.start]).strip()
        last = head.rpartition(" ")  # "by Tom Hart on Thursday"
        if last[0] and fold(last[2]) in WEEKDAYS and len(last[2]) > 3:
            head = _HEAD_END.sub("", f"{last[0]} ").strip()
        byline = read_byline(head) if head else ((), "")
        if before.endswith((":", "：")) or (
            OTHER_DATE.search(head) and not byline and not head.lower().startswith("by ")
        ):
            return None  # "Deadline: 9 May 2025"
        name = _PLACED.sub("", head).strip("–—- ")
        beside = before.rstrip(" ,–—|-") == head
        if byline is None and beside and is_author_line(name):
            byline = ((name,), "")  # "Anna Lee May 13, 2025", "Anna Lee, Lesk, 24 April 2025"
        tail = part[found.end :].strip(" ,.)")
        source = None
        agency = head if is_agency(head) else ""
        if (
            byline is None
            and not agency
            and not BY_SOMEONE.fullmatch(head)
            and not (len(head) <= 30 and _is_place(head) and _stands_apart(head, before))
        ):
            return None
        if found.start == 0 and is_paper(tail):  # "8 July 2025, Border Post"
            source, tail = read_source(tail, rank=2), ""
        if not _TAIL.fullmatch(tail) or (tail and head.lower() in _PREPOSITIONS):
            return None
        people, wire = byline or ((), "")
        meta = Meta(authors=list(people), agency=wire or agency, source=source)
        if byline is None and is_paper(head):  # "Ekimae Times, 8 July 2025"
            meta.source = read_source(head, rank=2)
        for raw in (part[found.start :], part[found.start : found.end]):
            when, problem = parse_when(raw, basis=LINE_BASIS, timezone=timezone, order=order)
            if when is not None:
                break
        if when is None:
            meta.undated.append(problem)
            return meta
        meta.published = when
        if problem:
            meta.problems.append(problem)
        return meta
    return None


def _stands_apart(place: str, before: str) -> bool:
    """True unless a sentence runs from the words into the date: "What We Learned on May 3"."""
    behind = before[len(place) :].strip()
    if (
        behind
        and place.lower() not in _MADE
        and not re.match(r"\s?[,–—:(|./-]", before[len(place) :])
    ):
        return False  # "Eröffnung am 24. April 2025"
    return before[-1:] in ",–—-:(|./" or " " not in place or place.isupper() or is_paper(place)


def _is_place(text: str) -> bool:
    return bool(_PLACE.fullmatch(text)) and all(
        word[0].isupper() or not word.isascii() or word in ("of", "the", "de", "del", "am", "an")
        for word in text.split()
    )


def dated_meta(value: str, label: str, kind: str, timezone: str, order: Order) -> Meta | None:
    """The value of a date label; a byline or a source may stand behind it."""
    if label == "publication" and not any(char.isdigit() for char in value):
        # English for the paper, French for the day.
        found = read_source(value)
        return Meta(source=found, url=found.url) if found else None
    if not order and is_day_first(label):
        order = "dotted"
    basis = LABEL_BASIS
    when, problem = parse_when(value, basis=basis, timezone=timezone, order=order)
    extra = Meta()
    if when is None:
        first = next(iter(standing_dates(value)), None)
        if first is not None and value.lower().startswith(("by ", "von ", "par ", "por ", "di ")):
            read = standing_meta(value, timezone, order)
            if read is not None and read.published is not None and kind == "date":
                read.published = replace(read.published, basis=basis)
                return read
        if first is not None and re.search(r"[^\W\d_][:：]", value[: first.start]):
            return None  # "Date of access: …", whose label goes on
        if first is not None and OTHER_DATE.search(value[: first.start]):
            return None  # "Date of event: 13 May 2025"
        if first is not None and first.start <= 20 and (first.day or order):
            when, problem = parse_when(
                value[first.start : first.end], basis=basis, timezone=timezone, order=order
            )
            rest = value[first.end :].strip(" ,.|-–—·()")
            clock, said = parse_when(
                value[first.start :], basis=basis, timezone=timezone, order=order
            )
            if clock is not None:
                when, problem = clock, said
            else:
                byline = read_byline(rest)
                if byline is not None:
                    extra.authors, extra.agency = list(byline[0]), byline[1]
                elif (source := read_source_line(rest)) is not None:
                    extra.source = source
                elif len(rest) > 40 or len(rest.split()) > 6 or _GOES_ON.match(rest):
                    return None  # a sentence
        elif not any(char.isdigit() for char in value) and not AGO.fullmatch(value):
            return None
    if when is None:
        if len(value) > 60:
            return None
        extra.undated.append(problem)
        return extra
    if problem:
        extra.problems.append(problem)
    if kind == "updated":
        extra.updated = when
    else:
        extra.published = when
    return extra
