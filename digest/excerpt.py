"""How long a text is, and how to shorten it without breaking it.

Widths are columns of a terminal or of a plain-text mail: East Asian wide characters take two,
combining marks and joiners none (Unicode UAX #11).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_WORDS_A_MINUTE = 230
"""Silent reading of non-fiction, 238 in English, fewer in most other languages
(Brysbaert 2019, doi 10.1016/j.jml.2019.104047)."""

_ENDS = ".!?…。！？؟۔।॥"
_CLOSERS = "\"'”’»›)]」』）】"
_SENTENCE_END = re.compile(
    rf"(?:[。！？][{re.escape(_CLOSERS)}]{{0,3}}|[.!?…؟۔।॥]{{1,3}}[{re.escape(_CLOSERS)}]{{0,3}}(?=\s|$))"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“‘'])(?:[A-Za-zÀ-ɏА-я]|\d{1,2}|(?:[A-Za-z]\.){1,4}[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|Sen|Rep|Gov"
    r"|Gen|Col|Lt|Sgt|Capt|Rev|Hon|No|Nr|vs|Inc|Ltd|Co|Corp|Jr|Sr|bzw|ca|usw|etc|Mme|Mlle|Sra|Jan"
    r"|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|approx|U\.S|U\.N)\.$"
)
_UNSPACED = (
    "[\u2e80-\u2fff\u3005-\u3007\u3040-\u30ff\u31f0-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
_UNSPACED_ASIAN = re.compile("[\u0e01-\u0e4e\u0e81-\u0edd\u1000-\u109f\u1780-\u17d3]")
_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")


@lru_cache(maxsize=1)
def _unspaced() -> re.Pattern[str]:
    """A character of a script without blanks; 2 ms to compile, and few starts need it."""
    return re.compile(_UNSPACED)


def display_width(text: str) -> int:
    """How many columns a text takes."""
    if text.isascii():
        return len(text)
    return sum(width for _, width in _clusters(text))


def cut(text: str, columns: int) -> str:
    """The text, or its beginning within so many columns.

    Cut after the last whole sentence where that keeps at least half of the room, else after a
    word (after a character where the script has no blanks) with ``…``. Never within a
    character and its marks.
    """
    if display_width(text) <= columns:
        return text
    if columns <= 0:
        return ""
    fits = _fitting(text, columns)
    sentence = _last_sentence(text, fits)
    if sentence and display_width(sentence) * 2 >= columns:
        return sentence
    fits = _fitting(text, columns - 1)
    head = text[:fits]
    if fits < len(text) and not _may_break(text, fits):
        # The last blank, unless it is so early that nothing would be left.
        place = max(head.rfind(" "), head.rfind("\n"), _last_unspaced(head))
        if place > fits // 3:
            head = head[:place]
    return head.rstrip(" \n\t,;:–—-([{«“‘「（") + "…"


def count_words(text: str) -> int:
    """About how many words a text has.

    Words are runs of letters and digits; Korean parts words by blanks. Chinese and Japanese
    count a word for every two characters, Thai, Lao, Khmer and Burmese for every five.
    """
    if text.isascii():
        return len(_WORD.findall(text))
    chinese = len(_unspaced().findall(text))
    asian = len(_UNSPACED_ASIAN.findall(text))
    if chinese:
        text = _unspaced().sub(" ", text)
    if asian:
        text = _UNSPACED_ASIAN.sub(" ", text)
    return len(_WORD.findall(text)) + (chinese + 1) // 2 + (asian + 4) // 5


def reading_minutes(words: int) -> int:
    """Minutes to read so many words, rounded, at least 1; 0 when the number is unknown (0)."""
    if words <= 0:
        return 0
    return max(1, (words + _WORDS_A_MINUTE // 2) // _WORDS_A_MINUTE)


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """(index, columns) of each character; 0 columns for what belongs to the one before."""
    joined = False
    for index, char in enumerate(text):
        if char.isascii():
            joined = False
            yield index, 1
            continue
        category = unicodedata.category(char)
        if category in ("Mn", "Me", "Cf") or "\U0001f3fb" <= char <= "\U0001f3ff" or joined:
            yield index, 0
        else:
            yield index, 2 if unicodedata.east_asian_width(char) in "WF" else 1
        joined = char == "\u200d"


def _fitting(text: str, columns: int) -> int:
    """How many characters of the text fit, whole clusters only."""
    used = 0
    last = 0
    for index, width in _clusters(text):
        if width:
            if used + width > columns:
                return index
            used += width
        last = index + 1
    return last


def _last_sentence(text: str, fits: int) -> str:
    best = ""
    for match in _SENTENCE_END.finditer(text, 0, min(len(text), fits + 1)):
        if match.end() > fits:
            break
        head = text[: match.end()]
        if match[0] == "." and _ABBREVIATION.search(head[-12:]):
            continue
        best = head
    return best


def _may_break(text: str, place: int) -> bool:
    return text[place].isspace() or bool(_unspaced().match(text[place]))


def _last_unspaced(text: str) -> int:
    """The place after the last character of a script without blanks, -1 without one."""
    for index in range(len(text) - 1, max(-1, len(text) - 200), -1):
        if _unspaced().match(text[index]):
            return index + 1
    return -1
