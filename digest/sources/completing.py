"""What entries of a feed lack, read from their pages: only where a source asks for it."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from digest.articles.truncated import continue_summary, is_whole, truncated_stem
from digest.config import schema as config
from digest.errors import FetchError, SourceError
from digest.http.access import OPEN, Access
from digest.http.client import Client
from digest.model.candidate import Candidate, Fact
from digest.model.facts import Facts
from digest.sources.access import access_to_page
from digest.sources.documents import find_form, read_document
from digest.sources.protocol import Context, Document

_MOST_PAGES = 30
"""So many pages of one feed are asked for in one run, those of the newest entries first."""
_MOST_FAILURES = 3
_UNDATED = "states no date of publication"


def complete(
    document: Document, spec: config.Source, context: Context, access: Access = OPEN
) -> Document:
    """A feed whose entries without date or summary, or with a cut one, are completed.

    The page of each such entry is read, 30 at most, one after another, within half of the run's
    time; a page read once is kept and not asked for again, and none is that robots.txt forbids.
    Three failures of a feed in a row end it. What the feed states stays; what a page does not
    state stays empty. ``access`` is for pages of the feed's own host. Raises nothing.
    """
    if not spec.complete or context.client is None or not isinstance(document.facts, list | tuple):
        return document
    entries = [entry for entry in document.facts if isinstance(entry, Facts)]
    wanting = [place for place, entry in enumerate(entries) if _lacks(entry)]
    wanting.sort(key=lambda place: _newest_first(entries[place]), reverse=True)
    until = time.monotonic() + context.settings.gather.run_deadline_seconds / 2
    failures = 0
    for place in wanting[:_MOST_PAGES]:
        if failures >= _MOST_FAILURES or time.monotonic() > until:
            break
        entry = entries[place]
        try:
            page = _read_page(entry.url or "", spec, context, context.client, access)
        except SourceError as error:
            failures += isinstance(error, FetchError)
            told = f"not completed from its page: {error.message}"
            entries[place] = dataclasses.replace(entry, problems=(*entry.problems, told))
            continue
        failures = 0
        entries[place] = _completed(entry, page)
    return dataclasses.replace(document, facts=entries)


def _lacks(entry: Facts) -> bool:
    if not entry.url or urlsplit(entry.url).scheme not in ("http", "https"):
        return False
    stem = truncated_stem(entry.summary)
    return entry.published is None or not entry.summary or (stem is not None and not is_whole(stem))


def _says_nothing(entry: Facts) -> bool:
    """True for an address alone, as sitemaps give it: a note has no title and is whole."""
    return not (entry.title or entry.summary or entry.text)


def _newest_first(entry: Facts) -> tuple[bool, str]:
    """Undated entries first, the latest changed of them, then the latest."""
    when = entry.published or entry.updated
    return entry.published is None, when.isoformat() if when else ""


def _read_page(
    url: str, spec: config.Source, context: Context, client: Client, access: Access
) -> Facts:
    private, access = access_to_page(url, spec, access)
    response = client.kept(url, access=access)
    if response is None:
        if not context.offline and not client.robots.allow(url, private=private):
            raise SourceError("the site's robots.txt asks programs to leave it alone", url)
        response = client.fetch(url, private=private, access=access)
    form = find_form(response.body, content_type=response.content_type)
    if form != "page":
        raise SourceError("not a web page", url)
    read = read_document(
        response.body,
        form,
        shown=url,
        timezone=context.timezone,
        max_bytes=context.settings.gather.max_bytes,
        url=response.final_url,
        content_type=response.content_type,
        language=context.language_of(spec),
    )
    facts = _facts(read.facts)[0]
    walls = [problem for problem in facts.problems if "not the article" in problem]
    if walls:
        raise SourceError(walls[0], url)
    client.accept(response)
    return facts


def _facts(entries: object) -> Sequence[Facts]:
    assert isinstance(entries, list | tuple)
    return [entry for entry in entries if isinstance(entry, Facts)]


def _completed(entry: Facts, page: Facts) -> Facts:
    """The entry with what its page adds; each addition says where it is from."""
    changes: dict[str, object] = {}
    weighed: list[Candidate] = []
    if _says_nothing(entry) and page.title:
        changes["title"] = page.title
        weighed.append(_won("title", page.title, "page"))
    if entry.published is None and page.published is not None:
        changes["published"] = page.published
        weighed.append(_won("published", page.published.raw, f"page, {page.published.basis}"))
    stem = truncated_stem(entry.summary)
    if not entry.summary and page.summary:
        changes["summary"] = page.summary
        weighed.append(_won("summary", page.summary, "page"))
    elif stem is not None and not is_whole(stem):
        whole = continue_summary(stem, summary=page.summary, text=page.text)
        if whole:
            changes["summary"] = whole
            weighed.append(_won("summary", whole, "page"))
    if not changes:
        told = "its page states no more than its feed"
        return dataclasses.replace(entry, problems=(*entry.problems, told))
    problems = entry.problems
    if "published" in changes:
        problems = tuple(problem for problem in problems if problem != _UNDATED)
    return dataclasses.replace(
        entry,
        **changes,  # type: ignore[arg-type]
        problems=problems,
        candidates=_overruled(entry, changes, weighed) if entry.candidates else (),
    )


def _overruled(
    entry: Facts, changes: Mapping[str, object], weighed: list[Candidate]
) -> tuple[Candidate, ...]:
    """The entry's candidates, those that its page took the place of as losers, and the page's."""
    return (
        *(
            dataclasses.replace(one, won=False, verdict="cut short: its page goes on")
            if one.won and one.fact in changes
            else one
            for one in entry.candidates
        ),
        *weighed,
    )


def _won(fact: Fact, value: str, basis: str) -> Candidate:
    return Candidate(
        fact=fact, value=value[:300], basis=basis, won=True, verdict="the feed has none, or cut it"
    )
