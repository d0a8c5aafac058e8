"""Credentials that plain http would take to a public host are told, never what they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from servers import FEED, FaultServer, answer

from digest.cli import run
from digest.config.schema import Source
from digest.sources.access import find_exposed

NOW = ("--now", "2025-04-28T07:00+00:00")
FEED_URL = "http://feeds.example.org/feed"


@pytest.fixture
def folder(tmp_path: Path, server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("http_proxy", server.url(""))
    monkeypatch.setenv("DIGEST_TEST_PASSWORD", "s3cret")
    server.put(FEED_URL, answer(FEED))
    (tmp_path / "digest.toml").write_text(
        f'[newsletter]\ntitle = "T"\n\n[[sources]]\nname = "Paid"\nurl = "{FEED_URL}"\n'
        'username = "ann"\npassword = "env:DIGEST_TEST_PASSWORD"\n'
    )
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        ["sources", "check", *NOW],
        ["gather", *NOW],
        ["articles", *NOW],
        ["compose", "--last", "7d", *NOW],
    ],
)
def test_run_that_asks_tells_it_once_and_without_the_secret(
    folder: Path, server: FaultServer, command: list[str], capsys
) -> None:
    assert run(command) == 0
    told = "".join(capsys.readouterr())
    assert told.count("warning: Paid: password can be read by anybody on the way to") == 1
    assert "feeds.example.org: its address is plain http; write https:// into its url" in told
    assert "s3cret" not in told and "DIGEST_TEST_PASSWORD" not in told
    assert server.requests[0].headers["authorization"].startswith("Basic ")


def test_doctor_tells_it_and_a_run_that_asks_nobody_does_not(folder: Path, capsys) -> None:
    run(["gather", "--offline", *NOW])
    assert "can be read" not in capsys.readouterr().err
    run(["doctor", "--json", *NOW])
    facts = json.loads(capsys.readouterr().out)["facts"]
    (fact,) = [fact for fact in facts if "can be read by anybody" in fact["text"]]
    assert (fact["section"], fact["state"]) == ("sources", "note")
    assert "https://" in fact["fix"]


@pytest.mark.parametrize(
    ("source", "named"),
    [
        (Source(url=FEED_URL, token="env:T"), "token can"),
        (Source(url="HTTP://feeds.example.org/f", cookie="a=b"), "cookie can"),
        (
            Source(url=FEED_URL, cookie="a", headers={"X-Api-Key": "k", "Accept": "text/xml"}),
            "cookie and headers.X-Api-Key can",
        ),
        (Source(url=FEED_URL, headers={"X-Who": "env:WHO"}), "headers.X-Who can"),
        (Source(url="https://feeds.example.org/f", token="env:T"), ""),
        (Source(url=FEED_URL, token="env:T", private=True), ""),
        (Source(url=FEED_URL, token="env:T", enabled=False), ""),
        (Source(url="http://192.168.1.5/f", token="env:T"), ""),
        (Source(url="http://localhost/f", token="env:T"), ""),
        (Source(url=FEED_URL, headers={"Accept-Language": "de"}), ""),
        (Source(url=FEED_URL), ""),
        (Source(path="articles"), ""),
    ],
)
def test_what_is_a_credential_and_what_is_exposed(source: Source, named: str) -> None:
    assert find_exposed(source).startswith(named)
    assert bool(find_exposed(source)) is bool(named)
