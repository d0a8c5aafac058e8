"""What a reader of one format says about the feed itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from digest.model import Link, When
from digest.urls import host_label

Kind = Literal["rss", "rdf", "atom", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """How often a feed wants to be asked: at most every ``minutes`` (``ttl``, ``sy:updatePeriod``),
    and never in ``skip_hours`` (0 to 23, UTC) nor on ``skip_days`` (0 is Monday, UTC)."""

    minutes: int = 0
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()

    def next_visit(self, asked_at: datetime) -> datetime:
        """The first instant after a visit at which the feed wants another one."""
        instant = asked_at + timedelta(minutes=self.minutes)
        for _ in range(24 * 7):
            there = instant.astimezone(UTC)
            if there.hour not in self.skip_hours and there.weekday() not in self.skip_days:
                return instant
            instant = there.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return asked_at  # never is no answer


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHead:
    """The claims of a feed about itself; none of its dates is ever given to an entry.

    JSON Feed has no date of the feed: ``published`` is there that of the latest entry.
    """

    kind: Kind
    title: str = ""
    home_url: str | None = None
    language: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    id: str = ""
    published: When | None = None
    updated: When | None = None
    cadence: Cadence = field(default_factory=Cadence)
    problems: tuple[str, ...] = ()

    def publisher(self, url: str) -> Link | None:
        """Who publishes the entries that name nobody else: the feed's title, or its host."""
        name = self.title or host_label(self.home_url or url)
        return Link(name=name, url=self.home_url) if name else None
