"""What rules would catch of many articles: hosts, paths, authors, categories, keywords.

Whatever is found is a set of numbers of items, from 0. An item is one article or more, such as a
story; a rule catches it where it catches one of them, as compose does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import unquote

from digest.model import Article
from digest.topics.folding import fold
from digest.topics.keywords import KeywordIndex, Phrase
from digest.urls import host_label

Caught = dict[str, set[int]]

_ADDRESS = re.compile(r"https?://[^/?#]*(?P<path>[^?#]*)", re.IGNORECASE)
# As digest.config.placing takes them.
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_SEGMENT = re.compile(r"(?=.*[^\W\d])[^\s?#/]+")
# A part of a site is told by so many parts of its path; what follows names pages.
_DEEPEST = 2
_NAME_LETTERS = 60
# A longer title is none that a word could be learned from; keywords are looked for in it all the
# same.
_PATH_LETTERS = 2_000


class Pool:
    """Items to be caught; ``language`` is that of articles that state none."""

    def __init__(self, items: Sequence[Sequence[Article]], language: str) -> None:
        self.items = items
        self._language = language
        self._exact: dict[str, set[int]] = {}
        for number, item in enumerate(items):
            for article in item:
                host = host_label(_address(article))
                self._exact.setdefault(host, set()).add(number)

    def hosts(self) -> Caught:
        """Each host that articles have, with its subdomains."""
        found: Caught = {
            host: set() for host in self._exact if _HOST.fullmatch(host) and not host[-1].isdigit()
        }
        for host, numbers in self._exact.items():
            rest = host
            while rest:
                if rest in found:
                    found[rest] |= numbers
                rest = rest.partition(".")[2]
        return found

    def paths(self) -> Caught:
        """Each part of a site, by the first parts of its path."""
        found: Caught = {}
        for number, item in enumerate(self.items):
            for article in item:
                for place in _places(_address(article)):
                    found.setdefault(place, set()).add(number)
        return found

    def authors(self) -> Caught:
        """Each author, as written most often."""
        return self._named(lambda article: article.authors)

    def categories(self) -> Caught:
        """Each category of feeds, as written most often."""
        return self._named(lambda article: article.categories)

    def keywords(self, words: Iterable[str]) -> Caught:
        """Each of these keywords, in all forms that count."""
        phrases = {
            Phrase(word, topic=0, place=place): word
            for place, word in enumerate(dict.fromkeys(words))
        }
        index = KeywordIndex(phrases, self._language)
        found: Caught = {word: set() for word in phrases.values()}
        for number, item in enumerate(self.items):
            for article in item:
                for hit in index.find(article):
                    found[phrases[hit.phrase]].add(number)
        return found

    def _named(self, names: Callable[[Article], Sequence[str]]) -> Caught:
        numbers: dict[str, set[int]] = {}
        spelled: dict[str, Counter[str]] = {}
        for number, item in enumerate(self.items):
            for article in item:
                for name in names(article):
                    written = " ".join(name.split())
                    if written and len(written) <= _NAME_LETTERS and written.isprintable():
                        numbers.setdefault(fold(written), set()).add(number)
                        spelled.setdefault(fold(written), Counter())[written] += 1
        return {
            min(spelled[key].items(), key=lambda entry: (-entry[1], entry[0]))[0]: caught
            for key, caught in numbers.items()
        }


def _address(article: Article) -> str:
    return article.url or article.source.url or ""


def _places(url: str) -> Iterator[str]:
    """The parts of a site that an address lies in: without numbers, which name years and pages,
    and not the page itself."""
    host, found = host_label(url), _ADDRESS.match(url)
    if found is None or not _HOST.fullmatch(host):
        return
    segments = [part for part in fold(unquote(found["path"][:_PATH_LETTERS])).split("/") if part]
    place = host
    for segment in segments[:-1][:_DEEPEST]:
        if not _SEGMENT.fullmatch(segment) or len(segment) > _NAME_LETTERS:
            return
        place += f"/{segment}"
        yield place
