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
from digest.topics.weights import Row, Weights

_STEP = 0.1
_ROUNDS = 3
# The first issues are gone over more often: there is little else to learn from yet.
_FIRST_ISSUES, _FIRST_ROUNDS = 20, 5
HALF_LIFE = 12
"""After so many issues a lesson counts half in the averages."""
# The scale of time grows with every issue; it is brought down before floats end at 2**1023.
_TOO_LARGE = 2.0**500
# A heading of its own over every item would make each step slower than the last.
_MOST_LABELS = 1000
# So many items are learned together: an ordinary issue. More would take time by their square.
_AT_ONCE = 64

Vector = list[tuple[str, int, float]]
"""Features, their numbers among the weights, and their values in an article."""
_Cells = list[tuple[int, Row, float]]


class Learner:
    """Weights by feature and label; the same lessons in the same order give the same bits."""

    def __init__(self) -> None:
        self._weights = Weights()
        self._labels: dict[str, int] = {}  # in the order in which they were last met
        # How long was learned, on the scale of the averages, and what the next item adds.
        self._passed = 0.0
        self._tick = 1.0
        self._seen = 0
        self._issues = 0
        self._averages: dict[int, list[tuple[int, float]]] = {}

    def learn(self, lessons: Sequence[tuple[Features, str, float]]) -> None:
        """One issue more: (features, label, weight of the lesson), in an order of the caller's."""
        self._averages.clear()
        self._meet([label for _, label, _ in lessons])
        lessons = [lesson for lesson in lessons if lesson[1] in self._labels]
        for features, _, _ in lessons:
            self._seen += 1
            for found in features.values():
                for feature in found:
                    self._weights.meet(feature)
        for at in range(0, len(lessons), _AT_ONCE):
            self._teach(lessons[at : at + _AT_ONCE])
        self._issues += 1
        self._tick *= 2 ** (1 / HALF_LIFE)
        if self._tick > _TOO_LARGE:
            self._rescale()

    def vector(self, features: Features) -> Vector:
        """Features with their values: each block of one length, times its weight."""
        vector: Vector = []
        for name, found in features.items():
            numbers = [self._weights.number(feature) for feature in found]
            if power := RARITY[name]:
                values = [self._rarity(number) ** power for number in numbers]
                length = math.sqrt(sum(value * value for value in values)) or 1.0
            else:
                values = [1.0] * len(found)
                length = math.sqrt(len(found))
            scale = BLOCK_WEIGHT[name] / length
            vector += [
                (feature, number, value * scale)
                for feature, number, value in zip(found, numbers, values, strict=True)
            ]
        return vector

    def scores(self, vector: Vector) -> dict[str, float]:
        """By label, what the averaged weights say; labels that share no feature are absent."""
        scores: dict[int, float] = {}
        for _, number, value in vector:
            for label, weight in self._average(number):
                scores[label] = scores.get(label, 0.0) + value * weight
        return {name: scores[label] for name, label in self._labels.items() if label in scores}

    def parts(self, vector: Vector, label: str) -> list[tuple[float, str]]:
        """What each feature adds to a label's score: (amount, feature), largest first."""
        number = self._labels[label]
        found = [
            (value * weight, feature)
            for feature, at, value in vector
            for one, weight in self._average(at)
            if one == number
        ]
        return sorted(found, key=lambda part: (-part[0], part[1]))

    def _meet(self, labels: Sequence[str]) -> None:
        """Gives numbers to new labels; of too many, those not met for long are forgotten."""
        for label in dict.fromkeys(labels):
            number = self._labels.pop(label, len(self._labels))
            self._labels[label] = number
        if len(self._labels) <= _MOST_LABELS:
            return
        kept = list(self._labels.items())[-_MOST_LABELS // 2 :]
        new = {number: at for at, (_, number) in enumerate(kept)}
        for row in self._weights.rows_to_change():
            for part in row:
                cells = {new[label]: cell for label, cell in part.items() if label in new}
                part.clear()
                part.update(cells)
        self._labels = {label: at for at, (label, _) in enumerate(kept)}

    def _rarity(self, number: int) -> float:
        return math.log((self._seen + 1) / (self._weights.count(number) + 0.5))

    def _average(self, number: int) -> list[tuple[int, float]]:
        """(Label, averaged weight) of a feature."""
        found = self._averages.get(number)
        if found is None:
            passed = self._passed or 1.0
            found = self._averages[number] = [
                (label, now - then / passed) for label, now, then in self._weights.cells(number)
            ]
        return found

    def _teach(self, lessons: Sequence[tuple[Features, str, float]]) -> None:
        """Several rounds of steps.

        What a step does to the score of another item is its length times their likeness: so the
        weights are asked once and changed once, whatever the number of rounds.
        """
        vectors = [self._cells(self.vector(features)) for features, _, _ in lessons]
        scores = [self._scores_now(cells) for cells in vectors]
        alike = _likeness(vectors)
        right = [self._labels[label] for _, label, _ in lessons]
        steps: list[dict[int, list[float]]] = [{} for _ in lessons]
        for _ in range(_ROUNDS if self._issues >= _FIRST_ISSUES else _FIRST_ROUNDS):
            for at, label in enumerate(right):
                mine = scores[at]
                own, mine[label] = mine[label], -math.inf
                best = max(mine)
                rival = mine.index(best)
                mine[label] = own
                loss = 1 - own + (best if rival != label else 0.0)
                square = alike[at][at]
                if loss > 0 and square > 0:
                    step = min(lessons[at][2] * _STEP, loss / (2 * square))
                    self._move(scores, alike[at], steps[at], label, step)
                    if rival != label:
                        self._move(scores, alike[at], steps[at], rival, -step)
                self._passed += self._tick
        for cells, of_item in zip(vectors, steps, strict=True):
            for label, (step, moment) in of_item.items():
                for _, (now, then), value in cells:
                    now[label] = now.get(label, 0.0) + value * step
                    then[label] = then.get(label, 0.0) + value * moment

    def _cells(self, vector: Vector) -> _Cells:
        """A vector with the weights of its features at hand."""
        return [(number, self._weights.row_to_change(number), value) for _, number, value in vector]

    def _scores_now(self, cells: _Cells) -> list[float]:
        """By label, what the weights say that are not averaged."""
        scores = [0.0] * len(self._labels)
        for _, row, value in cells:
            for label, weight in row[0].items():
                scores[label] += value * weight
        return scores

    def _move(
        self,
        scores: Sequence[list[float]],
        alike: Sequence[float],
        steps: dict[int, list[float]],
        label: int,
        step: float,
    ) -> None:
        """One step of an item towards a label, or away from it, as all items feel it."""
        for of_other, product in zip(scores, alike, strict=True):
            if product:
                of_other[label] += step * product
        of_label = steps.setdefault(label, [0.0, 0.0])
        of_label[0] += step
        of_label[1] += step * self._passed

    def _rescale(self) -> None:
        # A power of two: no digit is lost.
        self._passed /= _TOO_LARGE
        self._tick /= _TOO_LARGE
        for _, then in self._weights.rows_to_change():
            for label in then:
                then[label] /= _TOO_LARGE

    def facts(self) -> dict[str, Any]:
        """All but the weights as plain objects; floats keep every digit in JSON."""
        return {
            "labels": list(self._labels.items()),
            "passed": self._passed,
            "tick": self._tick,
            "seen": self._seen,
            "issues": self._issues,
        }

    def weights(self) -> bytes:
        """The weights, packed."""
        return self._weights.to_bytes()

    @classmethod
    def of(cls, facts: Mapping[str, Any], weights: memoryview) -> Learner:
        """From :meth:`facts` and :meth:`weights`.

        Raises KeyError, TypeError or ValueError for anything else.
        """
        learner = cls()
        learner._weights = Weights.from_bytes(weights)
        learner._labels = {str(name): int(number) for name, number in facts["labels"]}
        learner._passed = float(facts["passed"])
        learner._tick = float(facts["tick"])
        learner._seen = int(facts["seen"])
        learner._issues = int(facts["issues"])
        return learner


def _likeness(vectors: Sequence[_Cells]) -> list[list[float]]:
    """The products of all items with one another."""
    having: dict[int, list[tuple[int, float]]] = {}
    for at, cells in enumerate(vectors):
        for number, _, value in cells:
            having.setdefault(number, []).append((at, value))
    products = [[0.0] * len(vectors) for _ in vectors]
    for items in having.values():
        for place, (at, value) in enumerate(items):
            mine = products[at]
            for other, its_value in items[place:]:
                mine[other] += value * its_value
    for at, mine in enumerate(products):
        for other in range(at):
            mine[other] = products[other][at]
    return products
