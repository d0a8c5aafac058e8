"""The quick ways through a page give what the long ones would."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.articles.jsonld import bare
from digest.articles.page import read_facts
from digest.markup import element_text
from digest.model import Facts

ADDRESS = "https://www.harborherald.example/ferry.html"


def facts_of(head: str, body: str = "<h1>The ferry returns to Lesk</h1>") -> Facts:
    page = f"<html><head><title>The ferry returns to Lesk</title>{head}</head><body>{body}</body>"
    return read_facts(page.encode(), url=ADDRESS, timezone="UTC")


@given(st.text())
def test_the_letters_of_a_text_are_its_letters_and_digits(text: str) -> None:
    assert bare(text) == re.sub(r"[\W_]+", "", text.casefold())


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.sampled_from(["", "hidden"]))
def test_an_element_without_children_reads_as_if_it_had_one(text: str, hidden: str) -> None:
    from lxml import etree

    alone, parent = etree.Element("span"), etree.Element("span")
    alone.text = parent.text = text
    etree.SubElement(parent, "i")
    for element in (alone, parent):
        if hidden:
            element.set(hidden, "")
    assert element_text(alone) == element_text(parent)


@pytest.mark.parametrize(
    ("script", "title"),
    [
        ('{"@type": "NewsArticle", "headline": "A"}', "A"),
        ('<!-- {"@type": "NewsArticle", "headline": "A"} -->', "A"),
        ('//<![CDATA[\n[{"@type": "NewsArticle", "headline": "A"}]\n//]]>', "A"),
        ('{"@type": "NewsArticle", "headline": "A"};', "A"),
        (' \n[{"@type": "NewsArticle", "headline": "A;"}] ', "A;"),
    ],
)
def test_json_ld_is_read_with_its_wrappers_and_without(script: str, title: str) -> None:
    page = f'<html><body><script type="application/ld+json">{script}</script></body></html>'
    assert read_facts(page.encode(), url=None, timezone="UTC").title == title


@pytest.mark.parametrize(
    "href",
    ["/", "/en/", "/pt-BR", "//harborherald.example", "HTTPS://WWW.harborherald.example/de"],
)
def test_a_link_to_the_front_page_names_the_site(href: str) -> None:
    body = f'<h1>The ferry returns to Lesk</h1><a href="{href}">Harbor Herald</a>'
    source = facts_of("", body).source
    assert source is not None
    assert source.name == "Harbor Herald"


@pytest.mark.parametrize("href", ["/news/", "//other.example/", "ftp://harborherald.example/"])
def test_a_link_elsewhere_does_not_name_the_site(href: str) -> None:
    body = f'<h1>The ferry returns to Lesk</h1><a href="{href}">Harbor Herald</a>'
    source = facts_of("", body).source
    assert source is not None
    assert source.name == "harborherald.example"


@pytest.mark.parametrize(
    ("author", "names"),
    [("Ada Ray", ("Ada Ray",)), ("Harbor Herald - Ada Ray", ("Ada Ray",)), ("ab", ())],
)
def test_an_author_is_read_without_the_house(author: str, names: tuple[str, ...]) -> None:
    head = (
        '<meta property="og:site_name" content="Harbor Herald">'
        f'<meta name="author" content="{author}">'
    )
    assert facts_of(head).authors == names


@pytest.mark.parametrize("label", ["utf-8", "UTF8", "windows-1252", ""])
def test_a_page_reads_the_same_whatever_way_its_bytes_take(label: str) -> None:
    charset = f'<meta charset="{label}">' if label else ""
    page = f"<html><head>{charset}<title>Fähre\0 zurück in Lesk</title></head><body></body></html>"
    data = page.encode("cp1252" if label == "windows-1252" else "utf-8")
    assert read_facts(data, url=None, timezone="UTC").title == "Fähre zurück in Lesk"
