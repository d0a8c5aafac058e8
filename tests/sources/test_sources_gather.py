"""From sources to articles and reports, over real files and a real server."""

from __future__ import annotations

import dataclasses
import io
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from servers import (
    FEED,
    PAGE,
    FaultServer,
    after,
    answer,
    bomb,
    drip,
    in_turn,
    redirect,
    together,
    truncated,
)

from digest import feeds
from digest.config.schema import Gather, Newsletter, Settings, Source
from digest.http import Client
from digest.model import Gathered, ListedSource, SourceReport
from digest.sources import Context, gather, source_from_argument
from digest.state.database import open_database
from digest.state.responses import ResponseCache
from digest.state.seen import Seen

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
QUICK = Gather(connect_timeout_seconds=2.0, idle_timeout_seconds=5.0, deadline_seconds=5.0)
LINE = {"title": "A line", "url": "https://lines.example/1", "published": "2025-04-24"}


class Desk:
    """A workspace folder with its database; each gather is a run of its own."""

    def __init__(self, root: Path, connection: sqlite3.Connection) -> None:
        self.root = root
        self.cache = ResponseCache(connection)
        self.seen = Seen(connection)
        self.now = NOW
        self.limits = QUICK

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def gather(
        self,
        *sources: Source,
        offline: bool = False,
        stdin: bytes | None = None,
        progress: Callable[[SourceReport], None] | None = None,
    ) -> Gathered:
        settings = Settings(gather=self.limits, newsletter=Newsletter(timezone="Asia/Seoul"))
        client = Client(
            self.limits, self.cache, offline=offline, now=self.now, user_agent="digest/test"
        )
        context = Context(
            root=self.root,
            settings=settings,
            now=self.now,
            offline=offline,
            client=client,
            seen=self.seen,
            stdin=None if stdin is None else io.BytesIO(stdin),
        )
        try:
            return gather(sources, context, progress)
        finally:
            client.close()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    root = tmp_path / "newsletter"
    root.mkdir()
    monkeypatch.chdir(root)
    with open_database(None) as connection:
        yield Desk(root, connection)


def at(url: str, **more: object) -> Source:
    return dataclasses.replace(Source(url=url, private=True), **more)  # type: ignore[arg-type]


def only(gathered: Gathered) -> SourceReport:
    (report,) = gathered.reports
    return report


def titles(gathered: Gathered) -> list[str]:
    return [article.title for article in gathered.articles]


