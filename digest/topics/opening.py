"""Topics for a newsletter that has few or none: the sections that digest proposes for what was
gathered, with the rules that would bring the articles there.

What is counted are stories, so that a report that many print counts once. Which section a story
belongs to is what the editor filed by hand, else what is proposed without rules
(:mod:`digest.topics.proposals`); no group of stories is a topic by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from digest.config import Settings, Topic
from digest.model import Article
from digest.topics.folding import fold, words_of
from digest.topics.pool import Caught, Pool
from digest.topics.proposals import is_housekeeping, propose
from digest.topics.rank import section_order
from digest.topics.rules import Kind, Rule, Rules
from digest.topics.stems import stems_of
from digest.topics.stories import Group, find_stories
from digest.topics.suggestions import (
    Evidence,
    Suggestion,
    TopicSuggestion,
    example_of,
    weigh,
)
from digest.topics.taxonomy import Taxonomy
from digest.topics.telling import telling_words

# As many as a reader scans, beside the last section.
_MOST_TOPICS = 8
_LEAST_STORIES = 2
# A keyword is one that is right in three of four, of stories that belong somewhere.
_LEAST_RIGHT = 0.75
# Words that were not met yet are those of languages that so many of its stories are in.
_SHARE_OF_LANGUAGE = 0.2
# A host has nothing else, and most of what it has is known to belong there.
_LEAST_OF_HOST, _SHARE_OF_HOST = 4, 0.6
_LEAST_TELLING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What was proposed, and of how many stories."""

    topics: tuple[TopicSuggestion, ...]
    stories: int


def open_topics(
    articles: Sequence[Article], settings: Settings, filed: Callable[[Article], str]
) -> Opening:
    """Topics with rules for these articles; also further rules for topics that have the name of
    a proposed section. ``filed`` is the section where the editor put an article by hand, "" for
    none. The order of articles changes nothing."""
    groups = find_stories(articles, settings.stories)
    work = _Opening(groups, settings, filed)
    return Opening(topics=tuple(work.suggest()), stories=len(groups))


