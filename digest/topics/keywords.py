"""Keywords and phrases: how they are written, and how all of them are found in an article.

An article's words are looked up in one index over all keywords, so that the cost does not grow
with their number; only keywords whose longest word occurs are then looked at one by one. Forms
of a keyword join the index as they are met: a word is stemmed once, however often it comes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from digest.config import Keyword
from digest.model import Article
from digest.topics.folding import (
    UNSPACED_LETTER,
    WORD,
    fold,
    goes_on,
    grams_in,
    tidy,
    words_in,
)
from digest.topics.stems import Stems, stems_of

_TITLE_WEIGHT, _SUMMARY_WEIGHT, _TEXT_WEIGHT = 4, 2, 1
# What is read of an article: longer ones say what they are about before this.
_TITLE_LETTERS, _SUMMARY_LETTERS, _TEXT_LETTERS = 1_000, 10_000, 100_000
# Folding writes every sigma alike; readers do not.
_LAST_SIGMA = re.compile(r"(?<=\w)σ\b")
# So many different words are remembered as looked at; with more, all are looked at again.
_MOST_REMEMBERED = 300_000
# A phrase is looked for at so many places of a text where its longest word stands.
_MOST_PLACES = 100


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """A keyword that stands in an article: how much it weighs there, and in which form.

    ``form`` is empty where it stands as it is written.
    """

    phrase: Phrase
    weight: float
    form: str = ""

    def __str__(self) -> str:
        form = _LAST_SIGMA.sub("ς", self.form)
        said = f"{self.phrase.text} ({form})" if form else self.phrase.text
        return f"{said} in the title" if self.phrase.title_only else said


class Phrase:
    """One entry of a topic's ``keywords`` or ``not``, ready to be found in folded text."""

    def __init__(
        self, keyword: str | Keyword, *, topic: int, place: int, excludes: bool = False
    ) -> None:
        word = keyword if isinstance(keyword, str) else keyword.word
        self.written = " ".join(word.split())
        self.exact = self.written.startswith("=")
        self.text = self.written.removeprefix("=").strip()
        self.weight = 1.0 if isinstance(keyword, str) else keyword.weight
        self.title_only = not isinstance(keyword, str) and keyword.in_ == "title"
        self.topic, self.place, self.excludes = topic, place, excludes
        self.folded = fold(self.text)
        # Written with a capital, "=Apple" is not an apple; written without, case says nothing.
        cased = self.exact and any(letter.isupper() for letter in self.text)
        self.cased = tidy(self.text) if cased else ""
        self.anywhere = bool(UNSPACED_LETTER.search(self.folded))
        found = list(WORD.finditer(self.folded))
        self.words = tuple(match[0] for match in found)
        edges = [0, *(at for match in found for at in match.span()), len(self.folded)]
        self.between = tuple(
            self.folded[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)
        )
        # Its longest word stands for it in the index: the rarest, as a rule.
        self.index_word = max(sorted(set(self.words)), key=len, default="")
        self.gram = max(sorted(grams_in(self.folded)), key=len, default="")

    @property
    def inflects(self) -> bool:
        """Whether other forms of its words count."""
        return not self.exact and not self.anywhere and bool(self.index_word)


class KeywordIndex:
    """All keywords of a newsletter; ``language`` is that of articles that state none."""

    def __init__(self, phrases: Iterable[Phrase], language: str) -> None:
        self._language = language
        self._by_word: dict[str, list[Phrase]] = {}
        self._by_gram: dict[str, list[Phrase]] = {}
        self._inflecting: list[Phrase] = []
        for phrase in phrases:
            if phrase.anywhere:
                self._by_gram.setdefault(phrase.gram, []).append(phrase)
            elif phrase.index_word:
                self._by_word.setdefault(phrase.index_word, []).append(phrase)
            if phrase.inflects:
                self._inflecting.append(phrase)
        self._forms: dict[str, _Forms | None] = {}

    def __bool__(self) -> bool:
        return bool(self._by_word or self._by_gram)

    def find(self, article: Article) -> list[Hit]:
        """The keywords that stand in an article, each once, where it weighs most."""
        forms = self._forms_of(article.language or self._language)
        found: dict[Phrase, Hit] = {}
        for weight, text in (
            (_TITLE_WEIGHT, article.title[:_TITLE_LETTERS]),
            (_SUMMARY_WEIGHT, article.summary[:_SUMMARY_LETTERS]),
            (_TEXT_WEIGHT, article.text[:_TEXT_LETTERS]),
        ):
            passage = _Passage(text)
            for phrase, known in self._candidates(passage, forms).items():
                if phrase in found or (phrase.title_only and weight != _TITLE_WEIGHT):
                    continue
                form = _form_in(passage, phrase, known, forms)
                if form is not None:
                    found[phrase] = Hit(phrase, weight * phrase.weight, form)
        return sorted(found.values(), key=_order)

    def _candidates(self, passage: _Passage, forms: _Forms | None) -> dict[Phrase, set[str]]:
        """Phrases that may stand in a passage, each with the forms of its index word there."""
        found: dict[Phrase, set[str]] = {}
        if self._by_gram:
            for gram in self._by_gram.keys() & grams_in(passage.folded):
                for phrase in self._by_gram[gram]:
                    found[phrase] = set()
        words = passage.words
        for word in self._by_word.keys() & words:
            for phrase in self._by_word[word]:
                found.setdefault(phrase, set()).add(word)
        if forms is not None:
            for word, phrases in forms.met_in(words):
                for phrase in phrases:
                    found.setdefault(phrase, set()).add(word)
        return found

    def _forms_of(self, language: str) -> _Forms | None:
        if not self._inflecting:
            return None
        language = language.replace("_", "-").partition("-")[0].lower()
        if language not in self._forms:
            stems = stems_of(language)
            self._forms[language] = _Forms(stems, self._inflecting) if stems else None
        return self._forms[language]


