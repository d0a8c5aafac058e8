"""The editor's rules: which topic an article belongs to, and by which of them.

The order is fixed. The explicit rules come first: the topic of its source; its host or path,
the longest host first and under one host the longest path; its authors and then its categories,
each in the order in which the article names them. Keywords come after those, and after what
past issues teach. Of two equal rules the one that stands first in digest.toml holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum
from typing import Literal, TypeVar
from urllib.parse import unquote

from digest.config import Settings, Topic
from digest.model import Article
from digest.topics.folding import fold
from digest.topics.keywords import Hit, KeywordIndex, Phrase
from digest.topics.placement import Placement
from digest.urls import host_label

__all__ = ["Kind", "Rule", "Rules", "fold"]

Kind = Literal["source", "host", "path", "author", "category", "keyword", "not"]

_Key = TypeVar("_Key")

# So many keywords are named in a reason; a long text may hold hundreds.
_MOST_NAMED = 8
# What is read of a path: no rule is longer, and an address may be.
_PATH_LETTERS = 2_000
_PATH = re.compile(r"https?://[^/?#]*(?P<path>[^?#]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of digest.toml, as its editor wrote it."""

    topic: str
    kind: Kind
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


class Rules:
    """The rules of one digest.toml, prepared once for many articles.

    ``listed`` has all of them in their order, ``repeated`` those that an equal one before them
    makes useless, each with that one.
    """

    def __init__(self, settings: Settings) -> None:
        self._last_section = settings.newsletter.last_section
        self._topics = tuple(topic.name for topic in settings.topics)
        self.listed: list[Rule] = []
        self.repeated: list[tuple[Rule, Rule]] = []
        self._sources: dict[str, Rule] = {}
        self._hosts: dict[str, Rule] = {}
        self._paths: dict[str, dict[tuple[str, ...], Rule]] = {}
        self._deepest = 0  # how many parts the longest of those paths has
        self._authors: dict[str, Rule] = {}
        self._categories: dict[str, Rule] = {}
        self._phrases: dict[Phrase, Rule] = {}
        for source in settings.sources:
            if source.topic:
                rule = Rule(topic=source.topic, kind="source", text=source.label)
                self._know(self._sources, source.label, rule)
        for number, topic in enumerate(settings.topics):
            self._read(topic, number)
        self._keywords = KeywordIndex(self._phrases, settings.newsletter.language)

    def place(self, article: Article) -> Placement:
        """The topic of an article by the rules alone; the last section where none has one."""
        return self.explicit(article) or self.by_keywords(article) or self._unplaced()

    def explicit(self, article: Article) -> Placement | None:
        """By source, host, path, author or category: what the editor has settled once for all."""
        for rule in self.explicit_rules(article):
            assert rule.kind != "not" and rule.kind != "keyword"
            return Placement(topic=rule.topic, rule=rule.kind, reason=str(rule))
        return None

    def by_keywords(self, article: Article) -> Placement | None:
        """By the keywords that weigh most together; the earlier topic where two weigh the same."""
        found = self._standing(self.hits(article))
        if not found:
            return None
        best = min(found, key=lambda topic: (-fsum(hit.weight for hit in found[topic]), topic))
        said = ", ".join(map(str, found[best][:_MOST_NAMED]))
        if len(found[best]) > _MOST_NAMED:
            said += f" and {len(found[best]) - _MOST_NAMED} more"
        return Placement(topic=self._topics[best], rule="keywords", reason=f"keywords: {said}")

    def explicit_rules(self, article: Article) -> Iterator[Rule]:
        """The explicit rules that know an article, the one that holds first."""
        if rule := self._sources.get(article.via):
            yield rule
        if self._hosts or self._paths:
            yield from self._by_address(article.url or article.source.url or "")
        for names, known in (
            (article.authors, self._authors),
            (article.categories, self._categories),
        ):
            if known:
                yield from (known[name] for name in map(fold, names) if name in known)

    def hits(self, article: Article) -> list[Hit]:
        """All keywords that stand in an article, also those that exclude their topic."""
        return self._keywords.find(article) if self._keywords else []

    def rule_of(self, hit: Hit) -> Rule:
        """The rule that a found keyword is."""
        return self._phrases[hit.phrase]

    def strengths(self, article: Article) -> dict[str, float]:
        """What the keywords of each topic that has any in an article weigh together."""
        found = self._standing(self.hits(article))
        return {
            self._topics[topic]: fsum(hit.weight for hit in hits) for topic, hits in found.items()
        }

    def _read(self, topic: Topic, number: int) -> None:
        for host in topic.hosts:
            rule = Rule(topic=topic.name, kind="host", text=host)
            self._know(self._hosts, host_label(f"https://{host}"), rule)
        for text in topic.paths:
            host, _, path = text.partition("/")
            known = self._paths.setdefault(host_label(f"https://{host}"), {})
            segments = _segments(path)
            self._deepest = max(self._deepest, len(segments))
            self._know(known, segments, Rule(topic=topic.name, kind="path", text=text))
        for name in topic.authors:
            self._know(self._authors, fold(name), Rule(topic=topic.name, kind="author", text=name))
        for name in topic.categories:
            self._know(
                self._categories, fold(name), Rule(topic=topic.name, kind="category", text=name)
            )
        for keywords, excludes in ((topic.keywords, False), (topic.not_, True)):
            for place, keyword in enumerate(dict.fromkeys(keywords)):
                phrase = Phrase(keyword, topic=number, place=place, excludes=excludes)
                kind: Kind = "not" if excludes else "keyword"
                self._phrases[phrase] = Rule(topic=topic.name, kind=kind, text=phrase.written)
                self.listed.append(self._phrases[phrase])

    def _know(self, known: dict[_Key, Rule], key: _Key, rule: Rule) -> None:
        self.listed.append(rule)
        if (first := known.setdefault(key, rule)) is not rule:
            self.repeated.append((rule, first))

    def _by_address(self, url: str) -> Iterator[Rule]:
        host = host_label(url)
        path = _PATH.match(url)
        segments = _segments(path["path"]) if path and self._paths else ()
        while host:
            if known := self._paths.get(host):
                for length in range(min(len(segments), self._deepest), 0, -1):
                    if rule := known.get(segments[:length]):
                        yield rule
            if rule := self._hosts.get(host):
                yield rule
            host = host.partition(".")[2]

    def _standing(self, hits: list[Hit]) -> dict[int, list[Hit]]:
        """The hits by topic, without topics that a word of their ``not`` excludes."""
        excluded = {hit.phrase.topic for hit in hits if hit.phrase.excludes}
        found: dict[int, list[Hit]] = {}
        for hit in hits:
            if hit.phrase.topic not in excluded:
                found.setdefault(hit.phrase.topic, []).append(hit)
        return found

    def _unplaced(self) -> Placement:
        return Placement(topic=self._last_section, rule="none", reason="no rule matched")


def _segments(path: str) -> tuple[str, ...]:
    """The parts of a path for comparing: without escapes and case."""
    return tuple(part for part in fold(unquote(path[:_PATH_LETTERS])).split("/") if part)
