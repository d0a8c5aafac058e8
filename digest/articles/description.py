"""The summary that a page gives of itself: its own words on this article, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.articles import jsonld
from digest.articles.bylines import read_byline
from digest.articles.declared import Page
from digest.articles.jsonld import bare
from digest.excerpt import cut
from digest.markup import clean_text, element_text, plain_text
from digest.model import Candidates, Link

LONGEST = 600
"""Columns of a summary; a longer one ends with its last whole sentence in there."""

_META = (
    *("og:description", "twitter:description", "description", "dc.description"),
    "sailthru.description",
)
_STOCK = re.compile(
    r"(?:visit the (?:post|site) for more|read (?:more|the full (?:story|article))|click here"
    r"|post(?:ed)? by |continue reading|no description|description|lorem ipsum|enable javascript"
    r"|learn more|find out more|weiterlesen|mehr (?:lesen|erfahren)|lire la suite|leer más"
    r"|leia mais|leggi tutto|lees meer|читать далее|더 보기|続きを読む|阅读全文)\W*"
    r"(?:$|(?<=by ).{0,60}$)",
    re.IGNORECASE,
)
_CUT = re.compile(r"(?:\s*(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\(\.\.\.\)))+$")
_WHOLE = re.compile(r"[.!?。！？؟।۔…][\"'”’»)\]」』]*$")
_SITE = re.compile(r"(?:^|[/#:])(?:WebSite|NewsMediaOrganization|Organization|Blog)$")
_LEADING = re.compile(r"^\s*[|·•»:]\s*")


def read_summary(page: Page, title: str, site: Link | None, candidates: Candidates) -> str:
    """The page's description of the article; "" when it only names or praises the site.

    Cut descriptions are completed where another declaration goes on.
    """
    slogans = _slogans(page, site)
    found = list(_described(page))
    won = ""
    for text, basis in found:
        idle = _idle(text, title, slogans)
        if idle:
            candidates.lost("summary", text, basis, idle)
        elif not won:
            whole, whole_basis = _completed(text, basis, found)
            won = _without_title(whole, title)
            candidates.won("summary", whole, whole_basis)
            if not candidates:
                break
        else:
            candidates.lost("summary", text, basis, "trusted less")
    return cut(won, LONGEST)


def _described(page: Page) -> Iterator[tuple[str, str]]:
    """(description, basis) in order of trust."""
    for name in _META:
        for value in page.meta.get(name):
            if value:
                yield value, f"meta:{name}"
    if page.article is not None:
        for name in ("description", "alternativeHeadline"):
            text = clean_text(plain_text(jsonld.text_of(page.article.get(name))))
            if text:
                yield text, "jsonld"
    for element in page.props.get("description", ())[:1]:
        text = clean_text(element.get("content") or element_text(element))
        if text:
            yield text, "microdata"


def _slogans(page: Page, site: Link | None) -> set[str]:
    """What the site says of itself, whatever the article."""
    names = [name for name, _ in page.named_sites()]
    names += [site.name] if site else []
    for node in page.nodes:
        if jsonld.has_type(node, _SITE):
            names += [jsonld.text_of(node.get("description")), jsonld.text_of(node.get("slogan"))]
    return {bare(name) for name in names} - {""}


def _idle(text: str, title: str, slogans: set[str]) -> str:
    """Why a description says nothing of the article, "" when it does."""
    letters = bare(text)
    if not letters or letters == bare(title):
        return "repeats the title"
    if letters in slogans:
        return "the site's own slogan"
    if _STOCK.match(text) or read_byline(text) is not None:
        return "no description"
    first = re.match(r"(.{2,40}?)\s[|–—-]\s", text)
    if first and len(text) < 90 and bare(first[1]) in slogans and not _shares(text, title):
        return "the site's own slogan"
    return ""


def _shares(text: str, title: str) -> bool:
    words = {word.casefold() for word in re.findall(r"\w{4,}", title)}
    return any(word.casefold() in words for word in re.findall(r"\w{4,}", text))


def _completed(text: str, basis: str, found: list[tuple[str, str]]) -> tuple[str, str]:
    """The same description as another declaration has it whole."""
    if _WHOLE.search(text) and not _CUT.search(text):
        return text, basis
    start = bare(_CUT.sub("", text))
    for other, other_basis in found:
        if len(start) > 30 and len(other) > len(text) and bare(other).startswith(start):
            return other, other_basis
    return text, basis


def _without_title(text: str, title: str) -> str:
    """A description that begins with the whole title, without it."""
    if len(title) < 20 or not text.startswith(title):
        return text
    rest = text[len(title) :]
    if not _LEADING.match(rest):  # the title's words begin the sentence
        return text
    rest = _LEADING.sub("", rest)
    return rest if len(rest) > 30 else text
