"""issue.md as objects.

A CommonMark parser says where each block stands; every object keeps the exact text of its
lines, with the blank lines after them, so that joined they are the file again. Only headlines,
bylines and lists of links are read inside; all other text is the editor's and stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from digest.errors import DocumentError
from digest.issue.entry import Blocks, Headline, read_entry, read_headline, split_list
from digest.issue.head import head_lines, read_head, split_head
from digest.issue.inline import (
    Env,
    block_parser,
    read_also,
    read_earlier,
    read_emphasis,
)
from digest.issue.lines import count_lines, is_blank, split_lines, trim_lines
from digest.issue.references import with_definitions
from digest.model import Issue, Item, Link, Place, Section, Text
from digest.model.attributes import parse_attributes, split_attributes
from digest.model.issue import Block, SectionKind

MAX_CHARACTERS = 4_000_000
"""A longer document is refused: no mail holds a hundredth of it."""

_CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7})(?:[ \t].*)?$", re.MULTILINE)


class _Entry(NamedTuple):
    """A list entry's lines [start, end), and the item that it is, if it is one."""

    start: int
    end: int
    item: Item | None


class _Node(NamedTuple):
    """A block of the outermost level: the lines [start, end) and its place among the tokens."""

    kind: str
    start: int
    end: int
    token: int


def parse_issue(text: str, *, slug: str, file: str) -> Issue:
    """The issue that the text of an issue.md says; ``file`` is its name in messages.

    Raises DocumentError, with the line, for conflict markers of git and for front matter that
    cannot be read. Anything else is Markdown, and kept.
    """
    return _parse(text, slug, file)


# A compose reads the document to merge and again to render it; most often it has not changed.
@lru_cache(maxsize=2)
def _parse(text: str, slug: str, file: str) -> Issue:
    if len(text) > MAX_CHARACTERS:
        raise DocumentError(
            f"the document is longer than {MAX_CHARACTERS} characters",
            where=Place(file=file),
            fix="is this an issue? move what does not belong in it elsewhere",
        )
    markers = [count_lines(text[: found.start()]) for found in _CONFLICT.finditer(text)]
    raw_head, body = _split_head(text, file, markers)
    before = head_lines(raw_head)
    reader = _Reader(body, file, before)
    reader.refuse_conflicts(markers)
    known, extra = read_head(raw_head, file)
    raw_introduction, sections = reader.document()
    return Issue(
        slug=slug,
        **known,
        introduction=reader.markdown(raw_introduction),
        sections=sections,
        extra=extra,
        place=Place(file=file, first_line=1, last_line=before + len(reader.lines)),
        raw_head=raw_head,
        raw_introduction=raw_introduction,
    )


def _split_head(text: str, file: str, markers: list[int]) -> tuple[str, str]:
    """The front matter; conflict markers in it are named before anything else is."""
    try:
        head, body = split_head(text, file)
    except DocumentError:
        if markers:
            raise _conflict(file, markers[0] + 1) from None
        raise
    if markers and markers[0] < count_lines(head):
        raise _conflict(file, markers[0] + 1)
    return head, body


def _conflict(file: str, line: int) -> DocumentError:
    return DocumentError(
        "git left a merge conflict here",
        where=Place(file=file, first_line=line),
        fix="choose the lines to keep and delete the marker lines",
    )


