"""Stylesheets as premailer can take them: what browsers skip is left out before it sees it.

cssutils falls over some mistakes (an at-rule in an at-rule, a bracket that does not close), and
no typing mistake in a user's stylesheet may stop an issue: `digest check` names it with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from digest.render.idle import is_plain

_COMMENT_OR_SHEET = re.compile(
    r"<!--.*?-->|(<style\b[^>]*>)(.*?)</style>", re.DOTALL | re.IGNORECASE
)
_KEPT = re.compile(r"""\bdata-premailer\s*=\s*["']?ignore""", re.IGNORECASE)


def with_sound_rules(html: str) -> str:
    """``html`` whose ``<style>`` elements hold nothing but rules and ``@media`` around rules.

    Those that premailer leaves alone, and those in a conditional comment, are kept byte for byte.
    Stylesheets without a mistake give the same document as before.
    """

    def mended(found: re.Match[str]) -> str:
        opening, css = found[1], found[2]
        if not opening or not css.strip() or _KEPT.search(opening) or is_plain(css):
            return found[0]
        return f"{opening}{sound(css)}</style>"

    return _COMMENT_OR_SHEET.sub(mended, html)


def sound(css: str) -> str:
    """The rules of a stylesheet that can be read, and those in its ``@media``; no others."""
    from tinycss2 import parse_stylesheet

    return "".join(_rules(parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))


def _rules(nodes: Sequence[Any], *, inside: bool = False) -> Iterator[str]:
    from tinycss2 import parse_rule_list, serialize

    for node in nodes:
        if node.type == "qualified-rule":
            selector, declarations = serialize(node.prelude).strip(), _declarations(node.content)
            if selector and declarations and _is_value(node.prelude):
                yield f"{selector}{{{declarations}}}\n"
        elif node.type == "at-rule" and node.lower_at_keyword == "media" and not inside:
            if node.content is None:
                continue
            inner = parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            rules, condition = "".join(_rules(inner, inside=True)), serialize(node.prelude).strip()
            if rules and condition:
                yield f"@media {condition}{{{rules}}}\n"


def _declarations(content: Any) -> str:
    from tinycss2 import parse_blocks_contents, serialize

    return ";".join(
        serialize([node]).strip().rstrip(";")
        for node in parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
        if node.type == "declaration" and _is_value(node.value)
    )


def _is_value(tokens: Sequence[Any]) -> bool:
    """Whether a value, or a selector, can be one: not empty, closed, without a block of its own."""
    seen = False
    for token in tokens:
        if token.type in ("error", "at-keyword", "{} block"):
            return False
        if token.type == "literal" and token.value in ("!", ";"):
            return False
        inner = getattr(token, "arguments", None) or getattr(token, "content", None)
        if inner and not _is_value(inner):
            return False
        seen = seen or token.type not in ("whitespace", "comment")
    return seen
