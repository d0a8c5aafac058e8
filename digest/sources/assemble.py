"""Facts that an input states -> the Article: identity, provenance, first-seen time added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from digest.config import schema as config
from digest.errors import SourceError
from digest.excerpt import count_words, cut
from digest.model.article import Article, Link
from digest.model.candidate import Candidates
from digest.model.facts import Facts
from digest.names import page_name
from digest.sources.identity import (
    find_shared_guids,
    find_shared_pages,
    home_page,
    identify,
)
from digest.sources.protocol import Document
from digest.sources.weighed import weigh
from digest.sources.wording import read_language, without_title
from digest.urls import canonical_url, host_label

_NO_SOURCE = Link(name="")


def assemble(
    document: Document,
    *,
    spec: config.Source,
    now: datetime,
    explain: bool = False,
    texts: bool = True,
    lean: bool = False,
) -> Iterator[Article | SourceError]:
    """The articles of one document, in its order, and the parts of it that are unreadable.

    Documents that stream (JSON Lines) stay streams. With ``explain`` articles carry what was
    weighed for each fact, without ``texts`` none of their words: a list needs only the number.
    ``lean`` ones have only what they are known by: id, address, title, guid and dates.
    """
    facts = document.facts
    shared: frozenset[str] = frozenset()
    shared_guids: frozenset[str] = frozenset()
    if isinstance(facts, list | tuple):
        entries = [entry for entry in facts if isinstance(entry, Facts)]
        shared, shared_guids = find_shared_pages(entries), find_shared_guids(entries)
    home = home_page(document.home_url)
    for number, entry in enumerate(facts, start=1):
        if isinstance(entry, SourceError):
            yield entry
        else:
            guid = entry.guid
            if guid in shared_guids or (guid and home and home_page(guid) == home):
                guid = f"{guid} {entry.url or ''} {entry.title}"
            later = Candidates(wanted=explain)
            article = _assemble(entry, number, document, spec, now, shared, home, guid, later, lean)
            if explain:
                article = replace(article, candidates=weigh(entry, article, later))
            if not texts:
                article = replace(article, text="")
            yield article


_TITLE_COLUMNS = 1_000


def _assemble(
    facts: Facts,
    number: int,
    document: Document,
    spec: config.Source,
    now: datetime,
    shared: frozenset[str],
    home: str,
    guid: str | None,
    later: Candidates,
    lean: bool,
) -> Article:
    problems = facts.problems
    title = facts.title
    if len(title) > _TITLE_COLUMNS:
        # A megabyte of headline would make an issue.md that digest itself refuses to read.
        title = cut(title[: 4 * _TITLE_COLUMNS], _TITLE_COLUMNS)
        if title != facts.title:
            problems += (f"the title is cut: it has {len(facts.title):,} characters",)
            later.lost("title", facts.title, "the input", "too long for a headline")
            later.won("title", title, "cut", "the beginning of what is too long")
    url = None
    if facts.url and facts.url not in shared:
        url = canonical_url(facts.url)
        if url is not None and home and page_name(url) == home:
            later.lost("url", facts.url, "the input", "the publisher's front page, no article's")
            url = None
        elif url is None:
            problems += (f"link left out: not a web address: {facts.url[:200]}",)
            later.lost("url", facts.url, "the input", "not a web address")
        elif url != facts.url:
            later.lost(
                "url", facts.url, "the input", "as written; tracking and the like is left out"
            )
            later.won("url", url, "canonical form", "one article keeps one address")
    elif facts.url:
        later.lost("url", facts.url, "the input", "several articles of the input have it")
    name = identify(
        url=url,
        scope=spec.url or document.home_url,
        guid=guid,
        title=facts.title,
        text=facts.text,
    )
    if lean:
        return Article(
            id=name,
            title=title,
            text="" if url or guid else facts.text,
            url=url,
            published=facts.published,
            updated=facts.updated,
            first_seen=min(now, facts.kept) if facts.kept else now,
            kept=facts.kept,
            source=_NO_SOURCE,
            via=spec.label,
            guid=guid,
            input=document.input,
        )
    if not facts.title and "no title" not in problems:
        problems += ("no title",)
    if facts.published is None and not any("date" in problem for problem in problems):
        problems += ("states no date of publication",)
    language, doubt = read_language(
        facts, of_document=document.language, of_source=spec.language, candidates=later
    )
    if doubt:
        problems += (doubt,)
    summary = without_title(facts.summary, title)
    if summary != facts.summary:
        later.lost("summary", facts.summary, "the input", "says the title again")
        if summary:
            later.won("summary", summary, "without the title", "what is said beside the title")
    place = document.input
    if document.holds_many:
        place = f"{place}#{facts.fragment or facts.guid or number}"
    return Article(
        id=name,
        title=title,
        summary=summary,
        text=facts.text,
        url=url,
        published=facts.published,
        updated=facts.updated,
        first_seen=min(now, facts.kept) if facts.kept else now,
        kept=facts.kept,
        source=_publisher(facts, url, document, later),
        via=spec.label,
        guid=guid,
        authors=facts.authors,
        origin=facts.origin,
        language=language,
        words=count_words(facts.text) if facts.text else 0,
        image=facts.image,
        categories=facts.categories,
        input=place,
        problems=problems,
    )


def _publisher(facts: Facts, url: str | None, document: Document, later: Candidates) -> Link:
    """Who published it: as the entry says; as the document calls itself, when the article is
    on the document's own site, for a list of other sites' pages has not published them; else
    the article's host. Never invented."""
    page = url or (canonical_url(facts.url) if facts.url else None)
    own = not page or not document.home_url or _same_site(page, document.home_url)
    publisher = document.publisher
    if facts.source is not None and (own or facts.source.name != publisher):
        if publisher and publisher != facts.source.name:
            later.lost("source", publisher, "title of the feed", "the entry names another")
        return facts.source
    if publisher and own:
        later.won("source", publisher, "title of the feed", "the article is on its own site")
        return Link(name=publisher, url=document.home_url or None)
    if publisher:
        later.lost("source", publisher, "title of the feed", "the article is on another site")
    if not page:
        return _NO_SOURCE
    later.won("source", host_label(page), "host of the address", "nothing names the publisher")
    if url is None:
        return Link(name=host_label(page), url=page)
    parts = urlsplit(url)
    return Link(name=host_label(url), url=f"{parts.scheme}://{parts.netloc}/")


def _same_site(page: str, home: str) -> bool:
    """True when one host is the other's, or a subdomain of it."""
    one, other = host_label(page), host_label(home)
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
