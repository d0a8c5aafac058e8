"""Every kind of rule, from a feed through compose into issue.lock and `digest why`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from digest.cli import run

SETTINGS = """\
[newsletter]
title = "Weekly"

[[sources]]
path = "feed.xml"
name = "Example Times"

[[topics]]
name = "Diplomacy"
categories = ["Foreign affairs"]
keywords = ["treaty", {word = "summit", weight = 3, in = "title"}]
not = ["climbing"]

[[topics]]
name = "Money"
paths = ["times.example/money"]

[[topics]]
name = "Letters"
authors = ["Jane Doe"]
"""
ENTRY = """<entry><title>{title}</title><id>{number}</id><link href="https://times.example/{path}"/>
<updated>2025-04-2{day}T09:00:00Z</updated>{more}</entry>
"""
ENTRIES = (
    ("Votes counted", "world/1", '<category term="Foreign Affairs"/>'),
    ("Prices fall", "money/2", '<category term="Foreign affairs"/>'),
    ("Dear editor", "a/3", "<author><name>Jane Doe</name></author>"),
    ("Treaties at the summits", "a/4", ""),
    ("Mountain rescue: climbing season ends below the summit", "a/5", ""),
)
REASONS = {
    "https://times.example/world/1": ("Diplomacy", "category: Foreign affairs"),
    "https://times.example/money/2": ("Money", "path: times.example/money"),
    "https://times.example/a/3": ("Letters", "author: Jane Doe"),
    "https://times.example/a/4": (
        "Diplomacy",
        "keywords: summit (summits) in the title, treaty (treaties)",
    ),
    "https://times.example/a/5": ("Also this week", "no rule matched"),
}


@pytest.fixture(autouse=True)
def newsletter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("digest.toml").write_text(SETTINGS, "utf-8")
    entries = "".join(
        ENTRY.format(number=number, day=number + 1, title=title, path=path, more=more)
        for number, (title, path, more) in enumerate(ENTRIES)
    )
    Path("feed.xml").write_text(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Example Times</title>{entries}</feed>',
        "utf-8",
    )
    assert run(["compose", "--week", "2025-W17", "--now", "2025-04-28T07:00:00+00:00"]) == 0


def test_a_feeds_articles_go_where_the_rules_say_and_the_lock_says_why() -> None:
    lock = json.loads(Path("issues/2025-W17/issue.lock").read_text("utf-8"))
    said = {key: one["reason"] for key, one in lock["reasons"].items()}
    assert said == {key: reason for key, (_, reason) in REASONS.items()}


def test_why_gives_the_rule_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    for url, (topic, reason) in REASONS.items():
        capsys.readouterr()
        assert run(["why", url]) == 0
        shown = " ".join(capsys.readouterr().out.split())
        assert topic in shown and reason in shown


def test_topics_list_counts_what_only_the_feed_had_said(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["topics", "list", "--json"]) == 0
    rules = json.loads(capsys.readouterr().out)["rules"]
    caught = {f"{one['kind']}: {one['rule']}": one["caught"] for one in rules}
    assert caught == {
        "category: Foreign affairs": 1,
        "keyword: treaty": 1,
        "keyword: summit": 1,
        "not: climbing": 1,
        "path: times.example/money": 1,
        "author: Jane Doe": 1,
    }
