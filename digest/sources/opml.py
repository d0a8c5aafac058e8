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
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,32};)")
_DECLARATION = re.compile(r"^<\?xml\b[^>]{0,200}\?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One feed of a list, or with ``is_list`` a further list; ``folders`` from the outside in."""

    url: str
    title: str = ""
    home_url: str = ""
    folders: tuple[str, ...] = ()
    is_list: bool = False


def looks_like_opml(data: bytes) -> bool:
    """True when the document's first element is OPML's."""
    return _ROOT.search(data[:4096].replace(b"\0", b"")) is not None


def parse_opml(data: bytes, *, name: str) -> list[Subscription]:
    """The subscriptions in the order of the document, each address once.

    Raises FeedError (status ``not-a-feed``) when the bytes are not OPML.
    """
    root = _read_root(data)
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
            is_list = not url and _is_inclusion(attributes)
            if is_list:
                url = attributes["url"]
            if url:
                key = canonical_url(url) or url
                found.setdefault(
                    key,
                    Subscription(
                        url=url,
                        title=label,
                        home_url=attributes.get("htmlurl", ""),
                        folders=folders or _split_category(attributes.get("category", "")),
                        is_list=is_list,
                    ),
                )
            elif label:
                inner = (*folders, label)
        if tag in ("body", "outline") and len(inner) <= _MAX_DEPTH:
            waiting.extend((child, inner) for child in reversed(element))
    return list(found.values())


def _read_root(data: bytes) -> Any:
    """The document's root element, repaired where it must be; None when there is none.

    Lists are written by many hands: an encoding that is not the declared one, a bare ``&``,
    entities of HTML, junk before the declaration, prefixes that nobody declared.
    """
    from digest.feeds.decode import decode, parse_xml

    try:
        # Several readers write UTF-8 whatever they declare; what decodes as such is nothing else,
        # but for encodings that switch by escape characters.
        text = data.decode("utf-8-sig") if b"\x1b" not in data and b"\0" not in data else None
    except UnicodeDecodeError:
        text = None
    if text is None:
        text, _ = decode(data)
    text = _BARE_AMPERSAND.sub("&amp;", _DECLARATION.sub("", text.lstrip("\ufeff \t\r\n")))
    try:
        root, _, _ = parse_xml(text.encode("utf-8", "replace"))
    except FeedError:
        return None
    return root


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
            kind="opml" if subscription.is_list else "feed",
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


def _is_inclusion(attributes: dict[str, str]) -> bool:
    """True for an outline that stands for another list (OPML 2.0, "Inclusion")."""
    kind, url = attributes.get("type", "").lower(), attributes.get("url", "")
    path = url.partition("?")[0].partition("#")[0].lower()
    return bool(url) and (kind == "include" or (kind == "link" and path.endswith(".opml")))


def _topic(folders: Sequence[str]) -> str:
    topic = " / ".join(folders)
    return "" if topic.casefold() == config.HOLD.casefold() else topic


def _local(name: object) -> str:
    return name.rpartition("}")[2].lower() if isinstance(name, str) else ""


def _split_category(text: str) -> tuple[str, ...]:
    """The first path of a category attribute (OPML 2.0: ``/News/Asia,/Politics``)."""
    first = text.partition(",")[0]
    return tuple(part for part in map(clean_text, first.split("/")) if part)
