"""What `digest topics suggest` proposes: rules for sections, each with what speaks for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from digest.model import Article
from digest.model.lesson import PastItem
from digest.topics.rules import Rule

_MOST_EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An article that a rule would catch. ``section`` is where it stands, "" for nowhere yet."""

    title: str
    url: str
    section: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"title": self.title, "url": self.url or None, "section": self.section or None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a rule, or all rules of a topic, would catch of what was looked at: so many
    altogether, so many that belong there (``right``), so many that stand under each other section
    (``elsewhere``); the others belong nowhere yet. ``examples`` are right, ``wrong`` are not."""

    caught: int
    right: int
    elsewhere: tuple[tuple[str, int], ...]
    examples: tuple[Example, ...]
    wrong: tuple[Example, ...]

    @property
    def unplaced(self) -> int:
        """How many of those caught belong nowhere yet."""
        return self.caught - self.right - sum(count for _, count in self.elsewhere)

    def to_json(self) -> dict[str, Any]:
        return {
            "caught": self.caught,
            "right": self.right,
            "elsewhere": dict(self.elsewhere),
            "unplaced": self.unplaced,
            "examples": [one.to_json() for one in self.examples],
            "wrong_examples": [one.to_json() for one in self.wrong],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A rule to write into digest.toml. ``basis``: ``past`` where it was counted from the
    editor's past items, ``articles`` where from articles that no section of his had.
    ``instead_of`` is the topic that has the rule now, "" for none."""

    rule: Rule
    evidence: Evidence
    basis: Literal["past", "articles"]
    instead_of: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.rule.kind,
            "rule": self.rule.text,
            "basis": self.basis,
            "instead_of": self.instead_of or None,
            **self.evidence.to_json(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSuggestion:
    """A topic with the rules proposed for it. ``evidence`` is what they would catch together,
    None where each was counted for itself."""

    topic: str
    is_new: bool
    rules: tuple[Suggestion, ...]
    evidence: Evidence | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "topic": self.topic,
            "new": self.is_new,
            "evidence": self.evidence.to_json() if self.evidence else None,
            "rules": [one.to_json() for one in self.rules],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A rule of digest.toml that earns no place there, and why."""

    rule: Rule
    why: str

    def to_json(self) -> dict[str, Any]:
        return {
            "topic": self.rule.topic,
            "kind": self.rule.kind,
            "rule": self.rule.text,
            "why": self.why,
        }


def weigh(caught: Sequence[tuple[Example, bool]]) -> Evidence:
    """The evidence of what is caught, in its order, each with whether it belongs there."""
    right = [example for example, belongs in caught if belongs]
    wrong = [example for example, belongs in caught if not belongs and example.section]
    counted = Counter(example.section for example in wrong)
    return Evidence(
        caught=len(caught),
        right=len(right),
        elsewhere=tuple(sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))),
        examples=_first(right),
        wrong=_first(wrong),
    )


def _first(examples: Iterable[Example]) -> tuple[Example, ...]:
    """The first ones, no title twice: a column would be an example of itself."""
    by_title: dict[str, Example] = {}
    for example in examples:
        by_title.setdefault(example.title, example)
    return tuple(by_title.values())[:_MOST_EXAMPLES]


def example_of(what: Article | PastItem, section: str) -> Example:
    """An article or a past item as an example."""
    return Example(title=what.title or what.url or "", url=what.url or "", section=section)


def without(found: Iterable[TopicSuggestion], known: set[Rule]) -> list[TopicSuggestion]:
    """The topics without rules that are known; those that have none left are left out."""
    kept = []
    for topic in found:
        rules = tuple(one for one in topic.rules if one.rule not in known)
        if rules:
            kept.append(
                TopicSuggestion(
                    topic=topic.topic, is_new=topic.is_new, rules=rules, evidence=topic.evidence
                )
            )
    return kept
