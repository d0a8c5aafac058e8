"""Lines with their own ends kept, and what stands around text: blank lines, line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_END = re.compile(r"\r\n|\r|\n")


def split_lines(text: str) -> list[str]:
    """The lines as CommonMark counts them, each with its end: joined they are the text."""
    return _LINE.findall(text)


def each_line(text: str) -> Iterator[str]:
    """The same, one after another, for those who need the first few alone."""
    return (line[0] for line in _LINE.finditer(text))


def count_lines(text: str) -> int:
    """How many lines ``split_lines`` gives."""
    ends = len(_END.findall(text))
    return ends if not text or text[-1] in "\r\n" else ends + 1


def line_end(text: str) -> str:
    """The line end that the text uses first; a line feed where it has none."""
    found = _END.search(text)
    return found[0] if found else "\n"


def is_blank(line: str) -> bool:
    """True for a line of white space, as CommonMark sees it."""
    return not line.strip(" \t\r\n")


def trim_lines(text: str) -> str:
    """The text with line feeds only, without blank lines at its ends."""
    if "\r" in text:
        text = _END.sub("\n", text)
    content = text.rstrip(" \t\n")
    if not content:
        return ""
    end = text.find("\n", len(content))  # blanks at the end of the last written line stay
    start = 0
    if text[0] in " \t\n":
        start = text.rfind("\n", 0, len(text) - len(text.lstrip(" \t\n"))) + 1
    return text[start:] if end < 0 else text[start:end]


def split_blank_end(text: str) -> tuple[str, str]:
    """The text up to the end of its last written line, and the line end and blanks after it."""
    stripped = text.rstrip(" \t\r\n")
    # Blanks at the end of the last written line are the line's own.
    found = re.compile(r"[ \t]*").match(text, len(stripped))
    at = found.end() if found else len(stripped)
    return text[:at], text[at:]


def ends_blank(text: str) -> bool:
    """True when a blank line stands at the end, or nothing at all."""
    after = split_blank_end(text)[1]
    return not text or len(_END.findall(after)) > (1 if text.strip(" \t\r\n") else 0)


def with_line_end(text: str, end: str) -> str:
    """The text with every line feed written as ``end``."""
    return text if end == "\n" else text.replace("\n", end)
