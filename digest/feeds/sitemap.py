"""Sitemaps to entries: lists of pages, lists of such lists, and the news extension.

Only the news extension says when a page was published, and what it is called. ``lastmod`` is when
a page was last touched, by an editor or by a template: it becomes ``updated``, never the date of
publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from digest.dates import parse_stamp
from digest.errors import FeedError
from digest.feeds.decode import parse_xml
from digest.markup import clean_text
from digest.model import Facts, Image, Link, When
from digest.urls import host_label, join_url

MAX_PAGES = 50_000
"""Pages of one sitemap that are read: as many as the protocol allows."""

_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,40}:)?(?:urlset|sitemapindex)[\s>/]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One sitemap of an index, and when it was last changed ("" where that is not said)."""

    url: str
    changed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """What a sitemap lists: pages in document order, or further sitemaps, the latest first.

    ``left_out`` counts pages beyond MAX_PAGES.
    """

    entries: tuple[Facts, ...] = ()
    parts: tuple[Part, ...] = ()
    left_out: int = 0


def looks_like_sitemap(data: bytes) -> bool:
    """True when the document's first element is a sitemap's; cheap, a guess."""
    return _ROOT.search(data[:4096].replace(b"\0", b"")) is not None


def parse_sitemap(data: bytes, *, url: str, content_type: str = "", timezone: str) -> Sitemap:
    """The sitemap in ``data``; arguments as for ``parse_feed``.

    Raises FeedError with status ``not-a-feed``.
    """
    if not looks_like_sitemap(data):
        raise FeedError("not a sitemap", url or None, "check the address", status="not-a-feed")
    root, problems, _ = parse_xml(data, content_type)
    name = _local(root)
    if name == "sitemapindex":
        return Sitemap(parts=_parts(root, url))
    pages = [child for child in root if _local(child) == "url"]
    found = (_page(page, url, timezone, problems) for page in pages[:MAX_PAGES])
    return Sitemap(
        entries=tuple(entry for entry in found if entry is not None),
        left_out=max(0, len(pages) - MAX_PAGES),
    )


def _parts(root: Any, base: str) -> tuple[Part, ...]:
    parts: dict[str, Part] = {}
    for child in root:
        if len(parts) == MAX_PAGES:
            break
        if _local(child) != "sitemap":
            continue
        address = join_url(base, _text(child, "loc"))
        if address is not None:
            parts.setdefault(address, Part(url=address, changed=_day(_text(child, "lastmod"))))
    return tuple(sorted(parts.values(), key=lambda part: part.changed, reverse=True))


def _day(text: str) -> str:
    """A time of change in a form that sorts; what is no time sorts behind all that are."""
    when, _ = parse_stamp(text, basis="sitemap:lastmod", timezone="UTC")
    return _sortable(when)


def _sortable(when: When | None) -> str:
    if when is None:
        return ""
    value = when.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat()


def _page(page: Any, base: str, zone: str, repairs: tuple[str, ...]) -> Facts | None:
    address = join_url(base, _text(page, "loc"))
    if address is None:
        return None
    problems = list(repairs)
    updated = _when(_text(page, "lastmod"), "sitemap:lastmod", zone, [])
    published, title, keywords, source, language = None, "", "", None, ""
    news = next((child for child in page if _local(child) == "news"), None)
    if news is not None:
        title = clean_text(_text(news, "title"))
        published = _when(_text(news, "publication_date"), "sitemap:news", zone, problems)
        keywords = _text(news, "keywords")
        publication = next((child for child in news if _local(child) == "publication"), None)
        if publication is not None:
            language = clean_text(_text(publication, "language"))
            source = _publisher(clean_text(_text(publication, "name")), address)
    return Facts(
        title=title,
        url=address,
        published=published,
        updated=updated,
        source=source,
        language=language,
        image=_image(page, base),
        categories=tuple(filter(None, map(clean_text, keywords.split(",")))),
        fragment=address,
        problems=tuple(problems),
    )


def _when(text: str, basis: str, zone: str, problems: list[str]) -> When | None:
    if not text:
        return None
    when, problem = parse_stamp(text, basis=basis, timezone=zone)
    if problem:
        problems.append(problem)
    return when


def _publisher(name: str, address: str) -> Link | None:
    if not name:
        return None
    parts = urlsplit(address)
    return Link(name=name, url=f"{parts.scheme}://{parts.netloc}/" if host_label(address) else None)


def _image(page: Any, base: str) -> Image | None:
    for child in page:
        if _local(child) == "image":
            for inner in child:
                if _local(inner) == "loc":
                    address = join_url(base, (inner.text or "").strip())
                    return Image(url=address) if address else None
    return None


def _text(element: Any, name: str) -> str:
    """The text of the first child of that name that has some."""
    return next(_texts(element, name), "")


def _texts(element: Any, name: str) -> Iterator[str]:
    for child in element:
        if _local(child) == name and (text := (child.text or "").strip()):
            yield text


def _local(element: Any) -> str:
    """A name without its namespace, which half of all sitemaps get wrong; "" for comments."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()
