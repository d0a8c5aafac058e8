"""Articles on one event, placed under a topic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from digest.model.article import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An item of an earlier issue that a story follows: its title as it was printed, where it
    leads, the issue's slug, and the last day of the issue's window (ISO 8601, "" where nothing
    tells). ``reason`` says what it shares with the story, in words."""

    title: str
    url: str
    slug: str
    day: str = ""
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "url": self.url,
            "slug": self.slug,
            "day": self.day,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One item to be: its lead article, others on the same event, and why it stands where.

    ``reason`` is for people (``keywords: treaty, summit``); ``score`` runs from 0 to 1.
    ``confidence`` is how often such a placement was right in the editor's past, None where
    nothing is known of that; ``second`` the runner-up topic, ``strongest`` what spoke for the
    topic, both empty where a rule decided. ``ties`` say of each of ``also`` what it shares with the
    others (``same text as Example Times``); empty where nothing is said. ``parts`` are what the
    score is the sum of, by name; ``rank`` is the place in its section, in words (``2 of 9 in
    Tools: 4 outlets, fresh``). ``earlier`` are items of past issues that it follows.
    """

    lead: Article
    also: tuple[Article, ...] = ()
    topic: str = ""
    reason: str = ""
    score: float = 0.0
    parts: tuple[tuple[str, float], ...] = ()
    rank: str = ""
    late: bool = False
    confidence: float | None = None
    second: str = ""
    strongest: tuple[str, ...] = ()
    ties: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()
