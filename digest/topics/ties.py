"""Why an article stands in a story, in words that an editor can check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from digest.model import Article, article_key
from digest.names import page_name
from digest.topics.gist import Gist, Reader, outlet
from digest.topics.kinship import kinship, shared_terms
from digest.topics.sametext import Texts

_MOST_WORDS = 3


def tie(
    article: Article,
    others: Sequence[Article],
    gists: Mapping[int, Gist],
    reader: Reader,
    texts: Texts,
) -> str:
    """What ties an article to the nearest of ``others``, which stand in the order of the story.

    ``same address as Example Times``, ``same title as …``, ``same text as …``, ``shares “Tanager”,
    “recall”, “40,000” with …``. ``gists`` go by :func:`id` of the articles; articles that are one
    by address, title or text share theirs.
    """
    for other in others:
        if article_key(article) == article_key(other) or _page(article) == _page(other) != "":
            return f"same address as {_name(other)}"
    headline = reader.plain_headline(article)
    for other in others:
        if headline and headline == reader.plain_headline(other):
            return f"same title as {_name(other)}"
    for other in others:
        if texts.is_same(article, other):
            return f"same text as {_name(other)}"
    mine = gists.get(id(article))
    apart = [other for other in others if gists.get(id(other)) is not mine]
    if mine is None or not apart:
        return ""
    nearest = max(apart, key=lambda other: kinship(mine, gists[id(other)]).likeness)
    terms = shared_terms(mine, gists[id(nearest)], _MOST_WORDS)
    words = reader.words(f"{reader.headline(article)} {article.summary} {article.text[:1_000]}")
    said = [next((word for term, word in words if term == wanted), "") for wanted in terms]
    told = ", ".join(f"“{word}”" for word in dict.fromkeys(said) if word)
    return f"shares {told} with {_name(nearest)}" if told else ""


def _page(article: Article) -> str:
    return page_name(article.url) if article.url else ""


def _name(article: Article) -> str:
    return article.source.name or outlet(article) or article.title
