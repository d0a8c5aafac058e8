"""Composing over an editor's work when settings, sources, the window or the lock have changed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from servers import Connection, Request, answer

from digest.cli import root
from digest.errors import NewerLockError

NOW = ("--now", "2025-04-28T07:00:00+00:00")
WEEK = ("--week", "2025-W17", "--offline", *NOW)
TOPICS = '[[topics]]\nname = "{0}"\nkeywords = ["ferry"]\n'
SOURCE = '[[sources]]\npath = "{0}.jsonl"\n'


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    return tmp_path


def compose(*arguments: str) -> Result:
    result = CliRunner().invoke(root, ["compose", *arguments])
    assert result.exception is None, f"{result.exception!r}\n{result.stderr}"
    return result


def story(number: int, title: str = "", day: int = 22, **facts: object) -> str:
    content = {
        "title": title or f"Story number {number}",
        "url": f"https://example.org/story-{number}",
        "published": f"2025-04-{day:02}T10:00:00Z",
        "summary": f"What story {number} is about.",
        "source": {"name": "Example Post", "url": "https://example.org/"},
    }
    return json.dumps(content | facts) + "\n"


def settle(folder: Path, *settings: str, **sources: str) -> None:
    (folder / "digest.toml").write_text("".join(settings), encoding="utf-8")
    for name, content in sources.items():
        (folder / f"{name}.jsonl").write_text(content, encoding="utf-8")


def document(folder: Path) -> Path:
    return folder / "issues/2025-W17/issue.md"


def edit(folder: Path, *changes: tuple[str, str]) -> str:
    text = document(folder).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    document(folder).write_text(text, encoding="utf-8")
    return text


def headings(folder: Path) -> list[str]:
    lines = document(folder).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("## ")]


def test_topic_renamed_in_the_settings_renames_a_heading_that_the_editor_left_alone(here) -> None:
    settle(here, SOURCE.format("in"), TOPICS.format("Ships"), **{"in": story(1, "A ferry")})
    compose(*WEEK)
    more = story(1, "A ferry") + story(2, "Another ferry")
    settle(here, SOURCE.format("in"), TOPICS.format("Harbours"), **{"in": more})
    compose(*WEEK)
    assert headings(here) == ["## Harbours"]
    edit(here, ("## Harbours", "## By the water"))
    settle(here, SOURCE.format("in"), TOPICS.format("Shipping"), **{"in": more + story(3, "Ferry")})
    compose(*WEEK)
    assert headings(here) == ["## By the water"]
    assert document(here).read_text(encoding="utf-8").count("### [") == 3


def test_what_a_source_brought_stays_when_the_source_is_taken_out(here) -> None:
    settle(here, SOURCE.format("a"), SOURCE.format("b"), a=story(1), b=story(2))
    compose(*WEEK)
    before = edit(here, ("What story 2 is about.", "My own words."))
    settle(here, SOURCE.format("a"), a=story(1))
    assert "withdrawn" not in compose(*WEEK).stderr
    after = document(here).read_text(encoding="utf-8")
    assert after[after.index("\n## ") :] == before[before.index("\n## ") :]


def test_another_window_for_the_same_issue_takes_out_only_what_the_editor_left_alone(here) -> None:
    settle(here, SOURCE.format("in"), **{"in": story(1, day=21) + story(2, day=21) + story(3)})
    compose(*WEEK)
    edit(here, ("What story 2 is about.", "My own words."))
    options = ("--since", "2025-04-22", "--until", "2025-04-25", "--offline", *NOW)
    result = compose(*options, "--slug", "2025-W17")
    after = document(here).read_text(encoding="utf-8")
    assert "story-1" not in after
    assert "Story number 1" in result.stderr
    assert "My own words." in after
    assert "story-3" in after
    assert "window: 2025-04-22T00:00:00+00:00/2025-04-26T00:00:00+00:00" in after


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: text.replace('"version": 1', '"version": 0'),
        lambda text: f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> theirs\n",
        lambda text: "[]",
    ],
    ids=["truncated", "empty", "older", "conflict", "something else"],
)
def test_lock_that_cannot_be_used_lets_only_what_is_new_be_added(here, damage) -> None:
    settle(here, SOURCE.format("in"), **{"in": story(1) + story(2)})
    compose(*WEEK)
    before = edit(here, ("What story 1 is about.", "My own words."))
    lock = document(here).with_name("issue.lock")
    lock.write_text(damage(lock.read_text(encoding="utf-8")), encoding="utf-8")
    settle(here, SOURCE.format("in"), **{"in": story(1, "Other") + story(2, "Other") + story(3)})
    result = compose(*WEEK)
    assert "issue.lock" in result.stderr
    after = document(here).read_text(encoding="utf-8")
    for line in before.splitlines():
        assert line in after
    assert "[Other]" not in after
    assert "### [Story number 3]" in after
    # From now on there is a base again, and cutting is remembered.
    edit(here, ("### [Story number 2](https://example.org/story-2)\n", ""))
    compose(*WEEK)
    assert "story-2" not in document(here).read_text(encoding="utf-8")


def test_lock_of_a_newer_digest_is_not_written_over(here) -> None:
    settle(here, SOURCE.format("in"), **{"in": story(1)})
    compose(*WEEK)
    lock = document(here).with_name("issue.lock")
    text = lock.read_text(encoding="utf-8").replace('"version": 1', '"version": 99')
    lock.write_text(text, encoding="utf-8")
    before = {path: path.read_bytes() for path in document(here).parent.iterdir()}
    settle(here, SOURCE.format("in"), **{"in": story(1) + story(2)})
    result = CliRunner().invoke(root, ["compose", *WEEK])
    assert isinstance(result.exception, NewerLockError)
    assert "a newer digest wrote it" in str(result.exception)
    assert {path: path.read_bytes() for path in document(here).parent.iterdir()} == before


def test_what_the_editor_saves_while_a_feed_is_fetched_is_in_the_issue(here, server) -> None:
    def feed(*numbers: int) -> bytes:
        entries = "".join(
            f"<item><title>Story number {n}</title><link>https://example.org/story-{n}</link>"
            "<pubDate>Tue, 22 Apr 2025 10:00:00 GMT</pubDate></item>"
            for n in numbers
        )
        return (
            "<rss version='2.0'><channel><title>Example Post</title>"
            f"<link>https://example.org/</link>{entries}</channel></rss>"
        ).encode()

    def save_and_answer(request: Request, connection: Connection) -> None:
        edit(here, ("### [Story number 1]", "### [Saved meanwhile]"))
        answer(feed(1, 2))(request, connection)

    address = server.put("/feed.xml", answer(feed(1)))
    settle(here, f'[[sources]]\nurl = "{address}"\nprivate = true\n')
    options = ("--week", "2025-W17", *NOW)
    compose(*options)
    server.put("/feed.xml", save_and_answer)
    compose(*options)
    after = document(here).read_text(encoding="utf-8")
    assert "### [Saved meanwhile](https://example.org/story-1)" in after
    assert "### [Story number 2](https://example.org/story-2)" in after
    assert "[Story number 1]" not in after
