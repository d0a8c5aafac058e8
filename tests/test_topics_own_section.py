"""An editor who files by hand into one section of his own is not understood in all the others."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from digest.cli import root

TOPICS = {
    "Transport": ("train", "Night train late again", "Train to the coast runs empty"),
    "Health": ("hospital", "Hospital hires nine nurses", "Hospital roof leaks in the rain"),
    "Culture": ("museum", "Museum buys a bell", "Museum opens its attic to all"),
    "Sport": ("goalkeeper", "Goalkeeper saves two", "Goalkeeper goes to sea"),
}
REST = ("Pupils count their noise", "Lighthouse keeper asks a question")
WATER = "On the water"
WEEKS = range(14, 23)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a keyword for each topic."""
    monkeypatch.chdir(tmp_path)
    tables = [
        f'[[topics]]\nname = "{name}"\nkeywords = ["{keyword}"]\n'
        for name, (keyword, *_) in TOPICS.items()
    ]
    text = "\n".join(['[[sources]]\nname = "All"\npath = "new.jsonl"\n', *tables])
    Path("digest.toml").write_text(text, "utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(root, arguments)
    assert result.exit_code == 0, result.output
    return result


def compose(week: int) -> dict[str, dict[str, Any]]:
    """The items of a week by title, each with its section's name."""
    monday = date.fromisocalendar(2025, week, 1)
    titles = [title for _, *two in TOPICS.values() for title in two[week % 2 :][:1]]
    posts = [(f"{title}, week {week}", "post.example") for title in (*titles, *REST)]
    tides = [(f"Tide and salt {number}, week {week}", "tideline.example") for number in range(6)]
    lines = [
        {
            "title": title,
            "url": f"https://{host}/{'news/' if host == 'post.example' else ''}{week}-{at}",
            "published": f"{monday + timedelta(days=1)}T09:00:00Z",
            "source": {"name": host.partition(".")[0].title(), "url": f"https://{host}/"},
        }
        for at, (title, host) in enumerate(posts + tides)
    ]
    Path("new.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    now = f"{monday + timedelta(days=7)}T07:00:00Z"
    said = run("compose", "--week", f"2025-W{week}", "--now", now, "--offline", "--json").stdout
    return {
        item["article"]["title"]: item | {"under": section["topic"]}
        for section in json.loads(said)["sections"]
        for item in section["items"]
    }


def file_by_hand(week: int, items: dict[str, dict[str, Any]]) -> None:
    """Moves what tideline wrote into the section that no rule knows."""
    for item in items.values():
        if "tideline" in item["article"]["url"] and item["under"] != WATER:
            document = Path(f"issues/2025-W{week}/issue.md")
            text = document.read_text("utf-8")
            if f"## {WATER}\n" not in text:
                document.write_text(f"{text}\n## {WATER}\n", "utf-8")
            run("move", item["article"]["url"], WATER)


def test_rules_stay_where_only_a_section_without_rules_was_filed_by_hand(here: Path) -> None:
    items: dict[str, dict[str, Any]] = {}
    for week in WEEKS:
        items = compose(week)
        file_by_hand(week, items)
    tides = [item for title, item in items.items() if title.startswith("Tide")]
    assert [item["under"] for item in tides] == [WATER] * 6
    assert all(item["reason"].startswith("learned: ") for item in tides)
    for topic, (keyword, *_) in TOPICS.items():
        (item,) = (one for title, one in items.items() if keyword in title.casefold())
        assert item["under"] == topic, item["reason"]
    for title in REST:
        reason = items[f"{title}, week {WEEKS[-1]}"]["reason"]
        assert reason.startswith("no rule matched"), reason
