"""The use case of ``digest calendar``: past and coming windows, and where they do not meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from digest.errors import DigestError
from digest.issue.tally import Tally, tally
from digest.model import Window, format_instant
from digest.window import compose_command, describe, find_gaps, overlaps, zone_named
from digest.window.ahead import windows_ahead

if TYPE_CHECKING:
    from digest.config import Settings
    from digest.workspace import IssueFolder, Workspace

State = Literal["sent", "imported", "composed", "gap", "due", "open", "coming"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One window.

    ``state`` is ``sent``, ``imported`` (sent before there was digest) or ``composed`` for an
    issue, ``gap`` for a stretch between issues that none covers, ``due`` for what `digest compose`
    would take now, ``open`` for the window that has begun, ``coming`` for a later one. ``seen``
    counts the articles dated in it that no issue names, None where nothing is known; ``overlaps``
    names other issues.
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
        numbers, composed = self.tally, self.tally.composed_at if self.tally else None
        return {
            "issue": self.slug or None,
            "state": self.state,
            "window": self.window.to_json() if self.window else None,
            "hours": round(self.window.hours, 2) if self.window else None,
            "composed_at": format_instant(composed) if composed else None,
            "sent_at": numbers.sent_at if numbers else None,
            "items": numbers.items if numbers else None,
            "held": numbers.held if numbers else None,
            "cut": numbers.cut if numbers else None,
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
    timezone = settings.newsletter.timezone
    tallies = [
        tally(folder.slug, _read(folder), _read_lock(folder), folder=_shown(workspace))
        for folder in map(workspace.issue, workspace.slugs())
    ]
    windows = [each.window for each in tallies if each.window]
    brought_until = max(
        (_utc(each.window.end) for each in tallies if each.imported and each.window), default=None
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
    counts, problems = _count_seen(workspace, tallies, [*gaps, *(each for _, each in ahead)])
    entries = [
        Entry(
            state="imported" if each.imported else "sent" if each.sent_at else "composed",
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
    warnings = [problem for each in tallies for problem in each.problems]
    warnings += [
        f"{_shown(workspace)}/{each.slug} does not state its window"
        for each in tallies
        if not each.window
    ]
    return Calendar(entries=tuple(entries), warnings=(*warnings, *problems, *_warnings(entries)))


def _overlapping(one: Tally, others: Sequence[Tally]) -> tuple[str, ...]:
    if one.window is None:
        return ()
    return tuple(
        other.slug
        for other in others
        if other is not one and other.window and overlaps(one.window, other.window)
    )


def _count_seen(
    workspace: Workspace, tallies: Sequence[Tally], windows: Sequence[Window]
) -> tuple[list[int | None], tuple[str, ...]]:
    """How many articles are dated in each window and named by no issue; None without database."""
    from digest.state.database import open_existing
    from digest.state.judged import Judged

    nothing: list[int | None] = [None] * len(windows)
    if not windows:
        return nothing, ()
    named = {key for each in tallies for key in each.past.issued | each.past.cut}
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(open_existing(workspace.database))
            if connection is None:
                return nothing, ()
            counts = [0] * len(windows)
            for key, moment in Judged(connection).dates(zone_named(windows[0].timezone)):
                if key not in named:
                    for number, window in enumerate(windows):
                        counts[number] += _utc(window.start) <= moment < _utc(window.end)
        except DigestError as error:
            return nothing, (f"{error}; articles are not counted",)
    return list(counts), ()


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


def _read(folder: IssueFolder) -> str:
    return folder.document.read_bytes().decode("utf-8", errors="replace")


def _read_lock(folder: IssueFolder) -> str | None:
    try:
        return folder.lock.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return None
