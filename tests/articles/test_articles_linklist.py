# ruff: noqa: E501 - documents of others are shown as they are
"""Pages that are lists of links."""

from __future__ import annotations

import pytest

from digest.articles.linklist import LinkList, read_links
from digest.errors import FeedError

URL = "https://ministry.example/news/"
PAGE = """<html lang="en"><head><title>Press office</title></head><body>
<header><a href="/">Ministry of Foreign Affairs home page</a></header>
<nav><ul><li><a href="/visas-and-passports">Visas and passports for travellers</a></li></ul></nav>
<div class="breadcrumb"><a href="/all/about">About the ministry and its work</a></div>
<main><ul class="list">
<li><a href="treaty"><img src="t.jpg" alt=""></a><h3><a href="treaty?utm_source=x">A treaty is signed in Seoul</a></h3>
  <time datetime="2025-04-24">Thursday</time> <a href="treaty">Read more</a></li>
<li><a href="https://other.example/ferry">Ferry to the island runs again</a> <span>25 April 2025</span></li>
<li><a href="visit">The minister visits the harbour</a> from 3 May 2025 to 5 May 2025</li>
<li><a href="undated">A statement on the coming summit</a></li>
<li><a href="pdf.pdf#page=2">Contact</a> <a href="javascript:void(0)">Something that is no address</a></li>
</ul></main>
<aside><a href="/popular/old">The most popular story of the year</a></aside>
<footer><a href="/imprint">Imprint and privacy of this site</a></footer></body></html>"""


def read(html: str, selector: str = "") -> LinkList:
    return read_links(html.encode(), url=URL, selector=selector, timezone="Asia/Seoul")


def test_links_of_the_list_are_articles_and_furniture_is_left_out() -> None:
    found = read(PAGE)
    assert (found.title, found.language) == ("Press office", "en")
    assert [(entry.title, entry.url) for entry in found.entries] == [
        ("A treaty is signed in Seoul", "https://ministry.example/news/treaty?utm_source=x"),
        ("Ferry to the island runs again", "https://other.example/ferry"),
        ("The minister visits the harbour", "https://ministry.example/news/visit"),
        ("A statement on the coming summit", "https://ministry.example/news/undated"),
    ]


def test_date_counts_only_where_it_stands_beside_the_link() -> None:
    treaty, ferry, visit, undated = read(PAGE).entries
    assert treaty.published is not None and ferry.published is not None
    assert (treaty.published.isoformat(), treaty.published.basis) == ("2025-04-24", "links:time")
    assert (ferry.published.isoformat(), ferry.published.basis) == ("2025-04-25", "links:text")
    assert visit.published is None and "do not agree" in visit.problems[0]
    assert undated.published is None and undated.problems == ()
    assert all(entry.summary == "" for entry in (treaty, ferry, visit, undated))


@pytest.mark.parametrize(
    "html",
    [
        "<dl><dt><a href=a>A treaty is signed here</a></dt><dd>24 April 2025</dd>"
        "<dt><a href=b>A ferry that runs again</a></dt><dd>25 April 2025</dd></dl>",
        "<table><tr><td>24.04.2025<td><a href=a>A treaty is signed here</a>"
        "<tr><td>25.04.2025<td><a href=b>A ferry that runs again</a></table>",
        "<p>2025-04-24 <a href=a>A treaty is signed here</a><br>"
        "2025-04-25 <a href=b>A ferry that runs again</a></p>",
        "<div><a href=a><h3>A treaty is signed here</h3><p>Words.</p><time>24 April 2025</time></a>"
        "<a href=b><h3>A ferry that runs again</h3><time>25 April 2025</time></a></div>",
    ],
    ids=["definitions", "table", "lines", "cards"],
)
def test_each_way_of_listing_dates_each_link(html: str) -> None:
    found = [
        (entry.title, entry.published.isoformat() if entry.published else None)
        for entry in read(html).entries
    ]
    assert found == [
        ("A treaty is signed here", "2025-04-24"),
        ("A ferry that runs again", "2025-04-25"),
    ]


def test_selector_names_the_links_or_what_holds_them() -> None:
    assert [entry.title for entry in read(PAGE, "footer").entries] == [
        "Imprint and privacy of this site"
    ]
    assert [entry.title for entry in read(PAGE, "h3 > a").entries] == [
        "A treaty is signed in Seoul"
    ]
    assert read(PAGE, "li a[href^=pdf]").entries[0].title == "Contact"


@pytest.mark.parametrize(
    ("selector", "words"),
    [("ul[", "no CSS selector"), (".nothing", "no link that matches selector '.nothing'")],
)
def test_selector_that_finds_nothing_says_so(selector: str, words: str) -> None:
    with pytest.raises(FeedError, match=words):
        read(PAGE, selector)


def test_page_without_a_list_is_refused() -> None:
    with pytest.raises(FeedError, match="no list of links"):
        read("<p>Nothing here. <a href='#top'>Back to the top of this page</a></p>")


def test_titles_without_blanks_are_titles() -> None:
    found = read(
        "<ul><li><a href=a>서울에서조약체결</a><li><a href=b>문의</a><li><a href=c>東京で条約に署名</a></ul>"
    )
    assert [entry.url for entry in found.entries] == [
        "https://ministry.example/news/a",
        "https://ministry.example/news/c",
    ]
