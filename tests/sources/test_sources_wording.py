"""Summaries: clean words, the title not said again, nothing invisible, nothing made up."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config.schema import Source
from digest.markup import plain_text
from digest.model import Article, Facts
from digest.sources.assemble import assemble
from digest.sources.protocol import Document
from digest.sources.wording import without_title

TITLE = "The ferry returns"
NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("The ferry returns: nine years were enough.", "nine years were enough."),
        ("The Ferry Returns – Nine years were enough.", "Nine years were enough."),
        ("The ferry returns. Nine years were enough.", "Nine years were enough."),
        ("The ferry returns The ferry returns. Nine years.", "Nine years."),
        ("The ferry returns", ""),
        ("The ferry returns.", ""),
        ("The ferry returns - Nine years.", "Nine years."),
        ("The ferry returns to Lesk on Thursday.", "The ferry returns to Lesk on Thursday."),
        ("The ferry returns-to-port rule ends.", "The ferry returns-to-port rule ends."),
        ("Nine years. The ferry returns.", "Nine years. The ferry returns."),
        ("", ""),
    ],
)
def test_a_title_in_front_of_the_summary_is_taken_off_where_it_stands_apart(
    summary: str, expected: str
) -> None:
    assert without_title(summary, TITLE) == expected


@given(st.text(max_size=30), st.text(max_size=60))
def test_what_is_left_of_a_summary_is_its_own_end(title: str, summary: str) -> None:
    assert summary.endswith(without_title(summary, title))


def assembled(**facts: str) -> Article:
    document = Document(input="a.txt", facts=[Facts(**facts)])  # type: ignore[arg-type]
    (article,) = assemble(document, spec=Source(path="a.txt"), now=NOW)
    assert isinstance(article, Article)
    return article


def test_a_summary_that_is_the_title_is_none() -> None:
    assert assembled(title=TITLE, summary=TITLE).summary == ""


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("A&nbsp;ferry &amp; a <b>treaty</b>", "A ferry & a treaty"),
        ("Hafen&shy;rat stimmt zu", "Hafenrat stimmt zu"),
        ("The \ufb01rst \ufb02ag o\ufb03ce", "The first flag office"),
        ("zero\u200bwidth\ufeff and\u2060 joined", "zerowidth and joined"),
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("&#8220;Yes&#8221;&hellip;", "“Yes”…"),
        ("cafe\u0301", "caf\u00e9"),
    ],
)
def test_html_of_a_summary_becomes_clean_words(html: str, text: str) -> None:
    assert plain_text(html) == text


@given(st.text(max_size=200))
def test_a_clean_summary_holds_nothing_invisible_and_stays_as_it_is(html: str) -> None:
    text = plain_text(html)
    assert not any(unicodedata.category(char) == "Cc" for char in text)
    assert not set(text) & set("\u00ad\u200b\u2060\ufeff\ufb01\ufb02")
    assert text == " ".join(text.split())
    json.dumps(text).encode()
