"""The HTML part: complete, bounded, safe."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from lxml import html as lxml_html
from made_issues import CASES, make_issue, make_item, make_settings, parse, read_case

from digest.model import Issue, Link, Section, Text
from digest.render import render

LIMIT = 102_400


def rendered_html(issue: Issue, **newsletter: Any) -> str:
    return render(issue, make_settings(**newsletter), None).html


def tree(issue: Issue, **newsletter: Any) -> Any:
    return lxml_html.document_fromstring(rendered_html(issue, **newsletter))


def fifty(count: int = 50) -> Issue:
    """Items of the length that real ones have: 60 letters of headline, 170 of summary."""
    items = [
        make_item(
            number,
            url=f"https://www.example.org/world/2025/04/24/ministers-agree-on-a-corridor-{number}",
            title=f"Ministers agree on a rail corridor, and argue over its name {number}",
            body="The line will carry grain and containers from the inland port to the sea. "
            "Its builders promise a first train before the winter, its critics a second budget "
            "before that.",
            also=(Link(name="Second Paper", url=f"https://example.com/{number}"),)
            if number % 5 == 0
            else (),
        )
        for number in range(1, count + 1)
    ]
    sections = [
        Section(heading=f"Topic {start}", blocks=tuple(items[start : start + 10]))
        for start in range(0, count, 10)
    ]
    return make_issue(sections=tuple(sections))


@pytest.mark.parametrize("case", CASES)
def test_document_has_what_mail_clients_need(case: str) -> None:
    issue, settings = read_case(case)
    html = render(issue, settings, None).html
    assert html.startswith("<!DOCTYPE html>\n<html lang=")
    assert f'<html lang="{issue.language}" dir="' in html
    assert '<meta charset="utf-8">' in html
    assert '<meta name="viewport" content="width=device-width,initial-scale=1">' in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert '<meta name="supported-color-schemes" content="light dark">' in html
    assert re.search(r"<title>[^<]+</title>", html)


@pytest.mark.parametrize("case", CASES)
def test_one_column_is_bounded_with_and_without_max_width(case: str) -> None:
    issue, settings = read_case(case)
    html = render(issue, settings, None).html
    assert html.count('class="sheet"') == 1
    assert "max-width:600px" in html
    ghost = re.search(r"<!--\[if mso\]><table[^>]*>", html)
    assert ghost
    assert 'width="600"' in ghost[0]
    assert 'role="presentation"' in ghost[0]


def test_every_item_has_a_headline_that_links_to_its_source_a_byline_and_a_summary() -> None:
    page = tree(make_issue(make_item(byline="Example Times · 24 April 2025")))
    headline = page.xpath("//h3/a")[0]
    assert (headline.text, headline.get("href")) == (
        "Headline number 1",
        "https://example.org/story-1",
    )
    byline = page.xpath("//p[@class='by']")[0]
    assert byline.text_content() == "Example Times · 24 April 2025"
    assert page.xpath("//p[text()='A summary of one sentence.']")
    (source,) = byline.xpath("a")
    assert (source.text, source.get("href")) == ("Example Times", "https://example.org/story-1")


def test_byline_with_a_link_of_its_own_keeps_it() -> None:
    item = make_item(byline="[Times](https://times.example/) · 24 April")
    byline = tree(make_issue(item)).xpath("//p[@class='by']")[0]
    assert byline.xpath("a/@href") == ["https://times.example/"]


def test_other_papers_are_named_with_their_links() -> None:
    also = (Link(name="Second", url="https://example.com/b"), Link(name="No page", url=None))
    page = tree(make_issue(make_item(also=also)))
    line = page.xpath("//p[contains(@class, 'also')]")[-1]
    assert line.text_content() == "Also covered by: Second, No page"
    assert line.xpath("a/@href") == ["https://example.com/b"]


def test_held_items_and_empty_sections_are_not_rendered() -> None:
    issue = make_issue(
        sections=(
            Section(heading="Full", blocks=(make_item(1),)),
            Section(heading="Empty"),
            Section(heading="Only a definition", blocks=(Text(markdown="[a]: https://a.org"),)),
            Section(heading="Hold", kind="hold", blocks=(make_item(2),)),
        )
    )
    assert tree(issue).xpath("//h2/text()") == ["Full"]
    assert "story-2" not in rendered_html(issue)


def test_slot_is_drawn_in_its_own_design_and_not_numbered() -> None:
    slot = Section(
        heading="Sponsor", kind="slot", attributes=".slot", blocks=(Text(markdown="**Buy**"),)
    )
    issue = make_issue(sections=(slot, *make_issue().sections))
    page = tree(issue)
    assert page.xpath("//div[@class='slot']/h2/text()") == ["Sponsor"]
    assert page.xpath("//div[@class='slot']//strong/text()") == ["Buy"]
    assert " 1. Headline number 1" in render(issue, make_settings(), None).text


def test_headings_are_one_h1_then_sections_then_items() -> None:
    issue = parse(
        "---\ntitle: T\n---\n# In the introduction\n\n## A\n\n### [a](https://e.org/a)\n\n"
        "##### deep\n\n# high\n"
    )
    levels = [element.tag for element in tree(issue).iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[:3] == ["h1", "h2", "h2"]
    assert all(int(b[1]) <= int(a[1]) + 1 for a, b in pairwise(levels))


def test_reference_defined_elsewhere_resolves() -> None:
    issue = make_issue(
        make_item(body="See [the treaty][t]."),
        Text(markdown="[t]: https://example.org/treaty"),
        introduction="Also [here][t].",
    )
    assert tree(issue).xpath("//a[@href='https://example.org/treaty']/text()") == [
        "here",
        "the treaty",
    ]


def test_article_text_is_neither_template_nor_html() -> None:
    item = make_item(
        title="{{ 7*7 }} <script>alert(1)</script>", body="<b onclick=x()>{% raw %}</b> {{ issue }}"
    )
    html = rendered_html(make_issue(item))
    assert "{{ 7*7 }}" in html
    assert "{{ issue }}" in html
    assert ">49<" not in html
    assert "<script" not in html
    assert "onclick" not in html


def test_fields_without_markdown_are_escaped() -> None:
    html = rendered_html(
        make_issue(title="<b>&</b>", subject="</title><script>", preheader='"><img src=x>'),
        address="<i>1 Street</i>",
    )
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in html
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;i&gt;1 Street" in html


def test_links_that_mail_clients_refuse_are_taken_out() -> None:
    item = make_item(
        url="javascript:alert(1)",
        body='<a href="data:text/html,x">a</a> [b](file:///etc/passwd) [c](/relative)',
    )
    issue = make_issue(item)
    assert render(issue, make_settings(archive_url=""), None).links == ()
    assert "Headline number 1" in rendered_html(issue)


def test_markup_of_an_article_cannot_close_the_layout() -> None:
    page = tree(make_issue(make_item(body="</td></tr></table></div></body>\n\nafter")))
    assert page.xpath("//td[@class='column']//p[text()='after']")


def test_long_words_may_break_everywhere() -> None:
    word = "W" * 100
    html = rendered_html(make_issue(make_item(body=word)))
    assert word not in html
    assert html.count("<wbr>") == 4
    assert "</wbr>" not in html
    assert "overflow-wrap:anywhere" in html


def test_bare_address_becomes_a_link() -> None:
    item = make_item(body="See https://example.org/a_b_c?d=1, and then (https://example.org/e).")
    links = render(make_issue(item), make_settings(), None).links
    assert "https://example.org/a_b_c?d=1" in links
    assert "https://example.org/e" in links


def test_preheader_is_first_in_the_body_and_padded() -> None:
    html = rendered_html(make_issue(preheader="What the week brought."))
    body = html[html.index("<body") :]
    first = re.search(r"<div[^>]*>(.*?)</div>", body)
    assert first
    assert first[1].startswith("What the week brought.\u034f\u200c\u00a0")
    assert first[1].count("\u034f") == 40
    assert "display:none" in first[0]
    assert ".preheader{mso-hide:all}" in html


def test_without_preheader_there_is_no_hidden_block() -> None:
    assert "display:none" not in rendered_html(make_issue(preheader=""))


def test_right_to_left_newsletter_runs_so_and_foreign_items_the_other_way() -> None:
    issue, settings = read_case("arabic")
    page = lxml_html.document_fromstring(render(issue, settings, None).html)
    assert page.get("dir") == "rtl"
    directions = [heading.get("dir") for heading in page.iter("h3")]
    assert directions == [None, "ltr"]


def test_item_in_another_script_runs_its_own_way() -> None:
    page = tree(make_issue(make_item(title="مرحبا بالعالم", body="نص عربي.")))
    assert page.xpath("//h3/@dir") == ["rtl"]
    assert page.xpath("//div[@dir='rtl']/p")


def test_section_headings_are_in_capitals_only_where_letters_have_them() -> None:
    sections = (
        Section(heading="Diplomacy", blocks=(make_item(1),)),
        Section(heading="الدبلوماسية", blocks=(make_item(2),)),
    )
    page = tree(make_issue(sections=sections))
    assert [heading.get("class") for heading in page.iter("h2")] == ["cased", None]


def test_footer_says_why_and_shows_only_links_that_exist() -> None:
    bare = rendered_html(make_issue(), address="", archive_url="")
    assert "You receive this because you subscribed to Eurasia Weekly." in bare
    assert "Unsubscribe" not in bare
    assert "View in browser" not in bare
    full = render(make_issue(), make_settings(), None, unsubscribe="https://example.org/leave")
    assert full.links[-2:] == (
        "https://weekly.example.org/2025-W17/",
        "https://example.org/leave",
    )
    assert "https://example.org/leave\n" in full.text


def test_fifty_items_stay_under_gmails_limit_and_900_bytes_each() -> None:
    fifty_items = render(fifty(50), make_settings(), None)
    one_item = render(fifty(1), make_settings(), None)
    assert fifty_items.wire_bytes < LIMIT / 2
    assert len(fifty_items.html.encode()) < LIMIT / 2
    assert (fifty_items.wire_bytes - one_item.wire_bytes) / 49 <= 900


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_loaded_from_elsewhere_but_the_issues_own_images(case: str) -> None:
    issue, settings = read_case(case)
    page = lxml_html.document_fromstring(render(issue, settings, None).html)
    assert not list(page.iter("link", "script", "iframe", "form", "object", "base"))
    assert all(url.startswith("https://example.org/") for url in page.xpath("//@src"))
    assert not page.xpath("//@*[starts-with(name(), 'on')]")


def test_hash_follows_what_readers_see_and_nothing_else() -> None:
    issue = make_issue()
    settings = make_settings()
    first = render(issue, settings, None).content_hash
    assert first == render(replace(issue, extra=(("x", "1"),)), settings, None).content_hash
    assert first != render(replace(issue, subject="Other"), settings, None).content_hash
    assert first != render(make_issue(make_item(2)), settings, None).content_hash
