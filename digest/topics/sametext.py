"""The same text in several places: an agency's report, a page printed elsewhere, a shorter copy."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, count

from digest.model import Article
from digest.topics.folding import fold
from digest.topics.gist import outlet

# Runs of words are compared, of the beginning alone: a copy is cut at its end. Copies begin with
# another place and agency, so not everything must be shared.
_RUN, _MOST_WORDS, _LETTERS = 4, 60, 800
# About fifteen words in a row are shared by chance only where they are a form ("Apply by…").
_LEAST_RUNS = 10
_SHARE, _SHARE_OF_AGENCY, _SHARE_AT_HOME = 0.5, 0.35, 0.8
# A run that stands in more texts belongs to their form.
_MOST_SHARING = 40

_FIGURES = re.compile(r"\d+")
_SEPARATE = re.compile(r"[\W_]+")
# Where no blanks part the words, each letter stands for one.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


class Texts:
    """Reads the texts of one batch, each once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = defaultdict(count().__next__)
        self._known: dict[int, tuple[Article, frozenset[int]]] = {}

    def runs(self, article: Article) -> frozenset[int]:
        """The runs of words at the beginning of its text and of its summary, as numbers.

        Empty where they are too short to be known again.
        """
        known = self._known.get(id(article))
        if known is None:
            found = self._runs(article.summary) | self._runs(article.text)
            enough = frozenset(found if len(found) >= _LEAST_RUNS else ())
            # With the article, so that no other one is made in its place.
            known = self._known[id(article)] = (article, enough)
        return known[1]

    def is_same(self, one: Article, other: Article) -> bool:
        """Whether two articles bring one text."""
        ours, theirs = self.runs(one), self.runs(other)
        shared = len(ours & theirs)
        return shared >= _LEAST_RUNS and is_enough(shared / min(len(ours), len(theirs)), one, other)

    def _runs(self, passage: str) -> set[int]:
        folded = passage[:_LETTERS].casefold()
        if not folded.isascii():
            folded = _UNSPACED.sub(r" \g<0> ", folded)
        words = _SEPARATE.split(folded, _MOST_WORDS)[:_MOST_WORDS]
        numbers = [self._numbers[word] for word in words]
        # Numbers, unlike words, have the same hash in every run of the program.
        return set(map(hash, zip(*(numbers[at:] for at in range(_RUN)), strict=False)))


def same_texts(of_all: Sequence[frozenset[int]]) -> Iterator[tuple[int, int, float]]:
    """Pairs of places whose runs are shared, and how much of the shorter one is; in order."""
    counts = Counter(chain.from_iterable(of_all))
    repeated = {run for run, number in counts.items() if 1 < number <= _MOST_SHARING}
    holders: dict[int, list[int]] = defaultdict(list)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for at, found in enumerate(of_all):
        for run in found & repeated:
            for before in holders[run]:
                shared[before, at] += 1
            holders[run].append(at)
    for (one, other), number in sorted(shared.items()):
        if number >= _LEAST_RUNS:
            yield one, other, number / min(len(of_all[one]), len(of_all[other]))


def is_enough(share: float, one: Article, other: Article) -> bool:
    """Whether that share makes two texts one.

    One outlet's texts have a form, and its summaries may all be one: there nearly all of a text
    must be shared, and the headlines may differ in words, but in no figure. With one agency
    under both less will do.
    """
    if outlet(one) == outlet(other):
        figures = [_FIGURES.findall(article.title[:_LETTERS]) for article in (one, other)]
        return (
            share >= _SHARE_AT_HOME and bool(one.text and other.text) and figures[0] == figures[1]
        )
    agencies = {fold(article.origin or article.source.name) for article in (one, other)}
    named = bool(one.origin or other.origin)
    return share >= (_SHARE_OF_AGENCY if named and len(agencies) == 1 else _SHARE)
