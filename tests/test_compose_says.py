"""What a compose says it did: the diff of a dry run, and each item's fate."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SLUG = "2025-W17"
DOCUMENT = Path("issues") / SLUG / "issue.md"
COMPOSE = ("compose", "--week", SLUG, "--now", "2025-04-28T07:00")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with an issue of three articles."""
    monkeypatch.chdir(tmp_path)
    for name in [*os.environ]:
        if name.startswith("DIGEST_") or name in ("NO_COLOR", "FORCE_COLOR"):
            monkeypatch.delenv(name)
    Path("digest.toml").write_text(
        '[newsletter]\ntimezone = "UTC"\n\n[[sources]]\npath = "in/*.jsonl"\n', encoding="utf-8"
    )
    Path("in").mkdir()
    for number in (1, 2, 3):
        write_article(number)
    run(*COMPOSE)
    return tmp_path


def write_article(number: int, **facts: str) -> None:
    article = {
        "title": f"Story {number}",
        "url": f"https://example.org/{number}",
        "published": f"2025-04-2{number}T10:00:00Z",
        "summary": f"What story {number} is about.",
    }
    Path(f"in/{number}.jsonl").write_text(json.dumps(article | facts) + "\n", encoding="utf-8")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "digest", *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )


def seen_on_a_terminal(*arguments: str, **environment: str) -> str:
    """What a terminal shows of standard output."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "digest", *arguments],
        env=os.environ | {"TERM": "xterm"} | environment,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 65_536)
            except OSError:  # how a terminal says that nobody writes any more
                break
            if not piece:
                break
            shown += piece
        os.close(ours)
    assert process.returncode == 0
    return shown.decode("utf-8").replace("\r\n", "\n")


def test_dry_run_is_a_coloured_diff_on_a_terminal_and_a_plain_one_elsewhere(here: Path) -> None:
    write_article(4)
    before = DOCUMENT.read_bytes()
    red, green, cyan, plain = "\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[0m"
    shown = seen_on_a_terminal(*COMPOSE, "--dry-run")
    assert shown.startswith(f"--- a/{DOCUMENT}\n+++ b/{DOCUMENT}\n{cyan}@@ ")
    assert f"{green}+### [Story 4](https://example.org/4){plain}\n" in shown
    assert f"{red}-subject: " in shown
    for environment in ({"NO_COLOR": "1"}, {"TERM": "xterm", "NO_COLOR": "yes"}):
        assert "\x1b" not in seen_on_a_terminal(*COMPOSE, "--dry-run", **environment)
    piped = run(*COMPOSE, "--dry-run").stdout
    assert "\x1b" not in piped
    assert "\n+### [Story 4](https://example.org/4)\n" in piped
    assert green in run(*COMPOSE, "--dry-run", FORCE_COLOR="1").stdout
    assert DOCUMENT.read_bytes() == before


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git to apply a diff with")
def test_a_piped_diff_is_one_that_patch_takes(here: Path) -> None:
    text = (
        DOCUMENT.read_bytes().replace(b"\n", b"\r\n") + b"The last line, unended.\x0c\xe2\x80\xa8"
    )
    DOCUMENT.write_bytes(text)
    write_article(4)
    diff = subprocess.run(
        [sys.executable, "-m", "digest", *COMPOSE, "--dry-run"], capture_output=True, check=True
    ).stdout
    run(*COMPOSE)
    wanted = DOCUMENT.read_bytes()
    DOCUMENT.write_bytes(text)
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "apply", "-"], input=diff, check=True)
    assert DOCUMENT.read_bytes() == wanted


def test_a_terminal_is_given_no_control_characters_of_the_document(here: Path) -> None:
    plain = DOCUMENT.read_bytes()
    DOCUMENT.write_bytes(plain.replace(b"What story 1", b"What \x1b[2J\xc2\x9b1m it"))
    write_article(4)
    run(*COMPOSE)
    DOCUMENT.write_bytes(plain)
    shown = seen_on_a_terminal("undo", "--dry-run", NO_COLOR="1")
    assert "+What ^[[2J<9b>1m it is about.\n" in shown
    assert "\x1b" not in shown
    assert "\x1b[2J" in run("undo", "--dry-run").stdout


def test_each_item_has_its_fate_and_what_is_withdrawn_is_named(here: Path) -> None:
    parts = DOCUMENT.read_text(encoding="utf-8").split("### ")
    DOCUMENT.write_text("### ".join(p for p in parts if "[Story 2]" not in p), encoding="utf-8")
    write_article(1, summary="Rewritten at its source.")
    write_article(3, published="2025-03-23T10:00:00Z")
    write_article(4)
    result = run(*COMPOSE, "--dry-run", "--json")
    merge = json.loads(result.stdout)["merge"]
    assert {(item["title"], item["fate"]) for item in merge["items"]} == {
        ("Story 1", "updated"),
        ("Story 2", "cut"),
        ("Story 3", "withdrawn"),
        ("Story 4", "added"),
    }
    assert all(item["section"] == "Also this week" for item in merge["items"])
    assert all(item["key"].startswith("https://example.org/") for item in merge["items"])
    assert {key: merge[key] for key in merge if key != "items"} == {
        "added": 1,
        "updated": 1,
        "kept": 0,
        "cut": 1,
        "held": 0,
        "joined": 0,
        "withdrawn": 1,
        "dropped": 0,
    }
    said = result.stderr
    assert "added 1, updated 1, kept 0, cut 1, held 0, withdrawn 1\n" in said
    assert "  withdrawn, for its date is no longer in the window: Story 3\n" in said
    assert "  updated: Story 1\n" in said
    assert "  added: Story 4\n" in said
