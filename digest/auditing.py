"""The use case of ``digest topics list``: what the rules of digest.toml do to past items."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING

from digest.config import Settings
from digest.errors import LockError
from digest.memory import recall_lessons
from digest.press import read_lock
from digest.teaching import in_order
from digest.workspace import Workspace

if TYPE_CHECKING:
    from digest.topics.audit import Audit


def audit_rules(workspace: Workspace, settings: Settings, *, last: int) -> Audit:
    """Each rule with what it catches in the ``last`` issues that have items.

    Nothing is written. Raises DigestError for a database that cannot be read.
    """
    from digest.topics.audit import audit
    from digest.topics.rules import Rules

    with ExitStack() as stack:
        connection = None
        if workspace.database is not None:
            from digest.state.database import open_database

            connection = stack.enter_context(open_database(workspace.database, scratch=True))
        folders = [workspace.issue(slug) for slug in workspace.slugs()]
        lessons = [lesson for lesson in recall_lessons(folders, connection) if lesson.items]
    latest = in_order(lessons)[-last:]
    return audit(Rules(settings), [(lesson, _reasons(workspace, lesson.slug)) for lesson in latest])


def _reasons(workspace: Workspace, slug: str) -> Mapping[str, str]:
    """Why digest had proposed an issue's items, by their keys, as far as its lock tells."""
    try:
        lock = read_lock(workspace, workspace.issue(slug))
    except LockError:
        return {}
    return {key: reason.reason for key, reason in lock.reasons.items()} if lock else {}
