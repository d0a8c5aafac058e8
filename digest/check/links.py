"""Where the links lead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from digest.check.catalogue import finding
from digest.check.subject import Subject
from digest.model import Finding
from digest.urls import canonical_url

if TYPE_CHECKING:
    from markdown_it.token import Token

_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
_SAFE = frozenset(["http", "https", "mailto"])
_ATTRIBUTE = re.compile(r"\b(?:href|src)\s*=\s*[\"']?([^\s\"'>]+)")


def check_targets(subject: Subject) -> Iterator[Finding]:
    """unsafe-link, relative-link: in issue.md, and in what the theme adds."""
    for item in subject.issue.items:
        for url in (item.url, *(link.url for link in item.also)):
            code = _fault(url or "https:")
            if code:
                yield finding(code, f"the link leads to {url}", item.place)
    for piece, tokens in subject.tokens:
        for url in _targets(tokens):
            code = _fault(url)
            if code:
                yield finding(code, f"the link leads to {url or 'nowhere'}", piece.line_of(url))
    for url in subject.tree.xpath("//a/@href | //@src"):
        code = _fault(url)
        if code:
            yield finding(code, f"the link leads to {url or 'nowhere'}", subject.find(url))


def check_duplicates(subject: Subject) -> Iterator[Finding]:
    """duplicate-link."""
    seen: dict[str, str] = {}
    for item in subject.issue.items:
        url = canonical_url(item.url) if item.url else None
        if url is None or item.key.startswith("digest:"):
            continue  # several articles without pages may share their source's
        if url in seen:
            message = f"{item.title!r} leads where {seen[url]!r} leads already"
            yield finding("duplicate-link", message, item.place)
        else:
            seen[url] = item.title


def _targets(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("html_block", "html_inline"):
            yield from _ATTRIBUTE.findall(token.content)
        elif token.type in ("link_open", "image"):
            yield str(token.attrGet("href") or token.attrGet("src") or "")
        yield from _targets(token.children or ())


def _fault(url: str) -> str:
    scheme = _SCHEME.match(url)
    if scheme is None:
        return "relative-link"
    return "" if scheme[1].lower() in _SAFE else "unsafe-link"
