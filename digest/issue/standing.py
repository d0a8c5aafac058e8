"""Which articles an issue.md prints, and which it holds."""

from __future__ import annotations

from digest.issue.match import all_items, also_keys, match_items, open_rooms
from digest.model import Issue


def standing(document: Issue, base: Issue | None) -> tuple[set[str], set[str]]:
    """Keys that stand outside Hold, and in it.

    An item whose link the editor corrected stands for the article that was proposed, too. What
    an advertisement links to is no article, unless it was proposed as one.
    """
    rooms = open_rooms(document)
    proposed = {item.key: item for _, item in all_items(base)}
    match_items(rooms, proposed, {})
    issued: set[str] = set()
    held: set[str] = set()
    for room in rooms:
        keys = held if room.section.kind == "hold" else issued
        for spot in room.spots:
            if spot.item is not None:
                if room.section.is_notice and spot.item.key not in proposed:
                    continue
                keys.add(spot.item.key)
                keys.update(also_keys([spot.item]))
                keys.update([spot.base.key] if spot.base else [])
    # What stands in both is printed, and other reports of it are with it.
    printed = (item for _, item in all_items(document) if item.key in issued)
    issued.update(also_keys(printed))
    return issued, held - issued
