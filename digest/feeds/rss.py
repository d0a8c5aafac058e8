"""RSS 0.9x, 1.0 (RDF) and 2.0 to entries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from digest.feeds.elements import (
    Vocabulary,
    base_of,
    first_date,
    first_filled,
    language_of,
    marked_text,
    media_pictures,
    picture,
    raw_text,
    title_text,
    unique,
    xml_language,
)
from digest.feeds.shape import Cadence, FeedHead
from digest.markup import clean_text
from digest.model import Facts, Image, Link
from digest.urls import host_label, join_url

_MAILBOX = re.compile(r"(?P<mail>[^\s@()<>]+@[^\s@()<>]+)\s*\((?P<name>[^()]*)\)\s*")
_NAMED_MAILBOX = re.compile(
    r"(?P<name>[^<>@]*?)\s*[<(]\s*(?:mailto:)?[^\s@<>()]+@[^\s@<>()]+\s*[>)]"
)
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_RDF_RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"

# Elements in the order in which they are believed.
TITLE = ("title", "dc:title", "atom:title", "itunes:title", "media:title")
PUBLISHED = (
    "pubdate",
    "atom:published",
    "atom:issued",
    "dc:date",
    "dcterms:issued",
    "dcterms:date",
)
CREATED = ("atom:created", "dcterms:created")
UPDATED = (
    *("updated", "modified", "atom:updated", "atom:modified", "dcterms:modified"),
    "lastbuilddate",
)
SUMMARY = (
    *("description", "summary", "atom:summary", "dc:description", "dcterms:abstract"),
    *("itunes:summary", "itunes:subtitle", "media:description", "googleplay:description"),
)
CONTENT = ("content:encoded", "xhtml:body", "fullitem", "body", "xhtml:div", "atom:content")
_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_ARTICLE_LENGTH = 500
"""Characters: a description of more is no synopsis where a shorter summary stands beside it."""


def read_rss(
    root: Any, url: str, timezone: str, *, whole: bool = True, explain: bool = False
) -> tuple[FeedHead, list[Facts]]:
    """The feed and its entries, in document order; arguments as in ``parse_feed``.

    Items are found wherever they stand: inside the channel (0.91 to 2.0), beside it (1.0), or
    inside one another where broken markup was recovered.
    """
    plain = Vocabulary("rss", root)
    channel = next((e for e in root.iter() if plain.name(e) == "channel"), root)
    names = Vocabulary("rss", root, channel)
    head = _head(channel, root, names, url, timezone)
    reader = _Items(names=names, head=head, url=url, timezone=timezone, whole=whole)
    if explain:
        from digest.feeds.weighed import weigh_item

        return head, [
            replace(facts, candidates=weigh_item(item, facts, names, head, url, timezone))
            for item in names.named(root, "item")
            for facts in (reader.read(item),)
        ]
    items = names.named(root, "item")
    return head, [reader.read(item) for item in items]


def _head(channel: Any, root: Any, names: Vocabulary, url: str, timezone: str) -> FeedHead:
    children = names.children(channel)
    base = base_of(channel, url)
    home = next(
        (
            address
            for element in children.get("link", ())
            if (address := join_url(base, raw_text(element) or element.get("href") or ""))
        ),
        None,
    ) or _alternate(children.get("atom:link", ()), base)
    title = first_filled(children, "title", "dc:title", "atom:title", "itunes:title", "media:title")
    summary = first_filled(
        children,
        *("description", "tagline", "atom:subtitle", "atom:tagline", "dc:description"),
        *("itunes:summary", "itunes:subtitle", "media:description"),
    )
    updated, _ = first_date(_texts(children, "feed:updated", "lastbuilddate", *UPDATED), timezone)
    published, _ = first_date(_published(children), timezone)
    language = first_filled(children, "language", "dc:language")
    return FeedHead(
        kind="rdf" if names.name(root).endswith("rdf") else "rss",
        title=title_text(raw_text(title)) if title is not None else "",
        home_url=home,
        language=language_of(raw_text(language) if language is not None else "")
        or xml_language(channel),
        summary=marked_text(summary) if summary is not None else "",
        authors=_people(children, names, "managingeditor", "author", "webmaster"),
        id=_id(children) or channel.get(_RDF_ABOUT) or "",
        published=published,
        # Dublin Core's date is that of any event; of a feed there is only its last change.
        updated=updated or published,
        cadence=_cadence(children, names),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Items:
    names: Vocabulary
    head: FeedHead
    url: str
    timezone: str
    whole: bool

    def read(self, item: Any) -> Facts:
        children = self.names.children(item)
        # Relative links mean the site: feeds are often served from somewhere else.
        base = base_of(item, self.head.home_url or self.url)
        problems: list[str] = []
        url = self._url(item, children, base, problems)
        title = first_filled(children, *TITLE)
        published, doubts = first_date(_published(children), self.timezone)
        updated, later = first_date(_texts(children, "feed:updated", *UPDATED), self.timezone)
        if published is None and updated is not None:
            published = updated
        problems += doubts or later
        guid = _id(children) or item.get(_RDF_ABOUT) or None
        if guid and not self.whole:
            return Facts(
                title=title_text(markup_or_text(title)) if title is not None else "",
                url=url,
                published=published,
                updated=updated,
                guid=guid,
                fragment=guid,
                problems=tuple(problems),
            )
        language = first_filled(children, "language", "dc:language")
        summary, text = self._words(children)
        return Facts(
            title=title_text(markup_or_text(title)) if title is not None else "",
            summary=summary,
            text=text,
            url=url,
            published=published,
            updated=updated,
            source=next((link for link, _ in sources(children, base, self.names)), None)
            or self.head.publisher(self.url),
            authors=_people(children, self.names, "author"),
            language=language_of(raw_text(language) if language is not None else "")
            or xml_language(item)
            or self.head.language,
            image=next((image for image, _ in pictures(children, base, self.names)), None),
            categories=_categories(children),
            guid=guid,
            problems=tuple(problems),
        )

    def _url(
        self, item: Any, children: dict[str, list[Any]], base: str, problems: list[str]
    ) -> str | None:
        refused = ""
        for link, _ in links(item, children):
            url = join_url(base, link)
            if url is not None:
                return url
            refused = refused or link
        if refused:
            problems.append(f"the link is no web address: {clean_text(refused)[:80]}")
        return None

    def _words(self, children: dict[str, list[Any]]) -> tuple[str, str]:
        """(summary, text). Where an item has a description and a summary and no content, one of
        them is the text: the description if it is an article's length beside the other."""
        element = first_filled(children, *SUMMARY)
        if element is None:
            element = self._summary_of_media(children)
        summary = marked_text(element) if element is not None else ""
        content = first_filled(children, *CONTENT)
        text = marked_text(content, paragraphs=True) if content is not None else ""
        second = first_filled(children, "summary", "atom:summary")
        if text or second is None or second is element:
            return summary, text
        other = marked_text(second)
        if other == summary:
            return summary, ""
        if len(summary) > max(_ARTICLE_LENGTH, 2 * len(other)):
            return other, marked_text(element, paragraphs=True)
        return summary, marked_text(second, paragraphs=True)

    def _summary_of_media(self, children: dict[str, list[Any]]) -> Any:
        groups = (self.names.children(group) for group in children.get("media:group", ()))
        found = (first_filled(group, "media:description") for group in groups)
        return next((element for element in found if element is not None), None)


