"""What was learned of many issues, kept so that only the newest need be learned for the next.

It is a cache: what is missing or damaged is learned anew, without a word.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Collection

from digest.state.database import transaction

_MOST = 3
"""States that are kept: of the last runs, so that an issue that is edited again, or an older one
that is composed again, finds the state before it."""


class States:
    """Bytes by a name that says all that they were made from."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def names(self) -> Collection[str]:
        """The names of what is kept."""
        try:
            return {name for (name,) in self._connection.execute("SELECT of FROM learned")}
        except sqlite3.DatabaseError:
            return ()

    def read(self, name: str) -> bytes | None:
        """What is kept under a name; None where it is not as it was written."""
        try:
            row = self._connection.execute(
                "SELECT checksum, content FROM learned WHERE of = ?", (name,)
            ).fetchone()
        except sqlite3.DatabaseError:
            return None
        if row is None or not isinstance(row[1], bytes) or row[0] != _checksum(name, row[1]):
            return None
        return row[1]

    def keep(self, name: str, content: bytes) -> None:
        """Keeps it, and forgets the oldest of what would be too many. When it cannot be kept,
        nothing is lost."""
        try:
            with transaction(self._connection):
                self._connection.execute(
                    "INSERT OR REPLACE INTO learned (of, turn, checksum, content) VALUES"
                    " (?, (SELECT coalesce(max(turn), 0) + 1 FROM learned), ?, ?)",
                    (name, _checksum(name, content), content),
                )
                self._connection.execute(
                    "DELETE FROM learned WHERE of NOT IN"
                    " (SELECT of FROM learned ORDER BY turn DESC LIMIT ?)",
                    (_MOST,),
                )
        except sqlite3.DatabaseError:
            return


def _checksum(name: str, content: bytes) -> str:
    # Against damage, not against forgery: of megabytes, in every run.
    return f"{zlib.crc32(content, zlib.crc32(name.encode())):08x}"
