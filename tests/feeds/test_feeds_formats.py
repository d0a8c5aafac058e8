# ruff: noqa: E501 - documents of others are shown as they are
"""Every version of every format that the issue on gathering names, one entry each."""

from __future__ import annotations

import pytest

from digest.feeds import Feed, parse_feed

RSS_1 = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
ITEM = "<item><title>A treaty</title><link>https://times.example/treaty</link></item>"
DATED = ITEM.replace("</item>", "<pubDate>Thu, 24 Apr 2025 09:10:00 +0900</pubDate></item>")
DC = "<dc:date>2025-04-24T09:10:00+09:00</dc:date><dc:creator>Kim</dc:creator></item>"
DOCTYPE = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.example/rss-0.91.dtd">'
ENTRY = (
    '<entry><title>A treaty</title><link rel="alternate" href="https://times.example/treaty"/>'
    "<id>tag:times.example,2025:1</id>{}</entry>"
)
JSON = (
    '{{"version":"https://jsonfeed.org/version/{}","title":"Times","items":[{{"id":"1",'
    '"title":"A treaty","url":"https://times.example/treaty",{}'
    '"date_published":"2025-04-24T09:10:00+09:00"}}]}}'
)
STAMP = "2025-04-24T09:10:00+09:00"

FORMATS = {
    "RSS 0.90": f'<rdf:RDF {RSS_1} xmlns="http://my.netscape.com/rdf/simple/0.9/">'
    f"<channel><title>Times</title></channel>{ITEM}</rdf:RDF>",
    "RSS 0.91 Netscape": f'{DOCTYPE}<rss version="0.91"><channel><title>Times</title>{DATED}</channel></rss>',
    "RSS 0.91 Userland": f'<rss version="0.91"><channel><title>Times</title>{DATED}</channel></rss>',
    "RSS 0.92": f'<rss version="0.92"><channel><title>Times</title>{DATED}</channel></rss>',
    "RSS 0.93": f'<rss version="0.93"><channel><title>Times</title>{DATED}</channel></rss>',
    "RSS 0.94": f'<rss version="0.94"><channel><title>Times</title>{DATED}</channel></rss>',
    "RSS 1.0": f'<rdf:RDF {RSS_1} xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    f"<channel><title>Times</title></channel>{ITEM.replace('</item>', DC)}</rdf:RDF>",
    "RSS 1.1": '<Channel xmlns="http://purl.org/net/rss1.1#"><title>Times</title><items>'
    f"{DATED}</items></Channel>",
    "RSS 2.0": f'<rss version="2.0"><channel><title>Times</title>{DATED}</channel></rss>',
    "RSS without a version": f"<rss><channel><title>Times</title>{DATED}</channel></rss>",
    "Atom 0.3": '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Times</title>'
    f"{ENTRY.format(f'<issued>{STAMP}</issued><modified>2025-04-26T00:00:00Z</modified>')}</feed>",
    "Atom 1.0": '<feed xmlns="http://www.w3.org/2005/Atom"><title>Times</title>'
    f"{ENTRY.format(f'<published>{STAMP}</published><updated>2025-04-26T00:00:00Z</updated>')}</feed>",
    "JSON Feed 1.0": JSON.format("1", '"author":{"name":"Kim"},'),
    "JSON Feed 1.1": JSON.format("1.1", '"authors":[{"name":"Kim"}],'),
}


def read(document: str) -> Feed:
    return parse_feed(document.encode(), url="https://times.example/feed", timezone="Asia/Seoul")


@pytest.mark.parametrize("name", FORMATS)
def test_format_gives_title_address_and_date(name: str) -> None:
    feed = read(FORMATS[name])
    (entry,) = feed.entries
    assert feed.title == "Times"
    assert (entry.title, entry.url) == ("A treaty", "https://times.example/treaty")
    if name == "RSS 0.90":  # which has no dates
        assert entry.published is None
    else:
        assert entry.published is not None and entry.published.isoformat() == STAMP
        assert entry.published.basis == "feed:published"
    if name.startswith(("JSON", "RSS 1.0")):
        assert entry.authors == ("Kim",)
    if name.startswith("Atom"):
        assert entry.updated is not None
        assert entry.updated.isoformat() == "2025-04-26T00:00:00+00:00"


def rss(inner: str) -> str:
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>T</title>'
        f"<item><title>A treaty</title>{inner}</item></channel></rss>"
    )


def test_content_encoded_is_the_text_and_the_description_the_summary() -> None:
    (entry,) = read(
        rss("<description>Dek.</description><content:encoded>&lt;p>Body.</content:encoded>")
    ).entries
    assert (entry.summary, entry.text) == ("Dek.", "Body.")


def test_media_itunes_and_dublin_core_fill_what_rss_leaves_open() -> None:
    (media,) = read(
        rss('<media:content url="https://t.example/a.jpg" medium="image" width="640"/>')
    ).entries
    assert media.image is not None
    assert (media.image.url, media.image.width_px) == ("https://t.example/a.jpg", 640)
    (grouped,) = read(
        rss(
            "<media:group><media:title>No title.</media:title></media:group><media:group>"
            "<media:description>In a group.</media:description></media:group>"
        )
    ).entries
    assert (grouped.title, grouped.summary) == ("A treaty", "In a group.")
    (podcast,) = read(
        rss(
            "<itunes:author>Kim</itunes:author><itunes:summary>Of the treaty.</itunes:summary>"
            '<itunes:image href="https://t.example/b.jpg"/>'
        )
    ).entries
    assert (podcast.authors, podcast.summary) == (("Kim",), "Of the treaty.")
    assert podcast.image is not None and podcast.image.url == "https://t.example/b.jpg"
    (core,) = read(
        rss(
            "<dc:creator>Lee</dc:creator><dc:subject>Asia</dc:subject><dc:date>2025-04-24</dc:date>"
        )
    ).entries
    assert (core.authors, core.categories) == (("Lee",), ("Asia",))
    assert core.published is not None and core.published.isoformat() == "2025-04-24"


def test_description_and_summary_are_both_kept_and_the_long_one_is_the_text() -> None:
    (short,) = read(rss("<description>Dek.</description><summary>More.</summary>")).entries
    assert (short.summary, short.text) == ("Dek.", "More.")
    body = "A sentence of the article. " * 40
    (long,) = read(rss(f"<description>{body}</description><summary>Dek.</summary>")).entries
    assert (long.summary, long.text) == ("Dek.", body.strip())
    (same,) = read(rss("<description>Dek.</description><summary>Dek.</summary>")).entries
    assert (same.summary, same.text) == ("Dek.", "")


def test_a_json_feed_was_published_when_its_latest_entry_was_wherever_that_stands() -> None:
    def dated(*stamps: str) -> Feed:
        items = ",".join(
            f'{{"id":"{number}","title":"One","date_published":"{stamp}"}}'
            for number, stamp in enumerate(stamps)
        )
        text = f'{{"version":"https://jsonfeed.org/version/1","title":"T","items":[{items}]}}'
        return parse_feed(text.encode(), url="", timezone="UTC")

    latest = dated("2025-04-24T23:00:00Z", "2025-04-25T08:30:00+09:00", "2025-04-25", "").published
    assert latest is not None
    assert latest.raw == "2025-04-25"
    assert dated("", "").published is None
    assert dated().published is None
