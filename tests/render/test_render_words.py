"""Fixed words and dates by language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from made_issues import make_issue, make_settings

from digest.render import render
from digest.render.words import days, languages, words_for


@pytest.mark.parametrize("language", languages())
def test_every_language_has_every_word(language: str) -> None:
    words = words_for(language)
    assert "{title}" in words.why
    assert words.why.format(title="x") != words.why
    assert all((words.in_this_issue, words.also_covered_by, words.unsubscribe))
    assert words.advertisement.isprintable()
    assert (words.advertisement == "Advertisement") == (language == "en")
    assert words.colon.strip()
    assert words.comma.strip()


def test_the_promised_languages_are_there() -> None:
    assert {"en", "de", "fr", "es", "ar", "he", "ko"} <= set(languages())


def test_region_and_script_do_not_matter_and_unknown_means_english() -> None:
    assert words_for("de-AT") == words_for("de")
    assert words_for("zh_Hant_TW") == words_for("zh")
    assert words_for("tlh") == words_for("") == words_for("en")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "21–27 April 2025"),
        ("en-US", "April 21–27, 2025"),
        ("de", "21.–27. April 2025"),
        ("fr", "21–27 avril 2025"),
        ("es", "21–27 de abril de 2025"),
        ("ar", "21–27 أبريل 2025"),
        ("he", "21–27 באפריל 2025"),
        ("ko", "2025년 4월 21일~27일"),
        ("not a language", "21–27 April 2025"),
    ],
)
def test_week_is_written_as_the_language_does(language: str, text: str) -> None:
    assert days(datetime(2025, 4, 21), datetime(2025, 4, 28), language) == text


def test_window_names_its_last_day_not_its_end() -> None:
    start, end = datetime(2025, 4, 28, tzinfo=UTC), datetime(2025, 5, 5, tzinfo=UTC)
    assert days(start, end, "en") == "28 April – 4 May 2025"
    assert days(start, end.replace(hour=7), "en") == "28 April – 5 May 2025"
    assert days(start, start.replace(day=29), "en") == "28 April 2025"


def test_days_of_an_issue_without_time_zone_are_those_of_its_window() -> None:
    window = "2025-04-21T00:00:00+09:00/2025-04-28T00:00:00+09:00"
    text = render(make_issue(window=window, timezone=""), make_settings(), None).text
    assert text.splitlines()[1] == "21–27 April 2025"
