"""``digest compose --locked``: the issue out of its lock alone, or the place where that fails."""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from digest import __version__
from digest.cli import root, run
from digest.errors import DigestError
from digest.issue.seal import seal

NOW = "2025-04-28T07:00:00+09:00"
FILES = ("issue.md", "digest.html", "digest.txt", "digest.eml")
PARTS = ("identities", "input_hashes", "outputs", "proposal", "reasons", "sources")
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


def test_looks_are_those_that_the_issue_was_composed_with(issue) -> None:
    looks = '[theme]\naccent = "#1f4d7a"\n[words]\nunsubscribe = "Leave us"\n'
    settings = issue.parents[1] / "digest.toml"
    settings.write_text(SETTINGS + looks, encoding="utf-8")
    succeed("compose", "--now", NOW)
    before = content_of(issue)
    assert b"#1f4d7a" in before["digest.html"]
    lock = json.loads((issue / "issue.lock").read_text(encoding="utf-8"))
    assert lock["appearance"] == {
        "theme": {"accent": "#1f4d7a"},
        "words": {"unsubscribe": "Leave us"},
    }
    settings.write_text(SETTINGS + '[theme]\naccent = "#7a1f1f"\n', encoding="utf-8")
    for name in FILES:
        (issue / name).unlink()
    succeed("compose", "--locked")
    assert content_of(issue) == before


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
        "is not in issue.lock; rebuild into another folder with --output DIR, or move it away "
        "first; --dry-run shows the difference"
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
    for name in FILES:
        (issue / name).unlink()
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
    assert "put templates/ back as it was (git)\n" in message
    assert content_of(issue) == before


def test_lock_says_which_digest_composed_it(issue) -> None:
    lock = issue / "issue.lock"
    content = json.loads(lock.read_text(encoding="utf-8"))
    assert content["composed_with"] == __version__
    content["composed_with"] = "0.0.9"
    content["outputs"]["digest.html"] = "as another digest rendered it"
    content["hashes"] = seal(content)
    lock.write_text(json.dumps(content), encoding="utf-8")
    assert refused().endswith(f"or use digest 0.0.9: this is {__version__}")


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


def test_what_is_left_of_an_edited_issue_is_not_written_over(issue) -> None:
    """issue.md is gone, and the rendered files are all that is left of the editor's work."""
    document = issue / "issue.md"
    text = document.read_text(encoding="utf-8").replace("A ferry", "My ferry")
    document.write_text(text, encoding="utf-8")
    succeed("render")
    document.unlink()
    message = refused()
    assert "digest.html, digest.txt, digest.eml here came of another issue.md" in message
    assert "My ferry" in (issue / "digest.html").read_text(encoding="utf-8")
    assert not document.exists()


def test_issue_is_rebuilt_beside_an_edited_one(issue, tmp_path) -> None:
    composed = content_of(issue)
    document = issue / "issue.md"
    edited = document.read_text(encoding="utf-8").replace("A ferry", "My ferry")
    document.write_text(edited, encoding="utf-8")
    result = succeed("compose", "--locked", "--output", "proposed", "--json")
    assert content_of(Path("proposed")) == composed
    assert json.loads(result.stdout)["slug"] == "2025-W17"
    assert f"wrote {Path('proposed/issue.md')}" in result.stderr
    assert document.read_text(encoding="utf-8") == edited
    Path("proposed/issue.md").write_text(edited, encoding="utf-8")
    assert f"{Path('proposed/issue.md')}: it is not what digest proposed" in refused(
        "-o", "proposed"
    )


def test_output_is_for_rebuilding_alone(issue, capsys) -> None:
    assert run(["compose", "--now", NOW, "--output", "proposed"]) == 2
    assert "--output: an issue is composed in a folder of issues/" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: b"\xef\xbb\xbf" + content,
    ],
    ids=["CRLF", "byte order mark"],
)
def test_what_git_and_editors_do_to_line_ends_is_no_edit(issue, change) -> None:
    composed = content_of(issue)
    for name in ("issue.md", "issue.lock"):
        (issue / name).write_bytes(change((issue / name).read_bytes()))
    succeed("compose", "--locked")
    assert content_of(issue) == composed


def test_renamed_issue_is_rebuilt_as_it_was(issue) -> None:
    settings = SETTINGS.replace(
        "[[sources]]", 'archive_url = "https://weekly.example"\n[[sources]]', 1
    )
    Path("digest.toml").write_text(settings, encoding="utf-8")
    succeed("compose", "--now", NOW)
    composed = content_of(issue)
    assert b"https://weekly.example/2025-W17/" in composed["digest.html"]
    renamed = issue.rename(issue.with_name("spring"))
    for name in FILES:
        (renamed / name).unlink()
    succeed("compose", "--locked", "spring")
    assert content_of(renamed) == composed


