"""How long the command line takes to say what it can do."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench.measure import (
    Contestant,
    alternate,
    median_seconds,
    ratio,
    show_goal,
    show_table,
    spread,
)

GOAL = 1.15
TIMES = 20


def bare_program(commands: int) -> str:
    """A click program with as many commands as digest, each doing nothing."""
    lines = ["import click", "", "@click.group()", "def root():", '    """A bare program."""', ""]
    for number in range(commands):
        lines += [
            f'@root.command("command-{number}")',
            f"def command_{number}():",
            f'    """Does nothing, number {number}."""',
            "",
        ]
    return "\n".join([*lines, "root()", ""])


def measure(times: int = TIMES) -> None:
    """Prints the table and whether the promise of issue 3 is kept."""
    from digest.cli import COMMANDS

    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(bare_program(len(COMMANDS)), encoding="utf-8")
        ours = Path(folder) / "ours.py"
        ours.write_text("from digest.cli import main\nmain()\n", encoding="utf-8")
        contestants = [
            Contestant(name="python -c pass", command=[sys.executable, "-c", "pass"]),
            Contestant(name="bare click --help", command=[sys.executable, str(bare), "--help"]),
            Contestant(name="digest --help", command=[sys.executable, str(ours), "--help"]),
        ]
        runs = alternate(contestants, times)
    reference = "bare click --help"
    show_table(
        f"Start, {times} runs in turns",
        ["program", "median ms", "middle half", f"of {reference}"],
        [
            [
                name,
                f"{median_seconds(of_it) * 1000:.1f}",
                spread(of_it),
                f"{ratio(runs, name, reference):.2f}",
            ]
            for name, of_it in runs.items()
        ],
    )
    show_goal("digest --help against bare click", ratio(runs, "digest --help", reference), GOAL)
