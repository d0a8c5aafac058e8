"""The order of sections, the order within them, and what the caps leave out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from digest.config import Settings
from digest.model import Article, LeftOut, Story, article_key
from digest.topics.placement import Placement
from digest.topics.stories import Group
from digest.window import published_instant

# What a story's score is made of; together 1.
_COVERAGE, _RECENCY, _SUMMARY = 0.6, 0.2, 0.2


def section_order(settings: Settings, learned: Sequence[str] = ()) -> tuple[str, ...]:
    """The sections as readers meet them: topics, then sources' own topics, then those that were
    ``learned`` from past issues, then the last.

    A last section that is also one of the topics keeps its place among them.
    """
    names = [topic.name for topic in settings.topics]
    last = settings.newsletter.last_section
    names += [source.topic for source in settings.sources if source.topic not in ("", last)]
    return tuple(dict.fromkeys([*names, *learned, last]))


def score_stories(
    placed: Sequence[tuple[Group, Placement]], *, zone: ZoneInfo, late: frozenset[str]
) -> list[Story]:
    """The groups as stories with their scores, from 0 to 1.

    Six tenths are coverage (how many publishers have it), two how recent it is among the
    others, two whether it brings a summary. ``late`` holds the ids of rescued
    articles.
    """
    moments = [moment_of(group.lead, zone).timestamp() for group, _ in placed]
    oldest, newest = min(moments, default=0.0), max(moments, default=0.0)
    stories = []
    for (group, placement), moment in zip(placed, moments, strict=True):
        recency = (moment - oldest) / (newest - oldest) if newest > oldest else 0.0
        score = (
            _COVERAGE * (1 - 1 / max(group.outlets, 1))
            + _RECENCY * recency
            + _SUMMARY * bool(group.lead.summary)
        )
        stories.append(
            Story(
                lead=group.lead,
                also=group.also,
                topic=placement.topic,
                reason=placement.reason,
                confidence=placement.confidence,
                second=placement.second,
                strongest=placement.strongest,
                ties=group.ties,
                score=round(score, 6),
                late=group.lead.id in late,
            )
        )
    return stories


def rank_stories(stories: Iterable[Story], *, zone: ZoneInfo) -> list[Story]:
    """By score; of equals the newer first, then by key."""
    return sorted(
        stories,
        key=lambda story: (
            -story.score,
            -moment_of(story.lead, zone).timestamp(),
            article_key(story.lead),
        ),
    )


def apply_caps(ranked: Sequence[Story], settings: Settings) -> tuple[list[Story], list[LeftOut]]:
    """The stories within ``max`` of topics and sources, best first, and what is over.

    Every article of a story that is over a limit is named once. A story counts for the source
    of its lead.
    """
    topic_max = {topic.name: topic.max for topic in settings.topics if topic.max is not None}
    source_max: dict[str, int] = {}
    for source in settings.sources:
        if source.max is not None:
            source_max.setdefault(source.label, source.max)
    topics: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    kept, left_out = [], []
    for story in ranked:
        over = next(
            (
                (limits[name], name)
                for limits, counts, name in (
                    (topic_max, topics, story.topic),
                    (source_max, sources, story.lead.via),
                )
                if name in limits and counts[name] >= limits[name]
            ),
            None,
        )
        if over is None:
            topics[story.topic] += 1
            sources[story.lead.via] += 1
            kept.append(story)
            continue
        reason = f"over the limit of {over[0]} for {over[1]}"
        left_out += [
            LeftOut(article=article, rule="cap", reason=reason)
            for article in (story.lead, *story.also)
        ]
    return kept, left_out


def moment_of(article: Article, zone: ZoneInfo) -> datetime:
    """When it was published, for a day alone that day's beginning; else when first seen (UTC)."""
    if article.published is not None:
        return published_instant(article.published, zone)
    return article.first_seen.astimezone(UTC)
