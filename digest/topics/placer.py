"""Where an article goes: the editor's rules, then what was learned, then keywords."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.config import Settings
from digest.model import Article
from digest.topics.placement import EXPLICIT, Placement
from digest.topics.rules import Rules

if TYPE_CHECKING:
    from digest.topics.guide import Advice, Guide


class Placer:
    """Places one article after another; ``guide`` is None where nothing was learned."""

    def __init__(self, settings: Settings, guide: Guide | None = None) -> None:
        self._rules = Rules(settings)
        self._guide = guide

    def place(self, article: Article) -> Placement:
        """The topic of an article, by the first means that has one; the last section where
        none has, with what past issues say all the same in the reason."""
        return self.weigh(article)[0]

    def strength(self, article: Article, topic: str) -> float:
        """What the keywords of a topic weigh together in an article, 0 for none."""
        return self._rules.strengths(article).get(topic, 0.0)

    def weigh(self, article: Article) -> tuple[Placement, Advice | None]:
        """The same, and what past issues say; None where they were not asked or know nothing."""
        by_rule = self._rules.place(article)
        if self._guide is None or by_rule.rule in EXPLICIT:
            return by_rule, None
        from digest.topics.guide import mention

        advice = self._guide.advise(article)
        if advice is None:
            return by_rule, None
        if self._guide.is_sure(advice):
            return self._guide.follow(advice), advice
        return mention(advice, by_rule) if by_rule.rule == "none" else by_rule, advice
