"""What one past issue teaches: its items where the editor left them, and what was cut.

issue.md says where an item stands, issue.lock where digest had put it and what its article said.
Slots, Hold and the introduction teach nothing of sections.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any

from digest.errors import DocumentError, LockError
from digest.issue.by_hand import is_bare
from digest.issue.imported import find_import
from digest.issue.inline import plain_words
from digest.issue.lock import Lock, Reason, read_window
from digest.issue.match import Room, all_items, all_keys, item_spots, match_items, open_rooms
from digest.issue.parse import parse_issue
from digest.issue.past import look_at
from digest.issue.unlock import parse_lock
from digest.model import Issue, Item
from digest.model.lesson import Fate, PastItem, PastLesson

FORMAT = 3
"""Goes up when the same files would teach otherwise: what was kept counts no more."""

_FACTS = tuple(fact.name for fact in fields(PastItem))

# Of a longer heading, title or text the rest says nothing more of its subject.
_MOST_LETTERS = 2_000


def read_lesson(slug: str, text: str, lock_text: str | None) -> PastLesson:
    """What the texts of issue.md and of issue.lock (None where there is none) teach.

    A damaged lock counts as none, a damaged document teaches nothing: what is wrong with them,
    the memory of the issues tells.
    """
    lock = _read_lock(lock_text)
    document = _read_document(slug, text, lock)
    window = lock.window if lock else None
    if window is None and document is not None:
        window = read_window(document.window, document.timezone)
    ends = window.end if window else None
    if document is None:
        return PastLesson(slug=slug, items=(), ends=ends)
    base = lock.proposal if lock and find_import(lock.deliveries) is None else None
    reading = _Reading(document, base, lock)
    return PastLesson(
        slug=slug,
        items=(*reading.standing(), *reading.cut()),
        ends=ends,
        renamed=tuple(reading.renamed()),
    )


def write_lesson(lesson: PastLesson) -> str:
    """The lesson as one line of JSON."""
    content = {
        "slug": lesson.slug,
        "ends": lesson.ends.isoformat() if lesson.ends else None,
        "renamed": lesson.renamed,
        "items": [[getattr(item, name) for name in _FACTS] for item in lesson.items],
    }
    return json.dumps(content, separators=(",", ":"))


def take_lesson(text: str) -> PastLesson:
    """The lesson that :func:`write_lesson` wrote. Raises ValueError for anything else."""
    try:
        content = json.loads(text)
        return PastLesson(
            slug=content["slug"],
            items=tuple(map(_take_item, content["items"])),
            ends=datetime.fromisoformat(content["ends"]) if content["ends"] else None,
            renamed=tuple((old, new) for old, new in content["renamed"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("not what write_lesson writes") from error


def _take_item(values: list[Any]) -> PastItem:
    known = dict(zip(_FACTS, values, strict=True))
    return PastItem(**known | {"authors": tuple(known["authors"])})


def _read_lock(text: str | None) -> Lock | None:
    try:
        return parse_lock(text, "issue.lock") if text is not None else None
    except LockError:
        return None


def _read_document(slug: str, text: str, lock: Lock | None) -> Issue | None:
    """The document; its items' texts only where the lock does not say what they are about."""
    try:
        document = look_at(slug, text, "issue.md", window=not (lock and lock.window))
        known = lock.reasons if lock else {}
        if all(item.key in known for _, item in all_items(document)):
            return document
        return parse_issue(text, slug=slug, file="issue.md")
    except DocumentError:
        return None


@dataclass(frozen=True, slots=True)
class _Proposed:
    """Where digest had put an item: the section's number and kind, and the item."""

    number: int
    item: Item


