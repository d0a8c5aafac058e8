"""When a server may be asked: what it said last time, and what it says meanwhile.

RFC 9111 for freshness, RFC 9110 §10.2.3 for ``Retry-After``. What an earlier run noted counts only
while the clock has not gone back behind it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
import threading
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from digest.errors import FetchError
from digest.http.response import read_date
from digest.state.visits import Visit, Visits

FRESH_AT_MOST = timedelta(hours=23)
"""A wrong header may never hide a day: who composes daily always asks."""

WAITED_FOR = 30.0
"""Seconds: a shorter ``Retry-After`` is waited for within the visit."""

_PATIENCE = 2
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=23)
_DATE = "%d %b %Y %H:%M UTC"


class Manners:
    """What keeps one run from asking too early, and what it notes for the next.

    ``now`` is the run's clock. ``force`` asks also what is still fresh, failed lately or is gone;
    a host that asked for quiet is left in peace all the same. Without ``visits`` everything is
    forgotten at the end.
    """

    def __init__(self, visits: Visits | None, now: datetime, *, force: bool = False) -> None:
        self._visits = visits
        self._now = now
        self._force = force
        self._lock = threading.Lock()
        self._started = time.monotonic()
        # When hosts may be asked again, on the monotonic clock: the run's own stands still.
        self._rests: dict[str, float] = {}

    def check(self, url: str, key: str = "") -> Visit | None:
        """What is known of an address before it is asked; ``key`` is what it is kept under.

        Raises FetchError when it must not be asked now: ``gone``, or failing again and again.
        """
        visit = self._known(key or url)
        if visit is None or self._force:
            return visit
        if visit.gone:
            raise FetchError(
                f"not asked: it is gone for good, as it said (410) on {visit.noted_at:{_DATE}}",
                url,
                "remove this source, or ask once more with --refresh",
                status="gone",
                http_status=410,
                asked=False,
            )
        if visit.retry_at is not None and self._now < visit.retry_at:
            raise FetchError(
                f"not asked: it failed {visit.failures} times in a row, "
                f"next try after {visit.retry_at:{_DATE}}",
                url,
                "try later, or now with --refresh",
                status="blocked",
                retry_at=visit.retry_at,
                asked=False,
            )
        return visit

    def is_fresh(self, visit: Visit | None) -> bool:
        """Whether the kept answer counts without asking."""
        return (
            visit is not None
            and not self._force
            and visit.fresh_until is not None
            and self._now < visit.fresh_until
        )

    def wait_for(self, host: str, url: str, end: float) -> None:
        """Waits while the host wants no request, if that is short and over before ``end`` (on the
        clock of ``time.monotonic``); raises FetchError if not. Earlier runs' answers count."""
        left = self._rest_of(host)
        if left <= 0:
            return
        if left <= WAITED_FOR and time.monotonic() + left < end:
            time.sleep(left)
            return
        until = self._now + timedelta(seconds=math.ceil(left))
        raise FetchError(
            f"not asked: {host} wants no request for another {left:.0f} s, until {until:{_DATE}}",
            url,
            "try again later",
            status="blocked",
            retry_at=until,
            asked=False,
        )

    def is_worth_waiting(self, error: FetchError, end: float) -> bool:
        """Whether the host named a time that is short enough to ask once more in this visit."""
        if error.retry_at is None or not error.asked:
            return False
        wait = (error.retry_at - self._now).total_seconds()
        return wait <= WAITED_FOR and time.monotonic() + wait < end

    def rest(self, host: str, until: datetime) -> None:
        """Notes that a host wants no request before ``until``."""
        with self._lock:
            self._rests[host] = time.monotonic() + (until - self._now).total_seconds()
        if self._visits is not None:
            self._visits.rest(host, now=self._now, until=until)

    def _rest_of(self, host: str) -> float:
        """Seconds for which a host is still to be left in peace."""
        with self._lock:
            if host not in self._rests:
                until = self._visits.resting_until(host, self._now) if self._visits else None
                if until is None:
                    return 0.0
                self._rests[host] = self._started + (until - self._now).total_seconds()
            return self._rests[host] - time.monotonic()

    def answered(self, url: str, moved_to: str | None, *, seconds: float) -> None:
        """Notes a visit that gave a body, whose worth is still unknown."""
        self._note(Visit(url=url, noted_at=self._now, moved_to=moved_to, seconds=seconds))

    def keep_fresh(self, url: str, until: datetime) -> None:
        """Notes that a document that could be read need not be asked for again before ``until``,
        cut to FRESH_AT_MOST from now."""
        visit = self._known(url)
        until = min(until, self._now + FRESH_AT_MOST)
        if visit is not None and (visit.fresh_until is None or visit.fresh_until < until):
            self._note(dataclasses.replace(visit, fresh_until=until))

    def failed(self, url: str, error: FetchError, *, seconds: float) -> None:
        """Notes a visit without a document; from the third in a row on, the next one waits."""
        earlier = self._known(url)
        failures = (earlier.failures if earlier is not None else 0) + 1
        wait = _backoff(url, failures)
        self._note(
            Visit(
                url=url,
                noted_at=self._now,
                # Where it had moved to may be what fails: the old address is asked next.
                gone=error.status == "gone",
                failures=failures,
                retry_at=self._now + wait if wait else None,
                seconds=seconds,
            )
        )

    def flush(self) -> None:
        """Writes what was noted; only in the thread that opened the database."""
        if self._visits is not None:
            self._visits.flush()

    def _known(self, url: str) -> Visit | None:
        visit = self._visits.find(url) if self._visits is not None else None
        return visit if visit is not None and visit.noted_at <= self._now else None

    def _note(self, visit: Visit) -> None:
        if self._visits is not None:
            self._visits.note(visit)


def freshness(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long an answer stays fresh by its own headers, at most FRESH_AT_MOST."""
    named: dict[str, str] = {}
    for part in headers.get("Cache-Control", "").lower().split(","):
        name, _, value = part.strip().partition("=")
        named[name] = value.strip(' "')
    if "no-cache" in named or "no-store" in named:
        return timedelta()
    age = headers.get("Age", "").strip()
    spent = timedelta(seconds=int(age[:9])) if age.isascii() and age.isdigit() else timedelta()
    stated = named.get("max-age", "")
    if stated.isascii() and stated.isdigit():
        return max(timedelta(), min(timedelta(seconds=int(stated[:9])) - spent, FRESH_AT_MOST))
    expires = read_date(headers.get("Expires", ""))
    if expires is None:
        return timedelta()
    # Both dates from the server's own clock, where it tells it.
    since = read_date(headers.get("Date", "")) or now
    return max(timedelta(), min(expires - since - spent, FRESH_AT_MOST))


def _backoff(url: str, failures: int) -> timedelta:
    """Twice as long each time, from the third failure on, with a tenth more or less by address so
    that not all come back at once."""
    if failures <= _PATIENCE:
        return timedelta()
    doubled = _FIRST_WAIT * (1 << min(failures - _PATIENCE - 1, 12))
    share = int.from_bytes(hashlib.sha256(url.encode()).digest()[:2], "big") / 0xFFFF
    return min(doubled, _LONGEST_WAIT) * (0.9 + 0.2 * share)