class _Reader:
    """One document under way. Line numbers count from 0 after the front matter."""

    def __init__(self, body: str, file: str, before: int) -> None:
        self.lines = split_lines(body)
        self.file = file
        self.before = before
        self.env: Env = {}
        self.lists: dict[int, list[_Entry] | None] = {}
        self.tokens = block_parser().parse(body, self.env)
        starts = [
            (token.type, token.map[0], index)
            for index, token in enumerate(self.tokens)
            if token.level == 0 and token.nesting >= 0 and token.map
        ]
        ends = [*(start for _, start, _ in starts[1:]), len(self.lines)]
        self.nodes = [
            _Node(kind, start, end, index)
            for (kind, start, index), end in zip(starts, ends, strict=False)
        ]

    def refuse_conflicts(self, markers: list[int]) -> None:
        """Raises DocumentError for a conflict marker that is not part of a code example."""
        for line in markers:
            inside = any(
                node.start <= line - self.before < node.end and node.kind in {"fence", "code_block"}
                for node in self.nodes
            )
            if not inside:
                raise _conflict(self.file, line + 1)

    def document(self) -> tuple[str, tuple[Section, ...]]:
        """The text before the first section, and the sections."""
        heads = [at for at, node in enumerate(self.nodes) if self._level(node) == 2]
        first = self.nodes[heads[0]].start if heads else len(self.lines)
        sections = [
            self._section(at, self.nodes[at + 1 : until])
            for at, until in zip(heads, [*heads[1:], len(self.nodes)], strict=False)
        ]
        return "".join(self.lines[:first]), tuple(sections)

    def raw(self, start: int, end: int) -> str:
        return "".join(self.lines[start:end])

    def markdown(self, raw: str) -> str:
        """Raw text as Markdown that stands by itself: with the definitions that it refers to."""
        return with_definitions(trim_lines(raw), self.env)

    def place(self, start: int, end: int) -> Place:
        last = end
        while last > start + 1 and is_blank(self.lines[last - 1]):
            last -= 1
        return Place(
            file=self.file, first_line=self.before + start + 1, last_line=self.before + last
        )

    def _level(self, node: _Node) -> int:
        return int(self.tokens[node.token].tag[1]) if node.kind == "heading_open" else 0

    def _content(self, node: _Node) -> str:
        return self.tokens[node.token + 1].content

    def _section(self, at: int, nodes: list[_Node]) -> Section:
        node = self.nodes[at]
        end = nodes[-1].end if nodes else node.end
        heading, attributes = split_attributes(" ".join(self._content(node).split("\n")))
        parsed = parse_attributes(attributes)
        kind: SectionKind = "topic"
        if parsed is not None and parsed.is_slot:
            kind = "slot"
        elif heading.strip().casefold() == "hold":
            kind = "hold"
        return Section(
            heading=heading.strip(),
            kind=kind,
            attributes=attributes,
            blocks=self._blocks(nodes),
            place=self.place(node.start, end),
            raw=self.raw(node.start, node.end),
        )

    def _blocks(self, nodes: list[_Node]) -> tuple[Block, ...]:
        """Items, and between them the editor's own text."""
        blocks: list[Block] = []
        text_start: int | None = None
        at = 0
        while at < len(nodes):
            node = nodes[at]
            headline = self._headline(node)
            entries = self._list(node)
            if headline is None and entries is None:
                text_start = node.start if text_start is None else text_start
                at += 1
                continue
            if headline is not None:
                until = self._item_end(nodes, at + 1)
                self._close(blocks, text_start, node.start)
                blocks.append(self._item(headline, nodes[at:until]))
                text_start = None
                at = until
            elif entries is not None:
                text_start = self._list_blocks(blocks, entries, text_start)
                at += 1
        if nodes:
            self._close(blocks, text_start, nodes[-1].end)
        return tuple(blocks)

    def _close(self, blocks: list[Block], start: int | None, end: int) -> None:
        """Ends a stretch of the editor's own text."""
        if start is None or start == end:
            return
        raw = self.raw(start, end)
        blocks.append(Text(markdown=self.markdown(raw), place=self.place(start, end), raw=raw))

    def _list_blocks(
        self, blocks: list[Block], entries: list[_Entry], text_start: int | None
    ) -> int | None:
        """Adds a list's items; gives where text that still goes on began."""
        for entry in entries:
            if entry.item is None:
                text_start = entry.start if text_start is None else text_start
                continue
            self._close(blocks, text_start, entry.start)
            text_start = None
            blocks.append(entry.item)
        return text_start

    def _list(self, node: _Node) -> list[_Entry] | None:
        """The entries of a list of which at least one is an item."""
        if node.kind not in {"bullet_list_open", "ordered_list_open"}:
            return None
        if node.token not in self.lists:
            entries = [
                _Entry(entry.start, entry.end, self._entry_item(entry))
                for entry in split_list(self.tokens, node.token, node.start, node.end)
            ]
            has_items = any(entry.item is not None for entry in entries)
            self.lists[node.token] = entries if has_items else None
        return self.lists[node.token]

    def _entry_item(self, entry: Blocks) -> Item | None:
        """A list entry as an item, when it begins with a link."""
        item = read_entry(entry, self.lines[entry.start : entry.end], self.env)
        if item is None:
            return None
        return replace(
            item,
            body=with_definitions(item.body, self.env),
            place=self.place(entry.start, entry.end),
            raw=self.raw(entry.start, entry.end),
        )

    def _item_end(self, nodes: list[_Node], at: int) -> int:
        """Where the nodes under a headline end: at the next headline, list of items or text.

        Link definitions at the end serve the whole document and are not the item's.
        """
        first = at
        while at < len(nodes) and not 0 < self._level(nodes[at]) <= 3:
            if self._list(nodes[at]) is not None:
                break
            at += 1
        while at > first and nodes[at - 1].kind == "definition":
            at -= 1
        return at

    def _headline(self, node: _Node) -> Headline | None:
        """The headline of an item; None for every other block."""
        if self._level(node) != 3:
            return None
        return read_headline(self._content(node), self.env)

    def _item(self, headline: Headline, nodes: list[_Node]) -> Item:
        """An item in its heading form, with the exact text of each of its fields."""
        start, end = nodes[0].start, nodes[-1].end
        fields = [("title", self.raw(nodes[0].start, nodes[0].end))]
        byline = ""
        also: tuple[Link, ...] = ()
        earlier: tuple[Link, ...] = ()
        for at, node in enumerate(nodes[1:]):
            raw = self.raw(node.start, node.end)
            content = self._content(node) if node.kind == "paragraph_open" else ""
            emphasis = read_emphasis(content, self.env, whole=True) if at == 0 else None
            links = read_also(content, self.env)
            before = read_earlier(content, self.env) if links is None else None
            if emphasis is not None:
                byline = emphasis[0].strip()
                fields.append(("byline", raw))
            elif links is not None:
                also = (*also, *links)
                fields.append(("also", raw))
            elif before is not None:
                earlier = (*earlier, *before)
                fields.append(("earlier", raw))
            elif fields[-1][0] == "body":
                fields[-1] = ("body", fields[-1][1] + raw)
            else:
                fields.append(("body", raw))
        body = [headline.rest] if headline.rest else []
        body += [trim_lines(raw) for name, raw in fields if name == "body"]
        return Item(
            key=headline.key,
            title=headline.title,
            url=headline.url,
            byline=byline,
            body=with_definitions("\n\n".join(body), self.env),
            also=also,
            earlier=earlier,
            place=self.place(start, end),
            raw=self.raw(start, end),
            raw_fields=tuple(fields),
        )
