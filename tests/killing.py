"""Runs digest again and again in copies of a folder, and kills each run a step later.

``python killing.py FOLDER OUT ARGUMENTS…``: run N is killed, as if by ``kill -9``, right before its
N-th change to the issues or their history; what it left stands in OUT/N. The last one
ran to its end. Runs are forked from one process, so that each costs no start of an interpreter.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

CHANGING = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"})
WATCHED = ("issues", "history")
"""Folders whose changes count."""


def run_to(step: int, arguments: list[str]) -> int:
    """The exit status of one run in a child; 0 > when it died."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    left = step

    def watch(event: str, args: tuple[object, ...]) -> None:
        nonlocal left
        is_writing = event == "open" and isinstance(args[2], int) and args[2] & 0o3
        if (event in CHANGING or is_writing) and any(name in str(args[0]) for name in WATCHED):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    from digest.cli import run

    sys.addaudithook(watch)
    os._exit(run(arguments))


def main(folder: Path, out: Path, arguments: list[str]) -> None:
    from digest.cli import run

    # Once without an end, so that children find everything imported.
    shutil.copytree(folder, out / "warm")
    os.chdir(out / "warm")
    run(arguments)
    shutil.rmtree(out / "warm")
    for step in range(1, 500):
        copy = out / str(step)
        shutil.copytree(folder, copy)
        os.chdir(copy)
        if run_to(step, arguments) >= 0:
            return
    raise SystemExit("it never came to its end")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
