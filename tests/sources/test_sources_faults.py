"""Hostile and broken documents over real sockets, and twenty faults beside one good feed."""

from __future__ import annotations

import dataclasses
import gzip
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers import (
    FEED,
    PAGE,
    FaultServer,
    answer,
    bomb,
    compressed,
    drip,
    endless,
    full_house,
    head,
    raw,
    redirect,
    silent,
    truncated,
)

from digest.config.schema import Gather, Newsletter, Settings, Source
from digest.http import Client
from digest.model import Gathered
from digest.sources import Context, gather
from digest.state.database import open_database
from digest.state.responses import ResponseCache

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
LIMITS = Gather(connect_timeout_seconds=2.0, idle_timeout_seconds=5.0, deadline_seconds=5.0)
ITEM = "<item><title>{title}</title><link>https://e.example/1</link>{more}</item>"

Run = Callable[..., Gathered]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    with open_database(None) as connection:
        cache = ResponseCache(connection)

        def once(*urls: str, limits: Gather = LIMITS, kind: str = "auto") -> Gathered:
            client = Client(limits, cache, now=NOW, user_agent="digest/test")
            context = Context(
                root=tmp_path,
                settings=Settings(gather=limits, newsletter=Newsletter(timezone="Asia/Seoul")),
                now=NOW,
                client=client,
            )
            try:
                return gather([Source(url=url, private=True, kind=kind) for url in urls], context)
            finally:
                client.close()

        yield once


def rss(title: str = "One", more: str = "", *, before: str = "") -> str:
    item = ITEM.format(title=title, more=more)
    return f'{before}<rss version="2.0"><channel><title>F</title>{item}</channel></rss>'


def titles(gathered: Gathered) -> list[str]:
    return [article.title for article in gathered.articles]


class TestMarkup:
    @pytest.mark.parametrize(
        "declarations",
        [
            '<!ENTITY x SYSTEM "{url}">',
            '<!ENTITY % p SYSTEM "{url}"> %p;',
            '<!ENTITY x SYSTEM "file:///etc/passwd">',
            '<!ENTITY x PUBLIC "-//X//X" "{url}">',
        ],
    )
    def test_nothing_that_a_document_type_names_is_ever_asked_for(
        self, server: FaultServer, run: Run, declarations: str
    ) -> None:
        outside = server.put("/outside.dtd", answer(b'<!ENTITY x "loaded">'))
        before = f'<!DOCTYPE rss SYSTEM "{outside}" [{declarations.format(url=outside)}]>'
        document = rss("One &x;", before=f'<?xml version="1.0"?>{before}')
        gathered = run(server.put("/feed", answer(document.encode())))
        assert server.asked("/outside.dtd") == []
        (title,) = titles(gathered)
        assert title.startswith("One") and "loaded" not in title and "root:" not in title

    def test_neither_stylesheets_nor_inclusions_nor_schemas_are_asked_for(
        self, server: FaultServer, run: Run
    ) -> None:
        outside = server.put("/outside", answer(b"<x/>"))
        before = f'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="{outside}"?>'
        more = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{outside}"/>'
        run(server.put("/feed", answer(rss(more=more, before=before).encode())))
        assert server.asked("/outside") == []

    @pytest.mark.parametrize("quadratic", [False, True])
    def test_a_billion_laughs_are_not_told(
        self, server: FaultServer, run: Run, quadratic: bool
    ) -> None:
        laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
        inner = f'<!ENTITY l0 "{"ha" * 50_000 if quadratic else "ha"}">{laughs}'
        used = "&l0;" * 20_000 if quadratic else "&l9;"
        document = rss(f"One {used}", before=f"<!DOCTYPE r [{inner}]>")
        (article,) = run(server.put("/feed", answer(document.encode()))).articles
        assert len(article.title) <= 200_000

    @pytest.mark.parametrize(
        "inner",
        [
            "<a>" * 100_000,
            "<div>" * 50_000 + "x" + "</div>" * 50_000,
            "<description>" + "&lt;div&gt;" * 50_000 + "</description>",
            "<x " + " ".join(f'a{n}="1"' for n in range(50_000)) + "/>",
        ],
        ids=["open", "closed", "escaped", "attributes"],
    )
    def test_nesting_without_end_costs_no_other_source_anything(
        self, server: FaultServer, run: Run, inner: str
    ) -> None:
        deep = server.put("/deep", answer(rss(more=inner).encode()))
        gathered = run(deep, server.put("/good", answer()))
        assert gathered.reports[1].status == "ok"
        assert {"A treaty", "A ferry"} <= set(titles(gathered))
        assert "a fault of digest" not in gathered.reports[0].detail

    def test_a_json_feed_nested_without_end_is_a_failure(
        self, server: FaultServer, run: Run
    ) -> None:
        body = b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 100_000
        gathered = run(server.put("/feed.json", answer(body, content_type="application/json")))
        assert [report.status for report in gathered.reports] == ["not-a-feed"]

    def test_an_entry_of_megabytes_is_cut_to_its_bound(self, server: FaultServer, run: Run) -> None:
        more = f"<description>{'word ' * 1_000_000}</description>"
        document = rss("long " * 100_000, more)
        (article,) = run(server.put("/feed", answer(document.encode()))).articles
        assert len(article.title) <= 200_000
        assert len(article.summary) + len(article.text) <= 400_000


