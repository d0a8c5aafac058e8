"""`digest undo` and `digest log`, as an editor uses them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from digest.cli import root
from digest.errors import DeliveryRefused, DigestError, UsageError

SETTINGS = """
[newsletter]
title = "Weekly"
timezone = "UTC"

[[sources]]
path = "articles/*.jsonl"
"""
SLUG = "2025-W17"
DOCUMENT = Path("issues") / SLUG / "issue.md"
LOCK = DOCUMENT.with_name("issue.lock")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with three articles of one week."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    Path("digest.toml").write_text(SETTINGS, encoding="utf-8")
    Path("articles").mkdir()
    write_article("Alpha", "Beta", "Gamma")
    return tmp_path


def write_article(*titles: str) -> None:
    """Articles of Tuesday, 22 April."""
    for title in titles:
        facts = {
            "title": title,
            "url": f"https://example.org/{title.lower()}",
            "published": "2025-04-22T10:00:00Z",
            "summary": f"What {title} is about.",
        }
        Path(f"articles/{title}.jsonl").write_text(json.dumps(facts) + "\n", encoding="utf-8")


def digest(*arguments: str) -> Result:
    return CliRunner().invoke(root, list(arguments))


def succeed(*arguments: str) -> Result:
    result = digest(*arguments)
    assert result.exception is None, f"{result.exception!r}\n{result.stderr}"
    assert result.exit_code == 0, result.stderr
    return result


def compose(hour: int = 7) -> Result:
    return succeed("compose", "--week", SLUG, "--now", f"2025-04-28T{hour:02}:00")


def text() -> str:
    return DOCUMENT.read_bytes().decode()


def edit(old: str, new: str) -> None:
    before = text()
    assert before.count(old) == 1
    DOCUMENT.write_bytes(before.replace(old, new).encode())


def take_out(title: str) -> None:
    """The editor deletes an item by hand."""
    parts = text().split("### ")
    DOCUMENT.write_bytes("### ".join(p for p in parts if f"[{title}]" not in p).encode())


def events() -> list[dict]:
    return json.loads(succeed("log", "--json").stdout)["events"]


def test_undo_puts_back_both_files_byte_for_byte(here: Path) -> None:
    compose(7)
    edit("[Alpha]", "[Alpha, my way]")
    before = DOCUMENT.read_bytes(), LOCK.read_bytes()
    write_article("Delta")
    compose(8)
    assert "Delta" in text()
    said = succeed("undo").stderr
    assert (DOCUMENT.read_bytes(), LOCK.read_bytes()) == before
    assert "as it was before `compose` of 2025-04-28 08:00" in said
    assert "is not" not in digest("check").stderr
    assert "Delta" not in DOCUMENT.with_name("digest.html").read_text(encoding="utf-8")


def test_what_an_undone_compose_had_added_comes_back_and_what_was_cut_does_not(here: Path) -> None:
    compose(7)
    take_out("Beta")
    write_article("Delta")
    compose(8)
    succeed("undo")
    compose(9)
    assert "Delta" in text()
    assert "Beta" not in text()


def test_edits_since_the_last_command_are_kept_and_come_back(here: Path) -> None:
    compose(7)
    write_article("Delta")
    compose(8)
    edit("What Delta is about.", "My own words\u00a0on Delta.  ")
    mine = DOCUMENT.read_bytes()
    said = succeed("undo").stderr
    assert "with what you edited by hand since, is kept: `digest undo 2025-W17 --to 2`" in said
    assert "My own words" not in text()
    succeed("undo", SLUG, "--to", "2")
    assert DOCUMENT.read_bytes() == mine


def test_undo_once_more_goes_further_back_and_redoing_is_undone_again(here: Path) -> None:
    compose(7)
    first = text()
    write_article("Delta")
    compose(8)
    second = text()
    write_article("Epsilon")
    compose(9)
    third = text()
    succeed("undo")
    assert text() == second
    succeed("undo")
    assert text() == first
    assert isinstance(digest("undo").exception, DigestError)
    succeed("undo", "--to", "3")
    assert text() == third
    # What is undone by number stands where it stood then: before it was the second.
    succeed("undo")
    assert text() == second


def test_undo_of_a_dry_run_shows_a_diff_and_writes_nothing(here: Path) -> None:
    compose(7)
    write_article("Delta")
    compose(8)
    before = DOCUMENT.read_bytes(), LOCK.read_bytes(), len(events())
    result = succeed("undo", "--dry-run")
    assert "-### [Delta](https://example.org/delta)" in result.stdout
    assert "nothing written; this would be state 1" in result.stderr
    assert (DOCUMENT.read_bytes(), LOCK.read_bytes(), len(events())) == before


def test_nothing_to_undo_is_said_after_the_first_compose_and_in_a_clone(here: Path) -> None:
    compose(7)
    assert "nothing to undo" in str(digest("undo").exception)
    write_article("Delta")
    compose(8)
    shutil.rmtree(".digest")
    error = digest("undo").exception
    assert isinstance(error, DigestError)
    assert str(error) == (
        "issues/2025-W17/issue.md: nothing to undo: what it was before is not kept here; "
        "`digest undo --list` shows what is kept, or look into git"
    )
    assert "no earlier state of issues/2025-W17/issue.md" in succeed("undo", "--list").stderr


def test_an_issue_that_was_sent_is_not_undone(here: Path) -> None:
    compose(7)
    write_article("Delta")
    compose(8)
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    line = {"target": "weekly", "content_hash": "0", "at": "2025-04-28T09:00:00Z", "accepted": 7}
    lock["deliveries"] = [line]
    LOCK.write_text(json.dumps(lock), encoding="utf-8")
    before = DOCUMENT.read_bytes()
    error = digest("undo").exception
    assert isinstance(error, DeliveryRefused)
    assert error.exit_status == 3
    assert DOCUMENT.read_bytes() == before
    assert events()[-1]["what"] == "send"
    assert events()[-1]["counts"] == {"accepted": 7}
    assert "weekly" in succeed("log").stdout


def test_a_number_that_is_not_kept_is_refused_with_those_that_are(here: Path) -> None:
    compose(7)
    write_article("Delta")
    compose(8)
    error = digest("undo", "--to", "7").exception
    assert isinstance(error, UsageError)
    assert str(error) == "--to: no state 7 is kept of 2025-W17; kept are: 1"


def test_a_document_that_cannot_be_read_any_more_is_undone_all_the_same(here: Path) -> None:
    compose(7)
    write_article("Delta")
    before = DOCUMENT.read_bytes()
    compose(8)
    DOCUMENT.write_bytes(b"---\ntitle: [\n---\n\xff<<<<<<< ours\n")
    succeed("undo")
    assert DOCUMENT.read_bytes() == before
    assert "unreadable" in succeed("undo", "--list").stdout


def test_changes_by_command_are_undone_and_told_like_a_compose(here: Path) -> None:
    compose(7)
    before = text()
    succeed("cut", "Beta", "--now", "2025-04-28T08:00")
    assert "[Beta]" not in text()
    assert events()[-1] | {"at": ""} == {
        "at": "",
        "what": "cut",
        "about": "Beta",
        "window": None,
        "counts": {"cut": 1},
        "state": 1,
        "edited_before": False,
        "finished": True,
    }
    succeed("undo")
    assert text() == before


def test_the_log_tells_what_happened_in_order(here: Path) -> None:
    compose(7)
    edit("[Alpha]", "[Alpha, my way]")
    take_out("Beta")
    write_article("Delta")
    compose(8)
    succeed("undo", "--now", "2025-04-28T09:00")
    edit("[Gamma]", "[Gamma, my way]")
    log = json.loads(succeed("log", "--json").stdout)
    assert [(event["what"], event["at"][11:16]) for event in log["events"]] == [
        ("compose", "07:00"),
        ("compose", "08:00"),
        ("undo", "09:00"),
    ]
    first, second, undone = log["events"]
    assert first["counts"]["added"] == 3
    assert (second["counts"]["added"], second["counts"]["cut"]) == (1, 1)
    assert (first["edited_before"], second["edited_before"], undone["edited_before"]) == (
        False,
        True,
        False,
    )
    assert (second["state"], undone["state"]) == (1, 2)
    assert log["complete"] and log["edited_since"]
    table = succeed("log")
    assert "added 1, kept 2, cut 1" in table.stdout
    assert "2025-04-21 00:00 – 2025-04-28 00:00" in table.stdout
    assert "issue.md was edited by hand since" in table.stderr


def test_in_a_clone_the_log_is_what_the_lock_says(here: Path) -> None:
    compose(7)
    shutil.rmtree(".digest")
    log = json.loads(succeed("log", "--json").stdout)
    assert not log["complete"]
    assert [(event["what"], event["counts"]) for event in log["events"]] == [
        ("compose", {"proposed": 3})
    ]
    assert "this is what issue.lock says" in succeed("log").stderr


def test_without_a_workspace_history_begins_with_the_first_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("articles").mkdir()
    write_article("Alpha")
    arguments = ("compose", "--from", "articles", "--week", SLUG, "--now", "2025-04-28T07:00")
    succeed(*arguments)
    first = text()
    assert not Path(".digest").exists()
    write_article("Delta")
    succeed(*arguments)
    succeed("undo")
    assert text() == first


def die_everywhere(folder: Path, out: Path, *arguments: str) -> list[Path]:
    """What each run of :mod:`killing` left."""
    script = Path(__file__).with_name("killing.py")
    subprocess.run(
        [sys.executable, str(script), str(folder), str(out), *arguments],
        check=True,
        capture_output=True,
    )
    return sorted(out.iterdir(), key=lambda path: int(path.name))


def test_a_compose_that_is_killed_anywhere_leaves_the_old_document_or_the_new(
    here: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    compose(7)
    edit("What Gamma is about.", "My own words.")
    take_out("Beta")
    old = DOCUMENT.read_bytes()
    write_article("Delta")
    arguments = ("compose", "--week", SLUG, "--now", "2025-04-28T08:00")
    left = die_everywhere(here, tmp_path_factory.mktemp("dead"), *arguments)
    assert len(left) > 10
    new = (left[-1] / DOCUMENT).read_bytes()
    assert new != old
    found = set()
    for folder in left:
        found.add((folder / DOCUMENT).read_bytes())
        monkeypatch.chdir(folder)
        compose(9)
        after = text()
        assert ("Delta" in after, "Beta" in after, "My own words." in after) == (True, False, True)
        succeed("undo", "--list")
        succeed("log")
    assert found == {old, new}


def test_an_undo_that_is_killed_anywhere_loses_nothing(
    here: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    compose(7)
    take_out("Beta")
    write_article("Delta")
    old = DOCUMENT.read_bytes()
    compose(8)
    edit("What Delta is about.", "My own words.")
    new = DOCUMENT.read_bytes()
    left = die_everywhere(here, tmp_path_factory.mktemp("dead"), "undo")
    assert len(left) > 10
    for folder in left:
        monkeypatch.chdir(folder)
        assert DOCUMENT.read_bytes() in (old, new)
        if DOCUMENT.read_bytes() == old:
            kept = [path.read_bytes() for path in Path(".digest/history").glob("*/*/issue.md")]
            assert new in kept
        compose(9)
        assert ("Delta" in text(), "Beta" in text()) == (True, False)
