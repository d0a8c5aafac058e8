"""The order of items and sections: what each contribution does, diversity, limits."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import fsum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.config import Newsletter, Ranking, Settings, Source, Stories, Topic
from digest.model import Article, Link, Story, When, Window, article_key
from digest.model.lesson import Fate, PastItem, PastLesson
from digest.topics import arrange
from digest.topics.gist import outlet
from digest.topics.guide import Guide
from digest.topics.habits import Habits
from digest.topics.learned import Learned
from digest.topics.spread import NEAR

WINDOW = Window(
    start=datetime(2025, 4, 21, tzinfo=UTC), end=datetime(2025, 4, 28, tzinfo=UTC), timezone="UTC"
)
# Each article is a story of its own here, whatever its title.
APART = Settings(
    newsletter=Newsletter(timezone="UTC"),
    stories=Stories(join="off"),
    sources=(Source(path="feed"), Source(path="loved", weight=9), Source(path="few", max=2)),
    topics=(Topic(name="Tools", hosts=("tools.example",), max=4), Topic(name="Jobs")),
)


def article(name: str, host: str = "example.org", hour: int = 0, **changes: Any) -> Article:
    known: dict[str, Any] = {
        "url": f"https://{host}/{name}",
        "title": f"Report {name}",
        "summary": "It says something.",
        "source": Link(name=host),
        "via": "feed",
        "published": When(value=WINDOW.start + timedelta(hours=hour), raw="", basis="feed"),
    }
    return Article(id=name, input=name, first_seen=WINDOW.end, **(known | changes))


def ranking(changed: Settings = APART, **changes: Any) -> Settings:
    return replace(changed, ranking=replace(changed.ranking, **changes))


def stories(
    *articles: Article, settings: Settings = APART, guide: Guide | None = None
) -> list[Story]:
    return list(arrange(articles, settings, window=WINDOW, guide=guide).stories)


def names(*articles: Article, settings: Settings = APART, guide: Guide | None = None) -> list[str]:
    return [story.lead.id for story in stories(*articles, settings=settings, guide=guide)]


def past(*fates: tuple[str, Fate], slug: str = "2025-W16") -> PastLesson:
    """An issue of items, each given by its publisher and what became of it."""
    return PastLesson(
        slug=slug,
        items=tuple(
            PastItem(
                key=f"https://{source}/{slug}/{number}",
                url=f"https://{source}/{slug}/{number}",
                heading="Tools",
                fate=fate,
                title=f"Item {number}",
                source=source,
            )
            for number, (source, fate) in enumerate(fates)
        ),
    )


def guide(*lessons: PastLesson) -> Guide:
    return Guide(Learned(), lessons, APART)


def test_the_score_is_the_sum_of_its_parts_and_each_is_named() -> None:
    (story,) = stories(article("a", hour=84))
    assert [name for name, _ in story.parts] == [
        "coverage", "freshness", "source", "keywords", "habits", "length",
    ]  # fmt: skip
    assert story.score == pytest.approx(fsum(amount for _, amount in story.parts))
    parts = dict(story.parts)
    assert parts["freshness"] == pytest.approx(2 / 14.25 / 2, abs=1e-4)
    assert parts["source"] == parts["habits"] == parts["freshness"]


def test_a_contribution_of_weight_0_is_left_aside() -> None:
    found = stories(article("a"), settings=ranking(habits=0, source=0))
    assert {name for name, _ in found[0].parts} == {"coverage", "freshness", "keywords", "length"}


def test_a_source_of_more_weight_stands_higher_and_is_named() -> None:
    found = stories(article("plain", hour=9), article("dear", "dear.example", via="loved"))
    assert [story.lead.id for story in found] == ["dear", "plain"]
    assert "from a source of weight 9" in found[0].rank


def test_what_has_the_topics_keywords_stands_higher() -> None:
    topics = (Topic(name="Tools", hosts=("example.org",), keywords=("saw",)),)
    found = names(
        article("late", hour=9),
        article("saw", title="A saw"),
        settings=replace(APART, topics=topics),
    )
    assert found == ["saw", "late"]


def test_a_text_stands_before_nothing_and_after_a_summary() -> None:
    bare = {"summary": ""}
    found = names(article("bare", **bare), article("text", words=700, **bare), article("told"))
    assert found == ["told", "text", "bare"]


def test_habits_lift_a_publisher_that_is_kept_above_one_that_is_cut() -> None:
    lesson = past(*[("good.example", "untouched")] * 9, *[("bad.example", "cut")] * 9)
    found = stories(
        article("bad", "bad.example", hour=20),
        article("good", "good.example"),
        guide=guide(lesson),
    )
    assert [story.lead.id for story in found] == ["good", "bad"]
    assert "from a source you keep 9 of 9 of" in found[0].rank
    assert "from a source you keep 0 of 9 of" in found[1].rank


def test_four_items_of_a_publisher_are_no_habit() -> None:
    habits = Habits([past(*[("new.example", "cut")] * 4, *[("old.example", "untouched")] * 9)])
    assert habits.of(article("a", "new.example")) is None
    (story,) = stories(article("a", "new.example"))
    assert dict(story.parts)["habits"] == pytest.approx(1 / 14.25, abs=1e-4)


def test_a_publisher_without_a_name_is_known_by_its_host() -> None:
    lesson = past(*[("paper.example", "cut")] * 6)
    nameless = replace(lesson, items=tuple(replace(item, source="") for item in lesson.items))
    habit = Habits([nameless]).of(article("a", "paper.example", source=Link(name="The Paper")))
    assert habit is not None
    assert (habit.kept, habit.of) == (0, 6)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_one_more_cut_moves_little_and_never_buries(kept: int, cut: int, others: int) -> None:
    def liking(more: int) -> float:
        fates: list[tuple[str, Fate]] = [
            *[("a.example", "untouched")] * kept,
            *[("a.example", "cut")] * (cut + more),
            *[("b.example", "untouched")] * others,
        ]
        habit = Habits([past(*fates)]).of(article("a", "a.example"))
        return habit.liking if habit else 0.5

    # Five items at once become a habit; after that each moves it less.
    assert abs(liking(1) - liking(0)) <= (0.2 if kept + cut == 4 else 0.05)


def test_what_was_cut_long_ago_is_forgotten() -> None:
    old = past(*[("a.example", "cut")] * 9, slug="old")
    since = [past(("b.example", "untouched"), slug=f"n{number}") for number in range(50)]
    assert Habits([old]).of(article("a", "a.example")) is not None
    assert Habits([old, *since]).of(article("a", "a.example")) is None


def test_no_third_item_of_one_outlet_follows_two_where_another_is_near() -> None:
    same = [article(f"a{hour}", "a.example", hour=hour) for hour in (40, 30, 20)]
    found = stories(*same, article("b", "b.example", hour=1))
    assert [story.lead.id for story in found] == ["a40", "a30", "b", "a20"]
    assert "brought forward, after two or more of another outlet" in found[2].rank
    by_score = names(*same, article("b", "b.example", hour=1), settings=ranking(spread=False))
    assert by_score == ["a40", "a30", "a20", "b"]


def test_one_outlet_does_not_fill_a_section_with_a_limit() -> None:
    many = [article(f"a{hour}", "a.tools.example", hour=100 + hour) for hour in range(20)]
    low = {"summary": "", "words": 0}
    found = stories(*many, article("b", "b.tools.example", **low))
    assert [outlet(story.lead)[0] for story in found] == ["a", "a", "a", "a"]
    found = stories(*many, article("b", "b.tools.example", hour=60))
    assert [outlet(story.lead)[0] for story in found] == ["a", "a", "b", "a"]


def test_the_issues_limit_takes_the_best_of_all_sections_and_names_the_rest() -> None:
    found = arrange(
        [
            article("tool", "tools.example", hour=50),
            article("old-tool", "tools.example", hour=10),
            article("other", hour=40),
        ],
        ranking(max=2),
        window=WINDOW,
    )
    assert [story.lead.id for story in found.stories] == ["tool", "other"]
    assert [(left.article.id, left.rule, left.reason) for left in found.left_out] == [
        ("old-tool", "cap", "over the limit of 2 for the issue")
    ]
    assert found.stories[0].rank.startswith("1 of 1 in Tools")


def test_sections_go_by_their_best_item_where_asked_and_the_last_stays_last() -> None:
    topics = (
        Topic(name="Tools", hosts=("tools.example",)),
        Topic(name="Jobs", hosts=("jobs.example",)),
    )
    given_articles = [
        article("tool", "tools.example", hour=1),
        article("job", "jobs.example", hour=90),
        article("rest", hour=99),
    ]
    fixed = replace(APART, topics=topics)
    assert names(*given_articles, settings=fixed) == ["tool", "job", "rest"]
    by_score = ranking(fixed, order="by-score")
    assert names(*given_articles, settings=by_score) == ["job", "tool", "rest"]


HOSTS = ("a.example", "b.example", "a.tools.example", "b.tools.example")
LESSON = past(*[("a.example", "cut")] * 6, *[("b.example", "untouched")] * 8)


@st.composite
def batches(draw: st.DrawFn) -> list[Article]:
    hours = draw(st.lists(st.integers(-50, 200), max_size=16, unique=True))
    return [
        article(
            f"n{hour}",
            draw(st.sampled_from(HOSTS)),
            hour,
            via=draw(st.sampled_from(("feed", "loved", "few"))),
            summary=draw(st.sampled_from(("", "Told."))),
        )
        for hour in hours
    ]


configured = st.builds(
    Ranking,
    order=st.sampled_from(("fixed", "by-score")),
    max=st.one_of(st.none(), st.integers(1, 6)),
    spread=st.booleans(),
)


@settings(max_examples=80, deadline=None)
@given(batches(), configured, st.randoms(use_true_random=False))
def test_limits_hold_nothing_is_lost_and_the_order_given_changes_nothing(
    given_articles: list[Article], chosen: Ranking, random: Any
) -> None:
    asked = replace(APART, ranking=chosen)
    found = arrange(given_articles, asked, window=WINDOW, guide=guide(LESSON))
    kept = [story.lead for story in found.stories]
    assert Counter(story.topic for story in found.stories)["Tools"] <= 4
    assert Counter(lead.via for lead in kept)["few"] <= 2
    assert chosen.max is None or len(kept) <= chosen.max
    everything = [*kept, *(left.article for left in found.left_out)]
    assert sorted(map(article_key, everything)) == sorted(map(article_key, given_articles))
    assert all(0 <= story.score <= 1 for story in found.stories)
    shuffled = [*given_articles, *given_articles[:3]]
    random.shuffle(shuffled)
    assert arrange(shuffled, asked, window=WINDOW, guide=guide(LESSON)) == found


@settings(max_examples=80, deadline=None)
@given(batches())
def test_three_in_a_row_stand_only_where_no_other_is_near(given_articles: list[Article]) -> None:
    found = stories(*given_articles)
    for topic in {story.topic for story in found}:
        section = [story for story in found if story.topic == topic]
        for at in range(2, len(section)):
            here = {outlet(story.lead) for story in section[at - 2 : at + 1]}
            others = [s for s in section[at + 1 :] if outlet(s.lead) not in here]
            if len(here) == 1:
                assert all(other.score < section[at].score - NEAR for other in others)


@settings(max_examples=80, deadline=None)
@given(batches(), st.integers(201, 300), st.sampled_from(HOSTS))
def test_one_article_more_reorders_no_two_others(
    given_articles: list[Article], hour: int, host: str
) -> None:
    """Scores do not depend on other articles; diversity and limits, which do, are off here."""
    free = replace(APART, topics=(Topic(name="Tools", hosts=("tools.example",)),), sources=())
    free = ranking(free, spread=False)
    before = names(*given_articles, settings=free)
    after = names(*given_articles, article("more", host, hour), settings=free)
    assert [name for name in after if name != "more"] == before
