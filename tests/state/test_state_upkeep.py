"""What a run forgets by itself: nothing below the bound, the oldest above it, never too much."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.model.article import format_instant
from digest.state.database import open_database
from digest.state.upkeep import KEPT_BEYOND, LARGEST_BYTES, tend

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def offer(connection: sqlite3.Connection, via: str, **days_ago: int) -> None:
    """Articles of a source and their names, by the days since it last offered them."""
    for name, days in days_ago.items():
        at = format_instant(NOW - days * DAY)
        connection.execute(
            "INSERT INTO article (id, first_seen, via, title, offered_at) VALUES (?, ?, ?, ?, ?)",
            (name, at, via, "x" * 4000, at),
        )
        connection.execute(
            "INSERT INTO entry (name, first_seen, offered_at) VALUES (?, ?, ?)", (name, at, at)
        )


def answered(connection: sqlite3.Connection, name: str, days_ago: int | None) -> None:
    last = None if days_ago is None else format_instant(NOW - days_ago * DAY)
    connection.execute(
        "INSERT INTO source (name, last_success, tried_at) VALUES (?, ?, ?)",
        (name, last, format_instant(NOW)),
    )


def left(connection: sqlite3.Connection, table: str = "article") -> set[str]:
    key = "id" if table == "article" else "name"
    return {found for (found,) in connection.execute(f"SELECT {key} FROM {table}")}


def run(connection: sqlite3.Connection, largest_bytes: int = LARGEST_BYTES) -> int:
    return tend(
        connection,
        now=NOW,
        addresses=(),
        labels=("Times", "Silent"),
        largest_bytes=largest_bytes,
    ).articles


def test_small_database_forgets_no_article() -> None:
    with open_database(None) as connection:
        answered(connection, "Times", 0)
        offer(connection, "Times", ancient=5_000)
        assert run(connection) == 0
        assert left(connection) == {"ancient"}


def test_large_one_forgets_the_oldest_first_and_no_more_than_it_must() -> None:
    with open_database(None) as connection:
        answered(connection, "Times", 0)
        offer(connection, "Times", **{f"old{number}": 800 for number in range(100)})
        offer(connection, "Times", **{f"last{number}": 400 for number in range(100)})
        assert run(connection, largest_bytes=900_000) == 100
        assert left(connection) == {f"last{number}" for number in range(100)}
        assert left(connection, "entry") == left(connection)
        assert run(connection, largest_bytes=900_000) == 0


def test_what_was_offered_within_three_months_always_stays() -> None:
    assert min(KEPT_BEYOND) == 92 * DAY
    with open_database(None) as connection:
        answered(connection, "Times", 0)
        offer(connection, "Times", a=91, b=93)
        assert run(connection, largest_bytes=0) == 1
        assert left(connection) == left(connection, "entry") == {"a"}


def test_silent_source_keeps_what_it_offered_at_the_end_and_holds_up_no_other() -> None:
    with open_database(None) as connection:
        answered(connection, "Times", 0)
        answered(connection, "Silent", 1_000)
        offer(connection, "Silent", end=1_000, month=1_031, before=1_200)
        offer(connection, "Times", other=300, fresh=1)
        assert run(connection, largest_bytes=0) == 2
        assert left(connection) == {"end", "month", "fresh"}
        assert left(connection, "entry") == {"end", "month", "fresh"}


def test_kept_answers_do_not_make_it_forget_articles() -> None:
    with open_database(None) as connection:
        answered(connection, "Times", 0)
        offer(connection, "Times", old=5_000)
        connection.execute(
            "INSERT INTO response (url, final_url, fetched_at, body) VALUES ('a', 'a', ?, ?)",
            (format_instant(NOW), b"x" * 3_000_000),
        )
        assert run(connection, largest_bytes=1_000_000) == 0
        assert left(connection) == {"old"}


def test_ledger_stays(tmp_path: Path) -> None:
    with open_database(None) as connection:
        connection.execute(
            "INSERT INTO delivery (issue, target, recipient_hash, part, content_hash, state, at)"
            " VALUES ('2000-W01', 't', 'h', 1, 'c', 'accepted', '2000-01-06T00:00:00Z')"
        )
        run(connection, largest_bytes=0)
        assert connection.execute("SELECT count(*) FROM delivery").fetchone() == (1,)


@pytest.mark.parametrize("others", [3])
def test_several_processes_at_once_forget_each_article_once(tmp_path: Path, others: int) -> None:
    file = tmp_path / "digest.db"
    with open_database(file) as connection:
        answered(connection, "Times", 0)
        offer(connection, "Times", **{f"old{number}": 800 for number in range(300)}, fresh=1)
    counts: list[int] = []

    def one() -> None:
        with open_database(file) as own:
            counts.append(run(own, largest_bytes=0))

    threads = [threading.Thread(target=one) for _ in range(others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0] * (others - 1) + [300]
    with open_database(file) as connection:
        assert left(connection) == {"fresh"}
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
