"""One article is one: in several feeds, edited, moved with its feed, under a shared guid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from servers import FaultServer, answer, redirect

from digest.cli import root

FIRST = ("--week", "2025-W17", "--now", "2025-04-28T07:00:00Z")
SECOND = ("--week", "2025-W18", "--now", "2025-05-05T07:00:00Z")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> str:
    result = CliRunner().invoke(root, list(words))
    assert result.exception is None, f"{result.exception!r}\n{result.stderr}"
    return result.stdout


def compose(*words: str) -> dict[str, Any]:
    return dict(json.loads(run("compose", "--json", *words)))


def items(shown: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for part in shown["sections"] for item in part["items"]]


def titles(shown: dict[str, Any]) -> list[str]:
    return sorted(item["article"]["title"] for item in items(shown))


def feed(*entries: str, title: str = "Times") -> str:
    return f'<rss version="2.0"><channel><title>{title}</title>{"".join(entries)}</channel></rss>'


def entry(title: str, link: str = "", guid: str = "", day: int = 24, more: str = "") -> str:
    facts = (f"<link>{link}</link>" if link else "") + (f"<guid>{guid}</guid>" if guid else "")
    when = f"<pubDate>{day} Apr 2025 10:00:00 GMT</pubDate>"
    return f"<item><title>{title}</title>{facts}{when}{more}</item>"


@pytest.mark.parametrize(
    "address",
    [
        "https://times.example/2025/treaty",
        "http://www.times.example/2025/treaty/?utm_source=rss",
        "https://m.times.example/2025/treaty",
        "https://amp.times.example/2025/treaty",
        "https://times.example/2025/treaty/amp/",
        "https://times-example.cdn.ampproject.org/c/s/times.example/2025/treaty",
    ],
)
def test_article_of_several_feeds_is_kept_once_with_all_its_sources(
    address: str, here: Path
) -> None:
    (here / "one.xml").write_text(feed(entry("A treaty", "https://times.example/2025/treaty", "1")))
    (here / "two.xml").write_text(feed(entry("A treaty", address, "x-77"), title="Planet"))
    (here / "digest.toml").write_text(
        '[[sources]]\nname = "One"\npath = "one.xml"\n[[sources]]\nname = "Two"\npath = "two.xml"\n'
    )
    shown = compose(*FIRST)
    (item,) = items(shown)
    assert item["article"]["url"] == "https://times.example/2025/treaty"
    assert [source["articles"] for source in shown["sources"]] == [1, 1]
    told = run("why", "A treaty")
    assert "One" in told and "Two" in told
    assert items(compose(*SECOND)) == []


def test_edited_title_is_shown_as_updated_and_not_as_new(here: Path) -> None:
    (here / "digest.toml").write_text('[[sources]]\nname = "One"\npath = "one.xml"\n')
    link = "https://times.example/2025/treaty"
    (here / "one.xml").write_text(feed(entry("A treaty is near", link, "1")))
    assert compose(*FIRST)["merge"]["added"] == 1
    (here / "one.xml").write_text(feed(entry("A treaty is signed", link, "1")))
    again = compose(*FIRST)
    assert (again["merge"]["added"], again["merge"]["updated"]) == (0, 1)
    text = (here / "issues/2025-W17/issue.md").read_text("utf-8")
    assert "A treaty is signed" in text and "A treaty is near" not in text
    later = compose(*SECOND)
    assert items(later) == [] and later["merge"]["added"] == 0


def test_whole_feed_republished_with_new_guids_brings_nothing_back(here: Path) -> None:
    (here / "digest.toml").write_text('[[sources]]\nname = "One"\npath = "one.xml"\n')
    names = [f"The story of number {number}" for number in range(40)]

    def published(kind: str) -> str:
        return feed(
            *(
                entry(name, f"https://times.example/2025/{number}", f"{kind}-{number}")
                for number, name in enumerate(names)
            )
        )

    (here / "one.xml").write_text(published("old"))
    assert titles(compose(*FIRST)) == sorted(names)
    (here / "one.xml").write_text(published("new"))
    again = compose(*FIRST)
    assert (again["merge"]["added"], again["merge"]["kept"]) == (0, 40)
    assert items(compose(*SECOND)) == []


def test_feed_that_moves_brings_nothing_back_though_its_entries_have_no_pages(
    here: Path, server: FaultServer
) -> None:
    old = server.put("/old.xml", answer(feed(entry("A treaty", guid="g-1")).encode()))
    (here / "digest.toml").write_text(f'[[sources]]\nurl = "{old}"\nprivate = true\n')
    assert titles(compose(*FIRST)) == ["A treaty"]
    moved = feed(entry("A treaty", guid="g-1"), entry("A ferry", guid="g-2", day=29)).encode()
    server.put("/old.xml", redirect("/new.xml", status=301))
    server.put("/new.xml", answer(moved))
    second = compose(*SECOND)
    assert titles(second) == ["A ferry"]
    assert second["sources"][0]["status"] == "redirected"


def test_podcast_with_one_guid_for_all_gives_each_episode_once(here: Path) -> None:
    (here / "digest.toml").write_text('[[sources]]\nname = "Pod"\npath = "pod.xml"\n')

    def episode(number: int, day: int) -> str:
        sound = f'<enclosure url="https://pod.example/{number}.mp3" type="audio/mpeg"/>'
        link = "https://pod.example/show"
        return entry(f"Episode {number}", link, "the-show", day=day, more=sound)

    (here / "pod.xml").write_text(feed(*(episode(number, 22 + number) for number in (1, 2, 3))))
    assert titles(compose(*FIRST)) == ["Episode 1", "Episode 2", "Episode 3"]
    (here / "pod.xml").write_text(
        feed(episode(4, 29), *(episode(number, 22 + number) for number in (3, 2, 1)))
    )
    assert titles(compose(*SECOND)) == ["Episode 4"]