CHARSETS = [
    # encoding, declared in XML, in the header, with a byte order mark
    ("windows-1251", "", "windows-1251", "Новости дня"),
    ("windows-1251", "utf-8", "windows-1251", "Новости дня"),
    ("windows-1251", "windows-1251", "utf-8", "Новости дня"),
    ("koi8-r", "koi8-r", "", "Новости дня"),
    ("iso-8859-5", "ISO-8859-5", "", "Новости дня"),
    ("gb18030", "gb2312", "", "新闻镕"),
    ("gbk", "", "gb2312", "今日新闻"),
    ("big5", "big5", "", "今日新聞"),
    ("euc-jp", "euc-jp", "", "今日の記事"),
    ("shift_jis", "Shift_JIS", "", "今日の記事"),
    ("iso-2022-jp", "iso-2022-jp", "", "今日の記事"),
    ("euc-kr", "euc-kr", "", "오늘의 소식"),
    ("cp949", "", "euc-kr", "똠방각하"),
    ("windows-1252", "iso-8859-1", "", "it’s “here”"),
    ("windows-1252", "utf-8", "", "café"),
    ("windows-1254", "windows-1254", "", "İstanbul’da"),
    ("windows-1256", "windows-1256", "", "أخبار اليوم"),
    ("iso-8859-8", "", "iso-8859-8", "חדשות"),
    ("utf-8-sig", "windows-1251", "windows-1251", "Новости дня"),
    ("utf-16", "utf-16", "text", "Новости дня"),
    ("utf-16-le", "utf-8", "", "Новости дня"),
    ("utf-8", "no-such-charset", "nor-this", "Новости дня"),
    ("utf-8", "utf-8", "iso-8859-1", "Новости дня"),
    ("utf-8", "", "", "Новости дня"),
]


@pytest.mark.parametrize(("encoding", "declared", "header", "title"), CHARSETS)
def test_every_charset_is_read_whatever_is_declared(
    server: FaultServer, run: Run, encoding: str, declared: str, header: str, title: str
) -> None:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    body = rss(title, before=prolog).encode(encoding)
    said = f"text/xml; charset={header}" if header else "text/xml"
    assert titles(run(server.put("/feed", answer(body, content_type=said)))) == [title]


WHOLE = rss("One")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (f"\ufeff\n \n<?xml version='1.0'?>{WHOLE}", "text/xml"),
        (f"<br/>Warning: no such file\n<?xml version='1.0'?>{WHOLE}", "text/xml"),
        (WHOLE.replace("One", "\x00O\x0bn\x1fe\x07"), "text/xml"),
        (WHOLE.replace("One", "One&#x0;&#11;"), "text/xml"),
        (WHOLE[: -len("</channel></rss>")], "text/xml"),
        (WHOLE[:-3], "application/rss+xml"),
        (WHOLE[: -len("</channel></rss>")] + "<item><title>Half a", "text/xml"),
        (WHOLE, "text/html"),
        (WHOLE, "application/octet-stream"),
        (WHOLE, ""),
        (WHOLE + "<!-- cached -->\n<script>x</script>", "text/xml"),
        (f"<html><head></head><body><pre>{WHOLE}</pre></body></html>", "text/xml"),
        (f"<html><body>{WHOLE}</body></html>", "application/rss+xml"),
        (f"<!doctype html><html><body><p>a<br>&nbsp;{WHOLE}</body></html>", "text/html"),
    ],
    ids=["blank", "warning", "controls", "references", "cut", "cut-tag", "half", "as-html",
         "as-bytes", "as-nothing", "more-after", "in-a-page", "in-a-body", "in-html"],
)  # fmt: skip
def test_a_feed_is_read_through_its_damage(
    server: FaultServer, run: Run, body: str, content_type: str
) -> None:
    url = server.put("/feed.xml", answer(body.encode(), content_type=content_type))
    assert titles(run(url)) == ["One"]


