"""A linear learner of our own: averaged passive-aggressive (PA-I), many classes, issue by issue.

As good as a linear SVM on the same features, without its 280 MB. A mistake moves the weights of
the right label and of its strongest rival, no more than ``_STEP``. What is used are averages of
the weights over time, in which recent issues count more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from digest.topics.features import BLOCK_WEIGHT, RARITY, Features

_STEP = 0.1
_ROUNDS = 3
HALF_LIFE = 25
"""After so many issues a lesson counts half in the averages."""
# The scale of time grows with every issue; it is brought down before floats end at 2**1023.
_TOO_LARGE = 2.0**500

Vector = list[tuple[str, float]]
_Cells = list[tuple[dict[str, float], dict[str, float], float]]
_Row = tuple[_Cells, float]


class Learner:
    """Weights by feature and label; the same lessons in the same order give the same bits."""

    def __init__(self) -> None:
        self._now: dict[str, dict[str, float]] = {}
        self._then: dict[str, dict[str, float]] = {}  # the same, times the moment of each step
        self._passed = 0.0
        self._tick = 1.0
        self._seen = 0
        self._in: dict[str, int] = {}  # how many items had a feature, for its rarity

    def learn(self, lessons: Sequence[tuple[Features, str, float]]) -> None:
        """One issue more: (features, label, weight of the lesson), in an order of the caller's."""
        for features, _, _ in lessons:
            self._seen += 1
            for name, found in features.items():
                if RARITY[name]:
                    for feature in found:
                        self._in[feature] = self._in.get(feature, 0) + 1
        rows = [(self._row(self.vector(features)), label, w) for features, label, w in lessons]
        for _ in range(_ROUNDS):
            for row, label, weight in rows:
                self._step(row, label, weight * _STEP)
        self._forget_empty(lessons)
        self._tick *= 2 ** (1 / HALF_LIFE)
        if self._tick > _TOO_LARGE:
            self._rescale()

    def vector(self, features: Features) -> Vector:
        """Features with their values: each block of one length, times its weight."""
        vector: Vector = []
        for name, found in features.items():
            if power := RARITY[name]:
                values = [
                    math.log((self._seen + 1) / (self._in.get(feature, 0) + 0.5)) ** power
                    for feature in found
                ]
                length = math.sqrt(sum(value * value for value in values)) or 1.0
            else:
                values = [1.0] * len(found)
                length = math.sqrt(len(found))
            scale = BLOCK_WEIGHT[name] / length
            vector += [(f, value * scale) for f, value in zip(found, values, strict=True)]
        return vector

    def scores(self, vector: Vector) -> dict[str, float]:
        """By label, what the averaged weights say; labels that share no feature are absent."""
        scores: dict[str, float] = {}
        passed = self._passed or 1.0
        for feature, value in vector:
            weights = self._now.get(feature)
            if weights:
                then = self._then[feature]
                for label, weight in weights.items():
                    scores[label] = scores.get(label, 0.0) + value * (weight - then[label] / passed)
        return scores

    def parts(self, vector: Vector, label: str) -> list[tuple[float, str]]:
        """What each feature adds to a label's score: (amount, feature), largest first."""
        passed = self._passed or 1.0
        found = [
            (value * (self._now[f][label] - self._then[f][label] / passed), f)
            for f, value in vector
            if label in self._now.get(f, {})
        ]
        return sorted(found, key=lambda part: (-part[0], part[1]))

    def _row(self, vector: Vector) -> _Row:
        """A vector with the weights of its features at hand, for the rounds."""
        cells = [
            (self._now.setdefault(feature, {}), self._then.setdefault(feature, {}), value)
            for feature, value in vector
        ]
        return cells, sum(value * value for _, value in vector)

    def _step(self, row: _Row, label: str, most: float) -> None:
        cells, square = row
        scores = {label: 0.0}
        for weights, _, value in cells:
            for name, weight in weights.items():
                scores[name] = scores.get(name, 0.0) + value * weight
        own = scores.pop(label)
        rival = max(scores, key=lambda name: (scores[name], name), default=None)
        loss = 1 - own + (scores[rival] if rival is not None else 0.0)
        if loss > 0 and square > 0:
            step = min(most, loss / (2 * square))
            _move(cells, label, step, self._passed)
            if rival is not None:
                _move(cells, rival, -step, self._passed)
        self._passed += self._tick

    def _forget_empty(self, lessons: Sequence[tuple[Features, str, float]]) -> None:
        """Features that no step moved leave no trace."""
        for features, _, _ in lessons:
            for found in features.values():
                for feature in found:
                    if not self._now.get(feature, True):
                        del self._now[feature], self._then[feature]

    def _rescale(self) -> None:
        # A power of two: no digit is lost.
        self._passed /= _TOO_LARGE
        self._tick /= _TOO_LARGE
        for then in self._then.values():
            for label in then:
                then[label] /= _TOO_LARGE

    def to_json(self) -> dict[str, Any]:
        """All of it as plain objects; floats keep every digit in JSON."""
        return {
            "now": self._now,
            "then": self._then,
            "passed": self._passed,
            "tick": self._tick,
            "seen": self._seen,
            "in": self._in,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Learner:
        """What :meth:`to_json` gave. Raises KeyError, TypeError or ValueError for anything else."""
        learner = cls()
        learner._now = {f: dict(by) for f, by in content["now"].items()}
        learner._then = {f: dict(by) for f, by in content["then"].items()}
        learner._passed = float(content["passed"])
        learner._tick = float(content["tick"])
        learner._seen = int(content["seen"])
        learner._in = dict(content["in"])
        return learner


def _move(cells: _Cells, label: str, step: float, moment: float) -> None:
    for now, then, value in cells:
        part = step * value
        now[label] = now.get(label, 0.0) + part
        then[label] = then.get(label, 0.0) + part * moment
