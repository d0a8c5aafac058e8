"""Atom 1.0 (RFC 4287) and 0.3 to entries."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from digest.feeds.elements import (
    MAX_TEXT,
    Vocabulary,
    base_of,
    first_date,
    first_filled,
    language_of,
    media_pictures,
    picture,
    raw_text,
    title_text,
    unique,
    xml_language,
)
from digest.feeds.shape import FeedHead
from digest.markup import clean_text, element_text, plain_text
from digest.model import Facts, Image, Link
from digest.urls import host_label, join_url

# Elements in the order in which they are believed.
TITLE = ("title", "dc:title", "media:title")
PUBLISHED = ("published", "issued", "dc:date", "dcterms:issued", "pubdate")
CREATED = ("created", "dcterms:created")
UPDATED = ("updated", "modified", "dcterms:modified")
SUMMARY = ("summary", "dc:description", "media:description")


def read_atom(
    root: Any, url: str, timezone: str, *, whole: bool = True, explain: bool = False
) -> tuple[FeedHead, list[Facts]]:
    """The feed and its entries, in document order; arguments as in ``parse_feed``."""
    names = Vocabulary("atom", root)
    head = _head(root, names, url, timezone)
    entries = names.named(root, "entry")
    found = [_entry(entry, names, head, url, timezone, whole) for entry in entries]
    if explain:
        from digest.feeds.weighed import weigh_entry

        found = [
            replace(facts, candidates=weigh_entry(entry, facts, names, head, url, timezone))
            for entry, facts in zip(entries, found, strict=True)
        ]
    return head, found


def _head(root: Any, names: Vocabulary, url: str, timezone: str) -> FeedHead:
    children = names.children(root)
    published, _ = first_date(_published(children), timezone)
    updated, _ = first_date(_texts(children, "feed:updated", *UPDATED), timezone)
    language = first_filled(children, "dc:language", "language")
    return FeedHead(
        kind="atom",
        title=_title(children),
        home_url=next((link for link, _ in links(children, url)), None),
        language=xml_language(root)
        or language_of(raw_text(language) if language is not None else ""),
        summary=construct(first_filled(children, "subtitle", "tagline", "dc:description")),
        authors=_people(children, names),
        id=_id(children),
        published=published,
        updated=updated,
    )


def _entry(
    entry: Any, names: Vocabulary, head: FeedHead, url: str, timezone: str, whole: bool
) -> Facts:
    children = names.children(entry)
    base = base_of(entry, url or head.home_url or "")
    problems: list[str] = []
    published, doubts = first_date(_published(children), timezone)
    updated, later = first_date(_texts(children, "feed:updated", *UPDATED), timezone)
    if published is None:
        published = updated
    problems += doubts or later
    guid = _id(children)
    if guid and not whole:
        return Facts(
            title=_title(children),
            url=_url(children, url, base, problems),
            published=published,
            updated=updated,
            guid=guid,
            fragment=guid,
            problems=tuple(problems),
        )
    source, source_authors, _ = next(sources(children, names, url), (None, (), ""))
    language = first_filled(children, "dc:language")
    summary = first_filled(children, *SUMMARY)
    if summary is None:
        for group in children.get("media:group", ()):
            summary = first_filled(names.children(group), "media:description")
    return Facts(
        title=_title(children),
        summary=construct(summary),
        text=construct(first_filled(children, "content"), paragraphs=True),
        url=_url(children, url, base, problems),
        published=published,
        updated=updated,
        source=source or head.publisher(url),
        authors=_people(children, names) or source_authors or head.authors,
        language=language_of(raw_text(language) if language is not None else "")
        or xml_language(entry)
        or head.language,
        image=next((image for image, _ in pictures(children, names, base)), None),
        categories=_categories(children),
        guid=guid or None,
        problems=tuple(problems),
    )


def _url(
    children: dict[str, list[Any]], document: str, base: str, problems: list[str]
) -> str | None:
    url = next((link for link, _ in page_links(children, document, base)), None)
    if url is not None:
        return url
    stated = [link.get("href") for link in _alternates(children) if link.get("href")]
    if stated:
        problems.append(f"the link is no web address: {clean_text(str(stated[0]))[:80]}")
    guid = _id(children)
    return guid if guid.lower().startswith(("http://", "https://")) and join_url("", guid) else None


def _alternates(children: dict[str, list[Any]]) -> list[Any]:
    """Links to the page itself, HTML first."""
    links = [
        link
        for link in children.get("link", ())
        if (link.get("rel") or "alternate").rpartition("/")[2].strip().lower() == "alternate"
    ]
    return sorted(links, key=_foreignness)


def _foreignness(link: Any) -> int:
    kind = (link.get("type") or "text/html").partition(";")[0].strip().lower()
    return 0 if kind in ("text/html", "application/xhtml+xml") else 1


def page_links(
    children: dict[str, list[Any]], document: str, base: str
) -> Iterator[tuple[str, str]]:
    """The addresses of an entry's page, with what states them, in order of trust."""
    for element in children.get("feedburner:origlink", ()):
        original = join_url(base, raw_text(element))
        if original is not None:
            yield original, "feedburner:origLink"
    yield from links(children, document)


