"""What belongs together in the last proposal, the editor's document and the new proposal.

Items are matched by identity wherever they stand; one whose link the editor corrected is known
by its headline or its text. Sections are matched by heading, then by where their items went.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from digest.issue.write import words
from digest.model import Issue, Item, Link, Section
from digest.model.issue import Block
from digest.urls import canonical_url

_SHORTEST_BODY = 30
"""Characters; a shorter text says too little to know an item by."""

_Read = Callable[[Item], tuple[str, ...]]


@dataclass(slots=True, eq=False)
class Spot:
    """One place in the document under way: its block, and the items that belong to it."""

    block: Block
    base: Item | None = None
    proposal: Item | None = None
    edited: bool = False
    fate: str = "kept"

    @property
    def item(self) -> Item | None:
        return self.block if isinstance(self.block, Item) else None


@dataclass(slots=True, eq=False)
class Room:
    """One section of the document under way."""

    section: Section
    spots: list[Spot] = field(default_factory=list)


_Titled = TypeVar("_Titled", Room, Section)


def link_key(link: Link) -> str:
    """The identity of a link in "Also covered by": its canonical address, else its name."""
    return (canonical_url(link.url) if link.url else None) or link.url or link.name


def also_keys(items: Iterable[Item]) -> Iterator[str]:
    """The identities of everything that the items are also covered by."""
    return (link_key(link) for item in items for link in item.also)


def all_items(issue: Issue | None) -> Iterator[tuple[int, Item]]:
    """Every item that is not in a slot, with the number of its section."""
    for number, section in enumerate(issue.sections if issue else ()):
        if section.kind != "slot":
            for item in section.items:
                yield number, item


def all_keys(issue: Issue | None) -> set[str]:
    """Keys of all items, in slots as well, and of what they are also covered by."""
    items = [item for section in issue.sections for item in section.items] if issue else []
    return {item.key for item in items} | set(also_keys(items))


def open_rooms(document: Issue) -> list[Room]:
    """The document's sections with a spot for each block."""
    return [
        Room(section, [Spot(block) for block in section.blocks]) for section in document.sections
    ]


def item_spots(rooms: Iterable[Room]) -> Iterator[tuple[Room, Spot, Item]]:
    """The spots of items that compose may touch: those outside slots."""
    for room in rooms:
        if room.section.kind == "slot":
            continue
        for spot in room.spots:
            if isinstance(spot.block, Item):
                yield room, spot, spot.block


def match_items(
    rooms: Iterable[Room], base: Mapping[str, Item], proposal: Mapping[str, Item]
) -> None:
    """Gives each spot the base's and the proposal's item that belong to it.

    Of two spots of one article the first is matched; the other is the editor's.
    """
    strangers: list[tuple[Spot, Item]] = []
    taken: set[str] = set()
    for _, spot, item in item_spots(rooms):
        if item.key in taken:
            continue
        spot.base = base.get(item.key)
        spot.proposal = proposal.get(item.key)
        if spot.base is None and spot.proposal is None:
            strangers.append((spot, item))
        else:
            taken.add(item.key)
    missing = [item for key, item in base.items() if key not in taken]
    for read in (_by_title, _by_body):
        missing = _match_left(strangers, missing, read)
    for spot, _ in strangers:
        if spot.base is not None and spot.base.key not in taken:
            spot.proposal = proposal.get(spot.base.key)


def _by_title(item: Item) -> tuple[str, ...]:
    return tuple(words(item.title.casefold()))


def _by_body(item: Item) -> tuple[str, ...]:
    return tuple(words(item.body)) if len(item.body) >= _SHORTEST_BODY else ()


def _match_left(strangers: list[tuple[Spot, Item]], missing: list[Item], read: _Read) -> list[Item]:
    """Matches what is alike on both sides and alone there; gives the base items still missing."""
    here = Counter(read(item) for spot, item in strangers if spot.base is None)
    there = Counter(read(item) for item in missing)
    by_mark = {read(item): item for item in missing}
    matched: set[str] = set()
    for spot, item in strangers:
        mark = read(item)
        if spot.base is None and mark and here[mark] == there[mark] == 1:
            spot.base = by_mark[mark]
            matched.add(spot.base.key)
    return [item for item in missing if item.key not in matched]


class SectionMatch:
    """Which sections of base, document and proposal are the same."""

    def __init__(self, base: Issue | None, proposal: Issue, rooms: list[Room]) -> None:
        self._base = base.sections if base else ()
        self._proposal = proposal.sections
        self._rooms = rooms
        self._base_of = {item.key: number for number, item in all_items(base)}
        self._proposal_of = {item.key: number for number, item in all_items(proposal)}
        self.room_of_base = self._match_rooms()
        self.base_of_proposal = self._match_proposal()

    def base_section(self, item: Item) -> int:
        """The number of the base's section that an item of the base stands in."""
        return self._base_of[item.key]

    def proposal_section(self, item: Item) -> int:
        """The number of the proposal's section that an item of it stands in."""
        return self._proposal_of[item.key]

    def room_for(self, number: int) -> Room | None:
        """Where the editor keeps what the proposal has in its section ``number``."""
        section = self._proposal[number]
        same = _same_heading(section, self._rooms)
        if same is not None:
            return same
        base = self.base_of_proposal.get(number)
        if base in self.room_of_base:
            return self.room_of_base[base]
        if section.kind == "hold":
            return None
        return self._most_common(
            room
            for room, spot, _ in item_spots(self._rooms)
            if spot.proposal is not None
            and self.proposal_section(spot.proposal) == number
            and _same_heading(room.section, self._proposal) is None
        )

    def _match_rooms(self) -> dict[int, Room]:
        """The room of each base section: by heading, else where most of its items went."""
        found: dict[int, Room] = {}
        for number, section in enumerate(self._base):
            room = _same_heading(section, self._rooms)
            if room is None and section.kind == "topic":
                room = self._most_common(
                    room
                    for room, spot, _ in item_spots(self._rooms)
                    if spot.base is not None and self.base_section(spot.base) == number
                )
            if room is not None:
                found[number] = room
        return found

    def _match_proposal(self) -> dict[int, int]:
        """The base section of each proposed one: by heading, else where most of its items were."""
        found: dict[int, int] = {}
        for number, section in enumerate(self._proposal):
            same = [at for at, base in enumerate(self._base) if _is_same(section, base)]
            if same:
                found[number] = same[0]
        free = {
            at
            for at, base in enumerate(self._base)
            if at not in found.values() and base.kind == "topic"
        }
        for number, section in enumerate(self._proposal):
            if number in found or section.kind != "topic":
                continue
            before = Counter(
                self._base_of[item.key]
                for item in section.items
                if self._base_of.get(item.key) in free
            )
            if before:
                found[number] = before.most_common(1)[0][0]
                free.remove(found[number])
        return found

    @staticmethod
    def _most_common(rooms: Iterable[Room]) -> Room | None:
        counted = Counter(room for room in rooms if room.section.kind == "topic")
        return counted.most_common(1)[0][0] if counted else None


def _is_same(one: Section, other: Section) -> bool:
    if one.kind == "hold" or other.kind == "hold":
        return one.kind == other.kind
    return one.kind == other.kind and one.heading == other.heading


def _same_heading(section: Section, among: Iterable[_Titled]) -> _Titled | None:
    for candidate in among:
        if _is_same(section, candidate.section if isinstance(candidate, Room) else candidate):
            return candidate
    return None
