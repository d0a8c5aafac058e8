"""A linear learner of our own: a support vector machine for many classes, issue by issue.

As good as a batch one on the same features, without its 280 MB. Each label has weights of its
own, learned against all others in the dual: an item puts a share into its own label's weights
and takes shares out of its rivals', and each share is set anew whenever the item is gone over.
With each new issue some items of the past are gone over again, so that nothing has to be
learned from the beginning.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from digest.topics.features import BLOCK_WEIGHT, RARITY, Block, Features
from digest.topics.rehearsal import Item, Rehearsal, faded
from digest.topics.weights import Row, Weights

# What an error costs beside large weights.
_COST = 0.5
_ROUNDS = 2
_MOST_AGAIN = 40
# An item is told from so many rivals; smaller changes of a share are not worth a step. The first
# issues are looked at more finely: there is little else to learn from yet.
_MOST_RIVALS, _FIRST_RIVALS = 3, 5
_LEAST_STEP, _FIRST_LEAST_STEP = 0.1, 0.05
_FIRST_ISSUES = 20
# The value of a feature that every item has: how present a label is by itself.
_ALWAYS = 0.5
# A past item counts half as much once an item of the new issue that is so much like it (the
# cosine between them) stands elsewhere: the editor's last word counts.
_SAME, _LESS = 0.8, 0.5
# A heading of its own over every item would make each step slower than the last.
_MOST_LABELS = 1000
# So many items are learned together: an ordinary issue. More would take time by their square.
_AT_ONCE = 64

Vector = list[tuple[str, int, float]]
"""Features, their numbers among the weights, and their values in an article."""
_Cells = list[tuple[Row, float]]


class Learner:
    """Weights by feature and label; the same lessons in the same order give the same bits."""

    def __init__(self) -> None:
        self._weights = Weights()
        self._labels: dict[str, int] = {}  # in the order in which they were last met
        self._presence: list[float] = []  # by label, the weight of what every item has
        self._seen = 0
        self._issues = 0
        self._rehearsal = Rehearsal()
        self._logarithms: list[float] = []
        self._read: dict[int, list[tuple[int, float]]] = {}

    def learn(self, lessons: Sequence[tuple[Features, str, float]]) -> None:
        """One issue more: (features, label, weight of the lesson), in an order of the caller's."""
        self._read.clear()
        self._meet([label for _, label, _ in lessons])
        items = []
        for features, name, weight in lessons:
            label = self._labels.get(name)
            if label is None:
                continue
            self._seen += 1
            numbers = {
                block: [self._weights.meet(feature) for feature in found]
                for block, found in features.items()
            }
            items.append(Item(numbers, label, weight))
        again = self._rehearsal.sample(_MOST_AGAIN, self._issues)
        for at in range(0, len(items), _AT_ONCE):
            self._teach([(item, 0) for item in items[at : at + _AT_ONCE]] + again)
            again = []
        for item in self._rehearsal.add(items):
            self._forget(item)
        self._issues += 1

    def vector(self, features: Features) -> Vector:
        """Features with their values: each block of one length, times its weight."""
        vector: Vector = []
        for block, found in features.items():
            numbers = [self._weights.number(feature) for feature in found]
            vector += zip(found, numbers, self._values(block, numbers), strict=True)
        return vector

    def scores(self, vector: Vector) -> dict[str, float]:
        """By label, what the weights say; labels that share no feature are absent."""
        scores: dict[int, float] = {}
        for _, number, value in vector:
            for label, weight in self._row(number):
                scores[label] = scores.get(label, 0.0) + value * weight
        return {
            name: scores[label] + self._presence[label] * _ALWAYS
            for name, label in self._labels.items()
            if label in scores
        }

    def parts(self, vector: Vector, label: str) -> list[tuple[float, str]]:
        """What each feature adds to a label's score: (amount, feature), largest first."""
        number = self._labels[label]
        found = [
            (value * weight, feature)
            for feature, at, value in vector
            for one, weight in self._row(at)
            if one == number
        ]
        return sorted(found, key=lambda part: (-part[0], part[1]))

    def _meet(self, labels: Sequence[str]) -> None:
        """Gives numbers to new labels; of too many, those not met for long are forgotten."""
        for label in dict.fromkeys(labels):
            number = self._labels.pop(label, len(self._labels))
            self._labels[label] = number
        self._presence += [0.0] * (len(self._labels) - len(self._presence))
        if len(self._labels) <= _MOST_LABELS:
            return
        kept = list(self._labels.items())[-_MOST_LABELS // 2 :]
        new = {number: at for at, (_, number) in enumerate(kept)}
        for row in self._weights.rows_to_change():
            cells = {new[label]: weight for label, weight in row.items() if label in new}
            row.clear()
            row.update(cells)
        self._presence = [self._presence[number] for number in new]
        self._labels = {label: at for at, (label, _) in enumerate(kept)}
        self._rehearsal.relabel(new.get)

    def _values(self, block: Block, numbers: Sequence[int]) -> list[float]:
        """What a block's features count in an item: the rarer the more, of one length in all."""
        power = RARITY[block]
        if not power:
            return [BLOCK_WEIGHT[block] / math.sqrt(len(numbers))] * len(numbers)
        logarithms = self._logarithms
        while len(logarithms) <= self._seen:
            logarithms.append(math.log(len(logarithms) + 0.5))
        all_ = math.log(self._seen + 1)
        values = [all_ - logarithms[count] for count in self._weights.counts(numbers)]
        if power != 1:
            values = [value**power for value in values]
        scale = BLOCK_WEIGHT[block] / (math.sqrt(sum([v * v for v in values])) or 1.0)
        return [value * scale for value in values]

    def _row(self, number: int) -> list[tuple[int, float]]:
        """(Label, weight) of a feature."""
        found = self._read.get(number)
        if found is None:
            found = self._read[number] = list(self._weights.cells(number))
        return found

    def _cells(self, item: Item) -> _Cells:
        """The weights of an item's features, at hand, and the features' values."""
        cells: _Cells = []
        for block, numbers in item.numbers.items():
            values = self._values(block, numbers)
            cells += zip(self._weights.rows_to_change(numbers), values, strict=True)
        return cells

    def _teach(self, items: Sequence[tuple[Item, int]]) -> None:
        """Goes over items, each so many issues old, in several rounds.

        What a step does to the score of another item is its length times their likeness: so the
        weights are asked once and changed once, whatever the number of rounds.
        """
        vectors = [self._cells(item) for item, _ in items]
        alike = _likeness(vectors)
        _weigh_less(items, alike)
        # By label, the scores of all items.
        scores = list(map(list, zip(*map(self._scores_now, vectors), strict=True)))
        soft = [1 / (2 * _COST * item.weight * faded(age)) for item, age in items]
        steps: list[dict[int, float]] = [{} for _ in items]
        is_first = self._issues < _FIRST_ISSUES
        rivals = _FIRST_RIVALS if is_first else _MOST_RIVALS
        least = _FIRST_LEAST_STEP if is_first else _LEAST_STEP
        for _ in range(_ROUNDS):
            for at, (item, _) in enumerate(items):
                mine = [of_label[at] for of_label in scores]
                divisor = alike[at][at] + soft[at]
                for label in _to_look_at(mine, item, rivals):
                    sign = 1 if label == item.label else -1
                    share = item.shares.get(label, 0.0)
                    excess = sign * mine[label] - 1 + share * soft[at]
                    new = max(share - excess / divisor, 0.0)
                    if abs(new - share) < least:
                        continue
                    if new:
                        item.shares[label] = new
                    else:
                        del item.shares[label]
                    step = (new - share) * sign
                    scores[label] = [
                        score + step * product
                        for score, product in zip(scores[label], alike[at], strict=True)
                    ]
                    steps[at][label] = steps[at].get(label, 0.0) + step
        for cells, of_item in zip(vectors, steps, strict=True):
            self._change(cells, of_item)

    def _change(self, cells: _Cells, steps: Mapping[int, float]) -> None:
        for label, step in steps.items():
            self._presence[label] += step * _ALWAYS
            for row, value in cells:
                row[label] = row.get(label, 0.0) + value * step

    def _forget(self, item: Item) -> None:
        """Takes out of the weights what an item put there."""
        signed = {
            label: -share if label == item.label else share for label, share in item.shares.items()
        }
        self._change(self._cells(item), signed)

    def _scores_now(self, cells: _Cells) -> list[float]:
        """By label, what the weights say."""
        scores = [weight * _ALWAYS for weight in self._presence]
        for row, value in cells:
            if row:
                for label, weight in row.items():
                    scores[label] += value * weight
        return scores

    def facts(self) -> dict[str, Any]:
        """All but the weights and past items as plain objects; floats keep every digit in JSON."""
        return {
            "labels": list(self._labels.items()),
            "presence": self._presence,
            "seen": self._seen,
            "issues": self._issues,
        }

    def parts_to_keep(self) -> tuple[bytes, bytes]:
        """The past items and the weights, packed."""
        return self._rehearsal.to_bytes(), self._weights.to_bytes()

    @classmethod
    def of(cls, facts: Mapping[str, Any], past: memoryview, weights: memoryview) -> Learner:
        """From :meth:`facts` and :meth:`parts_to_keep`.

        Raises KeyError, TypeError or ValueError for anything else.
        """
        learner = cls()
        learner._weights = Weights.from_bytes(weights)
        learner._rehearsal = Rehearsal.from_bytes(past)
        learner._labels = {str(name): int(number) for name, number in facts["labels"]}
        learner._presence = [float(weight) for weight in facts["presence"]]
        learner._seen = int(facts["seen"])
        learner._issues = int(facts["issues"])
        return learner


def _to_look_at(scores: Sequence[float], item: Item, rivals: int) -> list[int]:
    """An item's own label, and the rivals that it has shares in or that come nearest."""
    if len(scores) <= rivals + 1:
        return list(range(len(scores)))
    own, shares = item.label, item.shares
    chosen = [own, *(label for label in shares if label != own)]
    left = rivals + 1 - len(chosen)
    if left > 0:
        near = [
            (-score, label)
            for label, score in enumerate(scores)
            if score > -1 and label != own and label not in shares
        ]
        near.sort()
        chosen += [label for _, label in near[:left]]
    return chosen


def _weigh_less(items: Sequence[tuple[Item, int]], alike: Sequence[Sequence[float]]) -> None:
    """Past items that the new issue contradicts count less from here on."""
    new = [(at, item.label) for at, (item, age) in enumerate(items) if not age]
    for at, (item, age) in enumerate(items):
        if age:
            mine, least = alike[at], _SAME * _SAME * alike[at][at]
            if any(
                label != item.label and mine[other] ** 2 > least * alike[other][other]
                for other, label in new
            ):
                item.weight *= _LESS


def _likeness(vectors: Sequence[_Cells]) -> list[list[float]]:
    """The products of all items with one another."""
    having: dict[int, list[tuple[int, float]]] = {}
    products = []
    for at, cells in enumerate(vectors):
        mine = [_ALWAYS * _ALWAYS] * len(vectors)
        for row, value in cells:
            mine[at] += value * value
            # The same feature, the same row.
            feature = id(row)
            if feature in having:
                others = having[feature]
                for other, its_value in others:
                    mine[other] += value * its_value
                others.append((at, value))
            else:
                having[feature] = [(at, value)]
        products.append(mine)
    for at, mine in enumerate(products):
        for other in range(at):
            products[other][at] = mine[other]
    return products
