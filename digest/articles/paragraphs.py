"""Raw text to paragraphs: articles parted, hard-wrapped lines joined, one-line files broken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from digest.articles.furniture import is_furniture
from digest.articles.labels import label_of
from digest.articles.metalines import read_meta
from digest.dates.prose import standing_dates
from digest.excerpt import display_width
from digest.markup import clean_text

_UNSPACED_END = re.compile("[\u3000-\u9fff\uff00-\uffef]$")
_SENTENCE = re.compile(r"(?<=[.!?。！？])[\"'”’»」』)]{0,2}(?:\s+|(?<=[。！？」』]))(?=\S)")
_ENDED = re.compile(r"[.!?。！？…][\"'”’»」』)]{0,2}$")
_JOINTS = re.compile(r"\t+|\s{3,}|\s\|\s")
# What a line that goes on ends with; a headline is never ended by one of these.
_HANGING = re.compile(
    r"(?:\b(?:of|the|a|an|and|or|to|for|in|on|at|by|with|from|as|but|that|its|their|is|are"
    r"|der|die|das|und|für|mit|von|im|den|de|la|le|les|et|du|des|y|el|los|e|di|il|en|het|van)|[,;–—&-])$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph on one line. ``block`` counts the blank lines before it."""

    text: str
    block: int


def paragraphs(lines: list[str]) -> list[Paragraph]:
    """The paragraphs of one article, cleaned, hard-wrapped lines joined again."""
    if sum(1 for line in lines if line.strip()) == 1:
        return _of_one_line(next(line for line in lines if line.strip()))
    width = _wrap_width(lines)
    found: list[Paragraph] = []
    block, before, open_line = 0, "", ""
    for line in [*lines, ""]:
        plain = clean_text(line)
        if open_line and plain and _goes_on(before, plain, width):
            open_line = _joined(open_line, plain)
            before = plain
            continue
        if open_line:
            found.append(Paragraph(text=open_line, block=block))
        if not plain:
            block += 1
        open_line = before = plain
    return headline_joined(found)


def _wrap_width(lines: list[str]) -> int:
    """The column at which the lines were wrapped, 0 when each line is a paragraph."""
    if max(map(len, lines), default=0) > 100:
        return 0
    widths = [display_width(line) for line in lines if line.strip()]
    longest = max(widths, default=0)
    if len(widths) < 4 or longest > 100 or longest < 30:
        return 0
    ended = sum(bool(_ENDED.search(line.rstrip())) for line in lines if line.strip())
    if ended > 0.6 * len(widths):
        return 0  # each line is a paragraph; wrapped lines end anywhere
    full = other = 0
    for line, following in pairwise(lines):
        if not line.strip() or not following.strip() or label_of(line) or label_of(following):
            continue
        if _is_full(line, following, longest):
            full += 1
        else:
            other += 1
    return longest if full >= 3 and full >= 2 * other else 0


def _is_full(line: str, following: str, width: int) -> bool:
    """True when the next line's first word had no room on this one."""
    first = following.split(None, 1)[0]
    room = 2 if _UNSPACED_END.search(line.rstrip()) else min(display_width(first), 24) + 1
    # Editors wrap a column or three earlier or later than they say.
    return display_width(line.rstrip()) + room > width - 3


def _goes_on(line: str, following: str, width: int) -> bool:
    if is_furniture(following) or label_of(line) or label_of(following):
        return False
    if _is_broken(line, following):
        return True
    return width > 0 and _is_full(line, following, width)


def _is_broken(line: str, following: str) -> bool:
    """True for a line that ends in the middle of a sentence, as the next one shows."""
    if not 30 <= len(line) <= 100 or len(following) > 100 or not following[0].islower():
        return False
    if not (line[-1].isalnum() or line[-1] in ",-–—"):
        return False
    return not _speaks(following)


def _speaks(line: str) -> bool:
    """True for a line that names a date, a person or a source of the article."""
    meta = read_meta(line, "UTC")
    return meta is not None and meta.speaks


def _joined(line: str, following: str) -> str:
    end = line[-4:]  # all of it again for each line would take quadratic time
    if _UNSPACED_END.search(end) and not following[:1].isascii():
        return line + following
    if re.search(r"[^\W\d_]-$", end) and following[:1].islower():
        return line + following
    return f"{line} {following}"


def headline_joined(found: list[Paragraph]) -> list[Paragraph]:
    """The same with a headline of two or three lines put together."""
    while len(found) > 2 and found[0].block == found[1].block:
        head, following = found[0].text, found[1].text
        if label_of(head) or label_of(following) or len(head) > 120 or len(following) > 120:
            break
        if not _HANGING.search(head) and not following[:1].islower():
            break
        if following.startswith("http") or _speaks(head) or _speaks(following):
            break
        found = [Paragraph(text=_joined(head, following), block=found[0].block), *found[2:]]
    return found


# "… after the storms - ISLE TOWN, April 24, 2025 (Reuters) - The ferry …"
_WIRE_JOINT = re.compile(
    r"(?<=[^.!?:\s])(?:\s[–—-]{1,2})?\s"
    r"(?=(?:[A-Z][A-Z’'.-]+\s?){1,4},\s[A-Z0-9][^()]{2,40}\([A-Z][^()]{1,30}\)\s?(?:--|[–—-])"
    r"|(?:[A-Z][A-Z’'.-]{2,}\s?){1,4}(?:,\s[^()\s][^()]{2,40})?\s(?:--|[–—])\s"
    r"|\((?:Reuters|AP|AFP|dpa|Yonhap|Xinhua|TASS|UPI|EFE|ANSA)\)\s(?:--|[–—-])\s)"
)


def _before_opening(line: str) -> str:
    """The line with a full stop set before "On April 24, 2025", where a headline has none."""
    start = clean_text(line[:800])
    wire = _WIRE_JOINT.search(start, 20, 300)
    if wire is not None and not _SENTENCE.search(start[: wire.start()]):
        return f"{start[: wire.start()]}. {start[wire.end() :]}{line[800:]}"
    for found in standing_dates(start):
        opening = re.search(r"(?<=[^.!?:])\s(?=(?:On|Am|Le|El|Em|Il|Op)\s$)", start[: found.start])
        if (
            opening is not None
            and 20 <= opening.start() <= 300
            and ". " not in start[: found.start]
        ):
            return f"{start[: opening.start()]}. {start[opening.end() :]}{line[800:]}"
        break
    return line


def _of_one_line(line: str) -> list[Paragraph]:
    """The sentences of a file that has a single line; the first may be its headline."""
    pieces = [clean_text(piece) for piece in _JOINTS.split(line)]
    pieces = [piece for piece in pieces if piece]
    if len(pieces) < 3:
        line = _before_opening(line)
        pieces = [clean_text(piece) for piece in _SENTENCE.split(clean_text(line), 400)]
    return [Paragraph(text=piece, block=0) for piece in pieces if piece]
