"""What the editor added or cut by command, as issue.lock remembers it.

The base of the next merge learns of such items by key alone: then every field of one is the
editor's, nothing takes it out or moves it, and when it is cut it counts as cut. What it is called
stands among the reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from digest.issue.escape import escape_inline
from digest.issue.inline import plain_words
from digest.issue.lock import Lock, Reason
from digest.issue.match import all_items, also_keys, link_key
from digest.model import Article, Issue, Item, Link, Section, article_key
from digest.model.issue import SectionKind
from digest.names import Signs, page_id

BY_HAND = "added by the editor"
"""The reason of an item that no rule proposed."""


def note_added(lock: Lock, article: Article, signs: Iterable[Signs], section: Section) -> Lock:
    """The lock that knows of an article which the editor added to a section.

    ``signs`` are what it is to be known by, so that it is recognised when a source brings it.
    """
    key = article_key(article)
    known = dict.fromkeys((*lock.identities.get(key, ()), *signs))
    return _with(
        lock,
        [(_bare(key, article.url or article.source.url), section)],
        {key: Reason(reason=BY_HAND, article=article.to_json())},
        identities={**lock.identities, key: tuple(known)},
    )


def note_cut(lock: Lock, cut: Iterable[tuple[Item | Link, Section]], document: Issue) -> Lock:
    """The lock that knows of everything which was cut from the document, whoever had put it
    there; ``document`` is what is left. The same lock where it knows all of it."""
    standing = {key for _, item in all_items(document) for key in (item.key, *also_keys([item]))}
    standing |= {item.key for section in document.sections for item in section.items}
    known = {key for _, item in all_items(lock.proposal) for key in (item.key, *also_keys([item]))}
    bare: list[tuple[Item, Section]] = []
    reasons: dict[str, Reason] = {}
    for each, section in cut:
        if section.is_notice:
            continue  # what an advertisement links to is no article
        links = each.also if isinstance(each, Item) else (each,)
        gone = [(link_key(one), one.name, one.url) for one in links]
        if isinstance(each, Item):
            gone.insert(0, (each.key, plain_words(each.title, {}), each.url))
        for key, title, url in gone:
            if key not in known and key not in standing:
                known.add(key)
                bare.append((_bare(key, url), section))
                reasons[key] = lock.reasons.get(key) or _no_rule(key, title)
    return _with(lock, bare, reasons) if bare else lock


def without_by_hand(proposal: Issue) -> Issue:
    """What digest proposed, without what the editor added."""
    sections = [
        (
            section,
            tuple(b for b in section.blocks if not (isinstance(b, Item) and is_bare(b))),
        )
        for section in proposal.sections
    ]
    return replace(
        proposal,
        sections=tuple(
            replace(section, blocks=blocks)
            for section, blocks in sections
            if blocks or not section.blocks
        ),
    )


def _with(
    lock: Lock,
    items: Iterable[tuple[Item, Section]],
    reasons: Mapping[str, Reason],
    **changes: Any,
) -> Lock:
    """The lock with more items in the base of the next merge; of others it keeps all."""
    base = lock.proposal or Issue(slug=lock.slug)
    known = {item.key for _, item in all_items(base)}
    sections = list(base.sections)
    for item, section in items:
        if item.key in known:
            continue
        kind: SectionKind = "topic" if section.kind == "slot" else section.kind
        at = next(
            (n for n, s in enumerate(sections) if (s.heading, s.kind) == (section.heading, kind)),
            None,
        )
        if at is None:
            at = len(sections)
            sections.append(Section(heading=section.heading, kind=kind))
        sections[at] = replace(sections[at], blocks=(*sections[at].blocks, item))
    # Hashes are made anew when the lock is written.
    return replace(
        lock,
        proposal=replace(base, sections=tuple(sections)),
        reasons={**lock.reasons, **reasons},
        hashes={},
        **changes,
    )


def is_bare(item: Item) -> bool:
    """True for an item of the base that says no more than which article it is."""
    return not item.title


def with_title(item: Item, lock: Lock) -> Item:
    """A bare item with the title that the reasons have."""
    reason = lock.reasons.get(item.key)
    if not is_bare(item) or reason is None:
        return item
    return replace(item, title=escape_inline(str(reason.article.get("title") or "")))


def _bare(key: str, url: str | None) -> Item:
    return Item(key=key, title="", url=url)


def _no_rule(key: str, title: str) -> Reason:
    """Why an item that was typed is there, and what is known of its article."""
    is_page = key.startswith(("https://", "http://"))
    article: dict[str, Any] = {
        "id": page_id(key) if is_page else key.removeprefix("digest:"),
        "title": title,
        "url": key if is_page else None,
    }
    return Reason(reason=BY_HAND, article=article)
