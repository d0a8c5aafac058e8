"""An issue out of its issue.lock alone: no source is read, no server asked, no clock looked at."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from digest.errors import DigestError, DocumentError, LockError, UsageError
from digest.model import Issue, Window
from digest.press import (
    differing,
    hash_outputs,
    picture_shelf,
    read_document,
    read_lock,
    window_start,
    write_rendered,
)
from digest.workspace import IssueFolder, Workspace, write_text

if TYPE_CHECKING:
    from digest.config import Newsletter, Settings
    from digest.issue.lock import Lock
    from digest.model import Rendered


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
        from digest.issue.fates import merge_json, tell_rebuilt
        from digest.issue.lock import placement_json

        topics = [section for section in self.issue.sections if section.kind == "topic"]
        return {
            "slug": self.issue.slug,
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
                            **placement_json(reason),
                        }
                        for item in section.items
                        if (reason := self.lock.reasons.get(item.key)) is not None
                    ],
                }
                for section in topics
            ],
            "left_out": [dict(entry) for entry in self.lock.left_out],
            "sources": [dict(source) for source in self.lock.sources],
            "merge": merge_json(tell_rebuilt(self.issue)),
        }


def find_locked(workspace: Workspace, name: str | None) -> IssueFolder:
    """The issue whose lock ISSUE names: a slug or a path; nothing means the newest.

    Unlike elsewhere, its issue.md may be gone. Raises UsageError, and LockError where a damaged
    lock leaves open which is the newest.
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
    workspace: Workspace,
    settings: Settings,
    folder: IssueFolder,
    *,
    keep: bool,
    output: IssueFolder | None = None,
) -> Rebuilt:
    """Writes the issue that issue.lock holds; with ``keep`` false only says what it would be.

    The settings that decide how it looks are those that it was composed with. ``output`` is another
    folder to write to. Raises LockError with the place for a lock that is damaged or was
    changed, DocumentError where files stand that say something else, which may be the editor's
    work, and DigestError where digest or the templates have changed, so that the files would not
    come out as they were.
    """
    from digest.config.appearance import with_appearance
    from digest.issue.by_hand import without_by_hand
    from digest.issue.imported import find_import
    from digest.issue.parse import parse_issue
    from digest.issue.seal import require_seal
    from digest.issue.write import write_issue
    from digest.render import render

    shown = workspace.show(folder.lock)
    lock = read_lock(workspace, folder)
    if lock is None:
        raise LockError("it is not there", where=shown, fix="restore it from git")
    require_seal(folder.lock.read_bytes().decode("utf-8", errors="replace"), shown)
    if lock.proposal is None and find_import(lock.deliveries) is not None:
        raise LockError(
            f"{folder.slug} was imported: digest never proposed it",
            where=shown,
            fix="its issue.md is all there is of it; restore that from git",
        )
    if lock.proposal is None:
        raise LockError("it holds no proposal", where=shown, fix="compose the issue")
    document = write_issue(without_by_hand(lock.proposal))
    # A folder that was renamed since is the same issue: its own address is in what it says.
    issue = parse_issue(document, slug=lock.slug, file=workspace.show(folder.document))
    then = replace(
        with_appearance(settings, lock.appearance),
        newsletter=_newsletter(settings.newsletter, lock),
    )
    rendered = render(issue, then, workspace.templates, shelf=picture_shelf(workspace, folder))
    outputs = hash_outputs(folder, document, rendered)
    name = folder.document.name
    untouched = outputs[name] == lock.outputs.get(name)
    changed = [each for each, value in outputs.items() if value != lock.outputs.get(each)]
    if untouched and changed:
        raise DigestError(
            f"not as it was composed: {', '.join(changed)} would come out otherwise",
            where=workspace.show(folder.path),
            fix=f"put templates/ back as it was (git){_other_digest(lock.composed_with)}",
        )
    target = output or folder
    with workspace.lock() if keep else nullcontext():
        before = read_document(workspace, target) if target.document.exists() else None
        if keep:
            _refuse_to_write_over(workspace, target, before, document, rendered)
            write_text(target.document, document)
            write_rendered(target, rendered)
    return Rebuilt(
        folder=target,
        issue=issue,
        lock=lock,
        document=document,
        before=before,
        as_composed=untouched,
    )


def _refuse_to_write_over(
    workspace: Workspace,
    folder: IssueFolder,
    before: str | None,
    document: str,
    rendered: Rendered,
) -> None:
    """Raises DocumentError where a file says what the rebuilt issue does not.

    A byte order mark and line ends are what git and editors change without a person's doing.
    """
    from digest.issue.lines import trim_lines

    elsewhere = "rebuild into another folder with --output DIR, or move"
    if before is not None and trim_lines(before.removeprefix("\ufeff")) != trim_lines(document):
        raise DocumentError(
            "it is not what digest proposed, and what you changed is not in issue.lock",
            where=workspace.show(folder.document),
            fix=f"{elsewhere} it away first; --dry-run shows the difference",
        )
    if before is None and (others := differing(folder, rendered)):
        raise DocumentError(
            f"{', '.join(others)} here came of another issue.md, and may be all that is left of it",
            where=workspace.show(folder.path),
            fix=f"restore issue.md from git, {elsewhere} them away first",
        )


def _other_digest(composed_with: str) -> str:
    from digest import __version__

    if composed_with == __version__:
        return ""
    return (
        f", or use digest {composed_with}: this is {__version__}"
        if composed_with
        else (", or use the digest that composed it")
    )


def _newsletter(now: Newsletter, lock: Lock) -> Newsletter:
    """What ``[newsletter]`` said when the issue was composed."""
    known = {field.name for field in fields(now)}
    return replace(now, **{key: text for key, text in lock.newsletter.items() if key in known})


def _start(workspace: Workspace, folder: IssueFolder) -> tuple[datetime, str]:
    try:
        lock = read_lock(workspace, folder)
    except LockError:
        # What the newest is, issue.md may say: not an older one in its place.
        stated = window_start(folder) if folder.document.exists() else ""
        if not stated:
            raise
        return datetime.fromisoformat(stated), folder.slug
    start = lock.window.start if lock and lock.window else datetime.min.replace(tzinfo=UTC)
    return start.astimezone(UTC), folder.slug
