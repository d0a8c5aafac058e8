"""One conversation with the network: conditional, bounded, patient with hosts, thread-safe."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client as wire
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urljoin, urlsplit

from digest import __version__
from digest.config.schema import Gather, Newsletter
from digest.errors import FetchError
from digest.http import encoding
from digest.http.deadline import deadline
from digest.http.response import (
    Response,
    answer_from,
    is_challenge,
    read_body,
    refuse,
    renew,
)
from digest.state.responses import ResponseCache, StoredResponse

if TYPE_CHECKING:
    import urllib3

_MAX_HOPS = 5
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.7, */*;q=0.5"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})


def user_agent(newsletter: Newsletter) -> str:
    """The name that servers see: ``digest/VERSION (+URL)``, the URL being the archive's."""
    name = f"digest/{__version__}"
    return f"{name} (+{newsletter.archive_url})" if newsletter.archive_url else name


class Client:
    """Fetches documents; one client serves all threads of a run.

    ``now`` is the run's clock, for ``Retry-After`` and the cache; durations are measured on the
    monotonic clock. ``refresh`` asks without validators. ``gather.user_agent`` goes before
    ``user_agent``.
    """

    def __init__(
        self,
        gather: Gather,
        cache: ResponseCache | None,
        *,
        offline: bool = False,
        refresh: bool = False,
        now: datetime,
        user_agent: str,
    ) -> None:
        self._gather = gather
        self._cache = cache
        self._offline = offline
        self._refresh = refresh
        self._now = now
        self._user_agent = gather.user_agent or user_agent
        self._lock = threading.Lock()
        self._pools: dict[bool, urllib3.PoolManager] = {}
        self._gates: defaultdict[str, threading.BoundedSemaphore] = defaultdict(
            lambda: threading.BoundedSemaphore(gather.at_once_per_host)
        )
        self._resting: dict[str, float] = {}

    def fetch(self, url: str, *, private: bool = False) -> Response:
        """The document at an http or https address.

        Offline, the kept body. ``private`` allows the host that ``url`` names to have an
        address that is not public; a redirect to another host is judged as ever.

        Raises FetchError with status ``blocked`` (turned away, challenge, not a public
        address), ``gone`` (410) or ``failed``.
        """
        kept = self._cache.find(url) if self._cache else None
        if self._offline:
            if kept is None:
                raise FetchError(
                    "offline, and no earlier answer is kept",
                    url,
                    "run it once without --offline in a workspace: there answers are kept",
                )
            return answer_from(kept, status=200)
        end = time.monotonic() + self._gather.deadline_seconds
        target = url
        moved_to: str | None = None
        permanent = True
        for _ in range(_MAX_HOPS + 1):
            host = _host(target)
            with self._turn(host) as waited:
                end += waited
                answer = self._ask(target, url, kept, end, private and host == _host(url))
            if isinstance(answer, Response):
                return dataclasses.replace(answer, moved_to=moved_to)
            permanent = permanent and answer.permanent
            target = answer.target
            moved_to = target if permanent else moved_to
        raise FetchError(
            f"redirected more than {_MAX_HOPS} times, last to {target}", url, "check the address"
        )

    def kept(self, url: str) -> Response | None:
        """What this address answered when it was last accepted, without asking anybody."""
        found = self._cache.find(url) if self._cache else None
        return answer_from(found, status=200) if found else None

    def accept(self, response: Response) -> None:
        """Keeps a body that turned out to be readable, with its validators byte for byte.

        Only the caller knows that: a page of excuses with status 200 must not make the next
        answer a 304. A damaged body is never kept. Call :meth:`flush` at the end.
        """
        if self._cache is None or self._offline or response.problems:
            return
        self._cache.store(
            StoredResponse(
                url=response.url,
                final_url=response.final_url,
                etag=response.etag,
                last_modified=response.last_modified,
                content_type=response.content_type,
                fetched_at=self._now,
                body=response.body,
            )
        )

    def flush(self) -> None:
        """Writes what was accepted."""
        if self._cache is not None:
            self._cache.flush()

    def close(self) -> None:
        """Closes the connections that are kept open."""
        for pools in self._pools.values():
            pools.clear()

    @contextlib.contextmanager
    def _turn(self, host: str) -> Iterator[float]:
        """Waits for one of the host's places; gives the seconds waited."""
        with self._lock:
            gate = self._gates[host]
        start = time.monotonic()
        with gate:
            yield time.monotonic() - start

    def _ask(
        self, target: str, asked: str, kept: StoredResponse | None, end: float, private: bool
    ) -> Response | _Redirect:
        """One request; errors name the address asked."""
        host = _host(target)
        self._refuse_resting(host, asked)
        # Validators belong to the address that gave them.
        valid = kept if kept is not None and kept.final_url == target else None
        if self._refresh:
            valid = None
        try:
            with (
                deadline(end, idle_seconds=self._gather.idle_timeout_seconds),
                self._open(target, self._headers(valid), private) as answer,
            ):
                if answer.status == 304 and valid is not None:
                    return renew(valid, answer)
                if answer.status in _REDIRECTS:
                    return _follow(answer, target, asked)
                if not 200 <= answer.status < 300:
                    raise self._refuse(answer, host)
                response = self._receive(answer, target, asked)
        except FetchError as error:
            if error.where is None:
                error.where = asked
            raise
        except TimeoutError as error:
            self._give_up(error, asked, end)
        if kept is not None and kept.body == response.body:
            return dataclasses.replace(response, unchanged=True)
        return response

    def _headers(self, valid: StoredResponse | None) -> dict[str, str]:
        headers = {
            "User-Agent": self._user_agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": encoding.ACCEPTED,
        }
        if valid is not None and valid.etag:
            headers["If-None-Match"] = valid.etag
        if valid is not None and valid.last_modified:
            headers["If-Modified-Since"] = valid.last_modified
        return headers

    @contextlib.contextmanager
    def _open(
        self, target: str, headers: dict[str, str], private: bool, method: str = "GET"
    ) -> Iterator[urllib3.BaseHTTPResponse]:
        """The answer's head, its body still to be read; raises FetchError and TimeoutError."""
        from urllib3 import Timeout, exceptions

        timeout = Timeout(
            connect=self._gather.connect_timeout_seconds, read=self._gather.idle_timeout_seconds
        )
        pools = self._pools_for(private)
        answer: urllib3.BaseHTTPResponse | None = None
        try:
            for again in (True, False):
                try:
                    answer = pools.request(
                        method,
                        target,
                        headers=headers,
                        timeout=timeout,
                        retries=False,
                        redirect=False,
                        preload_content=False,
                        decode_content=False,
                    )
                    break
                except exceptions.ProtocolError:
                    # A kept connection may have been closed by the server meanwhile.
                    if not again:
                        raise
            assert answer is not None
            yield answer
        except exceptions.NameResolutionError as error:
            raise FetchError(
                f"no such host: {urlsplit(target).hostname}",
                fix="check the address and the network",
            ) from error
        except exceptions.NewConnectionError as error:
            raise FetchError(
                f"no connection: {_innermost(error)}", fix="check the address, or try again later"
            ) from error
        except (exceptions.TimeoutError, TimeoutError) as error:
            raise TimeoutError(
                "connect" if isinstance(error, exceptions.ConnectTimeoutError) else "read"
            ) from error
        except exceptions.SSLError as error:
            raise FetchError(
                f"no safe connection: {_innermost(error)}", fix="the site must mend its certificate"
            ) from error
        except exceptions.LocationParseError as error:
            raise FetchError(f"not an address: {target}", fix="check the address") from error
        except (exceptions.HTTPError, OSError, wire.HTTPException) as error:
            raise FetchError(
                f"the connection broke: {_innermost(error)}", fix="try again later"
            ) from error
        finally:
            if answer is not None:
                _let_go(answer)

    def _pools_for(self, private: bool) -> urllib3.PoolManager:
        from digest.http.guard import open_pools

        with self._lock:
            if private not in self._pools:
                self._pools[private] = open_pools(
                    private=private,
                    per_host=self._gather.at_once_per_host,
                    hosts=max(16, self._gather.at_once * 2),
                )
            return self._pools[private]

    def _receive(self, answer: urllib3.BaseHTTPResponse, target: str, asked: str) -> Response:
        """Reads and decodes the body within the bounds."""
        headers = answer.headers
        if is_challenge(answer):
            raise refuse(answer, self._now)
        said = headers.get("Content-Encoding", "")
        if not encoding.is_known(said):
            raise FetchError(
                f"answered in an encoding that was not asked for: {said}",
                fix="the site must send plain or gzip",
            )
        limit = self._gather.max_bytes
        decoder = encoding.Decoder(said, limit)
        try:
            received, broke_off = read_body(answer, decoder, limit)
            body, damage = encoding.decode_body(decoder.finish(), limit)
        except encoding.TooLarge as error:
            raise FetchError(
                f"larger than {limit:,} bytes", fix="raise max_bytes in [gather] if it should be"
            ) from error
        problems = [decoder.damage or damage]
        if broke_off:
            problems.append(f"the answer broke off after {received:,} bytes")
        return Response(
            url=asked,
            final_url=target,
            status=answer.status,
            content_type=headers.get("Content-Type", ""),
            body=body,
            etag=headers.get("ETag"),
            last_modified=headers.get("Last-Modified"),
            bytes_received=received,
            problems=tuple(problem for problem in problems if problem),
        )

    def _refuse(self, answer: urllib3.BaseHTTPResponse, host: str) -> FetchError:
        """The error for an answer that is no document; the host rests when it asks for that."""
        error = refuse(answer, self._now)
        if error.retry_at is not None:
            with self._lock:
                wait = (error.retry_at - self._now).total_seconds()
                self._resting[host] = time.monotonic() + wait
        return error

    def _refuse_resting(self, host: str, asked: str) -> None:
        """Raises when the host has asked for quiet earlier in this run."""
        with self._lock:
            left = self._resting.get(host, 0.0) - time.monotonic()
        if left > 0:
            raise FetchError(
                f"not asked: {host} wants no request for another {left:.0f} s",
                asked,
                "try again later",
                status="blocked",
                retry_at=self._now + timedelta(seconds=left),
            )

    def _give_up(self, error: TimeoutError, asked: str, end: float) -> NoReturn:
        gather = self._gather
        if time.monotonic() >= end:
            text = f"not finished after {gather.deadline_seconds:g} s"
            fix = "raise deadline_seconds in [gather] if the site is slow"
        elif str(error) == "connect":
            text = f"no connection within {gather.connect_timeout_seconds:g} s"
            fix = "try again later"
        else:
            text = f"silent for {gather.idle_timeout_seconds:g} s"
            fix = "try again later"
        raise FetchError(text, asked, fix) from error


