"""What holds for every issue that digest writes, for its lock, and for the text of articles."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from made_markdown import OURS
from markdown_it import MarkdownIt

from digest.errors import DocumentError
from digest.issue.escape import (
    escape_heading,
    escape_inline,
    escape_paragraphs,
    escape_unlinked,
    one_line,
)
from digest.issue.inline import plain_words
from digest.issue.lock import Lock, Reason, read_window, write_lock
from digest.issue.parse import parse_issue
from digest.issue.scan import scan_sections
from digest.issue.unlock import parse_lock
from digest.issue.write import write_issue
from digest.model import Issue, Item, Link, Section, Text

LAX = [HealthCheck.too_slow, HealthCheck.filter_too_much]
MANY = settings(max_examples=250, deadline=None, suppress_health_check=LAX)
THOUSAND = settings(MANY, max_examples=1000)


@MANY
@given(st.text(max_size=300))
def test_any_text_at_all_is_kept_or_refused_with_its_line(text: str) -> None:
    try:
        issue = parse_issue(text, slug="s", file="issue.md")
    except DocumentError as error:
        assert "issue.md" in str(error)
        return
    assert write_issue(issue) == text


SIMPLE = st.sampled_from(
    [
        line
        for block in OURS
        for line in block.split("\n")
        if "<!--" not in line and "ref" not in line
    ]
    + ["", "", "", "", "A paragraph.", "- plain", "| a | b |", "#### Fourth", "> quoted", "+ x"]
    + ["  continued", "also", "Also", "###", "####### seven", "*By*", "![i](i.png)", "\x0c", "\xa0"]
)


@settings(MANY, max_examples=600)
@given(st.lists(SIMPLE, max_size=14).map("\n".join), st.sampled_from(["\n", "\r\n"]))
def test_the_quick_scan_agrees_with_the_parser(text: str, end: str) -> None:
    text = text.replace("\n", end)
    sections = scan_sections(text)
    assume(sections is not None)
    assert sections is not None
    parsed = parse_issue(text, slug="s", file="issue.md")

    def keys(sections: tuple[Section, ...] | list[Section]) -> object:
        return [
            (
                section.kind,
                [(i.key, i.title, i.also if i.form == "heading" else ()) for i in section.items],
            )
            for section in sections
        ]

    assert keys(
        [
            replace(
                section,
                blocks=tuple(
                    replace(item, also=()) if item.form == "list" else item
                    for item in section.items
                ),
            )
            for section in parsed.sections
        ]
    ) == keys(sections)


# ---- issues in normal form

NASTY = (
    *(
        "plain words",
        "a",
        "1.",
        "2)",
        "-",
        "+",
        "#",
        "##",
        ">",
        "=",
        "~~~",
        "```",
        "---",
        "|",
        ":-",
    ),
    *("*x*", "_x_", "snake_case", "**", "__", "*", "_", "`", "``", "\\", "\\*", "[x]", "[x](y)"),
    *("](", "![", "<b>", "<!--", "-->", "</", "<https://example.org>", "https://example.org/x_y_"),
    *("&amp;", "&#1;", "&", "~~s~~", "~", "{.slot}", "{", "}", "{{ x }}", "Also covered by:", "—"),
    *(
        "·",
        "· *x*",
        "日本語",
        "עברית",
        "🗞",
        "e\u0301",
        "\xa0",
        "\u200f",
        "[^1]",
        "[r]:",
        "Hold",
        "###",
    ),
    *(
        "“quoted”",
        "'",
        '"',
        "100%",
        "$",
        "^",
        "@",
        "?",
        "!",
        "a\u2028b",
        "no",
        "2025-04-21",
        "###x",
    ),
)
WORDS = st.lists(
    st.one_of(
        st.sampled_from(NASTY),
        st.sampled_from(NASTY),
        st.text(
            st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]),
            min_size=1,
            max_size=6,
        ),
    ),
    min_size=1,
    max_size=5,
).map(" ".join)
PLAIN = WORDS.map(one_line).filter(lambda text: text == text.strip() and text != "")
TITLES = st.one_of(
    PLAIN.map(escape_inline), st.sampled_from(["A *title* in Markdown", "Code `x` and **bold**"])
)
BODIES = st.one_of(
    st.just(""),
    st.lists(PLAIN, min_size=1, max_size=3).map("\n\n".join).map(escape_paragraphs),
    st.sampled_from(
        [
            "Words with a [link](https://example.org/in).",
            "First.\n\n- plain\n- list\n\nLast.",
            "```\n### [code](https://example.org/code)\n```",
            "> A quote\n> of two lines",
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "1. one\n   - nested\n\n     deep\n2. two\n\n<div>\n\nhtml\n\n</div>",
            "#### A small heading\n\nHard  \nbreak\\\nand <!-- a note --> [ref]{.x}, ![i](i.png)",
            "    indented code\n\n~~~ html\n<!-- digest:0a -->\n~~~\n\n***",
            "<!-- a comment\n\n## in it\n-->\n\nTwo\nlines.[^1]\n\n> > deep\n> 1. quote",
        ]
    ),
)
PATHS = st.text("abcdefghij0123456789-_~()", min_size=1, max_size=8)
URLS = PATHS.map(lambda path: f"https://example.org/{path}")
LINKS = st.builds(Link, name=PLAIN, url=st.one_of(st.none(), URLS))


@st.composite
def items(draw: st.DrawFn, form: str = "heading") -> Item:
    url: str | None = draw(URLS)
    key = str(url)
    kind = draw(st.sampled_from(["page", "page", "page", "source", "none"]))
    if kind != "page":
        key = f"digest:{draw(st.text('0123456789abcdef', min_size=3, max_size=6))}"
        url = url if kind == "source" else None
    body = draw(BODIES)
    if form == "list":
        body = body if "\n" not in body else "One line of text."
    return Item(
        key=key,
        title=draw(TITLES) if url else draw(PLAIN.map(escape_unlinked)),
        url=url,
        byline=draw(st.one_of(st.just(""), PLAIN.map(escape_inline))),
        body=body,
        also=tuple(draw(st.lists(LINKS, max_size=3))),
        form=form,  # type: ignore[arg-type]
    )


@st.composite
def sections(draw: st.DrawFn) -> Section:
    kind = draw(st.sampled_from(["topic", "topic", "topic", "slot"]))
    blocks: list[Item | Text] = []
    if draw(st.booleans()):
        blocks.append(Text(markdown="Words of the editor before all items."))
    blocks += draw(st.lists(items(), max_size=4))
    blocks += draw(st.lists(items("list"), max_size=2))
    if blocks and isinstance(blocks[-1], Item) and blocks[-1].form == "list":
        blocks += draw(st.sampled_from([[], [Text(markdown="And words after them.")]]))
    return Section(
        heading=draw(PLAIN.map(escape_heading)),
        kind=kind,  # type: ignore[arg-type]
        attributes=".slot key=value" if kind == "slot" else "",
        blocks=tuple(blocks),
    )


FRONT = st.one_of(st.just(""), WORDS, st.text(max_size=20, alphabet=st.characters(codec="utf-8")))


@st.composite
def issues(draw: st.DrawFn) -> Issue:
    found = draw(st.lists(sections(), max_size=3))
    found = [section for section in found if section.heading.casefold() != "hold"]
    if draw(st.booleans()):
        found.append(
            Section(heading="Hold", kind="hold", blocks=tuple(draw(st.lists(items(), max_size=2))))
        )
    return Issue(
        slug="2025-W17",
        title=draw(FRONT),
        subject=draw(FRONT),
        preheader=draw(FRONT),
        window=draw(st.sampled_from(["", "2025-04-21T00:00:00+09:00/2025-04-28T00:00:00+09:00"])),
        timezone=draw(st.sampled_from(["", "Asia/Seoul"])),
        language=draw(st.sampled_from(["", "en", "pt-BR", "no"])),
        introduction=draw(st.sampled_from(["", "An introduction.\n\nOf two paragraphs."])),
        sections=tuple(found),
        extra=tuple(draw(st.sampled_from([[], [("tags", "\n  - a\n  - b"), ("draft", "yes")]]))),
    )


@THOUSAND
@given(issues())
def test_what_is_written_is_read_back_to_the_same_issue(issue: Issue) -> None:
    assert parse_issue(write_issue(issue), slug=issue.slug, file="issue.md") == issue


@MANY
@given(issues(), st.sampled_from(["2025-04-21T00:00:00+00:00/2025-04-28T00:00:00+00:00"]))
def test_a_lock_is_read_back_to_the_same_lock(issue: Issue, window: str) -> None:
    lock = Lock(
        slug=issue.slug,
        window=read_window(window, "UTC"),
        proposal=issue,
        reasons={
            item.key: Reason(reason="keywords: a", late=True, article={"id": item.key, "url": None})
            for item in issue.items
        },
        left_out_counts={"before-the-window": 3},
        deliveries=({"target": "weekly", "accepted": 3}, {"target": "other"}),
    )
    text = write_lock(lock)
    assert parse_lock(text, "issue.lock") == lock
    assert write_lock(parse_lock(text, "issue.lock")) == text
    assert text.endswith("}\n")


# ---- text of articles

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def shown(html: str) -> str:
    """The words of rendered HTML as a browser shows them."""
    import html as entities

    return " ".join(entities.unescape(re.sub(r"</?(?:p|h3|em)>", " ", html)).split())


@MANY
@given(WORDS)
def test_text_of_articles_shows_as_it_is(text: str) -> None:
    wanted = " ".join(one_line(text).split())
    assume(wanted)
    assert shown(MARKDOWN.render(escape_paragraphs(text))) == wanted
    assert shown(MARKDOWN.renderInline(escape_inline(text))) == wanted
    assert shown(MARKDOWN.render(f"### {escape_heading(text)}")) == wanted
    assert plain_words(escape_inline(text), {}) == one_line(text)
