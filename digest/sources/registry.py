"""The kinds of sources, by name."""

from __future__ import annotations

from digest.config.schema import SOURCE_KINDS
from digest.errors import SourceError
from digest.sources.kinds import BuiltIn
from digest.sources.protocol import Source

GROUP = "digest.sources"


def find_kind(name: str) -> Source:
    """The kind of that name.

    Installed packages are asked only for names that are not built in, and loaded only when their
    source is read. Raises SourceError with the nearest known name.
    """
    if name in SOURCE_KINDS:
        return BuiltIn(name)
    import difflib
    from importlib.metadata import entry_points

    from digest.sources.foreign import Foreign

    foreign = entry_points(group=GROUP)
    for entry_point in foreign:
        if entry_point.name == name:
            return Foreign(entry_point)
    known = sorted({*SOURCE_KINDS, *foreign.names})
    near = difflib.get_close_matches(name, known, n=1)
    raise SourceError(
        f"unknown kind of source: {name}",
        fix=f"did you mean {near[0]}?" if near else f"known kinds: {', '.join(known)}",
    )
