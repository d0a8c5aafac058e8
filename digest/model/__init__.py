"""The things that travel along the line: frozen, keyword only, free of I/O.

None means: the input does not say. Instants are aware.
"""

from digest.model.article import Article, Image, Link, When, article_key, format_instant
from digest.model.facts import Facts
from digest.model.issue import Issue, Item, Section, Text
from digest.model.outgoing import LIMIT_BYTES, Delivery, Finding, Rendered
from digest.model.place import Place
from digest.model.report import Gathered, LeftOut, ListedSource, SourceReport, Verdict, Window
from digest.model.story import Story

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
