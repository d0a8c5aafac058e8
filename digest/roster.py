"""The sources of digest.toml as the command line lists, changes, takes in and gives out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from digest.config import Settings, Source
from digest.config.amend import Edited, amend
from digest.errors import UsageError
from digest.model.article import format_instant
from digest.sources.meant import find_known, find_source
from digest.sources.subscriptions import (
    Import,
    as_table,
    format_opml,
    is_exported,
    one_line,
    plan_import,
    same_feed,
)
from digest.workspace import Workspace

if TYPE_CHECKING:
    from digest.http.client import Client
    from digest.model import SourceReport
    from digest.sources.preview import Preview
    from digest.state.seen import SourceRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One source of digest.toml; ``record`` is what earlier runs know of it, None for nothing."""

    source: Source
    record: SourceRecord | None

    @property
    def status(self) -> str:
        """What it did when it was last read; ``disabled`` by the settings goes before."""
        if not self.source.enabled:
            return "disabled"
        return self.record.status if self.record else ""

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        source, record = self.source, self.record
        last = record.last_success if record else None
        return {
            "name": source.label,
            "url": source.url or None,
            "path": source.path or None,
            "kind": source.kind,
            "topic": source.topic or None,
            "enabled": source.enabled,
            "status": self.status or None,
            "detail": record.detail if record else "",
            "last_success": format_instant(last) if last else None,
            "articles": record.articles if record else None,
            "failures_in_a_row": record.failures_in_a_row if record else 0,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A source that has moved for good; ``taken_by`` is the source that has its new address."""

    source: Source
    url: str
    taken_by: str = ""

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return {
            "name": self.source.label,
            "from": self.source.url,
            "to": self.url,
            "written": not self.taken_by,
        }


def list_sources(workspace: Workspace, settings: Settings) -> list[Listed]:
    """The sources in their order, each with its record."""
    from digest.state.database import open_existing
    from digest.state.seen import Seen

    with open_existing(workspace.database) as connection:
        records = Seen(connection).records() if connection is not None else {}
    return [Listed(source=source, record=records.get(source.label)) for source in settings.sources]


def add(
    workspace: Workspace,
    settings: Settings,
    preview: Preview,
    *,
    topic: str = "",
    name: str = "",
    split: bool = False,
    dry_run: bool = False,
) -> tuple[Source, Edited]:
    """Writes what was found into digest.toml; its title is its name where no other source has it.
    Raises ConfigError for a name or topic that cannot be one."""
    names = {source.name for source in settings.sources}
    title = one_line(preview.title)
    source = Source(
        url=preview.url,
        path=preview.path,
        name=name or ("" if title in names else title),
        kind=preview.as_kind,
        selector=preview.selector,
        topic=topic,
        private=preview.private,
        split=split,
        complete=preview.complete,
    )
    return source, _add(workspace, [source], dry_run=dry_run)


def remove(
    workspace: Workspace, settings: Settings, asked: Sequence[str], *, dry_run: bool = False
) -> tuple[list[Source], Edited]:
    """Takes sources out of digest.toml. Raises UsageError, before anything is written."""
    from digest.config.edit import remove_source

    numbers = _numbers(settings, asked)

    def change(text: str) -> str:
        for number in reversed(numbers):
            text = remove_source(text, number)
        return text

    gone = [settings.sources[number] for number in numbers]
    return gone, amend(workspace, change, numbered=settings, dry_run=dry_run)


def switch(
    workspace: Workspace,
    settings: Settings,
    asked: Sequence[str],
    *,
    enabled: bool,
    dry_run: bool = False,
) -> tuple[list[Source], Edited]:
    """Switches sources on or off; gives those that were not so before. Raises UsageError."""
    from digest.config.edit import change_source

    numbers = [
        number
        for number in _numbers(settings, asked)
        if settings.sources[number].enabled is not enabled
    ]

    def change(text: str) -> str:
        for number in numbers:
            text = change_source(text, number, {"enabled": None if enabled else False})
        return text

    changed = [settings.sources[number] for number in numbers]
    return changed, amend(workspace, change, numbered=settings, dry_run=dry_run)


def update(
    workspace: Workspace, settings: Settings, *, dry_run: bool = False
) -> tuple[list[Move], Edited]:
    """Writes the addresses to which sources have moved for good, as earlier runs were told.

    An address that another source has already is told and not written. A source that moved to
    another host is no longer ``private``: that was said of the host it left.
    """
    from digest.config.edit import change_source

    moves: dict[int, Move] = {}
    taken = {same_feed(source.url): source for source in settings.sources if source.url}
    for number, url in _moved(workspace, settings):
        source = settings.sources[number]
        other = taken.get(same_feed(url))
        taken_by = other.label if other is not None and other is not source else ""
        moves[number] = Move(source=source, url=url, taken_by=taken_by)
        if not taken_by:
            taken[same_feed(url)] = source

    def change(text: str) -> str:
        for number, move in moves.items():
            if not move.taken_by:
                changes: dict[str, str | bool | None] = {"url": move.url}
                if _host(move.url) != _host(move.source.url):
                    changes["private"] = None
                text = change_source(text, number, changes)
        return text

    edited = amend(workspace, change, numbered=settings, dry_run=dry_run)
    if not dry_run:
        _keep_records(workspace, [move for move in moves.values() if not move.taken_by])
    return list(moves.values()), edited


def import_opml(
    workspace: Workspace,
    settings: Settings,
    data: bytes,
    *,
    name: str,
    topic: str = "",
    private: bool = False,
    dry_run: bool = False,
) -> tuple[Import, Edited]:
    """Writes the feeds of an OPML document into digest.toml, folders as topics, each feed once.

    ``name`` names the document in messages; ``private`` lets its feeds be on hosts that are plainly
    not public. Raises FeedError when it is not OPML.
    """
    from digest.sources.opml import parse_opml

    listed = parse_opml(data, name=name)
    found = plan_import(listed, settings.sources, topic=topic, private=private)
    return found, _add(workspace, found.new, dry_run=dry_run)


def sources_to_check(
    settings: Settings, asked: Sequence[str], *, private: bool = False
) -> tuple[Source, ...]:
    """The sources that are meant, all without words; an address that is none is one for now,
    which with ``private`` may be one that is not public.

    One that is disabled is read when it is named. Raises UsageError, also for a ``private`` that
    is for none of them: sources say that for themselves.
    """
    from digest.intake import pick_sources
    from digest.sources import source_from_argument

    foreign = [word for word in asked if "://" in word and find_known(settings, word) is None]
    if private and not foreign:
        raise UsageError(
            "is for an address that is no source of digest.toml",
            where="--private",
            fix="a source has `private = true` in its table",
        )
    if not asked:
        return pick_sources(settings, ())
    sources = []
    for word in asked:
        if word in foreign:
            source = source_from_argument(word)
            sources.append(replace(source, private=source.private or private))
        else:
            sources.append(replace(find_source(settings, word), enabled=True))
    return tuple(sources)


def check(
    workspace: Workspace,
    settings: Settings,
    sources: tuple[Source, ...],
    *,
    now: datetime,
    named_clock: bool = False,
    progress: Callable[[SourceReport], None] | None = None,
) -> tuple[SourceReport, ...]:
    """Reads sources and gives what each did; nothing is kept where one is not of digest.toml."""
    from digest.http.addresses import PRIVATE_ADDED, PRIVATE_OPTION
    from digest.intake import Intake, take_in

    labels = {source.label for source in settings.sources}
    intake = Intake(
        workspace=workspace,
        settings=settings,
        sources=sources,
        now=now,
        named_clock=named_clock,
        refresh=True,
        keep=labels.issuperset(source.label for source in sources),
    )
    with workspace.lock():
        gathered, _ = take_in(intake, progress)
    return tuple(
        report
        if report.name in labels
        else replace(report, detail=report.detail.replace(PRIVATE_ADDED, PRIVATE_OPTION))
        for report in gathered.reports
    )


def export_opml(settings: Settings) -> tuple[bytes, list[Source]]:
    """The feeds of digest.toml as OPML, and the sources that are none and stay out."""
    left_out = [source for source in settings.sources if not is_exported(source)]
    return format_opml(settings.sources, title=settings.newsletter.title), left_out


@contextmanager
def open_client(workspace: Workspace, settings: Settings, now: datetime) -> Iterator[Client]:
    """A client for a look at addresses: it leaves hosts in peace that asked for it, and keeps
    nothing."""
    from digest.http.client import Client, user_agent
    from digest.state.database import open_database
    from digest.state.visits import Visits

    with open_database(workspace.database, scratch=True) as connection:
        client = Client(
            settings.gather,
            None,
            visits=Visits(connection),
            refresh=True,
            now=now,
            user_agent=user_agent(settings.newsletter),
        )
        with closing(client):
            yield client


def _moved(workspace: Workspace, settings: Settings) -> list[tuple[int, str]]:
    """(number of a source, its new address) for those that have moved."""
    from digest.http.access import Access
    from digest.sources.access import scope_of
    from digest.state.database import open_existing
    from digest.state.visits import Visits

    found = []
    with open_existing(workspace.database) as connection:
        if connection is None:
            return []
        visits = Visits(connection)
        for number, source in enumerate(settings.sources):
            if not source.url:
                continue
            visit = visits.find(Access(scope=scope_of(source)).key(source.url))
            if visit is not None and visit.moved_to and visit.moved_to != source.url:
                found.append((number, visit.moved_to))
    return found


def _keep_records(workspace: Workspace, moves: Sequence[Move]) -> None:
    """Lets sources that are called by their address keep what is known of them."""
    from digest.state.database import open_database
    from digest.state.seen import Seen

    unnamed = [move for move in moves if not move.source.name]
    if unnamed:
        with open_database(workspace.database) as connection:
            seen = Seen(connection)
            for move in unnamed:
                seen.rename(move.source.url, move.url)


def _numbers(settings: Settings, asked: Sequence[str]) -> list[int]:
    """The places of the sources that are meant, in their order."""
    meant = [find_source(settings, word) for word in asked]
    return [
        number
        for number, source in enumerate(settings.sources)
        if any(source is each for each in meant)
    ]


def _add(workspace: Workspace, sources: Sequence[Source], *, dry_run: bool) -> Edited:
    from digest.config.edit import add_sources

    tables = [as_table(source) for source in sources]
    return amend(workspace, lambda text: add_sources(text, tables), dry_run=dry_run)


def _host(url: str) -> str:
    return same_feed(url).partition("/")[0]
