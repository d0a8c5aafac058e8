"""The built-in subjects: how often their words are right, and what they never take for one."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import digest
from digest.model import Article, Link
from digest.topics.folding import words_of
from digest.topics.taxonomy import LANGUAGES, ORDER, Taxonomy, language_of

HERE = Path(__file__).parent
DIGEST = Path(digest.__file__).parent
NOW = datetime(2025, 5, 1, tzinfo=UTC)


def article(title: str, language: str, summary: str = "", text: str = "") -> Article:
    return Article(
        id=title,
        title=title,
        summary=summary,
        text=text,
        language=language,
        first_seen=NOW,
        source=Link(name="Example Times"),
        input="x",
    )


def subject(found: Article, newsletter: str = "en") -> str:
    subjects = Taxonomy(newsletter).find(found)
    return subjects[0].subject if subjects else ""


def lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def counted(verdicts: list[str]) -> dict[str, float]:
    counts = Counter(verdicts)
    placed = counts["right"] + counts["wrong"]
    return {
        "precision": counts["right"] / placed,
        "placed": placed / (placed + counts["abstained"]),
    }


def verdict(got: str, wanted: list[str]) -> str:
    return "abstained" if not got else "right" if got in wanted else "wrong"


def test_every_language_of_the_mail_has_all_subjects_under_names_of_their_own() -> None:
    assert set(LANGUAGES) == {path.stem for path in (DIGEST / "render/words").glob("*.toml")}
    for code in LANGUAGES:
        language = language_of(code)
        assert set(language.headings) == set(ORDER)
        assert len(set(map(words_of, language.headings.values()))) == len(ORDER)


def test_every_subject_has_enough_keywords_in_every_language_and_none_twice() -> None:
    folder = DIGEST / "topics" / "subjects"
    for code in LANGUAGES:
        kept = tomllib.loads((folder / f"{code}.toml").read_text(encoding="utf-8"))
        for name, line in kept.items():
            words = [word.strip() for word in line.split("|")[2].split(",")]
            assert len(words) >= 15, (code, name)
            assert len(set(words)) == len(words), (code, name, Counter(words).most_common(3))


def test_titles_written_for_this_are_placed_as_their_labels_say() -> None:
    """Titles and keywords have one author: this finds what breaks, and flatters the keywords."""
    labelled = list(lines(HERE / "subjects.jsonl"))
    verdicts = [
        verdict(subject(article(each["title"], each["language"])), [each["subject"]])
        for each in labelled
        if each["subject"]
    ]
    assert len(verdicts) >= 120
    assert counted(verdicts)["precision"] >= 0.95
    assert counted(verdicts)["placed"] >= 0.90
    unfit = [each for each in labelled if not each["subject"]]
    taken = [each for each in unfit if subject(article(each["title"], each["language"]))]
    assert len(taken) * 6 <= len(unfit)


def test_events_that_another_author_wrote_are_placed_right_or_not_at_all() -> None:
    wanted = tomllib.loads((HERE / "event_subjects.toml").read_text(encoding="utf-8"))
    placed, unfit = [], []
    for each in lines(HERE / "stories" / "dev.jsonl"):
        one = article(each["title"], each["language"], each["summary"], each["text"])
        if each["event"] in wanted:
            placed.append(verdict(subject(one), wanted[each["event"]]))
        else:
            unfit.append(subject(one))
    assert len(placed) >= 150
    assert counted(placed)["precision"] >= 0.90
    assert counted(placed)["placed"] >= 0.60
    assert sum(map(bool, unfit)) <= len(unfit) * 0.1


@pytest.mark.parametrize(
    ("title", "language", "wanted"),
    [
        ("מחירי הדירות עלו", "he", "cities"),
        ("בבית החולים חסרות אחיות", "he", "health"),
        ("الحكومة تعرض مشروع قانون", "ar", "politics"),
        ("ارتفاع أسعار الفائدة", "ar", "business"),
        ("国会通过预算案", "zh", "politics"),
        ("立法院審查預算案，選民關注選舉", "zh", "politics"),
        ("기준금리 동결", "ko", "business"),
        ("Kabinet valt over stikstof, verkiezingen in maart", "nl", "politics"),
        ("Nauczyciele chcą krótszych lekcji", "pl", "education"),
        ("Enfermeiras cuidam de pacientes em casa", "pt", "health"),
        ("I treni tornano in orario", "it", "transport"),
    ],
)
def test_words_are_found_in_the_forms_of_each_language(
    title: str, language: str, wanted: str
) -> None:
    assert subject(article(title, language)) == wanted


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Magnitude 6 quake strikes valley", "en"),
        ("Millbrook thanks Ferris", "en"),
        ("Una carta para todos", "es"),
        ("En partie seulement", "fr"),
        ("Das erste Mal", "de"),
        ("Поэтому мы и пишем", "ru"),
        ("변화가 필요하다", "ko"),
        ("כל בשר", "he"),
    ],
)
def test_other_words_that_look_like_a_keyword_say_nothing(title: str, language: str) -> None:
    assert subject(article(title, language)) == ""


def test_unstated_language_is_the_newsletters_and_else_needs_two_words() -> None:
    assert subject(article("Neue Impfung", ""), "de") == "health"
    assert subject(article("Neue Impfung", ""), "en") == ""
    assert subject(article("Neue Impfung gegen Grippe im Krankenhaus", ""), "en") == "health"


def test_language_without_words_is_left_alone() -> None:
    assert subject(article("Sykehuset får flere pasienter, hospital", "nb")) == ""


def test_a_word_or_two_of_the_text_alone_say_nothing() -> None:
    assert subject(article("On Monday", "en", text="A hospital. And a doctor.")) == ""
    assert subject(article("On Monday", "en", text="A hospital, a doctor, a nurse.")) == "health"


def test_headings_are_in_the_newsletters_language() -> None:
    assert Taxonomy("de-AT").heading("science") == "Wissenschaft"
    assert Taxonomy("tr").heading("science") == "Science"
