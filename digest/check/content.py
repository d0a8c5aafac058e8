"""What the issue says: its items, its sections, its Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from digest.check.catalogue import finding
from digest.check.subject import Piece, Subject, tokens_of
from digest.model import Finding, Item, Place, Text

if TYPE_CHECKING:
    from markdown_it.token import Token

_LEFT_OVER = re.compile(
    r"\{\{.{0,80}?\}\}+|\{%.{0,80}?%\}|\*\|.{1,60}?\|\*|<%.{0,80}?%>|%%[A-Za-z_.]{1,40}%%"
    r"|%recipient\.[A-Za-z_]{1,40}%|\$\{[A-Za-z_.]{1,40}\}"
    r"|https://digest\.invalid/tag/[a-z0-9_-]*|DIGEST_TAG_[a-z0-9]*_?",
    re.DOTALL,
)
# Tags of providers that could be somebody's code: not looked for where code stands.
_MERGE_TAG = re.compile(
    r"\{\$[A-Za-z_][\w.]{0,40}\}|#\{[A-Za-z_][\w.]{0,40}\}|\[\[[A-Za-z_][^\[\]\n]{0,60}\]\]"
    r"|\[(?:unsubscribe(?:_?link|_?url)?|web_?version|f_?name|first_?name|last_?name)\]"
    r"|\[[A-Z_]{2,30}, ?fallback=[^\[\]\n]{0,40}\]|%[A-Z][A-Z_]{3,30}%",
)
_STARRED = re.compile(r"\*\|[^|\n]{1,60}\|\*")
# An escaped sign stands as NUL: meant to be seen, whatever it is.
_SIGNS = (
    (re.compile(r"\]\([^)\n]{0,60}"), "a link that is not complete"),
    (re.compile(r"\[[^\[\]\n]{1,60}\]\[[^\[\]\n]{0,60}\]"), "a link to an undefined reference"),
    (re.compile(r"\*\*(?=\w)[^*\n]{0,30}|\w\*\*"), "emphasis that does not end"),
    (re.compile(r"(?<!\S)\*(?=\w)[^*\n]{0,30}"), "emphasis that does not end"),
    (re.compile(r"(?<!\w)__(?=\w)[^_\n]{0,30}"), "emphasis that does not end"),
    (re.compile(r"\[[^\]\n]{0,30}\Z"), "a bracket that does not close"),
)


def check_items(subject: Subject) -> Iterator[Finding]:
    """no-items, item-without-link, item-without-title."""
    if not subject.issue.items:
        yield finding("no-items", "there is no item to read", Place(file=subject.file))
    for section in subject.issue.sections:
        if section.kind == "hold":
            continue
        for block in section.blocks:
            if isinstance(block, Item):
                yield from _check_item(block)
            elif section.kind == "topic":
                yield from _check_headings(block)


def check_sections(subject: Subject) -> Iterator[Finding]:
    """empty-section."""
    for section in subject.issue.sections:
        if section.kind != "hold" and not section.blocks:
            yield finding(
                "empty-section", f"nothing stands under {section.heading!r}", section.place
            )


def check_markdown(subject: Subject) -> Iterator[Finding]:
    """broken-markdown."""
    for piece, tokens in subject.tokens:
        for token in tokens:
            if token.type == "inline":
                yield from _check_signs(piece, _visible(token.children or []))


def check_leftovers(subject: Subject) -> Iterator[Finding]:
    """leftover-template."""
    html = re.sub(r"<style\b.*?</style>", "", subject.rendered.html, flags=re.DOTALL)
    seen: dict[str, Place | None] = {}
    texts = (subject.rendered.subject, subject.tree.text_content(), html, subject.rendered.text)
    for text in texts:
        seen.update((match[0], None) for match in _LEFT_OVER.finditer(text))
    for text in (subject.rendered.subject, subject.issue.preheader):
        seen.update((match[0], None) for match in _MERGE_TAG.finditer(text))
    for words, where in _merge_tags(subject):
        seen.setdefault(words, where)
    for words, place in seen.items():
        if not any(words != other and words in other for other in seen):
            where = place or subject.find(words)
            yield finding("leftover-template", f"left over: {words}", where)


def _merge_tags(subject: Subject) -> Iterator[tuple[str, Place | None]]:
    for piece, tokens in subject.tokens:
        for token in tokens:
            if token.type == "inline":
                text = _visible(token.children or [])
                # In Markdown the stars of *|FNAME|* are emphasis, and gone when it is rendered.
                for match in (*_MERGE_TAG.finditer(text), *_STARRED.finditer(token.content)):
                    yield match[0], piece.line_of(match[0])


def _check_item(item: Item) -> Iterator[Finding]:
    if not item.url:
        yield finding("item-without-link", f"item has no link: {item.title}", item.place)
    if not item.title.strip():
        yield finding("item-without-title", "item has no title", item.place)


def _check_headings(text: Text) -> Iterator[Finding]:
    if "###" not in text.markdown:
        return
    piece = Piece(markdown=text.markdown, place=text.place, raw=text.raw or text.markdown)
    tokens = tokens_of(piece, {})
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.tag == "h3":
            where = piece.line_of(inline.content)
            yield finding("item-without-link", f"item has no link: {inline.content}", where)


def _visible(children: Sequence[Token]) -> str:
    """The running text that readers see, code as blanks and escaped signs as NUL."""
    pieces: list[str] = []
    for child in children:
        if child.type == "text":
            pieces.append(child.content)
        elif child.type == "text_special":
            pieces.append("\0")
        elif child.type in ("softbreak", "hardbreak"):
            pieces.append("\n")
        elif child.type == "code_inline":
            pieces.append(" ")
    return "".join(pieces)


def _check_signs(piece: Piece, text: str) -> Iterator[Finding]:
    if not any(sign in text for sign in "[]*_"):
        return
    for pattern, what in _SIGNS:
        match = pattern.search(text)
        if match:
            words = match[0].strip("\0")
            yield finding(
                "broken-markdown", f"{what}: {words.strip()}", piece.line_of(words.split("\0")[0])
            )
            return
