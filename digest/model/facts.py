"""What one input states about an article, before digest adds its own knowledge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from digest.model.article import Image, Link, When
from digest.model.candidate import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A publisher's claims: everything an Article holds that the input itself can say.

    Readers of every format (feeds, pages, plain text, mail, JSON) return Facts; ``sources``
    alone turns them into Articles by adding identity, first-seen time and provenance, so that
    a claim is never taken for our own knowledge.

    ``url`` is absolute, as written (not yet canonical), or None. ``summary`` and ``text`` are
    plain text. ``source`` is the publisher that the input names, None when it names none.
    ``kept`` is when its reader put the article into a list of bookmarks: the instant at which it
    was first seen, where that is earlier than the run, and never a date of publication.
    ``fragment`` tells entries of one input apart (a guid, a line number). ``origin`` is the
    news agency that wrote the text (``Reuters``, ``dpa``), where a byline or dateline names
    one; it is neither an author nor the publisher. ``candidates`` is what the reader weighed,
    empty unless it was asked to explain itself.
    """

    title: str = ""
    summary: str = ""
    text: str = ""
    url: str | None = None
    published: When | None = None
    updated: When | None = None
    kept: datetime | None = None
    source: Link | None = None
    authors: tuple[str, ...] = ()
    language: str = ""
    image: Image | None = None
    categories: tuple[str, ...] = ()
    guid: str | None = None
    fragment: str = ""
    problems: tuple[str, ...] = ()
    origin: str = ""
    candidates: tuple[Candidate, ...] = ()
