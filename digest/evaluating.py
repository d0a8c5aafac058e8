"""The use case of ``digest topics evaluate``: past issues are read, and the last of them tried."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from digest.config import Settings
from digest.errors import DigestError
from digest.memory import recall_lessons
from digest.teaching import find_issues, in_order
from digest.workspace import Workspace

if TYPE_CHECKING:
    from digest.topics.evaluate import Evaluation


def evaluate_topics(
    workspace: Workspace, settings: Settings, *, last: int, issues: Path | None = None
) -> Evaluation:
    """How far digest agrees with the editor on the ``last`` issues of the workspace, or of those
    in the folder ``issues``. Nothing is written.

    Raises DigestError where fewer than two issues have items: there is nothing to try.
    """
    from digest.topics.evaluate import evaluate

    with ExitStack() as stack:
        connection = None
        if issues is not None:
            folders = find_issues(issues)
        else:
            folders = [workspace.issue(slug) for slug in workspace.slugs()]
            if workspace.database is not None and folders:
                from digest.state.database import open_database

                connection = stack.enter_context(open_database(workspace.database, scratch=True))
        found = evaluate(in_order(recall_lessons(folders, connection)), settings, last=last)
    if not found.tried:
        where = str(issues) if issues else workspace.show(workspace.issues)
        raise DigestError(
            "too little past: at least two issues with items are needed, one to learn from and "
            "one to try",
            where,
            "compose more issues, or bring earlier newsletters along: digest import",
        )
    return found
