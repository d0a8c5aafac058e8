"""What holds for every issue.md, every issue and every edit."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from digest.errors import DocumentError, MergeError
from digest.issue.escape import (
    escape_heading,
    escape_inline,
    escape_paragraphs,
    escape_unlinked,
    one_line,
)
from digest.issue.head import split_head
from digest.issue.inline import plain_words
from digest.issue.lock import Lock, Reason, read_window, write_lock
from digest.issue.merge import Merged, merge
from digest.issue.parse import parse_issue
from digest.issue.past import remember
from digest.issue.scan import scan_sections
from digest.issue.unlock import parse_lock
from digest.issue.write import write_issue
from digest.model import Issue, Item, Link, Section, Text

MANY = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# ---- documents over the whole of Markdown's constructs

LINES = st.sampled_from(
    [
        "",
        "",
        "",
        "  ",
        "## Diplomacy",
        "## Sponsor {.slot #s until=2025-05-01}",
        "## Hold",
        "##",
        "Setext",
        "---",
        "===",
        "# One",
        "### [Linked](https://example.org/a)",
        "### [Linked](https://example.org/b) — more [words](https://example.org/c)",
        "### [By reference][r]",
        "### [r]",
        "### **[Bold](https://example.org/bold)** rest",
        "### <https://example.org/auto>",
        "### Without link",
        "### Own <!-- digest:abc -->",
        "### [Source](https://example.org/) <!-- digest:def -->",
        "### [Bad](javascript:alert(1))",
        " ### [Indented](https://example.org/i) ###",
        "*Byline · 24 April 2025*",
        "_Other byline_",
        "*a* and *b*",
        "**Strong**",
        "A paragraph.",
        "A hard break  ",
        "Also covered by: [Second](https://example.org/2), [Third](https://example.org/3)",
        "Also covered by: Plain, [r]",
        "Also covered by: [Second](https://example.org/2) and words",
        "- [Entry](https://example.org/e) — *By* · text",
        "- [Entry](https://example.org/f)",
        "* [Star](https://example.org/s): text",
        "1. [Number](https://example.org/n)",
        "- plain",
        "  - nested [link](https://example.org/x)",
        "  continued",
        "  Also covered by: [Second](https://example.org/2)",
        "\ttabbed",
        "    code [no](https://example.org/no)",
        "```",
        "~~~ html",
        "<div>",
        "</div>",
        "<!-- note",
        "-->",
        "<!-- digest:ghi -->",
        "> quoted",
        "> - [in quote](https://example.org/q)",
        "| a | b |",
        "|---|---|",
        "[r]: https://example.org/ref 'Title'",
        "[^1]: A footnote.",
        "![image](https://example.org/i.png)",
        "[![image](i.png)](https://example.org/i)",
        "\\### [not](https://example.org/not)",
        "line\u2028separator\x0b and \x0c feeds",
        "emoji 🗞 и кириллица עברית",
        "\x00",
        "a lone \x85 next line",
    ]
)
HEADS = st.sampled_from(
    [
        "",
        "\ufeff",
        "---\n---\n",
        "---\ntitle: T # why\nsubject: 'S'\nunknown: [1, 2]\n---\n",
        "\ufeff---\nlist:\n  - a\n  # b\n\ntitle: >\n  folded\n  text\n...\n",
        '--- \ntitle: "x\\ty"\npreheader:\n---\t\n\n',
        "---\n{title: flow, x: {y: z}}\n---\n",
    ]
)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def documents(draw: st.DrawFn) -> str:
    lines = draw(st.lists(LINES, max_size=30))
    text = draw(HEADS) + "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n", " "]))
    return text.replace("\n", draw(ENDS))


@MANY
@given(documents())
def test_what_is_read_is_written_back_byte_for_byte(text: str) -> None:
    try:
        issue = parse_issue(text, slug="s", file="issue.md")
    except DocumentError:
        assume(False)
    assert write_issue(issue) == text
    pieces = [issue.raw_head, issue.raw_introduction]
    for section in issue.sections:
        pieces.append(section.raw)
        for block in section.blocks:
            pieces.append(block.raw)
            if isinstance(block, Item) and block.raw_fields:
                assert "".join(part for _, part in block.raw_fields) == block.raw
    assert "".join(piece or "" for piece in pieces) == text


@MANY
@given(st.text(max_size=300))
def test_any_text_at_all_is_kept_or_refused_with_its_line(text: str) -> None:
    try:
        issue = parse_issue(text, slug="s", file="issue.md")
    except DocumentError as error:
        assert "issue.md" in str(error)
        return
    assert write_issue(issue) == text


@MANY
@given(documents())
def test_the_quick_scan_agrees_with_the_parser(text: str) -> None:
    if text.startswith(("---", "\ufeff---")):
        text = "x" + text
    sections = scan_sections(split_head(text, "issue.md")[1])
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

WORDS = st.lists(
    st.text(
        st.one_of(
            st.sampled_from("abcXYZ 019éß語日ע.,:;!?'\"-–—#*_`~<>[]()|\\&{}=+$%^@/"),
            st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]),
        ),
        min_size=1,
        max_size=12,
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


@MANY
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


# ---- the merge


def proposed(number: int, version: int, also: tuple[int, ...] = ()) -> Item:
    return Item(
        key=f"https://example.org/{number}",
        title=f"Headline {number} of version {version}",
        url=f"https://example.org/{number}",
        byline=f"Example Times · {version} min read",
        body=f"Summary {number}, version {version}." if number % 4 else "",
        also=tuple(Link(name=f"Paper {n}", url=f"https://example.org/{n}") for n in also),
    )


@st.composite
def proposals(draw: st.DrawFn) -> Issue:
    numbers = draw(st.lists(st.integers(0, 14), unique=True, max_size=9))
    headings = draw(
        st.lists(
            st.sampled_from(["Diplomacy", "Trade", "Culture", "Science"]),
            unique=True,
            min_size=1,
            max_size=3,
        )
    )
    rooms: dict[str, list[Item]] = {heading: [] for heading in headings}
    hold: list[Item] = []
    free = [n for n in range(15) if n not in numbers]
    for number in numbers:
        taken = tuple(free.pop() for _ in range(draw(st.integers(0, 2))) if free)
        item = proposed(number, draw(st.integers(1, 2)), taken)
        target = draw(st.sampled_from([*headings, *headings, "Hold"]))
        (hold if target == "Hold" else rooms[target]).append(item)
    found = [
        Section(heading=heading, blocks=tuple(blocks))
        for heading, blocks in rooms.items()
        if blocks
    ]
    if hold:
        found.append(Section(heading="Hold", kind="hold", blocks=tuple(hold)))
    return Issue(
        slug="s",
        title="Weekly",
        subject=f"Subject {draw(st.integers(1, 3))}: more",
        preheader=draw(st.sampled_from(["", "Pre 1", "Pre 2"])),
        window="w",
        timezone="UTC",
        language="en",
        sections=tuple(found),
    )


TYPED = [
    "word",
    "### [Typed](https://example.org/typed-{n})",
    "### [Reported](https://example.org/{m})",
    "## Section",
    "## Trade",
    "## Sponsor {{.slot}}",
    "## Hold",
    "- [Entry](https://example.org/entry-{n}) words",
    "- plain",
    "### Headline without link",
    "[ref{n}]: https://example.org/ref",
    "> quote",
    "```",
    "<!-- comment",
    "*Emphasis*",
    "Also covered by: [Someone](https://example.org/{m})",
    "    indented",
    "---",
]


@st.composite
def edits(draw: st.DrawFn, text: str) -> tuple[str, list[str]]:
    """The text after an editor's work, and the lines typed, in order; each is unmistakable."""
    lines = text.split("\n")
    fence = lines.index("---", 1) + 1
    typed = 0
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(fence, len(lines)))
        kind = draw(st.sampled_from(["type", "type", "change", "delete", "cut", "move"]))
        if kind == "type":
            typed += 1
            words = draw(st.sampled_from(TYPED)).format(n=typed, m=draw(st.integers(0, 14)))
            blank = draw(st.booleans())
            row = f"{words} TYPED{typed}" if words not in {"```", "---"} else words
            if words.startswith("## ") and "{" in words:
                row = words
            lines[at:at] = ["", row, ""] if blank else [row]
        elif at < len(lines) and kind == "change" and lines[at].strip() not in {"", "---", "```"}:
            typed += 1
            if "TYPED" not in lines[at] and "](" not in lines[at]:
                lines[at] = f"{lines[at]} TYPED{typed}"
            elif lines[at].startswith("### ["):
                lines[at] = lines[at].replace("[", f"[TYPED{typed} ", 1)
        elif kind == "delete" and at < len(lines):
            del lines[at]
        elif kind in {"cut", "move"}:
            starts = [n for n in range(fence, len(lines)) if lines[n].startswith("### [")]
            if not starts:
                continue
            start = draw(st.sampled_from(starts))
            end = start + 1
            while end < len(lines) and not lines[end].startswith("#"):
                end += 1
            taken = lines[start:end]
            del lines[start:end]
            if kind == "move":
                place = draw(st.integers(fence, len(lines)))
                lines[place:place] = ["", *taken, ""]
    result = "\n".join(lines)
    return result, [line for line in lines if "TYPED" in line]


