"""Articles that come back under another address, brought to the key that the issues know.

The proposal, the merge and the memory go by item keys. An article whose name is known and whose
address is new goes by the known one from here on, so that it is neither proposed nor judged as
another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from digest.model import Article, article_key
from digest.names import Signs, find_known, page_id, with_words

_WITHOUT_PAGE = "digest:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The articles of a run, in their order, under the keys that the issues know.

    ``came_as`` has the signs of those that came under another one, by their key.
    """

    articles: tuple[Article, ...]
    came_as: Mapping[str, Signs] = field(default_factory=dict)
    shared: frozenset[tuple[str, str, str]] = frozenset()

    def signs(self, articles: Iterable[Article]) -> dict[str, Signs]:
        """What each article is to be known by, by its key.

        A title or guid that several articles of this run have is none of their names.
        """
        found: dict[str, Signs] = {}
        for article in articles:
            key = article_key(article)
            signs = self.came_as.get(key) or with_words(article)
            if _titled(signs) in self.shared:
                signs = replace(signs, title="")
            if _numbered(signs) in self.shared:
                signs = replace(signs, guid="")
            found[key] = signs
        return found


def recognise(articles: Sequence[Article], names: Mapping[str, str]) -> Recognised:
    """The articles under known keys; ``names`` goes from a name to the key it belongs to.

    An article that comes under the known key itself has the first claim to it.
    """
    counted: Counter[tuple[str, str, str]] = Counter()
    for article in articles:
        published = article.published.isoformat()[:10] if article.published else ""
        counted[article.via, article.title, published] += 1
        if article.guid:
            counted[article.via, "\0guid", article.guid] += 1
    shared = frozenset(name for name, count in counted.items() if count > 1)
    if not names:
        return Recognised(articles=tuple(articles), shared=shared)
    known = set(names.values())
    offered = frozenset(map(article_key, articles))
    taken = set(offered)
    came_as: dict[str, Signs] = {}
    found: dict[str, Article] = {}
    # In the order of their keys, so that no other order decides who has a claim.
    for article in sorted(articles, key=article_key):
        if article_key(article) not in known:
            key = find_known(article, names, offered)
            if key is not None and key not in taken:
                taken.add(key)
                came_as[key] = with_words(article)
                found[article.id] = _under(article, key)
    return Recognised(
        articles=tuple(found.get(article.id, article) for article in articles),
        came_as=came_as,
        shared=shared,
    )


def _under(article: Article, key: str) -> Article:
    if key.startswith(_WITHOUT_PAGE):
        return replace(article, id=key.removeprefix(_WITHOUT_PAGE), url=None)
    return replace(article, id=page_id(key), url=key)


def _titled(signs: Signs) -> tuple[str, str, str]:
    return (signs.via, signs.title, signs.published[:10])


def _numbered(signs: Signs) -> tuple[str, str, str]:
    return (signs.via, "\0guid", signs.guid)
