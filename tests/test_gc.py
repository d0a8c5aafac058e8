"""``digest gc``: what is forgotten, what never is, and that the room comes back."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from pathlib import Path

import pytest
from servers import FEED, FaultServer, answer

from digest.cli import run

NOW = "2025-04-28T07:00+00:00"
IN_A_YEAR = "2026-06-01T07:00+00:00"
OTHER = FEED.replace(b"times.example", b"post.example").replace(b"A treaty", b"A bridge")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    return tmp_path


def settle(*urls: str) -> None:
    tables = "".join(f'\n[[sources]]\nurl = "{url}"\nprivate = true\n' for url in urls)
    Path("digest.toml").write_text(f'[newsletter]\ntitle = "T"\ntimezone = "UTC"\n{tables}')


def rows(statement: str) -> list[tuple]:
    with contextlib.closing(sqlite3.connect(".digest/digest.db")) as connection:
        return connection.execute(statement).fetchall()


def titles() -> set[str]:
    return {title for (title,) in rows("SELECT title FROM article")}


def swept(capsys: pytest.CaptureFixture[str], *options: str, now: str = IN_A_YEAR) -> dict:
    capsys.readouterr()
    assert run(["gc", "--json", "--now", now, *options]) == 0
    return json.loads(capsys.readouterr().out)


def test_answers_and_visits_that_nobody_asks_for_any_more_go(
    here: Path, server: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, left = server.put("/kept", answer()), server.put("/left", answer(OTHER))
    settle(kept, left)
    run(["gather", "--now", NOW])
    settle(kept)
    assert swept(capsys, now="2025-05-28T07:00+00:00")["forgotten"]["answers"] == 0
    before = titles()
    assert swept(capsys)["forgotten"] == {"answers": 1, "visits": 1, "hosts": 0, "articles": 0}
    assert rows("SELECT url FROM response") == rows("SELECT url FROM visit") == [(kept,)]
    assert titles() == before


def test_a_dry_run_says_the_same_and_writes_nothing(
    here: Path, server: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    settle(server.put("/left", answer()))
    run(["gather", "--now", NOW])
    settle()
    file = here / ".digest/digest.db"
    before = file.read_bytes()
    would = swept(capsys, "--dry-run")
    assert would["forgotten"]["answers"] == 1
    assert file.read_bytes() == before
    assert swept(capsys) == would


def test_what_was_said_of_an_article_is_kept_for_why_unless_an_age_is_named(
    here: Path, server: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    settle(server.put("/feed", answer()))
    run(["compose", "--last", "1d", "--now", NOW])  # too late for both
    server.put("/feed", answer(OTHER))
    run(["gather", "--refresh", "--now", IN_A_YEAR])
    swept(capsys)
    assert run(["why", "A treaty"]) == 0
    assert "before the window" in capsys.readouterr().out
    assert swept(capsys, "--keep", "9m")["forgotten"]["articles"] > 0
    assert "A treaty" not in titles()
    assert "A bridge" in titles()
    assert rows("SELECT count(*) FROM judged") == [(0,)]


def test_articles_of_a_source_that_has_not_answered_since_stay(
    here: Path, server: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    settle(server.put("/feed", answer()))
    run(["gather", "--now", NOW])
    server.put("/feed", answer(b"", status=500))
    run(["gather", "--now", IN_A_YEAR])
    assert swept(capsys, "--keep", "9m")["forgotten"]["articles"] == 0
    server.put("/feed", answer())
    run(["gather", "--refresh", "--now", IN_A_YEAR])
    assert rows("SELECT DISTINCT first_seen FROM article") == [("2025-04-28T07:00:00Z",)]


def test_what_is_still_offered_stays_however_old(
    here: Path, server: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    settle(server.put("/feed", answer()))
    run(["gather", "--now", NOW])
    run(["gather", "--now", IN_A_YEAR])
    assert swept(capsys, "--keep", "60d")["forgotten"]["articles"] == 0
    assert rows("SELECT DISTINCT first_seen FROM article") == [("2025-04-28T07:00:00Z",)]


def test_the_ledger_of_deliveries_always_stays(
    here: Path, server: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    settle(server.put("/feed", answer()))
    run(["gather", "--now", NOW])
    with contextlib.closing(sqlite3.connect(".digest/digest.db")) as connection:
        connection.execute(
            "INSERT INTO delivery (issue, target, recipient_hash, part, content_hash, state, at)"
            " VALUES ('2020-W01', 't', 'h', 1, 'c', 'accepted', '2020-01-06T00:00:00Z')"
        )
        connection.commit()
    swept(capsys, "--keep", "60d")
    assert rows("SELECT issue FROM delivery") == [("2020-W01",)]


def test_the_room_comes_back(
    here: Path, server: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    padding = os.urandom(400_000).hex().encode()
    big = FEED.replace(b"Six years on.", b"Six years on. <!-- " + padding + b" -->")
    settle(server.put("/big", answer(big)))
    run(["gather", "--now", NOW])
    settle()
    told = swept(capsys)
    assert told["bytes_before"] > 400_000 > told["bytes_after"]
    assert (here / ".digest/digest.db").stat().st_size == told["bytes_after"]
    assert rows("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("age", ["soon", "3", "59d", "1w", "-2y"])
def test_an_age_that_is_none_or_too_short_is_refused(
    here: Path, capsys: pytest.CaptureFixture[str], age: str
) -> None:
    settle()
    assert run(["gc", f"--keep={age}"]) == 2
    assert "--keep" in capsys.readouterr().err
