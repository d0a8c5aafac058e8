"""Pieces of an earlier newsletter, put in order: introduction, sections, items, text between.

What has a link and a title is an item, in the form that CONTRACT §6 has for it. Everything
else stays the editor's own text, in its place; what no reader wants again (the furniture of a
mail, a sponsor's part) is left out and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from digest.articles.mailwords import (
    is_mail_furniture,
    is_sponsor_heading,
    is_sponsor_label,
    is_sponsored,
)
from digest.articles.redirects import is_opaque
from digest.importing.headings import clean_heading
from digest.importing.items import (
    is_said_again,
    make_item,
    only_leads_on,
    read_entry,
    read_headline,
    read_lead,
    read_mention,
    read_row,
    without_read_more,
)
from digest.importing.links import is_bare, is_web, leads_with_link, web_links
from digest.importing.outline import find_headline_link, section_level, with_headings
from digest.importing.pieces import (
    Document,
    Left,
    Piece,
    Run,
    skip_separator,
    unwrap_link,
    words_of,
    write_runs,
)
from digest.importing.sweep import merge_left, shorten, sweep
from digest.issue.escape import escape_heading
from digest.issue.inline import plain_words
from digest.model import Issue, Item, Link, Section, Text
from digest.model.issue import Block

_MOST_TITLE = 200
_BYLINE = re.compile(r"[(（\[]([^()（）\[\]\n]{2,60})[)）\]]")

_LINKS = re.compile(r"\]\(\s*<?https?://|\]:\s*<?https?://|<https?://", re.IGNORECASE)


def arrange(document: Document, *, unsectioned: str, from_mail: bool) -> tuple[Issue, list[Left]]:
    """The issue that a document holds, without slug and window, and what has no place in it.

    Items under no heading go to the section ``unsectioned``. ``from_mail`` says that the
    document ends with a mail's footer.
    """
    left = list(document.left)
    pieces = with_headings(sweep(document.pieces, left, from_mail=from_mail))
    arranger = _Arranger(pieces, document.title, unsectioned, left)
    arranger.run()
    issue = Issue(
        slug="",
        title=arranger.title,
        subject=document.subject,
        preheader=document.preheader,
        language=document.language,
        introduction="\n\n".join(arranger.introduction),
        sections=tuple(section.build() for section in arranger.sections if section.blocks),
    )
    left += arranger.opaque()
    return issue, sorted(merge_left(left), key=lambda entry: (entry.line, entry.what))


@dataclass
class _Section:
    heading: str
    line: int
    blocks: list[Block] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def add(self, block: Block, line: int) -> None:
        self.blocks.append(block)
        self.lines.append(line)

    def build(self) -> Section:
        """The section; an item that text follows stands as a list entry, for under a heading
        that text would be the item's own."""
        blocks: list[Block] = []
        for at, block in enumerate(self.blocks):
            after = self.blocks[at + 1] if at + 1 < len(self.blocks) else None
            # One that begins with a quote, a list or code cannot go on in the first line.
            if (
                isinstance(block, Item)
                and isinstance(after, Text)
                and not re.match(r"[`~>|<]|\s|[-+*] |\d+[.)] ", block.body)
            ):
                block = replace(block, form="list")
            blocks.append(block)
        return Section(heading=escape_heading(self.heading), blocks=tuple(blocks))


