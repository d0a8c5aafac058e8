"""Which window and folder an issue of the past gets, beside the issues that there are.

The window is the one that the schedule would have given on the day it was sent: the last that
had ended by then. Where that is taken by another imported issue (an extra edition, a newsletter
that came oftener than the schedule says), it is the time from the end of the window before it
to its own day.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from digest.config import Schedule
from digest.errors import UsageError
from digest.issue.slug import slug_for
from digest.model import When, Window
from digest.names import known_as
from digest.window import WindowRequest, first_instant, resolve, zone_named

SAME_SHARE = 0.5
"""Two documents of one window or day that share so many of their links are one issue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """When an issue was sent: its instant (of a day alone the last), and its day's two ends."""

    moment: datetime
    day: date
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A free folder and its window; ``is_second`` where the scheduled window was taken."""

    slug: str
    window: Window
    is_second: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """No place: ``slug`` holds the issue already, or, with ``is_other``, another one does."""

    slug: str
    is_other: bool = False


@dataclass
class Shelf:
    """The issues that there are, and those that this run puts beside them.

    ``holds`` has what stands in each issue, as hashes of the pages' names; ``sources`` and
    ``hashes`` where imported ones came from.
    """

    schedule: Schedule
    timezone: str
    windows: dict[str, Window] = field(default_factory=dict)
    holds: dict[str, frozenset[int]] = field(default_factory=dict)
    days: dict[date, list[str]] = field(default_factory=dict)
    imported: set[str] = field(default_factory=set)
    sources: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    _by_span: dict[tuple[datetime, datetime], list[str]] = field(default_factory=dict)
    _ends: list[datetime] = field(default_factory=list)

    def add(self, slug: str, window: Window | None, holds: Collection[int]) -> None:
        """Notes an issue."""
        self.holds[slug] = frozenset(holds)
        if window is not None:
            self.windows[slug] = window
            self._by_span.setdefault(_span(window), []).append(slug)
            insort(self._ends, window.end.astimezone(UTC))

    def add_import(self, slug: str, *, source: str, source_hash: str, day: date | None) -> None:
        """Notes that an issue was imported, from where, and which day it was sent."""
        self.imported.add(slug)
        self.sources[source] = slug
        self.hashes[source_hash] = slug
        if day is not None:
            self.days.setdefault(day, []).append(slug)

    def sent(self, when: When) -> Sent:
        """The day of a date in the newsletter's zone. Raises OverflowError beyond the calendar."""
        zone = zone_named(self.timezone)
        if isinstance(when.value, datetime):
            moment = when.value.astimezone(UTC)
            day = moment.astimezone(zone).date()
        else:
            day = when.value
        start = first_instant(day, zone)
        end = first_instant(day + timedelta(days=1), zone)
        if not isinstance(when.value, datetime):
            moment = max(start, end - timedelta(microseconds=1))
        return Sent(moment=moment, day=day, start=start, end=end)

    def place(self, sent: Sent, holds: Collection[int]) -> Spot | Taken:
        """The folder and window of an issue that was sent then and holds these pages."""
        scheduled = self._scheduled(sent)
        there = self._by_span.get(_span(scheduled), []) if scheduled else []
        for slug in dict.fromkeys((*there, *self.days.get(sent.day, ()))):
            if self._is_same(slug, holds):
                return Taken(slug=slug)
        for slug in there:
            if slug not in self.imported:
                return Taken(slug=slug)
        if scheduled is not None and not there:
            slug = slug_for(scheduled)
            if slug not in self.holds:
                return Spot(slug=slug, window=scheduled)
        second = self._since_the_one_before(sent, scheduled)
        slug = slug_for(second)
        if slug in self.holds:
            return Taken(slug=slug, is_other=True)
        return Spot(slug=slug, window=second, is_second=True)

    def _scheduled(self, sent: Sent) -> Window | None:
        """The window that the schedule would have given; None where it gives none so early."""
        try:
            return resolve(
                WindowRequest(),
                self.schedule,
                timezone=self.timezone,
                now=sent.moment,
                last_end=None,
            )
        except UsageError:
            return None

    def _since_the_one_before(self, sent: Sent, scheduled: Window | None) -> Window:
        zone = zone_named(self.timezone)
        at = bisect_right(self._ends, sent.start)
        start = self._ends[at - 1] if at else sent.start
        if scheduled is not None:
            start = max(start, scheduled.end.astimezone(UTC))
        # A second issue of one day has that day.
        end = sent.start if start < sent.start else sent.end
        start = start if start < end else sent.start
        return Window(
            start=start.astimezone(zone), end=end.astimezone(zone), timezone=self.timezone
        )

    def _is_same(self, slug: str, holds: Collection[int]) -> bool:
        other = self.holds.get(slug, frozenset())
        smaller = min(len(other), len(holds))
        return smaller > 0 and len(other & frozenset(holds)) >= SAME_SHARE * smaller


def _span(window: Window) -> tuple[datetime, datetime]:
    return window.start.astimezone(UTC), window.end.astimezone(UTC)


def hash_pages(keys: Iterable[str]) -> frozenset[int]:
    """Pages by hashes of their names: those of a thousand issues take little room."""
    return frozenset(hash(known_as(key)) for key in keys)


def parse_day(text: str) -> date | None:
    """A day as issue.lock has it; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
