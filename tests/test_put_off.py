"""What was too early for one window is not lost when its feed drops it before the next."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from digest.cli import root

SETTINGS = """
[newsletter]
title = "Weekly"
timezone = "Europe/Berlin"
[[sources]]
name = "Wire"
path = "wire.jsonl"
topic = "News"
[[sources]]
name = "Other"
path = "other.jsonl"
"""
FIRST, SECOND, THIRD = "2025-04-28T09:00:00Z", "2025-05-05T09:00:00Z", "2025-05-12T09:00:00Z"


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    (tmp_path / "digest.toml").write_text(SETTINGS, encoding="utf-8")
    offer("other", ("Tea", "2025-04-23T10:00:00Z"))
    # Composed at nine on Monday: the second was published after the window's end, at midnight.
    offer("wire", ("Old", "2025-04-24T10:00:00Z"), ("Early bird", "2025-04-28T06:00:00Z"))
    compose(FIRST)
    return tmp_path


def offer(source: str, *articles: tuple[str, str]) -> None:
    lines = [
        {
            "title": title,
            "url": f"https://example.org/{title.lower().replace(' ', '-')}",
            "published": published,
            "summary": f"What {title} is.",
        }
        for title, published in articles
    ]
    Path(f"{source}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def compose(now: str, *options: str) -> dict:
    result = CliRunner().invoke(root, ["compose", "--json", "--now", now, *options])
    assert result.exception is None, f"{result.exception!r}\n{result.stderr}"
    return {**json.loads(result.stdout), "said": result.stderr}


def printed(composed: dict) -> dict[str, str]:
    return {
        item["article"]["title"]: section["topic"]
        for section in composed["sections"]
        for item in section["items"]
    }


def test_what_the_feed_dropped_comes_with_the_next_issue(home) -> None:
    offer("wire", ("New", "2025-05-01T10:00:00Z"))
    composed = compose(SECOND)
    assert printed(composed) == {"New": "News", "Early bird": "News"}
    assert "taken from issues/2025-W17/issue.lock" in composed["said"]
    assert "Early bird" in composed["said"]
    assert "What Early bird is." in (home / "issues/2025-W18/issue.md").read_text(encoding="utf-8")


def test_a_clone_knows_it_too_and_composing_again_changes_nothing(home) -> None:
    offer("wire", ("New", "2025-05-01T10:00:00Z"))
    for file in (home / ".digest").glob("digest.db*"):
        file.unlink()
    compose(SECOND)
    before = (home / "issues/2025-W18/issue.md").read_bytes()
    assert b"Early bird" in before
    compose(SECOND)
    assert (home / "issues/2025-W18/issue.md").read_bytes() == before


def test_it_comes_once(home) -> None:
    offer("wire", ("New", "2025-05-01T10:00:00Z"))
    compose(SECOND)
    offer("wire", ("Newer", "2025-05-08T10:00:00Z"))
    assert set(printed(compose(THIRD))) == {"Newer"}


def test_what_the_editor_cut_does_not_come_back(home) -> None:
    offer("wire", ("New", "2025-05-01T10:00:00Z"))
    compose(SECOND)
    assert CliRunner().invoke(root, ["cut", "early bird"]).exception is None
    assert "Early bird" not in (home / "issues/2025-W18/issue.md").read_text(encoding="utf-8")
    compose(SECOND)
    assert "Early bird" not in (home / "issues/2025-W18/issue.md").read_text(encoding="utf-8")


def test_what_its_feed_still_lists_is_taken_from_there(home) -> None:
    offer("wire", ("Early bird", "2025-04-29T06:00:00Z"))
    composed = compose(SECOND)
    assert "taken from" not in composed["said"]
    assert "Early bird" in printed(composed)


def test_the_same_under_another_address_comes_once(home) -> None:
    line = {
        "title": "Early bird",
        "url": "https://elsewhere.example.com/bird",
        "published": "2025-04-28T06:00:00Z",
    }
    Path("wire.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    compose(SECOND)
    text = (home / "issues/2025-W18/issue.md").read_text(encoding="utf-8")
    assert text.count("[Early bird]") == 1


def test_a_source_that_is_not_read_any_more_adds_nothing(home) -> None:
    offer("other", ("Coffee", "2025-05-01T10:00:00Z"))
    composed = compose(SECOND, "--from", "other.jsonl")
    assert set(printed(composed)) == {"Coffee"}


def test_what_is_for_a_later_window_waits_through_several_issues(home) -> None:
    offer("wire", ("New", "2025-05-01T10:00:00Z"), ("Much later", "2025-05-05T08:00:00Z"))
    compose(SECOND)
    offer("wire")
    assert set(printed(compose(THIRD))) == {"Much later"}