class TestFeeds:
    def test_feed_becomes_articles_with_their_provenance(
        self, server: FaultServer, desk: Desk
    ) -> None:
        url = server.put("/feed", answer())
        gathered = desk.gather(at(url, language="en"))
        assert titles(gathered) == ["A treaty", "A ferry"]
        first = gathered.articles[0]
        assert first.url == "https://times.example/treaty"
        assert first.summary == "Six years on."
        assert first.published is not None
        assert first.published.isoformat() == "2025-04-24T09:10:00+09:00"
        assert first.source.name == "Example Times"
        assert first.via == url and first.input == f"{url}#1"
        assert first.language == "en" and first.first_seen == NOW
        report = only(gathered)
        assert (report.name, report.url, report.status, report.articles) == (url, url, "ok", 2)
        assert report.http_status == 200 and report.bytes_received == len(FEED)

    def test_second_run_is_conditional_and_gives_the_same_articles(
        self, server: FaultServer, desk: Desk
    ) -> None:
        url = server.put("/feed", answer(etag='"1"'))
        first = desk.gather(at(url))
        desk.now = NOW + timedelta(days=7)
        second = desk.gather(at(url))
        assert second.articles == first.articles
        assert only(second).status == "unchanged" and only(second).http_status == 304

    def test_page_of_excuses_is_no_feed_and_does_not_silence_the_next_run(
        self, server: FaultServer, desk: Desk
    ) -> None:
        page = answer(PAGE, content_type="text/html", etag='"1"')
        url = server.put("/feed.xml", in_turn(page, answer(etag='"1"')))
        for source in (at(url), at(url, kind="feed")):
            server.put("/feed.xml", page)
            gathered = desk.gather(source)
            assert gathered.articles == ()
            assert only(gathered).status == "not-a-feed"
            assert '"Page not available"' in only(gathered).detail
            assert server.url("/real-feed.xml") in only(gathered).detail
        server.put("/feed.xml", answer(etag='"1"'))
        assert titles(desk.gather(at(url))) == ["A treaty", "A ferry"]

    @pytest.mark.parametrize("body", [b"", b" ", b"{}", b'{"error": "no"}', b"<xml/>", b"plain"])
    def test_what_is_no_feed_is_an_error_not_an_empty_feed(
        self, server: FaultServer, desk: Desk, body: bytes
    ) -> None:
        report = only(desk.gather(at(server.put("/feed", answer(body)))))
        assert report.status == "not-a-feed" and report.detail

    def test_feed_without_entries_is_empty(self, server: FaultServer, desk: Desk) -> None:
        body = b"<rss version='2.0'><channel><title>T</title></channel></rss>"
        assert only(desk.gather(at(server.put("/feed", answer(body))))).status == "empty"

    def test_moved_feed_is_read_at_its_new_address_and_keeps_its_identity(
        self, server: FaultServer, desk: Desk
    ) -> None:
        server.put("/new", answer())
        url = server.put("/old", redirect("/new", status=301))
        gathered = desk.gather(at(url))
        report = only(gathered)
        assert report.status == "redirected" and report.articles == 2
        assert f"moved for good to {server.url('/new')}" in report.detail
        assert {article.via for article in gathered.articles} == {url}

    @pytest.mark.parametrize(
        ("code", "status"), [(404, "failed"), (410, "gone"), (403, "blocked"), (429, "blocked")]
    )
    def test_refusals_have_their_own_words(
        self, server: FaultServer, desk: Desk, code: int, status: str
    ) -> None:
        url = server.put("/feed", answer(b"", status=code, headers={"Retry-After": "60"}))
        report = only(desk.gather(at(url)))
        assert (report.status, report.http_status) == (status, code)
        assert report.detail.startswith(f"answered {code} ")
        assert (report.retry_at == NOW + timedelta(seconds=60)) is (code == 429)

    def test_loopback_is_refused_unless_the_source_says_private(
        self, server: FaultServer, desk: Desk
    ) -> None:
        report = only(desk.gather(Source(url=server.put("/feed", answer()))))
        assert report.status == "blocked" and "`private = true`" in report.detail
        assert server.requests == []

    def test_drip_bomb_and_broken_body_cost_nobody_else_anything(
        self, server: FaultServer, desk: Desk
    ) -> None:
        desk.limits = dataclasses.replace(QUICK, deadline_seconds=0.5, max_bytes=100_000)
        gathered = desk.gather(
            at(server.put("/drip", drip(b"HTTP/1.1 200 OK\r\n\r\n<rss>"))),
            at(server.put("/bomb", bomb(16))),
            at(server.put("/good", answer())),
        )
        assert [report.status for report in gathered.reports] == ["failed", "failed", "ok"]
        assert "not finished after 0.5 s" in gathered.reports[0].detail
        assert "larger than 100,000 bytes" in gathered.reports[1].detail
        assert titles(gathered) == ["A treaty", "A ferry"]

    def test_whole_entries_of_a_broken_answer_are_kept_and_the_report_says_so(
        self, server: FaultServer, desk: Desk
    ) -> None:
        cut = FEED.index(b"<item><title>A ferry")
        gathered = desk.gather(at(server.put("/feed", truncated(keep_bytes=cut))))
        assert titles(gathered) == ["A treaty"]
        assert "broke off after" in only(gathered).detail

    def test_wrong_charset_in_the_header_does_no_harm(
        self, server: FaultServer, desk: Desk
    ) -> None:
        body = FEED.replace(b"A ferry", "Fähre".encode())
        url = server.put("/feed", answer(body, content_type="text/xml; charset=us-ascii"))
        assert titles(desk.gather(at(url))) == ["A treaty", "Fähre"]

    def test_entries_that_share_one_page_stay_apart(self, server: FaultServer, desk: Desk) -> None:
        body = FEED.replace(b"https://times.example/treaty", b"https://times.example/ferry")
        gathered = desk.gather(at(server.put("/feed", answer(body))))
        assert titles(gathered) == ["A treaty", "A ferry"]
        assert [article.url for article in gathered.articles] == [None, None]
        assert {article.source.url for article in gathered.articles} != {None}
        assert len({article.id for article in gathered.articles}) == 2

    def test_list_of_other_sites_pages_has_not_published_them(
        self, server: FaultServer, desk: Desk
    ) -> None:
        body = FEED.replace(b"https://times.example/ferry", b"https://www.post.example/ferry")
        gathered = desk.gather(at(server.put("/feed", answer(body))))
        assert [article.source.name for article in gathered.articles] == [
            "Example Times",
            "post.example",
        ]


