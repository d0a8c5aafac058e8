"""What issues leave behind, kept so that five hundred need not be read again for the next one.

It is a cache: what is missing, outdated or damaged is read from the issues again, without a word.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator

from digest.state.database import transaction


class Remembered:
    """Text by issue, each with a stamp of the files that it was read from."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def read(self) -> Iterator[tuple[str, str, str]]:
        """(slug, stamp, text) of every issue whose text is as it was written."""
        try:
            for slug, stamp, checksum, text in self._connection.execute(
                "SELECT slug, stamp, checksum, content FROM remembered ORDER BY slug"
            ):
                if isinstance(text, str) and checksum == _checksum(stamp, text):
                    yield slug, stamp, text
        except sqlite3.DatabaseError:
            return

    def keep(self, entries: Iterable[tuple[str, str, str]], *, forget: Iterable[str] = ()) -> None:
        """Keeps (slug, stamp, text) in place of earlier ones, and forgets issues that are gone.

        When it cannot be kept, nothing is lost.
        """
        try:
            with transaction(self._connection):
                self._connection.executemany(
                    "DELETE FROM remembered WHERE slug = ?", ((slug,) for slug in forget)
                )
                self._connection.executemany(
                    "INSERT OR REPLACE INTO remembered (slug, stamp, checksum, content)"
                    " VALUES (?, ?, ?, ?)",
                    ((slug, stamp, _checksum(stamp, text), text) for slug, stamp, text in entries),
                )
        except sqlite3.DatabaseError:
            return


def _checksum(stamp: str, text: str) -> str:
    content = f"{stamp}\0{text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=8).hexdigest()
