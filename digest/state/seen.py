"""When digest first saw each article, and how each source has fared."""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from digest.model.article import Article, format_instant
from digest.names import signs_of
from digest.state.database import transaction

_BATCH = 500


class Seen:
    """First-seen times by article id, and successes and failures by source name.

    A first-seen time is written once and never changed; it is digest's own clock. An article
    that comes back under another address keeps its own: it has the same source, title and
    date, and the same guid where the title is short.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @contextlib.contextmanager
    def batch(self) -> Iterator[None]:
        """Makes the notes inside one transaction, written all or none."""
        with transaction(self._connection):
            yield

    def stamp(self, articles: Sequence[Article], now: datetime) -> list[Article]:
        """The articles with their first-seen times; those never met before get ``now``."""
        known = self._find_known([article.id for article in articles])
        names = _lasting_names(articles)
        entries = self._find_known(
            [name for of_one in names.values() for name in of_one],
            table="entry",
            key="name",
        )
        stamped = []
        for article in articles:
            first_seen = known.get(article.id) or min(
                (entries[name] for name in names[article.id] if name in entries), default=now
            )
            stamped.append(
                article
                if article.first_seen == first_seen
                else dataclasses.replace(article, first_seen=first_seen)
            )
        fresh = {article.id: article for article in stamped if article.id not in known}
        fresh_names: dict[str, datetime] = {}
        for article in stamped:
            for name in names[article.id]:
                if name not in entries:
                    met = fresh_names.setdefault(name, article.first_seen)
                    fresh_names[name] = min(met, article.first_seen)
        if fresh or fresh_names:
            self._remember(fresh, fresh_names)
        return stamped

    def first_seen(self, article_id: str) -> datetime | None:
        """When an article was first seen; None when it never was."""
        return self._find_known([article_id]).get(article_id)

    def note_success(self, source: str, now: datetime, articles: int = 0) -> None:
        """Notes that a source gave that many articles."""
        instant = format_instant(now)
        self._connection.execute(
            "INSERT INTO source (name, first_success, last_success, last_count)"
            " VALUES (?, ?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET last_success = excluded.last_success,"
            " first_success = coalesce(source.first_success, excluded.first_success),"
            " last_count = excluded.last_count, failures_in_a_row = 0, last_error = ''",
            (source, instant, instant, articles),
        )

    def note_failure(self, source: str, error: str) -> int:
        """Notes that a source failed; gives the number of failures in a row."""
        row = self._connection.execute(
            "INSERT INTO source (name, failures_in_a_row, last_error) VALUES (?, 1, ?)"
            " ON CONFLICT (name) DO UPDATE SET last_error = excluded.last_error,"
            " failures_in_a_row = source.failures_in_a_row + 1 RETURNING failures_in_a_row",
            (source, error),
        ).fetchone()
        return int(row[0])

    def known_since(self) -> dict[str, datetime]:
        """When each source first succeeded, by name."""
        rows = self._connection.execute(
            "SELECT name, first_success FROM source WHERE first_success IS NOT NULL ORDER BY name"
        )
        return {name: datetime.fromisoformat(first_success) for name, first_success in rows}

    def last_successes(self) -> dict[str, tuple[datetime, int]]:
        """When each source last succeeded and how many articles it gave then, by name."""
        rows = self._connection.execute(
            "SELECT name, last_success, last_count FROM source WHERE last_success IS NOT NULL"
        )
        return {name: (datetime.fromisoformat(last), count) for name, last, count in rows}

    def failures_in_a_row(self, source: str) -> int:
        """How often a source has failed since it last succeeded."""
        row = self._connection.execute(
            "SELECT failures_in_a_row FROM source WHERE name = ?", (source,)
        ).fetchone()
        return int(row[0]) if row else 0

    def _find_known(
        self, ids: Sequence[str], *, table: str = "article", key: str = "id"
    ) -> dict[str, datetime]:
        known: dict[str, datetime] = {}
        # Many articles share an instant: all that one run met.
        instants: dict[str, datetime] = {}
        for batch in _batches(ids):
            marks = ",".join("?" * len(batch))
            for article_id, text in self._connection.execute(
                f"SELECT {key}, first_seen FROM {table} WHERE {key} IN ({marks})",  # noqa: S608 - names of ours and marks only
                batch,
            ):
                if text not in instants:
                    instants[text] = datetime.fromisoformat(text)
                known[article_id] = instants[text]
        return known

    def _remember(self, fresh: dict[str, Article], names: dict[str, datetime]) -> None:
        # Most of them share one instant: this run's.
        met = {article.first_seen for article in fresh.values()} | set(names.values())
        written = {instant: format_instant(instant) for instant in met}
        with transaction(self._connection):
            self._connection.executemany(
                "INSERT OR IGNORE INTO article (id, first_seen, via, url, title, published)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (
                        article.id,
                        written[article.first_seen],
                        article.via,
                        article.url,
                        article.title,
                        article.published.isoformat() if article.published else None,
                    )
                    # In the order of the keys, so that the tree grows at its end.
                    for _, article in sorted(fresh.items())
                ),
            )
            self._connection.executemany(
                "INSERT OR IGNORE INTO entry (name, first_seen) VALUES (?, ?)",
                ((name, written[instant]) for name, instant in sorted(names.items())),
            )


def _lasting_names(articles: Sequence[Article]) -> dict[str, list[str]]:
    """Names by article id, without those that several of the articles have."""
    names = {article.id: signs_of(article).lasting_names() for article in articles}
    counted = Counter(name for of_one in names.values() for name in of_one)
    return {key: [name for name in of_one if counted[name] == 1] for key, of_one in names.items()}


def _batches(ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _BATCH):
        yield list(ids[start : start + _BATCH])
