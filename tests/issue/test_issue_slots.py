"""Slots in a proposal and in the merge: placed, followed, left alone, cut, withdrawn."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from digest.config import Settings, Slot
from digest.config.schema import Topic
from digest.errors import ConfigError
from digest.issue.lock import make_lock, write_lock
from digest.issue.merge import Merged, merge
from digest.issue.parse import parse_issue
from digest.issue.slots import slot_section, with_slots
from digest.issue.unlock import parse_lock
from digest.issue.write import write_issue
from digest.model import Issue, Item, Section

SETTINGS = Settings(topics=(Topic(name="News"), Topic(name="Trade"), Topic(name="Culture")))


def item(name: str) -> Item:
    url = f"https://example.org/{name}"
    return Item(key=url, title=f"Title {name}", url=url, body=f"Summary {name}.")


def slot(name: str = "sponsor", **fields: str) -> Slot:
    told = {"heading": name.title(), "text": f"Text of {fields.get('id', name)}."} | fields
    return Slot(name=name, **told)  # type: ignore[arg-type]


def propose(*slots: Slot, hold: str = "", **topics: str) -> Issue:
    sections = [
        Section(heading=heading, blocks=tuple(map(item, names)))
        for heading, names in (topics or {"News": "ab", "Trade": "c"}).items()
    ]
    if hold:
        blocks = tuple(map(item, hold))
        sections.append(Section(heading="Hold", kind="hold", blocks=blocks))
    issue = Issue(slug="s", title="Weekly", language="en", sections=tuple(sections))
    placed = [(each, slot_section(each, each.text, where="digest.toml")) for each in slots]
    return with_slots(issue, placed, SETTINGS)


def read(text: str) -> Issue:
    return parse_issue(text, slug="s", file="issue.md")


def kept(base: Issue) -> Issue:
    """The base as the next run finds it in issue.lock."""
    from datetime import UTC, datetime, timedelta

    from digest.model import Window

    end = datetime(2025, 4, 28, tzinfo=UTC)
    window = Window(start=end - timedelta(days=7), end=end, timezone="UTC")
    lock = make_lock(base, window=window, composed_at=end, stories=())
    proposal = parse_lock(write_lock(lock), "issue.lock").proposal
    assert proposal is not None
    return proposal


def compose(base: Issue | None, new: Issue, text: str) -> tuple[Merged, str]:
    """The merge, which a second one leaves as it is."""
    merged = merge(kept(base) if base else None, new, read(text))
    written = write_issue(merged.issue)
    again = merge(kept(merged.base), new, read(written))
    assert write_issue(again.issue) == written
    return merged, written


def headings(text: str) -> list[str]:
    return [section.heading for section in read(text).sections]


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        ("first", "Sponsor News Trade Hold"),
        ("last", "News Trade Sponsor Hold"),
        ("", "News Trade Sponsor Hold"),
        ("after:News", "News Sponsor Trade Hold"),
        ("before: Trade", "News Sponsor Trade Hold"),
        ("before:News", "Sponsor News Trade Hold"),
        ("after:Culture", "News Trade Sponsor Hold"),
        ("after:Somewhere else", "News Trade Sponsor Hold"),
    ],
)
def test_slot_stands_where_its_position_says(position: str, expected: str) -> None:
    proposal = propose(slot(position=position), News="a", Trade="b", hold="c")
    assert headings(write_issue(proposal)) == expected.split()


def test_slot_beside_a_topic_without_articles_stands_where_the_topic_would() -> None:
    proposal = propose(slot(position="after:Trade"), News="a", Culture="b")
    assert headings(write_issue(proposal)) == ["News", "Sponsor", "Culture"]


def test_several_slots_at_one_place_keep_the_order_of_digest_toml() -> None:
    slots = (slot("jobs"), slot("top-story"), slot("events"), slot("quote", position="first"))
    assert headings(write_issue(propose(*slots, News="a"))) == [
        "Top-Story", "Quote", "News", "Jobs", "Events",
    ]  # fmt: skip


def test_slots_markdown_is_written_word_for_word_and_reads_back_as_a_slot() -> None:
    text = "\n### [An *anvil*](https://acme.example/?a=1&b=2)\n\n* one  \n* two\n\n<b>raw</b>\n"
    written = write_issue(propose(slot(id="acme", text=text)))
    assert f"## Sponsor {{.slot .sponsor #acme}}\n\n{text.strip()}\n" in written
    [section] = [each for each in read(written).sections if each.kind == "slot"]
    assert [each.title for each in section.items] == ["An *anvil*"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Buy\n\n## Sell\n\nnow", "a heading of the second level"),
        ("Buy\n---\nnow", "a heading of the second level"),
        ("```\nnever ends", "never closed"),
        ("<!-- never ends", "never closed"),
        ("  \n", "empty"),
        ("[Order][1] now\n\n[1]: https://acme.example/", "links by reference"),
        ("<<<<<<< HEAD\na\n", "merge conflict"),
    ],
)
def test_markdown_that_does_not_stay_in_its_section_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as caught:
        slot_section(slot(id="acme"), text, where="slots/acme.md")
    assert str(caught.value).startswith("slots/acme.md: slot Sponsor (acme): ")


def test_slot_that_the_editor_left_alone_follows_digest_toml() -> None:
    first = propose(slot(id="acme", position="after:News"))
    text = write_issue(first).replace("\n", "\r\n")
    other = propose(slot(id="acme", position="after:News", heading="Partner", text="New words."))
    merged, written = compose(first, other, text)
    assert "## Partner {.slot .sponsor #acme}\r\n\r\nNew words.\r\n" in written
    assert "Text of acme" not in written
    assert headings(written) == ["News", "Partner", "Trade"]
    assert merged.slots == (("Partner", "updated"),)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Text of acme.", "Text of acme, and mine."),
        ("Text of acme.", "Text of  acme."),
        ("Text of acme.", "Text of acme.\n\n<!-- call them -->"),
        ("## Sponsor {", "## Our friends {"),
        ("#acme}", "#acme until=2025-05-01}"),
        ("Text of acme.\n", "Text of acme.\n\n[ref]: https://example.org\n"),
    ],
)
def test_slot_that_the_editor_changed_stays_as_the_editor_has_it(old: str, new: str) -> None:
    first = propose(slot(id="acme"))
    text = write_issue(first).replace(old, new)
    for later in (propose(slot(id="acme", text="New.")), propose(), propose(slot(id="other"))):
        _, written = compose(first, later, text)
        edited = [section for section in read(text).sections if section.kind == "slot"]
        assert edited[0] in read(written).sections
        assert new.strip() in written


def test_slot_that_is_no_longer_booked_leaves_unless_it_was_edited() -> None:
    first = propose(slot(id="acme", position="first"), slot("jobs"))
    merged, written = compose(first, propose(slot("jobs")), write_issue(first))
    assert headings(written) == ["News", "Trade", "Jobs"]
    assert ("Sponsor", "withdrawn") in merged.slots
    # Booked anew, it comes back: the editor never cut it.
    _, written = compose(merged.base, first, written)
    assert headings(written) == ["Sponsor", "News", "Trade", "Jobs"]


def test_slot_that_was_cut_stays_cut_and_another_booking_comes_in() -> None:
    first = propose(slot(id="acme", position="after:News"))
    text = write_issue(propose())
    merged, written = compose(first, first, text)
    assert (written, merged.slots) == (text, (("Sponsor", "cut"),))
    merged, written = compose(merged.base, propose(), written)
    merged, written = compose(merged.base, first, written)
    assert written == text, "cut, not booked for a while, booked again: still cut"
    other = propose(slot(id="bolt", position="after:News"))
    _, written = compose(merged.base, other, written)
    assert headings(written) == ["News", "Sponsor", "Trade"]
    assert "Text of bolt" in written


def test_another_booking_takes_the_place_that_the_editor_gave_to_the_slot() -> None:
    first = propose(slot(id="acme", position="first"))
    head, ad, news, trade = write_issue(first).split("\n## ")
    text = "\n## ".join((head, news, trade, ad))
    assert headings(text) == ["News", "Trade", "Sponsor"]
    _, written = compose(first, propose(slot(id="bolt", position="first")), text)
    assert headings(written) == ["News", "Trade", "Sponsor"]
    assert "Text of bolt" in written
    assert "acme" not in written


def test_slot_that_the_editor_typed_is_not_placed_a_second_time() -> None:
    base = propose()
    text = write_issue(base) + "\n## Sponsor {.slot .sponsor}\n\nMine.\n"
    _, written = compose(base, propose(slot()), text)
    assert written == text
    _, written = compose(None, propose(slot(id="acme")), text)
    assert written == text


def test_new_topic_and_new_slot_go_among_their_neighbours() -> None:
    first = propose(slot(position="after:News"), News="a", Culture="d")
    later = propose(
        slot(position="after:News"), slot("jobs", position="after:Trade"),
        News="a", Trade="c", Culture="d",
    )  # fmt: skip
    _, written = compose(first, later, write_issue(first))
    assert headings(written) == ["News", "Sponsor", "Trade", "Jobs", "Culture"]


def test_slot_comes_in_front_of_hold_and_of_what_is_never_closed() -> None:
    base = propose(hold="z")
    _, written = compose(base, propose(slot(), hold="z"), write_issue(base))
    assert headings(written) == ["News", "Trade", "Sponsor", "Hold"]
    text = write_issue(propose()) + "\n## Notes\n\n```\nnever ends\n"
    _, written = compose(propose(), propose(slot()), text)
    assert headings(written) == ["News", "Trade", "Sponsor", "Notes"]
    assert written.endswith("## Notes\n\n```\nnever ends\n")


def test_lost_lock_adds_the_slot_and_changes_nothing() -> None:
    text = write_issue(propose(slot(id="acme")))
    _, written = compose(None, propose(slot(id="acme", text="New."), slot("jobs")), text)
    assert written.startswith(text.rstrip("\n"))
    assert headings(written)[-1] == "Jobs"


def test_advertisement_takes_no_article_and_a_top_story_is_one() -> None:
    ad = slot("sponsor", text="### [Look](https://example.org/b)")
    _, written = compose(
        propose(ad, News="a"), propose(ad, News="ab"), write_issue(propose(ad, News="a"))
    )
    assert [each.key[-1] for each in read(written).sections[0].items] == ["a", "b"]
    top = slot("top-story", text="### [Look](https://example.org/b)")
    _, written = compose(
        propose(top, News="a"), propose(top, News="ab"), write_issue(propose(top, News="a"))
    )
    assert written.count("https://example.org/b") == 1


_EDITS = ("none", "cut", "word", "heading", "own", "swap")
_BOOKINGS = st.lists(
    st.builds(
        lambda *parts: parts,
        st.sampled_from(("sponsor", "jobs", "top-story")),
        st.sampled_from(("", "acme", "bolt")),
        st.sampled_from(("One.", "Two.\n\n### [Link](https://ad.example/x)", "- [a](https://b.c)")),
        st.sampled_from(("", "first", "after:News", "before:Trade")),
    ),
    max_size=3,
    unique_by=(lambda each: each[1] or each[0], lambda each: (each[0], each[3])),
)


@examples(max_examples=300)
@given(st.lists(st.tuples(_BOOKINGS, st.sampled_from(_EDITS)), min_size=2, max_size=5))
def test_what_the_editor_typed_stays_and_what_was_cut_stays_cut(
    weeks: list[tuple[list[tuple[str, str, str, str]], str]],
) -> None:
    typed: list[str] = []
    cut: set[str] = set()
    base: Issue | None = None
    text = ""
    numbers = count(1)
    for bookings, edit in weeks:
        slots = [
            slot(name, id=known, text=words, position=place, heading=f"{name} {known}".strip())
            for name, known, words, place in bookings
        ]
        new = propose(*slots, News="ab", Trade="c")
        if base is None:
            base, text = new, write_issue(new)
        else:
            merged, text = compose(base, new, text)
            base = merged.base
        document = read(text)
        found = [section for section in document.sections if section.kind == "slot"]
        for words in typed:
            assert text.count(words) == 1
        ids = [section.attributes for section in found if "#" in section.attributes]
        assert len(ids) == len(set(ids)), "no booking stands there twice"
        assert not cut & set(ids)
        if edit == "own":
            typed.append(f"## Mine {next(numbers)} {{.slot .quote}}\n\nTyped.\n")
            text = text.rstrip("\n") + "\n\n" + typed[-1]
        elif edit == "swap":
            text = text.replace("Title a", "Another title")
        elif edit != "none" and found and "quote" not in found[0].attributes:
            first = found[0]
            raw = (first.raw or "") + "".join(block.raw or "" for block in first.blocks)
            assert text.count(raw) == 1
            if edit == "cut":
                text = text.replace(raw, "")
                if "#" in first.attributes:
                    cut.add(first.attributes)
                typed = [words for words in typed if words not in raw]
            elif edit == "word":
                typed.append(f"Typed {next(numbers)} by hand.")
                text = text.replace(raw, f"{raw.rstrip()} {typed[-1]}\n\n")
            else:
                typed.append(f"Typed {next(numbers)}:")
                text = text.replace(raw, raw.replace("## ", f"## {typed[-1]} ", 1))
