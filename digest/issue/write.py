"""An issue as the text of issue.md.

Parts that kept their exact text are written as they were, byte for byte; only new and changed
ones are put into words here. Between a new part and its neighbours stands a blank line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from digest.issue.ending import never_closes
from digest.issue.entry import read_entry, split_list
from digest.issue.escape import escape_inline
from digest.issue.head import head_lines, replace_values, write_head
from digest.issue.inline import ALSO_WORDS, EARLIER_WORDS, block_parser
from digest.issue.lines import (
    count_lines,
    ends_blank,
    line_end,
    split_blank_end,
    split_lines,
    trim_lines,
    with_line_end,
)
from digest.model import Issue, Item, Link, Section, Text
from digest.model.issue import Block

FIELDS = ("title", "byline", "body", "also", "earlier")
"""The parts of an item in the order in which they are written; the title is with its link."""

_PLAIN_TARGET = re.compile(r"(?:[^\s()<>\\&\x00-\x20\x7f]|&(?![#\w]*;))+")
_ENTRY = re.compile(r" {0,3}(?:[-+*]|\d{1,9}[.)])[ \t]+")
_WORD = re.compile(r"[^\W_]+")
_NO_TARGET = re.compile(r"[\x00-\x1f\x7f]+")


class _Piece(NamedTuple):
    """Text to be written; ``line`` is where it stood when it has kept its exact text."""

    text: str
    line: int | None = None
    is_list: bool = False


def write_issue(issue: Issue) -> str:
    """The document. What :func:`parse_issue` read is given back byte for byte."""
    raws = (piece.text for piece in _pieces(issue) if piece.line is not None)
    end = line_end("".join(_first_lines(raws)))
    written = ""
    parts: list[str] = []
    before: _Piece | None = None
    for piece in _pieces(issue):
        text = piece.text if piece.line is not None else with_line_end(piece.text, end)
        if not text:
            continue
        if before is not None and not _stood_together(before, piece):
            if before.is_list and piece.is_list and _is_tight(parts):
                content, blank = split_blank_end(written)
                parts[-1] = written = content + (line_end(blank) if blank else end)
            gap = _gap(written, end, tight=before.is_list and piece.is_list)
            parts.append(gap)
        parts.append(text)
        written, before = text, piece
    return "".join(parts)


def change_item(item: Item, **changes: Any) -> Item:
    """The item with some fields changed; of its exact text only those fields' lines go.

    A list entry is written anew.
    """
    changed = replace(item, **changes)
    if item.raw is None:
        return changed
    if not item.raw_fields or changed.form != "heading":
        return replace(changed, raw=None, raw_fields=())
    fields = [
        name
        for name in FIELDS
        if field_text(changed, name) != field_text(item, name)
        or (name == "title" and "key" in changes)
    ]
    raw_fields = item.raw_fields
    for name in fields:
        raw_fields = _replace_field(raw_fields, name, field_text(changed, name), line_end(item.raw))
    return replace(
        changed, raw="".join(text for _, text in raw_fields), raw_fields=tuple(raw_fields)
    )


def add_links(item: Item, links: tuple[Link, ...]) -> Item | None:
    """The item with further links in "Also covered by"; every line that it has stays.

    None where they cannot be written without touching other lines.
    """
    if item.raw is None or (item.raw_fields and says_only(item, "also")):
        return change_item(item, also=(*item.also, *links))
    end = line_end(item.raw)
    changed = replace(item, also=(*item.also, *links))
    if item.raw_fields:
        at = len(item.raw_fields)
        while at > 1 and never_closes(item.raw_fields[at - 1][1]):
            at -= 1
        fields = _insert_field(item.raw_fields, at, ("also", _also_text(links)), end)
        return replace(changed, raw="".join(text for _, text in fields), raw_fields=fields)
    marker = _ENTRY.match(item.raw)
    if marker is None:
        return None
    content, blank = split_blank_end(item.raw)
    indent = " " * len(marker[0].expandtabs(4))
    raw = f"{content}{end}{end}{indent}{_also_text(links)}{blank or end}"
    # Code or HTML that is still open there would take the line in.
    return replace(changed, raw=raw) if _read_alone(raw) == _read_alone(item.raw, links) else None


def _read_alone(raw: str, links: tuple[Link, ...] = ()) -> Item | None:
    """The list entry that the text is, with further links; None when it is anything else."""
    tokens = block_parser().parse(raw, {})
    if not tokens:
        return None
    lines = split_lines(raw)
    entries = split_list(tokens, 0, 0, len(lines))
    item = read_entry(entries[0], lines, {}) if len(entries) == 1 else None
    return replace(item, also=(*item.also, *links)) if item is not None else None


def says_only(item: Item, name: str) -> bool:
    """True when the lines of a field are what digest would write for it.

    Anything more, a comment beside a headline or other marks around a byline, was typed, and
    must not be written over. The fields of a list entry share its lines.
    """
    if item.raw is None:
        return True
    if not item.raw_fields:
        return trim_lines(item.raw) == trim_lines(write_item(item))
    raw = "".join(text for field, text in item.raw_fields if field == name)
    return trim_lines(raw) == field_text(item, name)


def words(text: str) -> list[str]:
    """The words of Markdown, without its marks: what a person would say was typed."""
    return _WORD.findall(text)


def change_head(issue: Issue, **changes: str) -> Issue:
    """The issue with some values of its front matter changed, line by line."""
    raw = issue.raw_head
    if raw is not None and raw.strip("\ufeff"):
        raw = replace_values(raw, changes)
    elif raw is not None and changes:
        mark = "\ufeff" if raw.startswith("\ufeff") else ""
        raw = mark + write_head(replace(issue, **changes))  # type: ignore[arg-type]
    return replace(issue, **changes, raw_head=raw)  # type: ignore[arg-type]


def write_item(item: Item) -> str:
    """An item by itself, in its form, with a line feed at its end."""
    return _list_entry(item) if item.form == "list" else _heading_item(item)


def write_heading(section: Section) -> str:
    """A section's heading, without a line end."""
    attributes = f" {{{section.attributes}}}" if section.attributes else ""
    return f"## {section.heading}{attributes}"


