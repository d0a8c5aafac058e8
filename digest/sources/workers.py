"""The same work on many things, by several processes, in order.

For work that keeps a processor busy for tens of milliseconds each time: threads would take
turns. Processes of our own rather than ``concurrent.futures``: there one crash takes all that was
under way with it and does not say which piece was the cause, and nothing ends a piece that hangs.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

_MOST_WORKERS = 8
_AHEAD_PER_WORKER = 4
"""So many results wait for an earlier one at most: memory does not grow with the work."""
_PIECES_PER_WORKER = 1000
"""Then a worker is replaced by a fresh one: libraries keep caches that grow."""
_START_SECONDS = 60.0
_READY = "ready"

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Lost:
    """A piece of work that took its process with it, or its time: ``reason`` says which.
    ``signal`` is the one that ended the process, 0 where none did."""

    reason: str
    signal: int = 0


def count_processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def work_in_order(
    pieces: Sequence[T],
    work: Callable[[T], R],
    *,
    workers: int,
    seconds: float,
    preload: tuple[str, ...] = (),
) -> Generator[R | Lost, None, None]:
    """What ``work`` gives for each piece, in their order, made by so many processes (at most 8).

    ``work`` is a function of a module, which the processes import; pieces and results travel
    pickled. The modules of ``preload`` are imported once for all processes, where the system can
    do that. A process that dies, or takes more than ``seconds`` for a piece, costs that piece
    alone. Where no process can be started, this one does the rest itself. Closing the iterator
    ends the processes.
    """
    pool = _Pool(work, seconds, min(workers, _MOST_WORKERS, len(pieces)), preload)
    try:
        yield from pool.results(pieces)
    finally:
        pool.close()


@dataclass(slots=True)
class _Worker:
    """One process. ``place`` is the piece that it has, None while it waits for one or starts."""

    process: BaseProcess
    pipe: Connection
    until: float
    ready: bool = False
    place: int | None = None
    given: int = 0


@dataclass(slots=True)
class _Pool(Generic[T, R]):
    work: Callable[[T], R]
    seconds: float
    size: int
    preload: tuple[str, ...]
    workers: list[_Worker] = field(default_factory=list)
    done: dict[int, R | Lost] = field(default_factory=dict)
    failed_to_start: bool = False

    def results(self, pieces: Sequence[T]) -> Iterator[R | Lost]:
        """Hands pieces out and gives the results in order."""
        given = 0
        for place in range(len(pieces)):
            while place not in self.done:
                if self.failed_to_start and not any(worker.ready for worker in self.workers):
                    self.done[place] = self.work(pieces[place])
                    given = max(given, place + 1)
                    break
                last = min(len(pieces), place + self.size * _AHEAD_PER_WORKER)
                self._fill(last - given)
                for worker in self.workers:
                    if worker.ready and worker.place is None and given < last:
                        self._give(worker, given, pieces[given])
                        given += 1
                self._listen()
            yield self.done.pop(place)

    def close(self) -> None:
        """Ends all processes, whatever they are at."""
        for worker in self.workers:
            self._end(worker)
        self.workers.clear()

    def _fill(self, waiting: int) -> None:
        """Starts processes for pieces that wait, as many as there may be."""
        idle = sum(worker.place is None for worker in self.workers)
        while len(self.workers) < self.size and idle < waiting and not self.failed_to_start:
            try:
                self.workers.append(_start(self.work, self.preload))
            except OSError:
                self.failed_to_start = True
            idle += 1

    def _give(self, worker: _Worker, place: int, piece: T) -> None:
        worker.place = place
        worker.given += 1
        worker.until = time.monotonic() + self.seconds
        with contextlib.suppress(OSError):  # it died meanwhile: its pipe says so
            worker.pipe.send(piece)

    def _listen(self) -> None:
        """Waits until a process says something, dies, or is over its time."""
        from multiprocessing.connection import wait

        busy = [worker for worker in self.workers if worker.place is not None or not worker.ready]
        if not busy:
            return
        patience = min(worker.until for worker in busy) - time.monotonic()
        heard = set(map(id, wait([worker.pipe for worker in busy], timeout=max(0.0, patience))))
        now = time.monotonic()
        for worker in busy:
            if id(worker.pipe) in heard:
                self._hear(worker)
            elif now >= worker.until:
                self._drop(worker, f"took more than {self.seconds:g} s")

    def _hear(self, worker: _Worker) -> None:
        try:
            said = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(1.0)
            reason = f"ended the process that read it ({_exit_words(worker.process)})"
            self._drop(worker, reason, signal=max(0, -(worker.process.exitcode or 0)))
            return
        if not worker.ready:
            worker.ready = said == _READY
            return
        assert worker.place is not None
        self.done[worker.place] = said
        worker.place = None
        if worker.given >= _PIECES_PER_WORKER:
            self._drop(worker, "")

    def _drop(self, worker: _Worker, reason: str, signal: int = 0) -> None:
        """Ends a process; what it had is lost for the reason given."""
        if worker.place is not None:
            self.done[worker.place] = Lost(reason, signal)
        elif not worker.ready:
            self.failed_to_start = True
        self.workers.remove(worker)
        self._end(worker)

    def _end(self, worker: _Worker) -> None:
        worker.pipe.close()
        worker.process.kill()
        worker.process.join()
        worker.process.close()


def _start(work: Callable[[Any], Any], preload: tuple[str, ...]) -> _Worker:
    # Never a plain fork: the threads that fetch would leave their locks taken in the copy.
    import multiprocessing

    methods = multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload([work.__module__, *preload])
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work), daemon=True)
    try:
        process.start()
    except OSError:
        ours.close()
        raise
    finally:
        theirs.close()
    return _Worker(process, ours, time.monotonic() + _START_SECONDS)


def _serve(pipe: Connection, work: Callable[[Any], Any]) -> None:
    """What a process does: work on what comes until the other end of the pipe is gone."""
    import signal
    import threading

    # Ctrl-C reaches all processes of a terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    pipe.send(_READY)
    while True:
        try:
            piece = pipe.recv()
        except (EOFError, OSError):
            return
        result = work(piece)
        try:
            pipe.send(result)
        except OSError:
            return


def _end_with_parent() -> None:
    """Ends this process when the first one is gone, also in the middle of a piece."""
    import multiprocessing
    from multiprocessing.connection import wait

    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _exit_words(process: BaseProcess) -> str:
    code = process.exitcode
    if code is None:
        return "no status"
    return f"signal {-code}" if code < 0 else f"status {code}"
