# ruff: noqa: E501 - documents of others are shown as they are
"""Kinds beside feeds and pages, over a real server: sitemaps, h-feeds, links, bookmarks, lists."""

from __future__ import annotations

import dataclasses
import gzip
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers import FEED, FaultServer, answer, in_turn

from digest.config.schema import Gather, Newsletter, Settings, Source
from digest.http import Client
from digest.model import Gathered, SourceReport
from digest.sources import Context, gather
from digest.state.database import open_database
from digest.state.responses import ResponseCache
from digest.state.seen import Seen

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
LIMITS = Gather(connect_timeout_seconds=2.0, idle_timeout_seconds=5.0, deadline_seconds=5.0)
XML, HTML = "application/xml", "text/html; charset=utf-8"
NEWS = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{}</urlset>"""
ENTRY = """<url><loc>{host}/{name}</loc><news:news><news:publication><news:name>Times</news:name>
<news:language>en</news:language></news:publication><news:publication_date>2025-04-2{day}
</news:publication_date><news:title>{title}</news:title></news:news></url>"""


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with open_database(None) as connection:
        yield connection


class Desk:
    def __init__(self, root: Path, connection: sqlite3.Connection) -> None:
        self.root = root
        self.seen = Seen(connection)
        self.cache = ResponseCache(connection)

    def gather(self, *sources: Source, now: datetime = NOW) -> Gathered:
        settings = Settings(gather=LIMITS, newsletter=Newsletter(timezone="Asia/Seoul"))
        client = Client(LIMITS, self.cache, now=now, user_agent="digest/test", refresh=True)
        context = Context(root=self.root, settings=settings, now=now, client=client, seen=self.seen)
        try:
            return gather(sources, context)
        finally:
            client.close()


@pytest.fixture
def desk(tmp_path: Path, database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path, database)


def at(url: str, kind: str = "auto", **more: object) -> Source:
    return dataclasses.replace(Source(url=url, private=True, kind=kind), **more)  # type: ignore[arg-type]


def only(gathered: Gathered) -> SourceReport:
    (report,) = gathered.reports
    return report


def titles(gathered: Gathered) -> list[str]:
    return [article.title for article in gathered.articles]


def news(server: FaultServer, *names: str, day: int = 4) -> bytes:
    host = server.url("")
    return NEWS.format(
        "".join(ENTRY.format(host=host, name=name, title=f"On {name}", day=day) for name in names)
    ).encode()


def index(*addresses: str) -> bytes:
    entries = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in addresses)
    return f"<sitemapindex>{entries}</sitemapindex>".encode()


class TestSitemaps:
    def test_news_sitemap_is_known_and_read(self, server: FaultServer, desk: Desk) -> None:
        url = server.put("/news.xml", answer(news(server, "treaty", "ferry"), content_type=XML))
        gathered = desk.gather(at(url))
        assert titles(gathered) == ["On treaty", "On ferry"]
        treaty = gathered.articles[0]
        assert treaty.published is not None and treaty.published.basis == "sitemap:news"
        assert (treaty.source.name, treaty.language) == ("Times", "en")
        assert treaty.input == f"{url}#{server.url('/treaty')}"
        assert only(gathered).status == "ok"

    def test_index_is_followed_packed_sitemaps_too(self, server: FaultServer, desk: Desk) -> None:
        packed = gzip.compress(news(server, "ferry"))
        one = server.put("/one.xml", answer(news(server, "treaty"), content_type=XML))
        two = server.put("/two.xml.gz", answer(packed, content_type="application/gzip"))
        deep = server.put("/deep.xml", answer(index(two), content_type=XML))
        gathered = desk.gather(at(server.put("/sitemap.xml", answer(index(one, deep)))))
        assert sorted(titles(gathered)) == ["On ferry", "On treaty"]
        assert "3 sitemaps of its index read" in only(gathered).detail

    def test_index_in_a_circle_or_without_end_comes_to_an_end(
        self, server: FaultServer, desk: Desk
    ) -> None:
        addresses = [server.url(f"/part{number}.xml") for number in range(60)]
        for number, address in enumerate(addresses):
            further = index(server.url("/sitemap.xml"), address, server.url(f"/deep{number}.xml"))
            server.put(f"/part{number}.xml", answer(further, content_type=XML))
            server.put(f"/deep{number}.xml", answer(index(server.url("/deeper.xml"))))
        url = server.put("/sitemap.xml", answer(index(*addresses), content_type=XML))
        gathered = desk.gather(at(url))
        assert only(gathered).status == "empty"
        assert len(server.requests) == 1 + 20
        assert len(server.asked("/sitemap.xml")) == 1 and not server.asked("/deeper.xml")

    def test_sitemaps_on_other_sites_are_not_asked_for(
        self, server: FaultServer, desk: Desk
    ) -> None:
        one = server.put("/one.xml", answer(news(server, "treaty"), content_type=XML))
        foreign = "http://169.254.169.254/latest/sitemap.xml"
        gathered = desk.gather(at(server.put("/sitemap.xml", answer(index(foreign, one)))))
        assert titles(gathered) == ["On treaty"]
        assert "1 not asked for" in only(gathered).detail

    def test_sitemap_that_fails_costs_no_other(self, server: FaultServer, desk: Desk) -> None:
        one = server.put("/one.xml", answer(news(server, "treaty"), content_type=XML))
        gathered = desk.gather(
            at(server.put("/sitemap.xml", answer(index(server.url("/gone.xml"), one))))
        )
        assert titles(gathered) == ["On treaty"]
        assert only(gathered).status == "ok" and "1 failed" in only(gathered).detail

    def test_pages_without_a_title_are_counted_and_completed_only_if_asked(
        self, server: FaultServer, desk: Desk
    ) -> None:
        page = b"""<html lang="en"><head><title>A treaty is signed | Times</title>
        <meta property="og:title" content="A treaty is signed">
        <meta property="article:published_time" content="2025-04-24T09:10:00+09:00"></head>
        <body><h1>A treaty is signed</h1><p>Words of the article, more than a few.</p></body>"""
        treaty = server.put("/treaty", answer(page, content_type=HTML))
        plain = f"<urlset><url><loc>{treaty}</loc><lastmod>2025-04-26</lastmod></url></urlset>"
        url = server.put("/sitemap.xml", answer(plain.encode(), content_type=XML))
        left_out = desk.gather(at(url))
        assert titles(left_out) == [] and not server.asked("/treaty")
        assert "1 pages without a title left out" in only(left_out).detail
        article = desk.gather(at(url, complete=True)).articles[0]
        assert article.title == "A treaty is signed"
        assert article.published is not None and article.updated is not None
        assert article.published.isoformat() == "2025-04-24T09:10:00+09:00"
        assert article.updated.basis == "sitemap:lastmod"

    def test_page_of_two_sitemaps_is_one_article_with_its_title(
        self, server: FaultServer, desk: Desk
    ) -> None:
        plain = f"<urlset><url><loc>{server.url('/treaty')}</loc></url></urlset>".encode()
        one = server.put("/pages.xml", answer(plain, content_type=XML))
        two = server.put("/news.xml", answer(news(server, "treaty"), content_type=XML))
        gathered = desk.gather(at(server.put("/sitemap.xml", answer(index(one, two)))))
        assert [(article.title, article.url) for article in gathered.articles] == [
            ("On treaty", server.url("/treaty"))
        ]

    def test_sitemap_file_may_be_packed(self, server: FaultServer, desk: Desk) -> None:
        (desk.root / "news.xml.gz").write_bytes(gzip.compress(news(server, "treaty")))
        assert titles(desk.gather(Source(path="news.xml.gz"))) == ["On treaty"]

    def test_kind_that_is_promised_is_insisted_on(self, server: FaultServer, desk: Desk) -> None:
        report = only(desk.gather(at(server.put("/feed", answer(FEED)), "sitemap")))
        assert report.status == "not-a-feed" and "not a sitemap" in report.detail


class TestPagesThatAreLists:
    def test_h_feed_gives_its_entries(self, server: FaultServer, desk: Desk) -> None:
        page = b"""<div class="h-feed"><h1 class="p-name">Kim's notes</h1>
        <article class="h-entry"><a class="p-name u-url" href="/treaty">A treaty</a>
        <time class="dt-published" datetime="2025-04-24"></time></article>
        <article class="h-entry"><a class="p-name u-url" href="/ferry">A ferry</a></article></div>"""
        gathered = desk.gather(at(server.put("/", answer(page, content_type=HTML)), "h-feed"))
        treaty, ferry = gathered.articles
        assert (treaty.title, treaty.url) == ("A treaty", server.url("/treaty"))
        assert treaty.published is not None and treaty.published.basis == "h-feed:published"
        assert treaty.source.name == "Kim's notes"
        assert ferry.published is None and "date" in ferry.problems[0]

    def test_links_give_an_article_each(self, server: FaultServer, desk: Desk) -> None:
        page = b"""<nav><a href="/a-page-of-the-menu">A page of the menu here</a></nav><ul>
        <li><a href="/treaty?utm_source=list">A treaty is signed</a> 24 April 2025</li>
        <li><a href="https://other.example/">The other newspaper's page</a></li>
        <li><a href="https://other.example/ferry">A ferry runs again</a></li></ul>"""
        url = server.put("/list", answer(page, content_type=HTML))
        gathered = desk.gather(at(url, "links"))
        assert [(article.title, article.url) for article in gathered.articles] == [
            ("A treaty is signed", server.url("/treaty")),
            ("A ferry runs again", "https://other.example/ferry"),
        ]
        assert gathered.articles[1].source.name == "other.example"
        chosen = desk.gather(at(url, "links", selector="li:nth-child(3)"))
        assert titles(chosen) == ["A ferry runs again"]

    def test_links_are_completed_from_their_pages_where_asked(
        self, server: FaultServer, desk: Desk
    ) -> None:
        page = b"""<html lang="en"><head><title>A treaty is signed</title>
        <meta name="description" content="Six years on, both sides meet in the harbour.">
        <meta property="article:published_time" content="2025-04-24T09:10:00+09:00"></head>
        <body><h1>A treaty is signed</h1><p>Words of the article, more than a few.</p></body>"""
        server.put("/treaty", answer(page, content_type=HTML))
        listing = b'<ul><li><a href="/treaty">A treaty is signed</a></ul>'
        url = server.put("/list", answer(listing, content_type=HTML))
        (article,) = desk.gather(at(url, "links", complete=True)).articles
        assert article.summary == "Six years on, both sides meet in the harbour."
        assert article.published is not None
        assert article.published.isoformat() == "2025-04-24T09:10:00+09:00"

    def test_links_in_a_file_are_read_too(self, desk: Desk) -> None:
        (desk.root / "list.html").write_text(
            '<ul><li><a href="https://times.example/a">A treaty is signed</a></ul>'
        )
        assert titles(desk.gather(Source(path="list.html", kind="links"))) == ["A treaty is signed"]


class TestBookmarks:
    CSV = (
        "title,url,time_added,tags,status\nA treaty,https://times.example/treaty,1745453400,x,\n"
        "A ferry,https://times.example/ferry,1990000000,,\n"
    )

    def test_bookmark_was_first_seen_when_it_was_kept(self, desk: Desk) -> None:
        (desk.root / "part_000000.csv").write_text(self.CSV)
        treaty, ferry = desk.gather(Source(path="part_000000.csv")).articles
        assert treaty.published is None
        assert treaty.first_seen == datetime.fromtimestamp(1745453400, UTC)
        assert treaty.problems == ("states no date of publication; bookmarked on 2025-04-24",)
        assert ferry.first_seen == NOW, "a clock that is ahead is not believed"

    def test_first_sight_stays_when_a_feed_brings_the_page_before(
        self, server: FaultServer, desk: Desk
    ) -> None:
        feed = at(server.put("/feed", answer(FEED)))
        early = datetime(2025, 4, 20, tzinfo=UTC)
        desk.gather(feed, now=early)
        (desk.root / "kept.csv").write_text(self.CSV)
        gathered = desk.gather(Source(path="kept.csv"))
        assert gathered.articles[0].first_seen == early

    def test_folder_of_articles_does_not_take_tables_for_bookmarks(self, desk: Desk) -> None:
        (desk.root / "articles").mkdir()
        (desk.root / "articles" / "people.csv").write_text("name,url,created\nKim,x,2025\n")
        assert desk.gather(Source(path="articles")).articles == ()


class TestLists:
    def test_lists_that_list_each_other_come_to_an_end(
        self, server: FaultServer, desk: Desk
    ) -> None:
        feed = server.put("/feed.xml", answer(FEED))
        listing = '<opml><body><outline type="include" url="{}"/>{}</body></opml>'
        own = f'<outline text="Times" xmlUrl="{feed}"/>'
        # Lists that a list names may not be on this machine: a private one is the user's alone.
        (desk.root / "one.opml").write_text(listing.format(server.url("/two.opml"), own))
        two = listing.format(server.url("/three.opml"), own).encode()
        server.put("/two.opml", answer(two, content_type="text/x-opml"))
        gathered = desk.gather(Source(path="one.opml", private=True))
        assert titles(gathered) == ["A treaty", "A ferry"]
        assert len(server.asked("/two.opml")) == 1 and len(server.asked("/feed.xml")) == 1
        assert [report.status for report in gathered.reports] == ["ok", "ok", "blocked", "ok"]

    def test_remote_list_is_asked_for_again_and_follows_its_changes(
        self, server: FaultServer, desk: Desk
    ) -> None:
        one, two = (f"https://{name}.invalid/f" for name in ("one", "two"))
        lists = [
            answer(
                f'<opml><body><outline xmlUrl="{url}"/></body></opml>'.encode(), content_type=XML
            )
            for url in (one, two)
        ]
        source = at(server.put("/list", in_turn(*lists)))
        assert [report.url for report in desk.gather(source).reports][1:] == [one]
        assert [report.url for report in desk.gather(source).reports][1:] == [two]
