"""What comes in: the sources that a run reads, with digest's own knowledge beside them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from digest.errors import Interrupted, UsageError
from digest.model import Article, Gathered, LeftOut, SourceReport, Verdict, Window
from digest.workspace import Workspace

if TYPE_CHECKING:
    from digest.config import Settings, Source
    from digest.window import WindowRequest

Progress = Callable[[SourceReport], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What to read and how. ``now`` is the clock, ``stdin`` what the path ``-`` reads.

    ``keep`` is false for runs that leave no trace: first-seen times and answers of servers
    are then looked up and not stored. ``refresh`` asks servers anew whatever they said before.
    With ``explain`` articles carry what was weighed, without ``texts`` none of their words.
    ``environment`` is where credentials that the settings refer to are looked up.
    """

    workspace: Workspace
    settings: Settings
    sources: tuple[Source, ...]
    now: datetime
    offline: bool = False
    refresh: bool = False
    keep: bool = True
    stdin: BinaryIO | None = None
    explain: bool = False
    texts: bool = True
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What ``digest articles`` shows."""

    window: Window | None
    articles: tuple[Article, ...]
    reports: tuple[SourceReport, ...]


def pick_sources(
    settings: Settings, inputs: Sequence[str], *, split: bool = False
) -> tuple[Source, ...]:
    """The sources that the command line names, else those of digest.toml.

    ``split`` takes the newsletters that the command line names apart. Raises UsageError when
    there are no sources at all, or none for ``split``.
    """
    from digest.sources import source_from_argument

    if inputs:
        return tuple(replace(source_from_argument(text), split=split) for text in inputs)
    if split:
        raise UsageError(
            "names no newsletters to take apart",
            where="--split",
            fix="name them as PATH, or say split = true in their [[sources]] table",
        )
    if not settings.sources:
        raise UsageError(
            "there are no sources",
            where="digest.toml",
            fix="add a [[sources]] table, or name a file, folder or address "
            "(`digest compose --from …`)",
        )
    return settings.sources


def take_in(
    intake: Intake, progress: Progress | None = None, *, hold: bool = True
) -> tuple[Gathered, Mapping[str, datetime]]:
    """What the sources offer, and since when each was known before this run, by its label."""
    from digest.http.client import user_agent
    from digest.http.probe import Prober
    from digest.importing.newsletter import read_items
    from digest.sources import Context, gather
    from digest.state.database import open_database
    from digest.state.responses import ResponseCache
    from digest.state.seen import Seen
    from digest.state.visits import Visits

    settings, workspace = intake.settings, intake.workspace
    authorities = settings.gather.authorities
    with open_database(workspace.database, scratch=not intake.keep) as connection:
        seen = Seen(connection)
        known_since = seen.known_since()
        client = Prober(
            settings.gather,
            ResponseCache(connection),
            visits=Visits(connection),
            refresh=intake.refresh,
            offline=intake.offline,
            now=intake.now,
            user_agent=user_agent(settings.newsletter),
            authorities=workspace.root / authorities if authorities else None,
        )
        with closing(client):
            context = Context(
                root=workspace.root,
                settings=settings,
                now=intake.now,
                offline=intake.offline,
                client=client,
                seen=seen,
                stdin=intake.stdin,
                read_items=read_items,
                prober=client,
                explain=intake.explain,
                texts=intake.texts,
                environment=intake.environment,
            )
            try:
                return gather(intake.sources, context, progress, hold=hold), known_since
            except Interrupted as error:
                if not intake.keep or workspace.database is None:
                    raise
                raise Interrupted(
                    f"{error}, and what they gave is kept; run the same again to go on"
                ) from error


def gather_sources(intake: Intake, progress: Progress | None = None) -> Gathered:
    """Takes in what the sources offer, as the first step of a compose does, and no more.

    Raises LockError when another run keeps the workspace for longer than it is worth to wait.
    """
    with intake.workspace.lock():
        return take_in(intake, progress, hold=False)[0]


def keep_rulings(
    intake: Intake,
    gathered: Gathered,
    rulings: Iterable[tuple[Article, Verdict | LeftOut]],
    *,
    slug: str,
    window: Window,
    moved: Sequence[tuple[str, str]] = (),
) -> None:
    """Keeps what a run said of each article: `digest why` answers from it where issue.lock,
    which names only some of those left out, has no room. ``moved`` are ids of articles that came
    under another address, with those they are known by. A dry run keeps nothing."""
    from digest.state.database import open_database
    from digest.state.judged import Judged

    if intake.workspace.database is None or not intake.keep:
        return
    with open_database(intake.workspace.database) as connection:
        Judged(connection).keep(
            ((article, ruling.rule, ruling.reason) for article, ruling in rulings),
            slug=slug,
            window=window,
            now=intake.now,
            repeats=gathered.repeats,
            moved=moved,
        )


def list_articles(
    intake: Intake, request: WindowRequest, progress: Progress | None = None
) -> Listed:
    """What digest makes of each input; with a window asked for, only what lies in it."""
    from digest.window import Past, Policies, WindowRequest, judge, resolve

    gathered, _ = take_in(intake, progress)
    if request == WindowRequest():
        return Listed(window=None, articles=gathered.articles, reports=gathered.reports)
    settings = intake.settings
    window = resolve(
        request,
        settings.schedule,
        timezone=settings.newsletter.timezone,
        now=intake.now,
        last_end=None,
    )
    policies = Policies(settings.window, settings.sources, gathered.listed)
    inside = tuple(
        article
        for article in gathered.articles
        if judge(article, window, policies.of(article.via), Past()).inside
    )
    return Listed(window=window, articles=inside, reports=gathered.reports)