def _pieces(issue: Issue) -> Iterator[_Piece]:
    head = issue.raw_head
    lines = head_lines(head or "")
    yield _Piece(write_head(issue), None) if head is None else _Piece(head, 1 if lines else 0)
    introduction = issue.raw_introduction
    if introduction is None:
        yield _Piece(f"{issue.introduction}\n" if issue.introduction else "")
    else:
        yield _Piece(introduction, 1 + lines)
    for section in issue.sections:
        yield _section_piece(section)
        for block in section.blocks:
            yield _block_piece(block)


def _section_piece(section: Section) -> _Piece:
    if section.raw is not None:
        return _Piece(section.raw, section.place.first_line if section.place else 0)
    return _Piece(f"{write_heading(section)}\n")


def _block_piece(block: Block) -> _Piece:
    is_list = isinstance(block, Item) and block.form == "list"
    if block.raw is not None:
        return _Piece(block.raw, block.place.first_line if block.place else 0, is_list)
    if isinstance(block, Text):
        return _Piece(f"{block.markdown}\n" if block.markdown else "")
    return _Piece(write_item(block), None, is_list)


def _first_lines(raws: Iterable[str]) -> Iterator[str]:
    """Enough of the kept text to see its line end."""
    for raw in raws:
        if "\n" in raw or "\r" in raw:
            yield raw
            return


def _stood_together(before: _Piece, piece: _Piece) -> bool:
    """True when both kept their exact text and one followed the other."""
    if before.line is None or piece.line is None:
        return False
    return before.line + count_lines(before.text) == piece.line


def _gap(written: str, end: str, *, tight: bool) -> str:
    """What must come between: the end of the last line, and a blank one."""
    gap = "" if written.endswith(("\n", "\r")) else end
    if tight or (not gap and ends_blank(written)):
        return gap
    return gap + end


def _is_tight(parts: list[str]) -> bool:
    """True when the entry before the last stands close to it."""
    return bool(parts) and not (len(parts) > 1 and ends_blank(parts[-2]) and _is_entry(parts[-2]))


def _is_entry(text: str) -> bool:
    return _ENTRY.match(text) is not None


def _heading_item(item: Item) -> str:
    texts = (field_text(item, name) for name in FIELDS)
    return "\n\n".join(text for text in texts if text) + "\n"


def field_text(item: Item, name: str) -> str:
    """One of FIELDS as it is written in an item's heading form, "" when it is empty."""
    if name == "title":
        return f"### {_linked_title(item)}"
    if name == "byline":
        return f"*{item.byline}*" if item.byline else ""
    if name == "body":
        return item.body
    return _also_text(item.also) if name == "also" else _earlier_text(item.earlier)


