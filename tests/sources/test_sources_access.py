"""Credentials of one source reach its server alone, and nothing that is kept or shown."""

from __future__ import annotations

import dataclasses
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers import FEED, Behaviour, Connection, FaultServer, Request, answer, redirect

from digest.config.schema import Gather, Newsletter, Settings, Source
from digest.http import Client
from digest.http.access import basic
from digest.model import Gathered
from digest.sources import Context, gather
from digest.state.database import open_database
from digest.state.responses import ResponseCache
from digest.state.visits import Visits

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
QUICK = Gather(connect_timeout_seconds=2.0, idle_timeout_seconds=5.0, deadline_seconds=5.0)
PUBLIC = FEED.replace(b"A treaty", b"For everybody")

Run = Callable[..., Gathered]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """One run after another over one database."""

    def gather_once(*sources: Source, offline: bool = False, **environment: str) -> Gathered:
        with open_database(tmp_path / "digest.db") as connection:
            client = Client(
                QUICK,
                ResponseCache(connection),
                visits=Visits(connection),
                offline=offline,
                now=NOW,
                user_agent="digest/test",
            )
            context = Context(
                root=tmp_path,
                settings=Settings(gather=QUICK, newsletter=Newsletter(timezone="Asia/Seoul")),
                now=NOW,
                offline=offline,
                client=client,
                environment=environment,
            )
            try:
                return gather(sources, context)
            finally:
                client.close()

    yield gather_once


def members(expected: str, header: str = "authorization", **how: str) -> Behaviour:
    """The members' feed for those who show what is expected, the public one for others."""

    def behave(request: Request, connection: Connection) -> None:
        body = FEED if request.headers.get(header) == expected else PUBLIC
        answer(body, headers={"ETag": '"same"', **how})(request, connection)

    return behave


def at(url: str, **more: object) -> Source:
    return dataclasses.replace(Source(url=url, private=True), **more)  # type: ignore[arg-type]


