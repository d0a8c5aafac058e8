"""A page's facts are the ones it declares, each with its basis; what is guessed says so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.articles.page import read_page
from digest.errors import ArticleError
from digest.model import Facts

URL = "https://www.post.example/2025/04/24/ferry"
BODY = "<p>" + "The ferry left the harbour before dawn, and nobody saw it go. " * 12 + "</p>"


def page(head: str = "", body: str = BODY, *, url: str | None = URL, html: str = "") -> Facts:
    document = (
        html or f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>"
    )
    (facts,) = read_page(document.encode(), url=url, timezone="Asia/Seoul")
    return facts


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def ld(*nodes: Any) -> str:
    value = nodes[0] if len(nodes) == 1 else list(nodes)
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def article(**fields: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", **fields}


def test_a_well_declared_page_gives_every_fact() -> None:
    facts = page(
        meta("og:title", "Ferry leaves at dawn - The Post")
        + meta("og:description", "Nobody saw it go.")
        + meta("og:site_name", "The Post")
        + meta("og:image", "/ferry.jpg")
        + '<link rel="canonical" href="https://www.post.example/2025/04/24/ferry">'
        + ld(
            article(
                headline="Ferry leaves at dawn",
                datePublished="2025-04-24T09:10:00+09:00",
                dateModified="2025-04-25T10:00:00+09:00",
                author=[{"@type": "Person", "name": "Ada Ray"}, {"name": "Bo Lind"}],
            )
        ),
        "<h1>Ferry leaves at dawn</h1>" + BODY,
    )
    assert facts.title == "Ferry leaves at dawn"
    assert facts.summary == "Nobody saw it go."
    assert facts.url == URL
    assert facts.published is not None
    assert facts.updated is not None
    assert facts.published.isoformat() == "2025-04-24T09:10:00+09:00"
    assert facts.published.basis == "jsonld"
    assert facts.updated.isoformat() == "2025-04-25T10:00:00+09:00"
    assert facts.source is not None
    assert (facts.source.name, facts.source.url) == ("The Post", "https://www.post.example/")
    assert facts.authors == ("Ada Ray", "Bo Lind")
    assert facts.language == "en"
    assert facts.image is not None
    assert facts.image.url == "https://www.post.example/ferry.jpg"
    assert facts.text.startswith("The ferry left the harbour")
    assert facts.problems == ()


@pytest.mark.parametrize(
    ("head", "body", "published", "basis"),
    [
        (
            meta("article:published_time", "2025-04-24T01:00:00Z"),
            "",
            "2025-04-24T01:00:00+00:00",
            "meta:article:published_time",
        ),
        (
            '<meta name="dc.date.issued" content="2025-04-24">',
            "",
            "2025-04-24",
            "meta:dc.date.issued",
        ),
        (
            "",
            '<span itemprop="datePublished" content="2025-04-24">today</span>',
            "2025-04-24",
            "microdata",
        ),
        ("", '<time datetime="2025-04-24">24 April</time>', "2025-04-24", "time"),
        (
            ld({"@graph": [{"@type": "WebPage", "datePublished": "2025-04-24"}]}),
            "",
            "2025-04-24",
            "jsonld",
        ),
        ("", "", "2025-04-24", "url"),
    ],
)
def test_the_date_is_declared_and_names_its_basis(
    head: str, body: str, published: str, basis: str
) -> None:
    facts = page(head, body + BODY)
    assert facts.published is not None
    assert (facts.published.isoformat(), facts.published.basis) == (published, basis)


def test_a_modified_time_is_never_the_published_one() -> None:
    facts = page(
        meta("article:modified_time", "2025-04-24T01:00:00Z")
        + ld(article(headline="t", dateModified="2025-04-24")),
        '<time class="updated" datetime="2025-04-24">24 April</time>' + BODY,
        url="https://post.example/ferry",
    )
    assert facts.published is None or facts.published.basis == "htmldate"
    assert facts.updated is not None


def test_a_date_beside_the_title_is_the_dateline() -> None:
    body = "<h1>Ferry</h1><p>Posted on April 24, 2025</p>" + BODY + "<p>March 1, 2020</p>"
    facts = page("<title>Ferry</title>", body, url="https://post.example/ferry")
    assert facts.published is not None
    assert (facts.published.isoformat(), facts.published.basis) == ("2025-04-24", "dateline")


def test_a_guessed_date_says_so() -> None:
    body = "<h1>Ferry</h1>" + BODY + "<p>Harbour, April 24, 2025</p>"
    facts = page("<title>Ferry</title>", body, url="https://post.example/ferry")
    assert facts.published is not None
    assert (facts.published.isoformat(), facts.published.basis) == ("2025-04-24", "htmldate")
    assert any("htmldate" in problem for problem in facts.problems)


def test_a_date_after_a_word_for_publishing_is_found_anywhere() -> None:
    body = "<h1>Ferry</h1>" + BODY + "<p>Veröffentlicht am 24.04.2025</p>"
    facts = page("<title>Ferry</title>", body, url="https://post.example/ferry")
    assert facts.published is not None
    assert (facts.published.isoformat(), facts.published.basis) == ("2025-04-24", "dateline")


@pytest.mark.parametrize(
    "body",
    [
        "<script src='/app.js?v=2025-04-24'></script>",
        "<p>This page was last modified on 24 April 2025, at 19:23.</p>",
        "<p>© 24 April 2025 The Post</p>",
        "<div class='comments'><time datetime='2025-04-24'>Bo says</time></div>",
    ],
)
def test_what_is_no_publication_is_never_guessed_for_one(body: str) -> None:
    facts = page(
        "<title>Ferry</title>", "<h1>Ferry</h1>" + BODY + body, url="https://p.example/ferry"
    )
    assert facts.published is None


@pytest.mark.parametrize(
    ("declared", "shown", "published"),
    [
        # The page shows the time as well: the two state its offset.
        ("2025-04-24T02:41:00Z", "April 23, 2025 10:41 PM", "2025-04-23T22:41:00-04:00"),
        ("2025-04-24T02:41:00Z", "23.04.2025, 22:41 Uhr", "2025-04-23T22:41:00-04:00"),
        # It shows the day alone: the same instant, on the nearest clock with that day.
        ("2025-04-23T22:00:00Z", "24 April 2025", "2025-04-24T00:00:00+02:00"),
        ("2025-04-24T02:41:00Z", "April 23, 2025", "2025-04-23T23:41:00-03:00"),
        # An offset of its own is believed, and so is a day that agrees.
        ("2025-04-24T02:41:00+09:00", "April 23, 2025", "2025-04-24T02:41:00+09:00"),
        ("2025-04-24T02:41:00Z", "April 24, 2025", "2025-04-24T02:41:00+00:00"),
        # Further away it is another date.
        ("2025-04-24T02:41:00Z", "April 12, 2025", "2025-04-24T02:41:00+00:00"),
    ],
)
def test_an_instant_in_utc_falls_on_the_day_that_the_page_shows(
    declared: str, shown: str, published: str
) -> None:
    facts = page(
        meta("article:published_time", declared),
        f"<h1>Ferry</h1><p>{shown}</p>{BODY}",
        url="https://post.example/ferry",
    )
    assert facts.published is not None
    assert facts.published.isoformat() == published
    assert facts.published.basis == "meta:article:published_time"


def test_a_shown_date_beats_a_declaration_that_may_mean_anything() -> None:
    body = "<h1>Ferry</h1><p>24 April 2025</p>" + BODY
    facts = page('<meta name="date" content="2025-04-26">', body, url="https://post.example/f")
    assert facts.published is not None
    assert (facts.published.isoformat(), facts.published.basis) == ("2025-04-24", "dateline")


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2025/4/7/ferry", "2025-04-07"),
        ("/2025/04/3-questions-on-ferries", None),
        ("/2028064/ferry", None),
        ("/20250424-ferry.html", "2025-04-24"),
        ("/2025-04-24", "2025-04-24"),
    ],
)
def test_an_address_states_a_date_only_whole(path: str, day: str | None) -> None:
    facts = page(url=f"https://post.example{path}")
    assert (facts.published.isoformat() if facts.published else None) == day


@pytest.mark.parametrize("text", ["Spring 2019", "April 2025", "Copyright 2024 The Post"])
def test_no_date_is_completed_from_a_part(text: str) -> None:
    facts = page(
        "<title>Ferry</title>", f"<h1>Ferry</h1><p>{text}</p>" + BODY, url="https://p.example/f"
    )
    assert facts.published is None


def test_an_address_that_contradicts_the_page_is_noted() -> None:
    facts = page(meta("article:published_time", "2024-01-02T01:00:00Z"))
    assert facts.published is not None
    assert facts.published.isoformat() == "2024-01-02T01:00:00+00:00"
    assert "the page says 2024-01-02, its address 2025-04-24" in facts.problems


@pytest.mark.parametrize(
    ("language", "text", "published"),
    [
        ("de", "03.04.2025", "2025-04-03"),
        ("fr", "Publié le 03/04/2025", "2025-04-03"),
        ("en-GB", "03/04/2025", "2025-04-03"),
        ("en", "03/04/2025", None),
    ],
)
def test_figures_are_read_in_the_order_of_the_pages_language(
    language: str, text: str, published: str | None
) -> None:
    document = f"<html lang='{language}'><body><h1>T</h1><time>{text}</time>{BODY}</body></html>"
    facts = page(html=document, url="https://post.example/ferry")
    stated = facts.published if facts.published and facts.published.basis == "time" else None
    assert (stated.isoformat() if stated else None) == published


def test_an_instant_in_utc_is_shown_on_the_pages_own_clock_where_it_has_one() -> None:
    facts = page(
        ld(article(headline="t", datePublished="2025-04-24T16:30:00Z")),
        '<time datetime="2025-04-25T01:30:00+09:00">25 April</time>' + BODY,
        url="https://post.example/ferry",
    )
    assert facts.published is not None
    assert facts.published.isoformat() == "2025-04-25T01:30:00+09:00"
    assert facts.published.basis == "jsonld"


@pytest.mark.parametrize(
    ("other", "published"),
    [
        # The same minute and second on another clock, eight hours west.
        (meta("sailthru.date", "2025-04-23 17:49:09"), "2025-04-23T17:49:09-08:00"),
        # Other seconds are another moment, seventeen hours west is no clock.
        (meta("sailthru.date", "2025-04-23 17:49:10"), "2025-04-24T01:49:09+00:00"),
        (meta("sailthru.date", "2025-04-23 08:49:09"), "2025-04-24T01:49:09+00:00"),
    ],
)
def test_the_pages_clock_is_known_from_the_same_minute_told_without_a_zone(
    other: str, published: str
) -> None:
    head = ld(article(headline="t", datePublished="2025-04-24T01:49:09Z")) + other
    facts = page(head, url="https://post.example/ferry")
    assert facts.published is not None
    assert (facts.published.isoformat(), facts.published.basis) == (published, "jsonld")


def test_full_hours_that_are_alike_by_chance_tell_no_clock() -> None:
    head = ld(article(headline="t", datePublished="2025-04-24T01:00:00Z"))
    facts = page(head + meta("date", "2025-04-23 17:00:00"), url="https://post.example/ferry")
    assert facts.published is not None
    assert facts.published.isoformat() == "2025-04-24T01:00:00+00:00"


@pytest.mark.parametrize(
    ("declared", "published"),
    [
        ("2025-04-25T01:09:55Z", "2025-04-24T23:09:55-02:00"),
        ("2025-04-23T22:30:00Z", "2025-04-24T00:30:00+02:00"),
        # Nobody lives twelve hours west: the address is a day early.
        ("2025-04-25T11:46:01Z", "2025-04-25T11:46:01+00:00"),
        # An offset of its own is believed.
        ("2025-04-25T01:09:55+09:00", "2025-04-25T01:09:55+09:00"),
    ],
)
def test_an_instant_in_utc_falls_on_the_day_of_the_pages_address(
    declared: str, published: str
) -> None:
    facts = page(meta("article:published_time", declared))
    assert facts.published is not None
    assert facts.published.isoformat() == published


LONE = {"headline": "Ferry", "datePublished": "2019-10-15", "dateModified": "2020-03-12"}


def test_a_day_told_once_and_seen_by_nobody_on_a_page_changed_later_is_not_believed() -> None:
    facts = page(ld(article(**LONE)), "<h1>Ferry</h1>" + BODY, url="https://post.example/ferry")
    assert facts.published is None
    assert (
        "declares 2019-10-15 once, shows it nowhere and was changed on 2020-03-12: "
        "no day is believed" in facts.problems
    )
    assert facts.updated is not None


@pytest.mark.parametrize(
    ("head", "body", "address"),
    [
        (meta("article:published_time", "2019-10-15"), "", "ferry"),
        ("", "<p>The ferry was bought on 15 October 2019.</p>", "ferry"),
        ("", "", "2019/10/15/ferry"),
    ],
)
def test_a_day_that_anything_else_confirms_is_believed_on_a_page_changed_later(
    head: str, body: str, address: str
) -> None:
    facts = page(
        ld(article(**LONE)) + head,
        "<h1>Ferry</h1>" + BODY + body,
        url=f"https://post.example/{address}",
    )
    assert facts.published is not None
    assert facts.published.isoformat() == "2019-10-15"


def test_a_change_within_days_casts_no_doubt() -> None:
    lone = article(**{**LONE, "dateModified": "2019-10-22"})
    facts = page(ld(lone), "<h1>Ferry</h1>" + BODY, url="https://post.example/ferry")
    assert facts.published is not None
    assert facts.published.isoformat() == "2019-10-15"


def test_a_list_of_days_before_the_title_is_not_its_date_line() -> None:
    teasers = "".join(f"<p>Harbour, June {day}, 2025</p>" for day in (12, 13, 14))
    own = "<article><time>24 April 2025</time></article>"
    listed = page("<title>Ferry</title>", f"{own}{teasers}<h1>Ferry</h1>{BODY}", url=None)
    assert listed.published is not None
    assert (listed.published.isoformat(), listed.published.basis) == ("2025-04-24", "time")
    today = "<p>Friday, 25 April 2025</p><p>24 April 2025</p>"
    dated = page("<title>Ferry</title>", f"{today}<h1>Ferry</h1>{BODY}", url=None)
    assert dated.published is not None
    assert (dated.published.isoformat(), dated.published.basis) == ("2025-04-24", "dateline")


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (
            "<title>Ferry &amp; bridge | The Post</title>",
            "<h1>Ferry &amp; bridge</h1>",
            "Ferry & bridge",
        ),
        (
            "<title>Ferry | The Post</title>" + meta("og:site_name", "The Post"),
            "<h1>The Post</h1>",
            "Ferry",
        ),
        ("<title>Ferry - post.example</title>", "", "Ferry"),
        ("<title>Ferry - what now?</title>", "", "Ferry - what now?"),
        ("<title>x</title>", '<h1><a href="/">Harbour Blog</a></h1><h2>y</h2>', "x"),
        (
            "<title>Ferry – Post</title>" + meta("og:title", "Ferry"),
            "<h1>Logo</h1><h1>Ferry</h1>",
            "Ferry",
        ),
    ],
)
def test_the_title_is_without_the_sites_name_and_only_that(
    head: str, body: str, title: str
) -> None:
    assert page(head, body + BODY).title == title


def test_of_several_articles_in_jsonld_the_pages_own_is_read() -> None:
    teasers = [
        article(
            headline=f"Other {n}", url=f"https://www.post.example/{n}", datePublished="2020-01-01"
        )
        for n in (1, 2)
    ]
    own = article(headline="Ferry", url=URL + "/", datePublished="2025-04-23")
    facts = page(ld(*teasers, own), "<h1>Ferry</h1>" + BODY)
    assert facts.published is not None
    assert facts.published.isoformat() == "2025-04-23"
    facts = page(ld(*teasers), "<h1>Ferry</h1>" + BODY)
    assert facts.published is not None
    assert facts.published.basis == "url"


@pytest.mark.parametrize(
    "script",
    [
        '{"@type":"NewsArticle","headline":"Two\nlines","datePublished":"2025-04-23",}',
        '<!-- {"@type":"Article","datePublished":"2025-04-23"} -->',
        '//<![CDATA[\n{"@type":"Article","datePublished":"2025-04-23"}\n//]]>',
        '{"@type":"Article","datePublished":"2025-04-23"};',
        '[{"@type":["Thing","BlogPosting"],"datePublished":"2025-04-23"}]',
    ],
)
def test_jsonld_with_the_usual_mistakes_is_read(script: str) -> None:
    facts = page(f'<script type="application/ld+json">{script}</script>')
    assert facts.published is not None
    assert (facts.published.isoformat(), facts.published.basis) == ("2025-04-23", "jsonld")


def test_a_description_that_repeats_the_title_is_no_summary_and_none_is_made_up() -> None:
    facts = page("<title>Ferry</title>" + meta("og:description", "Ferry"), "<h1>Ferry</h1>" + BODY)
    assert facts.summary == ""


def test_authors_are_persons_and_not_the_house() -> None:
    facts = page(
        meta("og:site_name", "The Post") + '<meta name="author" content="The Post">',
        '<p class="byline">By Ada Ray, PhD and Bo Lind</p>' + BODY,
    )
    assert facts.authors == ("Ada Ray", "Bo Lind")
    assert page('<meta name="author" content="https://facebook.com/ada">').authors == ()


@pytest.mark.parametrize(
    ("head", "body", "authors", "origin"),
    [
        (ld(article(author={"@type": "Person", "name": "Reuters"})), "", (), "Reuters"),
        ('<meta name="author" content="dpa">', "", (), "dpa"),
        ('<meta name="author" content="연합뉴스">', "", (), "연합뉴스"),
        ('<meta name="author" content="Ada Ray, AFP">', "", ("Ada Ray",), "AFP"),
        # An organisation is believed only where nobody is shown.
        (
            ld(article(author={"@type": "Organization", "name": "Harbour Office"})),
            "<p class='byline'>By Ada Ray</p>",
            ("Ada Ray",),
            "",
        ),
        ('<meta name="author" content="The Post - Ada Ray">', "", ("Ada Ray",), ""),
        # The same people and more.
        (
            ld(article(author={"name": "Ada Ray"}))
            + '<meta name="author" content="Ada Ray, Bo Lind">',
            "",
            ("Ada Ray", "Bo Lind"),
            "",
        ),
        (
            "",
            "<div itemscope><i itemprop='author'>Ada Ray</i></div>"
            "<div itemscope><i itemprop='author'>Cy Dunn</i></div>",
            ("Ada Ray",),
            "",
        ),
    ],
)
def test_people_are_authors_and_agencies_the_origin(
    head: str, body: str, authors: tuple[str, ...], origin: str
) -> None:
    facts = page(meta("og:site_name", "The Post") + head, body + BODY)
    assert (facts.authors, facts.origin) == (authors, origin)


def test_a_personal_site_is_its_author() -> None:
    head = meta("og:site_name", "Ada Ray") + '<meta name="author" content="Ada Ray">'
    facts = page(head, BODY, url="https://adaray.example/ferry")
    assert facts.authors == ("Ada Ray",)


def test_the_agency_of_a_dateline_is_the_origin() -> None:
    wire = "<p>SEOUL, April 24 (Yonhap) -- The ferry left the harbour before dawn.</p>"
    facts = page("<title>Ferry</title>", "<h1>Ferry</h1><article>" + wire + BODY + "</article>")
    assert facts.origin == "Yonhap"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (meta("og:site_name", "Sport") + ld(article(publisher={"name": "The Post"})), "The Post"),
        (meta("og:site_name", "Post - News that matters to you"), "Post"),
        ("<title>Ferry | POST</title>", "POST"),
        (meta("og:site_name", "부산일보"), "부산일보"),
        ("", "post.example"),
    ],
)
def test_the_publisher_is_named_as_it_names_itself_on_its_own_host(head: str, name: str) -> None:
    facts = page(head)
    assert facts.source is not None
    assert (facts.source.name, facts.source.url) == (name, "https://www.post.example/")


def test_the_aggregator_that_shows_a_page_is_not_its_publisher() -> None:
    head = (
        meta("og:site_name", "Collect News")
        + '<link rel="canonical" href="https://www.post.example/2025/04/24/ferry">'
    )
    facts = page(head, url="https://collect.example.org/amp/1")
    assert facts.source is not None
    facts = page(head.replace("example", "paper.example"), url="https://www.collect.test/amp/1")
    assert facts.source is not None
    assert facts.source.name == "post.paper.example"


@pytest.mark.parametrize(
    ("head", "summary"),
    [
        (meta("og:site_name", "The Post") + meta("og:description", "The Post"), ""),
        (meta("og:site_name", "Post") + meta("og:description", "Post - all news, first"), ""),
        (
            ld({"@type": "WebSite", "name": "Post", "description": "All news, every day."})
            + meta("og:description", "All news, every day."),
            "",
        ),
        (meta("og:description", "Visit the post for more."), ""),
        (meta("og:description", "By Ada Ray"), ""),
        (
            meta("og:description", "Nobody on the quay saw the old ferry go, and those who…")
            + '<meta name="description" content="Nobody on the quay saw the old ferry go, and'
            ' those who heard it slept.">',
            "Nobody on the quay saw the old ferry go, and those who heard it slept.",
        ),
        (
            meta("og:description", "The ferry leaves at dawn | Nobody on the quay saw it go away."),
            "Nobody on the quay saw it go away.",
        ),
        (
            '<meta name="description" content="so&amp;shy;ft &lt;b&gt;bold&lt;/b&gt; e&#64257;x">',
            "soft bold efix",
        ),
        (meta("og:description", "船は夜明け前に港を出た。" * 40), "船は夜明け前に港を出た。" * 25),
        (meta("og:description", "Der Kahn fuhr ab. " * 60), "Der Kahn fuhr ab. " * 33),
    ],
)
def test_a_summary_is_the_pages_own_words_on_this_article(head: str, summary: str) -> None:
    facts = page("<title>The ferry leaves at dawn</title>" + head)
    assert facts.summary == summary.strip()


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>FERRY LEAVES AT DAWN</title>", "", "FERRY LEAVES AT DAWN"),
        (
            "<title>Ferry leaves at dawn</title>" + meta("og:title", "Ferry leaves at dawn"),
            "<h1>Details</h1>",
            "Ferry leaves at dawn",
        ),
        (
            "<title>Harbour: Ferry leaves at dawn</title>",
            "<h1><span class='kicker'>Harbour</span> Ferry leaves at dawn</h1>",
            "Ferry leaves at dawn",
        ),
        ("<title>Ferry | POST.EXAMPLE</title>", "<h1>Ferry | POST.EXAMPLE</h1>", "Ferry"),
        ("<title>“Ferry” ⛴️ &amp;amp; \u202eco\u200b</title>", "", "“Ferry” ⛴️ & co"),
        ("<title>港を出る_The Post</title>" + meta("og:site_name", "The Post"), "", "港を出る"),
    ],
)
def test_titles_are_clean_and_as_written(head: str, body: str, title: str) -> None:
    facts = page(head, body + BODY)
    assert facts.title == title
    assert ("has a headline in capitals" in facts.problems) == (title.isupper() and " " in title)


def test_every_candidate_is_kept_with_its_verdict_when_asked() -> None:
    head = (
        meta("og:title", "Ferry leaves - The Post")
        + meta("og:site_name", "The Post")
        + meta("article:published_time", "2025-04-24T09:10:00+09:00")
        + '<meta name="date" content="2025-04-26"><meta name="author" content="The Post">'
    )
    body = "<h1>Ferry leaves</h1><p class='byline'>By Ada Ray</p>" + BODY
    document = f"<html><head>{head}</head><body>{body}</body></html>"
    (facts,) = read_page(document.encode(), url=URL, timezone="UTC", explain=True)
    told = {(each.fact, each.value, each.basis): each for each in facts.candidates}
    assert told["title", "Ferry leaves", "h1"].won
    assert told["published", "2025-04-24T09:10:00+09:00", "meta:article:published_time"].won
    lost = told["published", "2025-04-26", "meta:date"]
    assert (lost.won, lost.verdict) == (False, "a shown or a stronger date stands before it")
    assert told["authors", "The Post", "meta:author"].verdict == "the publisher, not a person"
    assert told["authors", "Ada Ray", "visible"].won
    assert page(head, body).candidates == ()


def test_a_saved_page_knows_where_it_came_from() -> None:
    document = (
        "<!DOCTYPE html>\n<!-- saved from url=(0041)https://post.example/2025/04/24/ferry -->\n"
        f"<html><head><title>Ferry</title></head><body>{BODY}</body></html>"
    )
    facts = page(html=document, url=None)
    assert facts.url == "https://post.example/2025/04/24/ferry"
    assert facts.source is not None
    assert facts.source.name == "post.example"


def test_a_canonical_link_to_the_front_page_is_not_believed() -> None:
    assert page('<link rel="canonical" href="https://www.post.example/">').url == URL
    assert page('<link rel="canonical" href="javascript:x()">').url == URL


@pytest.mark.parametrize(
    ("encoding", "head", "content_type"),
    [
        ("utf-8", "", ""),
        ("utf-8-sig", "", "text/html; charset=iso-8859-1"),
        ("utf-16", "", ""),
        ("cp1251", '<meta charset="windows-1251">', ""),
        ("koi8-r", "", "text/html; charset=koi8-r"),
    ],
)
def test_the_charset_is_found(encoding: str, head: str, content_type: str) -> None:
    document = f"<html><head>{head}<title>Паром ушёл</title></head><body>{BODY}</body></html>"
    (facts,) = read_page(
        document.encode(encoding), url=URL, content_type=content_type, timezone="UTC"
    )
    assert facts.title == "Паром ушёл"


def test_an_empty_page_is_an_error() -> None:
    with pytest.raises(ArticleError, match=r"the page is empty"):
        read_page(b" \n", url=URL, timezone="UTC")


_PIECES = st.sampled_from(
    [
        *(
            "<html>",
            "<head>",
            "<title>",
            "</title>",
            "<h1>",
            "</h1>",
            "<meta name=",
            "content='x'>",
        ),
        *(
            "<script type='application/ld+json'>",
            "</script>",
            "{",
            "[",
            '"@type":"Article"',
            "<!--",
        ),
        *("<time datetime='2025-99-99'>", "<link rel=canonical href='http://['>", "<svg><title>"),
        *("\0", "<div itemprop='author'>", "é", "<p class=byline>", "<base href='//'>", "2025"),
    ]
)


_STATED = {
    "2025-04-24": ["2025-04-24", "April 24, 2025", "24. April 2025", "2025년 4월 24일", "20250424"],
    "2019-01-02": ["2019-01-02T12:00:00Z", "2 January 2019", "02.01.2019", "2019/01/02"],
    "1998-12-31": ["1998-12-31", "31 December 1998", "Dec 31, 1998"],
}
_PARTIAL = ["April 2025", "2025", "Spring 2019", "24 April", "yesterday", "12:30", "v2.4.25", "1/2"]
_FRAMES = [
    '<meta name="date" content="{}">',
    '<meta property="article:published_time" content="{}">',
    '<meta property="article:modified_time" content="{}">',
    "<time datetime='{}'>then</time>",
    "<p>Posted on {}</p>",
    "<p>Last updated: {}</p>",
    "<footer>© {} The Post</footer>",
    "<p>The ferry of {} was the first.</p>",
    "<script src='/{}.js'></script>",
    '<script type="application/ld+json">{{"@type":"Article","datePublished":"{}"}}</script>',
    "<h1>{}</h1>",
]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(_FRAMES),
            st.sampled_from([*_PARTIAL, *(text for texts in _STATED.values() for text in texts)]),
        ),
        max_size=5,
    )
)
@settings(max_examples=120, deadline=None)
def test_no_day_is_published_that_does_not_stand_in_the_page(pieces: list[tuple[str, str]]) -> None:
    document = "<html><body><h1>Ferry</h1>" + "".join(f.format(t) for f, t in pieces) + BODY
    (facts,) = read_page(document.encode(), url="https://post.example/ferry", timezone="UTC")
    stated = {day for day, texts in _STATED.items() for _, text in pieces if text in texts}
    changes = {
        day
        for day, texts in _STATED.items()
        if all("modified" in f or "updated" in f or "©" in f for f, t in pieces if t in texts)
    }
    if facts.published is not None:
        assert facts.published.isoformat()[:10] in stated - changes


def test_a_vast_page_is_read_without_the_libraries_and_says_so() -> None:
    facts = page("<title>Ferry</title>", "<h1>Ferry</h1>" + "<p>a" * 30_000)
    assert facts.title == "Ferry"
    assert len(facts.text) > 10_000
    assert "a vast page: its main text is not told from the rest" in facts.problems


def test_the_libraries_stay_silent(capfd: pytest.CaptureFixture[str]) -> None:
    page(html="<html></html>", url="https://post.example/x")
    page(html="<p>", url="https://post.example/x")
    assert capfd.readouterr() == ("", "")


@given(st.one_of(st.binary(min_size=1, max_size=200), st.lists(_PIECES, max_size=20).map("".join)))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_page_or_an_error(data: bytes | str) -> None:
    data = data.encode() if isinstance(data, str) else data
    try:
        read_page(data, url=None, timezone="UTC")
    except ArticleError as error:
        assert "page" in str(error) or "HTML" in str(error)
