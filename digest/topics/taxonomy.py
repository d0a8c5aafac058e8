"""Common subjects and the words that tell them, in the languages that digest has words for.

One file a language in ``subjects/``, read when an article of that language is met: for each
subject its heading, what feeds call it, and its keywords. Of two subjects whose words weigh the
same, the one that stands first in the file has the article: the narrower one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib.resources import files

from digest.model import Article
from digest.topics.folding import words_of
from digest.topics.keywords import Hit, KeywordIndex, Phrase

LANGUAGES = ("ar", "de", "en", "es", "fr", "he", "it", "ja", "ko", "nl", "pl", "pt", "ru", "zh")
"""The languages whose words for subjects are known, by their codes."""

ORDER = (
    *("politics", "world", "business", "work", "technology", "science", "health"),
    *("environment", "education", "cities", "transport", "law", "culture", "food", "sport"),
)
"""All subjects in the order in which a newsletter has their sections."""

# A word of the title weighs four, one of the summary two, one of the text one: fewer are chance.
_LEAST_WEIGHT = 3
# The words of a text weigh so much at most, however many: its title says more.
_MOST_OF_TEXT = 3
_TEXT_LETTERS = 2_000
# In a language that nobody stated, so many words have to say the same.
_LEAST_FOREIGN = 2
# Hebrew writes these with the word: and, the, in, to, from, that, as.
_HEBREW_PREFIXES = ("", "ו", "ה", "ב", "ל", "מ", "ש", "כ", "וה", "מה", "שה")
_SHORT = 2  # with one of them, a word of so few letters is another one


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A subject of an article, what its words weigh together, and those words."""

    subject: str
    weight: float
    words: tuple[str, ...]


class Language:
    """The subjects of one language."""

    def __init__(self, code: str) -> None:
        self._code = code
        text = files("digest.topics").joinpath("subjects", f"{code}.toml").read_text("utf-8")
        lines: dict[str, str] = tomllib.loads(text)
        parts = {subject: line.split("|") for subject, line in lines.items()}
        self._subjects = tuple(parts)
        self.keywords = {subject: _listed(words) for subject, (_, _, words) in parts.items()}
        """The words that tell each subject, as keywords of a topic are written."""
        self.headings = {subject: heading.strip() for subject, (heading, _, _) in parts.items()}
        """What a section on each subject is called."""
        self.names = {
            words_of(name): subject
            for subject, (heading, others, _) in parts.items()
            for name in (heading, *_listed(others))
        }
        """The subject of each name that feeds may give it, by the words of the name."""

    @cached_property
    def _index(self) -> KeywordIndex:
        prefixes = _HEBREW_PREFIXES if self._code == "he" else ("",)
        return KeywordIndex(
            (
                Phrase(f"{prefix}{keyword}", topic=topic, place=place)
                for topic, keywords in enumerate(self.keywords.values())
                for place, keyword in enumerate(keywords)
                for prefix in (prefixes if len(keyword) > _SHORT else ("",))
            ),
            self._code,
        )

    def find(self, article: Article) -> list[Found]:
        """The subjects whose words stand in an article, the likeliest first."""
        read = replace(article, language=self._code, text=article.text[:_TEXT_LETTERS])
        by_topic: dict[int, list[Hit]] = {}
        for hit in self._index.find(read):
            by_topic.setdefault(hit.phrase.topic, []).append(hit)
        found = [
            (_weigh(hits), topic, tuple(dict.fromkeys(map(str, hits))))
            for topic, hits in by_topic.items()
        ]
        found.sort(key=lambda entry: (-entry[0], entry[1]))
        return [
            Found(subject=self._subjects[topic], weight=weight, words=words)
            for weight, topic, words in found
            if weight >= _LEAST_WEIGHT
        ]


class Taxonomy:
    """The subjects of articles in any language, for a newsletter in one."""

    def __init__(self, language: str) -> None:
        self._own = _base(language) if _base(language) in LANGUAGES else "en"

    def heading(self, subject: str) -> str:
        """What a section on a subject is called in the newsletter's language, else in English."""
        return language_of(self._own).headings[subject]

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of all subjects in their order."""
        return tuple(map(self.heading, ORDER))

    def named(self, category: str, language: str) -> str | None:
        """The subject that a feed's category names, in its language, the newsletter's or
        English."""
        words = words_of(category)
        codes = dict.fromkeys((_base(language), self._own, "en"))
        known = (language_of(code).names.get(words) for code in codes if code in LANGUAGES)
        return next((subject for subject in known if subject), None)

    def keywords(self, heading: str, languages: Iterable[str]) -> tuple[str, ...]:
        """The keywords of the subject that a heading names, in some languages ("" is the
        newsletter's); none where it names no subject."""
        subject = self.named(heading, self._own)
        codes = dict.fromkeys(_base(language) or self._own for language in sorted(languages))
        found = (
            language_of(code).keywords.get(subject, ())
            for code in codes
            if subject and code in LANGUAGES
        )
        return tuple(dict.fromkeys(word for words in found for word in words))

    def find(self, article: Article) -> list[Found]:
        """The subjects of an article by its words, the likeliest first.

        Those of its language; where that is unknown, of the newsletter's, and then of any in
        which two words or more tell one subject. None in a language without words.
        """
        code = _base(article.language)
        if code:
            return language_of(code).find(article) if code in LANGUAGES else []
        return language_of(self._own).find(article) or self._find_foreign(article)

    def _find_foreign(self, article: Article) -> list[Found]:
        best: list[Found] = []
        for code in LANGUAGES:
            if code == self._own:
                continue
            found = [
                each
                for each in language_of(code).find(article)
                if len(each.words) >= _LEAST_FOREIGN
            ]
            if found and (not best or found[0].weight > best[0].weight):
                best = found
        return best


@lru_cache(maxsize=len(LANGUAGES))
def language_of(code: str) -> Language:
    """The subjects of one of the ``LANGUAGES``, read once."""
    return Language(code)


def _base(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _weigh(hits: list[Hit]) -> float:
    in_text = sum(hit.weight for hit in hits if hit.weight <= 1)
    return sum(hit.weight for hit in hits if hit.weight > 1) + min(in_text, _MOST_OF_TEXT)
