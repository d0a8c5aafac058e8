"""Many sources at once, few per host and per domain: a queue for each host, the longest first."""

from __future__ import annotations

import heapq
import itertools
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

USUAL_SECONDS = 1.0
"""What a job is thought to take of which nothing is known."""

_RISK = 8_000
"""Milliseconds by which a host goes before others of which nothing is known and nothing was asked:
it may be one that drips until its deadline, and the run waits for whoever begins last."""


_PAUSE_SECONDS = 0.02
_FEW = 16
"""So few jobs left are soon done: each is waited for by itself."""


class Pace(Generic[Job, Result]):
    """Runs ``work`` on jobs in threads and gives the results as they come.

    The hosts whose queues need longest go first, and of a host's jobs the longest: what begins
    last decides when all is done. Unknown hosts are asked once before all but the longest queues.
    ``domain_of`` names what a host belongs to; hosts of one domain
    have ``at_once_per_domain`` jobs together. The threads are daemons: an interrupted run ends at
    once and waits for no server.
    """

    def __init__(
        self,
        work: Callable[[Job], Result],
        *,
        at_once: int,
        at_once_per_host: int,
        domain_of: Callable[[str], str] = str,
        at_once_per_domain: int | None = None,
    ) -> None:
        self._work = work
        self._at_once = at_once
        self._per_host = at_once_per_host
        self._domain_of = domain_of
        self._per_domain = max(at_once_per_host, at_once_per_domain or at_once)
        self._changed = threading.Condition()
        self._numbers = itertools.count()
        # Of each host (minus milliseconds, number, job), the longest first, then as they came.
        self._waiting: defaultdict[str, list[tuple[int, int, Job]]] = defaultdict(list)
        self._load: defaultdict[str, int] = defaultdict(int)
        self._running: defaultdict[str, int] = defaultdict(int)
        self._unknown: set[str] = set()
        self._domain: dict[str, str] = {}
        self._place: dict[str, int] = {}
        self._running_of_domain: defaultdict[str, int] = defaultdict(int)
        # Hosts that could be served but for their domain.
        self._parked: defaultdict[str, dict[str, None]] = defaultdict(dict)
        # (minus the queue's weight, place, host) for hosts that may be served; may be out of date.
        self._ready: list[tuple[int, int, str]] = []
        self._unfinished: dict[int, Job] = {}
        self._results: queue.SimpleQueue[tuple[Job, Result | BaseException]] = queue.SimpleQueue()
        # Results that nobody takes for a while would pile up: threads wait with them instead.
        self._taken = threading.Condition()
        self._full = 0
        self._threads = 0
        self._idle = 0
        self._stopped = False

    def put(self, host: str, job: Job, *, seconds: float | None = None) -> None:
        """Takes one more job, which took so long last time, None where that is not known;
        :meth:`start` lets it run."""
        with self._changed:
            if host not in self._domain:
                self._domain[host] = self._domain_of(host)
                self._place[host] = len(self._place)
                if seconds is None:
                    self._unknown.add(host)
            cost = max(1, round((USUAL_SECONDS if seconds is None else seconds) * 1000))
            self._unfinished[id(job)] = job
            heapq.heappush(self._waiting[host], (-cost, next(self._numbers), job))
            self._load[host] += cost

    def start(self) -> None:
        """Begins with what was put; also while others run."""
        with self._changed:
            for host, waiting in self._waiting.items():
                if waiting:
                    self._offer(host)
            while self._threads < min(self._at_once, len(self._unfinished)):
                self._threads += 1
                threading.Thread(target=self._serve, daemon=True, name="digest-fetch").start()
            self._changed.notify_all()

    def add(self, host: str, job: Job, *, seconds: float | None = None) -> None:
        """Takes one more job and begins with it, also while others run."""
        self.put(host, job, seconds=seconds)
        with self._changed:
            self._offer(host)
            if self._threads < min(self._at_once, len(self._unfinished)):
                self._threads += 1
                threading.Thread(target=self._serve, daemon=True, name="digest-fetch").start()
            self._changed.notify()

    def results(self, *, until: float) -> Iterator[tuple[Job, Result]]:
        """Each finished job with its result, until none is left or the time is up.

        ``until`` is on the clock of ``time.monotonic``. What ``work`` raises is raised here.
        """
        while self._unfinished:
            if self._results.empty() and len(self._unfinished) > _FEW:
                # Whoever wakes for each result takes its turn from those that fetch.
                time.sleep(min(_PAUSE_SECONDS, max(0.0, until - time.monotonic())))
            try:
                job, result = self._results.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                return
            if self._full:
                with self._taken:
                    self._taken.notify()
            del self._unfinished[id(job)]
            if isinstance(result, BaseException):
                raise result
            yield job, result

    def stop(self) -> list[Job]:
        """Starts no more jobs; gives those without a result, in the order they were added."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        return list(self._unfinished.values())

    def unbegun(self) -> list[Job]:
        """The jobs whose turn has not come; after :meth:`stop` it never will."""
        with self._changed:
            return [job for waiting in self._waiting.values() for _, _, job in waiting]

    def _offer(self, host: str) -> None:
        if self._waiting[host] and self._running[host] < self._per_host:
            heapq.heappush(self._ready, (-self._weight(host), self._place[host], host))

    def _weight(self, host: str) -> int:
        return self._load[host] + (_RISK if host in self._unknown else 0)

    def _take(self) -> tuple[str, Job] | None:
        """The next job that politeness allows; None when there is none now."""
        while self._ready:
            weight, _, host = heapq.heappop(self._ready)
            waiting, domain = self._waiting[host], self._domain[host]
            if not waiting or self._running[host] >= self._per_host:
                self._unpark(domain)
                continue
            if -weight > self._weight(host):
                self._offer(host)
                continue
            if self._running_of_domain[domain] >= self._per_domain:
                self._parked[domain][host] = None
                continue
            self._unknown.discard(host)
            self._running[host] += 1
            self._running_of_domain[domain] += 1
            cost, _, job = heapq.heappop(waiting)
            self._load[host] += cost
            self._offer(host)
            return host, job
        return None

    def _finish(self, host: str) -> None:
        domain = self._domain[host]
        self._running[host] -= 1
        self._running_of_domain[domain] -= 1
        self._offer(host)
        self._unpark(domain)

    def _unpark(self, domain: str) -> None:
        """Lets the next host in that waits for its domain, where there is room."""
        parked = self._parked[domain]
        while parked and self._running_of_domain[domain] < self._per_domain:
            host = next(iter(parked))
            del parked[host]
            if self._waiting[host] and self._running[host] < self._per_host:
                self._offer(host)
                return

    def _serve(self) -> None:
        done = ""
        while True:
            with self._changed:
                if done:
                    self._finish(done)
                taken = self._take()
                while taken is None and not self._stopped:
                    self._idle += 1
                    self._changed.wait()
                    self._idle -= 1
                    taken = self._take()
                if self._stopped or taken is None:
                    return
                if self._ready and self._idle:
                    self._changed.notify()
            host, job = taken
            result: Result | BaseException
            try:
                result = self._work(job)
            except BaseException as error:  # noqa: BLE001 - carried to the caller, raised there
                result = error
            self._put(job, result)
            done = host

    def _put(self, job: Job, result: Result | BaseException) -> None:
        if self._results.qsize() >= self._at_once:
            with self._taken:
                self._full += 1
                self._taken.wait_for(lambda: self._results.qsize() < self._at_once)
                self._full -= 1
        self._results.put((job, result))
