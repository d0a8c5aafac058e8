"""Diversity: no third item of one outlet in a row where another outlet's is near in score."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from digest.model import Story
from digest.topics.gist import outlet

NEAR = 0.1
"""How far below the third item in a row another may be and still come before it; below the
fourth twice as far, and so on: so one outlet does not fill a section beside others."""


def spread(ranked: Sequence[Story]) -> list[tuple[Story, bool]]:
    """The stories of one section, which are given best first, and whether each was brought
    forward. Stories without an outlet are no run."""
    # The stories that wait, by outlet; the first of each is in the heap under its place.
    waiting: dict[str, list[int]] = {}
    for place in range(len(ranked) - 1, -1, -1):
        waiting.setdefault(outlet(ranked[place].lead), []).append(place)
    heads = [(places[-1], name) for name, places in waiting.items()]
    heapify(heads)
    found: list[tuple[Story, bool]] = []
    last, run = "", 0
    while heads:
        at, name = heappop(heads)
        kept_back = None
        if run >= 2 and name == last and heads:
            least = ranked[at].score - NEAR * (run - 1)
            if ranked[heads[0][0]].score >= least:
                kept_back = (at, name)
                at, name = heappop(heads)
        found.append((ranked[at], kept_back is not None))
        run = run + 1 if name and name == last else 1
        last = name
        if kept_back is not None:
            heappush(heads, kept_back)
        waiting[name].pop()
        if waiting[name]:
            heappush(heads, (waiting[name][-1], name))
    return found


def spread_all(ranked: Sequence[Story]) -> list[tuple[Story, bool]]:
    """The same of many sections at once: each section keeps the places that it has among all."""
    by_topic: dict[str, list[Story]] = {}
    for story in ranked:
        by_topic.setdefault(story.topic, []).append(story)
    queues = {name: iter(spread(stories)) for name, stories in by_topic.items()}
    return [next(queues[story.topic]) for story in ranked]
