"""Which files a path, folder or glob names, in the order of their names."""

from __future__ import annotations

import fnmatch
import itertools
import os
import re
import stat
from array import array
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import overload

from digest.errors import ArticleError
from digest.sources.documents import SUFFIXES, suffix_of
from digest.sources.mails import is_maildir_mail, is_trashed
from digest.workspace import Workspace

# "example.org", "www.example.org/feed": not "articles.txt", "notes/a.md".
_HOST = re.compile(
    r"(?:www\.)?(?:[a-z0-9-]{1,63}\.){1,4}(?!txt|md|html?|eml|pdf|docx?|json|xml|csv)[a-z]{2,24}(?:/\S*)?",
    re.IGNORECASE,
)
_MAGIC = frozenset("*?[")
# Deeper folders are a loop that symbolic links hide, or not meant.
_MAX_DEPTH = 64
_APART = "\0"
"""Between the parts of a name: no name has it, and it sorts as parts do, before all others."""


class FoundFiles(Sequence[Path]):
    """Files below one folder, in the order of their parts.

    Only names are kept, about 20 bytes a file, and no string for each: paths of ten thousand
    files would take ten megabytes. A path is made when it is asked for; who asks for each of them
    asks ``where``, for a path enters the parts of its name among Python's own words.
    """

    __slots__ = ("_names", "_starts", "base")

    def __init__(self, base: Path, names: list[str]) -> None:
        names.sort()
        self.base = base
        self._names = "".join(names)
        self._starts = array("Q", itertools.accumulate(map(len, names), initial=0))

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, place: int) -> Path: ...
    @overload
    def __getitem__(self, place: slice) -> FoundFiles: ...
    def __getitem__(self, place: int | slice) -> Path | FoundFiles:
        places = range(len(self))[place]  # as sequences do: from the end, or an IndexError
        if isinstance(places, int):
            return self.base.joinpath(*self.name(places).split(_APART))
        return FoundFiles(self.base, [self.name(each) for each in places])

    def places(self, endings: tuple[str, ...]) -> Iterator[int]:
        """Where the files stand whose names end so, whatever their letters' case."""
        for place in range(len(self)):
            if self.name(place).lower().endswith(endings):
                yield place

    def where(self, place: int) -> str:
        """The path of a file, as text."""
        base = str(self.base)
        between = "" if base.endswith(os.sep) else os.sep
        return f"{base}{between}{self.name(place).replace(_APART, os.sep)}"

    def name(self, place: int) -> str:
        """A file's name from the folder, as ``shower`` takes it."""
        return self._names[self._starts[place] : self._starts[place + 1]]


def find_files(text: str, root: Path, typed: str = "") -> tuple[Path, FoundFiles, int]:
    """The files that a path, folder or glob names: (where it starts, files, others passed over).

    Folders are walked to the bottom, symbolic links followed once; the workspace's own issues
    are passed by unless the path leads into them. Hidden files and folders count only where
    the path names them. A path that is named itself is taken whatever its suffix; inside
    folders only those of SUFFIXES. ``typed`` is what the command line said, for a word on what
    may be meant. Raises ArticleError when nothing is there, and OSError.
    """
    try:
        path = Path(os.path.normpath(root / Path(text).expanduser()))
    except RuntimeError as error:
        raise ArticleError("no such user's folder", fix="check the path") from error
    issues = Workspace(root=root, settings_path=None).issues
    if path.is_file():
        return path.parent, FoundFiles(path.parent, [path.name]), 0
    if path.is_dir():
        return _in_folder(path, issues)
    base, pattern = _split_glob(path)
    if not pattern:
        if path.exists():
            raise ArticleError("neither a file nor a folder", fix="name a file or folder")
        told = "check the path"
        if _HOST.fullmatch(typed):
            told = "check the path, or write https:// before it if it is an address"
        raise ArticleError("no such file or folder", fix=told)
    if not base.is_dir():
        raise ArticleError("no such folder", show_path(base, root, base), "check the path")
    walked = _walk(
        base,
        but=issues,
        hidden=any(part.startswith(".") for part in pattern),
        deepest=_MAX_DEPTH if "**" in pattern else len(pattern) - 1,
    )
    matches = [
        inside + name
        for _, inside, names in walked
        for name in names
        if _matches((*inside.split(_APART)[:-1], name), pattern)
    ]
    return base, FoundFiles(base, matches), 0


