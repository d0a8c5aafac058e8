"""What the limits of topics, sources and the issue leave out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from digest.config import Settings
from digest.model import LeftOut, Story


def apply_caps(ranked: Iterable[Story], settings: Settings) -> tuple[list[Story], list[LeftOut]]:
    """The stories within ``max`` of topics, sources and the issue, best first, and what is over.

    Every article of a story that is over a limit is named once. A story counts for the source
    of its lead.
    """
    topic_max = {topic.name: topic.max for topic in settings.topics if topic.max is not None}
    source_max: dict[str, int] = {}
    for source in settings.sources:
        if source.max is not None:
            source_max.setdefault(source.label, source.max)
    most = settings.ranking.max
    topics: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    kept: list[Story] = []
    left_out: list[LeftOut] = []
    for story in ranked:
        over = next(
            (
                f"{limits[name]} for {name}"
                for limits, counts, name in (
                    (topic_max, topics, story.topic),
                    (source_max, sources, story.lead.via),
                )
                if name in limits and counts[name] >= limits[name]
            ),
            f"{most} for the issue" if most is not None and len(kept) >= most else None,
        )
        if over is None:
            topics[story.topic] += 1
            sources[story.lead.via] += 1
            kept.append(story)
            continue
        left_out += [
            LeftOut(article=article, rule="cap", reason=f"over the limit of {over}")
            for article in (story.lead, *story.also)
        ]
    return kept, left_out
