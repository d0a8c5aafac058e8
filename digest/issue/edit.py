"""One item taken out, put in or moved, and every other byte of the document as it was.

Items are told apart by being the same object: of two that say the same, one is meant. What a
change comes to is read back from the text before anybody writes it.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from digest.errors import DocumentError
from digest.issue.escape import escape_heading, one_line
from digest.issue.inline import plain_words
from digest.issue.parse import parse_issue
from digest.issue.propose import HOLD
from digest.issue.write import change_item, write_issue
from digest.model import Issue, Item, Link, Section
from digest.model.issue import Block

_ALIKE = 0.75
"""From here on a name is taken for another one with a slip in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A changed document as it will be read: its text, and the titles of items outside the
    change that take in or lose lines beside it."""

    text: str
    issue: Issue
    drawn_in: tuple[str, ...] = ()


def cut_items(issue: Issue, items: Collection[Item]) -> Issue:
    """The document without these items, each with all of its lines."""
    return replace(
        issue,
        sections=tuple(
            replace(section, blocks=tuple(b for b in section.blocks if not _among(b, items)))
            if any(_among(block, items) for block in section.blocks)
            else section
            for section in issue.sections
        ),
    )


def cut_links(issue: Issue, item: Item, links: Collection[Link]) -> Issue:
    """The document without some of the reports that an item is also covered by."""
    changed = change_item(item, also=tuple(link for link in item.also if link not in links))
    return replace(
        issue,
        sections=tuple(
            replace(section, blocks=tuple(changed if b is item else b for b in section.blocks))
            for section in issue.sections
        ),
    )


def insert_items(issue: Issue, items: Sequence[Item], number: int) -> Issue:
    """The document with items after the last one of a section; its own text after that stays
    after. ``number`` counts sections from 0. An item that has no text of its own yet is written
    in the form of the one before it."""
    section = issue.sections[number]
    at = max(
        (n + 1 for n, block in enumerate(section.blocks) if isinstance(block, Item)), default=0
    )
    if not at and section.blocks:
        at = len(section.blocks)
    beside = section.items[-1] if section.items else None
    form = beside.form if beside is not None else "heading"
    put = tuple(replace(item, form=form) if item.raw is None else item for item in items)
    blocks = (*section.blocks[:at], *put, *section.blocks[at:])
    return _with_section(issue, number, replace(section, blocks=blocks))


def move_items(issue: Issue, items: Sequence[Item], number: int) -> Issue:
    """The document with items moved to the end of a section, with all of their lines; those
    that stand there already keep their place."""
    there = issue.sections[number].blocks
    moving = [item for item in items if not _among(item, there)]
    return insert_items(cut_items(issue, moving), moving, number)


def find_section(issue: Issue, name: str) -> int | None:
    """The number, from 0, of the section that a name means, whatever its case; None for none.

    ``Hold`` means the section of what waits.
    """
    wanted = _folded(name)
    for number, section in enumerate(issue.sections):
        if _folded(plain_words(section.heading, {})) == wanted:
            return number
    return None


def find_like(name: str, names: Sequence[str]) -> str | None:
    """The one of the names that looks like this one with a slip in it; None for none."""
    folded = {_folded(each): each for each in reversed(names)}
    near = difflib.get_close_matches(_folded(name), list(folded), n=1, cutoff=_ALIKE)
    return folded[near[0]] if near else None


def open_section(issue: Issue, name: str, order: Sequence[str]) -> tuple[Issue, int]:
    """The document with a section of this name, and its number from 0.

    A new one goes among its neighbours: ``order`` has the names of sections as readers are to
    meet them. A name that is not in it goes before the last of them; Hold goes to the end.
    """
    number = find_section(issue, name)
    if number is not None:
        return issue, number
    if _folded(name) == _folded(HOLD):
        return _with_new(issue, Section(heading=HOLD, kind="hold"), len(issue.sections))
    places = {_folded(each): place for place, each in enumerate(order)}
    own = places.get(_folded(name), len(order) - 1.5)
    found = [
        (places.get(_folded(plain_words(section.heading, {}))), at)
        for at, section in enumerate(issue.sections)
        if section.kind == "topic"
    ]
    before = [(place, at) for place, at in found if place is not None and place < own]
    after = [(place, at) for place, at in found if place is not None and place > own]
    holds = [at for at, section in enumerate(issue.sections) if section.kind == "hold"]
    if own in places.values() and before:
        at = max(before)[1] + 1
    elif after:
        at = min(after)[1]
    else:
        at = min([*holds, len(issue.sections)])
    return _with_new(issue, Section(heading=escape_heading(name)), at)


def settle(issue: Issue, *, file: str) -> Written:
    """The changed document as text, read back.

    Raises DocumentError when the text would say something else: after a code fence or comment
    that is never closed nothing can stand, and a link that others refer to cannot go.
    """
    text = write_issue(issue)
    again = parse_issue(text, slug=issue.slug, file=file)
    if _outline(again) != _outline(issue):
        raise DocumentError(
            "the change would make other parts read otherwise (is a code fence or comment never "
            "closed, or does a link refer to what goes?)",
            where=file,
            fix="make it by hand: `digest edit`",
        )
    drawn_in = [
        plain_words(now.title, {}) or now.key
        for meant, now in zip(_items(issue), _items(again), strict=True)
        if meant != now
    ]
    return Written(text=text, issue=again, drawn_in=tuple(drawn_in))


def _with_new(issue: Issue, section: Section, at: int) -> tuple[Issue, int]:
    sections = (*issue.sections[:at], section, *issue.sections[at:])
    return replace(issue, sections=sections), at


def _with_section(issue: Issue, number: int, section: Section) -> Issue:
    sections = (*issue.sections[:number], section, *issue.sections[number + 1 :])
    return replace(issue, sections=sections)


def _among(block: Block, blocks: Collection[Block]) -> bool:
    return any(block is each for each in blocks)


def _outline(issue: Issue) -> list[tuple[str, str, list[str]]]:
    return [
        (section.heading, section.kind, [item.key for item in section.items])
        for section in issue.sections
    ]


def _items(issue: Issue) -> list[Item]:
    return [item for section in issue.sections for item in section.items]


def _folded(name: str) -> str:
    return one_line(name).casefold()
