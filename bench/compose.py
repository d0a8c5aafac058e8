"""How long an issue takes to compose from many candidates, and how that grows."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from bench.candidates import LATER, WEEK, write_workspace
from bench.measure import (
    Contestant,
    Run,
    alternate,
    median_processor_seconds,
    median_seconds,
    peak_megabytes,
    ratio,
    show_goal,
    show_table,
)

GOAL_SECONDS = 3.0
GOAL_MEGABYTES = 400.0
# Doubling the candidates may at most double what they cost, with this allowance for noise.
GOAL_GROWTH = 1.3
SIZES = (5_000, 10_000, 20_000, 40_000)
TIMES = 5

READ_ALONE = """
import json
with open("candidates.jsonl", encoding="utf-8") as file:
    articles = [json.loads(line) for line in file]
"""


def measure(times: int = TIMES) -> None:
    """Prints the tables and whether the promises of issue 3 are kept."""
    with tempfile.TemporaryDirectory() as name:
        folders = {size: Path(name) / str(size) for size in SIZES}
        for size, folder in folders.items():
            write_workspace(folder, size)
        _measure_one(folders[20_000], times)
        _measure_growth(folders, times)


def _compose(name: str, folder: Path, *, afresh: bool) -> Contestant:
    def forget() -> None:
        for made in ("issues", ".digest"):
            shutil.rmtree(folder / made, ignore_errors=True)

    return Contestant(
        name=name,
        command=[
            *(sys.executable, "-m", "digest", "compose"),
            *("--week", WEEK, "--now", LATER, "--offline"),
        ],
        folder=folder,
        prepare=forget if afresh else None,
    )


def _measure_one(folder: Path, times: int) -> None:
    reference = "json.loads of every line"
    again = folder.parent / "again"
    shutil.copytree(folder, again)
    runs = alternate(
        [
            Contestant(name=reference, command=[sys.executable, "-c", READ_ALONE], folder=folder),
            _compose("compose, first time", folder, afresh=True),
            _compose("compose again", again, afresh=False),
        ],
        times,
    )
    show_table(
        f"Compose, 20,000 candidates, 200 in the window, {times} runs in turns",
        ["program", "median s", "processor s", "peak MB", f"of {reference}"],
        [
            [
                name,
                f"{median_seconds(of_it):.2f}",
                f"{median_processor_seconds(of_it):.2f}",
                f"{peak_megabytes(of_it):.0f}",
                f"{ratio(runs, name, reference):.1f}",
            ]
            for name, of_it in runs.items()
        ],
    )
    for name in list(runs)[1:]:
        show_goal(name, median_seconds(runs[name]), GOAL_SECONDS, " s")
        show_goal(name, peak_megabytes(runs[name]), GOAL_MEGABYTES, " MB")


def _measure_growth(folders: dict[int, Path], times: int) -> None:
    runs = alternate(
        [_compose(f"{size:,}", folder, afresh=True) for size, folder in folders.items()], times
    )
    smallest = f"{SIZES[0]:,}"
    show_table(
        f"Growth, {times} runs in turns",
        ["candidates", "median s", "processor s", "peak MB", f"of {smallest}", "ms per 1,000 more"],
        [
            [
                f"{size:,}",
                f"{median_seconds(runs[f'{size:,}']):.2f}",
                f"{median_processor_seconds(runs[f'{size:,}']):.2f}",
                f"{peak_megabytes(runs[f'{size:,}']):.0f}",
                f"{ratio(runs, f'{size:,}', smallest):.2f}",
                _marginal(runs, position),
            ]
            for position, size in enumerate(SIZES)
        ],
    )
    steps = [_step(runs, position) for position in range(1, len(SIZES))]
    show_goal(
        "cost of one more candidate, from 20,000 to 40,000 against from 5,000 to 10,000",
        steps[-1] / steps[0],
        GOAL_GROWTH,
    )


def _step(runs: dict[str, list[Run]], position: int) -> float:
    """Processor seconds that each candidate more costs between one size and the one before."""
    size, before = SIZES[position], SIZES[position - 1]
    more = median_processor_seconds(runs[f"{size:,}"])
    more -= median_processor_seconds(runs[f"{before:,}"])
    return more / (size - before)


def _marginal(runs: dict[str, list[Run]], position: int) -> str:
    return f"{_step(runs, position) * 1e6:.0f}" if position else ""
