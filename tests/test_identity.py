"""An article sent, cut or held under one address never comes back under another (I1 to I8)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.cli import root

FIRST = ("--week", "2025-W17", "--now", "2025-04-28T07:00:00Z")
SECOND = ("--week", "2025-W18", "--now", "2025-05-05T07:00:00Z")
SETTINGS = '[[sources]]\nname = "Example"\npath = "feed.xml"\n'
Entry = dict[str, str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with one feed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "digest.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def entry(number: int, day: int = 22, **changes: str) -> Entry:
    return {
        "title": f"The story of number {number}",
        "link": f"http://www.example.org/2025/story-{number}/",
        "guid": f"http://www.example.org/?p={number}",
        "pubDate": f"{day} Apr 2025 10:0{number}:00 GMT",
        "description": f"What it is about, in the words of its author, number {number}.",
    } | changes


def write_feed(folder: Path, *entries: Entry) -> None:
    items = "".join(
        "<item>"
        + "".join(f"<{name}>{escape(text)}</{name}>" for name, text in one.items() if text)
        + "</item>"
        for one in entries
    )
    (folder / "feed.xml").write_text(
        "<rss version='2.0'><channel><title>Example</title><link>http://www.example.org/</link>"
        f"{items}</channel></rss>",
        encoding="utf-8",
    )


def compose(*window: str) -> dict[str, Any]:
    result = CliRunner().invoke(root, ["compose", *window, "--offline", "--json"])
    assert result.exception is None, f"{result.exception!r}\n{result.stderr}"
    return dict(json.loads(result.stdout))


def titles(composed: dict[str, Any]) -> list[str]:
    return [item["article"]["title"] for part in composed["sections"] for item in part["items"]]


def reasons(composed: dict[str, Any]) -> dict[str, str]:
    return {out["article"]["title"]: out["reason"] for out in composed["left_out"]}


def headlines(folder: Path, slug: str) -> list[str]:
    text = (folder / "issues" / slug / "issue.md").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith("### ")]


CHANGES: dict[str, Callable[[Entry], Entry]] = {
    "every guid changes": lambda one: one | {"guid": f"new-{one['guid']}"},
    "guids are gone": lambda one: one | {"guid": ""},
    "http becomes https": lambda one: {
        name: text.replace("http://", "https://") for name, text in one.items()
    },
    "the host loses its www": lambda one: {
        name: text.replace("www.", "") for name, text in one.items()
    },
    "tracking parameters come": lambda one: one | {"link": f"{one['link']}?utm_source=rss"},
    "the trailing slash goes": lambda one: one | {"link": one["link"].rstrip("/")},
    "mobile pages": lambda one: one | {"link": one["link"].replace("www.", "m.")},
    "AMP pages": lambda one: one | {"link": f"{one['link']}amp/"},
    "AMP pages under a path of their own, all else edited": lambda one: (
        one
        | {
            "link": one["link"].replace("/2025/", "/amp/2025/"),
            "guid": f"new-{one['guid']}",
            "title": f"{one['title']}, edited",
        }
    ),
    "mobile pages, all else edited": lambda one: (
        one
        | {
            "link": one["link"].replace("www.", "mobile."),
            "guid": f"new-{one['guid']}",
            "title": f"{one['title']}, edited",
            "pubDate": one["pubDate"].replace("22 Apr", "23 Apr"),
        }
    ),
    "the site moves to another system: host, paths, guids and excerpts": lambda one: (
        one
        | {
            "link": one["link"].replace("www.example.org/2025", "news.example/p"),
            "guid": f"urn:uuid:{one['title']}",
            "description": "Other words of the same article.",
        }
    ),
    "addresses stay, the rest is edited": lambda one: (
        one
        | {
            "guid": "",
            "title": f"{one['title']}, edited",
            "pubDate": "27 Apr 2025 09:00:00 GMT",
            "description": "Edited as well.",
        }
    ),
    "the site moves to another host": lambda one: {
        name: text.replace("www.example.org", "news.example") for name, text in one.items()
    },
    "paths and titles change": lambda one: (
        one
        | {"link": one["link"].replace("/2025/", "/archive/"), "title": f"{one['title']}, edited"}
    ),
    "paths and guids change": lambda one: (
        one | {"link": one["link"].replace("/2025/", "/archive/"), "guid": f"new-{one['guid']}"}
    ),
}


@pytest.mark.parametrize("clone", [False, True], ids=["same machine", "fresh clone"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_was_issued_cut_or_held_does_not_come_back(
    change: Callable[[Entry], Entry], clone: bool, here: Path
) -> None:
    write_feed(here, entry(1), entry(2), entry(3))
    assert len(titles(compose(*FIRST))) == 3
    document = here / "issues/2025-W17/issue.md"
    text = document.read_text(encoding="utf-8")
    head, *items = text.split("### ")
    cut = next(item for item in items if "number 2" in item)
    held = next(item for item in items if "number 3" in item)
    kept = next(item for item in items if "number 1" in item)
    document.write_text(f"{head}### {kept.rstrip()}\n\n## Hold\n\n### {held}", encoding="utf-8")
    assert "number 2" in cut
    if clone:
        shutil.rmtree(here / ".digest")
    write_feed(here, *(change(entry(number)) for number in (1, 2, 3)), entry(4, 29))
    compose(*SECOND)
    printed = headlines(here, "2025-W18")
    assert len(printed) == 2
    assert "number 3" in "".join(printed) and "number 4" in "".join(printed)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_composing_the_same_issue_again_adds_nothing_and_cut_stays_cut(
    change: Callable[[Entry], Entry], here: Path
) -> None:
    write_feed(here, entry(1), entry(2))
    compose(*FIRST)
    document = here / "issues/2025-W17/issue.md"
    text = document.read_text(encoding="utf-8")
    head, *items = text.split("### ")
    kept = next(item for item in items if "number 1" in item)
    document.write_text(f"{head}### {kept}", encoding="utf-8")
    write_feed(here, change(entry(1)), change(entry(2)))
    for _ in range(2):
        assert compose(*FIRST)["merge"]["added"] == 0
        [only] = headlines(here, "2025-W17")
        assert "number 1" in only


def test_reason_names_the_address_that_was_sent(here: Path) -> None:
    write_feed(here, entry(1))
    compose(*FIRST)
    moved = entry(1, link="https://news.example/a", title="Another headline for it")
    write_feed(here, moved, entry(2, 29))
    found = compose(*SECOND)
    assert titles(found) == ["The story of number 2"]
    assert reasons(found)["Another headline for it"] == (
        "already issued: it stands in 2025-W17 as http://www.example.org/2025/story-1/"
    )


def test_one_page_under_two_addresses_in_one_run_is_one_article(here: Path) -> None:
    twin = entry(1, link="https://example.org/2025/story-1", guid="other")
    write_feed(here, entry(1), twin, entry(2))
    assert sorted(titles(compose(*FIRST))) == ["The story of number 1", "The story of number 2"]


def test_entries_that_share_a_guid_are_all_issued_and_none_hides_a_later_one(here: Path) -> None:
    """I2: n items in, n articles."""
    write_feed(here, *(entry(number, guid="same") for number in (1, 2, 3)))
    assert len(titles(compose(*FIRST))) == 3
    later = [entry(number, 29, guid="same") for number in (4, 5)]
    write_feed(here, *later, *(entry(number, guid="same") for number in (1, 2, 3)))
    assert len(titles(compose(*SECOND))) == 2


def test_equal_titles_of_one_day_are_all_issued_and_none_hides_another(here: Path) -> None:
    same = {"title": "Letters to the editor", "description": ""}
    write_feed(here, *(entry(number, **same) for number in (1, 2)))
    first = compose(*FIRST)
    assert titles(first) == ["Letters to the editor"] * 2
    write_feed(here, *(entry(number, **same) for number in (1, 2, 3)), entry(4, 29))
    found = compose(*SECOND)
    # The third surfaced late: it is an article of its own.
    assert titles(found) == ["The story of number 4", "Letters to the editor"] or titles(found) == [
        "Letters to the editor",
        "The story of number 4",
    ]


@pytest.mark.parametrize("clone", [False, True], ids=["same machine", "fresh clone"])
def test_entry_given_twice_is_one_article_wherever_its_twins_stand(clone: bool, here: Path) -> None:
    one, other = entry(1, link="", guid="flash"), entry(2, link="", guid="other")
    write_feed(here, one, one, other)
    assert len(titles(compose(*FIRST))) == 2
    if clone:
        shutil.rmtree(here / ".digest")
    write_feed(here, entry(3, 29), one, other, entry(4, 30), one)
    assert titles(compose(*SECOND)) == [one["title"] for one in (entry(4), entry(3))]


def test_short_titles_of_two_days_under_one_guid_are_two_articles_in_any_order(here: Path) -> None:
    first = entry(1, 22, title="Briefing", link="", guid="briefing")
    second = entry(1, 23, title="Briefing", link="", guid="briefing")
    write_feed(here, first, second)
    assert len(titles(compose(*FIRST))) == 2
    write_feed(here, second, first)
    assert titles(compose(*FIRST)) == ["Briefing", "Briefing"]
    assert len(headlines(here, "2025-W17")) == 2
    write_feed(here, entry(1, 29, title="Briefing", link="", guid="briefing"), second, first)
    assert len(titles(compose(*SECOND))) == 1


def other(one: Entry, number: int, **changes: str) -> Entry:
    """Another article of the same title."""
    return (
        entry(number)
        | {
            "title": one["title"],
            "description": f"Wholly different words, about bread and its price, number {number}.",
        }
        | changes
    )


DIFFERENT: dict[str, tuple[Entry, Entry, bool]] = {
    "title and day, the first gone": (entry(1), other(entry(1), 2), False),
    "title and day, both in the feed": (entry(1), other(entry(1), 2), True),
    "title and moment, both in the feed": (
        entry(1),
        other(entry(1), 2, pubDate=entry(1)["pubDate"]),
        True,
    ),
    "title and day, no words, both in the feed": (
        entry(1, description=""),
        other(entry(1), 2, description=""),
        True,
    ),
    "a guid that is counted from one every week": (
        entry(1, guid="1"),
        entry(2, 29, guid="1"),
        False,
    ),
    "a guid that is the site's address": (
        entry(1, guid="http://www.example.org/"),
        entry(2, 29, guid="http://www.example.org/"),
        False,
    ),
    "a guid used again, late": (entry(1, guid="1"), entry(2, 23, guid="1"), False),
}


@pytest.mark.parametrize("clone", [False, True], ids=["same machine", "fresh clone"])
@pytest.mark.parametrize(("one", "two", "beside"), DIFFERENT.values(), ids=DIFFERENT)
def test_two_articles_that_share_one_weak_name_are_both_issued(
    one: Entry, two: Entry, beside: bool, clone: bool, here: Path
) -> None:
    write_feed(here, one)
    assert titles(compose(*FIRST)) == [one["title"]]
    if clone:
        shutil.rmtree(here / ".digest")
    write_feed(here, *([one] if beside else []), two)
    for _ in range(2):
        found = compose(*SECOND)
        assert titles(found) == [two["title"]]
    assert len(headlines(here, "2025-W18")) == 1
    # What came second is known by its own names from now on.
    third = ("--week", "2025-W19", "--now", "2025-05-12T07:00:00Z")
    moved = {"link": "https://news.example/moved", "guid": "moved"}
    write_feed(here, two | moved, one | moved | {"link": "https://news.example/first"})
    assert titles(compose(*third)) == []


def test_entry_republished_beside_the_old_one_does_not_come_again(here: Path) -> None:
    write_feed(here, entry(1), entry(2))
    compose(*FIRST)
    again = [one | {"guid": f"new {one['guid']}"} for one in (entry(1), entry(2))]
    again = [one | {"link": one["link"].replace("2025", "archive")} for one in again]
    write_feed(here, *again, entry(1), entry(2), entry(3, 29))
    assert titles(compose(*SECOND)) == ["The story of number 3"]


def test_article_whose_guid_says_who_it_is_stays_it_whatever_else_changes(here: Path) -> None:
    """A report that is written on all day: title, address and date are new, its number stays."""
    numbered = {"guid": "urn:newsml:example:4711"}
    write_feed(here, entry(1, **numbered))
    compose(*FIRST)
    changed = {"title": "All is different now", "link": "https://www.example.org/now"}
    write_feed(here, entry(1, 29, **numbered, **changed), entry(2, 29))
    assert titles(compose(*SECOND)) == ["The story of number 2"]


def test_undated_article_that_moves_is_known_by_title_and_words(here: Path) -> None:
    undated = [entry(number, pubDate="") for number in (1, 2)]
    write_feed(here, *undated)
    during = ("--week", "2025-W17", "--now", "2025-04-24T07:00:00Z")
    assert len(titles(compose(*during))) == 2
    moved = {"link": "https://news.example/moved", "guid": "moved"}
    retold = {"link": "https://news.example/b", "description": "Wholly other words of another."}
    write_feed(here, undated[0] | moved, undated[1] | retold | {"guid": "other"})
    found = compose("--week", "2025-W18", "--now", "2025-04-30T07:00:00Z")
    assert titles(found) == [undated[1]["title"]]


@pytest.mark.parametrize("guid", ["", "http://www.example.org/", "number-{}"])
def test_entries_that_link_to_the_front_page_are_articles_each(guid: str, here: Path) -> None:
    """A letter without pages: its feed has one entry, and that links to the site."""
    front = {"link": "http://www.example.org/"}
    write_feed(here, entry(1, **front, guid=guid.format(1)))
    first = compose(*FIRST)
    assert titles(first) == ["The story of number 1"]
    [item] = first["sections"][0]["items"]
    assert item["article"]["url"] is None
    write_feed(here, entry(2, 29, **front, guid=guid.format(2)))
    assert titles(compose(*SECOND)) == ["The story of number 2"]
    assert "(http://www.example.org/)" in headlines(here, "2025-W18")[0]


def test_another_document_of_the_same_title_and_day_is_issued(here: Path) -> None:
    text = (
        "A treaty of two countries\n\nThe ministers met.\n\nOn April 24, 2025, the two countries "
        "signed a treaty that both sides had talked about for years, in a long ceremony.\n"
    )
    (here / "digest.toml").write_text('[[sources]]\npath = "*.txt"\n', encoding="utf-8")
    (here / "a.txt").write_text(text, encoding="utf-8")
    assert len(titles(compose(*FIRST))) == 1
    other_text = text.replace("The ministers met.", "What the treaty costs.").replace(
        "long", "short"
    )
    (here / "b.txt").write_text(other_text, encoding="utf-8")
    assert len(titles(compose(*SECOND))) == 1


def test_edited_document_without_an_address_is_not_sent_twice(here: Path) -> None:
    text = (
        "A treaty of two countries\n\nThe ministers met.\n\nOn April 24, 2025, the two countries "
        "signed a treaty that both sides had talked about for years, in a long ceremony.\n"
    )
    (here / "digest.toml").write_text('[[sources]]\npath = "*.txt"\n', encoding="utf-8")
    (here / "a.txt").write_text(text, encoding="utf-8")
    assert len(titles(compose(*FIRST))) == 1
    (here / "a.txt").write_text(text.replace("for years", "for ten years"), encoding="utf-8")
    found = compose(*SECOND)
    assert titles(found) == []
    assert "already issued" in next(iter(reasons(found).values()))


def test_locks_without_identities_still_count(here: Path) -> None:
    write_feed(here, entry(1))
    compose(*FIRST)
    lock = here / "issues/2025-W17/issue.lock"
    content = json.loads(lock.read_text(encoding="utf-8"))
    assert content["version"] == 1 and content.pop("identities")
    lock.write_text(json.dumps(content), encoding="utf-8")
    write_feed(here, CHANGES["http becomes https"](entry(1)), entry(2, 29))
    assert titles(compose(*SECOND)) == ["The story of number 2"]


@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    order=st.permutations(range(1, 7)),
    moves=st.lists(st.sampled_from(sorted(CHANGES)), min_size=6, max_size=6),
)
def test_any_mixture_of_moves_in_any_order_brings_nothing_back(
    order: list[int], moves: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("moved")
    (folder / "digest.toml").write_text(SETTINGS, encoding="utf-8")
    entries = [entry(number) for number in range(1, 7)]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_feed(folder, *entries)
        assert len(titles(compose(*FIRST))) == 6
        moved = [CHANGES[move](one) for move, one in zip(moves, entries, strict=True)]
        write_feed(folder, *(moved[number - 1] for number in order))
        assert compose(*FIRST)["merge"]["added"] == 0
        found = compose(*SECOND)
    assert titles(found) == []
    assert len(found["left_out"]) == 6
