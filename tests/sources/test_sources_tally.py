"""A gathering that holds no articles says what one that holds them says, and keeps the same."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.config import Settings, Source
from digest.model import Gathered, SourceReport
from digest.sources import Context, gather, tally
from digest.state.database import open_database
from digest.state.seen import Seen

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
HELD, LET_GO = True, False


def write_sources(folder: Path, first: int = 0) -> tuple[Source, ...]:
    """Five files of 30 articles, a third of each also in the file before; the last is broken."""
    for number in range(5):
        start = first + number * 20
        lines = [
            {
                "title": f"Report number {line} of the harbour",
                "url": f"https://x.example/{line}",
                "published": f"2025-04-{10 + number}T09:{line % 60:02}:00Z",
            }
            for line in (*range(start, start + 30), start)
        ]
        text = "\n".join(map(json.dumps, lines))
        (folder / f"{number}.jsonl").write_text("{" if number == 4 else text)
    return tuple(Source(path=f"{number}.jsonl") for number in range(5))


def run(folder: Path, connection: sqlite3.Connection, now: datetime, *, hold: bool) -> Gathered:
    sources = write_sources(folder, first=0 if now == NOW else 7)
    context = Context(root=folder, settings=Settings(), now=now, seen=Seen(connection))
    return gather(sources, context, hold=hold)


def said(gathered: Gathered) -> list[SourceReport]:
    return [replace(report, seconds=0.0) for report in gathered.reports]


def kept(connection: sqlite3.Connection) -> list[object]:
    with closing(connection.cursor()) as cursor:
        return [
            sorted(map(str, cursor.execute(f"SELECT * FROM {table}")))
            for table in ("article", "source")
        ]


@pytest.mark.parametrize("batch", [1, 40, 1_000])
def test_reports_and_database_are_the_same_whether_articles_are_held_or_not(
    batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "_AT_ONCE", batch)
    monkeypatch.chdir(tmp_path)
    later = NOW + timedelta(days=1)
    seen = {}
    for hold in (HELD, LET_GO):
        with open_database(None) as connection:
            runs = [run(tmp_path, connection, now, hold=hold) for now in (NOW, later)]
            seen[hold] = [said(each) for each in runs], kept(connection)
            assert all(bool(each.articles) is hold for each in runs)
            assert runs[0].number == 90
    assert seen[LET_GO] == seen[HELD]
    first, second = seen[HELD][0]
    assert [report.new for report in first] == [31, 31, 31, 31, 0]
    assert sum(report.new or 0 for report in second) < 40
