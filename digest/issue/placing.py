"""Where things go in the editor's document: sections, and items among their neighbours."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from digest.errors import MergeError
from digest.issue.ending import never_closes
from digest.issue.lines import split_blank_end, trim_lines
from digest.issue.match import Room, SectionMatch, Spot, item_spots
from digest.issue.write import write_heading
from digest.model import Issue, Item, Section, Text


@dataclass(slots=True, eq=False)
class Placing:
    """The rooms of a document under way, and the spot of every proposed item that has one."""

    base: Issue | None
    proposal: Issue
    document: Issue
    rooms: list[Room]
    sections: SectionMatch
    spot_of: dict[str, Spot]
    # The last spot, when whatever is written after it would become part of it.
    open_end: Spot | None = field(init=False)
    # The proposal's slots that stand in the document, by the number of their section.
    slot_rooms: dict[int, Room] = field(default_factory=dict)

    def __post_init__(self) -> None:
        last = self.rooms[-1].spots[-1:] if self.rooms else []
        self.open_end = last[0] if last and never_closes(last[0].block.raw or "") else None

    def rename(self) -> None:
        """A heading that the editor left alone follows the proposal."""
        if self.base is None:
            return
        for number, before in self.sections.base_of_proposal.items():
            new, old = self.proposal.sections[number], self.base.sections[before]
            room = self.sections.room_of_base.get(before)
            if new.heading == old.heading or room is None or new.kind != "topic":
                continue
            headings = [other.section.heading for other in self.rooms]
            # Of two with one heading the editor typed one: nobody can say which.
            is_free = new.heading not in headings and headings.count(old.heading) == 1
            if is_free and room.section.heading == old.heading and _is_plain(room.section):
                room.section = _with_heading(room.section, new.heading)

    def move(self) -> None:
        """An untouched item goes where the proposal has it now, placed like a new one."""
        for room, spot, _ in list(item_spots(self.rooms)):
            if spot.base is None or spot.proposal is None or spot.edited:
                continue
            before = self.sections.base_section(spot.base)
            number = self.sections.proposal_section(spot.proposal)
            if self.sections.base_of_proposal.get(number) == before:
                continue
            is_left_alone = self.sections.room_of_base.get(before) is room
            target = self.sections.room_for(number)
            if is_left_alone and target is not room and self.take_out(room, spot):
                self.spot_of.pop(spot.proposal.key)
                self.place(spot.proposal, number, spot)
                spot.fate = "updated"

    def reorder(self) -> None:
        """A section that the editor left alone follows the proposal's order."""
        for number, before in self.sections.base_of_proposal.items():
            room = self.sections.room_of_base.get(before)
            if room is None or not self._is_left_alone(room, before):
                continue
            order = {item.key: at for at, item in enumerate(self.proposal.sections[number].items)}
            ranks = [order.get(spot.proposal.key) if spot.proposal else None for spot in room.spots]
            places = [at for at, rank in enumerate(ranks) if rank is not None]
            ranked = sorted(places, key=lambda at: ranks[at] or 0)
            spots = [room.spots[at] for at in ranked]
            for at, spot in zip(places, spots, strict=True):
                room.spots[at] = spot

    def take_out(self, room: Room, spot: Spot) -> bool:
        """Removes an item, unless text after it would become part of the item before it."""
        at = room.spots.index(spot)
        after = room.spots[at + 1].block if at + 1 < len(room.spots) else None
        before = room.spots[at - 1].item if at else None
        if (
            isinstance(after, Text)
            and before is not None
            and before.form == "heading"
            and not after.markdown.startswith(("#", "["))
        ):
            return False
        del room.spots[at]
        return True

    def place(self, item: Item, number: int, spot: Spot) -> None:
        """Puts a spot where the proposal's section ``number`` has the item.

        That is after the nearest item before it that stands in the room, else in front of the
        nearest after it, and in the form that the neighbour is written in.
        """
        room = self.sections.room_for(number)
        if room is None:
            room = self._new_room(number)
        place, beside = len(room.spots), None
        items = self.proposal.sections[number].items
        at = next(index for index, each in enumerate(items) if each.key == item.key)
        for other in (*range(at - 1, -1, -1), *range(at + 1, len(items))):
            neighbour = self.spot_of.get(items[other].key)
            if neighbour is not None and neighbour in room.spots:
                place = room.spots.index(neighbour) + (1 if other < at else 0)
                beside = neighbour.item
                break
        form = beside.form if beside is not None else "heading"
        if spot.item is not None and spot.item.form != form:
            spot.block = replace(spot.item, form=form, raw=None, raw_fields=())
        if self.open_end is not None and room is self.rooms[-1]:
            place = min(place, self._last_place(room))
        room.spots.insert(place, spot)
        self.spot_of[item.key] = spot

    def close_empty(self) -> None:
        """Takes out the last proposal's sections that our own moves have emptied."""
        headings = {section.heading for section in self.base.sections} if self.base else set()
        self.rooms[:] = [
            room
            for room in self.rooms
            if room.spots
            or not room.section.blocks
            or room.section.heading not in headings
            or not _is_plain(room.section)
        ]

    def _is_left_alone(self, room: Room, before: int) -> bool:
        """True when the room holds the base section's items, untouched and in their order."""
        assert self.base is not None
        order = {item.key: at for at, item in enumerate(self.base.sections[before].items)}
        last = -1
        for spot in room.spots:
            if spot.base is None or spot.edited or order.get(spot.base.key, -1) <= last:
                return False
            last = order[spot.base.key]
        return True

    def _last_place(self, room: Room) -> int:
        """The last place in front of what is never closed."""
        for at, spot in enumerate(room.spots):
            if spot is self.open_end:
                return at
        return len(room.spots)

    def _new_room(self, number: int) -> Room:
        """A section that the document does not have yet, among its neighbours."""
        room = Room(replace(self.proposal.sections[number], blocks=(), raw=None, place=None))
        self.rooms.insert(self.place_for_room(number), room)
        return room

    def place_for_room(self, number: int) -> int:
        """Where a section of the proposal goes that the document does not have yet.

        A topic goes after the topic before it and that one's slots, a slot after whatever
        stands before it. Raises MergeError where nothing can follow the introduction.
        """
        last = len(self.rooms)
        if not last and never_closes(self.document.raw_introduction or ""):
            raise MergeError(
                "a code fence or comment is never closed, so nothing can be added after it",
                where=self.document.place,
                fix="close it",
            )
        if self.open_end is not None:
            last -= 1
        kind = self.proposal.sections[number].kind
        if kind == "hold":
            return last
        wanted = ("topic", "slot") if kind == "slot" else ("topic",)
        for before in reversed(range(number)):
            found = self._room_of(before)
            if found is not None and found.section.kind in wanted:
                return min(self._after_slots(found, before, number), last)
        for after in range(number + 1, len(self.proposal.sections)):
            found = self._room_of(after)
            if found is not None:
                return min(self.rooms.index(found), last)
        holds = [at for at, room in enumerate(self.rooms) if room.section.kind == "hold"]
        return min([*holds, last])

    def _room_of(self, number: int) -> Room | None:
        if self.proposal.sections[number].kind == "slot":
            return self.slot_rooms.get(number)
        return self.sections.room_for(number)

    def _after_slots(self, room: Room, before: int, number: int) -> int:
        """The place after a room and the slots that the proposal has between it and another."""
        place = self.rooms.index(room) + 1
        between = [self.slot_rooms.get(at) for at in range(before + 1, number)]
        while place < len(self.rooms) and self.rooms[place] in between:
            place += 1
        return place


def _is_plain(section: Section) -> bool:
    """True when the heading's own lines are what digest would write."""
    return section.raw is None or trim_lines(section.raw) == write_heading(section)


def _with_heading(section: Section, heading: str) -> Section:
    changed = replace(section, heading=heading)
    if section.raw is None:
        return changed
    return replace(changed, raw=write_heading(changed) + split_blank_end(section.raw)[1])
