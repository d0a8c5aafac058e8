"""What a document is, and what is said of one that is something else."""

from __future__ import annotations

from digest.sources.documents import refuse_page


def test_page_in_place_of_a_feed_is_named_with_its_feeds() -> None:
    page = b"""<!doctype html><title lang=en>Gone &amp; forgotten</title>
    <link rel=alternate type="application/rss+xml" href="/feed.xml">"""
    error = refuse_page(page, shown="https://e.example/rss", url="https://e.example/rss")
    assert str(error) == (
        'https://e.example/rss: not a feed but a web page, "Gone & forgotten"; '
        "the page names these feeds: https://e.example/feed.xml"
    )


def test_endless_openings_in_a_page_come_to_an_end() -> None:
    # A pattern that looks for the end from each of them would sit here for minutes.
    for opening in (b"<title", b"<title>", b"<link ", b"<link href="):
        error = refuse_page(b"<html>" + opening * 40_000, shown="x", url="https://e.example/")
        assert error.status == "not-a-feed"
