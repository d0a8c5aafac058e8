"""Past issues are read, and what they teach of sections is learned: for compose and `topics`.

Learning goes issue by issue in the order of their windows. What was learned is kept in the
database under a hash that goes on from issue to issue, so that a run learns what is new alone;
without a database all is learned each time, with the same result.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from digest import __version__
from digest.errors import UsageError
from digest.memory import recall_lesson_texts
from digest.model.lesson import PastLesson
from digest.topics.learned import Learned
from digest.topics.lessons import as_taught
from digest.workspace import IssueFolder, Workspace

if TYPE_CHECKING:
    import sqlite3

    from digest.config import Settings
    from digest.state.states import States
    from digest.topics.guide import Guide

# Goes up when lessons are taught otherwise: what was learned of them counts no more.
_FORMAT = 1
_FIRST = datetime.min.replace(tzinfo=UTC)
_NUMBER = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What was learned, and the lessons that it was learned from, oldest first."""

    learned: Learned
    lessons: tuple[PastLesson, ...]


def find_guide(
    workspace: Workspace, settings: Settings, *, slug: str, until: datetime | None, keep: bool
) -> Guide | None:
    """What past issues say of where the articles of the issue ``slug`` belong; see
    :func:`learn_past`."""
    from digest.topics.guide import Guide

    taught = learn_past(workspace, slug=slug, until=until, keep=keep)
    return Guide(taught.learned, taught.lessons, settings) if taught else None


def learn_past(
    workspace: Workspace, *, slug: str = "", until: datetime | None = None, keep: bool = True
) -> Taught | None:
    """What the issues of a workspace teach that come before ``slug``, whose window ends at
    ``until``; of all issues without one. None where they teach nothing.

    With ``keep`` false nothing is written down for the next time. Raises DigestError for a
    database that cannot be opened.
    """
    folders = [workspace.issue(name) for name in workspace.slugs() if name != slug]
    if not folders:
        return None
    with ExitStack() as stack:
        connection = None
        if workspace.database is not None:
            from digest.state.database import open_database

            connection = stack.enter_context(open_database(workspace.database, scratch=not keep))
        return learn_folders(folders, connection, until=until)


def learn_folders(
    folders: Sequence[IssueFolder],
    connection: sqlite3.Connection | None,
    *,
    until: datetime | None = None,
) -> Taught | None:
    """What the issues in ``folders`` teach whose windows end before ``until``."""
    from digest.state.states import States

    recalled = recall_lesson_texts(folders, connection)
    text_of = {lesson.slug: text for lesson, text in recalled}
    lessons = [
        lesson
        for lesson in in_order(lesson for lesson, _ in recalled)
        if lesson.items and (until is None or lesson.ends is None or lesson.ends < until)
    ]
    if not lessons:
        return None
    states = States(connection) if connection is not None else None
    names = _chain(text_of[lesson.slug] for lesson in lessons) if states else []
    return Taught(learned=_learn(lessons, names, states), lessons=tuple(lessons))


def find_issues(folder: Path) -> list[IssueFolder]:
    """The issues in a folder: whatever lies in it as NAME/issue.md. Raises UsageError for none."""
    found = [IssueFolder(path=path.parent) for path in sorted(folder.glob("*/issue.md"))]
    if not found:
        inner = folder / "issues"
        fix = f"did you mean {inner}?" if inner.is_dir() else "its issues are NAME/issue.md in it"
        raise UsageError("is no folder of issues", where=str(folder), fix=fix)
    return found


def in_order(lessons: Iterable[PastLesson]) -> list[PastLesson]:
    """By the end of the window; issues without one come first, by their names, in which
    numbers count as numbers."""
    return sorted(lessons, key=lambda one: (one.ends or _FIRST, _natural(one.slug)))


def _natural(name: str) -> list[tuple[int, str]]:
    parts = _NUMBER.split(name)
    return [(int(part), part) if part.isdecimal() else (-1, part) for part in parts if part]


def _learn(lessons: Sequence[PastLesson], names: Sequence[str], states: States | None) -> Learned:
    """All of it, from the latest state on that is kept under one of the names."""
    kept = states.names() if states else ()
    learned, known = Learned(), 0
    for at in range(len(names), 0, -1):
        content = states.read(names[at - 1]) if states and names[at - 1] in kept else None
        if content is not None:
            try:
                learned, known = Learned.from_bytes(content), at
                break
            except ValueError:
                continue
    learned.learn(map(as_taught, lessons[known:]))
    if states and known < len(lessons):
        states.keep(names[-1], learned.to_bytes())
    return learned


def _chain(texts: Iterable[str]) -> list[str]:
    """For each lesson's text a hash of it and of all before it."""
    names, before = [], f"{__version__} {_FORMAT}"
    for text in texts:
        before = hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()
        names.append(before)
    return names
