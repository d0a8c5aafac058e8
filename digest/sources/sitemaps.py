"""A sitemap as a source: an index is followed on its own site, within bounds.

Pages that have no title, neither in the sitemap nor on themselves where the source says
``complete``, are counted and left out: an address alone is no article.
"""

from __future__ import annotations

import dataclasses
import time
from collections import deque
from dataclasses import dataclass, field

from digest.config import schema as config
from digest.errors import FeedError, SourceError
from digest.feeds.sitemap import MAX_PAGES, Part, Sitemap, parse_sitemap
from digest.http.access import Access
from digest.http.response import Response
from digest.model.facts import Facts
from digest.sources.access import access_to_page
from digest.sources.protocol import Context, Document
from digest.urls import canonical_url, host_label

MOST_PARTS = 20
"""Sitemaps of one index that are asked for in a run, the latest changed first."""
DEEPEST = 2
"""An index may list indexes, which the protocol forbids and sites do; those list no more."""
_MOST_FAILURES = 3


@dataclass(slots=True)
class _Walk:
    """What one source's sitemaps gave so far."""

    entries: dict[str, Facts] = field(default_factory=dict)
    left_out: int = 0
    asked: int = 0
    passed_over: int = 0
    failed: list[str] = field(default_factory=list)


def follow(
    response: Response, spec: config.Source, context: Context, access: Access
) -> tuple[Document, str]:
    """All pages of a sitemap and of those that it lists, and what to say about it.

    Sitemaps are asked for one after another, on the index's own site only, 20 at most, each
    once; one that fails is named and costs no other. Raises FeedError when the first is none.
    """
    walk = _Walk()
    seen = {canonical_url(spec.url), canonical_url(response.final_url)}
    until = time.monotonic() + context.settings.gather.run_deadline_seconds / 2
    found = _take(walk, _parse(response.body, response, context))
    waiting = deque((part, 1) for part in found)
    while waiting:
        part, depth = waiting.popleft()
        address = canonical_url(part.url)
        if address in seen:
            continue
        seen.add(address)
        if (
            walk.asked >= MOST_PARTS
            or len(walk.failed) >= _MOST_FAILURES
            or len(walk.entries) >= MAX_PAGES
            or time.monotonic() > until
            or not _same_site(part.url, response.final_url)
        ):
            walk.passed_over += 1
            continue
        walk.asked += 1
        try:
            sitemap = _fetch(part, spec, context, access)
        except SourceError as error:
            walk.failed.append(f"{part.url}: {error.message}")
            continue
        parts = _take(walk, sitemap)
        if depth < DEEPEST:
            waiting.extend((inner, depth + 1) for inner in parts)
            latest = sorted(waiting, key=lambda entry: entry[0].changed, reverse=True)
            waiting = deque(latest)
        else:
            walk.passed_over += len(parts)
    if walk.failed and not walk.entries:
        raise FeedError(f"none of its sitemaps could be read: {walk.failed[0]}", spec.url)
    entries = list(walk.entries.values())
    document = Document(
        input=spec.url,
        facts=entries[:MAX_PAGES],
        holds_many=True,
        left_out=walk.left_out + max(0, len(entries) - MAX_PAGES),
    )
    return document, _words(walk)


def with_titles(document: Document) -> tuple[Document, str]:
    """A sitemap's document without the pages that have no title, and how many those were."""
    entries = [entry for entry in document.facts if isinstance(entry, Facts) and entry.title]
    untitled = sum(isinstance(entry, Facts) for entry in document.facts) - len(entries)
    if not untitled:
        return document, ""
    told = f"{untitled:,} pages without a title left out; complete = true reads the latest of them"
    return dataclasses.replace(document, facts=entries), told


def _parse(body: bytes, response: Response, context: Context) -> Sitemap:
    return parse_sitemap(
        body,
        url=response.final_url,
        content_type=response.content_type,
        timezone=context.timezone,
    )


def _fetch(part: Part, spec: config.Source, context: Context, access: Access) -> Sitemap:
    assert context.client is not None
    private, access = access_to_page(part.url, spec, access)
    response = context.client.fetch(part.url, private=private, access=access)
    sitemap = _parse(response.body, response, context)
    context.client.accept(response)
    return sitemap


def _take(walk: _Walk, sitemap: Sitemap) -> tuple[Part, ...]:
    """Takes in a sitemap's pages, each once: a news sitemap says more of what others list, too."""
    for entry in sitemap.entries:
        page = canonical_url(entry.url or "") or ""
        before = walk.entries.get(page)
        if before is None or (entry.title and not before.title):
            walk.entries[page] = entry
    walk.left_out += sitemap.left_out
    return sitemap.parts


def _same_site(page: str, home: str) -> bool:
    one, other = host_label(page), host_label(home)
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _words(walk: _Walk) -> str:
    notes = []
    if walk.asked:
        notes.append(f"{walk.asked - len(walk.failed)} sitemaps of its index read")
    if walk.passed_over:
        notes.append(f"{walk.passed_over:,} not asked for")
    if walk.failed:
        notes.append(f"{len(walk.failed)} failed, {walk.failed[0]}")
    return ", ".join(notes)
