# ruff: noqa: E501 - tables of documents
"""Whatever stands where a list of articles was meant: entries or an error, and soon."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.articles.hfeed import read_hfeed
from digest.articles.linklist import read_links
from digest.errors import FeedError
from digest.feeds.bookmarks import parse_bookmarks
from digest.feeds.sitemap import parse_sitemap
from digest.model import Facts

Reader = Callable[[bytes], Any]
URL = "https://times.example/news/"
READERS: dict[str, Reader] = {
    "sitemap": lambda data: parse_sitemap(data, url=URL, timezone="UTC").entries,
    "h-feed": lambda data: read_hfeed(data, url=URL, timezone="UTC").entries,
    "links": lambda data: read_links(data, url=URL, timezone="UTC").entries,
    "links by selector": lambda data: (
        read_links(data, url=URL, selector="a, div", timezone="UTC").entries
    ),
    "bookmarks": lambda data: parse_bookmarks(data, timezone="UTC"),
}
PIECES = [
    *("<urlset>", "<url>", "<loc>https://a.example/x</loc>", "<news:news>", "</url>", "<lastmod>"),
    *("<sitemapindex>", "<sitemap>", '<div class="h-feed">', '<div class="h-entry">', "</div>"),
    *('<a class="p-name u-url" href="/a">', "A title of four words", "</a>", "<time>2025-04-24"),
    *('<time class="dt-published" datetime="2025-04-24">', "<dl>", "<dt>", "<dd>", "<li>", "<ul>"),
    *('<a href="https://b.example/y" add_date="1745453400">', "<h3>", "<br>", "24 April 2025", "<main>"),
    *("<!DOCTYPE NETSCAPE-Bookmark-file-1>", "url,title,time_added\n", "\0", "&", "<", '"', "\n"),
    *('<span class="e-content">', '<b class="p-author h-card">', '[{"href":"x"}]', "<base href='//'>"),
]  # fmt: skip


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.lists(st.sampled_from(PIECES), max_size=40).map(lambda parts: "".join(parts).encode()),
    )
)
def test_any_bytes_are_entries_or_an_error(name: str, data: bytes) -> None:
    try:
        entries = READERS[name](data)
    except FeedError:
        return
    for entry in entries:
        assert isinstance(entry, Facts)
        assert entry.url is None or entry.url.startswith(("http://", "https://"))


VAST = {
    "nested": b"<div class='h-entry p-category'>" * 60_000 + b"<a href=/x>A title of four words</a>",
    "one link again and again": b"<div>" * 40 + b"<p><a href=/x>A title of four words</a> x" * 30_000,
    "many links": b"<ul>" + b"".join(b"<li><a href=/%d>A title of four words</a>" % n for n in range(30_000)),
    "names in names": b"<div class=h-entry>" + b"<i class='p-category p-author p-name'>" * 200 + b"x y " * 500_000,
    "parts": b"<sitemapindex>" + b"".join(b"<sitemap><loc>/%d</loc></sitemap>" % n for n in range(60_000)),
    "folders": b"<!DOCTYPE NETSCAPE-Bookmark-file-1>" + b"<DL><DT><H3>x</H3>" * 30_000 + b"<DT><A HREF=/a>b</A>",
    "brackets": b"[" * 300_000,
    "columns": b"url," * 300_000 + b"\n" + b"x," * 300_000,
}  # fmt: skip


@pytest.mark.parametrize("shape", VAST)
@pytest.mark.parametrize("name", READERS)
def test_vast_document_comes_to_an_end(name: str, shape: str) -> None:
    # What is quadratic would take minutes here.
    with contextlib.suppress(FeedError):
        READERS[name](VAST[shape])
