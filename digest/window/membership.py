"""Which window an article belongs to: two clocks, and a reason for every answer.

The first clock is the article's own date. The second is ``first_seen``, digest's own: it
decides for articles without a date, tells a wrong clock from an article of the next issue, and
finds what surfaced only after the issue it belonged to had been composed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from digest.config import WindowPolicy
from digest.model import Article, Verdict, When, Window, article_key
from digest.names import find_known
from digest.window.moments import first_instant, instant_of, show_day, show_wall, zone_named
from digest.window.past import Past
from digest.window.policy import parse_span

# A date this far beyond the moment that it was first seen is a wrong clock or an embargo.
# Nearer ones are other zones' tomorrow, and belong to the next issue.
AHEAD = timedelta(days=1)
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)


def judge(article: Article, window: Window, policy: WindowPolicy, past: Past) -> Verdict:
    """Whether ``article`` belongs to ``window``, by which rule, on which fact.

    ``past`` must not contain the issue that is being composed. Pure, and the same in every
    process time zone. ``held`` verdicts are not ``inside``: they are for the section Hold.
    """
    return _Case(article, window, policy, past).verdict()


class _Case:
    """One article before one window: what the rules ask for again and again, worked out once."""

    __slots__ = (
        *("article", "dated", "end", "first_seen", "key", "min_age", "past", "policy", "start"),
        *("window", "zone"),
    )

    def __init__(self, article: Article, window: Window, policy: WindowPolicy, past: Past) -> None:
        self.article = article
        self.window = window
        self.policy = policy
        self.past = past
        self.key = article_key(article)
        self.zone = zone_named(window.timezone)
        self.start = window.start.astimezone(UTC)
        self.end = window.end.astimezone(UTC)
        self.first_seen = _utc(article.first_seen, self.zone)
        if seen := past.seen.get(article.id):
            self.first_seen = min(self.first_seen, datetime.fromisoformat(seen).astimezone(UTC))
        self.min_age = parse_span(policy.min_age)
        self.dated = self._date_that_counts()

    def verdict(self) -> Verdict:
        # What is a later issue's is told as such, whatever became of it there.
        ahead = self._after()
        return ahead or self._remembered() or self._fresh()

    def _remembered(self) -> Verdict | None:
        """What earlier issues and their editor decided."""
        past = self.past
        if not (past.cut or past.issued or past.held):
            return None
        for key in self._keys():
            other = "" if key == self.key else f" as {key}"
            if slug := past.cut.get(key):
                reason = f"cut before: the editor took it out of {slug}{other}"
                return self._out("cut-before", reason, slug)
            if slug := past.issued.get(key):
                reason = f"already issued: it stands in {slug}{other}"
                return self._out("already-issued", reason, slug)
            if key in past.held:
                # The item in Hold, as the editor has it, is what the next issue proposes.
                return self._out("held-over", "held over: proposed again from Hold", "Hold")
        return None

    def _keys(self) -> Iterator[str]:
        """The article's key, then that which earlier issues know it by."""
        yield self.key
        if self.past.names:
            known = find_known(self.article, self.past.names, self.past.offered)
            if known is not None:
                yield known

    def _date_that_counts(self) -> When | None:
        """The article's date, None where the article goes as one that has none."""
        published = self.article.published
        if published is None or published.zone_known or published.is_date:
            return published
        return None if self.policy.unknown_zone == "undated" else published

    def _fresh(self) -> Verdict:
        if self.dated is None:
            return self._undated()
        if self._goes_by_sight():
            return self._by_sight(f"first seen {self._show(self.first_seen)}")
        return self._dated(self.dated)

    def _goes_by_sight(self) -> bool:
        """Whether first sight decides although there is a date.

        What a source brings along when it is read for the first time is its past: all of it was
        first seen in one moment, which says nothing.
        """
        if self.policy.clock != "first-seen":
            return False
        known_since = self.past.source_known_since.get(self.article.via)
        return known_since is not None and self.first_seen > _utc(known_since, self.zone)

    def _after(self) -> Verdict | None:
        """The verdict on an article that a later window holds; None for any other."""
        published = self.dated
        if published is None or self._goes_by_sight():
            return None
        moment = self._moment(published)
        if _later(moment, self.min_age) < self.end:
            return None
        if published_instant(published, self.zone) - self.first_seen > AHEAD:
            return None
        fact = self._fact(published)
        if moment < self.end:
            return self._too_young(fact)
        return self._out(
            "after-the-window",
            f"after the window: {fact} is not before {self._show(self.end)}",
            fact,
        )

    def _too_young(self, fact: str, *, by_first_seen: bool = False) -> Verdict:
        return self._out(
            "too-young",
            f"too young: {fact} is less than {self.policy.min_age} before "
            f"{self._show(self.end)}; the next issue's",
            fact,
            by_first_seen=by_first_seen,
        )

    def _dated(self, published: When) -> Verdict:
        moment = self._moment(published)
        fact = self._fact(published)
        if _later(moment, self.min_age) < self.start:
            return self._earlier(moment, fact)
        if _later(moment, self.min_age) < self.end:
            return self._in(f"in the window: {fact}", fact)
        rule = "future-held" if self.policy.future == "hold" else "future-dropped"
        return self._out(
            rule,
            f"dated ahead: {fact} is more than a day after it was first seen, "
            f"{self._show(self.first_seen)}",
            fact,
            held=self.policy.future == "hold",
        )

    def _undated(self) -> Verdict:
        """By the clock of first sight, so that one issue alone takes it.

        What is to be held waits in the Hold of the first issue composed after it was seen, also
        when that was after the window's end: from then on it is known to be held.
        """
        fact = f"first seen {self._show(self.first_seen)}"
        why = "no date" if self.article.published is None else "date without a zone"
        if self.policy.undated == "drop":
            return self._out("undated-dropped", f"{why}: {fact}", fact, by_first_seen=True)
        if self.policy.undated == "hold":
            if self.first_seen < self.start:
                return self._earlier(self.first_seen, f"{fact}, {why},", by_first_seen=True)
            return self._out("undated-held", f"{why}: {fact}", fact, held=True, by_first_seen=True)
        return self._by_sight(fact, why)

    def _by_sight(self, fact: str, why: str = "") -> Verdict:
        """By the clock of first sight; ``why`` says what an article without a date lacks."""
        moment = _later(self.first_seen, self.min_age)
        told = f"{fact}, {why}," if why else fact
        if moment < self.start:
            return self._earlier(self.first_seen, told, by_first_seen=True)
        if self.first_seen >= self.end:
            return self._out(
                "after-the-window",
                f"after the window: {told} is not before {self._show(self.end)}",
                fact,
                by_first_seen=True,
            )
        if moment >= self.end:
            return self._too_young(told, by_first_seen=True)
        if why:
            return self._in(f"{why}: {fact}, in the window", fact, "undated-first-seen")
        return self._in(f"in the window: {fact}", fact, clock="first-seen")

    def _earlier(self, moment: datetime, fact: str, *, by_first_seen: bool = False) -> Verdict:
        """Before the window: late, or simply not this issue's."""
        missed = self._missed_issue(moment)
        if missed is None:
            return self._out(
                "before-the-window",
                f"before the window: {fact} is before {self._show(self.start)}",
                fact,
                by_first_seen=by_first_seen,
            )
        surfaced = f"{fact} {missed}"
        if self.policy.late == "drop":
            return self._out("late-dropped", f"late: {surfaced}", fact)
        oldest = parse_span(self.policy.rescue_max_age)
        if oldest and self.end - moment > oldest:
            return self._out(
                "late-too-old",
                f"late, and more than {self.policy.rescue_max_age} old at the window's end: "
                f"{surfaced}",
                fact,
            )
        if self.dated is None and self.policy.undated == "hold":
            return self._out("undated-held", f"no date, late: {surfaced}", fact, held=True)
        return self._in(f"late: {surfaced}", fact, "rescued-late", clock="first-seen", late=True)

    def _missed_issue(self, moment: datetime) -> str | None:
        """How this article missed its issue, as the end of a sentence; None when it did not.

        A run sees what was first seen at its own time, so only a later first sight is late, and
        what came by a source that could not be read then.
        The source must have been read before that issue was composed: what a new source
        brings along is its past, not news. And only the first issue after the first sight may
        rescue it, so that what was left out there does not come back week after week.

        What an issue left to a later one although it lies in a window of the past, since the
        policy, the clock or the date changed, is rescued as well.
        """
        put_off = self.past.put_off.get(self.article.id)
        held_by = self.past.windows_holding(moment)
        if put_off is not None and held_by and not self.past.has_later(put_off):
            return f"was put off by {put_off}"
        held_by = self.past.windows_holding(_later(moment, self.min_age))
        if not held_by:
            return None
        last = max(held_by, key=lambda window: (window.composed_at, window.slug))
        via = self.article.via
        known_since = self.past.source_known_since.get(via)
        if any(self.first_seen <= each.composed_at and each.saw(via) for each in held_by):
            return None
        # An issue that had the source, and names what it left out of its own window, would name
        # this article.
        by_lock = last.complete and last.read is not None and via in last.read
        by_record = known_since is not None and known_since.astimezone(UTC) <= last.composed_at
        if not (by_lock or by_record):
            return None
        if self.past.composed_since(moment, self.first_seen, via):
            return None
        if self.first_seen <= last.composed_at:
            return f"belongs to {last.slug}, which was composed without its source"
        return (
            f"belongs to {last.slug}, but was first seen {self._show(self.first_seen)}, "
            "after that was composed"
        )

    def _in(
        self,
        reason: str,
        detail: str,
        rule: str = "in-window",
        *,
        clock: Literal["published", "first-seen"] | None = None,
        late: bool = False,
    ) -> Verdict:
        by_sight = rule == "undated-first-seen"
        return Verdict(
            article_id=self.article.id,
            inside=True,
            rule=rule,
            reason=reason,
            clock=clock or ("first-seen" if by_sight else "published"),
            late=late,
            detail=detail,
        )

    def _out(
        self,
        rule: str,
        reason: str,
        detail: str,
        *,
        held: bool = False,
        by_first_seen: bool = False,
    ) -> Verdict:
        return Verdict(
            article_id=self.article.id,
            inside=False,
            rule=rule,
            reason=reason,
            clock="first-seen" if by_first_seen else "published",
            held=held,
            detail=detail,
        )

    def _moment(self, published: When) -> datetime:
        """The instant that a date stands for, as the policy has it."""
        if self.policy.date_only == "end" and published.is_date:
            return _last_instant(published.value, self.zone)
        return published_instant(published, self.zone)

    def _fact(self, published: When) -> str:
        return f"{self._show_published(published)} ({published.basis})"

    def _show_published(self, published: When) -> str:
        if isinstance(published.value, datetime):
            return self._show(published_instant(published, self.zone))
        return show_day(published.value)

    def _show(self, instant: datetime) -> str:
        try:
            return show_wall(instant.astimezone(self.zone))
        except OverflowError:
            return show_wall(instant)


