"""Pages that are feeds: h-entry of microformats2, and hentry of the first microformats.

A class names what an element says: ``p-`` plain text, ``u-`` an address, ``dt-`` a time, ``e-``
marked-up text. What an entry nests (a comment, a card) keeps its own properties.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from digest.articles.page import parse_page
from digest.dates import parse_stamp
from digest.errors import FeedError
from digest.markup import clean_text, element_text
from digest.model import Facts, Image, When
from digest.urls import join_url

MAX_ENTRIES = 5_000
_MOST_NAMES = 30
"""Authors and categories of an entry that are read."""
_ROOTS = frozenset(["h-entry", "h-event", "h-review"])
_OLD = {
    "entry-title": "p-name",
    "entry-summary": "p-summary",
    "entry-content": "e-content",
    "published": "dt-published",
    "updated": "dt-updated",
    "author": "p-author",
    "fn": "p-name",
}
_OLD_RELS = {"bookmark": "u-url", "tag": "p-category"}
_OLD_ROOTS = {"hentry": "h-entry", "vcard": "h-card", "hfeed": "h-feed"}
_MF2_ROOT = re.compile(r"h-[a-z]+(?:-[a-z]+)*")
_PROPERTY = re.compile(r"(?:p|u|dt|e)-(?:[a-z0-9]+-)?[a-z]+(?:-[a-z]+)*")
_ECHOES = ("u-like-of", "u-repost-of", "p-rsvp")
"""Entries that only point at another one and say nothing themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFeed:
    """The entries of a page, in its order, and what the feed says of itself."""

    entries: tuple[Facts, ...]
    title: str = ""
    language: str = ""
    left_out: int = 0


def read_hfeed(data: bytes, *, url: str, content_type: str = "", timezone: str) -> PageFeed:
    """The entries that a page marks as such; ``url`` is where relative links start.

    A title, date, summary or author is what the markup says, never what the text begins with. A
    note, whose name is nothing but its text, has no title. Raises FeedError with status
    ``not-a-feed`` where the page marks no entry.
    """
    root = parse_page(data, content_type)
    if root is None:
        raise FeedError("no HTML could be read", url or None, status="not-a-feed")
    base = _base(root, url)
    for old in (False, True):
        reader = _Reader(base=base, zone=timezone, old=old)
        elements = list(reader.entries(root))
        if elements:
            break
    else:
        raise FeedError(
            "a web page without entries: no element has the class h-entry",
            url or None,
            'say kind = "links" if it lists articles, or kind = "page" if it is the article',
            status="not-a-feed",
        )
    feed = next(iter(reader.roots(root, "h-feed")), None)
    head = reader.properties(feed) if feed is not None else {}
    authors = reader.people(head.get("p-author", []))
    entries = [
        entry
        for element in elements[:MAX_ENTRIES]
        if (entry := reader.entry(element, authors)) is not None
    ]
    title = reader.text(head, "p-name")
    if not title:
        page_title = root.find(".//title")
        title = clean_text("".join(page_title.itertext())) if page_title is not None else ""
    return PageFeed(
        entries=tuple(entries),
        title=title,
        language=clean_text(root.get("lang") or ""),
        left_out=max(0, len(elements) - MAX_ENTRIES),
    )


def _base(root: Any, url: str) -> str:
    stated = root.find(".//base[@href]")
    return (join_url(url, stated.get("href")) if stated is not None else None) or url