def _linked_title(item: Item) -> str:
    comment = f" <!-- {item.key} -->" if item.key.startswith("digest:") else ""
    if item.url is None:
        return f"{item.title}{comment}"
    return f"[{item.title}]({_target(item.url)}){comment}"


def _target(url: str) -> str:
    """A link's target as Markdown."""
    if _PLAIN_TARGET.fullmatch(url) or _is_balanced(url):
        return url
    escaped = re.sub(r"[\\<>]|&(?=[#\w]*;)", r"\\\g<0>", _NO_TARGET.sub("", url))
    return f"<{escaped}>"


def _is_balanced(url: str) -> bool:
    """True for an address with parentheses, like an encyclopedia's, that need no brackets."""
    if not _PLAIN_TARGET.fullmatch(url.replace("(", "").replace(")", "")):
        return False
    depth = 0
    for character in url:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if not 0 <= depth <= 30:
            return False
    return depth == 0


def _also_text(also: tuple[Link, ...]) -> str:
    if not also:
        return ""
    return f"{ALSO_WORDS} {', '.join(_also_link(link) for link in also)}"


def _earlier_text(earlier: tuple[Link, ...]) -> str:
    if not earlier:
        return ""
    return f"{EARLIER_WORDS} {', '.join(_also_link(link) for link in earlier)}"


def _also_link(link: Link) -> str:
    name = escape_inline(link.name)
    if link.url is None:
        return name.replace(",", "\\,")
    return f"[{name}]({_target(link.url)})"


def _list_entry(item: Item) -> str:
    """``- [title](url) — *byline* · text``, with further paragraphs indented."""
    first, _, others = item.body.partition("\n\n")
    line = f"- {_linked_title(item)}"
    if item.byline:
        line += f" — *{item.byline}*"
    if not _goes_beside(first, item.byline):
        others = item.body
    elif first:
        line += f" · {first}" if item.byline else f" — {first}"
    paragraphs = [line, others, _also_text(item.also), _earlier_text(item.earlier)]
    text = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return (
        "\n".join(f"  {row}" if row and at else row for at, row in enumerate(text.split("\n")))
        + "\n"
    )


def _goes_beside(first: str, byline: str) -> bool:
    """True for text that means the same on the line of a list entry's link."""
    if first[:1].isalpha() and "\n" not in first and "|" not in first:
        return True
    if not byline and first[:1] in {"*", "_"}:
        return False  # it would be read as the byline
    blocks = [token.type for token in block_parser().parse(first, {}) if token.level == 0]
    return blocks in ([], ["paragraph_open", "paragraph_close"])


def _replace_field(
    fields: tuple[tuple[str, str], ...], name: str, text: str, end: str
) -> tuple[tuple[str, str], ...]:
    """The fields with one written anew, put in, or taken out."""
    at = [position for position, field in enumerate(fields) if field[0] == name]
    written = with_line_end(text, end)
    if at:
        blank = split_blank_end(fields[at[0]][1])[1]
        if not text:
            kept = [field for field in fields if field[0] != name]
            if fields[-1][0] == name and kept:
                above = split_blank_end(kept[-1][1])[0]
                kept[-1] = (kept[-1][0], above + split_blank_end(fields[-1][1])[1])
            return tuple(kept)
        rest = tuple(field for field in fields[at[0] + 1 :] if field[0] != name)
        new = (name, _before(rest, written + blank, end))
        return (*fields[: at[0]], new, *rest)
    if not text:
        return fields
    order = FIELDS.index(name)
    place = max(position for position, field in enumerate(fields) if FIELDS.index(field[0]) < order)
    while place and never_closes(fields[place][1]):
        place -= 1
    return _insert_field(fields, place + 1, (name, written), end)


def _insert_field(
    fields: tuple[tuple[str, str], ...], at: int, field: tuple[str, str], end: str
) -> tuple[tuple[str, str], ...]:
    """The fields with one more in front of number ``at``, which is not the first."""
    name, text = fields[at - 1]
    content, blank = split_blank_end(text)
    rest = fields[at:]
    added = (field[0], _before(rest, field[1] + (blank or end), end))
    return (*fields[: at - 1], (name, content + end + end), added, *rest)


def _before(rest: Sequence[tuple[str, str]], text: str, end: str) -> str:
    """New text of a field, with a blank line where others follow: they must not run into it."""
    return text if not rest or ends_blank(text) else text + end
