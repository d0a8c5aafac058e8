"""What was read of issues, kept so that five hundred need not be read again for the next one.

It is a cache: what is missing, outdated or damaged is read from the issues again, without a word.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from typing import Literal

from digest.state.database import transaction

_END = "\0"


class Remembered:
    """Text by issue, each with a stamp of the files that it was read from.

    ``what`` is ``remembered``, what an issue leaves behind, ``named``, the names that it gives
    to articles, ``tallied``, its numbers, or ``taught``, what it teaches.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        what: Literal["remembered", "named", "tallied", "taught"] = "remembered",
    ) -> None:
        self._connection = connection
        self._table = what

    def read(self) -> Iterator[tuple[str, str, str]]:
        """(slug, stamp, text) of every issue whose text is as it was written."""
        try:
            for slug, stamp, checksum, text in self._connection.execute(
                f"SELECT slug, stamp, checksum, content FROM {self._table} ORDER BY slug"  # noqa: S608 - a name of ours
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
                    f"DELETE FROM {self._table} WHERE slug = ?",  # noqa: S608 - a name of ours
                    ((slug,) for slug in forget),
                )
                self._connection.executemany(
                    f"INSERT OR REPLACE INTO {self._table}"  # noqa: S608 - a name of ours
                    " (slug, stamp, checksum, content) VALUES (?, ?, ?, ?)",
                    ((slug, stamp, _checksum(stamp, text), text) for slug, stamp, text in entries),
                )
        except sqlite3.DatabaseError:
            return


def _checksum(stamp: str, text: str) -> str:
    # Against damage, not against forgery: of megabytes, in every run.
    return f"{zlib.crc32(f'{stamp}{_END}{text}'.encode('utf-8', 'surrogatepass')):08x}"
