"""What readers of all forms give: headings, paragraphs, entries, each as words and links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from digest.issue.inline import plain_words
from digest.model import Issue, When

Kind = Literal["heading", "paragraph", "entry", "row", "block", "rule"]

What = Literal[
    "furniture", "sponsor", "template", "heading", "text", "address", "redirect", "plain"
]

BOLD_LINE = 7
"""The level of a line in bold that stands for a heading: below all that headings have."""
ENTRY_HEAD = 8
"""The level of a list entry over a list of its own, plus its depth."""

_PLAIN_TARGET = re.compile(r"(?:[^\s()<>\\&\x00-\x20\x7f]|&(?![#\w]*;))+")
_NO_TARGET = re.compile(r"[\x00-\x20\x7f]+")
# What would begin another block where the words before it have been taken away.
_BLOCK_START = re.compile(
    r"(?P<number>\d{1,9})(?=[.)](?:\s|$))|#{1,6}(?:\s|$)|[-+*](?:\s|$)|>|=+\s*$|-+\s*$|~~~|```|:?\|"
)
_MARKS = ("***", "**", "__", "*", "_", "~~")
_SEPARATORS = re.compile(r"^(?:\s|[—–:·|•»→]|-+(?=\s|$)|\.(?=\s|$))+")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of words, in Markdown; with ``url`` they are a link."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One block of a document, and the line that it begins in (from 1).

    ``level`` is a heading's, or the depth of an entry. ``cells`` are those of a row, ``rest``
    the Markdown of a block that is kept as it is, and of an entry's further blocks. ``heavy``
    says that all of a paragraph is in bold or large letters.
    """

    kind: Kind
    line: int
    runs: tuple[Run, ...] = ()
    level: int = 0
    cells: tuple[tuple[Run, ...], ...] = ()
    rest: str = ""
    heavy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Something that has no place in the issue, or none as an item.

    ``what`` is a stable word: ``furniture``, ``sponsor``, ``template`` and ``heading`` are left
    out; ``text`` is kept as the editor's text though links stand in it, which therefore do not
    count as sent; ``address`` are words whose link was no address of a page; ``redirect`` is an
    item whose link does not say where it leads; ``plain`` a section whose markup was given up.
    """

    line: int
    what: What
    words: str

    def to_json(self) -> dict[str, str | int]:
        return {"line": self.line, "what": self.what, "words": self.words}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An issue of the past as its document has it, without slug and window.

    ``body`` is its text without front matter, once it is settled; ``fragment`` tells several
    issues of one file apart. ``published`` is None where the
    document does not say when it was sent; ``problem`` then says what is wrong with what it has.
    """

    issue: Issue
    published: When | None
    left: tuple[Left, ...] = ()
    body: str = ""
    fragment: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document in pieces, before they are put in order."""

    pieces: tuple[Piece, ...]
    title: str = ""
    subject: str = ""
    preheader: str = ""
    language: str = ""
    left: tuple[Left, ...] = field(default=())


def words_of(runs: Iterable[Run]) -> str:
    """The words as readers see them."""
    return plain_words("".join(run.text for run in runs), {})


def write_runs(runs: Iterable[Run]) -> str:
    """The words and links as Markdown that begins no other block."""
    text = "".join(
        f"[{safe_label(run.text)}]({write_target(run.url)})" if run.url else run.text
        for run in runs
    )
    lines = [line.strip() for line in text.strip().split("\n")]
    return "\n".join(_as_words(line) for line in lines if line)


def _as_words(line: str) -> str:
    """A line that begins no list, heading, quote or fence."""
    start = _BLOCK_START.match(line)
    if start is None:
        return line
    at = start.end("number") if start["number"] else 0
    return f"{line[:at]}\\{line[at:]}"


def write_target(url: str) -> str:
    """A link's target as Markdown."""
    if _PLAIN_TARGET.fullmatch(url):
        return url
    escaped = re.sub(r"[\\<>]|&(?=[#\w]*;)", r"\\\g<0>", _NO_TARGET.sub("", url))
    return f"<{escaped}>"


def safe_label(text: str) -> str:
    """Words that can stand between brackets: brackets, code and escapes of their own are closed."""
    text = " ".join(text.split())
    depth = 0
    for mark in re.findall(r"\\.|[\[\]]", text):
        depth += {"[": 1, "]": -1}.get(mark, 0)
        if depth < 0:
            break
    if depth:
        text = re.sub(r"(?<!\\)[\[\]]", r"\\\g<0>", text)
    if text.count("`") % 2:
        text = text.replace("`", "\\`")
    if re.search(r"(?<!\\)(?:\\\\)*\\$", text):
        text = text[:-1].rstrip()
    return re.sub(r"<(?=[A-Za-z/!?])", r"\\<", text) if "<" in text else text


def join_runs(runs: Iterable[Run]) -> Iterator[Run]:
    """Words that stand side by side as one run."""
    words: list[str] = []
    for run in runs:
        if not run.url:
            words.append(run.text)
            continue
        if words:
            yield Run("".join(words))
            words = []
        yield run
    if words:
        yield Run("".join(words))


def strip_runs(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Without blank runs and blanks at the ends."""
    found = list(runs)
    while found and not found[0].text.strip():
        found.pop(0)
    while found and not found[-1].text.strip():
        found.pop()
    if found and not found[0].url:
        found[0] = replace(found[0], text=found[0].text.lstrip())
    if found and not found[-1].url:
        found[-1] = replace(found[-1], text=found[-1].text.rstrip())
    return tuple(found)


def unwrap_link(runs: Sequence[Run]) -> tuple[tuple[Run, ...], bool]:
    """Emphasis around a link that comes first is taken away; True where there was some."""
    runs = strip_runs(runs)
    if len(runs) >= 3 and not runs[0].url and runs[1].url and not runs[2].url:
        for mark in _MARKS:
            if runs[0].text == mark and runs[2].text.startswith(mark):
                after = Run(runs[2].text[len(mark) :])
                return strip_runs((runs[1], after, *runs[3:])), True
    return runs, False


def skip_separator(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Without the dash, colon, dot or line end that sets the words off from what came before."""
    runs = strip_runs(runs)
    if runs and not runs[0].url:
        return strip_runs((Run(_SEPARATORS.sub("", runs[0].text)), *runs[1:]))
    return runs
