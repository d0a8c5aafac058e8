"""What the database may forget, and how large it is.

Nothing goes that an issue, `digest why` or the ledger of deliveries rests on, unless an age is
named after which articles are forgotten.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.model.article import format_instant
from digest.state.database import transaction

ANSWERS_KEPT = timedelta(days=90)
"""For which an answer that no run read again is kept, unless the settings name its address."""

VISITS_KEPT = timedelta(days=365)
"""For which the manners of an address that nobody asks any more are kept."""

SHORTEST_KEEP = timedelta(days=60)
"""What a source offers is noted to a month: of a shorter age nothing certain can be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a database is, in bytes, how many of them are unused, and its rows by table."""

    bytes: int
    unused: int
    rows: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How many rows went."""

    answers: int
    visits: int
    hosts: int
    articles: int

    def to_json(self) -> dict[str, int]:
        return {
            "answers": self.answers,
            "visits": self.visits,
            "hosts": self.hosts,
            "articles": self.articles,
        }


def measure(connection: sqlite3.Connection) -> Size:
    """The size of the database as it stands."""

    def ask(statement: str) -> int:
        return int(connection.execute(statement).fetchone()[0])

    page = ask("PRAGMA page_size")
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return Size(
        bytes=ask("PRAGMA page_count") * page,
        unused=ask("PRAGMA freelist_count") * page,
        rows={name: ask(f"SELECT count(*) FROM {name}") for (name,) in tables.fetchall()},  # noqa: S608 - names of ours
    )


def find_faults(connection: sqlite3.Connection) -> list[str]:
    """What SQLite's own check finds wrong with the file, nothing when it is whole."""
    rows = connection.execute("PRAGMA integrity_check(5)").fetchall()
    return [text for (text,) in rows if text != "ok"]


def sweep(
    connection: sqlite3.Connection,
    *,
    now: datetime,
    addresses: Collection[str],
    labels: Collection[str],
    keep: timedelta | None = None,
) -> Swept:
    """Forgets what is of no more use, and gives the room back.

    ``addresses`` and ``labels`` are those of the sources that the settings name; what belongs to
    them stays. With ``keep``, articles go too that no source has offered for that long, with what
    runs said of them: not those of a source that was asked, or stands in the settings, and has
    not answered since, for it may offer them again. The ledger of deliveries is never touched.
    """
    with transaction(connection):
        answers = _forget_unlisted(
            connection, "response", "fetched_at", now - ANSWERS_KEPT, addresses
        )
        visits = _forget_unlisted(connection, "visit", "noted_at", now - VISITS_KEPT, addresses)
        hosts = connection.execute(
            "DELETE FROM resting WHERE until <= ?", (format_instant(now),)
        ).rowcount
        articles = _forget_articles(connection, now - keep, labels) if keep is not None else 0
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Swept(answers=answers, visits=visits, hosts=hosts, articles=articles)


def _forget_unlisted(
    connection: sqlite3.Connection,
    table: str,
    column: str,
    before: datetime,
    addresses: Collection[str],
) -> int:
    """Forgets old rows by address; an address may be led by what its answer is kept apart for."""
    old = connection.execute(
        f"SELECT url FROM {table} WHERE {column} < ?",  # noqa: S608 - names of ours
        (format_instant(before),),
    ).fetchall()
    gone = [row for row in old if row[0].rpartition(" ")[2] not in addresses]
    connection.executemany(f"DELETE FROM {table} WHERE url = ?", gone)  # noqa: S608 - names of ours
    return len(gone)


def _forget_articles(
    connection: sqlite3.Connection, before: datetime, labels: Collection[str]
) -> int:
    instant = format_instant(before)
    records = connection.execute("SELECT name, last_success, tried_at FROM source").fetchall()
    answering = {name for name, last, _ in records if (last or "") >= instant}
    tried = {name for name, _, last in records if (last or "") >= instant}
    silent = (tried | set(labels)) - answering
    # What came back under another address goes by its first id, which nobody offers any more.
    known_by = {
        known
        for (known,) in connection.execute(
            "SELECT m.known_id FROM moved m JOIN article a ON a.id = m.id"
            " WHERE a.offered_at IS NULL OR a.offered_at >= ?",
            (instant,),
        )
    }
    gone = [
        (article_id,)
        for article_id, via in connection.execute(
            "SELECT id, via FROM article WHERE offered_at < ?", (instant,)
        ).fetchall()
        if via not in silent and article_id not in known_by
    ]
    for table in ("article", "judged", "offer", "later_title", "moved"):
        connection.executemany(f"DELETE FROM {table} WHERE id = ?", gone)  # noqa: S608 - names of ours
    if not silent:  # names do not say of which source they are
        connection.execute("DELETE FROM entry WHERE offered_at < ?", (instant,))
    return len(gone)