class _Reading:
    """One issue: the document beside what digest had proposed."""

    def __init__(self, document: Issue, base: Issue | None, lock: Lock | None) -> None:
        self._document = document
        self._sections = base.sections if base else ()
        self._reasons = lock.reasons if lock else {}
        self._proposed = {item.key: _Proposed(number, item) for number, item in all_items(base)}
        self._rooms = open_rooms(document)
        match_items(self._rooms, {key: one.item for key, one in self._proposed.items()}, {})
        self._room_of = self._new_names()

    def standing(self) -> Iterator[PastItem]:
        """The items of the document's topics, each once, where it stands first."""
        seen: set[str] = set()
        for room, spot, item in item_spots(self._rooms):
            heading = _plain(room.section.heading)
            if not _is_topic(room) or not heading or item.key in seen:
                continue
            seen.add(item.key)
            before = self._proposed.get(spot.base.key) if spot.base else None
            yield self._item(item, before, heading, self._fate(room, before))

    def cut(self) -> Iterator[PastItem]:
        """What digest had proposed under a topic and the document has nowhere."""
        there = {spot.base.key for _, spot, _ in item_spots(self._rooms) if spot.base}
        there |= all_keys(self._document)
        for key, before in self._proposed.items():
            section = self._sections[before.number]
            if key not in there and section.kind == "topic":
                yield self._item(before.item, before, _plain(section.heading), "cut")

    def renamed(self) -> Iterator[tuple[str, str]]:
        """(Heading as proposed, what the editor made of it)."""
        for number, room in sorted(self._room_of.items()):
            yield _plain(self._sections[number].heading), _plain(room.section.heading)

    def _fate(self, room: Room, before: _Proposed | None) -> Fate:
        if before is None or is_bare(before.item):
            return "printed"
        section = self._sections[before.number]
        if section.kind == "hold":
            return "printed"  # the editor put it in
        is_same = _plain(section.heading) == _plain(room.section.heading)
        return "untouched" if is_same or self._room_of.get(before.number) is room else "moved"

    def _new_names(self) -> dict[int, Room]:
        """By number of a proposed section whose heading is gone, the room that it became: one
        under a new heading, which most of its items share with it, and which shares most of
        what was proposed with it."""
        old = {_plain(section.heading) for section in self._sections if section.kind == "topic"}
        now = {_plain(room.section.heading) for room in self._rooms if _is_topic(room)}
        went: Counter[tuple[int, Room]] = Counter()
        stayed: Counter[int] = Counter()
        inside: Counter[Room] = Counter()
        for room, spot, _ in item_spots(self._rooms):
            before = self._proposed.get(spot.base.key) if spot.base else None
            if before is None or is_bare(before.item) or not _is_topic(room):
                continue
            section = self._sections[before.number]
            stayed[before.number] += 1
            inside[room] += 1
            new = _plain(room.section.heading)
            if section.kind == "topic" and new and new not in old:
                went[before.number, room] += 1
        return {
            number: room
            for (number, room), shared in went.items()
            if _plain(self._sections[number].heading) not in now
            and shared * 2 > max(stayed[number], inside[room])
        }

    def _item(self, item: Item, before: _Proposed | None, heading: str, fate: Fate) -> PastItem:
        reason = self._reasons.get(item.key) or (
            self._reasons.get(before.item.key) if before else None
        )
        article: Mapping[str, Any] = reason.article if reason else {}
        source = article.get("source")
        authors = article.get("authors")
        printed = _plain(item.title)
        title = _text(article, "title") or printed
        return PastItem(
            key=item.key,
            heading=heading,
            fate=fate,
            title=title,
            url=item.key if item.key.startswith(("https://", "http://")) else "",
            summary=_text(article, "summary") or _plain(item.body),
            source=_text(source, "name") if isinstance(source, dict) else "",
            authors=tuple(map(str, authors)) if isinstance(authors, list) else (),
            language=_text(article, "language"),
            printed=printed if printed != title else "",
            ruled=reason is not None and before is not None and _is_by_rule(reason),
        )


def _is_by_rule(reason: Reason) -> bool:
    """Whether a rule spoke: neither what was learned, nor nothing at all."""
    return reason.confidence is None and not reason.reason.startswith("no rule matched")


def _is_topic(room: Room) -> bool:
    return room.section.kind == "topic"


def _plain(markdown: str) -> str:
    return _read_words(markdown[:_MOST_LETTERS])


@lru_cache(maxsize=256)  # an issue asks for its few headings again and again
def _read_words(markdown: str) -> str:
    return plain_words(markdown, {})


def _text(facts: Mapping[str, Any], name: str) -> str:
    value = facts.get(name)
    return value if isinstance(value, str) else ""
