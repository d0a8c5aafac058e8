"""One issue on the editor's desk: opened for a change by command, written, rendered again.

Whatever the command, the document goes through one door (``history``), its lock follows it,
and nothing is written unless the whole change can be made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from digest.errors import DeliveryRefused, DigestError, DocumentError, LockError, UsageError
from digest.history import Changed, replace_document
from digest.model import Finding, Issue
from digest.press import check_issue, prove, read_document, read_lock, write_rendered
from digest.workspace import IssueFolder, Workspace, write_text

if TYPE_CHECKING:
    from digest.config import Settings
    from digest.issue.lock import Lock

# How often a change is made again because the editor saved meanwhile, before it is given up.
CHANGE_TRIES = 5
_REMEMBERS_NOTHING = "until then digest cannot remember what you add to {slug} and cut from it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An issue as it lies there. ``lock`` is None where there is none or it is ``damaged``."""

    workspace: Workspace
    settings: Settings
    folder: IssueFolder
    text: str
    issue: Issue
    lock: Lock | None
    damaged: str = ""

    @property
    def file(self) -> str:
        """issue.md as messages name it."""
        return self.workspace.show(self.folder.document)

    def lock_to_note_in(self) -> Lock | None:
        """The lock that can learn of a change: a new one where there is none, None where it is
        damaged, for what it holds must not be written over."""
        from digest.issue.lock import Lock

        return None if self.damaged else self.lock or Lock.for_document(self.issue)

    def heading_now(self, topic: str) -> str:
        """What the editor calls the section that digest proposed under this name."""
        from digest.issue.edit import find_section
        from digest.issue.inline import plain_words
        from digest.issue.match import SectionMatch, all_items, match_items, open_rooms

        issue, lock = self.issue, self.lock
        if lock is None or lock.proposal is None or find_section(issue, topic) is not None:
            return topic
        number = find_section(lock.proposal, topic)
        if number is None or lock.proposal.sections[number].kind == "hold":
            return topic  # Hold under another name is a section that readers see
        rooms = open_rooms(issue)
        match_items(rooms, {item.key: item for _, item in all_items(lock.proposal)}, {})
        sections = SectionMatch(lock.proposal, Issue(slug=issue.slug), rooms)
        room = sections.room_of_base.get(number)
        return topic if room is None else plain_words(room.section.heading, {})

    def follow(self, issue: Issue, lock: Lock | None) -> tuple[Issue, Lock | None]:
        """Changed document and lock with the subject and preheader that fit them now.

        ``lock`` is None where the one on disk is to stay. Only what digest wrote follows; without
        a proposal nobody knows what that is.
        """
        from digest.issue.headlines import follow

        known = lock or self.lock
        if known is None or known.proposal is None or known.window is None:
            return issue, lock
        if not known.proposal.subject:
            return issue, lock  # nothing but what a command noted: no compose wrote this
        issue, base = follow(
            issue, known.proposal, newsletter=self.settings.newsletter, window=known.window
        )
        if base is known.proposal:
            return issue, lock
        return issue, replace(known, proposal=base, hashes={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One thing that was done: the ``act`` in a word (``cut``, ``held``, ``moved``, ``added``,
    ``brought back``), the item's title, and the headings that it left and went to."""

    act: str
    title: str
    left: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a command makes of the issue: the document, the lock that knows of it, what was
    done, and what the editor should know besides. Nothing done is nothing to write."""

    issue: Issue
    lock: Lock | None
    done: tuple[Done, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the issue; ``findings`` are the errors of ``digest check`` among others."""

    folder: IssueFolder
    before: str
    document: str
    done: tuple[Done, ...]
    notes: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """Why one of several questions has no answer; ``choices`` are lines to choose from and
    ``status`` is the exit status that it alone would have."""

    message: str
    choices: tuple[str, ...] = ()
    status: int = 1


class Unanswered(DigestError):
    """Some of what was asked for cannot be done, so nothing was."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(dict.fromkeys(mistakes))
        super().__init__("; ".join(mistake.message for mistake in self.mistakes))

    @property
    def status(self) -> int:
        """Wrong words come before what is refused, and that before what is not found."""
        statuses = {mistake.status for mistake in self.mistakes}
        return next((status for status in (2, 3) if status in statuses), 1)


def change_issue(
    workspace: Workspace,
    settings: Settings,
    folder: IssueFolder,
    work: Callable[[Desk], Change],
    *,
    by: str,
    now: datetime,
    keep: bool,
) -> Outcome:
    """Does the work on an issue, writes and renders it; with ``keep`` false only says so.

    Where the editor saves meanwhile, the work is done again on what was saved. Raises
    Unanswered or another DigestError where it cannot be done, DeliveryRefused for an issue that
    left the house; issue.md is then as it was.
    """
    from digest.issue.edit import settle
    from digest.issue.lock import write_lock

    with ExitStack() as stack:
        if keep:
            stack.enter_context(workspace.lock())
        for _ in range(CHANGE_TRIES):
            desk = open_desk(workspace, settings, folder)
            change = work(desk)
            notes = (*change.notes, *([desk.damaged] if desk.damaged else []))
            outcome = Outcome(
                folder=folder, before=desk.text, document=desk.text, done=change.done, notes=notes
            )
            if not change.done:
                return outcome
            written = settle(change.issue, file=desk.file)
            drawn = [f"what stood beside it belongs to “{title}” now" for title in written.drawn_in]
            outcome = replace(outcome, document=written.text, notes=(*notes, *drawn))
            if not keep:
                return outcome
            try:
                replace_document(
                    workspace,
                    folder,
                    written.text,
                    expected=desk.text,
                    at=now,
                    by=by,
                    what=", ".join(done.title for done in change.done),
                    summary={act: _count(change.done, act) for act in _acts(change.done)},
                )
            except Changed:
                continue
            if change.lock is not None and change.lock is not desk.lock:
                write_text(folder.lock, write_lock(change.lock))
            try:
                return replace(outcome, findings=tuple(render_again(workspace, settings, folder)))
            except DigestError as error:
                told = f"{desk.file} is changed all the same, and `digest undo` takes it back"
                error.fix = f"{error.fix}; {told}" if error.fix else told
                raise
    raise DocumentError(
        f"it is being saved again and again while digest works on it (`digest {by}`)",
        where=workspace.show(folder.document),
        fix="close the editor, or stop what writes it, and try again",
    )


def render_again(workspace: Workspace, settings: Settings, folder: IssueFolder) -> list[Finding]:
    """Writes the rendered files as issue.md has it now; gives what is to be said about them."""
    proof = prove(workspace, settings, folder)
    write_rendered(folder, proof.rendered)
    return check_issue(workspace, settings, folder, replace(proof, stale=()))


def open_desk(workspace: Workspace, settings: Settings, folder: IssueFolder) -> Desk:
    """The issue, read. Raises DocumentError, and DeliveryRefused where it left the house."""
    from digest.issue.parse import parse_issue

    lock, damaged = read_lock_for(workspace, folder)
    refuse_sent(workspace, folder)
    text = read_document(workspace, folder)
    shown = workspace.show(folder.document)
    return Desk(
        workspace=workspace,
        settings=settings,
        folder=folder,
        text=text,
        issue=parse_issue(text, slug=folder.slug, file=shown),
        lock=lock,
        damaged=damaged,
    )


def read_lock_for(workspace: Workspace, folder: IssueFolder) -> tuple[Lock | None, str]:
    """The lock, and what is to be said where it is damaged."""
    try:
        return read_lock(workspace, folder), ""
    except LockError as error:
        return None, f"{error}; {_REMEMBERS_NOTHING.format(slug=folder.slug)}"


def refuse_sent(
    workspace: Workspace, folder: IssueFolder, *, named_by: str = "`--issue SLUG`"
) -> None:
    """Raises DeliveryRefused when the issue has left the house: no reader would see a change.

    ``named_by`` is how the command is told of another issue."""
    at = sent_at(workspace, folder)
    if at is not None:
        raise DeliveryRefused(
            f"{folder.slug} was sent at {at}; what changes in it now, no reader sees",
            where=workspace.show(folder.document),
            fix=f"run `digest compose` for the next issue, or name another one: {named_by}",
        )


def sent_at(workspace: Workspace, folder: IssueFolder) -> str | None:
    """When the issue was last handed over, as issue.lock has it, be it damaged; None for never."""
    from digest.issue.unlock import find_deliveries

    try:
        lock = read_lock(workspace, folder)
        deliveries = lock.deliveries if lock else ()
    except LockError:
        deliveries = find_deliveries(folder.lock.read_bytes().decode("utf-8", errors="replace"))
    return str(deliveries[-1].get("at", "an unknown time")) if deliveries else None


def choose_section(
    issue: Issue, name: str, settings: Settings, *, new: bool
) -> tuple[Issue, int, bool]:
    """The document with the section that a name means, its number, and whether it was made.

    A name that is neither a section nor a topic of digest.toml makes a section of that name;
    one that looks like another name with a slip in it only with ``new``. Raises UsageError.
    """
    from digest.issue.edit import find_like, find_section, open_section
    from digest.issue.inline import plain_words
    from digest.issue.propose import HOLD
    from digest.topics import section_order

    if not name.strip():
        raise UsageError("no section is named", where="TOPIC", fix="write its heading")
    number = find_section(issue, name)
    if number is not None:
        return issue, number, False
    order = section_order(settings)
    known = [plain_words(section.heading, {}) for section in issue.sections]
    names = [*known, *order, HOLD]
    like = find_like(name, names)
    if like is not None and like.casefold() == " ".join(name.split()).casefold():
        name = like  # as digest.toml writes it
    elif like is not None and not new:
        raise UsageError(
            f"no section or topic is called {name!r}, but one is called {like!r}",
            where="TOPIC",
            fix=f"write {like!r}, or add --new to make a section {name!r}",
        )
    opened, number = open_section(issue, " ".join(name.split()), order)
    return opened, number, True


def made_section(issue: Issue, number: int) -> str:
    """What is to be said of a section that was made: where it stands."""
    heading = issue.sections[number].heading
    if number:
        return f"made the section {heading}, after {issue.sections[number - 1].heading}"
    return f"made the section {heading}, the first"


def _acts(done: Sequence[Done]) -> list[str]:
    return list(dict.fromkeys(each.act for each in done))


def _count(done: Sequence[Done], act: str) -> int:
    return sum(each.act == act for each in done)
