"""A feed that dates old entries anew brings none of them into an issue a second time, or late."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from servers import FaultServer, answer

BEFORE = "2025-04-14T07:00Z"
NOW = "2025-04-28T07:00Z"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    return tmp_path


def digest(*words: str) -> str:
    run = [sys.executable, "-m", "digest", *words]
    done = subprocess.run(run, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def settle(folder: Path, source: str) -> None:
    text = f'[newsletter]\ntitle = "T"\ntimezone = "UTC"\n\n[[sources]]\n{source}\n'
    (folder / "digest.toml").write_text(text, encoding="utf-8")


def feed(*dates: str) -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>g{number}</guid><title>Old post number {number}</title>"
        f"<link>https://m.example/{number}</link>"
        + (f"<pubDate>{date}</pubDate>" if date else "")
        + "</item>"
        for number, date in enumerate(dates)
    )
    return f"<rss version='2.0'><channel><title>M</title>{items}</channel></rss>".encode()


def composed() -> tuple[dict[str, str], dict[str, str]]:
    """(dates of what is in the issue, rules for what is not), by title."""
    told = json.loads(digest("compose", "--week", "2025-W17", "--now", NOW, "--json"))
    inside = {
        item["article"]["title"]: item["article"]["published"]
        for section in told["sections"]
        for item in section["items"]
    }
    return inside, {out["article"]["title"]: out["rule"] for out in told["left_out"]}


@pytest.mark.parametrize(
    "first",
    [["gather", "--now", BEFORE], ["compose", "--week", "2025-W15", "--now", BEFORE]],
    ids=["gathered", "composed"],
)
def test_an_old_entry_dated_to_the_week_stays_as_old_as_it_was(
    here: Path, server: FaultServer, first: list[str]
) -> None:
    url = server.put("/f", answer(feed("2025-03-01T09:10:00Z", "2025-03-02")))
    settle(here, f'url = "{url}"\nprivate = true')
    digest(*first)
    server.put("/f", answer(feed("2025-04-24T09:10:00Z", "2025-04-25")))
    shown = json.loads(digest("articles", "--now", NOW, "--json"))
    assert [(each["published"], each["published_basis"]) for each in shown] == [
        ("2025-03-01T09:10:00+00:00", "feed:published"),
        ("2025-03-02", "feed:published"),
    ]
    assert shown[0]["problems"] == [
        "its feed dates it 2025-04-24T09:10:00+00:00 now: when it was first seen it was "
        "2025-03-01T09:10:00+00:00"
    ]
    assert composed() == (
        {},
        {"Old post number 0": "before-the-window", "Old post number 1": "before-the-window"},
    )


def test_what_moves_to_before_was_undated_or_dated_ahead_goes_by_what_is_said_now(
    here: Path, server: FaultServer
) -> None:
    # Three to be in the issue: corrected to an earlier day, given its first date, an embargo
    # that was put off from one week to the next.
    url = server.put("/f", answer(feed("2025-04-30T09:00:00Z", "", "2025-04-16T09:00:00Z")))
    settle(here, f'url = "{url}"\nprivate = true')
    digest("gather", "--now", BEFORE)
    server.put(
        "/f", answer(feed("2025-04-22T09:00:00Z", "2025-04-23T09:00:00Z", "2025-04-24T09:00:00Z"))
    )
    inside, _ = composed()
    assert inside == {
        "Old post number 0": "2025-04-22T09:00:00+00:00",
        "Old post number 1": "2025-04-23T09:00:00+00:00",
        "Old post number 2": "2025-04-24T09:00:00+00:00",
    }


def test_a_file_whose_date_somebody_corrects_goes_by_the_new_one(here: Path) -> None:
    settle(here, 'path = "articles/*.md"')
    file = here / "articles/one.md"
    file.parent.mkdir()
    text = "---\ntitle: One of ours\ndate: {}\nurl: https://m.example/ours\n---\n\nWords of it.\n"
    file.write_text(text.format("2025-03-01"))
    digest("gather", "--now", BEFORE)
    file.write_text(text.format("2025-04-24"))
    assert composed()[0] == {"One of ours": "2025-04-24"}
