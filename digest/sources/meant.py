"""Which source of digest.toml somebody means by a word."""

from __future__ import annotations

import difflib

from digest.config import Settings, Source
from digest.errors import UsageError
from digest.sources.subscriptions import same_feed


def find_source(settings: Settings, asked: str) -> Source:
    """The source that a word means: its name, address, path, or host where only one has it.

    Raises UsageError with the nearest name when there is none, and when there are several.
    """
    key = same_feed(asked if "://" in asked else f"https://{asked}")
    found: list[Source] = []
    for matches in (
        lambda source: asked in (source.name, source.url, source.path),
        lambda source: bool(source.name) and source.name.casefold() == asked.casefold(),
        lambda source: bool(source.url) and same_feed(source.url) == key,
        lambda source: bool(source.url) and same_feed(source.url).partition("/")[0] == asked,
    ):
        found = [source for source in settings.sources if matches(source)]
        if found:
            break
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"{asked} may be any of {', '.join(source.label for source in found)}",
            where="digest.toml",
            fix="name one of them by its whole address",
        )
    labels = [source.label for source in settings.sources]
    near = difflib.get_close_matches(asked, labels, n=1)
    raise UsageError(
        f"has no source of that name or address: {asked}",
        where="digest.toml",
        fix=f"did you mean {near[0]}?" if near else "`digest sources list` shows them all",
    )


def find_known(settings: Settings, url: str) -> Source | None:
    """The source that has this address or path already, None when there is none."""
    if "://" not in url and (here := [each for each in settings.sources if each.path == url]):
        return here[0]
    key = same_feed(url)
    return next(
        (each for each in settings.sources if each.url and same_feed(each.url) == key), None
    )
