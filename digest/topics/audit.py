"""What each rule caught in past issues, and what became of it: which rules earn their place. Pure.

The rules are asked as they stand now. Past issues keep titles and summaries but no texts, and
not what feeds said of an article: what only those would tell, the reason that the issue's lock
keeps from then tells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from digest.model import Article, Link
from digest.model.lesson import PastItem, PastLesson
from digest.topics.folding import fold
from digest.topics.rules import Rule, Rules

State = Literal["good", "never", "repeated", "shadowed", "moved"]

# Of fewer items nothing can be said: one of two moved is chance. And what was quiet for a few
# issues is no useless rule.
_LEAST, _LEAST_ISSUES = 3, 4
_MOST_NAMED = 6
_MEND = "drop it, or mend its spelling"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_NO_KEYWORD = re.compile(r" in the title(?=,|$| and )| and \d+ more$")


@dataclass(slots=True, kw_only=True)
class Row:
    """One rule and what it did: it ``matched`` so many items and decided where ``caught`` of
    them go, of which so many stand there (``stayed``), elsewhere (``moved``) or nowhere
    (``cut``). A word of ``not`` matches and catches the items that it kept from its topic.

    ``to`` has the sections to which items were moved, ``before`` the rules that decided items
    which this one matched, ``repeats`` an equal rule that stands before this one.
    """

    rule: Rule
    matched: int = 0
    caught: int = 0
    stayed: int = 0
    moved: int = 0
    cut: int = 0
    to: Counter[str] = field(default_factory=Counter)
    before: Counter[Rule] = field(default_factory=Counter)
    repeats: Rule | None = None

    @property
    def state(self) -> State:
        """What is to be said of the rule."""
        if self.repeats:
            return "repeated"
        if not self.matched:
            return "never"
        if not self.caught:
            return "shadowed"
        return "moved" if self.moved >= _LEAST and self.moved * 2 > self.caught else "good"

    def hint(self, issues: int) -> str:
        """What the editor may do about it after so many issues, "" where the rule is good."""
        name = f"{self.rule} ({self.rule.topic})"
        if self.repeats:
            where = (
                "stands twice"
                if self.repeats.topic == self.rule.topic
                else f"never decides: it stands under {self.repeats.topic} before"
            )
            return f"{name} {where}; drop one of the two"
        if not self.matched:
            if issues < _LEAST_ISSUES:
                return ""
            return f"{name} matched nothing in the last {issues} issues; {_MEND}"
        if not self.caught:
            if self.matched < _LEAST:
                return ""
            first, _ = self._most(self.before, key=str)
            both = "it" if first.topic == self.rule.topic else "one of the two"
            return (
                f"{name} matched {self.matched} items and decided none: "
                f"{first} ({first.topic}) comes before; drop {both}"
            )
        if self.state == "moved":
            where, _ = self._most(self.to, key=str)
            return (
                f"{name}: {self.moved} of {self.caught} items stand elsewhere, most of them "
                f"under {where}; move the rule there, or drop it"
            )
        return ""

    def to_json(self, issues: int) -> dict[str, Any]:
        return {
            "topic": self.rule.topic,
            "kind": self.rule.kind,
            "rule": self.rule.text,
            "matched": self.matched,
            "caught": self.caught,
            "stayed": self.stayed,
            "moved": self.moved,
            "cut": self.cut,
            "state": self.state,
            "hint": self.hint(issues),
        }

    @staticmethod
    def _most(counted: Counter[Any], *, key: Any) -> tuple[Any, int]:
        """The most frequent one; of several the first by its words."""
        return min(counted.items(), key=lambda entry: (-entry[1], key(entry[0])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """All rules in their order, and the issues that they were asked about, oldest first.

    ``explained`` is how many of those keep the reasons of their items, which imported ones do
    not.
    """

    rows: tuple[Row, ...]
    issues: tuple[str, ...]
    items: int
    explained: int

    @property
    def faults(self) -> list[tuple[Rule, State, str]]:
        """The rules that an editor may drop or mend, with the state of each and what to do."""
        said = ((row, row.hint(self._asked(row))) for row in self.rows)
        return [(row.rule, row.state, hint) for row, hint in said if hint]

    @property
    def hints(self) -> list[str]:
        """What the editor may do: a line for each rule, and one for each topic's rules that
        matched nothing."""
        said: list[str] = []
        idle: dict[str, list[str]] = {}
        for row in self.rows:
            if hint := row.hint(self._asked(row)):
                if row.state == "never":
                    idle.setdefault(row.rule.topic, []).append(str(row.rule))
                else:
                    said.append(hint)
        for topic, names in idle.items():
            named = ", ".join(names[:_MOST_NAMED])
            if len(names) > _MOST_NAMED:
                named += f" and {len(names) - _MOST_NAMED} more"
            which = "it, or mend its" if len(names) == 1 else "them, or mend their"
            said.append(f"{named} ({topic}) matched nothing; drop {which} spelling")
        return said

    def to_json(self) -> dict[str, Any]:
        return {
            "issues": list(self.issues),
            "items": self.items,
            "rules": [row.to_json(self._asked(row)) for row in self.rows],
        }

    def _asked(self, row: Row) -> int:
        """How many issues could have shown that a rule matches."""
        told = row.rule.kind not in ("source", "category")
        return len(self.issues) if told else self.explained


def audit(rules: Rules, past: Iterable[tuple[PastLesson, Mapping[str, str]]]) -> Audit:
    """What the rules do with the items of past issues, each with the reasons that its lock has
    by the items' keys."""
    rows = {rule: Row(rule=rule) for rule in rules.listed}
    for rule, first in rules.repeated:
        rows[rule].repeats = first
    issues, items, explained = [], 0, 0
    for lesson, reasons in past:
        issues.append(lesson.slug)
        items += len(lesson.items)
        explained += bool(reasons)
        names = {fold(new): fold(old) for old, new in lesson.renamed}
        for item in lesson.items:
            _count(rules, rows, item, reasons.get(item.key, ""), names)
    return Audit(rows=tuple(rows.values()), issues=tuple(issues), items=items, explained=explained)


