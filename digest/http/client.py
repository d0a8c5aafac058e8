"""One conversation with the network: conditional, bounded, patient with hosts, thread-safe."""

from __future__ import annotations

import dataclasses
import re
import time
import unicodedata
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote

from digest import __version__
from digest.config.schema import Gather, Newsletter
from digest.errors import FetchError
from digest.http import encoding
from digest.http.access import OPEN, Access
from digest.http.connections import Connections
from digest.http.deadline import deadline
from digest.http.hops import REDIRECTS, Redirect, follow, host_of
from digest.http.manners import Manners, freshness
from digest.http.neighbours import AT_ONCE, domain_of
from digest.http.response import (
    Response,
    answer_from,
    clock_of,
    is_challenge,
    read_body,
    refuse,
    renew,
)
from digest.http.robots import Robots
from digest.http.turns import Turns
from digest.state.responses import ResponseCache, StoredResponse
from digest.state.visits import Visits

if TYPE_CHECKING:
    from digest.http.answers import Answer

_MAX_HOPS = 5
_IN_ADDRESSES = "%/:?#[]@!$&'*+,;=~"
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.7, */*;q=0.5"
)


def user_agent(newsletter: Newsletter) -> str:
    """The name that servers see: ``digest/VERSION (TITLE; +URL)``, the URL being the archive's.

    Headers carry ASCII: a title of other letters is left out, an accent is dropped.
    """
    plain = unicodedata.normalize("NFKD", newsletter.title).encode("ascii", "ignore").decode()
    title = " ".join(re.sub(r"[^\w .,:&'!+-]", " ", plain, flags=re.ASCII).split())
    named = [title] if title and newsletter.title != Newsletter().title else []
    if newsletter.archive_url:
        named.append(f"+{quote(newsletter.archive_url, safe=_IN_ADDRESSES)}")
    return f"digest/{__version__}" + (f" ({'; '.join(named)})" if named else "")


class Client:
    """Fetches documents; one client serves all threads of a run.

    ``now`` is the run's clock, for ``Retry-After`` and the cache; durations are measured on the
    monotonic clock. ``refresh`` asks without validators, and also what is fresh, gone or failing.
    With ``named_clock`` it is no clock, but an instant that somebody named: servers' clocks are not
    compared with it. ``visits`` holds what servers asked of later runs. ``gather.user_agent`` goes
    before ``user_agent``.
    """

    def __init__(
        self,
        gather: Gather,
        cache: ResponseCache | None,
        *,
        visits: Visits | None = None,
        offline: bool = False,
        refresh: bool = False,
        now: datetime,
        named_clock: bool = False,
        user_agent: str,
        authorities: Path | None = None,
    ) -> None:
        self._gather = gather
        self._cache = cache
        self._offline = offline
        self._refresh = refresh
        self._now = now
        self._named_clock = named_clock
        self._started = time.monotonic()
        self._user_agent = gather.user_agent or user_agent
        self._connections = Connections(gather, authorities=authorities)
        self._turns = Turns(
            per_host=gather.at_once_per_host, per_domain=max(AT_ONCE, gather.at_once_per_host)
        )
        self._visits = visits
        self._manners = Manners(visits, now, force=refresh)
        self.robots = Robots(self, user_agent=self._user_agent, now=now)
        """What sites allow of pages that no user named."""

    def fetch(self, url: str, *, private: bool = False, access: Access = OPEN) -> Response:
        """The document at an http or https address; ``access`` is what its host may be shown.

        Offline, the kept body. ``private`` allows the host that ``url`` names to have an
        address that is not public; a redirect to another host is judged as ever.

        Raises FetchError with status ``blocked`` (turned away, challenge, not a public
        address), ``gone`` (410) or ``failed``.
        """
        key = access.key(url)
        kept = self._cache.find(key) if self._cache else None
        if self._offline:
            if kept is None:
                raise FetchError(
                    "offline, and no earlier answer is kept",
                    url,
                    "run it once without --offline in a workspace: there answers are kept",
                    status="blocked",
                    asked=False,
                )
            return answer_from(kept, url, access.scope, status=200)
        visit = self._manners.check(url, key)
        if kept is not None and self._manners.is_fresh(visit):
            return dataclasses.replace(
                answer_from(kept, url, access.scope, status=304), asked=False
            )
        target = visit.moved_to if visit is not None and visit.moved_to else url
        start = time.monotonic()
        try:
            response = self._follow_to_end(url, target, kept, private, access)
        except FetchError as error:
            if error.asked:
                self._manners.failed(key, error, seconds=time.monotonic() - start)
            raise
        self._manners.answered(key, response.moved_to, seconds=time.monotonic() - start)
        return response

    def _follow_to_end(
        self,
        url: str,
        target: str,
        kept: StoredResponse | None,
        private: bool,
        access: Access,
    ) -> Response:
        """Asks ``target``, the address or where it has moved to, and goes where it is sent."""
        end = time.monotonic() + self._gather.deadline_seconds
        moved_to: str | None = target if target != url else None
        permanent, patient = True, True
        for _ in range(_MAX_HOPS + 1):
            host = host_of(target)
            try:
                with self._turn(host) as waited:
                    end += waited
                    at_home = private and host == host_of(url)
                    answer = self._ask(target, url, kept, end, at_home, access)
            except FetchError as error:
                if not patient or not self._manners.is_worth_waiting(error, end):
                    raise
                patient = False
                continue
            if isinstance(answer, Response):
                return dataclasses.replace(answer, moved_to=moved_to) if moved_to else answer
            permanent = permanent and answer.permanent
            target = answer.target
            moved_to = target if permanent else moved_to
        raise FetchError(
            f"redirected more than {_MAX_HOPS} times, last to {target}", url, "check the address"
        )

    def kept(self, url: str, *, access: Access = OPEN) -> Response | None:
        """What this address answered when it was last accepted, without asking anybody."""
        found = self._cache.find(access.key(url)) if self._cache else None
        return answer_from(found, url, access.scope, status=200) if found else None

    def durations(self) -> dict[str, float]:
        """How many seconds addresses took at their last visits, by what they are kept under."""
        return self._visits.durations() if self._visits is not None else {}

    def accept(self, response: Response, *, until: datetime | None = None) -> bool:
        """Keeps a body that turned out to be readable, with its validators byte for byte.

        Only the caller knows that: a page of excuses with status 200 must not make the next
        answer a 304. A damaged body is never kept. ``until`` is when the document itself says that
        it grows old. Call :meth:`flush` at the end. False where it was not kept.
        """
        if self._cache is None or self._offline or response.problems:
            return False
        self._cache.store(
            StoredResponse(
                url=response.key,
                final_url=response.final_url,
                etag=response.etag,
                last_modified=response.last_modified,
                content_type=response.content_type,
                fetched_at=self._now,
                body=response.content,
            )
        )
        if response.asked:
            fresh = self._now + response.fresh
            self._manners.keep_fresh(response.key, max(fresh, until or fresh))
        return True

    def flush(self) -> None:
        """Writes what was accepted, and what servers asked of later runs."""
        if self._cache is not None:
            self._cache.flush()
        if not self._offline:
            self._manners.flush()

    def close(self) -> None:
        """Closes the connections that are kept open."""
        self._connections.clear()

    def _turn(self, host: str) -> AbstractContextManager[float]:
        """Waits for one of the places of the host and its domain; gives the seconds waited."""
        return self._turns.turn(host, domain_of(host))

    def _ask(
        self,
        target: str,
        asked: str,
        kept: StoredResponse | None,
        end: float,
        private: bool,
        access: Access,
    ) -> Response | Redirect:
        """One request; errors name the address asked."""
        host = host_of(target)
        self._manners.wait_for(host, asked, end)
        # Validators belong to the address that gave them.
        valid = kept if kept is not None and kept.final_url == target else None
        if self._refresh:
            valid = None
        try:
            with (
                deadline(end, idle_seconds=self._gather.idle_timeout_seconds),
                self._connections.open(
                    target,
                    self._headers(valid, access) | access.headers_for(target, asked),
                    private=private,
                    certificate=access.certificate if host_of(asked) == host else None,
                ) as answer,
            ):
                if answer.status == 304 and valid is not None:
                    return renew(
                        valid,
                        asked,
                        access.scope,
                        answer.headers,
                        fresh=freshness(answer.headers, self._now),
                        clock=self._clock(answer),
                    )
                if answer.status in REDIRECTS:
                    return follow(answer, target, asked)
                if not 200 <= answer.status < 300:
                    raise self._refuse(answer, host)
                response = self._receive(answer, target, asked, access.scope)
        except FetchError as error:
            if error.where is None:
                error.where = asked
            raise
        except TimeoutError as error:
            self._give_up(error, asked, end)
        if kept is not None and kept.body == response.content:
            return dataclasses.replace(response, unchanged=True, content=kept.body)
        return response

    def _headers(self, valid: StoredResponse | None, access: Access = OPEN) -> dict[str, str]:
        headers = {
            "User-Agent": access.user_agent or self._user_agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": encoding.ACCEPTED,
        }
        if valid is not None and valid.etag:
            headers["If-None-Match"] = valid.etag
        if valid is not None and valid.last_modified:
            headers["If-Modified-Since"] = valid.last_modified
        return headers

    def _receive(self, answer: Answer, target: str, asked: str, scope: str) -> Response:
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
        received = read_body(answer, said, limit)
        if received is None:
            raise FetchError(
                f"larger than {limit:,} bytes", fix="raise max_bytes in [gather] if it should be"
            )
        return Response(
            url=asked,
            final_url=target,
            status=answer.status,
            content_type=headers.get("Content-Type", ""),
            links=headers.get("Link", ""),
            content=received.body,
            etag=headers.get("ETag"),
            last_modified=headers.get("Last-Modified"),
            bytes_received=received.count,
            fresh=freshness(headers, self._now),
            clock=self._clock(answer),
            scope=scope,
            problems=received.problems,
        )

    def _clock(self, answer: Answer) -> timedelta | None:
        if self._named_clock:
            return None
        return clock_of(
            answer.headers, self._now + timedelta(seconds=time.monotonic() - self._started)
        )

    def _refuse(self, answer: Answer, host: str) -> FetchError:
        """The error for an answer that is no document; the host rests when it asks for that."""
        error = refuse(answer, self._now)
        if error.retry_at is not None:
            self._manners.rest(host, error.retry_at)
        return error

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
