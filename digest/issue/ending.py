"""Text that swallows whatever is written after it: a fence, comment or tag never closed."""

from __future__ import annotations

import re

from digest.issue.inline import block_parser

# What begins an HTML block and what alone ends it (CommonMark 0.31 §4.6, conditions 1 to 5).
_HTML = (
    (re.compile(r"<(?:script|pre|style|textarea)(?:\s|>|$)", re.I), "</"),
    (re.compile(r"<!--"), "-->"),
    (re.compile(r"<\?"), "?>"),
    (re.compile(r"<!\[CDATA\["), "]]>"),
    (re.compile(r"<![A-Za-z]"), ">"),
)


def never_closes(raw: str) -> bool:
    """True when the Markdown ends inside a code fence or an HTML block that needs its end."""
    if not any(mark in raw for mark in ("```", "~~~", "<")):
        return False
    tokens = [token for token in block_parser().parse(raw, {}) if token.level == 0]
    if not tokens or tokens[-1].map is None:
        return False
    last = tokens[-1]
    if last.type == "fence":
        first, end = tokens[-1].map
        lines = re.split(r"\r\n|\r|\n", raw)
        closing = lines[end - 1].strip() if end - 1 > first else ""
        return not closing.startswith(last.markup) or bool(closing.strip(last.markup[0]))
    if last.type != "html_block":
        return False
    text = last.content.strip()
    for begin, finish in _HTML:
        found = begin.match(text)
        if found is not None:
            return finish not in text[found.end() :]
    return False
