# ruff: noqa: E501 - documents of others are shown as they are
"""Sitemaps: what they say of pages, and what they do not."""

from __future__ import annotations

import pytest

from digest.errors import FeedError
from digest.feeds.sitemap import MAX_PAGES, Part, looks_like_sitemap, parse_sitemap

URL = "https://times.example/sitemap.xml"
NEWS = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
  xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
  xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://times.example/treaty</loc><lastmod>2025-04-26T01:00:00Z</lastmod>
 <news:news><news:publication><news:name>Example Times</news:name>
  <news:language>ko</news:language></news:publication>
  <news:publication_date>2025-04-24T09:10:00+09:00</news:publication_date>
  <news:title>A treaty &amp; its price</news:title><news:keywords>treaty, summit</news:keywords></news:news>
 <image:image><image:loc>https://times.example/t.jpg</image:loc></image:image></url>
<url><loc>https://times.example/about</loc><lastmod>2025-04-26</lastmod></url>
</urlset>"""


def parse(data: bytes):  # type: ignore[no-untyped-def]
    return parse_sitemap(data, url=URL, timezone="Asia/Seoul")


def test_news_extension_states_title_date_language_and_publication() -> None:
    treaty, _ = parse(NEWS).entries
    assert (treaty.title, treaty.url) == ("A treaty & its price", "https://times.example/treaty")
    assert treaty.published is not None and treaty.updated is not None
    assert treaty.published.isoformat() == "2025-04-24T09:10:00+09:00"
    assert (treaty.published.basis, treaty.updated.basis) == ("sitemap:news", "sitemap:lastmod")
    assert treaty.source is not None
    assert (treaty.source.name, treaty.source.url) == ("Example Times", "https://times.example/")
    assert (treaty.language, treaty.categories) == ("ko", ("treaty", "summit"))
    assert treaty.image is not None and treaty.image.url == "https://times.example/t.jpg"


def test_lastmod_is_never_the_date_of_publication() -> None:
    about = parse(NEWS).entries[1]
    assert about.published is None and about.title == ""
    assert about.updated is not None and about.updated.isoformat() == "2025-04-26"


def test_index_gives_its_sitemaps_the_latest_changed_first() -> None:
    index = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
    <sitemap><loc>/old.xml</loc><lastmod>2024-01-01</lastmod></sitemap>
    <sitemap><loc>/unknown.xml</loc></sitemap>
    <sitemap><loc>/new.xml</loc><lastmod>2025-04-24T09:10:00+09:00</lastmod></sitemap>
    <sitemap><loc>/new.xml</loc></sitemap></sitemapindex>"""
    assert parse(index).parts == (
        Part(url="https://times.example/new.xml", changed="2025-04-24T00:10:00+00:00"),
        Part(url="https://times.example/old.xml", changed="2024-01-01"),
        Part(url="https://times.example/unknown.xml"),
    )


@pytest.mark.parametrize(
    "data",
    [
        NEWS.replace(b' xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"', b""),
        NEWS.replace(b"news/0.9", b"wrong"),
        b"\n\xef\xbb\xbf " + NEWS,
        NEWS.replace(b"A treaty &amp; its", b"A treaty & its"),
        NEWS.replace(b"</urlset>", b""),
    ],
    ids=["no namespace", "wrong namespace", "blanks first", "bare ampersand", "cut off"],
)
def test_broken_sitemap_is_read_all_the_same(data: bytes) -> None:
    assert parse(data).entries[0].title == "A treaty & its price"


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"<rss/>", b"https://a.example/"])
def test_anything_else_is_refused(data: bytes) -> None:
    assert not looks_like_sitemap(data)
    with pytest.raises(FeedError, match="not a sitemap"):
        parse(data)


def test_more_pages_than_the_protocol_allows_are_counted() -> None:
    page = b"<url><loc>https://times.example/%d</loc></url>"
    data = b"<urlset>" + b"".join(page % number for number in range(MAX_PAGES + 7)) + b"</urlset>"
    sitemap = parse(data)
    assert (len(sitemap.entries), sitemap.left_out) == (MAX_PAGES, 7)


def test_what_is_no_web_address_is_no_page() -> None:
    assert parse(b"<urlset><url><loc>javascript:x</loc></url><url/></urlset>").entries == ()
