"""robots.txt is asked for pages that nobody named, and for nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import PAGE, FaultServer, answer, redirect

from digest.config.schema import Gather
from digest.http import Client
from digest.http.robots import parse_robots
from digest.state.database import open_database
from digest.state.responses import ResponseCache
from digest.state.visits import Visits

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
QUICK = Gather(connect_timeout_seconds=2.0, idle_timeout_seconds=5.0, deadline_seconds=5.0)


def allows(text: str, path: str) -> bool:
    return parse_robots(text.encode(), "digest").allow(f"https://e.example{path}")


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("user-AGENT : *  # all\nDISALLOW : /a # b\r\n", "/a/b", False),
        ("User-agent: *\nDisallow: /a", "/b", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b/c", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: digest\nDisallow: /a\n\nUser-agent: *\nDisallow: /", "/b", True),
        ("User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /b", "/a", True),
        ("User-agent: other\nUser-agent: DIGEST/2.0\nDisallow: /", "/a", False),
        ("User-agent: digester\nDisallow: /", "/a", True),
        ("User-agent: digest\nDisallow: /a\nUser-agent: digest\nDisallow: /b", "/b", False),
        ("User-agent: *\nCrawl-delay: 9\nDisallow: /a\nSitemap: https://e.example/s", "/a", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf?x", True),
        ("User-agent: *\nDisallow: /*/print", "/a/b/print/1", False),
        ("User-agent: *\nDisallow: /*?", "/a?b=c", False),
        ("User-agent: *\nDisallow: /$", "/", False),
        ("User-agent: *\nDisallow: /$", "/a", True),
        ("User-agent: *\nDisallow: /caf%C3%A9", "/café", False),
        ("User-agent: *\nDisallow: /café", "/caf%c3%a9", False),
        ("User-agent: *\nDisallow: /%7Eann", "/~ann", False),
        ("User-agent: *\nDisallow: /a%2Fb", "/a/b", True),
        ("\ufeffUser-agent: *\nDisallow: /", "/", False),
        ("<html><body>Not found: /</body></html>", "/", True),
        ("Disallow: /", "/", True),
    ],
)
def test_rules_mean_what_rfc_9309_says(text: str, path: str, allowed: bool) -> None:
    assert allows(text, path) is allowed


@given(st.text(), st.text(alphabet="a*$/%?"), st.text(alphabet="a*$/%?"))
def test_any_bytes_give_an_answer(text: str, pattern: str, path: str) -> None:
    allows(text, f"/{path}")
    assert allows(f"User-agent: *\nDisallow: {pattern}\nAllow: {pattern}", f"/{path}")


def test_hostile_patterns_come_to_an_end() -> None:
    # A regular expression would sit here for hours.
    assert allows("User-agent: *\n" + "Disallow: /" + "*a" * 900 + "*b\n" * 50, "/" + "a" * 50_000)


Ask = Callable[..., bool]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    def run(url: str, now: datetime = NOW) -> bool:
        with open_database(tmp_path / "digest.db") as connection:
            client = Client(
                QUICK,
                ResponseCache(connection),
                visits=Visits(connection),
                now=now,
                user_agent="digest/1 (Weekly; +https://weekly.example)",
            )
            try:
                return client.robots.allow(url, private=True)
            finally:
                client.flush()
                client.close()

    yield run


def test_a_site_is_asked_once_and_its_answer_kept_for_a_day(server: FaultServer, ask: Ask) -> None:
    rules = answer(b"User-agent: *\nDisallow: /no", content_type="text/plain")
    server.put("/robots.txt", rules)
    assert not ask(server.url("/no/1"))
    assert ask(server.url("/yes"), NOW + timedelta(hours=22))
    assert len(server.requests) == 1
    assert ask(server.url("/yes"), NOW + timedelta(hours=24))
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("status", "allowed"), [(404, True), (403, True), (410, True), (429, False), (503, False)]
)
def test_a_site_without_one_allows_all_and_one_in_trouble_nothing(
    server: FaultServer, ask: Ask, status: int, allowed: bool
) -> None:
    server.put("/robots.txt", answer(b"", status=status))
    assert ask(server.url("/a")) is allowed
    for day in range(1, 6):
        assert ask(server.url("/a"), NOW + timedelta(days=day)) is allowed


def test_what_was_kept_holds_while_a_site_is_in_trouble(server: FaultServer, ask: Ask) -> None:
    server.put("/robots.txt", answer(b"User-agent: *\nDisallow: /no"))
    assert ask(server.url("/yes"))
    server.put("/robots.txt", answer(b"", status=500))
    later = NOW + timedelta(days=2)
    assert ask(server.url("/yes"), later) and not ask(server.url("/no"), later)


def test_redirects_pages_of_excuses_and_endless_files_are_borne(
    server: FaultServer, ask: Ask
) -> None:
    server.put("/robots.txt", redirect("/real"))
    server.put("/real", answer(b"User-agent: digest\nDisallow: /no"))
    assert not ask(server.url("/no"))
    server.put("/robots.txt", answer(PAGE, content_type="text/html"))
    assert ask(server.url("/no"), NOW + timedelta(days=2))
    long = b"User-agent: *\nDisallow: /no\n" + b"Disallow: /x\n" * 100_000
    server.put("/robots.txt", answer(long))
    assert not ask(server.url("/no"), NOW + timedelta(days=4))
