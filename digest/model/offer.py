"""What an input offers for its facts, in order of trust -> which became a fact, and why the rest
did not: for ``digest articles --explain``, after the reader has decided.

For readers that take the first of several: they would have to be asked twice, and slower, if each
kept what it passes over. Here what they pass over is listed once more, only when someone asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from digest.model.article import Image, Link, When
from digest.model.candidate import Candidates, Fact
from digest.model.facts import Facts

SAME = "says the same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One reading of one fact. ``refused`` is why it could not have been believed, "" where it
    could: then ``because`` is why it won and ``otherwise`` why it lost."""

    fact: Fact
    value: str
    basis: str
    refused: str = ""
    because: str = "the first in order"
    otherwise: str = "another comes before it"


def shown(facts: Facts, fact: Fact) -> str:
    """A fact in words as candidates show it: a date as it was written, a source by its name, a
    picture by its address; "" where there is none."""
    value = getattr(facts, fact)
    if isinstance(value, When):
        return value.raw
    if isinstance(value, Link):
        return value.name
    if isinstance(value, Image):
        return value.url
    return ", ".join(value) if isinstance(value, tuple) else value or ""


def settle(weighed: Candidates, facts: Facts, offers: Iterable[Offer]) -> None:
    """Fills ``weighed`` with the offers: of those equal to the fact the first one won, unless
    ``weighed`` knows the winner already; every other lost."""
    won = {entry.fact for entry in weighed.all() if entry.won}
    for offer in offers:
        if not offer.value:
            continue
        if offer.refused:
            weighed.lost(offer.fact, offer.value, offer.basis, offer.refused)
            continue
        stated = shown(facts, offer.fact)
        equal = offer.value == stated
        if equal and offer.fact not in won:
            won.add(offer.fact)
            weighed.won(offer.fact, offer.value, offer.basis, offer.because)
        else:
            weighed.lost(offer.fact, offer.value, offer.basis, SAME if equal else offer.otherwise)
