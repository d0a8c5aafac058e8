"""Files, folders and globs -> documents, in the order of their names."""

from __future__ import annotations

import fnmatch
import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from digest.articles.mbox import is_mbox
from digest.config import schema as config
from digest.errors import ArticleError, SourceError
from digest.sources import jsonl, opml
from digest.sources.documents import SUFFIXES
from digest.sources.mails import (
    is_maildir_mail,
    is_trashed,
    items_of,
    read_mailbox,
    settled,
)
from digest.sources.onefile import (
    FileRequest,
    read_bounded,
    read_file,
    read_pages,
    reason_of,
)
from digest.sources.protocol import Context, Document, Reading
from digest.workspace import Workspace

_MAGIC = frozenset("*?[")
_SNIFFED_BYTES = 4096
# Deeper folders are a loop that symbolic links hide, or not meant.
_MAX_DEPTH = 64


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
    base, files, passed_over = find_files(spec.path, context.root)
    if spec.kind == "opml" or (spec.kind == "auto" and _are_lists(files)):
        return _read_opml(spec, context, base, files)
    notes = []
    if not files:
        notes.append("no file there that digest reads")
    if passed_over:
        notes.append(f"{passed_over} of other kinds passed over")
    return Reading(
        documents=_read_files(spec, context, base, files),
        status="ok" if files else "empty",
        detail=", ".join(notes),
    )


def find_files(text: str, root: Path) -> tuple[Path, list[Path], int]:
    """The files that a path, folder or glob names: (where it starts, files, others passed over).

    Folders are walked to the bottom, symbolic links followed once; the workspace's own issues
    are passed by unless the path leads into them. Hidden files and folders count only where
    the path names them. A path that is named itself is taken whatever its suffix; inside
    folders only those of SUFFIXES. Raises ArticleError when nothing is there, and OSError.
    """
    try:
        path = Path(os.path.normpath(root / Path(text).expanduser()))
    except RuntimeError as error:
        raise ArticleError("no such user's folder", fix="check the path") from error
    issues = Workspace(root=root, settings_path=None).issues
    if path.is_file():
        return path.parent, [path], 0
    if path.is_dir():
        found = sorted(_walk(path, but=issues), key=lambda file: file.relative_to(path).parts)
        wanted = [file for file in found if _is_wanted(file)]
        return path, wanted, len(found) - len(wanted)
    base, pattern = _split_glob(path)
    if not pattern:
        if path.exists():
            raise ArticleError("neither a file nor a folder", fix="name a file or folder")
        raise ArticleError("no such file or folder", fix="check the path")
    if not base.is_dir():
        raise ArticleError("no such folder", _shown(base, root, base), "check the path")
    walked = _walk(
        base,
        but=issues,
        hidden=any(part.startswith(".") for part in pattern),
        deepest=_MAX_DEPTH if "**" in pattern else len(pattern) - 1,
    )
    matches = [file for file in walked if _matches(file.relative_to(base).parts, pattern)]
    return base, sorted(matches, key=lambda file: file.relative_to(base).parts), 0


def _is_wanted(file: Path) -> bool:
    """True inside a folder for what digest reads by its name: a Maildir's mails have none, nor
    has the mailbox in an Apple Mail export (``Letters.mbox/mbox``)."""
    if is_maildir_mail(file):
        return not is_trashed(file)
    return file.suffix.lower() in SUFFIXES or (
        file.name == "mbox" and file.parent.suffix.lower() == ".mbox"
    )


def _split_glob(path: Path) -> tuple[Path, tuple[str, ...]]:
    """The folder that a glob starts at, and its parts from there; () where it is no glob.

    A folder whose name has brackets in it is that folder.
    """
    base = Path(path.anchor)
    parts = path.parts[1:]
    for number, part in enumerate(parts):
        if _MAGIC & set(part) and not (base / part).is_dir():
            return base, parts[number:]
        base /= part
    return base, ()


def _read_files(
    spec: config.Source, context: Context, base: Path, files: list[Path]
) -> Iterator[Document | SourceError]:
    """What files state, in order; pages ahead of their turn where they are many."""
    requests = [_request(file, _shown(file, context.root, base), spec, context) for file in files]
    with closing(read_pages([request for request in requests if request.is_page])) as pages:
        for request in requests:
            if request.is_page:
                yield next(pages)
                continue
            try:
                yield from _read_file(request.file, request.shown, spec, context)
            except SourceError as error:
                yield error
            except OSError as error:
                yield ArticleError(reason_of(error), request.shown, "check its permissions")


