"""Whether a page is there: the head of an answer, at the least cost to its server."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from digest.errors import FetchError
from digest.http.answers import Answer, UnknownHost
from digest.http.client import Client
from digest.http.deadline import deadline
from digest.http.hops import REDIRECTS, Redirect, follow, host_of
from digest.http.response import Response, is_challenge, refuse
from digest.state.bodies import Body

Outcome = Literal["there", "missing", "no-host", "certificate", "refused", "private", "unreachable"]

_MAX_HOPS = 10
_TURNED_AWAY = frozenset({401, 402, 403, 405, 406, 407, 418, 429, 451, 501, 503, 999})


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What became of asking for a page. ``detail`` says it in words, ``final_url`` is where the
    answer came from, ``moved_to`` where permanent redirects lead, None without any."""

    url: str
    outcome: Outcome
    detail: str
    status: int | None = None
    final_url: str = ""
    moved_to: str | None = None


class Prober(Client):
    """A client that asks for heads: HEAD, and GET without reading on where HEAD is refused.

    It follows redirects, connects to public addresses only unless ``private``, has one request
    at a time per host where the settings say so, and leaves a host in peace that asks for it.
    """

    def probe(self, url: str, *, private: bool = False) -> Probe:
        """What an http or https address answers; raises nothing."""
        end = time.monotonic() + self._gather.deadline_seconds
        try:
            return self._probe(url, end, private)
        except FetchError as error:
            return Probe(
                url=url, outcome=_outcome(error), detail=error.message, status=error.http_status
            )

    def kept_target(self, url: str) -> str | None:
        """Where an address led when :meth:`find_target` asked, in this run or an earlier one."""
        kept = self._cache.find(url) if self._cache else None
        return kept.final_url if kept is not None else None

    def find_target(
        self, url: str, *, settled: Callable[[str], bool], private: bool = False
    ) -> str | None:
        """Where the redirects of an address lead, None where that is not found out.

        Nothing is read of any page, and the first address that is ``settled`` is not asked at
        all. The answer is kept. Asks nothing offline; raises nothing.
        """
        if self._offline:
            return None
        end = time.monotonic() + self._gather.deadline_seconds
        target = url.partition("#")[0]
        try:
            for _ in range(_MAX_HOPS):
                host = host_of(target)
                with self._turn(host) as waited:
                    end += waited
                    self._manners.wait_for(host, url, end)
                    answer = self._head(target, url, end, private and host == host_of(url))
                if not isinstance(answer, Redirect):
                    break
                target = answer.target
                if settled(target):
                    break
        except FetchError:
            return None
        if not settled(target):
            return None
        self.accept(
            Response(url=url, final_url=target, status=200, content_type="", content=Body(b""))
        )
        return target

    def _probe(self, url: str, end: float, private: bool) -> Probe:
        target, moved_to, permanent = url.partition("#")[0], None, True
        for _ in range(_MAX_HOPS + 1):
            host = host_of(target)
            with self._turn(host) as waited:
                end += waited
                self._manners.wait_for(host, url, end)
                answer = self._head(target, url, end, private)
            if not isinstance(answer, Redirect):
                return Probe(
                    url=url,
                    outcome="there",
                    detail=f"answered {answer}",
                    status=answer,
                    final_url=target,
                    moved_to=moved_to,
                )
            permanent = permanent and answer.permanent
            target = answer.target
            moved_to = target if permanent else moved_to
        raise FetchError(f"redirected more than {_MAX_HOPS} times, last to {target}")

    def _head(self, target: str, asked: str, end: float, private: bool) -> int | Redirect:
        """The status, or where to go. Many servers refuse HEAD, or answer it wrongly."""
        for method in ("HEAD", "GET"):
            try:
                with (
                    deadline(end, idle_seconds=self._gather.idle_timeout_seconds),
                    self._connections.open(
                        target, self._headers(None), private=private, method=method
                    ) as answer,
                ):
                    if method == "HEAD":
                        answer.read(1)  # nothing comes, but only then another may be asked
                    if answer.status in REDIRECTS:
                        return follow(answer, target, asked)
                    if 200 <= answer.status < 300 and not is_challenge(answer):
                        return int(answer.status)
                    if method == "GET" or self._is_final(answer):
                        raise self._refuse(answer, host_of(target))
            except TimeoutError as error:
                self._give_up(error, asked, end)
        raise AssertionError("GET always has an end")

    def _is_final(self, answer: Answer) -> bool:
        """True when asking again by GET would only be rude: the host wants to be left alone."""
        return refuse(answer, self._now).retry_at is not None


def _outcome(error: FetchError) -> Outcome:
    """What a failure means for a reader who follows the link."""
    cause = error.__cause__
    if isinstance(cause, ssl.SSLError):
        return "certificate"
    if isinstance(cause, UnknownHost):
        # A name server that is silent says nothing of the host.
        reason = cause.__cause__
        silent = isinstance(reason, socket.gaierror) and reason.errno == socket.EAI_AGAIN
        return "unreachable" if silent else "no-host"
    status = error.http_status
    if status is None:
        if error.status == "blocked":
            # A host that rests was not asked: it has said to be left in peace.
            return "private" if error.asked else "refused"
        return "unreachable"
    if status in _TURNED_AWAY or error.status == "blocked":
        return "refused"
    return "missing" if status < 500 else "unreachable"
