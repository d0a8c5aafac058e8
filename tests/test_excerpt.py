"""Widths, cuts and counts of text in many scripts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.excerpt import count_words, cut, display_width, reading_minutes


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("treaty", 6),
        ("日本", 4),
        ("ｶﾅ", 2),
        ("e\u0301te\u0301", 3),
        ("서울", 4),
        ("a\u200bb", 2),
        ("👩\u200d👩\u200d👧", 2),
        ("👍🏽", 2),
    ],
)
def test_width_counts_columns_and_not_characters(text: str, columns: int) -> None:
    assert display_width(text) == columns


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("Short enough.", 40, "Short enough."),
        ("The treaty was signed. Nobody cheered at all.", 30, "The treaty was signed."),
        ("The treaty was signed in the old harbour hall.", 20, "The treaty was…"),
        ("Dr. Smith met Mr. Lee in Lesk and left again.", 20, "Dr. Smith met Mr.…"),
        ("Am 24. April kam er zurück nach Lesk und blieb.", 24, "Am 24. April kam er…"),
        ("条約が結ばれた。誰も喜ばなかったと記者は書いている。", 20, "条約が結ばれた。"),
        ("条約が結ばれたと記者は書いている", 11, "条約が結ば…"),
        ("“It is done!” he said, and went home to sleep.", 14, "“It is done!”"),
        ("abcdefghijklmnop", 8, "abcdefg…"),
        ("anything", 0, ""),
    ],
)
def test_cut_ends_at_a_sentence_or_a_word(text: str, columns: int, expected: str) -> None:
    assert cut(text, columns) == expected


@given(st.text(max_size=200), st.integers(0, 100))
def test_cut_never_exceeds_its_columns(text: str, columns: int) -> None:
    assert display_width(cut(text, columns)) <= columns or not display_width(text)


@given(st.text(alphabet="ab e\u0301\u200d👩日. ", max_size=80), st.integers(2, 40))
def test_cut_keeps_the_beginning_of_the_text(text: str, columns: int) -> None:
    result = cut(text, columns)
    assert text.startswith(result.removesuffix("…").rstrip())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("The captain's nine-minute ferry", 4),
        ("평화와 안전의 시대", 3),
        ("条約が結ばれた", 4),
        ("Über allen Gipfeln", 3),
        ("条約 signed", 2),
    ],
)
def test_words_are_counted_in_every_script(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize(("words", "minutes"), [(0, 0), (1, 1), (230, 1), (700, 3), (1150, 5)])
def test_reading_time_is_rounded_and_never_nothing(words: int, minutes: int) -> None:
    assert reading_minutes(words) == minutes


@pytest.mark.parametrize("piece", [".", "a.", "! ", "日", "\u0301", "\u200d", "Mr. "])
def test_hostile_text_is_cut_and_counted(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert display_width(cut(text, 100)) <= 100 or not display_width(text)
    assert count_words(text) >= 0
