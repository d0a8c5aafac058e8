"""The law of the merge, over random proposals and an editor who does anything at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace

from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from made_edits import NUMBERS, Page, edited, proposals

from digest.errors import DocumentError, MergeError
from digest.issue.ending import never_closes
from digest.issue.lock import Lock, write_lock
from digest.issue.match import all_items
from digest.issue.merge import Merged, merge
from digest.issue.parse import parse_issue
from digest.issue.past import remember
from digest.issue.write import FIELDS, says_only, write_issue
from digest.model import Issue, Item, Section, Text

LAX = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
THOUSAND = settings(max_examples=1000, deadline=None, suppress_health_check=LAX)
HUNDREDS = settings(max_examples=200, deadline=None, suppress_health_check=LAX)
KEYS = st.sets(st.sampled_from([f"https://example.org/{n}" for n in range(NUMBERS)]), max_size=3)


def read(text: str) -> Issue:
    return parse_issue(text, slug="s", file="issue.md")


def read_or_reject(text: str) -> Issue:
    """The document, unless an edit has made it one that digest does not read."""
    try:
        return read(text)
    except DocumentError:
        reject()


def merged_or_refused(
    base: Issue | None,
    new: Issue,
    document: Issue,
    cut_before: Collection[str] = (),
    withdrawn: Collection[str] = (),
) -> Merged:
    """The merge; it is refused only for a document that is one unclosed fence or comment."""
    try:
        return merge(base, new, document, cut_before=cut_before, withdrawn=withdrawn)
    except MergeError:
        assert not document.sections
        assert any(mark in document.introduction for mark in ("```", "~~~", "<"))
        reject()


def keys_of(issue: Issue) -> set[str]:
    """What an issue brings to its readers: items, and what they are also covered by."""
    items = [item for section in issue.sections for item in section.items]
    return {item.key for item in items} | {
        link.url or link.name for item in items for link in item.also
    }


def counted(issue: Issue) -> Counter[str]:
    return Counter(item.key for section in issue.sections for item in section.items)


def raw_of(section: Section) -> str:
    return (section.raw or "") + "".join(block.raw or "" for block in section.blocks)


def outline(issue: Issue) -> list[object]:
    return [
        (section.heading, section.kind, [item.key for item in section.items])
        for section in issue.sections
    ]


def parts_of(issue: Issue) -> Iterator[list[str]]:
    """The text of the front matter, the introduction and each section, cut into its parts."""
    yield [issue.raw_head or ""]
    yield [issue.raw_introduction or ""]
    for section in issue.sections:
        pieces = [section.raw or ""]
        for block in section.blocks:
            is_cut = isinstance(block, Item) and block.raw_fields
            pieces += [raw for _, raw in block.raw_fields] if is_cut else [block.raw or ""]
        yield pieces


def typed_in(page: Page, document: Issue) -> list[list[str]]:
    """Everything that the editor typed, for each part of the document, in order."""
    found: list[list[str]] = []
    at = 0
    for pieces in parts_of(document):
        found.append([])
        for piece in pieces:
            marks = page.typed[at : at + len(piece)]
            runs = [piece[run.start() : run.end()] for run in re.finditer("t+", marks)]
            if len(found) == 1:  # the front matter, where new lines come between
                runs = [line for run in runs for line in run.splitlines()]
            found[-1] += [run.strip() for run in runs if run.strip()]
            at += len(piece)
    return found


def stands_in_order(wanted: list[str], text: str) -> bool:
    at = 0
    for words in wanted:
        at = text.find(words, at)
        if at < 0:
            return False
        at += len(words)
    return True


def first_items(issue: Issue) -> dict[str, tuple[int, Item]]:
    """The first item of each key outside slots, with the number of its section."""
    found: dict[str, tuple[int, Item]] = {}
    for number, item in all_items(issue):
        found.setdefault(item.key, (number, item))
    return found


def check_law(
    base: Issue,
    new: Issue,
    page: Page,
    *,
    cut_before: set[str],
    withdrawn: set[str],
    cut_ever: set[str],
) -> tuple[Merged, str]:
    """One compose over an edited page. ``cut_ever`` is what was cut from this issue before, and
    learns what is cut now."""
    document = read_or_reject(page.text)
    assert write_issue(document) == page.text
    merged = merged_or_refused(base, new, document, cut_before, withdrawn)
    written = write_issue(merged.issue)
    again = read(written)

    # The file says what the merge says, section by section.
    assert outline(again) == outline(merged.issue), written
    number_of = {
        section.place: number
        for number, section in enumerate(merged.issue.sections)
        if section.place is not None
    }
    home = [number_of.get(section.place) for section in document.sections]
    assert [n for n in home if n is not None] == sorted(n for n in home if n is not None)

    # Every byte that the editor typed is still there, in its section, in its order.
    typed = typed_in(page, document)
    assert stands_in_order(typed[0], again.raw_head or ""), written
    assert stands_in_order(typed[1], again.raw_introduction or ""), written
    # A heading that the last proposal has as well may be digest's own.
    same = {f"## {section.heading}" for section in base.sections}
    typed[2:] = [[words for words in part if words not in same] for part in typed[2:]]
    for wanted, section, number in zip(typed[2:], document.sections, home, strict=True):
        own = [b.raw.strip() for b in section.blocks if isinstance(b, Text) and b.raw]
        if number is None:
            # It looks like the last proposal's own, and nothing is left in it.
            assert section.heading in [each.heading for each in base.sections]
            assert not own and not wanted
            continue
        text = raw_of(again.sections[number])
        assert stands_in_order(wanted, text), (wanted, written)
        assert stands_in_order(own, text), (own, written)
        if section.kind == "slot":
            assert text.startswith(raw_of(section).rstrip()), written

    # Nothing that the editor cut comes back.
    cut = keys_of(base) - keys_of(document)
    cut_ever |= cut
    never = (cut_ever | cut_before) - keys_of(document)
    assert not never & keys_of(again), written

    # Nothing new is lost; other reports of a story that was cut are cut with it.
    slotted = {i.key for s in document.sections if s.kind == "slot" for i in s.items}
    gone_with = {
        link.url
        for section in new.sections
        for item in section.items
        if item.key in never | cut_before | slotted
        for link in item.also
    }
    missing = keys_of(new) - never - gone_with - keys_of(again)
    assert not missing, (missing, written)
    assert keys_of(document) - keys_of(base) <= keys_of(again), written
    # Nothing is there twice that the editor had once.
    before = counted(document)
    doubled = {key for key, n in counted(again).items() if n > max(1, before[key])}
    assert not doubled, written

    # Field by field: what the editor changed stays, what neither touched follows.
    # What is never closed becomes the end of what is put in front of it.
    is_open = never_closes(page.text)
    was, now = first_items(base), first_items(again)
    wanted_items = first_items(new)
    fates = dict(merged.fates)
    for key, (number, mine) in first_items(document).items():
        if key not in was or before[key] > 1:
            continue
        before_item = was[key][1]
        names = ("title", "url", "byline", "body", "earlier", "also")
        changed = {n for n in names if getattr(mine, n) != getattr(before_item, n)}
        is_edited = bool(changed) or not all(says_only(mine, n) for n in FIELDS)
        if key not in now:
            assert not is_edited and fates[key] in {"withdrawn", "joined"}, (key, written)
            continue
        after = now[key][1]
        if is_edited:
            assert now[key][0] == home[number], (key, written)
        new_item = wanted_items[key][1] if key in wanted_items else before_item
        for name in names[:-1]:
            if name == "body" and (is_open or is_torn(mine, document)):
                continue
            if name in changed:
                assert getattr(after, name) == getattr(mine, name), (key, name, written)
            elif mine.form == "heading" and says_only(mine, "title" if name == "url" else name):
                assert getattr(after, name) == getattr(new_item, name), (key, name, written)
        if "also" in changed:
            assert after.also[: len(mine.also)] == mine.also, (key, written)
    for key, (_, item) in wanted_items.items():
        if is_open or key not in now or is_torn(now[key][1], again):
            continue
        if key not in keys_of(document) | was.keys():
            assert replace(now[key][1], also=(), form="heading") == replace(item, also=()), written

    # Merging twice is merging once. When the run died before the lock was written, an untouched
    # item may still move with its topic, but nothing comes, goes or is written over.
    twice = merge(merged.base, new, again, cut_before=cut_before, withdrawn=withdrawn)
    assert write_issue(twice.issue) == written
    assert not {"added", "updated", "joined"} & {fate for _, fate in twice.fates}
    rerun = merge(base, new, again, cut_before=cut_before, withdrawn=withdrawn)
    text = write_issue(rerun.issue)
    lost = [words for part in typed[2:] for words in part if words not in text]
    assert not lost, (lost, text)
    assert keys_of(read(text)) == keys_of(again), text
    return merged, written


def is_torn(item: Item, document: Issue) -> bool:
    """True for a text that ends elsewhere once the reports below it go: in front of a list of
    items, or with definitions."""
    blocks = [block for section in document.sections for block in section.blocks]
    at = next(number for number, block in enumerate(blocks) if block is item)
    after = blocks[at + 1] if at + 1 < len(blocks) else None
    return "]:" in item.body or (isinstance(after, Item) and after.form == "list")


@THOUSAND
@given(proposals(), st.lists(proposals(), min_size=1, max_size=2), KEYS, KEYS, st.data())
def test_the_law_of_the_merge(
    base: Issue,
    coming: list[Issue],
    cut_before: set[str],
    withdrawn: set[str],
    data: st.DataObject,
) -> None:
    text = write_issue(base)
    cut_before -= keys_of(base)
    cut_ever: set[str] = set()
    for new in coming:
        gone = withdrawn - {item.key for _, item in all_items(new)}
        page = data.draw(edited(text))
        merged, text = check_law(
            base, new, page, cut_before=cut_before, withdrawn=gone, cut_ever=cut_ever
        )
        base = merged.base


@HUNDREDS
@given(proposals(), proposals(), st.data())
def test_without_a_base_the_document_only_grows(
    base: Issue, new: Issue, data: st.DataObject
) -> None:
    page = data.draw(edited(write_issue(base)))
    document = read_or_reject(page.text)
    merged = merged_or_refused(None, new, document)
    written = write_issue(merged.issue)
    lines = [line for line in page.text.splitlines() if line.strip()]
    assert stands_in_order(lines, written)
    again = read(written)
    assert {item.key for _, item in all_items(new)} <= keys_of(again), written
    assert write_issue(merge(merged.base, new, again).issue) == written


@HUNDREDS
@given(proposals())
def test_an_untouched_document_follows_the_proposal(new: Issue) -> None:
    empty = Issue(slug="s")
    merged = merge(empty, new, read(""))
    written = read(write_issue(merged.issue))
    assert written == new
    same = merge(new, new, written)
    assert write_issue(same.issue) == write_issue(new)


@HUNDREDS
@given(proposals(), st.data())
def test_every_proposed_article_is_issued_cut_or_held(base: Issue, data: st.DataObject) -> None:
    page = data.draw(edited(write_issue(base)))
    read_or_reject(page.text)
    memory = remember([("s", page.text, write_lock(Lock(slug="s", proposal=base)))])
    past = memory.past_without("other")
    assert not memory.problems
    for key in keys_of(base):
        assert sum([key in past.issued, key in past.cut, key in past.held]) == 1
