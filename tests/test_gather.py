"""``digest gather``: what comes in, what is said of it, and what is left when it is stopped."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from servers import FEED, FaultServer, answer, silent

NOW = "2025-04-28T07:00+00:00"
DIGEST = [sys.executable, "-m", "digest"]
WEEK = ["--week", "2025-W17", "--now", NOW]
OUTPUTS = ("issue.md", "digest.html", "digest.txt", "digest.eml")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    return tmp_path


def settle(folder: Path, urls: Iterable[str], more: str = "") -> None:
    """Makes the folder a workspace with these sources."""
    tables = "".join(f'\n[[sources]]\nurl = "{url}"\nprivate = true\n' for url in urls)
    text = f'[newsletter]\ntitle = "T"\ntimezone = "UTC"\n{more}{tables}'
    (folder / "digest.toml").write_text(text, encoding="utf-8")


def feed(name: str, *, count: int = 2) -> bytes:
    items = "".join(
        f"<item><title>News {number} of {name}</title><link>https://{name}.example/{number}</link>"
        f"<pubDate>Thu, 24 Apr 2025 0{number % 9}:10:00 GMT</pubDate></item>"
        for number in range(count)
    )
    return (
        f'<rss version="2.0"><channel><title>{name}</title><link>https://{name}.example/</link>'
        f"{items}</channel></rss>"
    ).encode()


def digest(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*DIGEST, *arguments], capture_output=True, text=True, timeout=120)


def succeed(*arguments: str) -> subprocess.CompletedProcess[str]:
    done = digest(*arguments)
    assert done.returncode == 0, done.stderr
    return done


def gathered(*arguments: str) -> list[dict]:
    return json.loads(succeed("gather", "--json", "--now", NOW, *arguments).stdout)["sources"]


def outputs(folder: Path) -> dict[str, bytes]:
    return {name: (folder / "issues/2025-W17" / name).read_bytes() for name in OUTPUTS}


def test_what_was_gathered_is_composed_later_without_a_network(here: Path) -> None:
    with FaultServer() as server:
        settle(here, [server.put("/1", answer(feed("one"))), server.put("/2", answer(FEED))])
        succeed("gather", "--now", NOW)
        online = here / "online"
        online.mkdir()
        (online / "digest.toml").write_bytes((here / "digest.toml").read_bytes())
        succeed("-C", str(online), "compose", *WEEK)
    composed = succeed("compose", "--offline", *WEEK)
    assert "wrote issues" in composed.stderr
    assert outputs(here) == outputs(online)
    assert b"A treaty" in outputs(here)["issue.md"]


def test_after_many_gatherings_the_issue_and_why_are_those_of_one_run(here: Path) -> None:
    texts = {"/1": feed("one", count=5), "/2": FEED, "/3": feed("three")}
    once = here / "once"
    once.mkdir()
    with FaultServer() as server:
        settle(here, [server.put(path, answer(body, etag='"1"')) for path, body in texts.items()])
        (once / "digest.toml").write_bytes((here / "digest.toml").read_bytes())
        for day in (25, 26, 27):
            succeed("gather", "--now", f"2025-04-{day}T07:00Z")
        succeed("compose", *WEEK)
        succeed("-C", str(once), "compose", *WEEK)
        served = len(server.asked("/1"))
        (again,) = (one for one in gathered() if one["url"].endswith("/1"))
    assert outputs(here) == outputs(once)
    assert served == 5
    told = succeed("why", "https://one.example/3").stdout
    of_once = succeed("-C", str(once), "why", "https://one.example/3").stdout
    # They differ in when it was first seen.
    first, last = (f"first seen  {day} Apr 2025 07:00 UTC" for day in (25, 28))
    assert first in told
    assert told.replace(first, last) == of_once
    assert (again["status"], again["articles"], again["new"]) == ("unchanged", 5, 0)


def test_each_source_is_told_with_what_it_did(here: Path, server: FaultServer) -> None:
    good, bad = server.put("/good", answer(feed("good", count=4))), server.url("/bad")
    settle(here, [good, bad])
    first = gathered()
    assert [(one["status"], one["articles"], one["new"]) for one in first] == [
        ("ok", 4, 4),
        ("failed", 0, 0),
    ]
    assert first[0] == {
        "name": good,
        "url": good,
        "status": "ok",
        "detail": "",
        "articles": 4,
        "new": 4,
        "last_success": "2025-04-28T07:00:00Z",
        "failures_in_a_row": 0,
        "failing_since": None,
        "usual_interval_hours": 1.0,
        "http_status": 200,
        "bytes_received": len(feed("good", count=4)),
        "retry_at": None,
    }
    later = json.loads(succeed("gather", "--json", "--now", "2025-04-29T07:00Z").stdout)["sources"]
    assert (later[0]["status"], later[0]["new"]) == ("unchanged", 0)
    assert later[0]["last_success"] == "2025-04-29T07:00:00Z"
    assert later[1]["failures_in_a_row"] == 2
    assert later[1]["failing_since"] == "2025-04-28T07:00:00Z"
    assert later[1]["last_success"] is None


def test_in_a_pipe_it_is_a_line_a_source(here: Path, server: FaultServer) -> None:
    good, bad = server.put("/good", answer(feed("good", count=4))), server.url("/bad")
    settle(here, [good, bad])
    told = succeed("gather", "--now", NOW)
    assert [line.split("\t") for line in told.stdout.splitlines()] == [
        [good, "ok", "4", "4", "2025-04-28 07:00", "0", "60 min", ""],
        [bad, "failed", "0", "0", "", "1", "", "answered 404 Not Found; check the address"],
    ]
    assert "1 ok, 1 failed; 4 articles, 4 new" in told.stderr
    quiet = succeed("-q", "gather", "--now", NOW)
    assert quiet.stderr == ""


def test_a_failed_source_fails_the_run_only_when_that_is_asked_for(
    here: Path, server: FaultServer
) -> None:
    settle(here, [server.put("/good", answer()), server.url("/bad")])
    assert digest("gather", "--now", NOW).returncode == 0
    strict = digest("gather", "--strict", "--now", NOW)
    assert (strict.returncode, strict.stderr.splitlines()[-1]) == (
        1,
        "error: gather: 1 of 2 sources failed",
    )
    settle(here, [server.url("/bad")])
    assert digest("gather", "--now", NOW).returncode == 1


def test_offline_neither_counts_a_failure_nor_a_success(here: Path, server: FaultServer) -> None:
    settle(here, [server.put("/good", answer()), server.url("/bad")])
    gathered()
    told = json.loads(
        succeed("gather", "--offline", "--json", "--now", "2025-05-28T07:00Z").stdout
    )["sources"]
    assert [one["last_success"] for one in told] == ["2025-04-28T07:00:00Z", None]
    assert [one["failures_in_a_row"] for one in told] == [0, 1]


@pytest.mark.parametrize(
    ("headers", "element"),
    [
        ({"Cache-Control": "max-age=31536000"}, b""),
        ({"Expires": "Tue, 28 Apr 2026 07:00:00 GMT"}, b""),
        ({}, b"<ttl>90</ttl>"),
    ],
    ids=["max-age", "expires", "ttl"],
)
def test_composing_again_within_the_minute_asks_nobody_and_next_week_everybody(
    here: Path, server: FaultServer, headers: dict[str, str], element: bytes
) -> None:
    body = FEED.replace(b"<channel>", b"<channel>" + element)
    settle(here, [server.put("/1", answer(body, headers=headers))])
    first = succeed("compose", *WEEK)
    again = succeed("compose", *WEEK[:2], "--now", "2025-04-28T07:01+00:00")
    assert len(server.asked("/1")) == 1
    assert "wrote issues/2025-W17/issue.md" in first.stderr
    assert "added 0, updated 0, kept 2" in again.stderr
    succeed("compose", "--week", "2025-W18", "--now", "2025-05-05T07:00+00:00")
    assert len(server.asked("/1")) == 2


def test_without_a_workspace_it_says_that_nothing_is_kept(here: Path, server: FaultServer) -> None:
    told = succeed("gather", "--from", server.put("/good", answer()), "--now", NOW)
    assert "nothing is kept" in told.stderr
    assert not list(here.iterdir())


def test_of_hundreds_of_sources_ten_lines_are_told_on_the_way(
    here: Path, server: FaultServer
) -> None:
    urls = [server.put(f"/{number}", answer(feed(f"n{number}"))) for number in range(60)]
    settle(here, urls)
    told = [line for line in succeed("gather", "--now", NOW).stderr.splitlines() if " of " in line]
    assert [line.split(",")[0] for line in told] == [
        f"{number} of 60 sources read" for number in range(6, 60, 6)
    ]
    assert "0 failed" in told[-1]


def test_a_terminal_has_a_bar_and_a_table(here: Path, server: FaultServer) -> None:
    import pty

    settle(here, [server.put("/good", answer(feed("good"))), server.url("/bad")])
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "140", "TERM": "xterm", "NO_COLOR": "1"}
    run = subprocess.Popen(
        [*DIGEST, "gather", "--now", NOW], stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # Linux ends a terminal with EIO
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    assert run.wait(60) == 0
    text = shown.decode()
    assert "2/2" in text
    assert "1 failed" in text
    assert "last success" in text
    assert "answered 404" in text


def test_ctrl_c_ends_at_once_keeps_what_is_in_and_says_how_to_go_on(
    here: Path, server: FaultServer
) -> None:
    lasting = {"Cache-Control": "max-age=3600"}
    urls = [
        server.put(f"/{number}", answer(feed(f"n{number}"), headers=lasting))
        for number in range(30)
    ]
    settle(here, [*urls, server.put("/hanging", silent())])
    run = subprocess.Popen(
        [*DIGEST, "gather", "--now", NOW], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert run.stderr is not None
    while not (line := run.stderr.readline()).startswith("28 of 31 "):
        assert line
    run.send_signal(signal.SIGINT)
    said, wrong = run.communicate(timeout=60)
    assert (run.returncode, said) == (130, "")
    told = re.fullmatch(
        r"interrupted: (\d+) of 31 sources are in, and what they gave is kept; "
        r"run the same again to go on\n",
        wrong.lstrip(),
    )
    assert told, wrong
    assert int(told[1]) in (28, 29, 30)
    server.put("/hanging", answer(feed("late")))
    server.requests.clear()
    again = gathered()
    assert {one["status"] for one in again} == {"ok", "unchanged"}
    assert len(server.requests) == 31 - int(told[1])


def test_that_sources_failed_is_for_the_editor_and_never_for_readers(
    here: Path, server: FaultServer
) -> None:
    bad = server.put("/unwell", answer(b"", status=500))
    settle(here, [server.put("/good", answer()), bad])
    told = succeed("compose", *WEEK)
    assert f"warning: {bad}: answered 500" in " ".join(told.stderr.split())
    lock = json.loads((here / "issues/2025-W17/issue.lock").read_text(encoding="utf-8"))
    assert [source["status"] for source in lock["sources"]] == ["ok", "failed"]
    for name, content in outputs(here).items():
        assert b"unwell" not in content, name
        assert b"failed" not in content, name
