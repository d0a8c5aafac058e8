"""What tells the entries of one document apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from digest.model import Facts


def tell_apart(entries: Sequence[Facts]) -> tuple[Facts, ...]:
    """The entries, all of them kept, with a ``guid`` for each that is an entry of its own and a
    ``fragment`` that is unique in the document.

    A guid that entries with different titles share names none of them: they get it with their
    link and title, for a feed puts new entries before old ones and no place lasts. Of equal
    titles under one guid those with different links get it with the link, those of different
    days with the day; what is left is one entry given several times, and keeps one guid. The
    fragment is the guid, else the link, else the place in the document, and of several alike
    all but one are counted through, in an order that the document's own does not decide.
    """
    guids = [entry.guid for entry in entries]
    if None not in guids and len(set(guids)) == len(guids):  # as in nearly every feed
        return tuple(
            entry if entry.fragment == entry.guid else replace(entry, fragment=entry.guid or "")
            for entry in entries
        )
    for mark in (_by_title, _by_link, _by_day):
        guids = list(mark(entries, guids))
    named = [
        replace(entry, guid=guid, fragment=guid or entry.url or str(place))
        for place, (entry, guid) in enumerate(zip(entries, guids, strict=True), 1)
    ]
    alike: dict[str, list[int]] = {}
    for at, entry in enumerate(named):
        alike.setdefault(entry.fragment, []).append(at)
    taken = set(alike)
    for fragment, places in alike.items():
        number = 1
        for at in sorted(places, key=lambda at: repr(named[at]))[1:] if len(places) > 1 else ():
            while (told := f"{fragment} {(number := number + 1)}") in taken:
                pass
            taken.add(told)
            named[at] = replace(named[at], fragment=told)
    return tuple(named)


def _by_title(entries: Sequence[Facts], guids: Sequence[str | None]) -> Iterator[str | None]:
    shared = _shared(guids, [entry.title.casefold() for entry in entries])
    for entry, guid in zip(entries, guids, strict=True):
        yield " ".join(filter(None, (guid, entry.url, entry.title))) if guid in shared else guid


def _by_link(entries: Sequence[Facts], guids: Sequence[str | None]) -> Iterator[str | None]:
    shared = _shared(guids, [entry.url or "" for entry in entries])
    for entry, guid in zip(entries, guids, strict=True):
        yield f"{guid} {entry.url}" if guid in shared and entry.url else guid


def _by_day(entries: Sequence[Facts], guids: Sequence[str | None]) -> Iterator[str | None]:
    # One page is one article, whatever the days that a feed gives it.
    days = [
        entry.published.isoformat()[:10] if entry.published and not entry.url else ""
        for entry in entries
    ]
    shared = _shared(guids, days)
    for day, guid in zip(days, guids, strict=True):
        yield f"{guid} {day}" if guid in shared and day else guid


def _shared(guids: Sequence[str | None], facts: Sequence[str]) -> frozenset[str]:
    """The guids of entries that differ in a fact."""
    found: dict[str, set[str]] = {}
    for guid, fact in zip(guids, facts, strict=True):
        if guid is not None:
            found.setdefault(guid, set()).add(fact)
    return frozenset(guid for guid, of_guid in found.items() if len(of_guid) > 1)
