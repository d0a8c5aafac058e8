"""When a page was published: what it declares against what it shows.

Measured on pages whose day is known (bench/README.md): what is meant for the first publication
is right in 95 to 100 of 100 pages by its basis, a general declaration (``date``) in 67 on its own,
the day beside the title in 93, htmldate's guess in 83. So the strong declarations win, a shown day
beats the weak ones, and the guess comes last, with a problem. A modified time is never among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from digest.articles import jsonld
from digest.articles.beside import Shown, beside_title, labelled, visible_days
from digest.articles.declared import Page
from digest.articles.guess import guessed_date
from digest.articles.localclock import by_address, by_clocks, by_shown, is_utc
from digest.articles.stamps import read_stated
from digest.dates import parse_when
from digest.markup import clean_text, element_text
from digest.model import Candidates, When

_STRONG_META = """
article:published_time og:article:published_time article:published og:published_time
og:pubdate datepublished date.published citation_publication_date citation_online_date
dc.date.issued dcterms.issued dc.issued parsely-pub-date pubdate publishdate publish-date
publish_date publication_date publication-date published-date published_date published_at
article_date_original article.published originalpublicationdate rnews:datepublished
displaydate ptime pub_date cxenseparse:recs:publishtime cxenseparse:publishtime bt:pubdate
dateposted vf:publishdate cse-pubdate weibo:article:create_at date_published
"""
_WEAK_META = """
dcterms.created dc.date.created dc.date dcterms.date sailthru.date timestamp date
"""
STRONG_META = tuple(_STRONG_META.split())
WEAK_META = tuple(_WEAK_META.split())
_MAX_TIMES = 60
_HENTRY = "//*[contains(@class,'dt-published') or contains(concat(' ',@class,' '),' published ')]"
_LONG_AFTER = 7
"""Days from which a change says that the page may be another one than was published."""
_LESS = "a shown or a stronger date stands before it"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stated:
    when: When
    strong: bool
    problem: str

    @property
    def day(self) -> str:
        return self.when.value.isoformat()[:10]


def read_published(
    page: Page,
    title: str,
    *,
    timezone: str,
    language: str,
    guess: bool,
    candidates: Candidates,
) -> tuple[When | None, list[str]]:
    """The publication date, or None, and what is to be said of it.

    ``timezone`` (an IANA name) is for times without a zone. ``guess`` allows htmldate.
    """
    stated, doubts = _stated(page, timezone, language, candidates)
    shown: Shown | None = None
    if candidates or not _is_settled(stated):
        shown = beside_title(page.root, title, language=language, timezone=timezone)
    won, problems = _settle(stated, shown, page)
    doubt = _outlived(won, stated, shown, page, language) if won else ""
    if doubt:
        won, problems, guess = None, [doubt], False
    if won is None:
        shown = labelled(page.root, language=language, timezone=timezone)
        won = shown.when if shown else None
    if won is None and guess:
        won = guessed_date(page.root, page.address, language=language, timezone=timezone)
        if won is not None:
            problems.append("the page declares no date: htmldate took it from the text and may err")
    if won is None:
        problems += doubts[:1]
    if candidates:
        _tell(candidates, won, stated, shown)
    return won, problems


def _is_settled(stated: list[_Stated]) -> bool:
    """Whether no shown day could change what is declared: the look for one takes its time."""
    if len(stated) < 2 or not stated[0].strong or len({entry.day for entry in stated}) > 1:
        return False
    return not is_utc(by_clocks(stated[0].when, [entry.when for entry in stated]))


def _settle(
    stated: list[_Stated], shown: Shown | None, page: Page
) -> tuple[When | None, list[str]]:
    """The rules of conflict; docs/pages.md tells them to users."""
    first = next((entry for entry in stated if entry.strong), None)
    if first is None:
        return _settle_weak(stated, shown)
    problems = [first.problem] if first.problem else []
    if first.when.basis == "url":  # the page may say the same, and the time as well
        first = next(
            (entry for entry in stated if entry.day == first.day and entry is not first), first
        )
    won = by_clocks(first.when, [entry.when for entry in stated])
    day = won.value.isoformat()[:10]
    if shown is not None and shown.day != day:
        if is_utc(won) and abs(_days(shown.day) - _days(day)) == 1:
            return by_shown(won, shown), problems
        same = next((entry for entry in stated if entry.day == shown.day), None)
        if same is not None:
            problems.append(f"the page declares {day} and {shown.day}, which it shows")
            return same.when, problems
    address = page.address_date()
    off = abs(_days(day) - _days(address)) if address else 0
    if off > 1:
        problems.append(f"the page says {day}, its address {address}")
    if off == 1 and (shown is None or shown.day != day):
        won = by_address(won, address)
    return won, problems


def _settle_weak(stated: list[_Stated], shown: Shown | None) -> tuple[When | None, list[str]]:
    if shown is not None:
        same = next((entry for entry in stated if entry.day == shown.day), None)
        return (same.when if same else shown.when), []
    if not stated:
        return None, []
    return stated[0].when, [stated[0].problem] if stated[0].problem else []


def _outlived(
    won: When, stated: list[_Stated], shown: Shown | None, page: Page, language: str
) -> str:
    """Why a declared day is not believed, "" when it is.

    A day that is declared once, that no reader sees and that a page changed long after bears is
    wrong in one case of two: the page may have been written anew, or its template copied.
    """
    day = won.value.isoformat()[:10]
    if won.basis == "dateline" or sum(entry.day == day for entry in stated) > 1:
        return ""
    changed = read_updated(page, "UTC", Candidates(wanted=False))
    later = changed.value.isoformat()[:10] if changed else ""
    if not later or _days(later) - _days(day) <= _LONG_AFTER:
        return ""
    near = 1 if is_utc(won) else 0
    seen = visible_days(page.root, language=language, timezone="UTC")
    seen |= {shown.day} if shown else set()
    if any(abs(_days(other) - _days(day)) <= near for other in seen):
        return ""
    return f"declares {day} once, shows it nowhere and was changed on {later}: no day is believed"


def _stated(
    page: Page, timezone: str, language: str, candidates: Candidates
) -> tuple[list[_Stated], list[str]]:
    """What the page declares and its dates that cannot be read, in order of trust."""
    found: list[_Stated] = []
    doubts: list[str] = []
    for text, basis, strong in _declared(page):
        if basis == "hentry" and found:
            break  # a look at every element, for what could change nothing
        if not text:
            continue
        when, problem = read_stated(text, basis=basis, timezone=timezone, language=language)
        if when is None:
            doubts.append(problem)
            candidates.lost("published", text, basis, problem)
        else:
            found.append(_Stated(when=when, strong=strong, problem=problem))
    return found, [doubt for doubt in doubts if doubt]


def _declared(page: Page) -> Iterator[tuple[str, str, bool]]:
    """(text, basis, strong) of publication dates in order of trust."""
    for node in (page.article, page.page):
        if node is not None:
            yield jsonld.text_of(node.get("datePublished")), "jsonld", True
    for name in STRONG_META:
        for value in page.meta.get(name, ()):
            yield value, f"meta:{name}", True
    for name in ("datepublished", "pubdate"):
        for element in page.props.get(name, ()):
            if not _is_aside(element):
                yield stamp_of(element), "microdata", True
    yield page.address_date(), "url", True
    for name in WEAK_META:
        for value in page.meta.get(name, ()):
            yield value, f"meta:{name}", False
    if page.article is not None:
        yield jsonld.text_of(page.article.get("dateCreated")), "jsonld", False
    yield from ((text, "time", False) for text in _times(page.times))
    yield from ((text, "hentry", False) for text in _hentries(page.root))


def _times(elements: list[Any]) -> Iterator[str]:
    """Stamps of ``time`` elements, those of comments and changes left out."""
    times: list[tuple[Any, str]] = []
    for element in elements:
        if len(times) == _MAX_TIMES:
            break
        stamp = stamp_of(element)
        if stamp and not _is_update(element) and not _is_aside(element):
            times.append((element, stamp))
    stated = [pair for pair in times if pair[0].get("pubdate") is not None]
    if stated or len({stamp[:10] for _, stamp in times}) == 1:
        yield from (stamp for _, stamp in stated or times)
    yield from (stamp for element, stamp in times if _in_article(element))
    yield from (stamp for _, stamp in times[:1])


def _hentries(root: Any) -> Iterator[str]:
    """Stamps of the microformat's ``published``; begun only where nothing else is there."""
    yield ""
    for element in root.xpath(_HENTRY)[:5]:
        if not _is_aside(element):
            yield stamp_of(element)