class _Opening:
    def __init__(
        self, groups: Sequence[Group], settings: Settings, filed: Callable[[Article], str]
    ) -> None:
        self._settings = settings
        self._language = settings.newsletter.language
        self._taxonomy = Taxonomy(self._language)
        self._items = [group.articles for group in groups]
        self._pool = Pool(self._items, self._language)
        self._hosts, self._categories = self._pool.hosts(), self._pool.categories()
        proposal = propose(self._items, settings)
        self._sections = proposal.sections
        self._belongs = [
            next(filter(None, map(filed, item)), "") or (placed.topic if placed else "")
            for item, placed in zip(self._items, proposal.placements, strict=True)
        ]
        self._listed = [topic.name for topic in settings.topics]
        self._known = {
            words_of(name): name
            for name in section_order(settings)
            if name in self._listed or name != settings.newsletter.last_section
        }
        self._rules = Rules(settings)
        self._placed = [_place(item, self._rules) for item in self._items]

    def suggest(self) -> Iterator[TopicSuggestion]:
        room = _MOST_TOPICS - len(self._known)
        new = []
        for section in self._sections:
            rules = tuple(self._rules_of(section))
            topic = self._known.get(words_of(section))
            if topic is not None:
                yield self._extended(topic, rules)
            elif self._new_in(section) >= _LEAST_STORIES:
                new.append(TopicSuggestion(topic=section, is_new=True, rules=rules))
        new = new[: max(room, 0)]
        together = Rules(
            replace(
                self._settings,
                topics=(*self._settings.topics, *(_as_topic(one) for one in new)),
            )
        )
        placed = [_place(item, together) for item in self._items]
        for one in new:
            yield replace(one, evidence=self._evidence(one.topic, placed))

    def _extended(self, topic: str, rules: Sequence[Suggestion]) -> TopicSuggestion:
        """More rules for a topic that there is: those that it has not, nor excludes, and that
        catch something. All other words of its subject may be none of its editor's."""
        own = {
            (rule.kind, fold(rule.text)): rule for rule in self._rules.listed if rule.topic == topic
        }
        return TopicSuggestion(
            topic=topic,
            is_new=topic not in self._listed,
            rules=tuple(
                replace(one, rule=replace(one.rule, topic=topic))
                for one in rules
                if one.evidence.caught
                and (one.rule.kind, fold(one.rule.text)) not in own
                and ("not", fold(one.rule.text)) not in own
            ),
        )

    def _new_in(self, section: str) -> int:
        """How many stories of a section no rule places yet."""
        return sum(
            belongs == section and not placed
            for belongs, placed in zip(self._belongs, self._placed, strict=True)
        )

    def _evidence(self, topic: str, placed: Sequence[str]) -> Evidence:
        return self._weigh(topic, [at for at, name in enumerate(placed) if name == topic])

    def _weigh(self, section: str, caught: Sequence[int]) -> Evidence:
        return weigh(
            [
                (example_of(self._items[at][0], self._belongs[at]), self._belongs[at] == section)
                for at in sorted(caught)
            ]
        )

    def _rules_of(self, section: str) -> Iterator[Suggestion]:
        """The rules that would bring a section its stories: hosts, categories, then words, the
        best first, and last those of its subject that wait for their story: next week's are
        not this week's."""
        own = {at for at, name in enumerate(self._belongs) if name == section}
        for host, caught in sorted(self._hosts.items()):
            if len(caught & own) >= max(_LEAST_OF_HOST, len(caught) * _SHARE_OF_HOST) and not (
                self._elsewhere(section, caught)
            ):
                yield self._suggestion(section, "host", host, caught)
        names = self._categories
        for name in sorted(names, key=lambda name: (-len(names[name] & own), name)):
            if self._names(section, name) and self._is_right(section, names[name]):
                yield self._suggestion(section, "category", name, names[name])
        languages = Counter(article.language for at in own for article in self._items[at])
        words = self._taxonomy.keywords(section, languages) or self._words_of(section, own)
        found = self._pool.keywords(words)
        right = [word for word in found if self._is_right(section, found[word])]
        right.sort(
            key=lambda word: (
                -len(found[word] & own),
                self._elsewhere(section, found[word]),
                words.index(word),
            )
        )
        common = [
            tag for tag, number in languages.items() if number >= len(own) * _SHARE_OF_LANGUAGE
        ]
        waiting = [word for word in self._taxonomy.keywords(section, common) if not found[word]]
        for word in self._without_forms([*right, *waiting]):
            yield self._suggestion(section, "keyword", word, found[word])

    def _words_of(self, section: str, own: set[int]) -> list[str]:
        """Words for a section that feeds name and no subject of ours is: its name, and words that
        stand in several of its stories and in no others."""
        caught = self._telling
        return [section, *(word for word in caught if caught[word] and caught[word] <= own)]

    @cached_property
    def _telling(self) -> Caught:
        words = telling_words(
            self._items, self._belongs, language=self._language, least=_LEAST_TELLING
        )
        return self._pool.keywords(words)

    def _without_forms(self, words: Sequence[str]) -> list[str]:
        """The words without those that an earlier one finds as its forms, in the languages of
        the articles."""
        languages = {article.language or self._language for item in self._items for article in item}
        known = list(filter(None, map(stems_of, sorted({tag[:2].lower() for tag in languages}))))
        kept: dict[str, str] = {}
        for word in words:
            folded = fold(word.removeprefix("="))
            names = {folded, *(f"{at} {stem.of(folded)}" for at, stem in enumerate(known))}
            if names.isdisjoint(kept):
                kept.update(dict.fromkeys(names, word))
        return list(dict.fromkeys(kept.values()))

    def _names(self, section: str, category: str) -> bool:
        """Whether a feed's category is a name of a section."""
        if is_housekeeping(category):
            return False
        subject = self._taxonomy.named(category, self._language)
        heading = self._taxonomy.heading(subject) if subject else category
        return words_of(heading) == words_of(section)

    def _is_right(self, section: str, caught: set[int]) -> bool:
        right = sum(self._belongs[at] == section for at in caught)
        return right >= 1 and right >= _LEAST_RIGHT * (right + self._elsewhere(section, caught))

    def _elsewhere(self, section: str, caught: set[int]) -> int:
        return sum(self._belongs[at] not in ("", section) for at in caught)

    def _suggestion(self, section: str, kind: Kind, text: str, caught: set[int]) -> Suggestion:
        return Suggestion(
            rule=Rule(topic=section, kind=kind, text=text),
            evidence=self._weigh(section, sorted(caught)),
            basis="articles",
        )


def _place(item: Sequence[Article], rules: Rules) -> str:
    """The topic that rules give a story, by the first article that one knows; "" for none."""
    placements = map(rules.place, item)
    return next((one.topic for one in placements if one.rule != "none"), "")


def _as_topic(suggested: TopicSuggestion) -> Topic:
    def texts(kind: Kind) -> tuple[str, ...]:
        return tuple(one.rule.text for one in suggested.rules if one.rule.kind == kind)

    return Topic(
        name=suggested.topic,
        hosts=texts("host"),
        categories=texts("category"),
        keywords=texts("keyword"),
    )
