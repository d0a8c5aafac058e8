"""Sections for a newsletter that has neither rules nor sections of its own yet.

They come from what feeds call their articles and from words that tell common subjects: never
more of them than a reader can scan, none of an item or two among many, and none that holds
nearly everything, which would tell readers nothing. What is in none stays in the last section.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from digest.config import Settings
from digest.model import Article
from digest.topics.folding import words_of
from digest.topics.placement import Placement
from digest.topics.stories import Group
from digest.topics.taxonomy import ORDER, Taxonomy

# Eight and the last section: as many as a reader scans.
_MOST_SECTIONS = 8
# Fewer items fit under one heading; of more, each section stands for so many at least.
_LEAST_ITEMS, _ITEMS_A_SECTION = 6, 4
# A section has so many items: of a long issue, three.
_LEAST_IN_SECTION, _LONG_ISSUE = 2, 30
# A section of a larger share than this is the newsletter's subject, and no section of it.
_MOST_SHARE = 0.75
# A category that a source gives to more than this share of its articles is the source's own name.
_MOST_OF_SOURCE = 0.6
_LEAST_WITH_CATEGORY = 3
_CATEGORY = re.compile(r"(?=.*[^\W\d_])\w[^\n]{0,39}")
_MOST_WORDS = 4
_MOST_SAID = 5
_NO_TOPICS = "no topics yet"

_HOUSEKEEPING = frozenset(
    map(
        words_of,
        (
            *("News", "Uncategorized", "Uncategorised", "Blog", "Blogs", "All", "General", "Home"),
            *("Homepage", "Featured", "Latest", "Latest news", "Top stories", "Breaking news"),
            *("Updates", "Articles", "Article", "Posts", "Post", "Misc", "Miscellaneous", "Other"),
            *("Main", "Front page", "Headlines", "Stories", "Archive", "Newsletter", "Video"),
            *("Videos", "Podcast", "Podcasts", "Photos", "Press releases", "Announcements"),
            *(
                "Nachrichten",
                "Aktuelles",
                "Aktuell",
                "Allgemein",
                "Alle",
                "Startseite",
                "Meldungen",
            ),
            *(
                "Nicht kategorisiert",
                "Unkategorisiert",
                "Actualités",
                "Actualité",
                "Actu",
                "À la une",
            ),
            *("Non classé", "Général", "Accueil", "Divers", "Noticias", "Actualidad", "Portada"),
            *("Sin categoría", "Todo", "Notizie", "Attualità", "Senza categoria", "Varie"),
            *(
                "Nieuws",
                "Algemeen",
                "Geen categorie",
                "Notícias",
                "Sem categoria",
                "Geral",
                "Últimas",
            ),
            *("Destaques", "Aktualności", "Wiadomości", "Bez kategorii", "Новости", "Главное"),
            *("Без рубрики", "Разное", "Все", "ニュース", "未分類", "一般", "お知らせ", "新着"),
            *("뉴스", "미분류", "일반", "전체", "新闻", "新聞", "未分类", "未分類", "首页", "要闻"),
            *("أخبار", "غير مصنف", "عام", "الرئيسية", "חדשות", "כללי", "ללא קטגוריה", "ראשי"),
        ),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The sections in their order, and where each of the items goes; None: into the last."""

    sections: tuple[str, ...]
    placements: tuple[Placement | None, ...]


@dataclass(frozen=True, slots=True)
class _Leaning:
    """A section that an item could go into, by its words where it is no subject, and why."""

    section: str
    reason: str


def fill(
    placed: Sequence[tuple[Group, Placement]], settings: Settings, own: Sequence[str]
) -> tuple[list[tuple[Group, Placement]], tuple[str, ...]]:
    """What no rule has placed, placed under proposed sections where that may be; and all sections
    in their order, those of the editor's ``own`` included."""
    if not may_propose(settings, own):
        return list(placed), tuple(own)
    unplaced = [group.articles for group, placement in placed if placement.rule == "none"]
    proposal = propose(unplaced, settings)
    proposed = iter(proposal.placements)
    filled = [
        (group, (next(proposed) or placement) if placement.rule == "none" else placement)
        for group, placement in placed
    ]
    return filled, (*proposal.sections, *own)


def may_propose(settings: Settings, own: Iterable[str]) -> bool:
    """Whether sections are to be proposed: not where digest.toml has rules, nor where the editor
    has sections of ``own`` that are no subjects."""
    if not settings.learning.propose_sections or settings.topics:
        return False
    if any(source.topic for source in settings.sources):
        return False
    return are_subjects(own, settings)


def are_subjects(sections: Iterable[str], settings: Settings) -> bool:
    """Whether sections have the names of common subjects, as digest would call them."""
    subjects = set(map(words_of, Taxonomy(settings.newsletter.language).headings))
    return all(words_of(name) in subjects for name in sections)


