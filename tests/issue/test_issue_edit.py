"""Single items cut, moved, held and put in: the rest of the document keeps its bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st
from made_markdown import documents

from digest.errors import DocumentError
from digest.issue.by_hand import BY_HAND, note_cut, without_by_hand
from digest.issue.edit import (
    cut_items,
    cut_links,
    find_like,
    find_section,
    insert_items,
    move_items,
    open_section,
    settle,
)
from digest.issue.find import find_items, number_items
from digest.issue.lock import Lock, Reason
from digest.issue.parse import parse_issue
from digest.issue.write import write_issue
from digest.model import Issue, Item, Link, Section
from digest.names import Signs
from digest.question import Question

DOCUMENT = """\
---
title: Weekly   # mine
---

Good morning.

## Trade

### [Tariff falls](https://example.org/tariff)

*Example Post · 23 April 2025*

By   half.

Also covered by: [Second Paper](https://example.com/b), [Third](https://example.net/c)

### [Harbour opens][harbour]

After two years.

## In short {#short}

Read on:

- [Kites](https://example.org/kites) — *Example Post* · sold out
* [Ferries](https://example.org/ferries)
  with a second line

That is all.

[harbour]: https://example.org/harbour
"""
FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MUST = (
    "### [Own](https://example.org/own)\n\n*By*\n\nWords.",
    "- [Own](https://example.org/own) — words\n- [Next](https://example.org/next)",
)


def read(text: str) -> Issue:
    return parse_issue(text, slug="2025-W17", file="issue.md")


def items_of(issue: Issue) -> list[Item]:
    return [item for section in issue.sections for item in section.items]


def item_called(issue: Issue, title: str) -> Item:
    return next(item for item in items_of(issue) if item.title == title)


def ask(issue: Issue, text: str, lock: Lock | None = None) -> list[str]:
    question = Question.parse(text, root=Path.cwd())
    return [found.number for found in find_items(issue, question, lock)]


# What is done to a document.


def test_cut_takes_the_lines_of_the_item_and_no_others() -> None:
    issue = read(DOCUMENT)
    written = settle(cut_items(issue, [item_called(issue, "Tariff falls")]), file="issue.md")
    start, end = DOCUMENT.index("### [Tariff"), DOCUMENT.index("### [Harbour")
    assert written.text == DOCUMENT[:start] + DOCUMENT[end:]
    assert written.drawn_in == ()


def test_cut_of_one_report_takes_its_name_out_of_the_line() -> None:
    issue = read(DOCUMENT)
    item = item_called(issue, "Tariff falls")
    written = settle(cut_links(issue, item, [item.also[0]]), file="issue.md")
    assert written.text == DOCUMENT.replace("[Second Paper](https://example.com/b), ", "")


def test_moved_item_keeps_every_byte_of_its_own() -> None:
    issue = read(DOCUMENT)
    moved = move_items(issue, [item_called(issue, "Tariff falls")], 1)
    written = settle(moved, file="issue.md")
    raw = DOCUMENT[DOCUMENT.index("### [Tariff") : DOCUMENT.index("### [Harbour")]
    assert raw in written.text
    assert written.text.index("with a second line") < written.text.index(raw)
    assert written.text.index(raw) < written.text.index("That is all.")


def test_item_that_stands_there_already_keeps_its_place() -> None:
    issue = read(DOCUMENT)
    assert move_items(issue, [item_called(issue, "Tariff falls")], 0) == issue


def test_new_item_is_written_in_the_form_of_the_one_before_it() -> None:
    issue = read(DOCUMENT)
    item = Item(
        key="https://example.org/new", title="New", url="https://example.org/new", body="W."
    )
    text = settle(insert_items(issue, [item], 1), file="issue.md").text
    assert "  with a second line\n- [New](https://example.org/new) — W.\n" in text
    text = settle(insert_items(issue, [item], 0), file="issue.md").text
    assert "After two years.\n\n### [New](https://example.org/new)\n\nW.\n\n## In short" in text


def test_of_two_items_that_say_the_same_one_is_cut() -> None:
    text = "## A\n\n### [One](https://example.org/1)\n\n## B\n\n### [One](https://example.org/1)\n"
    issue = read(text)
    second = issue.sections[1].items[0]
    assert (
        settle(cut_items(issue, [second]), file="f").text == text[: text.index("## B")] + "## B\n\n"
    )


def test_link_that_others_refer_to_does_not_go_with_an_item() -> None:
    text = (
        "## A\n\n### [One](https://example.org/1)\n\nWords.\n\n[two]: https://example.org/2\n\n"
        "More words.\n\n### [Two][two]\n"
    )
    issue = read(text)
    with pytest.raises(DocumentError, match="does a link refer to what goes"):
        settle(cut_items(issue, [issue.sections[0].items[0]]), file="issue.md")


def test_nothing_is_put_behind_a_fence_that_is_never_closed() -> None:
    issue = read("## A\n\n### [One](https://example.org/1)\n\n```\nopen\n")
    item = Item(key="https://example.org/2", title="Two", url="https://example.org/2")
    with pytest.raises(DocumentError, match="never closed"):
        settle(insert_items(issue, [item], 0), file="issue.md")


def test_text_that_falls_to_the_item_above_is_told() -> None:
    text = (
        "## A\n\n### [One](https://example.org/1)\n\n"
        "- [Two](https://example.org/2)\n\nThat is all.\n"
    )
    issue = read(text)
    written = settle(cut_items(issue, [issue.sections[0].items[1]]), file="issue.md")
    assert "That is all." in written.text
    assert written.drawn_in == ("One",)


def test_line_ends_of_the_document_are_those_of_what_is_put_in() -> None:
    issue = read(DOCUMENT.replace("\n", "\r\n"))
    item = Item(key="https://example.org/2", title="Two", url="https://example.org/2", body="W.")
    text = settle(insert_items(issue, [item], 0), file="issue.md").text
    assert "\n" not in text.replace("\r\n", "")


# Sections.


@pytest.mark.parametrize("name", ["Trade", "trade", " TRADE "])
def test_section_is_known_by_its_heading_in_any_case(name: str) -> None:
    assert find_section(read(DOCUMENT), name) == 0


def test_new_section_goes_among_its_neighbours_in_the_configured_order() -> None:
    order = ("Diplomacy", "Trade", "Energy", "In short")
    for name, at in (("Diplomacy", 0), ("Energy", 1), ("Sports", 1)):
        opened, number = open_section(read(DOCUMENT), name, order)
        assert (number, opened.sections[number].heading) == (at, name)


def test_hold_goes_to_the_end_and_other_sections_before_it() -> None:
    issue, number = open_section(read(DOCUMENT), "hold", ())
    assert (number, issue.sections[2].heading, issue.sections[2].kind) == (2, "Hold", "hold")
    issue, number = open_section(issue, "Sports", ("Also",))
    assert [section.heading for section in issue.sections] == [
        "Trade",
        "In short",
        "Sports",
        "Hold",
    ]


def test_heading_of_a_new_section_shows_what_was_typed() -> None:
    issue, _ = open_section(read("## A\n"), "C# {and} *more*", ())
    text = settle(issue, file="issue.md").text
    assert read(text).sections[1].heading == issue.sections[1].heading
    assert find_section(read(text), "C# {and} *more*") == 1


@pytest.mark.parametrize(
    ("typed", "meant"), [("Enrgy", "Energy"), ("energy", "Energy"), ("Sports", None)]
)
def test_slip_in_a_name_is_recognised(typed: str, meant: str | None) -> None:
    assert find_like(typed, ["Trade", "Energy"]) == meant


# Which item is meant.


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("https://example.org/tariff", ["1.1"]),
        ("http://www.example.org/tariff/?utm_source=x", ["1.1"]),
        ("example.org/tariff", ["1.1"]),
        ("2.1", ["2.1"]),
        ("9.9", []),
        ("tariff FALLS", ["1.1"]),
        ("falls tariff", ["1.1"]),
        ("example post", ["1.1", "2.1"]),
        ("https://example.net/c", ["1.1"]),
        ("fall", ["1.1"]),
        ("fa", []),
        ("23", []),
        ("0.1", []),
        ("23 april", ["1.1"]),
        ("nothing like it", []),
    ],
)
def test_item_is_known_by_address_number_and_words(asked: str, numbers: list[str]) -> None:
    assert ask(read(DOCUMENT), asked) == numbers


def test_title_comes_before_whole_words_before_parts_of_words_before_bylines() -> None:
    text = "".join(
        f"### [{title}](https://example.org/{at})\n\n*{byline}*\n\n"
        for at, (title, byline) in enumerate(
            [("Rail", "A"), ("Rail strike", "B"), ("Trail opens", "C"), ("Other", "Rail Times")]
        )
    )
    issue = read(f"## A\n\n{text}")
    assert ask(issue, "rail") == ["1.1"]
    without = cut_items(issue, [items_of(issue)[0]])
    assert ask(without, "rail") == ["1.1"]
    without = cut_items(without, [items_of(without)[0]])
    assert ask(without, "rail") == ["1.1"]
    without = cut_items(without, [items_of(without)[0]])
    assert [each.title for each in number_items(without)] == ["Other"]
    assert ask(without, "rail") == ["1.1"]


def test_item_is_known_by_its_file_and_by_its_earlier_title() -> None:
    key = "digest:0123456789abcdef"
    issue = read(f"## A\n\n### [New headline](https://example.org/) <!-- {key} -->\n")
    lock = Lock(
        slug="s",
        reasons={
            key: Reason(
                reason="r", article={"id": "0123456789abcdef", "input": "articles/korea.txt"}
            )
        },
        identities={key: (Signs(title="Old words"),)},
    )
    for asked in ("articles/korea.txt", key, "0123456789abcdef", "old words"):
        assert ask(issue, asked, lock) == ["1.1"]
    assert ask(issue, "articles/other.txt", lock) == []


# What the lock learns.


def test_cut_of_what_digest_never_proposed_is_noted_and_the_rest_is_not() -> None:
    issue = read(DOCUMENT)
    proposed = Item(key="https://example.org/kites", title="Kites", url="https://example.org/kites")
    lock = Lock(
        slug="s", proposal=Issue(slug="s", sections=(Section(heading="X", blocks=(proposed,)),))
    )
    section = issue.sections[1]
    kites, ferries = section.items
    left = cut_items(issue, [kites, ferries])
    assert note_cut(lock, [(kites, section)], left) is lock
    noted = note_cut(lock, [(kites, section), (ferries, section)], left)
    assert noted.proposal is not None
    assert [(s.heading, [i.key for i in s.items]) for s in noted.proposal.sections] == [
        ("X", ["https://example.org/kites"]),
        ("In short", ["https://example.org/ferries"]),
    ]
    assert noted.reasons["https://example.org/ferries"].reason == BY_HAND
    assert without_by_hand(noted.proposal) == lock.proposal


def test_cut_of_one_of_two_copies_is_no_cut() -> None:
    text = "## A\n\n### [One](https://example.org/1)\n\n### [One](https://example.org/1)\n"
    issue = read(text)
    first = issue.sections[0].items[0]
    lock = Lock(slug="s")
    left = cut_items(issue, [first])
    assert note_cut(lock, [(first, issue.sections[0])], left) is lock


# For every document.


@FEW
@given(documents(must=MUST), st.data())
def test_whatever_is_cut_or_moved_all_other_bytes_stay_in_their_order(
    text: str, data: st.DataObject
) -> None:
    try:
        issue = read(text)
    except DocumentError:
        reject()
    items = items_of(issue)
    assume(items)
    chosen = data.draw(st.lists(st.sampled_from(range(len(items))), min_size=1, unique=True))
    those = [items[at] for at in chosen]
    number = data.draw(st.integers(-1, len(issue.sections) - 1))
    changed = cut_items(issue, those) if number < 0 else move_items(issue, those, number)
    try:
        written = settle(changed, file="issue.md")
    except DocumentError:
        return
    at = len((issue.raw_head or "") + (issue.raw_introduction or ""))
    assert written.text[:at] == text[:at]
    for raw in [raw for section in issue.sections for raw in _raws(section, those)]:
        found = written.text.find(raw.rstrip(), at)
        assert found >= 0, (raw, written.text)
        at = found
    for item in those:
        assert (item.raw or "").rstrip() in written.text or number < 0
    keys = sorted(item.key for item in items_of(written.issue))
    gone = those if number < 0 else []
    assert keys == sorted(item.key for item in items if not any(item is each for each in gone))


def _raws(section: Section, those: list[Item]) -> list[str]:
    stay = [b.raw or "" for b in section.blocks if not any(b is each for each in those)]
    return [section.raw or "", *stay]


@FEW
@given(documents(must=MUST), st.data())
def test_whatever_is_put_in_is_read_as_it_was_meant(text: str, data: st.DataObject) -> None:
    try:
        issue = read(text)
    except DocumentError:
        reject()
    assume(issue.sections)
    number = data.draw(st.integers(0, len(issue.sections) - 1))
    item = Item(
        key="https://example.org/put",
        title="Put *in*",
        url="https://example.org/put",
        byline="A · 1 May",
        body="Words.\n\nMore words.",
        also=(Link(name="B", url="https://example.org/b"),),
    )
    changed = insert_items(issue, [item], number)
    try:
        written = settle(changed, file="issue.md")
    except DocumentError:
        return
    [read_back] = [i for i in written.issue.sections[number].items if i.key == item.key]
    assert (
        replace(read_back, form="heading") == item
        or item.title in written.drawn_in
        or ("Put in" in written.drawn_in)
    )
    assert write_issue(cut_items(issue, [])) == text
