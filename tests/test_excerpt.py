"""Widths, cuts and counts of text in many scripts."""

from __future__ import annotations

import re

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
        ("Die Fähre fährt z. B. nach Lesk und bleibt dort.", 24, "Die Fähre fährt z. B.…"),
        ("The U.S. The harbour council waits for an answer.", 20, "The U.S. The…"),
        ("Der Umbau kostet 3 Mio. Euro im ersten Jahr allein.", 25, "Der Umbau kostet 3 Mio.…"),
        ("They met approx. nine times in the old harbour.", 20, "They met approx.…"),
        ("Он приехал в 2024 г. Потом уехал из города.", 24, "Он приехал в 2024 г.…"),
        ("عاد القارب؟ نعم، عاد مساء الخميس إلى الميناء", 20, "عاد القارب؟"),
        ("नाव लौट आई। फिर सब घर चले गए और सो गए", 16, "नाव लौट आई।"),
        ("船が戻った｡誰も喜ばなかったと書いた", 14, "船が戻った｡"),
        ("ទូកត្រឡប់មកវិញ។គ្មាននរណាម្នាក់សប្បាយចិត្តទេ", 18, "ទូកត្រឡប់មកវិញ។"),
        ("เรือกลับมาแล้ว ไม่มีใครดีใจเลย", 16, "เรือกลับมาแล้ว…"),
        ("Նավը վերադարձավ։ Ոչ ոք չուրախացավ այդ օրը", 24, "Նավը վերադարձավ։"),
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


SENTENCES = st.lists(
    st.sampled_from(
        [
            "The ferry came back.",
            "Dr. Lee met Mrs. Kim at 9 a.m. in the U.S. embassy.",
            "Am 24. April kam er z. B. nach Lesk!",
            "¿Quién viaja?",
            "船が戻った。",
            "渡轮回来了！",
            "عاد القارب؟",
            "नाव लौट आई।",
            "배가 돌아왔다.",
        ]
    ),
    min_size=2,
    max_size=12,
)


@given(SENTENCES, st.integers(60, 200))
def test_a_cut_text_ends_with_a_whole_sentence_or_says_that_it_goes_on(
    sentences: list[str], columns: int
) -> None:
    text = " ".join(sentences)
    result = cut(text, columns)
    ends = {" ".join(sentences[:count]) for count in range(1, len(sentences) + 1)}
    assert result in ends or result.endswith("…")
    assert display_width(result) <= columns


@given(st.text(alphabet="aé9_²бё…“’'-. \n\u0081漢", max_size=12))
def test_words_are_counted_alike_in_every_alphabet(text: str) -> None:
    chinese = text.count("漢")
    words = re.findall(r"\w+(?:[-'’.]\w+)*", text.replace("漢", " "))
    assert count_words(text) == len(words) + (chinese + 1) // 2
