"""Lines round a headline that tell of the article: ``By Anna Lee | 24/04/2025 | 5 min read``."""

from __future__ import annotations

import re
from dataclasses import replace

from digest.articles.bylines import is_agency, is_house, is_name, read_byline
from digest.articles.dateline import OTHER_DATE
from digest.articles.labels import Kind, date_label, is_day_first, label_of
from digest.articles.meta import LABEL_BASIS, Meta
from digest.articles.sourceline import SourceLine, read_source, read_source_line
from digest.dates import has_yearless_date, parse_when
from digest.dates.clock import find_clock
from digest.dates.names import WEEKDAYS, fold
from digest.dates.order import without_order
from digest.dates.parse import Order
from digest.dates.prose import standing_dates

LINE_BASIS = "dateline"
_PARTS = re.compile(
    r"\s*[|•·¦┃]\s*|\s+[–—-]{1,2}\s+|\s*;\s+|\t+|\s*//\s*(?=[^/\s])"
    r"|\s*[,.(;]\s*(?=(?:last\s|zuletzt\s)?(?:updated|modified|aktualisiert|mis à jour|actualizado"
    r"|atualizado|aggiornato|bijgewerkt|обновлено)\b)"  # "April 24, 2025 (updated April 26, 2025)"
    # "2 min read Published 5:30 AM, Sunday 20 July 2025 By Hetty Moss"
    r"|(?<=read)\s+|(?<=\d)\s+(?=(?:by|von|par|por|di|door)\s[^\W\d_])"
    r"|(?<=\d)\s+(?=(?:published|posted|updated|aktualisiert|mis à jour|actualizado|atualizado"
    r"|aggiornato|bijgewerkt|обновлено)\b)"
    # "입력 2025.04.24. 09:10 수정 2025.04.25. 10:00"
    r"|\s+(?=(?:입력|등록|수정|송고|게시|최종\s?수정|기사입력|업데이트|更新|公開|掲載|配信|发布|發布|发布时间|更新时间)"
    r"[\s:：]{1,3}\d)"
    # "2025年4月24日 来源：…"
    r"|(?<=[\d)）\u3040-\u9fff가-힣])\s+(?!https?:)(?=[^\W\d_][^\s:：]{0,14}\s?[:：])",
    re.IGNORECASE,
)
_READ_TIME = re.compile(
    r"\W{0,3}(?:reading time\s?[:：]?\s?)?(?:\d{1,3}|[a-z]+)[ -]?"
    r"(?:min(?:ute)?s?|minuten|minutes|minutos|minuti|минут\w?|분|分钟|分鐘|分)\.?"
    r"(?: (?:read|lesezeit|de lecture|de lectura|de leitura|di lettura|leestijd))?\W{0,3}",
    re.IGNORECASE,
)
_AGO = re.compile(
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
    r"(?:(?:at|um|à|alle|om|в)\s)?(?:\d{1,2}(?:[:.h]\d{2})?(?::\d{2})?\s?(?:[ap]\.?m\.?|uhr|h)?"
    r"(?:\s?\(?[A-Z]{1,5}\)?)?)?|in [A-Z][\w-]{2,20}(?: [\w&-]{1,20}){0,3}",
    re.IGNORECASE,
)
_PREPOSITIONS = frozenset(["on", "am", "le", "el", "il", "em", "op", "en", "в", "the"])
_BARE_ADDRESS = re.compile(r"[<(\[]?https?://[^\s<>]{4,2000}[>)\]]?", re.IGNORECASE)
_NO_PERSON = re.compile(
    r"(?:New|San|Los|Saint|St|North|South|East|West|El|La|Port|Cape|Great|United|Hong|Sri|Abu|Tel"
    r"|Rio|Buenos|Kuala|Staff|Special|Breaking|Top|Latest)\b"
)
_BY_SOMEONE = re.compile(r"(by|von|par|por|di|door)(?:\s[^\W\d_][\w.-]{0,20}){1,3}", re.IGNORECASE)
_DIGIT = re.compile(r"\d|年")
_LONGEST = 220


