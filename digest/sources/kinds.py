"""The built-in kinds: fetch or open, find out what it is, read it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from digest.config import schema as config
from digest.errors import FeedError, FetchError
from digest.sources.access import access_of
from digest.sources.faults import own_mistakes
from digest.sources.protocol import Context, Document, Reading
from digest.state.inventories import Inventory, hash_reading

if TYPE_CHECKING:
    from digest.http.access import Access
    from digest.http.response import Response
    from digest.model.report import SourceStatus
    from digest.sources.documents import Form

# What reads documents is loaded for those that are read: most feeds have not changed.

_COMPLETED = ("feed", "h-feed", "links", "bookmarks")
_LISTS = ("feed", "opml", "json", "json-lines", "sitemap", "bookmarks")


class BuiltIn:
    """``auto`` finds out what a document is; the other kinds insist."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def read(self, spec: config.Source, context: Context) -> Reading:
        """What the source states; raises SourceError."""
        if spec.url:
            return self._read_url(spec, context)
        from digest.sources.files import read_path

        return read_path(spec, context)

    def _read_url(self, spec: config.Source, context: Context) -> Reading:
        if context.client is None:
            raise FetchError("not asked: this run reads no addresses", spec.url)
        access = access_of(spec, context)
        response = context.client.fetch(spec.url, private=spec.private, access=access)
        read_as = _read_as(spec, context, response)
        inventory = _find_inventory(read_as, context, response)
        if inventory is not None:
            return Reading(
                status=_status(response, empty=not inventory.ids),
                detail=_detail(response),
                response=response,
                inventory=inventory,
            )
        return self._read(response, spec, context, access, read_as)

    def _read(
        self,
        response: Response,
        spec: config.Source,
        context: Context,
        access: Access,
        read_as: bytes,
    ) -> Reading:
        """What an answer states that no earlier run has read."""
        from digest.sources.documents import read_document

        form = self._find_form(response)
        if form == "opml":
            from digest.sources import opml

            subscriptions = opml.parse_opml(response.body, name=spec.url)
            return Reading(
                listed=opml.expand(subscriptions, spec),
                detail=f"lists {len(subscriptions)} feed{'' if len(subscriptions) == 1 else 's'}",
                response=response,
            )
        if form == "sitemap":
            return self._read_sitemap(response, spec, context, access)
        document = read_document(
            response.body,
            form,
            shown=spec.url,
            timezone=context.timezone,
            max_bytes=context.settings.gather.max_bytes,
            url=response.final_url,
            content_type=response.content_type,
            language=context.language_of(spec),
            items=context.read_items if spec.split else None,
            selector=spec.selector,
            explain=context.explain,
            whole=spec.complete or not context.lean,
        )
        if form == "json" and not _has_articles(document):
            raise FeedError(
                "JSON, but neither a feed nor articles",
                spec.url,
                "check the address",
                status="not-a-feed",
            )
        if spec.complete and form in _COMPLETED:
            from digest.sources.completing import complete

            document = complete(document, spec, context, access)
        return Reading(
            documents=(document,),
            status=_status(response, empty=not document.facts),
            detail=_detail(response),
            response=response,
            read_as=read_as if form == "feed" else b"",
        )

    def _read_sitemap(
        self, response: Response, spec: config.Source, context: Context, access: Access
    ) -> Reading:
        from digest.sources import sitemaps
        from digest.sources.completing import complete

        with own_mistakes(spec.url):
            document, walked = sitemaps.follow(response, spec, context, access)
        if context.explain:
            from digest.model.facts import Facts
            from digest.sources import lists

            found = [entry for entry in document.facts if isinstance(entry, Facts)]
            document = dataclasses.replace(document, facts=lists.explained(found))
        document = complete(document, spec, context, access)
        document, untitled = sitemaps.with_titles(document)
        notes = filter(None, (_detail(response), walked, untitled))
        return Reading(
            documents=(document,),
            status=_status(response, empty=not document.facts),
            detail="; ".join(notes),
            response=response,
        )

    def _find_form(self, response: Response) -> Form:
        from digest.sources.documents import KINDS, find_form, holds_feed, refuse_page

        if self._kind in KINDS:
            return KINDS[self._kind]
        form = find_form(response.body, content_type=response.content_type)
        if not response.body.strip():
            raise FeedError(
                "empty, not a feed", response.url, "check the address", status="not-a-feed"
            )
        if form in _LISTS or not _is_feed_promised(response):
            return form
        # A feed that is gone often turns into a page of excuses: that is no article. One that was
        # put into a page is still a feed.
        if form == "page" and not holds_feed(response.body):
            raise refuse_page(response.body, shown=response.url, url=response.final_url)
        return "feed"


def _read_as(spec: config.Source, context: Context, response: Response) -> bytes:
    """What the reading of a feed rests on beside its bytes, b"" where it rests on other pages."""
    if not context.lean or context.inventories is None or spec.complete:
        return b""
    where = (response.url, response.final_url, response.content_type)
    return hash_reading(spec.kind, spec.url, spec.label, context.timezone, *where)


def _find_inventory(read_as: bytes, context: Context, response: Response) -> Inventory | None:
    if not read_as or context.inventories is None or not response.unchanged:
        return None
    return context.inventories.find(
        response.key, of=response.content.hash, read_as=read_as, now=context.now
    )


def _has_articles(document: Document) -> bool:
    """Whether JSON states an article, or nothing at all."""
    from digest.model.facts import Facts

    return not document.facts or any(isinstance(entry, Facts) for entry in document.facts)


def _is_feed_promised(response: Response) -> bool:
    """True when the address or the server says that this is a feed."""
    from digest.sources.documents import is_feed_address

    said = response.content_type.partition(";")[0].strip().lower()
    return is_feed_address(response.url) or (said.endswith("xml") and "xhtml" not in said)


def _status(response: Response, *, empty: bool) -> SourceStatus:
    if response.permanent_redirect:
        return "redirected"
    if empty:
        return "empty"
    return "unchanged" if response.unchanged else "ok"


def _detail(response: Response) -> str:
    notes = list(response.problems)
    if response.moved_to is not None:
        notes.append(f"moved for good to {response.moved_to}; see `digest sources update`")
    if not response.asked:
        notes.append("not asked again: what was fetched before is fresh")
    elif response.from_cache and response.status != 304:
        notes.append("offline, read from what was kept")
    return "; ".join(notes)
