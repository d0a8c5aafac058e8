"""A gathering reads of an entry only what it is known by: the same names as the whole entry has."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.config import Source
from digest.errors import DigestError
from digest.model import Article
from digest.names import signs_of
from digest.sources.assemble import assemble
from digest.sources.documents import read_document

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "feeds"
NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
URL = "https://paper.example/feed.xml"

TITLES = st.sampled_from(["", "A treaty", "A treaty signed at last", "Tea &amp;amp; toast"])
BODIES = st.sampled_from(["", "The first words.", "&lt;p&gt;Other words&lt;/p&gt; that say more."])
LINKS = st.sampled_from(["", URL, "https://paper.example/1", "https://paper.example/2", "nowhere"])
GUIDS = st.sampled_from(["", "1", "tag:2", "https://paper.example/", "https://paper.example/2"])
DATES = st.sampled_from(["", "Thu, 24 Apr 2025 09:10:00 GMT", "Fri, 25 Apr 2025 09:10", "soon"])


def articles(data: bytes, content_type: str, *, lean: bool) -> list[Article] | str:
    """What a feed's entries become, or the words in which it is refused."""
    try:
        document = read_document(
            data,
            "feed",
            shown=URL,
            url=URL,
            content_type=content_type,
            timezone="Asia/Seoul",
            max_bytes=10_000_000,
            whole=not lean,
        )
    except DigestError as error:
        return str(error)
    found = list(assemble(document, spec=Source(url=URL), now=NOW, lean=lean))
    assert all(isinstance(article, Article) for article in found)
    return [article for article in found if isinstance(article, Article)]


def known_by(found: list[Article] | str) -> object:
    """All that the database and the report on a source are made from."""
    if isinstance(found, str):
        return found
    return [
        (
            *(article.id, article.url, article.title, article.guid, article.via),
            *(article.published, article.updated, article.first_seen),
            *(signs_of(article).names(), signs_of(article).lasting_names()),
        )
        for article in found
    ]


def check(data: bytes, content_type: str = "") -> list[Article] | str:
    lean = articles(data, content_type, lean=True)
    assert known_by(lean) == known_by(articles(data, content_type, lean=False))
    return lean


def rss(items: list[tuple[str, ...]]) -> bytes:
    names = ("title", "description", "link", "guid", "pubDate")
    written = "".join(
        "<item>"
        + "".join(f"<{name}>{text}</{name}>" for name, text in zip(names, item, strict=True))
        + "</item>"
        for item in items
    )
    return f"<rss version='2.0'><channel><title>P</title>{written}</channel></rss>".encode()


def atom(items: list[tuple[str, ...]]) -> bytes:
    written = "".join(
        f"<entry><title>{title}</title><content type='html'>{body}</content>"
        f"<link href='{link}'/><id>{guid}</id><updated>{date}</updated></entry>"
        for title, body, link, guid, date in items
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'>{written}</feed>".encode()


def json_feed(items: list[tuple[str, ...]]) -> bytes:
    names = ("title", "content_html", "url", "id", "date_published")
    written = [dict(zip(names, item, strict=True)) for item in items]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": written}).encode()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(TITLES, BODIES, LINKS, GUIDS, DATES), max_size=5))
def test_an_entry_has_the_same_names_when_only_they_are_read(items: list[tuple[str, ...]]) -> None:
    for document in (rss(items), atom(items), json_feed(items)):
        check(document)


def test_entries_without_guid_are_known_by_their_words() -> None:
    found = check(json_feed([("", "First words.", "", "", ""), ("", "Second words.", "", "", "")]))
    assert len({article.id for article in found if isinstance(article, Article)}) == 2


def test_words_are_not_read_where_a_guid_names_the_entry() -> None:
    (found,) = check(rss([("A treaty", "Words.", "https://paper.example/1", "tag:1", "")]))
    assert isinstance(found, Article)
    assert (found.title, found.text, found.summary) == ("A treaty", "", "")


def test_real_feeds_give_the_same_names() -> None:
    if not (DATA / "truth.jsonl").is_file():
        pytest.skip("../shared/data/feeds is not here: names of real feeds were NOT compared")
    sys.path.insert(0, str(ROOT))
    try:
        from bench.feeds_truth import load
    finally:
        sys.path.remove(str(ROOT))
    read = 0
    for case in load(DATA):
        said = {name.lower(): value for name, value in case["headers"].items()}
        found = check((DATA / case["file"]).read_bytes(), said.get("content-type", ""))
        read += not isinstance(found, str)
    assert read > 400
