"""The database file: whose it is, and what is said when it cannot be used."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from digest.errors import DigestError
from digest.state import database
from digest.state.database import open_database, transaction


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "what? #1" / "digest.db"
    with open_database(path) as connection, transaction(connection):
        connection.execute("INSERT INTO source (name, failures_in_a_row) VALUES ('a', 1)")
    return path


def count_sources(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM source").fetchone()[0])


def test_scratch_copy_has_what_is_there_and_leaves_it_alone(file: Path) -> None:
    before = file.read_bytes()
    with open_database(file, scratch=True) as connection:
        assert count_sources(connection) == 1
        connection.execute("DELETE FROM source")
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["digest.db"]


def test_database_is_read_while_another_writes(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as other, open_database(file) as connection:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        with transaction(connection):
            connection.execute("INSERT INTO source (name) VALUES ('b')")
            assert count_sources(other) == 1
        assert count_sources(other) == 2


def test_locked_database_is_said_to_be_in_use_and_never_damaged(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_WAIT_SECONDS", 0.0)
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with (
            pytest.raises(DigestError, match="in use by another program"),
            open_database(file) as connection,
            transaction(connection),
        ):
            pass


def test_damaged_database_is_named_with_the_remedy(file: Path) -> None:
    file.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    for scratch in (False, True):
        with (
            pytest.raises(DigestError, match=r"damaged: .*; move it away"),
            open_database(file, scratch=scratch),
        ):
            pass


def test_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "digest.db"
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    for scratch in (False, True):
        with (
            pytest.raises(DigestError, match=r"digest\.db: this is not a digest database"),
            open_database(path, scratch=scratch),
        ):
            pass


def test_ids_of_pages_move_with_their_first_seen_times(tmp_path: Path) -> None:
    from digest.names import page_id
    from digest.state.migrations import MIGRATIONS

    path = tmp_path / "digest.db"
    with open_database(path) as connection:
        connection.executemany(
            "INSERT INTO article (id, first_seen, via, url, title) VALUES (?, ?, 'a', ?, 'T')",
            [
                ("old-1", "2025-04-02T00:00:00Z", "http://www.a.example/1"),
                ("old-2", "2025-04-01T00:00:00Z", "https://a.example/1/"),
                ("no-page", "2025-04-01T00:00:00Z", None),
            ],
        )
        MIGRATIONS[3](connection)
        known = dict(connection.execute("SELECT id, first_seen FROM article"))
    assert known[page_id("https://a.example/1")] == "2025-04-01T00:00:00Z"
    assert known["no-page"] == "2025-04-01T00:00:00Z"
