"""One article for an issue whose sections digest proposed: it goes into one that is there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from digest.config import Settings
from digest.model import Article
from digest.topics.folding import words_of
from digest.topics.placement import Placement
from digest.topics.placer import Placer
from digest.topics.proposals import leanings, may_propose

if TYPE_CHECKING:
    from digest.topics.guide import Guide


class LeaningPlacer:
    """Places as :class:`Placer` does; where that knows nothing and compose would propose
    sections, by the subject of the article's words, when one of the ``headings`` is that
    subject's. One article alone makes no section."""

    def __init__(self, settings: Settings, guide: Guide | None, headings: Iterable[str]) -> None:
        self._settings = settings
        self._placer = Placer(settings, guide)
        self._headings = {words_of(heading): heading for heading in headings}
        self._leans = may_propose(settings, guide.sections if guide else ())

    def place(self, article: Article) -> Placement:
        """The topic of an article."""
        placement = self._placer.place(article)
        if placement.rule != "none" or not self._leans:
            return placement
        found = (
            (self._headings.get(words_of(heading)), reason)
            for heading, reason in leanings(article, self._settings)
        )
        return next(
            (
                Placement(topic=heading, rule="proposed", reason=reason)
                for heading, reason in found
                if heading is not None
            ),
            placement,
        )
