"""What a script alone says about a text."""

from __future__ import annotations

import pytest

from digest.language import by_script, direction, foreign


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("", "", "ltr"),
        ("Treaty", "", "ltr"),
        ("معاهدة المضيق", "", "rtl"),
        ("BBC: معاهدة المضيق", "", "rtl"),
        ("The word معاهدة means treaty", "", "ltr"),
        ("123 — 456", "", "ltr"),
        ("Treaty", "ar", "rtl"),
        ("Treaty", "fa-IR", "rtl"),
        ("Treaty", "he", "rtl"),
        ("Treaty", "ur", "rtl"),
        ("Treaty", "yi", "rtl"),
        ("معاهدة", "en", "ltr"),
        ("Treaty", "az-Arab", "rtl"),
        ("Treaty", "ar-Latn", "ltr"),
        ("Treaty", "uz_Arab_AF", "rtl"),
        ("Treaty", "en-x-arab", "ltr"),
    ],
)
def test_text_runs_as_its_language_or_its_letters_say(
    text: str, language: str, expected: str
) -> None:
    assert direction(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Treaty of the Strait", ""),
        ("해협 조약이 체결됐다", "ko"),
        ("海峡の条約が結ばれた", "ja"),
        ("ニュース", "ja"),
        ("海峡条约签署", ""),
        ("海峡条约签署，日本の代表出席了在北京举行的会议和后来的宴会", ""),
        ("Συνθήκη του πορθμού", "el"),
        ("สนธิสัญญาช่องแคบ", "th"),
        ("אמנת המצר", "he"),
        ("Договор о проливе", ""),
        ("معاهدة المضيق", ""),
        ("The Greek letter α", ""),
    ],
)
def test_only_scripts_of_one_language_name_it(text: str, expected: str) -> None:
    assert by_script(text) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("海峡の条約が結ばれた", "ko", "ja"),
        ("해협 조약이 체결됐다", "ko-KR", ""),
        ("해협 조약이 체결됐다", "en", "ko"),
        ("Treaty of the Strait", "ko", ""),
        ("Treaty of the Strait", "ar", "und"),
        ("معاهدة المضيق", "en", "und"),
        ("معاهدة المضيق", "fa", ""),
        ("אמנת המצר", "yi", ""),
        ("אמנת המצר", "ar", "he"),
        ("24 · 4", "ar", ""),
        ("", "ar", ""),
    ],
)
def test_foreign_text_is_named_as_far_as_its_script_says(
    text: str, language: str, expected: str
) -> None:
    assert foreign(text, language) == expected
