"""The text part: designed, wrapped, with whole addresses."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from made_issues import CASES, make_issue, make_item, make_settings, parse, read_case

from digest.excerpt import display_width
from digest.model import Issue, Link, Section, Text
from digest.render import render
from digest.render.markdown import Reader
from digest.render.text import WIDTH, fill, flow


def rendered_text(issue: Issue) -> str:
    return render(issue, make_settings(), None).text


@pytest.mark.parametrize("case", CASES)
def test_every_headline_and_address_of_the_html_is_in_the_text_in_the_same_order(
    case: str,
) -> None:
    issue, newsletter = read_case(case)
    rendered = render(issue, newsletter, None)
    lines = [line.strip() for line in rendered.text.split("\n")]
    joined = "".join(rendered.text.split())
    page = lxml_html.document_fromstring(rendered.html)
    at = 0
    for link in page.xpath("//h3/a | //a[@class='title']"):
        assert "".join(link.text_content().split()) in joined
        at = lines.index(link.get("href"), at)
    assert set(rendered.links) <= set(lines)


@pytest.mark.parametrize("case", [case for case in CASES if case != "hostile"])
def test_lines_are_at_most_72_columns_but_for_addresses(case: str) -> None:
    issue, newsletter = read_case(case)
    for line in render(issue, newsletter, None).text.split("\n"):
        assert display_width(line) <= WIDTH or "://" in line, line
        assert line == line.rstrip()


def test_contents_number_the_items_as_the_sections_do() -> None:
    sections = (
        Section(heading="One", blocks=(make_item(1), make_item(2, form="list"))),
        Section(heading="Two", blocks=(make_item(3),)),
    )
    text = rendered_text(make_issue(sections=sections))
    contents, _, body = text.partition("-" * WIDTH)
    for number in (1, 2, 3):
        assert f"{number}. Headline number {number}\n" in contents
        assert f" {number}. Headline number {number}\n" in body


def test_one_item_needs_no_contents() -> None:
    assert "In this issue" not in rendered_text(make_issue())


def test_long_address_stands_whole_on_its_own_line() -> None:
    url = "https://example.org/" + "a-very-long-path/" * 9
    lines = rendered_text(make_issue(make_item(url=url))).split("\n")
    assert f"    {url}" in lines


def test_link_in_a_sentence_follows_it_with_its_name() -> None:
    item = make_item(body="Read [the treaty](https://example.org/t), all of it.")
    text = rendered_text(make_issue(item))
    assert "    Read the treaty, all of it.\n\n    the treaty\n    https://example.org/t\n" in text


def test_bare_address_is_not_said_twice() -> None:
    item = make_item(body="See <https://example.com/a-page> now.")
    text = rendered_text(make_issue(item))
    assert "    See example.com now.\n\n    https://example.com/a-page\n" in text


def test_other_papers_are_listed_with_their_addresses() -> None:
    item = make_item(also=(Link(name="Second", url="https://example.com/b"),))
    text = rendered_text(make_issue(item))
    assert "    Also covered by:\n    Second\n    https://example.com/b\n" in text


def test_no_markdown_and_no_entities_are_left() -> None:
    issue = parse(
        "---\ntitle: T\n---\n## A **bold** head\n\n### [*Big* & `code`](https://e.org/a)\n\n"
        "*Times*\n\nFish &amp; chips, **strong**, ~~gone~~, a<br>b.\n\n> quoted\n\n- one\n- two\n\n"
        "1. first\n2. second\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    text = rendered_text(issue)
    assert not re.search(r"\*|~~|`|&amp;|<br>|^\s*>|\|", text, re.MULTILINE)
    assert "Fish & chips, strong, gone, a\n" in text
    assert "A bold head" in text
    assert "• one" in text
    assert "2. second" in text
    assert "1 · 2" in text


def test_scripts_in_an_article_say_nothing() -> None:
    item = make_item(title="A <script>alert(1)</script> b", body="<style>p{}</style>\n\nc")
    text = rendered_text(make_issue(item))
    assert "alert" not in text
    assert "p{}" not in text


def test_editors_text_stands_at_the_margin_in_its_place() -> None:
    issue = make_issue(make_item(1), Text(markdown="A note."), make_item(2))
    text = rendered_text(issue)
    assert text.index("story-1") < text.index("\nA note.\n") < text.index("story-2")


def test_wide_characters_take_two_columns() -> None:
    lines = fill("新しい岸壁には従来の二倍の長さの船が接岸できる。" * 4, 4).split("\n")
    assert len(lines) > 1
    assert all(display_width(line) <= WIDTH for line in lines)
    assert all(display_width(line) > WIDTH - 6 for line in lines[:-1])
    assert not any(line.strip().startswith(("。", "、")) for line in lines)


def test_korean_words_are_not_cut() -> None:
    words = [
        "양국",
        "관리들은",
        "서명",
        "이후",
        "방문과",
        "열차와",
        "물자를",
        "헤아리며",
        "확인하고",
    ]
    text = fill(" ".join(words * 3))
    assert text.split() == words * 3


def test_list_keeps_its_marks_and_indents() -> None:
    fragment = Reader().block("- one\n- two\n  1. deep\n\npast", heading=3)
    assert flow(fragment, 2).split("\n") == [
        "  • one",
        "  • two",
        "    1. deep",
        "",
        "  past",
    ]


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet=st.sampled_from("ab é新한🙂،ש\u0301-.,。("), max_size=200),
    st.integers(0, 8),
)
def test_wrapping_loses_nothing_and_overflows_only_for_words(text: str, indent: int) -> None:
    filled = fill(text, indent)
    assert "".join(filled.split()) == "".join(text.split())
    for line in filled.split("\n"):
        assert display_width(line) <= WIDTH or len(line.split()) == 1


def test_a_link_in_a_sections_heading_stands_below_it() -> None:
    issue = parse("---\ntitle: W\n---\n\n## [Fog](https://keeper.example/fog)\n\nOf horns.\n")
    lines = rendered_text(issue).split("\n")
    assert lines[lines.index("Fog") + 1] == "https://keeper.example/fog"


def test_the_footer_names_what_readers_subscribed_to_not_this_issue() -> None:
    issue = make_issue(make_item(), title="Letter No. 1")
    rendered = render(issue, make_settings(title="Harbour Letter"), None)
    for part in (rendered.text, rendered.html):
        assert "subscribed to Harbour Letter." in " ".join(part.split())
