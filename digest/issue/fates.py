"""What became of each item in a compose, by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from digest.issue.inline import plain_words
from digest.issue.match import all_items
from digest.issue.merge import Merged
from digest.issue.propose import HeldItem
from digest.model import Issue

_FATES = ("added", "updated", "kept", "cut", "held", "joined", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One item and its fate (:class:`digest.issue.merge.Merged`); ``title`` and ``section`` are
    plain text. ``section`` is the heading that it stands under, or stood under when it is gone.
    ``waited`` is set for what an earlier issue's Hold held.
    """

    key: str
    title: str
    section: str
    fate: str
    waited: HeldItem | None = None

    def to_json(self) -> dict[str, Any]:
        """An entry of ``items`` in the object ``merge`` of CONTRACT §5."""
        told = {"key": self.key, "title": self.title, "section": self.section, "fate": self.fate}
        if self.waited is None:
            return told
        return told | {"waited": {"issues": self.waited.issues, "since": self.waited.since}}


def tell_fates(
    merged: Merged, base: Issue | None, carried: Sequence[HeldItem] = ()
) -> tuple[Told, ...]:
    """Each item of a merge: those of the document in its order, then those that are gone.

    ``base`` is the proposal that the merge began with, ``carried`` what waited in Hold.
    """
    places: dict[str, tuple[str, str]] = {}
    for issue in (merged.issue, merged.base, base):
        sections = issue.sections if issue else ()
        for section in sections:
            for item in section.items:
                place = plain_words(item.title, {}), plain_words(section.heading, {})
                places.setdefault(item.key, place)
    waited = {entry.item.key: entry for entry in carried}
    titles = {key: (key, "") for key, _ in merged.fates} | places
    return tuple(
        Told(
            key=key,
            title=titles[key][0],
            section=titles[key][1],
            fate=fate,
            waited=waited.get(key),
        )
        for key, fate in merged.fates
    )


def tell_rebuilt(issue: Issue) -> tuple[Told, ...]:
    """The same for an issue that is what its lock says: nothing became of anything."""
    return tuple(
        Told(
            key=item.key,
            title=plain_words(item.title, {}),
            section=plain_words(issue.sections[number].heading, {}),
            fate="held" if issue.sections[number].kind == "hold" else "kept",
        )
        for number, item in all_items(issue)
    )


def count_fates(told: Sequence[Told], *, dropped: int = 0) -> dict[str, int]:
    """How many items had each fate; ``dropped`` is how many left Hold for good.

    What was joined to another item's reports counts as ``updated`` as well.
    """
    counts = {fate: sum(each.fate == fate for each in told) for fate in _FATES}
    counts["updated"] += counts["joined"]
    return {**counts, "dropped": dropped}


def merge_json(told: Sequence[Told], *, dropped: int = 0) -> dict[str, Any]:
    """The object ``merge`` of CONTRACT §5."""
    return {**count_fates(told, dropped=dropped), "items": [each.to_json() for each in told]}
