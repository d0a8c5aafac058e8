"""What an input says of a fact, and why it was believed or not: for ``digest articles --explain``.

Readers fill a :class:`Candidates` while they decide. It costs nothing unless someone asked:
``if candidates:`` is false then, and nothing is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Fact = Literal[
    "title",
    "summary",
    "url",
    "published",
    "updated",
    "source",
    "origin",
    "authors",
    "language",
    "image",
    "text",
]
"""The fields of Facts that have candidates, in the order in which they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One reading of one fact.

    ``value`` is what the input says, as found and cut at 300 characters; ``basis`` the evidence
    (``jsonld``, ``meta:og:title``, ``h1``, ``dateline``, …); ``verdict`` why it won or lost, in
    a few words that follow a colon.
    """

    fact: Fact
    value: str
    basis: str
    won: bool
    verdict: str

    def to_json(self) -> dict[str, str | bool]:
        return {
            "fact": self.fact,
            "value": self.value,
            "basis": self.basis,
            "won": self.won,
            "verdict": self.verdict,
        }


class Candidates:
    """Collects candidates in the order in which a reader weighed them, if ``wanted``."""

    __slots__ = ("_found", "_wanted")

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted
        self._found: dict[tuple[Fact, str, str], Candidate] = {}

    def __bool__(self) -> bool:
        """True when they are wanted: what costs something to find is looked for only then."""
        return self._wanted

    def won(self, fact: Fact, value: str, basis: str, why: str = "the first in order") -> None:
        """``value`` became the fact; overrides an earlier word on the same value and basis."""
        self._keep(fact, value, basis, won=True, verdict=why)

    def lost(self, fact: Fact, value: str, basis: str, why: str) -> None:
        """``value`` did not; the first word on a value and its basis counts."""
        if self._wanted and (fact, value[:300], basis) not in self._found:
            self._keep(fact, value, basis, won=False, verdict=why)

    def all(self) -> tuple[Candidate, ...]:
        """What was collected, for Facts.candidates; empty when nobody asked."""
        return tuple(self._found.values())

    def _keep(self, fact: Fact, value: str, basis: str, *, won: bool, verdict: str) -> None:
        if self._wanted:
            value = value[:300]
            self._found[fact, value, basis] = Candidate(
                fact=fact, value=value, basis=basis, won=won, verdict=verdict
            )
