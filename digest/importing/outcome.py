"""What became of each earlier newsletter, for people and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from digest.importing.pieces import Left
from digest.model import When, Window

Fate = Literal["imported", "already-there", "not-imported"]

UNPLACED = frozenset({"text", "address", "redirect", "plain"})
"""What in a document is not as clean as it could be; the rest was left out on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one issue, or of a file that holds none.

    ``sections`` are (heading, number of items); ``reason`` and ``fix`` say why it was not
    imported, or where it is already.
    """

    input: str
    fate: Fate
    slug: str = ""
    published: When | None = None
    window: Window | None = None
    sections: tuple[tuple[str, int], ...] = ()
    left: tuple[Left, ...] = ()
    reason: str = ""
    fix: str = ""

    @property
    def items(self) -> int:
        return sum(count for _, count in self.sections)

    @property
    def unplaced(self) -> bool:
        """Whether links stand in it that will not count as sent."""
        return any(entry.what in UNPLACED for entry in self.left)

    def to_json(self) -> dict[str, Any]:
        return {
            "input": self.input,
            "fate": self.fate,
            "slug": self.slug or None,
            "date": self.published.isoformat() if self.published else None,
            "date_basis": self.published.basis if self.published else None,
            "window": self.window.to_json() if self.window else None,
            "items": self.items,
            "sections": [{"heading": heading, "items": count} for heading, count in self.sections],
            "left": [entry.to_json() for entry in self.left],
            "reason": self.reason,
            "fix": self.fix,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What an import did; ``notes`` are about all of it."""

    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()

    def count(self, fate: Fate) -> int:
        return sum(outcome.fate == fate for outcome in self.outcomes)

    def to_json(self) -> dict[str, Any]:
        return {
            "imported": self.count("imported"),
            "already_there": self.count("already-there"),
            "not_imported": self.count("not-imported"),
            "notes": list(self.notes),
            "files": [outcome.to_json() for outcome in self.outcomes],
        }
