"""What a template sees: plain, finished values, documented in templates/classic/README.md.

Names here are a promise to users' templates: they may be added to, not changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from html import unescape
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from markupsafe import Markup

from digest.config import Settings
from digest.language import direction, foreign
from digest.markup import clean_text
from digest.model import Issue, Item, Link, Part, Section, Text
from digest.model.attributes import PLAIN, parse_attributes
from digest.render.markdown import EMPTY, Fragment, Reader, Target, safe_url
from digest.render.mergetags import disarm
from digest.render.words import Words, days, words_for
from digest.urls import host_label

Direction = Literal["ltr", "rtl"]

_PICTURE = re.compile(
    r'(?:<p>)?(?:<a(?=[^>]*\shref="(?P<link>[^"]*)")[^>]*>)?<img\s(?P<img>[^>]*)>(?:</a>)?'
    r"(?:</p>|$|(?=\n))"
)
_VALUE = re.compile(r'([a-z]+)="([^"]*)"')
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """A name and its address; ``url`` is "" where there is none."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageView:
    """A picture. ``width`` and ``height`` are its own pixels, 0 where issue.md does not state
    them; ``link`` is where it leads, "" where it is no link."""

    url: str
    alt: str
    width: int
    height: int
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One item. ``source`` is the byline's first part; where the byline links by itself,
    ``source`` is empty and ``byline`` holds all of it.

    ``dir`` is "" unless the item runs the other way than the issue. ``number`` counts from 1
    through the whole issue, over all mails that it is split into, 0 in slots. ``lead`` marks the
    first item of the issue, ``first`` the first of its section. ``note`` is the body of a short
    item that is one line, then ``body`` is empty. ``image`` is the picture that the body begins
    with, ``prose`` the body without it. ``lang`` is the headline's language where its script
    says that it is not the issue's, ``body_lang`` that of body and note; ``und`` where it says
    no more than that.
    """

    number: int
    title: Fragment
    url: str
    source: Fragment
    byline: Fragment
    body: Fragment
    image: ImageView | None
    prose: Fragment
    note: Fragment
    also: tuple[LinkView, ...]
    earlier: tuple[LinkView, ...]
    dir: Direction | Literal[""]
    lang: str
    body_lang: str
    lead: bool
    first: bool

    @property
    def credits(self) -> str:
        """Source and byline as one line of plain text."""
        source, byline = self.source.plain, self.byline.plain
        return f"{source} · {byline}" if source and byline else source or byline

    @property
    def links(self) -> tuple[Target, ...]:
        """The links in headline and byline that are not the item's own."""
        found = (*self.title.targets, *self.byline.targets)
        return tuple(target for target in found if target.url != self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockView:
    """A part of a section: one ``item``, a ``list`` of short ``items``, or ``text``."""

    kind: Literal["item", "list", "text"]
    item: ItemView | None = None
    items: tuple[ItemView, ...] = ()
    text: Fragment = EMPTY
    dir: Direction | Literal[""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A section that has something to show. ``kind`` is ``topic`` or ``slot``.

    ``name`` is a slot's own name (``sponsor`` of ``{.slot .sponsor}``), else ``default``.
    ``cased`` is true when the heading can stand in capitals and letterspaced: its script has
    capitals, and its letters do not join.
    """

    heading: Fragment
    kind: Literal["topic", "slot"]
    name: str
    cased: bool
    blocks: tuple[BlockView, ...]

    @property
    def items(self) -> tuple[ItemView, ...]:
        """All items of the section, in order."""
        return tuple(_items(self.blocks))


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueView:
    """The issue. ``newsletter`` is the name that readers subscribed to, ``title`` what this
    issue is called; ``url`` is its page in the archive, ``unsubscribe`` a link; "" without.
    ``part`` says which mail of a split issue it is, "" in a whole one; ``date_line`` has it."""

    slug: str
    newsletter: str
    title: str
    subject: str
    preheader: str
    language: str
    dir: Direction
    date_line: str
    part: str
    introduction: Fragment
    sections: tuple[SectionView, ...]
    url: str
    unsubscribe: str
    address: str

    @property
    def numbered(self) -> tuple[ItemView, ...]:
        """The items of the contents: all but those in slots."""
        return tuple(item for section in self.sections for item in section.items if item.number)


NAMES = frozenset(
    name
    for view in (
        LinkView,
        ImageView,
        ItemView,
        BlockView,
        SectionView,
        IssueView,
        Fragment,
        Target,
        Words,
    )
    for name in (field.name for field in fields(view))
) | {"plain", "targets", "items", "numbered", "credits", "links"}
"""Every attribute that a template may ask for, to suggest the nearest one."""


def view_of(
    issue: Issue, settings: Settings, *, unsubscribe: str, part: Part | None = None
) -> IssueView:
    """What the templates are given for ``issue``, or for the ``part`` of it that one mail has."""
    return _Viewer(issue, settings, part).view(unsubscribe)


def window_of(issue: Issue) -> tuple[datetime, datetime] | None:
    """Start and end of the issue's window, aware; None where the front matter has none.

    They are told in the issue's time zone; without one, in that of the window's start.
    """
    start, slash, end = issue.window.partition("/")
    if not slash:
        return None
    try:
        instants = datetime.fromisoformat(start.strip()), datetime.fromisoformat(end.strip())
        zone = ZoneInfo(issue.timezone) if issue.timezone else instants[0].tzinfo or UTC
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return None
    first, last = (
        instant.astimezone(zone) if instant.tzinfo else instant.replace(tzinfo=zone)
        for instant in instants
    )
    return first, last


class _Viewer:
    def __init__(self, issue: Issue, settings: Settings, part: Part | None) -> None:
        self._issue = issue
        self._part = part
        self._settings = settings
        language = issue.language or settings.newsletter.language
        self._language = language if _LANGUAGE.fullmatch(language) else "en"
        self._dir: Direction = direction("", self._language)
        self._reader = Reader(pieces_of(issue), files=settings.render.images == "inline")
        self._number = part.before if part else 0

    def view(self, unsubscribe: str) -> IssueView:
        issue, newsletter = self._issue, self._settings.newsletter
        window = window_of(issue)
        archive = safe_url(newsletter.archive_url).rstrip("/")
        which = self._which()
        dates = days(*window, self._language) if window else ""
        sections = [self._section(s) for s in issue.sections if s.kind != "hold"]
        return IssueView(
            slug=issue.slug,
            newsletter=_line(newsletter.title),
            title=_line(issue.title) or _line(newsletter.title),
            subject=_line(issue.subject),
            preheader=_line(issue.preheader),
            language=self._language,
            dir=self._dir,
            date_line=" · ".join(filter(None, (dates, which))),
            part=which,
            introduction=self._reader.block(issue.introduction, heading=2),
            sections=tuple(section for section in sections if section.blocks),
            url=safe_url(f"{archive}/{issue.slug}/") if archive else "",
            unsubscribe=unsubscribe,
            address=_line(newsletter.address),
        )

    def _which(self) -> str:
        if self._part is None:
            return ""
        words = words_for(self._language, self._settings.words)
        return _line(words.part.format(number=self._part.number, total=self._part.total))

    def _section(self, section: Section) -> SectionView:
        slot = section.kind == "slot"
        attributes = parse_attributes(section.attributes) if slot else None
        heading = self._reader.inline(section.heading)
        return SectionView(
            heading=heading,
            kind="slot" if slot else "topic",
            name=attributes.slot if attributes else PLAIN,
            cased=_is_cased(heading.plain),
            blocks=tuple(self._blocks(section, slot)),
        )

    def _blocks(self, section: Section, slot: bool) -> Iterator[BlockView]:
        first = True
        row: list[ItemView] = []
        for block in section.blocks:
            if isinstance(block, Item) and block.form == "list":
                row.append(self._item(block, slot, first))
                first = False
                continue
            if row:
                yield BlockView(kind="list", items=tuple(row))
                row = []
            if isinstance(block, Item):
                yield BlockView(kind="item", item=self._item(block, slot, first))
                first = False
            else:
                text = self._reader.block(block.markdown, heading=3)
                if text:
                    yield BlockView(kind="text", text=text, dir=self._turned(text.plain))
        if row:
            yield BlockView(kind="list", items=tuple(row))

    def _item(self, item: Item, slot: bool, first: bool) -> ItemView:
        if not slot:
            self._number += 1
        title = self._reader.inline(item.title) or self._reader.inline(host_label(item.url or ""))
        body, note = self._reader.block(item.body, heading=4), EMPTY
        if item.form == "list":
            body, note = _one_line(body)
        source, byline = self._byline(item)
        image, prose = _picture(body)
        return ItemView(
            number=0 if slot else self._number,
            title=title,
            url=safe_url(item.url),
            source=source,
            byline=byline,
            body=body,
            image=image,
            prose=prose,
            note=note,
            also=_links(item.also),
            earlier=_links(item.earlier),
            dir=self._turned(title.plain, item.body[:200]),
            lang=foreign(title.plain, self._language),
            body_lang=foreign((note or prose).plain, self._language),
            lead=self._number == 1 and not slot and item.form == "heading",
            first=first,
        )

    def _byline(self, item: Item) -> tuple[Fragment, Fragment]:
        if not item.byline.strip():
            return EMPTY, EMPTY
        if any(sign in item.byline for sign in ("]", "<", "://")):
            whole = self._reader.inline(item.byline)
            if whole.targets:
                return EMPTY, whole
        source, _, rest = item.byline.partition(" · ")
        return self._reader.inline(source), self._reader.inline(rest)

    def _turned(self, *texts: str) -> Direction | Literal[""]:
        """The direction of ``texts`` where it is not the issue's own."""
        if self._dir == "ltr" and all(text.isascii() for text in texts):
            return ""
        text = " ".join(texts)
        found = direction(text) if any(char.isalpha() for char in text) else self._dir
        return "" if found == self._dir else found


def _links(links: Sequence[Link]) -> tuple[LinkView, ...]:
    return tuple(LinkView(name=_line(link.name), url=safe_url(link.url)) for link in links)


def _items(blocks: Sequence[BlockView]) -> Iterator[ItemView]:
    for block in blocks:
        if block.item is not None:
            yield block.item
        yield from block.items


def _picture(body: Fragment) -> tuple[ImageView | None, Fragment]:
    """The picture that a body begins with, alone in its paragraph, and the rest of the body."""
    found = _PICTURE.match(body.html) if body.html.startswith(("<p><", "<img")) else None
    if found is None:
        return None, body
    values = {name: unescape(value) for name, value in _VALUE.findall(found["img"])}
    image = ImageView(
        url=values.get("src", ""),
        alt=_line(values.get("alt", "")),
        width=_pixels(values.get("width", "")),
        height=_pixels(values.get("height", "")),
        link=safe_url(unescape(found["link"] or "")),
    )
    rest = Markup(body.html[found.end() :].lstrip())  # noqa: S704 (a piece of what is safe)
    spoken = bool(body.paragraphs) and body.paragraphs[0].text == values.get("alt", "")
    return image, Fragment(html=rest, paragraphs=body.paragraphs[spoken:])


def _pixels(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _one_line(body: Fragment) -> tuple[Fragment, Fragment]:
    """A short item's body, and what of it can stand on the byline's line: all or nothing."""
    html = body.html
    if html.startswith("<p>") and html.endswith("</p>") and html.count("<p") == 1:
        return EMPTY, Fragment(html=html[3:-4], paragraphs=body.paragraphs)
    return body, EMPTY


def pieces_of(issue: Issue) -> Iterator[str]:
    """Everything that may hold a reference definition, in document order."""
    yield issue.introduction
    for section in issue.sections:
        for block in section.blocks:
            yield block.markdown if isinstance(block, Text) else block.body


def _line(text: str) -> str:
    return disarm(clean_text(text))


def _is_cased(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return bool(letters) and all(char.islower() or char.isupper() for char in letters)
