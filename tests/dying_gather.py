"""Runs a digest command in a folder and kills it at one statement after the other.

``python dying_gather.py FOLDER OUT EVERY ARGUMENTS…``: run N is killed, as if by ``kill -9``, right
before the (N x EVERY)-th statement that it gives to SQLite; what it left stands in OUT/N. The last
one ran to its end. Runs are forked from one process, so that each costs no start of an interpreter.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any


def run_to(statement: int, arguments: list[str]) -> int:
    """The exit status of one run in a child; negative when it died."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    left = statement

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            count()
            yield row

    # Not by set_trace_callback: SQLite calls it with the connection's mutex held, and it waits for
    # the interpreter's lock, which another thread may hold that waits for that mutex.
    class Watched(sqlite3.Connection):
        def execute(self, *args: Any) -> sqlite3.Cursor:
            count()
            return super().execute(*args)

        def executemany(self, sql: str, rows: Iterable[Any], /) -> sqlite3.Cursor:
            return super().executemany(sql, counted(rows))

    connect = sqlite3.connect

    def connect_watched(*args: Any, **options: Any) -> Any:
        return connect(*args, factory=Watched, **options)

    sqlite3.connect = connect_watched
    from digest.cli import run

    os._exit(run(arguments))


def main(folder: Path, out: Path, every: int, arguments: list[str]) -> None:
    from digest.cli import COMMANDS

    # Importing is the same for all; threads and connections are each child's own.
    __import__(COMMANDS[arguments[0]][0])
    import digest.intake
    import digest.sources  # noqa: F401

    for number in itertools.count(1):
        copy = out / str(number)
        shutil.copytree(folder, copy)
        os.chdir(copy)
        if run_to(number * every, arguments) >= 0:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
