"""Summaries that a language model wrote, kept so that a rebuild asks nothing."""

from __future__ import annotations

import sqlite3

from digest.state.database import transaction


class SummaryStore:
    """Summaries by a hash of all that they were made from: model, prompt and article."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, of: str) -> str:
        """The summary that is kept, "" for none."""
        row = self._connection.execute("SELECT text FROM summary WHERE of = ?", (of,)).fetchone()
        return str(row[0]) if row else ""

    def keep(self, of: str, text: str) -> None:
        """Keeps a summary at once: an answer that was paid for outlives a run that is killed."""
        with transaction(self._connection):
            self._connection.execute(
                "INSERT OR REPLACE INTO summary (of, text) VALUES (?, ?)", (of, text)
            )
