"""What the learner knows of each feature: how many items had it, and its weights by label.

Kept as arrays with one list of names, because a past of 200 issues has some 150,000 features:
read back, a row is only unpacked when an article has that feature, and written again are only
the rows that changed.
"""

from __future__ import annotations

import json
import struct
import zlib
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate

Row = dict[int, float]
"""By the number of a label: the weight."""
UNKNOWN = -1

Cells = Iterable[tuple[int, float]]

_SIZES = struct.Struct("<4Q")


class Weights:
    """Features by name; each has a count and a row of cells by the number of a label."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self._counts = array("I")
        self._rows: dict[int, Row] = {}
        self._changed: set[int] = set()
        self._packed = _Packed()

    def number(self, feature: str) -> int:
        """The number of a feature, :data:`UNKNOWN` where no item had it."""
        return self._number.get(feature, UNKNOWN)

    def counts(self, numbers: Sequence[int]) -> list[int]:
        """How many items had each feature."""
        counts = self._counts
        return [counts[number] if number != UNKNOWN else 0 for number in numbers]

    def meet(self, feature: str) -> int:
        """One item more has the feature; its number."""
        number = self._number.setdefault(feature, len(self._counts))
        if number == len(self._counts):
            self._counts.append(0)
        self._counts[number] += 1
        return number

    def cells(self, number: int) -> Cells:
        """(Label, weight) of a feature."""
        row = self._rows.get(number)
        return self._packed.row(number) if row is None else row.items()

    def rows_to_change(self, numbers: Sequence[int] | None = None) -> Sequence[Row]:
        """The cells of each of these features, or of all; the caller may change them."""
        if numbers is None:
            numbers = range(len(self._counts))
        self._changed.update(numbers)
        rows = self._rows
        for number in numbers:
            if number not in rows:
                rows[number] = dict(self._packed.row(number))
        return [rows[number] for number in numbers]

    def to_bytes(self) -> bytes:
        """All of it, every digit kept."""
        self._pack()
        packed = self._packed
        names = json.dumps(list(self._number), separators=(",", ":")).encode()
        parts = [
            zlib.compress(names, 1),
            self._counts.tobytes(),
            packed.lengths.tobytes(),
            packed.labels.tobytes(),
            packed.weights.tobytes(),
        ]
        sizes = _SIZES.pack(len(parts[0]), len(names), len(self._counts), len(packed.labels))
        return b"".join([sizes, *parts])

    @classmethod
    def from_bytes(cls, content: memoryview) -> Weights:
        """What :meth:`to_bytes` gave. Raises ValueError for anything else."""
        weights = cls()
        try:
            packed_names, names, features, cells = _SIZES.unpack_from(content)
            at = _SIZES.size + packed_names
            text = zlib.decompress(content[_SIZES.size : at], bufsize=names)
            weights._number = {name: number for number, name in enumerate(json.loads(text))}
        except (struct.error, zlib.error, TypeError) as error:
            raise ValueError("no weights of the learner") from error
        packed = _Packed()
        for part, length in (
            (weights._counts, features),
            (packed.lengths, features),
            (packed.labels, cells),
            (packed.weights, cells),
        ):
            end = at + length * part.itemsize
            part.frombytes(content[at:end])
            if len(part) != length:
                raise ValueError("weights of the learner that end early")
            at = end
        packed.index()
        if at != len(content) or len(weights._number) != features or packed.starts[-1] != cells:
            raise ValueError("weights of the learner that do not go together")
        weights._packed = packed
        return weights

    def _pack(self) -> None:
        """Changed rows take their new place; stretches between them are copied as they are."""
        old, new = self._packed, _Packed()
        at = 0
        for number in sorted(self._changed):
            new.copy(old, at, min(number, len(old.lengths)))
            new.lengths.extend([0] * (number - len(new.lengths)))
            new.append(self._rows[number])
            at = number + 1
        new.copy(old, at, len(old.lengths))
        new.lengths.extend([0] * (len(self._counts) - len(new.lengths)))
        new.index()
        self._packed, self._changed = new, set()


class _Packed:
    """Rows one after another: how many cells each has, their labels, and their weights."""

    def __init__(self) -> None:
        self.lengths = array("H")
        self.labels = array("H")
        self.weights = array("d")
        self.starts: Sequence[int] = [0]

    def index(self) -> None:
        self.starts = list(accumulate(self.lengths, initial=0))

    def row(self, number: int) -> Cells:
        if not 0 <= number < len(self.lengths):
            return ()
        start, end = self.starts[number], self.starts[number + 1]
        return zip(self.labels[start:end], self.weights[start:end], strict=True)

    def append(self, row: Row) -> None:
        self.lengths.append(len(row))
        self.labels.extend(row)
        self.weights.extend(row.values())

    def copy(self, other: _Packed, first: int, end: int) -> None:
        """Takes over rows from ``first`` on and before ``end``."""
        if first >= end:
            return
        self.lengths.extend(other.lengths[first:end])
        one, two = other.starts[first], other.starts[end]
        self.labels.extend(other.labels[one:two])
        self.weights.extend(other.weights[one:two])
