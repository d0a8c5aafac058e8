"""Properties of all text readers: hostile input ends, and no date is made up."""

from __future__ import annotations

import re
from datetime import date

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.articles.mail import read_mail
from digest.articles.markdown import read_markdown
from digest.articles.plain import read_plain
from digest.dates.names import MONTHS, fold
from digest.errors import ArticleError
from digest.model.facts import Facts

PIECES = [
    "a",
    " ",
    "By ",
    "By Anna Lindqvist, ",
    "Source: ",
    "Source: a.b.c.",
    "(Source: ",
    "April 24, ",
    "24 April 2025 ",
    "SEOUL, ",
    "(Reuters) - ",
    "Title: x | ",
    "https://a.b/",
    "[a](",
    "*a **b ",
    "[[[[",
    "> > > ",
    "- - ",
    "`a ",
    "---\n",
    "key: value\n",
    "- [ {",
    "{{< a ",
    "=?utf-8?B?",
    "From: a\n",
    "日本、",
    "e\u0301",
    "<b>&amp;",
    "1.",
    "(a=b) ",
    "Read more at ",
    "…! ",
]


def readings(text: str, name: str = "x.txt") -> list[Facts]:
    """What each reader makes of a text; one that refuses it gives nothing."""
    found: list[Facts] = []
    mail = f"Subject: a\nDate: x\n\n{text}".encode()
    for read in (
        lambda: read_plain(text, name=name, timezone="Asia/Seoul"),
        lambda: read_markdown(text, name=name, timezone="Asia/Seoul"),
        lambda: read_mail(mail, name=name, timezone="Asia/Seoul"),
    ):
        try:
            found += read()
        except ArticleError as error:
            assert str(error).startswith(name)
    return found


@pytest.mark.parametrize("piece", PIECES)
def test_one_megabyte_of_hostile_text_is_read_to_its_end(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    readings(f"Headline\n{text}" if len(piece) % 2 else text)


@pytest.mark.parametrize("block", ["---\n" + "[" * 50_000, "+++\na = " + "[" * 50_000 + "\n+++\n"])
def test_deep_front_matter_is_read_line_by_line(block: str) -> None:
    text = f"---\ntitle: Seals\nx: {'[' * 20_000}\n---\nBody text."
    assert read_markdown(text, name="x.md", timezone="UTC")[0].title == "Seals"
    readings(f"{block}\n---\nBody text.")


def stands_in(when: date, text: str) -> bool:
    """True when day, month and year of a date occur in a text, in digits or as a name."""
    numbers = {int(digits) for digits in re.findall(r"\d+", text) if len(digits) < 9}
    compact = f"{when.year:04d}{when.month:02d}{when.day:02d}" in text
    words = {MONTHS.get(fold(word)) for word in re.findall(r"[^\W\d_]+(?:\s[^\W\d_]+)?", text)}
    words |= {MONTHS.get(fold(word)) for word in re.findall(r"[^\W\d_]+", text)}
    # 24:00 and zones move no published day: the date is the one that was written, or the next.
    return compact or (
        when.year in numbers
        and (when.month in numbers or when.month in words)
        and when.day in numbers
    )


DAYS = st.dates(date(1971, 1, 1), date(2199, 12, 31))
FRAGMENTS = st.one_of(
    st.sampled_from(
        [
            "New Ferry Crosses the Sound",
            "By Anna Lindqvist",
            "On ",
            "Published: ",
            "Updated: ",
            "Date: ",
            "SEOUL, ",
            "(Reuters) - ",
            "April ",
            " April 2025",
            "24 ",
            "2025",
            "yesterday",
            "03/04/2025",
            "in 2019 ",
            "Source: sound.example.org",
            "---",
            "title: ",
            "date: ",
            " | ",
            " 09:10 KST",
            "Two hundred seals were counted this spring on the sandbanks of the sound.",
            "Post Comment",
            "\n",
            "\n\n",
            ". ",
        ]
    ),
    st.builds(
        lambda day, language, width: format_date(day, width, locale=language),
        DAYS,
        st.sampled_from(["en", "de", "fr", "es", "pt", "it", "nl", "ru", "ko", "ja", "zh"]),
        st.sampled_from(["long", "medium", "short"]),
    ),
    st.text(max_size=12),
)


@settings(max_examples=300)
@given(st.lists(FRAGMENTS, min_size=1, max_size=14), st.sampled_from(["x.txt", "2025-04-24-x.txt"]))
def test_no_date_is_given_that_does_not_stand_in_the_input(parts: list[str], name: str) -> None:
    text = "".join(parts)
    for facts in readings(text, name):
        if facts.published is not None:
            value = facts.published.value
            day = date(value.year, value.month, value.day)
            assert stands_in(day, f"{text} {name}"), (day, text)
            raw = " ".join(facts.published.raw.split())
            assert raw in " ".join(f"{text} {name}".split()) or facts.published.zone_known


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    readings(text)


@given(st.text(alphabet="\n-=*#:| abcBy2045/.,()[]<>", max_size=300))
def test_any_arrangement_of_marks_is_read(text: str) -> None:
    readings(text)
