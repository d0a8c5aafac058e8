"""The schema, as the steps that led to it: one function a version, never changed once shipped."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable


def _first_schema(connection: sqlite3.Connection) -> None:
    for statement in (
        # What was seen: identity and first-seen time of every article ever offered.
        """CREATE TABLE article (
            id TEXT PRIMARY KEY,
            first_seen TEXT NOT NULL,
            via TEXT NOT NULL,
            url TEXT,
            title TEXT NOT NULL,
            published TEXT
        ) WITHOUT ROWID""",
        # What each source did: when it first and last succeeded, failures in a row.
        """CREATE TABLE source (
            name TEXT PRIMARY KEY,
            first_success TEXT,
            last_success TEXT,
            failures_in_a_row INTEGER NOT NULL DEFAULT 0,
            last_error TEXT NOT NULL DEFAULT ''
        ) WITHOUT ROWID""",
        # HTTP caches: validators as given, the body (deflated) for runs that are answered by 304
        # or offline. With row ids, for SQLite keeps large blobs badly in a WITHOUT ROWID table.
        """CREATE TABLE response (
            url TEXT PRIMARY KEY,
            final_url TEXT NOT NULL,
            etag TEXT,
            last_modified TEXT,
            content_type TEXT NOT NULL DEFAULT '',
            fetched_at TEXT NOT NULL,
            body BLOB NOT NULL
        )""",
        # Deliveries: one row per recipient, address only as a hash.
        """CREATE TABLE delivery (
            issue TEXT NOT NULL,
            target TEXT NOT NULL,
            recipient_hash TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            state TEXT NOT NULL,
            at TEXT NOT NULL,
            retry_at TEXT,
            message_id TEXT NOT NULL DEFAULT '',
            answer TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (issue, target, recipient_hash)
        ) WITHOUT ROWID""",
    ):
        connection.execute(statement)


def _entries(connection: sqlite3.Connection) -> None:
    # First-seen times by what a feed calls an entry, for pages that get another address.
    connection.execute(
        "CREATE TABLE entry (name TEXT PRIMARY KEY, first_seen TEXT NOT NULL) WITHOUT ROWID"
    )


def _rulings(connection: sqlite3.Connection) -> None:
    for statement in (
        # The windows that runs composed, each once.
        """CREATE TABLE run (
            number INTEGER PRIMARY KEY,
            slug TEXT NOT NULL,
            start TEXT NOT NULL,
            end TEXT NOT NULL,
            timezone TEXT NOT NULL,
            judged_at TEXT NOT NULL,
            UNIQUE (slug, start, end, timezone)
        )""",
        # What the last run made of each article, and (own_) the last that was no mere echo.
        """CREATE TABLE judged (
            id TEXT PRIMARY KEY,
            run INTEGER NOT NULL,
            rule TEXT NOT NULL,
            reason TEXT NOT NULL,
            own_run INTEGER,
            own_rule TEXT,
            own_reason TEXT,
            title TEXT NOT NULL,
            published TEXT,
            basis TEXT,
            guid TEXT,
            input TEXT NOT NULL,
            source TEXT NOT NULL,
            source_url TEXT
        ) WITHOUT ROWID""",
        # Which other sources offered an article.
        """CREATE TABLE offer (
            id TEXT NOT NULL,
            via TEXT NOT NULL,
            PRIMARY KEY (id, via)
        ) WITHOUT ROWID""",
    ):
        connection.execute(statement)


def _ids_of_pages(connection: sqlite3.Connection) -> None:
    # The id of a page is the same under all its addresses now: what is known goes by the new one.
    from digest.names import page_id

    moved = [
        (name, first_seen, via, url, title, published)
        for old, first_seen, via, url, title, published in connection.execute(
            "SELECT id, first_seen, via, url, title, published FROM article"
            " WHERE url IS NOT NULL ORDER BY first_seen, id"
        )
        if (name := page_id(url)) != old
    ]
    connection.executemany(
        "INSERT INTO article (id, first_seen, via, url, title, published) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET first_seen = min(first_seen, excluded.first_seen)",
        moved,
    )


def _remembered(connection: sqlite3.Connection) -> None:
    # What each issue leaves behind, with a stamp of its files: a cache, derived from issues/.
    connection.execute(
        """CREATE TABLE remembered (
            slug TEXT PRIMARY KEY,
            stamp TEXT NOT NULL,
            checksum TEXT NOT NULL,
            content TEXT NOT NULL
        )"""
    )


def _moves(connection: sqlite3.Connection) -> None:
    # Ids of articles that came back under another address, with the id they are known by.
    connection.execute(
        "CREATE TABLE moved (id TEXT PRIMARY KEY, known_id TEXT NOT NULL) WITHOUT ROWID"
    )
    connection.execute("CREATE INDEX moved_known ON moved (known_id)")


def _later_titles(connection: sqlite3.Connection) -> None:
    # Titles that differ from the first one seen: the few to be searched beside all first ones.
    connection.execute(
        "CREATE TABLE later_title (id TEXT PRIMARY KEY, title TEXT NOT NULL) WITHOUT ROWID"
    )
    connection.execute(
        "INSERT INTO later_title SELECT j.id, j.title FROM judged j JOIN article a ON a.id = j.id"
        " WHERE j.title <> a.title"
    )


def _named(connection: sqlite3.Connection) -> None:
    # Every name that an issue gives to articles, with a stamp of its files: a cache, for `why`.
    connection.execute(
        """CREATE TABLE named (
            slug TEXT PRIMARY KEY,
            stamp TEXT NOT NULL,
            checksum TEXT NOT NULL,
            content TEXT NOT NULL
        )"""
    )


def _tallied(connection: sqlite3.Connection) -> None:
    # The numbers of each issue, with a stamp of its files: a cache, for `calendar`.
    connection.execute(
        """CREATE TABLE tallied (
            slug TEXT PRIMARY KEY,
            stamp TEXT NOT NULL,
            checksum TEXT NOT NULL,
            content TEXT NOT NULL
        )"""
    )


def _summaries(connection: sqlite3.Connection) -> None:
    # Summaries by a language model, by a hash of what they were made from.
    connection.execute(
        "CREATE TABLE summary (of TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID"
    )


def _parts(connection: sqlite3.Connection) -> None:
    # A split issue is several mails for each reader: a row for each. What was sent until now
    # was one mail.
    for statement in (
        """CREATE TABLE delivery_by_part (
            issue TEXT NOT NULL,
            target TEXT NOT NULL,
            recipient_hash TEXT NOT NULL,
            part INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            state TEXT NOT NULL,
            at TEXT NOT NULL,
            retry_at TEXT,
            message_id TEXT NOT NULL DEFAULT '',
            answer TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (issue, target, recipient_hash, part)
        ) WITHOUT ROWID""",
        "INSERT INTO delivery_by_part SELECT issue, target, recipient_hash, 1, content_hash, state,"
        " at, retry_at, message_id, answer FROM delivery",
        "DROP TABLE delivery",
        "ALTER TABLE delivery_by_part RENAME TO delivery",
    ):
        connection.execute(statement)


def _visits(connection: sqlite3.Connection) -> None:
    for statement in (
        # How the last visit to each address ended, for the manners of the next.
        """CREATE TABLE visit (
            url TEXT PRIMARY KEY,
            noted_at TEXT NOT NULL,
            moved_to TEXT,
            gone INTEGER NOT NULL,
            fresh_until TEXT,
            failures INTEGER NOT NULL,
            retry_at TEXT
        ) WITHOUT ROWID""",
        # Hosts that asked for quiet (Retry-After).
        """CREATE TABLE resting (
            host TEXT PRIMARY KEY,
            noted_at TEXT NOT NULL,
            until TEXT NOT NULL
        ) WITHOUT ROWID""",
    ):
        connection.execute(statement)


def _last_count(connection: sqlite3.Connection) -> None:
    # How many articles a source gave when it last succeeded.
    connection.execute("ALTER TABLE source ADD COLUMN last_count INTEGER NOT NULL DEFAULT 0")


def _health(connection: sqlite3.Connection) -> None:
    for statement in (
        # What each source did last, when, since when it fails, and its usual interval.
        "ALTER TABLE source ADD COLUMN url TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE source ADD COLUMN status TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE source ADD COLUMN detail TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE source ADD COLUMN tried_at TEXT",
        "ALTER TABLE source ADD COLUMN failing_since TEXT",
        "ALTER TABLE source ADD COLUMN usual_seconds INTEGER",
        # When a source last offered it, to a month: what none offers any more may be forgotten.
        "ALTER TABLE article ADD COLUMN offered_at TEXT",
        "ALTER TABLE entry ADD COLUMN offered_at TEXT",
    ):
        connection.execute(statement)


def _durations(connection: sqlite3.Connection) -> None:
    # How long the last visit to an address took: slow ones begin first.
    connection.execute("ALTER TABLE visit ADD COLUMN seconds REAL")


def _inventories(connection: sqlite3.Connection) -> None:
    for statement in (
        # The body's hash, and one that tells damage; none for what was kept before.
        "ALTER TABLE response ADD COLUMN mark BLOB",
        # What each kept feed offered, so that one that has not changed is not read again: a cache.
        """CREATE TABLE inventory (
            url TEXT PRIMARY KEY,
            hash BLOB NOT NULL,
            read_as BLOB NOT NULL,
            entered_at TEXT NOT NULL,
            offered_at TEXT NOT NULL,
            ids BLOB NOT NULL,
            content TEXT NOT NULL
        )""",
    ):
        connection.execute(statement)


def _lessons(connection: sqlite3.Connection) -> None:
    for statement in (
        # What each issue teaches, with a stamp of its files, and what was learned of many of
        # them, by a hash of all that taught it: caches, for `compose` and `topics`.
        """CREATE TABLE taught (
            slug TEXT PRIMARY KEY,
            stamp TEXT NOT NULL,
            checksum TEXT NOT NULL,
            content TEXT NOT NULL
        )""",
        """CREATE TABLE learned (
            of TEXT PRIMARY KEY,
            turn INTEGER NOT NULL,
            checksum TEXT NOT NULL,
            content BLOB NOT NULL
        )""",
    ):
        connection.execute(statement)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _first_schema,
    _entries,
    _rulings,
    _ids_of_pages,
    _remembered,
    _moves,
    _later_titles,
    _named,
    _tallied,
    _summaries,
    _parts,
    _visits,
    _last_count,
    _health,
    _durations,
    _inventories,
    _lessons,
)
