"""``digest compose --locked``: the issue out of its lock alone, or the place where that fails."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from digest.cli import root, run
from digest.errors import DigestError

NOW = "2025-04-28T07:00:00+09:00"
FILES = ("issue.md", "digest.html", "digest.txt", "digest.eml")
SETTINGS = """
[newsletter]
title = "Eurasia Weekly"
timezone = "Asia/Seoul"
sender = "Weekly <weekly@example.org>"
[[sources]]
name = "Post"
path = "in.jsonl"
[[topics]]
name = "Ferries"
keywords = ["ferry"]
"""


@pytest.fixture
def issue(tmp_path, monkeypatch) -> Path:
    """The folder of an issue that was just composed."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    (home / "digest.toml").write_text(SETTINGS, encoding="utf-8")
    entries = [
        {
            "title": title,
            "url": f"https://example.org/{number}",
            "published": f"2025-04-2{number + 1}",
            "summary": f"What *{title}* means — in “words”.",
        }
        for number, title in enumerate(("A ferry", "Zwei Brücken & mehr", "Old bread"))
    ]
    entries.append({"title": "Under embargo", "published": "2025-06-01", "summary": "Later."})
    text = "".join(json.dumps(entry) + "\n" for entry in entries)
    (home / "in.jsonl").write_text(text, encoding="utf-8")
    succeed("compose", "--now", NOW)
    return home / "issues/2025-W17"


def succeed(*arguments: str) -> Result:
    result = CliRunner().invoke(root, list(arguments))
    assert result.exception is None, f"{result.exception!r}\n{result.stderr}"
    return result


def refused(*arguments: str) -> str:
    error = CliRunner().invoke(root, ["compose", "--locked", *arguments]).exception
    assert isinstance(error, DigestError), error
    return str(error)


