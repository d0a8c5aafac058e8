"""The labelled pairs of ``tests/topics/followups``: the promised precision is a floor."""

from __future__ import annotations

import pytest

from bench.followups import GOAL_PRECISION, HALVES, by_digest, judge, load
from digest.model import Article, Link, Story
from digest.model.lesson import PastItem, PastLesson
from digest.topics.followups import find_followups


@pytest.mark.parametrize("name", HALVES)
def test_most_links_to_earlier_items_are_found_and_hardly_any_is_wrong(name: str) -> None:
    right, wrong, missed = judge(load(name), by_digest)
    assert right / (right + wrong) >= GOAL_PRECISION
    assert right / (right + missed) >= 0.7


def test_a_headline_that_several_issues_had_is_no_news_to_follow() -> None:
    now = load("choose").now[0].article
    story = Story(lead=_new("Bridge over the Alder opens after Harlow repairs", now))

    def lesson(week: int) -> PastLesson:
        url = f"https://alder.example/{week}"
        title = "Repairs: Alder bridge at Harlow"
        item = PastItem(key=url, heading="News", fate="untouched", title=title, url=url)
        return PastLesson(slug=f"2025-W{week}", items=(item,))

    assert find_followups([story], [lesson(14)])
    assert not find_followups([story], [lesson(14), lesson(15)])


def _new(title: str, like: Article) -> Article:
    return Article(
        id="now",
        title=title,
        url="https://herald.example/now",
        first_seen=like.first_seen,
        source=Link(name="Herald"),
        input="made",
    )
