"""What one issue's files say of articles: printed where, held, cut, or left out and why."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from digest.errors import DocumentError, LockError
from digest.issue.inline import plain_words
from digest.issue.lock import Lock, placement_json
from digest.issue.match import link_key
from digest.issue.past import PastIssue, look_at, remember
from digest.issue.unlock import parse_lock
from digest.model import Issue, Item, Window
from digest.names import Signs

Fate = Literal["issued", "held", "cut", "left-out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An article as an issue's files name it; ``article`` is the object of CONTRACT §3, empty
    for an item that the editor wrote. ``title`` is plain text, ``signs`` what else it is known
    by: other addresses, guids and titles."""

    key: str
    title: str
    url: str | None
    article: Mapping[str, Any] = field(default_factory=dict)
    signs: tuple[Signs, ...] = ()

    @property
    def id(self) -> str:
        return str(self.article.get("id") or self.key.removeprefix("digest:"))

    @property
    def input(self) -> str:
        return str(self.article.get("input") or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """What became of an article in one issue.

    ``section`` is its heading; ``under`` the title of the item that names the article as "Also
    covered by". ``reason`` says why it was proposed or left out, ``rule`` by which rule it was
    left out. ``placement`` is what was learned of it, as issue.lock has it: ``confidence``,
    ``second``, ``strongest``, ``ties``, and of its rank ``score``, ``score_parts``, ``rank``;
    ``tie`` what ties it to the item that names it. ``deliveries`` are the issue's finished
    hand-offs.
    """

    slug: str
    named: Named
    fate: Fate
    window: Window | None = None
    composed_at: datetime | None = None
    deliveries: tuple[Mapping[str, Any], ...] = ()
    section: str = ""
    under: str = ""
    rule: str = ""
    reason: str = ""
    late: bool = False
    placement: Mapping[str, Any] = field(default_factory=dict)
    tie: str = ""


def find_mentions(
    slug: str,
    text: str,
    lock_text: str | None,
    wanted: Callable[[Named], bool],
    *,
    folder: str = "issues",
) -> tuple[list[Mention], tuple[str, ...]]:
    """What became of the wanted articles in an issue, and what could not be read of it."""
    memory = remember([(slug, text, lock_text)], folder=folder)
    [past] = memory.issues
    lock = document = None
    if lock_text is not None:
        with contextlib.suppress(LockError):  # memory.problems tells it
            lock = parse_lock(lock_text, "issue.lock")
    with contextlib.suppress(DocumentError):
        document = look_at(slug, text, "issue.md", window=False)
    look = _Look(past, lock, document)
    found = [look.mention(named) for named in look.all_named() if wanted(named)]
    return [mention for mention in found if mention is not None], memory.problems


class _Look:
    """One issue, with what it says of each article by key."""

    def __init__(self, past: PastIssue, lock: Lock | None, document: Issue | None) -> None:
        self._past = past
        self._lock = lock
        self._document = document
        # Where an item stands: its section, and the item that it is also covered by.
        self._proposed = dict(_places(lock.proposal if lock else None, lock))
        self._standing = dict(_places(document, lock))
        self._ties = {
            _article_key(article): tie
            for reason in (lock.reasons.values() if lock else ())
            for article, tie in zip(reason.also, reason.ties, strict=False)
        }
        self._left_out = {
            _article_key(entry["article"]): entry
            for entry in (lock.left_out if lock else ())
            if isinstance(entry.get("article"), dict)
        }

    def all_named(self) -> Iterator[Named]:
        """Every article that the issue names, each once; what digest knew of it comes first."""
        named: dict[str, Named] = {}
        for entry in self._articles():
            named.setdefault(entry.key, entry)
        for issue in (self._document, self._lock.proposal if self._lock else None):
            for item in _items(issue):
                title = plain_words(item.title, {})
                named.setdefault(item.key, Named(key=item.key, title=title, url=item.url))
                for link in item.also:
                    key = link_key(link)
                    named.setdefault(key, Named(key=key, title=title, url=link.url))
        known = self._lock.identities if self._lock else {}
        # The editor asks for what stands in the issue, under the title that it has there.
        retitled = {item.key: plain_words(item.title, {}) for item in _items(self._document)}
        for key, entry in named.items():
            signs = tuple(known.get(key, ()))
            if retitled.get(key, entry.title) != entry.title:
                signs = (*signs, Signs(title=retitled[key]))
            yield replace(entry, signs=signs) if signs else entry

    def mention(self, named: Named) -> Mention | None:
        key, past = named.key, self._past
        left_out = self._left_out.get(key, {})
        fate: Fate
        if key in past.issued:
            fate = "issued"
        elif key in past.waiting:
            fate = "held"
        elif key in past.cut:
            fate = "cut"
        elif left_out:
            fate = "left-out"
        else:
            return None
        section, under = self._standing.get(key) or self._proposed.get(key) or ("", "")
        reason = self._lock.reasons.get(key) if self._lock else None
        return Mention(
            slug=past.slug,
            named=named,
            fate=fate,
            window=past.window,
            composed_at=past.composed_at,
            deliveries=self._lock.deliveries if self._lock else (),
            section="" if fate == "left-out" else section,
            under=under,
            rule=str(left_out.get("rule") or ""),
            reason=str(left_out.get("reason") or (reason.reason if reason else "")),
            late=reason.late if reason else False,
            placement=placement_json(reason) if reason and not left_out else {},
            tie=self._ties.get(key, "") if under else "",
        )

    def _articles(self) -> Iterator[Named]:
        if self._lock is None:
            return
        for reason in self._lock.reasons.values():
            for article in (reason.article, *reason.also):
                yield _named(article)
        for entry in self._left_out.values():
            yield _named(entry["article"])


def _items(issue: Issue | None) -> Iterator[Item]:
    """Everything that may be an article, a top story in its slot as well."""
    for section in issue.sections if issue else ():
        if not section.is_notice:
            yield from section.items


def _places(issue: Issue | None, lock: Lock | None) -> Iterator[tuple[str, tuple[str, str]]]:
    """(key, (section, title of the item it is also covered by)); an item's own place counts."""
    sections = issue.sections if issue else ()
    items = [(section, item) for section in sections for item in section.items]
    for section, item in items:
        reason = lock.reasons.get(item.key) if lock else None
        # Reports without a page of their own leave no trace under the item.
        also = [_article_key(article) for article in reason.also] if reason else []
        for key in (*also, *map(link_key, item.also)):
            yield key, (section.heading, plain_words(item.title, {}))
    for section, item in reversed(items):
        yield item.key, (section.heading, "")


def _named(article: Mapping[str, Any]) -> Named:
    url = article.get("url")
    return Named(
        key=_article_key(article),
        title=str(article.get("title") or ""),
        url=url if isinstance(url, str) else None,
        article=article,
    )


def _article_key(article: Mapping[str, Any]) -> str:
    return str(article.get("url") or f"digest:{article.get('id')}")
