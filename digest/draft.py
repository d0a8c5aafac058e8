"""A run's draft meets the editor's document: merged, written, rendered, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from digest.errors import (
    DeliveryRefused,
    DigestError,
    LockError,
    MergeError,
    NewerLockError,
)
from digest.history import Changed, replace_document
from digest.intake import Intake
from digest.model import (
    Article,
    Finding,
    Gathered,
    Issue,
    LeftOut,
    Section,
    SourceReport,
    Story,
    Window,
    article_key,
)
from digest.press import (
    check_issue,
    check_text,
    hash_outputs,
    prove,
    read_document,
    read_lock,
    write_rendered,
)
from digest.workspace import IssueFolder, Workspace, write_text

if TYPE_CHECKING:
    from digest.config import Slot
    from digest.issue.fates import Told
    from digest.issue.lock import Lock, Reason
    from digest.issue.merge import Merged
    from digest.issue.propose import HeldItem
    from digest.issue.recognise import Recognised
    from digest.issue.waiting import Waiting
    from digest.summaries import Summarised

# An article that was proposed and now falls under one of these has changed its date.
OUT_OF_WINDOW = frozenset({"before-the-window", "after-the-window"})
_LOST = (
    "without its last proposal, digest cannot tell what you cut from {slug} from what is new: "
    "everything that is not in issue.md is added, and nothing in it changes; `digest undo` puts "
    "back what stood there, to mend issue.lock first"
)
# How often compose merges again because the editor saved meanwhile, before it gives up.
MERGE_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What a compose did. ``before`` is the issue.md it found, None when there was none.

    ``document`` is what issue.md says now, "" where there is nothing to say: no issue is
    written for a window without articles. ``unread`` is true when no source could be read:
    then nothing was composed. ``told`` says what became of each item, ``dropped`` is
    what waited in Hold for too long and is not proposed any more, ``findings`` are those of
    `digest check`.
    """

    folder: IssueFolder
    window: Window
    stories: tuple[Story, ...]
    left_out: tuple[LeftOut, ...]
    reports: tuple[SourceReport, ...]
    merged: Merged
    before: str | None
    document: str
    told: tuple[Told, ...] = ()
    dropped: tuple[HeldItem, ...] = ()
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
        from digest.issue.fates import merge_json

        return {
            "slug": self.folder.slug,
            "window": self.window.to_json(),
            "sections": [
                {"topic": topic, "items": [_story_json(story) for story in stories]}
                for topic, stories in self.sections()
            ],
            "left_out": [entry.to_json() for entry in self.left_out],
            "sources": [report.to_json() for report in self.reports],
            "slots": [{"heading": heading, "fate": fate} for heading, fate in self.merged.slots],
            "merge": merge_json(self.told, dropped=len(self.dropped)),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What this run would propose, before it meets the editor's document.

    ``lock`` is the last proposal's. ``waited`` stood in an earlier issue's Hold, ``dropped`` did
    so for too long. ``slots`` are
    what digest.toml books.
    """

    folder: IssueFolder
    window: Window
    lock: Lock | None
    stories: tuple[Story, ...]
    held: tuple[Article, ...]
    waited: Waiting
    dropped: tuple[HeldItem, ...]
    left_out: tuple[LeftOut, ...]
    gathered: Gathered
    recognised: Recognised
    cut_before: frozenset[str]
    problems: tuple[str, ...]
    summarised: Summarised
    slots: tuple[tuple[Slot, Section], ...] = ()


def bring_together(intake: Intake, draft: Draft) -> Composed:
    """Merges the proposal into the editor's document, writes it, then its lock, then the rest.

    The order matters: a run that dies after issue.md leaves items that the old lock does not
    know, and these count as the editor's own. The other way round they would count as cut.
    """
    from digest.issue.fates import count_fates, tell_fates

    workspace, folder = intake.workspace, draft.folder
    findings: list[Finding] = []
    problems = draft.problems
    for _ in range(MERGE_TRIES):
        before = _read_if_there(workspace, folder)
        merged, document = _merge(intake, draft, before)
        left_out = _still_left_out(draft, merged)
        told = tell_fates(merged, draft.lock.proposal if draft.lock else None, draft.waited.items)
        if before is None and not any(section.items for section in merged.issue.sections):
            document = ""
        if not document:
            break
        if not intake.keep:
            try:
                findings = check_text(workspace, intake.settings, folder, document)
            except DigestError as error:
                # A dry run that cannot render still has a difference to show.
                problems = (*problems, str(error))
            break
        try:
            replace_document(
                workspace,
                folder,
                document,
                expected=before,
                at=intake.now,
                by="compose",
                summary=count_fates(told, dropped=len(draft.dropped)),
                window=f"{draft.window.start.isoformat()}/{draft.window.end.isoformat()}",
            )
        except Changed:
            # The editor saved while this ran.
            continue
        try:
            proof = prove(workspace, intake.settings, folder)
        except DigestError:
            _write_lock(intake, draft, merged, left_out)
            raise
        outputs = hash_outputs(folder, document, proof.rendered)
        _write_lock(intake, draft, merged, left_out, outputs)
        write_rendered(folder, proof.rendered)
        fresh = replace(proof, stale=())
        findings = check_issue(workspace, intake.settings, folder, fresh)
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
        left_out=left_out,
        reports=draft.gathered.reports,
        merged=merged,
        before=before,
        document=document,
        told=told,
        dropped=draft.dropped,
        findings=tuple(findings),
        problems=problems,
    )


def compose_nothing(
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


def find_base(
    workspace: Workspace, folder: IssueFolder, problems: tuple[str, ...]
) -> tuple[Lock | None, tuple[str, ...]]:
    """The lock of the issue to compose, and what is to be said about it.

    Raises DeliveryRefused when the issue has left the house: what is added now, no reader
    would get, and it would count as sent. Raises NewerLockError rather than writing over what a
    newer digest keeps.
    """
    from digest.issue.unlock import find_deliveries

    try:
        lock = read_lock(workspace, folder)
        deliveries = lock.deliveries if lock else ()
    except NewerLockError:
        raise
    except LockError:
        # The memory of all issues has told this mistake already.
        lock, problems = None, (*problems, _LOST.format(slug=folder.slug))
        deliveries = find_deliveries(folder.lock.read_bytes().decode("utf-8", errors="replace"))
    if lock is None and not deliveries and folder.document.exists() and not folder.lock.exists():
        gone = f"{workspace.show(folder.lock)} is not there; if git has it, restore it"
        problems = (*problems, gone, _LOST.format(slug=folder.slug))
    if deliveries:
        raise DeliveryRefused(
            f"{folder.slug} was sent at {deliveries[-1].get('at', 'an unknown time')}; "
            "what is added to it now, no reader would get",
            where=workspace.show(folder.document),
            fix="compose the next issue: what surfaced late is rescued into it",
        )
    return lock, problems


def _merge(intake: Intake, draft: Draft, before: str | None) -> tuple[Merged, str]:
    """The merge of last proposal, new proposal and document, and the text to write."""
    from digest.issue.headlines import follow_document
    from digest.issue.merge import Merged, cut_keys, merge
    from digest.issue.parse import parse_issue
    from digest.issue.write import write_issue

    if before is None:
        proposal = _propose(intake, draft, cut=frozenset())
        fates = tuple(
            (item.key, "held" if section.kind == "hold" else "added")
            for section in proposal.sections
            for item in section.items
        )
        slots = tuple((slot.heading, "added") for slot, _ in draft.slots)
        merged = Merged(issue=proposal, base=proposal, fates=fates, slots=slots)
        return merged, write_issue(proposal)
    shown = intake.workspace.show(draft.folder.document)
    document = parse_issue(before, slug=draft.folder.slug, file=shown)
    base = draft.lock.proposal if draft.lock else None
    merged = merge(
        base,
        _propose(intake, draft, cut=cut_keys(base, document)),
        document,
        cut_before=draft.cut_before,
        withdrawn=frozenset(
            article_key(entry.article) for entry in draft.left_out if entry.rule in OUT_OF_WINDOW
        ),
    )
    if base is not None:
        merged = follow_document(merged, newsletter=intake.settings.newsletter, window=draft.window)
    return merged, write_issue(merged.issue)


def _propose(intake: Intake, draft: Draft, *, cut: frozenset[str]) -> Issue:
    from digest.issue.propose import propose
    from digest.issue.slots import printed_keys, with_slots

    proposal = propose(
        draft.stories,
        slug=draft.folder.slug,
        window=draft.window,
        settings=intake.settings,
        held=draft.held,
        carried=draft.waited.carried,
        waiting=draft.waited.waiting,
        cut=cut | printed_keys(section for _, section in draft.slots),
        summaries={key: written.text for key, written in draft.summarised.by_key.items()},
    )
    return with_slots(proposal, draft.slots, intake.settings)


def _still_left_out(draft: Draft, merged: Merged) -> tuple[LeftOut, ...]:
    """What is left out in the end: not what the editor has in the issue all the same."""
    from digest.issue.standing import standing

    printed, _ = standing(merged.issue, merged.base)
    return tuple(entry for entry in draft.left_out if article_key(entry.article) not in printed)


def _write_lock(
    intake: Intake,
    draft: Draft,
    merged: Merged,
    left_out: tuple[LeftOut, ...],
    outputs: Mapping[str, str] | None = None,
) -> None:
    from dataclasses import asdict

    from digest.config.appearance import find_appearance
    from digest.issue.lock import make_lock, write_lock
    from digest.issue.seal import hash_inputs

    articles = [article for story in draft.stories for article in (story.lead, *story.also)]
    lock = make_lock(
        merged.base,
        window=draft.window,
        composed_at=intake.now,
        stories=draft.stories,
        waited=_waited(draft),
        signs=draft.recognised.signs([*articles, *draft.held]),
        signs_before=draft.waited.signs(),
        summaries={key: each.to_json() for key, each in draft.summarised.by_key.items()},
        left_out=left_out,
        reports=draft.gathered.reports,
        input_hashes=hash_inputs(draft.gathered.articles),
        newsletter=asdict(intake.settings.newsletter),
        appearance=find_appearance(intake.settings),
        outputs=outputs,
        previous=draft.lock,
    )
    write_text(draft.folder.lock, write_lock(lock))


def _waited(draft: Draft) -> dict[str, Reason]:
    """Why items stand in the issue that waited in an earlier one's Hold, by key."""
    from digest.issue.expiry import reason_of

    articles = {article_key(article): article.to_json() for article in draft.gathered.articles}
    return {
        entry.item.key: reason_of(entry, articles.get(entry.item.key))
        for entry in draft.waited.items
    }


def _story_json(story: Story) -> dict[str, Any]:
    from digest.issue.lock import placement_json

    return {
        "article": story.lead.to_json(),
        "reason": story.reason,
        "late": story.late,
        "also": [article.to_json() for article in story.also],
        **placement_json(story),
    }
