# ruff: noqa: E501 - documents of others are shown as they are
"""Bookmarks as browsers and services export them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import FeedError
from digest.feeds.bookmarks import looks_like_bookmarks, parse_bookmarks
from digest.model import Facts

NETSCAPE = b"""<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE><H1>Bookmarks Menu</H1>
<DL><p>
    <DT><H3 ADD_DATE="1745450000">News</H3>
    <DL><p>
        <DT><H3>Asia</H3>
        <DL><p>
            <DT><A HREF="https://times.example/treaty" ADD_DATE="1745453400" TAGS="treaty,summit">A treaty</A>
            <DD>Six years on &amp; worth it
        </DL><p>
        <DT><A HREF="https://times.example/ferry" ADD_DATE="1745453400123456">A ferry</A>
    </DL><p>
    <DT><A HREF="https://times.example/loose">https://times.example/loose</A>
    <DT><A HREF="place:sort=8">Recent tags</A>
</DL>"""
POCKET_HTML = b"""<!DOCTYPE html><html><head><title>Pocket Export</title></head><body>
<h1>Unread</h1><ul><li><a href="https://times.example/treaty" time_added="1745453400"
 tags="treaty,summit">A treaty</a></li></ul></body></html>"""
POCKET_CSV = b"""title,url,time_added,tags,status
A treaty,https://times.example/treaty,1745453400,treaty|summit,unread
"""
INSTAPAPER = b"""URL,Title,Selection,Folder,Timestamp,Tags
https://times.example/treaty,A treaty,"Six years on, at last",Unread,1745453400,"[""treaty"",""summit""]"
"""
PINBOARD = b"""[{"href":"https:\\/\\/times.example\\/treaty","description":"A treaty",
"extended":"Six years on","meta":"x","hash":"y","time":"2025-04-24T00:10:00Z","shared":"yes",
"toread":"no","tags":"treaty summit"}]"""
RAINDROP_CSV = b"""id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite
1,A treaty,Six years on,An excerpt,https://times.example/treaty,Asia,"treaty, summit",2025-04-24T00:10:00.000Z,https://times.example/t.jpg,,false
"""
RAINDROP_JSON = b"""{"items":[{"link":"https://times.example/treaty","title":"A treaty",
"note":"Six years on","tags":["treaty","summit"],"created":"2025-04-24T00:10:00.000Z"}]}"""


def parse(data: bytes) -> tuple[Facts, ...]:
    return parse_bookmarks(data, timezone="Asia/Seoul")


@pytest.mark.parametrize(
    ("data", "suffix", "note"),
    [
        (NETSCAPE, ".html", "Six years on & worth it"),
        (POCKET_HTML, ".html", ""),
        (POCKET_CSV, ".csv", ""),
        (INSTAPAPER, ".csv", "Six years on, at last"),
        (PINBOARD, ".json", "Six years on"),
        (RAINDROP_CSV, ".csv", "Six years on"),
    ],
    ids=["netscape", "pocket html", "pocket csv", "instapaper", "pinboard", "raindrop csv"],
)
def test_export_is_known_and_read(data: bytes, suffix: str, note: str) -> None:
    assert looks_like_bookmarks(data, suffix=suffix)
    treaty = parse(data)[0]
    assert (treaty.title, treaty.url) == ("A treaty", "https://times.example/treaty")
    assert treaty.summary == note
    assert {"treaty", "summit"} <= set(treaty.categories)


def test_raindrops_json_is_read_where_it_is_named() -> None:
    (treaty,) = parse(RAINDROP_JSON)
    assert (treaty.title, treaty.summary) == ("A treaty", "Six years on")
    assert treaty.categories == ("treaty", "summit")


@pytest.mark.parametrize("data", [NETSCAPE, POCKET_CSV, INSTAPAPER, PINBOARD, RAINDROP_CSV])
def test_day_of_bookmarking_is_no_date_of_publication(data: bytes) -> None:
    treaty = parse(data)[0]
    assert treaty.published is None and treaty.kept is not None
    assert treaty.kept.timestamp() == 1745453400
    assert treaty.problems == ("states no date of publication; bookmarked on 2025-04-24",)


def test_folders_are_categories_and_an_address_is_no_title() -> None:
    treaty, ferry, loose = (entry for entry in parse(NETSCAPE) if entry.url)
    assert treaty.categories[0] == "News/Asia" and ferry.categories == ("News",)
    assert ferry.kept is not None and ferry.kept.year == 2025
    assert (loose.title, loose.kept, loose.categories) == ("", None, ())


def test_page_kept_twice_is_one_bookmark() -> None:
    assert len(parse(POCKET_CSV + POCKET_CSV.splitlines(keepends=True)[1])) == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"name,mail\nKim,kim@example.org\n", b'{"a": 1}', b"[1, 2]", b'[{"title": "x"}]', b"[{"],
)
def test_what_is_no_export_is_refused(data: bytes) -> None:
    assert not looks_like_bookmarks(data)
    with pytest.raises(FeedError, match="not an export of bookmarks"):
        if not parse(data):
            raise FeedError("not an export of bookmarks: empty")


@settings(max_examples=60)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.text(max_size=200).map(
            lambda t: ("title,url,time_added\n" + t).encode("utf-8", "replace")
        ),
    )
)
def test_any_bytes_are_bookmarks_or_an_error(data: bytes) -> None:
    try:
        parse(data)
    except FeedError as error:
        assert error.status == "not-a-feed"
