"""A server whose clock is another than ours: told, and its entries' dates explained by it."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from servers import FEED, Behaviour, Connection, FaultServer, Request, answer

from digest.cli import run
from digest.config.schema import Gather, Newsletter, Settings, Source
from digest.http import Client
from digest.model import SourceReport
from digest.sources import Context, gather
from digest.state.database import open_database
from digest.state.responses import ResponseCache
from digest.state.seen import Seen

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
LIMITS = Gather(connect_timeout_seconds=2.0, idle_timeout_seconds=5.0, deadline_seconds=5.0)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def feed(*moments: datetime) -> bytes:
    items = "".join(
        f"<item><title>Story {number}</title><link>https://times.example/{number}</link>"
        f"<pubDate>{format_datetime(moment)}</pubDate></item>"
        for number, moment in enumerate(moments)
    )
    return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()


def says(when: datetime, body: bytes = FEED, **more: str) -> Behaviour:
    return answer(body, headers={"Date": format_datetime(when, usegmt=True), **more})


def read(url: str, *, named_clock: bool = False) -> SourceReport:
    settings = Settings(gather=LIMITS, newsletter=Newsletter(timezone="UTC"))
    with open_database(None) as connection:
        client = Client(
            LIMITS,
            ResponseCache(connection),
            now=NOW,
            named_clock=named_clock,
            user_agent="digest/test",
        )
        context = Context(
            root=Path(), settings=settings, now=NOW, client=client, seen=Seen(connection)
        )
        try:
            (report,) = gather([Source(url=url, private=True)], context).reports
        finally:
            client.close()
    return report


@pytest.mark.parametrize(
    ("off", "told"),
    [
        (17 * MINUTE, "17 min ahead of ours"),
        (-17 * MINUTE, "17 min behind ours"),
        (3 * 60 * MINUTE, "3 h ahead of ours"),
        (-40 * DAY, "40 days behind ours"),
        (4 * MINUTE, ""),
        (-4 * MINUTE, ""),
        (timedelta(), ""),
    ],
)
def test_clock_more_than_five_minutes_off_is_told(
    server: FaultServer, off: timedelta, told: str
) -> None:
    report = read(server.put("/feed", says(NOW + off)))
    assert report.status == "ok"
    assert report.detail == (f"its server's clock is {told}" if told else "")


def test_entries_that_are_dated_ahead_are_explained_by_it(server: FaultServer) -> None:
    body = feed(NOW + 10 * MINUTE, NOW + 15 * MINUTE, NOW - DAY, NOW + 3 * DAY)
    report = read(server.put("/feed", says(NOW + 17 * MINUTE, body)))
    assert report.detail == (
        "its server's clock is 17 min ahead of ours, by which 2 of its entries are dated ahead"
    )


def test_answer_from_a_cache_is_as_old_as_it_says(server: FaultServer) -> None:
    assert read(server.put("/feed", says(NOW - 60 * MINUTE, Age="3600"))).detail == ""
    late = read(server.put("/other", says(NOW - 60 * MINUTE, Age="1200"))).detail
    assert late == "its server's clock is 40 min behind ours"


def test_ages_are_counted_by_the_server_s_clock(server: FaultServer) -> None:
    body = feed(NOW - 50 * DAY, NOW - 51 * DAY, NOW - 52 * DAY)
    assert read(server.put("/feed", says(NOW, body))).status == "ok"
    report = read(server.put("/ahead", says(NOW + 20 * DAY, body)))
    assert report.status == "stale"
    old = feed(NOW - 70 * DAY, NOW - 71 * DAY, NOW - 72 * DAY)
    assert read(server.put("/old", says(NOW, old))).status == "stale"
    assert read(server.put("/behind", says(NOW - 20 * DAY, old))).status == "ok"


def test_feed_dated_to_the_visit_by_its_server_s_clock_is_doubted(server: FaultServer) -> None:
    theirs = NOW + 30 * DAY
    body = feed(theirs, theirs - MINUTE, theirs + MINUTE)
    assert "to the moment of this visit" in read(server.put("/feed", says(theirs, body))).detail


@pytest.mark.parametrize("header", ["yesterday", "", "Mon, 28 Apr 2025 25:00:00 GMT"])
def test_server_that_tells_no_time_is_believed_to_have_ours(
    server: FaultServer, header: str
) -> None:
    report = read(server.put("/feed", answer(headers={"Date": header})))
    assert (report.status, report.detail) == ("ok", "")


def test_instant_that_was_named_is_no_clock_to_compare_with(server: FaultServer) -> None:
    url = server.put("/feed", says(NOW + 300 * DAY))
    assert read(url, named_clock=True).detail == ""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def an_hour_ahead(request: Request, connection: Connection) -> None:
    theirs = datetime.now(UTC) + 60 * MINUTE
    says(theirs, feed(theirs - 10 * MINUTE, theirs - DAY))(request, connection)


def test_check_gather_and_doctor_tell_it_by_the_machine_s_clock(
    folder: Path, server: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    url = server.put("/feed", an_hour_ahead)
    Path("digest.toml").write_text(
        f'[newsletter]\ntitle = "T"\n[[sources]]\nurl = "{url}"\nprivate = true\n'
    )
    told = "server's clock is 60 min ahead of ours, by which 1 of its entries is dated ahead"
    assert run(["sources", "check"]) == 0
    assert told in " ".join(capsys.readouterr().out.split())
    for command in (["sources", "check", "--json"], ["gather", "--refresh", "--json"]):
        assert run(command) == 0
        (source,) = json.loads(capsys.readouterr().out)["sources"]
        assert told in source["detail"]
    run(["doctor", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert any(told in fact["text"] for fact in found["facts"])
    assert told in found["sources"][0]["detail"]
    assert run(["gather", "--refresh", "--json", "--now", "2025-04-28T07:00Z"]) == 0
    (source,) = json.loads(capsys.readouterr().out)["sources"]
    assert "clock" not in source["detail"]


def test_clock_is_told_of_lists_too(server: FaultServer) -> None:
    sitemap = (
        b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        b'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url>'
        b"<loc>https://a.example/1</loc><n:news><n:title>One</n:title></n:news></url></urlset>"
    )
    report = read(server.put("/map", says(NOW + 17 * MINUTE, sitemap)))
    assert "17 min ahead of ours" in report.detail
    assert dataclasses.asdict(report)["status"] == "ok"
