"""The cache of answers, in a real database."""

from __future__ import annotations

import dataclasses
import threading
from datetime import UTC, datetime
from pathlib import Path

from digest.state.bodies import Body
from digest.state.database import open_database
from digest.state.responses import ResponseCache, StoredResponse

STORED = StoredResponse(
    url="https://example.org/feed",
    final_url="https://example.org/feed.xml",
    etag='W/"é, "',
    last_modified="not a date",
    content_type="text/xml; charset=utf-8",
    fetched_at=datetime(2025, 4, 28, 7, 0, tzinfo=UTC),
    body=Body(b"<rss/>" * 1000),
)


def test_answer_comes_back_as_it_was(tmp_path: Path) -> None:
    with open_database(tmp_path / "digest.db") as connection:
        cache = ResponseCache(connection)
        cache.store(STORED)
        assert cache.find(STORED.url) == STORED
        cache.flush()
    with open_database(tmp_path / "digest.db") as connection:
        assert ResponseCache(connection).find(STORED.url) == STORED
        assert ResponseCache(connection).find("https://example.org/other") is None


def test_later_answer_replaces_the_earlier() -> None:
    with open_database(None) as connection:
        cache = ResponseCache(connection)
        later = dataclasses.replace(STORED, etag=None, body=Body(b""))
        for response in (STORED, later):
            cache.store(response)
            cache.flush()
        assert cache.find(STORED.url) == later


def test_other_threads_may_look_up() -> None:
    with open_database(None) as connection:
        cache = ResponseCache(connection)
        cache.store(STORED)
        cache.flush()
        found: list[StoredResponse | None] = []
        thread = threading.Thread(target=lambda: found.append(cache.find(STORED.url)))
        thread.start()
        thread.join()
    assert found == [STORED]


def test_damaged_entry_counts_as_none() -> None:
    with open_database(None) as connection:
        cache = ResponseCache(connection)
        cache.store(STORED)
        cache.flush()
        connection.execute("UPDATE response SET body = x'00'")
        assert cache.find(STORED.url) is None


def test_closed_database_counts_as_none() -> None:
    with open_database(None) as connection:
        cache = ResponseCache(connection)
    assert cache.find(STORED.url) is None
