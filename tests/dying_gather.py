"""Runs a digest command in copies of a folder, kills each run at another instant, and then lets
the same command run there undisturbed.

``python dying_gather.py FOLDER OUT SEED STATEMENTS ORDERS ARGUMENTS…``

The first copy, OUT/0, is never disturbed; the statements that its run gives to SQLite are counted,
a row of an ``executemany`` being one. That range is cut into STATEMENTS parts; of each part one
statement is drawn, and a run is killed, as if by ``kill -9``, right before it. Another run is
killed before the first, and one before the last statement of each kind that writes into a table
(``INSERT article``), and of ``COMMIT``: so each is met, however many of another there are; with no
STATEMENTS before the first alone. Threads make these numbers differ from run to run: one that ends
before its number came is repeated with a smaller one. Then follows a run for each of the numbers in
ORDERS (parted by commas, ``-`` for none): OUT/order holds the number and the process, and whoever
serves the sources kills it.

Of run N stands in OUT/N/left what the kill left of ``.digest``, in OUT/N what the next run made of
it. One JSON line is printed for each run. Runs are forked from one process, so that each costs no
start of an interpreter.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

ANY = "any"
TABLES = frozenset(("article", "entry", "inventory", "response", "source", "visit", "judged"))


def kind_of(sql: str) -> str:
    """What a statement writes: ``INSERT article``, ``COMMIT``; "" for one that writes nothing."""
    words = sql.split(maxsplit=6)
    if words[0] == "COMMIT":
        return "COMMIT"
    if words[0] not in ("INSERT", "UPDATE"):
        return ""
    table = next((word for word in words[1:5] if word in TABLES), "")
    return f"{words[0]} {table}" if table else ""


class Statements:
    """Counts what is given to SQLite, by kind, and kills the process before one of them."""

    def __init__(self, kind: str = ANY, last: int | None = None) -> None:
        self._numbers: Counter[str] = Counter()
        self._lock = threading.Lock()  # fetching threads ask the database as well
        self._end = kind, last

    def count(self, sql: str) -> None:
        with self._lock:
            for kind in (ANY, kind_of(sql)):
                self._numbers[kind] += 1
                if (kind, self._numbers[kind]) == self._end:
                    os.kill(os.getpid(), signal.SIGKILL)

    def counted(self, sql: str, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            self.count(sql)
            yield row

    def totals(self) -> dict[str, int]:
        return {kind: number for kind, number in self._numbers.items() if kind}

    def install(self) -> None:
        count, counted = self.count, self.counted

        # Not by set_trace_callback: SQLite calls it with the connection's mutex held, and it waits
        # for the interpreter's lock, which another thread may hold that waits for that mutex.
        class Watched(sqlite3.Connection):
            def execute(self, sql: str, /, *args: Any) -> sqlite3.Cursor:
                count(sql)
                return super().execute(sql, *args)

            def executemany(self, sql: str, rows: Iterable[Any], /) -> sqlite3.Cursor:
                return super().executemany(sql, counted(sql, rows))

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
        statements = Statements()
        statements.install()
        return lambda: print_to(
            out / "whole", json.dumps({"totals": statements.totals(), "modules": [*sys.modules]})
        )

    def told(number: int, kind: str, at: int, killed: int | None, then: int) -> None:
        line = {"number": number, "kind": kind, "at": at, "killed": killed, "then": then}
        sys.stdout.write(json.dumps(line) + "\n")

    shutil.copytree(folder, out / "0")
    status = in_child(out / "0", arguments, counting)
    whole = json.loads((out / "whole").read_text(encoding="utf-8"))
    totals = whole["totals"]
    total = totals.pop(ANY)
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
    instants = [(ANY, at) for at in drawn]
    for kind, count in sorted(totals.items()):
        instants += [(kind, at) for at in dict.fromkeys([1, count if parts else 1])]
    instants += [("order", at) for at in orders]
    for number, (kind, at) in enumerate(instants, start=1):
        copy = out / str(number)
        shutil.copytree(folder, copy)

        def doomed(kind: str = kind, at: int = at) -> Callable[[], None]:
            if kind == "order":
                print_to(out / "order", f"{at} {os.getpid()}")
            else:
                Statements(kind, at).install()
            return lambda: None

        killed = in_child(copy, arguments, doomed)
        while killed == 0 and kind != "order" and at > 1:
            shutil.rmtree(copy)
            shutil.copytree(folder, copy)
            at -= max(1, at // 10)
            killed = in_child(copy, arguments, lambda kind=kind, at=at: doomed(kind, at))
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
