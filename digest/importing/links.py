"""What a link in a piece is worth: a page's, one with words of its own, a bare address."""

from __future__ import annotations

from digest.articles.mailwords import is_generic
from digest.importing.pieces import Piece, Run, unwrap_link, words_of

_LEAST_LABEL = 12


def is_web(run: Run) -> bool:
    """True for a link to a page."""
    return run.url.startswith(("https://", "http://"))


def web_links(piece: Piece) -> list[Run]:
    """The links to pages in a piece."""
    cells = piece.cells if piece.kind == "row" else (piece.runs,)
    return [run for cell in cells for run in cell if is_web(run)]


def leads_with_link(piece: Piece) -> bool:
    """True for a piece that begins with a link to a page that has words of its own."""
    runs, _ = unwrap_link(piece.runs)
    return bool(runs) and is_web(runs[0]) and not is_generic(words_of(runs[:1]))


def is_bare(run: Run) -> bool:
    """True for a link whose words are its address, or could stand on any link."""
    words = words_of([run])
    return words.startswith(("http://", "https://", "www.")) or is_generic(words)


def is_title(run: Run) -> bool:
    """True for a link's words that name something: several, or one long enough."""
    words = words_of([run])
    return len(words.split()) >= 2 or len(words) >= _LEAST_LABEL or not words.isascii()
