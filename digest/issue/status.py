"""What the editor did to each item of a document, told from the last proposal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from digest.issue.by_hand import BY_HAND
from digest.issue.expiry import count_issues
from digest.issue.find import Found, all_cut, number_items
from digest.issue.imported import find_import
from digest.issue.inline import plain_words
from digest.issue.lock import Lock
from digest.issue.match import SectionMatch, Spot, all_items, match_items, open_rooms
from digest.issue.write import FIELDS, says_only
from digest.model import Issue, Item

State = Literal["proposed", "edited", "added", "imported", "unknown"]

_NAMES = {
    "title": "title",
    "url": "link",
    "byline": "byline",
    "body": "text",
    "also": "reports",
    "earlier": "what it follows",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One item of the document.

    ``state`` is ``proposed`` for what is as digest proposed it, ``edited`` where ``changed``
    names fields, ``added`` for what the editor put in, ``imported`` in an earlier newsletter,
    ``unknown`` where no lock can tell. ``moved_from`` is the heading that it was proposed under,
    "" where it stands there. ``late`` items were rescued from an earlier window. What waited in
    Hold did so in ``held_issues`` issues, the first of them ``held_since``.
    """

    found: Found
    state: State
    changed: tuple[str, ...] = ()
    moved_from: str = ""
    late: bool = False
    held_since: str = ""
    held_issues: int = 0

    def __str__(self) -> str:
        words: list[str] = [self.state if self.state != "unknown" else ""]
        if self.changed:
            words = [f"edited: {', '.join(self.changed)}"]
        if self.moved_from:
            words = [word for word in words if word != "proposed"]
            words.append(f"moved from {self.moved_from}")
        if self.held_since:
            words.append(f"waited {count_issues(self.held_issues)}, since {self.held_since}")
        return "; ".join([*filter(None, words), *(["late"] if self.late else [])])

    def to_json(self) -> dict[str, Any]:
        item = self.found.item
        return {
            "number": self.found.number,
            "key": item.key,
            "title": self.found.title,
            "url": item.url,
            "byline": plain_words(item.byline, {}),
            "also": [link.to_json() for link in item.also],
            **({"earlier": [link.to_json() for link in item.earlier]} if item.earlier else {}),
            "status": self.state,
            "edited": list(self.changed),
            "moved_from": self.moved_from or None,
            "late": self.late,
            "waited": (
                {"issues": self.held_issues, "since": self.held_since} if self.held_since else None
            ),
        }


def item_statuses(issue: Issue, lock: Lock | None) -> list[Status]:
    """The status of every item, in order."""
    base = lock.proposal if lock else None
    proposed = {item.key: (number, item) for number, item in all_items(base)}
    rooms = open_rooms(issue)
    match_items(rooms, {key: item for key, (_, item) in proposed.items()}, {})
    sections = SectionMatch(base, Issue(slug=issue.slug), rooms)
    spots = [(room, spot) for room in rooms for spot in room.spots if spot.item is not None]
    imported = lock is not None and find_import(lock.deliveries) is not None
    statuses = []
    for found, (room, spot) in zip(number_items(issue), spots, strict=True):
        before = _before(spot, room.section.kind == "slot", proposed)
        reason = lock.reasons.get(before.key) if lock and before else None
        if lock is None:
            statuses.append(Status(found=found, state="unknown"))
        elif imported:
            statuses.append(Status(found=found, state="imported"))
        elif base is None or before is None or (reason and reason.reason == BY_HAND):
            statuses.append(Status(found=found, state="added"))
        else:
            number = proposed[before.key][0]
            changed = _changed(found.item, before)
            stays = sections.room_of_base.get(number) is room
            statuses.append(
                Status(
                    found=found,
                    state="edited" if changed else "proposed",
                    changed=changed,
                    moved_from="" if stays else plain_words(base.sections[number].heading, {}),
                    late=bool(reason and reason.late),
                    held_since=reason.held_since if reason else "",
                    held_issues=reason.held_issues if reason else 0,
                )
            )
    return statuses


def cut_list(issue: Issue, lock: Lock | None) -> list[tuple[Item, str]]:
    """What was cut, with the heading that it had been under."""
    if lock is None or lock.proposal is None:
        return []
    headings = {
        item.key: plain_words(lock.proposal.sections[number].heading, {})
        for number, item in all_items(lock.proposal)
    }
    return [(item, headings[item.key]) for item in all_cut(issue, lock)]


def _before(spot: Spot, is_slot: bool, proposed: dict[str, tuple[int, Item]]) -> Item | None:
    """What digest proposed for a spot; an item in a slot is known by its key alone."""
    if is_slot and spot.item is not None and spot.item.key in proposed:
        return proposed[spot.item.key][1]
    return spot.base


def _changed(item: Item, before: Item) -> tuple[str, ...]:
    """The fields that are not as they were proposed, as editors call them."""
    changed = [name for name in _NAMES if getattr(item, name) != getattr(before, name)]
    if not changed and item.form == before.form:
        # A comment beside a headline, say: typed, but in no field.
        changed = [name for name in FIELDS if not says_only(item, name)]
    return tuple(_NAMES[name] for name in changed)
