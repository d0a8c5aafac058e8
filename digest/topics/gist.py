"""What an article is about, as far as its words say: for finding others on the same event."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise

from digest.model import Article
from digest.topics.folding import fold
from digest.topics.grammar import GRAMMAR
from digest.topics.tokens import tokens
from digest.urls import host_label

# A headline and the beginning of an article say what happened; what comes later is background.
_TITLE_LETTERS, _BODY_LETTERS = 300, 400
_LONGEST_TITLE = 1_000  # for comparing whole titles
# Forms of a word share their beginning. Cruder than a stemmer, the same in every alphabet, and
# measured as good (bench/stories.py).
_BEGINNING = 5
# A word of the body says half of what one of the headline says.
_BODY_WEIGHT = 0.5
# What is never written small is mostly a name; what is short is mostly grammar.
_NAME_WEIGHT, _SHORT_WEIGHT, _SHORT = 1.5, 0.5, 3
# A word that so many articles have tells none of them apart.
MOST_SHARING = 60
FEW = 40
"""Among fewer articles than these the commonest words seem rare."""
# What a larger part of a batch has says what the batch is about, not what happened. In fewer
# articles than those that part is two or three, as many as one event has: nothing is told there.
_PART, _LEAST_FOR_PART = 1 / 4, 16

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?!\d)")
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
# 2-1, 3:1, 61–48; not 18:30, 2024-25, CVE-2025-99871.
_SCORE = re.compile(r"(?<![\w.,:–-])(\d{1,3})(?:[-–](\d{1,3})|:(\d))(?![\w:–-]|[.,]\d)")
# "Part 3: …", "Lumenbase 2.1 released"; not "12 dead", which may grow.
_SERIAL = re.compile(r"([^\W\d_]{4,})[ #]{1,2}(\d+[.,]\d+|\d{1,4}(?=\s*(?:[^\w\s]|$)))")
_SUFFIX = re.compile(r"(.*\S)\s+[-–—|·]\s+(\S.*)", re.DOTALL)
_NOT_WORDS = re.compile(r"[\W_]+")
_BETWEEN = re.compile(r"[\s…·/|—–]+")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$|['’]s?[\W_]*$")
_COMMON_EDGES = '.,;:!?"()'
_KINDS = frozenset(["9", "9999", "9.9"])  # what tokens() makes of numbers, which count here


@dataclass(slots=True)
class Gist:
    """The terms of an article: beginnings of words, and figures as ``#310000``.

    ``title`` has those of the headline. ``weights`` say of those that few others have how much
    they tell of what happened; their length as a vector is ``norm``. ``evidence`` says of those
    that are no grammar, and not what the whole batch is about, how unlikely it is to meet them by
    chance. ``scores`` are results such as ``2-1``, ``serials`` numbers by the word before them:
    ``part`` ``3``. ``order`` has the terms of the headline as they follow each other, ``joined``
    neighbours that are written large: parts of one name.
    """

    language: str
    outlets: frozenset[str]
    first: date
    last: date
    title: frozenset[str]
    body: frozenset[str]
    order: tuple[str, ...]
    joined: frozenset[tuple[str, str]]
    scores: frozenset[str]
    serials: dict[str, str]
    capitals: frozenset[str]
    weights: dict[str, float] = field(default_factory=dict)
    evidence: dict[str, float] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    norm: float = 1.0


def outlet(article: Article) -> str:
    """Who published it: the host, else the source's name, folded; "" when nobody says."""
    host = host_label(article.url or article.source.url or "")
    return host or fold(article.source.name)


def day_of(article: Article) -> date:
    """The day it was published, else first seen."""
    value = article.published.value if article.published else article.first_seen
    return value.date() if isinstance(value, datetime) else value


