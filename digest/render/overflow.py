"""An issue that Gmail would cut, made to fit as ``[render] overflow`` says.

What goes is decided by size alone, from the end, so that the same issue always fits in the same
way. Slots stay whole: somebody paid for them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Literal, Protocol

from digest.excerpt import cut
from digest.model import Issue, Item, Part, Rendered, Section, Text
from digest.model.issue import Block
from digest.render.markdown import Reader
from digest.render.view import pieces_of
from digest.render.words import Words


class Proof(Protocol):
    """Renders an issue, or what one of several mails has of it."""

    def __call__(self, issue: Issue, part: Part | None = None) -> Rendered: ...


MOST_MAILS = 6
ROOM_BYTES = 2048
"""Kept free below the limit for what is filled in for each reader: the link for leaving."""

PREHEADER_COLUMNS = 120
"""Of the preheader that a mail after the first gets."""

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
    # What is left out may define the links of what stays.
    definitions = Reader(pieces_of(issue)).definitions
    issue = replace(issue, introduction=f"{issue.introduction}\n\n{definitions}".strip())
    if how == "split":
        return _split(issue, whole, proof, limit, words, definitions, count)
    if how == "trim":
        return _trim(issue, whole, proof, limit, count)
    return _link(issue, whole, proof, limit, words, url, count) if url else whole


def _trim(issue: Issue, whole: Rendered, proof: Proof, limit: int, count: int) -> Rendered:
    """Headline and byline alone for as few of the last items as are needed."""
    best = _search(1, count, lambda short: _fits(proof(_shortened(issue, count - short)), limit))
    if best is None:
        return whole
    shown = _shortened(issue, count - best)
    fitted = f"the last {best} of {count} items are in short form"
    return replace(proof(shown), shown=shown, whole=whole, fitted=fitted)


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
    return replace(proof(shown), shown=shown, whole=whole, fitted=fitted)


def _split(
    issue: Issue,
    whole: Rendered,
    proof: Proof,
    limit: int,
    words: Words,
    definitions: str,
    count: int,
) -> Rendered:
    """Several mails of about one size; where it can be, each begins with a section."""
    for mails in range(2, min(MOST_MAILS, count) + 1):
        for at_sections in (True, False):
            ends = _ends(issue, mails, at_sections=at_sections)
            if ends is None:
                continue
            shares = [
                _share(
                    issue if number == 1 else replace(issue, introduction=definitions),
                    (start, end),
                    Part(number=number, total=mails, before=start),
                    words,
                )
                for number, (start, end) in enumerate(zip([0, *ends], ends, strict=False), 1)
            ]
            made = with_parts(whole, shares, proof)
            if all(_fits(mail, limit) for mail in made.parts):
                return replace(made, fitted=f"the issue is split into {mails} mails")
    return whole


def with_parts(whole: Rendered, shares: Iterable[tuple[Issue, Part]], proof: Proof) -> Rendered:
    """``whole`` with what each of its mails has of the issue rendered by ``proof``."""
    mails: list[Rendered] = []
    for issue, part in shares:
        follows = replace(part, after=tuple(mail.content_hash for mail in mails))
        mails.append(replace(proof(issue, follows), shown=issue, part=follows))
    digest = hashlib.sha256("\0".join(mail.content_hash for mail in mails).encode())
    return replace(whole, parts=tuple(mails), content_hash=digest.hexdigest())


def _share(
    issue: Issue, positions: tuple[int, int], part: Part, words: Words
) -> tuple[Issue, Part]:
    """What a mail has of the issue, with a subject that says which mail it is."""
    is_last = part.number == part.total
    ending = "" if is_last else _SIGN.sub(r"\\\1", words.next_mail)
    shown = _stretch(issue, *positions, ending=ending, slots_after=is_last)
    first = next((item for item in shown.items), None)
    which = words.part.format(number=part.number, total=part.total)
    headlines = issue.preheader
    if part.number > 1 and first is not None:
        headlines = cut(Reader(()).inline(first.title).plain, PREHEADER_COLUMNS)
    shown = replace(
        shown,
        subject=f"{issue.subject or issue.title} ({which})",
        preheader=headlines,
    )
    return shown, part


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
                    block = replace(block, form="list", body="", also=(), earlier=(), raw_fields=())
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
