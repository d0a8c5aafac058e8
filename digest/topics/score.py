"""What a story's score is made of, each contribution by itself, in figures and in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from math import fsum
from zoneinfo import ZoneInfo

from digest.config import Ranking, Settings
from digest.model import Article, Story, Window
from digest.topics.habits import Habit, Habits
from digest.topics.placement import Placement
from digest.topics.placer import Placer
from digest.topics.stories import Group
from digest.window import published_instant

# Keywords that weigh so much together count in full, one plain one in the title: a text that
# heaps them up is no better.
_FULL_STRENGTH = 4.0
# What a text counts without a summary, and with how many words it counts so much.
_TEXT_ALONE, _LONG = 0.5, 600
# Where in the window an article is called fresh, and where early.
_FRESH, _EARLY = 0.75, 0.25


class Scoring:
    """Scores one batch of stories by the weights of ``[ranking]``.

    ``habits`` is None where there is no past. Freshness is measured on the ``window``; without
    one, on the articles themselves.
    """

    def __init__(
        self,
        settings: Settings,
        placer: Placer,
        *,
        zone: ZoneInfo,
        habits: Habits | None = None,
        window: Window | None = None,
        late: frozenset[str] = frozenset(),
    ) -> None:
        self._weights = _shares(settings.ranking)
        self._source_weights: dict[str, float] = {}
        for source in settings.sources:
            self._source_weights.setdefault(source.label, source.weight)
        self._placer = placer
        self._zone = zone
        self._habits = habits
        self._window = window
        self._late = late

    def score(self, placed: Sequence[tuple[Group, Placement]]) -> list[Story]:
        """The groups as stories with their scores, from 0 to 1, their parts and the words on
        them; the place among others is not in the words yet."""
        moments = [moment_of(group.lead, self._zone).timestamp() for group, _ in placed]
        if self._window is not None:
            first, last = self._window.start.timestamp(), self._window.end.timestamp()
        else:
            first, last = min(moments, default=0.0), max(moments, default=0.0)
        stories = []
        for (group, placement), moment in zip(placed, moments, strict=True):
            fresh = min(max((moment - first) / (last - first), 0.0), 1.0) if last > first else 0.0
            stories.append(self._story(group, placement, fresh))
        return stories

    def _story(self, group: Group, placement: Placement, fresh: float) -> Story:
        lead = group.lead
        habit = self._habits.of(lead) if self._habits else None
        weight = self._source_weights.get(lead.via, 1.0)
        strength = self._placer.strength(lead, placement.topic)
        values = {
            "coverage": 1 - 1 / max(group.outlets, 1),
            "freshness": fresh,
            "source": weight / (1 + weight),
            "keywords": min(strength / _FULL_STRENGTH, 1.0),
            "habits": habit.liking if habit else 0.5,
            "length": _length(lead),
        }
        parts = tuple(
            (name, round(share * values[name], 4)) for name, share in self._weights.items()
        )
        is_late = lead.id in self._late
        return Story(
            lead=lead,
            also=group.also,
            topic=placement.topic,
            reason=placement.reason,
            confidence=placement.confidence,
            second=placement.second,
            strongest=placement.strongest,
            ties=group.ties,
            late=is_late,
            score=round(min(fsum(amount for _, amount in parts), 1.0), 4),
            parts=parts,
            rank=_words(group, fresh, weight, habit, strength, is_late=is_late),
        )


def moment_of(article: Article, zone: ZoneInfo) -> datetime:
    """When it was published, for a day alone that day's beginning; else when first seen (UTC)."""
    if article.published is not None:
        return published_instant(article.published, zone)
    return article.first_seen.astimezone(UTC)


def _shares(ranking: Ranking) -> dict[str, float]:
    """The weights, together 1; without those that are 0."""
    weights = {
        "coverage": ranking.coverage,
        "freshness": ranking.freshness,
        "source": ranking.source,
        "keywords": ranking.keywords,
        "habits": ranking.habits,
        "length": ranking.length,
    }
    total = fsum(weights.values())
    return {name: weight / total for name, weight in weights.items() if weight}


def _length(lead: Article) -> float:
    """How much there is to print and to read, from 0 to 1: a summary, else words of the text."""
    return 1.0 if lead.summary else _TEXT_ALONE * min(lead.words / _LONG, 1.0)


def _words(
    group: Group,
    fresh: float,
    weight: float,
    habit: Habit | None,
    strength: float,
    *,
    is_late: bool,
) -> str:
    """What sets a story apart, for people."""
    outlets = group.outlets
    said = [f"{outlets} outlets"] if outlets > 1 else []
    if weight != 1:
        said.append(f"from a source of weight {weight:g}")
    if habit:
        said.append(f"from a source you keep {habit.kept} of {habit.of} of")
    if strength:
        said.append(f"keywords of weight {strength:g}")
    if fresh >= _FRESH:
        said.append("fresh")
    elif fresh <= _EARLY and not is_late:
        said.append("early in the window")
    if not group.lead.summary:
        said.append("without a summary")
    return ", ".join(said)
