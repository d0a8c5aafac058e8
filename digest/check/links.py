"""Where the links lead."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from digest.check.catalogue import finding
from digest.check.subject import Subject
from digest.model import Finding
from digest.urls import canonical_url, host_label

if TYPE_CHECKING:
    from markdown_it.token import Token

_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
_SAFE = frozenset(["http", "https", "mailto"])
_PRIVATE = re.compile(r"localhost|.*\.(?:localhost|local|internal|intranet|lan|home|corp|test)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_SHORTENING = """
    bit.ly tinyurl.com t.co goo.gl ow.ly is.gd buff.ly cutt.ly rebrand.ly rb.gy shorturl.at
    tiny.cc t.ly bl.ink lnkd.in fb.me dlvr.it trib.al v.gd soo.gd s.id
"""
_SHORTENERS = frozenset(_SHORTENING.split())
_ATTRIBUTE = re.compile(r"\b(?:href|src)\s*=\s*[\"']?([^\s\"'>]+)")


def check_targets(subject: Subject) -> Iterator[Finding]:
    """unsafe-link, relative-link, anchor-without-target: of issue.md and of the theme."""
    for item in subject.issue.items:
        for url in (item.url, *(link.url for link in item.also)):
            code = _fault(url or "https:")
            if code:
                yield finding(code, f"the link leads to {url}", item.place)
    for piece, tokens in subject.tokens:
        for url in _targets(tokens):
            code = _fault(url)
            if code and not _is_found(subject, url):
                yield finding(code, f"the link leads to {url or 'nowhere'}", piece.line_of(url))
    for url in subject.tree.xpath("//a/@href | //@src"):
        code = _fault(url)
        if code and not _is_found(subject, url):
            yield finding(code, f"the link leads to {url or 'nowhere'}", subject.find(url))


def check_hosts(subject: Subject) -> Iterator[Finding]:
    """insecure-link, tracking-parameters, private-host, link-to-number, shortened-link."""
    for url in dict.fromkeys(subject.tree.xpath("//a/@href | //img/@src")):
        for code, message in _judge(url):
            yield finding(code, f"{message}: {url}", subject.find(url))


def check_texts(subject: Subject) -> Iterator[Finding]:
    """misleading-link."""
    for link in subject.tree.iter("a"):
        words = " ".join(link.text_content().split())
        if not _ADDRESS.fullmatch(words):
            continue
        said = host_label(words if "://" in words else f"https://{words}")
        meant = host_label(link.get("href") or "")
        if meant and said != meant and not said.endswith(f".{meant}"):
            if meant.endswith(f".{said}"):
                continue
            yield finding("misleading-link", f"{words} leads to {meant}", subject.find(words))


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


def _judge(url: str) -> Iterator[tuple[str, str]]:
    """What is to be said of an address as it stands: (code, message)."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return
    if parts.scheme not in ("http", "https") or not host:
        return
    if parts.scheme == "http":
        yield "insecure-link", "not https"
    canonical = canonical_url(url)
    if canonical is not None:
        kept = {name for name, _ in parse_qsl(urlsplit(canonical).query, keep_blank_values=True)}
        asked = (name for name, _ in parse_qsl(parts.query, keep_blank_values=True))
        extra = [name for name in dict.fromkeys(asked) if name not in kept]
        if extra:
            yield "tracking-parameters", f"{', '.join(extra)} in the address"
    number = _number(host)
    if number is not None and number.is_global:
        yield "link-to-number", f"{host} is no name"
    elif number is not None or _PRIVATE.fullmatch(host) or "." not in host:
        yield "private-host", f"{host} is not public"
    if host.removeprefix("www.") in _SHORTENERS:
        yield "shortened-link", f"{host} hides where it leads"


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_found(subject: Subject, url: str) -> bool:
    """True for a place inside the mail that is there, and for a picture that travels in it."""
    if url in subject.rendered.images:
        return True
    return len(url) > 1 and url.startswith("#") and url[1:] in subject.names


def _fault(url: str) -> str:
    if url.strip().startswith("#"):
        return "anchor-without-target"
    scheme = _SCHEME.match(url)
    if scheme is None:
        return "relative-link"
    return "" if scheme[1].lower() in _SAFE else "unsafe-link"
