"""First-seen times and the sources' record, in a real database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from digest.model import Article, Link, When
from digest.state.database import open_database
from digest.state.seen import Seen

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=7)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with open_database(None) as opened:
        yield opened


def article(number: int = 1, *, published: date | None = None) -> Article:
    return Article(
        id=f"{number:016x}",
        title=f"Article {number}",
        first_seen=NOW,
        source=Link(name="Example"),
        input="a.txt",
        via="articles",
        published=When(value=published, raw="", basis="dateline") if published else None,
    )


def test_first_sight_is_now_and_stays(connection: sqlite3.Connection) -> None:
    seen = Seen(connection)
    assert [one.first_seen for one in seen.stamp([article()], NOW)] == [NOW]
    stamped = seen.stamp([article(1), article(2)], LATER)
    assert [one.first_seen for one in stamped] == [NOW, LATER]
    assert seen.first_seen(article(2).id) == LATER
    assert seen.first_seen("never") is None


def test_stamping_changes_nothing_else(connection: sqlite3.Connection) -> None:
    original = article(published=date(2025, 4, 24))
    assert Seen(connection).stamp([original], NOW) == [original]


def test_entry_that_comes_back_under_another_address_keeps_its_time(
    connection: sqlite3.Connection,
) -> None:
    seen = Seen(connection)
    entry = replace(article(1, published=date(2025, 4, 24)), guid="g1")
    seen.stamp([entry], NOW)
    moved = replace(entry, id="moved")
    assert seen.stamp([moved], LATER)[0].first_seen == NOW
    assert seen.first_seen("moved") == NOW
    others = [
        replace(moved, id="a", title="Another"),
        replace(moved, id="b", guid="g2"),
        replace(moved, id="c", via="elsewhere"),
        replace(moved, id="d", published=None),
        replace(moved, id="e", published=When(value=date(2025, 5, 1), raw="", basis="dateline")),
    ]
    assert {one.first_seen for one in seen.stamp(others, LATER)} == {LATER}


def test_entries_of_an_older_database_get_their_names(connection: sqlite3.Connection) -> None:
    seen = Seen(connection)
    entry = replace(article(1, published=date(2025, 4, 24)), guid="g1")
    seen.stamp([entry], NOW)
    connection.execute("DELETE FROM entry")
    seen.stamp([entry], LATER)
    assert seen.stamp([replace(entry, id="moved")], LATER)[0].first_seen == NOW


def test_many_articles_keep_their_order(connection: sqlite3.Connection) -> None:
    articles = [article(number) for number in range(2_000, 0, -1)]
    seen = Seen(connection)
    seen.stamp(articles[::2], NOW)
    stamped = seen.stamp(articles, LATER)
    assert [one.id for one in stamped] == [one.id for one in articles]
    assert [one.first_seen for one in stamped[:4]] == [NOW, LATER, NOW, LATER]


def test_time_survives_the_process(tmp_path: Path) -> None:
    path = tmp_path / "digest.db"
    with open_database(path) as connection:
        Seen(connection).stamp([article()], NOW)
    with open_database(path) as connection:
        assert Seen(connection).stamp([article()], LATER)[0].first_seen == NOW


def test_source_is_known_since_its_first_success(connection: sqlite3.Connection) -> None:
    seen = Seen(connection)
    seen.note_failure("a", "no such host")
    assert seen.known_since() == {}
    seen.note_success("a", NOW)
    seen.note_success("a", LATER)
    assert seen.known_since() == {"a": NOW}


def test_failures_are_counted_until_the_next_success(connection: sqlite3.Connection) -> None:
    seen = Seen(connection)
    assert seen.failures_in_a_row("a") == 0
    assert [seen.note_failure("a", "broken") for _ in range(3)] == [1, 2, 3]
    assert seen.failures_in_a_row("a") == 3
    seen.note_success("a", NOW)
    assert seen.failures_in_a_row("a") == 0


def test_batch_is_written_whole_or_not_at_all(connection: sqlite3.Connection) -> None:
    seen = Seen(connection)
    with pytest.raises(KeyboardInterrupt), seen.batch():
        seen.note_success("a", NOW)
        raise KeyboardInterrupt
    assert seen.known_since() == {}


def test_title_of_one_day_is_enough_when_it_is_long(connection: sqlite3.Connection) -> None:
    seen = Seen(connection)
    entry = replace(article(1, published=date(2025, 4, 24)), title="A treaty is signed")
    seen.stamp([entry], NOW)
    assert seen.stamp([replace(entry, id="moved", guid="new")], LATER)[0].first_seen == NOW
    later = When(value=date(2025, 4, 25), raw="", basis="dateline")
    other = replace(entry, id="other", published=later)
    assert seen.stamp([other], LATER)[0].first_seen == LATER
