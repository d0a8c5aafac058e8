"""Word documents and PDFs, read by a process of their own that has bounds in time and memory.

They are programs as much as texts: four kilobytes can keep a reader busy for an hour, or make it
ask for more memory than there is. A thread cannot be stopped at that; a process can.
"""

from __future__ import annotations

import sys
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Literal

from digest.errors import ArticleError, SourceError
from digest.model.facts import Facts
from digest.sources.faults import own_mistakes
from digest.sources.workers import Lost, work_in_order

_FIX = "save its text alone"
_PRELOAD = ("digest.articles.pdf", "digest.articles.word", "pypdf", "docx")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What reading one document may take: ``seconds`` of processor time (an article takes a
    tenth of one), ``patience_seconds`` of a clock, ``memory_bytes`` of address space, all that the
    process holds. Where the system cannot bound a process (Windows) only the clock does."""

    seconds: int = 10
    patience_seconds: float = 60.0
    memory_bytes: int = 1_000_000_000


BOUNDS = Bounds()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    data: bytes
    form: Literal["word", "pdf"]
    name: str
    timezone: str
    explain: bool
    bounds: Bounds


def read_apart(
    data: bytes,
    form: Literal["word", "pdf"],
    *,
    name: str,
    timezone: str,
    explain: bool = False,
    bounds: Bounds = BOUNDS,
) -> list[Facts]:
    """The article of a Word document or a PDF, as ``read_docx`` and ``read_pdf`` give it.

    Raises ArticleError as they do, and where reading takes more than ``bounds``.
    """
    import multiprocessing

    piece = _Piece(
        data=data, form=form, name=name, timezone=timezone, explain=explain, bounds=bounds
    )
    if multiprocessing.current_process().daemon:
        return _read(piece)  # a process that reads pages: it is ended if this takes too long
    with closing(
        work_in_order(
            [piece], try_piece, workers=1, seconds=bounds.patience_seconds, preload=_PRELOAD
        )
    ) as read:
        result = next(read)
    if isinstance(result, Lost):
        raise ArticleError(_told(result, bounds), name, _FIX)
    if isinstance(result, SourceError):
        raise result
    return result


def try_piece(piece: _Piece) -> list[Facts] | SourceError:
    """What the process does: the document's facts, or why there are none."""
    import multiprocessing

    if multiprocessing.parent_process() is None:
        told = "needs a process of its own to be read, and the system starts none"
        return ArticleError(told, piece.name, _FIX)
    _bound(piece.bounds)
    try:
        with own_mistakes(piece.name):
            return _read(piece)
    except SourceError as error:
        return error


def _read(piece: _Piece) -> list[Facts]:
    try:
        if piece.form == "word":
            from digest.articles.word import read_docx as read
        else:
            from digest.articles.pdf import read_pdf as read

        return read(piece.data, name=piece.name, timezone=piece.timezone, explain=piece.explain)
    except MemoryError:
        raise _too_large(piece) from None
    except ArticleError as error:
        # lxml has no other word for it than that something is wrong.
        if error.__cause__ is not None and _peak_bytes() > piece.bounds.memory_bytes // 2:
            raise _too_large(piece) from None
        raise


def _too_large(piece: _Piece) -> ArticleError:
    memory = piece.bounds.memory_bytes // 1_000_000
    return ArticleError(f"takes more than {memory:,} MB of memory to read", piece.name, _FIX)


def _peak_bytes() -> int:
    """The most memory that this process held, 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _bound(bounds: Bounds) -> None:
    """Has the system end this process when it is over its bounds, where it can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, bounds.memory_bytes),
        (resource.RLIMIT_CPU, bounds.seconds),
    ):
        with suppress(ValueError, OSError):  # a stricter one is set already
            # At the soft bound of its time a process is told why it ends, at the hard one killed.
            resource.setrlimit(what, (most, most + 1))


def _told(lost: Lost, bounds: Bounds) -> str:
    import signal

    if lost.signal and lost.signal == getattr(signal, "SIGXCPU", None):
        return f"takes more than {bounds.seconds} s of processor time to read"
    return f"could not be read: {lost.reason}"
