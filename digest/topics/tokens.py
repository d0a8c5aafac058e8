"""The words of a title or text in any script, for counting: no service, no dictionary.

Scripts without blanks give pairs of characters (Chinese, Japanese) or runs of three written
syllables (Thai, Lao, Khmer, Burmese): long enough to tell subjects apart, short enough to recur.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_IDEOGRAPHS = (
    "\u3005-\u3007\u3040-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_KATAKANA = "\u30a1-\u30ff\u31f0-\u31ff"
_HANGUL = "\uac00-\ud7a3"
_SYLLABIC = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
# Letters of India and Sri Lanka with their vowel signs, which Python's \w leaves out; no dandas.
_INDIC = "\u0900-\u0963\u0966-\u0dff"
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d"
_UNLIKE = f"{_IDEOGRAPHS}{_KATAKANA}{_HANGUL}{_SYLLABIC}"
_LETTER = f"(?:[^\\W_{_UNLIKE}]|[{_INDIC}{_MARKS}])"
_WORD = re.compile(
    rf"(?P<number>[v]?\d+(?:[.,]\d+)*(?!{_LETTER}))"
    rf"|(?P<ideographs>[{_IDEOGRAPHS}]+)|(?P<hangul>[{_HANGUL}]+)|(?P<syllabic>[{_SYLLABIC}]+)"
    rf"|(?P<word>[{_KATAKANA}]+|{_LETTER}+(?:['’]{_LETTER}+)*)"
)
_SPOKEN_ONLY = re.compile(
    "[\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d]"
)
_ARABIC = re.compile("[\u0620-\u06ff]")
_ALEFS = str.maketrans("أإآٱىة", "ااااي" + "ه")
# "And", "so", "with", "like" and the article, which are written together with the word.
_ARABIC_ARTICLE = re.compile("^(?:[وفبك]?ال|لل)(?=..)")


def tokens(text: str, *, most_letters: int) -> list[str]:
    """The words of the first ``most_letters`` characters, folded, in their order.

    Numbers are told by kind alone: ``9`` a number, ``9999`` a year, ``9.9`` a version or
    decimal. Vowel points, Arabic articles and forms of alef make no difference.
    """
    folded = unicodedata.normalize("NFKC", text[:most_letters]).casefold()
    if not folded.isascii():
        folded = _SPOKEN_ONLY.sub("", folded)
    return [word for match in _WORD.finditer(folded) for word in _parts(match)]


def _parts(match: re.Match[str]) -> Iterator[str]:
    text = match[0]
    kind = match.lastgroup
    if kind == "word" and text.isascii():
        yield text
    elif kind == "number":
        yield _number(text)
    elif kind == "ideographs":
        yield from _runs(text, 2)
    elif kind == "syllabic":
        yield from _runs(_clusters(text), 3)
    elif kind == "hangul":
        # Particles follow the word: its first two syllables are what recurs.
        yield text[:2]
        if len(text) > 2:
            yield text
    elif _ARABIC.match(text):
        yield _ARABIC_ARTICLE.sub("", text.translate(_ALEFS))
    else:
        yield text.replace("’", "'")


def _number(text: str) -> str:
    if "." in text or "," in text or text[0] == "v":
        return "9.9"
    return "9999" if len(text) == 4 and text[0] in "12" else "9"


def _runs(parts: str | list[str], length: int) -> Iterator[str]:
    """All stretches of that length; the whole where it is shorter."""
    for at in range(max(len(parts) - length + 1, 1)):
        yield "".join(parts[at : at + length])


def _clusters(text: str) -> list[str]:
    """Written syllables: each letter with the marks that stand on it."""
    found: list[str] = []
    for letter in text:
        if found and unicodedata.category(letter)[0] == "M":
            found[-1] += letter
        else:
            found.append(letter)
    return found
