"""The things that travel along the line: frozen, keyword only, free of I/O.

None means: the input does not say. Instants are aware.
"""

from typing import TYPE_CHECKING

from digest.model.article import Article, Image, Link, When, article_key, format_instant
from digest.model.facts import Facts
from digest.model.issue import Issue, Item, Section, Text
from digest.model.outgoing import LIMIT_BYTES, Delivery, Finding, Rendered
from digest.model.place import Place
from digest.model.story import Story

if TYPE_CHECKING:
    from digest.model.report import Gathered, LeftOut, ListedSource, SourceReport, Verdict, Window

__all__ = [
    "LIMIT_BYTES",
    "Article",
    "Delivery",
    "Facts",
    "Finding",
    "Gathered",
    "Image",
    "Issue",
    "Item",
    "LeftOut",
    "Link",
    "ListedSource",
    "Place",
    "Rendered",
    "Section",
    "SourceReport",
    "Story",
    "Text",
    "Verdict",
    "When",
    "Window",
    "article_key",
    "format_instant",
]

_OF_REPORTS = {"Gathered", "LeftOut", "ListedSource", "SourceReport", "Verdict", "Window"}


def __getattr__(name: str) -> object:
    # Imported when asked for: only a compose makes reports, and these classes take 3 ms to make.
    if name in _OF_REPORTS:
        from digest.model import report

        return getattr(report, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
