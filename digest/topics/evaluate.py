"""How far the placing of articles agrees with an editor, tried on the editor's own past. Pure.

Each of the last issues is placed by what those before it teach, then learned from itself, as it
was when it was new. Beside it stand answers that cost nothing: the commonest section, the host's
usual one, the rules of digest.toml alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from digest.config import Settings
from digest.model import Article, Link
from digest.model.lesson import PastItem, PastLesson
from digest.topics.guide import Guide
from digest.topics.headings import words_of
from digest.topics.learned import Learned
from digest.topics.lessons import as_taught
from digest.topics.placement import EXPLICIT
from digest.topics.rules import Rules
from digest.urls import host_label

LEAST_ISSUES, LEAST_ITEMS = 5, 30
"""With fewer issues to learn from, or items to try, figures say little."""

WORST = 10
"""Mistakes that are shown."""

# Of what spoke for a topic, so much is said.
_SAID = 3
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One item that was placed as if it were new: where it stands, and each answer.

    ``confidence`` is None where a rule of digest.toml decided; ``is_sure`` says that compose
    would have put it there.
    """

    slug: str
    item: PastItem
    section: str
    topic: str
    second: str
    rule: str
    reason: str
    confidence: float | None
    is_sure: bool
    by_rules: str
    by_host: str
    commonest: str

    @property
    def is_right(self) -> bool:
        return self.topic == self.section

    def to_json(self) -> dict[str, Any]:
        return {
            "issue": self.slug,
            "url": self.item.url or None,
            "title": self.item.title,
            "section": self.section,
            "topic": self.topic,
            "second": self.second,
            "rule": self.rule,
            "reason": self.reason,
            "confidence": self.confidence,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Shares from 0 to 1: of items under the right section, and the mean of the sections' F1."""

    accuracy: float
    macro_f1: float

    def to_json(self) -> dict[str, float]:
        return {"accuracy": self.accuracy, "macro_f1": self.macro_f1}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfTopic:
    """One section: how many items stand there, what was placed there, and how far both agree."""

    name: str
    items: int
    placed: int
    precision: float | None
    recall: float | None

    def to_json(self) -> dict[str, Any]:
        return {
            "topic": self.name,
            "items": self.items,
            "placed": self.placed,
            "precision": self.precision,
            "recall": self.recall,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All that was tried, in the order of issues and items, and how many issues taught first."""

    tried: tuple[Tried, ...]
    issues: tuple[str, ...]
    taught: int
    worst: tuple[Tried, ...] = ()

    @property
    def doubts(self) -> list[str]:
        """Why the figures say little; nothing where they can be trusted."""
        found = []
        if self.taught < LEAST_ISSUES:
            found.append(
                f"too little past: {_count(self.taught, 'issue')} to learn from before those that "
                f"were tried; under {LEAST_ISSUES}, rules written by hand say more"
            )
        if len(self.tried) < LEAST_ITEMS:
            found.append(
                f"too few items to judge by: {len(self.tried)}; shares of fewer than "
                f"{LEAST_ITEMS} are mostly chance"
            )
        return found

    @property
    def untouched(self) -> int:
        """Items that stand where digest itself had put them."""
        return sum(one.item.fate == "untouched" for one in self.tried)

    @property
    def sure(self) -> list[Tried]:
        """What compose would have placed."""
        return [one for one in self.tried if one.is_sure]

    @property
    def first_two(self) -> float:
        """The share whose section is the first or the second answer."""
        hits = sum(one.section in (one.topic, one.second) for one in self.tried)
        return _share(hits, len(self.tried)) or 0.0

    def figures(self) -> dict[str, Figures]:
        """By means: what digest does, and what it stands beside."""
        section = [one.section for one in self.tried]
        return {
            "digest": _figures(section, [one.topic for one in self.tried]),
            "rules alone": _figures(section, [one.by_rules for one in self.tried]),
            "host's usual section": _figures(section, [one.by_host for one in self.tried]),
            "commonest section": _figures(section, [one.commonest for one in self.tried]),
        }

    def topics(self) -> list[OfTopic]:
        """The sections in the order of their size."""
        items = Counter(one.section for one in self.tried)
        placed = Counter(one.topic for one in self.tried)
        right = Counter(one.section for one in self.tried if one.is_right)
        return [
            OfTopic(
                name=name,
                items=items[name],
                placed=placed[name],
                precision=_share(right[name], placed[name]),
                recall=_share(right[name], items[name]),
            )
            for name in sorted({*items, *placed}, key=lambda name: (-items[name], name))
        ]

    def confusion(self) -> dict[str, dict[str, int]]:
        """By section, how many of its items were placed where, the most first."""
        found: dict[str, Counter[str]] = {}
        for one in self.tried:
            found.setdefault(one.section, Counter())[one.topic] += 1
        return {
            topic.name: dict(sorted(found[topic.name].items(), key=lambda each: (-each[1], each)))
            for topic in self.topics()
            if topic.name in found
        }

    def to_json(self) -> dict[str, Any]:
        sure = self.sure
        return {
            "issues": list(self.issues),
            "taught_before": self.taught,
            "items": len(self.tried),
            "untouched": self.untouched,
            "doubts": self.doubts,
            **self.figures()["digest"].to_json(),
            "first_two": self.first_two,
            "sure": {
                "share": _share(len(sure), len(self.tried)),
                "accuracy": _share(sum(one.is_right for one in sure), len(sure)),
            },
            "beside": {
                name: figures.to_json()
                for name, figures in self.figures().items()
                if name != "digest"
            },
            "topics": [topic.to_json() for topic in self.topics()],
            "confusion": self.confusion(),
            "worst": [one.to_json() for one in self.worst],
        }


def evaluate(lessons: Sequence[PastLesson], settings: Settings, *, last: int) -> Evaluation:
    """Tries the ``last`` of ``lessons``, which are in the order of their windows.

    Never more than all but the first. Items whose address an issue before had are not tried:
    they are not new.
    """
    lessons = [lesson for lesson in lessons if any(map(_stands, lesson.items))]
    at = max(len(lessons) - last, min(len(lessons), 1))
    walk = _Walk(lessons[:at], settings)
    for lesson in lessons[at:]:
        walk.take(lesson)
    tried = walk.named()
    wrong = [one for one in tried if not one.is_right]
    # What a rule decided was as sure as can be.
    wrong.sort(key=lambda one: -(1.0 if one.confidence is None else one.confidence))
    return Evaluation(
        tried=tuple(tried),
        issues=tuple(lesson.slug for lesson in lessons[at:]),
        taught=at,
        worst=tuple(wrong[:WORST]),
    )


class _Walk:
    """Issue after issue: each is placed, then learned from."""

    def __init__(self, lessons: Sequence[PastLesson], settings: Settings) -> None:
        self._settings = settings
        self._rules = Rules(settings)
        self._lessons = list(lessons)
        self._learned = Learned()
        self._learned.learn(map(as_taught, lessons))
        self._known: set[str] = set()
        self._commonest: Counter[str] = Counter()
        self._of_host: dict[str, Counter[str]] = {}
        self._tried: list[Tried] = []
        for lesson in lessons:
            self._count(lesson)

    def take(self, lesson: PastLesson) -> None:
        """Places what is new in the issue, then learns all of it."""
        guide = Guide(self._learned, self._lessons, self._settings)
        for item in filter(_stands, lesson.items):
            if item.key not in self._known:
                self._tried.append(self._try(lesson.slug, item, guide))
        self._lessons.append(lesson)
        self._learned.learn([as_taught(lesson)])
        self._count(lesson)

    def named(self) -> list[Tried]:
        """All that was tried, sections under the names that they have in the end: a section
        that was renamed is one."""
        names = {words_of(topic.name): topic.name for topic in self._settings.topics}

        def name(heading: str) -> str:
            latest = self._learned.latest(heading) if heading else ""
            return names.get(words_of(latest), latest)

        return [
            replace(
                one,
                section=name(one.section),
                topic=name(one.topic),
                second=name(one.second),
                by_rules=name(one.by_rules),
                by_host=name(one.by_host),
                commonest=name(one.commonest),
            )
            for one in self._tried
        ]

    def _try(self, slug: str, item: PastItem, guide: Guide) -> Tried:
        article = as_article(item)
        by_rules = self._rules.place(article)
        commonest = _most(self._commonest)
        topic, second, rule, reason = by_rules.topic, "", str(by_rules.rule), by_rules.reason
        confidence: float | None = None
        is_sure = by_rules.rule != "none"
        use = self._settings.learning.enabled and by_rules.rule not in EXPLICIT
        advice = guide.advise(article) if use else None
        if advice is not None and (guide.is_sure(advice) or not is_sure):
            topic, second, rule = advice.topic, advice.second, "learned"
            confidence, is_sure = advice.confidence, guide.is_sure(advice)
            reason = "; ".join(strength.words for strength in advice.strongest[:_SAID])
        elif advice is not None:
            second = advice.topic
        return Tried(
            slug=slug,
            item=item,
            section=item.heading,
            topic=topic,
            second=second,
            rule=rule,
            reason=reason,
            confidence=confidence,
            is_sure=is_sure,
            by_rules=by_rules.topic,
            by_host=_most(self._of_host.get(_host(item), Counter())) or commonest,
            commonest=commonest,
        )

    def _count(self, lesson: PastLesson) -> None:
        for item in filter(_stands, lesson.items):
            self._known.add(item.key)
            self._commonest[item.heading] += 1
            if host := _host(item):
                self._of_host.setdefault(host, Counter())[item.heading] += 1


def as_article(item: PastItem) -> Article:
    """A past item as it came in: what its issue keeps of it."""
    return Article(
        id=item.key,
        title=item.title,
        summary=item.summary,
        url=item.url or None,
        first_seen=_LONG_AGO,
        source=Link(name=item.source),
        input=item.key,
        authors=item.authors,
        language=item.language,
    )


def _stands(item: PastItem) -> bool:
    return item.fate != "cut"


def _host(item: PastItem) -> str:
    return host_label(item.url) if item.url else ""


def _most(counted: Mapping[str, int]) -> str:
    """The most frequent; of several the first by name."""
    return min(counted, key=lambda name: (-counted[name], name), default="")


def _figures(sections: Sequence[str], answers: Sequence[str]) -> Figures:
    pairs = list(zip(sections, answers, strict=True))
    hits = Counter(section for section, answer in pairs if section == answer)
    there, placed = Counter(sections), Counter(answers)
    scores = [2 * hits[name] / (there[name] + placed[name]) for name in sorted(there)]
    return Figures(
        accuracy=_share(sum(hits.values()), len(pairs)) or 0.0,
        macro_f1=round(sum(scores) / len(scores), 4) if scores else 0.0,
    )


def _share(part: int, whole: int) -> float | None:
    """A share to four places; None of nothing."""
    return round(part / whole, 4) if whole else None


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
