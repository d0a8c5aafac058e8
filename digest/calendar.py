"""The use case of ``digest calendar``: past and coming windows, and where they do not meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from digest.errors import DigestError
from digest.issue.tally import Tally
from digest.memory import recall_tallies
from digest.model import Article, Link, When, Window, format_instant
from digest.names import known_as
from digest.window import (
    Past,
    Policies,
    compose_command,
    describe,
    find_gaps,
    judge,
    overlaps,
    parse_span,
    published_instant,
    zone_named,
)
from digest.window.ahead import windows_ahead

if TYPE_CHECKING:
    import sqlite3

    from digest.config import Settings
    from digest.state.judged import Dated
    from digest.workspace import Workspace

# A day alone lasts so long, and zones lie so far apart, at most.
_SLACK = timedelta(days=3)
State = Literal["sent", "imported", "composed", "gap", "due", "open", "coming"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One window.

    ``state`` is ``sent``, ``imported`` (sent before there was digest) or ``composed`` for an
    issue, ``gap`` for a stretch between issues that none covers, ``due`` for what `digest compose`
    would take now, ``open`` for the window that has begun, ``coming`` for a later one. ``seen``
    counts the articles that are its own and that no issue printed or cut, None where nothing is
    known; ``overlaps`` names other issues.
    """

    state: State
    window: Window | None
    tally: Tally | None = None
    overlaps: tuple[str, ...] = ()
    seen: int | None = None
    command: str = ""

    @property
    def slug(self) -> str:
        return self.tally.slug if self.tally else ""

    def to_json(self) -> dict[str, Any]:
        tally, numbers = self.tally, self.tally.numbers if self.tally else None
        composed = tally.composed_at if tally else None
        return {
            "issue": self.slug or None,
            "state": self.state,
            "window": self.window.to_json() if self.window else None,
            "hours": round(self.window.hours, 2) if self.window else None,
            "composed_at": format_instant(composed) if composed else None,
            "sent_at": numbers.sent_at if numbers else None,
            "items": numbers.items if numbers else None,
            "held": numbers.held if numbers else None,
            "cut": tally.cut if tally else None,
            "left_out": numbers.left_out if numbers else None,
            "seen": self.seen,
            "overlaps": list(self.overlaps),
            "command": self.command or None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The windows in order; ``warnings`` tell of gaps, overlaps and damaged files."""

    entries: tuple[Entry, ...]
    warnings: tuple[str, ...] = ()


def read_calendar(
    workspace: Workspace, settings: Settings, *, now: datetime, coming: int
) -> Calendar:
    """All past windows, the gaps between them, what is due, and ``coming`` windows from now on."""
    from digest.state.database import open_existing

    try:
        with open_existing(workspace.database) as connection:
            return _look(workspace, settings, connection, now=now, coming=coming)
    except DigestError as error:
        # What is wrong with the settings is told again.
        calendar = _look(workspace, settings, None, now=now, coming=coming)
        problem = f"{error}; articles are not counted"
        return replace(calendar, warnings=(problem, *calendar.warnings))


def _look(
    workspace: Workspace,
    settings: Settings,
    connection: sqlite3.Connection | None,
    *,
    now: datetime,
    coming: int,
) -> Calendar:
    timezone = settings.newsletter.timezone
    tallies, problems = recall_tallies(
        [workspace.issue(slug) for slug in workspace.slugs()], connection
    )
    windows = [each.window for each in tallies if each.window]
    brought_until = max(
        (_utc(each.window.end) for each in tallies if each.numbers.imported and each.window),
        default=None,
    )
    # What lies between imported issues is the past: no issue is wanted there any more.
    gaps = [
        gap
        for gap in find_gaps(windows, timezone)
        if brought_until is None or _utc(gap.end) > brought_until
    ]
    reached = max((_utc(window.end) for window in windows), default=None)
    ahead = list(
        windows_ahead(settings.schedule, timezone=timezone, now=now, reached=reached, coming=coming)
    )
    counts = _count_seen(connection, settings, tallies, [*gaps, *(each for _, each in ahead)])
    entries = [
        Entry(
            state=_state(each),
            window=each.window,
            tally=each,
            overlaps=_overlapping(each, tallies),
        )
        for each in tallies
    ]
    waiting: list[tuple[State, Window]] = [*(("gap", gap) for gap in gaps), *ahead]
    entries += [
        Entry(
            state=state,
            window=window,
            seen=count,
            command=compose_command(window) if state == "gap" else "",
        )
        for (state, window), count in zip(waiting, counts, strict=True)
    ]
    entries.sort(key=_place)
    nameless = [
        f"{_shown(workspace)}/{each.slug} does not state its window"
        for each in tallies
        if not each.window
    ]
    return Calendar(entries=tuple(entries), warnings=(*problems, *nameless, *_warnings(entries)))


def _state(tally: Tally) -> State:
    if tally.numbers.imported:
        return "imported"
    return "sent" if tally.numbers.sent_at else "composed"


def _overlapping(one: Tally, others: Sequence[Tally]) -> tuple[str, ...]:
    if one.window is None:
        return ()
    return tuple(
        other.slug
        for other in others
        if other is not one and other.window and overlaps(one.window, other.window)
    )


def _count_seen(
    connection: sqlite3.Connection | None,
    settings: Settings,
    tallies: Sequence[Tally],
    windows: Sequence[Window],
) -> list[int | None]:
    """How many articles are each window's own, taken or held; None without database.

    By the rules of compose, source by source; what would be rescued as late is another's.
    Those that an issue printed or cut are none of them.
    """
    from digest.state.judged import Judged
    from digest.state.seen import Seen

    if connection is None or not windows:
        return [None] * len(windows)
    done: set[str] = set()
    for each in tallies:
        done |= each.past.issued | each.past.cut
    past = Past(source_known_since=Seen(connection).known_since())
    policies = Policies(settings.window, settings.sources)
    first = min(_utc(window.start) for window in windows) - _SLACK
    counts = [0] * len(windows)
    for dated in Judged(connection).dates():
        if (dated.url or f"digest:{dated.id}") in done:
            continue
        article = _article(dated)
        policy = policies.of(dated.via)
        moments = [_utc(article.first_seen)]
        if article.published is not None:
            moments.append(published_instant(article.published, zone_named(windows[0].timezone)))
        if max(moments) + parse_span(policy.min_age) < first or _is_done(article, tallies):
            continue
        for number, window in enumerate(windows):
            verdict = judge(article, window, policy, past)
            # What is held for its date is a later window's; without one, where it was seen.
            is_here = verdict.rule == "undated-held" and (
                _utc(window.start) <= moments[0] < _utc(window.end)
            )
            counts[number] += verdict.inside or is_here
    return list(counts)


def _article(dated: Dated) -> Article:
    """What of an article decides when it counts."""
    when: When | None = None
    if dated.published:
        is_day = len(dated.published) <= len("2025-04-28")
        value = (date if is_day else datetime).fromisoformat(dated.published)
        when = When(value=value, raw="", basis="", zone_known=dated.zone_known)
    return Article(
        id=dated.id,
        title="",
        first_seen=datetime.fromisoformat(dated.first_seen),
        source=Link(name=""),
        input="",
        url=dated.url,
        published=when,
        via=dated.via,
    )


def _is_done(article: Article, tallies: Sequence[Tally]) -> bool:
    """Whether an issue printed or cut it under another address of its page."""
    name = known_as(article.url) if article.url else ""
    return bool(name) and any(
        key in each.past.issued or key in each.past.cut
        for each in tallies
        if (key := each.past.names.get(name)) is not None
    )


def _warnings(entries: Sequence[Entry]) -> Iterator[str]:
    imported = {entry.slug for entry in entries if entry.state == "imported"}
    told: set[frozenset[str]] = set()
    for entry in entries:
        if entry.state == "gap" and entry.window:
            yield (
                f"no issue covers {describe(entry.window)}: `{entry.command}` composes one for it"
            )
        for other in entry.overlaps:
            pair = frozenset({entry.slug, other})
            if pair not in told and not pair <= imported:
                told.add(pair)
                yield (
                    f"the windows of {entry.slug} and {other} overlap: what stands in one does "
                    "not come again in the other, unless composed with --again"
                )


def _place(entry: Entry) -> tuple[datetime, datetime, str]:
    if entry.window is None:
        first = datetime.min.replace(tzinfo=UTC)
        return first, first, entry.slug
    return _utc(entry.window.start), _utc(entry.window.end), entry.slug


def _shown(workspace: Workspace) -> str:
    return workspace.show(workspace.issues)


def _utc(moment: datetime) -> datetime:
    # Two times of one zone compare by their wall clocks in Python: compare in UTC, always.
    return moment.astimezone(UTC)
