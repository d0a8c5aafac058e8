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


@pytest.mark.parametrize("language", languages())
def test_plural_forms_are_those_that_the_language_has(language: str) -> None:
    from babel import Locale

    needed = set(Locale.parse(language).plural_form.tags) | {"other"}
    words = words_for(language)
    for plural in (words.stories, words.more_stories):
        forms = dict(plural.forms)
        assert set(forms) == needed
        for form in needed - {"zero", "one", "two"}:
            assert forms[form].count("{count}") == 1
        for count in (0, 1, 2, 3, 5, 11, 21, 100, 1000):
            assert "{" not in plural(count)


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ["0 stories", "1 story", "2 stories", "3 stories", "11 stories", "100 stories"]),
        (
            "ru",
            ["0 новостей", "1 новость", "2 новости", "3 новости", "11 новостей", "100 новостей"],
        ),
        (
            "pl",
            ["0 wiadomości", "1 wiadomość", *(f"{n} wiadomości" for n in (2, 3, 11, 100))],
        ),
        ("ar", ["لا أخبار", "خبر واحد", "خبران", "3 أخبار", "11 خبرًا", "100 خبر"]),
        ("he", ["0 ידיעות", "ידיעה אחת", "שתי ידיעות", "3 ידיעות", "11 ידיעות", "100 ידיעות"]),
        ("ko", [f"기사 {count}건" for count in (0, 1, 2, 3, 11, 100)]),
    ],
)
def test_numbers_of_stories_are_written_as_the_language_does(
    language: str, texts: list[str]
) -> None:
    assert [words_for(language).stories(count) for count in (0, 1, 2, 3, 11, 100)] == texts


def test_numbers_of_more_stories_follow_the_forms_of_russian_and_polish() -> None:
    russian, polish = words_for("ru").more_stories, words_for("pl").more_stories
    assert [russian(count) for count in (21, 22, 25, 112)] == [
        "Ещё 21 новость на сайте",
        "Ещё 22 новости на сайте",
        "Ещё 25 новостей на сайте",
        "Ещё 112 новостей на сайте",
    ]
    assert [polish(count) for count in (1, 21, 22, 25, 112)] == [
        "Jeszcze 1 artykuł w sieci",
        "Jeszcze 21 artykułów w sieci",
        "Jeszcze 22 artykuły w sieci",
        "Jeszcze 25 artykułów w sieci",
        "Jeszcze 112 artykułów w sieci",
    ]


def test_twelve_languages_and_more_have_words() -> None:
    assert len(languages()) >= 12
    assert {"ar", "de", "ko", "pl", "ru"} <= set(languages())
