"""The pieces of a line: a link at its beginning, an emphasised byline, a list of links.

Everything is read by markdown-it's own rules; the patterns before them only recognise the
plain cases, which is nearly every line of a real issue, ten times faster.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from digest.issue.escape import one_line
from digest.issue.quick import quick_block
from digest.model import Link

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

ALSO_WORDS = "Also covered by:"
"""How the paragraph with other reports on the same event begins, in any language."""

EARLIER_WORDS = "Earlier:"
"""How the paragraph with what an item follows begins, in any language."""

Env = dict[str, Any]
"""What markdown-it remembers of a document: its reference definitions."""

MAX_INLINE = 20_000
"""Characters; a longer line is never a headline, and is not searched for links."""

_LABEL = r"(?:[^\[\]\\`<\x00-\x1f]|\\[^\x00-\x1f])*"
_TARGET = r"https?://(?:[^\s()<>\\&\x00-\x20\x7f]|&(?![#\w]*;))+"
_PLAIN_LINK = re.compile(rf"\[({_LABEL})\]\(({_TARGET})\)")
_AUTOLINK = re.compile(r"<(https?://[^\s<>\x00-\x20]+)>")
_PLAIN_EMPHASIS = re.compile(r"\*(?![\s*])((?:[^*_\\`\[\]<&!\n])*[^*_\\`\[\]<&!\s])\*(?=\s|$)")
_MARKERS = re.compile(r"[*_]{1,3}|~~")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_IDENTITY = re.compile(r"<!--\s*(digest:\S+?)\s*-->")
_ALSO = re.compile(r"also covered by:\s*", re.IGNORECASE)
_EARLIER = re.compile(r"earlier:\s*", re.IGNORECASE)
_ALSO_TEXT = re.compile(r"(?:[^,\[\\]|\\.)+", re.DOTALL)
_SEPARATOR = re.compile(r"\s*[—–:·-]\s+|\s+")
_COMMA = re.compile(r"\s*,\s*")
_SPECIAL = re.compile(r"[\\`*_\[\]<&!~\n]")


class Found(NamedTuple):
    """A link: its words as Markdown, its target, and where it ends in the text."""

    label: str
    url: str
    end: int


@cache
def block_parser() -> MarkdownIt:
    """CommonMark with tables, blocks only: inline content is read where it is needed."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"inline_definitions": True}).enable(["table"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    parser.block.ruler.before("table", "quick", quick_block, {"alt": []})
    return parser


