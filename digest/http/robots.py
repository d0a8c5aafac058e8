"""robots.txt (RFC 9309): whether a site lets programs go to pages that nobody named to them.

Our own matcher: the standard library's knows no ``*`` and ``$``, and others make regular
expressions of them, which a hostile file can keep busy for hours. This one takes time in
proportion to pattern and address.
"""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import quote, unquote_to_bytes, urlsplit

from digest.errors import FetchError
from digest.http.access import OPEN, Access
from digest.http.response import Response

_MAX_BYTES = 512_000  # RFC 9309 §2.5 asks for at least 500 KiB
_MAX_RULES = 5_000
_MAX_PATTERN = 2_000
_KEPT = timedelta(hours=23)
_PRODUCT = re.compile(r"[A-Za-z_-]+")
_UNRESERVED = "/?&=:@!$'()*+,;~-._"


class Asker(Protocol):
    """What a client does for this; :class:`digest.http.Client` is one."""

    def fetch(self, url: str, *, private: bool = False, access: Access = OPEN) -> Response: ...

    def accept(self, response: Response, *, until: datetime | None = None) -> None: ...

    def kept(self, url: str, *, access: Access = OPEN) -> Response | None: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one site for one program: (pattern, whether it allows)."""

    lines: tuple[tuple[str, bool], ...] = ()

    def allow(self, url: str) -> bool:
        """Whether the page may be fetched: the longest pattern decides, allowing on a tie."""
        parts = urlsplit(url)
        path = _normal(f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}")
        best, allowed = -1, True
        for pattern, allows in self.lines:
            length = len(pattern)
            if (length > best or (length == best and allows)) and _matches(pattern, path):
                best, allowed = length, allows
        return allowed


EVERYTHING = Rules()
NOTHING = Rules((("/", False),))


def parse_robots(body: bytes, agent: str) -> Rules:
    """What a robots.txt says to the program that calls itself ``agent``, or to all (``*``)."""
    own: list[tuple[str, bool]] = []
    others: list[tuple[str, bool]] = []
    named = False
    into: list[list[tuple[str, bool]]] = []
    in_names = False
    for key, value in _lines(body):
        if key == "user-agent":
            if not in_names:
                into, in_names = [], True
            product = _PRODUCT.match(value)
            if value == "*":
                into.append(others)
            elif product and product[0].lower() == agent.lower():
                named = True
                into.append(own)
        elif key in ("allow", "disallow"):
            in_names = False
            if value:  # an empty one says nothing
                for lines in into:
                    if len(lines) < _MAX_RULES:
                        lines.append((_normal(value[:_MAX_PATTERN]), key == "allow"))
    return Rules(tuple(own if named else others))


class Robots:
    """What the sites of one run allow; each is asked once, and its answer kept for a day."""

    def __init__(self, client: Asker, *, user_agent: str, now: datetime) -> None:
        product = _PRODUCT.match(user_agent)
        self._agent = product[0] if product else "digest"
        self._client = client
        self._now = now
        self._lock = threading.Lock()
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._rules: dict[str, Rules] = {}

    def allow(self, url: str, *, private: bool = False) -> bool:
        """Whether the site of ``url`` lets this program go there by itself.

        A site without robots.txt allows everything, one that cannot answer for it nothing
        (RFC 9309 §2.3.1), unless an earlier answer is kept. Raises nothing.
        """
        try:
            parts = urlsplit(url)
            site = f"{parts.scheme}://{parts.netloc}"
            if parts.path == "/robots.txt":
                return True
        except ValueError:
            return False
        with self._lock:
            lock = self._locks[site]
        with lock:
            if site not in self._rules:
                self._rules[site] = self._ask(f"{site}/robots.txt", private)
            return self._rules[site].allow(url)

    def _ask(self, url: str, private: bool) -> Rules:
        try:
            response = self._client.fetch(url, private=private)
        except FetchError as error:
            if error.http_status is not None and 400 <= error.http_status < 500:
                if error.http_status == 429:
                    return self._kept(url)
                none = Response(url=url, final_url=url, status=200, content_type="", body=b"")
                self._client.accept(none, until=self._now + _KEPT)
                return EVERYTHING
            return self._kept(url)
        self._client.accept(response, until=self._now + _KEPT)
        return parse_robots(response.body, self._agent)

    def _kept(self, url: str) -> Rules:
        kept = self._client.kept(url)
        return parse_robots(kept.body, self._agent) if kept is not None else NOTHING


def _lines(body: bytes) -> Iterator[tuple[str, str]]:
    text = body[:_MAX_BYTES].decode("utf-8-sig", "replace")
    for line in re.split(r"[\r\n]+", text):
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()


def _normal(text: str) -> str:
    """Escapes written alike: ``%7E`` and ``~`` are one, ``é`` and ``%C3%A9`` as well.

    What is escaped and has a meaning (``%2F``, ``%2A``) stays apart from what is written plainly.
    """
    pieces = re.split(r"(%[0-9A-Fa-f]{2})", text)
    done = []
    for piece in pieces:
        if len(piece) == 3 and piece[0] == "%":
            byte = unquote_to_bytes(piece)
            plain = byte.decode("ascii", "replace")
            done.append(plain if plain.isalnum() or plain in "-._~" else piece.upper())
        else:
            done.append(quote(piece, safe=_UNRESERVED))
    return "".join(done)


def _matches(pattern: str, path: str) -> bool:
    """``*`` stands for anything, a last ``$`` for the end; each part is looked for once."""
    whole = pattern.endswith("$")
    first, *others = (pattern[:-1] if whole else pattern).split("*")
    if not path.startswith(first):
        return False
    if not others:
        return not whole or len(path) == len(first)
    at = len(first)
    *middle, last = others
    for part in middle:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if whole:
        return path.endswith(last) and len(path) - len(last) >= at
    return path.find(last, at) >= 0
