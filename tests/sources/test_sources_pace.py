"""Who is asked first, and how many at once: by host, by domain, in all."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from servers import FaultServer, answer, drip, together

from digest.config.schema import Gather, Newsletter, Settings, Source
from digest.http import Client
from digest.http.neighbours import domain_of
from digest.sources import Context, gather
from digest.sources.pace import Pace
from digest.state.database import open_database
from digest.state.responses import ResponseCache
from digest.state.visits import Visits


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("ann.substack.com", "substack.com"),
        ("substack.com", "substack.com"),
        ("ANN.tumblr.com.", "tumblr.com"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("www.yna.co.kr", "yna.co.kr"),
        ("ann.blogspot.com", "blogspot"),
        ("ann.blogspot.de", "blogspot"),
        ("ann.blogspot.co.uk", "blogspot"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("127.0.0.2", "127.0.0.2"),
        ("2001:db8::1", "2001:db8::1"),
        ("", ""),
    ],
)
def test_a_domain_is_what_its_hosts_share(host: str, domain: str) -> None:
    assert domain_of(host) == domain


def order(jobs: list[tuple[str, str, float]], *, at_once: int = 1) -> list[str]:
    """The order in which jobs (host, name, seconds) begin."""
    begun: list[str] = []
    pace: Pace[str, None] = Pace(begun.append, at_once=at_once, at_once_per_host=2)
    for host, name, seconds in jobs:
        pace.put(host, name, seconds=seconds)
    pace.start()
    assert len(list(pace.results(until=time.monotonic() + 10))) == len(jobs)
    return begun


def test_the_slowest_host_begins_and_of_a_host_the_slowest_feed() -> None:
    jobs = [("a", "a1", 1.0), ("b", "b1", 1.0), ("b", "b2", 8.0), ("c", "c1", 4.0)]
    assert order(jobs) == ["b2", "c1", "a1", "b1"]


def test_without_a_record_the_fullest_host_begins() -> None:
    jobs = [("a", "a1", 1.0), ("b", "b1", 1.0), ("b", "b2", 1.0)]
    assert order(jobs)[0] == "b1"


hosts = st.sampled_from(["a.x.com", "b.x.com", "c.x.com", "d.x.com", "y.com", "1.2.3.4"])


@settings(max_examples=40)
@given(
    st.lists(st.tuples(hosts, st.floats(0, 9)), max_size=40),
    st.integers(1, 9),
    st.integers(1, 3),
    st.integers(1, 4),
)
def test_all_jobs_are_done_and_no_bound_is_passed(
    jobs: list[tuple[str, float]], at_once: int, per_host: int, per_domain: int
) -> None:
    lock, running, most = threading.Lock(), dict[str, int](), dict[str, int]()

    def work(job: tuple[int, str]) -> int:
        names = ("all", f"host {job[1]}", f"domain {domain_of(job[1])}")
        with lock:
            for name in names:
                running[name] = running.get(name, 0) + 1
                most[name] = max(most.get(name, 0), running[name])
        time.sleep(0)
        with lock:
            for name in names:
                running[name] -= 1
        return job[0]

    pace: Pace[tuple[int, str], int] = Pace(
        work,
        at_once=at_once,
        at_once_per_host=per_host,
        domain_of=domain_of,
        at_once_per_domain=per_domain,
    )
    for number, (host, seconds) in enumerate(jobs):
        pace.put(host, (number, host), seconds=seconds)
    pace.start()
    done = [result for _, result in pace.results(until=time.monotonic() + 20)]
    pace.stop()
    assert sorted(done) == list(range(len(jobs)))
    for name, count in most.items():
        bound = max(per_host, per_domain) if name.startswith("domain") else per_host
        assert count <= (at_once if name == "all" else bound)


@pytest.fixture
def any_name_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The resolver at the network's edge: all names of example domains are this machine."""
    real = socket.getaddrinfo

    def resolve(host: Any, port: Any, *args: Any, **more: Any) -> Any:
        return real("127.0.0.1" if str(host).endswith(".com") else host, port, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def read(tmp_path: Path, *urls: str, limits: Gather) -> list[str]:
    from datetime import UTC, datetime

    now = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
    with open_database(tmp_path / "digest.db") as connection:
        client = Client(
            limits,
            ResponseCache(connection),
            visits=Visits(connection),
            refresh=True,
            now=now,
            user_agent="digest/test",
        )
        context = Context(
            root=tmp_path,
            settings=Settings(gather=limits, newsletter=Newsletter()),
            now=now,
            client=client,
        )
        try:
            sources = [Source(url=url, private=True) for url in urls]
            return [report.status for report in gather(sources, context).reports]
        finally:
            client.close()


@pytest.mark.usefixtures("any_name_is_here")
def test_hosts_of_one_domain_have_four_at_once_together(
    server: FaultServer, tmp_path: Path
) -> None:
    behaviour = together(5, answer(), timeout_seconds=0.2)
    for number in range(9):
        server.put(f"/{number}", behaviour)
    urls = [f"http://writer{number}.letters.com:{server.port}/{number}" for number in range(9)]
    assert read(tmp_path, *urls, limits=Gather()) == ["ok"] * 9
    assert server.most_at_once == 4


@pytest.mark.usefixtures("any_name_is_here")
def test_hosts_of_several_domains_go_side_by_side(server: FaultServer, tmp_path: Path) -> None:
    behaviour = together(9, answer())
    for number in range(9):
        server.put(f"/{number}", behaviour)
    urls = [f"http://letters{number}.com:{server.port}/{number}" for number in range(9)]
    assert read(tmp_path, *urls, limits=Gather()) == ["ok"] * 9
    assert server.most_at_once == 9


@pytest.mark.usefixtures("any_name_is_here")
def test_what_was_slow_at_the_last_visit_is_asked_first(
    server: FaultServer, tmp_path: Path
) -> None:
    server.put("/late", drip(b"HTTP/1.1 200 OK\r\n\r\n"))
    for name in ("/a", "/b", "/c"):
        server.put(name, answer())
    urls = [
        f"http://{name}.com:{server.port}/{path}"
        for name, path in (("one", "a"), ("two", "b"), ("three", "c"), ("four", "late"))
    ]
    limits = Gather(at_once=1, deadline_seconds=2.0)
    assert read(tmp_path, *urls, limits=limits) == ["ok", "ok", "ok", "failed"]
    assert [request.path for request in server.requests][-1] == "/late"
    server.requests.clear()
    read(tmp_path, *urls, limits=limits)
    assert next(request.path for request in server.requests) == "/late"
