"""Plain text as Markdown that shows exactly that text.

Only what CommonMark, tables and strikethrough would take for markup gets a backslash, so that
the editor reads words and not backslashes.
"""

from __future__ import annotations

import re

_WHITE = re.compile(r"[\x00-\x20\x7f\x85\u2028\u2029]+")
_MANY_OR_ODD = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]|\x20\x20")
_MARKUP = re.compile(
    r"""[\\`*\[\]]                                   # escapes, code, emphasis, links
      | (?<![^\W_])_ | _(?![^\W_])                   # emphasis; inside a word "_" is only itself
      | ~(?=~) | (?<=~)~                             # strikethrough
      | <(?=[A-Za-z/!?])                             # HTML, autolinks
      | &(?=(?:\#[0-9]+|\#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);)   # entities
    """,
    re.VERBOSE,
)
_BLOCK_START = re.compile(
    r"""(?P<mark>[-+=>\#~:|])                         # list, setext, quote, heading, fence, table
      | (?P<number>\d{1,9})(?P<dot>[.)])(?=\s|$)     # numbered list
    """,
    re.VERBOSE,
)
_ALSO = re.compile(r"(also covered by)(?=\s*:)", re.IGNORECASE)


def one_line(text: str) -> str:
    """The text on one line, without control characters and double blanks."""
    # Looking for what is to be mended is three times as fast as mending every blank.
    return _WHITE.sub(" ", text).strip() if _MANY_OR_ODD.search(text) else text.strip()


def escape_inline(text: str) -> str:
    """One line of plain text as Markdown for a title, a name or a byline."""
    return _MARKUP.sub(r"\\\g<0>", one_line(text))


def escape_heading(text: str) -> str:
    """Plain text as the words of a ``##`` heading: no closing ``#`` and no attributes either."""
    escaped = escape_inline(text)
    if escaped.endswith("#"):
        escaped = re.sub(r"#(?=#*$)", r"\\#", escaped)
    if escaped.endswith("}"):
        start = escaped.rfind("{")
        escaped = f"{escaped[:start]}\\{escaped[start:]}" if start >= 0 else escaped
    return escaped


def escape_unlinked(text: str) -> str:
    """Plain text as an item's title that is no link, after the marks of a heading or a list."""
    return _without_block_start(escape_heading(text))


def escape_paragraphs(text: str) -> str:
    """Plain text as Markdown paragraphs; blank lines in it separate them."""
    paragraphs = (_paragraph(part) for part in re.split(r"\n[^\S\n]*\n", text))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _paragraph(text: str) -> str:
    return _without_block_start(_ALSO.sub(r"\1\\", escape_inline(text), count=1))


def _without_block_start(escaped: str) -> str:
    """Words that would begin a list, a quote or a heading as words."""
    start = _BLOCK_START.match(escaped)
    if start is None:
        return escaped
    if start["mark"]:
        return "\\" + escaped
    return f"{start['number']}\\{escaped[start.end('number') :]}"
