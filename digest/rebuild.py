"""An issue out of its issue.lock alone: no source is read, no server asked, no clock looked at."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from digest.errors import DigestError, DocumentError, LockError, UsageError
from digest.model import Issue, Window
from digest.press import (
    hash_outputs,
    picture_shelf,
    read_document,
    read_lock,
    write_rendered,
)
from digest.workspace import IssueFolder, Workspace, write_text

if TYPE_CHECKING:
    from digest.config import Newsletter, Settings
    from digest.issue.lock import Lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """An issue as digest proposed it. ``before`` is the issue.md that was there, None if none.

    ``as_composed`` says that every file is, byte for byte, what the last compose wrote; where
    the editor had changed issue.md before that, it cannot be.
    """

    folder: IssueFolder
    issue: Issue
    lock: Lock
    document: str
    before: str | None
    as_composed: bool

    @property
    def window(self) -> Window | None:
        """The window that the issue was composed for."""
        return self.lock.window

    def to_json(self) -> dict[str, Any]:
        """The object of CONTRACT §5, as far as issue.lock knows it."""
        topics = [section for section in self.issue.sections if section.kind == "topic"]
        held = sum(len(s.items) for s in self.issue.sections if s.kind == "hold")
        return {
            "slug": self.folder.slug,
            "window": self.window.to_json() if self.window else None,
            "sections": [
                {
                    "topic": section.heading,
                    "items": [
                        {
                            "article": dict(reason.article),
                            "reason": reason.reason,
                            "late": reason.late,
                            "also": [dict(article) for article in reason.also],
                        }
                        for item in section.items
                        if (reason := self.lock.reasons.get(item.key)) is not None
                    ],
                }
                for section in topics
            ],
            "left_out": [dict(entry) for entry in self.lock.left_out],
            "sources": [dict(source) for source in self.lock.sources],
            "merge": {
                "added": 0,
                "updated": 0,
                "kept": sum(len(section.items) for section in topics),
                "cut": 0,
                "held": held,
            },
        }


def find_locked(workspace: Workspace, name: str | None) -> IssueFolder:
    """The issue whose lock ISSUE names: a slug or a path; nothing means the newest.

    Unlike elsewhere, its issue.md may be gone. Raises UsageError.
    """
    from pathlib import Path

    known = sorted(path.parent.name for path in workspace.issues.glob("*/issue.lock"))
    if name is not None:
        path = Path(name)
        for folder in (path, path.parent, workspace.issues / name):
            named = folder == path or path.name in ("issue.lock", "issue.md")
            if (folder / "issue.lock").is_file() and (named or folder.name == name):
                return IssueFolder(path=folder.resolve())
        raise UsageError(
            f"no issue.lock of that name: {name}",
            where=workspace.show(workspace.issues),
            fix=f"there are locks of {', '.join(known) or 'no issue'}",
        )
    if not known:
        raise UsageError(
            "there is no issue.lock", where=workspace.show(workspace.issues), fix="compose an issue"
        )
    return max(map(workspace.issue, known), key=lambda folder: _start(workspace, folder))


def rebuild(
    workspace: Workspace, settings: Settings, folder: IssueFolder, *, keep: bool
) -> Rebuilt:
    """Writes the issue that issue.lock holds; with ``keep`` false only says what it would be.

    The settings of ``[newsletter]`` are those that it was composed with. Raises LockError with
    the place for a lock that is damaged or was changed, DocumentError where an issue.md stands
    that the editor worked on, and DigestError where digest or the templates have changed, so
    that the files would not come out as they were.
    """
    from digest.issue.by_hand import without_by_hand
    from digest.issue.parse import parse_issue
    from digest.issue.seal import require_seal
    from digest.issue.write import write_issue
    from digest.render import render

    shown = workspace.show(folder.lock)
    lock = read_lock(workspace, folder)
    if lock is None:
        raise LockError("it is not there", where=shown, fix="restore it from git")
    require_seal(folder.lock.read_bytes().decode("utf-8", errors="replace"), shown)
    if lock.proposal is None:
        raise LockError("it holds no proposal", where=shown, fix="compose the issue")
    document = write_issue(without_by_hand(lock) or lock.proposal)
    issue = parse_issue(document, slug=folder.slug, file=workspace.show(folder.document))
    then = replace(settings, newsletter=_newsletter(settings.newsletter, lock))
    rendered = render(issue, then, workspace.templates, shelf=picture_shelf(workspace, folder))
    outputs = hash_outputs(folder, document, rendered)
    name = folder.document.name
    untouched = outputs[name] == lock.outputs.get(name)
    changed = [each for each, value in outputs.items() if value != lock.outputs.get(each)]
    if untouched and changed:
        raise DigestError(
            f"not as it was composed: {', '.join(changed)} would come out otherwise",
            where=workspace.show(folder.path),
            fix="put templates/ and digest.toml back as they were (git), or use the digest that "
            "composed it",
        )
    before = read_document(workspace, folder) if folder.document.exists() else None
    if keep:
        if before is not None and before != document:
            raise DocumentError(
                "it is not what digest proposed, and what you changed is not in issue.lock",
                where=workspace.show(folder.document),
                fix="move it away first; --dry-run shows the difference",
            )
        write_text(folder.document, document)
        write_rendered(folder, rendered)
    return Rebuilt(
        folder=folder,
        issue=issue,
        lock=lock,
        document=document,
        before=before,
        as_composed=untouched,
    )


def _newsletter(now: Newsletter, lock: Lock) -> Newsletter:
    """What ``[newsletter]`` said when the issue was composed."""
    known = {field.name for field in fields(now)}
    return replace(now, **{key: text for key, text in lock.newsletter.items() if key in known})


def _start(workspace: Workspace, folder: IssueFolder) -> tuple[datetime, str]:
    try:
        lock = read_lock(workspace, folder)
    except LockError:
        lock = None
    start = lock.window.start if lock and lock.window else datetime.min.replace(tzinfo=UTC)
    return start.astimezone(UTC), folder.slug