def links(item: Any, children: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """The addresses of an item as written, with what states them, in order of trust."""
    for element in children.get("feedburner:origlink", ()):
        yield raw_text(element), "feedburner:origLink"
    for element in children.get("link", ()):
        rel = element.get("rel", "alternate")
        if rel == "alternate":
            stated = raw_text(element) or element.get("href") or element.get(_RDF_RESOURCE) or ""
            yield stated, "link"
    for element in children.get("guid", ()):
        guid = raw_text(element)
        permanent = (element.get("isPermaLink") or element.get("ispermalink") or "true").lower()
        if permanent != "false" and guid.lower().startswith(("http://", "https://")):
            yield guid, "guid"
    alternates = [
        element
        for element in children.get("atom:link", ())
        if element.get("rel", "alternate") == "alternate"
    ]
    alternates.sort(key=lambda element: element.get("type", "text/html") != "text/html")
    for element in alternates:
        yield element.get("href") or "", "atom:link"
    about = item.get(_RDF_ABOUT) or ""
    if about.lower().startswith(("http://", "https://")):
        yield about, "rdf:about"


def sources(
    children: dict[str, list[Any]], base: str, names: Vocabulary
) -> Iterator[tuple[Link, str]]:
    """The publishers that an item names, and in which element."""
    for element in children.get("source", ()):
        address = join_url(base, element.get("url") or "")
        name = clean_text(raw_text(element)) or host_label(address or "")
        if name:
            yield Link(name=name, url=_site(address)), "source"
    for element in children.get("atom:source", ()):
        parts = names.children(element)
        title = first_filled(parts, "atom:title", "title")
        home = _alternate(parts.get("atom:link", ()), base)
        name = title_text(raw_text(title)) if title is not None else host_label(home or "")
        if name:
            yield Link(name=name, url=home), "atom:source"


def pictures(
    children: dict[str, list[Any]], base: str, names: Vocabulary
) -> Iterator[tuple[Image, str]]:
    """The pictures of an item, and in which element."""
    yield from media_pictures(base, children, names)
    for element in children.get("enclosure", ()):
        if (element.get("type") or "").startswith("image/"):
            found = picture(base, element)
            if found is not None:
                yield found, "enclosure"
    for name in ("itunes:image", "googleplay:image"):
        for element in children.get(name, ()):
            found = picture(base, element, "href")
            if found is not None:
                yield found, name


def markup_or_text(element: Any) -> str:
    return raw_text(element) if len(element) == 0 else marked_text(element)


def _published(children: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """When it was published, or written where nothing says more."""
    yield from _texts(children, "feed:published", *PUBLISHED)
    yield from _texts(children, "feed:created", *CREATED)


def _texts(children: dict[str, list[Any]], basis: str, *names: str) -> Iterator[tuple[str, str]]:
    for name in names:
        for element in children.get(name, ()):
            yield raw_text(element), basis


def _id(children: dict[str, list[Any]]) -> str:
    element = first_filled(children, "guid", "atom:id", "id", "dc:identifier")
    return raw_text(element) if element is not None else ""


def _cadence(children: dict[str, list[Any]], names: Vocabulary) -> Cadence:
    """RSS 2.0's ttl, skipHours and skipDays, and RSS 1.0's syndication module."""
    minutes = _whole(first_filled(children, "ttl"))
    period = first_filled(children, "sy:updateperiod")
    if minutes is None and period is not None:
        often = _whole(first_filled(children, "sy:updatefrequency")) or 1
        minutes = _PERIODS.get(raw_text(period).lower(), 0) // often
    hours = (_whole(hour) for hour in _inner(children, names, "skiphours", "hour"))
    days = (raw_text(day).lower() for day in _inner(children, names, "skipdays", "day"))
    return Cadence(
        minutes=min(minutes or 0, _PERIODS["yearly"]),
        skip_hours=frozenset(hour % 24 for hour in hours if hour is not None and hour <= 24),
        skip_days=frozenset(_WEEK.index(day) for day in days if day in _WEEK),
    )


def _inner(
    children: dict[str, list[Any]], names: Vocabulary, outer: str, inner: str
) -> Iterator[Any]:
    for element in children.get(outer, ()):
        yield from names.children(element).get(inner, ())


def _whole(element: Any) -> int | None:
    text = raw_text(element) if element is not None else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None


def _alternate(links: Any, base: str) -> str | None:
    for element in links:
        if element.get("rel", "alternate") == "alternate":
            url = join_url(base, element.get("href") or "")
            if url is not None:
                return url
    return None


def _site(address: str | None) -> str | None:
    """The front page of the site that an address (of a feed) belongs to."""
    if address is None:
        return None
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/"


def _people(children: dict[str, list[Any]], names: Vocabulary, *own: str) -> tuple[str, ...]:
    return next((people for people, _ in persons(children, names, *own)), ())


def persons(
    children: dict[str, list[Any]], names: Vocabulary, *own: str
) -> Iterator[tuple[tuple[str, ...], str]]:
    """The people that each kind of element names, in order of trust."""
    for name in ("dc:creator", *own, "atom:author", "dc:author", "itunes:author"):
        found = unique(_person(element, names) for element in children.get(name, ()))
        if found:
            yield found, name


def _person(element: Any, names: Vocabulary) -> str:
    """A name without its mail address, the address where there is no name."""
    if len(element):
        parts = names.children(element)
        named = first_filled(parts, "atom:name", "name", "atom:email", "email")
        if named is not None:
            return clean_text(raw_text(named))
    text = title_text(raw_text(element))
    found = _MAILBOX.fullmatch(text)
    if found is not None:
        return found["name"].strip() or found["mail"]
    found = _NAMED_MAILBOX.fullmatch(text)
    return found["name"].strip(' "') or text if found is not None else text


def _categories(children: dict[str, list[Any]]) -> tuple[str, ...]:
    def names() -> Iterator[str]:
        for name in ("category", "dc:subject", "atom:category", "media:category"):
            for element in children.get(name, ()):
                label = element.get("label") or raw_text(element) or element.get("term") or ""
                yield title_text(label)
        for name in ("media:keywords", "itunes:keywords"):
            for element in children.get(name, ()):
                yield from (clean_text(word) for word in raw_text(element).split(","))
        for element in children.get("itunes:category", ()):
            yield clean_text(element.get("text") or "")

    return unique(names())
