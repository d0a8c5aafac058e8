"""Markdown of an earlier newsletter as pieces: what Jekyll, Hugo and Pelican posts hold."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from digest.importing.inline import read_runs
from digest.importing.page import read_pieces
from digest.importing.pieces import Left, Piece, Run
from digest.issue.inline import Env, block_parser
from digest.issue.lines import split_lines
from digest.issue.references import with_definitions

if TYPE_CHECKING:
    from markdown_it.token import Token

MAX_CHARACTERS = 400_000
"""A longer document is refused: no newsletter holds a tenth of it."""

_TEMPLATE = re.compile(
    r"\{\{[<%].{0,2000}?[>%]\}\}|\{%.{0,2000}?%\}|\{\{.{0,500}?\}\}|^\[TOC\][ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_KRAMDOWN_LINE = re.compile(r"^[ \t]*\{:[^{}\n]{0,300}\}[ \t]*$", re.MULTILINE)
_BOLD_LINE = re.compile(r"(\*\*|__)(?!\s)(?:(?!\1)[^\n])+(?<!\s)\1[:：]?", re.DOTALL)
_HEADING_ID = re.compile(r"\s*\{#[^{}]{0,100}\}\s*$|\s+#+\s*$")


def read_markdown(text: str, *, first_line: int = 1) -> tuple[list[Piece], list[Left]]:
    """The pieces of a Markdown text without its front matter, and what is no text in it.

    ``first_line`` is the line of the file that the text begins in.
    """
    left: list[Left] = []

    def template(found: re.Match[str]) -> str:
        line = first_line + text.count("\n", 0, found.start())
        left.append(Left(line=line, what="template", words=" ".join(found[0].split())[:80]))
        return "\n" * found[0].count("\n")

    body = _TEMPLATE.sub(template, text) if "{" in text or "[TOC]" in text else text
    body = _KRAMDOWN_LINE.sub("", body) if "{:" in body else body
    return list(_Reader(body, first_line).pieces()), left


class _Reader:
    def __init__(self, body: str, first_line: int) -> None:
        self.env: Env = {}
        self.tokens = block_parser().parse(body, self.env)
        self.lines = split_lines(body)
        self.first_line = first_line

    def pieces(self) -> Iterator[Piece]:
        at = 0
        while at < len(self.tokens):
            end = self._end(at)
            yield from self._block(at, end)
            at = end

    def _end(self, at: int) -> int:
        """The token after the block that begins at ``at``."""
        if self.tokens[at].nesting != 1:
            return at + 1
        depth = 0
        for index in range(at, len(self.tokens)):
            depth += self.tokens[index].nesting
            if depth == 0:
                return index + 1
        return len(self.tokens)

    def _block(self, at: int, end: int) -> Iterator[Piece]:
        token = self.tokens[at]
        kind = token.type
        line = self._line(token)
        if kind == "heading_open":
            content = _HEADING_ID.sub("", self.tokens[at + 1].content)
            runs = self._runs(content)
            if runs:
                yield Piece(kind="heading", line=line, runs=runs, level=int(token.tag[1]))
        elif kind == "paragraph_open":
            yield self._paragraph(self.tokens[at + 1].content, line)
        elif kind in {"bullet_list_open", "ordered_list_open"}:
            yield from self._list(at, end, 0)
        elif kind == "table_open":
            yield from self._rows(at, end)
        elif kind == "hr":
            yield Piece(kind="rule", line=line)
        elif kind == "html_block":
            html = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), token.content)
            if html.strip():
                yield from read_pieces(html, first_line=line).pieces
        elif token.map and kind != "definition":
            yield Piece(kind="block", line=line, rest=self._kept(self._raw(token).rstrip()))

    def _paragraph(self, content: str, line: int) -> Piece:
        runs = self._runs(content)
        if runs is None:
            return Piece(kind="block", line=line, rest=content)
        heavy = bool(_BOLD_LINE.fullmatch(content.strip()))
        return Piece(kind="paragraph", line=line, runs=runs, heavy=heavy)

    def _list(self, at: int, end: int, depth: int) -> Iterator[Piece]:
        """A list's entries, each followed by those of the lists in it."""
        index = at + 1
        while index < end - 1:
            close = self._end(index)
            yield from self._entry(index, close, depth)
            index = close

    def _entry(self, at: int, end: int, depth: int) -> Iterator[Piece]:
        runs: tuple[Run, ...] = ()
        rest: list[str] = []
        inner: list[Piece] = []
        is_first = True
        index = at + 1
        while index < end - 1:
            token = self.tokens[index]
            close = self._end(index)
            read = None
            if token.type == "paragraph_open" and is_first:
                read = self._runs(self.tokens[index + 1].content)
            if read is not None:
                runs = read
            elif token.type in {"bullet_list_open", "ordered_list_open"}:
                inner.extend(self._list(index, close, depth + 1))
            elif token.map and token.type != "definition":
                rest.append(textwrap.dedent(self._raw(token, whole=False)).strip("\n"))
            is_first = False
            index = close
        line = self._line(self.tokens[at])
        text = self._kept("\n\n".join(part for part in rest if part.strip()))
        if runs or text:
            yield Piece(kind="entry", line=line, runs=runs, level=depth, rest=text)
        yield from inner

    def _rows(self, at: int, end: int) -> Iterator[Piece]:
        """The rows of a table with links; a table without any is kept as it is."""
        rows: list[Piece] = []
        cells: list[tuple[Run, ...]] = []
        line = self._line(self.tokens[at])
        for token in self.tokens[at:end]:
            if token.type == "tr_open":
                cells, line = [], self._line(token)
            elif token.type == "inline":
                cells.append(self._runs(token.content) or ())
            elif token.type == "tr_close":
                rows.append(Piece(kind="row", line=line, cells=tuple(cells)))
        if any(run.url for row in rows for cell in row.cells for run in cell):
            yield from rows
        else:
            yield Piece(
                kind="block",
                line=self._line(self.tokens[at]),
                rest=self._kept(self._raw(self.tokens[at]).rstrip()),
            )

    def _kept(self, markdown: str) -> str:
        """Markdown that is kept as it is, with the definitions that it refers to."""
        return with_definitions(markdown, self.env)

    def _runs(self, content: str) -> tuple[Run, ...] | None:
        return read_runs(content, self.env)

    def _line(self, token: Token) -> int:
        return self.first_line + (token.map[0] if token.map else 0)

    def _raw(self, token: Token, *, whole: bool = True) -> str:
        """The lines of a block; of one in a list not the marker before it."""
        assert token.map is not None
        raw = "".join(self.lines[token.map[0] : token.map[1]])
        return raw if whole else re.sub(r"^[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]+", "", raw, count=1)
