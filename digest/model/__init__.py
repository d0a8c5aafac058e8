"""The things that travel along the line: frozen, keyword only, free of I/O.

None means: the input does not say. Instants are aware. Each is made when it is first asked for:
a class costs half a millisecond, and few commands need all of them.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.model.article import Article, Image, Link, When, article_key, format_instant
    from digest.model.candidate import Candidate, Candidates
    from digest.model.facts import Facts
    from digest.model.issue import Issue, Item, Section, Text
    from digest.model.outgoing import LIMIT_BYTES, Delivery, Finding, Part, Rendered
    from digest.model.place import Place
    from digest.model.report import Gathered, LeftOut, ListedSource, SourceReport, Verdict
    from digest.model.story import Earlier, Story
    from digest.model.window import Window

__all__ = [
    "LIMIT_BYTES",
    "Article",
    "Candidate",
    "Candidates",
    "Delivery",
    "Earlier",
    "Facts",
    "Finding",
    "Gathered",
    "Image",
    "Issue",
    "Item",
    "LeftOut",
    "Link",
    "ListedSource",
    "Part",
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

_HOMES = {
    "Article": "article",
    "Image": "article",
    "Link": "article",
    "When": "article",
    "article_key": "article",
    "format_instant": "article",
    "Candidate": "candidate",
    "Candidates": "candidate",
    "Facts": "facts",
    "Issue": "issue",
    "Item": "issue",
    "Section": "issue",
    "Text": "issue",
    "LIMIT_BYTES": "outgoing",
    "Delivery": "outgoing",
    "Finding": "outgoing",
    "Part": "outgoing",
    "Rendered": "outgoing",
    "Place": "place",
    "Gathered": "report",
    "LeftOut": "report",
    "ListedSource": "report",
    "SourceReport": "report",
    "Verdict": "report",
    "Earlier": "story",
    "Story": "story",
    "Window": "window",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """One of ``__all__`` from the module that it lives in."""
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(f"{__name__}.{home}"), name)
        globals()[name] = value
        return value
