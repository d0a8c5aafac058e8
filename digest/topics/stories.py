"""Articles on one event become one story: conservative, for a wrong merge hides an article.

First what is the same for sure (the page, the title elsewhere, the text), then what reports the
same (:mod:`digest.topics.kinship`). Each member keeps what tied it to the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from digest.config import Stories
from digest.excerpt import count_words
from digest.model import Article, article_key
from digest.names import page_name
from digest.topics.gist import Gist, Reader, day_of, outlet, weigh
from digest.topics.joining import Joining
from digest.topics.kinship import (
    MOST_DAYS,
    conflict,
    days_of,
    kinship,
    least_evidence,
)
from digest.topics.leads import LeadOrder, total_order
from digest.topics.pairs import near_pairs, possible_groups
from digest.topics.sametext import Texts, is_enough, same_texts
from digest.topics.ties import tie

# Shorter titles are shared by chance: "Week in review"; so are those of small words alone,
# "Letters to the editor".
LEAST_WORDS = 4
_LEAST_LONG_WORDS, _LONG = 3, 4
# How many groups of one title are compared, so that a title used ten thousand times costs
# ten thousand times as much as one, not its square.
_MOST_NEAR = 50
# How near groups must be on the average to join. Precision first: see bench/stories.py.
LEAST_LIKENESS = 0.045
# Less is no evidence of one text, whoever prints it.
_LEAST_SHARE = 0.3

_Bundle = list[Article]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Articles on one event, the lead first. ``ties`` say of each of ``also`` why it is there:
    ``same text as Example Times``; "" for none."""

    lead: Article
    also: tuple[Article, ...] = ()
    ties: tuple[str, ...] = ()

    @property
    def articles(self) -> tuple[Article, ...]:
        """All of them, the lead first."""
        return (self.lead, *self.also)

    @property
    def outlets(self) -> int:
        """How many different publishers have it."""
        return len({outlet(article) for article in self.articles})


def find_stories(articles: Iterable[Article], settings: Stories | None = None) -> list[Group]:
    """The articles in groups; every one is in exactly one. Their order does not matter.

    ``settings.join`` says what makes one story. ``off``: the same address. ``same-text``: also
    the same page under other addresses, titles of different publishers that are equal but for
    case and punctuation, and texts that are printed again. ``same-event``, the default: also
    what reports one event in other words. All within three days. One publisher has it twice
    only where the text is the same too, or where its headlines are no series.
    """
    settings = settings or Stories()
    kept = sorted(_without_repetitions(articles), key=total_order)
    reader, texts = Reader(kept), Texts()
    bundles = _by(kept, article_key)
    if settings.join != "off":
        bundles = _by_page(bundles)
        bundles = _by_text(_by_title(bundles, reader), texts)
    if settings.join != "same-event":
        return [_group(bundle, {}, reader, texts, settings) for bundle in bundles]
    gists = [reader.read(bundle) for bundle in bundles]
    weigh(gists, reader)
    by_article = {
        id(article): gist for bundle, gist in zip(bundles, gists, strict=True) for article in bundle
    }
    return [
        _group([one for at in places for one in bundles[at]], by_article, reader, texts, settings)
        for places in _by_event(gists)
    ]


def _without_repetitions(articles: Iterable[Article]) -> list[Article]:
    """The articles, each once; those that differ in small things only in a fixed order."""
    found: dict[tuple[str, str, str, str], list[Article]] = {}
    for article in articles:
        same = found.setdefault((article.id, article.via, article.input, article.title), [])
        if article not in same:
            same.append(article)
    return [article for same in found.values() for article in sorted(same, key=repr)]


def _by(articles: Iterable[Article], key: Callable[[Article], str]) -> list[_Bundle]:
    found: dict[str, _Bundle] = {}
    for article in articles:
        found.setdefault(key(article), []).append(article)
    return list(found.values())


def _by_page(bundles: Sequence[_Bundle]) -> list[_Bundle]:
    """Bundles with addresses of one page, within the days of an event, are one."""
    found: dict[str, list[_Bundle]] = {}
    for bundle in bundles:
        url = bundle[0].url
        pages = found.setdefault(page_name(url) if url else article_key(bundle[0]), [])
        near = next((page for page in pages if _days(page + bundle) <= MOST_DAYS), None)
        if near is None:
            pages.append(list(bundle))
        else:
            near += bundle
    return [page for pages in found.values() for page in pages]


