"""What came back: the document, or why there is none."""

from __future__ import annotations

import dataclasses
import http.client as wire
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from digest.errors import FetchError
from digest.http import encoding
from digest.http.access import Access
from digest.http.answers import Answer, Broken
from digest.state.bodies import Body
from digest.state.responses import StoredResponse

_PIECE = 1 << 16
_MAX_WAIT_SECONDS = 86_400
_LONGEST_AGE = 366 * 86_400
_TURNED_AWAY = frozenset({401, 402, 403, 407, 429, 451})
_RESTING = frozenset({429, 503})


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A body (``content``), and how it came.

    ``url`` is the address asked, ``final_url`` the one that answered, ``moved_to`` the address
    that permanent redirects (301, 308) lead to, None when there were none. ``from_cache`` is
    true when the body is the kept one: the server answered 304, or the run is offline.
    ``unchanged`` is true for a 304 and for a body equal to the kept one. ``asked`` is false when
    the kept body was fresh enough not to ask the server again, ``fresh`` how long the answer stays
    so by its headers. ``clock`` is by how much the server's clock is ahead of this run's, None
    where it was not told. ``links`` is the Link header. ``scope`` is that of the access it came to.
    ``problems`` tell of damage that still left a body.
    """

    url: str
    final_url: str
    status: int
    content_type: str
    content: Body = dataclasses.field(repr=False)
    from_cache: bool = False
    unchanged: bool = False
    moved_to: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    bytes_received: int = 0
    asked: bool = True
    fresh: timedelta = timedelta()
    clock: timedelta | None = None
    links: str = ""
    scope: str = ""
    problems: tuple[str, ...] = ()

    @property
    def body(self) -> bytes:
        """The body, decoded."""
        return self.content.plain

    @property
    def key(self) -> str:
        """What it is kept under."""
        return Access(scope=self.scope).key(self.url)

    @property
    def permanent_redirect(self) -> bool:
        """True when the address asked has moved for good."""
        return self.moved_to is not None


def answer_from(kept: StoredResponse, url: str, scope: str, *, status: int) -> Response:
    """What is kept, as the answer of the address that was asked."""
    return Response(
        url=url,
        scope=scope,
        final_url=kept.final_url,
        status=status,
        content_type=kept.content_type,
        content=kept.body,
        from_cache=True,
        unchanged=True,
        etag=kept.etag,
        last_modified=kept.last_modified,
    )


def renew(
    kept: StoredResponse,
    url: str,
    scope: str,
    headers: Mapping[str, str],
    *,
    fresh: timedelta,
    clock: timedelta | None,
) -> Response:
    """The kept body, with the validators that a 304 may bring (RFC 9111 §4.3.4)."""
    return Response(
        url=url,
        scope=scope,
        final_url=kept.final_url,
        status=304,
        content_type=kept.content_type,
        content=kept.body,
        from_cache=True,
        unchanged=True,
        etag=headers.get("ETag") or kept.etag,
        last_modified=headers.get("Last-Modified") or kept.last_modified,
        fresh=fresh,
        clock=clock,
    )


@dataclass(frozen=True, slots=True)
class Received:
    """A decoded body, how many bytes of it travelled, and what was wrong with it."""

    body: Body
    count: int
    problems: tuple[str, ...]


def read_body(answer: Answer, said_encoding: str, limit: int) -> Received | None:
    """The body, None where it is larger than ``limit`` bytes, or says that it is.

    No error leaves here that was raised where the body is: its traceback would hold on to all
    that was read, for as long as the error is kept.
    """
    stated = answer.headers.get("Content-Length", "")
    if stated.isascii() and stated.isdigit() and int(stated[:19]) > limit:
        return None
    decoder = encoding.Decoder(said_encoding, limit)
    try:
        count, broke_off = _feed(answer, decoder, limit)
        whole = decoder.finish()
        plain, damage = encoding.decode_body(whole, limit)
    except encoding.TooLarge:
        return None
    problems = [decoder.damage or damage]
    if answer.status == 206:
        problems.append("the server sent a part of it, unasked (206)")
    if broke_off:
        problems.append(f"the answer broke off after {count:,} bytes")
    body = Body(plain, packed=decoder.packed if plain is whole else None)
    return Received(body, count, tuple(problem for problem in problems if problem))


def _feed(answer: Answer, decoder: encoding.Decoder, limit: int) -> tuple[int, bool]:
    """Feeds the body to the decoder: (bytes received, whether it broke off before its end)."""
    received, piece, broke_off = 0, b"", False
    while not broke_off:
        try:
            piece = answer.read(_PIECE)
        except Broken as error:
            # Whole entries at the beginning are still worth reading.
            piece, broke_off = _rescue(error), True
        if not piece:
            break
        received += len(piece)
        if received > limit:
            raise encoding.TooLarge
        decoder.feed(piece)
    return received, broke_off


def _rescue(error: BaseException | None) -> bytes:
    """What had come of the piece during which the connection broke.

    The outermost IncompleteRead holds the chunks that were whole, its cause the broken one.
    """
    rescued = b""
    while error is not None:
        if isinstance(error, wire.IncompleteRead) and isinstance(error.partial, bytes):
            rescued += error.partial
        error = error.__cause__
    return rescued


def is_challenge(answer: Answer) -> bool:
    """True for a riddle that only browsers can solve, whatever its status."""
    return answer.headers.get("cf-mitigated", "").lower() == "challenge"


def refuse(answer: Answer, now: datetime) -> FetchError:
    """The error for an answer that is no document, with what to do about it.

    Its ``retry_at`` is set when the host wants no request before then.
    """
    code = answer.status
    text = f"answered {code} {wire.responses.get(code, '')}".rstrip()
    status = "blocked" if code in _TURNED_AWAY else "failed"
    fix = "try again later"
    wait = _read_retry_after(answer, now) if code in _RESTING else None
    if wait is not None:
        text += f", wants no request for {wait:.0f} s"
    if is_challenge(answer):
        status, text = "blocked", f"{text}, a challenge for browsers"
        fix = "ask the site for an address that programs may read"
    elif code == 410:
        status, fix = "gone", "remove this source, or find its new address"
    elif code in _RESTING:
        fix = "try again later, less often"
    elif code == 401:
        fix = "give this source its username and password, token or cookie in digest.toml"
    elif code == 407:
        fix = "write the proxy's name and password into HTTPS_PROXY: http://name:password@host"
    elif code in _TURNED_AWAY:
        fix = "the site turns this reader away: try another user_agent in [gather]"
    elif code != 304 and code < 500:
        fix = "check the address"
    retry_at = None if wait is None else now + timedelta(seconds=wait)
    return FetchError(text, fix=fix, status=status, http_status=code, retry_at=retry_at)


def _read_retry_after(answer: Answer, now: datetime) -> float | None:
    """Seconds that ``Retry-After`` asks for (RFC 9110 §10.2.3), at most a day; None if none."""
    text = answer.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), _MAX_WAIT_SECONDS))
    then = read_date(text)
    if then is None:
        return None
    # Both dates from the server's own clock, where it tells it.
    since = read_date(answer.headers.get("Date", "")) or now
    return min(max(0.0, (then - since).total_seconds()), float(_MAX_WAIT_SECONDS))


def clock_of(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """By how much a server's clock is ahead of ``now``; None where it does not tell its time.

    An answer from a cache on the way says how old it is (RFC 9111 §5.1).
    """
    then = read_date(headers.get("Date", ""))
    if then is None:
        return None
    age = headers.get("Age", "").strip()
    old = min(int(age[:9]), _LONGEST_AGE) if age.isascii() and age.isdigit() else 0
    return then.astimezone(UTC) - now + timedelta(seconds=old)


def read_date(text: str) -> datetime | None:
    """An HTTP date; None for what is none."""
    try:
        value = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
