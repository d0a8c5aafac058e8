"""`digest topics list`: each rule with what it caught in the last issues, and what came of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from digest.cli import run
from digest.config import Keyword, Settings, Source, Topic
from digest.model.lesson import Fate, PastItem, PastLesson
from digest.topics.audit import Audit, Row, audit
from digest.topics.rules import Rules

SETTINGS = """\
[newsletter]
title = "Weekly"

[[sources]]
path = "articles.jsonl"

[[topics]]
name = "Diplomacy"
keywords = ["treaty", {word = "summit", weight = 2}, "embassy"]
not = ["climbing"]
hosts = ["un.example.org"]

[[topics]]
name = "Trade"
keywords = ["tariff", "port"]
hosts = ["un.example.org"]
paths = ["paper.example.org/money"]
authors = ["Jane Doe"]
"""


def entry(day: int, title: str, url: str, **facts: Any) -> dict[str, Any]:
    published = f"2025-04-{day:02}T09:00:00+00:00"
    return {"title": title, "url": url, "published": published, "language": "en", **facts}


ENTRIES = [
    entry(15, "Treaties signed", "https://a.example/1"),
    entry(16, "Ministers gather for talks: summit of the lakes", "https://a.example/2"),
    entry(
        *(16, "Mountain rescue", "https://a.example/3"),
        summary="Two were brought down from a summit after days of climbing.",
    ),
    entry(17, "Votes counted", "https://un.example.org/4"),
    entry(17, "Steel tariff doubled from June", "https://paper.example.org/money/5"),
    entry(18, "Wheat again", "https://a.example/6", authors=["Jane Doe"]),
]


@pytest.fixture
def newsletter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("digest.toml").write_text(SETTINGS, encoding="utf-8")
    Path("articles.jsonl").write_text("".join(json.dumps(each) + "\n" for each in ENTRIES), "utf-8")
    return tmp_path


def compose() -> None:
    assert run(["compose", "--week", "2025-W16", "--now", "2025-04-21T07:00:00+00:00"]) == 0


def listed(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, dict[str, Any]]:
    capsys.readouterr()
    assert run(["topics", "list", "--json", *words]) == 0
    found = json.loads(capsys.readouterr().out)
    return {f"{one['topic']} {one['kind']}: {one['rule']}": one for one in found["rules"]}


def counts(one: dict[str, Any]) -> tuple[int, int, int, int, int]:
    return (one["matched"], one["caught"], one["stayed"], one["moved"], one["cut"])


def test_rules_are_listed_with_what_they_caught_and_what_came_of_it(
    newsletter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compose()
    assert run(["move", "https://a.example/1", "Trade"]) == 0
    assert run(["cut", "https://a.example/2"]) == 0
    found = listed(capsys)
    assert counts(found["Diplomacy keyword: treaty"]) == (1, 1, 0, 1, 0)
    assert counts(found["Diplomacy keyword: summit"]) == (2, 1, 0, 0, 1)
    assert counts(found["Diplomacy host: un.example.org"]) == (1, 1, 1, 0, 0)
    assert counts(found["Trade path: paper.example.org/money"]) == (1, 1, 1, 0, 0)
    assert counts(found["Trade author: Jane Doe"]) == (1, 1, 1, 0, 0)
    assert found["Diplomacy not: climbing"]["caught"] == 1
    assert {name: one["state"] for name, one in found.items() if one["state"] != "good"} == {
        "Diplomacy keyword: embassy": "never",
        "Trade host: un.example.org": "repeated",
        "Trade keyword: tariff": "shadowed",
        "Trade keyword: port": "never",
    }
    assert found["Trade host: un.example.org"]["hint"] == (
        "host: un.example.org (Trade) never decides: it stands under Diplomacy before; "
        "drop one of the two"
    )
    # One issue is too little to say so of others.
    assert [name for name, one in found.items() if one["hint"]] == ["Trade host: un.example.org"]


def test_topics_alone_shows_the_table_and_the_hints(
    newsletter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compose()
    capsys.readouterr()
    assert run(["topics"]) == 0
    shown = capsys.readouterr()
    lines = [line.split() for line in shown.out.splitlines()]
    assert ["topic", "rule", "caught", "stayed", "moved", "cut"] in lines
    assert ["Diplomacy", "host:", "un.example.org", "1", "1", "0", "0"] in lines
    assert ["not:", "climbing", "1", "–", "–", "–"] in lines
    assert ["keyword:", "port", "0", "0", "0", "0", "never"] in lines
    assert "counted from 6 items of 2025-W16" in shown.err
    assert "hint: host: un.example.org (Trade) never decides" in shown.err
    assert "matched nothing" not in shown.err


def test_without_issues_or_rules_it_says_what_is_missing(
    newsletter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["topics"]) == 0
    shown = capsys.readouterr()
    assert "no issue has items yet" in shown.err
    assert "hint: host: un.example.org (Trade) never decides" in shown.err
    assert "matched nothing" not in shown.err
    Path("digest.toml").write_text("", "utf-8")
    assert run(["topics"]) == 0
    shown = capsys.readouterr()
    assert "digest.toml has no rules: docs/topics.md says how they are written" in shown.err


def test_only_the_last_issues_are_counted(
    newsletter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path("articles.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry(22, "Port reopens", "https://a.example/7")) + "\n")
    compose()
    assert run(["compose", "--week", "2025-W17", "--now", "2025-04-28T07:00:00+00:00"]) == 0
    assert listed(capsys)["Trade keyword: port"]["state"] == "good"
    assert listed(capsys)["Diplomacy keyword: treaty"]["caught"] == 1
    assert listed(capsys, "--last", "1")["Diplomacy keyword: treaty"]["state"] == "never"
    capsys.readouterr()
    assert run(["topics", "list"]) == 0
    assert "counted from 7 items of 2 issues, 2025-W16 to 2025-W17" in capsys.readouterr().err


def test_nothing_is_written_by_looking(
    newsletter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compose()
    before = {path: path.read_bytes() for path in newsletter.rglob("*") if path.is_file()}
    assert run(["topics", "list"]) == 0
    after = {path: path.read_bytes() for path in newsletter.rglob("*") if path.is_file()}
    assert after == before


def past(
    number: int, *items: tuple[str, str, Fate], renamed: tuple[tuple[str, str], ...] = ()
) -> PastLesson:
    return PastLesson(
        slug=f"issue-{number}",
        items=tuple(
            PastItem(key=f"{number}-{at}", heading=heading, fate=fate, title=title, language="en")
            for at, (title, heading, fate) in enumerate(items)
        ),
        renamed=renamed,
    )


def look(settings: Settings, *lessons: PastLesson, reasons: dict[str, str] | None = None) -> Audit:
    return audit(Rules(settings), [(lesson, reasons or {}) for lesson in lessons])


def row(found: Audit, name: str) -> Row:
    return next(one for one in found.rows if str(one.rule) == name)


TREATY = Settings(topics=(Topic(name="Diplomacy", keywords=("treaty",)), Topic(name="Other")))


def test_a_rule_whose_items_are_mostly_moved_is_named_with_where_they_went() -> None:
    items: list[tuple[str, str, Fate]] = [("A treaty", "Trade", "moved")] * 3
    items += [("Treaties", "Diplomacy", "untouched"), ("Treaty", "Other", "moved")]
    found = look(TREATY, past(1, *items))
    assert row(found, "keyword: treaty").state == "moved"
    assert found.hints == [
        "keyword: treaty (Diplomacy): 4 of 5 items stand elsewhere, most of them under Trade; "
        "move the rule there, or drop it"
    ]
    assert look(TREATY, past(1, *items[2:])).hints == []


def test_a_section_that_the_editor_renamed_is_the_rules_own() -> None:
    lesson = past(1, ("A treaty", "Envoys", "untouched"), renamed=(("Diplomacy", "Envoys"),))
    found = row(look(TREATY, lesson), "keyword: treaty")
    assert (found.stayed, found.moved) == (1, 0)


def test_what_issues_do_not_keep_the_reasons_in_their_locks_tell() -> None:
    settings = Settings(
        sources=(Source(path="a.xml", name="Feed", topic="Science"),),
        topics=(
            Topic(name="Diplomacy", keywords=("treaty", "title"), categories=("World",)),
            Topic(name="Other", keywords=(Keyword(word="summit", in_="title"),)),
        ),
    )
    lesson = past(
        1,
        ("One", "Science", "untouched"),
        ("Two", "Diplomacy", "untouched"),
        ("Three", "Diplomacy", "untouched"),
    )
    reasons = {
        "1-0": "source: Feed",
        "1-1": "category: World",
        "1-2": "keywords: treaty (treaties), summit in the title and 3 more",
    }
    found = look(settings, lesson, reasons=reasons)
    for name in ("source: Feed", "category: World", "keyword: treaty"):
        assert row(found, name).stayed == 1, name
    for name in ("keyword: title", "keyword: summit"):
        assert row(found, name).matched == 0, name


def test_issues_without_reasons_say_nothing_of_sources_and_categories() -> None:
    settings = Settings(
        sources=(Source(path="a.xml", name="Feed", topic="Science"),),
        topics=(Topic(name="A", categories=("World",), authors=("Jane Doe",)),),
    )
    lessons = [past(number, ("One", "A", "printed")) for number in range(4)]
    assert look(settings, *lessons).hints == [
        "author: Jane Doe (A) matched nothing; drop it, or mend its spelling"
    ]
    assert look(settings, *lessons, reasons={"1-0": "no rule matched"}).hints == [
        "source: Feed (Science) matched nothing; drop it, or mend its spelling",
        "author: Jane Doe, category: World (A) matched nothing; drop them, or mend their spelling",
    ]


def test_of_two_topics_the_one_whose_keywords_weighed_less_is_shadowed_by_the_other() -> None:
    settings = Settings(
        topics=(
            Topic(name="Diplomacy", keywords=("treaty",)),
            Topic(name="Trade", keywords=(Keyword(word="tariff", weight=2),)),
        )
    )
    both: tuple[str, str, Fate] = ("A tariff and a treaty", "Trade", "untouched")
    found = look(settings, past(1, both, both))
    assert row(found, "keyword: treaty").state == "shadowed"
    assert found.hints == []
    assert look(settings, past(1, both, both, both)).hints == [
        "keyword: treaty (Diplomacy) matched 3 items and decided none: "
        "keyword: tariff (Trade) comes before; drop one of the two"
    ]


def test_what_matched_nothing_in_several_issues_is_named_topic_by_topic() -> None:
    settings = Settings(
        topics=(
            Topic(name="A", keywords=tuple(f"word{letter}" for letter in "abcdefgh")),
            Topic(name="B", keywords=("treaty",), hosts=("example.org",)),
        )
    )
    lessons = [past(number, ("A treaty", "B", "untouched")) for number in range(4)]
    assert look(settings, *lessons[:3]).hints == []
    found = look(settings, *lessons)
    assert found.hints == [
        "keyword: worda, keyword: wordb, keyword: wordc, keyword: wordd, keyword: worde, "
        "keyword: wordf and 2 more (A) matched nothing; drop them, or mend their spelling",
        "host: example.org (B) matched nothing; drop it, or mend its spelling",
    ]
    assert row(found, "host: example.org").hint(4) == (
        "host: example.org (B) matched nothing in the last 4 issues; drop it, or mend its spelling"
    )


def test_a_rule_that_stands_twice_in_one_topic_is_told_once() -> None:
    found = look(Settings(topics=(Topic(name="A", hosts=("example.org", "example.org")),)))
    assert found.hints == ["host: example.org (A) stands twice; drop one of the two"]
