"""Files, folders and globs -> documents, in the order of their names."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import overload

from digest.articles.mbox import is_mbox
from digest.config import schema as config
from digest.errors import ArticleError, SourceError
from digest.sources import jsonl, opml
from digest.sources.documents import SUFFIXES, suffix_of
from digest.sources.found import FoundFiles, find_files, show_path, shower
from digest.sources.mails import (
    is_maildir_mail,
    items_of,
    read_mailbox,
    settled,
)
from digest.sources.onefile import (
    FileRequest,
    open_bytes,
    read_bounded,
    read_file,
    read_pages,
    reason_of,
)
from digest.sources.protocol import Context, Document, Reading

_SNIFFED_BYTES = 4096
_PAGES = tuple(suffix for suffix, form in SUFFIXES.items() if form == "page")


def read_path(spec: config.Source, context: Context) -> Reading:
    """What the files that ``spec.path`` names state; ``-`` is JSON lines on standard input.

    Files are read one after another while the documents are asked for. Raises SourceError when
    the path names nothing.
    """
    if spec.path == "-":
        return _read_stdin(context)
    try:
        return _read_named(spec, context)
    except OSError as error:
        raise ArticleError(reason_of(error), fix="check the path and its permissions") from error


def _read_named(spec: config.Source, context: Context) -> Reading:
    base, files, passed_over = find_files(spec.path, context.root, typed=spec.name)
    if spec.kind == "opml" or (spec.kind == "auto" and _are_lists(files)):
        return _read_opml(spec, context, base, files)
    notes = []
    if not files:
        notes.append("no file there that digest reads")
    if passed_over:
        notes.append(f"{passed_over} of other kinds passed over")
    return Reading(
        documents=_read_files(_Requests(files, spec, context), spec, context),
        status="ok" if files else "empty",
        detail=", ".join(notes),
    )


class _Requests(Sequence[FileRequest]):
    """What to read of each file, made when it is asked for: the files may be ten thousand."""

    __slots__ = ("_context", "_files", "_places", "_show", "_spec")

    def __init__(
        self,
        files: FoundFiles,
        spec: config.Source,
        context: Context,
        places: Sequence[int] | None = None,
    ) -> None:
        self._files = files
        self._spec = spec
        self._context = context
        self._places = range(len(files)) if places is None else places
        self._show = shower(context.root, files.base)

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> FileRequest: ...
    @overload
    def __getitem__(self, place: slice) -> _Requests: ...
    def __getitem__(self, place: int | slice) -> FileRequest | _Requests:
        if isinstance(place, slice):
            return self._some(self._places[place])
        place = self._places[place]
        shown = self._show(self._files.name(place))
        return _request(self._files.where(place), shown, self._spec, self._context)

    def pages(self) -> _Requests:
        """Those that are worth a process of their own."""
        endings = ("",) if self._spec.kind == "page" else _PAGES
        may_be = self._files.places(endings)
        return self._some(array("Q", (place for place in may_be if self[place].is_page)))

    def _some(self, places: Sequence[int]) -> _Requests:
        return _Requests(self._files, self._spec, self._context, places)


def _read_files(
    requests: _Requests, spec: config.Source, context: Context
) -> Iterator[Document | SourceError]:
    """What files state, in order; pages ahead of their turn where they are many."""
    with closing(read_pages(requests.pages())) as pages:
        for request in requests:
            if request.is_page:
                yield next(pages)
                continue
            try:
                yield from _read_file(request, spec, context)
            except SourceError as error:
                yield error
            except OSError as error:
                yield ArticleError(reason_of(error), request.shown, "check its permissions")


def _read_file(
    request: FileRequest, spec: config.Source, context: Context
) -> Iterator[Document | SourceError]:
    file, shown = request.file, request.shown
    limit = context.settings.gather.max_bytes
    if SUFFIXES.get(suffix_of(file)) == "json-lines":
        with Path(file).open("rb") as stream:
            yield Document(
                input=shown,
                facts=jsonl.read_lines(
                    stream,
                    name=shown,
                    timezone=context.timezone,
                    max_bytes=limit,
                    explain=context.explain,
                ),
                holds_many=True,
            )
        return
    if _is_mailbox(file):
        with Path(file).open("rb") as stream:
            mails = read_mailbox(
                stream,
                shown=shown,
                timezone=context.timezone,
                max_bytes=limit,
                items=request.items,
                explain=context.explain,
            )
            document = Document(input=shown, facts=mails, holds_many=True)
            yield settled(document, spec, context)
        return
    yield settled(read_file(request), spec, context)


def _request(file: str, shown: str, spec: config.Source, context: Context) -> FileRequest:
    return FileRequest(
        file=file,
        shown=shown,
        timezone=context.timezone,
        max_bytes=context.settings.gather.max_bytes,
        kind=spec.kind,
        selector=spec.selector,
        form="mail" if is_maildir_mail(file) else None,
        language=context.language_of(spec),
        items=items_of(spec, context),
        explain=context.explain,
    )


def _is_mailbox(file: str) -> bool:
    """True for an mbox file by its name or its first lines; it may be of any size."""
    named = SUFFIXES.get(suffix_of(file))
    if named == "mbox":
        return True
    if named not in (None, "mail", "plain") or is_maildir_mail(file):
        return False
    opened = open_bytes(file)
    try:
        return is_mbox(os.read(opened, _SNIFFED_BYTES))
    finally:
        os.close(opened)


def _read_opml(spec: config.Source, context: Context, base: Path, files: Sequence[Path]) -> Reading:
    listed: list[config.Source] = []
    for file in files:
        shown = show_path(file, context.root, base)
        data = read_bounded(file, shown, context.settings.gather.max_bytes)
        listed.extend(opml.expand(opml.parse_opml(data, name=shown), spec))
    return Reading(listed=tuple(listed), detail=f"lists {len(listed)} feeds")


def _are_lists(files: Sequence[Path]) -> bool:
    """True when all that a path names are lists of feeds, by their names or the one's start."""
    if len(files) == 1 and files[0].suffix.lower() == ".xml":
        try:
            with files[0].open("rb") as stream:
                return opml.looks_like_opml(stream.read(_SNIFFED_BYTES))
        except OSError:
            return False
    return bool(files) and all(file.suffix.lower() == ".opml" for file in files)


def _read_stdin(context: Context) -> Reading:
    if context.stdin is None:
        raise ArticleError("nothing on standard input", "-", "pipe JSON lines into it")
    facts = jsonl.read_lines(
        context.stdin,
        name="-",
        timezone=context.timezone,
        max_bytes=context.settings.gather.max_bytes,
        explain=context.explain,
    )
    return Reading(documents=(Document(input="-", facts=facts, holds_many=True),))
