"""What an entry of a feed offers for each fact, and why it won or lost: for ``digest articles
--explain``. Nothing here is loaded unless someone asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from digest.dates import parse_stamp
from digest.feeds import atom, jsonfeed, rss
from digest.feeds.elements import (
    Vocabulary,
    base_of,
    language_of,
    marked_text,
    raw_text,
    title_text,
    xml_language,
)
from digest.feeds.shape import FeedHead
from digest.markup import plain_text
from digest.model import Candidates, Facts
from digest.model.candidate import Candidate, Fact
from digest.model.offer import Offer, settle
from digest.urls import join_url

Children = dict[str, list[Any]]

_DATE_LIKE = re.compile(r"date|time|publish|issued|modif|updat|created|expir|valid|available", re.I)
_NOT_PUBLISHED = "a change, not the publication"
_ONLY_CHANGED = "nothing says when it was published: its last change is taken"
_NO_ADDRESS = "no web address"
_THE_MEDIA = "names the media, not the entry"
_DATED_ELSEWHERE = frozenset(["sy:updateperiod", "sy:updatebase", "sy:updatefrequency"])


def weigh_item(
    item: Any, facts: Facts, names: Vocabulary, head: FeedHead, url: str, timezone: str
) -> tuple[Candidate, ...]:
    """What an item of RSS offers; arguments as its reader has them."""
    children = names.children(item)
    base = base_of(item, head.home_url or url)

    def beside(element: Any) -> str:
        is_text = bool(facts.text) and marked_text(element, paragraphs=True) == facts.text
        return "is taken for the text" if is_text else "another comes before it"

    def offers() -> Iterator[Offer]:
        for element, basis in _all(children, *rss.TITLE):
            yield Offer(fact="title", value=title_text(rss.markup_or_text(element)), basis=basis)
        for element, basis in _all(children, *rss.SUMMARY):
            value = marked_text(element)
            yield Offer(fact="summary", value=value, basis=basis, otherwise=beside(element))
        yield from _of_media(children, names)
        yield from _links(rss.links(item, children), base)
        yield from _dates(children, timezone, rss.PUBLISHED, rss.CREATED, rss.UPDATED)
        for link, name in rss.sources(children, base, names):
            yield Offer(fact="source", value=link.name, basis=f"feed:{name}")
        for people, name in rss.persons(children, names, "author"):
            yield Offer(fact="authors", value=", ".join(people), basis=f"feed:{name}")
        for element, basis in _all(children, "language", "dc:language"):
            yield Offer(fact="language", value=language_of(raw_text(element)), basis=basis)
        for image, name in rss.pictures(children, base, names):
            yield Offer(fact="image", value=image.url, basis=f"feed:{name}")
        for element, basis in _all(children, *rss.CONTENT):
            yield Offer(fact="text", value=marked_text(element, paragraphs=True), basis=basis)
        for element, basis in _all(children, *rss.SUMMARY):
            value = marked_text(element, paragraphs=True)
            if value == facts.text:
                yield Offer(fact="text", value=value, basis=basis, because="an article's length")

    return _settled(facts, offers(), item, head, url)


def weigh_entry(
    entry: Any, facts: Facts, names: Vocabulary, head: FeedHead, url: str, timezone: str
) -> tuple[Candidate, ...]:
    """What an entry of Atom offers; arguments as its reader has them."""
    children = names.children(entry)
    base = base_of(entry, url or head.home_url or "")

    def offers() -> Iterator[Offer]:
        for element, basis in _all(children, *atom.TITLE):
            yield Offer(fact="title", value=atom.title_of(element), basis=basis)
        for element, basis in _all(children, *atom.SUMMARY):
            yield Offer(fact="summary", value=atom.construct(element), basis=basis)
        yield from _of_media(children, names)
        yield from _links(atom.page_links(children, url, base), base)
        for element, basis in _all(children, "id", "guid"):
            if (text := raw_text(element)).lower().startswith(("http://", "https://")):
                yield Offer(fact="url", value=text, basis=basis, because="no link is given")
        yield from _dates(children, timezone, atom.PUBLISHED, atom.CREATED, atom.UPDATED)
        for link, _, name in atom.sources(children, names, url):
            yield Offer(fact="source", value=link.name, basis=f"feed:{name}")
        for people, name in atom.persons(children, names):
            yield Offer(fact="authors", value=", ".join(people), basis=f"feed:{name}")
        for _, people, name in atom.sources(children, names, url):
            yield Offer(fact="authors", value=", ".join(people), basis=f"feed:{name}/author")
        for element, basis in _all(children, "dc:language"):
            yield Offer(fact="language", value=language_of(raw_text(element)), basis=basis)
        for image, name in atom.pictures(children, names, base):
            yield Offer(fact="image", value=image.url, basis=f"feed:{name}")
        for element, basis in _all(children, "content"):
            value = atom.construct(element, paragraphs=True)
            yield Offer(fact="text", value=value, basis=basis)

    return _settled(facts, offers(), entry, head, url)


def weigh_object(
    item: dict[str, Any], facts: Facts, head: FeedHead, base: str, timezone: str
) -> tuple[Candidate, ...]:
    """What an item of a JSON Feed offers; arguments as its reader has them."""

    def text(name: str) -> str:
        return jsonfeed.text_of(item.get(name))

    def offers() -> Iterator[Offer]:
        yield Offer(fact="title", value=title_text(text("title")), basis="feed:title")
        yield Offer(fact="summary", value=plain_text(text("summary")), basis="feed:summary")
        yield from _links(jsonfeed.links_of(item, text("id")), base)
        changed, basis = text("date_modified"), "feed:date_modified"
        yield from _dated("published", text("date_published"), "feed:date_published", timezone)
        yield from _dated("published", changed, basis, timezone, _ONLY_CHANGED, _NOT_PUBLISHED)
        yield from _dated("updated", changed, basis, timezone)
        for name in item:
            if _DATE_LIKE.search(name) and name not in ("date_published", "date_modified"):
                yield from _unread(text(name), f"feed:{name}", timezone)
        people = ", ".join(jsonfeed.people_of(item))
        yield Offer(fact="authors", value=people, basis="feed:authors")
        language = language_of(text("language"))
        yield Offer(fact="language", value=language, basis="feed:language")
        for image, name in jsonfeed.pictures_of(item, base):
            yield Offer(fact="image", value=image.url, basis=f"feed:{name}")
        html = plain_text(text("content_html"), paragraphs=True)
        yield Offer(fact="text", value=html, basis="feed:content_html")
        lines = jsonfeed.lines_of(text("content_text"))
        yield Offer(fact="text", value=lines, basis="feed:content_text")

    return _settled(facts, offers(), None, head, base)


def _settled(
    facts: Facts, offers: Iterator[Offer], entry: Any, head: FeedHead, url: str
) -> tuple[Candidate, ...]:
    """The candidates of an entry, with what its feed says in its stead."""
    weighed = Candidates(wanted=True)
    settle(weighed, facts, offers)
    settle(weighed, facts, _of_feed(facts, entry, head, url))
    return weighed.all()


def _of_feed(facts: Facts, entry: Any, head: FeedHead, url: str) -> Iterator[Offer]:
    nothing = "the entry names none"
    publisher = head.publisher(url)
    if publisher is not None:
        basis = "title of the feed" if head.title else "host of the feed"
        yield Offer(
            fact="source",
            value=publisher.name,
            basis=basis,
            because=nothing,
            otherwise="the entry names another",
        )
    if head.authors and head.kind in ("atom", "json"):
        people = ", ".join(head.authors)
        other = "the entry names its own"
        yield Offer(
            fact="authors", value=people, basis="author of the feed", because=nothing,
            otherwise=other,
        )  # fmt: skip
    if entry is not None:
        yield Offer(fact="language", value=xml_language(entry), basis="xml:lang")
    yield Offer(fact="language", value=head.language, basis="language of the feed", because=nothing)
    if facts.published is None:
        for when in (head.published, head.updated):
            if when is not None:
                refused = "the feed's own date, never an entry's"
                yield Offer(
                    fact="published", value=when.raw, basis="date of the feed", refused=refused
                )


def _all(children: Children, *wanted: str) -> Iterator[tuple[Any, str]]:
    """The elements of those names, in the order of the names, with what to call them."""
    for name in wanted:
        for element in children.get(name, ()):
            yield element, f"feed:{_written(element, name)}"


def _written(element: Any, name: str) -> str:
    """An element's name as feeds write it: ``pubDate``, ``dc:date``."""
    prefix, colon, _ = name.rpartition(":")
    local = str(element.tag).rpartition("}")[2].rpartition(":")[2]
    return local if name.startswith("{") else f"{prefix}{colon}{local}"


