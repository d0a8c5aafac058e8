"""However a body came, what is kept of it is the body."""

from __future__ import annotations

import gzip
import sqlite3
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from servers import FEED, FaultServer, answer

from digest.config.schema import Gather
from digest.http import Client
from digest.state.database import open_database
from digest.state.responses import ResponseCache

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
BODY = FEED * 3
ONE = gzip.compress(BODY, mtime=0)
HALF = len(BODY) // 2


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with open_database(None) as found:
        yield found


def keep(connection: sqlite3.Connection, url: str) -> bytes:
    """Fetches and keeps; the body as it was given."""
    client = Client(Gather(), ResponseCache(connection), now=NOW, user_agent="digest/test")
    try:
        response = client.fetch(url, private=True)
        client.accept(response)
        client.flush()
    finally:
        client.close()
    return response.body


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (ONE, "gzip"),
        (ONE, ""),
        (gzip.compress(BODY[:HALF], mtime=0) + gzip.compress(BODY[HALF:], mtime=0), "gzip"),
        (ONE + b"\0" * 100, "gzip"),
        (gzip.compress(ONE, mtime=0), "gzip"),
        (gzip.compress(BODY, compresslevel=0, mtime=0), "gzip"),
        (zlib.compress(BODY), "deflate"),
        (BODY, ""),
        (gzip.compress(b"", mtime=0), "gzip"),
    ],
)
def test_what_is_kept_is_what_was_read(
    sent: bytes, said: str, connection: sqlite3.Connection, server: FaultServer
) -> None:
    headers = {"Content-Encoding": said} if said else {}
    url = server.put("/feed", answer(sent, headers=headers, etag='"1"'))
    read = keep(connection, url)
    assert read in (BODY, b"")
    found = ResponseCache(connection).find(url)
    assert found is not None
    assert found.body.plain == read
    assert found.body.kept_as is not None
    assert keep(connection, url) == read  # from a 304


def test_what_came_packed_is_kept_as_it_came(
    connection: sqlite3.Connection, server: FaultServer
) -> None:
    keep(connection, server.put("/feed", answer(ONE, headers={"Content-Encoding": "gzip"})))
    assert connection.execute("SELECT body FROM response").fetchone() == (ONE,)


@pytest.mark.parametrize("sent", [ONE + b"\0", gzip.compress(BODY, compresslevel=0, mtime=0)])
def test_what_is_no_stream_alone_or_hardly_packed_is_packed_anew(
    sent: bytes, connection: sqlite3.Connection, server: FaultServer
) -> None:
    keep(connection, server.put("/feed", answer(sent, headers={"Content-Encoding": "gzip"})))
    (kept,) = connection.execute("SELECT body FROM response").fetchone()
    assert zlib.decompress(kept) == BODY
