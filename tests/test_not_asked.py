"""A source that no request was made for has not failed: it keeps its record, and says why."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from servers import FEED, FaultServer, answer

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


def gather(*arguments: str) -> tuple[int, list[dict]]:
    done = subprocess.run(
        [sys.executable, "-m", "digest", "gather", "--json", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )
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
