"""Composing again over an editor's document: one case of the merge after the other."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from textwrap import dedent

import pytest

from digest.errors import MergeError
from digest.issue.merge import Merged, cut_keys, merge
from digest.issue.parse import parse_issue
from digest.issue.write import write_issue
from digest.model import Issue, Item, Link, Section


def item(name: str, body: str = "", *, also: str = "", title: str = "", byline: str = "") -> Item:
    return Item(
        key=f"https://example.org/{name}",
        title=title or f"Title {name}",
        url=f"https://example.org/{name}",
        byline=byline or "Paper · 24 April 2025",
        body=body or f"Summary {name}.",
        also=tuple(Link(name=f"Paper {n}", url=f"https://example.org/{n}") for n in also),
    )


def issue(*, subject: str = "Subject", hold: str = "", **sections: str | list[Item]) -> Issue:
    def blocks(what: str | list[Item]) -> tuple[Item, ...]:
        return tuple(item(each) if isinstance(each, str) else each for each in what)

    found = [Section(heading=name, blocks=blocks(what)) for name, what in sections.items()]
    if hold:
        found.append(Section(heading="Hold", kind="hold", blocks=blocks(hold)))
    return Issue(
        slug="s", title="Weekly", subject=subject, window="w", language="en", sections=tuple(found)
    )


def read(text: str) -> Issue:
    return parse_issue(text, slug="s", file="issue.md")


def outline(merged: Merged) -> str:
    """Sections and the last letters of their items, as the written file has them."""
    document = read(write_issue(merged.issue))
    return " | ".join(
        f"{section.heading}: " + "".join(each.key[-1] for each in section.items)
        for section in document.sections
    )


def counts(merged: Merged) -> Counter[str]:
    """How many items had each fate."""
    return Counter(fate for _, fate in merged.fates)


def run(base: Issue | None, new: Issue, text: str, **options: object) -> Merged:
    merged = merge(base, new, read(text), **options)  # type: ignore[arg-type]
    written = write_issue(merged.issue)
    again = merge(merged.base, new, read(written), **options)  # type: ignore[arg-type]
    assert write_issue(again.issue) == written
    return merged


BASE = issue(Diplomacy="abc", Trade="de")
TEXT = write_issue(BASE)


def test_nothing_changes_when_nothing_is_new() -> None:
    merged = run(BASE, BASE, TEXT)
    assert write_issue(merged.issue) == TEXT
    assert counts(merged) == Counter(kept=5)


def test_a_new_article_goes_after_its_nearest_neighbour() -> None:
    merged = run(BASE, issue(Diplomacy="axbyc", Trade="zde"), TEXT)
    assert outline(merged) == "Diplomacy: axbyc | Trade: zde"
    assert counts(merged) == Counter(added=3, kept=5)


def test_the_neighbour_is_found_where_the_editor_put_it() -> None:
    text = write_issue(issue(Diplomacy="cba", Trade="de"))
    assert outline(run(BASE, issue(Diplomacy="axbc", Trade="de"), text)) == (
        "Diplomacy: cbax | Trade: de"
    )


def test_what_the_editor_cut_stays_cut() -> None:
    text = write_issue(issue(Diplomacy="ac", Trade="de"))
    merged = run(BASE, issue(Diplomacy="abxc", Trade="de"), text)
    assert outline(merged) == "Diplomacy: axc | Trade: de"
    assert dict(merged.fates)["https://example.org/b"] == "cut"
    assert counts(merged)["cut"] == 1


def test_what_was_cut_stays_cut_after_it_was_not_proposed_for_a_while() -> None:
    text = write_issue(issue(Diplomacy="ac", Trade="de"))
    without = run(BASE, issue(Diplomacy="ac", Trade="de"), text)
    merged = run(without.base, BASE, write_issue(without.issue))
    assert outline(merged) == "Diplomacy: ac | Trade: de"


def test_a_section_cut_with_its_items_comes_back_only_for_new_ones() -> None:
    text = write_issue(issue(Diplomacy="abc"))
    assert outline(run(BASE, BASE, text)) == "Diplomacy: abc"
    assert outline(run(BASE, issue(Diplomacy="abc", Trade="dex"), text)) == (
        "Diplomacy: abc | Trade: x"
    )


def test_what_was_cut_from_an_earlier_issue_is_not_added() -> None:
    merged = run(BASE, issue(Diplomacy="abcx"), TEXT, cut_before={"https://example.org/x"})
    assert "x" not in outline(merged)
    assert dict(merged.fates)["https://example.org/x"] == "cut"


def test_fields_that_neither_touched_follow_the_proposal() -> None:
    new = issue(Diplomacy=[item("a", "New summary.", title="New title"), item("b"), item("c")])
    merged = run(BASE, new, TEXT)
    first = merged.issue.sections[0].items[0]
    assert (first.title, first.body) == ("New title", "New summary.")
    assert counts(merged)["updated"] == 1


def test_what_the_editor_changed_stays_field_by_field() -> None:
    text = TEXT.replace("Title a", "My title").replace("Summary b.", "My summary.")
    new = issue(
        Diplomacy=[
            item("a", "New a.", title="New title a"),
            item("b", "New b.", title="New title b"),
            item("c"),
        ]
    )
    first, second, _ = run(BASE, new, text).issue.sections[0].items
    assert (first.title, first.body) == ("My title", "New a.")
    assert (second.title, second.body) == ("New title b", "My summary.")


def test_a_summary_that_the_editor_deleted_stays_deleted() -> None:
    text = TEXT.replace("Summary a.\n\n", "")
    new = issue(Diplomacy=[item("a", "New a."), item("b"), item("c")])
    assert run(BASE, new, text).issue.sections[0].items[0].body == ""


def test_a_corrected_link_is_the_same_item() -> None:
    text = TEXT.replace("(https://example.org/b)", "(https://example.org/better)")
    new = issue(Diplomacy=[item("a"), item("b", "New b."), item("c")], Trade="de")
    merged = run(BASE, new, text)
    second = merged.issue.sections[0].items[1]
    assert (second.url, second.body) == ("https://example.org/better", "New b.")
    assert len(merged.issue.items) == 5
    assert counts(merged)["cut"] == 0


def test_a_note_beside_the_headline_keeps_the_headline() -> None:
    text = TEXT.replace("example.org/a)", "example.org/a) <!-- ask Kim -->")
    new = issue(Diplomacy=[item("a", "New a.", title="New title"), item("b"), item("c")])
    written = write_issue(run(BASE, new, text).issue)
    assert "### [Title a](https://example.org/a) <!-- ask Kim -->" in written
    assert "New a." in written


def test_items_that_the_editor_moved_stay_where_they_are() -> None:
    text = write_issue(issue(Diplomacy="ab", Trade="dce"))
    new = issue(Diplomacy=["a", "b", item("c", "New c.")], Trade="de")  # type: ignore[list-item]
    merged = run(BASE, new, text)
    assert outline(merged) == "Diplomacy: ab | Trade: dce"
    assert "New c." in write_issue(merged.issue)


def test_a_section_that_the_editor_renamed_takes_its_new_items() -> None:
    text = TEXT.replace("## Diplomacy", "## Talks and treaties")
    assert outline(run(BASE, issue(Diplomacy="axbc", Trade="de"), text)) == (
        "Talks and treaties: axbc | Trade: de"
    )


def test_two_sections_that_the_editor_joined_take_the_items_of_both() -> None:
    text = TEXT.replace("## Trade\n\n", "")
    assert outline(run(BASE, issue(Diplomacy="abcx", Trade="dey"), text)) == "Diplomacy: abcxdey"


def test_a_section_that_the_editor_split_takes_new_items_beside_their_neighbours() -> None:
    text = TEXT.replace("### [Title c]", "## More\n\n### [Title c]")
    assert outline(run(BASE, issue(Diplomacy="axbc", Trade="de"), text)) == (
        "Diplomacy: axb | More: c | Trade: de"
    )


def test_sections_in_the_editors_order_stay_so() -> None:
    text = write_issue(issue(Trade="de", Diplomacy="abc"))
    assert outline(run(BASE, issue(Diplomacy="abcx", Trade="dey", Culture="z"), text)) == (
        "Trade: dey | Culture: z | Diplomacy: abcx"
    )


def test_a_topic_renamed_in_the_settings_renames_an_untouched_heading() -> None:
    new = Issue(
        slug="s",
        sections=(
            Section(heading="Foreign policy", blocks=issue(A="abcx").sections[0].blocks),
            *issue(Trade="de").sections,
        ),
    )
    assert outline(run(BASE, new, TEXT)) == "Foreign policy: abcx | Trade: de"
    text = TEXT.replace("## Diplomacy", "## Mine")
    assert outline(run(BASE, new, text)) == "Mine: abcx | Trade: de"


def test_an_untouched_item_moves_with_its_topic_and_an_edited_one_does_not() -> None:
    new = issue(Diplomacy="b", Trade="dace")
    text = TEXT.replace("Summary c.", "My words.")
    assert outline(run(BASE, new, text)) == "Diplomacy: bc | Trade: dae"


def test_an_untouched_section_follows_the_new_order() -> None:
    assert outline(run(BASE, issue(Diplomacy="cab", Trade="de"), TEXT)) == (
        "Diplomacy: cab | Trade: de"
    )
    text = TEXT.replace("Summary b.", "My words.")
    assert outline(run(BASE, issue(Diplomacy="cab", Trade="de"), text)) == (
        "Diplomacy: abc | Trade: de"
    )


def test_an_item_of_the_editors_own_stays_and_is_not_doubled_when_a_feed_brings_it() -> None:
    own = "### [My find](https://example.org/x)\n\nMy words.\n\n"
    text = TEXT.replace("### [Title b]", own + "### [Title b]")
    merged = run(BASE, issue(Diplomacy="axbc", Trade="de"), text)
    assert outline(merged) == "Diplomacy: axbc | Trade: de"
    assert own in write_issue(merged.issue)


def test_free_text_between_items_stays_in_its_place() -> None:
    note = "### A word from us\n\nRead this twice.\n\n| a | b |\n|---|---|\n\n"
    text = TEXT.replace("### [Title b]", note + "### [Title b]")
    written = write_issue(run(BASE, issue(Diplomacy="axbc", Trade="de"), text).issue)
    assert note + "### [Title b]" in written


def test_a_list_takes_new_items_as_list_entries() -> None:
    text = dedent(
        """\
        ---
        title: Weekly
        ---

        ## Diplomacy

        - [Title a](https://example.org/a) — short
        - [Title b](https://example.org/b)

        Goodbye.
        """
    )
    base = issue(Diplomacy="ab")
    written = write_issue(run(base, issue(Diplomacy="axb"), text).issue)
    assert (
        "- [Title a](https://example.org/a) — short\n"
        "- [Title x](https://example.org/x) — *Paper · 24 April 2025* · Summary x.\n"
        "- [Title b](https://example.org/b)\n\nGoodbye.\n"
    ) in written


def test_two_items_that_the_editor_made_one_stay_one() -> None:
    text = write_issue(issue(Diplomacy=[item("a", also="b"), item("c")], Trade="de"))
    merged = run(BASE, issue(Diplomacy="abxc", Trade="de"), text)
    assert outline(merged) == "Diplomacy: axc | Trade: de"
    assert counts(merged)["cut"] == 0


def test_two_items_that_became_one_story_join_unless_one_was_edited() -> None:
    new = issue(Diplomacy=[item("a", also="b"), item("c")], Trade="de")
    merged = run(BASE, new, TEXT)
    assert outline(merged) == "Diplomacy: ac | Trade: de"
    assert merged.issue.sections[0].items[0].also == (
        Link(name="Paper b", url="https://example.org/b"),
    )
    text = TEXT.replace("Summary b.", "My words.")
    merged = run(BASE, new, text)
    assert outline(merged) == "Diplomacy: abc | Trade: de"
    assert merged.issue.sections[0].items[0].also == ()


def test_a_new_report_on_a_story_is_added_to_the_editors_list() -> None:
    base = issue(Diplomacy=[item("a", also="bc")])
    text = write_issue(base).replace("[Paper b](https://example.org/b), ", "")
    text = text.replace("Paper c", "The C Paper")
    merged = run(base, issue(Diplomacy=[item("a", also="bcx")]), text)
    assert [link.name for link in merged.issue.sections[0].items[0].also] == [
        "The C Paper",
        "Paper x",
    ]


def test_when_a_story_has_a_new_first_report_an_edited_item_keeps_its_place() -> None:
    base = issue(Diplomacy=[item("a", also="b")])
    new = issue(Diplomacy=[item("x", also="ab")])
    assert outline(run(base, new, write_issue(base))) == "Diplomacy: x"
    text = write_issue(base).replace("Summary a.", "My words.")
    merged = run(base, new, text)
    assert outline(merged) == "Diplomacy: a"
    assert [link.url for link in merged.issue.items[0].also] == [
        "https://example.org/b",
        "https://example.org/x",
    ]


def test_slots_are_never_touched_and_what_stands_in_them_is_not_doubled() -> None:
    slot = "## Sponsor {.slot}\n\n### [Buy](https://example.org/x)\n\n"
    text = TEXT.replace("## Trade", slot + "## Trade")
    merged = run(BASE, issue(Diplomacy="axbc", Trade="de"), text)
    assert outline(merged) == "Diplomacy: abc | Sponsor: x | Trade: de"
    assert slot in write_issue(merged.issue)


def test_held_items_stay_held_and_new_ones_are_held_at_the_end() -> None:
    text = write_issue(issue(Diplomacy="ab", Trade="de", hold="c"))
    merged = run(BASE, issue(Diplomacy="abc", Trade="de", hold="x"), text)
    assert outline(merged) == "Diplomacy: ab | Trade: de | Hold: cx"
    assert counts(merged)["held"] == 2
    merged = run(BASE, issue(Diplomacy="abc", Trade="de", hold="x"), TEXT)
    assert outline(merged) == "Diplomacy: abc | Trade: de | Hold: x"


def test_an_untouched_item_that_is_withdrawn_goes_and_an_edited_one_stays() -> None:
    gone = {"https://example.org/b", "https://example.org/d"}
    text = TEXT.replace("Summary d.", "My words.")
    merged = run(BASE, issue(Diplomacy="ac", Trade="e"), text, withdrawn=gone)
    assert outline(merged) == "Diplomacy: ac | Trade: de"
    assert dict(merged.fates)["https://example.org/b"] == "withdrawn"


def test_an_item_that_is_merely_not_proposed_stays_and_follows_when_it_is_again() -> None:
    without = run(BASE, issue(Diplomacy="ac", Trade="de"), TEXT)
    assert outline(without) == "Diplomacy: abc | Trade: de"
    new = issue(Diplomacy=["a", item("b", "New b."), "c"], Trade="de")  # type: ignore[list-item]
    merged = run(without.base, new, write_issue(without.issue))
    assert "New b." in write_issue(merged.issue)


def test_the_front_matter_follows_line_by_line_and_the_editors_lines_stay() -> None:
    text = TEXT.replace("title: Weekly", "title: My Weekly # better").replace(
        "window: w", "tags: [a, b]\nwindow: w"
    )
    new = replace(BASE, title="Other", subject="New subject", window="w2", preheader="Pre")
    written = write_issue(run(BASE, new, text).issue)
    assert written.startswith(
        "---\ntitle: My Weekly # better\nsubject: New subject\npreheader: Pre\n"
        "tags: [a, b]\nwindow: w2\nlanguage: en\n---\n"
    )


def test_without_a_base_only_what_is_new_is_added() -> None:
    text = TEXT.replace("Summary a.", "My words.").replace("## Diplomacy", "## Talks")
    new = issue(subject="New", Diplomacy=[item("a", "New."), item("x"), item("b")], Trade="dye")
    merged = run(None, new, text)
    assert outline(merged) == "Talks: axbc | Trade: dye"
    written = write_issue(merged.issue)
    for name in "xy":
        written = written.replace(
            f"### [Title {name}](https://example.org/{name})\n\n"
            f"*Paper · 24 April 2025*\n\nSummary {name}.\n\n",
            "",
        )
    assert written == text


def test_an_empty_document_means_that_all_was_cut() -> None:
    merged = run(BASE, issue(Diplomacy="abcx"), "")
    assert outline(merged) == "Diplomacy: x"


def test_new_items_go_in_front_of_a_fence_that_is_never_closed() -> None:
    text = TEXT + "\n```\nforgotten\n"
    merged = run(BASE, issue(Diplomacy="abc", Trade="dex", Culture="y"), text)
    assert outline(merged) == "Diplomacy: abc | Culture: y | Trade: dxe"


def test_a_document_that_swallows_everything_is_refused() -> None:
    with pytest.raises(MergeError, match="never closed"):
        merge(BASE, issue(Diplomacy="x"), read("```\n"))


def test_an_article_that_stands_twice_is_the_editors_affair() -> None:
    text = TEXT.replace("## Trade", "### [Again a](https://example.org/a)\n\n## Trade")
    new = issue(Diplomacy=[item("a", "New a."), item("b"), item("c")], Trade="de")
    written = write_issue(run(BASE, new, text).issue)
    assert "### [Again a](https://example.org/a)\n\n## Trade" in written
    assert written.count("New a.") == 1


def test_the_keys_that_an_editor_cut_are_known_before_the_next_proposal() -> None:
    text = write_issue(issue(Diplomacy=[item("a", also="b")], Trade="d"))
    text = text.replace("Title d](https://example.org/d", "Title d](https://example.org/other")
    assert cut_keys(BASE, read(text)) == {"https://example.org/c", "https://example.org/e"}


def test_windows_line_ends_stay() -> None:
    text = TEXT.replace("\n", "\r\n")
    written = write_issue(run(BASE, issue(Diplomacy="axbc", Trade="de"), text).issue)
    assert "\n" not in written.replace("\r\n", "")
    assert outline(run(BASE, issue(Diplomacy="axbc", Trade="de"), text)) == (
        "Diplomacy: axbc | Trade: de"
    )


def test_a_section_that_the_editor_added_stays_where_it_is_and_takes_nothing() -> None:
    own = "## From the desk\n\nA word.\n\n### [Mine](https://example.org/m)\n\n"
    text = TEXT.replace("## Trade", f"{own}## Trade")
    merged = run(BASE, issue(Diplomacy="abcx", Trade="dey"), text)
    assert outline(merged) == "Diplomacy: abcx | From the desk: m | Trade: dey"
    assert own in write_issue(merged.issue)


def test_a_section_that_the_editor_deleted_with_its_items_stays_away() -> None:
    text = TEXT[: TEXT.index("## Trade")]
    assert outline(run(BASE, issue(Diplomacy="abc", Trade="de"), text)) == "Diplomacy: abc"


@pytest.mark.parametrize(
    "joint",
    [
        "Summary a.\n\nSummary b.\n\nAlso covered by: [B](https://example.org/b)\n\n",
        "Summary a. And [b says](https://example.org/b): summary b.\n\n",
        "Summary a.\n\n- see [Title b](https://example.org/b) — Summary b.\n\n",
    ],
)
def test_two_items_made_one_by_hand_in_whatever_way_stay_so(joint: str) -> None:
    start, end = TEXT.index("### [Title b]"), TEXT.index("### [Title c]")
    text = (TEXT[:start] + TEXT[end:]).replace("Summary a.\n\n", joint)
    new = issue(Diplomacy=[item("a"), item("b", byline="New"), item("c")], Trade="de")
    written = write_issue(run(BASE, new, text).issue)
    assert joint in written
    assert written.count("https://example.org/b") == 1


def test_edits_inside_a_summary_and_lines_cut_from_its_middle_stay() -> None:
    long = "First line.\n\nSecond line.\n\nThird line."
    base = issue(Diplomacy=[item("a", long), item("b")])
    text = write_issue(base).replace("Second line.\n\n", "").replace("Third", "The very last")
    new = issue(Diplomacy=[item("a", f"{long}\n\nFourth line."), item("b")])
    written = write_issue(run(base, new, text).issue)
    assert "First line.\n\nThe very last line.\n\n###" in written
    assert "Fourth" not in written


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("### [Title a](https://example.org/a) ###", "### [Title a](https://example.org/a)"),
        ("_Paper · 24 April 2025_", "*Paper · 24 April 2025*"),
        ("## Diplomacy ##", "## Diplomacy"),
    ],
)
def test_marks_that_the_editor_typed_stay_although_no_word_changed(mine: str, theirs: str) -> None:
    text = TEXT.replace(theirs, mine, 1)
    changed = item("a", "New a.", title="New title", byline="Other · 25 April 2025")
    new = issue(Policy=[changed, item("b"), item("c")], Trade="de")
    assert mine in write_issue(run(BASE, new, text).issue)


def test_of_two_equal_headings_none_is_renamed() -> None:
    text = TEXT.replace("### [Title c]", "## Diplomacy\n\n### [Title c]")
    new = issue(Policy="abc", Trade="de")
    assert outline(run(BASE, new, text)) == "Diplomacy: ab | Diplomacy: c | Trade: de"


def test_an_article_in_a_slot_does_not_come_again_for_a_new_report_on_it() -> None:
    base = issue(Diplomacy="ab")
    text = write_issue(base).replace("### [Title b]", "## Top {.slot}\n\n### [Title b]")
    new = issue(Diplomacy=[item("a"), item("b", also="x")])
    assert outline(run(base, new, text)) == "Diplomacy: a | Top: b"


def test_what_was_copied_is_neither_moved_nor_taken_out() -> None:
    text = TEXT + "\n" + TEXT[TEXT.index("### [Title b]") : TEXT.index("### [Title c]")]
    gone = {"https://example.org/b"}
    merged = run(BASE, issue(Diplomacy="ac", Trade="deb"), text)
    assert outline(merged) == "Diplomacy: abc | Trade: deb"
    assert outline(run(BASE, issue(Diplomacy="ac", Trade="de"), text, withdrawn=gone)) == (
        "Diplomacy: abc | Trade: deb"
    )


def test_a_report_without_a_page_gets_an_item_of_its_own() -> None:
    text = TEXT.replace("Summary a.", "My words.")
    lead = Item(
        key="digest:1f",
        title="Note",
        url=None,
        body="Words.",
        also=(Link(name="A", url="https://example.org/a"),),
    )
    new = issue(Diplomacy=[lead, item("b"), item("c")], Trade="de")
    merged = run(BASE, new, text)
    assert outline(merged) == "Diplomacy: afbc | Trade: de"


@pytest.mark.parametrize(
    "entry",
    [
        "- [Title a](https://example.org/a) <!-- ask Kim --> — mine\n  and more\n\n",
        "1. [Title a](https://example.org/a): `<code>`\n   - nested\n\n",
    ],
)
def test_a_report_is_added_to_a_list_entry_in_the_editors_own_style(entry: str) -> None:
    start, end = TEXT.index("### [Title a]"), TEXT.index("### [Title b]")
    text = TEXT[:start] + entry + TEXT[end:]
    new = issue(Diplomacy=[item("a", also="x"), item("b"), item("c")], Trade="de")
    merged = run(BASE, new, text)
    assert entry.rstrip() in write_issue(merged.issue)
    assert merged.issue.items[0].also == (Link(name="Paper x", url="https://example.org/x"),)


def test_a_report_is_added_in_front_of_a_fence_that_is_never_closed() -> None:
    base = issue(Diplomacy="a")
    text = write_issue(base) + "\n```\nforgotten\n"
    merged = run(base, issue(Diplomacy=[item("a", also="x")]), text)
    assert merged.issue.items[0].also[0].url == "https://example.org/x"
    assert write_issue(merged.issue).endswith("\n```\nforgotten\n")
