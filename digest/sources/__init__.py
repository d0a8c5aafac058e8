"""Sources: whatever the settings or the command line name -> articles and honest reports."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from digest.config.schema import Source
from digest.errors import UsageError
from digest.http.addresses import is_plainly_private
from digest.sources.gather import gather
from digest.sources.protocol import Context

__all__ = ["Context", "gather", "source_from_argument"]


def source_from_argument(text: str) -> Source:
    """The source that a word of the command line names: an address, a path, a glob, or ``-``.

    Paths start at the current folder. The name is what was typed, so that reports are the same
    on every machine. An address that is plainly not public (localhost, 192.168.1.5) is meant
    when it is typed; one that only turns out to be so is not. Raises UsageError for an address
    that is none.
    """
    if not text.strip():
        raise UsageError("an empty name", where="input", fix="name a file, folder or address")
    if text == "-":
        return Source(path="-")
    scheme, mark, _ = text.partition("://")
    if mark and scheme.isalpha():
        host = _host(text)
        if scheme.lower() not in ("http", "https") or not host:
            raise UsageError(
                f"not a web address: {text}",
                where="input",
                fix="write it as https://example.org/feed.xml, or name a file",
            )
        return Source(url=text, private=is_plainly_private(host))
    return Source(path=str(Path(text).expanduser().absolute()), name=text)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
