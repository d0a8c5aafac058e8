"""Where the links lead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.check.catalogue import finding
from digest.check.subject import Subject
from digest.model import Finding
from digest.urls import canonical_url

_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
_SAFE = frozenset(["http", "https", "mailto"])
_TARGET = re.compile(
    r"\]\(\s*<?([^\s)>]+)|^ {0,3}\[[^\]\n]+\]:\s*<?([^\s>]+)"
    r"|\b(?:href|src)\s*=\s*[\"']?([^\s\"'>]+)",
    re.MULTILINE,
)
_CODE = re.compile(r"`+[^`\n]*`+")


def check_targets(subject: Subject) -> Iterator[Finding]:
    """unsafe-link, relative-link: in issue.md, and in what the theme adds."""
    for item in subject.issue.items:
        for url in (item.url, *(link.url for link in item.also)):
            code = _fault(url or "https:")
            if code:
                yield finding(code, f"the link leads to {url}", item.place)
    for piece in subject.pieces:
        if piece.inline and "]" not in piece.markdown and "<" not in piece.markdown:
            continue
        for match in _TARGET.finditer(_CODE.sub("", piece.markdown)):
            url = match[1] or match[2] or match[3]
            code = _fault(url)
            if code:
                yield finding(code, f"the link leads to {url}", piece.line_of(url))
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


def _fault(url: str) -> str:
    scheme = _SCHEME.match(url)
    if scheme is None:
        return "relative-link"
    return "" if scheme[1].lower() in _SAFE else "unsafe-link"