class _Arranger:
    def __init__(
        self, pieces: Sequence[Piece], title: str, unsectioned: str, left: list[Left]
    ) -> None:
        self.pieces = pieces
        self.title = title
        self.unsectioned = unsectioned
        self.left = left
        self.introduction: list[str] = []
        self.sections: list[_Section] = []
        self.level = section_level(pieces)
        # The item whose paragraphs are being read, and whether it may still take some.
        self.is_open = False
        # Of the list item that nested entries belong to, its depth; -1 where there is none.
        self.depth = -1
        self.has_sections = False

    def run(self) -> None:
        at = 0
        while at < len(self.pieces):
            piece = self.pieces[at]
            if piece.kind != "entry":
                self.depth = -1
            if piece.kind == "heading":
                at = self._heading(at)
                continue
            if piece.kind == "paragraph" and is_sponsor_label(words_of(piece.runs)):
                at = self._skip_label(at)
                continue
            if piece.kind == "entry":
                self._entry(piece)
            elif piece.kind == "row":
                self._row(piece)
            elif piece.kind == "rule":
                self.is_open = False
            elif piece.kind == "block":
                self._block(piece)
            else:
                self._paragraph(piece)
            at += 1

    def opaque(self) -> Iterable[Left]:
        """Items whose links do not say where they lead."""
        for section in self.sections:
            for block, line in zip(section.blocks, section.lines, strict=True):
                if isinstance(block, Item) and block.url and is_opaque(block.url):
                    yield Left(line=line, what="redirect", words=plain_words(block.title, {}))

    def _block(self, piece: Piece) -> None:
        """Takes in a quote, a table or code as it is, and word of links in it."""
        self._text(piece.rest, piece)
        if _LINKS.search(piece.rest) and not piece.rest.startswith(("```", "~~~", "    ")):
            self.left.append(Left(line=piece.line, what="text", words=shorten(piece.rest)))

    def _heading(self, at: int) -> int:
        """Takes in a heading; gives where to go on."""
        piece = self.pieces[at]
        words = words_of(piece.runs)
        self.is_open = False
        if is_sponsor_heading(words) or is_sponsored(words):
            return self._skip(at, "sponsor")
        if is_mail_furniture(words):
            return self._skip(at, "furniture")
        if web_links(piece):
            self._add_item(read_headline(piece.runs), piece)
            self.is_open = True
            return at + 1
        below = self.level and piece.level > self.level
        link = find_headline_link(self.pieces, at)
        if link is not None and (below or not self.level or piece.level == self.level):
            title = " ".join("".join(run.text for run in piece.runs).split())
            self._add_item(make_item(title, link.url), piece)
            self.is_open = True
            return at + 1
        if not words:
            return at + 1
        if (
            self.level
            and piece.level <= self.level
            and (piece.level == self.level or self.has_sections)
        ):
            self.sections.append(_Section(clean_heading(words), piece.line))
            self.has_sections = True
            return at + 1
        if not self.has_sections:
            if not self.title:
                self.title = words
            elif words.casefold() not in self.title.casefold():
                self.introduction.append(f"**{write_runs(piece.runs)}**")
            return at + 1
        self.sections[-1].add(Text(markdown=f"#### {write_runs(piece.runs)}"), piece.line)
        return at + 1

    def _skip(self, at: int, what: str) -> int:
        """Leaves out a heading and what stands under it, up to the next of its level."""
        piece = self.pieces[at]
        self._leave(piece, what)
        end = at + 1
        while end < len(self.pieces):
            after = self.pieces[end]
            if after.kind == "heading" and after.level <= piece.level:
                break
            end += 1
        return end

    def _skip_label(self, at: int) -> int:
        """Leaves out a label and what it stands over: up to a heading, a rule, or the second
        link that a block begins with."""
        self._leave(self.pieces[at], "sponsor")
        self.is_open = False
        end = at + 1
        links = 0
        while end < len(self.pieces) and self.pieces[end].kind not in {"heading", "rule"}:
            links += leads_with_link(self.pieces[end])
            if links > 1:
                break
            end += 1
        return end

    def _row(self, piece: Piece) -> None:
        if not web_links(piece):
            return
        self.is_open = False
        item = read_row(piece)
        if item is not None:
            self._add_item(item, piece)
            return
        self._keep(write_runs(run for cell in piece.cells for run in (*cell, Run(" "))), piece)

    def _paragraph(self, piece: Piece) -> None:
        words = words_of(piece.runs)
        if is_sponsored(words):
            self._leave(piece, "sponsor")
            return
        item = self._open_item()
        links = web_links(piece)
        if item is not None and links and only_leads_on(piece, item):
            return
        if item is not None and links and is_said_again(piece, item):
            self._add_to_body(item, write_runs(Run(run.text) for run in piece.runs))
            return
        found = read_lead(piece) if self._may_hold_items() else None
        if found is not None:
            self._add_item(found, piece)
            self.is_open = True
            return
        if item is not None:
            self._add_to_body(item, write_runs(without_read_more(piece.runs, item)))
            return
        if self.sections and self._may_hold_items():
            found = read_mention(piece, alone=True)
            if found is not None:
                self._add_item(found, piece)
                return
        self._keep(write_runs(piece.runs), piece)

    def _may_hold_items(self) -> bool:
        return bool(self.sections) or not self.level

    def _entry(self, piece: Piece) -> None:
        words = words_of(piece.runs)
        if is_sponsored(words) or is_sponsor_label(words):
            self._leave(piece, "sponsor")
            return
        parent = self._parent(piece)
        runs, _ = unwrap_link(piece.runs)
        item = None
        if runs and is_web(runs[0]) and not is_bare(runs[0]):
            rest = skip_separator(runs[1:])
            if parent is not None and not rest and not piece.rest:
                link = Link(name=words_of(runs[:1]), url=runs[0].url)
                self._replace_last(replace(parent, also=(*parent.also, link)))
                return
            item = read_entry(runs, rest)
        elif web_links(piece):
            item = read_mention(piece, alone=False)
            if item is None and is_web(runs[0]):
                # An entry that begins with a link is an item, whatever its words are.
                item = read_entry(runs, skip_separator(runs[1:]))
        elif parent is not None and not piece.rest:
            line = f"- {write_runs(piece.runs)}"
            glue = "\n" if re.search(r"(?:^|\n)- [^\n]*$", parent.body) else "\n\n"
            self._replace_last(replace(parent, body=glue.join(filter(None, (parent.body, line)))))
            return
        if item is not None:
            item = replace(
                item, form="list", body="\n\n".join(filter(None, (item.body, piece.rest)))
            )
            self.is_open = False
            self._add_item(item, piece)
            self.depth = piece.level
            return
        self.depth = -1
        marker = "  " * piece.level + "- "
        text = write_runs(piece.runs).replace("\n", "\n" + " " * len(marker))
        if piece.rest:
            text += "\n\n" + "\n".join(f"  {row}" if row else row for row in piece.rest.split("\n"))
        self._keep(f"- {text}", piece)

    def _parent(self, piece: Piece) -> Item | None:
        """The list item that a nested entry belongs to."""
        if not 0 <= self.depth < piece.level or not self.sections:
            return None
        last = self.sections[-1].blocks[-1] if self.sections[-1].blocks else None
        return last if isinstance(last, Item) else None

    def _add_item(self, item: Item, piece: Piece) -> None:
        if not item.title:
            self._leave(piece, "heading")
            return
        if is_sponsored(plain_words(item.title, {})):
            self._leave(piece, "sponsor")
            return
        if not self.sections:
            self.sections.append(_Section(self.unsectioned, piece.line))
        self.sections[-1].add(item, piece.line)

    def _open_item(self) -> Item | None:
        if not self.is_open or not self.sections or not self.sections[-1].blocks:
            return None
        last = self.sections[-1].blocks[-1]
        return last if isinstance(last, Item) else None

    def _add_to_body(self, item: Item, markdown: str) -> None:
        self._replace_last(replace(item, body="\n\n".join(filter(None, (item.body, markdown)))))

    def _replace_last(self, item: Item) -> None:
        self.sections[-1].blocks[-1] = item

    def _keep(self, markdown: str, piece: Piece) -> None:
        """The editor's own text, and word of it where links stand in it."""
        self._text(markdown, piece)
        if links := web_links(piece):
            words = words_of(piece.runs) or words_of(links)
            self.left.append(Left(line=piece.line, what="text", words=shorten(words)))

    def _text(self, markdown: str, piece: Piece) -> None:
        """The editor's own text, in its place."""
        if not markdown.strip():
            return
        item = self._open_item()
        if item is not None:
            self._add_to_body(item, markdown)
        elif self.sections:
            self._add_text(markdown, piece)
        else:
            self.introduction.append(markdown)

    def _add_text(self, markdown: str, piece: Piece) -> None:
        blocks = self.sections[-1].blocks
        if blocks and isinstance(blocks[-1], Text):
            glue = "\n" if piece.kind == "entry" and _ends_in_list(blocks[-1].markdown) else "\n\n"
            blocks[-1] = Text(markdown=f"{blocks[-1].markdown}{glue}{markdown}")
        else:
            self.sections[-1].add(Text(markdown=markdown), piece.line)

    def _leave(self, piece: Piece, what: str) -> None:
        words = words_of(piece.runs) or piece.rest
        self.left.append(Left(line=piece.line, what=what, words=shorten(words)))  # type: ignore[arg-type]


def _ends_in_list(markdown: str) -> bool:
    return re.search(r"(?:^|\n)- [^\n]*(?:\n {2,}[^\n]*)*$", markdown) is not None
