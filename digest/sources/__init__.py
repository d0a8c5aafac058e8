"""Sources: whatever the settings or the command line name -> articles and honest reports."""

from __future__ import annotations

from pathlib import Path

from digest.config.schema import Source
from digest.sources.gather import gather
from digest.sources.protocol import Context

__all__ = ["Context", "gather", "source_from_argument"]


def source_from_argument(text: str) -> Source:
    """The source that a word of the command line names: an address, a path, a glob, or ``-``.

    Paths start at the current folder. The name is what was typed, so that reports and
    identities are the same on every machine.
    """
    if text == "-":
        return Source(path="-")
    if text.lower().startswith(("http://", "https://")):
        return Source(url=text)
    return Source(path=str(Path(text).expanduser().absolute()), name=text)
