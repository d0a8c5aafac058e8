"""Pages that are made to keep a reader busy: they are read to their end, their facts stay."""

from __future__ import annotations

from datetime import date

import pytest

from digest.articles.page import read_page

PAGE = """<!doctype html><html lang="en"><head><title>Ferry Returns to Lesk</title>
<meta property="article:published_time" content="2025-04-24"></head>
<body><article><h1>Ferry Returns to Lesk</h1>
<p>The ferry sails again.</p>{}</article></body></html>"""


@pytest.mark.parametrize(
    "hostile",
    [
        "<p " + " ".join(f"a{number}='>'" for number in range(60_000)) + ">x</p>",
        "<p " + " ".join(f"a{number}" for number in range(100_000)) + ">x</p>",
        "<!-- x -->" * 100_000,
        "<div>" * 100_000,
        "<br>word" * 100_000,
    ],
    ids=["attributes", "bare attributes", "comments", "nested", "lines"],
)
def test_a_page_of_one_thing_a_hundred_thousand_times_is_read(hostile: str) -> None:
    (facts,) = read_page(PAGE.format(hostile).encode(), url=None, timezone="UTC")
    assert facts.title == "Ferry Returns to Lesk"
    assert facts.published is not None
    assert facts.published.value == date(2025, 4, 24)
    assert facts.text.startswith("The ferry sails again.") or "main text" in facts.problems[-1]


def test_a_title_of_a_hundred_thousand_parts_is_read() -> None:
    title = "Long - " * 100_000
    page = f"<html><head><title>{title}</title></head><body><p>x</p></body></html>"
    (facts,) = read_page(page.encode(), url="https://lesk.example/a", timezone="UTC")
    assert facts.title.startswith("Long - Long")
