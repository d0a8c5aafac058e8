"""What names an issue, which folder that is, and how its files are written."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from digest.errors import LockError
from digest.workspace import IssueFolder, Workspace, find_issue, open_workspace, write_text


@pytest.mark.parametrize("name", ["..", "../", ".", "../issue.md", "2025-W17", "../../2025-W17/"])
def test_issue_named_by_a_path_has_its_folders_name_for_slug(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "issues" / "2025-W17"
    (folder / "notes").mkdir(parents=True)
    (folder / "issue.md").write_text("", encoding="utf-8")
    monkeypatch.chdir(folder if name == "." else folder / "notes")
    workspace = Workspace(root=tmp_path, settings_path=None)
    assert find_issue(workspace, name, workspace.slugs()).slug == "2025-W17"


def test_file_is_the_old_one_or_the_new_one_whole(tmp_path, monkeypatch) -> None:
    path = tmp_path / "issue.md"
    write_text(path, "old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_text(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["issue.md"]
    monkeypatch.undo()
    write_text(path, "new")
    assert path.read_text(encoding="utf-8") == "new"


def test_unchanged_file_is_left_alone_and_a_changed_one_keeps_its_mode(tmp_path) -> None:
    path = tmp_path / "issue.md"
    write_text(path, "same")
    path.chmod(0o640)
    before = path.stat()
    write_text(path, "same")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    write_text(path, "other")
    assert path.stat().st_mode & 0o777 == 0o640


def test_link_stays_a_link(tmp_path) -> None:
    target = tmp_path / "elsewhere.md"
    write_text(target, "old")
    link = tmp_path / "issue.md"
    link.symlink_to(target)
    write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"


def test_second_run_is_told_who_holds_the_workspace(tmp_path) -> None:
    (tmp_path / "digest.toml").touch()
    workspace = open_workspace(tmp_path)
    with workspace.lock():
        with pytest.raises(LockError) as caught, workspace.lock(wait_seconds=0):
            pass
        assert f"process {os.getpid()}" in str(caught.value)
    with workspace.lock(wait_seconds=0):
        pass


def test_workspace_is_found_from_a_folder_below(tmp_path, monkeypatch) -> None:
    (tmp_path / "digest.toml").touch()
    below = tmp_path / "issues" / "2025-W17"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert open_workspace(None).root == tmp_path


def test_what_a_killed_run_left_is_cleared_and_nothing_else(tmp_path) -> None:
    folder = IssueFolder(path=tmp_path / "2025-W17")
    folder.path.mkdir()
    left = [".issue.md.ab12_9zz.tmp", ".issue.lock.abcdefgh.tmp", ".digest.html.abcdefgh.tmp"]
    stays = [".issue.md.swp", ".issue.md.mine.tmp", "issue.md.abcdefgh.tmp", ".notes.abcdefgh.tmp"]
    for name in [*left, *stays]:
        (folder.path / name).write_text("half", encoding="utf-8")
    folder.clear_unfinished()
    assert sorted(path.name for path in folder.path.iterdir()) == sorted(stays)
    IssueFolder(path=tmp_path / "not-there").clear_unfinished()
