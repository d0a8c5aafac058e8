"""Sections where neither rules nor past issues say any."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.config import Learning, Newsletter, Settings, Source, Topic
from digest.model import Article, Link
from digest.topics import arrange
from digest.topics.proposals import may_propose, propose

NOW = datetime(2025, 5, 1, tzinfo=UTC)

TITLES = {
    "Politics": ["Parliament votes on the budget", "Senator resigns", "Coalition collapses"],
    "Business": ["Inflation slows again", "Shareholders revolt", "Carmaker cuts its forecast"],
    "Science": ["Telescope sees a young galaxy", "Fossil found in a quarry", "Comet returns"],
    "Health": ["Hospital opens a new ward", "Vaccine works in infants", "Nurses warn of flu"],
    "Sport": ["Striker leaves for the league title", "Marathon record falls", "Rugby side wins"],
    "Culture": ["Novel of the year chosen", "Museum buys a painting", "Opera house reopens"],
    "Food": ["Bread from old wheat", "Restaurant closes", "Chef writes down his recipes"],
    "Education": ["Pupils learn outside", "University hires", "Teachers wanted"],
    "Work": ["Trade union calls members", "Minimum wage rises", "Layoffs at the yard"],
    "Transport": ["Railway bridge closed", "Tram line opens", "Airport strike called off"],
}


def article(title: str, number: int = 0, **facts: object) -> Article:
    values = {
        "id": f"{title}{number}",
        "title": title,
        "url": f"https://paper{number}.example/{title.replace(' ', '-')}",
        "language": "en",
        "first_seen": NOW + timedelta(minutes=number),
        "source": Link(name="Example Times"),
        "input": "x",
        **facts,
    }
    return Article(**values)  # type: ignore[arg-type]


def sections(articles: list[Article], chosen: Settings | None = None) -> dict[str, int]:
    found: dict[str, int] = {}
    for story in arrange(articles, chosen or Settings()).stories:
        found[story.topic] = found.get(story.topic, 0) + 1
    return found


def of(*subjects: str) -> list[Article]:
    return [
        article(title, number)
        for number, title in enumerate(title for name in subjects for title in TITLES[name])
    ]


def test_subjects_with_enough_articles_become_sections_in_a_fixed_order() -> None:
    found = sections([*of("Sport", "Politics", "Health"), article("Nothing of the kind", 99)])
    assert found == {"Politics": 3, "Health": 3, Settings().newsletter.last_section: 1} or (
        list(found)[-1] == Settings().newsletter.last_section
    )
    assert list(found)[:2] == ["Politics", "Health"]


def test_reason_has_the_words() -> None:
    stories = arrange(of("Sport", "Politics", "Health"), Settings()).stories
    reasons = {story.lead.title: story.reason for story in stories}
    assert reasons["Parliament votes on the budget"] == "no topics yet: subject words parliament"


def test_never_more_sections_than_a_reader_scans() -> None:
    found = sections(of(*TITLES))
    assert 5 <= len(found) <= 9
    assert min(list(found.values())[:-1]) >= 2


def test_short_issue_has_one_section_or_two() -> None:
    last = Settings().newsletter.last_section
    mixed = [article(titles[0], number) for number, titles in enumerate(TITLES.values())]
    assert sections(mixed[:6]) == {last: 6}
    assert sections(of("Sport")[:3] + mixed[:2]) == {last: 5}
    assert len(sections([*of("Sport"), *mixed[:3]])) == 2


def test_newsletter_on_one_subject_is_not_divided() -> None:
    last = Settings().newsletter.last_section
    whole = [article(f"Hospital number {number} opens", number) for number in range(12)]
    assert list(sections(whole)) == [last]


def test_unknown_subjects_stay_in_the_last_section() -> None:
    unknown = [article(f"Notes, number {number}", number) for number in range(12)]
    assert list(sections(unknown)) == [Settings().newsletter.last_section]


def test_categories_of_feeds_become_sections_joined_over_their_spellings() -> None:
    spelled = ["Beekeeping", "beekeeping", "Beekeeping", "BEEKEEPING"]
    bees = [
        article(f"Notes {number}", number, categories=("News", name), via="Bees")
        for number, name in enumerate(spelled)
    ]
    rest = [article(f"Letter {number}", 50 + number, categories=("News",)) for number in range(8)]
    stories = arrange([*bees, *rest], replace(Settings(), newsletter=Newsletter())).stories
    # The source gives it to all it has: its own name, not a kind of article.
    assert {story.topic for story in stories} == {Newsletter().last_section}
    more = [article(f"Hives {number}", 80 + number, via="Bees") for number in range(4)]
    stories = arrange([*bees, *rest, *more], Settings()).stories
    placed = [story for story in stories if story.topic == "Beekeeping"]
    assert len(placed) == 4
    assert {story.reason for story in placed} == {
        f"no topics yet: category “{name}” of the feed" for name in set(spelled)
    }


def test_category_that_names_a_subject_is_that_subject_in_the_newsletters_language() -> None:
    some = [
        article(f"Notiz {number}", number, language="de", categories=("Fußball",))
        for number in range(3)
    ]
    more = [article(f"Brief {number}", 20 + number, language="de") for number in range(6)]
    german = Settings(newsletter=Newsletter(language="de", last_section="Meldungen"))
    assert sections([*some, *more], german) == {"Sport": 3, "Meldungen": 6}


@pytest.mark.parametrize("name", ["News", "Uncategorized", "Blog", "All", "Allgemein", "新闻"])
def test_housekeeping_is_no_section(name: str) -> None:
    with_it = [article(f"Note {n}", n, categories=(name,), via="A") for n in range(5)]
    without = [article(f"Line {n}", 20 + n, via="A") for n in range(7)]
    assert list(sections([*with_it, *without])) == [Settings().newsletter.last_section]


@pytest.mark.parametrize(
    "chosen",
    [
        Settings(learning=Learning(propose_sections=False)),
        Settings(topics=(Topic(name="Bees", keywords=("bee",)),)),
        Settings(sources=(Source(url="https://a.example/feed", topic="Bees"),)),
    ],
    ids=["switched off", "topics", "topic of a source"],
)
def test_nothing_is_proposed_where_the_editor_has_said_something(chosen: Settings) -> None:
    assert list(sections(of("Sport", "Politics", "Health"), chosen)) == [
        chosen.newsletter.last_section
    ]


def test_proposals_go_on_while_the_editors_sections_are_the_proposed_ones() -> None:
    assert may_propose(Settings(), ())
    assert may_propose(Settings(), ("Sport", "politics"))
    assert not may_propose(Settings(), ("Sport", "From the lab"))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from([t for titles in TITLES.values() for t in titles]), max_size=60),
    st.randoms(use_true_random=False),
)
def test_order_changes_nothing_and_bounds_hold(titles: list[str], shuffle: random.Random) -> None:
    items = [(article(title, number),) for number, title in enumerate(titles)]
    proposal = propose(items, Settings())
    mixed = list(enumerate(items))
    shuffle.shuffle(mixed)
    again = propose([item for _, item in mixed], Settings())
    assert again.sections == proposal.sections
    assert [proposal.placements[at] for at, _ in mixed] == list(again.placements)
    assert len(proposal.sections) <= min(8, len(items) // 4)
    for section in proposal.sections:
        held = [place for place in proposal.placements if place and place.topic == section]
        assert len(held) >= 2
