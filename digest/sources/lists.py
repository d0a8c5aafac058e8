"""Documents that list articles of many pages: sitemaps, h-feeds, pages of links, bookmarks."""

from __future__ import annotations

from collections.abc import Iterable

from digest.errors import FeedError
from digest.model.facts import Facts
from digest.sources.protocol import Document
from digest.urls import join_url


def read_sitemap(
    data: bytes, *, shown: str, url: str, content_type: str, timezone: str, explain: bool = False
) -> Document:
    """The pages of one sitemap; those of an index are asked for by ``sitemaps.follow``."""
    from digest.feeds.sitemap import parse_sitemap

    sitemap = parse_sitemap(data, url=url, content_type=content_type, timezone=timezone)
    if sitemap.parts:
        raise FeedError(
            f"an index of {len(sitemap.parts):,} sitemaps", shown, "give its address as url = …"
        )
    return Document(
        input=shown,
        facts=explained(sitemap.entries) if explain else list(sitemap.entries),
        holds_many=True,
        left_out=sitemap.left_out,
    )


def explained(entries: Iterable[Facts]) -> list[Facts]:
    """Entries of a sitemap or of bookmarks with what was weighed."""
    from digest.sources.weighedlists import weigh_listed

    return [weigh_listed(entry) for entry in entries]


def read_hfeed(
    data: bytes, *, shown: str, url: str, content_type: str, timezone: str, explain: bool = False
) -> Document:
    """The entries of a page that marks them with microformats."""
    from digest.articles.hfeed import read_hfeed as read

    feed = read(data, url=url, content_type=content_type, timezone=timezone, explain=explain)
    return Document(
        input=shown,
        facts=list(feed.entries),
        holds_many=True,
        left_out=feed.left_out,
        publisher=feed.title,
        home_url=_site(url),
        language=feed.language,
    )


def read_links(
    data: bytes,
    *,
    shown: str,
    url: str,
    content_type: str,
    timezone: str,
    selector: str,
    explain: bool = False,
) -> Document:
    """The articles that a page links to."""
    from digest.articles.linklist import read_links as read

    found = read(
        data,
        url=url,
        selector=selector,
        content_type=content_type,
        timezone=timezone,
        explain=explain,
    )
    return Document(
        input=shown,
        facts=list(found.entries),
        holds_many=True,
        left_out=found.left_out,
        language=found.language,
    )


def read_bookmarks(data: bytes, *, shown: str, timezone: str, explain: bool = False) -> Document:
    """The links that somebody kept."""
    from digest.feeds.bookmarks import parse_bookmarks

    found = parse_bookmarks(data, timezone=timezone)
    facts = explained(found) if explain else list(found)
    return Document(input=shown, facts=facts, holds_many=True)


def _site(url: str) -> str:
    return join_url(url, "/") or ""
