"""How gathering fares: its time, processor and memory, and what it does to servers.

The server is gather_server.py, the feeds are gather_world.py's. Every promise about manners is
judged by the server's log, never by what a program says of itself. Loopback addresses beyond
127.0.0.1 are there on Linux; elsewhere they have to be set up first.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.gather_world import PER_HOST, Offer, floor_seconds, world
from bench.measure import show_goal, show_table

TIMES = 3
FEEDS, HOSTS, ENTRIES = 500, 230, 9
MANY = (5_000, 20_000)
MANY_ENTRIES = 2
DEADLINE_SECONDS = 15

GOAL_FLOOR, GOAL_FLOOR_SECONDS = 1.25, 1.0
GOAL_PROCESSOR = 1.5
GOAL_RSS2EMAIL, GOAL_READER = 10.0, 5.0
GOAL_AFTER_DEADLINE, GOAL_HOSTILE_MEGABYTES = 2.0, 120.0
GOAL_MANY_MEGABYTES = 250.0
GOAL_GROWTH_KILOBYTES = 4.0

# What rss2email and reader are installed from; reader's own copy of feedparser needs sgmllib3k.
_OTHERS = ("rss2email", "reader", "sgmllib3k")
_READER = """
import sys
from reader import make_reader
reader = make_reader(sys.argv[1])
for address in open(sys.argv[2]).read().split():
    reader.add_feed(address)
