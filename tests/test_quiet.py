"""``--quiet`` is understood wherever it is written: before the command's name or behind it."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from servers import FaultServer, answer

from digest.cli import COMMANDS, root

NOW = ["--now", "2025-04-28T07:00+00:00"]
DIGEST = [sys.executable, "-m", "digest"]
LONG = {
    "gather": ["gather", *NOW],
    "compose": ["compose", "--week", "2025-W17", *NOW],
    "articles": ["articles", *NOW],
    "check": ["sources", "check", *NOW],
}


def feed(number: int) -> bytes:
    return (
        f"<rss version='2.0'><channel><title>F{number}</title><item><title>News {number}</title>"
        f"<link>https://f{number}.example/a</link>"
        "<pubDate>Thu, 24 Apr 2025 09:10:00 GMT</pubDate></item></channel></rss>"
    ).encode()


@pytest.fixture(scope="module")
def served() -> Iterator[list[str]]:
    with FaultServer() as server:
        yield [server.put(f"/{number}", answer(feed(number))) for number in range(25)]


@pytest.fixture
def here(tmp_path: Path, served: list[str], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    tables = "".join(f'\n[[sources]]\nurl = "{url}"\nprivate = true\n' for url in served)
    text = f'[newsletter]\ntitle = "T"\ntimezone = "UTC"\n{tables}'
    (tmp_path / "digest.toml").write_text(text, encoding="utf-8")
    return tmp_path


def digest(*words: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*DIGEST, *words], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done


def on_a_terminal(*words: str) -> str:
    """What a terminal shows, standard output and standard error together."""
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "140", "TERM": "xterm", "NO_COLOR": "1"}
    run = subprocess.Popen([*DIGEST, *words], stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # Linux ends a terminal with EIO
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    assert run.wait(60) == 0, shown
    return shown.decode()


def all_commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(root)
    for name in COMMANDS:
        command = root.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            for inner, part in command.commands.items():
                yield f"{name} {inner}", part


def test_every_command_takes_it_and_says_so() -> None:
    for name, command in all_commands():
        with click.Context(command, info_name=name) as context:
            assert "-q, --quiet" in command.get_help(context), name
            letters = [letter for each in command.params for letter in each.opts]
            assert len(letters) == len(set(letters)), name


@pytest.mark.parametrize("words", LONG.values(), ids=list(LONG))
def test_a_long_command_says_nothing_on_the_way_wherever_it_is_written(
    here: Path, words: list[str]
) -> None:
    loud = digest(*words)
    assert "23 of 25 sources read" in loud.stderr
    for quiet in (["-q", *words], [*words, "--quiet"], [*words[:1], "-q", *words[1:]]):
        told = digest(*quiet)
        assert told.stderr == "", quiet
        assert bool(told.stdout) == bool(loud.stdout)


def test_a_terminal_shows_no_bar(here: Path) -> None:
    words = LONG["compose"]
    shown = on_a_terminal(*words)
    assert "25/25" in shown
    assert re.search(r"0 failed, \d+ kB, left: +[\d:-]+", shown)
    assert on_a_terminal(*words, "--quiet") == ""


def test_the_variable_says_the_same(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_QUIET", "1")
    assert digest(*LONG["compose"]).stderr == ""


def test_warnings_and_errors_are_said_all_the_same(here: Path) -> None:
    with FaultServer() as server:
        url = server.put("/", answer(b"", status=500))
        run = subprocess.run(
            [*DIGEST, "articles", url, "--quiet"], capture_output=True, text=True, timeout=120
        )
    assert run.returncode == 1
    assert f"warning: {url}: answered 500" in run.stderr
    assert run.stderr.splitlines()[-1] == "error: articles: 1 of 1 inputs failed"
