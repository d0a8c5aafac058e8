"""How often a placement with such a lead over the next section was right, in the editor's past."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

LEAST_PLACEMENTS = 30
"""With fewer placements to judge by, nothing is known of how sure they are."""


class Confidence:
    """From a lead (best score less the second) to the share that was right; never falling."""

    def __init__(self, placements: Iterable[tuple[float, bool]]) -> None:
        """``placements`` are (lead, was right), each made before the answer was known."""
        ordered = sorted(placements)
        self._known = len(ordered) >= LEAST_PLACEMENTS
        # Pool adjacent violators: neighbours join until the share of right ones only rises.
        pools: list[tuple[float, int, int]] = []
        for lead, right in ordered if self._known else ():
            pool = (lead, int(right), 1)
            while pools and pools[-1][1] * pool[2] >= pool[1] * pools[-1][2]:
                first, good, count = pools.pop()
                pool = (first, good + pool[1], count + pool[2])
            pools.append(pool)
        self._leads = [first for first, _, _ in pools]
        # One right and one wrong besides: a pool of two is no certainty.
        self._shares = [(good + 1) / (count + 2) for _, good, count in pools]
        for at in range(1, len(self._shares)):
            self._shares[at] = max(self._shares[at], self._shares[at - 1])

    def of(self, lead: float) -> float:
        """From 0 to 1; 0 where too little is known."""
        if not self._known:
            return 0.0
        return self._shares[max(bisect_right(self._leads, lead) - 1, 0)]
