"""The use case: gather -> window -> topics -> propose -> merge -> write -> render.

This module connects rooms that do not know each other, and decides nothing about articles
itself; what becomes of the files of an issue stands in ``draft``.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from digest.bookings import book_slots
from digest.draft import Composed, Draft, bring_together, compose_nothing, find_base
from digest.errors import LockError
from digest.intake import Intake, Progress, keep_rulings, take_in
from digest.memory import remember_issues
from digest.model import LeftOut, article_key
from digest.press import read_lock
from digest.workspace import Workspace, validate_slug

if TYPE_CHECKING:
    from digest.window import WindowRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a compose is asked for; with ``intake.keep`` false it is a dry run.

    With ``again``, what other issues printed may be printed once more.
    """

    intake: Intake
    window: WindowRequest
    slug: str | None = None
    again: bool = False


def compose(request: Request, progress: Progress | None = None) -> Composed:
    """Composes one issue, or says in a dry run what would become of it.

    Raises DigestError; a source that fails is in the reports and ends nothing.
    """
    from digest.config import Source
    from digest.issue.choose import choose_slug, choose_window, notes_on
    from digest.issue.moves import find_moved
    from digest.issue.recognise import recognise
    from digest.issue.waiting import part_waiting
    from digest.summaries import summarise
    from digest.topics import arrange
    from digest.window import Policies, judge

    settings, workspace = request.intake.settings, request.intake.workspace
    with ExitStack() as stack:
        if request.intake.keep:
            stack.enter_context(workspace.lock())
        memory = remember_issues(workspace, keep=request.intake.keep)
        window = choose_window(
            request.window,
            settings.schedule,
            memory,
            timezone=settings.newsletter.timezone,
            now=request.intake.now,
            was_sent=partial(_was_sent, workspace),
        )
        slug = choose_slug(window, memory) if request.slug is None else validate_slug(request.slug)
        folder = workspace.issue(slug)
        slots = book_slots(workspace, settings, window)
        notes = notes_on(window, memory, slug, now=request.intake.now, again=request.again)
        lock, problems = find_base(workspace, folder, (*memory.problems, *notes))
        gathered, known_since = take_in(request.intake, progress)
        if all(report.failed for report in gathered.reports):
            return compose_nothing(folder, window, gathered, problems)
        known = memory.names_known(folder.slug, window.start)
        recognised = recognise(gathered.articles, known)
        came = gathered.articles
        gathered = replace(gathered, articles=recognised.articles)
        past = replace(
            memory.past_without(folder.slug),
            source_known_since=known_since,
            offered=frozenset(map(article_key, came)),
        )
        if request.again:
            past = replace(past, issued={})
        policies = Policies(settings.window, settings.sources, gathered.listed)
        verdicts = [
            (article, judge(article, window, policies.of(article.via), past))
            for article in gathered.articles
        ]
        # Sources that a list named (OPML) have topics and limits as those of digest.toml do.
        listed = tuple(
            Source(name=entry.via, topic=entry.topic, max=entry.max) for entry in gathered.listed
        )
        arrangement = arrange(
            [article for article, verdict in verdicts if verdict.inside],
            replace(settings, sources=settings.sources + listed),
            late=frozenset(article.id for article, verdict in verdicts if verdict.late),
        )
        held_before = memory.held_before(folder.slug, window.start)
        waited = part_waiting(held_before, verdicts, window, recognised)
        # What waited in Hold is in the issue, by another way.
        by_hold = waited.keys
        left_out = tuple(
            LeftOut(article=article, rule=verdict.rule, reason=verdict.reason)
            for article, verdict in verdicts
            if not verdict.inside and article_key(article) not in by_hold
        )
        summarised = summarise(
            [story.lead for story in arrangement.stories],
            settings,
            known={key: reason.summary for key, reason in lock.reasons.items()} if lock else {},
            database=workspace.database,
            may_ask=request.intake.keep and not request.intake.offline,
        )
        draft = Draft(
            folder=folder,
            window=window,
            lock=lock,
            stories=arrangement.stories,
            # In an order that the inputs' own does not decide.
            held=tuple(sorted((one for one, verdict in verdicts if verdict.held), key=article_key)),
            waited=waited,
            left_out=left_out + arrangement.left_out,
            gathered=gathered,
            recognised=recognised,
            cut_before=frozenset(past.cut),
            problems=(*problems, *summarised.notes),
            summarised=summarised,
            slots=slots,
        )
        composed = bring_together(request.intake, draft)
        over = {entry.article.id: entry for entry in arrangement.left_out}
        keep_rulings(
            request.intake,
            gathered,
            [(article, over.get(article.id, verdict)) for article, verdict in verdicts],
            slug=folder.slug,
            window=window,
            moved=list(find_moved(came, verdicts, past)),
        )
        return composed


def _was_sent(workspace: Workspace, slug: str) -> bool:
    """Whether an issue has left the house; a lock that cannot be read does not say so."""
    try:
        lock = read_lock(workspace, workspace.issue(slug))
    except LockError:
        return False
    return bool(lock and lock.deliveries)
