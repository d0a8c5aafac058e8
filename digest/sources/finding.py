"""What an address may be followed by: the page is asked, what it names is tried and shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from digest.errors import FeedError, FetchError, SourceError
from digest.feeds import Feed, parse_feed
from digest.feeds.discovery import (
    Offer,
    find_declared,
    find_linked,
    find_sitemap_links,
    well_known,
)
from digest.feeds.places import guesses_for, offers_for, offers_in_page
from digest.feeds.sitemap import sitemaps_in_robots
from digest.http.addresses import PRIVATE_OPTION
from digest.http.client import Client
from digest.http.response import Response
from digest.sources.documents import KINDS, find_form
from digest.sources.preview import Preview, preview_response
from digest.urls import canonical_url, join_url

MOST_TRIED = 4
"""Requests beyond the page's own while nothing is sure: a server is not searched."""

_LEAST_LINKS = 3
"""Of fewer links a page is no list."""
_LEAST_WORDS = 60
_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml")


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

    def find(self, address: str, *, kind: str = "", selector: str = "") -> tuple[Offer, ...]:
        """What ``address`` may be followed by, the best first: itself where it is a feed or list,
        the feeds of a known site, those that the page declares, the first that is found by trying;
        where there are none, the page itself as h-feed, its sitemap, itself as a list of links or
        as an article.

        ``kind`` insists on one, ``selector`` (CSS) names the links. An address without a scheme is
        tried by https and then by http. Raises FetchError when the address cannot be asked,
        FeedError (``not-a-feed``) when nothing is found.
        """
        page = None
        for url in _with_scheme(address):
            self._home = _host(url)
            if kind in ("", "feed") and (offers := offers_for(url)):
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
        form = find_form(page.body, content_type=page.content_type)
        if kind == "sitemap" and form != "sitemap":
            return self._find_sitemaps(page)
        if kind not in ("", "feed"):
            return (Offer(url=page.url, how="as you say", kind=kind, selector=selector),)
        if form in ("feed", "opml", "sitemap", "bookmarks"):
            own = "" if form == "feed" else form
            return (Offer(url=page.url, how="the address itself", kind=own),)
        if page.final_url != page.url and (offers := offers_for(page.final_url)):
            return offers
        offers = (
            find_declared(
                page.body,
                url=page.final_url,
                content_type=page.content_type,
                link_header=page.links,
            )
            or offers_in_page(page.body, page.final_url)
            or self._try_guesses(page)
        )
        if not offers and not kind and form == "page":
            offers = self._without_feed(page)
        if not offers:
            raise FeedError(
                "no feed was found: this page names none, and none stands at the usual addresses",
                page.url,
                "name the feed's own address, or say what else it is with --kind "
                '("links", "h-feed", "page", "sitemap")',
                status="not-a-feed",
            )
        return offers

    def read(self, offer: Offer) -> Preview:
        """What stands at an offered address. Raises FetchError, FeedError and ArticleError."""
        response = self._fetch(offer.url)
        form = KINDS.get(offer.kind) or find_form(response.body, content_type=response.content_type)
        return preview_response(
            response,
            form if offer.kind or form in ("opml", "sitemap", "bookmarks") else "feed",
            url=response.moved_to or offer.url,
            timezone=self.timezone,
            private=self.private and _host(response.moved_to or offer.url) == self._home,
            title=offer.title,
            selector=offer.selector,
        )

    def _parse(self, response: Response) -> Feed:
        return parse_feed(
            response.body,
            url=response.final_url,
            content_type=response.content_type,
            timezone=self.timezone,
        )

    def _without_feed(self, page: Response) -> tuple[Offer, ...]:
        """What else a page may be followed by; nobody is asked for it."""
        offers: list[Offer] = []
        for kind, least in (("h-feed", 1), ("sitemap", 1), ("links", _LEAST_LINKS)):
            if kind == "sitemap":
                offers += find_sitemap_links(
                    page.body, url=page.final_url, content_type=page.content_type
                )
                continue
            offer = Offer(url=page.url, kind=kind, is_guess=kind == "links")
            try:
                preview = self.read(offer)
            except SourceError:
                continue
            if preview.count >= least:
                many = "1 entry" if preview.count == 1 else f"{preview.count:,} entries"
                how = f"{preview.kind}, {many}"
                offers.append(dataclasses.replace(offer, title=preview.title, how=how))
        title = self._title_of_article(page, lists=bool(offers))
        if title and not any(offer.kind == "h-feed" for offer in offers):
            how = "the page as one article"
            offers.append(Offer(url=page.url, title=title, how=how, kind="page", is_guess=True))
        return tuple(offers)

    def _title_of_article(self, page: Response, *, lists: bool) -> str:
        """The title of a page that is an article, "" for another: it has the words of one, or
        (where it does not list others) says when it was published."""
        from digest.articles.page import read_page

        try:
            (facts,) = read_page(
                page.body,
                url=page.final_url,
                content_type=page.content_type,
                timezone=self.timezone,
            )
        except SourceError:
            return ""
        is_one = len(facts.text.split()) >= _LEAST_WORDS or (facts.published and not lists)
        return facts.title if is_one else ""

    def _find_sitemaps(self, page: Response) -> tuple[Offer, ...]:
        """The sitemaps of a page's site: those that it or robots.txt names, else one that stands
        at a usual address. Those of news, which name titles and days, go first."""
        parts = urlsplit(page.final_url)
        origin = f"{parts.scheme}://{parts.netloc}"
        named = list(
            find_sitemap_links(page.body, url=page.final_url, content_type=page.content_type)
        )
        try:
            lines = sitemaps_in_robots(self._fetch(f"{origin}/robots.txt").body)
        except FetchError:
            lines = ()
        for line in lines:
            address = join_url(origin, line)
            if address is not None:
                named.append(Offer(url=address, how="named by robots.txt", kind="sitemap"))
        if named:
            return tuple(sorted(_distinct(named, page), key=lambda each: "news" not in each.url))
        for path in _SITEMAPS[: MOST_TRIED - 1]:
            offer = Offer(url=f"{origin}{path}", how="a usual address", kind="sitemap")
            try:
                self.read(offer)
            except SourceError:
                continue
            return (offer,)
        raise FeedError(
            "no sitemap was found: neither the page nor robots.txt names one, and none stands at "
            "the usual addresses",
            page.url,
            "name the sitemap's own address",
            status="not-a-feed",
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
        return ()

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
                refused = error.asked and error.status == "blocked"
                if refused and error.http_status is None and not private:
                    error.fix = PRIVATE_OPTION
                raise
        return self._answers[url]


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
