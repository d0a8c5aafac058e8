"""Articles -> stories under topics, in the order that readers meet them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digest.config import Settings
from digest.model import Article, LeftOut, Story, Window
from digest.topics.placement import Placement
from digest.topics.placer import Placer
from digest.topics.rank import rank_stories, section_order
from digest.topics.rules import Rules
from digest.topics.score import Scoring
from digest.topics.stories import Group, find_stories
from digest.window import zone_named

if TYPE_CHECKING:
    from digest.topics.guide import Guide

__all__ = ["Arrangement", "Placer", "Rules", "arrange", "section_order"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """The stories in the order of sections and ranks, and what the caps left out."""

    stories: tuple[Story, ...]
    left_out: tuple[LeftOut, ...]


def arrange(
    articles: Sequence[Article],
    settings: Settings,
    *,
    late: frozenset[str] = frozenset(),
    guide: Guide | None = None,
    window: Window | None = None,
) -> Arrangement:
    """Groups articles into stories, places them under topics, ranks them and applies the caps.

    ``late`` holds the ids of articles that were rescued, ``guide`` is what past issues say, None
    where nothing was learned of them. Without rules and without sections of the editor's, sections
    are proposed (:mod:`digest.topics.proposals`). Freshness is measured on the ``window``; without
    one, on the articles. The order of ``articles`` and
    repetitions among them change nothing. Every article is in exactly one story or left out.
    """
    zone = zone_named(settings.newsletter.timezone)
    placer = Placer(settings, guide)
    placed = [(group, _place(group, placer)) for group in find_stories(articles, settings.stories)]
    sections = guide.sections if guide else ()
    if settings.learning.propose_sections and not settings.topics:
        from digest.topics.proposals import fill

        placed, sections = fill(placed, settings, sections)
    habits = guide.habits if guide else None
    scoring = Scoring(settings, placer, zone=zone, habits=habits, window=window, late=late)
    kept, left_out = rank_stories(scoring.score(placed), settings, zone=zone, learned=sections)
    return Arrangement(stories=tuple(kept), left_out=tuple(left_out))


def _place(group: Group, placer: Placer) -> Placement:
    """The lead's placement; where no rule knows the lead, the first that knows another member."""
    placements = [placer.place(group.lead)]
    if placements[0].rule == "none":
        placements += [placer.place(article) for article in group.also]
    return next((place for place in placements if place.rule != "none"), placements[0])