def stamp_of(element: Any) -> str:
    """The date that an element states for machines, else the one that it shows."""
    stated = element.get("datetime") or element.get("content")
    return clean_text(stated or element_text(element))[:100]


def read_updated(page: Page, timezone: str, candidates: Candidates) -> When | None:
    """The last change that the page declares."""
    texts = [("jsonld", jsonld.text_of(page.article.get("dateModified")))] if page.article else []
    texts += [
        (f"meta:{name}", page.said(name)) for name in ("article:modified_time", "og:updated_time")
    ]
    for basis, text in texts:
        when, _ = parse_when(text, basis=basis, timezone=timezone) if text else (None, "")
        if when is not None:
            candidates.won("updated", text, basis)
            return when
    return None


def _days(day: str) -> int:
    try:
        return date.fromisoformat(day).toordinal()
    except ValueError:
        return 0


def _tell(
    candidates: Candidates, won: When | None, stated: list[_Stated], shown: Shown | None
) -> None:
    if won is not None:
        candidates.won("published", won.raw, won.basis)
    for entry in stated:
        same = won is not None and entry.day == won.value.isoformat()[:10]
        candidates.lost(
            "published",
            entry.when.raw,
            entry.when.basis,
            "says the same" if same else _LESS,
        )
    if shown is not None:
        candidates.lost("published", shown.when.raw, "dateline", "a declared date is believed")


def _is_update(element: Any) -> bool:
    marks = " ".join(
        element.get(name) or "" for name in ("itemprop", "class", "id", "title", "data-type")
    ).lower()
    return "modif" in marks or "updat" in marks


def _in_article(element: Any) -> bool:
    return any(parent.tag in ("article", "main") for parent in element.iterancestors())


def _is_aside(element: Any) -> bool:
    """Whether an element stands among comments, teasers or other pages' matter."""
    for parent in element.iterancestors():
        if parent.tag in ("aside", "nav", "footer"):
            return True
        if parent.tag in ("body", "main"):
            return False
        marks = f"{parent.get('class') or ''} {parent.get('id') or ''}".lower()
        if "comment" in marks or "teaser" in marks or "related" in marks or "recommend" in marks:
            return True
    return False