@pytest.mark.parametrize(
    ("how", "said"),
    [("gzip", ""), ("plain", "gzip"), ("plain", "deflate"), ("plain", "br"), ("zstd", ""),
     ("gzip", "br"), ("br", None), ("zstd", None), ("deflate", None), ("raw-deflate", None),
     ("plain", "zstd"), ("deflate", "gzip")],
)  # fmt: skip
def test_compression_is_undone_whatever_the_header_says(
    server: FaultServer, run: Run, how: str, said: str | None
) -> None:
    gathered = run(server.put("/feed", compressed(how=how, said=said)))
    assert titles(gathered) == ["A treaty", "A ferry"]


@pytest.mark.parametrize(
    ("body", "content_type", "word"),
    [
        (PAGE, "text/html", 'not a feed but a web page, "Page not available"; the page names'),
        (PAGE, "application/rss+xml", 'not a feed but a web page, "Page not available"'),
        (b"", "application/rss+xml", "empty, not a feed"),
        (b"   \n", "", "empty, not a feed"),
        (b'{"error": "no such feed"}', "application/json", "JSON, but neither a feed nor articles"),
        (b"<error>no</error>", "text/xml", "XML with the root <error>, which is no feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "image/png", ""),
    ],
)
def test_what_is_no_feed_says_what_it_is(
    server: FaultServer, run: Run, body: bytes, content_type: str, word: str
) -> None:
    url = server.put("/feed.xml", answer(body, content_type=content_type))
    (report,) = run(url).reports
    assert report.status == "not-a-feed" and word in report.detail


def test_twenty_faults_at_once_cost_the_good_feed_nothing(server: FaultServer, run: Run) -> None:
    limits = dataclasses.replace(
        LIMITS,
        connect_timeout_seconds=0.5,
        idle_timeout_seconds=1.0,
        deadline_seconds=2.0,
        max_bytes=1_000_000,
        at_once_per_host=32,
    )
    laughs = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    faults = {
        "silent": (silent(), "failed"),
        "drip": (drip(head(200, {"Content-Type": "text/xml"}) + b"<rss>"), "failed"),
        "drip-header": (drip(b"HTTP/1.1 200 OK\r\nX: "), "failed"),
        "endless": (endless(), "failed"),
        "large": (answer(bytes(40 << 20)), "failed"),
        "bomb": (bomb(16), "failed"),
        "bomb-br": (bomb(16, "br"), "failed"),
        "bomb-zstd": (bomb(16, "zstd"), "failed"),
        "loop": (redirect("/loop"), "failed"),
        "metadata": (redirect("http://169.254.169.254/latest/"), "blocked"),
        "file": (redirect("file:///etc/passwd"), "failed"),
        "nonsense": (raw(b"\0\1\2\3"), "failed"),
        "reset": (raw(b"", reset=True), "failed"),
        "chunks": (raw(head(200, {"Transfer-Encoding": "chunked"}) + b"-1\r\nx"), "not-a-feed"),
        "page": (answer(PAGE, content_type="text/html"), "not-a-feed"),
        "gone": (answer(b"", status=410), "gone"),
        "locked": (answer(b"", status=401), "blocked"),
        "broken": (answer(b"", status=500), "failed"),
        "laughs": (answer(rss("One &b;", before=laughs).encode()), "ok"),
        "half": (truncated(gzip.compress(FEED), keep_bytes=60), "not-a-feed"),
    }
    # What the good feed shares with the others is the machine, not the host's places.
    with full_house() as full, FaultServer("127.0.0.2") as elsewhere:
        urls = [server.put(f"/{name}.xml", behaviour) for name, (behaviour, _) in faults.items()]
        server.put("/loop", redirect("/loop"))
        good = elsewhere.put("/good.xml", answer())
        gathered = run(*urls, full, good, limits=limits)
    found = dict(zip([*faults, "full", "good"], gathered.reports, strict=True))
    told = {name: found[name].status for name in faults}
    assert told == {name: word for name, (_, word) in faults.items()}
    assert found["full"].status == "failed" and found["good"].status == "ok"
    assert found["good"].seconds < limits.deadline_seconds
    assert {"A treaty", "A ferry"} <= set(titles(gathered))
    for report in gathered.reports:
        assert "a fault of digest" not in report.detail
        assert report.status == "ok" or report.detail
