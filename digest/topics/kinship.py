"""How near two articles are in what they report, and what keeps them apart."""

from __future__ import annotations

import math
from dataclasses import dataclass

from digest.topics.gist import FEW, Gist, is_cased, is_telling

# Articles on one event follow within days; the same words later are another event.
MOST_DAYS = 3
# Each day between them takes a quarter of their likeness.
_FADES_A_DAY = 0.25
# Words in neither headline say half, and so does all when a headline shares nothing with the
# other, or one thing alone is shared.
_BESIDES, _ASIDE, _ALONE = 0.5, 0.5, 0.5
# Among :data:`FEW` articles the commonest words seem rare: headlines must have two telling ones
# alike.
_UNTOLD = 0.5
# See least_evidence().
_CHANCE, _LEAST_EVIDENCE, _LEAST_THING = 5.0, 2.0, 0.3
# Headlines with half of their words in common are made alike: then the others tell them apart.
# One outlet's repeat their form sooner.
_ALIKE, _ALIKE_AT_HOME = 1 / 2, 1 / 3
# A standing title ("Letters to the editor") has fewer words that mean something.
_LEAST_TELLING = 3


@dataclass(frozen=True, slots=True)
class Kinship:
    """How near two articles are, from 0 to 1, less with each day between them; and how much
    they share, in the weights of :mod:`digest.topics.gist`, however long they are."""

    likeness: float
    evidence: float


def kinship(one: Gist, other: Gist, *, among: int = FEW) -> Kinship:
    """The cosine of what two articles say, and what they share; ``among`` so many of their
    language."""
    if len(one.weights) > len(other.weights):
        one, other = other, one
    found = evidence = 0.0
    things = alike = 0
    in_one = in_other = False
    shared = _shared_things(one, other)
    for term in shared:
        in_title = term in one.title
        in_their_title = term in other.title
        in_one |= in_title
        in_other |= in_their_title
        alike += in_title and in_their_title and is_telling(term)
        product = one.weights[term] * other.weights[term]
        found += product if in_title or in_their_title else product * _BESIDES
        # A Korean word comes with its first two syllables: together they are one thing.
        if is_cased(term) or not any(each != term and each.startswith(term) for each in shared):
            worth = min(one.evidence.get(term, 0.0), other.evidence.get(term, 0.0))
            evidence += worth
            things += worth >= _LEAST_THING
    if not (in_one and in_other):
        # One outlet's summaries may all be one.
        found *= 0.0 if one.outlets & other.outlets else _ASIDE
    elif alike < 2 and among < FEW:
        found *= _UNTOLD
    if things < 2:  # one name alone says who, not what happened
        found *= _ALONE
        evidence = 0.0
    days = max((other.first - one.last).days, (one.first - other.last).days, 0)
    return Kinship(
        likeness=found * max(1 - _FADES_A_DAY * days, 0.0) / (one.norm * other.norm),
        evidence=evidence,
    )


def _shared_things(one: Gist, other: Gist) -> list[str]:
    """The terms that they share; the parts of a name are one thing, the dearest of them."""
    shared = [term for term in one.weights if term in other.weights]
    less: set[str] = set()
    for left, right in sorted(one.joined & other.joined):
        if left != right and all(
            term in gist.weights for term in (left, right) for gist in (one, other)
        ):
            less.add(right if one.weights[left] >= one.weights[right] else left)
    return [term for term in shared if term not in less] if less else shared


def least_evidence(count: int) -> float:
    """How much two of ``count`` articles must share, so that it is hardly chance.

    There are about half as many pairs as the square of ``count``, and a word's weight is the
    logarithm of how rare it is: one rare word is enough among ten articles, and not among a
    thousand.
    """
    return max(2 * math.log(count + 1) - _CHANCE, _LEAST_EVIDENCE)


def conflict(one: Gist, other: Gist) -> bool:
    """Whether they cannot be one event, however alike their words are."""
    if one.scores and other.scores and not one.scores & other.scores:
        return True
    if any(_follows(number, other.serials.get(word)) for word, number in one.serials.items()):
        return True
    shared = one.title & other.title
    if not shared:
        return False
    ours, theirs = one.title - other.title, other.title - one.title
    common = len(shared) / min(len(one.title), len(other.title))
    if one.outlets & other.outlets and common >= _ALIKE_AT_HOME:
        return len(shared) > 1 or not ours or not theirs
    if not ours and not theirs:
        return _telling(shared) < _LEAST_TELLING
    return (
        common >= _ALIKE
        and len(shared) > 1
        and [term for term in one.order if term in shared]
        == [term for term in other.order if term in shared]
        and _differs(ours - other.body, one)
        and _differs(theirs - one.body, other)
    )


def days_of(*gists: Gist) -> int:
    """How many days lie between the first and the last of them."""
    return (max(gist.last for gist in gists) - min(gist.first for gist in gists)).days


def shared_terms(one: Gist, other: Gist, most: int) -> list[str]:
    """The terms that speak most for their being one, the strongest first."""
    shared = [term for term in one.weights.keys() & other.weights.keys() if is_telling(term)]
    return sorted(shared, key=lambda term: (-one.weights[term] * other.weights[term], term))[:most]


def _follows(number: str, other: str | None) -> bool:
    """Whether two numbers after one word are neighbours in a series, or two versions."""
    if other is None or number == other:
        return False
    return "." in number + other or abs(int(number) - int(other)) == 1


def _differs(terms: frozenset[str], gist: Gist) -> bool:
    """Whether there is a name or a figure among them; without capitals any word may be a name."""
    return any(term[0] == "#" or term in gist.names or not is_cased(term) for term in terms)


def _telling(terms: frozenset[str]) -> int:
    return sum(map(is_telling, terms))