Properties = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads by the classes of microformats2 or, with ``old``, by those of the first ones."""

    base: str
    zone: str
    old: bool

    def roots(self, root: Any, *names: str) -> Iterator[Any]:
        for element in root.iter():
            if isinstance(element.tag, str) and self._root_names(element) & set(names):
                yield element

    def entries(self, root: Any) -> Iterator[Any]:
        """Entries that stand for themselves: not those that another one cites."""
        for element in self.roots(root, *(_ROOTS if not self.old else ["h-entry"])):
            within = any(self._root_names(above) - {"h-feed"} for above in element.iterancestors())
            if not within:
                yield element

    def _root_names(self, element: Any) -> set[str]:
        classes = (element.get("class") or "").split()
        if self.old:
            return {_OLD_ROOTS[name] for name in classes if name in _OLD_ROOTS}
        return {name for name in classes if _MF2_ROOT.fullmatch(name)}

    def _names(self, element: Any) -> set[str]:
        """The properties that an element states."""
        classes = (element.get("class") or "").split()
        if not self.old:
            return {name for name in classes if _PROPERTY.fullmatch(name)}
        rels = (element.get("rel") or "").lower().split()
        return {_OLD[name] for name in classes if name in _OLD} | {
            _OLD_RELS[rel] for rel in rels if rel in _OLD_RELS
        }

    def properties(self, item: Any) -> Properties:
        """The elements that state each property of an item, in document order."""
        found: Properties = {}
        waiting = list(reversed(item))
        while waiting:
            element = waiting.pop()
            if not isinstance(element.tag, str):
                continue
            for name in self._names(element):
                found.setdefault(name, []).append(element)
            if not self._root_names(element):
                waiting.extend(reversed(element))
        return found

    def entry(self, element: Any, authors: tuple[str, ...]) -> Facts | None:
        """What an entry states; None for a mere like or repost."""
        stated = self.properties(element)
        content = next(iter(stated.get("e-content", stated.get("p-content", []))), None)
        text = element_text(content, paragraphs=True) if content is not None else ""
        title = self._title(element, stated, text)
        if not title and not text and any(name in stated for name in _ECHOES):
            return None
        problems: list[str] = []
        published = self._when(stated, "dt-published", "h-feed:published", problems)
        uid = self._address(stated, "u-uid")
        url = self._address(stated, "u-url") or self._implied_address(element, stated) or uid
        return Facts(
            title=title,
            summary=self.text(stated, "p-summary"),
            text=text,
            url=url,
            published=published,
            updated=self._when(stated, "dt-updated", "h-feed:updated", []),
            authors=self.people(stated.get("p-author", stated.get("u-author", []))) or authors,
            language=clean_text(element.get("lang") or ""),
            image=self._image(stated),
            categories=tuple(
                dict.fromkeys(
                    filter(None, map(self._plain, stated.get("p-category", [])[:_MOST_NAMES]))
                )
            ),
            guid=uid,
            fragment=uid or url or "",
            problems=tuple(problems),
        )

    def _title(self, element: Any, stated: Properties, text: str) -> str:
        title = self.text(stated, "p-name")
        if not title and not any(name.startswith(("p-", "e-")) for name in stated):
            title = clean_text(element_text(element))
        one_line = " ".join(text.split())
        return "" if title and one_line.startswith(title.rstrip("…. ")) else title

    def text(self, stated: Properties, name: str) -> str:
        """The text of the first element with a property that has some."""
        return next(filter(None, map(self._plain, stated.get(name, []))), "")

    def _plain(self, element: Any) -> str:
        for attribute, tags in (("title", ("abbr",)), ("value", ("data", "input"))):
            if element.tag in tags and element.get(attribute):
                return clean_text(element.get(attribute))
        if element.tag in ("img", "area"):
            return clean_text(element.get("alt") or "")
        return element_text(element)

    def people(self, elements: list[Any]) -> tuple[str, ...]:
        """Names of authors; a card's name is its own."""
        names = []
        for element in elements[:_MOST_NAMES]:
            card = element
            if not self._root_names(card):
                card = next(iter(self.roots(element, "h-card")), element)
            names.append(self.text(self.properties(card), "p-name") or self._plain(element))
        return tuple(dict.fromkeys(filter(None, names)))

    def _when(self, stated: Properties, name: str, basis: str, problems: list[str]) -> When | None:
        for element in stated.get(name, []):
            when, problem = parse_stamp(_moment(element), basis=basis, timezone=self.zone)
            if problem:
                problems.append(problem)
            if when is not None:
                return when
        return None

    def _address(self, stated: Properties, name: str) -> str | None:
        for element in stated.get(name, []):
            address = join_url(self.base, _target(element))
            if address is not None:
                return address
        return None

    def _implied_address(self, element: Any, stated: Properties) -> str | None:
        """The link of an entry that names none: it is a link itself, its title is or holds one."""
        if element.tag == "a":
            return join_url(self.base, element.get("href") or "")
        for named in stated.get("p-name", []):
            for link in (named, *named.iter("a"), *named.iterancestors("a")):
                if link.tag == "a" and link.get("href"):
                    return join_url(self.base, link.get("href"))
        links = element.findall(".//a[@href]")
        return join_url(self.base, links[0].get("href")) if len(links) == 1 else None

    def _image(self, stated: Properties) -> Image | None:
        for element in (*stated.get("u-featured", []), *stated.get("u-photo", [])):
            address = join_url(self.base, _target(element))
            if address is not None:
                return Image(url=address, alt=clean_text(element.get("alt") or ""))
        return None


def _moment(element: Any) -> str:
    """The machine's form of a time, else its parts by the value class pattern, else its text."""
    for attribute, tags in (
        ("datetime", ("time", "ins", "del")),
        ("title", ("abbr",)),
        ("value", ("data", "input")),
    ):
        if element.tag in tags and element.get(attribute):
            return str(element.get(attribute)).strip()
    parts = []
    for inner in element.iterdescendants():
        classes = (inner.get("class") or "").split() if isinstance(inner.tag, str) else []
        if "value" in classes:
            parts.append(_moment(inner))
        elif "value-title" in classes:
            parts.append((inner.get("title") or "").strip())
    if not parts and len(element) == 1 and element[0].tag == "time":
        return _moment(element[0])
    return " ".join(parts) or element_text(element)


def _target(element: Any) -> str:
    for attribute in ("href", "src", "data", "value", "title"):
        if element.get(attribute):
            return str(element.get(attribute))
    return "".join(element.itertext()).strip()
