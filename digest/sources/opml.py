"""OPML: lists of subscriptions, at any depth, with their folders kept."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from digest.config import schema as config
from digest.errors import FeedError
from digest.markup import clean_text
from digest.urls import canonical_url

# Deeper nesting is an attack, not an order.
_MAX_DEPTH = 50
_MAX_SUBSCRIPTIONS = 20_000
_ROOT = re.compile(rb"<(?:\w+:)?opml[\s>]", re.IGNORECASE)
_BARE_AMPERSAND = re.compile(rb"&(?!#?\w{1,32};)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One feed of a list; ``folders`` from the outside in."""

    url: str
    title: str = ""
    home_url: str = ""
    folders: tuple[str, ...] = ()


def looks_like_opml(data: bytes) -> bool:
    """True when the document's first element is OPML's."""
    return _ROOT.search(data[:4096].replace(b"\0", b"")) is not None


def parse_opml(data: bytes, *, name: str) -> list[Subscription]:
    """The subscriptions in the order of the document, each address once.

    Raises FeedError (status ``not-a-feed``) when the bytes are not OPML.
    """
    from lxml import etree

    root = None
    # A bare "&" in an address is frequent; recovery alone would drop what follows it.
    for text, recover in ((data, False), (_BARE_AMPERSAND.sub(b"&amp;", data), True)):
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, recover=recover
        )
        try:
            root = etree.fromstring(text.lstrip(), parser)
        except (etree.XMLSyntaxError, ValueError):
            continue
        break
    if root is None or _local(root.tag) != "opml":
        raise FeedError("not OPML", name, "check the file or address", status="not-a-feed")
    found: dict[str, Subscription] = {}
    # (element, folders) still to be seen, the next one last: no recursion, so no depth to fear.
    waiting: list[tuple[Any, tuple[str, ...]]] = [(child, ()) for child in reversed(root)]
    while waiting and len(found) < _MAX_SUBSCRIPTIONS:
        element, folders = waiting.pop()
        tag = _local(element.tag)
        inner = folders
        if tag == "outline":
            attributes = {_local(key): value.strip() for key, value in element.attrib.items()}
            label = clean_text(attributes.get("title") or attributes.get("text") or "")
            url = attributes.get("xmlurl", "")
            if url:
                key = canonical_url(url) or url
                found.setdefault(
                    key,
                    Subscription(
                        url=url,
                        title=label,
                        home_url=attributes.get("htmlurl", ""),
                        folders=folders or _split_category(attributes.get("category", "")),
                    ),
                )
            elif label:
                inner = (*folders, label)
        if tag in ("body", "outline") and len(inner) <= _MAX_DEPTH:
            waiting.extend((child, inner) for child in reversed(element))
    return list(found.values())


def expand(subscriptions: Sequence[Subscription], spec: config.Source) -> tuple[config.Source, ...]:
    """The feeds of a list as sources of their own, with what ``spec`` says of the list.

    The folder is a feed's topic, unless ``spec`` names one or it is called Hold. Titles name
    feeds where they are unique. ``private`` passes on only from a file, which is the user's own:
    a list from the network must not point into the user's house. Credentials are for the list's
    own server, and go to none of its feeds.
    """
    titles = Counter(subscription.title for subscription in subscriptions)
    return tuple(
        dataclasses.replace(
            spec,
            url=subscription.url,
            path="",
            name=subscription.title if titles[subscription.title] == 1 else "",
            kind="feed",
            topic=spec.topic or _topic(subscription.folders),
            private=spec.private and not spec.url,
            headers={},
            username="",
            password="",
            token="",
            cookie="",
            certificate="",
        )
        for subscription in subscriptions
    )


def _topic(folders: Sequence[str]) -> str:
    topic = " / ".join(folders)
    return "" if topic.casefold() == config.HOLD.casefold() else topic


def _local(name: object) -> str:
    return name.rpartition("}")[2].lower() if isinstance(name, str) else ""


def _split_category(text: str) -> tuple[str, ...]:
    """The first path of a category attribute (OPML 2.0: ``/News/Asia,/Politics``)."""
    first = text.partition(",")[0]
    return tuple(part for part in map(clean_text, first.split("/")) if part)
