"""Articles on one event become one story: conservative, for a wrong merge hides an article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from digest.excerpt import count_words
from digest.model import Article, article_key
from digest.topics.rules import fold
from digest.urls import host_label

# Shorter titles are shared by chance: "Letters to the editor", "Week in review".
LEAST_WORDS = 4
# Syndicated copies follow within days; the same title later is another year's event.
MOST_DAYS = 3
# How many groups of one title are compared, so that a title used ten thousand times costs
# ten thousand times as much as one, not its square.
_MOST_NEAR = 50

_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Articles on one event, the lead first."""

    lead: Article
    also: tuple[Article, ...] = ()

    @property
    def articles(self) -> tuple[Article, ...]:
        """All of them, the lead first."""
        return (self.lead, *self.also)

    @property
    def outlets(self) -> int:
        """How many different publishers have it."""
        return len({outlet(article) for article in self.articles})


def find_stories(articles: Iterable[Article]) -> list[Group]:
    """The articles in groups; every one is in exactly one. Their order does not matter.

    One story are articles with the same address, and articles of different publishers whose
    titles are equal but for case and punctuation, have at least four words, and are at most
    three days apart. The same publisher has it twice only where the words are the same too.
    """
    by_key: dict[str, list[Article]] = {}
    for article in sorted(_without_repetitions(articles), key=_place):
        by_key.setdefault(article_key(article), []).append(article)
    by_title: dict[str, list[list[Article]]] = {}
    for same in by_key.values():
        same.sort(key=_lead_first)
        by_title.setdefault(_title(same[0]), []).append(same)
    return [
        Group(lead=group[0], also=tuple(group[1:]))
        for title, bundles in by_title.items()
        for group in (_joined(bundles) if title else bundles)
    ]


def outlet(article: Article) -> str:
    """Who published it: the host, else the source's name, folded; "" when nobody says."""
    host = host_label(article.url or article.source.url or "")
    return host or fold(article.source.name)


def _without_repetitions(articles: Iterable[Article]) -> list[Article]:
    """The articles, each once; those that differ in small things only in a fixed order."""
    found: dict[tuple[str, str, str, str], list[Article]] = {}
    for article in articles:
        same = found.setdefault((article.id, article.via, article.input, article.title), [])
        if article not in same:
            same.append(article)
    return [article for same in found.values() for article in sorted(same, key=repr)]


def _joined(bundles: Sequence[list[Article]]) -> list[list[Article]]:
    """Bundles under one title: each joins the first group that is near and lacks its outlet."""
    groups: list[_Growing] = []
    near: list[_Growing] = []
    for bundle in sorted(bundles, key=lambda bundle: (_day(bundle[0]), _place(bundle[0]))):
        day = _day(bundle[0])
        near = [group for group in near if (day - group.day).days <= MOST_DAYS][-_MOST_NEAR:]
        group = next((group for group in near if group.takes(bundle)), None)
        if group is None:
            group = _Growing(day)
            groups.append(group)
            near.append(group)
        group.add(bundle)
    return [sorted(group.articles, key=_lead_first) for group in groups]


class _Growing:
    """A group that still takes articles: its first day, its outlets, and its words."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.articles: list[Article] = []
        self.outlets: set[str] = set()
        self.words: set[tuple[str, ...]] = set()

    def add(self, bundle: Sequence[Article]) -> None:
        self.articles += bundle
        self.outlets.update(outlet(article) for article in bundle)
        self.words.update(_words(article) for article in bundle)

    def takes(self, bundle: Sequence[Article]) -> bool:
        return all(
            (outlet(article) and outlet(article) not in self.outlets)
            or (any(_words(article)) and _words(article) in self.words)
            for article in bundle
        )


def _words(article: Article) -> tuple[str, ...]:
    """What makes two articles of one publisher the same: the text, else summary and day."""
    if article.text:
        return (article.text,)
    return (article.summary, _day(article).isoformat()) if article.summary else ()


def _title(article: Article) -> str:
    """The title for comparing: folded words without punctuation and without the outlet's name;
    "" when it is too short to mean the same event."""
    words = _NOT_WORDS.sub(" ", fold(article.title[:1_000])).strip()
    name = _NOT_WORDS.sub(" ", fold(article.source.name)).strip()
    if name and words.endswith(f" {name}"):
        words = words[: -len(name) - 1]
    return words if count_words(words) >= LEAST_WORDS else ""


def _day(article: Article) -> date:
    value = article.published.value if article.published else article.first_seen
    return value.date() if isinstance(value, datetime) else value


def _lead_first(article: Article) -> tuple[object, ...]:
    """Its own page before none, the fuller summary, the earlier, then a fixed order."""
    return (article.url is None, -len(article.summary), _day(article), *_moment(article))


def _moment(article: Article) -> tuple[object, ...]:
    published = article.published
    stated = published.value if published else None
    seconds = stated.timestamp() if isinstance(stated, datetime) else float("-inf")
    return (seconds, *_place(article))


def _place(article: Article) -> tuple[str, ...]:
    """A total order that no run and no machine changes."""
    stated = article.published.isoformat() if article.published else ""
    return (
        article_key(article),
        article.id,
        article.via,
        article.input,
        article.title,
        article.summary,
        stated,
        article.text,
    )
