"""What the editor added or cut by command, as issue.lock remembers it.

The base of the next merge learns of such items by key and title alone: then every field of one
is the editor's, nothing takes it out or moves it, and when it is cut it counts as cut.
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
    bare = Item(key=key, title=escape_inline(article.title), url=article.url or article.source.url)
    return _with(
        lock,
        [(bare, section)],
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
        links = each.also if isinstance(each, Item) else (each,)
        of_links = [
            Item(key=link_key(one), title=escape_inline(one.name), url=one.url) for one in links
        ]
        own = [Item(key=each.key, title=each.title, url=each.url)] if isinstance(each, Item) else []
        for item in (*own, *of_links):
            if item.key not in known and item.key not in standing:
                known.add(item.key)
                bare.append((item, section))
                reasons[item.key] = lock.reasons.get(item.key) or _no_rule(item)
    return _with(lock, bare, reasons) if bare else lock


def without_by_hand(lock: Lock) -> Issue | None:
    """What digest proposed, without what the editor added."""
    if lock.proposal is None or not any(r.reason == BY_HAND for r in lock.reasons.values()):
        return lock.proposal
    own = {key for key, reason in lock.reasons.items() if reason.reason == BY_HAND}
    sections = [
        replace(
            section, blocks=tuple(b for b in section.blocks if getattr(b, "key", "") not in own)
        )
        for section in lock.proposal.sections
    ]
    kept = [
        section
        for section, before in zip(sections, lock.proposal.sections, strict=True)
        if section.blocks or not before.blocks
    ]
    return replace(lock.proposal, sections=tuple(kept))


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
    return not (item.byline or item.body or item.also)


def _no_rule(item: Item) -> Reason:
    """Why an item that was typed is there, and what is known of its article."""
    is_page = item.key.startswith(("https://", "http://"))
    article: dict[str, Any] = {
        "id": page_id(item.key) if is_page else item.key.removeprefix("digest:"),
        "title": plain_words(item.title, {}),
        "url": item.key if is_page else None,
    }
    return Reason(reason=BY_HAND, article=article)
