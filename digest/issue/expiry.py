"""How long what stands in Hold has waited, and what is dropped in the end.

An item waits from the first issue in whose Hold it stands. The next issue proposes it in its
section; put back into Hold there, it has waited for one issue more. What is dated ahead stays in
Hold without that counting: its time has not come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from digest.issue.inline import plain_words
from digest.issue.propose import HeldItem
from digest.model import Article, LeftOut, Link, Verdict, Window, article_key
from digest.model.rules import DROPPED_BEFORE, HOLD_EXPIRED
from digest.names import page_id
from digest.window import is_ahead

if TYPE_CHECKING:
    from digest.issue.lock import Reason
    from digest.issue.past import Memory, PastIssue


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """What has waited in Hold for long enough, by key, and what an earlier issue (its slug)
    dropped for that, by the article's id."""

    overdue: Mapping[str, HeldItem]
    dropped: Mapping[str, str]

    def concerns(self, article: Article) -> bool:
        """True for what is judged as if it did not stand in any Hold."""
        return article_key(article) in self.overdue or article.id in self.dropped

    def without(self, verdicts: Iterable[tuple[Article, Verdict]], window: Window) -> Expiry:
        """The same but for what this window takes, or a later one: its own time comes first."""
        spared = [
            article
            for article, verdict in verdicts
            if verdict.inside
            or (article.published is not None and is_ahead(article.published, window))
        ]
        keys, ids = {article_key(each) for each in spared}, {each.id for each in spared}
        return Expiry(
            overdue={key: each for key, each in self.overdue.items() if key not in keys},
            dropped={name: slug for name, slug in self.dropped.items() if name not in ids},
        )

    def verdict(self, article: Article, verdict: Verdict) -> Verdict:
        """The verdict on an article that is known to wait no longer; any other as it is."""
        key = article_key(article)
        if key in self.overdue:
            rule, reason = HOLD_EXPIRED, dropped_because(self.overdue[key])
        elif article.id in self.dropped:
            slug = self.dropped[article.id]
            rule, reason = DROPPED_BEFORE, f"dropped before: {slug} took it out of Hold"
        else:
            return verdict
        return replace(verdict, inside=False, held=False, late=False, rule=rule, reason=reason)

    def left_out(
        self, gathered: Collection[str], seen: Mapping[str, datetime]
    ) -> tuple[LeftOut, ...]:
        """What is dropped and no source has any more; ``gathered`` are the keys of what they
        have. ``seen`` has when issues were composed: digest had seen by then what they hold."""
        return tuple(
            LeftOut(
                article=_article(entry, seen[entry.since]),
                rule=HOLD_EXPIRED,
                reason=dropped_because(entry),
            )
            for key, entry in self.overdue.items()
            if key not in gathered and entry.since in seen
        )


def waiting_after(issues: Iterable[PastIssue], done: Collection[str]) -> tuple[HeldItem, ...]:
    """What waits after these issues, the longest waiting first; ``done`` waits no more."""
    waiting: dict[str, HeldItem] = {}
    done = set(done)
    for issue in issues:
        done |= issue.issued | issue.cut
        for key in [key for key in waiting if key in done or _id(key) in issue.dropped]:
            del waiting[key]
        for entry in issue.held:
            key = entry.item.key
            if key in done:
                continue
            entry = replace(entry, last=issue.slug)
            if before := waiting.get(key):
                entry = replace(
                    entry,
                    since=before.since,
                    topic=entry.topic or before.topic,
                    signs=entry.signs or before.signs,
                    # Without a heading it was not proposed to readers there.
                    issues=before.issues + bool(entry.topic),
                )
            waiting[key] = entry
    return tuple(waiting.values())


def find_expiry(memory: Memory, slug: str, start: datetime, *, after: int) -> Expiry:
    """What the issue ``slug``, whose window begins at ``start``, does not propose again: it stood
    in the Hold of ``after`` issues.

    What that issue itself has taken up, or its editor cut there, goes on as it is. 0 is never.
    """
    own = [issue for issue in memory.issues if issue.slug == slug]
    taken = {key for issue in own for key in (*issue.issued, *issue.waiting, *issue.cut)}
    waiting = memory.held_before(slug, start)
    here = {_id(key) for key in (*taken, *(entry.item.key for entry in waiting))}
    return Expiry(
        overdue={
            entry.item.key: entry
            for entry in waiting
            if after and entry.issues >= after and entry.item.key not in taken
        },
        dropped={
            name: issue.slug
            for issue in memory.before(slug, start)
            for name in issue.dropped
            if name not in here
        },
    )


def count_issues(count: int) -> str:
    """``1 issue``, ``2 issues``."""
    return f"{count} issue{'s' if count != 1 else ''}"


def waited(entry: HeldItem) -> str:
    """How long an item waited, in words."""
    return f"waited in Hold for {count_issues(entry.issues)}, since {entry.since}"


def dropped_because(entry: HeldItem) -> str:
    """Why an item is proposed no more, and where the editor's words on it are."""
    return (
        f"dropped from Hold, where it had waited for {count_issues(entry.issues)}, since "
        f"{entry.since}; the item stays in issues/{entry.last}/issue.md"
    )


def reason_of(entry: HeldItem, article: Mapping[str, Any] | None) -> Reason:
    """Why an item that waited stands in an issue. ``article`` is what a source says of it, None
    where none has it any more: then the item alone says what it is."""
    from digest.issue.lock import Reason

    if article is None:
        key, title = entry.item.key, plain_words(entry.item.title, {})
        article = {"id": _id(key), "title": title, "url": key if _is_page(key) else None}
    return Reason(
        reason=waited(entry), article=article, held_since=entry.since, held_issues=entry.issues
    )


def _article(entry: HeldItem, seen: datetime) -> Article:
    """What the issues know of an article that no source has any more."""
    item = entry.item
    return Article(
        id=_id(item.key),
        title=plain_words(item.title, {}),
        first_seen=seen,
        source=Link(name=""),
        input=f"issues/{entry.last}/issue.md",
        url=item.key if _is_page(item.key) else None,
    )


def _id(key: str) -> str:
    return page_id(key) if _is_page(key) else key.removeprefix("digest:")


def _is_page(key: str) -> bool:
    return key.startswith(("https://", "http://"))