def read_meta(line: str, timezone: str, order: Order = "", *, strict: bool = False) -> Meta | None:
    """What a line says about the article, None when it is a line of the text.

    ``order`` is how dates in figures are written, where the text says so. With ``strict``
    every part of the line must be known: below a text stand the lines of other articles.
    """
    line = without_order(line)
    if len(line) > _LONGEST:
        label = label_of(line)
        return _labelled(*label, timezone, order) if label and label[0] == "summary" else None
    label = label_of(line)
    if label is not None and label[0] in ("title", "summary", "url", "language", "categories"):
        return _labelled(*label, timezone, order)
    if label is not None and label[0] == "author":  # "Author: Reuters; Helen Marsh"
        byline = read_byline(f"by {label[1]}")
        if byline is not None:
            return Meta(authors=list(byline[0]), agency=byline[1])
    if _BARE_ADDRESS.fullmatch(line):
        found = read_source(line)
        return _source_meta(found, timezone) if found else None
    whole = read_source_line(line)
    if whole is not None:
        return _source_meta(whole, timezone)
    meta = Meta()
    strong = False
    unknown = 0
    bare: list[str] = []
    parts = [part.strip(" ,*_") for part in _PARTS.split(label[1] if label else line)]
    if label is not None:
        parts[0] = f"{label[2]}: {parts[0]}"
    for part in _with_clocks(parts):
        read = _part(part, timezone, order)
        if read is None:
            unknown += len(part)
            if len(part) > 48 or len(part.split()) > 6 or part.endswith((".", "?", "!", "。")):
                return None
            if is_agency(part):
                meta.agency = part
            elif is_author_line(part):
                bare.append(part)
            continue
        strong = True
        meta.take(read)
    if len(bare) == 1 and not meta.authors and (meta.published or meta.undated):
        meta.authors = bare  # "Tom Hart | 24 April 2025"
    return meta if strong and unknown <= (0 if strict else 80) else None


def is_author_line(line: str) -> bool:
    """True for a line that can only be a name, as it stands above a date: ``Anna Lindqvist``."""
    words = line.split()
    return (
        2 <= len(words) <= 3
        and is_name(line)
        and not is_house(line)
        and not _NO_PERSON.match(line)
        and not line.isupper()
    )


def read_label(line: str, timezone: str, order: Order = "") -> Meta | None:
    """What a line says that begins with a label and a colon, None for any other."""
    label = label_of(line)
    if label is None:
        return None
    if label[0] in ("date", "updated", "author", "source"):
        return read_meta(line, timezone, order)
    return _labelled(*label, timezone, order)


def _with_clocks(parts: list[str]) -> list[str]:
    """The parts of a line, a time of day put back to the date beside it."""
    found: list[str] = []
    for part in filter(None, parts):
        if part.endswith(")") and "(" not in part:
            part = part[:-1]
        clock, rest = find_clock(part)
        if found and clock is not None and not clock.problem and not rest.strip(" ,()"):
            found[-1] = f"{found[-1]} {part}"
        else:
            found.append(part)
    return found


def _part(part: str, timezone: str, order: Order) -> Meta | None:
    """One part of a line; None when nothing is known about it."""
    label = label_of(part)
    if label is not None:
        return _labelled(*label, timezone, order)
    if _READ_TIME.fullmatch(part):
        return Meta()
    if _AGO.fullmatch(part):
        return Meta(undated=[f"date “{part}” counts from another day: it names no date"])
    bare = date_label(part)
    if bare is not None:
        read = _dated(bare[1], bare[2], bare[0], timezone, order)
        if read is not None:
            return read
    byline = read_byline(part)
    if byline is not None:
        return Meta(authors=list(byline[0]), agency=byline[1])
    if _DIGIT.search(part) is None:
        by = _BY_SOMEONE.fullmatch(part)
        return Meta() if by and is_house(part) and part[by.end(1) :].strip()[:1].isupper() else None
    when, problem = parse_when(part, basis=LINE_BASIS, timezone=timezone, order=order)
    if when is not None:
        return Meta(published=when, problems=[problem] if problem else [])
    if "two ways" in problem or (
        len(part) < 30 and has_yearless_date(part) and "no year" in problem
    ):
        return Meta(undated=[problem])
    return _standing(part, timezone, order)


