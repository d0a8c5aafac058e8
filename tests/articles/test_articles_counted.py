"""Files of several articles that counters, source lines or header blocks part."""

from __future__ import annotations

import pytest

from digest.articles.plain import read_plain

FIRST = """Copper thieves cut off two villages
June 2, 2025
Nine kilometres of cable are gone. So is the phone number for complaints.
Source: grenz.example
"""
SECOND = """Villages hold meeting by bonfire
June 5, 2025
Messages were carried by the school bus, which was late.
Source: grenz.example
"""
COUNTERS = """
{n}/2|Document {n} of 2|{n} of 2 DOCUMENTS|[{n}/2]|({n})|{n}.|Artikel {n} von 2|— {n} —|#{n}
기사 {n}|第{n}篇|Documento {n} de 2|Texte n° {n}|Статья {n} из 2|Item No. {n}
From our correspondents                    Document {n} of 2
"""


def titles_and_days(text: str) -> list[tuple[str, str]]:
    found = read_plain(text, name="border.txt", timezone="Asia/Seoul")
    return [
        (facts.title, facts.published.isoformat() if facts.published else "") for facts in found
    ]


BOTH = [
    ("Copper thieves cut off two villages", "2025-06-02"),
    ("Villages hold meeting by bonfire", "2025-06-05"),
]


@pytest.mark.parametrize("counter", COUNTERS.strip().replace("\n", "|").split("|"))
def test_counters_that_reach_their_total_part_articles(counter: str) -> None:
    one, two = counter.format(n=1), counter.format(n=2)
    assert titles_and_days(f"{one}\n{FIRST}\n{two}\n{SECOND}") == BOTH
    assert titles_and_days(f"{FIRST}\n{one}\n\n{SECOND}\n{two}\n") == BOTH or "/" not in counter


@pytest.mark.parametrize("prefix", ["{n}/2 ", "{n}. ", "[{n}] ", "({n}) "])
def test_numbers_before_headlines_part_articles(prefix: str) -> None:
    text = f"{prefix.format(n=1)}{FIRST}\n{prefix.format(n=2)}{SECOND}"
    assert titles_and_days(text) == BOTH


@pytest.mark.parametrize("between", ["\n", "\n-30-\n\n", "\n[END]\n\n"])
def test_articles_that_each_end_with_their_source_or_an_end_mark_are_parted(between: str) -> None:
    assert titles_and_days(f"{FIRST}{between}{SECOND}") == BOTH


def test_header_block_begins_with_its_first_label() -> None:
    block = (
        "Date: {day}\nTitle: {title}\nSource: Border Post\n\nNine kilometres of cable are gone.\n"
    )
    text = "\n".join(block.format(title=title, day=day) for title, day in BOTH)
    assert titles_and_days(text) == BOTH


@pytest.mark.parametrize(
    "text",
    [
        "Rope found on pier\nApril 29, 2025\nPage 1 of 2\nThe crew found the rope, as told.\n"
        "It is still there.\nPage 2 of 2\nNobody has asked for it since.\nSource: grenz.example\n",
        "Rope found on pier\nApril 29, 2025\nThe score was\n1/2\nat noon, and then it was\n2/2\n"
        "when the whistle blew on the quay.\n",
        "Two things to know\nApril 29, 2025\n1. The rope is long\nIt was measured by the crew.\n"
        "2. The rope is old\nIt was bought before the war.\n",
    ],
    ids=["pages", "scores", "list"],
)
def test_numbers_within_one_article_part_nothing(text: str) -> None:
    assert len(titles_and_days(text)) == 1