@dataclass(frozen=True, slots=True)
class _Redirect:
    target: str
    permanent: bool


def _follow(answer: urllib3.BaseHTTPResponse, target: str, asked: str) -> _Redirect:
    location = answer.headers.get("Location", "").strip()
    if not location:
        raise FetchError(f"answered {answer.status} without an address to go to", asked)
    try:
        address = urljoin(target, location).partition("#")[0]
    except ValueError as error:
        raise FetchError(f"redirected to what is no web address: {location}", asked) from error
    _host(address, asked=asked)
    return _Redirect(address, answer.status in _PERMANENT)


def _host(url: str, *, asked: str | None = None) -> str:
    """The host of an http(s) address, lower-cased; raises FetchError for anything else.

    ``asked`` is the address that led here by redirects.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if not host or parts.scheme.lower() not in ("http", "https"):
        raise FetchError(
            f"redirected to what is no web address: {url}" if asked else "not a web address",
            asked or url,
            "write one that begins with http:// or https://",
        )
    return host.lower()


def _let_go(answer: urllib3.BaseHTTPResponse) -> None:
    """Gives the connection back when nothing is left on it, and closes it otherwise."""
    if answer.status == 304 or getattr(answer, "length_remaining", None) == 0:
        answer.release_conn()
    else:
        answer.close()


def _innermost(error: BaseException) -> str:
    """The cause at the bottom, without the wrapping of the libraries above."""
    while error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
