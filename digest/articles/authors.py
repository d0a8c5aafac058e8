"""Who wrote a page: the people that it declares or shows, and the agency among them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

from digest.articles import jsonld
from digest.articles.byline import split_names, visible_names
from digest.articles.bylines import is_agency, is_house, is_name
from digest.articles.declared import Page
from digest.articles.jsonld import bare
from digest.articles.publisher import core_of
from digest.markup import element_text, plain_text
from digest.model import Candidates, Link
from digest.urls import host_label

_META = (
    *("author", "parsely-author", "sailthru.author", "citation_author", "dc.creator"),
    *("dcterms.creator", "article:author", "og:article:author", "byl", "article:author_name"),
)
_LABELS = frozenset(["written by", "author", "verfasst von", "écrit par", "escrito por", "автор"])
_ORGANISATION = re.compile(r"(?:^|[/#:])\w*Organization$")
_LAST = ("rel-author", "meta:twitter:data1", "visible", "organisation")
"""Evidence that is looked for only where no person is declared."""
_MOST = 8
"""More names than this are a list of teasers, not the authors of one article."""


def read_authors(
    page: Page, site: Link | None, address: str | None, candidates: Candidates
) -> tuple[tuple[str, ...], str]:
    """(people, agency): from the first kind of evidence that names people.

    A declaration that has the same people and more is believed. The publisher is no author, unless
    it bears a person's name and nobody else is declared. An agency is the origin.
    """
    houses = _houses(page, site, address)
    origin = ""
    lists: list[tuple[list[str], str]] = []
    personal: list[str] = []
    for texts, basis in _evidence(page):
        if basis in _LAST and lists and not candidates:
            break  # a look at every element, for nothing that would be believed
        names: list[str] = []
        for name in (name for text in texts for name in _people(text, site)):
            if is_agency(name):
                origin = origin or name
                candidates.won("origin", name, basis, "an agency, not a person")
            elif bare(name) not in houses:
                names.append(name)
            elif is_name(name) and " " in name and not is_house(name):
                personal.append(name)
            else:
                candidates.lost("authors", name, basis, "the publisher, not a person")
        if names and len(names) <= _MOST:
            lists.append((list(dict.fromkeys(names)), basis))
    return _decide(lists, origin, personal, candidates)


def _decide(
    lists: list[tuple[list[str], str]],
    origin: str,
    personal: list[str],
    candidates: Candidates,
) -> tuple[tuple[str, ...], str]:
    if personal and (not lists or lists[0][1] == "visible"):
        lists = [(list(dict.fromkeys(personal)), "site"), *lists]
    if not lists:
        return (), origin
    won, won_basis = lists[0]
    for names, basis in lists[1:] if won_basis not in (*_LAST, "site") else ():
        more = set(map(bare, won)) < set(map(bare, names)) and len(names) <= len(won) + 3
        if more and basis not in _LAST:
            won, won_basis = names, basis
    for names, basis in lists:
        if names != won:
            candidates.lost("authors", "; ".join(names), basis, "trusted less")
    candidates.won("authors", "; ".join(won), won_basis)
    return tuple(won), origin


def _houses(page: Page, site: Link | None, address: str | None) -> set[str]:
    """What the publisher is called: its names, its host, and the host's parts."""
    host = host_label(address or page.address or "")
    core = core_of(host)
    names = {bare(name) for name in page.site_names()} | {bare(site.name) if site else ""}
    return names | {bare(host), bare(core), *map(bare, core.split("-")), ""}


def _people(text: str, site: Link | None) -> list[str]:
    names = split_names(plain_text(text)) if len(text) <= 300 else []
    if site is None or not site.name:
        return names
    # "Post - Ada Ray", "Post /ab": the house's part is not the person's.
    edge = re.compile(
        rf"^{re.escape(site.name)}\s*[-–—|/:]\s*|\s*[-–—|/:]\s*{re.escape(site.name)}$",
        re.IGNORECASE,
    )
    found = (edge.sub("", name) for name in names)
    return [name for name in found if len(name) > 2]


def _evidence(page: Page) -> Iterator[tuple[list[str], str]]:
    """(texts with names, basis) in order of trust; organisations come after what is shown."""
    houses: list[str] = []
    if page.article is not None:
        people: list[str] = []
        stated = page.article.get("author")
        for author in stated if isinstance(stated, list) else [stated]:
            is_organisation = isinstance(author, dict) and jsonld.has_type(author, _ORGANISATION)
            (houses if is_organisation else people).extend(jsonld.names_of(author or ""))
        yield people, "jsonld"
    for name in _META:
        yield page.meta.get(name, []), f"meta:{name}"
    yield _itemprops(page), "microdata"
    yield from _looked_for(page, houses)


def _looked_for(page: Page, houses: list[str]) -> Iterator[tuple[list[str], str]]:
    """What takes a look at every element: begun only where it is asked for."""
    yield [], "rel-author"
    links = (link for link in page.root.iter("a") if link.get("rel") == "author")
    yield [_named(link) for link in itertools.islice(links, 1)], "rel-author"
    if page.said("twitter:label1").lower() in _LABELS:
        yield [page.said("twitter:data1")], "meta:twitter:data1"
    yield visible_names(page.root), "visible"
    yield houses, "organisation"


def _itemprops(page: Page) -> list[str]:
    """Names of itemprop=author in the first item that has any: others belong to teasers."""
    elements = page.props.get("author", ())
    scopes = [
        next(
            (parent for parent in element.iterancestors() if parent.get("itemscope") is not None),
            None,
        )
        for element in elements[:_MOST]
    ]
    return [
        _named(next(iter(element.xpath(".//*[@itemprop='name']")), element))
        for element, scope in zip(elements, scopes, strict=False)
        if scope is scopes[0]
    ]


def _scope(element: Any) -> Any:
    outer = (parent for parent in element.iterancestors() if parent.get("itemscope") is not None)
    return next(outer, None)


def _named(element: Any) -> str:
    return element.get("content") or element_text(element)
