"""Which of two rules holds: source, host and path, author, category, keywords; first come first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digest.config import Settings, Source, Topic
from digest.model import Article, Link
from digest.topics.placement import Placement
from digest.topics.rules import Rules

ARTICLE = Article(
    id="1",
    title="A treaty",
    url="https://www.news.example.org/blog/2025/a-treaty",
    authors=("N. N.", "Jane Doe"),
    categories=("World", "Diplomacy"),
    first_seen=datetime(2025, 4, 28, tzinfo=UTC),
    source=Link(name="Example"),
    input="feed.xml",
    via="Feed",
)
SOURCE = Source(url="https://example.org/feed.xml", name="Feed", topic="By source")
HOST = Topic(name="By host", hosts=("example.org",))
PATH = Topic(name="By path", paths=("example.org/blog",))
AUTHOR = Topic(name="By author", authors=("Jane Doe",))
CATEGORY = Topic(name="By category", categories=("Diplomacy",))
KEYWORD = Topic(name="By keyword", keywords=("treaty",))


def place(*topics: Topic, sources: tuple[Source, ...] = (), of: Article = ARTICLE) -> Placement:
    return Rules(Settings(topics=topics, sources=sources)).place(of)


@pytest.mark.parametrize(
    ("topics", "sources", "topic", "reason"),
    [
        ((KEYWORD, CATEGORY, AUTHOR, HOST, PATH), (SOURCE,), "By source", "source: Feed"),
        ((KEYWORD, CATEGORY, AUTHOR, HOST, PATH), (), "By path", "path: example.org/blog"),
        ((KEYWORD, CATEGORY, AUTHOR, HOST), (), "By host", "host: example.org"),
        ((KEYWORD, CATEGORY, AUTHOR), (), "By author", "author: Jane Doe"),
        ((KEYWORD, CATEGORY), (), "By category", "category: Diplomacy"),
        ((KEYWORD,), (), "By keyword", "keywords: treaty"),
        ((), (), "Also this week", "no rule matched"),
    ],
)
def test_the_kinds_of_rules_follow_each_other_whatever_the_order_of_topics(
    topics: tuple[Topic, ...], sources: tuple[Source, ...], topic: str, reason: str
) -> None:
    for ordered in (topics, topics[::-1]):
        placed = place(*ordered, sources=sources)
        assert (placed.topic, placed.reason) == (topic, reason)


def test_a_longer_host_comes_before_a_path_of_a_shorter_one() -> None:
    host = Topic(name="By host", hosts=("news.example.org",))
    assert place(PATH, host).reason == "host: news.example.org"


def test_under_one_host_the_longest_path_wins() -> None:
    year = Topic(name="By year", paths=("example.org/blog/2025/",))
    assert place(PATH, year, HOST).topic == place(year, HOST, PATH).topic == "By year"


@pytest.mark.parametrize(
    ("rule", "url", "claims"),
    [
        ("example.org/blog", "https://example.org/blog", True),
        ("example.org/blog", "https://example.org/blog/", True),
        ("example.org/blog", "https://example.org/Blog/a", True),
        ("example.org/blog", "https://example.org/blog?page=2", True),
        ("example.org/blog", "https://example.org//blog//a", True),
        ("example.org/blog", "https://example.org/blogs/a", False),
        ("example.org/blog", "https://example.org/a/blog", False),
        ("example.org/blog", "https://badexample.org/blog", False),
        ("example.org/~ann/notes", "https://example.org/~ann/notes/1", True),
        ("example.org/новости", "https://example.org/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/1",
         True),
        ("bücher.example/neu", "https://xn--bcher-kva.example/neu/1", True),
        ("example.org/%C3%A9t%C3%A9", "https://example.org/été/1", True),
    ],
)  # fmt: skip
def test_a_path_claims_what_lies_below_it(rule: str, url: str, claims: bool) -> None:
    placed = place(Topic(name="Found", paths=(rule,)), of=replace(ARTICLE, url=url))
    assert (placed.topic == "Found") is claims


def test_an_article_without_a_page_has_its_sources_path() -> None:
    found = replace(ARTICLE, url=None, source=Link(name="A", url="https://example.org/blog/"))
    assert place(PATH, of=found).topic == "By path"


def test_of_several_authors_the_first_with_a_rule_counts() -> None:
    first = Topic(name="First", authors=("n.  n.",))
    assert place(AUTHOR, first).reason == "author: n.  n."
    assert place(first, AUTHOR).topic == "First"


def test_authors_and_categories_are_whole_names_in_any_case() -> None:
    assert place(Topic(name="A", authors=("JANE DOE",))).topic == "A"
    assert place(Topic(name="A", authors=("Jane",))).reason == "no rule matched"
    assert place(Topic(name="A", categories=("diplomacy",))).topic == "A"
    assert place(Topic(name="A", categories=("Diplo",))).reason == "no rule matched"


def test_of_several_categories_the_articles_first_with_a_rule_counts() -> None:
    world = Topic(name="World", categories=("World",))
    assert place(CATEGORY, world).topic == place(world, CATEGORY).topic == "World"


@pytest.mark.parametrize(
    "rule",
    [
        {"hosts": ("news.example.org",)},
        {"paths": ("example.org/blog",)},
        {"authors": ("N. N.",)},
        {"categories": ("World",)},
        {"keywords": ("treaty",)},
    ],
)
def test_of_two_equal_rules_the_earlier_topics_holds(rule: dict[str, tuple[str, ...]]) -> None:
    one, other = Topic(name="One", **rule), Topic(name="Other", **rule)
    assert place(one, other).topic == "One"
    assert place(other, one).topic == "Other"


def test_the_parts_of_the_order_can_be_asked_for_themselves() -> None:
    rules = Rules(Settings(topics=(HOST, KEYWORD)))
    explicit, keywords = rules.explicit(ARTICLE), rules.by_keywords(ARTICLE)
    assert explicit is not None and (explicit.topic, explicit.rule) == ("By host", "host")
    assert keywords is not None and (keywords.topic, keywords.rule) == ("By keyword", "keywords")
    elsewhere = replace(ARTICLE, url="https://other.example/", title="Weather")
    assert rules.explicit(elsewhere) is rules.by_keywords(elsewhere) is None


def test_what_keywords_weigh_is_told_by_topic() -> None:
    rules = Rules(Settings(topics=(KEYWORD, Topic(name="Other", keywords=("weather",)))))
    assert rules.strengths(ARTICLE) == {"By keyword": 4.0}
    assert rules.strengths(replace(ARTICLE, summary="The weather", title="")) == {"Other": 2.0}
