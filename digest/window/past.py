"""What earlier issues leave behind for the next one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate

# Rules that leave an article to a later issue.
PUT_OFF = frozenset({"after-the-window", "too-young"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PastWindow:
    """The window of a composed issue, and when it was last composed. Instants are aware.

    ``read`` are the labels of the sources that could be read then, None where that is not known.
    ``complete`` says that all it left out is in :attr:`Past.seen`, but for what came before the
    window or was issued already.
    """

    slug: str
    start: datetime
    end: datetime
    composed_at: datetime
    read: frozenset[str] | None = None
    complete: bool = False

    def saw(self, via: str) -> bool:
        """Whether the issue was composed with the source of this label."""
        return self.read is None or via in self.read


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The memory of a newsletter, without the issue that is being composed.

    ``issued`` and ``cut`` go from an article's key to the issue that printed it, or that the
    editor cut it from; ``held`` are the keys that stand in an earlier issue's Hold. ``names``
    goes from other names of all these (:mod:`digest.names`) to their keys, ``offered`` are the
    keys of what this run's sources offer.
    ``source_known_since`` has the first success of each source, by its label. ``put_off`` goes
    from the id of an article, the same under all addresses of its page, that was left to a later
    issue to the last issue that did so.
    ``seen`` has by id when articles that issues left out were first seen, as text: a clone without
    the database knows it from them.
    """

    windows: tuple[PastWindow, ...] = ()
    issued: Mapping[str, str] = field(default_factory=dict)
    cut: Mapping[str, str] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    offered: frozenset[str] = frozenset()
    seen: Mapping[str, str] = field(default_factory=dict)
    source_known_since: Mapping[str, datetime] = field(default_factory=dict)
    put_off: Mapping[str, str] = field(default_factory=dict)
    # Windows by start, with what lies on either side of a place, so that looking one up does
    # not walk over all of them: 100,000 articles meet 500 issues.
    _sorted: tuple[PastWindow, ...] = field(init=False, repr=False, compare=False)
    _starts: tuple[datetime, ...] = field(init=False, repr=False, compare=False)
    _latest_end: tuple[datetime, ...] = field(init=False, repr=False, compare=False)
    _latest_composed: tuple[datetime, ...] = field(init=False, repr=False, compare=False)
    _start_of: Mapping[str, datetime] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = sorted(
            (
                PastWindow(
                    slug=window.slug,
                    start=window.start.astimezone(UTC),
                    end=window.end.astimezone(UTC),
                    composed_at=window.composed_at.astimezone(UTC),
                    read=window.read,
                    complete=window.complete,
                )
                for window in self.windows
            ),
            key=lambda window: (window.start, window.end, window.slug),
        )
        composed = accumulate((window.composed_at for window in reversed(ordered)), max)
        set_field = object.__setattr__
        set_field(self, "_sorted", tuple(ordered))
        set_field(self, "_starts", tuple(window.start for window in ordered))
        set_field(self, "_start_of", {window.slug: window.start for window in ordered})
        set_field(self, "_latest_end", tuple(accumulate((w.end for w in ordered), max)))
        set_field(self, "_latest_composed", tuple(composed)[::-1])

    def windows_holding(self, moment: datetime) -> list[PastWindow]:
        """The past windows that an instant (UTC) lies in, latest start first."""
        place = bisect_right(self._starts, moment)
        found = []
        while place and self._latest_end[place - 1] > moment:
            place -= 1
            if self._sorted[place].end > moment:
                found.append(self._sorted[place])
        return found

    def composed_since(self, moment: datetime, first_seen: datetime, via: str) -> bool:
        """Whether an issue whose window begins after ``moment`` was composed with the source
        ``via`` at or after ``first_seen`` (UTC): then what is late there had its chance."""
        place = bisect_right(self._starts, moment)
        if place == len(self._sorted) or self._latest_composed[place] < first_seen:
            return False
        return any(
            self._sorted[at].composed_at >= first_seen and self._sorted[at].saw(via)
            for at in range(len(self._sorted) - 1, place - 1, -1)
        )

    def has_later(self, slug: str) -> bool:
        """Whether an issue's window begins after that of ``slug``, or ``slug`` has none."""
        own = self._start_of.get(slug)
        return own is None or bisect_right(self._starts, own) < len(self._starts)
