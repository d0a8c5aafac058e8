"""What entries of a feed lack, read from their pages: asked for, polite, bounded."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import FaultServer, answer

from digest.articles.truncated import continue_summary, is_whole, truncated_stem
from digest.config.schema import Gather, Newsletter, Settings, Source
from digest.http import Client
from digest.model import Article
from digest.sources import Context, gather
from digest.state.database import open_database
from digest.state.responses import ResponseCache

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
ITEM = "<item><title>{title}</title><link>{url}</link>{more}</item>"
FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>
<title>Example Times</title><link>{home}</link>{items}</channel></rss>"""
PAGE = """<!doctype html><html lang="en"><head><title>The ferry returns</title>
<meta name="description" content="{summary}">
<meta property="article:published_time" content="2025-04-24T09:10:00+09:00"></head>
<body><article><h1>The ferry returns</h1>
<p>The ferry of Lesk came back on Thursday, after nine years in which nobody crossed the strait.
It was full.</p><p>{text}</p></article></body></html>"""
DATE = "<pubDate>Thu, 24 Apr 2025 08:00:00 +0900</pubDate>"
TEXT = "The harbour council had voted for it in the winter, and the old crew was asked again. " * 4


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with open_database(None) as opened:
        yield opened


def read(
    server: FaultServer,
    connection: sqlite3.Connection,
    tmp_path: Path,
    items: list[str],
    *,
    complete: bool = True,
    explain: bool = False,
) -> tuple[Article, ...]:
    home = server.put("/", answer(b"home"))
    feed = FEED.format(home=home, items="".join(items)).encode()
    url = server.put("/feed.xml", answer(feed))
    limits = Gather(deadline_seconds=5.0)
    client = Client(limits, ResponseCache(connection), now=NOW, user_agent="digest/test")
    context = Context(
        root=tmp_path,
        settings=Settings(gather=limits, newsletter=Newsletter(timezone="Asia/Seoul")),
        now=NOW,
        client=client,
        explain=explain,
    )
    try:
        return gather([Source(url=url, private=True, complete=complete)], context).articles
    finally:
        client.close()


def page(server: FaultServer, path: str = "/ferry", *, summary: str = "") -> str:
    body = PAGE.format(summary=summary, text=TEXT).encode()
    return server.put(path, answer(body, content_type="text/html; charset=utf-8"))


def asked(server: FaultServer) -> list[str]:
    unnamed = ("/feed.xml", "/robots.txt")
    return [request.path for request in server.requests if request.path not in unnamed]


def test_nothing_is_asked_of_pages_unless_the_source_says_so(
    server: FaultServer, connection: sqlite3.Connection, tmp_path: Path
) -> None:
    item = ITEM.format(title="The ferry returns", url=page(server), more="")
    (article,) = read(server, connection, tmp_path, [item], complete=False)
    assert article.published is None
    assert article.summary == ""
    assert asked(server) == []


def test_missing_date_and_summary_come_from_the_page_with_its_basis(
    server: FaultServer, connection: sqlite3.Connection, tmp_path: Path
) -> None:
    url = page(server, summary="Nine years were enough.")
    item = ITEM.format(title="The ferry returns", url=url, more="")
    (article,) = read(server, connection, tmp_path, [item])
    assert article.published is not None
    assert article.published.isoformat() == "2025-04-24T09:10:00+09:00"
    assert article.published.basis == "meta:article:published_time"
    assert article.summary == "Nine years were enough."
    assert not any("date" in problem for problem in article.problems)


def test_a_cut_summary_goes_on_to_a_sentence_end_and_the_feeds_date_stays(
    server: FaultServer, connection: sqlite3.Connection, tmp_path: Path
) -> None:
    cut = "<description>The ferry of Lesk came back on Thursday, after nine […]</description>"
    item = ITEM.format(title="The ferry returns", url=page(server), more=DATE + cut)
    (article,) = read(server, connection, tmp_path, [item])
    assert article.summary.startswith("The ferry of Lesk came back on Thursday, after nine years")
    assert article.summary.endswith("It was full.")
    assert article.published is not None
    assert article.published.basis == "feed:published"


def test_a_page_is_asked_for_once_and_whole_entries_never(
    server: FaultServer, connection: sqlite3.Connection, tmp_path: Path
) -> None:
    whole = DATE + "<description>It came back on Thursday.</description>"
    items = [
        ITEM.format(title="The ferry returns", url=page(server), more=""),
        ITEM.format(title="Whole", url=page(server, "/whole"), more=whole),
    ]
    first = read(server, connection, tmp_path, items)
    again = read(server, connection, tmp_path, items)
    assert asked(server) == ["/ferry"]
    assert first == again


def test_thirty_pages_at_most_and_the_newest_of_the_dated_ones(
    server: FaultServer, connection: sqlite3.Connection, tmp_path: Path
) -> None:
    items = []
    for number in range(40):
        month = "Mar" if number < 28 else "Apr"
        date = f"<pubDate>{1 + number % 28} {month} 2025 08:00 GMT</pubDate>"
        items.append(
            ITEM.format(title=f"Story {number}", url=page(server, f"/{number}"), more=date)
        )
    assert len(read(server, connection, tmp_path, items)) == 40
    assert len(asked(server)) == 30
    assert {f"/{number}" for number in range(28, 40)} <= set(asked(server))


