"""The workspace's SQLite file: opened in one place, one version number, migrated forward."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from digest.errors import DigestError
from digest.state.migrations import MIGRATIONS

# "dgst" in ASCII: opening some other program's file is an error with a name.
APPLICATION_ID = 0x64677374
_WAIT_SECONDS = 10.0
_IN_USE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


@contextlib.contextmanager
def open_database(path: Path | None, *, scratch: bool = False) -> Iterator[sqlite3.Connection]:
    """The open database, at the newest schema; a throw-away one in memory for None.

    A file of an older schema is migrated, and kept as it was in ``digest.db.bak-N`` beside it,
    N being its schema; of such copies the last one stays.

    ``scratch`` opens a copy in memory of what is there: it can be read and written, and
    nothing of it is kept.

    Raises DigestError when the file is not digest's, is newer than this version, damaged,
    locked by another program or out of reach; also while the connection is used.
    """
    original = path if scratch and path is not None and path.is_file() else None
    file = None if scratch else path
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Fetching threads look up kept answers; all writing stays in the thread that opened it.
        with contextlib.closing(
            sqlite3.connect(
                file or ":memory:",
                timeout=_WAIT_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
        ) as connection:
            if original is not None:
                _copy(original, connection)
            _prepare(connection, original or file, may_keep=not scratch)
            if file is not None:
                connection.execute("PRAGMA journal_mode = WAL")
            yield connection
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise  # a mistake of ours, not the file's
        raise _explain(error, original or file) from error


@contextlib.contextmanager
def open_existing(path: Path | None) -> Iterator[sqlite3.Connection | None]:
    """The database where there is one, for a look: no file is made, and one that may not be
    written is read as a copy. Raises as :func:`open_database` does."""
    if path is None or not path.is_file():
        yield None
        return
    scratch = not (os.access(path.parent, os.W_OK) and os.access(path, os.W_OK))
    with open_database(path, scratch=scratch) as connection:
        yield connection


def _copy(file: Path, connection: sqlite3.Connection) -> None:
    """Fills a connection with what a file holds; the file may lie where nothing can be written."""

    def copy(how: str) -> None:
        address = f"{file.absolute().as_uri()}?{how}"
        with contextlib.closing(
            sqlite3.connect(address, timeout=_WAIT_SECONDS, uri=True)
        ) as original:
            original.backup(connection)

    try:
        copy("mode=rw")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in _IN_USE:
            raise
        copy("immutable=1")


def _explain(error: sqlite3.DatabaseError, file: Path | None) -> DigestError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _IN_USE:
        return DigestError(
            "the database is in use by another program", file, "wait until it ends, or stop it"
        )
    if code in _DAMAGED:
        return DigestError(
            f"the database is damaged: {error}",
            file,
            "move it away: a new one is made; caches, first-seen times and the send ledger are "
            "in it",
        )
    return DigestError(
        f"the database cannot be used: {error}", file, "check its permissions and the free space"
    )


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


def _prepare(connection: sqlite3.Connection, path: Path | None, *, may_keep: bool) -> None:
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
    if version == len(MIGRATIONS):
        return
    with transaction(connection):
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        # Read again inside: another process may have migrated in between.
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if may_keep and path is not None and 0 < version < len(MIGRATIONS):
            _keep_copy(path, version)
        for number, migrate in enumerate(MIGRATIONS[version:], start=version + 1):
            migrate(connection)
            connection.execute(f"PRAGMA user_version = {number}")


def schema_of(path: Path) -> int:
    """The version of a file's schema, as it stands; raises DigestError for no database."""
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", timeout=_WAIT_SECONDS, uri=True)
        ) as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise _explain(error, path) from error


def backups(path: Path) -> list[Path]:
    """The copies that were kept of a database before it was migrated."""
    return sorted(path.parent.glob(f"{path.name}.bak-*"))


def _keep_copy(path: Path, version: int) -> None:
    """Copies the file as it is into ``digest.db.bak-N``, in place of earlier copies.

    The caller holds the write lock: nothing changes meanwhile, and what was committed is read.
    """
    target = path.with_name(f"{path.name}.bak-{version}")
    unfinished = path.with_name(f".{target.name}.tmp")
    unfinished.unlink(missing_ok=True)
    try:
        with (
            contextlib.closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as original,
            contextlib.closing(sqlite3.connect(unfinished)) as copy,
        ):
            original.backup(copy)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    for earlier in backups(path):
        if earlier != target:
            earlier.unlink()
