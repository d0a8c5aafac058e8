"""What stands at an address or a path, for a look before it becomes a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from digest.errors import FeedError
from digest.feeds import parse_feed
from digest.feeds.bookmarks import parse_bookmarks
from digest.feeds.sitemap import parse_sitemap
from digest.http.response import Response
from digest.model import Facts, When
from digest.sources import opml
from digest.sources.documents import Form

_SHOWN_ENTRIES = 3
_FEEDS = {"rss": "RSS", "rdf": "RSS 1.0", "atom": "Atom", "json": "JSON Feed"}
UNTITLED = "it names no titles: its pages are asked for them (complete = true)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One of a source's last entries, for a look."""

    title: str
    published: When | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a source would be. ``url`` is where it is to be asked for from now on, or ``path``
    where it lies; ``kind`` is for people (``RSS``, ``OPML``, ``mailbox``), ``count`` the number of
    entries, or of what a list lists; ``more`` says that there are more than were counted.

    ``private`` is whether the address may be one that is not public; ``as_kind``, ``selector``
    and ``complete`` are what digest.toml is to say. ``mails`` is true for newsletters received.
    """

    url: str = ""
    path: str = ""
    title: str = ""
    kind: str
    count: int
    more: bool = False
    entries: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    private: bool = False
    as_kind: str = "auto"
    selector: str = ""
    complete: bool = False
    mails: bool = False

    @property
    def place(self) -> str:
        """Its address or path."""
        return self.url or self.path

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return {
            "url": self.url or None,
            "path": self.path or None,
            "title": self.title,
            "kind": self.kind,
            "entries": self.count,
            "last": [
                {
                    "title": entry.title,
                    "published": entry.published.isoformat() if entry.published else None,
                    "url": entry.url,
                }
                for entry in self.entries
            ],
            "problems": list(self.problems),
            "notes": list(self.notes),
        }


def preview_response(
    response: Response,
    form: Form,
    *,
    url: str,
    timezone: str,
    private: bool,
    title: str = "",
    selector: str = "",
) -> Preview:
    """What an answer holds, read as ``form``; ``title`` is what a page called it. Raises FeedError
    and ArticleError."""
    data, said = response.body, response.content_type
    base = response.final_url
    if form == "opml":
        listed = opml.parse_opml(data, name=url)
        return Preview(
            url=url,
            title=title,
            kind="OPML",
            count=len(listed),
            entries=tuple(
                Entry(title=each.title or each.url, published=None, url=each.url)
                for each in listed[:_SHOWN_ENTRIES]
            ),
            private=private,
            as_kind="opml",
        )
    if form == "sitemap":
        return _preview_sitemap(response, url=url, timezone=timezone, private=private)
    if form == "feed":
        feed = parse_feed(data, url=base, content_type=said, timezone=timezone)
        return Preview(
            url=url,
            title=feed.title or title,
            kind=_FEEDS[feed.kind],
            count=len(feed.entries),
            entries=last_entries(feed.entries),
            problems=feed.problems,
            private=private,
        )
    word, title, entries, more = _read_page(
        data, form, base=base, said=said, zone=timezone, title=title, selector=selector
    )
    return Preview(
        url=url,
        title=title,
        kind=word,
        count=len(entries),
        more=more,
        entries=last_entries(entries),
        private=private,
        as_kind=form,
        selector=selector,
    )


def _read_page(
    data: bytes, form: Form, *, base: str, said: str, zone: str, title: str, selector: str
) -> tuple[str, str, Sequence[Facts], bool]:
    """(word for it, title, entries, whether there are more) of what no feed reader reads."""
    if form == "h-feed":
        from digest.articles.hfeed import read_hfeed

        marked = read_hfeed(data, url=base, content_type=said, timezone=zone)
        return "h-feed", marked.title or title, marked.entries, marked.left_out > 0
    if form == "links":
        from digest.articles.linklist import read_links

        links = read_links(data, url=base, selector=selector, content_type=said, timezone=zone)
        return "list of links", links.title or title, links.entries, links.left_out > 0
    if form == "bookmarks":
        return "bookmarks", title, parse_bookmarks(data, timezone=zone), False
    if form == "page":
        from digest.articles.page import read_page

        facts = read_page(data, url=base, content_type=said, timezone=zone)
        return "page", next((each.title for each in facts), title), facts, False
    raise FeedError(
        "nothing that can be followed: neither a feed nor a list nor a web page",
        base,
        "name the feed's own address",
        status="not-a-feed",
    )


def _preview_sitemap(response: Response, *, url: str, timezone: str, private: bool) -> Preview:
    """A sitemap calls itself nothing; an index of sitemaps shows its parts."""
    listed = parse_sitemap(
        response.body,
        url=response.final_url,
        content_type=response.content_type,
        timezone=timezone,
    )
    parts = tuple(Entry(title=each.url, published=None, url=each.url) for each in listed.parts)
    untitled = not parts and not any(entry.title for entry in listed.entries)
    return Preview(
        url=url,
        kind="sitemap index" if parts else "sitemap",
        count=len(parts or listed.entries),
        more=listed.left_out > 0,
        entries=parts[:_SHOWN_ENTRIES] or last_entries(listed.entries),
        notes=(UNTITLED,) if untitled else (),
        private=private,
        as_kind="sitemap",
        complete=untitled,
    )


def last_entries(entries: Sequence[Facts]) -> tuple[Entry, ...]:
    """The latest entries, those without a date in the document's order behind the others."""

    def age(place: int) -> tuple[int, str, int]:
        published = entries[place].published
        return (1 if published else 0, published.isoformat() if published else "", -place)

    places = sorted(range(len(entries)), key=age, reverse=True)[:_SHOWN_ENTRIES]
    return tuple(
        Entry(
            title=entries[place].title,
            published=entries[place].published,
            url=entries[place].url,
        )
        for place in places
    )
