"""The kinds of sources, by name."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import cast

from digest.errors import SourceError
from digest.sources.kinds import BuiltIn
from digest.sources.protocol import Source

GROUP = "digest.sources"

_KINDS: dict[str, Callable[[], Source]] = {
    "auto": lambda: BuiltIn("auto"),
    "feed": lambda: BuiltIn("feed"),
    "page": lambda: BuiltIn("page"),
    "opml": lambda: BuiltIn("opml"),
}


def find_kind(name: str) -> Source:
    """The kind of that name.

    Installed packages are asked only for names that are not built in. Raises SourceError with
    the nearest known name.
    """
    if name in _KINDS:
        return _KINDS[name]()
    from importlib.metadata import entry_points

    foreign = entry_points(group=GROUP)
    for entry_point in foreign:
        if entry_point.name == name:
            return cast(Source, entry_point.load()())
    known = sorted({*_KINDS, *foreign.names})
    near = difflib.get_close_matches(name, known, n=1)
    raise SourceError(
        f"unknown kind of source: {name}",
        fix=f"did you mean {near[0]}?" if near else f"known kinds: {', '.join(known)}",
    )
