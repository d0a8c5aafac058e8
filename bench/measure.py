"""Running programs in turns, and what the medians say."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a child process: wall time, processor time, the most memory it held at once."""

    seconds: float
    processor_seconds: float
    peak_megabytes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """A program to measure; ``prepare`` is called before each run, outside the clock."""

    name: str
    command: Sequence[str]
    folder: Path | None = None
    prepare: Callable[[], object] | None = None


def run_once(contestant: Contestant) -> Run:
    """Runs a program once; stops the bench with its own words when it fails."""
    if contestant.prepare is not None:
        contestant.prepare()
    # Where Python may keep no bytecode, every run would compile digest anew.
    settings = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    started = time.perf_counter()
    child = subprocess.Popen(
        contestant.command,
        cwd=contestant.folder,
        env=settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert child.stderr is not None
    words = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stderr.close()
    if child.returncode != 0:
        sys.exit(f"{contestant.name}: exit {child.returncode}\n{words.decode(errors='replace')}")
    # Linux counts in kilobytes, macOS in bytes.
    scale = 1_000_000 if sys.platform == "darwin" else 1_000
    return Run(
        seconds=seconds,
        processor_seconds=usage.ru_utime + usage.ru_stime,
        peak_megabytes=usage.ru_maxrss / scale,
    )


def alternate(contestants: Sequence[Contestant], times: int) -> dict[str, list[Run]]:
    """Runs each in turn, ``times`` times, so that a busy moment of the machine hits all alike.

    One round before the first is thrown away: it fills the caches of files and bytecode.
    """
    runs: dict[str, list[Run]] = {contestant.name: [] for contestant in contestants}
    for round_number in range(times + 1):
        for contestant in contestants:
            run = run_once(contestant)
            if round_number:
                runs[contestant.name].append(run)
    return runs


def median_seconds(runs: Sequence[Run]) -> float:
    """The median wall time in seconds."""
    return statistics.median(run.seconds for run in runs)


def median_processor_seconds(runs: Sequence[Run]) -> float:
    """The median processor time in seconds: what a quiet machine would hardly exceed."""
    return statistics.median(run.processor_seconds for run in runs)


def peak_megabytes(runs: Sequence[Run]) -> float:
    """The largest peak of all runs in megabytes."""
    return max(run.peak_megabytes for run in runs)


def ratio(runs: Mapping[str, Sequence[Run]], name: str, reference: str) -> float:
    """The median of the ratios round by round: steadier than the ratio of the medians."""
    pairs = zip(runs[name], runs[reference], strict=True)
    return statistics.median(one.seconds / other.seconds for one, other in pairs)


def processor_ratio(runs: Mapping[str, Sequence[Run]], name: str, reference: str) -> float:
    """The same of processor time: what a busy machine changes least."""
    pairs = zip(runs[name], runs[reference], strict=True)
    return statistics.median(
        one.processor_seconds / other.processor_seconds for one, other in pairs
    )


def spread(runs: Sequence[Run]) -> str:
    """The middle half of the runs in milliseconds, as ``61–64``."""
    quarters = statistics.quantiles([run.seconds * 1000 for run in runs], n=4)
    return f"{quarters[0]:.0f}–{quarters[2]:.0f}"


def show_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints a Markdown table, its columns aligned: numbers to the right."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    print(f"\n### {title}\n")
    for number, row in enumerate([head, *rows]):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print(f"| {' | '.join(cells)} |")
        if number == 0:
            rule = [":" + "-" * (widths[0] - 1), *("-" * (width - 1) + ":" for width in widths[1:])]
            print(f"| {' | '.join(rule)} |")


def show_goal(
    what: str, value: float, goal: float, unit: str = "", *, at_least: bool = False
) -> None:
    """Prints whether a promise is kept; with ``at_least`` more is better."""
    word = "kept" if (value >= goal if at_least else value <= goal) else "MISSED"
    bound = "at least" if at_least else "at most"
    print(f"{word}: {what} {value:.2f}{unit}, promised {bound} {goal:g}{unit}")
