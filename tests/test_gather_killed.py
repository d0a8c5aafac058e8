"""``digest gather`` killed at any instant, and two digests at work in one workspace."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from array import array
from collections.abc import Iterable
from pathlib import Path

import pytest
from servers import Connection, FaultServer, Request, after, answer, head

from digest.state.responses import ResponseCache

NOW = "2025-04-28T07:00+00:00"
DIGEST = [sys.executable, "-m", "digest"]
NOW_KEPT = "2025-04-28T07:00:00Z"
LATER = "2025-04-29T07:00+00:00"
GATHER = ["gather", "--now", NOW]
COMPOSE = ["compose", "--week", "2025-W17", "--now", NOW]
BATCH = 1_000
"""Articles that a gathering enters together, at least."""
IN_PASSING = {"seconds", "status"}
"""Columns that tell how this very run went: how long an answer took, whether it was new."""
TABLES = ("article", "entry", "inventory", "response", "source", "visit")

# A program that tells through a pipe that it comes to the workspace's door, then goes on as digest.
TOLD_AT_THE_DOOR = """
import os, sys
door = int(sys.argv.pop(1))
def hear(event, arguments):
    global door
    if event == "open" and str(arguments[0]).endswith(os.sep + ".lock") and door is not None:
        door, told = None, door
        os.write(told, b"!")
sys.addaudithook(hear)
from digest.cli import run
sys.exit(run(sys.argv[1:]))
"""


def settle(folder: Path, urls: Iterable[str]) -> Path:
    """Makes the folder a workspace with these sources."""
    folder.mkdir()
    tables = "".join(f'\n[[sources]]\nurl = "{url}"\nprivate = true\n' for url in urls)
    text = f'[newsletter]\ntitle = "T"\ntimezone = "UTC"\n{tables}'
    (folder / "digest.toml").write_text(text, encoding="utf-8")
    return folder


def feed(name: str, *, count: int) -> bytes:
    items = "".join(
        f"<item><title>News {number} of {name}</title><link>https://{name}.example/{number}</link>"
        f"<pubDate>Thu, 24 Apr 2025 0{number % 9}:10:00 GMT</pubDate></item>"
        for number in range(count)
    )
    return (
        f'<rss version="2.0"><channel><title>{name}</title><link>https://{name}.example/</link>'
        f"{items}</channel></rss>"
    ).encode()


class Executioner:
    """Serves feeds, and kills who is named in a file when it has sent him so many bytes."""

    def __init__(self, order: Path) -> None:
        self._order = order
        self._lock = threading.Lock()
        self._sent = {"": 0}

    def serve(self, body: bytes, request: Request, connection: Connection) -> None:
        connection.send(head(200, {"Content-Length": str(len(body)), "ETag": '"1"'}))
        for start in range(0, len(body), 100):
            connection.send(piece := body[start : start + 100])
            self._count(len(piece))

    def _count(self, bytes_sent: int) -> None:
        with self._lock:
            try:
                at, process = self._order.read_text(encoding="utf-8").split()
            except FileNotFoundError:
                return
            before = self._sent.get(process, 0)
            self._sent[process] = before + bytes_sent
            if before < int(at) <= before + bytes_sent:
                os.kill(int(process), signal.SIGKILL)


def rows(file: Path, statement: str) -> list[tuple]:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return connection.execute(statement).fetchall()


def all_rows(file: Path) -> dict[str, list[tuple]]:
    """What runs are compared by: all that a gathering keeps."""
    found = {}
    for table in TABLES:
        names = [row[1] for row in rows(file, f"PRAGMA table_info({table})")]
        columns = ", ".join(name for name in names if name not in IN_PASSING)
        found[table] = sorted(rows(file, f"SELECT {columns} FROM {table}"), key=repr)
    return found


def check_whole(file: Path) -> int:
    """How many articles are seen; each stands in a document that is kept, and every inventory
    names such articles alone."""
    assert rows(file, "PRAGMA integrity_check") == [("ok",)]
    if not rows(file, "SELECT 1 FROM sqlite_master WHERE name = 'inventory'"):
        return 0
    with contextlib.closing(sqlite3.connect(file)) as connection:
        kept = ResponseCache(connection)
        seen = connection.execute("SELECT id, via, url FROM article").fetchall()
        documents = {via: kept.find(via) for _, via, _ in seen}
        for _, via, url in seen:
            document = documents[via]
            assert document is not None, via
            assert url.encode() in document.body.plain
        entered = {int(number, 16) for number, _, _ in seen}
        for url, ids in connection.execute("SELECT url, ids FROM inventory"):
            named = array("Q", ids)
            assert named, url
            assert entered.issuperset(named), url
    return len(seen)


def check_complete(file: Path, bodies: dict[str, bytes], count: int) -> None:
    """Nothing that a gathering keeps is missing: of each source's answer, articles, record."""
    sources = sorted(bodies)
    assert rows(file, "SELECT count(*) FROM article") == [(len(bodies) * count,)]
    assert rows(file, "SELECT count(*) FROM entry") == [(len(bodies) * count,)]

    def told(statement: str) -> list[tuple]:
        """Rows whose first column is an address, by the path of that."""
        found = rows(file, statement)
        return sorted((f"/{url.rpartition('/')[2]}", *rest) for url, *rest in found)

    assert told("SELECT url, etag FROM response") == [(path, '"1"') for path in sources]
    with contextlib.closing(sqlite3.connect(file)) as connection:
        kept = ResponseCache(connection)
        for (url,) in connection.execute("SELECT url FROM response").fetchall():
            answered = kept.find(url)
            assert answered is not None
            assert answered.body.plain == bodies[f"/{url.rpartition('/')[2]}"]
    wanted = [(path, "ok", count, NOW_KEPT, NOW_KEPT) for path in sources]
    columns = "url, status, last_count, last_success, tried_at"
    assert told(f"SELECT {columns} FROM source") == wanted
    assert told("SELECT url, noted_at, failures FROM visit") == [
        (path, NOW_KEPT, 0) for path in sources
    ]
    named = told("SELECT url, length(ids) / 8 FROM inventory")
    # Only a gathering lets articles go, and so only it remembers what a document offered.
    assert named == [(path, count) for path in sources] or named == []


