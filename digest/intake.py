"""What comes in: the sources that a run reads, with digest's own knowledge beside them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from digest.errors import Interrupted, UsageError
from digest.model import Article, Gathered, LeftOut, SourceReport, Verdict, Window
from digest.workspace import Workspace

if TYPE_CHECKING:
    from digest.articles.newsletter import NewsItem
    from digest.config import Settings, Source
    from digest.sources import Context
    from digest.sources.spool import Spool
    from digest.state.seen import Seen
    from digest.window import WindowRequest

Progress = Callable[[SourceReport], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What to read and how. ``now`` is the clock, or with ``named_clock`` an instant that the user
    named, ``stdin`` what the path ``-`` reads.

    ``keep`` is false for runs that leave no trace: first-seen times and answers of servers
    are then looked up and not stored. ``refresh`` asks servers anew whatever they said before.
    With ``explain`` articles carry what was weighed, without ``texts`` none of their words.
    ``environment`` is where credentials that the settings refer to are looked up.
    """

    workspace: Workspace
    settings: Settings
    sources: tuple[Source, ...]
    now: datetime
    named_clock: bool = False
    offline: bool = False
    refresh: bool = False
    keep: bool = True
    stdin: BinaryIO | None = None
    explain: bool = False
    texts: bool = True
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What ``digest articles`` shows. The articles are looked up anew, one after another, each
    time that ``articles`` is called."""

    window: Window | None
    articles: Callable[[], Iterator[Article]]
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
    with _opened(intake, lean=not hold) as (context, seen):
        known_since = seen.known_since()
        return _gather(intake, context, progress, hold=hold), known_since


@contextmanager
def _opened(intake: Intake, *, lean: bool = False) -> Iterator[tuple[Context, Seen]]:
    """All that reading sources depends on, with the database open."""
    from digest.http.client import user_agent
    from digest.http.probe import Prober
    from digest.sources import Context
    from digest.state.database import open_database
    from digest.state.inventories import Inventories
    from digest.state.responses import ResponseCache
    from digest.state.seen import Seen
    from digest.state.upkeep import tend
    from digest.state.visits import Visits

    settings, workspace = intake.settings, intake.workspace
    authorities = settings.gather.authorities
    with open_database(workspace.database, scratch=not intake.keep) as connection:
        seen = Seen(connection)
        client = Prober(
            settings.gather,
            ResponseCache(connection),
            visits=Visits(connection),
            refresh=intake.refresh,
            offline=intake.offline,
            now=intake.now,
            named_clock=intake.named_clock,
            user_agent=user_agent(settings.newsletter),
            authorities=workspace.root / authorities if authorities else None,
        )
        with closing(client):
            yield (
                Context(
                    root=workspace.root,
                    settings=settings,
                    now=intake.now,
                    offline=intake.offline,
                    client=client,
                    seen=seen,
                    inventories=Inventories(connection),
                    stdin=intake.stdin,
                    read_items=_read_items,
                    prober=client,
                    explain=intake.explain,
                    texts=intake.texts,
                    lean=lean,
                    environment=intake.environment,
                ),
                seen,
            )
            if intake.keep:
                # No database grows for ever: what this costs, every run can pay.
                tend(
                    connection,
                    now=intake.now,
                    addresses={source.url for source in settings.sources if source.url},
                    labels={source.label for source in settings.sources},
                )


def _gather(
    intake: Intake,
    context: Context,
    progress: Progress | None,
    *,
    hold: bool = True,
    spool: Spool | None = None,
) -> Gathered:
    from digest.sources import gather

    try:
        return gather(intake.sources, context, progress, hold=hold, spool=spool)
    except Interrupted as error:
        if not intake.keep or intake.workspace.database is None:
            raise
        raise Interrupted(
            f"{error}, and what they gave is kept; run the same again to go on"
        ) from error


def _read_items(html: str, text: str) -> Sequence[NewsItem]:
    # A third of all imports, for sources that are split alone.
    from digest.importing.newsletter import read_items

    return read_items(html, text)


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


@contextmanager
def list_articles(
    intake: Intake, request: WindowRequest, progress: Progress | None = None
) -> Iterator[Listed]:
    """What digest makes of each input; with a window asked for, only what lies in it.

    However many they are, few articles are held at a time: the others wait on disk until the
    context ends. A list leaves no trace, whatever ``intake.keep`` says.
    """
    from digest.sources.spool import Spool
    from digest.window import Past, Policies, WindowRequest, judge, resolve

    intake = replace(intake, keep=False)
    with _opened(intake) as (context, seen), Spool() as spool:
        gathered = _gather(intake, context, progress, spool=spool)

        def stamped() -> Iterator[Article]:
            return seen.look_up(spool.__iter__, intake.now)

        if request == WindowRequest():
            yield Listed(window=None, articles=stamped, reports=gathered.reports)
            return
        settings = intake.settings
        window = resolve(
            request,
            settings.schedule,
            timezone=settings.newsletter.timezone,
            now=intake.now,
            last_end=None,
        )
        policies = Policies(settings.window, settings.sources, gathered.listed)

        def inside() -> Iterator[Article]:
            for article in stamped():
                if judge(article, window, policies.of(article.via), Past()).inside:
                    yield article

        yield Listed(window=window, articles=inside, reports=gathered.reports)
