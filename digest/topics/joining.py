"""Average link: the two groups that are nearest on the average join first."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Mapping


class Joining:
    """Groups of places ``0 … count - 1``, which join while they are near enough."""

    def __init__(
        self,
        count: int,
        near: Mapping[tuple[int, int], float],
        may_join: Callable[[list[int], list[int]], bool],
        *,
        bound: Collection[tuple[int, int]] | None = None,
        apart: Iterable[tuple[int, int]] = (),
    ) -> None:
        """``near`` is how near two places are, from 0 to 1, those left out not at all.

        Groups join only where a place of one and a place of the other are ``bound`` (None:
        any two are), no two are ``apart``, and ``may_join`` does not say no.
        """
        self.members = {at: [at] for at in range(count)}
        self._may_join = may_join
        self._near: dict[int, dict[int, float]] = {at: {} for at in range(count)}
        for (one, other), value in near.items():
            self._near[one][other] = self._near[other][one] = value
        self._bound = _both_ways(near if bound is None else bound)
        self._apart = _both_ways(apart)

    def join(self, least: float) -> list[list[int]]:
        """The groups, when no two are ``least`` near on the average any more.

        Of groups equally near those with the smallest places join first.
        """
        heap: list[tuple[float, int, int]] = []
        for one, others in self._near.items():
            heap += [self._entry(one, other) for other in others if one < other]
        heap = [entry for entry in heap if -entry[0] >= least]
        heapq.heapify(heap)
        while heap:
            entry = heapq.heappop(heap)
            _, one, other = entry
            # An entry from before one of them grew is out of date: a newer one is in the heap.
            if other not in self._near.get(one, {}) or self._entry(one, other) != entry:
                continue
            if (
                other in self._apart.get(one, ())
                or other not in self._bound.get(one, ())
                or not self._may_join(self.members[one], self.members[other])
            ):
                continue
            self._unite(one, other)
            for each in self._near[one]:
                found = self._entry(min(one, each), max(one, each))
                if -found[0] >= least:
                    heapq.heappush(heap, found)
        return [sorted(self.members[at]) for at in sorted(self.members)]

    def _entry(self, one: int, other: int) -> tuple[float, int, int]:
        pairs = len(self.members[one]) * len(self.members[other])
        return (-round(self._near[one][other] / pairs, 9), one, other)

    def _unite(self, one: int, other: int) -> None:
        """The second goes into the first: what they are near to is added up."""
        self.members[one] += self.members.pop(other)
        near = self._near[one]
        for each, value in self._near.pop(other).items():
            del self._near[each][other]
            if each != one:
                near[each] = self._near[each][one] = near.get(each, 0.0) + value
        for pairs in (self._apart, self._bound):
            for each in pairs.pop(other, set()):
                pairs[each].discard(other)
                if each != one:
                    pairs[each].add(one)
                    pairs.setdefault(one, set()).add(each)


def _both_ways(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found
