"""Which feeds a page offers: its link elements, the Link header, links in its text.

Nothing is asked of the network here. What a page declares is an offer as it stands; what only
looks like a feed's address is a guess that has to be tried.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from digest.markup import clean_text
from digest.urls import canonical_url, join_url

FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/json",
        "text/xml",
    }
)
WELL_KNOWN = ("/feed", "/rss.xml", "/atom.xml", "/index.xml")
"""Where feeds stand that no page names: WordPress, Substack and Ghost; the usual generators."""

_MAX_OFFERS = 50
_MAX_LINKS = 1_000
_MAX_BYTES = 2_000_000
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_FEED_SCHEME = re.compile(r"^feed:(?://)?(?=\S)", re.IGNORECASE)
_COMMENTS = re.compile(
    r"\b(?:comment|kommentar|coment[aá]rio|commenti|reacties|komentar)|комментар|コメント|评论|댓글",
    re.IGNORECASE,
)
_FEED_ENDING = re.compile(
    r"(?:^|/)(?:rss|atom|rdf|feeds?|(?:rss|atom|feed|index|feeds|news|blog)\d?\.(?:xml|rdf|php|rss|atom)"
    r"|feed\.json)/?$|\.(?:rss|atom|rdf)$",
    re.IGNORECASE,
)
_FEED_QUERY = re.compile(r"(?:^|&)(?:feed=(?:rss2?|atom|rdf)|format=(?:rss|atom|feed))(?:&|$)")
_LINK_VALUE = re.compile(
    r"<([^<>]{1,4000})>"
    r"((?:\s*;\s*[\w!#$&+^`|~.*-]+(?:\s*=\s*(?:\"(?:[^\"\\]|\\.)*\"|[^\s;,\"]+))?)*)"
)
_PARAMETER = re.compile(r";\s*([\w!#$&+^`|~.*-]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;,\"]+))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One feed that a page or an address stands for; ``title`` is what the page calls it, ``how``
    says where it was found."""

    url: str
    title: str = ""
    how: str = ""

    @property
    def is_comments(self) -> bool:
        """True for the feed of readers' comments, which hardly anybody means."""
        return bool(_COMMENTS.search(self.title) or _COMMENTS.search(urlsplit(self.url).path))


def find_declared(
    data: bytes, *, url: str, content_type: str = "", link_header: str = ""
) -> tuple[Offer, ...]:
    """The feeds that a page declares by link elements and its answer by the Link header (RFC
    8288): each address once, in their order, feeds of comments last.

    ``url`` is the page's address. WordPress's ``wp-json``, which is no feed, is left out.
    """
    root = _parse(data, content_type)
    links = _of_links(root, url) if root is not None else ()
    return _in_order(itertools.chain(_of_header(link_header, url), links))


def find_linked(data: bytes, *, url: str, content_type: str = "") -> tuple[Offer, ...]:
    """Addresses in a page's text that end as feeds do: guesses, in the page's order."""
    root = _parse(data, content_type)
    if root is None:
        return ()
    return _in_order(_of_anchors(root, url))


def feed_address(text: str) -> str | None:
    """The http(s) address that a list of subscriptions means, also where it is written with the
    scheme ``feed:``; None for anything else."""
    return _address("", text)


def well_known(url: str) -> tuple[Offer, ...]:
    """Where a feed may stand on the page's host though nobody says so: guesses."""
    parts = urlsplit(url)
    return tuple(
        Offer(url=f"{parts.scheme}://{parts.netloc}{path}", how="a usual address")
        for path in WELL_KNOWN
    )


def _of_links(root: Any, url: str) -> Iterator[Offer]:
    base = _base(root, url)
    for link in root.iter("link"):
        tokens = str(link.get("rel") or "").lower().split()
        declared = str(link.get("type") or "")
        address = _address(base, str(link.get("href") or ""))
        if address is not None and _is_feed(tokens, declared, address):
            title = clean_text(str(link.get("title") or "")[:1000])[:200]
            yield Offer(url=address, title=title, how="declared by the page")


