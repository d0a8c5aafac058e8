"""Each family of declarations gives its facts where it is the only one that a page has."""

from __future__ import annotations

import pytest

from digest.articles.page import read_page
from digest.model import Facts
from digest.model.candidate import Fact
from digest.model.offer import shown

TITLE = "Ferry leaves Lesk at dawn again"
DEK = "Nobody on the quay saw it go, and nobody was told."
NAME = "Ada Ray"
HOUSE = "The Harbour Post"
BODY = "<p>" + "The boat left the quay before dawn, and nobody saw it go. " * 12 + "</p>"
# Families that the issue of reading articles names, beside JSON-LD, microdata and `time`.
DECLARED: list[tuple[str, Fact, str]] = [
    ("og:title", "title", TITLE),
    ("dc.title", "title", TITLE),
    ("citation_title", "title", TITLE),
    ("parsely-title", "title", TITLE),
    ("sailthru.title", "title", TITLE),
    ("twitter:title", "title", TITLE),
    ("og:description", "summary", DEK),
    ("description", "summary", DEK),
    ("dc.description", "summary", DEK),
    ("twitter:description", "summary", DEK),
    ("sailthru.description", "summary", DEK),
    ("author", "authors", NAME),
    ("article:author", "authors", NAME),
    ("dc.creator", "authors", NAME),
    ("citation_author", "authors", NAME),
    ("parsely-author", "authors", NAME),
    ("sailthru.author", "authors", NAME),
    ("og:site_name", "source", HOUSE),
    ("citation_journal_title", "source", HOUSE),
    ("dc.publisher", "source", HOUSE),
    ("article:published_time", "published", "2025-04-24"),
    ("dc.date.issued", "published", "2025-04-24"),
    ("dc.date", "published", "2025-04-24"),
    ("dcterms.created", "published", "2025-04-24"),
    ("citation_publication_date", "published", "2025-04-24"),
    ("parsely-pub-date", "published", "2025-04-24"),
    ("sailthru.date", "published", "2025-04-24"),
    ("article:modified_time", "updated", "2025-04-24"),
]


def read(head: str) -> Facts:
    html = f'<!doctype html><html lang="en"><head>{head}</head><body>{BODY}</body></html>'
    (facts,) = read_page(html.encode(), url="https://post.example/x", timezone="UTC", explain=True)
    return facts


@pytest.mark.parametrize(("name", "fact", "value"), DECLARED)
@pytest.mark.parametrize("attribute", ["name", "property"])
def test_a_declaration_gives_its_fact_by_its_name(
    attribute: str, name: str, fact: Fact, value: str
) -> None:
    facts = read(f'<meta {attribute}="{name}" content="{value}">')
    assert shown(facts, fact) == value
    won = [entry for entry in facts.candidates if entry.fact == fact and entry.won]
    assert [entry.value for entry in won] == [value]
    if fact == "published":
        assert won[0].basis == f"meta:{name}"


@pytest.mark.parametrize(("name", "fact", "value"), DECLARED)
def test_what_is_declared_gives_no_other_fact(name: str, fact: Fact, value: str) -> None:
    facts = read(f'<meta name="{name}" content="{value}">')
    others: tuple[Fact, ...] = ("title", "summary", "authors", "published", "updated")
    assert [shown(facts, other) for other in others if other != fact] == [""] * (
        4 if fact in others else 5
    )


def test_the_stronger_family_wins_whatever_the_order_of_the_page() -> None:
    weak = '<meta name="sailthru.date" content="2025-04-20">'
    strong = '<meta property="article:published_time" content="2025-04-24">'
    for head in (weak + strong, strong + weak):
        facts = read(head)
        assert facts.published is not None
        assert facts.published.basis == "meta:article:published_time"
        lost = [entry.basis for entry in facts.candidates if entry.fact == "published"][1:]
        assert lost == ["meta:sailthru.date"]
