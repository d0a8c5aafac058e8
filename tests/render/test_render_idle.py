"""Rules left out before premailer: what comes out of it is the same to the last byte."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_issues import read_case
from made_themes import LOOKS

from digest.render.html import fill_template, look_of
from digest.render.idle import without_idle_rules
from digest.render.inline import DOCTYPE, _transform
from digest.render.templates import environment
from digest.render.view import view_of
from digest.render.words import words_for

PAGE = f"{DOCTYPE}\n<html><head><style>{{css}}</style></head><body>{{body}}</body></html>"
CONDITIONAL = "<!--[if mso]><style>.nobody{{mso-hide:all}}</style><![endif]-->"


def thinned(css: str, body: str = '<p class="by">text</p>') -> str:
    """What is left of a stylesheet over ``body``."""
    result = without_idle_rules(PAGE.format(css=css, body=body))
    return result.partition("<style>")[2].partition("</style>")[0]


@pytest.mark.parametrize(("theme", "case"), LOOKS)
def test_golden_issues_come_out_the_same_with_fewer_rules(theme: str, case: str) -> None:
    issue, chosen = read_case(case, theme)
    view = view_of(issue, chosen, unsubscribe="")
    html = fill_template(
        environment(None), theme, view, words_for(view.language), look_of(chosen, None)
    )
    fewer = without_idle_rules(html)
    assert len(fewer) < len(html)
    assert _transform(fewer) == _transform(html)


def test_only_rules_that_can_match_stay() -> None:
    css = "p{margin:0} .by{color:#111111} .top .by{color:#222222} ul li{margin:1px} h2,p{padding:0}"
    assert thinned(css) == "p{margin:0}\n.by{color:#111111}\np{padding:0}\n"


@pytest.mark.parametrize(
    "css",
    [
        ".gone{color:#111111} @media print{p{color:#222222}}",
        ".gone{color:#111111} /* kept { */ p{margin:0}",
        ".gone{color:#111111} p{content:'}'} .more{margin:0}",
        ".gone{color:#111111} .a\\62{margin:0}",
        ".gone{color:#111111} p{margin:0",
        ".gone{color:#111111} } p{margin:0}",
        ".gone{background:url(x}y)} p{margin:0}",
        ".gone{color:#111111} p{a{margin:0}}",
        "@charset 'utf-8'; .gone{color:#111111}",
        ".gone{color:#111111} [title='}']{margin:0}",
        ".gone{color:#111111} :is(p:not(.by)){margin:0}",
    ],
)
def test_a_stylesheet_that_is_not_plain_is_left_alone(css: str) -> None:
    assert thinned(css) == css


@pytest.mark.parametrize(
    "selector",
    ["a:hover", "#gone", ":root", "p::before", ".gone:link", "[lang=ko] i", "p:not(.gone, .more)"],
)
def test_a_selector_that_is_not_plain_is_kept(selector: str) -> None:
    assert thinned(f"{selector}{{margin:0}}.gone{{margin:1px}}") == f"{selector}{{margin:0}}\n"


def test_what_a_text_says_of_classes_hides_no_class() -> None:
    body = 'say class="here <p class="by">and class=\'by</p><p class=also>x</p>'
    assert thinned(".by{margin:0}.also{margin:1px}", body) == ".by{margin:0}\n.also{margin:1px}\n"


def test_a_class_written_with_character_references_counts() -> None:
    assert thinned(".by{margin:0}", '<p class="&#98;y">x</p>') == ".by{margin:0}\n"


def test_conditional_comments_and_kept_stylesheets_stay_byte_for_byte() -> None:
    for kept in (
        CONDITIONAL,
        '<style data-premailer="ignore">.nobody{color:#111111}</style>',
        '<style media="print">.nobody{color:#111111}</style>',
    ):
        assert kept in without_idle_rules(PAGE.format(css=".gone{margin:0}", body=kept))


NAMES = st.sampled_from(
    [".by", ".gone", "p", "h2", "a", "ul", "P", "*", "p.by", "h3.gone", "table"]
)
SELECTORS = st.lists(
    st.lists(NAMES, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=3
).map(",".join)
DECLARATIONS = st.sampled_from(
    ["color:#123456", "margin:0 1px", "font:1px/2 'A b',serif", "background:url(x.png)", ""]
)
PIECES = st.one_of(
    st.tuples(SELECTORS, DECLARATIONS).map(lambda rule: f"{rule[0]}{{{rule[1]}}}"),
    st.sampled_from(
        [
            "/* } */",
            "@media print{p{margin:0}}",
            "p:hover{margin:0}",
            "[href]{margin:0}",
            "}",
            "{",
            "\n",
        ]
    ),
)
BODIES = st.lists(
    st.sampled_from(
        ['<p class="by">x</p>', "<h2>y</h2>", "<ul><li>z</ul>", "<p><a href='#'>b</a></p>", "text"]
    ),
    max_size=3,
).map("".join)


@settings(max_examples=60, deadline=None)
@given(css=st.lists(PIECES, max_size=6).map("".join), body=BODIES)
def test_any_stylesheet_gives_what_it_gave(css: str, body: str) -> None:
    html = PAGE.format(css=css, body=body)
    assert _transform(without_idle_rules(html)) == _transform(html)
