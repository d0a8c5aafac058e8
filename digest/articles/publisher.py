"""Who published a page: the name that it gives itself, checked against its host."""

from __future__ import annotations

import re

from digest.articles.declared import Page
from digest.articles.jsonld import bare
from digest.markup import clean_text
from digest.model import Candidates, Link
from digest.urls import host_label, join_url

_LONGEST = 60
_PARTS = re.compile(r"\s+[|–—·•»«:-]+\s+|\s*[|｜•»]\s*|:\s+")
_SECOND_LEVEL = frozenset(["co", "com", "org", "net", "ac", "gov", "gob", "or", "ne", "edu"])


def read_publisher(page: Page, address: str | None, candidates: Candidates) -> Link | None:
    """Name and home of the publisher; the host stands in where no name is declared.

    ``address`` is the page's own. A name that has nothing to do with the host gives way to
    one that has: og:site_name holds sections ("U.S.") and platforms ("Medium") as well. What
    is named after the aggregator that the page was fetched from is not the publisher.
    """
    host = host_label(address or "")
    home = join_url(address, "/") if address else None
    found = [(_bounded(clean_text(name)), basis) for name, basis in page.named_sites()]
    found = [(name, basis) for name, basis in found if name]
    fetched = host_label(page.address or "")
    if fetched and host and core_of(fetched) != core_of(host):
        found = [pair for pair in found if not _is_kin(pair[0], fetched) or _is_kin(pair[0], host)]
    stated = [pair for pair in found if pair[1] != "meta:copyright"]
    first = next(iter(stated), None)
    if first is None or re.search(r"[A-Za-z]", first[0]):  # other scripts cannot be compared
        first = next((pair for pair in found if _is_kin(pair[0], host)), first)
    titled = _in_title(page.title, host)
    if first is None and titled:
        first = (titled, "title")
    if first is None and host:
        first = (host, "url")
    if candidates:
        for name, basis in found:
            if (name, basis) != first:
                near = _is_kin(name, host)
                candidates.lost(
                    "source", name, basis, "trusted less" if near else "not the host's name"
                )
    if first is None:
        return None
    name = _without_slogan(first[0], host, [name for name, _ in found])
    candidates.won("source", name, first[1])
    return Link(name=name, url=home)


def core_of(host: str) -> str:
    """The label that a host is known by: ``post`` of ``news.post.co.uk``."""
    labels = host.split(".")
    if len(labels) > 2 and labels[-2] in _SECOND_LEVEL:
        return labels[-3]
    return labels[-2] if len(labels) > 1 else host


def _is_kin(name: str, host: str) -> bool:
    """Whether a name and a host have to do with each other: words, initials, one in the other."""
    core = bare(core_of(host))
    whole = bare(name)
    if not core or not whole:
        return False
    words = [word for word in re.findall(r"\w+", name) if not word.isdigit()]
    initials = bare("".join(word[0] for word in words))
    return (
        core in whole
        or whole in bare(host)
        or (len(initials) > 1 and (initials == core or core.startswith(initials)))
        or any(len(word) > 3 and bare(word) in core for word in words)
    )


def _in_title(title: str, host: str) -> str:
    """The part at an end of <title> that is the host's own name, as it is written there."""
    parts = [part.strip() for part in _PARTS.split(title)]
    if len(parts) < 2:
        return ""
    names = {bare(core_of(host)), bare(host)}
    return next((part for part in (parts[-1], parts[0]) if part and bare(part) in names), "")


def _without_slogan(name: str, host: str, names: list[str]) -> str:
    """ "Post" of "Post - News that matter", where another declaration or the host says so."""
    parts = [part.strip() for part in _PARTS.split(name)]
    others = {bare(other) for other in names if other != name}
    others |= {bare(host), bare(core_of(host))}
    if len(parts) > 1 and bare(parts[0]) in others:
        return parts[0]
    return name


def _bounded(name: str) -> str:
    return name if len(name) <= _LONGEST and "://" not in name else ""