@cache
def inline_parser() -> MarkdownIt:
    """CommonMark with strikethrough, for inline content."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["strikethrough"])


def parse_inline(text: str, env: Env) -> list[Token]:
    """The tokens of one stretch of inline Markdown."""
    tokens: list[Token] = []
    parser = inline_parser()
    parser.inline.parse(text, parser, env, tokens)
    return tokens


def read_link(text: str, start: int, env: Env) -> Found | None:
    """The link that begins at ``start``, written in whatever way CommonMark has."""
    plain = _PLAIN_LINK.match(text, start)
    if plain is not None:
        return Found(plain[1].strip(), plain[2], plain.end())
    if len(text) > MAX_INLINE or start >= len(text):
        return None
    if text[start] == "<":
        auto = _AUTOLINK.match(text, start)
        return None if auto is None else Found(auto[1], auto[1], auto.end())
    if text[start] != "[":
        return None
    from markdown_it.rules_inline import StateInline, link

    parser = inline_parser()
    state = StateInline(text, parser, env, [])
    state.pos = start
    if not link(state, False):
        return None
    label_end = parser.helpers.parseLinkLabel(StateInline(text, parser, env, []), start, True)
    href = str(state.tokens[0].attrs.get("href", ""))
    return Found(
        text[start + 1 : label_end].strip(), _target(text, label_end + 1) or href, state.pos
    )


def _target(text: str, at: int) -> str:
    """The target of an inline link as it is written, before percent-encoding."""
    if not text.startswith("(", at):
        return ""
    at += 1
    while at < len(text) and text[at] in " \t\n":
        at += 1
    result = inline_parser().helpers.parseLinkDestination(text, at, len(text))
    return result.str if result.ok else ""


def read_leading_link(text: str, env: Env) -> Found | None:
    """The link that the text begins with; emphasis around the whole link goes into its words."""
    if text[:1] in {"[", "<"}:
        return read_link(text, 0, env)
    markers = _MARKERS.match(text)
    if markers is None:
        return None
    found = read_link(text, markers.end(), env)
    marker = markers[0]
    if found is None or not text.startswith(marker, found.end):
        return None
    return Found(f"{marker}{found.label}{marker}", found.url, found.end + len(marker))


def has_link(text: str, env: Env) -> bool:
    """True when a link stands anywhere in the text."""
    if "[" not in text and "<" not in text:
        return False
    return any(token.type == "link_open" for token in parse_inline(text, env))


def read_identity(text: str, env: Env) -> tuple[str, int, int] | None:
    """The identity comment in the text: its key, where it starts and where it ends."""
    for comment, start, end in _comments(text, env):
        found = _IDENTITY.fullmatch(comment)
        if found is not None:
            return found[1], start, end
    return None


def without_comments(text: str, env: Env) -> str:
    """The text without HTML comments, which readers never see."""
    kept = ""
    at = 0
    for _, start, end in _comments(text, env):
        kept += f"{text[at:start].rstrip()} "
        at = end
    return (kept + text[at:].lstrip()).strip() if at else text.strip()


def _comments(text: str, env: Env) -> list[tuple[str, int, int]]:
    """The HTML comments in the text, where each starts and where it ends.

    Inside code or after a backslash they are words.
    """
    if "<!--" not in text:
        return []
    if not any(mark in text for mark in "`\\["):
        return [(each[0], each.start(), each.end()) for each in _COMMENT.finditer(text)]
    found: list[tuple[str, int, int]] = []
    at = 0
    for token in parse_inline(text, env):
        start = text.find(token.content, at) if token.type == "html_inline" else -1
        if start >= 0 and _COMMENT.fullmatch(token.content):
            at = start + len(token.content)
            found.append((token.content, start, at))
    return found


def read_emphasis(text: str, env: Env, *, whole: bool) -> tuple[str, int] | None:
    """The emphasised words that the text begins with, and where they end.

    With ``whole``, only when nothing else stands in the text.
    """
    plain = _PLAIN_EMPHASIS.match(text)
    if plain is not None and (not whole or plain.end() == len(text)):
        return plain[1], plain.end()
    if text[:1] not in {"*", "_"} or len(text) > MAX_INLINE:
        return None
    ends = [len(text)] if whole else _ends(text)
    for end in ends:
        if end > 2 and text[end - 1] == text[0] and _is_emphasis(parse_inline(text[:end], env)):
            return text[1 : end - 1], end
    return None


def _ends(text: str) -> list[int]:
    """The first places where an emphasis may end; a byline with more marks is none."""
    found = re.finditer(re.escape(text[0]) + r"(?=\W|_|$)", text[1:2_000])
    return [match.end() + 1 for match, _ in zip(found, range(12), strict=False)]


def _is_emphasis(tokens: Sequence[Token]) -> bool:
    tokens = [token for token in tokens if token.type != "text" or token.content]
    if len(tokens) < 3 or tokens[0].type != "em_open":
        return False
    depth = 0
    for position, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            return position == len(tokens) - 1
    return False


def read_also(text: str, env: Env) -> tuple[Link, ...] | None:
    """The links of an "Also covered by:" paragraph; None when it is, or holds, anything else."""
    begin = _ALSO.match(text)
    if begin is None or len(text) > MAX_INLINE:
        return None
    links: list[Link] = []
    at = begin.end()
    while True:
        found = read_link(text, at, env)
        if found is not None:
            links.append(Link(name=plain_words(found.label, env), url=found.url))
            at = found.end
        else:
            words = _ALSO_TEXT.match(text, at)
            name = plain_words(words[0].strip(), env) if words else ""
            if words is None or not name:
                return None
            links.append(Link(name=name))
            at = words.end()
        comma = _COMMA.match(text, at)
        if comma is None:
            return tuple(links) if at == len(text) else None
        at = comma.end()


def read_earlier(text: str, env: Env) -> tuple[Link, ...] | None:
    """The links of an "Earlier:" paragraph; None when it is, or holds, anything else.

    Words without a link are none: many a text begins with "Earlier:".
    """
    begin = _EARLIER.match(text)
    if begin is None or len(text) > MAX_INLINE:
        return None
    links: list[Link] = []
    at = begin.end()
    while (found := read_link(text, at, env)) is not None:
        links.append(Link(name=plain_words(found.label, env), url=found.url))
        if found.end == len(text):
            return tuple(links)
        comma = _COMMA.match(text, found.end)
        if comma is None:
            return None
        at = comma.end()
    return None


def plain_words(markdown: str, env: Env) -> str:
    """Inline Markdown as the words that readers see."""
    if not _SPECIAL.search(markdown):
        return one_line(markdown)
    if not re.search(r"[`*_\[\]<&!~\n]", re.sub(r"\\.", "", markdown)):
        from markdown_it.common.utils import unescapeAll

        return one_line(unescapeAll(markdown))
    words = (
        " " if token.type in {"softbreak", "hardbreak"} else token.content
        for token in parse_inline(markdown, env)
        if token.type != "html_inline"
    )
    return one_line("".join(words))


def skip_separator(text: str) -> str:
    """The rest of a list entry after the dash, colon or dot that sets it off."""
    found = _SEPARATOR.match(text)
    return text[found.end() :] if found else text
