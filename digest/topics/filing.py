"""Rules that an editor's own filing bears out: hosts, paths, authors and words of past items.

A rule is proposed when nine of ten of the items that it would catch stand in one section, more
than chance would put there, and when the editor filed three or more of them there by hand that
no rule of that section catches: what digest itself had put there says nothing. Of several that
catch the same, the one that catches most is taken, and the others only for what is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, exp, fsum, lgamma, log

from digest.config import Settings
from digest.model.lesson import PastItem, PastLesson
from digest.topics.audit import as_article
from digest.topics.folding import fold, words_of
from digest.topics.pool import Caught, Pool
from digest.topics.rules import Kind, Rule, Rules
from digest.topics.suggestions import Suggestion, TopicSuggestion, example_of, weigh
from digest.topics.telling import telling_words

# Older issues are another editor's, or another time's; what was not met of late need not come.
_MOST_ISSUES, _LATELY = 100, 20
_LEAST_RIGHT = 0.9
# So many by hand, and of a large section so large a share of it: none for a handful in a thousand.
_LEAST_BY_HAND, _LEAST_SHARE = 3, 0.01
_LEAST_ISSUES: dict[Kind, int] = {"host": 2, "path": 2, "author": 2, "keyword": 3}
# How often chance may do it: a host has one section as a rule; of thousands of words one always
# has, so that for words it is the chance of any of them.
_CHANCE = 0.05
# Which of the rules that know an article comes first.
_BEFORE: dict[Kind, int] = {
    "source": 0,
    "path": 1,
    "host": 1,
    "author": 2,
    "category": 3,
    "keyword": 4,
}


@dataclass(slots=True, kw_only=True)
class _Candidate:
    rule: Rule
    caught: set[int]
    right: set[int]
    instead_of: str
    gain: set[int]
    """Items that the editor filed by hand, that are right, and that no rule catches so far."""


class Filing:
    """What an editor filed where; ``name`` gives the section that a heading is now, "" for one
    that there are no rules for: the last section, Hold, and those of earlier days."""

    def __init__(
        self,
        lessons: Sequence[PastLesson],
        settings: Settings,
        name: Callable[[str], str],
        order: Sequence[str],
    ) -> None:
        """``order`` has the sections as readers meet them."""
        kept = lessons[-_MOST_ISSUES:]
        told = [
            (number, item)
            for number, lesson in enumerate(kept)
            for item in lesson.items
            if item.fate != "cut"
        ]
        self._settings = settings
        self._order = {section: place for place, section in enumerate(order)}
        self._rules = Rules(settings)
        self._issue = [number for number, _ in told]
        self.items: list[PastItem] = [item for _, item in told]
        self._section = [name(item.heading) for item in self.items]
        self._articles = [as_article(item) for item in self.items]
        self._by_hand = {at for at, item in enumerate(self.items) if item.fate != "untouched"}
        self._late = {at for at, number in enumerate(self._issue) if number >= len(kept) - _LATELY}
        # What digest left in the last section, for it knew nothing, and the editor let stand,
        # contradicts nothing.
        last = words_of(settings.newsletter.last_section)
        self._left = {
            at
            for at, item in enumerate(self.items)
            if at not in self._by_hand and words_of(item.heading) == last
        }
        self._sizes = Counter(section for section in self._section if section)

    @property
    def by_hand(self) -> int:
        """How many items the editor filed by hand under a section of his."""
        return sum(bool(self._section[at]) for at in self._by_hand)

    def suggest(self) -> list[TopicSuggestion]:
        """The rules by topic, those that catch most first."""
        found: dict[str, list[Suggestion]] = {}
        for chosen in self._choose(self._candidates()):
            found.setdefault(chosen.rule.topic, []).append(self._told(chosen))
        listed = {topic.name for topic in self._settings.topics}
        return [
            TopicSuggestion(topic=topic, is_new=topic not in listed, rules=tuple(found[topic]))
            for topic in sorted(found, key=self._order.__getitem__)
        ]

    def _told(self, chosen: _Candidate) -> Suggestion:
        # The newest first: what the editor remembers.
        caught = sorted(chosen.caught, key=lambda at: (-self._issue[at], at))
        return Suggestion(
            rule=chosen.rule,
            evidence=weigh(
                [
                    (example_of(self.items[at], self._standing(at)), right)
                    for at in caught
                    for right in (at in chosen.right,)
                ]
            ),
            basis="past",
            instead_of=chosen.instead_of,
        )

    def _standing(self, at: int) -> str:
        """Where an item stands, "" for one that belongs nowhere yet."""
        return "" if at in self._left else self._section[at] or self.items[at].heading

    def _candidates(self) -> Iterator[_Candidate]:
        pool = Pool([(article,) for article in self._articles], self._settings.newsletter.language)
        words = telling_words(
            pool.items,
            self._section,
            language=self._settings.newsletter.language,
            least=_LEAST_BY_HAND,
        )
        open_to, first = self._covered()
        topics: dict[tuple[Kind, str], list[str]] = {}
        for rule in self._rules.listed:
            topics.setdefault((rule.kind, _key(rule)), []).append(rule.topic)
        by_kind: dict[Kind, Caught] = {
            "host": pool.hosts(),
            "path": pool.paths(),
            "author": pool.authors(),
            "keyword": pool.keywords(words),
        }
        for kind, caught_by in by_kind.items():
            tried = len(caught_by) if kind == "keyword" else 1
            for text, caught in caught_by.items():
                filed = Counter(
                    self._section[at] for at in caught & self._by_hand if self._section[at]
                )
                if not filed:
                    continue
                topic = min(filed.items(), key=lambda entry: (-entry[1], entry[0]))[0]
                rule = Rule(topic=topic, kind=kind, text=text)
                having = topics.get((kind, _key(rule)), [])
                excluded = topics.get(("not", _key(rule)), [])
                if topic in having or (kind == "keyword" and topic in excluded):
                    continue
                right = {at for at in caught if self._section[at] == topic}
                if not self._holds(kind, topic, caught, right, tried):
                    continue
                instead_of = having[0] if having and kind != "keyword" else ""
                gain = {
                    at
                    for at in right & self._by_hand & open_to
                    if instead_of or _beats(rule, first.get(at))
                }
                yield _Candidate(
                    rule=rule, caught=caught, right=right, instead_of=instead_of, gain=gain
                )

    def _holds(self, kind: Kind, topic: str, caught: set[int], right: set[int], tried: int) -> bool:
        """Whether past items bear a rule out."""
        told = caught - self._left
        if len(right) < len(told) * _LEAST_RIGHT or not right & self._late:
            return False
        if len({self._issue[at] for at in right}) < _LEAST_ISSUES[kind]:
            return False
        share = self._sizes[topic] / len(self.items)
        return tail(len(right), len(told), share) * tried < _CHANCE

    def _covered(self) -> tuple[set[int], dict[int, Rule]]:
        """The items that no rule of their section catches, and by which explicit rule each item
        is placed."""
        left, first = set(), {}
        for at, article in enumerate(self._articles):
            explicit = list(self._rules.explicit_rules(article))
            if explicit:
                first[at] = explicit[0]
            words = [self._rules.rule_of(hit) for hit in self._rules.hits(article)]
            matched = [*explicit, *(rule for rule in words if rule.kind != "not")]
            if all(rule.topic != self._section[at] for rule in matched):
                left.add(at)
        return left, first

    def _choose(self, candidates: Iterator[_Candidate]) -> list[_Candidate]:
        """Those that catch most, one after the other, as long as they catch enough that none
        before has caught."""
        order = tuple(_LEAST_ISSUES)
        waiting = [one for one in candidates if self._is_enough(one)]
        chosen = []
        while waiting:
            best = min(
                waiting,
                key=lambda one: (
                    -len(one.gain),
                    order.index(one.rule.kind),
                    -len(one.right),
                    # Of parts of a site the widest, of words the longest: the most telling.
                    len(one.rule.text) * (-1 if one.rule.kind == "keyword" else 1),
                    one.rule.text,
                ),
            )
            chosen.append(best)
            for one in waiting:
                if one is not best and one.rule.topic == best.rule.topic:
                    one.gain -= best.caught
            waiting = [one for one in waiting if one is not best and self._is_enough(one)]
        return chosen

    def _is_enough(self, candidate: _Candidate) -> bool:
        least = max(_LEAST_BY_HAND, ceil(self._sizes[candidate.rule.topic] * _LEAST_SHARE))
        return len(candidate.gain) >= least


def tail(right: int, tried: int, share: float) -> float:
    """How often chance would do at least as well: so many right of those tried, where each is
    with a probability of ``share``."""
    if share >= 1:
        return 1.0
    return fsum(
        exp(
            lgamma(tried + 1)
            - lgamma(many + 1)
            - lgamma(tried - many + 1)
            + many * log(share)
            + (tried - many) * log(1 - share)
        )
        for many in range(right, tried + 1)
    )


def _key(rule: Rule) -> str:
    """What makes two rules of a kind the same one."""
    return fold(rule.text.removeprefix("=").strip().strip("/"))


def _beats(rule: Rule, first: Rule | None) -> bool:
    """Whether a rule places an article that another explicit one places now."""
    if first is None or _BEFORE[rule.kind] < _BEFORE[first.kind]:
        return True
    # Of hosts and paths the longest holds.
    same = _BEFORE[rule.kind] == _BEFORE[first.kind] == _BEFORE["host"]
    host, first_host = (one.text.partition("/")[0] for one in (rule, first))
    return same and (len(host), len(rule.text)) > (len(first_host), len(first.text))
