"""The order of sections, and the order within them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from digest.config import Settings
from digest.model import LeftOut, Story, article_key
from digest.topics.caps import apply_caps
from digest.topics.score import moment_of
from digest.topics.spread import spread_all


def section_order(settings: Settings, learned: Sequence[str] = ()) -> tuple[str, ...]:
    """The sections as readers meet them: topics, then sources' own topics, then those that were
    ``learned`` from past issues, then the last.

    A last section that is also one of the topics keeps its place among them.
    """
    names = [topic.name for topic in settings.topics]
    last = settings.newsletter.last_section
    names += [source.topic for source in settings.sources if source.topic not in ("", last)]
    return tuple(dict.fromkeys([*names, *learned, last]))


def rank_stories(
    scored: Iterable[Story], settings: Settings, *, zone: ZoneInfo, learned: Sequence[str] = ()
) -> tuple[list[Story], list[LeftOut]]:
    """The stories within all limits, in the order of sections and ranks; and what is over.

    The limits take the best first, one outlet's no longer in a row than ``spread`` has it. Each
    story's ``rank`` says its place.
    """
    ranked = sorted(scored, key=lambda story: _place(story, zone))
    first = [story for story, _ in spread_all(ranked)] if settings.ranking.spread else ranked
    kept, left_out = apply_caps(first, settings)
    # What a limit took from between two items of one outlet leaves them in a row.
    kept.sort(key=lambda story: _place(story, zone))
    final = spread_all(kept) if settings.ranking.spread else [(story, False) for story in kept]
    sections: dict[str, list[tuple[Story, bool]]] = {}
    for story, forward in final:
        sections.setdefault(story.topic, []).append((story, forward))
    return [
        _with_place(story, place, len(sections[name]), forward=forward)
        for name in _topic_order(sections, settings, learned)
        for place, (story, forward) in enumerate(sections[name], 1)
    ], left_out


def _place(story: Story, zone: ZoneInfo) -> tuple[float, float, str]:
    """By score; of equals the newer first, then by key."""
    return -story.score, -moment_of(story.lead, zone).timestamp(), article_key(story.lead)


def _topic_order(
    sections: dict[str, list[tuple[Story, bool]]], settings: Settings, learned: Sequence[str]
) -> list[str]:
    """The names of the sections in their order: that of digest.toml, or the one with the best
    story first, of equals the one whose second is better, and so on, and the last one last."""
    fixed = {name: place for place, name in enumerate(section_order(settings, learned))}
    names = sorted(sections, key=fixed.__getitem__)
    if settings.ranking.order == "by-score":
        last = settings.newsletter.last_section
        # One more after all scores: of two that are alike so far, the longer section is first.
        best = {
            name: [*sorted(-story.score for story, _ in stories), 0.0]
            for name, stories in sections.items()
        }
        names.sort(key=lambda name: (name == last, best[name]))
    return names


def _with_place(story: Story, place: int, of: int, *, forward: bool) -> Story:
    said = [story.rank] if story.rank else []
    if forward:
        said.append("brought forward, after two or more of another outlet")
    words = f": {', '.join(said)}" if said else ""
    return replace(story, rank=f"{place} of {of} in {story.topic}{words}")
