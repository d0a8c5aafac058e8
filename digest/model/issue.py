"""The issue: the editor's document as objects.

``raw`` holds the exact text that a part was read from. It is kept as long as the part is
untouched, and takes no part in comparison: two issues are equal when they say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from digest.model.article import Link
from digest.model.attributes import parse_attributes
from digest.model.place import Place

SectionKind = Literal["topic", "slot", "hold"]

NOTICES = frozenset(("sponsor", "jobs", "events", "quote"))
"""Slots whose links are no articles of the newsletter: an advertisement that leads to a page
does not make that page an article that was printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a section.

    ``key`` is its identity: the canonical link, or the identity comment where the article has
    no page of its own. ``title``, ``byline`` and ``body`` are Markdown; ``byline`` stands
    without its surrounding asterisks. ``form`` says how it is written: a ``###`` heading or a
    list entry. ``url`` is the link's target as written. ``also`` are other reports on the same
    event, ``earlier`` items of earlier issues that it follows: only mentioned, never items of
    this issue. ``raw_fields`` cuts the raw text of a
    heading's item into (field, exact text) pairs, so that one field can change and the others
    keep their bytes; joined they are ``raw``.
    """

    key: str
    title: str
    url: str | None
    byline: str = ""
    body: str = ""
    also: tuple[Link, ...] = ()
    earlier: tuple[Link, ...] = ()
    form: Literal["heading", "list"] = "heading"
    place: Place | None = field(default=None, compare=False)
    raw: str | None = field(default=None, compare=False, repr=False)
    raw_fields: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The editor's own Markdown between items, in its place."""

    markdown: str
    place: Place | None = field(default=None, compare=False)
    raw: str | None = field(default=None, compare=False, repr=False)


Block = Item | Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A ``##`` heading and what stands under it, in order.

    ``attributes`` is the text between the braces of ``## Sponsor {.slot}``, without them.
    """

    heading: str
    kind: SectionKind = "topic"
    attributes: str = ""
    blocks: tuple[Block, ...] = ()
    place: Place | None = field(default=None, compare=False)
    raw: str | None = field(default=None, compare=False, repr=False)

    @property
    def is_notice(self) -> bool:
        """True for a slot of NOTICES."""
        if self.kind != "slot":
            return False
        attributes = parse_attributes(self.attributes)
        return attributes is not None and attributes.slot in NOTICES

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of the section, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Item))


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One issue of the newsletter.

    ``window`` is ``start/end`` in ISO 8601 as the front matter has it. ``extra`` holds front
    matter that digest does not know, as (key, YAML text) pairs in order. ``raw_head`` is the
    exact front matter block with its fences; ``raw_introduction`` the exact text after it.
    """

    slug: str
    title: str = ""
    subject: str = ""
    preheader: str = ""
    window: str = ""
    timezone: str = ""
    language: str = ""
    introduction: str = ""
    sections: tuple[Section, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    place: Place | None = field(default=None, compare=False)
    raw_head: str | None = field(default=None, compare=False, repr=False)
    raw_introduction: str | None = field(default=None, compare=False, repr=False)

    @property
    def items(self) -> tuple[Item, ...]:
        """All items that readers see: those outside Hold, in reading order."""
        return tuple(
            item for section in self.sections if section.kind != "hold" for item in section.items
        )
