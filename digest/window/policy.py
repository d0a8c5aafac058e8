"""What ``[window]`` says, and what a source says otherwise of its own articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import timedelta
from functools import lru_cache

from digest.config import Source, WindowPolicy
from digest.errors import UsageError
from digest.model import ListedSource

_SPAN = re.compile(r"(\d{1,5})\s*(min|h|d|w)", re.ASCII)
_UNITS = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
# The keys of [window] that a [[sources]] table may hold as well.
OVERRIDES = tuple(
    field.name
    for field in fields(WindowPolicy)
    if field.name in {source.name for source in fields(Source)}
)


class Policies:
    """The policy of each source: ``[window]``, but for what its own table says.

    The feeds of a list (OPML) follow the list's table; what no table names follows ``[window]``.
    """

    def __init__(
        self,
        window: WindowPolicy,
        sources: Sequence[Source],
        listed: Iterable[ListedSource] = (),
    ) -> None:
        self._window = window
        self._own = {source.label: own_policy(window, source) for source in sources}
        for entry in listed:
            if entry.listed_by in self._own:
                self._own.setdefault(entry.via, self._own[entry.listed_by])

    def of(self, via: str) -> WindowPolicy:
        """The policy for articles that came by the source with this label."""
        return self._own.get(via, self._window)


def own_policy(window: WindowPolicy, source: Source) -> WindowPolicy:
    """``[window]`` with what the source's table says otherwise."""
    changes = {key: value for key in OVERRIDES if (value := getattr(source, key)) is not None}
    return replace(window, **changes) if changes else window


@lru_cache(maxsize=256)
def parse_span(text: str) -> timedelta:
    """``30min``, ``2h``, ``14d`` or ``2w`` as true time; "" is none. Raises UsageError."""
    if not text.strip():
        return timedelta()
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        raise UsageError(
            f"not a span: {text[:60]!r}", fix='write "30min", "2h", "14d" or "2w", or "" for none'
        )
    return int(found[1]) * _UNITS[found[2]]
