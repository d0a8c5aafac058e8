"""What servers asked of later runs: to rest, not to come back, to come later, to go elsewhere."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from datetime import datetime

from digest.model.article import format_instant
from digest.state.database import transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How the last visit to an address ended, on digest's own clock.

    ``moved_to`` is where permanent redirects (301, 308) led, ``gone`` whether it answered 410.
    ``fresh_until`` is when what was fetched grows old by the server's own word, ``failures``
    counts failed visits in a row, and before ``retry_at`` another one would be too early.
    ``seconds`` is how long it took.
    """

    url: str
    noted_at: datetime
    moved_to: str | None = None
    gone: bool = False
    fresh_until: datetime | None = None
    failures: int = 0
    retry_at: datetime | None = None
    seconds: float | None = None


class Visits:
    """The last visit to each address, and hosts that want no request for a time.

    Looking up and noting may be done from any thread; :meth:`flush` only from the one that opened
    the database, for it writes. Notes count at once for the same run.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._pending: dict[str, Visit] = {}
        self._resting: dict[str, tuple[datetime, datetime]] = {
            host: (datetime.fromisoformat(noted_at), datetime.fromisoformat(until))
            for host, noted_at, until in connection.execute(
                "SELECT host, noted_at, until FROM resting"
            )
        }
        self._new_rests: set[str] = set()

    def find(self, url: str) -> Visit | None:
        """The last visit to an address, None when there was none."""
        with self._lock:
            if url in self._pending:
                return self._pending[url]
            row = self._connection.execute(
                "SELECT noted_at, moved_to, gone, fresh_until, failures, retry_at, seconds"
                " FROM visit WHERE url = ?",
                (url,),
            ).fetchone()
        if row is None:
            return None
        noted_at, moved_to, gone, fresh_until, failures, retry_at, seconds = row
        return Visit(
            url=url,
            noted_at=datetime.fromisoformat(noted_at),
            moved_to=moved_to,
            gone=bool(gone),
            fresh_until=datetime.fromisoformat(fresh_until) if fresh_until else None,
            failures=failures,
            retry_at=datetime.fromisoformat(retry_at) if retry_at else None,
            seconds=seconds,
        )

    def durations(self) -> dict[str, float]:
        """How many seconds the last visit to each address took, of all that were visited."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT url, seconds FROM visit WHERE seconds IS NOT NULL"
            ).fetchall()
        return dict(rows)

    def note(self, visit: Visit) -> None:
        """Takes the place of what was known of the address."""
        with self._lock:
            self._pending[visit.url] = visit

    def rest(self, host: str, *, now: datetime, until: datetime) -> None:
        """Notes that a host wants no request before ``until``."""
        with self._lock:
            self._resting[host] = (now, until)
            self._new_rests.add(host)

    def resting_until(self, host: str, now: datetime) -> datetime | None:
        """Until when a host is to be left in peace; None when it may be asked.

        What was noted by a clock that stood later than ``now`` says nothing.
        """
        with self._lock:
            noted_at, until = self._resting.get(host, (now, now))
        return until if noted_at <= now < until else None

    def flush(self) -> None:
        """Writes what was noted, all or nothing."""
        with self._lock:
            pending, self._pending = self._pending, {}
            rests = {host: self._resting[host] for host in self._new_rests}
            self._new_rests = set()
            if not pending and not rests:
                return
            with transaction(self._connection):
                self._connection.executemany(
                    "INSERT OR REPLACE INTO visit"
                    " (url, noted_at, moved_to, gone, fresh_until, failures, retry_at, seconds)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        (
                            visit.url,
                            format_instant(visit.noted_at),
                            visit.moved_to,
                            int(visit.gone),
                            format_instant(visit.fresh_until) if visit.fresh_until else None,
                            visit.failures,
                            format_instant(visit.retry_at) if visit.retry_at else None,
                            None if visit.seconds is None else round(visit.seconds, 3),
                        )
                        for _, visit in sorted(pending.items())
                    ),
                )
                self._connection.executemany(
                    "INSERT OR REPLACE INTO resting (host, noted_at, until) VALUES (?, ?, ?)",
                    (
                        (host, format_instant(noted_at), format_instant(until))
                        for host, (noted_at, until) in sorted(rests.items())
                    ),
                )
