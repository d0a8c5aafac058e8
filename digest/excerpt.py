"""How long a text is, and how to shorten it without breaking it.

Widths are columns of a terminal or of a plain-text mail: East Asian wide characters take two,
combining marks and joiners none (Unicode UAX #11).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

_WORDS_A_MINUTE = 230
"""Silent reading of non-fiction, 238 in English, fewer in most other languages
(Brysbaert 2019, doi 10.1016/j.jml.2019.104047)."""

# Ends of sentences that need no blank behind them, and those that do: Latin, Arabic, Urdu,
# Devanagari, Armenian, Ethiopic. Thai and Lao have none, and are cut at the blanks of phrases.
_ENDS_ALONE = "。！？｡．។៕။"
_ENDS_APART = ".!?…؟۔।॥։።"
_CLOSERS = "\"'”’»›)]」』）】"
# Vowels of Thai and Lao that are written before the consonant they follow.
_BEFORE_CONSONANT = "\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4"
_JOINTS = "-'’."
_WORD = re.compile(rf"\w+(?:[{_JOINTS}]\w+)*")
# Most texts of most alphabets fit into a byte a letter, their quotes and dashes included.
_BYTE_ENCODINGS = ("cp1252", "cp1251")


# These patterns take milliseconds to compile, and much text needs none of them.
@cache
def _sentence_end() -> re.Pattern[str]:
    return re.compile(
        rf"(?:[{_ENDS_ALONE}][{re.escape(_CLOSERS)}]{{0,3}}"
        rf"|[{_ENDS_APART}]{{1,3}}[{re.escape(_CLOSERS)}]{{0,3}}(?=\s|$))"
    )


@cache
def _abbreviation() -> re.Pattern[str]:
    return re.compile(
        r"(?:^|[\s(\"“‘'])(?:[^\W\d_]|\d{1,2}|(?:[^\W\d_]\.\s?){1,4}[^\W\d_]|Mr|Mrs|Ms|Dr|Dra|Prof"
        r"|St|Sen|Rep|Gov|Gen|Col|Lt|Sgt|Capt|Rev|Hon|No|Nr|Nos|vs|Inc|Ltd|Co|Corp|Jr|Sr|Sra|Srta|Mt"
        r"|approx|vol|fig|pp|cf|al|ed|etc|ca|bzw|usw|evtl|ggf|vgl|Mio|Mrd|Hr|Fr|Str|Abs|inkl|zzgl|geb"
        r"|MM|Mme|Mlle|Mgr|av|env|chap|dott|sig|ing|avv|pag|art|dhr|mevr|bijv|drs|ir|mln|mlrd"
        r"|гг|ул|им|млн|млрд|тыс|руб|стр|проф|акад|см|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|U\.S|U\.N)\.$"
    )


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(
        "[\u2e80-\u2fff\u3005-\u3007\u3040-\u30ff\u31f0-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
        "\U00020000-\U0003ffff]"
    )


@cache
def _unspaced_runs() -> re.Pattern[str]:
    return re.compile(f"{_unspaced().pattern}+")


@cache
def _unspaced_asian() -> re.Pattern[str]:
    return re.compile("[\u0e01-\u0e4e\u0e81-\u0edd\u1000-\u109f\u1780-\u17d3]+")


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
        head = head.rstrip(_BEFORE_CONSONANT)
    return head.rstrip(" \n\t,;:–—-([{«“‘「（") + "…"


def count_words(text: str) -> int:
    """About how many words a text has.

    Words are runs of letters and digits; Korean parts words by blanks. Chinese and Japanese
    count a word for every two characters, Thai, Lao, Khmer and Burmese for every five.
    """
    for encoding in _BYTE_ENCODINGS:
        with suppress(UnicodeEncodeError):
            return _count_shapes(text.encode(encoding).translate(_shapes(encoding)))
    chinese = sum(map(len, _unspaced_runs().findall(text)))
    asian = sum(map(len, _unspaced_asian().findall(text)))
    if chinese:
        text = _unspaced_runs().sub(" ", text)
    if asian:
        text = _unspaced_asian().sub(" ", text)
    return len(_WORD.findall(text)) + (chinese + 1) // 2 + (asian + 4) // 5


@cache
def _shapes(encoding: str) -> bytes:
    """For :meth:`bytes.translate`: letters to "a", what joins them to words to ".", all else to a
    blank."""

    def shape(char: str) -> str:
        return "a" if char.isalnum() or char == "_" else "." if char in _JOINTS else " "

    return "".join(shape(bytes([byte]).decode(encoding, "replace")) for byte in range(256)).encode()


def _count_shapes(shapes: bytes) -> int:
    """As many as _WORD has matches, ten times as fast: a letter begins a word behind a blank, and
    behind a joint that joins nothing."""
    shapes = b"  " + shapes
    return shapes.count(b" a") + shapes.count(b" .a") + shapes.count(b"..a")


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
    for match in _sentence_end().finditer(text, 0, min(len(text), fits + 1)):
        if match.end() > fits:
            break
        head = text[: match.end()]
        if match[0] == "." and (_abbreviation().search(head[-12:]) or _goes_on(text, match.end())):
            continue
        best = head
    return best


def _goes_on(text: str, place: int) -> bool:
    """True where a small letter follows a full stop: it belonged to an abbreviation."""
    return text[place : place + 8].lstrip()[:1].islower()


def _may_break(text: str, place: int) -> bool:
    return text[place].isspace() or bool(_unspaced().match(text[place]))


def _last_unspaced(text: str) -> int:
    """The place after the last character of a script without blanks, -1 without one."""
    for index in range(len(text) - 1, max(-1, len(text) - 200), -1):
        if _unspaced().match(text[index]):
            return index + 1
    return -1
