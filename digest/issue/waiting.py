"""What waits in the Hold of earlier issues: which of it this issue proposes, which waits on.

Whether the source still lists an article decides nothing: its date stands in issue.lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from digest.issue.propose import HeldItem
from digest.issue.recognise import Recognised
from digest.model import Article, Verdict, When, Window, article_key
from digest.names import Signs
from digest.window import PUT_OFF, is_ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """``carried`` are proposed now; ``waiting`` stay in Hold, for their time has not come."""

    carried: tuple[HeldItem, ...] = ()
    waiting: tuple[HeldItem, ...] = ()

    @property
    def items(self) -> tuple[HeldItem, ...]:
        """Both."""
        return (*self.carried, *self.waiting)

    @property
    def keys(self) -> frozenset[str]:
        """The keys of both."""
        return frozenset(entry.item.key for entry in self.items)

    def signs(self) -> dict[str, tuple[Signs, ...]]:
        """What the articles of both are known by, by key."""
        return {entry.item.key: entry.signs for entry in self.items}


def part_waiting(
    entries: Iterable[HeldItem],
    verdicts: Iterable[tuple[Article, Verdict]],
    window: Window,
    recognised: Recognised,
) -> Waiting:
    """Parts what waits by its date; ``verdicts`` are on the articles that were ``recognised``.

    What an editor put off comes with the next issue. What digest itself put into Hold, and is
    dated ahead, waits until its date falls into a window: the date that its source gives now,
    else the last that was known.
    """
    offered = {article_key(article): (article, verdict) for article, verdict in verdicts}
    carried: list[HeldItem] = []
    waiting: list[HeldItem] = []
    for entry in entries:
        article, verdict = offered.get(entry.item.key, (None, None))
        if article is not None:
            now = recognised.signs([article])[entry.item.key]
            kept = tuple(each for each in entry.signs if each != now)
            entry = replace(entry, signs=(*kept, now))
        if verdict is not None and verdict.rule in PUT_OFF:
            waits = True
        else:
            published = article.published if article else _last_known(entry.signs)
            # An item with a topic was proposed, and its editor put it off.
            waits = not entry.topic and published is not None and is_ahead(published, window)
        (waiting if waits else carried).append(entry)
    return Waiting(carried=tuple(carried), waiting=tuple(waiting))


def _last_known(signs: Iterable[Signs]) -> When | None:
    """The date that issue.lock gives; None where it gives none."""
    stated = [each.published for each in signs if each.published]
    try:
        text = stated[-1] if stated else ""
        value: date | datetime = (
            date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
        )
    except ValueError:
        return None
    return When(value=value, raw=text, basis="issue.lock")