def _read_file(
    file: Path, shown: str, spec: config.Source, context: Context
) -> Iterator[Document | SourceError]:
    suffix = file.suffix.lower()
    limit = context.settings.gather.max_bytes
    if SUFFIXES.get(suffix) == "json-lines":
        with file.open("rb") as stream:
            yield Document(
                input=shown,
                facts=jsonl.read_lines(
                    stream, name=shown, timezone=context.timezone, max_bytes=limit
                ),
                holds_many=True,
            )
        return
    items = items_of(spec, context)
    if _is_mailbox(file):
        with file.open("rb") as stream:
            mails = read_mailbox(
                stream,
                shown=shown,
                timezone=context.timezone,
                max_bytes=limit,
                items=items,
                explain=context.explain,
            )
            document = Document(input=shown, facts=mails, holds_many=True)
            yield settled(document, spec, context)
        return
    yield settled(read_file(_request(file, shown, spec, context)), spec, context)


def _request(file: Path, shown: str, spec: config.Source, context: Context) -> FileRequest:
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


def _is_mailbox(file: Path) -> bool:
    """True for an mbox file by its name or its first lines; it may be of any size."""
    suffix = file.suffix.lower()
    if SUFFIXES.get(suffix) == "mbox":
        return True
    if SUFFIXES.get(suffix) not in (None, "mail", "plain") or is_maildir_mail(file):
        return False
    with file.open("rb") as stream:
        return is_mbox(stream.read(_SNIFFED_BYTES))


def _read_opml(spec: config.Source, context: Context, base: Path, files: list[Path]) -> Reading:
    listed: list[config.Source] = []
    for file in files:
        shown = _shown(file, context.root, base)
        data = read_bounded(file, shown, context.settings.gather.max_bytes)
        listed.extend(opml.expand(opml.parse_opml(data, name=shown), spec))
    return Reading(listed=tuple(listed), detail=f"lists {len(listed)} feeds")


def _are_lists(files: list[Path]) -> bool:
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
    )
    return Reading(documents=(Document(input="-", facts=facts, holds_many=True),))


def _walk(
    folder: Path, *, but: Path, hidden: bool = False, deepest: int = _MAX_DEPTH
) -> Iterator[Path]:
    """All regular files below a folder, ``but`` left out; each real folder once, however often
    it is linked. Raises OSError when the folder itself cannot be read."""
    visited: set[tuple[int, int]] = set()
    waiting = [(folder, 0)]
    while waiting:
        here, depth = waiting.pop()
        try:
            status = here.stat()
            if (status.st_dev, status.st_ino) in visited or depth > deepest:
                continue
            visited.add((status.st_dev, status.st_ino))
            with os.scandir(here) as entries:
                names = sorted(entry.name for entry in entries)
        except OSError:
            if here == folder:
                raise
            continue
        for name in names:
            if name.startswith(".") and not hidden:
                continue
            path = here / name
            try:
                mode = path.stat().st_mode
            except OSError:
                continue
            if stat.S_ISDIR(mode):
                if path == but:
                    continue
                waiting.append((path, depth + 1))
            elif stat.S_ISREG(mode):
                yield path


def _matches(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """True when a path matches a glob: ``**`` is any number of folders, ``*`` never hidden."""
    if not pattern:
        return not parts
    if pattern[0] == "**":
        rest = pattern[1:] or ("*",)
        return any(_matches(parts[skip:], rest) for skip in range(len(parts)))
    if not parts or (parts[0].startswith(".") and not pattern[0].startswith(".")):
        return False
    return fnmatch.fnmatchcase(parts[0], pattern[0]) and _matches(parts[1:], pattern[1:])


def _shown(path: Path, root: Path, base: Path) -> str:
    """A path as provenance names it, the same on any machine.

    Relative to the workspace or to the current folder; elsewhere from the folder that the
    source starts at.
    """
    for start in (root, Path.cwd()):
        if path.is_relative_to(start):
            return _printable(path.relative_to(start))
    return _printable(path.relative_to(base.parent))


def _printable(path: Path) -> str:
    text = os.fsencode(path.as_posix()).decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