def _of_anchors(root: Any, url: str) -> Iterator[Offer]:
    base = _base(root, url)
    for anchor in root.iter("a"):
        href = str(anchor.get("href") or "").strip()
        declared = str(anchor.get("type") or "").partition(";")[0].strip().lower()
        address = _address(base, href)
        if address is None:
            continue
        parts = urlsplit(address)
        if (
            _FEED_SCHEME.match(href)
            or (declared in FEED_TYPES and declared.endswith(("+xml", "feed+json")))
            or _FEED_ENDING.search(parts.path)
            or _FEED_QUERY.search(parts.query)
        ):
            title = clean_text("".join(anchor.itertext())[:1000])[:200]
            yield Offer(url=address, title=title, how="linked on the page")


def _of_header(header: str, url: str) -> Iterator[Offer]:
    for match in _LINK_VALUE.finditer(header[:20_000]):
        given = {
            name.lower(): re.sub(r"\\(.)", r"\1", quoted) or bare
            for name, quoted, bare in _PARAMETER.findall(match[2])
        }
        address = _address(url, match[1])
        tokens = given.get("rel", "").lower().split()
        if address is not None and _is_feed(tokens, given.get("type", ""), address):
            title = clean_text(given.get("title", ""))[:200]
            yield Offer(url=address, title=title, how="declared by the Link header")


def _is_feed(tokens: list[str], declared: str, address: str) -> bool:
    """Whether a link with these rel tokens and this type leads to a feed."""
    kind = declared.partition(";")[0].strip().lower()
    if "stylesheet" in tokens or "/wp-json" in urlsplit(address).path:
        return False
    if "feed" in tokens:
        return not kind or kind in FEED_TYPES
    return "alternate" in tokens and kind in FEED_TYPES


def _in_order(offers: Iterable[Offer]) -> tuple[Offer, ...]:
    once: dict[str, Offer] = {}
    for offer in itertools.islice(offers, _MAX_LINKS):
        once.setdefault(canonical_url(offer.url) or offer.url, offer)
    return tuple(sorted(once.values(), key=lambda offer: offer.is_comments))[:_MAX_OFFERS]


def _address(base: str, href: str) -> str | None:
    """An absolute http(s) address; ``feed:`` stands for the address behind it."""
    href = href.strip()
    if not href or href.startswith("#"):
        return None
    if match := _FEED_SCHEME.match(href):
        rest = href[match.end() :]
        href = rest if re.match(r"https?:", rest, re.IGNORECASE) else f"http://{rest}"
    joined = join_url(base, href)
    return joined.partition("#")[0] if joined else None


def _base(root: Any, url: str) -> str:
    """What relative addresses start from: the first base element that has an href."""
    for element in root.iter("base"):
        href = str(element.get("href") or "").strip()
        if href:
            try:
                return urljoin(url, href)
            except ValueError:
                return url
    return url


def _parse(data: bytes, content_type: str) -> Any:
    """The page's root element; None when there is none."""
    from lxml import etree

    data = data[:_MAX_BYTES].replace(b"\0", b"")
    try:
        # A character that the bound cuts in two is no reason to read the page as another charset.
        data[:-4].decode("utf-8") if len(data) == _MAX_BYTES else data.decode("utf-8")
        encoding: str | None = "utf-8"
    except UnicodeDecodeError:
        said = _CHARSET.search(content_type)
        encoding = said[1] if said else None
    for name in (encoding, None):
        try:
            parser = etree.HTMLParser(
                encoding=name, no_network=True, remove_comments=True, remove_pis=True
            )
            return etree.fromstring(data, parser)
        except LookupError:
            continue  # a charset that nobody knows: the page's own word counts
        except (etree.XMLSyntaxError, ValueError):
            return None
    return None
