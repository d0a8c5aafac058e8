"""One file of one article, or of a few -> what it states; many pages by several processes."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from digest.articles.newsletter import ReadItems
from digest.errors import ArticleError, SourceError
from digest.sources.documents import KINDS, SUFFIXES, Form, find_form, read_document, suffix_of
from digest.sources.protocol import Document
from digest.sources.workers import Lost, count_processors, work_in_order

MANY_PAGES = 64
"""To start processes takes as long as to read about forty pages (bench/texts.py): fewer than
these are read as fast by one."""
_PRELOAD = ("digest.articles.page", "trafilatura", "htmldate")
_PIECE_BYTES = 1 << 20
_PAGE_SECONDS = 60.0
"""No page takes a second; a machine may be busy, but never so busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRequest:
    """A file to read. ``shown`` names it in messages and provenance; ``kind`` is its source's,
    ``form`` what it is where that is known. The rest is as for ``read_document``."""

    file: str
    shown: str
    timezone: str
    max_bytes: int
    kind: str = "auto"
    selector: str = ""
    form: Form | None = None
    language: str = ""
    items: ReadItems | None = None
    explain: bool = False

    @property
    def is_page(self) -> bool:
        """True for what takes tens of milliseconds to read."""
        named = SUFFIXES.get(suffix_of(self.file))
        by_name = self.kind == "auto" and named == "page"
        return self.form is None and (self.kind == "page" or by_name)


def read_file(request: FileRequest) -> Document:
    """What a file states. Raises FeedError or ArticleError, whose place is ``shown``."""
    data = read_bounded(request.file, request.shown, request.max_bytes)
    suffix = suffix_of(request.file)
    if suffix == ".gz":
        data = _unpacked(data, request)
    form = request.form or find_form(data, suffix=suffix)
    form = KINDS.get(request.kind, form)
    if form == "opml":
        raise ArticleError(
            "a list of feeds, not an article",
            request.shown,
            'give it a source of its own, kind = "opml"',
        )
    return read_document(
        data,
        form,
        shown=request.shown,
        timezone=request.timezone,
        max_bytes=request.max_bytes,
        language=request.language,
        items=request.items,
        selector=request.selector,
        explain=request.explain,
    )


def _unpacked(data: bytes, request: FileRequest) -> bytes:
    """What a .gz file holds; sitemaps are kept so."""
    from digest.http.encoding import TooLarge, decode_body

    try:
        unpacked, damage = decode_body(data, request.max_bytes)
    except TooLarge as error:
        told = f"larger than {request.max_bytes:,} bytes when unpacked"
        raise ArticleError(told, request.shown, "raise max_bytes in [gather]") from error
    if damage:
        raise ArticleError(damage, request.shown, "copy the file again")
    return unpacked


def try_file(request: FileRequest) -> Document | SourceError:
    """What a file states, or why it could not be read."""
    try:
        return read_file(request)
    except SourceError as error:
        return error


def read_pages(requests: Sequence[FileRequest]) -> Generator[Document | SourceError, None, None]:
    """What the files state, in order: by several processes when they are many."""
    processors = count_processors()
    if len(requests) < MANY_PAGES or processors < 2:
        yield from map(try_file, requests)
        return
    read = work_in_order(
        requests, try_file, workers=processors, seconds=_PAGE_SECONDS, preload=_PRELOAD
    )
    with closing(read):
        for request, result in zip(requests, read, strict=True):
            if isinstance(result, Lost):
                yield ArticleError(
                    f"could not be read: {result.reason}",
                    request.shown,
                    "report it with this file; a copy of its text alone may be read",
                )
            else:
                yield result


def open_bytes(file: Path | str) -> int:
    """A file's descriptor: a stream of Python's takes as long to open as a text to read."""
    return os.open(file, os.O_RDONLY | getattr(os, "O_BINARY", 0))


def read_bounded(file: Path | str, shown: str, limit: int) -> bytes:
    """The whole file; raises ArticleError when it is larger than the bound, or not readable."""
    try:
        opened = open_bytes(file)
        try:
            # Room for the whole bound, asked for each time, takes longer than to read a text.
            size = min(os.fstat(opened).st_size, limit) + 1
            data = os.read(opened, size)
            while len(data) <= limit:  # it grew, or is of a kind that has no size
                more = os.read(opened, min(limit + 1 - len(data), _PIECE_BYTES))
                if not more:
                    break
                data += more
        finally:
            os.close(opened)
    except OSError as error:
        raise ArticleError(reason_of(error), shown, "check its permissions") from error
    if len(data) > limit:
        raise ArticleError(f"larger than {limit:,} bytes", shown, "raise max_bytes in [gather]")
    return data


def reason_of(error: OSError) -> str:
    """Why the system did not let a file be read."""
    return f"cannot be read: {error.strerror or error}".lower()