def test_a_page_that_cannot_be_read_is_noted_and_three_failures_are_enough(
    server: FaultServer, connection: sqlite3.Connection, tmp_path: Path
) -> None:
    items = []
    for number in range(6):
        url = server.put(f"/gone/{number}", answer(b"gone", status=404, content_type="text/html"))
        items.append(ITEM.format(title=f"Story {number}", url=url, more=""))
    articles = read(server, connection, tmp_path, items)
    assert len(asked(server)) == 3
    told = [
        problem for article in articles for problem in article.problems if "completed" in problem
    ]
    assert len(told) == 3
    assert all(article.published is None and article.summary == "" for article in articles)


def test_a_page_that_robots_txt_forbids_is_left_alone_and_the_feed_is_not(
    server: FaultServer, connection: sqlite3.Connection, tmp_path: Path
) -> None:
    rules = b"User-agent: *\nDisallow: /feed.xml\nDisallow: /private"
    server.put("/robots.txt", answer(rules, content_type="text/plain"))
    items = [
        ITEM.format(title="The ferry returns", url=page(server), more=""),
        ITEM.format(title="Not yours", url=page(server, "/private/1"), more=""),
    ]
    first, second = read(server, connection, tmp_path, items)
    assert first.published is not None and second.published is None
    assert any("robots.txt asks programs to leave it alone" in each for each in second.problems)
    assert asked(server) == ["/ferry"]
    assert len(server.asked("/robots.txt")) == 1
    assert len(server.asked("/feed.xml")) == 1


def test_robots_txt_is_not_asked_for_what_the_user_listed(
    server: FaultServer, connection: sqlite3.Connection, tmp_path: Path
) -> None:
    server.put("/robots.txt", answer(b"User-agent: *\nDisallow: /"))
    item = ITEM.format(title="The ferry returns", url=page(server), more="")
    assert len(read(server, connection, tmp_path, [item], complete=False)) == 1
    assert server.asked("/robots.txt") == []


def test_a_consent_wall_completes_nothing(
    server: FaultServer, connection: sqlite3.Connection, tmp_path: Path
) -> None:
    wall = (
        b"<!doctype html><html><head><title>Before you continue</title>"
        b'<meta name="description" content="We value your privacy."></head>'
        b"<body><h1>Before you continue</h1><p>We value your privacy.</p></body></html>"
    )
    url = server.put("/wall", answer(wall, content_type="text/html"))
    item = ITEM.format(title="The ferry returns", url=url, more=DATE)
    (article,) = read(server, connection, tmp_path, [item])
    assert article.summary == ""
    assert any("completed" in problem for problem in article.problems)


@pytest.mark.parametrize(
    ("summary", "stem"),
    [
        ("The ferry came back to the […]", "The ferry came back to the"),
        ("The ferry came back to the [...]", "The ferry came back to the"),
        ("The ferry came back to…", "The ferry came back to"),
        ("The ferry came back... Read more", "The ferry came back"),
        ("The ferry came Continue reading “The Ferry Returns” →", "The ferry came"),
        ("Die Fähre kam […] Weiterlesen", "Die Fähre kam"),
        ("Le ferry est revenu… Lire la suite »", "Le ferry est revenu"),
        ("El barco volvió… Leer más", "El barco volvió"),
        ("O barco voltou… Leia mais", "O barco voltou"),
        ("Il traghetto è tornato… Leggi tutto", "Il traghetto è tornato"),
        ("De veerboot kwam terug… Lees meer", "De veerboot kwam terug"),
        ("Паром вернулся… Читать далее", "Паром вернулся"),
        ("여객선이 돌아왔다… 더 보기", "여객선이 돌아왔다"),
        ("フェリーが戻った… 続きを読む", "フェリーが戻った"),
        ("渡轮回来了…… 阅读全文", "渡轮回来了"),
        ("عادت العبّارة… اقرأ المزيد", "عادت العبّارة"),
        ("A whole sentence. Read more", "A whole sentence."),
        ("A whole sentence.", None),
        ("Read more books, says the mayor.", None),
        ("", None),
    ],
)
def test_a_cut_is_known_by_its_end_in_twelve_languages(summary: str, stem: str | None) -> None:
    assert truncated_stem(summary) == stem
    if stem == "A whole sentence.":
        assert is_whole(stem)


@given(st.text(max_size=60), st.text(max_size=200))
def test_nothing_is_made_up_when_a_summary_is_continued(stem: str, text: str) -> None:
    whole = continue_summary(stem, summary="", text=text)
    assert whole in text


def test_hostile_tails_are_read_in_no_time() -> None:
    for piece in ("read more ", "… ", "[", "...", "weiterlesen(", " \u00a0"):
        truncated_stem(piece * 200_000)


def test_what_a_page_took_the_place_of_is_shown_as_having_lost(
    server: FaultServer, connection: sqlite3.Connection, tmp_path: Path
) -> None:
    cut = "<description>The ferry of Lesk came back on Thursday, after nine […]</description>"
    item = ITEM.format(title="The ferry returns", url=page(server), more=DATE + cut)
    (article,) = read(server, connection, tmp_path, [item], explain=True)
    said = [(one.won, one.basis) for one in article.candidates if one.fact == "summary"]
    assert said == [(True, "page"), (False, "feed:description")]
    assert article.summary.startswith("The ferry of Lesk came back on Thursday, after nine years")
