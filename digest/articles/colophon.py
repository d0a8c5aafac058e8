"""Lines that say in a sentence who published a text, where and when.

``Published by Coastal Argus (coastalargus.example) on 29 April 2025``, ``Ein Text von Greta Harms,
erschienen am 3. September 2025``. Such a line is read as clauses, one after the other, and only
where nothing of it is left over: "Published in London in 1921, the book …" is a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from digest.articles.bylines import is_agency, is_house, is_name, read_byline
from digest.articles.meta import LABEL_BASIS, Meta
from digest.articles.sourceline import SourceLine, read_source
from digest.dates import has_yearless_date, parse_when
from digest.dates.clock import find_clock
from digest.dates.parse import Order
from digest.dates.prose import standing_dates
from digest.dates.weekdays import weekdays_in

_LONGEST = 180
_NOUN = r"""(?:article|text|story|report|post|piece|feature|essay|column|item|dispatch|interview
    |artikel|beitrag|bericht|meldung|reportage|geschichte|kolumne|kommentar|essay|porträt
    |texte|récit|enquête|chronique|texto|artículo|reportaje|crónica|nota|reportagem|artigo|crônica
    |testo|articolo|servizio|racconto|tekst|verhaal|stuk|текст|статья|материал|репортаж)"""
_VERB = r"""(?:published|posted|appeared|released|filed|issued|written|ran|republished
    |erschienen|erschien|veröffentlicht|publiziert|geschrieben|publiée?|parue?|écrite?|mise?\sen\sligne
    |publicad[oa]|escrit[oa]|apareció|aparecid[oa]|divulgad[oa]
    |pubblicat[oa]|uscit[oa]|scritt[oa]|apparso|gepubliceerd|verschenen|verscheen|geschreven|geplaatst
    |опубликован[оаы]?|вышл?[аио]?|размещен[оа]?)"""
# What opens such a line: "This article was first …", "Zuerst …", "Ein Text von …".
_OPENING = re.compile(
    rf"""\W{{0,4}}(?:
      (?:(?:this|the|an?|ein(?:e|en)?|dieser?|dieses|diese|der|cet(?:te)?|ce|une?|este|esta|el|la|um|uma
         |o|questo|il|uno?|una|dit|deze|een|het|эта|этот)\s)?{_NOUN}\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"""\s*(?:(?:was|is|has\sbeen|have\sbeen|wurde|ist|a\s(?:d['’]abord\s)?été|est|fue|foi|è\sstat[oa]
      |è|werd|is\sop|был[ао]?|first|originally|zuerst|ursprünglich|d['’]abord|initialement
      |originalmente|por\sprimera\svez|pela\sprimeira\svez|per\sla\sprima\svolta|eerder|eerst|oorspronkelijk
      |впервые)\b\s*)+""",
    re.VERBOSE | re.IGNORECASE,
)
_VERB_HERE = re.compile(
    rf"\s*{_VERB}\b(?:\s(?:first|originally|zuerst))?", re.VERBOSE | re.IGNORECASE
)
_BY = re.compile(
    r"\s*(?:(?:by|von|van|par|por|di|da|door|автор|авторы)\b|(?:de|d['’])(?=\s?(?-i:[^\W\d_a-z])))\s*[:：]?\s*",
    re.IGNORECASE,
)
_ON = re.compile(
    r"\s*(?:(?:on|am|vom|den|le|du|el|del|em|il|op|at|в|от)\s(?:the\s)?)?"
    r"(?:[^\W\d_]{2,13},?\s)?(?=\d|[^\W\d_]{3,12}\.?\s\d)",
    re.IGNORECASE,
)
_IN = re.compile(
    r"\s*(?:exclusively\s)?(?:in\s(?:the|der|dem)|in|im|at|on|by|via|bei|beim|auf|dans|sur|chez|en|no|na|em|su"
    r"|sul|sulla|nel|nella|bij|op|through|from|von|par|por|в\s(?:газете|журнале)|на\sсайте|в|на)\b\s*[:：]?\s*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s,;.|·•—–()\-]*")
