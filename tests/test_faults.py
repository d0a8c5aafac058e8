"""What befalls a run while it writes: kill -9, a full disk, an editor who saves meanwhile.

At every single write; see dying.py, which runs in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DYING = Path(__file__).with_name("dying.py")
NOW = ("--now", "2025-04-28T07:00:00+00:00")
COMPOSE = ("compose", "--week", "2025-W17", "--offline", *NOW)
LINE = "A line that was saved meanwhile."

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir() or not hasattr(os, "fork"),
    reason="the faults are put in through /proc and fork, which this system does not have",
)


def story(number: int) -> dict[str, Any]:
    return {
        "title": f"Story number {number}",
        "url": f"https://example.org/story-{number}",
        "published": "2025-04-22T10:00:00Z",
        "summary": f"What story {number} is about.",
        "source": {"name": "Example Post", "url": "https://example.org/"},
    }


def run(folder: Path, *command: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "digest", *command], cwd=folder, check=True, capture_output=True
    )


def befall(kind: str, folder: Path, *command: str) -> list[dict[str, Any]]:
    """One report for each step of the command; the last is of a run that nothing befell."""
    done = subprocess.run(
        [sys.executable, str(DYING), kind, str(folder), *command, "--", *COMPOSE],
        check=True,
        capture_output=True,
        text=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An issue that the editor worked on, and a fourth article that has come since."""
    folder = tmp_path_factory.mktemp("workspace")
    (folder / "digest.toml").write_text('[[sources]]\npath = "in.jsonl"\n', encoding="utf-8")
    stories = [json.dumps(story(number)) + "\n" for number in (1, 2, 3, 4)]
    (folder / "in.jsonl").write_text("".join(stories[:3]), encoding="utf-8")
    run(folder, *COMPOSE)
    document = folder / "issues/2025-W17/issue.md"
    text = document.read_text(encoding="utf-8")
    text = text.replace("What story 1 is about.", "My own words.")
    document.write_text(text + "\n## Notes\n\nTo be kept.\n", encoding="utf-8")
    (folder / "in.jsonl").write_text("".join(stories), encoding="utf-8")
    (folder / "own.txt").write_text("An article\n\nOn April 22, 2025, it rained.\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def changed(workspace: Path) -> Path:
    """The same, after a change by command, which can be taken back."""
    run(workspace, "cut", "number 3", *NOW)
    with (workspace / "issues/2025-W17/issue.md").open("a", encoding="utf-8") as document:
        document.write("\nAnd one line more.\n")
    return workspace


COMMANDS = {
    "compose": COMPOSE,
    "render": ("render", "2025-W17"),
    "cut": ("cut", "number 2", *NOW),
    # hold and move go the same way.
    "add": ("add", "own.txt", *NOW),
    "undo": ("undo", *NOW),
}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, "kill") for name in COMMANDS),
        *(("compose", kind) for kind in ("torn", "read-only")),
        ("cut", "full"),
    ],
)
def test_every_file_is_the_old_or_the_new_one_and_the_next_run_goes_on(
    changed: Path, name: str, kind: str
) -> None:
    reports = befall(kind, changed, *COMMANDS[name])
    *struck, calm = reports
    assert calm["status"] == calm["then"] == 0, calm["said"] + calm["then_said"]
    before = {
        str(path.relative_to(changed)): path.read_bytes().decode("utf-8")
        for path in changed.glob("issues/*/*")
    }
    assert len(struck) > 5
    for report in struck:
        place = f"{kind} at write {report['step']} of {name}"
        assert report["after"].keys() == before.keys(), place
        for file, content in report["after"].items():
            if name == "undo" and file.endswith("issue.lock"):
                json.loads(content)  # one that goes with both documents stands in between
                continue
            assert content in {before[file], calm["after"][file]}, f"{place}: {file}"
        if kind == "kill":
            assert report["status"] == -9, place
        elif report["status"] == 0:
            # Only that a rename outlives a power cut could not be made sure.
            assert report["after"] == calm["after"], place
        else:
            # One line that names the file, and nothing left lying about.
            assert report["status"] == 1, place
            errors = [line for line in report["said"].splitlines() if line.startswith("error: ")]
            assert len(errors) == 1, report["said"]
            assert ".tmp" not in errors[0], errors
            assert "fault of digest" not in report["said"]
            assert report["left"] == [], place
        assert report["then"] == 0, f"{place}: {report['then_said']}"
        assert report["left_at_last"] == [], place
        document = "issues/2025-W17/issue.md"
        is_done = report["after"][document] == calm["after"][document]
        if name == "undo":
            # Of one that died the cut may be taken back already, and the document not yet.
            assert is_done or "And one line more." in report["at_last"][document], place
        else:
            expected = (calm if is_done else struck[0])["at_last"][document]
            # Of a command that wrote the document and not its lock, the subject counts as the
            # editor's: it stays, where otherwise it would follow.
            is_between = is_done and report["after"] != calm["after"]
            part = _below_head if is_between else str
            assert part(report["at_last"][document]) == part(expected), place
        assert "My own words." in report["at_last"][document], place
        assert "To be kept." in report["at_last"][document], place


def _below_head(document: str) -> str:
    return document.split("\n---\n", 1)[1]


@pytest.mark.parametrize("name", ["compose", "cut"])
def test_what_the_editor_saves_during_a_run_is_in_the_document(changed: Path, name: str) -> None:
    reports = befall("save", changed, *COMMANDS[name])
    for report in reports[:-1]:
        text = report["after"]["issues/2025-W17/issue.md"]
        assert report["status"] == 0, report["said"]
        assert text.count(LINE) == 1, report["step"]
        assert "My own words." in text
        assert ("Story number 4" in text) == (name == "compose")
        assert ("### [Story number 2]" in text) == (name == "compose")
        assert LINE in report["at_last"]["issues/2025-W17/issue.md"]
    assert any("Story number 4" in each["at_last"]["issues/2025-W17/issue.md"] for each in reports)


def test_a_document_that_is_saved_again_and_again_is_left_to_its_editor(changed: Path) -> None:
    [report] = befall("saves", changed, *COMPOSE)
    assert report["status"] == 1
    assert "saved again and again" in report["said"]
    text = report["after"]["issues/2025-W17/issue.md"]
    assert text.count(LINE) > 1
    assert "Story number 4" not in text
    assert report["then"] == 0
    assert "Story number 4" in report["at_last"]["issues/2025-W17/issue.md"]
