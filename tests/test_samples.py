"""The sample issue: this repository is itself a workspace."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
SLUG = "2025-W17"
NAMES = ("issue.md", "issue.lock", "digest.html", "digest.txt", "digest.eml")
MOMENT = ("--week", SLUG, "--now", "2025-04-28T07:00+09:00", "--offline")


def digest(folder: Path, *arguments: str) -> str:
    """Runs digest in a folder; gives what it prints on standard output."""
    # The zone and the language of the machine must not show in an issue.
    variables = os.environ | {"TZ": "America/Caracas", "LC_ALL": "C"}
    result = subprocess.run(
        [sys.executable, "-m", "digest", *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=folder,
        env=variables,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def files_of(folder: Path) -> dict[str, bytes]:
    """The five files; when they differ on purpose, `make demo` writes what is to be committed."""
    return {name: (folder / "issues" / SLUG / name).read_bytes() for name in NAMES}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A copy of the sample workspace without its issue."""
    shutil.copy(ROOT / "digest.toml", tmp_path)
    shutil.copytree(ROOT / "articles", tmp_path / "articles")
    return tmp_path


@pytest.fixture
def composed(workspace: Path) -> Any:
    return json.loads(digest(workspace, "compose", *MOMENT, "--dry-run", "--json"))


def titles(articles: Any) -> list[str]:
    return [article["title"] for article in articles]


def all_articles(composed: Any) -> list[Any]:
    items = [item for section in composed["sections"] for item in section["items"]]
    found = [item["article"] for item in items]
    found += [article for item in items for article in item["also"]]
    return found + [entry["article"] for entry in composed["left_out"]]


def test_sample_issue_is_composed_byte_for_byte(workspace: Path) -> None:
    digest(workspace, "compose", *MOMENT)
    assert files_of(workspace) == files_of(ROOT)


def test_sample_issue_composed_and_rendered_again_stays_as_it_is(workspace: Path) -> None:
    shutil.copytree(ROOT / "issues", workspace / "issues")
    for _ in range(2):
        digest(workspace, "compose", *MOMENT)
        digest(workspace, "render", SLUG)
        assert files_of(workspace) == files_of(ROOT)


def test_sample_issue_passes_its_check(workspace: Path) -> None:
    shutil.copytree(ROOT / "issues", workspace / "issues")
    findings = json.loads(digest(workspace, "check", SLUG, "--json"))
    assert findings["errors"] == []
    assert findings["warnings"] == []


def test_samples_fill_every_topic_of_the_settings(composed: Any) -> None:
    assert [section["topic"] for section in composed["sections"]] == [
        "Diplomacy",
        "Trade and Transport",
        "Energy",
        "Science",
        "Culture",
        "Also this week",
    ]


def test_story_that_two_papers_cover_is_one_item(composed: Any) -> None:
    (item,) = [
        item
        for section in composed["sections"]
        for item in section["items"]
        if "Strait of Orun" in item["article"]["title"]
    ]
    assert {item["article"]["source"]["name"], *(a["source"]["name"] for a in item["also"])} == {
        "tidewatercourier.example",
        "Harbour Post",
    }


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Grain Terminal in Port Elian Loads Its First Ship", "before the window"),
        ("Tunnel under the Halm pass to be dug", "dated ahead"),
        ("A summit in a yurt: mayors of nine river cities", "before the window"),
        ("Night Buses Without a Timetable", "no date"),
    ],
)
def test_sample_outside_the_window_is_left_out_with_its_reason(
    composed: Any, title: str, reason: str
) -> None:
    (entry,) = [e for e in composed["left_out"] if e["article"]["title"].startswith(title)]
    assert reason in entry["reason"]


def test_samples_speak_several_languages_one_from_right_to_left(composed: Any) -> None:
    languages = {article["language"] for article in all_articles(composed)}
    assert {"en", "de", "ko", "ar"} <= languages
    assert any(
        unicodedata.bidirectional(title[0]) == "AL" for title in titles(all_articles(composed))
    )


def test_syndicated_samples_become_what_the_contract_says(composed: Any) -> None:
    (treaty,) = [
        a for a in all_articles(composed) if a["title"].startswith("Talmira and Karadin Sign")
    ]
    assert treaty["title"] == (
        "Talmira and Karadin Sign the Strait of Orun Treaty After Nine Years of Talks"
    )
    assert treaty["summary"].startswith("The two neighbours agree on pilots")
    assert treaty["summary"].endswith("left to a commission of scientists.")
    assert treaty["published"] == "2025-04-22"
    assert treaty["published_basis"] == "dateline"
    assert treaty["source"] == {
        "name": "tidewatercourier.example",
        "url": "https://www.tidewatercourier.example/",
    }
    assert treaty["input"] == "articles/strait-treaty.txt"


def test_samples_name_only_hosts_that_nobody_owns() -> None:
    standards = {"schema.org", "purl.org", "www.w3.org", "jsonfeed.org"}
    for path in [ROOT / "digest.toml", *(ROOT / "articles").rglob("*")]:
        if path.is_file():
            hosts = re.findall(r"https?://([^/\s\"'<>]+)", path.read_text(encoding="utf-8"))
            for host in set(hosts) - standards:
                assert re.search(r"(\.example|(^|\.)example\.(org|com|net))$", host), (path, host)
