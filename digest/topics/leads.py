"""Which article of a story stands for it: the original, the fuller, the earlier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from digest.model import Article, article_key
from digest.names import page_name
from digest.topics.folding import fold
from digest.topics.gist import day_of, outlet

# Texts are as full as each other where they differ by less than this many words.
_WORDS_A_STEP = 50
_NAME_AT_END = (" - ", " – ", " — ", " | ", " · ")


class LeadOrder:
    """The order of the articles of one story, its lead first."""

    def __init__(self, articles: Iterable[Article], prefer: Sequence[str] = ()) -> None:
        """``prefer`` are hosts, the dearest first; a host stands for those under it too."""
        self._prefer = tuple(host.removeprefix("www.").casefold() for host in prefer)
        members = list(articles)
        self._names = {fold(article.source.name) for article in members} - {""}

    def sort(self, articles: Iterable[Article]) -> list[Article]:
        return sorted(articles, key=self.place)

    def place(self, article: Article) -> tuple[object, ...]:
        """A page before none, preferred hosts, originals before copies, the fuller, the earlier,
        a page's plain address, then an order that nothing changes."""
        published = article.published
        stated = published.value if published else None
        seconds = stated.timestamp() if isinstance(stated, datetime) else float("-inf")
        return (
            article.url is None,
            self._rank(article),
            self._is_copy(article),
            -len(article.summary),
            -(len(article.text.split()) // _WORDS_A_STEP),
            day_of(article),
            seconds,
            _is_other_form(article),
            *total_order(article),
        )

    def _rank(self, article: Article) -> int:
        host = outlet(article)
        for rank, preferred in enumerate(self._prefer):
            if host == preferred or host.endswith(f".{preferred}"):
                return rank
        return len(self._prefer)

    def _is_copy(self, article: Article) -> bool:
        """Whether it says itself whose it is: an agency's in the story, a name after the title."""
        own = fold(article.source.name)
        if article.origin and fold(article.origin) != own and fold(article.origin) in self._names:
            return True
        title = article.title[:1_000]
        for mark in _NAME_AT_END:
            name = fold(title.rpartition(mark)[2]) if mark in title else ""
            if name and name != own and name in self._names:
                return True
        return False


def total_order(article: Article) -> tuple[str, ...]:
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


def _is_other_form(article: Article) -> bool:
    """Whether its address is an AMP or mobile form of the page's."""
    if not article.url:
        return False
    plain = article.url.partition("://")[2].removeprefix("www.").rstrip("/")
    return page_name(article.url).rstrip("/") != plain
