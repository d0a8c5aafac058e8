"""Walks in README and docs: their blocks are taken one by one, as a reader would.

A console block holds commands and what they say; a line "…" stands for lines left out. A diff
block is what the editor does to a file by hand (to issue.md, where none is named), a json or toml
block a file that is dropped in; with ``append`` it comes to the end of one.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

_BLOCK = re.compile(r"^```(console|(?:diff|json|toml)(?: [^\n]+)?)\n(.*?)^```$", re.M | re.S)


def blocks(text: str) -> list[tuple[str, str]]:
    """The blocks of a walk in their order: what each is, and what it holds. What names neither a
    file nor is to be done is no step of it."""
    return [
        (kind, block)
        for kind, block in _BLOCK.findall(text)
        if kind == "console" or kind.startswith("diff") or " " in kind
    ]


def walk(text: str, folder: Path, *, now: str, document: Path | None = None) -> None:
    """Takes all steps in a folder; ``document`` is what diffs without a name change."""
    for kind, block in blocks(text):
        name = kind.partition(" ")[2]
        if kind.startswith("diff"):
            target = folder / name if name else document
            assert target is not None
            edit(block, target)
        elif name.startswith("append "):
            with (folder / name.removeprefix("append ")).open("a", encoding="utf-8") as file:
                file.write(f"\n{block}")
        elif name:
            (folder / name).write_text(block, encoding="utf-8")
        else:
            for command, expected in commands(block):
                take(command, expected, folder, now=now)


def commands(block: str) -> list[tuple[str, list[str]]]:
    """The commands of a block, each with what it is to say."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:].partition("  #")[0].strip(), []))
        elif line.strip():
            found[-1][1].append(line.rstrip())
    return found


def take(command: str, expected: list[str], folder: Path, *, now: str) -> None:
    """Runs a command of a walk; compose has its clock set to ``now``."""
    words = shlex.split(command)
    if words[0] == "mkdir":
        (folder / words[1]).mkdir()
        return
    if words[0] == "cp":
        shutil.copy(folder / words[1], folder / words[2])
        return
    if words[:2] == ["rm", "-r"]:
        shutil.rmtree(folder / words[2])
        return
    assert words[0] == "digest"
    kept = {name: text for name, text in os.environ.items() if not name.startswith("DIGEST_")}
    clock = ["--now", now] if words[1] == "compose" else []
    result = subprocess.run(
        [sys.executable, "-m", "digest", *words[1:], *clock],
        cwd=folder,
        env=kept | {"NO_COLOR": "1", "COLUMNS": "100", "TZ": "Pacific/Apia"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line.rstrip() for line in (result.stdout + result.stderr).splitlines()]
    assert result.returncode == 0, (command, said)
    at = 0
    for line in expected:
        if line == "…":
            continue
        assert line in said[at:], f"{command}\nsays\n" + "\n".join(said) + f"\nand not\n{line}"
        at = said.index(line, at) + 1


def edit(diff: str, document: Path) -> None:
    """Does to a file what a diff says."""
    text = document.read_text(encoding="utf-8")
    rows = diff.splitlines()
    old = "".join(f"{row[2:]}\n" for row in rows if row[:1] in {"-", " "})
    new = "".join(f"{row[2:]}\n" for row in rows if row[:1] in {"+", " "})
    assert text.count(old) == 1, f"the walk edits what {document.name} does not hold once:\n{old}"
    document.write_text(text.replace(old, new), encoding="utf-8", newline="")
