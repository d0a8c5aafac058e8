"""What every mail has to keep to, over all themes and golden cases: on the final bytes.

The rules are those of Gmail, Outlook and the RFCs that no other test of this folder holds all
themes to; what needs a browser stands in test_render_browser.py.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from itertools import pairwise

import lxml.html
import pytest
from made_issues import CASES, THEMES, make_issue, make_item, make_settings, read_case

from digest.model import LIMIT_BYTES, Rendered
from digest.render import render

STYLE_LIMIT = 16_384
FORBIDDEN = (
    "//script|//form|//input|//button|//iframe|//object|//embed|//video|//audio|//svg|//base|//link"
    "|//@*[starts-with(name(), 'on')]|//meta[@http-equiv]"
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")

every_theme = pytest.mark.parametrize("theme", THEMES)
every_case = pytest.mark.parametrize("case", CASES)


@lru_cache(maxsize=100)
def made(case: str, theme: str) -> Rendered:
    issue, settings = read_case(case, theme)
    return render(issue, settings, None)


def styles(html: str) -> list[str]:
    return re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL)


@every_theme
@every_case
def test_gmail_shows_all_of_it(case: str, theme: str) -> None:
    """Neither cut for its size, nor for its charset, nor for a character that it cannot stand."""
    mail = made(case, theme)
    assert max(mail.wire_bytes, len(mail.html.encode())) <= LIMIT_BYTES
    assert not CONTROL.search(mail.html)
    assert not CONTROL.search(mail.text)
    types = re.findall(rb"^Content-Type: text/\S+ (.*)\r$", mail.message, re.MULTILINE)
    assert types == [b'charset="utf-8"'] * 2


@every_theme
@every_case
def test_gmail_keeps_the_stylesheets(case: str, theme: str) -> None:
    """Small enough, no at-rule inside another, what may cost a whole element in the last one."""
    sheets = styles(made(case, theme).html)
    assert sum(len(sheet.encode()) for sheet in sheets) < STYLE_LIMIT
    for sheet in sheets:
        depth, inside = 0, 0
        for sign in re.findall(r"@[a-z-]+|[{}]", sheet):
            if sign.startswith("@"):
                assert not inside, f"an at-rule inside another: {sign}"
                inside = depth + 1
            elif sign == "{":
                depth += 1
            else:
                depth -= 1
                inside = 0 if depth < inside else inside
    risky = ["data-ogsc" in sheet or "@font-face" in sheet for sheet in sheets]
    assert risky == sorted(risky)
    assert "[data-ogsc]" in sheets[-1]
    assert "[data-ogsb]" in sheets[-1]


@every_theme
@every_case
def test_head_has_what_outlook_and_apple_mail_ask_for(case: str, theme: str) -> None:
    html = made(case, theme).html
    page = lxml.html.document_fromstring(html)
    assert page.xpath("//meta[@name='x-apple-disable-message-reformatting']/@content") == [""]
    assert page.xpath("//meta[@name='format-detection']/@content")
    assert "<o:PixelsPerInch>96</o:PixelsPerInch>" in html
    assert page.get("dir") in ("ltr", "rtl")
    assert all(role == "presentation" for role in page.xpath("//table[not(.//th)]/@role"))
    hidden = re.search(r"<div[^>]*display:none[^>]*>", html)
    assert hidden is None or not re.search("color|font-size|opacity", hidden[0])


@every_theme
@every_case
def test_headings_are_one_h1_then_no_level_left_out(case: str, theme: str) -> None:
    page = lxml.html.document_fromstring(made(case, theme).html)
    levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@every_theme
@every_case
def test_nothing_runs_loads_or_jumps(case: str, theme: str) -> None:
    html = made(case, theme).html
    page = lxml.html.document_fromstring(html)
    assert page.xpath(FORBIDDEN) == []
    assert [url for url in page.xpath("//a/@href") if url.startswith("#")] == []
    assert "@import" not in html
    assert not re.search(r"url\(", html)
    for image in page.iter("img"):
        assert image.get("alt") is not None
        assert re.fullmatch(r"https://\S+\.(?:png|jpe?g|gif)", image.get("src"))


@every_theme
@every_case
def test_addresses_in_the_text_part_stand_alone_on_their_lines(case: str, theme: str) -> None:
    """Nothing that a click or a copy would take along, and no entity or tag of the HTML."""
    if case == "hostile":
        pytest.skip("its text is full of what looks like markup, and means it")
    mail = made(case, theme)
    lines = [line.strip() for line in mail.text.splitlines()]
    for url in dict.fromkeys(mail.links):
        assert url in lines
    for line in lines:
        if re.match(r"https?://\S+$", line):
            assert not line.endswith((".", ",", ")", "]", ">"))
    assert not re.search(r"&(?:[a-z]+|#\d+);|</?[a-z]+>", mail.text)
    assert unescape(mail.text) == mail.text


@every_theme
def test_control_characters_of_an_article_never_reach_the_mail(theme: str) -> None:
    bad = "".join(map(chr, (*range(1, 9), 11, 12, *range(14, 32), *range(127, 160))))
    text = f"A{bad}B\u2028C\u2029D"
    item = make_item(title=text, byline=text, body=text)
    issue = make_issue(item, title=text, subject=text, preheader=text, introduction=text)
    mail = render(issue, make_settings(theme=theme, address=text), None)
    for content in (mail.html, mail.text, mail.subject):
        assert not CONTROL.search(content), CONTROL.findall(content)
    head = mail.message.partition(b"\r\n\r\n")[0]
    assert re.search(rb"[^\r\n\x20-\x7e]", head) is None


@every_theme
@pytest.mark.parametrize(
    ("language", "title", "body"),
    [
        (
            "ko",
            "곡물 회랑 조약이 아홉 해 만에 항구에 닿다",
            "장관들은 곡물과 항구에 관한 문서에 서명했다. ",
        ),
        ("ar", "معاهدة ممر الحبوب تصل إلى مينائها", "وقع الوزراء ورقة عن الحبوب والموانئ. "),
        ("ru", "Договор о зерновом коридоре достиг порта", "Министры подписали бумагу о зерне. "),
    ],
)
def test_fifty_items_in_scripts_of_many_bytes_stay_far_below_the_limit(
    theme: str, language: str, title: str, body: str
) -> None:
    items = (make_item(number, title=f"{title} {number}", body=body * 3) for number in range(1, 51))
    mail = render(make_issue(*items, language=language), make_settings(theme=theme), None)
    assert mail.size <= LIMIT_BYTES * 0.7
    assert mail.size == max(mail.wire_bytes, len(mail.html.encode()))
