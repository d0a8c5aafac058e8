"""Which feeds a page offers, and which follow from an address alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.feeds.discovery import (
    FEED_TYPES,
    WELL_KNOWN,
    feed_address,
    find_declared,
    find_linked,
    well_known,
)
from digest.feeds.places import guesses_for, offers_for, offers_in_page

CASES = Path(__file__).resolve().parents[3] / "shared/data/feeds/discovery.jsonl"
HOME = "https://site.example/blog/"


def declared(head: str, **said: str) -> list[tuple[str, str]]:
    page = f"<!doctype html><html><head>{head}</head><body></body></html>".encode()
    return [(offer.url, offer.title) for offer in find_declared(page, url=HOME, **said)]


@pytest.mark.skipif(not CASES.exists(), reason=f"NOT RUN: no known pages at {CASES}")
def test_known_pages_give_their_feeds() -> None:
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines() if line]
    assert cases
    for case in cases:
        found = find_declared(case["html"].encode(), url=case["base_url"])
        assert len(found) == case["count"], case["id"]
        if case["urls"]:
            assert [offer.url for offer in found] == case["urls"], case["id"]
        if case["titles"]:
            assert [offer.title for offer in found] == case["titles"], case["id"]


@pytest.mark.parametrize("kind", sorted(FEED_TYPES))
def test_each_feed_type_is_found_with_its_title(kind: str) -> None:
    link = f'<link rel="alternate" type="{kind}" href="../f" title=" The&nbsp;site ">'
    assert declared(link) == [("https://site.example/f", "The site")]


@pytest.mark.parametrize(
    "link",
    [
        '<LINK REL="home ALTERNATE" TYPE="Application/RSS+XML; charset=utf-8" HREF=/f>',
        '<link rel="feed" href="/f">',
        '<link rel=alternate type=application/rss+xml href="feed://site.example/f" >',
        '<link rel=alternate type=application/rss+xml href="feed:https://site.example/f">',
        '<link rel=alternate type=application/rss+xml href="  https://site.example/f#top  ">',
    ],
)
def test_links_are_read_in_every_notation(link: str) -> None:
    (found,) = declared(link)
    assert found[0].partition("://")[2] == "site.example/f"


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="stylesheet alternate" type="text/xml" href="/f">',
        '<link rel="alternate" hreflang="de" href="/de">',
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed">',
        '<link rel="alternate" type="application/rss+xml">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        '<!-- <link rel="alternate" type="application/rss+xml" href="/f"> -->',
        '<link rel="next" type="application/rss+xml" href="/f?page=2">',
    ],
)
def test_what_is_no_feed_is_no_offer(link: str) -> None:
    assert declared(link) == []


def test_relative_addresses_start_from_the_first_base_that_has_an_address() -> None:
    head = (
        '<base target="_top"><base href="//cdn.example/x/"><base href="https://no.example/">'
        '<link rel="alternate" type="application/atom+xml" href="f">'
    )
    assert declared(head) == [("https://cdn.example/x/f", "")]


def test_each_address_comes_once_and_comments_last() -> None:
    head = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{href}" title="{title}">'
        for href, title in [
            ("/comments/feed", "Site"),
            ("/fr", "Site » Flux des commentaires"),
            ("/f", "Site"),
            ("https://SITE.example:443/f?utm_source=x", "Site again"),
            ("/atom", "Atom"),
        ]
    )
    assert [url for url, _ in declared(head)] == [
        "https://site.example/f",
        "https://site.example/atom",
        "https://site.example/comments/feed",
        "https://site.example/fr",
    ]


def test_link_header_is_read_before_the_page() -> None:
    header = (
        '</h>; rel="alternate"; type="application/rss+xml"; title="One, \\"two\\"; three", '
        "<https://other.example/g>; rel=alternate; type=application/feed+json, </n>; rel=next"
    )
    assert declared('<link rel="feed" href="/f">', link_header=header) == [
        ("https://site.example/h", 'One, "two"; three'),
        ("https://other.example/g", ""),
        ("https://site.example/f", ""),
    ]


def test_titles_are_read_in_the_page_s_own_charset() -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/f" title="Größe">'
    for encoding, said in (("utf-8", "text/html"), ("cp1252", "text/html; charset=windows-1252")):
        (found,) = find_declared(link.encode(encoding), url=HOME, content_type=said)
        assert found.title == "Größe"
    odd = find_declared(link.encode("cp1252"), url=HOME, content_type="text/html; charset=x-foo")
    assert [offer.url for offer in odd] == ["https://site.example/f"]


@pytest.mark.parametrize(
    "href",
    ["/feed", "/feed/", "rss", "/rss.xml", "/a/index.rdf", "/x.atom", "/feed.json", "/?feed=rss2"],
)
def test_links_that_end_as_feeds_do_are_guesses(href: str) -> None:
    page = f'<p><a href="/about">About</a> <a href="{href}">Our <b>feed</b></a></p>'.encode()
    (found,) = find_linked(page, url=HOME)
    assert found.title == "Our feed"


@pytest.mark.parametrize("href", ["/feedback", "/rss-explained", "/sitemap.xml", "#feed", ""])
def test_links_that_only_sound_like_feeds_are_none(href: str) -> None:
    assert find_linked(f'<a href="{href}">feed</a>'.encode(), url=HOME) == ()


def test_at_most_four_usual_addresses_are_named_all_on_the_same_host() -> None:
    assert len(WELL_KNOWN) <= 4
    assert {offer.url.rpartition("/")[0] for offer in well_known(HOME)} == {"https://site.example"}


def test_lists_may_write_addresses_with_the_scheme_feed() -> None:
    assert feed_address("feed://a.example/f") == "http://a.example/f"
    assert feed_address("feed:https://a.example/f") == "https://a.example/f"
    assert feed_address("ftp://a.example/f") is None


CHANNEL = "UCabcdefghijklmnopqrstuv"


@pytest.mark.parametrize(
    ("address", "feeds"),
    [
        (
            f"youtube.com/channel/{CHANNEL}/videos",
            [f"www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"],
        ),
        (
            "www.youtube.com/playlist?list=PLabc",
            ["www.youtube.com/feeds/videos.xml?playlist_id=PLabc"],
        ),
        (
            "m.youtube.com/watch?v=1&list=PLabc",
            ["www.youtube.com/feeds/videos.xml?playlist_id=PLabc"],
        ),
        ("www.youtube.com/user/name", ["www.youtube.com/feeds/videos.xml?user=name"]),
        ("www.youtube.com/@handle", []),
        (f"www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}", []),
        ("www.reddit.com/r/python/", ["www.reddit.com/r/python/.rss"]),
        ("old.reddit.com/r/python/top", ["www.reddit.com/r/python/top/.rss"]),
        ("reddit.com/u/name", ["www.reddit.com/user/name/.rss"]),
        ("www.reddit.com/r/python/.rss", []),
        (
            "github.com/owner/name.git",
            [f"github.com/owner/name/{what}.atom" for what in ("releases", "tags", "commits")],
        ),
        ("github.com/owner/name/releases", ["github.com/owner/name/releases.atom"]),
        ("github.com/owner/name/tags", ["github.com/owner/name/tags.atom"]),
        ("github.com/owner/name/commits/main", ["github.com/owner/name/commits/main.atom"]),
        (
            "github.com/owner/name/blob/main/a/b.md",
            ["github.com/owner/name/commits/main/a/b.md.atom"],
        ),
        ("github.com/owner", ["github.com/owner.atom"]),
        ("github.com/topics/feeds", []),
        ("github.com/owner/name/releases.atom", []),
        (
            "gitlab.com/group/sub/name/-/issues",
            [
                "gitlab.com/group/sub/name/-/releases.atom",
                "gitlab.com/group/sub/name/-/tags?format=atom",
                "gitlab.com/group/sub/name.atom",
            ],
        ),
        (
            "codeberg.org/owner/name",
            [
                "codeberg.org/owner/name/releases.rss",
                "codeberg.org/owner/name/tags.rss",
                "codeberg.org/owner/name.rss",
            ],
        ),
        ("letters.substack.com/p/a-post", ["letters.substack.com/feed"]),
        ("open.substack.com/pub/letters/p/a", ["letters.substack.com/feed"]),
        ("substack.com/@name", []),
        ("site.wordpress.com", ["site.wordpress.com/feed/"]),
        ("site.wordpress.com/category/news", ["site.wordpress.com/category/news/feed/"]),
        ("medium.com/@name/a-post-1", ["medium.com/feed/@name"]),
        ("medium.com/tag/energy", ["medium.com/feed/tag/energy"]),
        ("name.medium.com", ["name.medium.com/feed"]),
        ("bsky.app/profile/name.example", ["bsky.app/profile/name.example/rss"]),
        ("name.tumblr.com/post/1", ["name.tumblr.com/rss"]),
        ("name.blogspot.com/2025/04/", ["name.blogspot.com/feeds/posts/default"]),
        ("dev.to/name", ["dev.to/feed/name"]),
        ("vimeo.com/name", ["vimeo.com/name/videos/rss"]),
        ("arxiv.org/list/cs.CL/recent", ["rss.arxiv.org/rss/cs.CL"]),
        ("notyoutube.com/channel/" + CHANNEL, []),
        ("times.example/r/python", []),
    ],
)
def test_known_sites_give_their_feeds_by_the_form_of_the_address(
    address: str, feeds: list[str]
) -> None:
    for scheme in ("https", "http"):
        found = [offer.url for offer in offers_for(f"{scheme}://{address}")]
        assert found == [f"{scheme}://{feed}" for feed in feeds]
        for url in found:
            assert offers_for(url) == (), "a feed's own address stands for itself"


def test_profiles_and_categories_anywhere_are_guessed() -> None:
    def guess(url: str) -> list[str]:
        return [offer.url for offer in guesses_for(url)]

    assert guess("https://social.example/@name") == ["https://social.example/@name.rss"]
    assert guess("https://social.example/users/name/") == ["https://social.example/users/name.rss"]
    assert guess("https://social.example/tags/energy") == ["https://social.example/tags/energy.rss"]
    assert guess("https://b.example/category/x/") == ["https://b.example/category/x/feed/"]
    assert guess("https://b.example/about") == []


def test_channel_known_by_a_handle_is_found_in_its_page() -> None:
    page = f'<script>{{"externalId":"{CHANNEL}"}}</script>'.encode()
    (found,) = offers_in_page(page, "https://www.youtube.com/@handle")
    assert found.url == f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"
    assert offers_in_page(page, "https://other.example/@handle") == ()


@given(st.binary(max_size=400), st.text(max_size=60), st.text(max_size=120))
def test_no_page_and_no_header_breaks_it(data: bytes, url: str, header: str) -> None:
    for offer in (
        *find_declared(b"<link rel=feed href=" + data, url=url, link_header=header),
        *find_linked(b"<a href=/feed>" + data, url=f"https://{url}"),
    ):
        assert offer.url.lower().startswith(("http://", "https://"))
    assert offers_for(f"https://youtube.com/{url}") is not None