def _links(links: Iterator[tuple[str, str]], base: str) -> Iterator[Offer]:
    for link, name in links:
        url = join_url(base, link)
        yield Offer(
            fact="url", value=url or link, basis=f"feed:{name}", refused="" if url else _NO_ADDRESS
        )


def _of_media(children: Children, names: Vocabulary) -> Iterator[Offer]:
    """What stands inside the media of an entry: titles and descriptions of videos, pictures."""
    for holder in (*children.get("media:group", ()), *children.get("media:content", ())):
        parts = names.children(holder)
        inside: tuple[tuple[Fact, str], ...] = (
            ("title", "media:title"),
            ("summary", "media:description"),
        )
        for fact, name in inside:
            for element, _ in _all(parts, name):
                yield Offer(
                    fact=fact,
                    value=marked_text(element),
                    basis=f"feed:{names.name(holder)}/{name}",
                    because="the entry has none of its own",
                    otherwise=_THE_MEDIA,
                )


def _dates(
    children: Children,
    timezone: str,
    published: tuple[str, ...],
    created: tuple[str, ...],
    updated: tuple[str, ...],
) -> Iterator[Offer]:
    for element, basis in _all(children, *published, *created):
        yield from _dated("published", raw_text(element), basis, timezone)
    for element, basis in _all(children, *updated):
        text = raw_text(element)
        yield from _dated("published", text, basis, timezone, _ONLY_CHANGED, _NOT_PUBLISHED)
        yield from _dated("updated", text, basis, timezone)
    for name in children:
        if name in (*published, *created, *updated) or name in _DATED_ELSEWHERE:
            continue
        if _DATE_LIKE.search(name.rpartition("}")[2]):
            for element, basis in _all(children, name):
                yield from _unread(raw_text(element), basis, timezone)


def _dated(
    fact: Fact,
    text: str,
    basis: str,
    timezone: str,
    because: str = "the first in order that states a date",
    otherwise: str = "another comes before it",
) -> Iterator[Offer]:
    when, problem = parse_stamp(text, basis=basis, timezone=timezone) if text else (None, "")
    yield Offer(
        fact=fact,
        value=text,
        basis=basis,
        refused="" if when is not None else problem,
        because=because,
        otherwise=otherwise,
    )


def _unread(text: str, basis: str, timezone: str) -> Iterator[Offer]:
    """A date in a field that does not say when an entry was published."""
    if text and parse_stamp(text, basis=basis, timezone=timezone)[0] is not None:
        refused = "no field for the day of publication"
        yield Offer(fact="published", value=text, basis=basis, refused=refused)
