"""Sends a split issue again and again, killed at another step each time, then once more to its end.

    python dying_send.py WORKSPACE OUT STEP...

A step is the moment before the ledger, issue.lock or the mail server is touched. Run N stands in
OUT/N and has readers of its own (``N-ann@…``, ``N-bob@…``), so that one mail server can tell all
runs apart. Prints a JSON line for each step: what it died before, and the exit status of the send
that followed. Children are forked: importing digest once is enough.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ARGUMENTS = ["send", "--to", "readers.csv", "--yes"]


def die_at(step: int, sign: Path) -> None:
    """From here on this process ends at its ``step``-th step, as kill -9 does it."""
    import digest.handover
    from digest.deliver.smtp import SmtpProvider
    from digest.state.ledger import Ledger

    left = step

    def deadly(name: str, done: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(done)
        def run(*args: Any, **options: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                sign.write_text(name, encoding="utf-8")
                os.kill(os.getpid(), signal.SIGKILL)
            return done(*args, **options)

        return run

    owners: tuple[tuple[Any, str], ...] = (
        (Ledger, "begin"),
        (Ledger, "claim"),
        (Ledger, "mark"),
        (SmtpProvider, "hand_over"),
        (digest.handover, "_note_delivery"),
    )
    for owner, name in owners:
        setattr(owner, name, deadly(name, getattr(owner, name)))


def run(folder: Path, before: Callable[[], None] | None = None) -> int:
    """The exit status of one send in a child, negative when it died."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    from digest.cli import run as run_command

    os.chdir(folder)
    sys.stderr = (folder / "said.txt").open("a", encoding="utf-8")
    if before is not None:
        before()
    status = run_command(ARGUMENTS)
    sys.stderr.flush()
    os._exit(status)


def main(workspace: Path, out: Path, steps: list[int]) -> None:
    import digest.check
    import digest.deliver.smtp
    import digest.handover
    import digest.render  # noqa: F401 (for the children)

    for step in steps:
        folder = out / str(step)
        shutil.copytree(workspace, folder)
        readers = f"email\n{step}-ann@example.com\n{step}-bob@example.net\n"
        (folder / "readers.csv").write_text(readers, encoding="utf-8")
        sign = folder / "died.txt"
        if run(folder, functools.partial(die_at, step, sign)) >= 0:
            raise SystemExit(f"it came to its end before step {step}")
        died_before = sign.read_text(encoding="utf-8")
        sys.stdout.write(json.dumps([step, died_before, run(folder)]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), list(map(int, sys.argv[3:])))
