"""What a file, a folder or a mailbox would give as a source, for a look before it is one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from digest.config import schema as config
from digest.errors import ArticleError, SourceError, UsageError
from digest.model import Facts
from digest.sources import opml
from digest.sources.documents import KINDS, SUFFIXES, find_form
from digest.sources.files import read_path
from digest.sources.found import find_files
from digest.sources.mails import is_maildir_mail
from digest.sources.onefile import read_bounded, reason_of
from digest.sources.preview import Entry, Preview, last_entries
from digest.sources.protocol import Context

MOST_COUNTED = 2_000
"""Articles that are read for a look: a mailbox of twenty years takes minutes."""

_SHOWN = 3
_WORDS = {
    "mail": "mail",
    "mbox": "mailbox (mbox)",
    "feed": "feed",
    "bookmarks": "bookmarks",
    "sitemap": "sitemap",
    "h-feed": "h-feed",
    "links": "list of links",
    "page": "page",
    "word": "Word document",
    "pdf": "PDF",
    "markdown": "Markdown",
    "json": "JSON",
    "json-lines": "JSON lines",
    "plain": "text",
}


def look_at_path(
    root: Path,
    settings: config.Settings,
    path: str,
    *,
    kind: str = "",
    selector: str = "",
    now: datetime,
) -> Preview:
    """What a path, from the current folder, would give as a source; its path is then as it may
    stand in the digest.toml of ``root``, relative where it lies there. Raises as
    :func:`preview_path` does."""
    # Symbolic links stay as they are written.
    whole = Path(os.path.normpath(Path.cwd() / Path(path).expanduser()))
    inside = whole.is_relative_to(root) and whole != root
    written = whole.relative_to(root) if inside else whole
    spec = config.Source(path=written.as_posix(), kind=kind or "auto", selector=selector)
    return preview_path(spec, Context(root=root, settings=settings, now=now))


def preview_path(spec: config.Source, context: Context) -> Preview:
    """What ``spec.path`` names: how many articles, the last of them, of which form.

    Raises SourceError where nothing is there or nothing of it can be read, UsageError for a file
    that is no document.
    """
    try:
        _, files, _ = find_files(spec.path, context.root)
        word, kind, mails = _find_word(files, spec, context.root)
        if kind == "opml":
            return _preview_list(files, spec, context)
        if not files:
            raise ArticleError("no file there that digest reads", spec.path, "name another")
        facts: list[Facts] = []
        failed: list[str] = []
        for document in read_path(spec, context).documents:
            parts = (document,) if isinstance(document, SourceError) else document.facts
            for part in islice(parts, MOST_COUNTED + 1 - len(facts)):
                if isinstance(part, SourceError):
                    failed.append(str(part))
                    first = part
                else:
                    facts.append(part)
            if len(facts) > MOST_COUNTED:
                break
    except OSError as error:
        raise ArticleError(
            reason_of(error), spec.path, "check the path and its permissions"
        ) from error
    if failed and not facts:
        raise first
    return Preview(
        path=spec.path,
        kind=word,
        count=min(len(facts), MOST_COUNTED),
        more=len(facts) > MOST_COUNTED,
        entries=last_entries(facts),
        problems=tuple(failed[:_SHOWN]),
        as_kind=kind,
        selector=spec.selector,
        mails=mails,
    )


def _find_word(files: Sequence[Path], spec: config.Source, root: Path) -> tuple[str, str, bool]:
    """(what it is for people, the kind to save, whether it is mail)."""
    if spec.kind != "auto":
        return _WORDS.get(KINDS[spec.kind], ""), spec.kind, False
    if len(files) != 1 or (root / Path(spec.path).expanduser()).is_dir():
        if files and all(is_maildir_mail(file) for file in files):
            return "mailbox (Maildir)", "auto", True
        if files and all(file.suffix.lower() == ".opml" for file in files):
            return "OPML", "opml", False
        mails = any(SUFFIXES.get(file.suffix.lower()) in ("mail", "mbox") for file in files)
        return ("folder with mail" if mails else "folder"), "auto", mails
    with files[0].open("rb") as stream:
        head = stream.read(1 << 16)
    suffix = files[0].suffix.lower()
    form = find_form(head, suffix=suffix)
    if form == "plain" and suffix not in SUFFIXES:
        raise UsageError(
            "is a file or folder, no address",
            where=spec.path,
            fix=f'write path = "{spec.path}" into a [[sources]] table of digest.toml',
        )
    if form == "opml":
        return "OPML", "opml", False
    kind = form if form in ("bookmarks", "sitemap") else "auto"
    return _WORDS[form], kind, form in ("mail", "mbox")


def _preview_list(files: Sequence[Path], spec: config.Source, context: Context) -> Preview:
    limit = context.settings.gather.max_bytes
    listed = [
        each
        for file in files
        for each in opml.parse_opml(read_bounded(file, spec.path, limit), name=spec.path)
    ]
    return Preview(
        path=spec.path,
        kind="OPML",
        count=len(listed),
        entries=tuple(
            Entry(title=each.title or each.url, published=None, url=each.url)
            for each in listed[:_SHOWN]
        ),
        as_kind="opml",
    )
