"""The three-way merge: last proposal, editor's document, new proposal.

What the editor changed stays as the editor has it, field by field; what the editor cut stays
cut; what neither touched follows the new proposal; new articles go among their neighbours. The
document is changed block by block, so that every byte of the editor's stays where it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from digest.issue.booked import SlotMerge
from digest.issue.escape import escape_inline
from digest.issue.head import known_values
from digest.issue.inline import plain_words
from digest.issue.match import (
    Room,
    SectionMatch,
    Spot,
    all_items,
    all_keys,
    also_keys,
    item_spots,
    link_key,
    match_items,
    open_rooms,
)
from digest.issue.placing import Placing
from digest.issue.write import FIELDS, add_links, change_head, change_item, says_only
from digest.model import Issue, Item, Link, Section
from digest.model.issue import SectionKind

# The fields of an item that follow the proposal one by one, and the line each is written on.
_FOLLOWING = (
    ("title", "title"),
    ("url", "title"),
    ("byline", "byline"),
    ("body", "body"),
    ("earlier", "earlier"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What became of a document.

    ``issue`` is the document to write, ``base`` the proposal to keep in issue.lock as the base
    of the next merge: the new one, with what earlier ones had and this one lacks. ``fates``
    are (item key, fate): ``added``, ``updated``, ``kept`` as it was, ``cut`` by the editor,
    ``held`` in the section Hold, ``withdrawn`` and therefore removed, or ``joined`` to another
    item's "Also covered by". ``slots`` are (heading, fate) of what digest.toml books.
    """

    issue: Issue
    base: Issue
    fates: tuple[tuple[str, str], ...] = ()
    slots: tuple[tuple[str, str], ...] = ()


def merge(
    base: Issue | None,
    proposal: Issue,
    document: Issue,
    *,
    cut_before: Collection[str] = (),
    withdrawn: Collection[str] = (),
) -> Merged:
    """The document with the new proposal brought in.

    ``base`` is the last proposal; None, when it is lost, means that only what is new is added.
    ``cut_before`` are keys that the editor cut from other issues, ``withdrawn`` those known to
    be gone at their source or out of the window: untouched items of these are removed, edited
    ones stay. Items that are merely not proposed any more stay. Raises MergeError when the
    document is one code fence or comment that is never closed, so that nothing can follow it.
    """
    return _Merge(base, proposal, document, cut_before, withdrawn).run()


def cut_keys(base: Issue | None, document: Issue) -> frozenset[str]:
    """Keys that the last proposal had and the editor took out of the document."""
    rooms = open_rooms(document)
    before = {item.key: item for _, item in all_items(base)}
    match_items(rooms, before, {})
    return frozenset(_missing(before, rooms, document))


def _missing(base: dict[str, Item], rooms: list[Room], document: Issue) -> list[str]:
    """The base's keys that stand nowhere in the document."""
    standing = {spot.base.key for _, spot, _ in item_spots(rooms) if spot.base}
    standing |= all_keys(document)
    return [key for key in base if key not in standing]


