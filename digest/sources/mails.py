"""Mailboxes as sources: mbox files, Maildir folders, and where a newsletter's links lead."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from digest.articles.mbox import split_mbox
from digest.articles.newsletter import OPAQUE, ReadItems, settle_link
from digest.articles.redirects import is_opaque
from digest.config import schema as config
from digest.errors import ArticleError, SourceError
from digest.model.facts import Facts
from digest.sources.protocol import Context, Document
from digest.urls import host_label

_MAILDIR_FOLDERS = ("cur", "new")
_IN_MAILDIR = re.compile(r"(?:cur|new)[/\\][^/\\]+$")
_TRASHED = "T"
_MOST_ASKED = 200
_MOST_FAILURES = 3


def is_maildir_mail(file: Path | str) -> bool:
    """True for a mail in a Maildir: a file in ``cur`` or ``new``, where both stand side by side."""
    if isinstance(file, str):
        if not _IN_MAILDIR.search(file):
            return False  # soon said of each of many files
        file = Path(file)
    folder = file.parent
    return folder.name in _MAILDIR_FOLDERS and all(
        (folder.parent / name).is_dir() for name in _MAILDIR_FOLDERS
    )


def is_trashed(name: str) -> bool:
    """True for a name in a Maildir whose mail its reader has marked as deleted (``:2,ST``)."""
    return _TRASHED in name.rpartition(":2,")[2] and ":2," in name


def items_of(spec: config.Source, context: Context) -> ReadItems | None:
    """What parts a source's newsletters into items, None for a source that is not split."""
    return context.read_items if spec.split else None


def read_mailbox(
    stream: BinaryIO,
    *,
    shown: str,
    timezone: str,
    max_bytes: int,
    items: ReadItems | None,
    explain: bool = False,
) -> Iterator[Facts | SourceError]:
    """The articles of an mbox file, one mail after another; ``shown`` names the file.

    A mail that cannot be read is an ArticleError among them, its place ``shown#number``. Numbers
    count the mails from 1. Raises OSError.
    """
    from digest.articles.mail import read_mail

    found = 0
    for number, data in enumerate(split_mbox(stream, max_bytes=max_bytes), start=1):
        place = f"{shown}#{number}"
        if data is None:
            yield ArticleError(
                f"a mail larger than {max_bytes:,} bytes", place, "raise max_bytes in [gather]"
            )
            continue
        found += 1
        try:
            entries = read_mail(data, name=place, timezone=timezone, items=items, explain=explain)
        except ArticleError as error:
            yield error
            continue
        for facts in entries:
            yield dataclasses.replace(facts, fragment=f"{number}.{facts.fragment}".rstrip("."))
    if not found:
        yield ArticleError("holds no mail", shown, "check that it is the file you mean")


def settled(document: Document, spec: config.Source, context: Context) -> Document:
    """A document whose links were asked where they lead, if its source says ``resolve``.

    Only links are asked that do not say it themselves, one after another, 200 at most, each
    once: the answers are kept. Without a network they stay as they are.
    """
    if not spec.resolve or context.prober is None:
        return document
    facts = _settle(document.facts, context)
    if isinstance(document.facts, list | tuple):
        return dataclasses.replace(document, facts=list(facts))
    return dataclasses.replace(document, facts=facts)


def _settle(
    entries: Iterable[Facts | SourceError], context: Context
) -> Iterator[Facts | SourceError]:
    prober = context.prober
    assert prober is not None
    until = time.monotonic() + context.settings.gather.run_deadline_seconds / 2
    asked = 0
    failures: dict[str, int] = {}
    for entry in entries:
        if isinstance(entry, SourceError) or not entry.url or OPAQUE not in entry.problems:
            yield entry
            continue
        host = host_label(entry.url)
        page = prober.kept_target(entry.url)
        if (
            page is None
            and asked < _MOST_ASKED
            and failures.get(host, 0) < _MOST_FAILURES
            and time.monotonic() < until
        ):
            asked += 1
            page = prober.find_target(entry.url, settled=lambda url: not is_opaque(url))
            failures[host] = 0 if page else failures.get(host, 0) + 1
        yield settle_link(entry, page) if page else entry
