"""The merge of slots: what digest placed follows digest.toml until the editor touches it.

A slot is untouched when its lines are those that digest wrote, to the letter. Then it follows
the booking that holds now, or leaves with one that does not hold any more. One that the editor
typed or changed stays; one that the editor cut stays cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from digest.issue.lines import trim_lines
from digest.issue.match import Room, Spot
from digest.issue.placing import Placing
from digest.issue.write import write_item
from digest.model import Issue, Item, Section
from digest.model.attributes import Attributes, parse_attributes


@dataclass(slots=True, eq=False)
class SlotMerge:
    """The slots of a document under way; ``fates`` are (heading, fate) as they are decided."""

    base: Issue | None
    proposal: Issue
    rooms: list[Room]
    placing: Placing
    fates: list[tuple[str, str]] = field(default_factory=list)
    # Slots of the last proposal that stay in the base of the next merge.
    left: list[Section] = field(default_factory=list)
    _missing: list[int] = field(default_factory=list)

    def follow(self) -> None:
        """What digest placed and the editor left alone becomes what is booked now."""
        before = [section for section in (self.base.sections if self.base else ()) if _is(section)]
        proposed = [at for at, section in enumerate(self.proposal.sections) if _is(section)]
        now = [self.proposal.sections[at] for at in proposed]
        rooms = [room for room in self.rooms if _is(room.section)]
        here = [room.section for room in rooms]
        room_of = _match(before, here, loosely=True)
        new_of = _match(before, now, loosely=True)
        known = set(new_of.values())
        fresh = [at for at in range(len(now)) if at not in known]
        typed = [at for at in range(len(here)) if at not in room_of.values()]
        by_hand = _match([now[at] for at in fresh], [here[at] for at in typed], loosely=False)
        standing = {fresh[at]: rooms[typed[to]] for at, to in by_hand.items()}
        free = [at for at in fresh if at not in standing]
        for number, section in enumerate(before):
            room = rooms[room_of[number]] if number in room_of else None
            at = new_of.get(number)
            if room is None:
                self._keep_cut(section, now[at] if at is not None else None)
                continue
            is_untouched = _text_of(room) == _written(section)
            if at is None and is_untouched:
                # Another booking of the slot takes its place; without one it leaves.
                at = next((one for one in free if _slot(now[one]) == _slot(section)), None)
                if at is None:
                    self.rooms.remove(room)
                    self.fates.append((section.heading, "withdrawn"))
                    continue
                free.remove(at)
            if at is None:
                self.left.append(section)
                self.fates.append((room.section.heading, "kept"))
                continue
            standing[at] = room
            is_other = now[at] != section
            if is_other and is_untouched:
                _fill(room, now[at])
            self.fates.append(
                (room.section.heading, "updated" if is_other and is_untouched else "kept")
            )
        self.placing.slot_rooms.update({proposed[at]: room for at, room in standing.items()})
        self._missing = [proposed[at] for at in free]

    def insert(self) -> None:
        """What is booked and new comes in, after the section that the proposal has before it."""
        for number in self._missing:
            section = self.proposal.sections[number]
            room = Room(replace(section, blocks=(), raw=None, place=None))
            room.spots = [Spot(block) for block in section.blocks]
            self.rooms.insert(self.placing.place_for_room(number), room)
            self.placing.slot_rooms[number] = room
            self.fates.append((section.heading, "added"))

    def _keep_cut(self, section: Section, now: Section | None) -> None:
        if now is None:
            self.left.append(section)
        self.fates.append((section.heading, "cut"))


def _is(section: Section) -> bool:
    return section.kind == "slot"


def _attributes(section: Section) -> Attributes:
    return parse_attributes(section.attributes) or Attributes()


def _slot(section: Section) -> str:
    return _attributes(section).slot


def _match(ours: Sequence[Section], theirs: Sequence[Section], *, loosely: bool) -> dict[int, int]:
    """Which slots are the same booking: by id, by name and heading, ``loosely`` by name alone.

    Two with ids of their own are never the same; by name alone only what is alone with it.
    """
    found: dict[int, int] = {}
    for rank in range(3 if loosely else 2):
        for at, one in enumerate(ours):
            if at in found:
                continue
            fits = [
                to
                for to, other in enumerate(theirs)
                if to not in found.values() and _fits(one, other, rank)
            ]
            if fits and (rank < 2 or len(fits) == 1):
                found[at] = fits[0]
    return found


def _fits(one: Section, other: Section, rank: int) -> bool:
    mine, its = _attributes(one), _attributes(other)
    if mine.id and its.id:
        return rank == 0 and mine.id == its.id
    return mine.slot == its.slot and (rank == 2 or (rank == 1 and one.heading == other.heading))


def _text_of(room: Room) -> str:
    """The lines of a section of the document."""
    raws = [room.section.raw or "", *(spot.block.raw or "" for spot in room.spots)]
    return trim_lines("".join(raws))


def _written(section: Section) -> str:
    """The lines that digest wrote for a section of a proposal."""
    return trim_lines("\n\n".join(_lines(section)))


def _lines(section: Section) -> Iterator[str]:
    yield f"## {section.heading} {{{section.attributes}}}"
    for block in section.blocks:
        yield write_item(block).rstrip("\n") if isinstance(block, Item) else block.markdown


def _fill(room: Room, section: Section) -> None:
    room.section = replace(section, blocks=(), raw=None, place=None)
    room.spots = [Spot(block) for block in section.blocks]