class TestOrder:
    def test_result_is_in_the_order_of_the_sources_whoever_answers_first(
        self, server: FaultServer, desk: Desk
    ) -> None:
        second_is_in = threading.Event()
        other = FEED.replace(b"times.example", b"post.example").replace(b"A treaty", b"B")

        def progress(report: SourceReport) -> None:
            finished.append(report.name)
            second_is_in.set()

        finished: list[str] = []
        first = at(server.put("/first", after(second_is_in, answer())), name="first")
        second = at(server.put("/second", answer(other)), name="second")
        gathered = desk.gather(first, second, progress=progress)
        assert finished == ["second", "first"]
        assert [report.name for report in gathered.reports] == ["first", "second"]
        assert titles(gathered) == ["A treaty", "A ferry", "B", "A ferry"]

    def test_same_article_from_two_sources_is_kept_once(
        self, server: FaultServer, desk: Desk
    ) -> None:
        one, two = at(server.put("/1", answer())), at(server.put("/2", answer()))
        gathered = desk.gather(one, two)
        assert titles(gathered) == ["A treaty", "A ferry"]
        assert {article.via for article in gathered.articles} == {one.url}
        assert [report.articles for report in gathered.reports] == [2, 2]
        assert gathered.reports[1].detail == "2 given more than once"

    def test_two_at_once_go_to_one_host_and_no_more(self, server: FaultServer, desk: Desk) -> None:
        meeting = together(2, answer())
        sources = [at(server.put(f"/{number}", meeting)) for number in range(8)]
        gathered = desk.gather(*sources)
        assert [report.status for report in gathered.reports] == ["ok"] * 8
        assert server.most_at_once == 2

    def test_hosts_are_served_side_by_side(self, desk: Desk) -> None:
        with FaultServer("127.0.0.1") as one, FaultServer("127.0.0.2") as two:
            meeting = together(4, answer())
            sources = [at(host.put(f"/{n}", meeting)) for host in (one, two) for n in range(2)]
            gathered = desk.gather(*sources)
            assert [report.status for report in gathered.reports] == ["ok"] * 4

    def test_what_a_server_says_is_told_without_control_characters(
        self, server: FaultServer, desk: Desk
    ) -> None:
        odd = {"Content-Encoding": "\x1b[31m" + "x" * 5000}
        detail = only(desk.gather(at(server.put("/f", answer(headers=odd))))).detail
        assert "answered in an encoding that was not asked for: [31mxxx" in detail
        assert len(detail) <= 1000

    def test_run_ends_at_its_own_deadline(self, server: FaultServer, desk: Desk) -> None:
        desk.limits = dataclasses.replace(QUICK, run_deadline_seconds=0.3)
        slow = at(server.put("/slow", drip(b"HTTP/1.1 200 OK\r\n\r\n")))
        gathered = desk.gather(slow)
        assert only(gathered).status == "failed"
        assert "not finished when the run's 0.3 s were over" in only(gathered).detail


