"""What holds for every issue.md: its bytes are kept, and an edit changes its own lines only."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st
from made_markdown import documents
from markdown_it import MarkdownIt

from digest.errors import DocumentError
from digest.issue.head import KNOWN, quote, read_simple, read_yaml
from digest.issue.inline import block_parser
from digest.issue.lines import split_lines
from digest.issue.parse import parse_issue
from digest.issue.write import change_item, says_only, write_issue
from digest.model import Issue, Item, Link
from digest.urls import canonical_url

THOUSAND = settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(text: str) -> Issue:
    try:
        return parse_issue(text, slug="s", file="issue.md")
    except DocumentError:
        reject()


@THOUSAND
@given(documents())
def test_what_is_read_is_written_back_byte_for_byte(text: str) -> None:
    issue = read(text)
    assert write_issue(issue) == text
    pieces = [issue.raw_head, issue.raw_introduction]
    lines = split_lines(text)
    for section in issue.sections:
        pieces.append(section.raw)
        for block in section.blocks:
            pieces.append(block.raw)
            assert block.raw and block.place is not None
            assert block.raw.startswith(lines[block.place.first_line - 1])
            if isinstance(block, Item) and block.raw_fields:
                assert "".join(part for _, part in block.raw_fields) == block.raw
    assert "".join(piece or "" for piece in pieces) == text


BEGINNINGS = st.sampled_from(["", "  ", "    ", "\t", "> ", "- ", "- - ", "1. ", "> * ", "\u00a0"])
CONTENTS = st.sampled_from(
    [
        "",
        "A word",
        "\u00e9t\u00e9  ",
        "*A* byline",
        "*a",
        "### A",
        "#",
        "####### a",
        "a | b",
        "a\u00a0",
        "|-|",
        "===",
        "---",
        "[a]: /b",
        "<div>",
        "~~~",
    ]
)
LINES = st.lists(st.tuples(BEGINNINGS, CONTENTS).map("".join), max_size=8).map("\n".join)


@THOUSAND
@given(documents() | LINES)
def test_lines_read_quickly_are_read_as_every_rule_together_reads_them(text: str) -> None:
    parser = MarkdownIt("commonmark", {"inline_definitions": True}).enable(["table"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    assert block_parser().parse(text, {}) == parser.parse(text, {})


BYLINES = st.sampled_from(["", "Other Paper · 25 April 2025", "a \\* b", "with `code` and \\_"])
TITLES = st.sampled_from(["Another headline", "A *title* in Markdown", "\\[x\\] ends in \\#"])
BODIES = st.sampled_from(
    [
        "",
        "One paragraph.",
        "First,\nsecond line.\n\n- a list\n  - nested\n\n1. numbered\n\n> a quote",
        "~~~\n### [code](https://example.org/code)\n~~~\n\n| a |\n|---|\n| 1 |",
        "<div>\n\nhtml\n\n</div>\n\nHard break  \nand [link](https://example.org/in).",
    ]
)
ALSO = st.sampled_from(
    [(), (Link(name="A, b", url="https://example.org/2"), Link(name="C", url=None))]
)
EARLIER = st.sampled_from(
    [
        (),
        (Link(name="Before, [b]", url="https://example.org/3"),),
        (Link(name="D", url="https://example.org/4"), Link(name="E", url="https://example.org/5")),
    ]
)
CHANGES = st.one_of(
    st.fixed_dictionaries({"byline": BYLINES}),
    st.fixed_dictionaries({"body": BODIES}),
    st.fixed_dictionaries({"also": ALSO}),
    st.fixed_dictionaries({"title": TITLES}),
    st.fixed_dictionaries({"url": st.just("https://example.org/w_(x)?a=1&b=2#é")}),
    st.fixed_dictionaries({"earlier": EARLIER}),
    st.fixed_dictionaries({"also": ALSO, "earlier": EARLIER}),
    st.fixed_dictionaries({"title": TITLES, "byline": BYLINES, "body": BODIES, "also": ALSO}),
)


WRITTEN = tuple(
    f"## Trade\n\n{text}"
    for text in (
        "### [Headline](https://example.org/t)",
        "### [Headline](https://example.org/t)\n\n*By · 24 April 2025*\n\nWords.",
        "### [Headline](https://example.org/t)\n\nWords.\n\n> more\n\n"
        "Also covered by: [S](https://example.org/2)",
        "### [Headline](https://example.org/t)\n\nWords.\n\n"
        "Also covered by: [S](https://example.org/2)\n\n"
        "Earlier: [Before, b](https://example.org/3)",
        "### [*Headline*](https://example.org/t) <!-- digest:feed -->\n\n*By*",
        "### Headline <!-- digest:feed -->\n\nWords  \nof two lines.",
        "- [Headline](https://example.org/t)",
        "- [Headline](https://example.org/t) — *By* · words\n- [N](https://example.org/n) — words",
        "- [Headline](https://example.org/t) — words\n\n  More.\n\n- [N](https://example.org/n)",
    )
)


@THOUSAND
@given(documents(must=WRITTEN), st.integers(0, 30), CHANGES)
def test_a_change_of_an_item_changes_its_own_lines_only(
    text: str, at: int, changes: dict[str, Any]
) -> None:
    issue = read(text)
    names = {"title" if name == "url" else name for name in changes}
    spots = [
        (section, item)
        for section in issue.sections
        for item in section.items
        if all(says_only(item, name) for name in names)
    ]
    assume(spots)
    section, item = spots[at % len(spots)]
    assert item.raw is not None
    if "url" in changes and not item.key.startswith("digest:"):
        changes["key"] = canonical_url(changes["url"])
    changed = change_item(item, **changes)
    # An emphasised paragraph below a headline is a byline: there is no way to write another.
    assume(changed.byline or not changed.body.startswith(("*", "_")))
    # With a definition in it other parts' links would go.
    assume("]:" not in item.body)
    place = next(number for number, block in enumerate(section.blocks) if block is item)
    blocks = (*section.blocks[:place], changed, *section.blocks[place + 1 :])
    sections = tuple(
        replace(each, blocks=blocks) if each is section else each for each in issue.sections
    )
    written = write_issue(replace(issue, sections=sections))
    start = len(issue.raw_head or "") + len(issue.raw_introduction or "")
    for each in issue.sections:
        if each is section:
            break
        start += len(each.raw or "") + sum(len(block.raw or "") for block in each.blocks)
    start += len(section.raw or "") + sum(len(block.raw or "") for block in blocks[:place])
    assert written.startswith(text[:start].rstrip(" \t\r\n")), written
    assert written.endswith(text[start + len(item.raw) :]), written
    assert read(written) == replace(issue, sections=sections), written


VALUES = (
    *(
        "",
        '""',
        "Weekly",
        "'x'",
        '"a: b # c"',
        "a: b",
        "x #y",
        "no",
        "5",
        "é 🗞 «»",
        "a\u2028b",
        "~",
    ),
    *("2025-04-21T00:00:00+09:00/2025-04-28T00:00:00+09:00", '"x" y', '"\\x41"', "[a]", "&a b"),
    *('"\t"', "x\ty", "- a", "? a", "%x", "@x", "`x`", "|", "> x", "!x", "*x", "x ", "x, y", "a:b"),
)
VALUE = st.one_of(st.sampled_from(VALUES), st.text(max_size=8))


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(KNOWN), VALUE), max_size=3),
    st.sampled_from(["\n", "\r\n"]),
)
def test_front_matter_read_without_yaml_is_what_yaml_says(
    lines: list[tuple[str, str]], end: str
) -> None:
    source = "".join(f"{key}: {value}{end}" for key, value in lines)
    simple = read_simple(source)
    assert simple is None or simple == read_yaml(source, "issue.md")
    written = "".join(f"{key}: {quote(value)}{end}" for key, value in lines)
    simple = read_simple(written)
    assert simple is None or simple == read_yaml(written, "issue.md")
