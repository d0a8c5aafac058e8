"""The one door through which issue.md is replaced, and what went through it.

Before a new issue.md is written, the one on disk is kept with the issue.lock that belongs to
it: ``.digest/history/<slug>/<number>/``. What happened to an issue stands in ``log.jsonl``
beside them, one line each. Nothing here is needed to compose: a clone has none of it.

A kept state is complete or not there: it is made under another name and renamed. A run that
dies after keeping and before writing leaves a state that says what issue.md says.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from digest.errors import MergeError
from digest.model import format_instant
from digest.workspace import IssueFolder, Workspace, clear_unfinished, write_bytes

STATES_KEPT = 20
"""So many earlier states are kept of each issue; the oldest go first."""
LINES_KEPT = 500
"""So many lines the log of an issue keeps at least; it is shortened at twice as many."""
_LOG = "log.jsonl"
_UNFINISHED = ".unfinished-"


class Changed(MergeError):
    """issue.md is not what the caller read: somebody saved it meanwhile. Nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the log.

    ``by`` is the command, ``what`` the words or the title that it was about. ``kept`` is the
    number of the state that this replaced, None where nothing was; ``previous`` that of the
    state before, which an undo puts back: they differ after an undo. ``edited`` says that the
    editor had changed issue.md since the line before.
    """

    at: datetime
    by: str
    what: str = ""
    window: str = ""
    summary: Mapping[str, int] = field(default_factory=dict)
    kept: int | None = None
    previous: int | None = None
    document: str = ""
    edited: bool = False

    def to_json(self) -> dict[str, Any]:
        """The line of the log; what is empty is not there."""
        content = {
            "at": format_instant(self.at),
            "by": self.by,
            "what": self.what,
            "window": self.window,
            "summary": dict(self.summary),
            "kept": self.kept,
            "previous": self.previous,
            "document": self.document,
            "edited": self.edited,
        }
        return {key: value for key, value in content.items() if value or value == 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An issue.md that was replaced, with its issue.lock; ``lock`` is None where it had none.

    ``replaced_at`` is when it was replaced and ``by`` what; ``previous`` is the number of the
    state before it.
    """

    number: int
    replaced_at: datetime
    by: str
    document: bytes
    lock: bytes | None
    previous: int | None = None


def replace_document(
    workspace: Workspace,
    folder: IssueFolder,
    text: str,
    *,
    expected: str | None,
    at: datetime,
    by: str,
    summary: Mapping[str, int] | None = None,
    what: str = "",
    window: str = "",
) -> None:
    """Writes issue.md, keeps what it was, and notes it in the issue's log.

    ``expected`` is the text that the caller read and built on, None where there was no
    issue.md. Whoever calls this holds ``workspace.lock()``. Where ``text`` is what is on disk
    already, nothing is kept and only the log grows.
    Raises Changed when issue.md says something else by now: read it and do it again. Raises
    OSError when something cannot be written; issue.md is then the old one, or, where only the
    log could not grow, the new one.
    """
    write_document(
        workspace,
        folder,
        text.encode("utf-8"),
        expected=None if expected is None else expected.encode("utf-8"),
        entry=Entry(at=at, by=by, summary=summary or {}, what=what, window=window),
    )


def write_document(
    workspace: Workspace,
    folder: IssueFolder,
    content: bytes,
    *,
    expected: bytes | None,
    entry: Entry,
    back_to: State | None = None,
    prepare: Callable[[], None] | None = None,
) -> Entry:
    """:func:`replace_document` for bytes; gives the entry with what became of the old document.

    ``back_to`` is the state that is put back, so that the next undo goes on from there;
    ``prepare`` is called when the old state is kept and nothing is written yet.
    """

    def compare() -> None:
        if _read(folder.document) != expected:
            raise Changed(
                "it was saved meanwhile",
                where=workspace.show(folder.document),
                fix="close the editor, or stop what writes it, and do it again",
            )

    compare()
    home = _home(workspace, folder)
    folder.clear_unfinished()
    clear_unfinished(home, [_LOG])
    previous, last = _previous(home), _last(home)
    kept = None
    if expected is not None and expected != content:
        kept = _keep(home, folder, expected, by=entry.by, at=entry.at, previous=previous)
        previous = kept
    if back_to is not None:
        previous = back_to.previous
    if prepare is not None:
        prepare()
    write_bytes(folder.document, content, compare=compare)
    entry = replace(
        entry,
        kept=kept,
        previous=previous,
        document=_hash(content),
        edited=last is not None and expected is not None and last.document != _hash(expected),
    )
    # Without a workspace nothing but the issue is left behind, until there is a state to keep.
    if workspace.settings_path is not None or home.is_dir():
        _append(home / _LOG, entry)
    return entry


def note_edit(workspace: Workspace, folder: IssueFolder, before: bytes, *, at: datetime) -> bool:
    """Keeps what issue.md was before an editor opened it, and notes that it was changed.

    Whoever calls this holds ``workspace.lock()``. False, and nothing kept, where it was not.
    """
    now = _read(folder.document)
    if now is None or now == before:
        return False
    home = _home(workspace, folder)
    kept = _keep(home, folder, before, by="edit", at=at, previous=_previous(home))
    _append(home / _LOG, Entry(at=at, by="edit", kept=kept, previous=kept, document=_hash(now)))
    return True


