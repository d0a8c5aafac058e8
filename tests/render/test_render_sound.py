"""A user's stylesheet never stops an issue, whatever is wrong in it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.render.inline import inline
from digest.render.sound import sound, with_sound_rules

PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>x</title><style>{css}</style></head>
<body><p class="a">text <a href="https://e.org">b</a></p></body></html>"""


@pytest.mark.parametrize(
    "css",
    [
        "@media (max-width:600px){@media print{}}",  # AttributeError in premailer 3.10
        "@media screen{@supports (gap:1px){p{margin:0}}}",
        '@media screen{p{content:"\\"";content:\'}\'}\n@p{}}',  # IndexError in cssutils 2.15
        "p{{color:#12;p{color:red}}\n@document url(x){from{color:red}}p|a{background:url('x}",
        "p:first{:}@media print{a:not(.b):hover{background:url('x;color:red!}}",  # SyntaxErr
        "-->@namespace x url(y); url(x)@layer x ",  # TypeError
        "@media print{p:first{margin:0}p:firstmargin:0;@media print{color:red}}",
        "{h1&html@unknown yp:nth-child(2n+1))u + .b",
        *("}", "{", "@", "@media", "@media{", "/*", "p{", "p{color:", "<!--", "\\", "p{--x:{a:b}}"),
    ],
)
def test_mistake_in_a_stylesheet_leaves_the_other_rules_alone(css: str) -> None:
    rule = "p{color:#112233}"
    assert "color:#112233" in inline(PAGE.format(css=f"{rule}\n{css}"))


def test_media_rules_and_importance_are_kept() -> None:
    css = "/* x */ .a{margin:0 !important} @media print{a{margin:1px!important}} @font-face{src:x}"
    kept = sound(css)
    assert kept == ".a{margin:0 !important}\n@media print{a{margin:1px!important}\n}\n"
    assert sound(kept) == kept


@pytest.mark.parametrize(
    "sheet",
    [
        "<style>p{margin:0}\n.a{color:#112233}</style>",
        '<style data-premailer="ignore">@media x{@media y{p{margin:0}}} p{ </style>',
        "<!--[if mso]><style>p{margin:0</style><![endif]-->",
    ],
)
def test_plain_and_kept_stylesheets_stay_byte_for_byte(sheet: str) -> None:
    html = PAGE.format(css="").replace("</head>", f"{sheet}</head>")
    assert with_sound_rules(html) == html


PIECES = st.sampled_from(
    [
        *("p", ".a", "a:hover", "p::before", "u + .b", "p:nth-child(", "p>", "é", "*"),
        *("{", "}", "{", "}", ";", ":", "color:red", "color:#12", "margin:0", "font-size 14px"),
        *("@media print{", "@media (max-width:9px){", "@supports (gap:1px){", "@layer x{"),
        *("@font-face{", "@page{", "@keyframes k{", "@unknown", "@charset 'x';", "@namespace x y;"),
        *("/*", "*/", '"', "'", "\\", "(", ")", "[", "]", "url(", "url('x", "!important", "!", "&"),
        *("<!--", "-->", ",", "\n", " ", "var(--x)", "calc(1px + 2px)", "content:'}'", "--x:{a:b}"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(css=st.lists(PIECES, max_size=14).map("".join))
def test_no_stylesheet_stops_an_issue(css: str) -> None:
    assert "text <a" in inline(PAGE.format(css=css))
