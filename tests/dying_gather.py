"""Runs a digest command in copies of a folder, kills each run at another instant, and then lets
the same command run there undisturbed.

``python dying_gather.py FOLDER OUT SEED STATEMENTS ORDERS ARGUMENTS…``

The first copy, OUT/0, is never disturbed; the statements that its run gives to SQLite are counted,
a row of an ``executemany`` being one. That range is cut into STATEMENTS parts; of each part one
statement is drawn, and a run is killed, as if by ``kill -9``, right before it. Then follows a run
for each of the numbers in ORDERS (parted by commas, ``-`` for none): OUT/order holds the number and
the process, and whoever serves the sources kills it.

Of run N stands in OUT/N/left what the kill left of ``.digest``, in OUT/N what the next run made of
it. One JSON line is printed for each run. Runs are forked from one process, so that each costs no
start of an interpreter.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import itertools
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any


class Statements:
    """Counts what is given to SQLite, and kills the process before one of them."""

    def __init__(self, last: int | None) -> None:
        # In one step: fetching threads ask the database as well.
        self._numbers = itertools.count(1)
        self._last = last

    def count(self) -> None:
        if next(self._numbers) == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(self, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            self.count()
            yield row

    def total(self) -> int:
        return next(self._numbers) - 1

    def install(self) -> None:
        count, counted = self.count, self.counted

        # Not by set_trace_callback: SQLite calls it with the connection's mutex held, and it waits
        # for the interpreter's lock, which another thread may hold that waits for that mutex.
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


def in_child(folder: Path, arguments: list[str], before: Callable[[], Callable[[], None]]) -> int:
    """The exit status of one run in a process of its own; negative when it died."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 70
    try:
        from digest.cli import run

        os.chdir(folder)
        done = before()
        with contextlib.redirect_stdout(io.StringIO()):
            status = run(arguments)
        done()
    finally:
        sys.stderr.flush()
        os._exit(status)


def main(
    folder: Path, out: Path, seed: int, parts: int, orders: list[int], arguments: list[str]
) -> None:
    def undisturbed() -> Callable[[], None]:
        return lambda: None

    def counting() -> Callable[[], None]:
        statements = Statements(None)
        statements.install()
        return lambda: print_to(
            out / "whole", json.dumps({"total": statements.total(), "modules": [*sys.modules]})
        )

    def told(number: int, kind: str, at: int, killed: int | None, then: int) -> None:
        line = {"number": number, "kind": kind, "at": at, "killed": killed, "then": then}
        sys.stdout.write(json.dumps(line) + "\n")

    shutil.copytree(folder, out / "0")
    status = in_child(out / "0", arguments, counting)
    whole = json.loads((out / "whole").read_text(encoding="utf-8"))
    total = whole["total"]
    # Importing is the same for all; threads and connections are each child's own.
    for module in whole["modules"]:
        if module.startswith("digest."):
            importlib.import_module(module)
    told(0, "whole", total, None, status)
    draw = random.Random(seed)
    drawn = [
        draw.randint(total * part // parts + 1, total * (part + 1) // parts)
        for part in range(parts)
    ]
    instants = [("statement", at) for at in drawn] + [("order", at) for at in orders]
    for number, (kind, at) in enumerate(instants, start=1):
        copy = out / str(number)
        shutil.copytree(folder, copy)

        def doomed(kind: str = kind, at: int = at) -> Callable[[], None]:
            if kind == "statement":
                Statements(at).install()
            else:
                print_to(out / "order", f"{at} {os.getpid()}")
            return lambda: None

        killed = in_child(copy, arguments, doomed)
        (out / "order").unlink(missing_ok=True)
        if (copy / ".digest").exists():
            shutil.copytree(copy / ".digest", copy / "left")
        told(number, kind, at, killed, in_child(copy, arguments, undisturbed))


def print_to(file: Path, text: str) -> None:
    """Writes so that nobody reads half of it."""
    unfinished = file.with_suffix(".tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(file)


if __name__ == "__main__":
    given = sys.argv[5]
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        int(sys.argv[3]),
        int(sys.argv[4]),
        [] if given == "-" else [int(each) for each in given.split(",")],
        sys.argv[6:],
    )
