"""README's chapter "Editing an issue" is a walk: this test takes it, command by command.

A console block holds commands and what they say; a line "…" stands for lines left out. A diff
block is what the editor does to issue.md by hand, a json block a file that is dropped in.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# The editor's clock, so that what the sample says of first-seen times does not depend on ours.
NOW = "2025-04-28T07:00:00+09:00"
_BLOCK = re.compile(r"^```(console|diff|json \S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def chapter() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return text.split("\n## Editing an issue\n")[1].split("\n## More\n")[0]


def commands(block: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:].partition("  #")[0].strip(), []))
        elif line.strip():
            found[-1][1].append(line.rstrip())
    return found


def take(command: str, expected: list[str], folder: Path) -> None:
    words = shlex.split(command)
    assert words[0] == "digest"
    kept = {name: text for name, text in os.environ.items() if not name.startswith("DIGEST_")}
    now = ["--now", NOW] if words[1] == "compose" else []
    result = subprocess.run(
        [sys.executable, "-m", "digest", *words[1:], *now],
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
    text = document.read_text(encoding="utf-8")
    rows = diff.splitlines()
    old = "".join(f"{row[2:]}\n" for row in rows if row[:1] in {"-", " "})
    new = "".join(f"{row[2:]}\n" for row in rows if row[:1] in {"+", " "})
    assert text.count(old) == 1, f"README edits what issue.md does not hold once:\n{old}"
    document.write_text(text.replace(old, new), encoding="utf-8", newline="")


def test_the_chapter_on_editing_can_be_walked(tmp_path: Path) -> None:
    shutil.copy(ROOT / "digest.toml", tmp_path)
    shutil.copytree(ROOT / "articles", tmp_path / "articles")
    document = tmp_path / "issues/2025-W17/issue.md"
    blocks = _BLOCK.findall(chapter())
    assert len(blocks) > 5, "a walk has steps"
    for kind, block in blocks:
        if kind == "diff":
            edit(block, document)
        elif kind.startswith("json "):
            (tmp_path / kind.removeprefix("json ")).write_text(block, encoding="utf-8")
        else:
            for command, expected in commands(block):
                take(command, expected, tmp_path)


@pytest.mark.parametrize("word", ["add", "cut", "hold", "move", "list", "edit", "undo", "log"])
def test_the_chapter_names_every_command_of_the_editors_hand(word: str) -> None:
    assert f"digest {word}" in chapter()
