"""Which items of past issues a new story follows: "Earlier: …". Only mentioned, never merged.

Precision before everything: a reader who is sent to another story is misled, one who is sent
nowhere has lost nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from digest.model import Article, Earlier, Link, Story, article_key
from digest.model.lesson import PastItem, PastLesson
from digest.names import page_name
from digest.topics.folding import fold
from digest.topics.gist import Gist, Reader, is_cased, is_telling, weigh
from digest.topics.grammar import GRAMMAR
from digest.topics.kinship import conflict, kinship, shared_terms
from digest.topics.pairs import near_pairs

MOST_EARLIER = 2
"""Items that one story is said to follow at most."""

# How near a story must be to an item, time aside; what both must share: so many rare words,
# of them so many in both headlines, and a name or a figure among those.
_LEAST_LIKENESS = 0.2
_LEAST_SHARED, _LEAST_IN_TITLES = 3, 2
# A word that more of the articles have is not rare, whatever else it weighs. All of this was chosen
# on one half of tests/topics/followups: see bench/followups.py.
_MOST_HAVE = 6
# A headline of one publisher that opens like another is a series, unless their texts share so
# many rare words besides, and are not one text with another date in it.
_OPENING, _LEAST_BESIDES, _SAME_TEXT = 2, 2, 0.5
_MOST_WORDS = 3
# All articles of the comparison count as of one day: how old an item may be, the caller says.
_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Past:
    lesson: PastLesson
    item: PastItem


def find_followups(
    stories: Sequence[Story], lessons: Sequence[PastLesson]
) -> dict[str, tuple[Earlier, ...]]:
    """By the key of a story's lead, the items of past issues that the story follows: at most
    :data:`MOST_EARLIER`, the nearest first. Stories that follow none are not in it.

    ``lessons`` are the past issues to look at, oldest first; what was cut from them was never
    printed, and does not count. An item counts as followed when the story shares several rare
    words with it, also in both headlines and a name or a figure among them; the same address,
    the same headline, another number of a series and another result do not.
    """
    past = list(_printed(lessons))
    if not past or not stories:
        return {}
    # An article stands for an item, so that both are read in the same way.
    articles = [[story.lead, *story.also] for story in stories]
    dated = [[_dateless(one) for one in of_one] for of_one in articles]
    dated += [[_as_article(each.item)] for each in past]
    reader = Reader([one for of_one in dated for one in of_one])
    gists = [reader.read(of_one) for of_one in dated]
    weigh(gists, reader)
    count = Counter(term for gist in gists for term in (*gist.title, *gist.body))
    found: dict[int, list[tuple[float, int]]] = {}
    for one, other in near_pairs(gists):
        if not one < len(stories) <= other:
            continue
        each = past[other - len(stories)]
        if _is_same(articles[one], each.item):
            continue
        likeness = _likeness(gists[one], gists[other], count)
        if likeness:
            found.setdefault(one, []).append((-round(likeness, 6), other))
    return {
        article_key(stories[one].lead): tuple(
            _earlier(past[other - len(stories)], dated[one][0], gists[one], gists[other], reader)
            for _, other in _best(near, past, len(stories))
        )
        for one, near in sorted(found.items())
    }


def with_followups(stories: Sequence[Story], lessons: Sequence[PastLesson]) -> tuple[Story, ...]:
    """The stories, each with what it follows."""
    found = find_followups(stories, lessons)
    return tuple(
        replace(story, earlier=found.get(article_key(story.lead), ())) for story in stories
    )


def _best(
    near: Sequence[tuple[float, int]], past: Sequence[_Past], before: int
) -> list[tuple[float, int]]:
    """The nearest, of those as near the latest; an item that several issues had once."""
    kept: dict[str, tuple[float, int]] = {}
    for likeness, other in sorted(near, key=lambda each: (each[0], -each[1])):
        kept.setdefault(past[other - before].item.key, (likeness, other))
    return list(kept.values())[:MOST_EARLIER]


def _printed(lessons: Sequence[PastLesson]) -> Iterator[_Past]:
    """What can be linked: a headline that several issues had, under other addresses, is that of
    a column or of an advertisement."""
    every = [
        _Past(lesson, item)
        for lesson in lessons
        for item in lesson.items
        if item.fate != "cut" and item.url and item.title
    ]
    pages: dict[str, set[str]] = {}
    for each in every:
        pages.setdefault(fold(each.item.title), set()).add(each.item.key)
    return (each for each in every if len(pages[fold(each.item.title)]) == 1)


def _is_same(articles: Sequence[Article], item: PastItem) -> bool:
    page = page_name(item.url)
    return any(
        article_key(one) == item.key or (one.url and page_name(one.url) == page) for one in articles
    )


def _likeness(one: Gist, other: Gist, count: Mapping[str, int]) -> float:
    """How near a story is to an item that it follows, from 0 to 1; 0 where it follows none."""
    if one.title == other.title or _is_series(one, other):
        return 0.0
    # Who publishes it is weighed above: a follow-up comes mostly from where the first news did.
    if conflict(replace(one, outlets=frozenset()), replace(other, outlets=frozenset())):
        return 0.0
    shared = {
        term for term in one.weights.keys() & other.weights.keys() if _is_rare(term, count[term])
    }
    in_titles = shared & one.title & other.title
    # Of a name's parts, each says the same.
    parts = {right for left, right in one.joined & other.joined if left in shared}
    telling = shared - parts
    if len(telling) < _LEAST_SHARED or len(in_titles) < _LEAST_IN_TITLES:
        return 0.0
    if not any(_is_name(term, one, other) for term in in_titles):
        return 0.0
    likeness = kinship(one, other).likeness
    return likeness if likeness >= _LEAST_LIKENESS else 0.0


def _is_rare(term: str, count: int) -> bool:
    return count <= _MOST_HAVE and is_telling(term) and term not in GRAMMAR


def _is_name(term: str, one: Gist, other: Gist) -> bool:
    """Whether it is a name or a figure; without capitals any word may be a name."""
    return term[0] == "#" or term in one.names & other.names or not is_cased(term)


def _is_series(one: Gist, other: Gist) -> bool:
    """Whether two items of one publisher are numbers of a column, as far as can be told."""
    if not one.outlets & other.outlets or one.order[:_OPENING] != other.order[:_OPENING]:
        return False
    ours, theirs = one.title | one.body, other.title | other.body
    besides = (ours & theirs) - (one.title & other.title)
    shared = [term for term in besides if term in one.weights and term in other.weights]
    least = min(len(one.body), len(other.body))
    same = len(one.body & other.body)
    return len(shared) < _LEAST_BESIDES or same > least * _SAME_TEXT


def _dateless(article: Article) -> Article:
    return replace(article, published=None, first_seen=_DAY)


def _as_article(item: PastItem) -> Article:
    return Article(
        id=item.key,
        title=item.title,
        url=item.url,
        summary=item.summary,
        source=Link(name=item.source),
        authors=item.authors,
        language=item.language,
        input="",
        first_seen=_DAY,
    )


def _earlier(each: _Past, lead: Article, one: Gist, other: Gist, reader: Reader) -> Earlier:
    ends = each.lesson.ends
    words = reader.words(f"{reader.headline(lead)} {lead.summary} {lead.text[:1_000]}")
    terms = shared_terms(one, other, _MOST_WORDS)
    said = [next((word for term, word in words if term == wanted), "") for wanted in terms]
    told = ", ".join(f"“{word}”" for word in dict.fromkeys(said) if word)
    return Earlier(
        title=each.item.printed or each.item.title,
        url=each.item.url,
        slug=each.lesson.slug,
        # A window ends before the first moment of the next one.
        day=(ends - timedelta(microseconds=1)).date().isoformat() if ends else "",
        reason=f"shares {told}" if told else "",
    )