def links(children: dict[str, list[Any]], document: str) -> Iterator[tuple[str, str]]:
    """The addresses that link elements give for the page itself, and their media type."""
    for link in _alternates(children):
        url = join_url(base_of(link, document), link.get("href") or raw_text(link))
        if url is not None:
            yield url, f"link {link.get('type') or ''}".strip()


def _title(children: dict[str, list[Any]]) -> str:
    element = first_filled(children, *TITLE)
    return title_of(element) if element is not None else ""


def title_of(element: Any) -> str:
    """The words of an element that is a title."""
    kind, text = _typed(element)
    if kind == "html":
        return title_text(text)
    return clean_text(text) if kind == "text" else element_text(element)


def construct(element: Any, *, paragraphs: bool = False) -> str:
    """A text construct (RFC 4287 §3.1) or content (§4.1.3) as plain text."""
    if element is None:
        return ""
    kind, text = _typed(element)
    if kind == "text":
        return clean_text(text)
    if kind == "html":
        return plain_text(text, paragraphs=paragraphs)
    return element_text(element, paragraphs=paragraphs)[:MAX_TEXT] if kind == "xhtml" else ""


def _typed(element: Any) -> tuple[str, str]:
    """How an element is to be read (text, html, xhtml, nothing) and its character data."""
    kind = (element.get("type") or "text").partition(";")[0].strip().lower()
    mode = (element.get("mode") or "").strip().lower()
    text = (element.text or "") if len(element) == 0 else "".join(element.itertext())
    text = text[:MAX_TEXT].strip()
    if mode == "base64" or _is_binary(kind, element):
        try:
            text = base64.b64decode("".join(text.split()), validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            return ("html", text) if kind.startswith("text/") else ("", "")
        return ("text" if kind in ("text", "text/plain") else "html"), text
    if kind in ("html", "text/html") or mode == "escaped":
        return ("html" if kind not in ("text", "text/plain") or mode else "text"), text
    if kind == "xhtml" or kind.endswith(("+xml", "/xml")):
        return ("xhtml" if len(element) else "html"), text
    if len(element):  # markup that should not be there is still markup
        return "xhtml", text
    return "text", text


def _is_binary(kind: str, element: Any) -> bool:
    if "/" not in kind or len(element):
        return False
    return not kind.startswith("text/") and not kind.endswith(("+xml", "/xml"))


def _published(children: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """When it was published, or written where nothing says more."""
    yield from _texts(children, "feed:published", *PUBLISHED)
    yield from _texts(children, "feed:created", *CREATED)


def _texts(children: dict[str, list[Any]], basis: str, *names: str) -> Iterator[tuple[str, str]]:
    for name in names:
        for element in children.get(name, ()):
            yield raw_text(element), basis


def _id(children: dict[str, list[Any]]) -> str:
    element = first_filled(children, "id", "guid", "dc:identifier")
    return raw_text(element) if element is not None else ""


def _people(children: dict[str, list[Any]], names: Vocabulary) -> tuple[str, ...]:
    return next((found for found, _ in persons(children, names) if found), ())


def persons(
    children: dict[str, list[Any]], names: Vocabulary
) -> Iterator[tuple[tuple[str, ...], str]]:
    """The people that each kind of element names, in order of trust."""

    def people() -> Iterator[str]:
        for element in children.get("author", ()):
            parts = names.children(element)
            named = first_filled(parts, "name") if parts else element
            if named is None:
                named = first_filled(parts, "email", "uri", "url")
            if named is not None:
                yield clean_text(raw_text(named))

    def creators() -> Iterator[str]:
        for element in children.get("dc:creator", ()):
            yield title_text(raw_text(element))

    yield unique(people()), "author"
    yield unique(creators()), "dc:creator"


def sources(
    children: dict[str, list[Any]], names: Vocabulary, document: str
) -> Iterator[tuple[Link, tuple[str, ...], str]]:
    """The feed that an entry was taken from (RFC 4287 §4.2.11) is its publisher: with its authors
    and in which element it stands."""
    for element in children.get("source", ()):
        parts = names.children(element)
        home = next((link for link, _ in links(parts, document)), None)
        name = _title(parts) or host_label(home or "")
        if name:
            yield Link(name=name, url=home), _people(parts, names), "source"


def pictures(
    children: dict[str, list[Any]], names: Vocabulary, base: str
) -> Iterator[tuple[Image, str]]:
    """The pictures of an entry, and in which element."""
    yield from media_pictures(base, children, names)
    for link in children.get("link", ()):
        if link.get("rel") == "enclosure" and (link.get("type") or "").startswith("image/"):
            found = picture(base, link, "href")
            if found is not None:
                yield found, "link enclosure"


def _categories(children: dict[str, list[Any]]) -> tuple[str, ...]:
    def names() -> Iterator[str]:
        for element in children.get("category", ()):
            yield title_text(element.get("label") or element.get("term") or raw_text(element))
        for element in children.get("dc:subject", ()):
            yield title_text(raw_text(element))

    return unique(names())