def content_of(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def test_issue_is_rebuilt_byte_for_byte_on_another_machine(issue, tmp_path, monkeypatch) -> None:
    composed = content_of(issue)
    lock = (issue / "issue.lock").read_bytes()
    elsewhere = tmp_path / "elsewhere/issues/2025-W17"
    elsewhere.mkdir(parents=True)
    shutil.copy(issue / "issue.lock", elsewhere)
    monkeypatch.chdir(tmp_path / "elsewhere")  # neither settings nor sources nor a database
    result = succeed("compose", "--locked", "2025-W17")
    assert content_of(elsewhere) == composed
    assert (elsewhere / "issue.lock").read_bytes() == lock
    assert "21 Apr 2025 00:00 – 28 Apr 2025 00:00 Asia/Seoul (168 h)" in result.stderr
    assert not (tmp_path / "elsewhere/.digest").exists()


def test_settings_of_today_do_not_change_the_issue_of_then(issue) -> None:
    composed = content_of(issue)
    changed = SETTINGS.replace("Eurasia Weekly", "Another Name").replace("ferry", "boat")
    Path("digest.toml").write_text(changed, encoding="utf-8")
    Path("in.jsonl").unlink()
    for name in FILES:
        (issue / name).unlink()
    succeed("compose", "--locked")
    assert content_of(issue) == composed


def test_rebuilding_what_is_there_changes_nothing(issue) -> None:
    times = {path: path.stat().st_mtime_ns for path in issue.iterdir()}
    succeed("compose", "--locked", str(issue))
    assert {path: path.stat().st_mtime_ns for path in issue.iterdir()} == times


def test_json_is_what_compose_said(issue) -> None:
    first = json.loads(succeed("compose", "--now", NOW, "--json").stdout)
    again = json.loads(succeed("compose", "--locked", "--json").stdout)
    for part in ("slug", "window", "sections", "left_out", "sources"):
        assert again[part] == first[part]
    assert again["merge"] == first["merge"]
    counts = {key: value for key, value in again["merge"].items() if key != "items" and value}
    shown = sum(len(section["items"]) for section in first["sections"])
    assert counts == {"kept": shown, "held": 1}


def test_editors_work_is_never_written_over(issue) -> None:
    document = issue / "issue.md"
    text = document.read_text(encoding="utf-8").replace("A ferry", "My ferry")
    document.write_text(text, encoding="utf-8")
    assert refused("2025-W17") == (
        f"{Path('issues/2025-W17/issue.md')}: it is not what digest proposed, and what you changed "
        "is not in issue.lock; move it away first; --dry-run shows the difference"
    )
    assert document.read_text(encoding="utf-8") == text
    shown = succeed("compose", "--locked", "--dry-run").stdout
    assert "-### [My ferry](https://example.org/0)" in shown
    assert "+### [A ferry](https://example.org/0)" in shown


def test_issue_composed_over_edits_comes_back_as_proposed_and_says_so(issue) -> None:
    document = issue / "issue.md"
    first = document.read_bytes()
    text = document.read_text(encoding="utf-8").replace("A ferry", "My ferry")
    document.write_text(text, encoding="utf-8")
    succeed("compose", "--now", NOW)
    document.unlink()
    result = succeed("compose", "--locked")
    assert document.read_bytes() == first
    assert "what you had changed in issue.md is not in issue.lock" in result.stderr


@pytest.mark.parametrize(
    ("found", "put", "part"),
    [
        ('"title": "A ferry"', '"title": "A fairy"', "proposal"),
        ('"subject": "', '"subject": "New: ', "proposal"),
        ('"end": "2025-04-28T00:00:00+09:00"', '"end": "2025-04-29T00:00:00+09:00"', "window"),
        ('"late": false', '"late": true', "reasons"),
        ('"theme": "classic"', '"theme": "other"', "newsletter"),
        ('"rule": "future-held"', '"rule": "too-young"', "left_out"),
        ('"status": "ok"', '"status": "failed"', "sources"),
    ],
)
def test_changed_lock_is_refused_with_the_place(issue, found: str, put: str, part: str) -> None:
    lock = issue / "issue.lock"
    text = lock.read_text(encoding="utf-8")
    start = text.index(f'\n  "{part}":')
    assert found in text[start:]
    lock.write_text(text[:start] + text[start:].replace(found, put, 1), encoding="utf-8")
    line = next(n for n, each in enumerate(text.splitlines(), 1) if each.startswith(f'  "{part}":'))
    before = content_of(issue)
    assert refused().startswith(
        f"{Path('issues/2025-W17/issue.lock')}:{line}: {part} is not as digest wrote it"
    )
    assert content_of(issue) == before


def test_damaged_locks_are_refused(issue) -> None:
    lock = issue / "issue.lock"
    text = lock.read_text(encoding="utf-8")
    lock.write_text(text[: len(text) // 2], encoding="utf-8")
    assert "this is not JSON" in refused("2025-W17")
    lock.write_text("<<<<<<< HEAD\n" + text, encoding="utf-8")
    assert "issue.lock:1: git left a merge conflict here" in refused("2025-W17")
    content = json.loads(text)
    del content["identities"]
    lock.write_text(json.dumps(content), encoding="utf-8")
    assert "identities is missing" in refused("2025-W17")
    del content["hashes"]
    lock.write_text(json.dumps(content), encoding="utf-8")
    assert "it holds no hashes" in refused("2025-W17")


def test_layout_and_deliveries_do_not_break_the_seal(issue) -> None:
    lock = issue / "issue.lock"
    content = json.loads(lock.read_text(encoding="utf-8"))
    content["deliveries"] = [{"target": "weekly", "at": "2025-04-28T08:00:00Z", "accepted": 3}]
    lock.write_text(json.dumps(content), encoding="utf-8")
    composed = content_of(issue)
    (issue / "issue.md").unlink()
    succeed("compose", "--locked")
    assert content_of(issue) == composed


def test_changed_templates_are_told_before_anything_is_written(issue) -> None:
    folder = Path("templates/classic")
    folder.mkdir(parents=True)
    (folder / "issue.txt.j2").write_text("{{ issue.title }}\n", encoding="utf-8")
    before = content_of(issue)
    # A process of its own: this one has read the templates already.
    command = [sys.executable, "-m", "digest", "compose", "--locked"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    message = done.stderr
    assert "not as it was composed: digest.txt, digest.eml would come out otherwise" in message
    assert content_of(issue) == before


def test_lock_names_what_each_source_gave(issue) -> None:
    first = json.loads((issue / "issue.lock").read_text(encoding="utf-8"))
    assert list(first["input_hashes"]) == ["Post"]
    text = Path("in.jsonl").read_text(encoding="utf-8")
    Path("in.jsonl").write_text(text.replace("Old bread", "New bread"), encoding="utf-8")
    succeed("compose", "--now", NOW)
    second = json.loads((issue / "issue.lock").read_text(encoding="utf-8"))
    assert second["input_hashes"]["Post"] != first["input_hashes"]["Post"]
    assert second["inputs"] != first["inputs"]


def test_options_that_say_what_to_compose_from_contradict_it(issue, capsys) -> None:
    for options in (["--week", "2025-W17"], ["--from", "in.jsonl"], ["--again"]):
        assert run(["compose", "--locked", *options]) == 2
        assert f"--locked: contradicts {options[0]}" in capsys.readouterr().err
    assert run(["compose", "2025-W17"]) == 2
    assert "add --locked" in capsys.readouterr().err
    assert run(["compose", "--locked", "2025-W16"]) == 2
    assert "there are locks of 2025-W17" in capsys.readouterr().err
