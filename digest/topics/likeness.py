"""How many of the past items that share something with an article stand under one section."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from digest.model.lesson import PastItem, PastLesson
from digest.topics.features import Described, features_of
from digest.topics.learned import Strength
from digest.topics.tokens import tokens
from digest.urls import host_label

_SAID = {
    "host": "from {}",
    "site": "from {}",
    "path": "at {}",
    "source": "from {}",
    "author": "by {}",
    "word": "with “{}” in the title",
    "pair": "with “{}” in the title",
}
# Kinds that the indexes tell exactly.
_EXACT = frozenset(["host", "site", "word"])


class Likeness:
    """The items that past issues printed, to be counted by what they share."""

    def __init__(self, lessons: Iterable[PastLesson], latest: Callable[[str], str]) -> None:
        """``latest`` gives the name that a section has now for one that it had."""
        self._items = [item for lesson in lessons for item in lesson.items if item.fate != "cut"]
        names = {heading: latest(heading) for heading in {item.heading for item in self._items}}
        self._section = [names[item.heading] for item in self._items]
        self._counted: dict[str, list[int]] = {}

    def words(self, strongest: Sequence[Strength], section: str) -> str:
        """The strongest thing that can be counted, counted: ``like 7 of 9 past items from
        example.org``; "" where nothing can."""
        for strength in strongest:
            kind, _, value = strength.feature.partition(":")
            if kind not in _SAID:
                continue
            sharing = self._sharing(kind, value, strength.feature)
            under = sum(self._section[at] == section for at in sharing)
            if under:
                said = _SAID[kind].format(value.replace("^ ", "").replace(" $", ""))
                if len(sharing) == 1:
                    return f"like the one past item {said}"
                return f"like {under} of {len(sharing)} past items {said}"
        return ""

    def _sharing(self, kind: str, value: str, feature: str) -> list[int]:
        """Which items have the feature."""
        if feature not in self._counted:
            found = self._likely(kind, value)
            if kind not in _EXACT:
                found = [at for at in found if _has(self._items[at], kind, feature)]
            self._counted[feature] = found
        return self._counted[feature]

    def _likely(self, kind: str, value: str) -> list[int]:
        """Which items may have it: without a look at each one's features."""
        if kind in ("word", "pair"):
            return self._with_words(value)
        if kind in ("source", "author"):
            return list(range(len(self._items)))
        if kind == "site":
            ending = f".{value}"
            hosts = [name for name in self._by_host if name == value or name.endswith(ending)]
            return sorted(at for name in hosts for at in self._by_host[name])
        return self._by_host.get(value.partition("/")[0], [])

    def _with_words(self, value: str) -> list[int]:
        sets = [self._by_word.get(word, set()) for word in value.split() if word not in "^$"]
        return sorted(set.intersection(*sets)) if sets else []

    @cached_property
    def _by_host(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, item in enumerate(self._items):
            if item.url:
                found.setdefault(host_label(item.url), []).append(at)
        return found

    @cached_property
    def _by_word(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for at, item in enumerate(self._items):
            for word in tokens(item.title, most_letters=500):
                found.setdefault(word, set()).add(at)
        return found


def describe(item: PastItem) -> Described:
    """What the learner is told of a past item."""
    return Described(
        title=item.title,
        url=item.url,
        text=item.summary,
        source=item.source,
        authors=item.authors,
        language=item.language,
    )


def _has(item: PastItem, kind: str, feature: str) -> bool:
    """Whether the learner saw the feature in the item; only the block it may stand in is made."""
    if kind in ("source", "author"):
        what = Described(title="", source=item.source, authors=item.authors)
    elif kind in ("word", "pair"):
        what = Described(title=item.title)
    else:
        what = Described(title="", url=item.url)
    return any(feature in found for found in features_of(what).values())
