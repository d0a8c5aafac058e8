"""Which articles are one story: same address, or same title elsewhere and near in time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from digest.model import Article, Link, When
from digest.topics.stories import find_stories

TITLE = "Leaders sign treaty after six years"


def article(name: str, **changes: Any) -> Article:
    known: dict[str, Any] = {
        "title": TITLE,
        "url": f"https://{name}.example/a",
        "source": Link(name=name, url=f"https://{name}.example/"),
        "published": When(value=date(2025, 4, 24), raw="", basis="jsonld"),
    }
    return Article(
        id=name, input=name, first_seen=datetime(2025, 4, 28, tzinfo=UTC), **(known | changes)
    )


def day(number: int) -> When:
    return When(value=date(2025, 4, number), raw="", basis="jsonld")


def ids(*articles: Article) -> list[list[str]]:
    groups = [[member.id for member in group.articles] for group in find_stories(articles)]
    again = [[member.id for member in group.articles] for group in find_stories(articles[::-1])]
    assert groups == again
    return sorted(groups)


def test_the_same_title_at_other_outlets_is_one_story() -> None:
    other = article("second", title="LEADERS sign treaty: after six years!")
    assert ids(article("first"), other) == [["first", "second"]]


def test_the_outlets_name_at_the_end_of_a_title_does_not_part_them() -> None:
    other = article("second", title=f"{TITLE} - Second", source=Link(name="Second"))
    assert ids(article("first"), other) == [["first", "second"]]


def test_the_same_address_from_two_sources_is_one_story() -> None:
    url = "https://first.example/a"
    other = article("second", title="Another headline", url=url)
    assert ids(article("first"), other) == [["first", "second"]]


def test_short_titles_are_not_compared() -> None:
    assert len(ids(article("first", title="Week in review"), article("second", title="Week in "
                                                                     "review"))) == 2  # fmt: skip


def test_a_weekly_column_of_one_outlet_stays_apart() -> None:
    url = "https://first.example/b"
    other = article("second", url=url, text="Other words.", published=day(24))
    assert len(ids(article("first", text="Words."), other)) == 2


def test_one_outlet_twice_is_one_story_where_the_words_are_the_same() -> None:
    url = "https://first.example/amp/a"
    other = article("second", url=url, text="The same words.")
    assert ids(article("first", text="The same words."), other) == [["first", "second"]]


def test_the_same_title_days_later_is_another_event() -> None:
    assert len(ids(article("first"), article("second", published=day(28)))) == 2
    assert len(ids(article("first"), article("second", published=day(27)))) == 1


def test_days_do_not_add_up_along_a_chain() -> None:
    chain = [article(name, published=day(n)) for name, n in (("a", 20), ("b", 23), ("c", 26))]
    assert ids(*chain) == [["a", "b"], ["c"]]


def test_the_lead_has_a_page_of_its_own_the_fuller_summary_and_the_earlier_date() -> None:
    no_page = article("a", url=None, summary="The longest summary of them all.")
    short = article("b", summary="Short.", published=day(23))
    full = article("c", summary="A fuller summary.", published=day(24))
    early = article("d", summary="A fuller summary.", published=day(23))
    assert ids(no_page, short, full, early) == [["d", "c", "b", "a"]]


def test_an_article_given_twice_is_there_once() -> None:
    assert ids(article("first"), article("first")) == [["first"]]


def test_articles_of_nobody_are_not_joined_by_title_alone() -> None:
    nobody = Link(name="")
    one = article("first", url=None, source=nobody, text="Words.")
    other = article("second", url=None, source=nobody, text="Other words.")
    assert len(ids(one, other)) == 2
