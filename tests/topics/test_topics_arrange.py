"""From articles to the order that readers meet: sections, ranks, caps, and nothing lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.config import Newsletter, Settings, Source, Topic
from digest.model import Article, Link, When
from digest.topics import Arrangement, arrange

NEWSLETTER = Newsletter(timezone="Asia/Seoul")


def article(name: str, title: str, **changes: Any) -> Article:
    known: dict[str, Any] = {
        "url": f"https://{name}.example/",
        "source": Link(name=name),
        "published": When(value=date(2025, 4, 24), raw="", basis="jsonld"),
        "via": "articles",
    }
    return Article(
        id=name,
        title=title,
        input=name,
        first_seen=datetime(2025, 4, 28, tzinfo=UTC),
        **(known | changes),
    )


def at(hour: int) -> When:
    return When(value=datetime(2025, 4, 24, hour, tzinfo=UTC), raw="", basis="jsonld")


def shown(arrangement: Arrangement) -> list[tuple[str, str]]:
    return [(story.topic, story.lead.id) for story in arrangement.stories]


def test_sections_stand_in_the_order_of_topics_then_sources_topics_then_the_last() -> None:
    found = arrange(
        [
            article("weather", "Rain"),
            article("science", "Comet", via="lab"),
            article("trade", "Tariff"),
            article("diplomacy", "Treaty"),
        ],
        Settings(
            newsletter=NEWSLETTER,
            topics=(
                Topic(name="Diplomacy", keywords=("treaty",)),
                Topic(name="Trade", keywords=("tariff",)),
            ),
            sources=(
                Source(path="articles"),
                Source(path="x", name="lab", topic="Science"),
            ),
        ),
    )
    assert shown(found) == [
        ("Diplomacy", "diplomacy"),
        ("Trade", "trade"),
        ("Science", "science"),
        ("Also this week", "weather"),
    ]


def test_what_more_outlets_have_stands_first_then_the_newer() -> None:
    title = "Leaders sign treaty after six years"
    found = arrange(
        [
            article("old", "Old", published=at(1)),
            article("new", "New", published=at(9)),
            article("wire", title, published=at(2)),
            article("paper", title, published=at(3)),
        ],
        Settings(newsletter=NEWSLETTER),
    )
    assert [story.lead.id for story in found.stories] == ["wire", "new", "old"]
    assert [member.id for member in found.stories[0].also] == ["paper"]
    assert all(0 <= story.score <= 1 for story in found.stories)


def test_an_article_with_a_summary_stands_before_one_without() -> None:
    found = arrange(
        [article("bare", "Bare"), article("full", "Full", summary="What it says.")],
        Settings(newsletter=NEWSLETTER),
    )
    assert [story.lead.id for story in found.stories] == ["full", "bare"]


def test_what_is_over_a_topics_limit_is_left_out_with_the_reason() -> None:
    found = arrange(
        [article(f"a{hour}", f"Treaty {hour}", published=at(hour)) for hour in range(4)],
        Settings(
            newsletter=NEWSLETTER, topics=(Topic(name="Diplomacy", keywords=("treaty",), max=2),)
        ),
    )
    assert [story.lead.id for story in found.stories] == ["a3", "a2"]
    assert [(left.article.id, left.rule, left.reason) for left in found.left_out] == [
        ("a1", "cap", "over the limit of 2 for Diplomacy"),
        ("a0", "cap", "over the limit of 2 for Diplomacy"),
    ]


def test_what_is_over_a_sources_limit_leaves_room_for_others() -> None:
    found = arrange(
        [
            *(article(f"a{hour}", "Treaty", published=at(hour)) for hour in range(5, 8)),
            article("other", "Treaty", published=at(1), via="elsewhere"),
        ],
        Settings(
            newsletter=NEWSLETTER,
            topics=(Topic(name="Diplomacy", keywords=("treaty",), max=2),),
            sources=(Source(path="articles", max=1),),
        ),
    )
    assert [story.lead.id for story in found.stories] == ["a7", "other"]
    assert {left.reason for left in found.left_out} == {"over the limit of 1 for articles"}


def test_a_story_is_late_when_its_lead_is() -> None:
    found = arrange(
        [article("late", "Late"), article("fresh", "Fresh")],
        Settings(newsletter=NEWSLETTER),
        late=frozenset({"late"}),
    )
    assert {story.lead.id: story.late for story in found.stories} == {"late": True, "fresh": False}


def test_a_story_is_placed_by_another_member_where_no_rule_knows_its_lead() -> None:
    title = "Leaders sign it after six years"
    found = arrange(
        [
            article("lead", title, summary="A full summary."),
            article("other", title, url="https://example.org/a"),
        ],
        Settings(newsletter=NEWSLETTER, topics=(Topic(name="Diplomacy", hosts=("example.org",)),)),
    )
    (story,) = found.stories
    assert (story.lead.id, story.topic, story.reason) == ("lead", "Diplomacy", "host: example.org")


def test_nothing_to_arrange_is_an_empty_arrangement() -> None:
    assert arrange([], Settings()) == Arrangement(stories=(), left_out=())


titles = st.sampled_from(
    ("Leaders sign treaty after six years", "Tariff on ships rises again", "Rain", "A summit")
)
moments = st.one_of(
    st.none(),
    st.integers(0, 6).map(lambda days: date(2025, 4, 21) + timedelta(days=days)),
    st.integers(0, 144).map(
        lambda hours: datetime(2025, 4, 21, tzinfo=UTC) + timedelta(hours=hours)
    ),
)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    host = draw(st.sampled_from(("a", "b", "c", "d")))
    moment = draw(moments)
    return article(
        f"{host}{draw(st.integers(0, 9))}",
        draw(titles),
        url=draw(st.sampled_from((None, f"https://{host}.example/{draw(st.integers(0, 3))}"))),
        summary=draw(st.sampled_from(("", "Short.", "A longer summary."))),
        published=None if moment is None else When(value=moment, raw="", basis="feed"),
        via=draw(st.sampled_from(("articles", "feed"))),
    )


SETTINGS = Settings(
    newsletter=NEWSLETTER,
    topics=(
        Topic(name="Diplomacy", keywords=("treaty", "summit"), max=3),
        Topic(name="Trade", keywords=("tariff",), hosts=("b.example",)),
    ),
    sources=(Source(path="articles"), Source(url="https://x.example/", name="feed", max=2)),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(articles(), max_size=14), st.randoms(use_true_random=False))
def test_order_and_repetition_of_the_input_change_nothing(
    given_articles: list[Article], random: Any
) -> None:
    found = arrange(given_articles, SETTINGS)
    shuffled = given_articles + given_articles[:3]
    random.shuffle(shuffled)
    assert arrange(shuffled, SETTINGS) == found


@settings(max_examples=200, deadline=None)
@given(st.lists(articles(), max_size=14))
def test_every_article_is_in_one_story_or_left_out_never_both(
    given_articles: list[Article],
) -> None:
    found = arrange(given_articles, SETTINGS)
    placed = [member for story in found.stories for member in (story.lead, *story.also)]
    placed += [left.article for left in found.left_out]
    assert sorted(map(repr, placed)) == sorted({repr(each) for each in given_articles})
