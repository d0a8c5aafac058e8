"""The use cases of ``digest cut``, ``hold`` and ``move``: items that an editor names by words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from digest.desk import (
    Change,
    Desk,
    Done,
    Mistake,
    Outcome,
    Unanswered,
    change_issue,
    choose_section,
    made_section,
)
from digest.errors import UsageError
from digest.issue.escape import one_line
from digest.question import Question
from digest.workspace import IssueFolder, Workspace

if TYPE_CHECKING:
    from digest.config import Settings
    from digest.issue.find import Found
    from digest.model import Issue, Section

NEAREST = 3
CHOICES = 20
"""So many candidates of one question are listed; the others are counted."""
_SUBJECT_LETTERS = 40
"""So much of a headline at least stands in a subject that names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for. ``asked`` are questions, as typed; ``apart`` says that each is one by
    itself, not a word of one."""

    workspace: Workspace
    settings: Settings
    folder: IssueFolder
    asked: tuple[str, ...]
    now: datetime
    apart: bool = False
    keep: bool = True


def cut(request: Request) -> Outcome:
    """Takes items out; they count as cut by the editor, whoever had put them in.

    Of a story with several reports, the address of one of the others takes out that one.
    Raises Unanswered when a question has no answer or several.
    """

    def work(desk: Desk) -> Change:
        from digest.issue.by_hand import note_cut
        from digest.issue.edit import cut_items, cut_links

        found = _resolve(desk, request, links=True)
        issue = desk.issue
        for each in found:
            of_item = [one.link for one in found if one.item is each.item and one.link]
            if each.link is not None and each.link == of_item[0]:
                issue = cut_links(issue, each.item, of_item)
        issue = cut_items(issue, [each.item for each in found if each.link is None])
        lock = desk.lock_to_note_in()
        if lock is not None:
            taken = [(each.link or each.item, each.section) for each in found]
            noted = note_cut(lock, taken, issue)
            lock = noted if noted is not lock else None
        issue, lock = desk.follow(issue, lock)
        done = tuple(Done(act="cut", title=each.title, left=each.section.heading) for each in found)
        return Change(issue=issue, lock=lock, done=done, notes=_notes(desk.issue, issue, found))

    return _change(request, work, by="cut")


def hold(request: Request) -> Outcome:
    """Moves items to Hold, at the end of the document: the next issue proposes them first."""
    from digest.issue.propose import HOLD

    return move(request, HOLD, by="hold")


def move(request: Request, topic: str, *, new: bool = False, by: str = "move") -> Outcome:
    """Moves items to the end of a section, which is made where it is not there.

    Raises UsageError for a name that looks like a slip, unless ``new``.
    """

    def work(desk: Desk) -> Change:
        from digest.issue.edit import move_items

        name = topic if new else desk.heading_now(topic)
        opened, number, made = choose_section(desk.issue, name, desk.settings, new=new)
        section = opened.sections[number]
        found = _resolve(desk, request)
        stays = [each for each in found if each.section is section]
        found = [each for each in found if each.section is not section]
        notes = [f"“{each.title}” stands in {section.heading} already" for each in stays]
        if not found:
            return Change(issue=desk.issue, lock=None, done=(), notes=tuple(notes))
        issue = move_items(opened, [each.item for each in found], number)
        if made:
            notes.append(made_section(opened, number))
        is_held = section.kind == "hold"
        act = "held" if is_held else "moved"
        done = [
            Done(act=act, title=each.title, left=each.section.heading, to=section.heading)
            for each in found
        ]
        issue, lock = desk.follow(issue, None)
        notes += _notes(desk.issue, issue, found if is_held else [])
        return Change(issue=issue, lock=lock, done=tuple(done), notes=tuple(notes))

    return _change(request, work, by=by)


def _change(request: Request, work: Callable[[Desk], Change], *, by: str) -> Outcome:
    return change_issue(
        request.workspace,
        request.settings,
        request.folder,
        work,
        by=by,
        now=request.now,
        keep=request.keep,
    )


def _resolve(desk: Desk, request: Request, *, links: bool = False) -> list[Found]:
    """The items that are meant, each once, in the order of the questions.

    Words that were typed one by one may be the words of one title: where they say nothing clear
    each by itself, they are asked together. Raises Unanswered, and UsageError for no words.
    """
    asked = [text.strip() for text in request.asked if text.strip()]
    if not asked:
        raise UsageError(
            "nothing is named",
            where="URL|WORDS",
            fix="give an address, words of a title or a number",
        )
    answers = [_answer(desk, text, links=links) for text in asked]
    mistakes = [answer for answer in answers if isinstance(answer, Mistake)]
    if mistakes and len(asked) > 1 and not request.apart:
        together = _answer(desk, " ".join(asked), links=links)
        if not isinstance(together, Mistake):
            return [together]
        if together.status == 2:
            mistakes = [together]
    if mistakes:
        raise Unanswered(mistakes)
    found: list[Found] = []
    for answer in answers:
        assert not isinstance(answer, Mistake)
        if not any(one.item is answer.item and one.link == answer.link for one in found):
            found.append(answer)
    whole = [one.item for one in found if one.link is None]
    return [one for one in found if one.link is None or all(one.item is not i for i in whole)]


def _answer(desk: Desk, text: str, *, links: bool) -> Found | Mistake:
    from digest.issue.edit import find_section
    from digest.issue.find import all_cut, find_cut, find_items, number_items
    from digest.issue.inline import plain_words

    question = Question.parse(text, root=desk.workspace.root)
    found = find_items(desk.issue, question, desk.lock)
    gone = find_cut(desk.issue, question, desk.lock)
    slug = desk.folder.slug
    if gone and (not found or gone[0].distance < found[0].distance):
        back = _way_back(gone[0], desk)
        return Mistake(message=f"{text!r}: “{gone[0].title}” was cut from {slug} already{back}")
    if len(found) > 1:
        choices = [_show(each) for each in found[:CHOICES]]
        if len(found) > CHOICES:
            choices.append(f"and {len(found) - CHOICES} more")
        message = (
            f"{text!r} may mean {len(found)} items of {slug}: "
            "use more words, an address or a number"
        )
        return Mistake(message=message, choices=tuple(choices), status=2)
    if found and found[0].link is not None and not links:
        title = plain_words(found[0].item.title, {})
        return Mistake(
            message=f"{text!r} is among the other reports of “{title}”, no item of its own"
        )
    if found:
        return found[0]
    titles = [each.title for each in number_items(desk.issue)]
    titles += [plain_words(item.title, {}) for item in all_cut(desk.issue, desk.lock)]
    near = [f"nearest: {title}" for title in question.nearest(titles, at_most=NEAREST)]
    if find_section(desk.issue, text) is not None:
        message = f"{text!r} is a section of {slug}: name its items, as `digest list` numbers them"
        return Mistake(message=message, status=2)
    message = f"nothing in {slug} is called {text!r}"
    return Mistake(
        message=message if near else f"{message}; `digest list` shows its items",
        choices=tuple(near),
    )


def _way_back(gone: Found, desk: Desk) -> str:
    """How what was cut comes back: by its address, or by the file that it was read from."""
    key = gone.item.key
    reason = desk.lock.reasons.get(key) if desk.lock else None
    place = str(reason.article.get("input") or "") if reason and key.startswith("digest:") else key
    return (
        f"; `digest add {place}` brings it back"
        if place and not place.startswith("digest:")
        else ""
    )


def _show(found: Found) -> str:
    where = found.item.url or found.item.key
    return f"{found.number}  {found.title} ({found.section.heading}) {where}"


def _notes(before: Issue, after: Issue, gone: Sequence[Found]) -> tuple[str, ...]:
    """What an editor should know afterwards: sections that are empty, a subject that is not true
    any more. ``gone`` are items that readers see no more."""
    notes = [
        f"{now.heading} is empty now: readers do not see it"
        for now in after.sections
        if now.kind != "hold" and not now.blocks and _had_items(before, now)
    ]
    for name, text in (("subject", after.subject), ("preheader", after.preheader)):
        named = [
            f"“{each.title}”"
            for each in gone
            if each.link is None
            and each.section.kind != "hold"
            and (words := one_line(each.title)[:_SUBJECT_LETTERS].rstrip())
            and words in text
        ]
        if named:
            notes.append(f"the {name} still names {' and '.join(named)}: rewrite it")
    return tuple(notes)


def _had_items(before: Issue, section: Section) -> bool:
    return any(
        one.heading == section.heading and one.kind == section.kind and one.items
        for one in before.sections
    )
