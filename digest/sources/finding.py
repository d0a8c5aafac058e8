"""Which feeds an address stands for: the page is asked, what it names is tried and shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from digest.errors import FeedError, FetchError, SourceError
from digest.feeds import Feed, parse_feed
from digest.feeds.discovery import Offer, find_declared, find_linked, well_known
from digest.feeds.places import guesses_for, offers_for, offers_in_page
from digest.feeds.sitemap import parse_sitemap
from digest.http.client import Client
from digest.http.response import Response
from digest.model import Facts, When
from digest.sources import opml
from digest.sources.documents import find_form
from digest.urls import canonical_url

MOST_TRIED = 4
"""Requests beyond the page's own while nothing is sure: a server is not searched."""

_SHOWN_ENTRIES = 3
_KINDS = {"rss": "RSS", "rdf": "RSS 1.0", "atom": "Atom", "json": "JSON Feed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One of a feed's last entries, for a look."""

    title: str
    published: When | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What stands at a feed's address. ``url`` is where it is to be asked for from now on;
    ``kind`` is for people (``RSS``, ``Atom``, ``OPML``), ``count`` the number of entries, or of
    what a list lists. ``private`` is whether the address may be one that is not public."""

    url: str
    title: str
    kind: str
    count: int
    entries: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()
    private: bool = False

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return {
            "url": self.url,
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
        }


@dataclass(slots=True)
class Finder:
    """Finds and reads feeds for one address that a user typed.

    ``timezone`` is for times that state no zone. ``private`` allows the host that was typed, and
    no other, to have an address that is not public.
    """

    client: Client
    timezone: str
    private: bool = False
    _home: str = ""
    _answers: dict[str, Response] = field(default_factory=dict)

    def find(self, address: str) -> tuple[Offer, ...]:
        """The feeds of ``address``, the best first: itself where it is one, those of a known site,
        those that the page declares, else the first that is found by trying.

        An address without a scheme is tried by https and then by http. Raises FetchError when the
        address cannot be asked, FeedError (``not-a-feed``) when nothing is found.
        """
        page = None
        for url in _with_scheme(address):
            self._home = _host(url)
            if offers := offers_for(url):
                return offers
            try:
                page = self._fetch(url)
                break
            except FetchError as error:
                failure = error
                if error.http_status is not None:
                    break
        if page is None:
            raise failure
        if find_form(page.body, content_type=page.content_type) in ("feed", "opml", "sitemap"):
            return (Offer(url=page.url, how="the address itself"),)
        if page.final_url != page.url and (offers := offers_for(page.final_url)):
            return offers
        offers = find_declared(
            page.body,
            url=page.final_url,
            content_type=page.content_type,
            link_header=page.links,
        ) or offers_in_page(page.body, page.final_url)
        return offers or self._try_guesses(page)

    def read(self, offer: Offer) -> Preview:
        """What stands at an offered address. Raises FetchError and FeedError."""
        response = self._fetch(offer.url)
        url = response.moved_to or offer.url
        private = self.private and _host(url) == self._home
        form = find_form(response.body, content_type=response.content_type)
        if form == "sitemap":
            return self._read_sitemap(response, url, private)
        if form == "opml":
            listed = opml.parse_opml(response.body, name=offer.url)
            return Preview(
                url=url,
                title=offer.title,
                kind="OPML",
                count=len(listed),
                entries=tuple(
                    Entry(title=each.title or each.url, published=None, url=each.url)
                    for each in listed[:_SHOWN_ENTRIES]
                ),
                private=private,
            )
        feed = self._parse(response)
        return Preview(
            url=url,
            title=feed.title or offer.title,
            kind=_KINDS[feed.kind],
            count=len(feed.entries),
            entries=_last(feed.entries),
            problems=feed.problems,
            private=private,
        )

    def _read_sitemap(self, response: Response, url: str, private: bool) -> Preview:
        """A sitemap calls itself nothing; an index of sitemaps shows its parts."""
        listed = parse_sitemap(
            response.body,
            url=response.final_url,
            content_type=response.content_type,
            timezone=self.timezone,
        )
        parts = tuple(Entry(title=each.url, published=None, url=each.url) for each in listed.parts)
        return Preview(
            url=url,
            title="",
            kind="sitemap index" if parts else "sitemap",
            count=len(parts or listed.entries),
            entries=parts[:_SHOWN_ENTRIES] or _last(listed.entries),
            private=private,
        )

    def _parse(self, response: Response) -> Feed:
        return parse_feed(
            response.body,
            url=response.final_url,
            content_type=response.content_type,
            timezone=self.timezone,
        )

    def _try_guesses(self, page: Response) -> tuple[Offer, ...]:
        """The guesses that are feeds: all that the page links to, else one usual address."""
        left = MOST_TRIED
        guessed = (
            *guesses_for(page.final_url),
            *find_linked(page.body, url=page.final_url, content_type=page.content_type),
        )
        found = []
        for offer in _distinct(guessed, page)[:MOST_TRIED]:
            left -= 1
            if self._is_feed(offer):
                found.append(offer)
        if found:
            return tuple(found)
        for offer in _distinct(well_known(page.final_url), page)[:left]:
            if self._is_feed(offer):
                return (offer,)
        raise FeedError(
            "no feed was found: this page names none, and none stands at the usual addresses",
            page.url,
            "name the feed's own address, or write the page into a [[sources]] table of "
            'digest.toml with kind = "links", "h-feed" or "page"',
            status="not-a-feed",
        )

    def _is_feed(self, offer: Offer) -> bool:
        try:
            self._parse(self._fetch(offer.url))
        except SourceError:
            return False
        return True

    def _fetch(self, url: str) -> Response:
        """Each address is asked once. Raises FetchError."""
        if url not in self._answers:
            private = self.private and _host(url) == self._home
            try:
                self._answers[url] = self.client.fetch(url, private=private)
            except FetchError as error:
                if error.status == "blocked" and error.http_status is None and not private:
                    error.fix = "pass --private if that is meant"
                raise
        return self._answers[url]


def _last(entries: Sequence[Facts]) -> tuple[Entry, ...]:
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


def _distinct(offers: Iterable[Offer], page: Response) -> list[Offer]:
    """Each address once, without the page's own."""
    known = {canonical_url(page.url), canonical_url(page.final_url)}
    kept = []
    for offer in offers:
        address = canonical_url(offer.url)
        if address not in known:
            known.add(address)
            kept.append(offer)
    return kept


def _with_scheme(address: str) -> tuple[str, ...]:
    if "://" in address:
        return (address,)
    return (f"https://{address}", f"http://{address}")


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
