"""Many sources at once, few per host: a queue for each host, the fullest first."""

from __future__ import annotations

import heapq
import queue
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


class Pace(Generic[Job, Result]):
    """Runs ``work`` on jobs in threads and gives the results as they come.

    The hosts with the longest queues go first, for they need the longest. The threads are
    daemons: an interrupted run ends at once and waits for no server.
    """

    def __init__(
        self, work: Callable[[Job], Result], *, at_once: int, at_once_per_host: int
    ) -> None:
        self._work = work
        self._at_once = at_once
        self._per_host = at_once_per_host
        self._changed = threading.Condition()
        self._waiting: defaultdict[str, deque[Job]] = defaultdict(deque)
        self._running: defaultdict[str, int] = defaultdict(int)
        # (minus the queue's length, host) for hosts that may be served; may be out of date.
        self._ready: list[tuple[int, str]] = []
        self._unfinished: dict[int, Job] = {}
        self._results: queue.SimpleQueue[tuple[Job, Result | BaseException]] = queue.SimpleQueue()
        self._threads = 0
        self._stopped = False

    def add(self, host: str, job: Job) -> None:
        """Takes one more job, also while others run."""
        with self._changed:
            self._unfinished[id(job)] = job
            self._waiting[host].append(job)
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
            try:
                job, result = self._results.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                return
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

    def _offer(self, host: str) -> None:
        waiting = self._waiting[host]
        if waiting and self._running[host] < self._per_host:
            heapq.heappush(self._ready, (-len(waiting), host))

    def _take(self) -> tuple[str, Job] | None:
        """The next job that politeness allows; None when there is none now."""
        while self._ready:
            length, host = heapq.heappop(self._ready)
            waiting = self._waiting[host]
            if not waiting or self._running[host] >= self._per_host:
                continue
            if -length > len(waiting):
                heapq.heappush(self._ready, (-len(waiting), host))
                continue
            self._running[host] += 1
            job = waiting.popleft()
            self._offer(host)
            return host, job
        return None

    def _serve(self) -> None:
        while True:
            with self._changed:
                taken = self._take()
                while taken is None and not self._stopped:
                    self._changed.wait()
                    taken = self._take()
                if self._stopped or taken is None:
                    return
            host, job = taken
            result: Result | BaseException
            try:
                result = self._work(job)
            except BaseException as error:  # noqa: BLE001 - carried to the caller, raised there
                result = error
            with self._changed:
                self._running[host] -= 1
                self._offer(host)
                self._changed.notify()
            self._results.put((job, result))
