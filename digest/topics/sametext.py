"""The same text in several places: an agency's report, a page printed elsewhere, a shorter copy."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence

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


def runs(article: Article) -> frozenset[int]:
    """The runs of words at the beginning of its text and of its summary, as numbers.

    Empty where they are too short to be known again.
    """
    found: set[int] = set()
    for passage in (article.summary, article.text):
        found.update(_runs(passage[:_LETTERS]))
    return frozenset(found) if len(found) >= _LEAST_RUNS else frozenset()


def same_texts(of_all: Sequence[frozenset[int]]) -> Iterator[tuple[int, int, float]]:
    """Pairs of places whose runs are shared, and how much of the shorter one is; in order."""
    holders: dict[int, list[int]] = defaultdict(list)
    for at, found in enumerate(of_all):
        for run in found:
            holders[run].append(at)
    counts: dict[tuple[int, int], int] = defaultdict(int)
    for sharing in holders.values():
        if 1 < len(sharing) <= _MOST_SHARING:
            for place, one in enumerate(sharing):
                for other in sharing[place + 1 :]:
                    counts[one, other] += 1
    for (one, other), count in sorted(counts.items()):
        if count >= _LEAST_RUNS:
            yield one, other, count / min(len(of_all[one]), len(of_all[other]))


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


def is_same_text(one: Article, other: Article) -> bool:
    """Whether two articles bring one text."""
    ours, theirs = runs(one), runs(other)
    count = len(ours & theirs)
    return count >= _LEAST_RUNS and is_enough(count / min(len(ours), len(theirs)), one, other)


def _runs(passage: str) -> Iterator[int]:
    folded = passage.casefold()
    if not folded.isascii():
        folded = _UNSPACED.sub(r" \g<0> ", folded)
    words = _SEPARATE.split(folded, _MOST_WORDS)[:_MOST_WORDS]
    for at in range(len(words) - _RUN + 1):
        yield zlib.crc32(" ".join(words[at : at + _RUN]).encode())