def show_path(path: Path, root: Path, base: Path) -> str:
    """A path as provenance names it, the same on any machine.

    Relative to the workspace or to the current folder; elsewhere from the folder that the
    source starts at.
    """
    for start in (root, Path.cwd()):
        if path.is_relative_to(start):
            return _printable(path.relative_to(start).as_posix())
    return _printable(path.relative_to(base.parent).as_posix())


def shower(root: Path, base: Path) -> Callable[[str], str]:
    """``show_path`` for many files below one folder, which are given by their names from there, as
    FoundFiles has them."""
    taken: list[tuple[str, str]] = []  # what names begin with, and what is shown instead
    for start in (root, Path.cwd(), base.parent):
        if base.is_relative_to(start):
            taken.append(("", "".join(f"{part}/" for part in base.relative_to(start).parts)))
            break  # that is all names
        if start.is_relative_to(base):
            taken.append(("".join(part + _APART for part in start.relative_to(base).parts), ""))

    def show(name: str) -> str:
        before, instead = next(each for each in taken if name.startswith(each[0]))
        return _printable(instead + name[len(before) :].replace(_APART, "/"))

    return show


def _in_folder(folder: Path, issues: Path) -> tuple[Path, FoundFiles, int]:
    """What digest reads by its name, and how many others there are."""
    wanted: list[str] = []
    found = 0
    for here, inside, names in _walk(folder, but=issues):
        found += len(names)
        wanted += (inside + name for name in _wanted(here, names))
    return folder, FoundFiles(folder, wanted), found - len(wanted)


def _wanted(folder: Path, names: Sequence[str]) -> list[str]:
    """What digest reads by its name of what is in a folder: a Maildir's mails have none, nor
    has the mailbox in an Apple Mail export (``Letters.mbox/mbox``)."""
    if is_maildir_mail(folder / "mail"):
        return [name for name in names if not is_trashed(name)]
    also = "mbox" if folder.suffix.lower() == ".mbox" else ""
    return [name for name in names if suffix_of(name) in SUFFIXES or name == also]


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


def _walk(
    folder: Path, *, but: Path, hidden: bool = False, deepest: int = _MAX_DEPTH
) -> Iterator[tuple[Path, str, list[str]]]:
    """All regular files below a folder, ``but`` left out, as (folder, its name from there with
    ``_APART`` behind it, names); each real folder once, however often it is linked. Raises OSError
    when the folder itself cannot be read."""
    visited: set[tuple[int, int]] = set()
    waiting = [("", 0)]
    while waiting:
        inside, depth = waiting.pop()
        here = folder.joinpath(*inside.split(_APART)[:-1])
        try:
            status = here.stat()
            if (status.st_dev, status.st_ino) in visited or depth > deepest:
                continue
            visited.add((status.st_dev, status.st_ino))
            folders, names = _entries(here, hidden=hidden)
        except OSError:
            if not inside:
                raise
            continue
        waiting += (
            (f"{inside}{name}{_APART}", depth + 1) for name in folders if here / name != but
        )
        yield here, inside, names


def _entries(folder: Path, *, hidden: bool) -> tuple[list[str], list[str]]:
    """(folders in the order of their names, files); what cannot be looked at is neither."""
    folders: list[str] = []
    files: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") and not hidden:
                continue
            try:
                mode = entry.stat().st_mode
            except OSError:
                continue
            if stat.S_ISDIR(mode):
                folders.append(entry.name)
            elif stat.S_ISREG(mode):
                files.append(entry.name)
    return sorted(folders), files


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


def _printable(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    text = os.fsencode(text).decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
