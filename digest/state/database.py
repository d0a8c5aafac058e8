"""The workspace's SQLite file: opened in one place, one version number, migrated forward."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from digest.errors import DigestError
from digest.state.migrations import MIGRATIONS

# "dgst" in ASCII: opening some other program's file is an error with a name.
APPLICATION_ID = 0x64677374


@contextlib.contextmanager
def open_database(path: Path | None, *, scratch: bool = False) -> Iterator[sqlite3.Connection]:
    """The open database, at the newest schema; a throw-away one in memory for None.

    ``scratch`` opens a copy in memory of what is there: it can be read and written, and
    nothing of it is kept.

    Raises DigestError when the file is not digest's, is newer than this version, or damaged.
    """
    original = path if scratch and path is not None and path.is_file() else None
    if scratch:
        path = None
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Fetching threads look up kept answers; all writing stays in the thread that opened it.
        connection = sqlite3.connect(
            path or ":memory:", timeout=10.0, isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise DigestError(f"cannot open the database: {error}", where=path) from error
    try:
        try:
            if original is not None:
                with contextlib.closing(sqlite3.connect(original, timeout=10.0)) as source:
                    source.backup(connection)
            _prepare(connection, path)
        except sqlite3.DatabaseError as error:
            raise DigestError(
                f"the database is damaged: {error}",
                where=original or path,
                fix="delete it: only caches, first-seen times and the send ledger are in it",
            ) from error
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, also when the process dies inside."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _prepare(connection: sqlite3.Connection, path: Path | None) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    found = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if found != APPLICATION_ID and (found or tables):
        raise DigestError("this is not a digest database", where=path, fix="move it away")
    if version > len(MIGRATIONS):
        raise DigestError(
            f"the database is of a newer digest (schema {version})",
            where=path,
            fix="upgrade digest: pip install -U newsletter-digest",
        )
    if path is not None:
        connection.execute("PRAGMA journal_mode = WAL")
    if version == len(MIGRATIONS):
        return
    with transaction(connection):
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        # Read again inside: another process may have migrated in between.
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        for number, migrate in enumerate(MIGRATIONS[version:], start=version + 1):
            migrate(connection)
            connection.execute(f"PRAGMA user_version = {number}")
