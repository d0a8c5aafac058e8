"""Atom 1.0 and 0.3, and JSON Feed: the same facts from other shapes."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from digest.errors import FeedError
from digest.feeds import Feed, parse_feed
from digest.model import Facts


def atom(inner: str, attributes: str = "") -> Feed:
    document = f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{inner}</feed>'
    return parse_feed(document.encode(), url="https://e.example/atom.xml", timezone="UTC")


def entry_of(inner: str, head: str = "<title>E</title>") -> Facts:
    (entry,) = atom(f"{head}<entry>{inner}</entry>").entries
    return entry


def json_feed(**fields: Any) -> Feed:
    value = {"version": "https://jsonfeed.org/version/1.1", "title": "J", **fields}
    return parse_feed(json.dumps(value).encode(), url="https://j.example/feed.json", timezone="UTC")


def test_an_atom_entry_carries_every_fact_that_it_states() -> None:
    entry = entry_of(
        """<title type="html">Salt &amp;amp; &lt;i&gt;sea&lt;/i&gt;</title>
        <link rel="self" href="/self"/><link rel="replies" href="/replies"/>
        <link rel="alternate" type="application/pdf" href="/1.pdf"/>
        <link rel="alternate" type="text/html" href="/1"/>
        <id>tag:e.example,2025:1</id><published>2025-04-20T00:00:00Z</published>
        <updated>2025-04-24T09:00:00Z</updated><summary>Short.</summary>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>Two</p></div>
        </content><author><name>Ada</name><email>a@e.example</email></author>
        <author><name>Bo</name></author><category term="x" label="Harbours"/>
        <link rel="enclosure" type="image/png" href="/p.png"/>""",
        '<title>E</title><link href="https://e.example/"/>',
    )
    assert entry.title == "Salt & sea"
    assert entry.url == "https://e.example/1"
    assert entry.guid == "tag:e.example,2025:1"
    assert entry.published is not None
    assert entry.updated is not None
    assert entry.published.isoformat() == "2025-04-20T00:00:00+00:00"
    assert entry.updated.isoformat() == "2025-04-24T09:00:00+00:00"
    assert (entry.summary, entry.text) == ("Short.", "One\n\nTwo")
    assert entry.authors == ("Ada", "Bo")
    assert entry.categories == ("Harbours",)
    assert entry.image is not None
    assert entry.image.url == "https://e.example/p.png"
    assert entry.source is not None
    assert (entry.source.name, entry.source.url) == ("E", "https://e.example/")


def test_updated_alone_counts_and_says_so() -> None:
    entry = entry_of("<title>t</title><updated>2025-04-24T09:00:00Z</updated>")
    assert entry.published is not None
    assert entry.published.basis == "feed:updated"


def test_content_is_never_the_summary() -> None:
    entry = entry_of("<title>t</title><content>All of the text.</content>")
    assert (entry.summary, entry.text) == ("", "All of the text.")


@pytest.mark.parametrize(
    ("construct", "text"),
    [
        ('type="text">1 &lt; 2 &amp;amp; 3', "1 < 2 &amp; 3"),
        ('type="html">&lt;b&gt;bold&lt;/b&gt; &amp;amp; more', "bold & more"),
        ('type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">a <b>b</b> &lt;</div>', "a b <"),
        ('type="text/html" mode="escaped">&lt;p&gt;x&lt;/p&gt;', "x"),
        ('mode="base64" type="text/html">' + base64.b64encode(b"<p>x</p>").decode(), "x"),
    ],
)
def test_text_constructs_are_read_as_their_type_says(construct: str, text: str) -> None:
    assert entry_of(f"<title {construct}</title>").title == text


def test_relative_links_start_from_the_nearest_xml_base() -> None:
    feed = atom(
        '<entry xml:base="dir/"><title>t</title><link href="p"/></entry>',
        'xml:base="https://b.example/"',
    )
    assert feed.entries[0].url == "https://b.example/dir/p"


def test_the_source_of_an_entry_is_its_publisher_and_lends_its_authors() -> None:
    entry = entry_of(
        "<title>t</title><source><title>Far</title><link href='https://far.example/'/>"
        "<author><name>Cy</name></author></source>",
        "<title>Planet</title><author><name>Planet</name></author>",
    )
    assert entry.source is not None
    assert (entry.source.name, entry.source.url) == ("Far", "https://far.example/")
    assert entry.authors == ("Cy",)


def test_the_language_is_the_nearest_that_is_declared() -> None:
    feed = atom('<entry xml:lang="de"><title>t</title></entry><entry/>', 'xml:lang="en"')
    assert [entry.language for entry in feed.entries] == ["de", "en"]


def test_atom_0_3_is_read_by_the_same_rules() -> None:
    document = b"""<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Old</title>
    <entry><title>t</title><link rel="alternate" type="text/html" href="https://o.example/1"/>
    <issued>2003-12-13T08:29:29-04:00</issued><modified>2004-01-01T00:00:00Z</modified></entry></feed>"""
    (entry,) = parse_feed(document, url="", timezone="UTC").entries
    assert entry.url == "https://o.example/1"
    assert entry.published is not None
    assert entry.published.isoformat() == "2003-12-13T08:29:29-04:00"


def test_a_json_feed_carries_the_same_facts() -> None:
    feed = json_feed(
        home_page_url="https://j.example/",
        language="en",
        authors=[{"name": "House"}],
        items=[
            {
                "id": 7,
                "url": "/7",
                "external_url": "https://far.example/",
                "title": "Seven",
                "summary": "Dek.",
                "content_html": "<p>a</p><p>b</p>",
                "image": "/7.png",
                "date_published": "2025-04-24T09:00:00+09:00",
                "date_modified": "2025-04-25T09:00:00+09:00",
                "tags": ["x", "y"],
            },
            {
                "id": "https://j.example/8",
                "content_text": "Just a note.",
                "authors": [{"name": "A"}],
            },
            "noise",
        ],
    )
    first, second = feed.entries
    assert (feed.kind, feed.home_url) == ("json", "https://j.example/")
    assert (first.url, first.guid, first.title) == ("https://j.example/7", "7", "Seven")
    assert (first.summary, first.text) == ("Dek.", "a\n\nb")
    assert first.published is not None
    assert first.published.isoformat() == "2025-04-24T09:00:00+09:00"
    assert first.authors == ("House",)
    assert first.categories == ("x", "y")
    assert first.image is not None
    assert (second.url, second.text, second.authors) == (
        "https://j.example/8",
        "Just a note.",
        ("A",),
    )
    assert (second.title, second.problems) == ("", ("no title",))


def test_a_json_feed_may_begin_with_a_byte_order_mark_and_end_lists_with_commas() -> None:
    data = b'\xef\xbb\xbf{"version":"https://jsonfeed.org/version/1","title":"J","items":[{"id":"1"},]}'
    feed = parse_feed(data, url="", timezone="UTC")
    assert len(feed.entries) == 1
    assert feed.problems == ("repaired: it is not valid JSON",)


def test_json_that_is_no_feed_says_what_the_server_said() -> None:
    with pytest.raises(FeedError) as caught:
        parse_feed(
            b'{"error": {"message": "quota used up"}}', url="https://x.example/", timezone="UTC"
        )
    assert str(caught.value) == 'https://x.example/: JSON, but no JSON Feed: "quota used up"'
    assert caught.value.status == "not-a-feed"


def test_odd_values_in_a_json_feed_are_left_out() -> None:
    feed = json_feed(items=[{"id": None, "title": ["x"], "url": {}, "tags": "a", "authors": [1]}])
    assert feed.entries[0].url is None
    assert feed.entries[0].title == ""
