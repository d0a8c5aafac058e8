"""Order, limits and habits as an editor meets them: compose, its lock, and `digest why`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from digest.cli import run

SETTINGS = """\
[newsletter]
title = "Weekly"

[[sources]]
path = "articles.jsonl"

[[topics]]
name = "Tools"
hosts = ["tools.example", "shed.example"]

[[topics]]
name = "Jobs"
hosts = ["jobs.example"]

[stories]
join = "off"
"""
NOW = "2025-05-05T07:00:00+00:00"


def entry(name: str, host: str, day: int, summary: str = "It says something.") -> dict[str, Any]:
    return {
        "title": f"Report {name}",
        "url": f"https://{host}/{name}",
        "published": f"2025-04-{day:02}",
        "source": host,
        "summary": summary,
        "language": "en",
    }


def compose(
    capsys: pytest.CaptureFixture[str], entries: list[dict[str, Any]], more: str, week: str
) -> dict[str, Any]:
    Path("digest.toml").write_text(SETTINGS + more, encoding="utf-8")
    lines = (json.dumps(one) + "\n" for one in entries)
    Path("articles.jsonl").write_text("".join(lines), encoding="utf-8")
    capsys.readouterr()
    assert run(["compose", "--week", week, "--json", "--now", NOW]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def headings(week: str) -> list[str]:
    lines = Path(f"issues/{week}/issue.md").read_text(encoding="utf-8").splitlines()
    return [line[3:] for line in lines if line.startswith("## ")]


def reasons(week: str) -> dict[str, Any]:
    lock = json.loads(Path(f"issues/{week}/issue.lock").read_text(encoding="utf-8"))
    found: dict[str, Any] = lock["reasons"]
    return found


def why(capsys: pytest.CaptureFixture[str], asked: str) -> str:
    capsys.readouterr()
    assert run(["why", asked]) == 0
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


WEEK = [
    entry("old", "tools.example", 21),
    entry("older", "shed.example", 21, ""),
    entry("fresh", "jobs.example", 27),
    entry("other", "else.example", 27),
]


def test_sections_stand_as_listed_or_by_the_score_of_their_best_and_the_last_stays_last(
    capsys: pytest.CaptureFixture[str],
) -> None:
    compose(capsys, WEEK, "", "2025-W17")
    assert headings("2025-W17") == ["Tools", "Jobs", "Also this week"]
    Path("issues/2025-W17/issue.md").unlink()
    Path("issues/2025-W17/issue.lock").unlink()
    found = compose(capsys, WEEK, '[ranking]\norder = "by-score"\n', "2025-W17")
    assert headings("2025-W17") == ["Jobs", "Tools", "Also this week"]
    assert [one["topic"] for one in found["sections"]] == headings("2025-W17")
    told = reasons("2025-W17")
    best = {one["topic"]: one["items"][0]["article"]["url"] for one in found["sections"]}
    assert told[best["Jobs"]]["score"] > told[best["Tools"]]["score"]
    shown = why(capsys, best["Jobs"])
    assert f"score {told[best['Jobs']]['score']:.2f}: " in shown
    assert "ranked 1 of 1 in Jobs" in shown


def test_the_limit_of_an_issue_keeps_the_best_and_says_what_it_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = compose(capsys, WEEK, "[ranking]\nmax = 3\n", "2025-W17")
    (over,) = (one for one in found["left_out"] if one["reason"].startswith("over the limit"))
    assert over["article"]["url"] == "https://shed.example/older"
    assert over["reason"] == "over the limit of 3 for the issue"
    assert "https://shed.example/older" not in Path("issues/2025-W17/issue.md").read_text()
    lock = json.loads(Path("issues/2025-W17/issue.lock").read_text(encoding="utf-8"))
    assert "over the limit of 3 for the issue" in json.dumps(lock["left_out"])
    shown = why(capsys, "https://shed.example/older")
    assert "left out of 2025-W17: over the limit of 3 for the issue" in shown
    assert "raise max" in shown


def test_what_the_editor_cuts_of_a_publisher_stands_behind_what_he_keeps(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = ("one", "two", "three", "four", "five", "six")
    past = [
        entry(f"{name}-{host[0]}", host, 14)
        for name in names
        for host in ("tools.example", "shed.example")
    ]
    compose(capsys, past, "", "2025-W16")
    assert run(["cut", *(f"https://shed.example/{name}-s" for name in names)]) == 0
    # Alike in all else; by address the one of the publisher that is cut would be first.
    new = [entry("new", "shed.example", 23), entry("new", "tools.example", 23)]
    found = compose(capsys, [*past, *new], "[ranking]\nspread = false\n", "2025-W17")
    tools = next(one for one in found["sections"] if one["topic"] == "Tools")
    assert [one["article"]["url"] for one in tools["items"]] == [
        "https://tools.example/new",
        "https://shed.example/new",
    ]
    told = reasons("2025-W17")
    kept, cut = (told[f"https://{host}/new"] for host in ("tools.example", "shed.example"))
    assert kept["score_parts"]["habits"] > cut["score_parts"]["habits"]
    assert {name: part for name, part in kept["score_parts"].items() if name != "habits"} == {
        name: part for name, part in cut["score_parts"].items() if name != "habits"
    }
    assert "from a source you keep 6 of 6 of" in why(capsys, "https://tools.example/new")
    assert "from a source you keep 0 of 6 of" in why(capsys, "https://shed.example/new")
    # And with learning off nothing of the past is asked.
    Path("issues/2025-W17/issue.md").unlink()
    Path("issues/2025-W17/issue.lock").unlink()
    off = "[ranking]\nspread = false\n[learning]\nenabled = false\n"
    compose(capsys, [*past, *new], off, "2025-W17")
    told = reasons("2025-W17")
    assert (
        len({told[f"https://{host}/new"]["score"] for host in ("tools.example", "shed.example")})
        == 1
    )