def _count(
    rules: Rules, rows: Mapping[Rule, Row], item: PastItem, reason: str, names: Mapping[str, str]
) -> None:
    article = as_article(item, reason)
    explicit = list(dict.fromkeys(rules.explicit_rules(article)))
    hits = rules.hits(article)
    words = {rules.rule_of(hit): hit.phrase.topic for hit in hits if not hit.phrase.excludes}
    silencers = {hit.phrase.topic: rules.rule_of(hit) for hit in hits if hit.phrase.excludes}
    chosen = rules.by_keywords(article)
    winners = [rule for rule in words if chosen and rule.topic == chosen.topic]
    decided = explicit[:1] or winners
    for rule in (*explicit, *words):
        rows[rule].matched += 1
        if rule in decided:
            _catch(rows[rule], item, names)
        else:
            first = decided[0] if decided else silencers[words[rule]]
            rows[rule].before[first] += 1
    for topic, rule in silencers.items():
        if topic in words.values():
            rows[rule].matched += 1
            rows[rule].caught += 1


def _catch(row: Row, item: PastItem, names: Mapping[str, str]) -> None:
    row.caught += 1
    heading = fold(item.heading)
    if item.fate == "cut":
        row.cut += 1
    elif fold(row.rule.topic) in (heading, names.get(heading, heading)):
        row.stayed += 1
    else:
        row.moved += 1
        row.to[item.heading] += 1


def as_article(item: PastItem, reason: str = "") -> Article:
    """The item as an article again, with what the reason of then tells besides."""
    kind, _, rest = reason.partition(": ")
    return Article(
        id=item.key,
        title=item.title,
        summary=item.summary,
        text=_NO_KEYWORD.sub("", rest) if kind == "keywords" else "",
        url=item.url or None,
        first_seen=_LONG_AGO,
        source=Link(name=item.source),
        input=item.key,
        via=rest if kind == "source" else "",
        authors=item.authors,
        categories=(rest,) if kind == "category" else (),
        language=item.language,
    )