class _Passage:
    """A title, summary or text, folded, with its words."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.folded = fold(text)
        self.words = words_in(self.folded)

    @cached_property
    def cased(self) -> str:
        return tidy(self._text)

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where its words begin and end, in their order."""
        return [match.span() for match in WORD.finditer(self.folded)]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for number, (start, end) in enumerate(self.spans):
            places.setdefault(self.folded[start:end], []).append(number)
        return places

    def places(self, word: str) -> list[int]:
        """Which of its words that is: the first is 0."""
        return self._places.get(word, [])


class _Forms:
    """The forms of keywords that a language has, as far as they were met."""

    def __init__(self, stems: Stems, phrases: Sequence[Phrase]) -> None:
        self._stems = stems
        self._by_stem: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            if stem := stems.of(phrase.index_word):
                self._by_stem.setdefault(stem, []).append(phrase)
        self._beginnings = {
            stems.beginning(phrase.index_word)
            for known in self._by_stem.values()
            for phrase in known
        }
        self._looked_at: set[str] = set()
        self._met: dict[str, list[Phrase]] = {}

    def met_in(self, words: Set[str]) -> Iterator[tuple[str, list[Phrase]]]:
        """The words that are other forms of phrases' index words, with those phrases."""
        fresh = words - self._looked_at
        if len(self._looked_at) + len(fresh) > _MOST_REMEMBERED:
            self._looked_at, self._met = set(), {}
            fresh = set(words)
        for word in fresh:
            if self._stems.beginning(word) in self._beginnings and (
                of_it := [
                    phrase
                    for phrase in self._by_stem.get(self._stems.of(word), ())
                    if word != phrase.index_word and self._stems.alike(word, phrase.index_word)
                ]
            ):
                self._met[word] = of_it
        self._looked_at |= fresh
        for word in self._met.keys() & words:
            yield word, self._met[word]

    def same(self, one: str, other: str) -> bool:
        """Whether two words are one, or forms of one."""
        if one == other:
            return True
        if self._stems.beginning(one) != self._stems.beginning(other):
            return False
        stem = self._stems.of(one)
        return bool(stem) and stem == self._stems.of(other) and self._stems.alike(one, other)


def _form_in(
    passage: _Passage, phrase: Phrase, known: Set[str], forms: _Forms | None
) -> str | None:
    """ "" where the phrase stands in the passage as it is written, another form of it, or None."""
    if phrase.cased:
        return "" if _stands_in(passage.cased, phrase.cased, anywhere=phrase.anywhere) else None
    if _stands_in(passage.folded, phrase.folded, anywhere=phrase.anywhere):
        return ""
    if forms is None or not phrase.inflects:
        return None
    at = phrase.words.index(phrase.index_word)
    for word in sorted(known):
        for place in passage.places(word)[:_MOST_PLACES]:
            if form := _form_at(passage, phrase, place - at, forms):
                return form
    return None


def _form_at(passage: _Passage, phrase: Phrase, first: int, forms: _Forms) -> str:
    """The words of a passage from one of them on, where they are forms of the phrase's."""
    spans = passage.spans[first : first + len(phrase.words)] if first >= 0 else []
    if len(spans) < len(phrase.words):
        return ""
    text = passage.folded
    start = spans[0][0] - len(phrase.between[0])
    end = spans[-1][1] + len(phrase.between[-1])
    edges = [max(start, 0), *(at for span in spans for at in span), end]
    between = tuple(text[one:next_] for one, next_ in zip(edges[::2], edges[1::2], strict=True))
    if start < 0 or between != phrase.between:
        return ""
    if goes_on(text[start - 1 : start]) or goes_on(text[end : end + 1]):
        return ""
    same = all(
        forms.same(word, text[one:next_])
        for word, (one, next_) in zip(phrase.words, spans, strict=True)
    )
    return text[start:end] if same else ""


def _stands_in(text: str, wanted: str, *, anywhere: bool) -> bool:
    """Whether a text holds what is wanted: as whole words, or anywhere in its script."""
    at = text.find(wanted)
    while at >= 0 and not anywhere:
        after = at + len(wanted)
        if not goes_on(text[at - 1 : at]) and not goes_on(text[after : after + 1]):
            return True
        at = text.find(wanted, at + 1)
    return at >= 0


def _order(hit: Hit) -> tuple[float, int, int, str]:
    return (-hit.weight, hit.phrase.topic, hit.phrase.place, hit.phrase.text)
