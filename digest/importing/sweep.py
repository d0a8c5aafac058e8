"""What every mail has and no reader wants again: found in the pieces, left out and told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from digest.articles.mailwords import is_furniture, is_generic, opens_footer
from digest.articles.redirects import clean_address
from digest.importing.links import leads_with_link
from digest.importing.pieces import Left, Piece, Run, words_of

_WORDS_SHOWN = 80
_HEAD_PIECES = 6
_MOST_UNLINKED = 120
_MOST_AROUND = 160
_LEAST_SAID = 20
_MOST_WORDS = 400
"""Characters; a link with more words around it is told of, whatever they say."""


def sweep(pieces: Sequence[Piece], left: list[Left], *, from_mail: bool) -> list[Piece]:
    """The pieces without furniture (view in browser, share, unsubscribe, a mail's footer), links
    leading where they say. What is left out goes to ``left``."""
    kept: list[Piece] = []
    for at, piece in enumerate(pieces):
        piece = _cleaned(piece, left)
        if piece.kind not in {"paragraph", "entry", "row"}:
            kept.append(piece)
            continue
        cells = piece.cells if piece.kind == "row" else (piece.runs,)
        words = words_of(run for cell in cells for run in cell)
        near_end = at * 4 >= len(pieces) * 3
        if from_mail and near_end and opens_footer(words):
            left.append(Left(line=piece.line, what="furniture", words=shorten(words)))
            break
        urls = tuple(run.url for cell in cells for run in cell if run.url)
        if urls and piece.kind != "row" and not words.strip(" ·|•-–—"):
            continue  # a picture that is a link
        at_edge = at < _HEAD_PIECES or near_end
        if (
            _may_be_furniture(piece, words, urls, at_edge=at_edge, from_mail=from_mail)
            and is_furniture(words, urls)
            and not (urls and is_generic(words))
        ):
            left.append(Left(line=piece.line, what="furniture", words=shorten(words)))
            continue
        kept.append(piece)
    return kept


def _may_be_furniture(
    piece: Piece, words: str, urls: tuple[str, ...], *, at_edge: bool, from_mail: bool
) -> bool:
    """False for what is an article or the editor's words by its form and place."""
    if not urls:
        return at_edge and (from_mail or len(words) <= _MOST_UNLINKED)
    if piece.kind == "row" or len(words) > _MOST_WORDS:
        return False
    around = len(words) - max(len(run.text) for run in piece.runs if run.url)
    if around >= _MOST_AROUND:
        return False
    return around < _LEAST_SAID or not leads_with_link(piece)


def _cleaned(piece: Piece, left: list[Left]) -> Piece:
    """A piece whose links lead where they say; words whose link leads to no page are words."""
    if not piece.cells and not any(run.url for run in piece.runs):
        return piece
    cleaned = replace(
        piece,
        runs=tuple(map(_clean_run, piece.runs)),
        cells=tuple(tuple(map(_clean_run, cell)) for cell in piece.cells),
    )
    for before, after in zip(
        (piece.runs, *piece.cells), (cleaned.runs, *cleaned.cells), strict=True
    ):
        lost = [
            one.text
            for one, other in zip(before, after, strict=True)
            if one.url and not other.url and not one.url.startswith("#")
        ]
        if lost:
            words = shorten(", ".join(words_of([Run(text)]) for text in lost))
            left.append(Left(line=piece.line, what="address", words=words))
    return cleaned


def _clean_run(run: Run) -> Run:
    if not run.url or run.url.lower().startswith("mailto:"):
        return run
    address = clean_address(run.url)
    if address is None:
        return Run(run.text)
    return Run(address if run.text == run.url else run.text, address)


def merge_left(left: Sequence[Left]) -> list[Left]:
    """Furniture of neighbouring lines as one."""
    merged: list[Left] = []
    for entry in left:
        last = merged[-1] if merged else None
        if last and last.what == entry.what == "furniture" and entry.line - last.line <= 2:
            words = shorten(f"{last.words} … {entry.words}") if len(last.words) < 40 else last.words
            merged[-1] = replace(last, words=words)
            continue
        merged.append(entry)
    return merged


def shorten(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _WORDS_SHOWN else f"{words[: _WORDS_SHOWN - 1].rstrip()}…"
