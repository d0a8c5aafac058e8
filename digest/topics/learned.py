"""What an editor's past issues teach: which section an article belongs to, how surely, and why."""

from __future__ import annotations

import json
import struct
import sys
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from digest.topics.confidence import LEAST_PLACEMENTS, Confidence
from digest.topics.features import Described, Features, features_of, say
from digest.topics.headings import Headings
from digest.topics.learner import Learner

MOVED, PRINTED, UNTOUCHED = 2.0, 1.0, 0.25
"""Weights of a lesson: an item that the editor moved by hand; one of an issue that digest did
not propose, or that the editor added; one that stands where digest had put it."""

SURE = 0.5
"""Below this confidence a guess is not used by itself: a wrong section costs a reader about what
the last section does, so a guess has to be right more often than not."""

# The latest issues that confidence is judged by.
_MOST_JUDGED = 40
_MOST_STRONGEST = 5

# The number goes up when features, steps or what is kept change: a cache of old is refused.
_FORMAT = f"digest learned 4 {sys.byteorder}\n".encode()
_LENGTH = struct.Struct("<Q")
_LENGTHS = struct.Struct("<2Q")


# The lead of a guess, whether it was right, and whether the editor filed the item by hand.
_Try = tuple[float, bool, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One item of a past issue as the editor left it; ``key`` is its identity there. ``ruled``:
    a rule had put it there, and not what was learned."""

    key: str
    section: str
    what: Described
    weight: float = PRINTED
    ruled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLessons:
    """One past issue. ``renamed`` goes from a heading as proposed to the editor's."""

    lessons: tuple[Lesson, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """A feature's part in a decision, in words; ``amount`` is what it added to the score."""

    words: str
    amount: float
    feature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """The section an article looks like, as the editor last named it, and the runner-up.

    ``confidence`` is how often such a guess was right in the editor's past, 0 to 1; 0 where the
    past is too short to tell. ``second`` is "" where only one section was thought of.
    """

    topic: str
    second: str
    confidence: float
    strongest: tuple[Strength, ...]

    @property
    def is_sure(self) -> bool:
        """Whether it should be used where no rule says otherwise."""
        return self.confidence >= SURE


class Learned:
    """All that was learned so far; issues are given in the order in which they appeared.

    Within an issue neither order nor repetitions of items count. Learning one more issue gives
    the same as learning all from the beginning.
    """

    def __init__(self) -> None:
        self._learner = Learner()
        self._headings = Headings()
        self._judged: list[list[_Try]] = []  # by issue
        self._confidence: Confidence | None = None

    def learn(self, issues: Iterable[PastLessons]) -> None:
        """The next issues, oldest first."""
        coming = list(issues)
        for left, issue in zip(range(len(coming) - 1, -1, -1), coming, strict=True):
            self._learn(issue, judge=left < _MOST_JUDGED)

    def guess(self, what: Described) -> Guess | None:
        """Where an article belongs; None when nothing of it was ever met."""
        vector = self._learner.vector(features_of(what))
        ranked = _ranked(self._learner.scores(vector))
        if not ranked:
            return None
        if self._confidence is None:
            tried = [one for issue in self._judged for one in issue]
            filed = sum(by_hand for _, _, by_hand in tried)
            # Rules alone, of an editor who moves nothing, say too little.
            known = tried if filed >= LEAST_PLACEMENTS else ()
            self._confidence = Confidence((lead, right) for lead, right, _ in known)
        best = ranked[0][1]
        parts = self._learner.parts(vector, best)[:_MOST_STRONGEST]
        return Guess(
            topic=self._headings.latest(best),
            second=self._headings.latest(ranked[1][1]) if len(ranked) > 1 else "",
            confidence=self._confidence.of(_lead(ranked)),
            strongest=tuple(
                Strength(words=say(name), amount=amount, feature=name)
                for amount, name in parts
                if amount > 0
            ),
        )

    def latest(self, heading: str) -> str:
        """What the editor calls the section now that was called ``heading`` in a past issue."""
        section = self._headings.known(heading)
        return heading if section is None else self._headings.latest(section)

    def _learn(self, issue: PastLessons, *, judge: bool) -> None:
        lessons = _once_each(issue.lessons)
        known = [(lesson, features_of(lesson.what)) for lesson in lessons]
        ranked: list[list[tuple[float, str]]] = [[] for _ in known]
        if judge or any(self._headings.known(lesson.section) is None for lesson in lessons):
            ranked = [_ranked(self._learner.scores(self._learner.vector(f))) for _, f in known]
        like: dict[str, list[str]] = {}
        for (lesson, _), found in zip(known, ranked, strict=True):
            if found and self._headings.known(lesson.section) is None:
                like.setdefault(lesson.section, []).append(found[0][1])
        section = self._headings.follow(
            [lesson.section for lesson in lessons],
            renamed=issue.renamed,
            like={heading: tuple(found) for heading, found in like.items()},
        )
        # What was learned itself, and nobody moved, says little of how right that was; what a rule
        # placed, and nobody moved, does. Without it an editor who moves items into sections of
        # his own alone would seem to be understood in all.
        judged = [
            (_lead(found), found[0][1] == section[lesson.section], lesson.weight > UNTOUCHED)
            for (lesson, _), found in zip(known, ranked, strict=True)
            if found and (lesson.weight > UNTOUCHED or lesson.ruled)
        ]
        self._judged = [*self._judged, judged][-_MOST_JUDGED:]
        self._confidence = None
        taught: list[tuple[Features, str, float]] = [
            (features, section[lesson.section], lesson.weight) for lesson, features in known
        ]
        self._learner.learn(taught)

    def to_bytes(self) -> bytes:
        """All of it, for a cache; the same past gives the same bytes on one kind of machine."""
        facts = {
            "learner": self._learner.facts(),
            "headings": self._headings.to_json(),
            "judged": self._judged,
        }
        text = json.dumps(facts, separators=(",", ":")).encode()
        past, weights = self._learner.parts_to_keep()
        body = b"".join([_LENGTHS.pack(len(text), len(past)), text, past, weights])
        return b"".join([_FORMAT, _LENGTH.pack(zlib.crc32(body)), body])

    @classmethod
    def from_bytes(cls, content: bytes) -> Learned:
        """What :meth:`to_bytes` gave, of this version. Raises ValueError for anything else."""
        head = len(_FORMAT) + _LENGTH.size
        body = memoryview(content)[head:]
        if content[:head] != _FORMAT + _LENGTH.pack(zlib.crc32(body)):
            raise ValueError("not what was learned, or by another version")
        learned = cls()
        try:
            length, of_past = _LENGTHS.unpack_from(body)
            past = _LENGTHS.size + length
            weights = past + of_past
            facts = json.loads(bytes(body[_LENGTHS.size : past]))
            learned._learner = Learner.of(facts["learner"], body[past:weights], body[weights:])
            learned._headings = Headings.from_json(facts["headings"])
            learned._judged = [
                [(float(lead), bool(right), bool(by_hand)) for lead, right, by_hand in issue]
                for issue in facts["judged"]
            ]
        except (KeyError, IndexError, TypeError, AttributeError, struct.error) as error:
            raise ValueError("not what was learned") from error
        return learned


def _once_each(lessons: Sequence[Lesson]) -> list[Lesson]:
    """Each item once, in an order that is nobody's: by key; of repetitions the weightiest."""
    ordered = sorted(lessons, key=lambda one: (one.key, -one.weight, one.section, repr(one.what)))
    first: dict[str, Lesson] = {}
    for lesson in ordered:
        first.setdefault(lesson.key, lesson)
    return list(first.values())


def _ranked(scores: Mapping[str, float]) -> list[tuple[float, str]]:
    """(Score, section), best first."""
    return sorted(((score, name) for name, score in scores.items()), key=lambda s: (-s[0], s[1]))


def _lead(ranked: Sequence[tuple[float, str]]) -> float:
    second = ranked[1][0] if len(ranked) > 1 else 0.0
    return ranked[0][0] - second
