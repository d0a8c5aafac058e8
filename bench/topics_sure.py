"""How far digest can be believed when it says how sure it is: a part of `bench topics`."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence

from bench.measure import show_table
from digest.topics.learned import SURE


def show_again(places: Sequence[tuple[str, int, int]]) -> None:
    """How far the editor agrees with what the editor did before.

    By place: its name, how many items have an address that was printed before, and how many of
    them stand in the same section.
    """
    rows = [
        [name, f"{count}", f"{same / count:.3f}" if count else ""] for name, count, same in places
    ]
    show_table("Addresses printed before", ["first issue", "items", "in the same section"], rows)


def show_sure(by_past: Mapping[int, Sequence[tuple[float, bool]]]) -> None:
    """What was said to be so sure, and how often it was right, of all new items.

    By the number of past issues: (confidence, was right).
    """
    rows = []
    for issues, said in by_past.items():
        pools: dict[int, list[tuple[float, bool]]] = defaultdict(list)
        for sure, right in said:
            pools[min(int(sure * 5), 4)].append((sure, right))
        rows += [
            [
                f"{issues}",
                f"{pool / 5:.1f} to {(pool + 1) / 5:.1f}",
                f"{len(of)}",
                f"{statistics.fmean(sure for sure, _ in of):.2f}",
                f"{statistics.fmean(right for _, right in of):.2f}",
            ]
            for pool, of in sorted(pools.items())
        ]
        used = [right for sure, right in said if sure >= SURE]
        if used:
            share = f"{statistics.fmean(used):.2f}"
            rows.append([f"{issues}", f"{SURE} and more", f"{len(used)}", "", share])
    show_table("Confidence", ["issues", "said", "items", "mean said", "right"], rows)
