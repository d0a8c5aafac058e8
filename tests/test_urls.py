"""Addresses have one form each, and that form still works."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.urls import canonical_url, host_label, join_url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://example.org", "https://example.org/"),
        ("HTTP://Example.ORG:80/a", "http://example.org/a"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("  https://example.org/a\n", "https://example.org/a"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/a#comments", "https://example.org/a"),
        ("https://example.org/#!/story/1", "https://example.org/#!/story/1"),
        ("https://example.org/#/story/1", "https://example.org/#/story/1"),
        ("https://example.org/%7euser/%c3%a4", "https://example.org/~user/%C3%A4"),
        ("https://example.org/ä?q=ü", "https://example.org/%C3%A4?q=%C3%BC"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://例え.jp/記事", "https://xn--r8jz45g.jp/%E8%A8%98%E4%BA%8B"),
        ("https://example.org/a/../b/./c", "https://example.org/b/c"),
        ("https://example.org/../..", "https://example.org/"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/a?", "https://example.org/a"),
        ("https://example.org?p=1", "https://example.org/?p=1"),
        ("https:\\\\example.org\\a", "https://example.org/a"),
        ("https://[2001:DB8:0:0::1]:443/a", "https://[2001:db8::1]/a"),
        ("https://example.org/?a=1&amp;b=2", "https://example.org/?a=1&b=2"),
        ("https://example.org/?a=1&#038;b=2", "https://example.org/?a=1&b=2"),
    ],
)
def test_an_address_has_one_form(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a",
        "https://web.archive.org/web/2020/https://example.com/a//b",
        "https://example.org/?b=2&a=1",
        "https://example.org/?q=a+b&r=%2B",
        "https://example.org/?next=http%3A%2F%2Fexample.com%2F%3Fa%3D1%26b",
        "https://example.org/path;v=1?a=1;b=2",
        "https://example.org/?ref=chapter-2",
        "https://example.org/?source=interview",
        "https://example.org/?feed=rss2",
        "http://localhost:8000/a",
        "http://192.0.2.7/a",
    ],
)
def test_what_may_carry_meaning_stays_as_it_is(url: str) -> None:
    assert canonical_url(url) == url


@pytest.mark.parametrize(
    "parameter",
    [
        "utm_source=rss",
        "UTM_Medium=mail",
        "utm%5Fcampaign=x",
        "fbclid=abc",
        "gclid=abc",
        "mc_cid=1",
        "mc_eid=1",
        "at_medium=RSS",
        "ref=rss",
        "source=rss----a1b2---4",
        "partner=rss",
        "amp;utm_source=x",
    ],
)
def test_tracking_parameters_are_dropped_and_others_kept_in_order(parameter: str) -> None:
    assert canonical_url(f"https://example.org/a?z=1&{parameter}&y=2") == (
        "https://example.org/a?z=1&y=2"
    )
    assert canonical_url(f"https://example.org/a?&{parameter}#top") == "https://example.org/a"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org/a",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "mailto:a@example.org",
        "ftp://example.org/a",
        "https://",
        "https:///path",
        "https://exa mple.org/",
        "https://example.org:port/",
        "https://example.org:99999/",
        "https://[::1/",
        "https://" + "a" * 300 + ".example/",
        "https://example.org/" + "a" * 9000,
        "http://[x::1]:80@times.example/",
    ],
)
def test_what_is_no_web_address_has_no_canonical_form(url: str) -> None:
    assert canonical_url(url) is None


_ADDRESSES = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "https", "HTTPS"]),
    st.one_of(st.sampled_from(["example.org", "a.b:80", "u@h.example", "[::1]"]), st.text()),
    st.text().map(lambda text: "/" + text),
    st.one_of(st.just(""), st.text().map(lambda text: "?" + text)),
    st.one_of(st.just(""), st.text().map(lambda text: "#" + text)),
)


@given(st.one_of(st.text(), _ADDRESSES, st.text("%/.?&#=aäA0 :@\\[]").map("http://a.b/".__add__)))
@settings(max_examples=300, deadline=None)
def test_the_canonical_form_of_any_text_is_ascii_and_final(text: str) -> None:
    once = canonical_url(text)
    if once is not None:
        assert once.isascii()
        assert " " not in once
        assert canonical_url(once) == once


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("https://www.example.org/a", "example.org"),
        ("https://en.yna.co.kr/view/1", "en.yna.co.kr"),
        ("http://user@Example.ORG:8080", "example.org"),
        ("https://xn--bcher-kva.example/", "bücher.example"),
        ("https://www.com/", "www.com"),
        ("mailto:a@example.org", ""),
        ("", ""),
    ],
)
def test_a_host_is_labelled_as_readers_know_it(url: str, label: str) -> None:
    assert host_label(url) == label


@pytest.mark.parametrize(
    ("base", "link", "joined"),
    [
        ("https://example.org/feed/x.xml", "../a", "https://example.org/a"),
        ("https://example.org/feed", "//cdn.example/a", "https://cdn.example/a"),
        ("https://example.org/feed", " /a b\n", "https://example.org/a%20b"),
        ("https://example.org/feed", "https://example.com/x", "https://example.com/x"),
        ("", "https://example.com/x", "https://example.com/x"),
        ("", "/a", None),
        ("https://example.org/feed", "javascript:alert(1)", None),
        ("https://example.org/feed", "java\nscript:alert(1)", None),
        ("https://example.org/feed", "mailto:a@example.org", None),
        ("https://example.org/feed", "http://[broken", None),
        ("https://example.org/feed", "", None),
    ],
)
def test_a_link_is_read_as_its_page_means_it(base: str, link: str, joined: str | None) -> None:
    assert join_url(base, link) == joined
