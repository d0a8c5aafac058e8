"""RSS 0.91 to 2.0 and RSS 1.0: what an entry says, and nothing else."""

from __future__ import annotations

import pytest

from digest.feeds import Feed, parse_feed
from digest.model import Facts

NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def feed_of(items: str, channel: str = "<title>The Harbour Post</title>") -> Feed:
    document = f'<rss version="2.0" {NAMESPACES}><channel>{channel}{items}</channel></rss>'
    return parse_feed(document.encode(), url="https://post.example/rss.xml", timezone="UTC")


def entry_of(inner: str, channel: str = "<title>The Harbour Post</title>") -> Facts:
    (entry,) = feed_of(f"<item>{inner}</item>", channel).entries
    return entry


def test_an_entry_carries_every_fact_that_the_item_states() -> None:
    entry = entry_of(
        """<title>Ferry &amp;amp; bridge</title><link>https://post.example/1</link>
        <description>&lt;p&gt;A &lt;b&gt;short&lt;/b&gt; dek.&lt;/p&gt;</description>
        <content:encoded><![CDATA[<p>First.</p><p>Second.</p>]]></content:encoded>
        <pubDate>Thu, 24 Apr 2025 09:10:00 +0900</pubDate><dc:creator>Ada Ray</dc:creator>
        <category>Ports</category><category>Ports</category><dc:subject>Sea</dc:subject>
        <guid isPermaLink="false">tag:1</guid><dc:language>en-us</dc:language>
        <media:thumbnail url="/t.jpg" width="120" height="80"/>""",
        "<title>The Harbour Post</title><link>https://post.example/</link>",
    )
    assert entry.title == "Ferry & bridge"
    assert entry.summary == "A short dek."
    assert entry.text == "First.\n\nSecond."
    assert entry.url == "https://post.example/1"
    assert entry.published is not None
    assert entry.published.isoformat() == "2025-04-24T09:10:00+09:00"
    assert entry.published.basis == "feed:published"
    assert entry.updated is None
    assert entry.authors == ("Ada Ray",)
    assert entry.categories == ("Ports", "Sea")
    assert entry.guid == entry.fragment == "tag:1"
    assert entry.language == "en-US"
    assert entry.image is not None
    assert (entry.image.url, entry.image.width_px) == ("https://post.example/t.jpg", 120)
    assert entry.source is not None
    assert (entry.source.name, entry.source.url) == ("The Harbour Post", "https://post.example/")
    assert entry.problems == ()


@pytest.mark.parametrize(
    ("inner", "url"),
    [
        ("<link>https://a.example/1</link><guid>https://a.example/g</guid>", "https://a.example/1"),
        (
            "<link>https://p.example/x</link><feedburner:origLink>https://a.example/1</feedburner:origLink>",
        )
        * 1
        + ("https://a.example/1",),
        ("<guid>https://a.example/1</guid>", "https://a.example/1"),
        ('<guid isPermaLink="false">https://a.example/1</guid>', None),
        ("<guid>4711</guid>", None),
        ('<atom:link href="https://a.example/1"/>', "https://a.example/1"),
        ('<atom:link rel="self" href="https://a.example/f"/>', None),
        ('<atom:link rel="replies" href="https://a.example/r"/>', None),
        ('<atom:link rel="hub" href="https://a.example/h"/>', None),
        ('<enclosure url="https://a.example/a.mp3" type="audio/mpeg"/>', None),
        ("<comments>https://a.example/c</comments>", None),
        ("<link>\n  /1\n</link>", "https://post.example/1"),
        (
            '<link xml:base="https://b.example/d/">ignored/base</link>',
            "https://post.example/ignored/base",
        ),
    ],
)
def test_the_link_is_the_page_of_the_entry_and_no_other(inner: str, url: str | None) -> None:
    assert entry_of(f"<title>t</title>{inner}").url == url


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
def test_a_link_that_is_no_web_address_is_null_and_said(link: str) -> None:
    entry = entry_of(f"<title>t</title><link>{link}</link>")
    assert entry.url is None
    assert entry.problems == (f"the link is no web address: {link}",)


@pytest.mark.parametrize(
    ("inner", "published", "basis"),
    [
        ("<dc:date>2025-04-24</dc:date>", "2025-04-24", "feed:published"),
        (
            "<dcterms:issued>2025-04-24T01:00:00Z</dcterms:issued>",
            "2025-04-24T01:00:00+00:00",
            "feed:published",
        ),
        (
            "<atom:updated>2025-04-24T01:00:00Z</atom:updated>",
            "2025-04-24T01:00:00+00:00",
            "feed:updated",
        ),
        (
            "<atom:updated>2025-05-01T01:00:00Z</atom:updated>"
            "<pubDate>24 Apr 2025 09:00 GMT</pubDate>",
            "2025-04-24T09:00:00+00:00",
            "feed:published",
        ),
    ],
)
def test_the_date_is_the_first_publication_and_says_what_it_rests_on(
    inner: str, published: str, basis: str
) -> None:
    when = entry_of(f"<title>t</title>{inner}").published
    assert when is not None
    assert (when.isoformat(), when.basis) == (published, basis)


