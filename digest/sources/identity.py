"""What makes an article the same article: the address of its page, else what the feed calls it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from digest.model.facts import Facts
from digest.names import page_id, page_name
from digest.urls import canonical_url

_LENGTH = 16


def identify(*, url: str | None, scope: str, guid: str | None, title: str, text: str) -> str:
    """A stable id, 16 hexadecimal digits: same input, same id, however it was named.

    From the page, whichever of its addresses was given (``url`` is canonical); without one from
    the identifier that the source gave, unique within ``scope`` (the feed's address), and from
    the title as well where there is no scope; without either from title and text.
    """
    if url:
        return page_id(url)
    if guid:
        basis = f"guid\0{scope}\0{guid.strip()}" + ("" if scope else f"\0{title}")
    else:
        basis = f"text\0{title}\0{text}"
    return hashlib.sha256(basis.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def home_page(address: str) -> str:
    """The name of the page that is a site's or a list's own, "" for no address.

    An entry that links there has no page of its own: the next one will link there, too.
    """
    page = canonical_url(address) if address else None
    return page_name(page) if page else ""


def find_shared_pages(entries: Sequence[Facts]) -> frozenset[str]:
    """Addresses, as written, that are not one entry's own page: several entries link there.

    The entries of a changelog link to one page, with or without a fragment, and a podcast's
    episodes to the show; each is an article all the same. Entries with equal titles are one
    entry twice, and make no page a shared one.
    """
    if len(entries) < 2:
        return frozenset()
    pages = [home_page(entry.url) for entry in entries if entry.url]
    if len(set(pages)) == len(pages):  # as in nearly every feed
        return frozenset()
    names: dict[str, set[str]] = {}
    links: dict[str, set[str]] = {}
    for entry in entries:
        address = canonical_url(entry.url) if entry.url else None
        if address is not None and entry.url:
            page = page_name(address)
            names.setdefault(page, set()).add(entry.title.casefold() or f"\0{entry.guid}")
            links.setdefault(page, set()).add(entry.url)
    return frozenset(
        link for page, of_page in names.items() if len(of_page) > 1 for link in links[page]
    )


def find_shared_guids(entries: Sequence[Facts]) -> frozenset[str]:
    """Guids that name no entry, for entries with different titles have them.

    Feeds that give all their entries one guid exist; each entry is an article all the same.
    """
    titles: dict[str, set[str]] = {}
    for entry in entries:
        if entry.guid:
            titles.setdefault(entry.guid, set()).add(entry.title.casefold() or f"\0{entry.url}")
    return frozenset(guid for guid, of_guid in titles.items() if len(of_guid) > 1)
