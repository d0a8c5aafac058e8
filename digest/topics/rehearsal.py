"""The past items that the learner goes over again with each new issue, as numbers of features.

Which ones is settled by how many issues there were: younger ones more often, spread evenly.
"""

from __future__ import annotations

import math
import struct
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from digest.topics.features import BLOCK_WEIGHT, Block

HALF_LIFE = 50
"""An item of so many issues ago is gone over half as often, and counts half."""
_MOST_ISSUES = 200
# Fractions of these are spread evenly, and each alike however many there are.
_GOLDEN, _SECOND, _THIRD = 0.6180339887498949, 0.7548776662466927, 0.5698402909980532
_BLOCKS: Sequence[Block] = tuple(BLOCK_WEIGHT)
_SIZES = struct.Struct("<6Q")


@dataclass(slots=True)
class Item:
    """An item of the past: the numbers of its features by block, and its label.

    ``weight`` is that of its lesson. ``shares`` is by label what the item put into the weights:
    into its own label's so much, out of the others' so much, never below 0.
    """

    numbers: dict[Block, list[int]]
    label: int
    weight: float
    shares: dict[int, float] = field(default_factory=dict)


def faded(age: int) -> float:
    """What an item of so many issues ago counts beside one of the next issue."""
    return 2 ** (-age / HALF_LIFE)


class Rehearsal:
    """The items of the last issues, oldest first."""

    def __init__(self) -> None:
        self._issues: list[list[Item]] = []
        self._packed = b""  # what was read and is not unpacked yet

    def sample(self, most: int, number: int) -> list[tuple[Item, int]]:
        """At most so many items, each once, with their ages in issues (1 and more).

        ``number`` is how many issues came before.
        """
        self._unpack()
        if not self._issues:
            return []
        share = 1 - 2 ** (-len(self._issues) / HALF_LIFE)
        found: dict[tuple[int, int], tuple[Item, int]] = {}
        for at in range(most):
            part = (at + number * _GOLDEN % 1) / most
            age = min(int(-math.log2(1 - part * share) * HALF_LIFE) + 1, len(self._issues))
            issue = self._issues[-age]
            if issue:
                place = int((number * _SECOND + at * _THIRD) % 1 * len(issue))
                found.setdefault((age, place), (issue[place], age))
        return list(found.values())

    def add(self, issue: list[Item]) -> list[Item]:
        """One issue more. Gives the items that are kept no longer."""
        self._unpack()
        self._issues.append(issue)
        return self._issues.pop(0) if len(self._issues) > _MOST_ISSUES else []

    def relabel(self, new: Callable[[int], int | None]) -> None:
        """Labels get new numbers; items whose label has none are forgotten."""
        self._unpack()
        for issue in self._issues:
            kept = []
            for item in issue:
                label = new(item.label)
                if label is not None:
                    item.label = label
                    shares = {new(one): share for one, share in item.shares.items()}
                    item.shares = {one: share for one, share in shares.items() if one is not None}
                    kept.append(item)
            issue[:] = kept

    def to_bytes(self) -> bytes:
        """All of it, every digit kept."""
        if self._packed:
            return self._packed
        sizes, numbers, labels = array("I"), array("I"), array("H")
        lengths, floats = array("H"), array("d")
        for issue in self._issues:
            sizes.append(len(issue))
            for item in issue:
                for block in _BLOCKS:
                    of_block = item.numbers.get(block, ())
                    lengths.append(len(of_block))
                    numbers.extend(of_block)
                lengths.append(len(item.shares))
                labels.append(item.label)
                labels.extend(item.shares)
                floats.append(item.weight)
                floats.extend(item.shares.values())
        head = _SIZES.pack(
            sum(sizes), len(sizes), len(numbers), len(labels), len(lengths), len(floats)
        )
        parts = (part.tobytes() for part in (sizes, numbers, labels, lengths, floats))
        return b"".join([head, *parts])

    @classmethod
    def from_bytes(cls, content: memoryview) -> Rehearsal:
        """What :meth:`to_bytes` gave. Raises ValueError for anything of another length."""
        rehearsal = cls()
        try:
            _, sizes, numbers, labels, lengths, floats = _SIZES.unpack_from(content)
        except struct.error as error:
            raise ValueError("no past items") from error
        length = sizes * 4 + numbers * 4 + labels * 2 + lengths * 2 + floats * 8
        if len(content) != _SIZES.size + length:
            raise ValueError("past items that end early")
        rehearsal._packed = bytes(content)
        return rehearsal

    def _unpack(self) -> None:
        """Only what is to be learned from is unpacked: placing has no need of it."""
        if not self._packed:
            return
        counts = _SIZES.unpack_from(self._packed)[1:]
        sizes, all_numbers, all_labels, all_lengths = (array(kind) for kind in "IIHH")
        all_floats = array("d")
        at = _SIZES.size
        parts: list[array[int] | array[float]]
        parts = [sizes, all_numbers, all_labels, all_lengths, all_floats]
        for part, count in zip(parts, counts, strict=True):
            end = at + count * part.itemsize
            part.frombytes(self._packed[at:end])
            at = end
        numbers, labels, lengths = iter(all_numbers), iter(all_labels), iter(all_lengths)
        floats = iter(all_floats)
        for size in sizes:
            issue = []
            for _ in range(size):
                blocks = {block: list(islice(numbers, next(lengths))) for block in _BLOCKS}
                shares = next(lengths)
                item = Item(
                    numbers={block: found for block, found in blocks.items() if found},
                    label=next(labels),
                    weight=next(floats),
                )
                item.shares = dict(zip(islice(labels, shares), islice(floats, shares), strict=True))
                issue.append(item)
            self._issues.append(issue)
        self._packed = b""
