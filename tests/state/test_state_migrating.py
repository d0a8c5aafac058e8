"""A database of an older digest: brought forward, and kept as it was beside the new one."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from digest.errors import DigestError
from digest.state import database
from digest.state.database import backups, open_database
from digest.state.migrations import MIGRATIONS


def make_older(path: Path, schema: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database as a digest of that schema left it, with one source."""
    with monkeypatch.context() as past:
        past.setattr(database, "MIGRATIONS", MIGRATIONS[:schema])
        with open_database(path) as connection:
            connection.execute("INSERT INTO source (name) VALUES ('a')")


def look(path: Path) -> tuple[int, list[str], str]:
    """Schema, names of sources and the integrity of a file."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return (
            connection.execute("PRAGMA user_version").fetchone()[0],
            [name for (name,) in connection.execute("SELECT name FROM source")],
            connection.execute("PRAGMA integrity_check").fetchone()[0],
        )


@pytest.mark.parametrize("schema", range(1, len(MIGRATIONS)))
def test_every_older_schema_comes_forward_and_is_kept_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, schema: int
) -> None:
    path = tmp_path / "digest.db"
    make_older(path, schema, monkeypatch)
    with open_database(path):
        pass
    assert look(path) == (len(MIGRATIONS), ["a"], "ok")
    assert [copy.name for copy in backups(path)] == [f"digest.db.bak-{schema}"]
    assert look(backups(path)[0]) == (schema, ["a"], "ok")


def test_of_such_copies_the_last_one_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "digest.db"
    make_older(path, 3, monkeypatch)
    with monkeypatch.context() as past:
        past.setattr(database, "MIGRATIONS", MIGRATIONS[:7])
        with open_database(path):
            pass
    with open_database(path):
        pass
    assert [copy.name for copy in backups(path)] == ["digest.db.bak-7"]


def test_a_new_database_and_one_that_is_only_looked_at_leave_no_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "digest.db"
    make_older(path, 5, monkeypatch)
    with open_database(path, scratch=True) as connection:
        assert connection.execute("SELECT name FROM source").fetchall() == [("a",)]
    assert look(path)[0] == 5
    with open_database(tmp_path / "new" / "digest.db"):
        pass
    assert not backups(path)
    assert not backups(tmp_path / "new" / "digest.db")


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM source")
        connection.execute("SELECT from nothing at all")

    path = tmp_path / "digest.db"
    make_older(path, len(MIGRATIONS), monkeypatch)
    monkeypatch.setattr(database, "MIGRATIONS", (*MIGRATIONS, fail))
    with pytest.raises(DigestError, match="cannot be used"), open_database(path):
        pass
    assert look(path) == (len(MIGRATIONS), ["a"], "ok")


WORK = """
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from digest.state.database import open_database, transaction
from digest.state.seen import Seen
path, name = Path(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    with open_database(path) as connection:
        seen = Seen(connection)
        with seen.batch():
            seen.note_failure("both", name)
            seen.note_failure(name, "")
"""


def test_processes_that_open_an_older_database_at_once_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "digest.db"
    make_older(path, 11, monkeypatch)
    names = ("one", "two", "three")
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", WORK, str(path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    for run in runs:
        assert run.stdout is not None
        assert run.stdout.readline() == "ready\n"
    said = [run.communicate("go\n", timeout=120)[1] for run in runs]
    assert [(run.returncode, words) for run, words in zip(runs, said, strict=True)] == [(0, "")] * 3
    with open_database(path) as connection:
        rows = dict(connection.execute("SELECT name, failures_in_a_row FROM source"))
    assert rows == {"a": 0, "both": 120, "one": 40, "two": 40, "three": 40}
    assert [copy.name for copy in backups(path)] == ["digest.db.bak-11"]
    assert look(path)[2] == "ok"