class TestRecord:
    def test_first_seen_is_the_first_run_that_met_the_article(
        self, server: FaultServer, desk: Desk
    ) -> None:
        url = server.put("/feed", answer())
        desk.gather(at(url))
        more = b"<item><title>New</title><link>https://times.example/new</link></item></channel>"
        server.put("/feed", answer(FEED.replace(b"</channel>", more)))
        desk.now = NOW + timedelta(days=7)
        seen = {article.title: article.first_seen for article in desk.gather(at(url)).articles}
        assert seen == {"A treaty": NOW, "A ferry": NOW, "New": desk.now}

    def test_failures_in_a_row_are_reported_and_end_with_success(
        self, server: FaultServer, desk: Desk
    ) -> None:
        url = server.put("/feed", answer(b"", status=500))
        counts = [only(desk.gather(at(url))).failures_in_a_row for _ in range(3)]
        assert counts == [1, 2, 3]
        server.put("/feed", answer())
        assert only(desk.gather(at(url))).failures_in_a_row == 0
        assert desk.seen.known_since() == {url: NOW}

    def test_offline_run_reads_what_was_kept_and_says_what_is_missing(
        self, server: FaultServer, desk: Desk
    ) -> None:
        kept, other = at(server.put("/1", answer())), at(server.put("/2", answer()))
        desk.gather(kept)
        server.requests.clear()
        gathered = desk.gather(kept, other, offline=True)
        assert titles(gathered) == ["A treaty", "A ferry"]
        assert [report.status for report in gathered.reports] == ["unchanged", "blocked"]
        assert "offline" in gathered.reports[0].detail
        assert "offline, and no earlier answer is kept" in gathered.reports[1].detail
        assert server.requests == []

    def test_disabled_source_is_not_asked(self, server: FaultServer, desk: Desk) -> None:
        report = only(desk.gather(at(server.put("/feed", answer()), enabled=False)))
        assert report.status == "disabled" and server.requests == []

    def test_interrupted_run_ends_at_once(self, server: FaultServer, desk: Desk) -> None:
        def interrupt(report: SourceReport) -> None:
            raise KeyboardInterrupt

        never = threading.Event()
        sources = [
            at(server.put("/good", answer())),
            at(server.put("/never", after(never, answer()))),
        ]
        with pytest.raises(KeyboardInterrupt):
            desk.gather(*sources, progress=interrupt)


