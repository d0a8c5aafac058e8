"""Which of a document's headings are sections, which are headlines, and which are neither.

No two newsletters are built alike: sections are headings of the first to sixth level, lines in
bold, or list entries over lists of their own. What tells them apart is what stands under them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from digest.importing.links import is_bare, leads_with_link, web_links
from digest.importing.pieces import BOLD_LINE, ENTRY_HEAD, Piece, Run, words_of

_MOST_HEADING = 80
_MOST_TITLE = 200


def with_headings(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with bold lines and list entries that stand for headings as headings."""
    found: list[Piece] = []
    for at, piece in enumerate(pieces):
        after = pieces[at + 1] if at + 1 < len(pieces) else None
        if piece.kind == "paragraph" and piece.heavy and after is not None:
            is_heading = not web_links(piece) and _is_short(piece)
            piece = replace(piece, kind="heading", level=BOLD_LINE) if is_heading else piece
        elif piece.kind == "entry" and _heads_a_list(pieces, at):
            piece = replace(piece, kind="heading", level=ENTRY_HEAD + piece.level)
        found.append(piece)
    return found


def _is_short(piece: Piece) -> bool:
    words = words_of(piece.runs)
    return 0 < len(words) <= _MOST_HEADING and not re.search(r"[.。,;]$", words)


def _heads_a_list(pieces: Sequence[Piece], at: int) -> bool:
    """True for a short entry without a link, over entries of which at least one has one."""
    if web_links(pieces[at]) or pieces[at].rest or not _is_short(pieces[at]):
        return False
    for piece in pieces[at + 1 :]:
        if piece.kind != "entry" or piece.level <= pieces[at].level:
            return False
        if web_links(piece):
            return True
    return False


def block_of(pieces: Sequence[Piece], at: int) -> Sequence[Piece]:
    """What stands under the heading at ``at``, up to the next heading of whatever level."""
    end = at + 1
    while end < len(pieces) and pieces[end].kind != "heading":
        end += 1
    return pieces[at + 1 : end]


def holds_items(pieces: Sequence[Piece], at: int) -> bool:
    """True for a heading over a list, a table or paragraphs of links, or over headings of a
    deeper level of which one does or is a link."""
    block = block_of(pieces, at)
    if any(piece.kind in {"entry", "row"} and web_links(piece) for piece in block):
        return True
    if sum(piece.kind == "paragraph" and leads_with_link(piece) for piece in block):
        return True
    if find_headline_link(pieces, at) is None and any(
        piece.kind == "paragraph" and len(web_links(piece)) == 1 for piece in block
    ):
        return True
    end = at + 1 + len(block)
    while end < len(pieces) and pieces[end].level > pieces[at].level:
        if web_links(pieces[end]) or find_headline_link(pieces, end) or holds_items(pieces, end):
            return True
        end += 1 + len(block_of(pieces, end))
    return False


def find_headline_link(pieces: Sequence[Piece], at: int) -> Run | None:
    """The link of a headline that has none itself: "Read more" under its text, a bare address,
    or the one link in paragraphs that say nothing else to click on."""
    block = block_of(pieces, at)
    if any(piece.kind in {"entry", "row"} and web_links(piece) for piece in block):
        return None
    if len(words_of(pieces[at].runs)) > _MOST_TITLE:
        return None
    links = [run for piece in block if piece.kind == "paragraph" for run in web_links(piece)]
    bare = [run for run in links if is_bare(run)]
    if bare and len({run.url for run in bare}) == 1:
        return bare[-1]
    return None


def section_level(pieces: Sequence[Piece]) -> int:
    """The level of the headings that are sections; 0 where there is none.

    The outermost with items under it, but for a heading that stands alone above all others:
    that is the document's title.
    """
    plain = [at for at, piece in enumerate(pieces) if _is_plain(piece)]
    holding = [at for at in plain if holds_items(pieces, at)]
    if not holding:
        return 0
    levels = sorted({pieces[at].level for at in holding})
    for level in levels:
        at_level = [at for at in plain if pieces[at].level == level]
        deeper = [at for at in holding if pieces[at].level > level]
        alone = len(at_level) == 1 and at_level[0] == plain[0]
        direct = block_of(pieces, at_level[0])
        if (
            alone
            and deeper
            and not any(piece.kind in {"entry", "row"} and web_links(piece) for piece in direct)
        ):
            continue
        return level
    return levels[-1]


def _is_plain(piece: Piece) -> bool:
    return piece.kind == "heading" and not web_links(piece)