class Reader:
    """Reads the articles of one batch, so that each word is taken apart once."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._terms: dict[str, tuple[str, ...]] = {}
        self._small: set[str] = set()
        self.outlet_names = {fold(article.source.name) for article in articles} - {""}
        self._languages = _languages(articles)

    def headline(self, article: Article) -> str:
        """The title without a publisher's name at its end."""
        return self._without_name(article.title[:_LONGEST_TITLE])[:_TITLE_LETTERS]

    def read(self, articles: Sequence[Article]) -> Gist:
        """The gist of articles that are one already; weights come later, see :func:`weigh`."""
        capitals: set[str] = set()
        joined: set[tuple[str, str]] = set()
        titles: dict[str, None] = {}
        bodies: dict[str, None] = {}
        scores: set[str] = set()
        serials: dict[str, str] = {}
        for article in articles:
            headline = self.headline(article)
            titles |= self._read(headline, capitals, joined)
            serials |= {
                word[:_BEGINNING]: number.replace(",", ".")
                for word, number in _SERIAL.findall(fold(headline))
            }
            body = f"{article.summary[:_BODY_LETTERS]} {article.text[:_BODY_LETTERS]}"
            body = body[:_BODY_LETTERS]
            bodies |= self._read(body, capitals, joined)
            scores |= {"-".join(filter(None, m.groups())) for m in _SCORE.finditer(headline)}
            scores |= {"-".join(filter(None, m.groups())) for m in _SCORE.finditer(body)}
        days = [day_of(article) for article in articles]
        return Gist(
            language=min(self.language(article) for article in articles),
            outlets=frozenset(outlet(article) for article in articles),
            first=min(days),
            last=max(days),
            title=frozenset(titles),
            body=frozenset(bodies.keys() - titles.keys()),
            order=tuple(titles),
            joined=frozenset(joined),
            scores=frozenset(scores),
            serials=serials,
            capitals=frozenset(capitals),
        )

    def language(self, article: Article) -> str:
        """Its language without region, or the one in which its publisher mostly writes."""
        return _main_tag(article) or self._languages.get(outlet(article), "")

    def names(self, gist: Gist) -> frozenset[str]:
        """Those of its terms that the batch never writes small."""
        return gist.capitals - self._small

    def plain_headline(self, article: Article) -> str:
        """The headline for comparing: folded words without punctuation and publisher's name."""
        title = self._without_name(article.title[:_LONGEST_TITLE])
        words = _NOT_WORDS.sub(" ", fold(title)).strip()
        name = _NOT_WORDS.sub(" ", fold(article.source.name)).strip()
        return words[: -len(name) - 1] if name and words.endswith(f" {name}") else words

    def words(self, text: str) -> list[tuple[str, str]]:
        """The terms of a text, each with the word as it stands there."""
        return [
            (term, _EDGES.sub("", chunk))
            for chunk in _BETWEEN.split(text)
            if chunk
            for term in self._split(chunk)
        ]

    def _without_name(self, title: str) -> str:
        found = _SUFFIX.fullmatch(title)
        return found[1] if found and fold(found[2]) in self.outlet_names else title

    def _read(self, text: str, capitals: set[str], joined: set[tuple[str, str]]) -> dict[str, None]:
        """The terms in their order; the large ones go into ``capitals``, neighbours of them
        into ``joined``."""
        found: dict[str, None] = {}
        before = ""
        for chunk in text.split():
            terms = self._split(chunk)
            for term in terms:
                found.setdefault(term)
            if chunk[0].isupper() or (not chunk[0].isalnum() and _begins_large(chunk)):
                capitals.update(terms)
                row = (before, *terms) if before else terms
                joined.update(pairwise(row))
                before = terms[-1] if terms and chunk[-1].isalnum() else ""
            else:
                self._small.update(terms)
                before = ""
        return found

    def _split(self, chunk: str) -> tuple[str, ...]:
        known = self._terms.get(chunk)
        if known is None:
            known = self._terms[chunk] = tuple(dict.fromkeys(_terms(chunk)))
        return known


def weigh(gists: Iterable[Gist], reader: Reader) -> None:
    """Gives each gist its weights: what is rare in the batch's language weighs much.

    What :data:`MOST_SHARING` articles have weighs nothing, however many there are: a name that
    a week's sixty articles bear tells them no more apart among thousands.
    """
    by_language: dict[str, list[Gist]] = {}
    for gist in gists:
        by_language.setdefault(gist.language, []).append(gist)
    for of_it in by_language.values():
        counts: Counter[str] = Counter()
        for gist in of_it:
            counts.update(gist.title)
            counts.update(gist.body)
        most = min(len(of_it), MOST_SHARING) + 1
        rarity = {term: math.log(most / count) for term, count in counts.items() if count < most}
        evident = {term for term in rarity if _is_evident(term, counts[term], len(of_it))}
        more = math.log((len(of_it) + 1) / most)
        for gist in of_it:
            gist.names = reader.names(gist)
            for terms, weight in ((gist.title, 1.0), (gist.body, _BODY_WEIGHT)):
                for term in sorted(terms & rarity.keys()):
                    worth = weight * _worth(term, gist.names)
                    gist.weights[term] = worth * rarity[term]
                    if term in evident:
                        gist.evidence[term] = worth * (rarity[term] + more)
            squares = math.fsum(weight**2 for weight in gist.weights.values())
            gist.norm = math.sqrt(squares) or 1.0


def _is_evident(term: str, count: int, of: int) -> bool:
    """Whether sharing it, as ``count`` of so many articles do, can be evidence of one event."""
    if term in GRAMMAR:
        return False
    if of < _LEAST_FOR_PART:
        return True
    if not is_telling(term):
        return of >= FEW
    return count <= of * _PART


def _worth(term: str, names: frozenset[str]) -> float:
    worth = _NAME_WEIGHT if term in names else 1.0
    return worth * _SHORT_WEIGHT if len(term) <= _SHORT and is_cased(term) else worth


def is_cased(term: str) -> bool:
    """Whether it is written in an alphabet with capitals."""
    return term[0].upper() != term[0].lower()


def is_telling(term: str) -> bool:
    """Whether it is more than grammar; where there are no capitals two letters are a word."""
    return len(term) > (_SHORT if is_cased(term) else 1)


def _terms(chunk: str) -> Iterable[str]:
    word = chunk.strip(_COMMON_EDGES)
    if word.isascii() and word.isalpha():  # most are: the same as below, in a tenth of the time
        yield word[:_BEGINNING].lower()
        return
    for number in _NUMBER.findall(chunk):
        value = number
        if _THOUSANDS.fullmatch(number):
            value = re.sub("[.,]", "", number)
        value = value.replace(",", ".")
        if len(value) > 1:
            yield f"#{value}"
    for token in tokens(chunk, most_letters=_BODY_LETTERS):
        if token not in _KINDS:
            yield max(token.split("'"), key=len)[:_BEGINNING]


def _begins_large(chunk: str) -> bool:
    return next((letter.isupper() for letter in chunk if letter.isalnum()), False)


def _languages(articles: Sequence[Article]) -> dict[str, str]:
    counts: dict[str, Counter[str]] = {}
    for article in articles:
        if tag := _main_tag(article):
            counts.setdefault(outlet(article), Counter())[tag] += 1
    return {name: min(of_it, key=lambda tag: (-of_it[tag], tag)) for name, of_it in counts.items()}


def _main_tag(article: Article) -> str:
    return article.language.partition("-")[0].casefold()
