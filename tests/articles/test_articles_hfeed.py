# ruff: noqa: E501 - documents of others are shown as they are
"""Pages that are feeds by their classes."""

from __future__ import annotations

import pytest

from digest.articles.hfeed import PageFeed, read_hfeed
from digest.errors import FeedError

URL = "https://kim.example/notes/"
MF2 = """<html lang="en"><head><title>Kim</title></head><body>
<nav class="p-3"><a href="/x">Home</a></nav>
<div class="h-feed"><h1 class="p-name">Kim's notes</h1><p class="p-author h-card">Kim</p>
<article class="h-entry">
 <h2><a class="p-name u-url u-uid" href="treaty">A treaty, read again</a></h2>
 <time class="dt-published" datetime="2025-04-24 09:10:00+0900">Thursday</time>
 <time class="dt-updated" datetime="2025-04-25">Friday</time>
 <p class="p-summary">Six years on.</p>
 <div class="e-content"><p>The first paragraph.</p><p>The second.</p></div>
 <span class="p-category">treaty</span><img class="u-photo" src="/t.jpg" alt="The hall">
 <div class="u-comment h-cite"><a class="u-url p-name" href="https://lee.example/1">A reply</a>
  <time class="dt-published" datetime="2020-01-01"></time></div>
</article>
<div class="h-entry"><p class="e-content p-name">Ferry is late again.</p>
 <a class="u-url" href="2"><time class="dt-published"><span class="value">2025-04-25</span>
 <span class="value">07:00</span></time></a>
 <a class="p-author h-card" href="https://lee.example/"><img src="l.jpg" alt=""> <b class="p-name">Lee</b></a></div>
<div class="h-entry"><a class="u-like-of" href="https://other.example/">likes</a><i class="p-note"></i></div>
</div></body></html>"""
MF1 = """<body class="hfeed"><div class="hentry"><h2 class="entry-title">
<a rel="bookmark" href="/treaty">A treaty</a></h2><abbr class="published" title="2025-04-24T09:10:00+09:00">x</abbr>
<span class="author vcard"><span class="fn">Kim</span></span><a rel="tag" href="/t">treaty</a>
<div class="entry-content"><p>Body.</p></div></div></body>"""


def read(html: str) -> PageFeed:
    return read_hfeed(html.encode(), url=URL, timezone="Asia/Seoul")


def test_entry_states_what_its_classes_say() -> None:
    feed = read(MF2)
    assert (feed.title, feed.language, len(feed.entries)) == ("Kim's notes", "en", 2)
    treaty = feed.entries[0]
    assert treaty.title == "A treaty, read again"
    assert treaty.url == treaty.guid == "https://kim.example/notes/treaty"
    assert treaty.published is not None and treaty.updated is not None
    assert treaty.published.isoformat() == "2025-04-24T09:10:00+09:00"
    assert treaty.published.basis == "h-feed:published"
    assert treaty.updated.isoformat() == "2025-04-25"
    assert treaty.summary == "Six years on."
    assert treaty.text == "The first paragraph.\n\nThe second."
    assert (treaty.authors, treaty.categories) == (("Kim",), ("treaty",))
    assert treaty.image is not None
    assert (treaty.image.url, treaty.image.alt) == ("https://kim.example/t.jpg", "The hall")


def test_note_has_no_title_and_its_own_author() -> None:
    note = read(MF2).entries[1]
    assert (note.title, note.text, note.summary) == ("", "Ferry is late again.", "")
    assert note.url == "https://kim.example/notes/2"
    assert note.published is not None
    assert note.published.isoformat() == "2025-04-25T07:00:00+09:00"
    assert note.authors == ("Lee",)


def test_first_microformats_are_read_where_there_are_no_newer() -> None:
    (treaty,) = read(MF1).entries
    assert (treaty.title, treaty.url) == ("A treaty", "https://kim.example/treaty")
    assert treaty.published is not None
    assert treaty.published.isoformat() == "2025-04-24T09:10:00+09:00"
    assert (treaty.authors, treaty.categories, treaty.text) == (("Kim",), ("treaty",), "Body.")


@pytest.mark.parametrize("html", ["", "<p>Hello</p>", '<div class="h-card">Kim</div>'])
def test_page_without_entries_is_refused(html: str) -> None:
    with pytest.raises(FeedError) as caught:
        read(html)
    assert caught.value.status == "not-a-feed"


def test_entry_that_is_one_link_is_named_by_it() -> None:
    (entry,) = read('<a class="h-entry" href="/a">A treaty</a>').entries
    assert (entry.title, entry.url) == ("A treaty", "https://kim.example/a")


def test_date_that_cannot_be_read_is_null_and_said() -> None:
    (entry,) = read(
        '<div class="h-entry"><b class="p-name">A</b><time class="dt-published">April</time></div>'
    ).entries
    assert entry.published is None and "April" in entry.problems[0]
