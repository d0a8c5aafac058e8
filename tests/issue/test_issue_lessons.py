"""What past issues teach: where the editor left each item, and what was cut."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_edits import Page, edited, proposals
from made_issues import make_issue, make_item

from digest.issue.imported import import_line
from digest.issue.lessons import read_lesson, take_lesson, write_lesson
from digest.issue.lock import Lock, Reason, write_lock
from digest.issue.match import all_items
from digest.issue.write import write_issue
from digest.model import Issue, Section
from digest.model.lesson import PastLesson

TOOLS = "## Tools\n\n### [Saw](https://a.example/saw)\n\n### [Axe](https://a.example/axe)\n"
JOBS = "\n## Jobs\n\n### [Smith wanted](https://b.example/smith)\n"


def proposal_of(**sections: list[str]) -> Issue:
    """An issue with a section for each word, of items at addresses of a.example."""
    return make_issue(
        sections=tuple(
            Section(
                heading=heading,
                kind="hold" if heading == "Hold" else "topic",
                blocks=tuple(
                    make_item(url=f"https://a.example/{name}", title=name.title(), body="")
                    for name in names
                ),
            )
            for heading, names in sections.items()
        )
    )


def lock_of(proposal: Issue, **more: Any) -> str:
    return write_lock(Lock(slug=proposal.slug, proposal=proposal, **more))


def fates(lesson: PastLesson) -> dict[str, tuple[str, str]]:
    """By the last word of the address: where it stands, and its fate."""
    return {item.key.rpartition("/")[2]: (item.heading, item.fate) for item in lesson.items}


def test_without_a_lock_all_of_it_is_the_editors() -> None:
    lesson = read_lesson("12", TOOLS + JOBS, None)
    assert fates(lesson) == {
        "saw": ("Tools", "printed"),
        "axe": ("Tools", "printed"),
        "smith": ("Jobs", "printed"),
    }
    assert lesson.ends is None
    assert [item.title for item in lesson.items] == ["Saw", "Axe", "Smith wanted"]
    assert lesson.items[2].url == "https://b.example/smith"


def test_lists_of_links_are_lessons_as_headings_are() -> None:
    text = (
        "## Tools\n\n- [Saw](https://a.example/saw)\n* [Axe](https://a.example/axe) - *A* · Cuts.\n"
    )
    lesson = read_lesson("12", text, None)
    assert [(item.title, item.summary) for item in lesson.items] == [("Saw", ""), ("Axe", "Cuts.")]


def test_moved_untouched_cut_and_added_items_are_told_apart() -> None:
    base = proposal_of(Tools=["saw", "axe", "gone"], Jobs=["smith", "cook"])
    text = write_issue(proposal_of(Tools=["saw", "smith", "mine"], Jobs=["axe", "cook"]))
    assert fates(read_lesson("12", text, lock_of(base))) == {
        "saw": ("Tools", "untouched"),
        "smith": ("Tools", "moved"),
        "mine": ("Tools", "printed"),
        "axe": ("Jobs", "moved"),
        "cook": ("Jobs", "untouched"),
        "gone": ("Tools", "cut"),
    }


def test_hold_slots_and_introduction_teach_nothing() -> None:
    base = proposal_of(Tools=["saw", "axe", "top"], Hold=["late"])
    text = (
        "[Intro](https://a.example/intro)\n\n"
        "## Sponsor {.slot}\n\n### [Top](https://a.example/top)\n\n"
        "## Tools\n\n### [Saw](https://a.example/saw)\n\n### [Late](https://a.example/late)\n\n"
        "## Hold\n\n### [Axe](https://a.example/axe)\n"
    )
    assert fates(read_lesson("12", text, lock_of(base))) == {
        "saw": ("Tools", "untouched"),
        "late": ("Tools", "printed"),  # digest had no section for it
    }


def test_new_name_of_a_section_is_known_by_the_items_that_it_shares() -> None:
    base = proposal_of(Tools=["saw", "axe", "file"], Jobs=["smith"])
    text = write_issue(proposal_of(**{"In the shed": ["saw", "axe", "smith"], "Trade": ["file"]}))
    lesson = read_lesson("12", text, lock_of(base))
    assert lesson.renamed == (("Tools", "In the shed"),)
    assert fates(lesson) == {
        "saw": ("In the shed", "untouched"),
        "axe": ("In the shed", "untouched"),
        "smith": ("In the shed", "moved"),
        "file": ("Trade", "moved"),
    }


def test_section_that_merely_lost_its_items_is_not_renamed() -> None:
    base = proposal_of(Tools=["saw"], Jobs=["smith"])
    lesson = read_lesson("12", write_issue(proposal_of(Jobs=["saw", "smith"])), lock_of(base))
    assert lesson.renamed == ()
    assert fates(lesson)["saw"] == ("Jobs", "moved")


def test_headings_and_titles_are_read_as_readers_see_them() -> None:
    text = "## R&amp;D, *new* \\#1 {.wide}\n\n### [`Saw` 2.0](https://a.example/saw)\n"
    (item,) = read_lesson("12", text, None).items
    assert (item.heading, item.title) == ("R&D, new #1", "Saw 2.0")


def test_facts_are_those_of_the_article_that_the_lock_names() -> None:
    base = proposal_of(Tools=["saw"])
    article = {
        "title": "A saw",
        "summary": "It cuts.",
        "source": {"name": "Shed Weekly"},
        "authors": ["Ann", "Bo"],
        "language": "en",
    }
    reasons = {"https://a.example/saw": Reason(reason="host", article=article)}
    text = write_issue(base).replace("[Saw]", "[My favourite saw]")
    (item,) = read_lesson("12", text, lock_of(base, reasons=reasons)).items
    assert (item.title, item.summary, item.source) == ("A saw", "It cuts.", "Shed Weekly")
    assert (item.authors, item.language) == (("Ann", "Bo"), "en")


def test_link_that_the_editor_corrected_is_the_same_item() -> None:
    base = proposal_of(Tools=["saw"], Jobs=["cook"])
    text = write_issue(base).replace("https://a.example/saw", "https://a.example/better")
    lesson = read_lesson("12", text, lock_of(base))
    assert fates(lesson)["better"] == ("Tools", "untouched")
    assert not any(item.fate == "cut" for item in lesson.items)


def test_imported_issue_counts_as_printed() -> None:
    line = import_line(
        at="2020-01-01",
        day=datetime(2020, 1, 1).date(),
        source="old.html",
        source_hash="x",
        items=1,
    )
    base = proposal_of(Tools=["saw"])
    lock = lock_of(base, deliveries=(line,))
    assert fates(read_lesson("12", write_issue(base), lock)) == {"saw": ("Tools", "printed")}


def test_item_added_by_command_is_the_editors() -> None:
    bare = replace(make_item(url="https://a.example/saw"), title="", byline="", body="")
    base = make_issue(sections=(Section(heading="Tools", blocks=(bare,)),))
    lesson = read_lesson("12", TOOLS, lock_of(base))
    assert fates(lesson)["saw"] == ("Tools", "printed")


@pytest.mark.parametrize("damage", ["{", "[]", '{"version": 1}', "<<<<<<< ours\n"])
def test_damaged_lock_counts_as_none(damage: str) -> None:
    assert read_lesson("12", TOOLS, damage) == read_lesson("12", TOOLS, None)


def test_damaged_document_teaches_nothing() -> None:
    lesson = read_lesson("12", "---\ntitle: never closed\n", lock_of(proposal_of(Tools=["saw"])))
    assert lesson.items == ()


def test_window_of_the_front_matter_stands_in_for_the_locks() -> None:
    text = write_issue(make_issue())
    assert read_lesson("12", text, None).ends == datetime.fromisoformat("2025-04-28T00:00+09:00")


def test_endless_headings_and_titles_end_soon_and_are_cut() -> None:
    long = "[*_" * 300_000
    text = f"## {long}\n\n### [{'word ' * 200_000}](https://a.example/1)\n"
    text += "".join(f"\n### [x](https://a.example/more/{n})\n" for n in range(500))
    items = read_lesson("12", text, None).items
    assert len(items) == 501
    assert max(len(item.title) + len(item.heading) for item in items) <= 4_000


@settings(max_examples=60)
@given(proposals())
def test_what_nobody_touched_is_untouched(proposal: Issue) -> None:
    lesson = read_lesson("s", write_issue(proposal), lock_of(proposal))
    expected = {
        item.key: section.heading
        for section in proposal.sections
        if section.kind == "topic"
        for item in section.items
    }
    assert {item.key: item.heading for item in lesson.items} == expected
    assert {item.fate for item in lesson.items} <= {"untouched"}
    assert lesson.renamed == ()


@settings(max_examples=60)
@given(st.data(), proposals())
def test_whatever_the_editor_does_each_item_teaches_once(
    data: st.DataObject, proposal: Issue
) -> None:
    page: Page = data.draw(edited(write_issue(proposal)))
    lesson = read_lesson("s", page.text, lock_of(proposal))
    keys = [item.key for item in lesson.items]
    assert len(keys) == len(set(keys))
    proposed = {item.key for _, item in all_items(proposal)}
    assert {item.key for item in lesson.items if item.fate == "cut"} <= proposed
    was = {section.heading for section in proposal.sections}
    assert {old for old, _ in lesson.renamed} <= was
    assert not {new for _, new in lesson.renamed} & was
    assert take_lesson(write_lesson(lesson)) == lesson


@pytest.mark.parametrize("text", ["", "{}", "[]", json.dumps({"slug": "s", "items": [[]]})])
def test_anything_else_than_a_lesson_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        take_lesson(text)