def _by_title(bundles: Iterable[_Bundle], reader: Reader) -> list[_Bundle]:
    """Bundles under one title that means an event: see :class:`_Growing`."""
    found: dict[str, list[_Bundle]] = {}
    for bundle in bundles:
        bundle.sort(key=LeadOrder(bundle).place)
        found.setdefault(_title(bundle[0], reader), []).append(bundle)
    return [each for title, same in found.items() for each in (_joined(same) if title else same)]


def _by_text(bundles: Sequence[_Bundle], texts: Texts) -> list[_Bundle]:
    """Bundles of which any two members bring the same text."""
    places = [(at, article) for at, bundle in enumerate(bundles) for article in bundle]
    near: dict[tuple[int, int], float] = {}
    for one, other, share in same_texts([texts.runs(article) for _, article in places]):
        at, to = places[one][0], places[other][0]
        if at != to and is_enough(share, places[one][1], places[other][1]):
            pair = (min(at, to), max(at, to))
            near[pair] = max(near.get(pair, 0.0), min(share, 1.0))

    def may_join(ours: list[int], theirs: list[int]) -> bool:
        return _days([one for at in (*ours, *theirs) for one in bundles[at]]) <= MOST_DAYS

    groups = Joining(len(bundles), near, may_join).join(_LEAST_SHARE)
    return [[one for at in group for one in bundles[at]] for group in groups]


def _by_event(gists: Sequence[Gist]) -> list[list[int]]:
    """Places of gists that report one event."""
    counts = Counter(gist.language for gist in gists)
    least = {language: least_evidence(count) for language, count in counts.items()}
    near: dict[tuple[int, int], float] = {}
    bound: set[tuple[int, int]] = set()
    apart: list[tuple[int, int]] = []
    for one, other in near_pairs(gists, possible_groups(gists, least)):
        if conflict(gists[one], gists[other]):
            apart.append((one, other))
            continue
        found = kinship(gists[one], gists[other], among=counts[gists[one].language])
        near[one, other] = found.likeness
        if found.evidence >= least[gists[one].language]:
            bound.add((one, other))

    def may_join(ours: list[int], theirs: list[int]) -> bool:
        return days_of(*(gists[at] for at in (*ours, *theirs))) <= MOST_DAYS

    joining = Joining(len(gists), near, may_join, bound=bound, apart=apart)
    return joining.join(LEAST_LIKENESS)


def _group(
    articles: Sequence[Article],
    gists: Mapping[int, Gist],
    reader: Reader,
    texts: Texts,
    settings: Stories,
) -> Group:
    if len(articles) == 1:
        return Group(lead=articles[0])
    lead, *also = LeadOrder(articles, settings.prefer).sort(articles)
    ties = [
        tie(article, [lead, *(one for one in also if one is not article)], gists, reader, texts)
        for article in also
    ]
    return Group(lead=lead, also=tuple(also), ties=tuple(ties))


def _joined(bundles: Sequence[_Bundle]) -> list[_Bundle]:
    """Bundles under one title: each joins the first group that is near and lacks its outlet."""
    groups: list[_Growing] = []
    near: list[_Growing] = []
    for bundle in sorted(bundles, key=lambda bundle: (day_of(bundle[0]), total_order(bundle[0]))):
        day = day_of(bundle[0])
        near = [group for group in near if (day - group.day).days <= MOST_DAYS][-_MOST_NEAR:]
        group = next((group for group in near if group.takes(bundle)), None)
        if group is None:
            group = _Growing(day)
            groups.append(group)
            near.append(group)
        group.add(bundle)
    return [group.articles for group in groups]


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
    return (article.summary, day_of(article).isoformat()) if article.summary else ()


def _title(article: Article, reader: Reader) -> str:
    """The title for comparing; "" when it is too short, or of too small words, to mean the
    same event."""
    words = reader.plain_headline(article)
    if count_words(words) < LEAST_WORDS:
        return ""
    parted = words.split()
    if len(parted) < LEAST_WORDS:  # a script without blanks
        return words
    return words if sum(len(word) >= _LONG for word in parted) >= _LEAST_LONG_WORDS else ""


def _days(articles: Iterable[Article]) -> int:
    days = [day_of(article) for article in articles]
    return (max(days) - min(days)).days
