"""What makes an article the same article."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Facts
from digest.sources.identity import find_shared_guids, find_shared_pages, identify


def identity(**given: str | None) -> str:
    base: dict[str, str | None] = {"url": None, "guid": None, "title": "T", "text": "", "scope": ""}
    base.update(given)
    return identify(**base)  # type: ignore[arg-type]


def test_address_decides_before_everything_else() -> None:
    one = identity(url="https://a.example/1", guid="1", title="T", text="x", scope="f")
    assert one == identity(url="https://a.example/1", guid="2", title="U", text="y", scope="g")
    assert one != identity(url="https://a.example/2", guid="1", title="T", text="x", scope="f")


def test_identifier_counts_within_its_feed() -> None:
    one = identity(guid="1", scope="https://a.example/f", title="T")
    assert one == identity(guid=" 1 ", scope="https://a.example/f", title="edited")
    assert one != identity(guid="1", scope="https://b.example/f", title="T")


def test_without_a_feed_the_title_counts_as_well() -> None:
    assert identity(guid="1", title="T") != identity(guid="1", title="U")


def test_without_either_title_and_text_decide() -> None:
    assert identity(text="a") == identity(text="a")
    assert identity(text="a") != identity(text="b")


@given(st.text(), st.text(), st.text())
def test_every_text_has_an_id_of_sixteen_hexadecimal_digits(
    guid: str, title: str, text: str
) -> None:
    found = identity(guid=guid, title=title, text=text)
    assert len(found) == 16 and set(found) <= set(string.hexdigits.lower())


@pytest.mark.parametrize(
    ("entries", "shared"),
    [
        (["/a One", "/b Two"], []),
        (["/log One", "/log Two"], ["/log"]),
        (["/log#1 One", "/log#2 Two", "/b Three"], ["/log#1", "/log#2"]),
        (["/a One", "/a One", "/a?utm_source=x one"], []),
    ],
)
def test_page_is_shared_when_entries_of_different_titles_link_to_it(
    entries: list[str], shared: list[str]
) -> None:
    facts = [
        Facts(url=f"https://a.example{link}", title=title)
        for link, _, title in (entry.partition(" ") for entry in entries)
    ]
    assert find_shared_pages(facts) == {f"https://a.example{link}" for link in shared}


def test_page_has_one_id_under_all_its_addresses() -> None:
    one = identity(url="https://a.example/1")
    assert one == identity(url="http://www.a.example/1/") == identity(url="https://m.a.example/1")


@pytest.mark.parametrize(
    ("entries", "shared"),
    [
        (["1 One", "2 Two"], []),
        (["1 One", "1 Two", "2 Three"], ["1"]),
        (["1 One", "1 one"], []),
    ],
)
def test_guid_is_shared_when_entries_of_different_titles_have_it(
    entries: list[str], shared: list[str]
) -> None:
    facts = [
        Facts(guid=guid, title=title)
        for guid, _, title in (entry.partition(" ") for entry in entries)
    ]
    assert find_shared_guids(facts) == set(shared)
