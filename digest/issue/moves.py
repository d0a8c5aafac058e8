"""Which articles of a run came under another address than the issues know them by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from digest.model import Article, Verdict, article_key
from digest.names import find_known, page_id
from digest.window import Past

_WITHOUT_PAGE = "digest:"
_REMEMBERED = frozenset({"already-issued", "cut-before", "held-over"})


def find_moved(
    came: Sequence[Article], verdicts: Iterable[tuple[Article, Verdict]], past: Past
) -> Iterator[tuple[str, str]]:
    """(id that it came with, id that it is known by) of every article that moved.

    ``verdicts`` are on the articles that ``came``, in the same order, each brought already to
    the key that its own issue knows.
    """
    for before, (article, verdict) in zip(came, verdicts, strict=True):
        key = article_key(article)
        if verdict.rule in _REMEMBERED and not (
            key in past.issued or key in past.cut or key in past.held
        ):
            key = find_known(article, past.names, past.offered) or key
        known = _id_of(key) if key != article_key(article) else article.id
        if known != before.id:
            yield before.id, known


def _id_of(key: str) -> str:
    """The id of the article with an item's key."""
    return key.removeprefix(_WITHOUT_PAGE) if key.startswith(_WITHOUT_PAGE) else page_id(key)
