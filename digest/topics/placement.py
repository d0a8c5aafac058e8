"""Where an article belongs, by which means, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Rule = Literal[
    "source", "host", "path", "author", "category", "keywords", "learned", "proposed", "none"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an article belongs; ``reason`` says it to people: ``keywords: treaty, summit``.

    ``confidence`` is how often such a placement was right in the editor's past, 0 to 1, None
    where nothing is known of that. ``second`` is the runner-up topic, "" where there is none.
    ``strongest`` are the features of the article that spoke for the topic, in words, for what
    was learned.
    """

    topic: str
    rule: Rule
    reason: str
    confidence: float | None = None
    second: str = ""
    strongest: tuple[str, ...] = ()


EXPLICIT: frozenset[Rule] = frozenset(["source", "host", "path", "author", "category"])
"""The editor's own rules, which nothing that was learned overrules."""
