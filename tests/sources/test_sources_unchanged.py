"""A feed that has not changed is not read again, and nobody can tell: the same reports, the same
database, the same issue."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers import FaultServer, answer

from digest.config.schema import Gather, Newsletter, Settings, Source
from digest.http import Client
from digest.model import SourceReport
from digest.sources import Context, gather
from digest.state.database import open_database
from digest.state.inventories import Inventories
from digest.state.responses import ResponseCache
from digest.state.seen import Seen
from digest.state.upkeep import sweep
from digest.state.visits import Visits

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
QUICK = Gather(connect_timeout_seconds=5.0, idle_timeout_seconds=5.0, deadline_seconds=10.0)

# title, link, guid, date: alike, undated, of a day, moved, under one page or one guid.
ENTRIES = (
    ("Report one of the harbour", "https://p.example/1", "1", "Thu, 24 Apr 2025 09:10:00 GMT"),
    ("Report two of the harbour", "https://p.example/2", "2", "Fri, 25 Apr 2025 09:10:00 +0900"),
    ("Report two of the harbour", "https://q.example/2", "22", "Fri, 25 Apr 2025 09:10:00 +0900"),
    ("Once more", "https://p.example/2/", "2", "Sat, 26 Apr 2025 09:10:00 GMT"),
    ("A day alone", "https://p.example/3", "3", "2025-04-27"),
    ("Undated as ever", "https://p.example/4", "", ""),
    ("", "", "note:5", "Sun, 27 Apr 2025 19:10:00 GMT"),
    ("Of next week", "https://p.example/6", "6", "Fri, 02 May 2025 09:10:00 GMT"),
    ("Of last year", "https://p.example/7", "7", "Wed, 24 Apr 2024 09:10:00 GMT"),
)
HEADS = ("", "<ttl>90</ttl>", "<skipHours><hour>7</hour><hour>8</hour></skipHours>")


@dataclass(frozen=True)
class Step:
    """One run: how much later it is, what each feed holds then (None for what it held before),
    and how it is served."""

    days: float
    held: tuple[tuple[int, ...] | None, ...]
    validators: bool
    refresh: bool
    gc: bool


HELD = st.sampled_from(
    [None, None, None, None, (0, 1), (0, 1, 2, 3), (4, 5, 6), (7, 8), (), tuple(range(9))]
)
STEPS = st.lists(
    st.builds(
        Step,
        days=st.sampled_from([0, 1 / 24, 1, 7, 31, 70, -2]),
        held=st.tuples(HELD, HELD),
        validators=st.booleans(),
        refresh=st.booleans(),
        gc=st.sampled_from([False, False, False, True]),
    ),
    min_size=2,
    max_size=4,
)


def rss(numbers: tuple[int, ...], head: str) -> bytes:
    items = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{guid}</guid>"
        f"<pubDate>{date}</pubDate></item>"
        for title, link, guid, date in (ENTRIES[number] for number in numbers)
    )
    return f"<rss version='2.0'><channel><title>P</title>{head}{items}</channel></rss>".encode()


class Runs:
    """A database and the runs over it, one after another, with the shortcut or without."""

    def __init__(self, connection: sqlite3.Connection, *, shortcut: bool) -> None:
        self._connection = connection
        self._inventories = Inventories(connection) if shortcut else None

    def gather(
        self, sources: list[Source], now: datetime, *, refresh: bool = False
    ) -> list[SourceReport]:
        client = Client(
            QUICK,
            ResponseCache(self._connection),
            visits=Visits(self._connection),
            refresh=refresh,
            now=now,
            user_agent="digest/test",
        )
        context = Context(
            root=Path(),
            settings=Settings(gather=QUICK, newsletter=Newsletter(timezone="Asia/Seoul")),
            now=now,
            client=client,
            seen=Seen(self._connection),
            inventories=self._inventories,
            lean=True,
        )
        try:
            gathered = gather(sources, context, hold=False)
        finally:
            client.close()
        return [replace(report, seconds=0.0) for report in gathered.reports]

    def read_at(self) -> list[str]:
        """When the feeds were last read whole."""
        return [at for (at,) in self._connection.execute("SELECT entered_at FROM inventory")]

    def sweep(self, sources: list[Source], now: datetime) -> None:
        sweep(
            self._connection,
            now=now,
            addresses={source.url for source in sources},
            labels={source.label for source in sources},
            keep=timedelta(days=60),
        )

    def rows(self) -> dict[str, list[str]]:
        """All that is kept, but the inventories themselves and how long visits took."""
        tables = self._connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'inventory'"
        )
        rows = {}
        for (table,) in tables.fetchall():
            cursor = self._connection.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in cursor.description]
            rows[table] = sorted(
                str([value for name, value in zip(names, row, strict=True) if name != "seconds"])
                for row in cursor
            )
        return rows


@pytest.fixture(scope="module")
def feeds() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


def follow(
    server: FaultServer, steps: list[Step], heads: tuple[str, str], *, shortcut: bool
) -> list[object]:
    """All that was said and kept, run by run."""
    told: list[object] = []
    holds = [(0, 1), (4, 5, 6)]
    with open_database(None) as connection:
        runs = Runs(connection, shortcut=shortcut)
        now = NOW
        for step in steps:
            now += timedelta(days=step.days)
            sources = []
            for number, changed in enumerate(step.held):
                holds[number] = held = holds[number] if changed is None else changed
                # Of an article that two feeds give, the one that answers first is noted.
                body = rss(held, heads[number]).replace(b".example", b".%d.example" % number)
                tag = f'"{hash(body)}"' if step.validators else None
                url = server.put(f"/{number}", answer(body, etag=tag))
                sources.append(Source(url=url, private=True, kind="auto" if number else "feed"))
            told.append(runs.gather(sources, now, refresh=step.refresh))
            if step.gc:
                runs.sweep(sources, now)
            told.append(runs.rows())
    return told


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS, st.tuples(st.sampled_from(HEADS), st.sampled_from(HEADS)))
def test_reports_and_database_are_the_same_as_if_every_feed_were_read_again(
    feeds: FaultServer, steps: list[Step], heads: tuple[str, str]
) -> None:
    with_it, without = (follow(feeds, steps, heads, shortcut=way) for way in (True, False))
    assert with_it == without


class TestOneFeed:
    """What makes a feed be read again."""

    @pytest.fixture
    def source(self, server: FaultServer) -> Source:
        return Source(url=server.put("/feed", answer(rss((0, 1), ""), etag='"1"')), private=True)

    def test_unchanged_it_is_read_once(self, source: Source) -> None:
        with open_database(None) as connection:
            runs = Runs(connection, shortcut=True)
            for day in range(4):
                (report,) = runs.gather([source], NOW + timedelta(days=day))
                assert (report.status, report.articles) == ("ok" if not day else "unchanged", 2)
                assert runs.read_at() == ["2025-04-28T07:00:00Z"]

    def test_of_one_that_has_changed_the_new_is_told(
        self, source: Source, server: FaultServer
    ) -> None:
        with open_database(None) as connection:
            runs = Runs(connection, shortcut=True)
            runs.gather([source], NOW)
            server.put("/feed", answer(rss((0, 1, 4), ""), etag='"2"'))
            (report,) = runs.gather([source], NOW + timedelta(days=1))
        assert (report.status, report.articles, report.new) == ("ok", 3, 1)

    def test_under_another_name_in_another_zone_or_of_another_kind_it_is_read_again(
        self, source: Source
    ) -> None:
        with open_database(None) as connection:
            runs = Runs(connection, shortcut=True)
            for day, changed in enumerate(
                (source, replace(source, name="Else"), replace(source, kind="feed"))
            ):
                runs.gather([changed], NOW + timedelta(days=day))
                assert runs.read_at() == [f"2025-04-{28 + day}T07:00:00Z"]

    def test_what_was_kept_but_never_entered_is_read(self, source: Source) -> None:
        # As after a crash between the two, and after a compose: its answer is there, no more.
        with open_database(None) as connection:
            runs = Runs(connection, shortcut=True)
            runs.gather([source], NOW)
            for table in ("article", "entry", "inventory"):
                connection.execute(f"DELETE FROM {table}")
            (report,) = runs.gather([source], NOW + timedelta(days=1))
        assert (report.status, report.new) == ("unchanged", 2)

    def test_articles_that_gc_forgot_are_entered_again(self, source: Source) -> None:
        with open_database(None) as connection:
            runs = Runs(connection, shortcut=True)
            runs.gather([source], NOW)
            runs.gather([source], NOW + timedelta(days=29))
            runs.sweep([], NOW + timedelta(days=90))
            assert runs.rows()["article"] == []
            (report,) = runs.gather([source], NOW + timedelta(days=29))
        assert report.new == 2

    def test_after_a_month_it_is_read_for_the_database_notes_that_it_still_offers(
        self, source: Source
    ) -> None:
        with open_database(None) as connection:
            runs = Runs(connection, shortcut=True)
            for day in (0, 29, 31, 32):
                runs.gather([source], NOW + timedelta(days=day))
            (offered,) = connection.execute("SELECT DISTINCT offered_at FROM article").fetchall()
            assert offered == ("2025-05-29T07:00:00Z",)
            assert runs.read_at() == ["2025-05-29T07:00:00Z"]

    def test_a_damaged_body_is_asked_for_anew(self, source: Source, server: FaultServer) -> None:
        with open_database(None) as connection:
            runs = Runs(connection, shortcut=True)
            runs.gather([source], NOW)
            connection.execute("UPDATE response SET body = zeroblob(length(body))")
            (report,) = runs.gather([source], NOW + timedelta(days=1))
            assert (report.status, report.articles) == ("ok", 2)
            assert "if-none-match" not in server.asked("/feed")[-1].headers
            (report,) = runs.gather([source], NOW + timedelta(days=2))
            assert report.status == "unchanged"
