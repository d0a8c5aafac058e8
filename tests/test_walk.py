"""README's chapter "Editing an issue" and docs/tuning.md are walks: these tests take them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from walking import blocks, walk

ROOT = Path(__file__).resolve().parents[1]
# The editor's clock, so that what the sample says of first-seen times does not depend on ours.
NOW = "2025-04-28T07:00:00+09:00"
LATER = "2025-06-02T07:00:00+02:00"
TUNING = ROOT / "docs/tuning.md"


def chapter() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return text.split("\n## Editing an issue\n")[1].split("\n## More\n")[0]


def test_the_chapter_on_editing_can_be_walked(tmp_path: Path) -> None:
    shutil.copy(ROOT / "digest.toml", tmp_path)
    shutil.copytree(ROOT / "articles", tmp_path / "articles")
    assert len(blocks(chapter())) > 5, "a walk has steps"
    walk(chapter(), tmp_path, now=NOW, document=tmp_path / "issues/2025-W17/issue.md")


@pytest.mark.parametrize("word", ["add", "cut", "hold", "move", "list", "edit", "undo", "log"])
def test_the_chapter_names_every_command_of_the_editors_hand(word: str) -> None:
    assert f"digest {word}" in chapter()


def test_the_way_to_a_tuned_newsletter_can_be_walked(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs/tuning", tmp_path / "tuning")
    walk(TUNING.read_text(encoding="utf-8"), tmp_path, now=LATER)


@pytest.mark.parametrize("word", ["suggest", "list", "evaluate", "assign"])
def test_the_way_to_a_tuned_newsletter_shows_every_command_on_topics(word: str) -> None:
    assert re.search(rf"^\$ digest topics {word}\b", TUNING.read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize("table", ["learning", "stories", "ranking"])
def test_the_way_to_a_tuned_newsletter_tunes_every_table(table: str) -> None:
    assert f"\n[{table}]\n" in TUNING.read_text(encoding="utf-8")