@pytest.mark.parametrize(
    "surroundings",
    [
        {"TZ": "Pacific/Apia", "LC_ALL": "C", "PYTHONHASHSEED": "1", "PYTHONUTF8": "0"},
        {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "77"},
    ],
    ids=["Apia", "St John's"],
)
def test_zone_locale_and_hash_seed_of_the_machine_do_not_matter(
    issue, tmp_path, surroundings
) -> None:
    composed = content_of(issue)
    elsewhere = tmp_path / "elsewhere/issues/2025-W17"
    elsewhere.mkdir(parents=True)
    shutil.copy(issue / "issue.lock", elsewhere)
    done = subprocess.run(
        [sys.executable, "-m", "digest", "compose", "--locked"],
        cwd=tmp_path / "elsewhere",
        env={**os.environ, **surroundings},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert content_of(elsewhere) == composed


def test_a_damaged_newest_lock_is_told_not_passed_over(issue) -> None:
    entry = {"title": "Later", "url": "https://example.org/z", "published": "2025-04-29"}
    Path("in.jsonl").write_text(json.dumps(entry) + "\n", encoding="utf-8")
    succeed("compose", "--now", "2025-05-05T07:00:00+09:00")
    lock = issue.with_name("2025-W18") / "issue.lock"
    lock.write_text(lock.read_text(encoding="utf-8")[:500], encoding="utf-8")
    for _ in range(2):
        assert f"{Path('issues/2025-W18/issue.lock')}:" in refused()
        (lock.with_name("issue.md")).unlink(missing_ok=True)
    succeed("compose", "--locked", "2025-W17")


def damages(lines: list[str]) -> list[tuple[str, int, list[str]]]:
    """(what was done, the line, the damaged lines) for a part of a lock's lines."""
    found = []
    for at, line in enumerate(lines):
        if at % 3 == 0:
            found.append(("cut off", at, lines[:at]))
        if at % 3 == 1 and "deliveries" not in line:
            found.append(("taken out", at, lines[:at] + lines[at + 1 :]))
        if at % 3 == 2 and re.search(r"[0-9a-z]", line):
            changed = re.sub(
                r"[0-9a-z](?=[^0-9a-z]*$)", lambda c: "7" if c[0] != "7" else "8", line
            )
            found.append(("changed", at, [*lines[:at], changed, *lines[at + 1 :]]))
        if at % 3 == 0 and '": ' in line and line.endswith(",\n"):
            found.append(("put twice", at, lines[: at + 1] + lines[at:]))
    return found


def test_whatever_line_is_damaged_the_lock_is_refused_with_a_line(issue) -> None:
    lock = issue / "issue.lock"
    lines = lock.read_text(encoding="utf-8").splitlines(keepends=True)
    for name in FILES:
        (issue / name).unlink()
    for what, at, damaged in damages(lines):
        lock.write_text("".join(damaged), encoding="utf-8")
        message = refused("2025-W17")
        assert re.search(r"issue\.lock:[0-9]+: ", message), (what, at + 1, message)
        assert not (issue / "issue.md").exists(), (what, at + 1)


HOSTILE = {
    "nothing": (b"", 1),
    "zeros": (bytes(1000), 1),
    "a list": (b"[]", 1),
    "UTF-16": ('{"version": 1}'.encode("utf-16"), 1),
    "no end of lists": (b"{\n" + b'"a": ' + b"[" * 100_000, 2),
    "no end of objects": (b'{"a":\n' * 100_000, 65),
    "a number without end": (b'{\n"version":\n' + b"9" * 5000 + b"}", 3),
    "a large number": (b'{\n"version": ' + b"9" * 400 + b"}", 2),
    "infinity": (b'{\n"version": 1e999}', 2),
}


@pytest.mark.parametrize(("content", "line"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_locks_are_refused_with_the_line(issue, content: bytes, line: int) -> None:
    (issue / "issue.lock").write_bytes(content)
    message = refused("2025-W17")
    assert message.startswith(f"{Path('issues/2025-W17/issue.lock')}:{line}: ")
    assert len(message) < 300


def test_both_sides_of_a_merge_kept_by_hand_are_told(issue) -> None:
    """A reader of JSON would take the last of the two without a word."""
    lock = issue / "issue.lock"
    lines = lock.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if '"subject":' in line)
    lines.insert(at, '    "subject": "Another",\n')
    lock.write_text("".join(lines), encoding="utf-8")
    assert refused() == (
        f"{Path('issues/2025-W17/issue.lock')}:{at + 2}: 'subject' stands here for the second "
        "time, as after a merge by hand; choose one of the two, or restore the file from git"
    )


def test_endless_lock_is_refused(issue) -> None:
    with (issue / "issue.lock").open("wb") as file:
        file.truncate(50_000_000)
    assert "issue.lock: larger than 32 MiB" in refused("2025-W17")


def test_lock_of_a_newer_digest_is_neither_read_nor_written_over(issue) -> None:
    lock = issue / "issue.lock"
    text = lock.read_text(encoding="utf-8").replace('"version": 1', '"version": 2')
    lock.write_text(text, encoding="utf-8")
    line = text[: text.index('"version": 2')].count("\n") + 1
    expected = (
        f"{Path('issues/2025-W17/issue.lock')}:{line}: a newer digest wrote it: version 2, this "
        "one reads 1; upgrade digest: pip install -U newsletter-digest"
    )
    assert refused("2025-W17") == expected
    error = CliRunner().invoke(root, ["compose", "--now", NOW]).exception
    assert str(error) == expected
    assert lock.read_text(encoding="utf-8") == text


def test_composing_once_more_changes_only_what_is_new_in_the_lock(issue) -> None:
    """A diff of two locks reads well: a fact a line, what did not change stays where it was."""
    before = (issue / "issue.lock").read_text(encoding="utf-8").splitlines()
    entry = {"title": "New bread", "url": "https://example.org/n", "published": "2025-04-24"}
    with Path("in.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")
    succeed("compose", "--now", NOW)
    after = (issue / "issue.lock").read_text(encoding="utf-8").splitlines()
    gone = [line for line in difflib.ndiff(before, after) if line.startswith("- ")]
    assert len(gone) < 25
    told = ("articles", "inputs", "Post", "preheader", "subject", "issue.md", "digest.", *PARTS)
    assert all(line.strip("- ").startswith(tuple(f'"{name}' for name in told)) for line in gone)
    assert max(len(line) for line in after) < 200