_UPDATED = re.compile(
    r"[\s,;(|·—–-]*(?:(?:last|zuletzt)\s)?(?:updated|modified|aktualisiert|mise?\sà\sjour|actualizado|atualizado"
    r"|aggiornato|bijgewerkt|обновлено)\b\s*[:：]?(?:\s(?:on|am|le|el|em|il|op))?\s+",
    re.IGNORECASE,
)
# Where the name of a person or of a paper ends.
_NAME_END = re.compile(
    rf"\s*(?:[,;|·•]\s*(?=\S)|\s[–—-]\s|\s(?=(?:on|am|vom|le|du|el|del|em|il|op|for|by|von|par|por|via|in|at|im|bei|dans|sur|en|no|na"
    rf"|su|nel|bij|from|в|на)\s)|\s(?={_VERB}\b)|$)",
    re.VERBOSE | re.IGNORECASE,
)
# Only a person writes; a paper may publish by one word alone.
_WROTE = re.compile(
    r"(?:written|geschrieben|écrite?|escrit[oa]|scritt[oa]|geschreven)\b", re.IGNORECASE
)
_LOOKS = re.compile(rf"\b(?:{_VERB}|{_NOUN})\b", re.VERBOSE | re.IGNORECASE)
_HOSTED = re.compile(r"\w\.\w{2,}")
_RUBRIC = re.compile(
    r"news|world|politics|sports?|opinion|features?|culture|business|local|national|print|english"
    r"|nachrichten|politik|kultur|actualités|noticias|notizie|nieuws|новости",
    re.IGNORECASE,
)
_QUOTES = "«»“”„\"'‘’"


@dataclass(slots=True)
class _Read:
    meta: Meta = field(default_factory=Meta)
    verb: bool = False
    noun: bool = False
    by: bool = False
    wrote: bool = False


def read_colophon(line: str, timezone: str, order: Order = "") -> Meta | None:
    """What such a line says, None for any other. Its date has the basis of a label."""
    if not 12 <= len(line) <= _LONGEST:
        return None
    whole = line
    line = line.strip(" *_[]")
    read = _Read()
    place = 0
    opening = _OPENING.match(line)
    if opening is not None:
        read.noun, place = True, opening.end()
    while place < len(line):
        place = _BETWEEN.match(line, place).end()  # type: ignore[union-attr]
        if place >= len(line):
            break
        following = (
            _verb(line, place, read)
            or _updated(line, place, read, timezone, order)
            or _date(line, place, read, timezone, order)
            or _people(line, place, read)
            or _paper(line, place, read)
        )
        if not following or following <= place:
            return None
        place = following
    meta = read.meta
    # Most lines are sentences, and no clause by now: to search them first takes longer.
    if not (read.verb or (read.noun and read.by)) or not _LOOKS.search(whole):
        return None
    # A date alone is read as any label's.
    return meta if meta.authors or meta.agency or meta.source else None


def _verb(line: str, place: int, read: _Read) -> int:
    before = _AUXILIARY.match(line, place)
    start = before.end() if before else place
    found = _VERB_HERE.match(line, start)
    if found is None or read.verb:
        return 0
    read.verb = True
    read.wrote = _WROTE.search(found[0]) is not None
    return found.end()


