"""An issue that Gmail would cut, made to fit as ``[render] overflow`` says.

What goes is decided by size alone, from the end, so that the same issue always fits in the same
way. Slots stay whole: somebody paid for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

from digest.model import Issue, Item, Rendered, Section, Text
from digest.model.issue import Block
from digest.render.words import Words

Proof = Callable[[Issue], Rendered]

MOST_MAILS = 6
ROOM_BYTES = 2048
"""Kept free below the limit for what is filled in for each reader: the link for leaving."""

_SIGN = re.compile(r"([\\`*_\[\]<>&!~|#])")
_ITEM_COST = 500  # of markup and addresses, about; only the balance of mails depends on it


def fit(
    issue: Issue,
    whole: Rendered,
    how: Literal["trim", "link", "split"],
    *,
    proof: Proof,
    limit: int,
    words: Words,
    url: str,
) -> Rendered:
    """``issue`` in a form whose HTML has at most ``limit`` bytes; ``whole`` where there is none.

    ``proof`` renders an issue, ``url`` is where all of it can be read.
    """
    count = sum(1 for _ in _positions(issue))
    if how == "split":
        return _split(issue, whole, proof, limit, words, count)
    if how == "trim":
        return _trim(issue, whole, proof, limit, count)
    return _link(issue, whole, proof, limit, words, url, count) if url else whole


def _trim(issue: Issue, whole: Rendered, proof: Proof, limit: int, count: int) -> Rendered:
    """Headline and byline alone for as few of the last items as are needed."""
    best = _search(1, count, lambda short: _fits(proof(_shortened(issue, count - short)), limit))
    if best is None:
        return whole
    shown = _shortened(issue, count - best)
    return replace(
        proof(shown), shown=shown, fitted=f"the last {best} of {count} items are in short form"
    )


def _link(
    issue: Issue, whole: Rendered, proof: Proof, limit: int, words: Words, url: str, count: int
) -> Rendered:
    """As many of the first items as there is room for, then a link to all of them."""

    def linked(gone: int) -> Issue:
        more = _SIGN.sub(r"\\\1", words.more_stories(gone))
        return _stretch(issue, 0, count - gone, ending=f"**[{more}](<{url}>)**")

    best = _search(1, count - 1, lambda gone: _fits(proof(linked(gone)), limit))
    if best is None:
        return whole
    shown = linked(best)
    fitted = f"the last {best} of {count} items are left to the web: {url}"
    return replace(proof(shown), shown=shown, fitted=fitted)


def _split(
    issue: Issue, whole: Rendered, proof: Proof, limit: int, words: Words, count: int
) -> Rendered:
    """Several mails of about one size; where it can be, each begins with a section."""
    for mails in range(2, min(MOST_MAILS, count) + 1):
        for at_sections in (True, False):
            ends = _ends(issue, mails, at_sections=at_sections)
            if ends is None:
                continue
            parts = [
                proof(_part(issue, start, end, number, mails, words))
                for number, (start, end) in enumerate(zip([0, *ends], ends, strict=False), 1)
            ]
            if all(_fits(part, limit) for part in parts):
                fitted = f"the issue is split into {mails} mails"
                return replace(whole, parts=tuple(parts), fitted=fitted)
    return whole


def _part(issue: Issue, start: int, end: int, number: int, mails: int, words: Words) -> Issue:
    last = number == mails
    ending = "" if last else _SIGN.sub(r"\\\1", words.next_mail)
    part = _stretch(issue, start, end, ending=ending, slots_after=last)
    first = next((item for item in part.items), None)
    return replace(
        part,
        subject=f"{issue.subject or issue.title} ({number}/{mails})",
        preheader=issue.preheader if number == 1 or first is None else first.title,
        introduction=issue.introduction if number == 1 else "",
    )


def _ends(issue: Issue, mails: int, *, at_sections: bool) -> list[int] | None:
    """After how many items each mail ends; None where there are too few places."""
    costs: list[int] = []
    section_ends: list[int] = []
    for section in issue.sections:
        if section.kind != "topic":
            continue
        costs += [_cost(item) for item in section.items]
        if section.items:
            section_ends.append(len(costs))
    places = section_ends[:-1] if at_sections else list(range(1, len(costs)))
    ends: list[int] = []
    for number in range(1, mails):
        wanted = sum(costs) * number / mails
        left = [place for place in places if place > (ends[-1] if ends else 0)]
        if not left:
            return None
        ends.append(min(left, key=lambda place: (abs(sum(costs[:place]) - wanted), place)))
    return [*ends, len(costs)]


def _cost(item: Item) -> int:
    texts = (item.title, item.byline, item.body, item.url or "")
    return _ITEM_COST + sum(len(text.encode()) for text in texts)


def _positions(issue: Issue) -> Iterator[Item]:
    """The items that may be shortened or moved: those that are numbered."""
    for section in issue.sections:
        if section.kind == "topic":
            yield from section.items


def _shortened(issue: Issue, whole: int) -> Issue:
    """``issue`` with all items after the first ``whole`` ones in short form."""
    number = 0
    sections = []
    for section in issue.sections:
        blocks: list[Block] = []
        for block in section.blocks:
            if isinstance(block, Item) and section.kind == "topic":
                number += 1
                if number > whole:
                    block = replace(block, form="list", body="", also=(), raw_fields=())
            blocks.append(block)
        sections.append(replace(section, blocks=tuple(blocks)))
    return replace(issue, sections=tuple(sections))


def _stretch(
    issue: Issue, start: int, end: int, *, ending: str = "", slots_after: bool = True
) -> Issue:
    """The items from ``start`` to before ``end``, with what stands among them, then ``ending``.

    A text belongs to the item before it, at the beginning of a section to the one after it. A
    slot, and a section of texts alone, belongs to what comes after it; those that come after
    the last of the items are there only with ``slots_after``.
    """
    number = 0
    sections: list[Section] = []
    last = -1  # the section that the last of the items stands in
    for section in issue.sections:
        if section.kind == "hold":
            sections.append(section)
        elif section.kind == "slot" or not section.items:
            if start <= number and (number < end or slots_after):
                sections.append(section)
        else:
            blocks: list[Block] = []
            begun = False
            for block in section.blocks:
                if isinstance(block, Item):
                    number += 1
                    begun = True
                if start < number + (not begun) <= end:
                    blocks.append(block)
            if blocks:
                last = len(sections)
                sections.append(replace(section, blocks=tuple(blocks)))
    if ending and last >= 0:
        closed = sections[last]
        sections[last] = replace(closed, blocks=(*closed.blocks, Text(markdown=ending)))
    return replace(issue, sections=tuple(sections))


def _search(low: int, high: int, fits: Callable[[int], bool]) -> int | None:
    """The least number in the range that fits, None where not even the highest does."""
    if high < low or not fits(high):
        return None
    while low < high:
        middle = (low + high) // 2
        if fits(middle):
            high = middle
        else:
            low = middle + 1
    return high


def _fits(rendered: Rendered, limit: int) -> bool:
    return rendered.size <= limit
