"""Work by several processes: in order, bounded, and a lost process is one lost piece."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from odd_work import odd

from digest.sources.workers import Lost, work_in_order


def words(results: list[str | Lost]) -> list[str]:
    return [
        result.reason if isinstance(result, Lost) else result.split(" ")[0] for result in results
    ]


def run(pieces: list[str], *, seconds: float = 60.0, workers: int = 2) -> list[str | Lost]:
    return list(work_in_order(pieces, odd, workers=workers, seconds=seconds))


def test_results_come_in_the_order_of_the_pieces_from_other_processes() -> None:
    results = run(["slow", *map(str, range(20))])
    assert words(results) == ["slow", *map(str, range(20))]
    numbers = {str(result).split(" ")[1] for result in results}
    assert str(os.getpid()) not in numbers
    assert 1 <= len(numbers) <= 2
    assert not multiprocessing.active_children()


@pytest.mark.parametrize(("piece", "reason"), [("exit", "status 7"), ("kill", "signal 9")])
def test_a_process_that_dies_costs_its_own_piece_alone(piece: str, reason: str) -> None:
    results = words(run(["a", piece, "b", piece, piece, "c"]))
    assert [results[place] for place in (0, 2, 5)] == ["a", "b", "c"]
    assert [reason in results[place] for place in (1, 3, 4)] == [True] * 3


def test_a_piece_that_never_ends_is_given_up_and_the_others_are_done() -> None:
    results = words(run(["a", "hang", "b", "c"], seconds=2.0))
    assert results == ["a", "took more than 2 s", "b", "c"]


def test_one_worker_large_results_and_no_work_at_all() -> None:
    assert words(run(["big", "a"], workers=1))[1] == "a"
    assert run([]) == []


def test_who_stops_asking_leaves_no_process_behind() -> None:
    with closing(work_in_order(["a", "hang", "b"], odd, workers=2, seconds=60.0)) as results:
        assert next(results).startswith("a")  # type: ignore[union-attr]
        assert multiprocessing.active_children()
    assert not multiprocessing.active_children()


# A job in the background of a shell has Ctrl-C ignored and hands that on: it is asked for here.
PROGRAM = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, {folder!r})
from odd_work import odd
from digest.sources.workers import work_in_order
if __name__ == "__main__":
    for result in work_in_order(["a", "hang"], odd, workers=2, seconds=600.0):
        print(result, flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_stopped_leaves_no_process_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(folder=str(Path(__file__).parent)), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(program)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        assert started.stdout.readline().startswith("a ")
        if number == signal.SIGINT:
            os.killpg(started.pid, number)  # as a terminal does
        else:
            started.kill()
        # All that hold the other ends of the pipes are gone when these end.
        told = started.stderr.read()
        started.stdout.read()
    assert told.count("Traceback") == (number == signal.SIGINT)
