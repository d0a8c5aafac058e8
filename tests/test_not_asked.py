"""A source that no request was made for has not failed: it keeps its record, and says why."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from servers import FEED, FaultServer, answer, silent

START = "2025-04-28T07:00+00:00"
LATER = "2025-04-28T07:10+00:00"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    return tmp_path


def settle(folder: Path, *urls: str, more: str = "") -> None:
    tables = "".join(f'\n[[sources]]\nurl = "{url}"\nprivate = true\n' for url in urls)
    text = f'[newsletter]\ntitle = "T"\ntimezone = "UTC"\n{more}{tables}'
    (folder / "digest.toml").write_text(text, encoding="utf-8")


def digest(*arguments: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "digest", *arguments]
    return subprocess.run(words, capture_output=True, text=True, timeout=120)


def gather(*arguments: str) -> tuple[int, list[dict]]:
    done = digest("gather", "--json", *arguments)
    return done.returncode, json.loads(done.stdout)["sources"]


def test_feeds_of_a_host_that_rests_keep_their_record_and_do_not_fail_strict(here: Path) -> None:
    with FaultServer() as server:
        first, other = server.put("/1", answer(FEED)), server.put("/2", answer(FEED))
        one_at_once = "[gather]\nat_once_per_host = 1\n"
        settle(here, first, other, more=one_at_once)
        assert gather("--now", "2025-04-28T06:00+00:00", "--strict")[0] == 0
        server.put("/1", answer(b"", status=503, headers={"Retry-After": "3600"}))
        settle(here, first, more=one_at_once)
        status, [busy] = gather("--now", START, "--strict")
        assert status == 1 and busy["failures_in_a_row"] == 1
        settle(here, first, other, more=one_at_once)
        for _ in range(2):
            status, [busy, rests] = gather("--now", LATER, "--strict")
            assert status == 0
            assert busy["failures_in_a_row"] == 1
            assert busy["status"] == rests["status"] == "blocked"
            assert rests["failures_in_a_row"] == 0
            assert rests["last_success"].startswith("2025-04-28T06:00")
            assert "until 28 Apr 2025 08:0" in rests["detail"]
        assert len(server.asked("/2")) == 1


def test_a_feed_that_waits_after_failures_is_blocked_and_fails_no_more(here: Path) -> None:
    with FaultServer() as server:
        settle(here, server.put("/1", answer(b"", status=500)))
        for minute in range(3):
            assert gather("--now", f"2025-04-28T07:0{minute}+00:00", "--strict")[0] == 1
        status, [waits] = gather("--now", "2025-04-28T07:02+00:00", "--strict")
        assert (status, waits["status"], waits["failures_in_a_row"]) == (0, "blocked", 3)
        assert "next try after 28 Apr 2025 07:0" in waits["detail"]


def test_what_is_not_kept_offline_is_blocked_and_does_not_fail_strict(here: Path) -> None:
    settle(here, "https://example.org/feed")
    status, [unasked] = gather("--now", START, "--offline", "--strict")
    assert (status, unasked["status"], unasked["failures_in_a_row"]) == (0, "blocked", 0)


def test_whose_turn_had_not_come_when_the_run_was_over_is_blocked_with_the_setting(
    here: Path,
) -> None:
    with FaultServer() as server:
        hanging, waiting = server.put("/1", silent()), server.put("/2", answer(FEED))
        limits = "[gather]\nat_once_per_host = 1\n"
        settle(here, waiting, more=limits)
        assert gather("--now", "2025-04-28T06:00+00:00")[0] == 0
        settle(here, hanging, waiting, more=f"{limits}run_deadline_seconds = 1\n")
        # What took longest at the last visit is asked first: of the hanging one nothing is known.
        status, [hung, unasked] = gather("--now", START, "--refresh", "--strict")
        assert (status, hung["status"], hung["failures_in_a_row"]) == (1, "failed", 1)
        assert hung["detail"] == (
            "not finished when the run's 1 s were over; raise run_deadline_seconds in [gather]"
        )
        assert (unasked["status"], unasked["failures_in_a_row"]) == ("blocked", 0)
        assert unasked["detail"] == (
            "not asked: its turn had not come when the run's 1 s were over; "
            "raise run_deadline_seconds in [gather]"
        )
        assert unasked["last_success"].startswith("2025-04-28T06:00")
        assert len(server.asked("/2")) == 1


def test_an_address_without_a_table_is_told_where_to_put_what_allows_it(here: Path) -> None:
    with FaultServer() as server:
        url = server.put("/feed", answer(FEED))
        listed = f'<opml version="2.0"><body><outline type="rss" xmlUrl="{url}"/></body></opml>'
        here.joinpath("digest.toml").write_text(
            '[newsletter]\ntitle = "T"\ntimezone = "UTC"\n\n[[sources]]\nprivate = true\n'
            f'url = "{server.put("/list", answer(listed.encode(), content_type="text/x-opml"))}"\n'
        )
        status, [_, feed] = gather("--now", START)
        assert (status, feed["status"]) == (0, "blocked")
        assert feed["detail"] == (
            "127.0.0.1 (loopback) is not public; "
            "name it in digest.toml with `private = true` if that is meant"
        )
        assert server.asked("/feed") == []


def test_articles_strict_counts_those_that_failed_and_not_those_that_were_not_asked(
    here: Path,
) -> None:
    with FaultServer() as server:
        urls = [server.put(f"/{number}", answer(b"", status=500)) for number in range(2)]
        settle(here, server.put("/good", answer(FEED)), *urls)
        for minute in range(3):  # from then on they wait
            assert gather("--now", f"2025-04-28T07:0{minute}+00:00")[0] == 0
        bad = server.put("/bad", answer(b"", status=500))
        settle(here, server.url("/good"), *urls, bad)
        words = ["articles", "--now", "2025-04-28T07:02+00:00"]
        strict = digest(*words, "--strict")
        assert (strict.returncode, strict.stderr.splitlines()[-1]) == (
            1,
            "error: articles: 1 of 4 inputs failed",
        )
        assert strict.stderr.count("warning: ") == 3
        settle(here, server.url("/good"), *urls)
        assert digest(*words, "--strict").returncode == 0
        # Where nothing at all is to be shown, that is a failure, whoever is at fault.
        settle(here, *urls)
        nothing = digest(*words)
        assert (nothing.returncode, nothing.stderr.splitlines()[-1]) == (
            1,
            "error: articles: 2 of 2 inputs failed",
        )


def test_a_host_that_rests_is_named_once_for_each_of_its_feeds_and_asked_for_none(
    here: Path,
) -> None:
    with FaultServer() as server:
        busy = server.put("/1", answer(b"", status=429, headers={"Retry-After": "3600"}))
        settle(here, busy)
        assert gather("--now", START)[0] == 1
        server.requests.clear()
        settle(here, busy, server.put("/2", answer(FEED)), server.put("/3", answer(FEED)))
        told = digest("gather", "--now", LATER)
        # Nobody is at fault, and nothing came: that is no failure of this run.
        assert told.returncode == 0
        lines = [line.split("\t") for line in told.stdout.splitlines()]
        assert [line[1] for line in lines] == ["blocked"] * 3
        assert all(line[-1].startswith("not asked: 127.0.0.1 wants no request") for line in lines)
        assert "3 blocked; 0 articles, 0 new" in told.stderr
        assert server.requests == []
