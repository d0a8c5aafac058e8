"""``digest topics evaluate``: how far digest agrees with the editor of past issues."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from made_past import slug_of, write_past

from digest.cli import root

TOPICS = """
[[topics]]
name = "Jobs"
hosts = ["work.example"]

[[topics]]
name = "Tools"
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Twelve past issues; in the last one a saw stands under Jobs."""
    monkeypatch.chdir(tmp_path)
    write_past(tmp_path / "issues", 12)
    (tmp_path / "digest.toml").write_text(TOPICS, encoding="utf-8")
    last = Path(f"issues/{slug_of(11)}/issue.md")
    text = last.read_text(encoding="utf-8")
    last.write_text(f"{text}- [A saw for hire](https://shed.example/saw/hire)\n", encoding="utf-8")
    return tmp_path


def evaluate(*arguments: str) -> Result:
    return CliRunner().invoke(root, ["topics", "evaluate", *arguments])


def figures(*arguments: str) -> dict[str, Any]:
    result = evaluate(*arguments, "--json")
    assert result.exception is None, f"{result.exception!r}\n{result.stderr}"
    return dict(json.loads(result.stdout))


def test_each_issue_is_tried_on_what_those_before_it_teach(here: Path) -> None:
    found = figures("--last", "5")
    assert found["issues"] == [slug_of(number) for number in range(7, 12)]
    assert (found["taught_before"], found["items"], found["untouched"]) == (7, 41, 0)
    assert found["accuracy"] == round(40 / 41, 4)
    assert found["first_two"] == 1.0
    assert found["sure"] == {"share": 1.0, "accuracy": round(40 / 41, 4)}
    assert found["doubts"] == []


def test_beside_it_stand_rules_host_and_commonest_section(here: Path) -> None:
    beside = figures("--last", "5")["beside"]
    assert list(beside) == ["rules alone", "host's usual section", "commonest section"]
    # The rule knows 20 of 21 jobs; what it does not know, goes to the last section.
    assert beside["rules alone"]["accuracy"] == round(20 / 41, 4)
    assert beside["host's usual section"]["accuracy"] == round(40 / 41, 4)
    assert beside["commonest section"]["accuracy"] == round(21 / 41, 4)


def test_sections_are_told_one_by_one_with_what_was_mistaken_for_what(here: Path) -> None:
    found = figures("--last", "5")
    assert found["topics"] == [
        {
            "topic": "Jobs",
            "items": 21,
            "placed": 20,
            "precision": 1.0,
            "recall": round(20 / 21, 4),
        },
        {
            "topic": "Tools",
            "items": 20,
            "placed": 21,
            "precision": round(20 / 21, 4),
            "recall": 1.0,
        },
    ]
    assert found["confusion"] == {"Jobs": {"Jobs": 20, "Tools": 1}, "Tools": {"Tools": 20}}


def test_surest_mistake_is_named_with_its_issue_and_reason(here: Path) -> None:
    [worst] = figures("--last", "5")["worst"]
    assert worst["issue"] == slug_of(11)
    assert (worst["title"], worst["section"], worst["topic"]) == ("A saw for hire", "Jobs", "Tools")
    assert (worst["rule"], worst["confidence"] > 0.9) == ("learned", True)
    assert "host shed.example" in worst["reason"]


def test_people_get_the_same_in_tables(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    said = evaluate("--last", "5").stdout
    assert (
        f"41 new items of 5 issues ({slug_of(7)} to {slug_of(11)}), each placed by what those "
        "before it teach (7 before the first)"
    ) in said
    for words in ("digest", "97.6%", "rules alone", "commonest section", "A saw for hire"):
        assert words in said


def test_renamed_section_counts_as_one(here: Path) -> None:
    for number in (10, 11):
        path = Path(f"issues/{slug_of(number)}/issue.md")
        path.write_text(path.read_text().replace("## Tools", "## Tool"), encoding="utf-8")
    Path("digest.toml").write_text("", encoding="utf-8")
    found = figures("--last", "5")
    assert [topic["topic"] for topic in found["topics"]] == ["Jobs", "Tool"]
    assert found["accuracy"] == round(40 / 41, 4)


def test_known_addresses_are_not_tried(here: Path) -> None:
    text = Path(f"issues/{slug_of(0)}/issue.md").read_text(encoding="utf-8")
    path = Path(f"issues/{slug_of(10)}/issue.md")
    head, _, _ = path.read_text(encoding="utf-8").partition("## ")
    path.write_text(head + text[text.index("## ") :], encoding="utf-8")
    assert figures("--last", "5")["items"] == 41 - 8


@pytest.mark.parametrize(("issues", "doubts"), [(3, 2), (6, 1), (9, 0)])
def test_too_little_past_is_said_plainly(tmp_path, monkeypatch, issues: int, doubts: int) -> None:
    monkeypatch.chdir(tmp_path)
    write_past(tmp_path / "past", issues)
    result = evaluate("--issues", "past", "--last", "4", "--json")
    found = json.loads(result.stdout)
    assert len(found["doubts"]) == doubts
    assert result.stderr.count("warning: too ") == doubts
    assert ("too little past" in result.stderr) == (issues - 4 < 5 and doubts > 0)


@pytest.mark.parametrize("issues", [0, 1])
def test_with_less_than_two_issues_there_is_nothing_to_try(tmp_path, monkeypatch, issues) -> None:
    monkeypatch.chdir(tmp_path)
    write_past(tmp_path / "issues", issues)
    (tmp_path / "digest.toml").write_text("", encoding="utf-8")
    error = evaluate().exception
    assert "too little past: at least two issues with items are needed" in str(error)
    assert "digest import" in str(error)


def test_nothing_is_written(here: Path) -> None:
    before = sorted(here.rglob("*"))
    figures()
    assert sorted(here.rglob("*")) == before


def test_learning_turned_off_leaves_the_rules(here: Path) -> None:
    Path("digest.toml").write_text(f"{TOPICS}\n[learning]\nenabled = false\n", encoding="utf-8")
    found = figures("--last", "5")
    assert found["accuracy"] == found["beside"]["rules alone"]["accuracy"]


def test_seed_of_hashes_changes_nothing(here: Path) -> None:
    said = {
        subprocess.run(
            [sys.executable, "-m", "digest", "topics", "evaluate", "--json"],
            capture_output=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