def read_log(workspace: Workspace, folder: IssueFolder) -> list[Entry]:
    """What happened to an issue, in order; empty where nothing is known of it."""
    return list(_entries(_home(workspace, folder) / _LOG))


def last_entry(workspace: Workspace, folder: IssueFolder) -> Entry | None:
    """The last line of an issue's log."""
    return _last(_home(workspace, folder))


def was_edited(workspace: Workspace, folder: IssueFolder) -> bool:
    """True when issue.md is not what the last noted change left: the editor worked on it."""
    last, document = last_entry(workspace, folder), _read(folder.document)
    return last is not None and document is not None and last.document != _hash(document)


def read_states(workspace: Workspace, folder: IssueFolder) -> list[State]:
    """The kept states of an issue, the oldest first; damaged ones are left out."""
    home = _home(workspace, folder)
    return [state for number in _numbers(home) if (state := _state(home, number)) is not None]


def find_previous(workspace: Workspace, folder: IssueFolder) -> State | None:
    """The state before the last change, None where none is kept.

    What the editor changed by hand since is no state of its own: undoing the last change
    undoes that, too, and keeps it.
    """
    home = _home(workspace, folder)
    now = _read(folder.document), _read(folder.lock)
    number = _previous(home)
    while number is not None:
        state = _state(home, number)
        if state is None or (state.document, state.lock) != now:
            return state
        # A run that died before it wrote.
        number = state.previous
    return None


def _home(workspace: Workspace, folder: IssueFolder) -> Path:
    """Where an issue's history lies; issues of the same name in other folders have their own."""
    if folder.path.parent.absolute() == workspace.issues.absolute():
        return workspace.history / folder.slug
    away = hashlib.sha256(os.fsencode(folder.path.absolute())).hexdigest()[:12]
    return workspace.history / f"{folder.slug}~{away}"


def _previous(home: Path) -> int | None:
    """The number of the state before the last change."""
    numbers = _numbers(home)
    newest = numbers[-1] if numbers else None
    entries = list(_entries(home / _LOG))
    noted = max((entry.kept or 0 for entry in entries), default=0)
    if not entries or (newest is not None and newest > noted):
        # A run died after it kept the state, before it noted that.
        return newest
    return entries[-1].previous


def _keep(
    home: Path,
    folder: IssueFolder,
    document: bytes,
    *,
    by: str,
    at: datetime,
    previous: int | None,
) -> int:
    """Keeps the issue's two files under the next number, and drops the oldest."""
    home.mkdir(parents=True, exist_ok=True)
    numbers = _numbers(home)
    noted = max((entry.kept or 0 for entry in _entries(home / _LOG)), default=0)
    number = max([noted, *numbers]) + 1
    for left in home.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)
    making = home / f"{_UNFINISHED}{number}"
    making.mkdir()
    facts = {"replaced_at": format_instant(at), "by": by, "previous": previous}
    write_bytes(making / "state.json", json.dumps(facts).encode("utf-8"))
    write_bytes(making / "issue.md", document)
    lock = _read(folder.lock)
    if lock is not None:
        write_bytes(making / "issue.lock.gz", gzip.compress(lock, mtime=0))
    making.rename(home / str(number))
    for old in numbers[: max(0, len(numbers) + 1 - STATES_KEPT)]:
        shutil.rmtree(home / str(old), ignore_errors=True)
    return number


def _numbers(home: Path) -> list[int]:
    with contextlib.suppress(OSError):
        return sorted(int(path.name) for path in home.iterdir() if path.name.isdecimal())
    return []


def _state(home: Path, number: int) -> State | None:
    folder = home / str(number)
    try:
        facts = json.loads((folder / "state.json").read_bytes())
        packed = _read(folder / "issue.lock.gz")
        return State(
            number=number,
            replaced_at=datetime.fromisoformat(facts["replaced_at"]),
            by=str(facts["by"]),
            previous=facts["previous"],
            document=(folder / "issue.md").read_bytes(),
            lock=None if packed is None else gzip.decompress(packed),
        )
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError):
        return None


def _entries(log: Path) -> Iterator[Entry]:
    """The lines of a log; one that a dying run left torn is passed over."""
    for line in (_read(log) or b"").splitlines():
        try:
            content = json.loads(line)
            yield Entry(
                at=datetime.fromisoformat(content["at"]),
                by=str(content["by"]),
                what=str(content.get("what", "")),
                window=str(content.get("window", "")),
                summary=dict(content.get("summary", {})),
                kept=content.get("kept"),
                previous=content.get("previous"),
                document=str(content.get("document", "")),
                edited=bool(content.get("edited", False)),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            continue


def _last(home: Path) -> Entry | None:
    return next(iter(list(_entries(home / _LOG))[-1:]), None)


def _append(log: Path, entry: Entry) -> None:
    """Puts a line at the end of the log, after whatever a dying run left there."""
    log.parent.mkdir(parents=True, exist_ok=True)
    before = _read(log) or b""
    torn = b"\n" if before and not before.endswith(b"\n") else b""
    line = json.dumps(entry.to_json(), ensure_ascii=False).encode("utf-8") + b"\n"
    lines = before.splitlines(keepends=True)
    if len(lines) >= 2 * LINES_KEPT:
        write_bytes(log, b"".join(lines[-LINES_KEPT:]) + torn + line)
        return
    with log.open("ab") as file:
        file.write(torn + line)
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