class _Merge:
    def __init__(
        self,
        base: Issue | None,
        proposal: Issue,
        document: Issue,
        cut_before: Collection[str],
        withdrawn: Collection[str],
    ) -> None:
        self.base = base
        self.proposal = proposal
        self.document = document
        self.withdrawn = withdrawn
        self.rooms = open_rooms(document)
        base_items = {item.key: item for _, item in all_items(base)}
        self.proposed = {item.key: item for _, item in all_items(proposal)}
        match_items(self.rooms, base_items, self.proposed)
        self.sections = SectionMatch(base, proposal, self.rooms)
        self.spot_of = {
            spot.proposal.key: spot for _, spot, _ in item_spots(self.rooms) if spot.proposal
        }
        self.placing = Placing(base, proposal, document, self.rooms, self.sections, self.spot_of)
        self.slots = SlotMerge(base, proposal, self.rooms, self.placing)
        self.cut = _missing(base_items, self.rooms, document)
        self.known = all_keys(base)
        standing = {spot.base.key for _, spot, _ in item_spots(self.rooms) if spot.base}
        self.never = {*(self.known - all_keys(document) - standing), *cut_before}
        # An advertisement is no copy of the article that it leads to.
        self.count = Counter(
            item.key
            for each in document.sections
            for item in each.items
            if not each.is_notice or item.key in self.known
        )
        # What stands in the document; it grows as the merge goes on.
        self.here: set[str] = set()
        self.gone: dict[str, str] = {}

    def run(self) -> Merged:
        for _, spot, item in item_spots(self.rooms):
            # What stands there twice is the editor's affair.
            is_copied = self.count[item.key] > 1
            spot.edited = is_copied or spot.base is None or _is_edited(item, spot.base)
        self.here = self._standing()
        if self.base is not None:
            self._remove()
            self.here = self._standing()
            self._update()
            self.placing.rename()
            self.placing.move()
            self.placing.reorder()
        self.slots.follow()
        self._insert()
        self.slots.insert()
        self.placing.close_empty()
        return Merged(
            issue=self._issue(),
            base=self._next_base(),
            fates=self._fates(),
            slots=tuple(self.slots.fates),
        )

    def _standing(self) -> set[str]:
        """Keys that stand in the document, without links that are about to follow the proposal."""
        standing: set[str] = set()
        for room in self.rooms:
            is_notice = room.section.is_notice
            for spot in room.spots:
                item = spot.item
                if item is None:
                    continue
                if is_notice and item.key not in self.known:
                    continue  # an advertisement takes no article out of the issue
                standing.add(item.key)
                if spot.base is not None:
                    standing.add(spot.base.key)
                if item.also and not self._follows_also(spot, item):
                    standing.update(also_keys([item]))
        return standing

    def _remove(self) -> None:
        """Takes out what was withdrawn, and what became part of another story."""
        hosts = {
            link_key(link): item
            for item in self.proposed.values()
            if item.key in self.spot_of or not (item.key in self.never or item.key in self.here)
            for link in item.also
        }
        for room, spot, item in list(item_spots(self.rooms)):
            if spot.base is None or spot.edited or spot.proposal is not None:
                continue
            host = hosts.get(item.key)
            joins = host is not None and self._takes(host)
            is_leaving = joins or spot.base.key in self.withdrawn
            if is_leaving and self.placing.take_out(room, spot):
                self.gone[item.key] = "joined" if joins else "withdrawn"

    def _takes(self, host: Item) -> bool:
        """True when the host's "Also covered by" will be the proposal's."""
        spot = self.spot_of.get(host.key)
        return spot is None or (spot.item is not None and self._follows_also(spot, spot.item))

    def _update(self) -> None:
        for _, spot, item in item_spots(self.rooms):
            changes = self._changes(spot, item)
            if changes and (item.form == "heading" or says_only(item, "title")):
                item = change_item(item, **changes)
            if spot.proposal is not None:
                item = self._with_links(item, spot.proposal.also)
            if item is not spot.block:
                spot.block, spot.fate = item, "updated"

    def _changes(self, spot: Spot, item: Item) -> dict[str, Any]:
        """The fields that follow the new proposal."""
        base, new = spot.base, spot.proposal
        if new is None:
            return {}
        changes: dict[str, Any] = {}
        for name, line in _FOLLOWING if base is not None else ():
            before, mine, wanted = (getattr(each, name) for each in (base, item, new))
            if wanted != before == mine and says_only(item, line):
                changes[name] = wanted
        if self._follows_also(spot, item):
            also = self._allowed(new.also)
            if also != item.also:
                changes["also"] = also
        return changes

    def _follows_also(self, spot: Spot, item: Item) -> bool:
        """True when the editor left the other reports alone and the proposal changes them."""
        base, new = spot.base, spot.proposal
        if base is None or new is None:
            return False
        return new.also != base.also == item.also and says_only(item, "also")

    def _with_links(self, item: Item, links: tuple[Link, ...]) -> Item:
        """The item with those links that stand nowhere yet, where they can be added."""
        before = set(self.here)
        fresh = self._allowed(links)
        added = add_links(item, fresh) if fresh else item
        if added is None:
            self.here = before
            return item
        return added

    def _allowed(self, links: tuple[Link, ...]) -> tuple[Link, ...]:
        """Links that the editor did not cut and that stand nowhere yet; now they stand here."""
        allowed: list[Link] = []
        for link in links:
            key = link_key(link)
            if key not in self.never and key not in self.here:
                allowed.append(link)
                self.here.add(key)
        return tuple(allowed)

    def _insert(self) -> None:
        for number, section in enumerate(self.proposal.sections):
            for item in section.items:
                # What stands in a slot has no spot of its own.
                stands = item.key in self.spot_of or self.count[item.key]
                if stands or item.key in self.never:
                    continue
                is_new = item.key not in self.here
                self.here.add(item.key)
                if self.base is None and not is_new:
                    continue
                if self._join(item, is_new=is_new):
                    continue
                new = replace(item, also=self._allowed(item.also))
                self.placing.place(item, number, Spot(new, proposal=item, fate="added"))

    def _join(self, item: Item, *, is_new: bool) -> bool:
        """Puts a story's new reports under an item of the same story that stays as it is.

        True when the story needs no item of its own: it has one under another report's name.
        """
        links = tuple(
            link
            for link in item.also
            if link_key(link) not in self.never and link_key(link) not in self.here
        )
        keys = {link_key(link) for link in item.also} & self.known if is_new else {item.key}
        if is_new:
            name = plain_words(item.byline.split(" · ")[0] or item.title, {})
            report = Link(name=name, url=item.url)
            if link_key(report) != item.key:
                return False  # an article without a page would not be known again as a link
            links = (report, *links)
            if not keys:
                return False
        for _, spot, mine in item_spots(self.rooms):
            is_same = mine.key in keys if is_new else bool(keys & set(also_keys([mine])))
            if not is_same or (is_new and spot.proposal is not None):
                continue
            joined = add_links(mine, links) if links else mine
            if joined is not None:
                if joined is not mine:
                    spot.block = joined
                    spot.fate = "updated" if spot.fate == "kept" else spot.fate
                self.here.update(map(link_key, links))
                return True
        return not is_new and not links

    def _issue(self) -> Issue:
        sections = tuple(
            replace(room.section, blocks=tuple(spot.block for spot in room.spots))
            for room in self.rooms
        )
        issue = replace(self.document, sections=sections)
        if self.base is None:
            return issue
        base, new, mine = (known_values(each) for each in (self.base, self.proposal, issue))
        changes = {key: value for key, value in new.items() if value != base[key] == mine[key]}
        if changes:
            issue = change_head(issue, **changes)
        if self.proposal.introduction != self.base.introduction == issue.introduction:
            introduction = self.proposal.introduction
            issue = replace(issue, introduction=introduction, raw_introduction=None)
        return issue

    def _next_base(self) -> Issue:
        """The new proposal, and what earlier ones had that stands or was cut."""
        if self.base is None:
            return self.proposal
        names = {
            before: self.proposal.sections[after].heading
            for after, before in self.sections.base_of_proposal.items()
        }
        proposed = all_keys(self.proposal)
        left: dict[tuple[str, SectionKind], list[Item]] = {}
        for number, item in all_items(self.base):
            section = self.base.sections[number]
            place = names.get(number, section.heading), section.kind
            if item.key not in proposed and item.key not in self.gone:
                left.setdefault(place, []).append(item)
                continue
            # A cut link under an item that goes on: kept as an item that is not in the document.
            left.setdefault(place, []).extend(
                Item(key=link_key(link), title=escape_inline(link.name), url=link.url)
                for link in item.also
                if link_key(link) in self.never and link_key(link) not in proposed
            )
        sections = [
            replace(
                section,
                blocks=(*section.blocks, *left.pop((section.heading, section.kind), ())),
            )
            for section in self.proposal.sections
        ]
        sections += [
            Section(heading=heading, kind=kind, blocks=tuple(items))
            for (heading, kind), items in left.items()
            if items
        ]
        return replace(self.proposal, sections=(*sections, *self.slots.left))

    def _fates(self) -> tuple[tuple[str, str], ...]:
        return tuple(dict(self._each_fate()).items())

    def _each_fate(self) -> Iterator[tuple[str, str]]:
        for room, spot, item in item_spots(self.rooms):
            yield item.key, "held" if room.section.kind == "hold" else spot.fate
        yield from self.gone.items()
        for key in self.cut:
            yield key, "cut"
        for key in self.proposed:
            if key in self.never and key not in self.spot_of:
                yield key, "cut"


def _is_edited(item: Item, base: Item) -> bool:
    """True when anything in the item is not as digest proposed it."""
    return item != replace(base, key=item.key) or not all(says_only(item, name) for name in FIELDS)