def merged_or_refused(base: Issue | None, new: Issue, document: Issue) -> Merged:
    """The merge; it is refused only for a document that is one unclosed fence or comment."""
    try:
        return merge(base, new, document)
    except MergeError:
        assert not document.sections
        assert "```" in document.introduction or "<!--" in document.introduction
        reject()


def keys_of(issue: Issue) -> set[str]:
    found = set()
    for section in issue.sections:
        for item in section.items:
            found.add(item.key)
            found |= {link.url for link in item.also if link.url}
    return found


def is_in_order(wanted: list[str], lines: list[str]) -> bool:
    rest = iter(lines)
    return all(line in rest for line in wanted)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(proposals(), proposals(), st.data())
def test_the_law_of_the_merge(base: Issue, new: Issue, data: st.DataObject) -> None:
    text, typed = data.draw(edits(write_issue(base)))
    document = parse_issue(text, slug="s", file="issue.md")
    merged = merged_or_refused(base, new, document)
    written = write_issue(merged.issue)
    again = parse_issue(written, slug="s", file="issue.md")

    # Every line that the editor typed is still there, in its order.
    assert is_in_order(typed, written.split("\n")), written
    # Nothing that the editor cut comes back.
    cut = keys_of(base) - keys_of(document)
    assert not cut & keys_of(again), written
    # Nothing new is lost (other reports of a story that was cut are cut with it), and the file
    # says what the merge says.
    with_cut = {
        link.url
        for section in new.sections
        for item in section.items
        if item.key in cut
        for link in item.also
    }
    assert keys_of(new) - cut - with_cut <= keys_of(again), written
    assert keys_of(again) == keys_of(merged.issue), written
    # What stood in the document and was not digest's own is still there.
    assert keys_of(document) - keys_of(base) <= keys_of(again), written
    # Merging twice is merging once. When the run died before the lock was written, an untouched
    # item may still move with its topic, but nothing comes, goes or is written over.
    twice = merge(merged.base, new, again)
    assert write_issue(twice.issue) == written
    assert (twice.added, twice.updated) == (0, 0)
    rerun = write_issue(merge(base, new, again).issue)
    assert is_in_order(typed, rerun.split("\n")), rerun
    assert keys_of(parse_issue(rerun, slug="s", file="issue.md")) == keys_of(again), rerun


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(proposals(), proposals(), st.data())
def test_without_a_base_the_document_only_grows(
    base: Issue, new: Issue, data: st.DataObject
) -> None:
    text, _ = data.draw(edits(write_issue(base)))
    document = parse_issue(text, slug="s", file="issue.md")
    merged = merged_or_refused(None, new, document)
    written = write_issue(merged.issue)
    assert is_in_order([line for line in text.split("\n") if line], written.split("\n"))
    again = parse_issue(written, slug="s", file="issue.md")
    assert {item.key for section in new.sections for item in section.items} <= keys_of(again)
    assert write_issue(merge(merged.base, new, again).issue) == written


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(proposals())
def test_an_untouched_document_follows_the_proposal(new: Issue) -> None:
    empty = Issue(slug="s")
    merged = merge(empty, new, parse_issue("", slug="s", file="issue.md"))
    written = parse_issue(write_issue(merged.issue), slug="s", file="issue.md")
    assert written == new
    same = merge(new, new, written)
    assert write_issue(same.issue) == write_issue(new)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(proposals(), st.data())
def test_every_proposed_article_is_issued_cut_or_held(base: Issue, data: st.DataObject) -> None:
    text, _ = data.draw(edits(write_issue(base)))
    lock = write_lock(Lock(slug="s", proposal=base))
    memory = remember([("s", text, lock)])
    past = memory.past_without("other")
    assert not memory.problems
    for key in keys_of(base):
        assert sum([key in past.issued, key in past.cut, key in past.held]) == 1