def test_every_key_arrives_as_its_header(server: FaultServer, run: Run, tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text("k3y\nnot this line")
    sources = (
        at(server.put("/1", answer()), username="env:NAME", password="env:WORD"),
        at(server.put("/2", answer()), token="env:TOKEN", user_agent="Weekly/2"),
        at(server.put("/3", answer()), cookie="a=b; c=d"),
        at(server.put("/4", answer()), headers={"X-Key": "file:key.txt", "X-Plain": "as it is"}),
    )
    run(*sources, NAME="ann", WORD="päss", TOKEN="t0ken")
    sent = {request.path: request.headers for request in server.requests}
    assert sent["/1"]["authorization"] == basic("ann", "päss")
    assert sent["/2"]["authorization"] == "Bearer t0ken"
    assert sent["/2"]["user-agent"] == "Weekly/2"
    assert sent["/3"]["cookie"] == "a=b; c=d"
    assert sent["/4"]["x-key"] == "k3y" and sent["/4"]["x-plain"] == "as it is"
    assert sent["/4"]["user-agent"] == "digest/test"


@pytest.mark.parametrize(
    ("more", "environment", "detail"),
    [
        ({"token": "env:NOWHERE"}, {}, "token in [[sources]]: nothing found for env:NOWHERE; "
         "set the environment variable NOWHERE"),
        ({"username": "a", "password": "file:none"}, {}, "password in [[sources]]: cannot read "
         "file:none: No such file"),
        ({"headers": {"X-Key": "env:NOWHERE"}}, {}, "headers.X-Key in [[sources]]: nothing"),
        ({"token": "env:TWO"}, {"TWO": "hunter2\r\nX: y"}, "token in [[sources]]: its value "
         "holds what no header can carry; store it as one line of ASCII"),
        ({"certificate": "none.pem"}, {}, "none.pem cannot be used: No such file"),
    ],
)  # fmt: skip
def test_what_is_missing_is_that_source_s_failure_and_the_others_go_on(
    server: FaultServer,
    run: Run,
    more: dict[str, object],
    environment: dict[str, str],
    detail: str,
) -> None:
    locked = at(server.put("/locked", answer()), **more)
    gathered = run(locked, at(server.put("/open", answer())), **environment)
    assert [report.status for report in gathered.reports] == ["failed", "ok"]
    assert detail in gathered.reports[0].detail
    assert "hunter2" not in gathered.reports[0].detail
    assert not server.asked("/locked")


class TestKeptAnswers:
    def test_a_stranger_is_not_served_what_a_member_got_nor_the_other_way(
        self, server: FaultServer, run: Run
    ) -> None:
        url = server.put("/feed", members("Bearer t"))
        member, stranger = at(url, token="env:T"), at(url)
        assert run(member, T="t").articles[0].title == "A treaty"
        assert run(stranger).articles[0].title == "For everybody"
        assert "if-none-match" not in server.requests[-1].headers
        assert run(member, offline=True, T="t").articles[0].title == "A treaty"
        assert run(stranger, offline=True).articles[0].title == "For everybody"

    def test_a_fresh_answer_of_a_member_is_not_fresh_for_a_stranger(
        self, server: FaultServer, run: Run
    ) -> None:
        url = server.put("/feed", members("a=b", "cookie", **{"Cache-Control": "max-age=9999"}))
        run(at(url, cookie="a=b"))
        assert run(at(url)).articles[0].title == "For everybody"
        assert len(server.requests) == 2
        run(at(url, cookie="a=b"))
        assert len(server.requests) == 2

    def test_a_second_run_with_the_same_reference_is_conditional(
        self, server: FaultServer, run: Run
    ) -> None:
        source = at(server.put("/feed", answer(etag='"1"')), token="env:T")
        run(source, T="t")
        (report,) = run(source, T="t").reports
        assert report.status == "unchanged"
        assert server.requests[-1].headers["if-none-match"] == '"1"'


def test_a_list_s_credentials_go_to_none_of_its_feeds(server: FaultServer, run: Run) -> None:
    feed = server.put("/feed", answer())
    outline = f'<opml version="2.0"><body><outline xmlUrl="{feed}"/></body></opml>'
    url = server.put("/list.opml", answer(outline.encode(), content_type="text/x-opml"))
    credentials = {"token": "env:T", "cookie": "a=b", "headers": {"X-Key": "k"}}
    run(dataclasses.replace(at(url), **credentials), T="t")  # type: ignore[arg-type]
    assert server.asked("/list.opml")[0].headers["authorization"] == "Bearer t"
    for request in server.asked("/feed"):
        assert not {"authorization", "cookie", "x-key"} & set(request.headers)


def test_a_redirect_to_another_host_goes_on_without_them(server: FaultServer, run: Run) -> None:
    with FaultServer() as other:
        # Another port is another server; one more private host is refused anyway.
        there = other.put("/feed", answer())
        run(at(server.put("/feed", redirect(there)), token="env:T", cookie="a=b"), T="t")
        (request,) = other.requests
        assert not {"authorization", "cookie"} & set(request.headers)


def test_certificate_and_authorities_of_digest_toml_are_used(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    both, alone = keys / "both.pem", keys / "alone.pem"
    command = [
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650"),
        *("-subj", "/CN=ours", "-addext", "subjectAltName=IP:127.0.0.1"),
        *("-keyout", str(both), "-out", str(alone)),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("the program openssl is not installed")
    with both.open("a") as file:
        file.write(alone.read_text())
    with FaultServer(certificate=str(both), clients=str(alone)) as server:
        url = server.put("/feed.xml", answer())
        settings = (
            '[gather]\nauthorities = "keys/alone.pem"\n[[sources]]\n'
            f'url = "{url}"\nprivate = true\ncertificate = "keys/both.pem"\n'
        )
        (tmp_path / "digest.toml").write_text(settings)
        done = subprocess.run(
            [sys.executable, "-m", "digest", "articles", "--json"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert [article["title"] for article in json.loads(done.stdout)] == ["A treaty", "A ferry"]


class TestPages:
    """Pages that digest goes to by itself."""

    def test_those_of_the_source_s_own_host_get_its_credentials_and_no_others(
        self, server: FaultServer, run: Run
    ) -> None:
        page = b"<html><head><title>A</title></head><body><h1>A</h1><p>Words.</p></body></html>"
        items = "".join(
            f"<item><title>{name}</title><link>{url}</link></item>"
            for name, url in (
                ("own", server.put("/own", answer(page, content_type="text/html"))),
                ("other", f"http://127.0.0.2:{server.port}/other"),
                ("port", f"http://127.0.0.1:{server.port + 1}/port"),
            )
        )
        feed = f'<rss version="2.0"><channel><title>F</title>{items}</channel></rss>'
        run(
            at(
                server.put("/feed.xml", answer(feed.encode())),
                token="env:T",
                complete=True,
            ),
            T="t",
        )
        (own,) = server.asked("/own")
        assert own.headers["authorization"] == "Bearer t"
        (rules,) = server.asked("/robots.txt")
        assert "authorization" not in rules.headers


SECRETS = ("s3cret-token", "s3cret-pass", "s3cret-cookie", "s3cret-header")


def test_no_secret_is_in_anything_that_a_run_leaves_or_says(
    server: FaultServer, tmp_path: Path
) -> None:
    urls = [server.put(f"/{name}", answer(FEED.replace(b"times", name.encode()))) for name in "abc"]
    refused = server.put("/refused", answer(b"", status=401))
    (tmp_path / "digest.toml").write_text(
        f"""
[newsletter]
title = "Weekly"
[[sources]]
url = "{urls[0]}"
private = true
token = "env:TOKEN"
[[sources]]
url = "{urls[1]}"
private = true
username = "ann"
password = "env:PASS"
[[sources]]
url = "{urls[2]}"
private = true
cookie = "env:COOKIE"
[[sources]]
url = "{refused}"
private = true
headers = {{ X-Key = "env:HEADER" }}
"""
    )
    given = dict(zip(("TOKEN", "PASS", "COOKIE", "HEADER"), SECRETS, strict=True))
    environment = {name: text for name, text in os.environ.items() if not name.startswith("DIGEST")}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "digest", "compose", "--json"),
            *("--now", "2025-04-28T07:00:00Z", "--last", "7d"),
        ],
        cwd=tmp_path,
        env={**environment, **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    reports = json.loads(done.stdout)["sources"]
    assert [report["status"] for report in reports] == ["ok", "ok", "ok", "blocked"]
    sent = " ".join(str(request.headers) for request in server.requests)
    assert all(secret in sent for secret in (SECRETS[0], *SECRETS[2:]))
    left = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "digest.toml"]
    assert any(path.suffix == ".lock" for path in left)
    whole = b"".join(path.read_bytes() for path in left)
    with sqlite3.connect(tmp_path / ".digest/digest.db") as database:
        whole += "\n".join(database.iterdump()).encode()
    whole += done.stdout.encode() + done.stderr.encode()
    for secret in (*SECRETS, basic("ann", SECRETS[1])):
        assert secret.encode() not in whole
