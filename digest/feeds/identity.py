"""What tells the entries of one document apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from digest.model import Facts


def tell_apart(entries: Sequence[Facts]) -> tuple[Facts, ...]:
    """The entries with ``guid`` and ``fragment`` unique in the document, all of them kept.

    A guid that entries with different titles share names none of them: they get it with their
    link and title, whichever comes first, for a feed puts new entries before old ones. Of one
    entry given twice the later gets the guid and its link, or its place where that is no help
    either. The fragment is the guid, else the link, else the place in the document.
    """
    titles: dict[str, set[str]] = {}
    for entry in entries:
        if entry.guid is not None:
            titles.setdefault(entry.guid, set()).add(entry.title.casefold())
    taken: set[str] = set()
    fragments: set[str] = set()
    told: list[Facts] = []
    for place, entry in enumerate(entries, 1):
        guid = entry.guid
        if guid is not None and len(titles[guid]) > 1:
            guid = " ".join(filter(None, (guid, entry.url, entry.title)))
        if guid is not None and guid in taken:
            guid = f"{guid} {entry.url or place}"
            guid = f"{guid} {place}" if guid in taken else guid
        if guid is not None:
            taken.add(guid)
        fragment = guid or entry.url or str(place)
        fragment = f"{fragment} {place}" if fragment in fragments else fragment
        fragments.add(fragment)
        told.append(replace(entry, guid=guid, fragment=fragment))
    return tuple(told)
