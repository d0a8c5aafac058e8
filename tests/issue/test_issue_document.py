"""issue.md: what is read, what is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from digest.errors import DocumentError
from digest.issue.head import quote, replace_values
from digest.issue.parse import parse_issue
from digest.issue.write import add_links, change_head, change_item, write_issue
from digest.model import Issue, Item, Link, Section, Text

EXAMPLE = """\
---
title: Eurasia Weekly
subject: "Six years on: a treaty, and eleven more stories"
preheader: The line that mail clients show after the subject.
window: 2025-04-21T00:00:00+09:00/2025-04-28T00:00:00+09:00
timezone: Asia/Seoul
---

Whatever stands before the first section is the introduction.

## Diplomacy

### [Headline of the article](https://example.org/a)

*Example Times · 24 April 2025 · 3 min read*

The summary, in Markdown, as many paragraphs as wanted.

Also covered by: [Second Paper](https://example.com/b), [Third](https://example.net/c)

- [A shorter item](https://example.org/d) — *Example Post* · one line of text

## Hold

### [Not this week](https://example.org/e)
"""


def read(text: str) -> Issue:
    return parse_issue(text, slug="2025-W17", file="issue.md")


def item_of(text: str) -> Item:
    (item,) = read(f"## Section\n\n{text}").sections[0].items
    return item


def without_raw(issue: Issue) -> Issue:
    sections = tuple(
        replace(
            section,
            raw=None,
            blocks=tuple(
                replace(block, raw=None, raw_fields=())
                if isinstance(block, Item)
                else replace(block, raw=None)
                for block in section.blocks
            ),
        )
        for section in issue.sections
    )
    return replace(issue, raw_head=None, raw_introduction=None, sections=sections)


def test_the_contracts_example_is_read_field_by_field() -> None:
    issue = read(EXAMPLE)
    assert issue == Issue(
        slug="2025-W17",
        title="Eurasia Weekly",
        subject="Six years on: a treaty, and eleven more stories",
        preheader="The line that mail clients show after the subject.",
        window="2025-04-21T00:00:00+09:00/2025-04-28T00:00:00+09:00",
        timezone="Asia/Seoul",
        introduction="Whatever stands before the first section is the introduction.",
        sections=(
            Section(
                heading="Diplomacy",
                blocks=(
                    Item(
                        key="https://example.org/a",
                        title="Headline of the article",
                        url="https://example.org/a",
                        byline="Example Times · 24 April 2025 · 3 min read",
                        body="The summary, in Markdown, as many paragraphs as wanted.",
                        also=(
                            Link(name="Second Paper", url="https://example.com/b"),
                            Link(name="Third", url="https://example.net/c"),
                        ),
                    ),
                    Item(
                        key="https://example.org/d",
                        title="A shorter item",
                        url="https://example.org/d",
                        byline="Example Post",
                        body="one line of text",
                        form="list",
                    ),
                ),
            ),
            Section(
                heading="Hold",
                kind="hold",
                blocks=(
                    Item(
                        key="https://example.org/e",
                        title="Not this week",
                        url="https://example.org/e",
                    ),
                ),
            ),
        ),
    )


def test_the_contracts_example_is_written_from_its_fields_alone() -> None:
    assert write_issue(without_raw(read(EXAMPLE))) == EXAMPLE


def test_every_part_knows_its_lines() -> None:
    issue = read(EXAMPLE)
    section = issue.sections[0]
    assert str(section.place) == "issue.md:11"
    assert [str(item.place) for item in section.items] == ["issue.md:13", "issue.md:21"]
    assert section.items[0].place is not None
    assert section.items[0].place.last_line == 19


def test_an_item_may_be_linked_by_reference() -> None:
    item = item_of(
        "### [Headline][1]\n\nText with [another][2].\n\n"
        "[1]: https://example.org/a\n[2]: https://example.org/b 'T'\n"
    )
    assert item.url == item.key == "https://example.org/a"
    assert item.title == "Headline"
    # Whoever renders the body by itself finds the definition in it.
    assert item.body == 'Text with [another][2].\n\n[2]: <https://example.org/b> "T"'


def test_definitions_after_the_last_item_are_the_documents_and_not_the_items() -> None:
    issue = read("## S\n\n### [A](https://example.org/a)\n\nText.\n\n[1]: https://example.org/x\n")
    item, text = issue.sections[0].blocks
    assert isinstance(item, Item)
    assert item.body == "Text."
    assert isinstance(text, Text)


def test_words_after_the_link_are_part_of_the_title() -> None:
    assert item_of("### [Headline](https://example.org/a) (updated)").title == "Headline (updated)"


def test_a_second_link_in_a_headline_goes_to_the_text() -> None:
    item = item_of("### [A](https://example.org/a) and [B](https://example.org/b)\n\nText.")
    assert item.title == "A"
    assert item.body == "and [B](https://example.org/b)\n\nText."


def test_emphasis_around_the_whole_link_stays_in_the_title() -> None:
    assert item_of("### **[Bold](https://example.org/a)**").title == "**Bold**"


def test_the_identity_comment_wins_over_the_link() -> None:
    item = item_of("### [Headline](https://example.org/) <!-- digest:ab12 -->")
    assert (item.key, item.url) == ("digest:ab12", "https://example.org/")


def test_a_headline_with_identity_and_no_link_is_an_item_without_link() -> None:
    item = item_of("### Headline <!-- digest:ab12 -->")
    assert (item.key, item.url, item.title) == ("digest:ab12", None, "Headline")


def test_an_identity_comment_inside_code_is_no_identity() -> None:
    assert read("## S\n\n### Title `<!-- digest:ab12 -->`\n").sections[0].items == ()


def test_addresses_are_known_in_their_canonical_form_and_kept_as_written() -> None:
    item = item_of("### [A](HTTPS://Example.org/a?utm_source=feed#top)")
    assert item.key == "https://example.org/a"
    assert item.url == "HTTPS://Example.org/a?utm_source=feed#top"


@pytest.mark.parametrize(
    "text",
    [
        "### Headline without link",
        "### [Contents](#contents)",
        "### [Mail](mailto:a@example.org)",
        "### [Bad](javascript:alert)",
        "- plain",
        "- text and a [link](https://example.org/a)",
        "> ### [Quoted](https://example.org/a)",
        "> - [Quoted](https://example.org/a)",
        "```\n### [Code](https://example.org/a)\n- [Code](https://example.org/b)\n```",
        "    ### [Code](https://example.org/a)",
        "<div>\n### [HTML](https://example.org/a)\n</div>",
        "<!--\n### [Comment](https://example.org/a)\n-->",
        "\\### [Escaped](https://example.org/a)",
        "#### [Fourth level](https://example.org/a)",
        "1. - [Nested](https://example.org/a)",
    ],
)
def test_what_is_not_an_item_is_the_editors_own_text(text: str) -> None:
    section = read(f"## Section\n\n{text}\n").sections[0]
    assert section.items == ()
    assert [type(block) for block in section.blocks] == [Text]


def test_link_entries_of_a_mixed_list_are_items_and_the_rest_stays_in_its_place() -> None:
    issue = read(
        "## S\n\n- first\n- [A](https://example.org/a)\n- plain\n  - [N](https://example.org/n)\n- [B](https://example.org/b)\n"
    )
    kinds = [type(block).__name__ for block in issue.sections[0].blocks]
    assert kinds == ["Text", "Item", "Text", "Item"]
    assert [item.key for item in issue.items] == ["https://example.org/a", "https://example.org/b"]


@pytest.mark.parametrize(
    ("line", "byline", "body"),
    [
        ("— *By* · text", "By", "text"),
        ("— text", "", "text"),
        ("– *By*", "By", ""),
        (": text", "", "text"),
        ("- *By*: text", "By", "text"),
        ("*By* text", "By", "text"),
        ("text alone", "", "text alone"),
        (", which says more", "", ", which says more"),
        ("— *By* and *more* · text", "By", "and *more* · text"),
    ],
)
def test_list_entries_come_in_many_styles(line: str, byline: str, body: str) -> None:
    space = "" if line[0] in ":," else " "
    item = item_of(f"* [A](https://example.org/a){space}{line}")
    assert (item.byline, item.body) == (byline, body)


def test_a_list_entry_may_have_paragraphs_lists_and_other_reports() -> None:
    item = item_of(
        "- [A](https://example.org/a) — first\n  goes on\n\n  Second.\n\n  - nested\n\n"
        "  Also covered by: [B](https://example.org/b)\n"
    )
    assert item.body == "first\ngoes on\n\nSecond.\n\n- nested"
    assert item.also == (Link(name="B", url="https://example.org/b"),)


@pytest.mark.parametrize(
    "paragraph",
    ["**Strong words**", "*a* and *b*", "*open", "Words *first*", "*a*\nsecond line"],
)
def test_only_a_wholly_emphasised_paragraph_is_a_byline(paragraph: str) -> None:
    item = item_of(f"### [A](https://example.org/a)\n\n{paragraph}\n")
    assert (item.byline, item.body) == ("", paragraph)


@pytest.mark.parametrize("paragraph", ["_By · line_", "*By · line*"])
def test_a_byline_may_be_marked_either_way(paragraph: str) -> None:
    assert item_of(f"### [A](https://example.org/a)\n{paragraph}\n").byline == "By · line"


def test_an_also_paragraph_with_other_words_stays_text() -> None:
    item = item_of(
        "### [A](https://example.org/a)\n\nAlso covered by: [B](https://example.org/b), and well.\n"
        "\nAlso covered by: [C](https://example.org/c) and me\n"
    )
    assert item.also == (Link(name="B", url="https://example.org/b"), Link(name="and well."))
    assert item.body == "Also covered by: [C](https://example.org/c) and me"


def test_sections_may_be_underlined_and_closed() -> None:
    issue = read("Diplomacy\n---------\n\n## Trade ##\n\n## hold\n")
    assert [(section.heading, section.kind) for section in issue.sections] == [
        ("Diplomacy", "topic"),
        ("Trade", "topic"),
        ("hold", "hold"),
    ]


def test_a_slot_is_known_by_its_attributes() -> None:
    section = read("## Sponsor {.slot #winter until=2025-05-01}\n").sections[0]
    assert (section.heading, section.kind) == ("Sponsor", "slot")
    assert section.attributes == ".slot #winter until=2025-05-01"


def test_braces_that_are_no_attributes_are_words() -> None:
    section = read("## About {{ templates }}\n").sections[0]
    assert (section.heading, section.kind, section.attributes) == (
        "About {{ templates }}",
        "topic",
        "",
    )


def test_front_matter_is_text_whatever_it_looks_like() -> None:
    issue = read(
        "---\ntitle: 2025\nsubject: yes\npreheader:\nlanguage: no\ndate: 2025-04-21\n---\n"
    )
    assert (issue.title, issue.subject, issue.preheader, issue.language) == (
        "2025",
        "yes",
        "",
        "no",
    )
    assert issue.extra == (("date", "2025-04-21"),)


@pytest.mark.parametrize(
    "name", ["2025", "yes", "null", "a: b", "a #b", "#a", "- a", "'", '"', "x\ty", "é\x85", "~", ""]
)
def test_front_matter_values_are_quoted_so_that_they_come_back(name: str) -> None:
    issue = Issue(slug="s", title=name or "t", subject=name)
    assert parse_issue(write_issue(issue), slug="s", file="f") == issue


def test_plain_values_need_no_quotes() -> None:
    assert quote("It's Eurasia Weekly, edition 17") == "It's Eurasia Weekly, edition 17"
    assert quote("Six years on: a treaty") == '"Six years on: a treaty"'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "---\ntitle: x\n",
            "issue.md:1: the front matter is never closed; write a line of three dashes after it",
        ),
        (
            "---\n- a\n- b\n---\n",
            "issue.md:2: the front matter is not a list of `key: value` lines",
        ),
        (
            "---\njust words\n---\n",
            "issue.md:2: the front matter is not a list of `key: value` lines",
        ),
        ("---\ntitle: a\nsubject: b: c\n---\n", "issue.md:3: the front matter is not YAML"),
        ("---\ntitle: [a]\n---\n", "issue.md:2: title is not text"),
        ("---\ntitle: a\ntitle: b\n---\n", "issue.md:3: title stands twice in the front matter"),
        (
            "---\ntitle: a\x00b\n---\n",
            "issue.md:2: the front matter holds a character that YAML forbids",
        ),
        (
            "---\n<<<<<<< HEAD\ntitle: a\n=======\ntitle: b\n>>>>>>> x\n---\n",
            "issue.md:2: git left a merge conflict here",
        ),
        (
            "Words.\n\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n",
            "issue.md:3: git left a merge conflict here",
        ),
        ("Words.\n\n>>>>>>> x\n", "issue.md:3: git left a merge conflict here"),
        ("---\na: " + "[" * 5000 + "\n---\n", "issue.md"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(text)
    assert str(caught.value).startswith(message)


def test_conflict_markers_in_a_code_example_are_words() -> None:
    text = "Git says:\n\n```\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n```\n"
    assert write_issue(read(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "## S\n\n### " + "[" * 50_000,
        "## S\n\n- " + "[a](" * 10_000,
        "## S\n\n### [a](https://example.org/a)\n\n" + "*a " * 20_000,
        "## S\n\n### [a](https://example.org/a)\n\nAlso covered by: " + "a, " * 20_000,
        "> " * 5_000 + "deep",
        "- " * 5_000 + "deep",
        "".join("  " * depth + "- a\n" for depth in range(300)),
        "## " + "{" * 50_000,
        "## " + " " * 50_000 + "}",
        "## " + "{.a " * 20_000 + "}",
        "<!-- digest:" * 10_000,
        "---\na: " + "&a " * 1000 + "\n---\n",
        "[a]: " * 20_000,
        "`" * 50_000,
        "|a" * 20_000 + "\n" + "|-" * 20_000,
        "&" * 50_000,
        "## S\n\n- [a](https://example.org/a) — " + "*" * 30_000,
        "\\" * 50_000,
    ],
)
def test_nothing_hostile_takes_long(text: str) -> None:
    try:
        issue = read(text)
    except DocumentError:
        return
    assert write_issue(issue) == text


def test_a_document_of_absurd_length_is_refused() -> None:
    with pytest.raises(DocumentError, match="longer than"):
        read("x" * 4_000_001)


# ---- changing parts


def test_a_changed_field_changes_its_own_lines_only() -> None:
    text = (
        "## S\n### [Old][1]  <!-- note -->\n_By_\n\n\nBody  \nof *two* lines\n\n"
        "Also covered by: [B](https://example.org/b)\n\n\n[1]: https://example.org/a\n"
    )
    issue = read(text)
    section = issue.sections[0]
    changed = change_item(section.items[0], byline="New by")
    section = replace(section, blocks=(changed, *section.blocks[1:]))
    assert write_issue(replace(issue, sections=(section,))) == text.replace("_By_", "*New by*")


def test_a_field_is_put_in_and_taken_out_with_its_blank_line() -> None:
    item = item_of("### [A](https://example.org/a)\n\n*By*\n\nBody.\n")
    assert change_item(item, byline="").raw == "### [A](https://example.org/a)\n\nBody.\n"
    assert change_item(item, body="").raw == "### [A](https://example.org/a)\n\n*By*\n"
    bare = item_of("### [A](https://example.org/a)")
    full = change_item(bare, byline="By", body="Body.", also=(Link(name="B"),))
    assert full.raw == "### [A](https://example.org/a)\n\n*By*\n\nBody.\n\nAlso covered by: B\n"


def test_new_lines_end_like_the_documents() -> None:
    issue = read("## S\r\n\r\n### [A](https://example.org/a)\r\n\r\nBody.\r\n")
    section = issue.sections[0]
    new = Item(key="https://example.org/b", title="B", url="https://example.org/b", byline="By")
    blocks = (change_item(section.items[0], body="New\n\nbody."), new)
    written = write_issue(replace(issue, sections=(replace(section, blocks=blocks),)))
    assert "\n" not in written.replace("\r\n", "")
    assert written.endswith(
        "New\r\n\r\nbody.\r\n\r\n### [B](https://example.org/b)\r\n\r\n*By*\r\n"
    )


def test_a_value_of_the_front_matter_is_replaced_and_comments_stay() -> None:
    raw = "---\n# mine\ntitle: 'Old'   # why\nfolded: >\n  a\n  b\nsubject: |\n  x\n  y\n---\n"
    assert replace_values(raw, {"title": "New: one", "subject": "z", "preheader": "p"}) == (
        '---\n# mine\ntitle: "New: one"   # why\nfolded: >\n  a\n  b\n'
        "subject: z\npreheader: p\n---\n"
    )


def test_the_head_of_an_issue_changes_line_by_line() -> None:
    issue = change_head(read(EXAMPLE), subject="New", language="en")
    assert write_issue(issue) == EXAMPLE.replace(
        'subject: "Six years on: a treaty, and eleven more stories"', "subject: New"
    ).replace("timezone: Asia/Seoul\n", "timezone: Asia/Seoul\nlanguage: en\n")


def test_a_new_list_entry_joins_a_tight_list() -> None:
    issue = read("## S\n\n- [A](https://example.org/a)\n- [B](https://example.org/b)\n\n## T\n")
    section = issue.sections[0]
    new = Item(key="https://example.org/c", title="C", url="https://example.org/c", form="list")
    first, second = section.blocks
    ends = replace(section, blocks=(first, second, new))
    assert write_issue(replace(issue, sections=(ends, issue.sections[1]))) == (
        "## S\n\n- [A](https://example.org/a)\n- [B](https://example.org/b)\n"
        "- [C](https://example.org/c)\n\n## T\n"
    )
    between = replace(section, blocks=(first, new, second))
    assert "b)\n\n## T" in write_issue(replace(issue, sections=(between, issue.sections[1])))


def test_other_reports_are_added_beside_what_the_editor_wrote() -> None:
    item = item_of(
        "### [A](https://example.org/a)\n\n"
        'Also covered by: [B](https://example.org/b "see")\n\nMine.\n'
    )
    added = add_links(item, (Link(name="C", url="https://example.org/c"),))
    assert added is not None
    assert added.raw == (
        '### [A](https://example.org/a)\n\nAlso covered by: [B](https://example.org/b "see")\n\n'
        "Mine.\n\nAlso covered by: [C](https://example.org/c)\n"
    )
    entry = item_of("*   [A](https://example.org/a) mine\n")
    added = add_links(entry, (Link(name="C", url="https://example.org/c"),))
    assert added is not None
    assert added.raw is not None
    assert item_of(added.raw) == added


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/wiki/Mercury_(planet)",
        "https://example.org/a b",
        "https://example.org/)(",
        "https://example.org/?a=1&copy;=2",
        "https://example.org/\\x",
        "https://example.org/<x>",
        "https://example.org/?q=кириллица",
    ],
)
def test_any_address_is_written_so_that_it_comes_back(url: str) -> None:
    issue = Issue(
        slug="s",
        sections=(Section(heading="S", blocks=(Item(key="digest:a", title="T", url=url),)),),
    )
    assert read(write_issue(issue)).sections[0].items[0].url == url


def test_names_of_other_reports_may_hold_anything() -> None:
    also = (Link(name="Times, The"), Link(name="a [b] *c*", url="https://example.org/x"))
    item = Item(key="https://example.org/a", title="T", url="https://example.org/a", also=also)
    issue = Issue(slug="s", sections=(Section(heading="S", blocks=(item,)),))
    assert read(write_issue(issue)).sections[0].items[0].also == also
