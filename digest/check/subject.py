"""What the checks look at: the rendered bytes, parsed once, and the way back to issue.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cached_property, lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from digest.config import Settings
from digest.model import Issue, Item, Place, Rendered, Text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

SETTINGS = Place(file="digest.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of the editor's Markdown. ``raw`` is the text of the lines it was read from."""

    markdown: str
    place: Place | None
    raw: str = ""
    inline: bool = False

    def line_of(self, words: str) -> Place | None:
        """The line that ``words`` stand on, as near as the text says."""
        if self.place is None or not self.place.first_line:
            return self.place
        for text in (self.raw, self.raw.replace("\\", "")):
            at = text.find(words) if words else -1
            if at >= 0:
                line = self.place.first_line + text.count("\n", 0, at)
                return Place(file=self.place.file, first_line=line, last_line=line)
        return self.place


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the article of an item says: its date as the input gave it, None where it gave none;
    ``late`` when digest rescued it from an earlier window."""

    published: str | None
    summary: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stylesheet:
    """A style.css of the workspace's own, as it is written; ``file`` as messages name it."""

    file: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What is known around an issue; what is left out is not judged.

    ``designs`` are those that slots may have, ``last_subject`` is the subject of the issue
    before, ``sources`` go by item key. ``lacking`` names the parts of the mail that lack the
    unsubscribe link of a target which has one.
    """

    designs: Sequence[str] = ()
    last_subject: str = ""
    sources: Mapping[str, Source] = field(default_factory=dict)
    sheets: Sequence[Stylesheet] = ()
    lacking: Sequence[str] = ()


NOTHING_KNOWN = Background()


class Subject:
    """One rendered issue under examination, and what is known around it."""

    def __init__(
        self,
        rendered: Rendered,
        issue: Issue,
        settings: Settings,
        background: Background,
    ) -> None:
        self.rendered = rendered
        self.issue = issue
        self.settings = settings
        self.background = background

    @property
    def file(self) -> str:
        """issue.md as messages name it."""
        return self.issue.place.file if self.issue.place else "issue.md"

    @cached_property
    def tree(self) -> Any:
        """The HTML part's elements."""
        from lxml import html

        return html.document_fromstring(self.rendered.html)

    @cached_property
    def names(self) -> frozenset[str]:
        """What a link inside the mail can lead to."""
        return frozenset(self.tree.xpath("//@id | //a/@name"))

    @cached_property
    def message(self) -> EmailMessage:
        """The message, parsed as a mail client would."""
        return message_from_bytes(self.rendered.message, policy=default)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """All Markdown that readers see, in order."""
        return tuple(self._pieces())

    @cached_property
    def tokens(self) -> tuple[tuple[Piece, list[Token]], ...]:
        """Each piece with its tokens; reference definitions count wherever they stand."""
        references: dict[str, Any] = {}
        for piece in self.pieces:
            if "]:" in piece.markdown:
                tokens_of(piece, references)
        return tuple((piece, tokens_of(piece, references)) for piece in self.pieces)

    def head(self, key: str) -> Place:
        """The line of the front matter that has ``key``, else the first."""
        raw = self.issue.raw_head or ""
        found = re.search(rf"^{re.escape(key)}\s*:", raw, re.MULTILINE)
        line = raw.count("\n", 0, found.start()) + 1 if found else 1
        return Place(file=self.file, first_line=line, last_line=line)

    def find(self, words: str) -> Place:
        """Where in issue.md ``words`` stand, else in digest.html, which has them from a template
        or from digest.toml; issue.md alone where they are in neither."""
        if not words:
            return Place(file="digest.html")
        for piece in self.pieces:
            if words in piece.markdown or words in piece.raw or words in _bare(piece.markdown):
                return piece.line_of(words) or Place(file=self.file)
        head = self.issue.raw_head or ""
        if words in head:
            line = head.count("\n", 0, head.find(words)) + 1
            return Place(file=self.file, first_line=line, last_line=line)
        for text in (words, escape(words, quote=False), escape(words)):
            at = self.rendered.html.find(text)
            if at >= 0:
                line = self.rendered.html.count("\n", 0, at) + 1
                return Place(file="digest.html", first_line=line, last_line=line)
        return Place(file=self.file)

    def stands(self, element: Any) -> Place:
        """The line of digest.html that an element begins on."""
        line = element.sourceline or 0
        return Place(file="digest.html", first_line=line, last_line=line)

    def styled(self, words: str) -> Place:
        """Where a piece of HTML or CSS comes from: a line of the workspace's stylesheet, else of
        digest.html."""
        for sheet in self.background.sheets:
            # Stylesheets may have blanks where the inlined styles have none.
            found = re.search(re.escape(words).replace(":", r"\s*:\s*"), sheet.text)
            if found:
                line = sheet.text.count("\n", 0, found.start()) + 1
                return Place(file=sheet.file, first_line=line, last_line=line)
        at = self.rendered.html.find(words)
        line = self.rendered.html.count("\n", 0, at) + 1 if at >= 0 else 0
        return Place(file="digest.html", first_line=line, last_line=line)

    def _pieces(self) -> Iterator[Piece]:
        issue = self.issue
        head_lines = (issue.raw_head or "").count("\n")
        yield Piece(
            markdown=issue.introduction,
            place=Place(file=self.file, first_line=head_lines + 1 if head_lines else 0),
            raw=issue.raw_introduction or issue.introduction,
        )
        for section in issue.sections:
            if section.kind == "hold":
                continue
            yield Piece(
                markdown=section.heading,
                place=section.place,
                raw=section.raw or section.heading,
                inline=True,
            )
            for block in section.blocks:
                if isinstance(block, Text):
                    raw = block.raw or block.markdown
                    yield Piece(markdown=block.markdown, place=block.place, raw=raw)
                else:
                    yield from _item_pieces(block)


def _item_pieces(item: Item) -> Iterator[Piece]:
    raw = item.raw or "\n".join((item.title, item.byline, item.body))
    yield Piece(markdown=item.title, place=item.place, raw=raw, inline=True)
    yield Piece(markdown=item.byline, place=item.place, raw=raw, inline=True)
    yield Piece(markdown=item.body, place=item.place, raw=raw)


def tokens_of(piece: Piece, references: dict[str, Any]) -> list[Token]:
    """The piece's tokens; escaped signs stay apart, links lead where they are written to."""
    env = {"references": references}
    if piece.inline:
        return _parser().parseInline(piece.markdown, env)
    return _parser().parse(piece.markdown, env)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    class Parser(MarkdownIt):
        """Takes a link of any scheme for a link, with its target as it is written."""

        def validateLink(self, _url: str) -> bool:  # noqa: N802 (markdown-it's name)
            return True

        def normalizeLink(self, url: str) -> str:  # noqa: N802 (the same)
            return url

    parser = Parser("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return parser.disable("text_join")


def _bare(markdown: str) -> str:
    return re.sub(r"\\(?=[!-/:-@\[-`{-~])", "", markdown)
