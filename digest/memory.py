"""What the issues of a workspace say: derived from their files, kept in the database.

The files are the truth. An issue whose files changed since it was last read, by an editor or by
a git checkout, is read again; so is everything where the database is missing or damaged.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from digest import __version__
from digest.workspace import IssueFolder, Workspace

if TYPE_CHECKING:
    import sqlite3

    from digest.issue.past import Memory, PastIssue
    from digest.issue.tally import Tally
    from digest.model import Article
    from digest.model.lesson import PastLesson
    from digest.state.remembered import Remembered

# A file that changed this recently may change again without its times showing it.
_UNSETTLED_NANOSECONDS = 50_000_000


def remember_issues(workspace: Workspace, *, keep: bool = True) -> Memory:
    """The memory of all issues; with ``keep`` false nothing is written down for the next time."""
    from digest.issue.past import gather_memory
    from digest.state.database import open_database
    from digest.state.remembered import Remembered

    folders = [workspace.issue(slug) for slug in workspace.slugs()]
    if workspace.database is None or not (folders or workspace.database.is_file()):
        return gather_memory(map(_read, folders))
    with ExitStack() as stack:
        connection = stack.enter_context(open_database(workspace.database, scratch=not keep))
        return gather_memory(_recall(folders, Remembered(connection)))


def recall_put_off(
    workspace: Workspace, slugs: Collection[str], *, vias: Collection[str], without: Collection[str]
) -> dict[str, list[Article]]:
    """What these issues left to a later one and no source lists any more, by the issue.

    A feed shows its last entries alone: what was too early for one window may be gone before the
    next is composed, and issue.lock still has it. ``vias`` are the labels of the sources that
    are read now, ``without`` the ids of what they list.
    """
    from digest.errors import LockError
    from digest.issue.unlock import parse_lock
    from digest.model.article import parse_article
    from digest.window import PUT_OFF

    found: dict[str, list[Article]] = {}
    for slug in slugs:
        folder = workspace.issue(slug)
        try:
            text = folder.lock.read_text(encoding="utf-8", errors="replace")
            entries = parse_lock(text, workspace.show(folder.lock)).left_out
        except (OSError, LockError):
            continue  # the memory of all issues has told it
        for entry in entries:
            via = str(entry.get("via") or "")
            if entry.get("rule") not in PUT_OFF or via not in vias:
                continue
            try:
                article = parse_article(entry["article"], via=via)
            except (KeyError, TypeError, ValueError):
                continue  # of another digest, or changed by hand: it says no article
            if article.id not in without:
                found.setdefault(slug, []).append(article)
    return found


def recall_tallies(
    folders: Sequence[IssueFolder], connection: sqlite3.Connection | None
) -> tuple[list[Tally], tuple[str, ...]]:
    """The issues in numbers, in the order of their windows, and what could not be read of them.

    Kept in the database behind ``connection``, where there is one, until the files change.
    """
    from digest.issue.past import gather_memory
    from digest.issue.tally import FORMAT, Numbers, Tally, count
    from digest.state.remembered import Remembered

    memory = gather_memory(
        map(_read, folders)
        if connection is None
        else _recall(list(folders), Remembered(connection))
    )
    kept = Remembered(connection, "tallied") if connection is not None else None
    numbers = {
        folder.slug: Numbers.from_text(text)
        for folder, text in _recall_texts(
            folders, kept, FORMAT, lambda folder: count(folder.slug, *read_files(folder)).to_text()
        )
    }
    return [Tally(past=past, numbers=numbers[past.slug]) for past in memory.issues], memory.problems


def _recall(
    folders: list[IssueFolder], remembered: Remembered
) -> Iterator[tuple[PastIssue, tuple[str, ...]]]:
    from digest.issue.keep import FORMAT, read_past, write_past

    stamps = {folder.slug: _stamp(folder, FORMAT) for folder in folders}
    known: dict[str, PastIssue] = {}
    gone: list[str] = []
    for slug, stamp, text in remembered.read():
        if slug not in stamps:
            gone.append(slug)
        elif stamp == stamps[slug]:
            try:
                known[slug] = read_past(text)
            except ValueError:
                continue
    fresh: list[tuple[str, str, str]] = []
    for folder in folders:
        if folder.slug in known:
            yield known[folder.slug], ()
            continue
        issue, problems = _read(folder)
        # What is wrong with a file is told by every run until it is mended.
        if not problems and (stamp := stamps[folder.slug]):
            fresh.append((folder.slug, stamp, write_past(issue)))
        yield issue, problems
    if fresh or gone:
        remembered.keep(fresh, forget=gone)


def recall_lessons(
    folders: Sequence[IssueFolder], connection: sqlite3.Connection | None
) -> list[PastLesson]:
    """What each issue teaches (:mod:`digest.issue.lessons`), in the order of the folders.

    Kept in the database behind ``connection``, where there is one, until the files change.
    """
    return [lesson for lesson, _ in recall_lesson_texts(folders, connection)]


def recall_lesson_texts(
    folders: Sequence[IssueFolder], connection: sqlite3.Connection | None
) -> list[tuple[PastLesson, str]]:
    """The same, each with the text that is kept of it, "" without a database."""
    from digest.issue.lessons import FORMAT, read_lesson, take_lesson, write_lesson
    from digest.state.remembered import Remembered

    kept = Remembered(connection, "taught") if connection is not None else None
    made: dict[str, PastLesson] = {}

    def make(folder: IssueFolder) -> str:
        made[folder.slug] = read_lesson(folder.slug, *read_files(folder))
        return write_lesson(made[folder.slug]) if kept else ""

    texts = list(_recall_texts(folders, kept, FORMAT, make))
    return [(made.get(folder.slug) or take_lesson(text), text) for folder, text in texts]


def recall_names(
    folders: Sequence[IssueFolder], connection: sqlite3.Connection | None
) -> Iterator[tuple[IssueFolder, str]]:
    """Each issue with the names that its files give to articles (:mod:`digest.issue.naming`).

    Kept in the database behind ``connection``, where there is one, until the files change.
    """
    from digest.issue.naming import FORMAT, read_names
    from digest.state.remembered import Remembered

    kept = Remembered(connection, "named") if connection is not None else None
    return _recall_texts(folders, kept, FORMAT, lambda folder: read_names(*read_files(folder)))


def _recall_texts(
    folders: Sequence[IssueFolder],
    kept: Remembered | None,
    form: int,
    make: Callable[[IssueFolder], str],
) -> Iterator[tuple[IssueFolder, str]]:
    """Each issue with the text that ``make`` gives of it, or that is kept of it."""
    stamps = {folder.slug: _stamp(folder, form) for folder in folders} if kept else {}
    known: dict[str, str] = {}
    gone: list[str] = []
    for slug, stamp, text in kept.read() if kept else ():
        if slug not in stamps:
            gone.append(slug)
        elif stamp == stamps[slug]:
            known[slug] = text
    fresh: list[tuple[str, str, str]] = []
    for folder in folders:
        if folder.slug not in known:
            known[folder.slug] = make(folder)
            if stamp := stamps.get(folder.slug, ""):
                fresh.append((folder.slug, stamp, known[folder.slug]))
        yield folder, known[folder.slug]
    if kept and (fresh or gone):
        kept.keep(fresh, forget=gone)


def read_files(folder: IssueFolder) -> tuple[str, str | None]:
    """issue.md and issue.lock of an issue as text; "" and None where they cannot be read."""
    return _text(folder, "issue.md") or "", _text(folder, "issue.lock")


def _text(folder: IssueFolder, name: str) -> str | None:
    # Without a Path for each of a thousand files, which costs more than reading them.
    try:
        with open(f"{os.fspath(folder.path)}/{name}", "rb", buffering=0) as file:  # noqa: PTH123
            return file.read().decode("utf-8", errors="replace")
    except OSError:
        return None


def _read(folder: IssueFolder) -> tuple[PastIssue, tuple[str, ...]]:
    from digest.issue.past import read_past_issue

    return read_past_issue(
        folder.slug,
        folder.document.read_bytes().decode("utf-8", errors="replace"),
        _lock_text(folder),
    )


def _lock_text(folder: IssueFolder) -> str | None:
    try:
        return folder.lock.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return None


def _stamp(folder: IssueFolder, form: int) -> str:
    """What changes when one of the issue's files does, or the form in which what they say is
    kept; "" when that cannot be told now."""
    parts = [f"{__version__} {form}"]
    for name in ("issue.md", "issue.lock"):
        try:
            found = os.stat(f"{os.fspath(folder.path)}/{name}")  # noqa: PTH116 - see _text
        except FileNotFoundError:
            parts.append("none")
            continue
        except OSError:
            return ""
        if time.time_ns() - found.st_mtime_ns < _UNSETTLED_NANOSECONDS:
            return ""
        times = f"{found.st_mtime_ns} {found.st_ctime_ns}"
        parts.append(f"{found.st_size} {times} {found.st_ino}")
    return "; ".join(parts)