class TestFiles:
    def test_bad_file_among_good_ones_is_named_and_the_rest_is_read(self, desk: Desk) -> None:
        desk.write("articles/a.json", json.dumps([LINE]))
        desk.write("articles/b.xml", "<nonsense>")
        desk.write("articles/c.jsonl", json.dumps({**LINE, "url": "https://lines.example/2"}))
        gathered = desk.gather(Source(path="articles"))
        assert [article.input for article in gathered.articles] == [
            "articles/a.json#1",
            "articles/c.jsonl#1",
        ]
        good, bad = gathered.reports
        assert (good.name, good.status, good.articles) == ("articles", "ok", 2)
        assert (bad.name, bad.status) == ("articles/b.xml", "not-a-feed")
        assert bad.detail.startswith("articles/b.xml: ")

    def test_names_of_files_carry_nothing_that_a_terminal_obeys(self, desk: Desk) -> None:
        desk.write("in/\x1b[31mred\n.txt", "A headline\n\nWords of an article.\n")
        (article,) = desk.gather(Source(path="in")).articles
        assert article.input == "in/\ufffd[31mred\ufffd.txt"

    def test_feed_with_too_many_entries_keeps_the_latest_and_says_so(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(feeds, "MAX_ENTRIES", 1)
        desk.write("in/f.xml", FEED)
        gathered = desk.gather(Source(path="in"))
        assert titles(gathered) == ["A ferry"]
        report = only(gathered)
        assert (report.status, report.articles) == ("saturated", 1)
        assert report.detail == "too many entries, 1 older ones were not read"

    def test_every_kind_of_file_goes_the_same_way_in_the_order_of_names(self, desk: Desk) -> None:
        desk.write("in/a.txt", "A plain headline\n\nA standfirst.\n\nOn April 24, 2025, it was.\n")
        desk.write("in/b.md", "---\ntitle: A note\ndate: 2025-04-24\n---\n\nWords.\n")
        desk.write("in/c.html", "<title>A page</title><h1>A page</h1><p>Words of a page.</p>")
        desk.write("in/d.eml", "Subject: A letter\nFrom: Ann <ann@a.example>\n\nWords.\n")
        desk.write("in/e.ndjson", json.dumps(LINE))
        desk.write("in/f.xml", FEED)
        version = "https://jsonfeed.org/version/1.1"
        entry = {"id": "1", "url": "https://json.example/1", "title": "A JSON entry"}
        desk.write("in/g.json", json.dumps({"version": version, "title": "J", "items": [entry]}))
        desk.write("in/photo.png", b"\x89PNG")
        desk.write("in/.hidden.txt", "Hidden")
        gathered = desk.gather(Source(path="in"))
        assert [(article.input, article.title) for article in gathered.articles] == [
            ("in/a.txt", "A plain headline"),
            ("in/b.md", "A note"),
            ("in/c.html", "A page"),
            ("in/d.eml", "A letter"),
            ("in/e.ndjson#1", "A line"),
            ("in/f.xml#1", "A treaty"),
            ("in/f.xml#2", "A ferry"),
            ("in/g.json#1", "A JSON entry"),
        ]
        report = only(gathered)
        assert (report.status, report.articles) == ("ok", 8)
        assert report.detail == "1 of other kinds passed over"

    def test_bad_line_is_named_with_its_number(self, desk: Desk) -> None:
        desk.write("in.jsonl", f"{json.dumps(LINE)}\nnonsense\n")
        gathered = desk.gather(Source(path="in.jsonl"))
        assert titles(gathered) == ["A line"]
        assert gathered.reports[1].name == "in.jsonl:2"
        assert gathered.reports[1].detail == (
            "in.jsonl:2: not JSON: expecting value at column 1; mend or delete it"
        )

    def test_single_bad_file_gives_its_failure_alone(self, desk: Desk) -> None:
        desk.write("bad.json", "nonsense")
        assert only(desk.gather(Source(path="bad.json"))).status == "failed"

    def test_missing_path_is_a_failure_with_the_remedy(self, desk: Desk) -> None:
        report = only(desk.gather(Source(path="nowhere/a.txt")))
        assert (report.name, report.status) == ("nowhere/a.txt", "failed")
        assert report.detail == "no such file or folder; check the path"

    def test_glob_without_match_is_empty(self, desk: Desk) -> None:
        desk.write("articles/a.json", "[]")
        report = only(desk.gather(Source(path="articles/*.txt")))
        assert (report.status, report.articles) == ("empty", 0)

    def test_feed_in_a_file_is_read_whatever_its_suffix_says(self, desk: Desk) -> None:
        for name in ("a.xml", "b.rss", "c.html", "d.whatever"):
            desk.write(name, FEED)
            assert titles(desk.gather(Source(path=name))) == ["A treaty", "A ferry"]

    def test_file_over_the_bound_is_refused_with_the_setting(self, desk: Desk) -> None:
        desk.limits = dataclasses.replace(QUICK, max_bytes=100)
        desk.write("a.xml", FEED)
        report = only(desk.gather(Source(path="a.xml")))
        assert report.detail == "larger than 100 bytes; raise max_bytes in [gather]"

    def test_unreadable_file_is_named(self, desk: Desk) -> None:
        desk.write("articles/a.json", json.dumps([LINE]))
        (desk.root / "articles/z.json").symlink_to("/proc/self/mem")
        gathered = desk.gather(Source(path="articles"))
        assert titles(gathered) == ["A line"]
        assert "articles/z.json: cannot be read" in gathered.reports[1].detail

    def test_page_in_a_file_is_an_article(self, desk: Desk) -> None:
        desk.write(
            "a.html",
            "<html><head><title>A page</title><link rel=canonical href='https://a.example/p'>"
            "</head><body><h1>A page</h1><p>Words that say something.</p></body></html>",
        )
        (article,) = desk.gather(Source(path="a.html")).articles
        assert (article.title, article.url) == ("A page", "https://a.example/p")
        assert article.input == "a.html"


class TestArguments:
    def test_same_output_from_any_folder(
        self, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.write("elsewhere/in.jsonl", json.dumps({"title": "No page", "text": "Text."}))
        elsewhere = tmp_path / "far" / "away"
        elsewhere.parent.mkdir()
        (desk.root / "elsewhere").rename(elsewhere)
        here = desk.gather(source_from_argument(str(elsewhere))).articles[0]
        monkeypatch.chdir(elsewhere)
        there = desk.gather(source_from_argument("in.jsonl")).articles[0]
        monkeypatch.chdir(desk.root)
        dots = desk.gather(source_from_argument("../far/away")).articles[0]
        assert here.input == dots.input == "away/in.jsonl#1" and there.input == "in.jsonl#1"
        assert here.id == there.id == dots.id

    def test_argument_is_relative_to_the_current_folder_not_to_the_workspace(
        self, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        current = tmp_path / "current"
        current.mkdir()
        (current / "in.jsonl").write_text(json.dumps(LINE))
        monkeypatch.chdir(current)
        gathered = desk.gather(source_from_argument("in.jsonl"))
        assert gathered.articles[0].input == "in.jsonl#1"
        assert only(gathered).name == "in.jsonl"

    def test_address_and_dash_are_known(self) -> None:
        assert source_from_argument("HTTPS://a.example/") == Source(url="HTTPS://a.example/")
        assert source_from_argument("-") == Source(path="-")

    def test_private_address_is_meant_when_it_is_typed_and_not_when_it_turns_out(
        self, server: FaultServer, desk: Desk
    ) -> None:
        url = server.put("/feed", answer())
        assert titles(desk.gather(source_from_argument(url))) == ["A treaty", "A ferry"]
        numbered = url.replace("127.0.0.1", "2130706433")
        assert only(desk.gather(source_from_argument(numbered))).status == "blocked"

    def test_dash_reads_lines_from_standard_input(self, desk: Desk) -> None:
        gathered = desk.gather(source_from_argument("-"), stdin=json.dumps(LINE).encode())
        assert [article.input for article in gathered.articles] == ["-#1"]
        assert only(gathered).name == "-"

    def test_standard_input_that_is_not_there_is_said(self, desk: Desk) -> None:
        assert "nothing on standard input" in only(desk.gather(Source(path="-"))).detail


class TestLists:
    OPML = """<opml version="2.0"><body><outline text="Asia">
    <outline text="Times" xmlUrl="{0}"/></outline><outline text="Gone" xmlUrl="{1}"/>
    </body></opml>"""

    def test_list_in_a_file_is_followed_with_its_folders_as_topics(
        self, server: FaultServer, desk: Desk
    ) -> None:
        good, gone = server.put("/1", answer()), server.put("/2", answer(b"", status=410))
        desk.write("my.opml", self.OPML.format(good, gone))
        gathered = desk.gather(Source(path="my.opml", kind="opml", private=True, max=4))
        assert titles(gathered) == ["A treaty", "A ferry"]
        assert {article.via for article in gathered.articles} == {"Times"}
        assert gathered.listed == (
            ListedSource(via="Times", listed_by="my.opml", topic="Asia", max=4),
            ListedSource(via="Gone", listed_by="my.opml", topic="", max=4),
        )
        assert [(report.name, report.status) for report in gathered.reports] == [
            ("my.opml", "ok"),
            ("Times", "ok"),
            ("Gone", "gone"),
        ]
        assert gathered.reports[0].detail == "lists 2 feeds"

    def test_list_from_the_network_is_found_out(self, server: FaultServer, desk: Desk) -> None:
        good = server.put("/1", answer())
        url = server.put("/list", answer(self.OPML.format(good, good).encode()))
        gathered = desk.gather(at(url))
        # The list is private by the user's word; what it lists is not.
        assert [report.status for report in gathered.reports] == ["ok", "blocked"]

    def test_feed_that_the_settings_name_as_well_is_asked_once(
        self, server: FaultServer, desk: Desk
    ) -> None:
        url = server.put("/1", answer())
        desk.write("my.opml", self.OPML.format(url, url))
        gathered = desk.gather(Source(path="my.opml", kind="opml", private=True), at(url))
        assert len(server.requests) == 1
        assert {article.via for article in gathered.articles} == {url}


def entries(*days: datetime, first: int = 0) -> bytes:
    """A feed with an entry for each instant."""
    items = "".join(
        f"<item><title>Entry {number}</title><guid>e{number}</guid>"
        f"<link>https://times.example/{number}</link>"
        f"<pubDate>{day:%d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for number, day in enumerate(days, first)
    )
    return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()


class TestHealth:
    def test_a_feed_whose_entries_are_all_newer_than_the_last_visit_may_have_lost_some(
        self, server: FaultServer, desk: Desk
    ) -> None:
        hours = [NOW - timedelta(hours=hour) for hour in range(3)]
        later = [NOW + timedelta(days=6, hours=hour) for hour in range(3)]
        url = server.put(
            "/feed", in_turn(answer(entries(*hours)), answer(entries(*later, first=9)))
        )
        assert only(desk.gather(at(url))).status == "ok"
        desk.now = NOW + timedelta(days=7)
        report = only(desk.gather(at(url)))
        assert report.status == "saturated" and not report.failed and report.articles == 3
        assert "since 28 Apr 2025" in report.detail and "before 04 May 2025" in report.detail

    def test_one_entry_that_was_there_before_tells_that_none_is_missing(
        self, server: FaultServer, desk: Desk
    ) -> None:
        later = [NOW + timedelta(days=6, hours=hour) for hour in range(3)]
        url = server.put("/feed", in_turn(answer(entries(NOW)), answer(entries(NOW, *later))))
        desk.gather(at(url))
        desk.now = NOW + timedelta(days=7)
        assert only(desk.gather(at(url))).status == "ok"

    def test_the_first_visit_and_a_feed_that_was_empty_have_lost_nothing(
        self, server: FaultServer, desk: Desk
    ) -> None:
        url = server.put(
            "/feed", in_turn(answer(entries()), answer(entries(NOW + timedelta(days=1))))
        )
        assert only(desk.gather(at(url))).status == "empty"
        desk.now = NOW + timedelta(days=7)
        assert only(desk.gather(at(url))).status == "ok"

    @pytest.mark.parametrize(
        ("days", "status"),
        [
            ([100, 101, 102], "stale"),
            ([59, 61, 63], "ok"),
            ([61, 91, 121, 151], "ok"),  # a monthly is late after four months
            ([125, 155, 185, 215], "stale"),
        ],
    )
    def test_a_feed_is_stale_by_its_own_habits(
        self, server: FaultServer, desk: Desk, days: list[int], status: str
    ) -> None:
        url = server.put(
            "/feed", answer(entries(*(NOW - timedelta(days=day, hours=1) for day in days)))
        )
        report = only(desk.gather(at(url)))
        assert report.status == status and not report.failed
        if status == "stale":
            assert "the newest entry is of" in report.detail

    def test_undated_entries_say_nothing_of_health(self, server: FaultServer, desk: Desk) -> None:
        feed = b"<rss><channel><title>T</title><item><title>A</title></item></channel></rss>"
        assert only(desk.gather(at(server.put("/feed", answer(feed))))).status == "ok"
