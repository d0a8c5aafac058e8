"""Who wrote a page, where only its visible byline says so."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

from digest.markup import clean_text, element_text

_MARKED = re.compile(r"byline|author|auteur|autor|writer|contributor", re.IGNORECASE)
_MOST_MARKED = 60
_ELSEWHERE = re.compile(
    r"comment|related|teaser|sidebar|footer|widget|recommend|newsletter|caption|copyright|bio\b"
    r"|avatar|menu|nav\b|search",
    re.IGNORECASE,
)
_NAME_PART = re.compile(r"name|link|url", re.IGNORECASE)
PREFIX = re.compile(
    r"^\s*(?:(?:posted|written|published|words|story|text|interview|photos|erstellt|verfasst|geschrieben"
    r"|ein beitrag|beitrag|publié|escrito|publicado|scritto)\s+)?"
    r"(?:(?:by|von|par|por|da|di|door|av|af|od|autor(?:in|en)?|author|auteur|autore|text|interview"
    r"|redaktion|words)\b\s*:?|от|автор:?|文[：:／/]|[—–-])\s*",
    re.IGNORECASE,
)
_TWICE = re.compile(r"^by(?=by\b)", re.IGNORECASE)
"""A byline's word twice, once from the style sheet's copy."""
_SAID = re.compile(
    r"^(?:(?:posted|written|published|words|erstellt|verfasst)\s+)?(?:by|von|par|por|door)\s+\S",
    re.IGNORECASE,
)
_DEGREES = frozenset(
    ["ma", "md", "phd", "ph.d", "ph.d.", "m.d.", "m.d", "rd", "msc", "mba", "jr", "jr."]
)
_NOT_A_NAME = re.compile(
    r"\d|@|://|www\.|^(?:more|view|follow|read|about|share|updated?|author|all|mehr|über|staff|contact"
    r"|guest|admin|link|get|archiv\w*|zeige|datum|date|photo|foto|administrator|n/?a|none|null|undefined|unknown)\b",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:,|;|\||•|·|\s/\s|\s&\s|\band\b|\bund\b|\bet\b|\by\b)\s+", re.IGNORECASE)


def visible_names(root: Any) -> list[str]:
    """The names of the first byline that reads as one; empty when the page shows none."""
    for text in _bylines(root):
        names = [name for name in split_names(text) if _reads_as_a_name(name)]
        if names:
            return names
    return []


def split_names(text: str) -> list[str]:
    """The persons in a byline: prefix, degrees, dates and what else is no name left out."""
    text = PREFIX.sub("", _TWICE.sub("", clean_text(text)))
    if not text or len(text) > 200:
        return []
    names = (name.strip(" .,-–—()[]") for name in _AND.split(text))
    return [
        name
        for name in names
        if 1 < len(name) < 60
        and len(name.split()) <= 6
        and name.casefold() not in _DEGREES
        and not _NOT_A_NAME.search(name)
    ]


def _reads_as_a_name(name: str) -> bool:
    return not name[0].islower() and not name.endswith(":") and bool(name[0].isalpha())


def _bylines(root: Any) -> Iterator[str]:
    """Texts that may be bylines: marked by their class or id, then by how they begin."""
    for element in _marked(root):
        if element.tag in ("body", "html", "head", "script", "style", "img", "svg", "meta", "link"):
            continue
        if any(_ELSEWHERE.search(_marks(parent)) for parent in _nearest(element)):
            continue
        inner = [
            part
            for part in element.iter("a", "span", "strong", "cite", "p", "div")
            if part is not element and _NAME_PART.search(_marks(part))
        ]
        for part in (*inner[:2], *list(element.iter("a"))[:1], element):
            text = element_text(part)
            if 1 < len(text) < 120:
                yield text
    lines = root.iter("p", "span", "div", "em", "strong", "address", "small", "td")
    for element in itertools.islice(lines, 4000):
        text = element.text or ""
        if len(text) < 120 and _SAID.match(text.strip()):
            whole = element_text(element)
            if len(whole) < 100:
                yield whole


def _marked(root: Any) -> Iterator[Any]:
    """Elements whose class or id speaks of authors; several times faster than an XPath."""
    from lxml import etree

    found = 0
    search = _MARKED.search
    idle: set[str | None] = {None}  # most classes stand on many elements
    for element in root.iter(etree.Element):
        for name in ("class", "id"):
            marks = element.get(name)
            if marks in idle:
                continue
            if search(marks):
                yield element
                found += 1
                break
            idle.add(marks)
        if found == _MOST_MARKED:
            return


def _nearest(element: Any) -> list[Any]:
    found = [element]
    for parent in element.iterancestors():
        if len(found) == 4 or parent.tag in ("body", "article", "main"):
            break
        found.append(parent)
    return found


def _marks(element: Any) -> str:
    return f"{element.tag} {element.get('class') or ''} {element.get('id') or ''}"
