"""What unchanged documents offer, in a real database; and the bodies that they are known by."""

from __future__ import annotations

import dataclasses
from array import array
from datetime import UTC, datetime, timedelta

import pytest

from digest.state.bodies import Body
from digest.state.database import open_database
from digest.state.inventories import Inventories, Inventory, hash_reading
from digest.state.responses import ResponseCache, StoredResponse

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
BODY = Body(b"<rss/>" * 1000)
INVENTORY = Inventory(
    url="https://example.org/feed",
    hash=BODY.hash,
    read_as=hash_reading("feed", "UTC"),
    entered_at=NOW,
    offered_at="2025-04-20T07:00:00Z",
    ids=array("Q", [7, 2**64 - 1]),
    dates=("2025-04-24T09:10:00+09:00", ""),
    left_out=3,
    cadence=(90, (7, 8), (5, 6)),
)
ANSWER = StoredResponse(
    url="https://example.org/feed",
    final_url="https://example.org/feed",
    etag='"1"',
    last_modified=None,
    content_type="application/xml",
    fetched_at=NOW,
    body=BODY,
)


def test_inventory_comes_back_as_it_was_for_that_document_alone() -> None:
    with open_database(None) as connection:
        kept = Inventories(connection)
        kept.keep([INVENTORY])
        asked = {"of": BODY.hash, "read_as": INVENTORY.read_as, "now": NOW}
        assert kept.find(INVENTORY.url, **asked) == INVENTORY
        assert kept.find("https://example.org/other", **asked) is None
        assert kept.find(INVENTORY.url, **asked | {"of": Body(b"<rss> </rss>").hash}) is None
        assert kept.find(INVENTORY.url, **asked | {"read_as": hash_reading("feed")}) is None


def test_inventory_says_nothing_once_its_entries_have_to_be_noted_anew() -> None:
    with open_database(None) as connection:
        kept = Inventories(connection)
        kept.keep([INVENTORY])
        for days, found in ((22, INVENTORY), (23, None)):
            now = NOW + timedelta(days=days, seconds=-1 if found else 1)
            asked = kept.find(INVENTORY.url, of=BODY.hash, read_as=INVENTORY.read_as, now=now)
            assert asked == found


def test_body_comes_back_packed_and_damage_is_seen_without_unpacking() -> None:
    kept = Body.from_packed(BODY.packed, BODY.mark)
    assert kept.hash == BODY.hash
    assert kept.plain == BODY.plain
    assert Body.from_packed(BODY.packed, None) == BODY
    for packed, mark in ((BODY.packed[:-1], BODY.mark), (b"", BODY.mark), (b"x", None)):
        with pytest.raises(ValueError, match=r"."):
            Body.from_packed(packed, mark)


def test_answer_kept_before_there_were_marks_gets_one() -> None:
    with open_database(None) as connection:
        cache = ResponseCache(connection)
        cache.store(ANSWER)
        cache.flush()
        connection.execute("UPDATE response SET mark = NULL")
        found = cache.find(ANSWER.url)
        assert found == ANSWER
        assert found is not None
        cache.store(found)
        cache.flush()
        assert connection.execute("SELECT mark FROM response").fetchone() == (BODY.mark,)


def test_of_two_answers_to_one_address_the_last_has_its_own_body_and_validators() -> None:
    with open_database(None) as connection:
        cache = ResponseCache(connection)
        cache.store(ANSWER)
        cache.flush()
        before = cache.find(ANSWER.url)
        assert before is not None
        other = dataclasses.replace(ANSWER, etag='"2"', body=Body(b"<rss>2</rss>"))
        for answer in (other, before):
            cache.store(answer)
            cache.flush()
        found = cache.find(ANSWER.url)
        assert found is not None
        assert (found.etag, found.body.plain) == ('"1"', BODY.plain)


def test_validators_of_a_body_that_stays_are_written() -> None:
    with open_database(None) as connection:
        cache = ResponseCache(connection)
        cache.store(ANSWER)
        cache.flush()
        found = cache.find(ANSWER.url)
        assert found is not None
        cache.store(dataclasses.replace(found, etag='"3"'))
        cache.flush()
        found = cache.find(ANSWER.url)
        assert found is not None
        assert (found.etag, found.body.plain) == ('"3"', BODY.plain)
