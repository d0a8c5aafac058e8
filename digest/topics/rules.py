"""The editor's rules: which topic an article belongs to, and by which of them.

The order is fixed: the topic of its source, then hosts, then keywords, then the last section.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from digest.config import Settings
from digest.model import Article
from digest.topics.placement import Placement
from digest.urls import host_label

_TITLE_WEIGHT, _SUMMARY_WEIGHT, _TEXT_WEIGHT = 4, 2, 1
# What is read of an article: longer ones say what they are about before this.
_TITLE_LETTERS, _SUMMARY_LETTERS, _TEXT_LETTERS = 1_000, 10_000, 100_000
# Scripts that are written without blanks, and Hangul, whose particles stick to the word:
# there, a keyword is found anywhere.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_UNSPACED_LETTER = re.compile(f"[{_UNSPACED}]")
_WORD = re.compile(rf"[^\W{_UNSPACED}]+")
_ASCII_WORD = re.compile(r"[a-z0-9_]+")  # the same in folded ASCII, in half the time


class Rules:
    """The rules of one digest.toml, prepared once for many articles.

    An article's words are looked up in one index over all keywords, so that the cost does not
    grow with their number; only keywords whose longest word occurs are then matched exactly.
    """

    def __init__(self, settings: Settings) -> None:
        self._last_section = settings.newsletter.last_section
        self._topics = tuple(topic.name for topic in settings.topics)
        self._sources: dict[str, str] = {}
        for source in settings.sources:
            if source.topic:
                self._sources.setdefault(source.label, source.topic)
        self._hosts: dict[str, tuple[str, str]] = {}
        self._by_word: dict[str, list[_Keyword]] = {}
        self._anywhere: list[_Keyword] = []
        for number, topic in enumerate(settings.topics):
            for host in topic.hosts:
                self._hosts.setdefault(host_label(f"https://{host}"), (topic.name, host))
            for place, text in enumerate(dict.fromkeys(topic.keywords)):
                self._add(_Keyword(text, topic=number, place=place))

    def place(self, article: Article) -> Placement:
        """The topic of an article, by the first rule that has one."""
        if topic := self._sources.get(article.via):
            return Placement(topic=topic, rule="source", reason=f"source: {article.via}")
        return self._by_host(article) or self._by_keywords(article) or self._unplaced()

    def _add(self, keyword: _Keyword) -> None:
        if keyword.anywhere or not keyword.index_word:
            if keyword.folded:
                self._anywhere.append(keyword)
        else:
            self._by_word.setdefault(keyword.index_word, []).append(keyword)

    def _by_host(self, article: Article) -> Placement | None:
        if not self._hosts:
            return None
        host = host_label(article.url or article.source.url or "")
        while host:
            if found := self._hosts.get(host):
                return Placement(topic=found[0], rule="host", reason=f"host: {found[1]}")
            host = host.partition(".")[2]
        return None

    def _by_keywords(self, article: Article) -> Placement | None:
        if not self._by_word and not self._anywhere:
            return None
        fields = (
            (_TITLE_WEIGHT, fold(article.title[:_TITLE_LETTERS])),
            (_SUMMARY_WEIGHT, fold(article.summary[:_SUMMARY_LETTERS])),
            (_TEXT_WEIGHT, fold(article.text[:_TEXT_LETTERS])),
        )
        known = self._by_word.keys()
        words = {word for _, text in fields for word in known & _words_in(text)}
        candidates = [keyword for word in words for keyword in self._by_word[word]]
        found: dict[int, list[tuple[int, int, str]]] = {}
        for keyword in (*self._anywhere, *candidates):
            weight = next((weight for weight, text in fields if keyword.stands_in(text)), 0)
            if weight:
                found.setdefault(keyword.topic, []).append((-weight, keyword.place, keyword.text))
        if not found:
            return None
        best = min(found, key=lambda topic: (sum(hit[0] for hit in found[topic]), topic))
        said = ", ".join(text for _, _, text in sorted(found[best]))
        return Placement(topic=self._topics[best], rule="keywords", reason=f"keywords: {said}")

    def _unplaced(self) -> Placement:
        return Placement(topic=self._last_section, rule="none", reason="no rule matched")


class _Keyword:
    """One keyword or phrase of a topic, and how it is found in folded text."""

    def __init__(self, text: str, *, topic: int, place: int) -> None:
        self.text = " ".join(text.split())
        self.topic = topic
        self.place = place
        self.folded = fold(self.text)
        self.anywhere = bool(_UNSPACED_LETTER.search(self.folded))
        # Its longest word stands for it in the index: the rarest, as a rule.
        self.index_word = max(sorted(_words_in(self.folded)), key=len, default="")

    def stands_in(self, text: str) -> bool:
        """Whether folded text holds the keyword: as whole words, or anywhere in its script."""
        at = text.find(self.folded)
        while at >= 0 and not self.anywhere:
            after = at + len(self.folded)
            if not _goes_on(text[at - 1 : at]) and not _goes_on(text[after : after + 1]):
                return True
            at = text.find(self.folded, at + 1)
        return at >= 0


def _words_in(folded: str) -> set[str]:
    return set((_ASCII_WORD if folded.isascii() else _WORD).findall(folded))


def fold(text: str) -> str:
    """Text for comparing: case folded, NFC, single blanks, one form of apostrophe, the Turkish
    dot dropped."""
    if text.isascii():
        text = text.lower()
    else:
        text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
        text = text.replace("\u2019", "'").replace("i\u0307", "i")
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def _goes_on(letter: str) -> bool:
    """Whether a word goes on with this character; never across a script without blanks.

    For Python's ``\\w`` combining marks end a word: for Hindi, Tamil or pointed Arabic they
    stand in the middle of one, and so do joiners.
    """
    if not letter or _UNSPACED_LETTER.match(letter):
        return False
    joins = letter in "_\u200c\u200d" or unicodedata.category(letter)[0] == "M"
    return joins or letter.isalnum()