@pytest.mark.parametrize(
    "text", ["April", "09:00", "30", "Wed, 30 Nov -0001 00:00:00 +0000", "soon"]
)
def test_what_is_no_date_becomes_none_and_a_problem(text: str) -> None:
    entry = entry_of(f"<title>t</title><pubDate>{text}</pubDate>")
    assert entry.published is None
    assert len(entry.problems) == 1


def test_the_date_of_the_feed_is_no_date_of_its_items() -> None:
    feed = feed_of(
        "<item><title>t</title></item>",
        "<title>F</title><pubDate>Thu, 24 Apr 2025 09:00:00 GMT</pubDate>"
        "<lastBuildDate>Fri, 25 Apr 2025 09:00:00 GMT</lastBuildDate>",
    )
    assert feed.entries[0].published is None
    assert feed.published is not None
    assert feed.updated is not None


def test_a_time_without_zone_is_read_in_the_zone_that_the_other_items_agree_on() -> None:
    dates = ("24 Apr 2025 09:00 +0900", "24 Apr 2025 10:00 +0900", "24 Apr 2025 11:00")
    items = "".join(f"<item><title>t</title><pubDate>{date}</pubDate></item>" for date in dates)
    last = feed_of(items).entries[-1]
    assert last.published is not None
    assert last.published.isoformat() == "2025-04-24T11:00:00+09:00"
    assert last.published.zone_known is False
    assert last.problems == (
        "date “24 Apr 2025 11:00” has a time without a zone: "
        "read in UTC+09:00, as the feed's other times",
    )


def test_the_source_element_names_the_publisher() -> None:
    entry = entry_of('<title>t</title><source url="https://far.example/feed.xml">Far News</source>')
    assert entry.source is not None
    assert (entry.source.name, entry.source.url) == ("Far News", "https://far.example/")


def test_without_a_feed_title_the_host_is_the_source() -> None:
    entry = entry_of("<title>t</title>", "<link>https://www.post.example/</link>")
    assert entry.source is not None
    assert entry.source.name == "post.example"


def test_a_picture_is_taken_from_media_enclosure_or_itunes() -> None:
    content = '<media:content url="https://a.example/p.jpg" medium="image"/>'
    enclosure = '<enclosure url="https://a.example/e.png" type="image/png"/>'
    itunes = '<itunes:image href="https://a.example/i.jpg"/>'
    audio = '<enclosure url="https://a.example/a.mp3" type="audio/mpeg"/>'
    given = [entry_of(f"<title>t</title>{inner}").image for inner in (content, enclosure, itunes)]
    assert [image.url for image in given if image] == [
        "https://a.example/p.jpg",
        "https://a.example/e.png",
        "https://a.example/i.jpg",
    ]
    assert entry_of(f"<title>t</title>{audio}").image is None


def test_titles_of_media_are_not_the_title_and_unknown_tags_stay_in_titles() -> None:
    assert entry_of("<media:title>no</media:title><title>yes</title>").title == "yes"
    assert entry_of(
        "<title>vector&amp;lt;T&amp;gt; &amp;amp; &lt;b&gt;more&lt;/b&gt;</title>"
    ).title == ("vector<T> & more")
    assert entry_of("<title>What is &lt;example&gt;?</title>").title == "What is <example>?"


def test_an_entry_without_title_has_none_and_says_so() -> None:
    entry = entry_of("<description>A note of a few words.</description>")
    assert entry.title == ""
    assert entry.summary == "A note of a few words."
    assert entry.problems == ("no title",)


def test_mail_addresses_are_no_part_of_an_author() -> None:
    assert entry_of("<title>t</title><author>ada@a.example (Ada Ray)</author>").authors == (
        "Ada Ray",
    )
    assert entry_of("<title>t</title><author>Ada Ray &lt;ada@a.example&gt;</author>").authors == (
        "Ada Ray",
    )


def test_rss_1_0_items_stand_beside_their_channel() -> None:
    document = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
      <channel rdf:about="https://r.example/f"><title>R</title><link>https://r.example/</link></channel>
      <item rdf:about="https://r.example/1"><title>One</title><link>https://r.example/1</link>
      <dc:date>2025-04-24T09:00:00+02:00</dc:date><dc:creator>Bo</dc:creator></item></rdf:RDF>"""
    feed = parse_feed(document, url="https://r.example/f", timezone="UTC")
    assert (feed.kind, feed.title, feed.home_url) == ("rdf", "R", "https://r.example/")
    (entry,) = feed.entries
    assert (entry.title, entry.url, entry.guid) == (
        "One",
        "https://r.example/1",
        "https://r.example/1",
    )
    assert entry.authors == ("Bo",)


def test_a_guid_that_several_items_share_tells_them_apart_by_their_links() -> None:
    items = "".join(
        f"<item><title>{n}</title><guid isPermaLink='false'>show</guid>"
        f"<link>https://a.example/{n}</link></item>"
        for n in (1, 2, 2)
    )
    entries = feed_of(items).entries
    assert [entry.guid for entry in entries] == [
        "show https://a.example/1 1",
        "show https://a.example/2 2",
        "show https://a.example/2 2",
    ]
    assert len({entry.fragment for entry in entries}) == 3
    assert len({entry.fragment for entry in entries}) == 3


def test_an_empty_feed_is_a_feed_without_entries() -> None:
    feed = feed_of("")
    assert (feed.title, feed.entries, feed.problems) == ("The Harbour Post", (), ())
