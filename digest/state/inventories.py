"""What a kept document offered when it was last read, for runs in which it has not changed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from digest import __version__
from digest.model.article import format_instant
from digest.state.database import transaction
from digest.state.seen import OFFERED_TO

_FORM = 1
"""One more whenever entries get other names, dates or numbers from the same document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The entries of one document, all of them entered at ``entered_at``.

    ``hash`` is that of the document, ``read_as`` of all else that its reading rests on (see
    :func:`hash_reading`). ``ids`` are those of the articles as numbers, ``dates`` of when they were
    published in ISO 8601, "" for none. ``offered_at`` is what the database says of the longest
    ago that one was offered. ``left_out`` and ``cadence`` are the document's own.
    """

    url: str
    hash: bytes
    read_as: bytes
    entered_at: datetime
    offered_at: str
    ids: array[int]
    dates: tuple[str, ...]
    left_out: int = 0
    cadence: tuple[int, tuple[int, ...], tuple[int, ...]] = (0, (), ())


def hash_reading(*rests_on: str) -> bytes:
    """What the reading of a document is known by, given all but its bytes that it rests on."""
    text = json.dumps((_FORM, __version__, *rests_on))
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


class Inventories:
    """Inventories by what documents are kept under.

    :meth:`find` may be called from any thread, :meth:`keep` only from the one that opened the
    database. An inventory is kept when its articles are, never before.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def find(self, url: str, *, of: bytes, read_as: bytes, now: datetime) -> Inventory | None:
        """The inventory of the document with the hash ``of``, where entering it again would change
        nothing."""
        try:
            with self._lock:
                row = self._connection.execute(
                    "SELECT entered_at, offered_at, ids, content FROM inventory"
                    " WHERE url = ? AND hash = ? AND read_as = ?",
                    (url, of, read_as),
                ).fetchone()
        except sqlite3.Error:
            return None
        if row is None or row[1] < format_instant(now - OFFERED_TO):
            return None
        dates, left_out, (minutes, hours, days) = json.loads(row[3])
        return Inventory(
            url=url,
            hash=of,
            read_as=read_as,
            entered_at=datetime.fromisoformat(row[0]),
            offered_at=row[1],
            ids=array("Q", row[2]),
            dates=tuple(dates),
            left_out=left_out,
            cadence=(minutes, tuple(hours), tuple(days)),
        )

    def keep(self, inventories: Iterable[Inventory]) -> None:
        """Puts inventories in the place of earlier ones, all or none."""
        with transaction(self._connection):
            self._connection.executemany(
                "INSERT OR REPLACE INTO inventory"
                " (url, hash, read_as, entered_at, offered_at, ids, content)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        each.url,
                        each.hash,
                        each.read_as,
                        format_instant(each.entered_at),
                        each.offered_at,
                        each.ids.tobytes(),
                        json.dumps((each.dates, each.left_out, each.cadence)),
                    )
                    for each in inventories
                ),
            )
