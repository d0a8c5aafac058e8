"""Slots in a proposal: a booking as a section, and its place among the topics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from digest.config import Settings, Slot
from digest.errors import ConfigError, DigestError, DocumentError
from digest.issue.ending import never_closes
from digest.issue.escape import escape_heading
from digest.issue.inline import Env, block_parser
from digest.issue.lines import trim_lines
from digest.issue.parse import parse_issue
from digest.issue.write import write_issue
from digest.model import Issue, Place, Section, Text

_ANCHORED = re.compile(r"(after|before):(.*)")


def slot_section(slot: Slot, text: str, *, where: Place | str) -> Section:
    """The section that a booking proposes; its Markdown is one block, word for word.

    ``where`` is where the Markdown stands. Raises ConfigError for Markdown that does not stay
    inside its section: a heading of the second level, a code fence or comment that never ends.
    """
    named = f"{slot.heading} ({slot.id})" if slot.id else slot.heading
    attributes = f".slot .{slot.name} #{slot.id}" if slot.id else f".slot .{slot.name}"
    markdown = trim_lines(text.removeprefix("\ufeff"))
    section = Section(
        heading=slot.heading,
        kind="slot",
        attributes=attributes,
        blocks=(Text(markdown=markdown),),
    )
    problem = _find_problem(section, markdown)
    if problem:
        message, fix = problem
        raise ConfigError((DigestError(f"slot {named}: {message}", where=where, fix=fix),))
    return section


def _find_problem(section: Section, markdown: str) -> tuple[str, str] | None:
    if not markdown.strip():
        return "its text is empty", "write some Markdown"
    if never_closes(markdown):
        return "a code fence or comment is never closed", "close it"
    env: Env = {}
    block_parser().parse(markdown, env)
    if env.get("references"):
        # A label of its own would change where the document's own links lead.
        return "its text defines links by reference", "write them inline: [words](https://…)"
    try:
        read = parse_issue(write_issue(Issue(slug="", sections=(section,))), slug="", file="")
    except DocumentError as error:
        return error.message, error.fix or ""
    if len(read.sections) != 1:
        return "its text has a heading of the second level", "use ### or #### instead of ##"
    [found] = read.sections
    is_same = (found.heading, found.kind, found.attributes) == (
        section.heading,
        section.kind,
        section.attributes,
    )
    return None if is_same else ("its heading is not one line of text", "write plain words")


def printed_keys(sections: Iterable[Section]) -> frozenset[str]:
    """Keys of the articles that stand in proposed slots: a topic need not print them again."""
    placed = tuple(section for section in sections if not section.is_notice)
    if not placed:
        return frozenset()
    written = write_issue(Issue(slug="", sections=placed))
    return frozenset(
        item.key
        for section in parse_issue(written, slug="", file="").sections
        for item in section.items
    )


def with_slots(issue: Issue, placed: Sequence[tuple[Slot, Section]], settings: Settings) -> Issue:
    """The proposal with the sections of ``placed`` where their positions say, Hold last.

    A slot after or before a topic that the issue has no article of stands where the topic
    would.
    """
    if not placed:
        return issue
    topics = [section for section in issue.sections if section.kind != "hold"]
    holds = [section for section in issue.sections if section.kind == "hold"]
    headings = [section.heading for section in topics]
    # In front of the section of each number, and after the last.
    gaps: list[list[Section]] = [[] for _ in range(len(topics) + 1)]
    for slot, section in placed:
        gaps[_gap(slot.place, headings, settings)].append(section)
    sections = [*gaps[0]]
    for topic, after in zip(topics, gaps[1:], strict=True):
        sections += [topic, *after]
    return replace(issue, sections=(*sections, *holds))


def _gap(place: str, headings: Sequence[str], settings: Settings) -> int:
    anchored = _ANCHORED.fullmatch(place)
    if anchored is None:
        return 0 if place == "first" else len(headings)
    heading = escape_heading(anchored[2].strip())
    if heading in headings:
        at = headings.index(heading)
        return at + 1 if anchored[1] == "after" else at
    order = [escape_heading(topic.name) for topic in settings.topics]
    if heading not in order:
        return len(headings)
    earlier = set(order[: order.index(heading)])
    return max((at + 1 for at, other in enumerate(headings) if other in earlier), default=0)
