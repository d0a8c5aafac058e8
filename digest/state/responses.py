"""Answers of servers, kept for conditional requests and for runs without a network."""

from __future__ import annotations

import sqlite3
import threading
import zlib
from dataclasses import dataclass, field
from datetime import datetime

from digest.model.article import format_instant
from digest.state.database import transaction

_BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResponse:
    """One kept answer; ``etag`` and ``last_modified`` are byte for byte what the server sent."""

    url: str
    final_url: str
    etag: str | None
    last_modified: str | None
    content_type: str
    fetched_at: datetime
    body: bytes = field(repr=False)


class ResponseCache:
    """Kept answers by the address asked.

    :meth:`find` and :meth:`store` may be called from any thread, :meth:`flush` only from the one
    that opened the database, for it writes. Stored answers are written in batches, by that thread.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._owner = threading.get_ident()
        self._pending: dict[str, StoredResponse] = {}

    def find(self, url: str) -> StoredResponse | None:
        """The kept answer for an address; None also when what is kept cannot be read."""
        with self._lock:
            if url in self._pending:
                return self._pending[url]
            try:
                row = self._connection.execute(
                    "SELECT final_url, etag, last_modified, content_type, fetched_at, body"
                    " FROM response WHERE url = ?",
                    (url,),
                ).fetchone()
            except sqlite3.Error:
                return None
        if row is None:
            return None
        final_url, etag, last_modified, content_type, fetched_at, body = row
        try:
            return StoredResponse(
                url=url,
                final_url=final_url,
                etag=etag,
                last_modified=last_modified,
                content_type=content_type,
                fetched_at=datetime.fromisoformat(fetched_at),
                body=zlib.decompress(body),
            )
        except (zlib.error, ValueError):
            return None

    def store(self, response: StoredResponse) -> None:
        """Keeps an answer in place of an earlier one."""
        with self._lock:
            self._pending[response.url] = response
            full = len(self._pending) >= _BATCH and threading.get_ident() == self._owner
        if full:
            self.flush()

    def flush(self) -> None:
        """Writes what :meth:`store` has taken, all or nothing."""
        with self._lock:
            pending, self._pending = self._pending, {}
            if not pending:
                return
            with transaction(self._connection):
                self._connection.executemany(
                    "INSERT OR REPLACE INTO response"
                    " (url, final_url, etag, last_modified, content_type, fetched_at, body)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (
                        (
                            response.url,
                            response.final_url,
                            response.etag,
                            response.last_modified,
                            response.content_type,
                            format_instant(response.fetched_at),
                            zlib.compress(response.body, 1),
                        )
                        for response in pending.values()
                    ),
                )
