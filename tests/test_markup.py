"""HTML becomes text that reads as the page does, or HTML that cannot act."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.markup import clean_text, plain_text, sanitise


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Plain words", "Plain words"),
        ("  two \n\t words ", "two words"),
        ("AT&amp;T &mdash; caf&eacute; &#8217;", "AT&T — café ’"),
        ("AT&T", "AT&T"),
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("an<b>ti</b>body", "antibody"),
        ("line<br>break", "line break"),
        ("a < b and b > c", "a < b and b > c"),
        ("<script>alert(1)</script>seen<style>p{}</style>", "seen"),
        ("<!-- no -->yes", "yes"),
        ("<td>a</td><td>b</td>", "a b"),
        ("<ul><li>x</li><li>y</li></ul>", "x y"),
        ('<div style="display:none">pad</div>shown', "shown"),
        ("unclosed <b>bold", "unclosed bold"),
        ("", ""),
        ("<p></p>", ""),
    ],
)
def test_markup_becomes_the_text_that_readers_see(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_preheader_padding_leaves_no_trace() -> None:
    assert plain_text("News &zwnj;&nbsp;&#847;&zwnj;&nbsp;&#8199;&shy; today") == "News today"


def test_paragraphs_are_parted_by_blank_lines_when_asked() -> None:
    html = "<h1>Head</h1><p>One\n line.<br>Next</p>\n<p>Two</p><ul><li>a</li><li>b</li></ul>"
    assert plain_text(html, paragraphs=True) == "Head\n\nOne line.\nNext\n\nTwo\n\na\n\nb"


def test_text_deep_in_tags_is_found_without_a_crash() -> None:
    assert plain_text("<div>" * 5000 + "deep") in ("deep", "")
    assert plain_text("<b>" * 200 + "deep") == "deep"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("e\u0301t\u00e9", "été"),
        ("a\u200bb\ufeffc\u00add", "abcd"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("of\ufb01ce", "office"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("a\u200d b", "a b"),
        ("nul\0l\x07", "nul l"),
        ("lone\ud800", "lone"),
        ("wide\u3000space\u00a0here", "wide space here"),
    ],
)
def test_invisible_characters_are_out_unless_letters_need_them(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_clean_text_is_final_normal_and_on_one_line(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once.splitlines() in ([], [once])
    once.encode()


@given(st.text("<>&;/ab \n!-\"'#x0\0\ud800"))
@settings(max_examples=200, deadline=None)
def test_any_markup_becomes_some_text(html: str) -> None:
    plain_text(html)
    plain_text(html, paragraphs=True)
    sanitise(html)


def test_sanitised_html_keeps_words_and_links_and_nothing_that_acts() -> None:
    html = (
        '<p onclick="x()" class="c" style="color:red">Read <a href="https://example.org/a">this</a>'
        '<a href="javascript:x()">that</a><a href="/rel">rel</a><script>x()</script>'
        '<img src="data:image/png;base64,x" alt="pic"><iframe src="https://example.org"></iframe>'
        '<a href="mailto:a@example.org">mail</a></p>'
    )
    assert sanitise(html) == (
        '<p>Read <a href="https://example.org/a">this</a><a>that</a><a>rel</a>'
        '<img alt="pic"><a href="mailto:a@example.org">mail</a></p>'
    )


_WORDS = st.sampled_from(
    ["word", "é", "&amp;", "&lt;b&gt;", "&nbsp;", "&#8217;", " ", "\n", "<br>"]
)
_LEAVES = st.one_of(_WORDS, st.sampled_from(["<br/>", "<img alt='1'>", "<div hidden>no</div>"]))
_SIMPLE = st.recursive(
    st.lists(_LEAVES, max_size=4).map("".join),
    lambda inner: st.builds(
        "<{0}>{1}</{0}>{2}".format,
        st.sampled_from(["div", "b", "li", "T", "section"]),
        inner,
        inner,
    ),
    max_leaves=8,
)


_TAGS_ASTRAY = """
<li> </li> <div> </div> <p> </p> <b> </b> <a> </a> <ul> </ul> <table> <tr> <td> </td> </tr> </table>
<br> </br> <hr> <h1> </h1> <h2> <T> </T> <b/> <div/> <dl> <dt> <dd> </dd> <form> </form> <center>
<body> </body>
"""
_ASTRAY = st.lists(
    st.sampled_from(["word", "é", "&amp;", " ", "<a x=it's y='>", *_TAGS_ASTRAY.split()]),
    max_size=14,
).map("".join)


@given(st.one_of(_SIMPLE, _ASTRAY))
@example("<li><li></li>word</li>word")
@example("<b><div>word</b>word</div>word")
@example("<p>word<a x=it's y='>word</a>'>word")
@settings(max_examples=200, deadline=None)
def test_markup_reads_the_same_with_and_without_a_parser(html: str) -> None:
    parsed = html + "<!-- a parser is needed for comments -->"
    assert plain_text(html) == plain_text(parsed)
    if "<" in html:  # else it is a plain text, whose own line ends are kept
        assert plain_text(html, paragraphs=True) == plain_text(parsed, paragraphs=True)