def _standing(part: str, timezone: str, order: Order) -> Meta | None:
    """``By Anna Lee, April 24, 2025``, ``Seoul, 24 April 2025``: a date behind a few words."""
    for found in standing_dates(part):
        before = part[: found.start].rstrip()
        head = _HEAD_END.sub("", part[: found.start]).strip()
        last = head.rpartition(" ")  # "by Tom Hart on Thursday"
        if last[0] and fold(last[2]) in WEEKDAYS and len(last[2]) > 3:
            head = _HEAD_END.sub("", f"{last[0]} ").strip()
        if before.endswith((":", "：")) or (
            OTHER_DATE.search(head) and not head.lower().startswith("by ")
        ):
            return None  # "Deadline: 9 May 2025"
        tail = part[found.end :].strip(" ,.)")
        byline = read_byline(head) if head else ((), "")
        agency = head if is_agency(head) else ""
        if (
            byline is None
            and not agency
            and not _BY_SOMEONE.fullmatch(head)
            and not (len(head) <= 30 and _is_place(head))
        ):
            return None
        if not _TAIL.fullmatch(tail) or (tail and head.lower() in _PREPOSITIONS):
            return None
        people, wire = byline or ((), "")
        meta = Meta(authors=list(people), agency=wire or agency)
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


def _is_place(text: str) -> bool:
    return bool(_PLACE.fullmatch(text)) and all(
        word[0].isupper() or not word.isascii() or word in ("of", "the", "de", "del", "am", "an")
        for word in text.split()
    )


def _labelled(kind: Kind, value: str, label: str, timezone: str, order: Order) -> Meta | None:
    if not value:
        return Meta() if kind in ("date", "updated", "author", "categories") else None
    if kind in ("date", "updated"):
        return _dated(value, label, kind, timezone, order)
    if kind == "author":
        return _authors(value, timezone, order)
    if kind == "source":
        found = read_source_line(f"{label}: {value}")
        return _source_meta(found, timezone) if found else None
    if kind == "url":
        found = read_source_line(f"source: {value}")
        if found is None or found.source.url is None:
            return None
        if found.url is None and "//" not in value:
            return _source_meta(found, timezone)  # a host alone is no article
        return Meta(url=found.url or found.source.url)
    if kind == "language":
        tag = value.strip()
        return (
            Meta(language=tag)
            if re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", tag)
            else Meta()
        )
    if kind == "categories":
        parts = [part.strip(" #") for part in re.split(r"[,;|、，]", value)]
        return Meta(categories=[part for part in parts if part and len(part) <= 60])
    if kind == "title":
        return Meta(title=value)
    return Meta(summary=value)


def _authors(value: str, timezone: str, order: Order) -> Meta | None:
    """The value of an author label; a date may stand behind the names."""
    byline = read_byline(f"by {value}")
    if byline is not None:
        return Meta(authors=list(byline[0]), agency=byline[1])
    read = _standing(f"by {value}", timezone, order)
    if read is not None and (read.authors or read.agency):
        return read
    return Meta() if len(value) <= 60 and not value.endswith(".") else None


def _dated(value: str, label: str, kind: str, timezone: str, order: Order) -> Meta | None:
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
            read = _standing(value, timezone, order)
            if read is not None and read.published is not None and kind == "date":
                read.published = replace(read.published, basis=basis)
                return read
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
                elif len(rest) > 40 or len(rest.split()) > 6:
                    return None  # a sentence
        elif not any(char.isdigit() for char in value) and not _AGO.fullmatch(value):
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


def _source_meta(found: SourceLine, timezone: str) -> Meta:
    meta = Meta(source=found, url=found.url)
    rest = found.rest.strip(" ,.;:|()-–—")
    for stated in standing_dates(rest):
        if OTHER_DATE.search(rest[: stated.start]):
            break  # "(accessed 26 April 2025)"
        if stated.day is not None and stated.start <= 12:
            raw = rest[stated.start : stated.end]
            meta.published, _ = parse_when(raw, basis=LABEL_BASIS, timezone=timezone)
        break
    return meta
