"""The title of a page: its heading where the page declares the same, without the site's name."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from digest.articles import jsonld
from digest.articles.declared import Page
from digest.articles.jsonld import bare
from digest.markup import clean_text, element_text, plain_text
from digest.model import Candidates
from digest.urls import host_label

_SEPARATORS = re.compile(
    r"\s+[|–—·•»«:‹›-]+\s+|\s*[|｜•»]\s*|\s*::\s*|:\s+|\s+@\s+|(?<=\w)[_＿](?=\w)"
)
_HOST = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,3}[a-z]{2,12}", re.IGNORECASE)
_KICKER = re.compile(
    r"kicker|topline|dachzeile|overline|spitzmarke|roofline|eyebrow|supertitle|pretitle|pre-title"
    r"|over-?title|antetitulo|surtitre|occhiello|rubrik",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,8}\d?);", re.IGNORECASE)
_WORDS = re.compile(r"[^\W_]{3,}")
_TITLE_META = (
    *("twitter:title", "dc.title", "citation_title", "title"),
    *("parsely-title", "sailthru.title"),
)
_MAX_TITLE = 400
_CAPITALS = 12
"""Letters from which a title in capitals is noted: shorter ones are often names."""


def read_title(page: Page, candidates: Candidates) -> tuple[str, list[str]]:
    """The title and what is to be said of it; "" where the page has none.

    A heading that og:title or <title> repeats is right in 93 of 100 pages, the only heading in
    87, og:title as it is in 58 (the site's name hangs on it).
    """
    title = ""
    for text, basis in _titles(page):
        # Many sites escape twice.
        text = clean_text(html.unescape(text) if _ENTITY.search(text) else text)
        if not text:
            continue
        if not title:
            title = text
            candidates.won("title", text, basis)
        elif not candidates:
            break
        else:
            same = bare(text) == bare(title)
            candidates.lost("title", text, basis, "says the same" if same else "trusted less")
    problems = []
    if not title:
        problems.append("no title")
    elif title.isupper() and sum(map(str.isalpha, title)) > _CAPITALS:
        problems.append("has a headline in capitals")
    return title, problems


def _titles(page: Page) -> Iterator[tuple[str, str]]:
    """(title, basis) in order of trust."""
    known = _known(page)
    declared = [text for text in (page.said("og:title"), page.title) if text]
    norms = [bare(text) for text in declared]
    headings = [
        short
        for text in _headings(page.headings)
        if (short := _without_site(text, known)) and bare(text) not in known
    ]
    for norm in norms:
        for heading in headings:
            if len(bare(heading)) > 3 and bare(heading) in norm:
                yield heading, "h1"
    headline = ""
    if page.article is not None:
        headline = clean_text(plain_text(jsonld.text_of(page.article.get("headline"))))
    if headline and bare(headline) in {bare(_without_site(text, known)) for text in declared}:
        yield headline, "jsonld"
    if len(headings) == 1 and _tells_the_same(headings[0], [*declared, headline]):
        yield headings[0], "h1"
    if headline:
        yield _without_site(headline, known), "jsonld"
    for text, basis in (
        (page.said("og:title"), "meta:og:title"),
        (page.said(*_TITLE_META), "meta:twitter:title"),
        (page.title, "title"),
    ):
        if text:
            yield _without_site(text, known), basis
    for heading in headings[:1]:
        yield heading, "h1"


def _tells_the_same(heading: str, declared: list[str]) -> bool:
    """Whether a heading is about what the page says it is about: "Details" is not."""
    said = {word.casefold() for text in declared for word in _WORDS.findall(text)}
    words = {word.casefold() for word in _WORDS.findall(heading)}
    # Too few words (or scripts without blanks) prove nothing.
    return not said or bool(words & said) or len(words) > 3


def _headings(elements: list[Any]) -> list[str]:
    texts = (_heading_text(element) for element in elements if not _is_logo(element))
    return list(dict.fromkeys(text for text in texts if 0 < len(text) < _MAX_TITLE))


def _heading_text(heading: Any) -> str:
    """A heading without the small line over it that names its topic, where that is marked."""
    whole = element_text(heading)
    for part in heading.iter("span", "div", "p", "small", "a", "strong", "em"):
        marks = f"{part.get('class') or ''} {part.get('id') or ''}"
        if part is not heading and _KICKER.search(marks):
            kicker = element_text(part)
            rest = whole.removeprefix(kicker).strip(" :|–—-•")
            if kicker and rest and len(rest) > len(kicker) // 2:
                return rest
    return whole


_LONGEST_PARTED = 2_000


def _known(page: Page) -> set[str]:
    """The site's names: those that it declares, its host, and the host's parts."""
    label = host_label(page.address or page.canonical() or "")
    known = {bare(name) for name in page.site_names()}
    known |= {bare(label), bare(label.rpartition(".")[0]), bare(label.split(".")[0])}
    if label.count(".") > 1:
        known.add(bare(label.split(".")[-2]))
    return known - {""}


def _without_site(title: str, known: set[str]) -> str:
    """``title`` without the parts at its ends that are provably the site's name."""
    if len(title) > _LONGEST_PARTED:
        return title  # no headline: its thousands of parts would be tried one by one
    for _ in range(3):
        cuts = list(_SEPARATORS.finditer(title))
        shorter = title
        for found in (*reversed(cuts), *cuts):
            head, tail = title[: found.start()], title[found.end() :]
            if bare(head) and (bare(tail) in known or _HOST.fullmatch(tail)):
                shorter = head
                break
            if bare(head) in known and bare(tail):
                shorter = tail
                break
        if shorter == title:
            return title
        title = shorter.strip()
    return title


def _is_logo(heading: Any) -> bool:
    """Whether a heading is the site's name: it links to the front page, or says so."""
    marks = f"{heading.get('class') or ''} {heading.get('id') or ''}".lower()
    if "logo" in marks or "site-title" in marks or "site-name" in marks:
        return True
    for link in (*heading.iter("a"), *(p for p in (heading.getparent(),) if p.tag == "a")):
        try:
            path = urlsplit((link.get("href") or "-").strip()).path
        except ValueError:
            continue
        if path in ("", "/") and not (link.get("href") or "").startswith("#"):
            return True
    return False
