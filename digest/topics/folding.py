"""Text made ready for comparing, and its words, in any script."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Scripts that are written without blanks, and Hangul, whose particles stick to the word:
# there, a keyword is found anywhere.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
# What stands in the middle of words and is no letter to Python's \w: combining marks of scripts
# with blanks (Latin, Cyrillic, Hebrew, Arabic, Syriac; then India's), and joiners.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a"
    "\u0900-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc"
    "\u09be-\u09cd\u09d7\u0a01-\u0a03\u0a3c-\u0a51\u0a70\u0a71\u0a81-\u0a83\u0abc\u0abe-\u0acd"
    "\u0b01-\u0b03\u0b3c\u0b3e-\u0b57\u0b82\u0bbe-\u0bcd\u0bd7\u0c00-\u0c04\u0c3e-\u0c56"
    "\u0c81-\u0c83\u0cbc\u0cbe-\u0cd6\u0d00-\u0d03\u0d3e-\u0d4d\u0d57\u0d81-\u0d83\u0dca-\u0ddf"
    "\u200c\u200d"
)
UNSPACED_LETTER = re.compile(f"[{_UNSPACED}]")
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
WORD = re.compile(rf"[^\W{_UNSPACED}](?:[^\W{_UNSPACED}]|[{_MARKS}])*")
_NAME_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ASCII_WORD = re.compile(r"[a-z0-9_]+")  # the same in folded ASCII, in half the time


def fold(text: str) -> str:
    """Text for comparing: case folded, NFC, single blanks, one form of apostrophe, the Turkish
    dot dropped."""
    if text.isascii():
        text = text.lower()
    else:
        text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
        text = text.replace("\u2019", "'").replace("i\u0307", "i")
    return " ".join(text.split())


def tidy(text: str) -> str:
    """Text for comparing letter for letter: as :func:`fold`, with its capitals."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).replace("\u2019", "'")
    return " ".join(text.split())


def words_in(folded: str) -> set[str]:
    """The words of folded text in scripts that part them."""
    return set((_ASCII_WORD if folded.isascii() else WORD).findall(folded))


def grams_in(folded: str) -> set[str]:
    """The letters of folded text in scripts that part no words, alone and two by two."""
    if folded.isascii():
        return set()
    found: set[str] = set()
    for run in _UNSPACED_RUN.findall(folded):
        found.update(run)
        found.update(map(str.__add__, run, run[1:]))
    return found


@lru_cache(maxsize=4096)
def goes_on(letter: str) -> bool:
    """Whether a word goes on with this character; never across a script without blanks.

    For Python's ``\\w`` combining marks end a word: for Hindi, Tamil or pointed Arabic they
    stand in the middle of one, and so do joiners.
    """
    if not letter or UNSPACED_LETTER.match(letter):
        return False
    joins = letter in "_\u200c\u200d" or unicodedata.category(letter)[0] == "M"
    return joins or letter.isalnum()


def without_accents(text: str) -> str:
    """The letters alone, without what stands on them."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in decomposed if unicodedata.category(letter)[0] != "M")


def words_of(heading: str) -> str:
    """A heading without case, punctuation, years and the plural's s: what one name is told by."""
    text = fold(unicodedata.normalize("NFKC", heading))
    words = _NAME_WORD.findall(text)
    telling = [word for word in words if not _YEAR.fullmatch(word)] or words
    return " ".join(w[:-1] if len(w) > 3 and w.endswith("s") else w for w in telling) or text
