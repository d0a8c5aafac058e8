"""The door through which issue.md is replaced: what it keeps, and what a dying run leaves."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.history import (
    LINES_KEPT,
    STATES_KEPT,
    Changed,
    find_previous,
    read_log,
    read_states,
    replace_document,
)
from digest.workspace import IssueFolder, Workspace

NOW = datetime(2025, 4, 28, 7, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    settings = tmp_path / "digest.toml"
    settings.write_text("", encoding="utf-8")
    return Workspace(root=tmp_path, settings_path=settings)


@pytest.fixture
def folder(workspace: Workspace) -> IssueFolder:
    return workspace.issue("2025-W17")


def _write(workspace: Workspace, folder: IssueFolder, text: str, by: str = "compose") -> None:
    expected = folder.document.read_bytes().decode() if folder.document.exists() else None
    replace_document(workspace, folder, text, expected=expected, at=NOW, by=by)


def test_what_is_replaced_is_kept_with_the_lock_that_belonged_to_it(
    workspace: Workspace, folder: IssueFolder
) -> None:
    _write(workspace, folder, "one\r\n\ufeff")
    folder.lock.write_text("lock of one", encoding="utf-8")
    _write(workspace, folder, "two")
    (state,) = read_states(workspace, folder)
    assert state.document.decode() == "one\r\n\ufeff"
    assert state.lock == b"lock of one"
    assert folder.document.read_text(encoding="utf-8") == "two"


def test_a_document_that_was_saved_meanwhile_is_not_replaced(
    workspace: Workspace, folder: IssueFolder
) -> None:
    _write(workspace, folder, "one")
    folder.document.write_text("the editor's", encoding="utf-8")
    with pytest.raises(Changed, match="saved meanwhile"):
        replace_document(workspace, folder, "two", expected="one", at=NOW, by="compose")
    assert folder.document.read_text(encoding="utf-8") == "the editor's"
    assert read_states(workspace, folder) == []


def test_only_so_many_states_are_kept_and_the_oldest_go(
    workspace: Workspace, folder: IssueFolder
) -> None:
    for number in range(STATES_KEPT + 6):
        _write(workspace, folder, f"text {number}")
    states = read_states(workspace, folder)
    assert len(states) == STATES_KEPT
    assert states[0].document == b"text 5"
    assert [state.number for state in states] == list(range(6, STATES_KEPT + 6))


def test_what_is_the_same_already_is_noted_and_not_kept(
    workspace: Workspace, folder: IssueFolder
) -> None:
    _write(workspace, folder, "one")
    _write(workspace, folder, "one")
    assert read_states(workspace, folder) == []
    assert [entry.by for entry in read_log(workspace, folder)] == ["compose", "compose"]
    assert find_previous(workspace, folder) is None


def test_issues_of_one_name_in_two_folders_have_each_their_own_history(
    workspace: Workspace, folder: IssueFolder, tmp_path: Path
) -> None:
    other = IssueFolder(path=tmp_path / "elsewhere" / folder.slug)
    for each, text in ((folder, "here"), (other, "there"), (folder, "here 2"), (other, "there 2")):
        _write(workspace, each, text)
    assert [state.document for state in read_states(workspace, folder)] == [b"here"]
    assert [state.document for state in read_states(workspace, other)] == [b"there"]


def test_a_torn_line_of_the_log_and_a_torn_state_are_passed_over(
    workspace: Workspace, folder: IssueFolder
) -> None:
    for text in ("one", "two", "three"):
        _write(workspace, folder, text)
    home = workspace.history / folder.slug
    with (home / "log.jsonl").open("ab") as log:
        log.write(b'{"at": "2025-04-28T07:00:00Z", "by": "comp')
    (home / "1" / "state.json").write_bytes(b'{"replaced')
    (home / ".unfinished-3").mkdir()
    assert [state.number for state in read_states(workspace, folder)] == [2]
    _write(workspace, folder, "four")
    assert [entry.kept for entry in read_log(workspace, folder)] == [None, 1, 2, 3]
    assert [state.document for state in read_states(workspace, folder)] == [b"two", b"three"]
    assert not (home / ".unfinished-3").exists()


def test_a_state_that_a_dying_run_kept_without_writing_is_no_step_back(
    workspace: Workspace, folder: IssueFolder
) -> None:
    _write(workspace, folder, "one")
    _write(workspace, folder, "two")
    home = workspace.history / folder.slug
    lines = (home / "log.jsonl").read_bytes()
    _write(workspace, folder, "three")
    # As if the last run had died between keeping "two" and writing "three".
    (home / "log.jsonl").write_bytes(lines)
    folder.document.write_text("two", encoding="utf-8")
    previous = find_previous(workspace, folder)
    assert previous is not None
    assert previous.document == b"one"


def test_the_log_is_bounded(workspace: Workspace, folder: IssueFolder) -> None:
    _write(workspace, folder, "one")
    log = workspace.history / folder.slug / "log.jsonl"
    log.write_bytes(log.read_bytes() * (2 * LINES_KEPT))
    _write(workspace, folder, "two", by="cut")
    entries = read_log(workspace, folder)
    assert len(entries) == LINES_KEPT + 1
    assert entries[-1].by == "cut"
