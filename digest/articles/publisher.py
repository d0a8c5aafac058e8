"""Who published a page: the name that it gives itself, checked against its host."""

from __future__ import annotations

import re

from digest.articles.declared import Page
from digest.articles.jsonld import bare
from digest.articles.kinship import (
    PARTS,
    bears_host,
    core_of,
    is_company,
    is_domain,
    is_general,
    is_host_name,
    is_kin,
    says_same,
    without_legal_form,
)
from digest.articles.mastheads import headlines, named_in_title, shown_name, title_parts
from digest.model import Candidates, Link
from digest.urls import host_label, join_url

_LONGEST = 60
_COPYRIGHT = "meta:copyright"
_MARKS = re.compile(r"[\s®™©]+$")
_LATIN = re.compile(r"[A-Za-z]")

Named = tuple[str, str]
"""A name and its basis."""


def read_publisher(page: Page, address: str | None, candidates: Candidates) -> Link | None:
    """Name and home of the publisher; the host stands in where no name is known.

    ``address`` is the page's own. A name that has nothing to do with the host gives way to
    one that has: og:site_name holds sections ("U.S.") and platforms ("Medium") as well. What
    is named after the aggregator that the page was fetched from is not the publisher.
    """
    host = host_label(address or "")
    home = join_url(address, "/") if address else None
    found = [(_tidy(page, name), basis) for name, basis in page.named_sites()]
    found = [(name, basis) for name, basis in found if name]
    fetched = host if page.address == address else host_label(page.address or "")
    is_copy = bool(fetched and host and core_of(fetched) != core_of(host))
    if is_copy:
        found = [pair for pair in found if not is_kin(pair[0], fetched) or is_kin(pair[0], host)]
    first = _chosen(page, found, host, is_copy=is_copy)
    if candidates:
        for name, basis in found:
            if (name, basis) != first:
                near = is_kin(name, host)
                candidates.lost(
                    "source", name, basis, "trusted less" if near else "not the host's name"
                )
    if first is None:
        return None
    name = _without_slogan(first[0], host, [name for name, _ in found])
    candidates.won("source", name, first[1])
    return Link(name=name, url=home)


def _chosen(page: Page, found: list[Named], host: str, *, is_copy: bool) -> Named | None:
    """The name that is believed, as it was found, and its basis."""
    first = _declared(page, found, host)
    if first is None or _is_poor(first[0]):
        better = _better(page, first, found, host, is_copy=is_copy)
        first = better or first
    elif first[0].islower() and " " not in first[0]:
        # "harborherald" is written as for a program; people write "Harbor Herald".
        written = [*found, *((part, "title") for part in title_parts(page))]
        first = next((pair for pair in written if " " in pair[0] and _same(pair, first)), first)
    if first is None:
        # A copyright is its holder's: a house or a person as often as a publication.
        kept = (pair for pair in found if pair[1] == _COPYRIGHT and is_kin(pair[0], host))
        first = next(kept, None)
    if first is None:
        return (host, "url") if host else None
    return _plain(first, host)


def _declared(page: Page, found: list[Named], host: str) -> Named | None:
    """The declared name to begin with: the first that is kin to the host, else the first."""
    stated = [pair for pair in found if pair[1] != _COPYRIGHT]
    first = next(iter(stated), None)
    if first is None or not _LATIN.search(first[0]):  # other scripts cannot be compared
        return first
    kin = next((pair for pair in stated if is_kin(pair[0], host)), None)
    # A company that JSON-LD names is the article's publisher, known by that name or not.
    if kin is None and not (first[1] == "jsonld" and is_company(first[0])):
        titled = named_in_title(page, host)
        parts = title_parts(page)
        if titled and not is_domain(titled) and first[0] not in parts:
            return titled, "title"
    kin = kin or next((pair for pair in found if is_kin(pair[0], host)), first)
    return _within(page, kin, stated, host)


def _within(page: Page, first: Named, stated: list[Named], host: str) -> Named:
    """The publication on a platform that names itself: ``… | Harbour Stories | Pagely``."""
    parts = title_parts(page)
    if len(parts) < 3 or not is_host_name(first[0], host):
        return first
    place = next((n for n, part in enumerate(parts) if n and says_same(part, first[0])), 0)
    if place < 2 or is_general(parts[place - 1]):
        return first
    own = (pair for pair in stated if pair[1] == "jsonld" and says_same(pair[0], parts[place - 1]))
    return next(own, first)


def _is_poor(name: str) -> bool:
    """Whether a name is a host or a company's: no reader calls a publication that."""
    return is_domain(name) or is_company(name)


def _better(
    page: Page, first: Named | None, found: list[Named], host: str, *, is_copy: bool
) -> Named | None:
    """A name that readers use, in the place of none, of a host, or of a company's."""
    shown = shown_name(page, host)
    if is_copy and not is_kin(shown[0], host):  # the copy is headed by whoever made it
        shown = ("", "")
    if first is None:
        return shown if shown[0] else None
    others = [pair for pair in found if not _is_poor(pair[0])]
    if shown[0] and (not is_domain(shown[0]) or is_company(first[0])):
        others.append(shown)
    for pair in others:
        if says_same(pair[0], without_legal_form(first[0])):
            return pair
    if is_company(first[0]):
        if first[1] == "jsonld" and not is_kin(first[0], host):
            return None
        titled = shown[0] and not is_company(shown[0]) and not says_same(shown[0], first[0])
        return shown if titled and is_host_name(shown[0], host) else None
    ends = {bare(part) for part in title_parts(page)[1:]}
    for name, basis in others:
        # "Post News" is no better known than post.com: one part of the site, perhaps.
        longer = basis == "title" and bare(core_of(host)) in bare(name)
        if (name, basis) == shown and not longer:
            return shown
        if (name, basis) != shown and bare(name) in ends and not is_general(name):
            return name, basis
    return None


def _same(one: Named, other: Named) -> bool:
    return bare(one[0]) == bare(other[0])


def _plain(first: Named, host: str) -> Named:
    """A host without ``www.``; without its legal form what is the host's word then."""
    name, basis = first
    short = without_legal_form(name)
    if short != name and is_host_name(short, host):
        name = short
    return (name[4:] if is_domain(name) and name.lower().startswith("www.") else name), basis


def _without_slogan(name: str, host: str, names: list[str]) -> str:
    """ "Post" of "Post - News that matter", where another declaration or the host says so."""
    parts = [part.strip() for part in PARTS.split(name)]
    if len(parts) < 2:
        return name
    others = {bare(other) for other in names if other != name}
    others |= {bare(host), bare(core_of(host))}
    if bare(parts[0]) in others:
        return parts[0]
    # The host is in Latin letters, whatever the name that readers know.
    if _LATIN.search(parts[0]) and not any(bears_host(part, host) for part in parts[:-1]):
        return parts[-1] if bears_host(parts[-1], host) else name
    return name


def _tidy(page: Page, name: str) -> str:
    """A declared name without the page's own headline, trade marks, and what is no name."""
    name = _MARKS.sub("", name)
    parts = [part.strip() for part in PARTS.split(name)]
    if len(parts) > 1:
        heads = headlines(page)
        for cut in range(1, len(parts)):
            if bare("".join(parts[:cut])) in heads:
                name = parts[-1]
                break
    return name if len(name) <= _LONGEST and "://" not in name else ""
