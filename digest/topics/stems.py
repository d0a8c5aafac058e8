"""Which words are forms of one: by the stemmers of the Snowball project, and with more care.

A stemmer also joins what only derives from the same root (organ, organisation): here two words
are the same where their stems are, and they differ in what endings of grammar differ in alone.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Protocol

from digest.topics.folding import without_accents

# BCP 47 -> module of snowballstemmer. Croatian and Bosnian are read by the Serbian one, which
# knows both alphabets and both ways of speaking.
_MODULES = {
    "ar": "arabic",
    "hy": "armenian",
    "eu": "basque",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "nl": "dutch",
    "en": "english",
    "eo": "esperanto",
    "et": "estonian",
    "fi": "finnish",
    "fr": "french",
    "de": "german",
    "el": "greek",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "ga": "irish",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nb": "norwegian",
    "nn": "norwegian",
    "no": "norwegian",
    "fa": "persian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "hr": "serbian",
    "bs": "serbian",
    "st": "sesotho",
    "es": "spanish",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
LANGUAGES = tuple(sorted(_MODULES))
"""The languages whose inflection is known."""

# Where forms of one word may begin differently: every word is stemmed then.
_OTHER_BEGINNINGS = frozenset(["ar", "fa", "ga", "id", "nl", "st", "ta", "yi"])
# Where one ending follows another: talo, taloissamme.
_LONG_ENDINGS = frozenset(["et", "eu", "fi", "hu", "tr"])
_ENDING, _LONG_ENDING = 4, 7
_SHORTEST, _LONGEST = 3, 60

# All that English has, and what of a word they replace: treat-y, treat-ies; mak-e, mak-ing.
_ENGLISH_ENDINGS = frozenset(["", "s", "es", "e", "d", "ed", "ing", "y", "ies", "ied"])
_ENGLISH_DOUBLING = frozenset(["ing", "ed"])


class _Stemming(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802


class Stems:
    """The stems of one language."""

    def __init__(self, language: str, stemming: _Stemming) -> None:
        self._language = language
        self._stemming = stemming

    def of(self, word: str) -> str:
        """The stem of a folded word; "" where it has none that could be trusted."""
        if not _SHORTEST <= len(word) <= _LONGEST:
            return ""
        return self._stemming.stemWord(word)

    def beginning(self, word: str) -> str:
        """What all forms of a folded word begin with; "" where nothing is sure."""
        return "" if self._language in _OTHER_BEGINNINGS else without_accents(word[:2])

    def alike(self, one: str, other: str) -> bool:
        """Whether two folded words of the same stem differ in endings of grammar alone."""
        if self._language in _OTHER_BEGINNINGS:
            return True
        one, other = without_accents(one), without_accents(other)
        at = 0
        while at < min(len(one), len(other)) and one[at] == other[at]:
            at += 1
        endings = {one[at:], other[at:]}
        if self._language != "en":
            longest = _LONG_ENDING if self._language in _LONG_ENDINGS else _ENDING
            return all(len(ending) <= longest for ending in endings)
        # Past and paste: no form of a word adds an e alone.
        return endings != {"", "e"} and all(
            ending in _ENGLISH_ENDINGS
            or (ending[:1] == one[at - 1 : at] and ending[1:] in _ENGLISH_DOUBLING)
            for ending in endings
        )


@lru_cache(maxsize=64)
def stems_of(language: str) -> Stems | None:
    """The stems of a language (the first part of its tag), None where its inflection is unknown."""
    name = _MODULES.get(language)
    if name is None:
        return None
    # The module itself: the package would give PyStemmer's where that is installed, whose
    # version, and so whose stems, may be another.
    module = import_module(f"snowballstemmer.{name}_stemmer")
    return Stems(language, getattr(module, f"{name.title()}Stemmer")())