reader.update_feeds(workers=8)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One run of a program: its cost in seconds and megabytes, what it said, and the server's
    log of it."""

    seconds: float
    processor_seconds: float
    megabytes: float
    said: str
    log: dict[str, Any]


class Site:
    """A running server with its feeds, and programs that are sent to it."""

    def __init__(self, offers: Sequence[Offer], port: int, folder: Path) -> None:
        self.offers = offers
        self.floor = floor_seconds(offers)
        self._port = port
        self._folder = folder
        self.addresses = [f"http://{offer.host}:{port}{offer.path}" for offer in offers]
        self.file = folder / "addresses.txt"
        self.file.write_text("\n".join(self.addresses))

    def workspace(self, name: str, deadline: int = 20) -> Path:
        """An empty folder of digest's with all feeds among its settings."""
        folder = self._folder / name
        folder.mkdir()
        lines = [f"[gather]\ndeadline_seconds = {deadline}\n"]
        lines += [
            f'[[sources]]\nurl = "{url}"\nkind = "feed"\nprivate = true\n' for url in self.addresses
        ]
        (folder / "digest.toml").write_text("\n".join(lines))
        return folder

    def run(self, command: Sequence[str], folder: Path) -> Visit:
        """Runs a program to its end; stops the bench where it fails."""
        self._ask("next")
        # Where Python may keep no bytecode, every run would compile digest anew.
        settings = {
            name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
        }
        here = Path(__file__).resolve().parents[1]
        settings["PYTHONPATH"] = str(here)
        started = time.perf_counter()
        with tempfile.TemporaryFile() as words:
            child = subprocess.Popen(
                command,
                cwd=folder,
                env=settings,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=words,
            )
            assert child.stdout is not None
            said = child.stdout.read().decode()
            _, status, usage = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - started
            child.returncode = os.waitstatus_to_exitcode(status)
            child.stdout.close()
            if child.returncode != 0:
                words.seek(0)
                sys.exit(f"{command}: exit {child.returncode}\n{words.read().decode()}")
        scale = 1_000_000 if sys.platform == "darwin" else 1_000
        return Visit(
            seconds=seconds,
            processor_seconds=usage.ru_utime + usage.ru_stime,
            megabytes=usage.ru_maxrss / scale,
            said=said,
            log=self._ask("log"),
        )

    def minimal(self, folder: Path) -> Visit:
        """The least that threads over urllib3 cost."""
        program = (sys.executable, "-m", "bench.gather_minimal", str(self.file), str(folder))
        return self.run(program, folder)

    def digest(self, folder: Path) -> Visit:
        """``digest gather`` in a workspace."""
        return self.run((sys.executable, "-m", "digest", "gather", "--json"), folder)

    def _ask(self, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/--{path}") as answer:
            log: dict[str, Any] = json.load(answer)
        return log


@contextlib.contextmanager
def serve(count: int, hosts: int, entries: int, *, hostile: bool = False) -> Iterator[Site]:
    """The server of such a world in a process of its own, with an empty folder beside it."""
    given = [str(count), str(hosts), str(entries), *(["hostile"] if hostile else [])]
    with (
        tempfile.TemporaryDirectory() as name,
        subprocess.Popen(
            [sys.executable, "-m", "bench.gather_server", *given], stdout=subprocess.PIPE, text=True
        ) as server,
    ):
        assert server.stdout is not None
        try:
            port = int(server.stdout.readline())
            offers = world(count, hosts, entries=entries, hostile=hostile)
            yield Site(offers, port, Path(name))
        finally:
            server.kill()


def measure(times: int = TIMES) -> None:
    """Prints the tables and whether the promises of issue 8 are kept."""
    with serve(FEEDS, HOSTS, ENTRIES) as site:
        _measure_clean(site, times)
    with serve(FEEDS, HOSTS, ENTRIES, hostile=True) as site:
        _measure_hostile(site)
    _measure_many()


def _measure_clean(site: Site, times: int) -> None:
    passes = ("minimal, cold", "minimal, warm", "digest, cold", "digest, warm")
    visits: dict[str, list[Visit]] = {name: [] for name in passes}
    for number in range(times + 1):  # the first fills the caches of files and bytecode
        bare = site.workspace(f"minimal{number}")
        ours = site.workspace(f"digest{number}")
        cold, warm = site.minimal(bare), site.digest(ours)
        again = site.minimal(bare), site.digest(ours)
        if number:
            for name, visit in zip(passes, (cold, again[0], warm, again[1]), strict=True):
                visits[name].append(visit)
    others = _others(site)
    rows = [_row(name, of_it) for name, of_it in visits.items()]
    rows += [_row(name, [visit]) for name, visit in others.items()]
    megabytes = sum(len(offer.body()) for offer in site.offers) / 1e6
    show_table(
        f"{len(site.offers)} feeds on {HOSTS} hosts, {megabytes:.0f} MB, the floor of politeness "
        f"{site.floor:.1f} s, {times} runs in turns",
        _HEAD,
        rows,
    )
    print()
    goal = site.floor * GOAL_FLOOR + GOAL_FLOOR_SECONDS
    for kind in ("cold", "warm"):
        of_it, bare_runs = visits[f"digest, {kind}"], visits[f"minimal, {kind}"]
        show_goal(f"{kind}, by the clock", _median(of_it, "seconds"), goal, " s")
        ratios = [
            one.processor_seconds / other.processor_seconds
            for one, other in zip(of_it, bare_runs, strict=True)
        ]
        show_goal(f"{kind}, processor against minimal", statistics.median(ratios), GOAL_PROCESSOR)
    for name, least in (("rss2email", GOAL_RSS2EMAIL), ("reader", GOAL_READER)):
        if name in others:
            ratio = others[name].seconds / _median(visits["digest, cold"], "seconds")
            show_goal(f"{name} takes as many times as long", ratio, least, at_least=True)
    _show_manners("500 feeds", visits["digest, cold"] + visits["digest, warm"])
    asked, conditional, unchanged = (
        sum(visit.log.get(name, 0) for visit in visits["digest, warm"])
        for name in ("requests", "conditional", "answered 304")
    )
    show_goal("warm, requests that are not conditional", asked - conditional, 0)
    show_goal("warm, answers other than 304", asked - unchanged, 0)


def _measure_hostile(site: Site) -> None:
    folder = site.workspace("hostile", DEADLINE_SECONDS)
    visits = [site.digest(folder), site.digest(folder)]
    show_table(
        f"{len(site.offers)} feeds, a seventh of them hostile, deadline {DEADLINE_SECONDS} s",
        _HEAD,
        [_row(name, [visit]) for name, visit in zip(("cold", "warm"), visits, strict=True)],
    )
    print()
    for name, visit in zip(("cold", "warm"), visits, strict=True):
        print(f"{name}: {_statuses(visit.said)}")
        most = DEADLINE_SECONDS + GOAL_AFTER_DEADLINE
        show_goal(f"hostile, {name}, by the clock", visit.seconds, most, " s")
        show_goal(f"hostile, {name}, memory", visit.megabytes, GOAL_HOSTILE_MEGABYTES, " MB")
    _show_manners("hostile", visits)


def _measure_many() -> None:
    peaks: dict[int, float] = {}
    rows = []
    seen = []
    for count in MANY:
        with serve(count, count * HOSTS // FEEDS, MANY_ENTRIES) as site:
            folder = site.workspace("many", 60)
            visits = [site.digest(folder), site.digest(folder)]
        names = (f"{count:,}, cold", f"{count:,}, warm")
        rows += [_row(name, [visit]) for name, visit in zip(names, visits, strict=True)]
        peaks[count] = max(visit.megabytes for visit in visits)
        seen += visits
    show_table("Many feeds", _HEAD, rows)
    print()
    for count, peak in peaks.items():
        show_goal(f"{count:,} feeds, memory", peak, GOAL_MANY_MEGABYTES, " MB")
    growth = (peaks[MANY[1]] - peaks[MANY[0]]) / (MANY[1] - MANY[0]) * 1000
    show_goal("memory for one feed more", growth, GOAL_GROWTH_KILOBYTES, " kB")
    _show_manners("many feeds", seen)


def _show_manners(what: str, visits: Sequence[Visit]) -> None:
    most = max(visit.log["most at once on a host"] for visit in visits)
    show_goal(f"{what}, requests at once to a host", most, PER_HOST)
    for name in ("early", "to what is gone"):
        count = sum(visit.log.get(name, 0) for visit in visits)
        show_goal(f"{what}, requests {name}", count, 0)


def _others(site: Site) -> dict[str, Visit]:
    """rss2email and reader from the package index, once each; without one that is not there."""
    folder = site.workspace("others")
    venv.create(folder / "venv", with_pip=True)
    programs = folder / "venv" / "bin"
    installed = subprocess.run(
        [programs / "python", "-m", "pip", "install", "-q", *_OTHERS],
        capture_output=True,
        text=True,
    )
    if installed.returncode != 0:
        print(f"\nrss2email and reader cannot be installed, not measured:\n{installed.stderr}")
        return {}
    feeds = "".join(f"[feed.n{number}]\nurl = {url}\n" for number, url in enumerate(site.addresses))
    settings = "[DEFAULT]\nfrom = a@b.example\nto = a@b.example\n"
    (folder / "r2e.cfg").write_text(settings + feeds)
    rss2email = (programs / "r2e", "-c", "r2e.cfg", "-d", "r2e.json", "run", "--no-send")
    reader = (programs / "python", "-c", _READER, "reader.db", site.file)
    return {
        "rss2email": site.run([str(word) for word in rss2email], folder),
        "reader": site.run([str(word) for word in reader], folder),
    }


_HEAD = ["program", "s", "processor s", "peak MB", "requests", "304", "at once on a host"]


def _row(name: str, visits: Sequence[Visit]) -> list[str]:
    log = visits[-1].log
    return [
        name,
        f"{_median(visits, 'seconds'):.1f}",
        f"{_median(visits, 'processor_seconds'):.2f}",
        f"{max(visit.megabytes for visit in visits):.0f}",
        f"{log['requests']:,}",
        f"{log.get('answered 304', 0):,}",
        str(max(visit.log["most at once on a host"] for visit in visits)),
    ]


def _median(visits: Sequence[Visit], name: str) -> float:
    return statistics.median(getattr(visit, name) for visit in visits)


def _statuses(said: str) -> str:
    """How many sources did what, by digest's own words."""
    words: dict[str, int] = {}
    for source in json.loads(said)["sources"]:
        words[source["status"]] = words.get(source["status"], 0) + 1
    return ", ".join(f"{count} {word}" for word, count in sorted(words.items()))


if __name__ == "__main__":
    measure()
