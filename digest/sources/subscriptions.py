"""Subscriptions out and in: sources as OPML, and what of a list is new to digest.toml."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from digest.config import schema as config
from digest.feeds.discovery import feed_address
from digest.http.addresses import is_plainly_private
from digest.markup import clean_text
from digest.sources.opml import Subscription, expand
from digest.urls import canonical_url

_BETWEEN = " / "
_NOT_IN_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_USER = re.compile(r"//[^/@]*@")
_EXPORTED = ("auto", "feed", "opml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What a list brings: ``new`` sources in its order, how many there were ``already`` or twice,
    and the addresses that are none (``refused``)."""

    new: tuple[config.Source, ...]
    already: int
    refused: tuple[str, ...]


def same_feed(url: str) -> str:
    """What two addresses of one feed have in common: their canonical form, whatever the scheme."""
    return (canonical_url(url) or url).partition("://")[2] or url


def plan_import(
    subscriptions: Sequence[Subscription],
    sources: Sequence[config.Source],
    *,
    topic: str = "",
    private: bool = False,
) -> Import:
    """The subscriptions as further sources beside those that there are.

    A folder becomes the topic unless ``topic`` names one for all. A title becomes the name where
    no other source has it. With ``private`` hosts that are plainly not public (localhost,
    192.168.1.5) are meant. Lists within the list stay lists that are followed.
    """
    known = {same_feed(source.url) for source in sources if source.url}
    names = {source.name for source in sources}
    new, refused, already = [], [], 0
    for source in expand(subscriptions, config.Source(path="-", topic=topic)):
        address = feed_address(source.url)
        # Addresses with a user's name in them are not sent, and refused in digest.toml.
        if address is None or "@" in address.partition("://")[2].partition("/")[0]:
            refused.append(_USER.sub("//…@", source.url))
            continue
        if same_feed(address) in known:
            already += 1
            continue
        known.add(same_feed(address))
        name = one_line(source.name)
        if name in names or name in (source.url, address):
            name = ""
        names.add(name)
        new.append(
            config.Source(
                url=address,
                name=name,
                kind=source.kind if source.kind == "opml" else "auto",
                topic=one_line(source.topic),
                private=private and is_plainly_private(urlsplit(address).hostname or ""),
            )
        )
    return Import(new=tuple(new), already=already, refused=tuple(refused))


def one_line(text: str) -> str:
    """A title as it may stand in digest.toml: one line of what can be seen."""
    return "".join(letter for letter in clean_text(text) if letter.isprintable())


def is_exported(source: config.Source) -> bool:
    """True for what other readers can subscribe to: feeds, addresses that may be one, lists."""
    return bool(source.url) and source.kind in _EXPORTED


def format_opml(sources: Iterable[config.Source], *, title: str) -> bytes:
    """The feeds among ``sources`` as OPML 2.0 in their order; topics become folders, ``A / B`` a
    folder in another. Read again it gives the same addresses, names and topics."""
    from lxml import etree

    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = _clean(title)
    body = etree.SubElement(root, "body")
    open_folders: list[tuple[str, Any]] = []
    for source in filter(is_exported, sources):
        folders = _folders(source.topic)
        same = sum(
            1
            for _ in itertools.takewhile(
                lambda pair: pair[0] == pair[1][0], zip(folders, open_folders, strict=False)
            )
        )
        # A feed without a topic behind a folder stands outside of all of them.
        del open_folders[same:]
        for folder in folders[same:]:
            parent = open_folders[-1][1] if open_folders else body
            element = etree.SubElement(parent, "outline", text=folder, title=folder)
            open_folders.append((folder, element))
        label = _clean(source.name) or source.url
        kind = (
            {"type": "include", "url": _clean(source.url)}
            if source.kind == "opml"
            else {"type": "rss", "xmlUrl": _clean(source.url)}
        )
        parent = open_folders[-1][1] if open_folders else body
        etree.SubElement(parent, "outline", text=label, title=label, **kind)
    etree.indent(root, "  ")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def as_table(source: config.Source) -> dict[str, str | int | bool]:
    """What a source's table in digest.toml has to say: all that is not as by default."""
    default = config.Source()
    table: dict[str, str | int | bool] = {}
    for field in dataclasses.fields(source):
        value = getattr(source, field.name)
        if value != getattr(default, field.name) and isinstance(value, str | int | bool):
            table[field.name] = value
    return table


def _folders(topic: str) -> tuple[str, ...]:
    parts = tuple(_clean(topic).split(_BETWEEN))
    if not topic:
        return ()
    whole = all(part == part.strip() and part for part in parts)
    return parts if whole else (_clean(topic),)


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