def is_ahead(published: When, window: Window) -> bool:
    """Whether a date lies after the window."""
    moment = published_instant(published, zone_named(window.timezone))
    return moment >= window.end.astimezone(UTC)


def published_instant(when: When, zone: ZoneInfo) -> datetime:
    """The instant by which a date is judged, in UTC: for a day alone its first in ``zone``."""
    if isinstance(when.value, datetime):
        return _utc(when.value, zone)
    try:
        return first_instant(when.value, zone)
    except OverflowError:
        return _EARLIEST if when.value.year < 5000 else _LATEST


def _last_instant(day: date, zone: ZoneInfo) -> datetime:
    """The last instant of a local day, in UTC: where the zone left the day out, its first."""
    try:
        first, after = first_instant(day, zone), first_instant(day + timedelta(days=1), zone)
    except OverflowError:
        return _EARLIEST if day.year < 5000 else _LATEST
    return max(first, after - timedelta(microseconds=1))


def _later(moment: datetime, span: timedelta) -> datetime:
    try:
        return moment + span
    except OverflowError:
        return _LATEST


def _utc(moment: datetime, zone: ZoneInfo) -> datetime:
    """In UTC; moments at the ends of the calendar are brought to the nearest that exists."""
    try:
        return instant_of(moment, zone) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return _EARLIEST if moment.year < 5000 else _LATEST