def is_housekeeping(category: str) -> bool:
    """Whether a feed's category says nothing of a subject: ``News``, ``Uncategorized``."""
    return words_of(category) in _HOUSEKEEPING


def propose(items: Sequence[Sequence[Article]], settings: Settings) -> Proposal:
    """Sections for items, each of one article or more; the first counts most.

    Neither the order of items nor that of the process changes what is proposed.
    """
    proposer = _Proposer(items, settings)
    leanings = [proposer.leanings(item) for item in items]
    kept = _choose(Counter(each[0].section for each in leanings if each), len(items))
    order = {subject: place for place, subject in enumerate(ORDER)}
    sections = sorted(kept, key=lambda one: (order.get(one, len(order)), proposer.heading(one)))
    return Proposal(
        sections=tuple(map(proposer.heading, sections)),
        placements=tuple(
            next(
                (
                    Placement(
                        topic=proposer.heading(leaning.section),
                        rule="proposed",
                        reason=f"{_NO_TOPICS}: {leaning.reason}",
                    )
                    for leaning in each
                    if leaning.section in kept
                ),
                None,
            )
            for each in leanings
        ),
    )


def leanings(article: Article, settings: Settings) -> list[tuple[str, str]]:
    """The subjects of one article, the likeliest first: the section of each, and the reason."""
    proposer = _Proposer([(article,)], settings)
    return [
        (proposer.heading(one.section), f"{_NO_TOPICS}: {one.reason}")
        for one in proposer.leanings((article,))
    ]


class _Proposer:
    def __init__(self, items: Sequence[Sequence[Article]], settings: Settings) -> None:
        self._taxonomy = Taxonomy(settings.newsletter.language)
        self._last = words_of(settings.newsletter.last_section)
        articles = [article for item in items for article in item]
        self._categories = _telling(articles)
        spellings: dict[str, Counter[str]] = {}
        for article in articles:
            for name in article.categories:
                if (words := words_of(name)) in self._categories:
                    spellings.setdefault(words, Counter())[" ".join(name.split())] += 1
        self._spelling = {
            words: min(found, key=lambda name: (-found[name], name))
            for words, found in spellings.items()
        }

    def heading(self, section: str) -> str:
        """What a section is called."""
        return self._spelling.get(section) or self._taxonomy.heading(section)

    def leanings(self, item: Sequence[Article]) -> list[_Leaning]:
        """The sections that an item could go into, the likeliest first."""
        found: dict[str, _Leaning] = {}
        for article in item:
            for leaning in (*self._by_category(article), *self._by_words(article)):
                if words_of(self.heading(leaning.section)) != self._last:
                    found.setdefault(leaning.section, leaning)
        return list(found.values())

    def _by_category(self, article: Article) -> Iterator[_Leaning]:
        for name in article.categories:
            words = words_of(name)
            said = f"category “{' '.join(name.split())}” of the feed"
            if words in _HOUSEKEEPING:
                continue
            if subject := self._taxonomy.named(name, article.language):
                yield _Leaning(subject, said)
            elif words in self._categories:
                yield _Leaning(words, said)

    def _by_words(self, article: Article) -> Iterator[_Leaning]:
        for found in self._taxonomy.find(article):
            said = ", ".join(found.words[:_MOST_SAID])
            yield _Leaning(found.subject, f"subject words {said}")


def _telling(articles: Sequence[Article]) -> frozenset[str]:
    """The categories, by their words, that part articles into kinds: enough articles have them,
    and no source gives them to nearly all of its own."""
    of_source: Counter[str] = Counter(map(_source, articles))
    with_it: dict[str, Counter[str]] = {}
    for article in articles:
        for words in {words_of(name) for name in article.categories if _is_name(name)}:
            with_it.setdefault(words, Counter())[_source(article)] += 1
    return frozenset(
        words
        for words, sources in with_it.items()
        if sources.total() >= _LEAST_WITH_CATEGORY
        and words not in _HOUSEKEEPING
        and words not in ORDER
        and all(count <= of_source[name] * _MOST_OF_SOURCE for name, count in sources.items())
    )


def _is_name(category: str) -> bool:
    name = " ".join(category.split())
    return bool(_CATEGORY.fullmatch(name)) and name.count(" ") < _MOST_WORDS


def _source(article: Article) -> str:
    return article.via or article.source.name


def _choose(counts: Counter[str], items: int) -> frozenset[str]:
    """The sections that an issue of so many items has."""
    if items < _LEAST_ITEMS:
        return frozenset()
    least = _LEAST_IN_SECTION + (items >= _LONG_ISSUE)
    fitting = [
        section for section, count in counts.items() if least <= count <= items * _MOST_SHARE
    ]
    fitting.sort(key=lambda section: (-counts[section], section))
    return frozenset(fitting[: min(items // _ITEMS_A_SECTION, _MOST_SECTIONS)])
