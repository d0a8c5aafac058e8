"""An export of bookmarks as the source of an issue, by the real command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

EXPORT = """title,url,time_added,tags,status
Of years ago,https://times.example/old,1245453400,,archive
Of the week before,https://times.example/before,1744934400,,unread
Of this week,https://times.example/this,1745453400,,unread
"""


def compose(folder: Path, *arguments: str) -> dict[str, Any]:
    result = subprocess.run(
        [sys.executable, "-m", "digest", "compose", "--json", *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    )
    return dict(json.loads(result.stdout))


def printed(shown: dict[str, Any]) -> list[str]:
    return [item["article"]["title"] for part in shown["sections"] for item in part["items"]]


def test_each_week_gets_what_was_kept_in_it_and_no_issue_gets_the_past(tmp_path: Path) -> None:
    (tmp_path / "digest.toml").write_text(
        '[newsletter]\ntitle = "T"\n[[sources]]\npath = "kept.csv"\nkind = "bookmarks"\n'
    )
    (tmp_path / "kept.csv").write_text(EXPORT)
    first = compose(tmp_path, "--week", "2025-W17", "--now", "2025-04-28T07:00:00Z")
    assert printed(first) == ["Of this week"]
    reasons = {entry["article"]["title"]: entry["reason"] for entry in first["left_out"]}
    assert set(reasons) == {"Of years ago", "Of the week before"}
    assert "first seen 18 Apr 2025" in reasons["Of the week before"]
    (tmp_path / "kept.csv").write_text(
        EXPORT + "Of the next week,https://times.example/next,1746100000,,unread\n"
    )
    second = compose(tmp_path, "--week", "2025-W18", "--now", "2025-05-05T07:00:00Z")
    assert printed(second) == ["Of the next week"]
