"""Which articles of a batch may be on one event: without a look at every two of them."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain

from digest.topics.gist import Gist
from digest.topics.kinship import MOST_DAYS

# No article has more candidates, so that time grows with the articles, and not with their square.
_MOST_NEAR = 40
# Sums of the same figures in another order may differ so much.
_ROUNDING = 1e-6


def near_pairs(gists: Sequence[Gist], within: Sequence[int] | None = None) -> list[tuple[int, int]]:
    """Pairs of places, the smaller first, of articles that may be on one event: those that share
    the most among the words that few others have. The order is always the same.

    ``within`` says for each place what it belongs to (see :func:`possible_groups`): then pairs
    of one alone are given, the same ones of it.
    """
    holders: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for at in sorted(range(len(gists)), key=lambda at: (gists[at].first, at)):
        for term, weight in gists[at].weights.items():
            holders[gists[at].language, term].append((at, weight))
    sizes = Counter(within or ())
    spans = [(gist.first.toordinal(), gist.last.toordinal()) for gist in gists]
    norms = [gist.norm for gist in gists]
    found: set[tuple[int, int]] = set()
    for at, gist in enumerate(gists):
        if within and sizes[within[at]] == 1:
            continue
        sums: dict[int, float] = {}
        for term, weight in gist.weights.items():
            sharing = holders[gist.language, term]
            if len(sharing) > 1:
                for other, theirs in sharing:
                    sums[other] = sums.get(other, 0.0) + weight * theirs
        sums.pop(at, None)
        earliest, latest = spans[at][1] - MOST_DAYS, spans[at][0] + MOST_DAYS
        near = [
            (-round(value / norms[other], 9), other)
            for other, value in sums.items()
            if spans[other][0] >= earliest and spans[other][1] <= latest
        ]
        if len(near) > _MOST_NEAR:
            near = heapq.nsmallest(_MOST_NEAR, near)
        found.update(
            (at, other) if at < other else (other, at)
            for _, other in near
            if not within or within[at] == within[other]
        )
    return sorted(found)


def possible_groups(gists: Sequence[Gist], least: Mapping[str, float]) -> list[int]:
    """For each place the smallest place of what it may be joined with, itself where there is none.

    Articles are joined over pairs that share evidence enough, ``least`` by language: what no such
    pairs lead to from here is another story, whatever else is alike.
    """
    root = list(range(len(gists)))
    spans = [(gist.first.toordinal(), gist.last.toordinal()) for gist in gists]
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, gist in enumerate(gists):
        before = [holders[gist.language, term] for term in gist.weights]
        enough = least[gist.language] - _ROUNDING
        earliest, latest = spans[at][1] - MOST_DAYS, spans[at][0] + MOST_DAYS
        mine = at
        for other, count in Counter(chain.from_iterable(before)).items():
            # One thing alone is no evidence.
            if (
                count > 1
                and spans[other][0] >= earliest
                and spans[other][1] <= latest
                and (theirs := _root(root, other)) != mine
                and _most_evidence(gist, gists[other]) >= enough
            ):
                root[max(mine, theirs)] = mine = min(mine, theirs)
        for postings in before:
            postings.append(at)
    return [_root(root, at) for at in range(len(gists))]


def _most_evidence(one: Gist, other: Gist) -> float:
    """As much as :func:`digest.topics.kinship.kinship` may find, or more."""
    ours, theirs = one.evidence, other.evidence
    return sum([min(ours[term], theirs[term]) for term in ours.keys() & theirs.keys()])


def _root(root: list[int], at: int) -> int:
    while root[at] != at:
        root[at] = root[root[at]]
        at = root[at]
    return at
