"""What names an issue, and which folder that is."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.workspace import Workspace, find_issue


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
