"""Items of a document by what an editor calls them: an address, words, or their number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from digest.issue.by_hand import with_title
from digest.issue.inline import plain_words
from digest.issue.lock import Lock
from digest.issue.match import all_items, link_key
from digest.issue.merge import cut_keys
from digest.model import Issue, Item, Link, Section
from digest.names import Signs

_NUMBER = re.compile(r"\d+\.\d+")
_WORD = re.compile(r"\w+")
_SHORTEST_PART = 3
"""ASCII letters; a shorter word, or a number, is looked for as a whole word only."""
_BY_EARLIER_TITLE, _BY_BYLINE = 2, 3
"""How far such a match is from the question; one of the title is 0, 1 or 2."""


class Asked(Protocol):
    """A question about articles, in every way that it may be meant."""

    @property
    def text(self) -> str: ...

    @property
    def words(self) -> tuple[str, ...]: ...

    def names(
        self,
        *,
        key: str,
        title: str,
        url: str | None,
        article_id: str,
        source: str,
        signs: Iterable[Signs] = (),
    ) -> bool: ...

    def is_page(self, url: str) -> bool: ...

    def is_title(self, title: str) -> bool: ...

    def likeness(self, title: str) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An item and where it stands. ``number`` is its section's number and its own: ``2.3``.

    ``link`` is set when only a report among its "Also covered by" is meant; ``distance`` says how
    far it is from what was asked, 0 nearest.
    """

    number: str
    section: Section
    item: Item
    link: Link | None = None
    distance: int = 0

    @property
    def title(self) -> str:
        """The words that readers see."""
        if self.link is not None:
            return self.link.name
        return plain_words(self.item.title, {}) or self.item.key


def number_items(issue: Issue) -> Iterator[Found]:
    """All items of the document in order, in slots and in Hold as well."""
    for number, section in enumerate(issue.sections, start=1):
        for place, item in enumerate(section.items, start=1):
            yield Found(number=f"{number}.{place}", section=section, item=item)


def find_items(issue: Issue, asked: Asked, lock: Lock | None = None) -> tuple[Found, ...]:
    """The items that may be meant, in their order; of several those that come nearest.

    By an item's number, its address under any of its forms, its identity, the file it was read
    from (``lock`` knows it), or words that all stand in its title or byline. A title that is
    the question comes before whole words of one, these before parts of words, all before
    bylines, of which whole words must be meant. Where no item is meant, a report among the
    other reports of one may be.
    """
    found = list(number_items(issue))
    near = _nearest(found, asked, lock)
    return near or tuple(
        replace(each, link=link)
        for each in found
        for link in each.item.also
        if link.url and asked.is_page(link_key(link))
    )


def find_cut(issue: Issue, asked: Asked, lock: Lock | None) -> tuple[Found, ...]:
    """What may be meant and was cut from the document; it has no number."""
    nowhere = Section(heading="")
    cut = [Found(number="", section=nowhere, item=item) for item in all_cut(issue, lock)]
    return _nearest(cut, asked, lock)


def all_cut(issue: Issue, lock: Lock | None) -> list[Item]:
    """What digest proposed and the document does not have any more."""
    if lock is None or lock.proposal is None:
        return []
    cut = cut_keys(lock.proposal, issue)
    return [with_title(item, lock) for _, item in all_items(lock.proposal) if item.key in cut]


def _nearest(found: Iterable[Found], asked: Asked, lock: Lock | None) -> tuple[Found, ...]:
    """Those that may be meant and come nearest, each with its distance."""
    near: dict[int, list[Found]] = {}
    for each in found:
        distance = _distance(each, asked, lock)
        if distance is not None:
            near.setdefault(distance, []).append(replace(each, distance=distance))
    return tuple(near[min(near)]) if near else ()


def _distance(found: Found, asked: Asked, lock: Lock | None) -> int | None:
    """How far an item is from the question, 0 nearest; None when it is not meant."""
    item, title = found.item, found.title
    if _NUMBER.fullmatch(asked.text):
        # Never its digits in a date.
        return 0 if found.number == asked.text else 1 if asked.text in title else None
    reason = lock.reasons.get(item.key) if lock else None
    article = reason.article if reason else {}
    signs = lock.identities.get(item.key, ()) if lock else ()
    if asked.is_title(title) and (asked.likeness(title) < 2 or _has_parts(asked, title)):
        return asked.likeness(title)
    if asked.names(
        key=item.key,
        title="",
        url=item.url,
        article_id=str(article.get("id") or item.key.removeprefix("digest:")),
        source=str(article.get("input") or ""),
        signs=signs,
    ):
        return _BY_EARLIER_TITLE if any(asked.is_title(sign.title) for sign in signs) else 0
    whole = set(_WORD.findall(f"{title} {plain_words(item.byline, {})}".casefold()))
    if whole.issuperset(asked.words) and not all(word.isdigit() for word in asked.words):
        return _BY_BYLINE
    return None


def _has_parts(asked: Asked, title: str) -> bool:
    """True when no word that is short, or a number, is only a part of a word of the title."""
    whole = set(_WORD.findall(title.casefold()))
    return all(
        word in whole
        for word in asked.words
        if word.isdigit() or (word.isascii() and len(word) < _SHORTEST_PART)
    )
