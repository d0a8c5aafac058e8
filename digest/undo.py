"""The use case of ``digest undo``: an earlier issue.md put back, with the lock that it had."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from digest.desk import refuse_sent, render_again
from digest.errors import DeliveryRefused, DigestError, DocumentError, LockError, UsageError
from digest.history import (
    Changed,
    Entry,
    State,
    find_previous,
    read_states,
    was_edited,
    write_document,
)
from digest.model import Finding
from digest.workspace import IssueFolder, Workspace, write_bytes

if TYPE_CHECKING:
    from digest.config import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """``state`` stands in issue.md now, or would; ``before`` stood there.

    ``edited`` says that the editor had changed issue.md by hand after the last command. What
    stood there is kept under the number ``kept``, None in a dry run and where it is the same.
    ``unrendered`` is why the issue could not be rendered.
    """

    folder: IssueFolder
    state: State
    before: bytes
    edited: bool
    kept: int | None = None
    findings: tuple[Finding, ...] = ()
    unrendered: str = ""


def undo(
    workspace: Workspace,
    settings: Settings,
    folder: IssueFolder,
    *,
    now: datetime,
    to: int | None = None,
    keep: bool = True,
) -> Undone:
    """Puts back the state before the last change, or the state ``to``, and renders it.

    What stood there is kept. With ``keep`` false it only says what would become of issue.md.
    Raises DigestError where nothing is to be undone, UsageError for a number that is not kept,
    DeliveryRefused where the issue left the house, DocumentError where the editor saves
    meanwhile.
    """
    with workspace.lock() if keep else nullcontext():
        refuse_sent(workspace, folder, named_by="`digest undo SLUG`")
        state = _choose(workspace, folder, to)
        _refuse_sent_then(workspace, folder, state)
        before = folder.document.read_bytes()
        undone = Undone(
            folder=folder,
            state=state,
            before=before,
            edited=was_edited(workspace, folder),
        )
        if not keep:
            return undone
        lock = folder.lock.read_bytes() if folder.lock.exists() else None
        try:
            entry = write_document(
                workspace,
                folder,
                state.document,
                expected=before,
                entry=Entry(at=now, by="undo", what=f"back to {state.number}"),
                back_to=state,
                # Whenever this run dies, what stands in issue.md never counts as cut.
                prepare=lambda: _put_lock(folder, _between(folder, state)),
            )
        except Changed as error:
            _put_lock(folder, lock)
            raise DocumentError(
                "it was saved while digest put an earlier one back; nothing was undone",
                where=error.where,
                fix="close the editor, or stop what writes it, and try again",
            ) from error
        _put_lock(folder, state.lock)
        undone = replace(undone, kept=entry.kept)
        try:
            return replace(undone, findings=tuple(render_again(workspace, settings, folder)))
        except DigestError as error:
            return replace(undone, unrendered=str(error))


def _choose(workspace: Workspace, folder: IssueFolder, to: int | None) -> State:
    if to is None:
        state = find_previous(workspace, folder)
        if state is None:
            raise DigestError(
                "nothing to undo: what it was before is not kept here",
                where=workspace.show(folder.document),
                fix="`digest undo --list` shows what is kept, or look into git",
            )
        return state
    states = read_states(workspace, folder)
    for state in states:
        if state.number == to:
            return state
    known = ", ".join(str(state.number) for state in states) or "none"
    raise UsageError(
        f"no state {to} is kept of {folder.slug}", where="--to", fix=f"kept are: {known}"
    )


def _refuse_sent_then(workspace: Workspace, folder: IssueFolder, state: State) -> None:
    """That an issue left the house is not undone by putting back a lock that did not know."""
    from digest.issue.unlock import find_deliveries

    if state.lock and find_deliveries(state.lock.decode("utf-8", errors="replace")):
        raise DeliveryRefused(
            f"{folder.slug} had been sent in state {state.number}",
            where=workspace.show(folder.document),
            fix="compose the next issue",
        )


def _between(folder: IssueFolder, state: State) -> bytes | None:
    """The lock that goes with the document on disk and with the one that comes: it knows what
    was cut, and of nothing else that digest proposed it."""
    from digest.issue.cuts import only_cut
    from digest.issue.lock import write_lock
    from digest.issue.parse import parse_issue
    from digest.issue.unlock import parse_lock

    if state.lock is None:
        return None
    try:
        lock = parse_lock(state.lock.decode("utf-8", errors="replace"), "issue.lock")
    except LockError:
        return state.lock  # counts as none
    if lock.proposal is None:
        return state.lock
    try:
        text = state.document.decode("utf-8", errors="replace")
        document = parse_issue(text, slug=folder.slug, file="issue.md")
    except DocumentError:
        return write_lock(replace(lock, proposal=None, hashes={})).encode("utf-8")
    base = only_cut(lock.proposal, document)
    return write_lock(replace(lock, proposal=base, hashes={})).encode("utf-8")


def _put_lock(folder: IssueFolder, content: bytes | None) -> None:
    if content is None:
        folder.lock.unlink(missing_ok=True)
    else:
        write_bytes(folder.lock, content)
