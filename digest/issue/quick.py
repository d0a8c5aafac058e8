"""Paragraphs and headings of one line, read without asking every rule of CommonMark.

Nearly every block of an issue is such a line with a blank one after it. Asked in its order, each
of markdown-it's rules looks at it before the one that takes it: a third of the time of a merge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock


def quick_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A rule of markdown-it's block parser, asked first; False leaves the line to the others.

    A line that begins with a letter, or an asterisk before one, is a paragraph when nothing
    follows it: it opens no list, quotation, code or HTML, and tables and underlined headings
    need a second line.
    """
    following = start + 1
    if silent or state.is_code_block(start):
        return False
    if following < state.lineMax and not state.isEmpty(following):
        return False
    first = state.bMarks[start] + state.tShift[start]
    begin = state.src[first : first + 2]
    if begin[:1] == "#":
        from markdown_it.rules_block import heading

        return heading(state, start, end, False)
    if begin[:1].isalpha() or (begin[:1] == "*" and begin[1:].isalpha()):
        from markdown_it.rules_block import paragraph

        return paragraph(state, start, end, False)
    return False
