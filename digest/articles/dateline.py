"""The date that a text opens with, and whether it is the article's own.

``SEOUL, April 24, 2025 (Yonhap) --`` and ``On April 24, 2025, the ministry said`` are the
article's. ``On March 11, 2011, the sea came`` is history when the text goes on to later days, and
``On May 9, 2025, the museum will open`` is an event to come: neither dates the article.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from digest.articles.bylines import agency_in, is_agency
from digest.articles.tense import told_as_event
from digest.dates import has_yearless_date, parse_when
from digest.dates.names import MONTHS, WEEKDAYS, fold
from digest.dates.parse import FIRST_YEAR, LAST_YEAR, Order
from digest.dates.prose import Standing, standing_dates
from digest.model.article import When

BASIS = "dateline"
_WITHIN = 45
_WIRE = re.compile(
    r"[\s“\"*]{0,3}(?P<head>(?:[^()\n/【】=]|(?<=\w)/(?=[^\W\d_a-z][^/\n]{2,30}[,(\s])){0,80}?)[\s,.]{0,3}"
    r"(?:\((?P<agency>[^()\n]{2,40})\)|/(?P<slashed>[^/\n]{2,30})/)[\s,.]{0,3}"
    r"(?P<dash>--|[—–=:-])?\s{0,3}"
)
_EAST_ASIAN = re.compile(
    r"[（(【\[]?(?:(?P<agency>新华社|新華社|中新社|中央社|人民网|共同|時事)[^\s\d]{0,10}"
    r"(?:20\d\d年)?(?:\d{1,2}月)?\d{1,2}日(?:电|電|讯|訊)"
    r"|[\u3040-\u30ff\u4e00-\u9fff]{2,8}(?P<japanese>共同|時事)[】\]]"
    r"|(?<=[(\[【])[가-힣\w·]{2,12}\s?=\s?(?P<korean>[가-힣]{2,8}1?)[)\]】]"
    r"(?:\s?(?P<names>[가-힣]{2,4}(?:[·,]\s?[가-힣]{2,4}){0,3})\s?(?:기자|특파원)\s?=)?)"
)
_PLACE_DASH = re.compile(
    r"[\s*]{0,3}(?P<place>[^\W\d_a-z][^\n.!?:;“”\"]{1,70}?)\s{0,2}(?:--|[—–]|\s-)\s+(?=\S)"
)
_WIRE_END = re.compile(r"[(/]")
_DASH = re.compile(r"[–—-]")
_DIGIT = re.compile(r"\d")
_WIRE_REACH = 100
# "Reuters — The ferry …", "UPI, May 13, 2025 -- The ferry …"
_AGENCY_FIRST = re.compile(
    r"[\s*]{0,3}(?P<agency>[^\W\d_][^\W_]{1,14})(?:,\s(?P<date>[^\n.!?:;]{3,24}?))?\s?(?:--|[–—]|\s-)\s"
)
# "Москва. 24 апреля 2025. ИНТЕРФАКС - Город …"
_DOTTED = re.compile(
    r"[\s*]{0,3}[^\W\d_][^\n.]{1,30}[.,]\s\d{1,2}\s[^\W\d_]{3,12}\.?(?:\s\d{4})?(?:\s(?:года|г))?\.?\s"
    r"(?P<agency>[^\n.–—-]{2,24}?)\s?(?:--?|[–—.])\s"
)
# "ИРКУТСК, 24 апр — РИА Новости. Лёд …"
_AGENCY_BEHIND = re.compile(r"(?P<agency>[^\W\d_][^.\n]{1,24})\.\s+(?=\S)")
_BEFORE_A_DATE = """
on am le el il em op en ce este esta questo deze this
в во на a al no dia du den på dne dnia the في يوم ב ב- o
"""
_PREPOSITIONS = frozenset(_BEFORE_A_DATE.split()) | {"of"}
_IN_PLACES = _PREPOSITIONS | {"of", "de", "del", "la", "st", "nd", "rd", "th"}
# Words before a date that make it another day than the article's.
OTHER_DATE = re.compile(
    r"\b(?:deadline|regist\w+|events?|due|expir\w+|embargo\w*|until|till|opening|closing|closes|opens"
    r"|when|valid|copyright|since|from|by|before|after|next|last|past|previous|yesterday|tomorrow"
    r"|retrieved|accessed|visited|archived|printed|downloaded|abgerufen|consulté|consultado"
    r"|joined|correct\w*|tel|phone|fax|version|build|review\w*|fact-?checked|taken"
    r"|photograph\w*|translated|effective|member|recorded|checked|seen|viewed|gültig|korrigiert"
    r"|geprüft|corrigé|born|founded|established|updated|modified|rsvp|apply|save the date"
    r"|anmeld\w+|termin|frist|eröffnung|erscheint|ausstellung|vernissage|exhibition|обращения"
    r"|bis|seit|ab|vor|nach|gestern|morgen|hier|avant|après|depuis|jusqu\w*|date limite|desde|hasta"
    r"|ayer|fecha límite|scadenza|entro|dal|dopo|prima|ieri|sinds|tot|gisteren|вчера|до|после)\b"
    r"|©|어제|昨日|昨天",
    re.IGNORECASE,
)
# What was said on a day dates an article as "On that day" does; the day that a state of things
# is told of ("As of March 31, 2025, …") is often a quarter's end or the first of a rule.
_STATEMENT = re.compile(
    r"\s*[“\"*]{0,3}(?:in|at|during) an? (?:(?:press|news|joint|written|official|public|short|brief"
    r"|video|media|televised) ){0,2}(?:statement|release|conference|briefing|announcement|interview"
    r"|speech|address)"
    r"(?: (?:issued|released|published|made|given|delivered|held))?,? (?=on\s)",
    re.IGNORECASE,
)
# "In the harbour town of Ostwick, on April 26, 2025, …"
_SCENE = re.compile(
    r"\s*[“\"*]{0,3}(?:(?:in|at) [^.!?;:()\d]{2,40}, (?=on\s)|(?:in|im) [^.!?;:()\d]{2,40} (?=am\s)"
    r"|(?:late|early|shortly before dawn) (?=on\s)|on the (?:early |late )?(?:morning"
    r"|afternoon|evening|night|day) (?=of\s))",
    re.IGNORECASE,
)
# "【维也纳讯】2025年6月11日，…", "【ウィーン＝2025年6月11日】…"
_BRACKET = re.compile(r"\s*[【\[](?P<inside>[^【】\[\]\n]{1,30})[】\]]\s*")
_AS_OF = re.compile(r"[\s“\"*]{0,3}as of\s+", re.IGNORECASE)
_SUBJECT = re.compile(
    r"\s*(?:was|is|marks|marked|will|war|ist|fut|est|fue|es|foi|é)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """How a paragraph opens. ``when`` is the article's date, ``problem`` why it has none."""

    when: When | None = None
    problem: str = ""
    agency: str = ""
    authors: tuple[str, ...] = ()
    is_wire: bool = False