def _date(line: str, place: int, read: _Read, timezone: str, order: Order) -> int:
    on = _ON.match(line, place)
    meta = read.meta
    if on is None or meta.published is not None or meta.undated or not (read.verb or read.by):
        return 0
    stated = next(standing_dates(line[place:]), None)
    if stated is None:
        yearless = has_yearless_date(line[place:])
        found = line.find(yearless, place) if yearless else -1
        if found < 0 or found > on.end() + 2:
            return 0
        meta.undated.append(f"date “{yearless}” has no year")
        return found + len(yearless)
    start, end = place + stated.start, place + stated.end
    if start > on.end() + 2:
        return 0
    rest = re.match(r"\s?(?:г\.|года|г\b)?", line[end:])
    end += rest.end() if rest else 0
    # A weekday before it settles two readings, a time of day belongs to it.
    weekday = re.search(r"([^\W\d_]{2,13}),?\s$", line[place:start])
    if weekday is not None and not weekdays_in([weekday[1]]):
        weekday = None
    clock, _ = find_clock(line[end : end + 30])
    at = re.match(r",?\s?(?:at|um|à|a las|às|alle|om|в)?\s?(?=\d)[^,;|·()–—]{2,20}", line[end:])
    whole = line[start:end] + (at[0] if at and clock is not None else "")
    for raw in (weekday[0] + whole if weekday else whole, whole, line[start : place + stated.end]):
        when, problem = parse_when(raw, basis=LABEL_BASIS, timezone=timezone, order=order)
        if when is not None:
            meta.published = when
            meta.problems += [problem] if problem else []
            return end + (len(at[0]) if at and clock is not None and raw.endswith(whole) else 0)
    meta.undated.append(problem)
    return end


def _updated(line: str, place: int, read: _Read, timezone: str, order: Order) -> int:
    found = _UPDATED.match(line, place)
    stated = next(standing_dates(line[found.end() :]), None) if found else None
    if found is None or stated is None or stated.start > 2 or not read.verb:
        return 0
    raw = line[found.end() + stated.start : found.end() + stated.end]
    read.meta.updated, _ = parse_when(raw, basis=LABEL_BASIS, timezone=timezone, order=order)
    return found.end() + stated.end


def _people(line: str, place: int, read: _Read) -> int:
    by = _BY.match(line, place)
    if by is None or read.meta.authors:
        return 0
    for end in _ends(line, by.end()):
        written = line[by.end() : end].strip(" ,")
        names = read_byline(f"by {re.sub(r' ?[(][^()]{2,20}[)]', '', written)}")
        if names is None or not (names[0] or names[1]) or re.search(r"\d", written):
            continue
        if _HOSTED.search(written):
            continue
        houses = [name for name in names[0] if is_house(name)]
        if houses or (len(names[0]) == 1 and " " not in names[0][0] and not read.wrote):
            continue
        read.meta.authors, read.meta.agency = list(names[0]), names[1]
        read.by = True
        return end
    return 0


def _paper(line: str, place: int, read: _Read) -> int:
    within = _IN.match(line, place)
    if within is None or read.meta.source is not None or not (read.verb or read.by):
        return 0
    for end in _ends(line, within.end()):
        written = line[within.end() : end].strip(" ,.").strip(_QUOTES)
        if _RUBRIC.fullmatch(written):
            return end  # "in News"
        found = _publisher(written)
        if found is not None:
            read.meta.source, read.meta.url = found, found.url
            read.by = True
            return end
    return 0


def _publisher(written: str) -> SourceLine | None:
    """The paper of ``Coastal Argus``, ``Coastal Argus (coastalargus.example)``, a host."""
    found = read_source(written, rank=1)
    if found is None or is_agency(found.source.name) or _RUBRIC.fullmatch(found.source.name):
        return None
    name = found.source.name.strip(_QUOTES)
    words = name.split()
    small = (
        "of",
        "the",
        "and",
        "&",
        "de",
        "da",
        "do",
        "del",
        "der",
        "des",
        "du",
        "la",
        "le",
        "el",
        "di",
        "für",
    )
    proper = all(w[0].isupper() or w[0].isdigit() or w in small or not w.isascii() for w in words)
    if found.source.url is None and not (proper and len(words) <= 6 and is_paper_like(name)):
        return None
    if found.rest.strip(" ().,;") or (found.source.url and not proper and "." not in name):
        return None
    return found


def is_paper_like(name: str) -> bool:
    """True for what can be a paper's name: not a month, a number or a bare small word."""
    return bool(re.match(r"[^\W\d_a-z]", name)) and (is_house(name) or is_name(name))


def _ends(line: str, start: int) -> list[int]:
    """Where a name that begins at ``start`` may end, the nearest last: names hold "of" and "in"."""
    ends = [found.start() for found in _NAME_END.finditer(line, start) if found.start() > start]
    return sorted({*ends[:6], len(line)}, reverse=True)
