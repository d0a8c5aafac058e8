"""Lists of subscriptions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from digest.config.schema import Source
from digest.errors import FeedError
from digest.sources.opml import Subscription, expand, looks_like_opml, parse_opml

NESTED = b"""<?xml version="1.0"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="News">
  <outline text="Asia" type="rss"><outline title="Times" text="t" XMLURL="https://times.example/f"/>
  </outline>
  <outline text="Post" type="rss" xmlUrl="https://post.example/f?a=1&b=2" htmlUrl="https://post.example/"/>
</outline>
<outline text="Loose" xmlUrl="https://loose.example/f"/>
<outline text="Sorted" xmlUrl="https://sorted.example/f" category="/Politics/Europe,/Other"/>
<outline text="Loose again" xmlUrl="https://LOOSE.example/f"/>
</body></opml>"""


def test_every_depth_is_read_with_its_folders() -> None:
    assert parse_opml(NESTED, name="my.opml") == [
        Subscription(url="https://times.example/f", title="Times", folders=("News", "Asia")),
        Subscription(
            url="https://post.example/f?a=1&b=2",
            title="Post",
            home_url="https://post.example/",
            folders=("News",),
        ),
        Subscription(url="https://loose.example/f", title="Loose"),
        Subscription(
            url="https://sorted.example/f", title="Sorted", folders=("Politics", "Europe")
        ),
    ]


def test_folder_becomes_the_topic_unless_the_list_has_one() -> None:
    subscriptions = parse_opml(NESTED, name="my.opml")
    free = expand(subscriptions, Source(path="my.opml", max=3, private=True))
    assert [source.topic for source in free] == [
        "News / Asia",
        "News",
        "",
        "Politics / Europe",
    ]
    assert {(source.kind, source.path, source.max, source.private) for source in free} == {
        ("feed", "", 3, True)
    }
    fixed = expand(subscriptions, Source(path="my.opml", topic="World"))
    assert {source.topic for source in fixed} == {"World"}


def test_folder_called_hold_is_no_topic() -> None:
    # A section of that name is never sent: the articles would be withheld in silence.
    held = Subscription(url="https://a.example/feed", folders=("HOLD",))
    within = Subscription(url="https://b.example/feed", folders=("Hold", "Asia"))
    one, other = expand([held, within], Source(path="list.opml"))
    assert (one.topic, other.topic) == ("", "Hold / Asia")


def test_list_from_the_network_cannot_open_the_private_network() -> None:
    listed = expand(
        parse_opml(NESTED, name="x"), Source(url="https://lists.example/x", private=True)
    )
    assert not any(source.private for source in listed)


def test_names_that_are_not_unique_give_way_to_addresses() -> None:
    listed = expand(
        [Subscription(url="https://a.example/f", title="News")] * 2, Source(path="x.opml")
    )
    assert {source.label for source in listed} == {"https://a.example/f"}


@pytest.mark.parametrize("data", [b"", b"<html/>", b"text", b"\xff\xfe\x00"])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(FeedError, match=r"my\.opml: not OPML"):
        parse_opml(data, name="my.opml")


def test_entities_are_not_expanded() -> None:
    bomb = b"""<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]>
    <opml><body><outline text="&b;" xmlUrl="https://a.example/"/></body></opml>"""
    assert all("root:" not in one.title for one in parse_opml(bomb, name="x"))


def test_depth_is_no_danger() -> None:
    deep = b"<opml><body>" + b'<outline text="f">' * 200 + b"</opml>"
    assert parse_opml(deep, name="x") == []


@pytest.mark.parametrize(
    ("data", "expected"), [(NESTED, True), (b"<OPML>", True), (b"<rss><opmlx>", False)]
)
def test_opml_is_known_by_its_root(data: bytes, expected: bool) -> None:
    assert looks_like_opml(data) is expected


def cases() -> list[Any]:
    path = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "feeds" / "opml.jsonl"
    if not path.is_file():
        return [pytest.param(None, marks=pytest.mark.skip("shared/data/feeds is not here"))]
    loaded = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [pytest.param(case, id=case["id"]) for case in loaded]


@pytest.mark.parametrize("case", cases())
def test_lists_of_other_projects_are_read_as_there(case: dict[str, Any]) -> None:
    data = case["text"].encode("utf-8")
    if case["error"]:
        with pytest.raises(FeedError):
            parse_opml(data, name="case")
        return
    found = parse_opml(data, name="case")
    assert len(found) == case["count"]
    for subscription, expected in zip(found, case["first"], strict=False):
        assert subscription.url == expected["xml"]
        assert (subscription.title or expected["title"]) == expected["title"]
