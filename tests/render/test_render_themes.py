"""Our themes: the same issue in each, small, with the newsletter's tokens and pictures."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest
from made_issues import CASES, THEMES, make_issue, make_item, make_settings, read_case

from digest.config.schema import Theme
from digest.excerpt import display_width
from digest.model import Issue, Link, Rendered, Section
from digest.render import render
from digest.render.text import WIDTH

PICTURE = "![A bridge](https://example.org/bridge.png){width=1024 height=512}\n\nIt stands."


def rendered(issue: Issue, theme: str, folder: Path | None = None, **tokens: object) -> Rendered:
    settings = replace(make_settings(theme=theme), theme=Theme(**tokens))  # type: ignore[arg-type]
    return render(issue, settings, folder)


def fifty(count: int = 50) -> Issue:
    blocks = [
        make_item(
            number,
            url=f"https://www.example{number % 17}.org/2025/04/grain-corridor-treaty-{number}.html",
            title=f"Grain corridor treaty reaches its {number}th harbour after nine years of talks",
            body="Ministers signed a paper on grain, ports and pilots that runs to eleven pages. "
            "Its single firm commitment is to meet again before the autumn.",
            also=(Link(name="Second Paper", url=f"https://example.com/story/{number}"),)
            if number % 5 == 0
            else (),
        )
        for number in range(1, count + 1)
    ]
    sections = tuple(
        Section(heading=f"Topic {at // 10 + 1}", blocks=tuple(blocks[at : at + 10]))
        for at in range(0, count, 10)
    )
    return replace(make_issue(), sections=sections)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("case", CASES)
def test_text_has_the_items_of_the_html_in_their_order(case: str, theme: str) -> None:
    issue, settings = read_case(case, theme)
    made = render(issue, settings, None)
    urls = [
        item.url
        for section in issue.sections
        if section.kind != "hold"
        for item in section.items
        if item.url
    ]
    titles = lxml.html.fromstring(made.html).xpath(
        "//h3//a/@href | //a[contains(@class, 'title')]/@href"
    )
    lines = [line.strip() for line in made.text.split("\n")]
    at = -1
    for url in titles:
        at = lines.index(url, at + 1)  # ValueError: not there, or not after the one before
    assert len(titles) == len(urls)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("case", CASES)
def test_text_keeps_72_columns_but_for_addresses_and_verbatim(case: str, theme: str) -> None:
    issue, settings = read_case(case, theme)
    for line in render(issue, settings, None).text.split("\n"):
        long_word = max((display_width(word) for word in line.split()), default=0)
        assert display_width(line) <= WIDTH or long_word > WIDTH - 8 or case == "hostile", line


@pytest.mark.parametrize("theme", THEMES)
def test_text_has_contents_with_numbers_and_a_footer(theme: str) -> None:
    text = rendered(fifty(12), theme).text
    head, _, rest = text.partition("In this issue")
    assert head.split("\n")[0].strip(" =") == "Eurasia Weekly" or "Eurasia Weekly" in head
    assert "21–27 April 2025" in head
    assert re.search(r"^ *12\. Grain corridor", rest, re.MULTILINE)
    assert "Also covered by:" in rest
    assert "You receive this because you subscribed to Eurasia Weekly." in rest


@pytest.mark.parametrize("theme", THEMES)
def test_fifty_items_are_small_on_the_wire(theme: str) -> None:
    many, one = rendered(fifty(), theme), rendered(fifty(1), theme)
    assert many.size <= 50_000
    assert many.wire_bytes <= 47_500  # the head, the stylesheets and the footer included
    assert (many.wire_bytes - one.wire_bytes) / 49 <= 820


@pytest.mark.parametrize("theme", THEMES)
def test_picture_has_its_size_and_stands_once(theme: str) -> None:
    page = lxml.html.fromstring(rendered(make_issue(make_item(body=PICTURE)), theme).html)
    (image,) = page.iter("img")
    assert image.get("alt") == "A bridge"
    width, height = int(image.get("width")), int(image.get("height"))
    assert width <= 512
    assert height == round(width / 2)
    assert image.getparent().get("href") == "https://example.org/story-1"
    assert "{width" not in page.text_content()


@pytest.mark.parametrize("theme", THEMES)
def test_picture_is_its_words_in_the_text_part(theme: str) -> None:
    text = rendered(make_issue(make_item(body=PICTURE)), theme).text
    assert re.search(r"^ *A bridge$", text, re.MULTILINE)
    assert "{width" not in text


def test_picture_smaller_than_the_column_is_not_blown_up() -> None:
    body = "![A stamp](https://example.org/stamp.png){width=120 height=90}\n\nIt sticks."
    page = lxml.html.fromstring(rendered(make_issue(make_item(body=body)), "magazine").html)
    (image,) = page.iter("img")
    assert (image.get("width"), image.get("height")) == ("120", "90")
    assert "max-width:120px" in image.get("style")


def test_picture_without_description_is_no_link() -> None:
    body = "![](https://example.org/stamp.png){width=120 height=90}\n\nIt sticks."
    page = lxml.html.fromstring(rendered(make_issue(make_item(body=body)), "magazine").html)
    assert [image.getparent().tag for image in page.iter("img")] == ["p"]


def test_magazine_s_lead_begins_with_its_picture() -> None:
    html = rendered(make_issue(make_item(body=PICTURE), make_item(2)), "magazine").html
    assert html.index("<img") < html.index("<h3") < html.index("It stands")


def test_bulletin_numbers_its_items_through_the_issue() -> None:
    page = lxml.html.fromstring(rendered(fifty(25), "bulletin").html)
    assert page.xpath("//ol/@start") == ["1", "11", "21"]
    assert "Topic 3" in page.xpath("string(//p[@class='contents'])")


@pytest.mark.parametrize("theme", THEMES)
def test_tokens_of_digest_toml_reach_every_theme(theme: str) -> None:
    html = rendered(
        make_issue(),
        theme,
        accent="#5b2a86",
        dark_accent="#d9b8ff",
        width=540,
        text_size=18,
        font="Charter, Georgia, serif",
    ).html
    for mark in ("#5b2a86", "#d9b8ff", "max-width:540px", "18px/1.", "Charter,Georgia,serif"):
        assert mark in html
    assert 'width="540"' in html  # Outlook


@pytest.mark.parametrize("theme", THEMES)
def test_logo_stands_for_the_title_with_size_and_words(theme: str) -> None:
    page = lxml.html.fromstring(
        rendered(
            make_issue(), theme, logo="https://example.org/l.png", logo_width=200, logo_height=40
        ).html
    )
    (image,) = page.xpath("//h1/img")
    assert (
        dict(image.attrib).items()
        >= {
            "width": "200",
            "height": "40",
            "alt": "Eurasia Weekly",
            "src": "https://example.org/l.png",
        }.items()
    )


def test_theme_of_the_workspace_takes_what_it_lacks_from_the_one_it_extends(
    tmp_path: Path,
) -> None:
    (tmp_path / "mine/blocks").mkdir(parents=True)
    (tmp_path / "mine/theme.toml").write_text(
        'extends = "bulletin"\n[tokens]\naccent = "#5b2a86"\n', encoding="utf-8"
    )
    (tmp_path / "mine/blocks/footer.html.j2").write_text("<p>My own end</p>", encoding="utf-8")
    made = rendered(make_issue(make_item(), make_item(2)), "mine", tmp_path)
    assert "My own end" in made.html
    assert '<ol class="items"' in made.html
    assert "#5b2a86" in made.html
    assert "========" in made.text


def test_block_of_the_workspace_s_base_counts_for_every_theme(tmp_path: Path) -> None:
    (tmp_path / "base/blocks").mkdir(parents=True)
    (tmp_path / "base/blocks/byline.html.j2").write_text(
        "{% macro byline(item) %}BY {{ item.source.plain }}{% endmacro %}", encoding="utf-8"
    )
    for theme in THEMES:
        assert "BY Example Times" in rendered(make_issue(), theme, tmp_path).html


def test_heavy_layout_is_never_repeated_for_an_item() -> None:
    for theme in THEMES:
        html = rendered(fifty(), theme).html
        tables = [tag for tag in re.findall(r"<table\b[^>]*>", html) if "mso" not in tag]
        assert len(tables) <= 4  # the column, at most a button, and Outlook's frame of each


def test_file_that_comes_between_two_renders_counts(tmp_path: Path) -> None:
    assert "BY " not in rendered(make_issue(), "bulletin", tmp_path).html
    (tmp_path / "bulletin/blocks").mkdir(parents=True)
    own = tmp_path / "bulletin/blocks/byline.html.j2"
    own.write_text("{% macro byline(item) %}BY {{ item.source.plain }}{% endmacro %}", "utf-8")
    assert "BY Example Times" in rendered(make_issue(), "bulletin", tmp_path).html
    own.unlink()
    assert "BY " not in rendered(make_issue(), "bulletin", tmp_path).html
