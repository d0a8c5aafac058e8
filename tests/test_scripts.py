"""Runs tests/scripts/*.txt: whole commands, as a user types them (see README.md there)."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.txt"))
_FILE = re.compile(r"-- (?P<name>\S+) --$")


class ScriptFailed(AssertionError):
    """A line of a script does not hold."""


@dataclass
class Stage:
    """The folder a script plays in, and what its last command left behind."""

    folder: Path
    variables: dict[str, str]
    status: int = 0
    output: dict[str, str] = field(default_factory=lambda: {"stdout": "", "stderr": ""})
    stdin: bytes = b""

    def path(self, name: str) -> Path:
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise ScriptFailed(f"{name} lies outside the script's folder")
        return path


def split_script(text: str) -> tuple[list[tuple[int, str]], dict[str, str]]:
    """The lines to play, with their numbers, and the files to lay out first."""
    steps: list[tuple[int, str]] = []
    files: dict[str, list[str]] = {}
    current: list[str] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        start = _FILE.match(line)
        if start:
            current = files.setdefault(start["name"], [])
        elif current is not None:
            current.append(line)
        elif line.strip() and not line.startswith("#"):
            steps.append((number, line.strip()))
    return steps, {name: "\n".join([*lines, ""]) for name, lines in files.items()}


def play(text: str, name: str, folder: Path) -> None:
    """Plays a script in an empty folder; raises ScriptFailed with the line that does not hold."""
    steps, files = split_script(text)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DIGEST_")}
    # A zone far from every script's own: the machine's zone must never matter.
    home = {"HOME": str(folder), "TZ": "Pacific/Apia", "NO_COLOR": "1", "COLUMNS": "100"}
    stage = Stage(folder=folder, variables=kept | home)
    for path, content in files.items():
        stage.path(path).parent.mkdir(parents=True, exist_ok=True)
        stage.path(path).write_text(content, encoding="utf-8")
    for (number, line), following in zip(steps, [*steps[1:], (0, "")], strict=True):
        try:
            play_line(stage, line, following[1])
        except ScriptFailed as failure:
            shown = "".join(f"\n--- {n}\n{words}" for n, words in stage.output.items() if words)
            raise ScriptFailed(f"{name}:{number}: {line}: {failure}{shown}") from None


def play_line(stage: Stage, line: str, following: str) -> None:
    """Plays one line; ``following`` is the next one, which may state the status."""
    verb, _, rest = line.partition(" ")
    if verb == "$":
        run_command(stage, rest)
        if not following.startswith("status ") and stage.status != 0:
            raise ScriptFailed(f"exit {stage.status}")
    elif verb == "status":
        require(stage.status == int(rest), f"exit {stage.status}")
    elif verb in ("stdout", "stderr"):
        expect_text(stage.output[verb], rest)
    elif verb == "json":
        expect_json(stage.output["stdout"], rest)
    elif verb == "file":
        expect_file(stage, rest)
    elif verb == "edit":
        edit_file(stage, rest)
    elif verb == "copy":
        source, target = (stage.path(name) for name in rest.split())
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    elif verb == "remove":
        path = stage.path(rest)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    elif verb == "stdin":
        stage.stdin = stage.path(rest).read_bytes()
    elif verb == "env":
        name, _, value = rest.partition("=")
        stage.variables[name] = value
    else:
        raise ScriptFailed("no such line; see tests/scripts/README.md")


def run_command(stage: Stage, words: str) -> None:
    program, *arguments = shlex.split(words)
    require(program == "digest", "scripts run digest and nothing else")
    result = subprocess.run(
        [sys.executable, "-m", "digest", *arguments],
        cwd=stage.folder,
        env=stage.variables,
        input=stage.stdin,
        capture_output=True,
        check=False,
        timeout=120,
    )
    stage.stdin = b""
    stage.status = result.returncode
    stage.output = {"stdout": result.stdout.decode(), "stderr": result.stderr.decode()}
    require("Traceback (most recent call last)" not in stage.output["stderr"], "a traceback")
    require("this is a fault of digest" not in stage.output["stderr"], "a fault of digest")


def require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ScriptFailed(otherwise)


def expect_text(text: str, expectation: str) -> None:
    """``has TEXT``, ``lacks TEXT``, ``matches REGEX`` or ``is empty``."""
    verb, _, wanted = expectation.partition(" ")
    if verb == "has":
        require(wanted in text, "is not there")
    elif verb == "lacks":
        require(wanted not in text, "is there")
    elif verb == "matches":
        require(re.search(wanted, text, re.MULTILINE) is not None, "does not match")
    elif expectation == "is empty":
        require(text == "", "is not empty")
    else:
        raise ScriptFailed("neither has, lacks, matches nor `is empty`")


def expect_json(text: str, expectation: str) -> None:
    """``PATH is VALUE`` or ``PATH count N``."""
    path, verb, wanted = expectation.split(" ", 2)
    try:
        found: Any = json.loads(text)
        for name in path.split("."):
            found = found[int(name)] if isinstance(found, list) else found[name]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise ScriptFailed(f"standard output has no such value: {error!r}") from error
    if verb == "count":
        require(len(found) == int(wanted), f"there are {len(found)}")
    else:
        require(verb == "is", "neither is nor count")
        require(found == json.loads(wanted), f"is {json.dumps(found, ensure_ascii=False)}")


def expect_file(stage: Stage, expectation: str) -> None:
    """``NAME exists``, ``absent``, ``equals OTHER``, or what :func:`expect_text` knows."""
    name, _, rest = expectation.partition(" ")
    path = stage.path(name)
    if rest == "absent":
        require(not path.exists(), "is there")
        return
    if not path.exists():
        near = sorted(str(p.relative_to(stage.folder)) for p in stage.folder.rglob("*"))
        raise ScriptFailed(f"there is no such file among {near}")
    if rest.startswith("equals "):
        other = stage.path(rest.removeprefix("equals "))
        require(path.read_bytes() == other.read_bytes(), "they differ")
    elif rest != "exists":
        expect_text(path.read_text(encoding="utf-8"), rest)


def edit_file(stage: Stage, edit: str) -> None:
    """``NAME: OLD => NEW``: the old text must stand in the file exactly once."""
    name, _, change = edit.partition(": ")
    old, arrow, new = change.partition(" =>")
    old, new = old.replace("\\n", "\n"), new.removeprefix(" ").replace("\\n", "\n")
    require(arrow != "", "write `edit NAME: OLD => NEW`")
    path = stage.path(name)
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise ScriptFailed(f"the old text stands there {text.count(old)} times:\n{text}")
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_script(script: Path, tmp_path: Path) -> None:
    play(script.read_text(encoding="utf-8"), f"tests/scripts/{script.name}", tmp_path)


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("$ digest compsoe", "s:1: $ digest compsoe: exit 2"),
        ("$ digest --version\nstatus 1", "s:2: status 1: exit 0"),
        ("$ digest --version\nstdout lacks version", "is there"),
        ("$ digest --version\nstdout has nonsense", "is not there"),
        ("$ digest --version\njson a is 1", "no such value"),
        ("file a.txt exists", "no such file"),
        ("file a.txt absent\n-- a.txt --\nhere", "is there"),
        ("edit a.txt: x => y\n-- a.txt --\nx x", "2 times"),
        ("$ rm -rf .", "scripts run digest and nothing else"),
        ("file ../a exists", "outside"),
        ("prance about", "no such line"),
    ],
)
def test_script_that_does_not_hold_is_named_with_its_line(
    script: str, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(ScriptFailed, match=re.escape(complaint)):
        play(script, "s", tmp_path)