@pytest.mark.parametrize(
    ("words", "feeds", "count", "statements", "cuts"),
    [
        pytest.param(GATHER, 6, 5, 8, 6, id="of a few articles"),
        pytest.param(GATHER, 6, 260, 6, 2, id="of more than one batch"),
        pytest.param(COMPOSE, 6, 5, 0, 1, id="before an issue is written"),
    ],
)
def test_killed_at_any_instant_the_database_is_whole_and_the_next_run_makes_it_complete(
    tmp_path: Path,
    server: FaultServer,
    words: list[str],
    feeds: int,
    count: int,
    statements: int,
    cuts: int,
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    executioner = Executioner(out / "order")
    bodies = {f"/{number}": feed(f"n{number}", count=count) for number in range(feeds)}

    def behave(request: Request, connection: Connection) -> None:
        executioner.serve(bodies[request.path], request, connection)

    start = settle(tmp_path / "start", [server.put(path, behave) for path in bodies])
    served = sum(map(len, bodies.values()))
    orders = ",".join(str(served * (2 * cut + 1) // (2 * cuts)) for cut in range(cuts))
    harness = Path(__file__).with_name("dying_gather.py")
    given = [str(harness), str(start), str(out), str(count), str(statements), orders]
    done = subprocess.run(
        [sys.executable, *given, *words],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    kinds = [run["kind"] for run in runs]
    assert kinds.count("any") == statements
    assert kinds.count("order") == cuts
    # Each kind of writing was met: its first statement, and where there are several its last.
    writing = {f"INSERT {table}" for table in TABLES if words is GATHER or table != "inventory"}
    assert {*writing, "COMMIT"} <= set(kinds)
    assert all(kinds.count(kind) == (2 if statements else 1) for kind in writing)
    check_complete(out / "0/.digest/digest.db", bodies, count)
    whole = all_rows(out / "0/.digest/digest.db")
    assert bool(whole["inventory"]) == (words is GATHER)
    issue = out / "0/issues/2025-W17/issue.md"
    part_way = []
    for run in runs:
        assert run["then"] == 0, (run, done.stderr)
        file = out / str(run["number"]) / ".digest/digest.db"
        if run["kind"] != "whole":
            assert run["killed"] == -signal.SIGKILL, run
            left = out / str(run["number"]) / "left/digest.db"
            part_way.append(check_whole(left) if left.exists() else 0)
        assert check_whole(file) == feeds * count
        assert all_rows(file) == whole, run
        if words is COMPOSE:
            document = out / str(run["number"]) / "issues/2025-W17/issue.md"
            assert document.read_bytes() == issue.read_bytes(), run
    # Kills came before anything was seen, and when all was seen and the sources' record was not;
    # of several batches also when one of them was entered and another was not.
    assert 0 in part_way
    assert feeds * count in part_way
    between = [seen for seen in part_way if 0 < seen < feeds * count]
    assert bool(between) == (words is GATHER and feeds * count > BATCH), part_way
    # What the killed and the next run kept is what a third one goes on from.
    server.requests.clear()
    for path, body in bodies.items():
        server.put(path, answer(body, etag='"1"'))
    last = out / str(runs[-1]["number"])
    again = subprocess.run(
        [*DIGEST, "gather", "--json", "--now", LATER],
        cwd=last,
        capture_output=True,
        text=True,
        timeout=120,
    )
    told = json.loads(again.stdout)["sources"]
    assert [(one["status"], one["articles"], one["new"], one["http_status"]) for one in told] == [
        ("unchanged", count, 0, 304)
    ] * feeds
    assert [asked.headers.get("if-none-match") for asked in server.requests] == ['"1"'] * feeds


@pytest.mark.parametrize("second", ["gather", "compose"])
def test_of_two_runs_started_together_the_later_waits_and_all_is_as_after_one(
    tmp_path: Path, second: str
) -> None:
    words = {
        "gather": ["gather", "--now", NOW],
        "compose": ["compose", "--week", "2025-W17", "--now", NOW],
    }
    both_came = threading.Event()
    with FaultServer() as server:
        urls = [
            server.put(f"/{n}", after(both_came, answer(feed(f"n{n}", count=40), etag='"1"')))
            for n in range(8)
        ]
        here = settle(tmp_path / "here", urls)
        alone = settle(tmp_path / "alone", urls)
        told, telling = os.pipe()
        together = [
            subprocess.Popen(
                [sys.executable, "-c", TOLD_AT_THE_DOOR, str(telling), *words[name]],
                cwd=here,
                pass_fds=[telling],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for name in ("gather", second)
        ]
        os.close(telling)
        # No answer comes before both are at the door: one is at work then, and one waits.
        came = b""
        while len(came) < 2 and (one := os.read(told, 1)):
            came += one
        both_came.set()
        said = [run.communicate(timeout=120) for run in together]
        os.close(told)
        for name in dict.fromkeys(["gather", second]):
            subprocess.run(
                [*DIGEST, *words[name]], cwd=alone, check=True, capture_output=True, timeout=120
            )
    assert came == b"!!"
    assert [run.returncode for run in together] == [0, 0], said
    # A host is asked by two at once: more would be both runs' requests.
    assert server.most_at_once <= 2
    for _, wrong in said:
        assert "locked" not in wrong
        assert "in use" not in wrong
        assert "error" not in wrong
    file = here / ".digest/digest.db"
    assert check_whole(file) == 320
    assert all_rows(file) == all_rows(alone / ".digest/digest.db")
    if second == "compose":
        issues = [folder / "issues/2025-W17" for folder in (here, alone)]
        for name in ("issue.md", "digest.html", "digest.txt", "digest.eml"):
            assert (issues[0] / name).read_bytes() == (issues[1] / name).read_bytes()
