"""What the database may forget, and how large it is.

Nothing goes that an issue, `digest why` or the ledger of deliveries rests on, unless an age is
named after which articles are forgotten.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digest.model.article import format_instant
from digest.state.database import transaction

ANSWERS_KEPT = timedelta(days=90)
"""For which an answer that no run read again is kept, unless the settings name its address."""

VISITS_KEPT = timedelta(days=365)
"""For which the manners of an address that nobody asks any more are kept."""

LARGEST_BYTES = 500_000_000
"""Beyond which a run forgets articles by itself; kept answers do not count, for they are bounded by
the sources."""

KEPT_BEYOND = tuple(timedelta(days=days) for days in (732, 366, 183, 92))
"""Since when no source has offered what goes then: the first of these that is enough."""

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
    runs said of them: of a source that was asked, or stands in the settings, and has not answered
    since, only those that it had not offered for that long when it last did, for it may offer the
    others again. The ledger of deliveries is never touched.
    """
    swept = _sweep(connection, now=now, addresses=addresses, labels=labels, keep=keep)
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return swept


def tend(
    connection: sqlite3.Connection,
    *,
    now: datetime,
    addresses: Collection[str],
    labels: Collection[str],
    largest_bytes: int = LARGEST_BYTES,
) -> Swept:
    """What each run does by itself, so that no database grows for ever: :func:`sweep` without
    giving the room back, which a run to come fills.

    Only a database of more than ``largest_bytes`` beside kept answers forgets articles, those that
    no source has offered for the first of KEPT_BEYOND that makes it small enough.
    """
    swept = _sweep(connection, now=now, addresses=addresses, labels=labels, keep=None)
    articles = 0
    if _used(connection) > largest_bytes:
        for keep in KEPT_BEYOND:
            if _used(connection) - _of_answers(connection) <= largest_bytes:
                break
            more = _sweep(connection, now=now, addresses=addresses, labels=labels, keep=keep)
            articles += more.articles
    return replace(swept, articles=articles)


def _used(connection: sqlite3.Connection) -> int:
    """Bytes of the file that hold something."""
    pages, free, size = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def _of_answers(connection: sqlite3.Connection) -> int:
    """Bytes of kept answers; their lengths alone are read."""
    return int(connection.execute("SELECT total(length(body)) FROM response").fetchone()[0])


def _sweep(
    connection: sqlite3.Connection,
    *,
    now: datetime,
    addresses: Collection[str],
    labels: Collection[str],
    keep: timedelta | None,
) -> Swept:
    with transaction(connection):
        answers = _forget_unlisted(
            connection, "response", "fetched_at", now - ANSWERS_KEPT, addresses
        )
        _forget_unlisted(connection, "inventory", "entered_at", now - ANSWERS_KEPT, addresses)
        visits = _forget_unlisted(connection, "visit", "noted_at", now - VISITS_KEPT, addresses)
        hosts = connection.execute(
            "DELETE FROM resting WHERE until <= ?", (format_instant(now),)
        ).rowcount
        articles = _forget_articles(connection, now, keep, labels) if keep is not None else 0
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
    connection: sqlite3.Connection, now: datetime, keep: timedelta, labels: Collection[str]
) -> int:
    instant = format_instant(now - keep)
    records = connection.execute("SELECT name, last_success, tried_at FROM source").fetchall()
    # A source that is silent has not moved on: what it offered at the end it may offer again.
    ends = {
        name: last or ""
        for name, last, tried in records
        if (last or "") < instant and (name in labels or (tried or "") >= instant)
    }
    since = {name: _earlier(last, keep) for name, last in ends.items()}
    recorded = {name for name, _, _ in records}
    since.update((label, "") for label in labels if label not in recorded)
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
        for article_id, via, offered in connection.execute(
            "SELECT id, via, offered_at FROM article WHERE offered_at < ?", (instant,)
        ).fetchall()
        if offered < since.get(via, instant) and article_id not in known_by
    ]
    for table in ("article", "judged", "offer", "later_title", "moved"):
        connection.executemany(f"DELETE FROM {table} WHERE id = ?", gone)  # noqa: S608 - names of ours
    # What they list may have gone: it is listed anew.
    connection.execute("DELETE FROM inventory")
    # Names do not say of which source they are: what any silent one may have named stays.
    spans = _joined((since[name], last) for name, last in ends.items())
    old = connection.execute("SELECT name, offered_at FROM entry WHERE offered_at < ?", (instant,))
    unnamed = [
        (name,)
        for name, offered in old.fetchall()
        if not any(first <= offered <= last for first, last in spans)
    ]
    connection.executemany("DELETE FROM entry WHERE name = ?", unnamed)
    return len(gone)


def _joined(spans: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same stretches of time, in which none overlap."""
    joined: list[tuple[str, str]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _earlier(instant: str, by: timedelta) -> str:
    """A written instant so much earlier; "" stays before all others."""
    return format_instant(datetime.fromisoformat(instant) - by) if instant else ""
