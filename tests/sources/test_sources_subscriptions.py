"""Lists of subscriptions taken in and given out."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config.schema import Source
from digest.sources.opml import parse_opml
from digest.sources.subscriptions import as_table, format_opml, plan_import, same_feed

CASES = Path(__file__).resolve().parents[3] / "shared/data/feeds/opml.jsonl"


def imported(data: bytes, *known: Source) -> tuple[Source, ...]:
    return plan_import(parse_opml(data, name="list.opml"), known).new


def exported(sources: tuple[Source, ...]) -> bytes:
    return format_opml(sources, title="Mine")


@pytest.mark.skipif(not CASES.exists(), reason=f"NOT RUN: no known lists at {CASES}")
def test_known_lists_come_back_from_an_export_as_they_went_in() -> None:
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines() if line]
    assert cases
    for case in cases:
        sources = imported(case["text"].encode())
        assert len(sources) == case["count"], case["id"]
        for source, expected in zip(sources, case["first"], strict=False):
            assert source.url == expected["xml"]
            assert source.topic.rpartition(" / ")[2] == expected.get("category", "")
        assert imported(exported(sources)) == sources, case["id"]


WORDS = st.text(st.characters(exclude_categories=["C"]), max_size=12)
SOURCES = st.lists(
    st.builds(
        Source,
        url=st.integers(0, 30).map(lambda number: f"https://{number}.example/f?a=1&b=<{number}>"),
        name=WORDS,
        topic=st.lists(WORDS, max_size=3).map(" / ".join),
    ),
    max_size=12,
)


@given(SOURCES)
def test_what_was_imported_is_exported_and_imported_the_same(sources: list[Source]) -> None:
    first = imported(exported(tuple(sources)))
    assert imported(exported(first)) == first
    assert imported(exported(first), *first) == ()


def test_order_names_and_nested_topics_survive_the_export() -> None:
    sources = (
        Source(url="https://a.example/f", name="A & B", topic="News / Asia"),
        Source(url="https://b.example/f", topic="News"),
        Source(url="https://c.example/f", name="C"),
        Source(url="https://d.example/f", topic="News / Asia"),
        Source(url="https://e.example/f", topic="AC/DC"),
        Source(url="https://f.example/list.opml", kind="opml", topic="AC/DC"),
    )
    assert imported(exported(sources)) == sources


def test_only_feeds_are_given_out() -> None:
    data = exported(
        (
            Source(path="articles/*.txt"),
            Source(url="https://a.example/page", kind="page"),
            Source(url="https://a.example/f", enabled=False),
        )
    )
    assert [each.url for each in parse_opml(data, name="x")] == ["https://a.example/f"]


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("ISO-8859-1", "utf-8"),
        ("UTF-8", "cp1252"),
        ("UTF-16", "utf-8"),
        ("x-nobody", "utf-8"),
        ("UTF-16", "utf-16"),
        ("Shift_JIS", "shift_jis"),
        ("ISO-2022-JP", "iso2022_jp"),
    ],
)
def test_lists_whose_encoding_is_not_the_declared_one_are_read(said: str, written: str) -> None:
    title = "日本語" if "J" in said else "Größe"
    text = (
        f'<?xml version="1.0" encoding="{said}"?><opml version="1.0"><body>'
        f'<outline text="{title} & more &eacute;" xmlUrl="https://a.example/f?a=1&b=2" '
        'fz:id="1"/></body></opml>'
    )
    (source,) = imported(text.encode(written))
    assert source.url == "https://a.example/f?a=1&b=2"
    assert source.name == f"{title} & more é"


def test_what_is_there_already_in_any_notation_is_not_added_again() -> None:
    data = exported(
        (
            Source(url="http://A.example:80/f"),
            Source(url="https://b.example/f?utm_source=x"),
            Source(url="https://b.example/f"),
        )
    )
    found = plan_import(parse_opml(data, name="x"), [Source(url="https://a.example/f")])
    assert [source.url for source in found.new] == ["https://b.example/f?utm_source=x"]
    assert found.already == 1


def test_addresses_that_are_not_sent_are_refused_and_names_stay_unique() -> None:
    text = b"""<opml><body>
    <outline text="Times" xmlUrl="feed://a.example/f"/>
    <outline text="Mine" xmlUrl="https://me:secret@b.example/f"/>
    <outline text="Files" xmlUrl="file:///etc/passwd"/>
    <outline text="Times" xmlUrl="https://c.example/f"/>
    <outline text="Post" xmlUrl="https://d.example/f"/></body></opml>"""
    found = plan_import(parse_opml(text, name="x"), [Source(path="x", name="Post")])
    assert [(source.url, source.name) for source in found.new] == [
        ("http://a.example/f", ""),
        ("https://c.example/f", ""),
        ("https://d.example/f", ""),
    ]
    assert found.refused == ("https://…@b.example/f", "file:///etc/passwd")


def test_hosts_that_are_not_public_are_private_only_where_that_is_meant() -> None:
    data = exported((Source(url="http://192.168.1.5/f"), Source(url="https://a.example/f")))
    listed = parse_opml(data, name="x")
    assert [source.private for source in plan_import(listed, []).new] == [False, False]
    assert [source.private for source in plan_import(listed, [], private=True).new] == [True, False]


def test_one_topic_may_be_given_for_all() -> None:
    data = exported((Source(url="https://a.example/f", topic="News"),))
    assert plan_import(parse_opml(data, name="x"), [], topic="All").new[0].topic == "All"


def test_table_says_what_is_not_so_by_default() -> None:
    source = Source(url="https://a.example/f", max=3, private=True)
    assert as_table(source) == {"url": "https://a.example/f", "max": 3, "private": True}
    assert as_table(dataclasses.replace(source, max=None, private=False)) == {
        "url": "https://a.example/f"
    }


def test_addresses_of_one_feed_are_the_same_whatever_the_scheme() -> None:
    assert same_feed("http://A.example/f") == same_feed("https://a.example:443/f")
    assert same_feed("https://a.example/f") != same_feed("https://a.example/g")
