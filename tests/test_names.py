"""Which addresses, guids and titles mean the same article, and which do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.names import Signs, hash_text, known_as, page_name
from digest.urls import canonical_url

PAGE = "https://example.org/2025/04/story"
SIGNS = Signs(
    via="Example",
    url=PAGE,
    guid="https://example.org/?p=12",
    title="A treaty is signed",
    published="2025-04-24T09:10:00+09:00",
)


def signs(**changes: str) -> Signs:
    return Signs.from_json(SIGNS.to_json() | changes)


def are_one(one: Signs, other: Signs) -> bool:
    return bool(set(one.names()) & set(other.names()))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/2025/04/story",
        "https://www.example.org/2025/04/story/",
        "https://m.example.org/2025/04/story",
        "https://mobile.example.org/2025/04/story",
        "https://amp.example.org/2025/04/story",
        "https://example.org/2025/04/story/amp/",
        "https://example.org/2025/04/story.amp",
        "https://example.org/2025/04/story?amp=1",
        "https://example.org/2025/04/story?output=amp",
        "https://example.org/amp/2025/04/story",
        "https://touch.example.org/2025/04/story",
        "https://example.org/2025/04/story?outputType=amp",
        "https://example.org/2025/04/story/index.html",
        "https://www.google.com/amp/s/example.org/2025/04/story",
        "https://example-org.cdn.ampproject.org/c/s/example.org/2025/04/story",
        "https://example.org/2025/04/story?utm_source=feed&fbclid=x#comments",
    ],
)
def test_addresses_of_one_page_have_one_name(url: str) -> None:
    canonical = canonical_url(url)
    assert canonical is not None
    assert page_name(canonical) == page_name(PAGE)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/2025/04/Story",
        "https://example.org/2025/04/story-2",
        "https://example.org/2025/04/story?page=2",
        "https://example.org/2025/04",
        "https://news.example.org/2025/04/story",
        "https://example.com/2025/04/story",
        "https://example.org/2025/04/story/amplifiers",
        "https://example.org/2025/04/storyamp",
        "https://example.org:8443/2025/04/story",
    ],
)
def test_other_pages_have_other_names(url: str) -> None:
    assert page_name(url) != page_name(PAGE)


def test_wikipedias_mobile_pages_and_blogspots_are_the_same_pages() -> None:
    assert page_name("https://en.m.wikipedia.org/wiki/Ferry") == "en.wikipedia.org/wiki/Ferry"
    assert page_name("https://a.blogspot.com/x.html?m=1") == "a.blogspot.com/x.html"
    assert page_name("https://example.org/x?m=1") == "example.org/x?m=1"


@given(
    st.from_regex(r"https?://(www\.|m\.)?[a-z]{1,5}\.(org|de)(/[a-z.]{0,6}){0,3}", fullmatch=True)
)
def test_a_page_name_is_a_page_name_again(url: str) -> None:
    canonical = canonical_url(url)
    assert canonical is not None
    name = page_name(canonical)
    assert page_name(f"https://{name}") == name
    assert known_as(canonical) == name


def test_keys_without_a_page_stay() -> None:
    assert known_as("digest:0123456789abcdef") == "digest:0123456789abcdef"


@pytest.mark.parametrize(
    "changes",
    [
        {"guid": "new", "title": "Edited headline", "published": "2025-05-01"},
        {"url": "https://other.example/a", "title": "Edited", "published": ""},
        {"url": "https://other.example/a", "guid": "http://www.example.org/?p=12", "title": ""},
        {"url": "https://new.example/a", "guid": "https://new.example/?p=12", "published": ""},
        {"url": "https://other.example/a", "guid": "new"},
        {"url": "https://other.example/a", "guid": "new", "published": "2025-04-24"},
        {"url": "https://other.example/a", "guid": "new", "title": "A  Treaty is signed"},
    ],
)
def test_an_article_is_known_by_one_name_that_stays(changes: dict[str, str]) -> None:
    assert are_one(SIGNS, signs(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"via": "Elsewhere"},
        {"published": "2025-04-26"},
        {"published": ""},
        {"title": "A treaty is broken"},
    ],
)
def test_another_source_day_or_title_is_another_article(changes: dict[str, str]) -> None:
    moved = {"url": "https://other.example/a", "guid": "new"}
    assert not are_one(SIGNS, signs(**(moved | changes)))


def test_entries_of_different_sites_with_one_number_are_different() -> None:
    other = signs(
        url="https://b.example/a", guid="https://b.example/?p=12", title="Something else entirely"
    )
    assert not are_one(SIGNS, other)


def test_short_titles_need_the_very_moment() -> None:
    one = signs(url="", guid="", title="Briefing")
    assert are_one(one, signs(url="", guid="", title="Briefing", published="2025-04-24T00:10:00Z"))
    later = signs(url="", guid="", title="Briefing", published="2025-04-24T18:00:00+09:00")
    assert not are_one(one, later)


def test_a_document_whose_title_is_edited_is_known_by_its_words() -> None:
    text = "On April 24, 2025, the two countries signed a treaty, and the talks went on. " * 2
    one = Signs(via="articles", title="One", text=hash_text(text))
    assert are_one(one, Signs(via="articles", title="Two", text=hash_text(text + "\n")))
    assert hash_text("Too short.") == ""


def test_a_guid_alone_does_not_last() -> None:
    reused = signs(url="https://b.example/2", title="Another story of ours", published="2025-05-01")
    assert not set(SIGNS.lasting_names()) & set(reused.lasting_names())
    assert set(SIGNS.lasting_names()) & set(signs(url="https://b.example/2").lasting_names())
    assert signs(published="").lasting_names() == ()


def test_signs_survive_json_and_what_is_no_text_is_dropped() -> None:
    assert Signs.from_json(SIGNS.to_json()) == SIGNS
    assert Signs.from_json({"via": 3, "guid": None, "title": "T"}) == Signs(title="T")
