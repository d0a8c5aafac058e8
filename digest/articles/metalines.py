"""Lines round a headline that tell of the article: ``By Anna Lee | 24/04/2025 | 5 min read``."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from digest.articles.bylines import (
    agency_line,
    is_agency,
    is_author_line,
    is_house,
    is_paper,
    is_role,
    read_byline,
)
from digest.articles.colophon import read_colophon
from digest.articles.dateline import OTHER_DATE
from digest.articles.labels import Kind, date_label, label_of
from digest.articles.linedates import AGO, BY_SOMEONE, LINE_BASIS, dated_meta, standing_meta
from digest.articles.meta import LABEL_BASIS, Meta
from digest.articles.sitename import is_kin
from digest.articles.sourceline import SourceLine, read_source, read_source_line
from digest.dates import has_yearless_date, parse_when
from digest.dates.clock import find_clock
from digest.dates.order import without_order
from digest.dates.parse import Order
from digest.dates.prose import standing_dates

_PARTS = re.compile(
    r"\s*[|•·¦┃]\s*|\s+[–—-]{1,2}\s+|\s*;\s+|\t+|\s*(?<!:)//\s*(?=[^/\s])"
    r"|\s*[,.(;]\s*(?=(?:last\s|zuletzt\s)?(?:updated|modified|aktualisiert|mis à jour"
    r"|actualizado|modifié|geändert"
    r"|modificado|modificato|gewijzigd|atualizado|aggiornato|bijgewerkt|обновлено"
    r"|изменено)\b)"  # "April 24, 2025 (updated April 26, 2025)"
    # "Von Jana Petersen, veröffentlicht: 13.05.2025", "Text: Anna Lee, Fotos: Max Horn"
    r"|\s*,\s+(?=[^\W\d_][^\s:：,]{2,20}\s?:\s?[^\W_])"
    r"|\s*,\s+(?=(?:first\s)?(?:published|posted|veröffentlicht|erschienen|publié|publicado|pubblicato"
    r"|gepubliceerd|опубликовано)\b)|\s+/\s+"
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
# What parts a line has one of these: prose has none mostly, and trying each of its letters takes
# longer than all else here.
_MAY_PART = re.compile(
    r"[|•·¦┃–—;\t/:：입등수송게최기업更公掲配发發\d,.(dD-](?:(?<![\d,.(dD–—-])|(?<=\s[–—-])|(?<=[dD])\s"
    r"|(?<=\d)\s+(?=(?i:by|von|par|por|di|door|published|posted|updated|aktualisiert|mis à"
    r"|actualizado|atualizado|aggiornato|bijgewerkt|обновлено))|(?<=[,.(])\s*(?=(?i:"
    r"(?:last\s|zuletzt\s|first\s)?"
    r"(?:updated|modified|aktualisiert|mis à jour|actualizado|modifi|geändert|gewijzigd|atualizado"
    r"|aggiornato|bijgewerkt|обновлено|изменено|published|posted|veröffentlicht|erschienen|publi"
    r"|pubblicato|gepubliceerd|опубликовано))))"
)
_READ_TIME = re.compile(
    r"\W{0,3}(?:reading time\s?[:：]?\s?)?(?:\d{1,3}|[a-z]+)[ -]?"
    r"(?:min(?:ute)?s?|minuten|minutes|minutos|minuti|минут\w?|분|分钟|分鐘|分)\.?"
    r"(?: (?:read|lesezeit|de lecture|de lectura|de leitura|di lettura|leestijd))?\W{0,3}",
    re.IGNORECASE,
)
_BARE_ADDRESS = re.compile(r"[<(\[]?https?://[^\s<>]{4,2000}[>)\]]?", re.IGNORECASE)
_CREDIT = re.compile(
    r"(?:photo(?:graph)?s?|fotos?|bild(?:er)?|pictures?|images?|illustrations?|video|фото|사진|写真)\s?[:：]",
    re.IGNORECASE,
)
# "Odd Museums (https://oddmuseums.example/umbrellas)", as a link reads in Markdown
_LINKED = re.compile(r"([^()|]{2,60}?)\s\(https?://[^\s()]{4,1000}\)")
_SHORT_YEAR = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2}")
_CLOCK_BEHIND = re.compile(r"[T ]?\s?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?!\d)")
_UNTIL = re.compile(r"\s?(?:[–—-]{1,2}|to|until|till|bis|au|al|a|t/m|tot|по|до|~)\s?")
_DIGIT = re.compile(r"\d|年")
_LONGEST = 220
_LONGEST_KEPT = 600


def read_meta(line: str, timezone: str, order: Order = "", *, strict: bool = False) -> Meta | None:
    """What a line says about the article, None when it is a line of the text.

    ``order`` is how dates in figures are written, where the text says so. With ``strict``
    every part of the line must be known: below a text stand the lines of other articles.
    """
    read = _read if len(line) <= _LONGEST_KEPT else _read.__wrapped__
    return read(line, timezone, order, strict)


@lru_cache(maxsize=256)
def _read(line: str, timezone: str, order: Order, strict: bool) -> Meta | None:
    """What :func:`read_meta` gives; nobody changes it, and the same lines are asked for often."""
    line = without_order(line)
    if line[:1] in "([（〔【" and line[-1:] in ")]）〕】" and not re.search(r"[)\]）].", line):
        line = line[1:-1].strip()  # "(Stadtblick, 11 June 2025)"
    if len(line) > _LONGEST:
        label = label_of(line)
        return _labelled(*label, timezone, order) if label and label[0] == "summary" else None
    label = label_of(line)
    if (
        label is not None
        and label[0] in ("title", "summary", "url", "language", "categories")
        and not (label[0] == "categories" and "|" in line)
    ):
        return _labelled(*label, timezone, order)
    if label is not None and label[0] == "author":  # "Author: Reuters; Helen Marsh"
        byline = read_byline(f"by {label[1]}")
        if byline is not None:
            return Meta(authors=list(byline[0]), agency=byline[1])
    if "://" in line and _BARE_ADDRESS.fullmatch(line):
        found = read_source(line)
        return _source_meta(found, timezone, order) if found else None
    agency = agency_line(line)
    if agency is not None:
        return Meta(agency=agency)
    if _is_range(line):
        return None  # "24 April 2025 – 3 May 2025": an event's days
    colophon = read_colophon(line, timezone, order)
    if colophon is not None:
        return colophon
    whole = read_source_line(line)
    if whole is not None:
        return _source_meta(whole, timezone, order)
    meta = Meta()
    strong = False
    unknown = 0
    bare: list[str] = []
    whole_line = label[1] if label else line
    pieces = _PARTS.split(whole_line) if _MAY_PART.search(whole_line) else [whole_line]
    parts = [part.strip(" ,*_[]—–") for part in pieces]
    if label is not None:
        parts[0] = f"{label[2]}: {parts[0]}"
    for part in _with_clocks(parts):
        read = _part(part, timezone, order)
        if read is None:
            if is_role(part):
                continue
            unknown += len(part)
            if strict and ("|" not in line or len(part.split()) > 2):
                return None
            if len(part) > 48 or len(part.split()) > 6 or part.endswith((".", "?", "!", "。")):
                return None
            if is_agency(part):
                meta.agency = part
            elif meta.source is None and is_paper(part) and not part.isascii():
                meta.source = read_source(part)
            elif is_author_line(part):
                bare.append(part)
            continue
        strong = True
        meta.take(read)
    if len(bare) == 1 and not meta.authors and (meta.published or meta.undated):
        meta.authors, meta.bare = bare, bare  # "Tom Hart | 24 April 2025"
    return meta if strong and unknown <= (25 if strict else 80) else None


def _is_range(line: str) -> bool:
    found = list(standing_dates(line)) if "20" in line else []
    return any(
        _UNTIL.fullmatch(line[one.end : other.start]) is not None for one, other in pairwise(found)
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
        if found:
            clock, rest = find_clock(part)
            if clock is not None and not clock.problem and not rest.strip(" ,()"):
                found[-1] = f"{found[-1]} {part}"
                continue
        found.append(part)
    return found


def _part(part: str, timezone: str, order: Order) -> Meta | None:
    """One part of a line; None when nothing is known about it."""
    label = label_of(part)
    if label is not None:
        return _labelled(*label, timezone, order)
    if _READ_TIME.fullmatch(part):
        return Meta()
    if AGO.fullmatch(part):
        return Meta(undated=[f"date “{part}” counts from another day: it names no date"])
    if _CREDIT.match(part):
        return Meta()
    byline = read_byline(part)
    if byline is not None:
        return Meta(authors=list(byline[0]), agency=byline[1])
    linked = _LINKED.fullmatch(part) if "://" in part else None
    if linked is not None:
        found = read_source(part)
        if found is not None and (is_house(linked[1]) or is_kin(linked[1], found.source.url)):
            return Meta(source=found, url=found.url)
        return Meta(authors=[linked[1]]) if is_author_line(linked[1]) else None
    bare = date_label(part)
    if bare is not None:
        read = dated_meta(bare[1], bare[2], bare[0], timezone, order)
        if read is not None:
            return read
    if _DIGIT.search(part) is None:
        by = BY_SOMEONE.fullmatch(part)
        return Meta() if by and is_house(part) and part[by.end(1) :].strip()[:1].isupper() else None
    when, problem = parse_when(part, basis=LINE_BASIS, timezone=timezone, order=order)
    if when is not None:
        return Meta(published=when, problems=[problem] if problem else [])
    if "two ways" in problem or (
        len(part) < 30
        and not part.endswith(("。", "！", "？"))
        and (
            (has_yearless_date(part) and "no year" in problem)
            or ("year of four digits" in problem and _SHORT_YEAR.fullmatch(part))
        )
    ):
        return Meta(undated=[problem])
    return standing_meta(part, timezone, order)


def _labelled(kind: Kind, value: str, label: str, timezone: str, order: Order) -> Meta | None:
    if not value:
        return Meta() if kind in ("date", "updated", "author", "categories") else None
    if kind in ("date", "updated"):
        return dated_meta(value, label, kind, timezone, order)
    if kind == "author":
        return _authors(value, timezone, order)
    if kind == "source":
        found = read_source_line(f"{label}: {value}")
        return _source_meta(found, timezone, order) if found else None
    if kind == "url":
        found = read_source_line(f"source: {value}")
        if found is None or found.source.url is None:
            return None
        if found.url is None and "//" not in value:
            return _source_meta(found, timezone, order)  # a host alone is no article
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
    addressed = read_source_line(value) if "." in value else None
    if addressed is not None and addressed.source.url is not None:  # "From: example.org"
        return _source_meta(addressed, timezone, order)
    read = standing_meta(f"by {value}", timezone, order)
    if read is not None and (read.authors or read.agency):
        return read
    return Meta() if len(value) <= 60 and not value.endswith(".") else None


def _source_meta(found: SourceLine, timezone: str, order: Order) -> Meta:
    meta = Meta(source=found, url=found.url)
    rest = found.rest.strip(" ,.;:|()-–—")
    for stated in standing_dates(rest):
        if OTHER_DATE.search(rest[: stated.start]):
            break  # "(accessed 26 April 2025)"
        if (stated.day is not None or order) and stated.start <= 12:
            day = rest[stated.start : stated.end]
            clock = _CLOCK_BEHIND.match(rest, stated.end)  # "来源：晨报 2025-04-24 08:12"
            for raw in (day + clock[0], day) if clock else (day,):
                when, problem = parse_when(raw, basis=LABEL_BASIS, timezone=timezone, order=order)
                if when is not None:
                    meta.published = when
                    meta.problems += [problem] if problem else []
                    break
        break
    return meta
