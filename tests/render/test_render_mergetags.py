"""Tokens: what others fill in later."""

from __future__ import annotations

import pytest
from made_issues import make_issue, make_item, make_settings

from digest.errors import TemplateError
from digest.render import render
from digest.render.mergetags import (
    UNSUBSCRIBE,
    disarm,
    find_left_over,
    link_token,
    replace,
    word_token,
)


def test_tokens_are_replaced_byte_for_byte() -> None:
    content = f'<a href="{UNSUBSCRIBE}">{word_token("name")}</a>'.encode()
    values = {UNSUBSCRIBE: "*|UNSUB|*", word_token("name"): "{{ name }}"}
    assert replace(content, values) == b'<a href="*|UNSUB|*">{{ name }}</a>'


def test_token_left_over_is_an_error() -> None:
    content = f"{link_token('archive')} {word_token('x')}".encode()
    with pytest.raises(TemplateError, match=r"never replaced: https://digest\.invalid/tag/archive"):
        replace(content, {word_token("x"): "y"})


def test_neutral_render_has_no_tokens() -> None:
    rendered = render(make_issue(), make_settings(), None)
    assert find_left_over(rendered.html.encode()) == []
    assert find_left_over(rendered.text.encode()) == []


def test_token_goes_through_rendering_unchanged() -> None:
    rendered = render(make_issue(), make_settings(), None, unsubscribe=UNSUBSCRIBE)
    assert find_left_over(rendered.html.encode()) == [UNSUBSCRIBE]
    made = replace(rendered.html.encode(), {UNSUBSCRIBE: "https://example.org/u?a=1"})
    assert b'href="https://example.org/u?a=1"' in made


@pytest.mark.parametrize(
    "text",
    [
        UNSUBSCRIBE,
        f"[leave]({UNSUBSCRIBE})",
        "[leave](https://digest&#46;invalid/tag/unsubscribe)",
        "[leave](https://digest.invalid//tag/unsubscribe)",
        f'<a href="{UNSUBSCRIBE}">leave</a>',
        '<a href="https://digest&#x2e;invalid/tag/unsubscribe">leave</a>',
        "DIGEST_TAG_name_ `DIGEST_TAG_name_` DIGEST\\_TAG\\_name\\_ DIGEST&#95;TAG_name_",
        "<div>DIGEST&#95;TAG_name_ https://digest.invalid&#47;tag/unsubscribe</div>",
        "[DIGEST&#95;TAG_name_](https://example.org/b) <b>DIGEST&#95;TAG_name_</b>",
    ],
)
def test_article_cannot_smuggle_in_a_token(text: str) -> None:
    item = make_item(title=text, byline=text, body=text, url=UNSUBSCRIBE)
    issue = make_issue(item, title=text, introduction=text, preheader=text)
    rendered = render(issue, make_settings(), None)
    assert find_left_over(rendered.html.encode()) == []
    assert find_left_over(rendered.text.encode()) == []


def test_ordinary_text_is_left_alone() -> None:
    text = "A digest of DIGEST news from digest.invalid/about"
    assert disarm(text) == text
