"""Where a redirect leads, judged before anything goes there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from digest.errors import FetchError

if TYPE_CHECKING:
    from digest.http.answers import Answer

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where to go, and whether that is where it is from now on."""

    target: str
    permanent: bool


def follow(answer: Answer, target: str, asked: str) -> Redirect:
    """Where the answer of ``target`` sends who asked ``asked``; raises FetchError."""
    location = answer.headers.get("Location", "").strip()
    if not location:
        raise FetchError(f"answered {answer.status} without an address to go to", asked)
    try:
        address = urljoin(target, location).partition("#")[0]
    except ValueError as error:
        raise FetchError(f"redirected to what is no web address: {location}", asked) from error
    host_of(address, asked=asked)
    return Redirect(address, answer.status in _PERMANENT)


def host_of(url: str, *, asked: str | None = None) -> str:
    """The host of an http(s) address, lower-cased; raises FetchError for anything else.

    ``asked`` is the address that led here by redirects.
    """
    host = _find_host(url)
    if not host:
        raise FetchError(
            f"redirected to what is no web address: {url}" if asked else "not a web address",
            asked or url,
            "write one that begins with http:// or https://",
        )
    return host


@lru_cache(maxsize=256)  # of one request the host is asked for four times
def _find_host(url: str) -> str:
    """The host of an http(s) address, "" where there is none."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return ""
    return (host or "").lower() if parts.scheme.lower() in ("http", "https") else ""
