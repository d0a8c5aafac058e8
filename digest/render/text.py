"""The text part: its own template, wrapped by display width, addresses whole.

Never made from the HTML: a converted part reads like one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from digest.excerpt import display_width
from digest.render.markdown import Fragment, Paragraph
from digest.render.templates import render_template
from digest.render.view import IssueView
from digest.render.words import Words

if TYPE_CHECKING:
    from jinja2 import Environment

WIDTH = 72
"""Columns of the text part (RFC 3676 §4.2 says 78 at most; replies indent)."""

_WIDE = "[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\uffef\U00020000-\U0003ffff]"
_NARROW = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u0400-\u0482\u2010-\u2026]*")
_NEVER_FIRST = frozenset("、。，．・：；？！）」』】〕〉》”’…ー々)]}!?,.:;%％")
_NEVER_LAST = frozenset("（「『【〔〈《“‘([{")
_BLANK_LINES = re.compile(r"\n{4,}")


def render_text(env: Environment, theme: str, view: IssueView, words: Words) -> str:
    """The text part, lines ending in ``"\\n"``, the last one too."""
    context = {
        "issue": view,
        "words": words,
        "theme": theme,
        "width": WIDTH,
        "fill": fill,
        "flow": flow,
        "columns": display_width,
    }
    text = render_template(env, f"{theme}/issue.txt.j2", context)
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n\n", text).strip("\n") + "\n"


def fill(text: str, indent: int = 0, marker: str = "", width: int = WIDTH) -> str:
    """``text`` in lines of at most ``width`` columns, each ``indent`` columns in.

    ``marker`` stands at the end of the first line's indentation, which grows if need be. Words
    are never cut: an address stays whole, and sticks out where it must.
    """
    taken = display_width(marker)
    indent = max(indent, taken)
    first = " " * (indent - taken) + marker
    blank = " " * indent
    if text.isascii() and len(text) + indent <= width and text.isprintable():
        return first + text
    lines: list[str] = []
    for part in text.split("\n"):
        lines.extend(_wrap(part, width - indent))
    return "\n".join((blank if at else first) + line for at, line in enumerate(lines or [""]))


def flow(fragment: Fragment, indent: int = 0) -> str:
    """A fragment's paragraphs, blank lines between, the addresses of its links below each.

    Each address has a line of its own that nothing touches, so that copying it works; its name
    stands on the line before, unless the text names its host already.
    """
    pieces: list[str] = []
    previous: Paragraph | None = None
    for paragraph in fragment.paragraphs:
        tight = previous is not None and bool(paragraph.marker) and bool(previous.marker)
        if previous is not None:
            pieces.append("\n" if tight and not previous.targets else "\n\n")
        pieces.append("\n".join(_paragraph_lines(paragraph, indent)))
        previous = paragraph
    return "".join(pieces)


def _paragraph_lines(paragraph: Paragraph, indent: int) -> Iterator[str]:
    inner = indent + paragraph.indent
    if paragraph.verbatim:
        for line in paragraph.text.split("\n"):
            yield " " * inner + line
    elif paragraph.text:
        yield fill(paragraph.text, inner, paragraph.marker)
    for target in paragraph.targets:
        yield ""
        if target.name and target.name != paragraph.text:
            yield fill(target.name, inner)
        yield " " * inner + target.url


@lru_cache(maxsize=1)
def _wide() -> re.Pattern[str]:
    """A character of two columns; 3 ms to compile, and most issues have none."""
    return re.compile(_WIDE)


def _wrap(text: str, width: int) -> Iterator[str]:
    if _NARROW.fullmatch(text):
        yield from _wrap_narrow(text, width)
        return
    line, used = "", 0
    for piece, gap in _pieces(text):
        columns = display_width(piece)
        if line and used + gap + columns > width:
            yield line
            line, used = piece, columns
        else:
            line += (" " if gap and line else "") + piece
            used += (gap if used else 0) + columns
    if line:
        yield line


def _wrap_narrow(text: str, width: int) -> Iterator[str]:
    """The same for text whose every character takes one column: ten times as fast."""
    text = " ".join(text.split())
    while len(text) > width:
        end = text.rfind(" ", 0, width + 1)
        if end < 0:
            end = text.find(" ", width)
            if end < 0:
                break
        yield text[:end]
        text = text[end + 1 :]
    yield text


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """What may not be broken, with the blanks before it (0 or 1).

    Scripts without blanks break between characters, but not before a closing mark.
    """
    for word in text.split():
        if word.isascii() or not _wide().search(word):
            yield word, 1
            continue
        gap = 1
        piece = ""
        for char in word:
            if piece and _breaks(piece[-1], char):
                yield piece, gap
                piece, gap = "", 0
            piece += char
        yield piece, gap


def _breaks(before: str, after: str) -> bool:
    if after in _NEVER_FIRST or before in _NEVER_LAST or unicodedata.combining(after):
        return False
    if "\uac00" <= before <= "\ud7ff" and "\uac00" <= after <= "\ud7ff":
        return False  # Korean has blanks: a word stays whole
    return bool(_wide().match(before) or _wide().match(after))
