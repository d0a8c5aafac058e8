"""The use case: gather -> window -> topics -> propose -> merge -> write -> render.

This module connects rooms that do not know each other, and does the reading and writing of
an issue's files around them. It decides nothing about articles itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from digest.errors import DeliveryRefused, DigestError, LockError, MergeError
from digest.intake import Intake, Progress, keep_rulings, take_in
from digest.memory import remember_issues
from digest.model import (
    Article,
    Finding,
    Gathered,
    Issue,
    LeftOut,
    SourceReport,
    Story,
    Window,
    article_key,
)
from digest.press import (
    check_issue,
    hash_outputs,
    prove,
    read_document,
    read_lock,
    write_rendered,
)
from digest.workspace import IssueFolder, Workspace, validate_slug, write_text

if TYPE_CHECKING:
    from digest.issue.lock import Lock
    from digest.issue.merge import Merged
    from digest.issue.propose import HeldItem
    from digest.issue.recognise import Recognised
    from digest.window import WindowRequest

# An article that was proposed and now falls under one of these has changed its date.
OUT_OF_WINDOW = frozenset({"before-the-window", "after-the-window"})
_LOST = (
    "without its last proposal, digest cannot tell what you cut from {slug} from what is new: "
    "everything that is not in issue.md is added, and nothing in it changes"
)
# How often compose merges again because the editor saved meanwhile, before it gives up.
MERGE_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a compose is asked for; with ``intake.keep`` false it is a dry run.

    With ``again``, what other issues printed may be printed once more.
    """

    intake: Intake
    window: WindowRequest
    slug: str | None = None
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What a compose did. ``before`` is the issue.md it found, None when there was none.

    ``document`` is what issue.md says now, "" where there is nothing to say: no issue is
    written for a window without articles. ``unread`` is true when no source could be read:
    then nothing was composed. ``findings`` are those of `digest check`.
    """

    folder: IssueFolder
    window: Window
    stories: tuple[Story, ...]
    left_out: tuple[LeftOut, ...]
    reports: tuple[SourceReport, ...]
    merged: Merged
    before: str | None
    document: str
    unread: bool = False
    findings: tuple[Finding, ...] = ()
    problems: tuple[str, ...] = ()

    def sections(self) -> list[tuple[str, list[Story]]]:
        """The proposed stories by topic, in order."""
        by_topic: dict[str, list[Story]] = {}
        for story in self.stories:
            by_topic.setdefault(story.topic, []).append(story)
        return list(by_topic.items())

    def to_json(self) -> dict[str, Any]:
        """The object of CONTRACT §5."""
        return {
            "slug": self.folder.slug,
            "window": self.window.to_json(),
            "sections": [
                {"topic": topic, "items": [_story_json(story) for story in stories]}
                for topic, stories in self.sections()
            ],
            "left_out": [entry.to_json() for entry in self.left_out],
            "sources": [report.to_json() for report in self.reports],
            "merge": self.merged.to_json(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """What this run would propose, before it meets the editor's document.

    ``lock`` is the last proposal's. ``carried`` and ``waiting`` stood in an earlier issue's
    Hold: the time of the latter has not come yet.
    """

    folder: IssueFolder
    window: Window
    lock: Lock | None
    stories: tuple[Story, ...]
    held: tuple[Article, ...]
    carried: tuple[HeldItem, ...]
    waiting: tuple[HeldItem, ...]
    left_out: tuple[LeftOut, ...]
    gathered: Gathered
    recognised: Recognised
    cut_before: frozenset[str]
    problems: tuple[str, ...]


def compose(request: Request, progress: Progress | None = None) -> Composed:
    """Composes one issue, or says in a dry run what would become of it.

    Raises DigestError; a source that fails is in the reports and ends nothing.
    """
    from digest.config import Source
    from digest.issue.choose import choose_slug, choose_window, notes_on
    from digest.issue.moves import find_moved
    from digest.issue.recognise import recognise
    from digest.topics import arrange
    from digest.window import Policies, is_ahead, judge

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
        notes = notes_on(window, memory, slug, now=request.intake.now, again=request.again)
        lock, problems = _base_lock(workspace, folder, (*memory.problems, *notes))
        gathered, known_since = take_in(request.intake, progress)
        if all(report.failed for report in gathered.reports):
            return _nothing(folder, window, gathered, problems)
        recognised = recognise(gathered.articles, memory.names_known(folder.slug))
        came = gathered.articles
        gathered = replace(gathered, articles=recognised.articles)
        past = replace(memory.past_without(folder.slug), source_known_since=known_since)
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
        # What waited in Hold is in the issue, by another way.
        left_out = tuple(
            LeftOut(article=article, rule=verdict.rule, reason=verdict.reason)
            for article, verdict in verdicts
            if not verdict.inside and verdict.rule != "held-over"
        )
        # What waits because it is dated ahead waits until its own window.
        ahead = {
            article_key(article)
            for article, verdict in verdicts
            if verdict.rule in ("held-over", "after-the-window") and is_ahead(article, window)
        }
        waited = memory.held_before(folder.slug)
        draft = _Draft(
            folder=folder,
            window=window,
            lock=lock,
            stories=arrangement.stories,
            # In an order that the inputs' own does not decide.
            held=tuple(sorted((one for one, verdict in verdicts if verdict.held), key=article_key)),
            carried=tuple(entry for entry in waited if entry.item.key not in ahead),
            waiting=tuple(entry for entry in waited if entry.item.key in ahead),
            left_out=left_out + arrangement.left_out,
            gathered=gathered,
            recognised=recognised,
            cut_before=frozenset(past.cut),
            problems=problems,
        )
        composed = _bring_together(request, draft)
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


def _bring_together(request: Request, draft: _Draft) -> Composed:
    """Merges the proposal into the editor's document, writes it, then its lock, then the rest.

    The order matters: a run that dies after issue.md leaves items that the old lock does not
    know, and these count as the editor's own. The other way round they would count as cut.
    """
    workspace, folder = request.intake.workspace, draft.folder
    findings: list[Finding] = []
    for _ in range(MERGE_TRIES):
        before = _read_if_there(workspace, folder)
        merged, document = _merge(request, draft, before)
        if before is None and not any(section.items for section in merged.issue.sections):
            document = ""
        if not request.intake.keep or not document:
            break
        # The editor may have saved while this ran: what is on disk must still be what was read.
        if _read_if_there(workspace, folder) == before:
            write_text(folder.document, document)
            try:
                proof = prove(workspace, request.intake.settings, folder)
            except DigestError:
                _write_lock(request, draft, merged)
                raise
            _write_lock(request, draft, merged, hash_outputs(folder, document, proof.rendered))
            write_rendered(folder, proof.rendered)
            fresh = replace(proof, stale=())
            findings = check_issue(workspace, request.intake.settings, folder, fresh)
            break
    else:
        raise MergeError(
            "it is being saved again and again while digest composes",
            where=workspace.show(folder.document),
            fix="close the editor, or stop what writes it, and compose again",
        )
    return Composed(
        folder=folder,
        window=draft.window,
        stories=draft.stories,
        left_out=draft.left_out,
        reports=draft.gathered.reports,
        merged=merged,
        before=before,
        document=document,
        findings=tuple(findings),
        problems=draft.problems,
    )


def _nothing(
    folder: IssueFolder, window: Window, gathered: Gathered, problems: tuple[str, ...]
) -> Composed:
    """What there is to say when no source could be read; an issue that is there stays as it is."""
    from digest.issue.merge import Merged

    empty = Issue(slug=folder.slug)
    return Composed(
        folder=folder,
        window=window,
        stories=(),
        left_out=(),
        reports=gathered.reports,
        merged=Merged(issue=empty, base=empty),
        before=None,
        document="",
        unread=True,
        problems=problems,
    )


def _read_if_there(workspace: Workspace, folder: IssueFolder) -> str | None:
    return read_document(workspace, folder) if folder.document.exists() else None


def _base_lock(
    workspace: Workspace, folder: IssueFolder, problems: tuple[str, ...]
) -> tuple[Lock | None, tuple[str, ...]]:
    """The lock of the issue to compose, and what is to be said about it.

    Raises DeliveryRefused when the issue has left the house: what is added now, no reader
    would get, and it would count as sent.
    """
    from digest.issue.unlock import find_deliveries

    try:
        lock = read_lock(workspace, folder)
        deliveries = lock.deliveries if lock else ()
    except LockError:
        # The memory of all issues has told this mistake already.
        lock, problems = None, (*problems, _LOST.format(slug=folder.slug))
        deliveries = find_deliveries(folder.lock.read_bytes().decode("utf-8", errors="replace"))
    if lock is None and not deliveries and folder.document.exists() and not folder.lock.exists():
        gone = f"{workspace.show(folder.lock)} is not there"
        problems = (*problems, gone, _LOST.format(slug=folder.slug))
    if deliveries:
        raise DeliveryRefused(
            f"{folder.slug} was sent at {deliveries[-1].get('at', 'an unknown time')}; "
            "what is added to it now, no reader would get",
            where=workspace.show(folder.document),
            fix="compose the next issue: what surfaced late is rescued into it",
        )
    return lock, problems


def _merge(request: Request, draft: _Draft, before: str | None) -> tuple[Merged, str]:
    """The merge of last proposal, new proposal and document, and the text to write."""
    from digest.issue.merge import Merged, cut_keys, merge
    from digest.issue.parse import parse_issue
    from digest.issue.write import write_issue

    if before is None:
        proposal = _propose(request, draft, cut=frozenset())
        fates = tuple(
            (item.key, "held" if section.kind == "hold" else "added")
            for section in proposal.sections
            for item in section.items
        )
        return Merged(issue=proposal, base=proposal, fates=fates), write_issue(proposal)
    shown = request.intake.workspace.show(draft.folder.document)
    document = parse_issue(before, slug=draft.folder.slug, file=shown)
    base = draft.lock.proposal if draft.lock else None
    merged = merge(
        base,
        _propose(request, draft, cut=cut_keys(base, document)),
        document,
        cut_before=draft.cut_before,
        withdrawn=frozenset(
            article_key(entry.article) for entry in draft.left_out if entry.rule in OUT_OF_WINDOW
        ),
    )
    return merged, write_issue(merged.issue)


def _propose(request: Request, draft: _Draft, *, cut: frozenset[str]) -> Issue:
    from digest.issue.propose import propose

    return propose(
        draft.stories,
        slug=draft.folder.slug,
        window=draft.window,
        settings=request.intake.settings,
        held=draft.held,
        carried=draft.carried,
        waiting=draft.waiting,
        cut=cut,
    )


def _write_lock(
    request: Request, draft: _Draft, merged: Merged, outputs: Mapping[str, str] | None = None
) -> None:
    from dataclasses import asdict

    from digest.issue.lock import make_lock, write_lock
    from digest.issue.seal import hash_inputs

    articles = [article for story in draft.stories for article in (story.lead, *story.also)]
    lock = make_lock(
        merged.base,
        window=draft.window,
        composed_at=request.intake.now,
        stories=draft.stories,
        signs=draft.recognised.signs([*articles, *draft.held]),
        left_out=draft.left_out,
        reports=draft.gathered.reports,
        input_hashes=hash_inputs(draft.gathered.articles),
        newsletter=asdict(request.intake.settings.newsletter),
        outputs=outputs,
        previous=draft.lock,
    )
    write_text(draft.folder.lock, write_lock(lock))


def _story_json(story: Story) -> dict[str, Any]:
    return {
        "article": story.lead.to_json(),
        "reason": story.reason,
        "late": story.late,
        "also": [article.to_json() for article in story.also],
    }
