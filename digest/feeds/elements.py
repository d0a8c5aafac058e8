"""What the XML formats share: names, text, links, languages and dates of elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from digest.dates import parse_stamp
from digest.markup import clean_text, element_text, plain_text
from digest.model import Image, When
from digest.urls import join_url

MAX_TEXT = 200_000
"""Characters of one text; more is cut off, for no digest quotes that much."""

_XML = "{http://www.w3.org/XML/1998/namespace}"
_RSS = (
    "",
    "http://purl.org/rss/1.0/",
    "http://purl.org/net/rss1.1#",
    "http://my.netscape.com/rdf/simple/0.9/",
    "http://channel.netscape.com/rdf/simple/0.9/",
    "http://my.netscape.com/publish/formats/rss-0.91.dtd",
    "http://backend.userland.com/rss",
    "http://backend.userland.com/rss2",
    "http://backend.userland.com/rss091",
    "http://blogs.law.harvard.edu/tech/rss",
    "http://cyber.law.harvard.edu/rss/rss.html",
)
_PREFIXES = {
    "http://www.w3.org/2005/atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://purl.org/echo/": "atom",
    "http://example.com/newformat#": "atom",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/elements/1.0/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.itunes.com/dtds/pod-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://tools.search.yahoo.com/mrss/": "media",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://www.google.com/schemas/play-podcasts/1.0": "googleplay",
}
_RDF = {uri for uri, prefix in _PREFIXES.items() if prefix == "rdf"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
# Elements whose presence in a title says that the title is HTML, not a text about "<T>".
_TITLE_MARKUP = re.compile(
    r"</?(?:a|abbr|acronym|b|bdi|bdo|big|br|center|cite|code|del|div|dfn|em|font|h[1-6]|i|img|ins"
    r"|kbd|li|mark|nobr|p|q|s|samp|script|small|span|strike|strong|style|sub|sup|tt|u|var|wbr)"
    r"(?=[\s/>])[^<>]*>|<!--",
    re.IGNORECASE,
)


class Vocabulary:
    """Short names for the tags of one document: ``title``, ``dc:date``, ``media:content``.

    The names of ``home`` (a prefix such as ``atom``) and of the document's own name space
    stand without prefix; tags of name spaces that nobody knows keep their full name.
    """

    def __init__(self, home: str, *own: Any) -> None:
        spaces = {str(element.tag).rpartition("}")[0].lstrip("{") for element in own}
        self._of = (home, frozenset(spaces - _RDF))
        self._names: dict[str, str] = {}

    def name(self, element: Any) -> str:
        """The short name of an element; "" for comments and the like."""
        tag = element.tag
        if not isinstance(tag, str):
            return ""
        name = self._names.get(tag)
        if name is None:
            name = self._names[tag] = _short_name(tag, *self._of)
        return name

    def named(self, root: Any, name: str) -> list[Any]:
        """All elements below ``root`` with a short name, in document order."""
        names = self._names
        return [
            element
            for element in root.iter()
            if (names.get(element.tag) or self.name(element)) == name
        ]

    def children(self, element: Any) -> dict[str, list[Any]]:
        """The children of ``element`` by name, in order."""
        found: dict[str, list[Any]] = {}
        names = self._names
        for child in element:
            name = names.get(child.tag)
            if name is None:
                name = self.name(child)
            if name in found:
                found[name].append(child)
            else:
                found[name] = [child]
        return found


@lru_cache(maxsize=2048)  # the same few dozen tags in every feed
def _short_name(tag: str, home: str, own: frozenset[str]) -> str:
    uri, _, local = tag.rpartition("}")
    uri = uri.lstrip("{")
    if not uri and ":" in local:  # a prefix that is declared nowhere
        prefix, _, local = local.partition(":")
        local = local.lower()
        return local if prefix.lower() == home else f"{prefix.lower()}:{local}"
    local = local.lower()
    known = _PREFIXES.get(uri.lower(), "")
    if known == "" and uri.startswith("urn:undeclared:"):
        known = uri.removeprefix("urn:undeclared:").lower()
    if uri in own or known == home or (uri.lower() in _RSS):
        return local
    return f"{known}:{local}" if known else f"{{{uri}}}{local}"


def raw_text(element: Any) -> str:
    """All character data in an element, white space trimmed."""
    if len(element) == 0:
        return (element.text or "")[:MAX_TEXT].strip()
    return "".join(element.itertext())[:MAX_TEXT].strip()


def first_filled(children: dict[str, list[Any]], *names: str) -> Any:
    """The first element with one of the names that is not empty, in the order of the names."""
    for name in names:
        if name in children:
            for element in children[name]:
                text = element.text
                if (text and not text.isspace()) or (len(element) and raw_text(element)):
                    return element
    return None


def marked_text(element: Any, *, paragraphs: bool = False) -> str:
    """The text of an element that holds HTML, escaped or not, as plain text."""
    if len(element) == 0:
        return plain_text((element.text or "")[:MAX_TEXT], paragraphs=paragraphs)
    return element_text(element, paragraphs=paragraphs)[:MAX_TEXT]


def title_text(text: str) -> str:
    """A title as plain text; only what is HTML for certain is taken for HTML."""
    if "&" in text or _TITLE_MARKUP.search(text):
        if _TITLE_MARKUP.search(text) or "<" not in text:
            return plain_text(text)
        return clean_text(plain_text(text.replace("<", "&lt;")))
    return clean_text(text)


def base_of(element: Any, document: str) -> str:
    """The address that relative links in ``element`` start from (xml:base, innermost last)."""
    bases: list[str] = []
    while element is not None:
        base = element.get(_XML + "base")
        if base:
            bases.append(base)
        element = element.getparent()
    address = document
    for base in reversed(bases):
        address = join_url(address, base) or address
    return address


def language_of(*claims: str | None) -> str:
    """The first well-formed language tag, as ``en`` or ``pt-BR``; "" when there is none."""
    for claim in claims:
        found = _LANGUAGE.fullmatch((claim or "").strip())
        if found is not None:
            primary, *rest = found[0].replace("_", "-").split("-")
            parts = [part.upper() if len(part) == 2 else part for part in rest]
            return "-".join([primary.lower(), *parts])
    return ""


def xml_language(element: Any) -> str:
    """The nearest ``xml:lang``."""
    while element is not None:
        language = element.get(_XML + "lang")
        if language is not None:
            return language_of(language)
        element = element.getparent()
    return ""


def first_date(
    candidates: Iterator[tuple[str, str]], timezone: str
) -> tuple[When | None, tuple[str, ...]]:
    """The first of (text, basis) that states a date; problems only of what was looked at."""
    problems: list[str] = []
    for text, basis in candidates:
        if not text:
            continue
        when, problem = parse_stamp(text, basis=basis, timezone=timezone)
        if problem:
            problems.append(problem)
        if when is not None:
            return when, tuple(problems)
    return None, tuple(problems)


def pixels(text: str | None) -> int | None:
    """A size in pixels, None when it is not one."""
    text = (text or "").strip().removesuffix("px")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else None


def picture(base: str, element: Any, attribute: str = "url") -> Image | None:
    """The picture that an element points to, sizes included where they are stated."""
    url = join_url(base, element.get(attribute) or "")
    if url is None:
        return None
    return Image(
        url=url, width_px=pixels(element.get("width")), height_px=pixels(element.get("height"))
    )


def media_pictures(
    base: str, children: dict[str, list[Any]], vocabulary: Vocabulary
) -> Iterator[tuple[Image, str]]:
    """The pictures of Media RSS and their elements' names: contents that are images, then
    thumbnails."""
    nested = [*children.get("media:group", ()), *children.get("media:content", ())]
    holders = [children, *map(vocabulary.children, nested)]
    for holder in holders:
        for content in holder.get("media:content", ()):
            kind = content.get("type") or ""
            if content.get("medium") == "image" or kind.startswith("image/"):
                image = picture(base, content)
                if image is not None:
                    yield image, "media:content"
    for holder in holders:
        for thumbnail in holder.get("media:thumbnail", ()):
            image = picture(base, thumbnail)
            if image is not None:
                yield image, "media:thumbnail"


def unique(names: Iterator[str]) -> tuple[str, ...]:
    """Names without blanks and repetitions, in order."""
    return tuple(dict.fromkeys(name for name in names if name))