def read_dateline(paragraph: str, following: str = "", order: Order = "") -> Dateline | None:
    """The dateline at the beginning of a paragraph, None when it has none.

    ``following`` is the rest of the text: later days told there make the date history.
    ``order`` is how dates in figures are written, where the text says so.
    """
    bracket = _BRACKET.match(paragraph)
    wire = _wire(paragraph)
    if wire is None and bracket is not None:
        dated = _first(bracket["inside"], order)
        if dated is not None:
            return Dateline(when=dated, is_wire=True)
        return _opening_date(paragraph[bracket.end() :], following, order)
    if wire is None:
        return _opening_date(paragraph, following, order)
    dated = _first(paragraph[: wire.end], order)
    if dated is not None:
        return Dateline(when=dated, agency=wire.agency, authors=wire.authors, is_wire=True)
    opening = _opening_date(paragraph[wire.end :], following, order) or Dateline()
    yearless = has_yearless_date(paragraph[: wire.end])
    problem = f"date “{yearless}” has no year" if yearless else opening.problem
    return Dateline(
        when=opening.when,
        problem="" if opening.when else problem,
        agency=wire.agency,
        authors=wire.authors,
        is_wire=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wire:
    """What an agency puts before a text; ``end`` is where the text begins."""

    end: int
    agency: str = ""
    authors: tuple[str, ...] = ()


def _wire(paragraph: str) -> _Wire | None:
    eastern = _EAST_ASIAN.match(paragraph)
    if eastern:
        names = re.split(r"[·,]\s?", eastern["names"]) if eastern["names"] else []
        agency = eastern["agency"] or eastern["japanese"] or eastern["korean"] or ""
        return _Wire(end=eastern.end(), agency=agency, authors=tuple(names))
    # Most paragraphs are prose: they have none of what these parts end with.
    has_end = _WIRE_END.search(paragraph, 0, _WIRE_REACH)
    match = _WIRE.match(paragraph) if has_end else None
    if match and _is_place_and_date(match["head"]):
        named = (match["agency"] or match["slashed"]).strip()
        agency = agency_in(named)
        if agency or (match["dash"] and match["head"] and named[0].isupper()):
            return _Wire(end=match.end(), agency=agency)
    has_dash = _DASH.search(paragraph, 0, _WIRE_REACH)
    named = _AGENCY_FIRST.match(paragraph) if has_dash else None
    if named and is_agency(named["agency"]) and _is_place_and_date(named["date"] or ""):
        return _Wire(end=named.end(), agency=named["agency"])
    dotted = _DOTTED.match(paragraph) if _DIGIT.search(paragraph, 0, _WIRE_REACH) else None
    if dotted and is_agency(dotted["agency"]):
        return _Wire(end=dotted.end(), agency=dotted["agency"])
    dashed = _PLACE_DASH.match(paragraph) if has_dash else None
    if dashed:
        place = dashed["place"]
        first = re.split(r"[,\d(]", place, maxsplit=1)[0].strip()
        shouts = len(first) > 2 and first.isupper()
        if (shouts or _dated_place(place)) and _is_place_and_date(place):
            behind = _AGENCY_BEHIND.match(paragraph, dashed.end())
            agency = agency_in(behind["agency"]) if behind else ""
            return _Wire(end=behind.end() if behind and agency else dashed.end(), agency=agency)
    return None


def _dated_place(place: str) -> bool:
    return any(True for _ in standing_dates(place)) or bool(has_yearless_date(place))


def _is_place_and_date(head: str) -> bool:
    """True for capitalised words, month names and numbers: what a dateline is made of."""
    for word in re.findall(r"[^\W_]+", head):
        plain = fold(word)
        if word[0].isupper() or word[0].isdecimal() or not word.isascii():
            continue
        if plain not in MONTHS and plain not in WEEKDAYS and plain not in _IN_PLACES:
            return False
    return True


def _first(text: str, order: Order) -> When | None:
    for found in standing_dates(text):
        day = _ordered(found, text, order)
        if day and FIRST_YEAR <= day.year <= LAST_YEAR:
            return When(value=day, raw=text[found.start : found.end], basis=BASIS)
        return None
    return None


def _opening_date(paragraph: str, following: str, order: Order) -> Dateline | None:
    scene = _STATEMENT.match(paragraph[:_WITHIN]) or _SCENE.match(paragraph[:_WITHIN])
    start = scene.end() if scene else 0
    for found in standing_dates(paragraph[: _WITHIN + 40]):
        if found.start > _WITHIN:
            return None
        raw = paragraph[found.start : found.end]
        if _AS_OF.fullmatch(paragraph[: found.start]):
            return Dateline(problem=f"date “{raw}” is that of what the text tells")
        if not _may_precede(paragraph[start : found.start]):
            return None
        day = _ordered(found, paragraph, order)
        if day is None:
            return Dateline(problem=f"date “{raw}” can be read in two ways")
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            return Dateline(problem=f"date “{raw}” has a year that no article has")
        rest = paragraph[found.end :]
        bare = not re.search(r"\w", paragraph[: found.start])
        if bare and _SUBJECT.match(rest):
            return Dateline(problem=f"date “{raw}” is what the text tells of")
        told = told_as_event(day, rest, following)
        if told:
            return Dateline(problem=f"date “{raw}” {told}")
        return Dateline(when=When(value=day, raw=raw, basis=BASIS))
    yearless = has_yearless_date(paragraph[:_WITHIN])
    if yearless:
        place = paragraph.find(yearless)
        if _may_precede(paragraph[:place]):
            return Dateline(problem=f"date “{yearless}” has no year")
    return None


def _ordered(found: Standing, text: str, order: Order) -> date | None:
    """The day, where its order in figures is known from elsewhere."""
    if found.day is not None or not order:
        return found.day
    when, _ = parse_when(text[found.start : found.end], basis=BASIS, timezone="UTC", order=order)
    return date.fromisoformat(when.isoformat()[:10]) if when else None


def _may_precede(prefix: str) -> bool:
    """True for what stands before the article's own date: nothing, "On", a place, a weekday."""
    words = re.findall(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*|[,:(]", prefix)
    if len(words) > 8 or OTHER_DATE.search(prefix):
        return False
    for index, word in enumerate(words):
        if word in ",:(":
            continue
        plain = fold(word)
        if plain in _PREPOSITIONS or plain in WEEKDAYS:
            continue
        # A place: capitalised, and a comma or colon before the date.
        if (word[0].isupper() or not word.isascii()) and any(w in ",:(" for w in words[index:]):
            continue
        return False
    return True
