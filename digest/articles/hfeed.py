"""Pages that are feeds: h-entry of microformats2, and hentry of the first microformats.

A class names what an element says: ``p-`` plain text, ``u-`` an address, ``dt-`` a time, ``e-``
marked-up text. What an entry nests (a comment, a card) keeps its own properties.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Any

from digest.articles.page import parse_page
from digest.dates import parse_stamp
from digest.errors import FeedError
from digest.markup import clean_text, element_text
from digest.model import Candidate, Candidates, Facts, Image, When
from digest.model.candidate import Fact
from digest.model.offer import Offer, settle
from digest.urls import join_url

MAX_ENTRIES = 5_000
_MOST_NAMES = 30
"""Authors and categories of an entry that are read, and elements tried for any other property."""
_MOST_ELEMENTS = 5_000
"""Elements of one entry that are looked at for what it states: a hostile page has one entry of
half a million."""
_LONGEST = 500
"""Of an element's classes so many characters are read, and kept from page to page."""
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
_TIMES: tuple[tuple[Fact, str], ...] = (
    ("published", "dt-published"),
    ("published", "dt-updated"),
    ("updated", "dt-updated"),
)
_ECHOES = ("u-like-of", "u-repost-of", "p-rsvp")
"""Entries that only point at another one and say nothing themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFeed:
    """The entries of a page, in its order, and what the feed says of itself."""

    entries: tuple[Facts, ...]
    title: str = ""
    language: str = ""
    left_out: int = 0


def read_hfeed(
    data: bytes, *, url: str, content_type: str = "", timezone: str, explain: bool = False
) -> PageFeed:
    """The entries that a page marks as such; ``url`` is where relative links start.

    A title, date, summary or author is what the markup says, never what the text begins with. A
    note, whose name is nothing but its text, has no title. With ``explain`` entries carry what
    was weighed. Raises FeedError with status
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
        if (entry := reader.entry(element, authors, explain=explain)) is not None
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
        # XPath passes over the many elements that cannot be one without coming back to Python.
        for element in _marked(root, old=self.old):
            if self._root_names(element).intersection(names):
                yield element

    def entries(self, root: Any) -> Iterator[Any]:
        """Entries that stand for themselves: not those that another one cites."""
        for element in self.roots(root, *(_ROOTS if not self.old else ["h-entry"])):
            within = any(self._root_names(above) - {"h-feed"} for above in element.iterancestors())
            if not within:
                yield element

    def _root_names(self, element: Any) -> frozenset[str]:
        return _roots_of((element.get("class") or "")[:_LONGEST], self.old)

    def _names(self, element: Any) -> frozenset[str]:
        """The properties that an element states."""
        rels = (element.get("rel") or "")[:_LONGEST] if self.old else ""
        return _properties_of((element.get("class") or "")[:_LONGEST], rels, self.old)

    def properties(self, item: Any) -> Properties:
        """The elements that state each property of an item, in document order."""
        found: Properties = {}
        waiting = list(reversed(item[:_MOST_ELEMENTS]))
        left = _MOST_ELEMENTS
        while waiting and left:
            element = waiting.pop()
            left -= 1
            if not isinstance(element.tag, str):
                continue
            for name in self._names(element):
                found.setdefault(name, []).append(element)
            if not self._root_names(element):
                waiting.extend(reversed(element[:_MOST_ELEMENTS]))
        return found

    def entry(
        self, element: Any, authors: tuple[str, ...], *, explain: bool = False
    ) -> Facts | None:
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
        facts = Facts(
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
        if explain:
            facts = replace(facts, candidates=self._weighed(facts, stated, authors))
        return facts

    def _weighed(
        self, facts: Facts, stated: Properties, authors: tuple[str, ...]
    ) -> tuple[Candidate, ...]:
        weighed = Candidates(wanted=True)
        settle(weighed, facts, self._offers(facts, stated, authors))
        return weighed.all()

    def _offers(
        self, facts: Facts, stated: Properties, authors: tuple[str, ...]
    ) -> Iterator[Offer]:
        """Every element that states a fact, in the order in which they are believed."""
        texts: tuple[tuple[Fact, str], ...] = (("title", "p-name"), ("summary", "p-summary"))
        for fact, name in texts:
            for element in stated.get(name, [])[:_MOST_NAMES]:
                value = self._plain(element)
                is_note = fact == "title" and not facts.title
                refused = "the text's own beginning: a note has no title" if is_note else ""
                yield Offer(fact=fact, value=value, basis=name, refused=refused)
        for fact, name in _TIMES:
            for element in stated.get(name, [])[:_MOST_NAMES]:
                text = _moment(element)
                when, problem = parse_stamp(text, basis="", timezone=self.zone)
                if fact == "published" and name == "dt-updated":
                    problem = "a change, not the publication"
                elif when is not None:
                    problem = ""
                yield Offer(fact=fact, value=text, basis=name, refused=problem)
        for name in ("u-url", "u-uid"):
            for element in stated.get(name, []):
                yield Offer(
                    fact="url", value=join_url(self.base, _target(element)) or "", basis=name
                )
        if facts.url:
            yield Offer(fact="url", value=facts.url, basis="link of the title, or the only one")
        for name in ("p-author", "u-author"):
            people = ", ".join(self.people(stated.get(name, [])))
            yield Offer(fact="authors", value=people, basis=name)
        yield Offer(fact="authors", value=", ".join(authors), basis="p-author of the feed")
        for name in ("u-featured", "u-photo"):
            for element in stated.get(name, []):
                address = join_url(self.base, _target(element)) or ""
                yield Offer(fact="image", value=address, basis=name)

    def _title(self, element: Any, stated: Properties, text: str) -> str:
        title = self.text(stated, "p-name")
        if not title and not any(name.startswith(("p-", "e-")) for name in stated):
            title = clean_text(element_text(element))
        one_line = " ".join(text.split())
        return "" if title and one_line.startswith(title.rstrip("…. ")) else title

    def text(self, stated: Properties, name: str) -> str:
        """The text of the first element with a property that has some."""
        return next(filter(None, map(self._plain, stated.get(name, [])[:_MOST_NAMES])), "")

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
        for element in stated.get(name, [])[:_MOST_NAMES]:
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
        for named in stated.get("p-name", [])[:_MOST_NAMES]:
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


@lru_cache(maxsize=4096)
def _roots_of(classes: str, old: bool) -> frozenset[str]:
    names = classes.split()
    if old:
        return frozenset(_OLD_ROOTS[name] for name in names if name in _OLD_ROOTS)
    return frozenset(name for name in names if _MF2_ROOT.fullmatch(name))


@lru_cache(maxsize=4096)
def _properties_of(classes: str, rels: str, old: bool) -> frozenset[str]:
    names = classes.split()
    if not old:
        return frozenset(name for name in names if _PROPERTY.fullmatch(name))
    by_class = {_OLD[name] for name in names if name in _OLD}
    return frozenset(by_class | {_OLD_RELS[r] for r in rels.lower().split() if r in _OLD_RELS})


def _marked(root: Any, *, old: bool) -> list[Any]:
    """The elements whose classes may make them the root of an item, in document order."""
    wanted = " or ".join(f"contains(@class, '{name}')" for name in (_OLD_ROOTS if old else ["h-"]))
    return list(root.xpath(f"descendant-or-self::*[{wanted}]"))


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
    for inner in islice(element.iterdescendants(), _MOST_NAMES):
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
