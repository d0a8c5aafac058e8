"""The use case: gather -> window -> topics -> propose -> merge -> write -> render.

This module connects rooms that do not know each other, and decides nothing about articles
itself; what becomes of the files of an issue stands in ``draft``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from digest.bookings import book_slots
from digest.draft import Composed, Draft, bring_together, compose_nothing, find_base
from digest.errors import LockError
from digest.intake import Intake, Progress, keep_rulings, take_in
from digest.memory import recall_put_off, remember_issues
from digest.model import Article, Gathered, LeftOut, Story, Verdict, Window, article_key
from digest.press import read_lock
from digest.workspace import Workspace, validate_slug

if TYPE_CHECKING:
    from digest.config import Settings
    from digest.issue.expiry import Expiry
    from digest.issue.past import Memory
    from digest.issue.propose import HeldItem
    from digest.topics.guide import Guide
    from digest.window import Past, Policies, WindowRequest


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
    from digest.issue.expiry import find_expiry
    from digest.issue.moves import find_moved
    from digest.issue.recognise import recognise
    from digest.issue.waiting import part_waiting
    from digest.summaries import summarise
    from digest.topics import arrange
    from digest.window import Policies

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
        listed_now = frozenset(map(article_key, gathered.articles))
        past = memory.past_without(folder.slug)
        before = memory.last_before(folder.slug, window.start)
        gathered, recalled = _with_put_off(request.intake, gathered, past, before, window)
        known = memory.names_known(folder.slug, window.start)
        recognised = recognise(gathered.articles, known)
        came = gathered.articles
        gathered = replace(gathered, articles=recognised.articles)
        past = replace(
            past,
            source_known_since=known_since,
            offered=listed_now,
        )
        if request.again:
            past = replace(past, issued={})
        policies = Policies(settings.window, settings.sources, gathered.listed)
        expiry = find_expiry(memory, folder.slug, window.start, after=settings.window.hold_issues)
        verdicts, expiry = _judge_all(gathered.articles, window, policies, past, expiry)
        # Sources that a list named (OPML) have topics and limits as those of digest.toml do.
        listed = tuple(
            Source(name=entry.via, topic=entry.topic, max=entry.max, weight=entry.weight)
            for entry in gathered.listed
        )
        placing = replace(settings, sources=settings.sources + listed)
        guide = _find_guide(request.intake, placing, memory, folder.slug, window)
        arrangement = arrange(
            [article for article, verdict in verdicts if verdict.inside],
            placing,
            late=frozenset(article.id for article, verdict in verdicts if verdict.late),
            guide=guide,
            window=window,
        )
        stories = _with_earlier(arrangement.stories, guide, settings)
        held_before = [
            entry
            for entry in memory.held_before(folder.slug, window.start)
            if entry.item.key not in expiry.overdue
        ]
        waited = part_waiting(held_before, verdicts, window, recognised)
        waited = replace(
            waited,
            carried=tuple(_with_topics(waited.carried, gathered.articles, placing, guide)),
        )
        # What waited in Hold is in the issue, by another way.
        by_hold = waited.keys
        left_out = tuple(
            LeftOut(article=article, rule=verdict.rule, reason=verdict.reason)
            for article, verdict in verdicts
            if not verdict.inside and article_key(article) not in by_hold
        )
        summarised = summarise(
            [story.lead for story in stories],
            settings,
            known={key: reason.summary for key, reason in lock.reasons.items()} if lock else {},
            database=workspace.database,
            may_ask=request.intake.keep and not request.intake.offline,
        )
        left_out += expiry.left_out(
            {article_key(article) for article in gathered.articles},
            {
                issue.slug: issue.composed_at or (issue.window.end if issue.window else window.end)
                for issue in memory.issues
            },
        )
        draft = Draft(
            folder=folder,
            window=window,
            lock=lock,
            stories=stories,
            # In an order that the inputs' own does not decide.
            held=tuple(sorted((one for one, verdict in verdicts if verdict.held), key=article_key)),
            waited=waited,
            dropped=tuple(expiry.overdue.values()),
            left_out=left_out + arrangement.left_out,
            gathered=gathered,
            recognised=recognised,
            cut_before=frozenset(past.cut),
            problems=(*problems, *recalled, *summarised.notes),
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


def _with_put_off(
    intake: Intake, gathered: Gathered, past: Past, slugs: Sequence[str], window: Window
) -> tuple[Gathered, tuple[str, ...]]:
    """What was gathered, with what the issues ``slugs`` left for this one and no source lists
    any more; and what is to be said of that."""
    from digest.window import is_ahead

    recalled = recall_put_off(
        intake.workspace,
        slugs,
        vias={source.label for source in intake.sources if source.enabled}
        | {entry.via for entry in gathered.listed},
        without={article.id for article in gathered.articles},
    )
    # Under another address it is listed still: then its title is there.
    titles = {(each.via, each.title.casefold()) for each in gathered.articles if each.title}
    found = {
        name: [
            each
            for each in articles
            if (each.via, each.title.casefold()) not in titles
            and not any(article_key(each) in keys for keys in (past.issued, past.cut, past.held))
        ]
        for name, articles in recalled.items()
    }
    told = tuple(
        f"taken from issues/{name}/issue.lock, for its source lists it no more: "
        f"{each.title or each.input}"
        for name, articles in found.items()
        for each in articles
        if each.published is None or not is_ahead(each.published, window)
    )
    more = tuple(each for articles in found.values() for each in articles)
    return replace(gathered, articles=(*gathered.articles, *more)), told


def _judge_all(
    articles: Sequence[Article], window: Window, policies: Policies, past: Past, expiry: Expiry
) -> tuple[list[tuple[Article, Verdict]], Expiry]:
    """The verdict on each article, and what is dropped from Hold after all."""
    from digest.window import judge

    def verdict(article: Article, known: Past) -> Verdict:
        return judge(article, window, policies.of(article.via), known)

    if waited := [article for article in articles if expiry.concerns(article)]:
        known = replace(past, held=past.held - {article_key(article) for article in waited})
        expiry = expiry.without([(article, verdict(article, known)) for article in waited], window)
        waited = [article for article in waited if expiry.concerns(article)]
        past = replace(past, held=past.held - {article_key(article) for article in waited})
    return [
        (article, expiry.verdict(article, verdict(article, past))) for article in articles
    ], expiry


def _find_guide(
    intake: Intake, settings: Settings, memory: Memory, slug: str, window: Window
) -> Guide | None:
    """What past issues say of where articles belong; None where there are none, or they are not
    to be asked: then nothing of it is imported."""
    if not settings.learning.enabled or all(issue.slug == slug for issue in memory.issues):
        return None
    from digest.teaching import find_guide

    return find_guide(intake.workspace, settings, slug=slug, until=window.end, keep=intake.keep)


def _with_earlier(
    stories: tuple[Story, ...], guide: Guide | None, settings: Settings
) -> tuple[Story, ...]:
    """The stories, each with what it follows of the last issues; without a guide no past issue
    is asked for anything."""
    last = settings.stories.earlier_issues
    if not last or guide is None:
        return stories
    from digest.topics.followups import with_followups

    return with_followups(stories, guide.lessons[-last:])


def _with_topics(
    waited: Sequence[HeldItem],
    articles: Sequence[Article],
    settings: Settings,
    guide: Guide | None,
) -> Iterator[HeldItem]:
    """What waited, each under its topic: what was proposed in Hold had none before."""
    from digest.issue.escape import escape_heading
    from digest.topics import Placer

    if all(entry.topic for entry in waited):
        yield from waited
        return
    placer = Placer(settings, guide)
    by_key = {article_key(article): article for article in articles}
    for entry in waited:
        article = None if entry.topic else by_key.get(entry.item.key)
        topic = escape_heading(placer.place(article).topic) if article else entry.topic
        yield replace(entry, topic=topic)


def _was_sent(workspace: Workspace, slug: str) -> bool:
    """Whether an issue has left the house; a lock that cannot be read does not say so."""
    try:
        lock = read_lock(workspace, workspace.issue(slug))
    except LockError:
        return False
    return bool(lock and lock.deliveries)
