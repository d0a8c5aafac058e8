"""`digest send`, typed as a user types it, against a real mail server."""

from __future__ import annotations

import email
import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mail_server import MailServer

SETTINGS = """\
[newsletter]
title = "Eurasia Weekly"
sender = "Eurasia Weekly <weekly@example.org>"
address = "1 Example Street, Seoul"

[[sources]]
path = "in.jsonl"

[delivery.weekly]
host = "127.0.0.1"
port = {port}
unsubscribe = "https://example.org/leave?who={{email}}&from=digest"
"""
ARTICLE = {
    "title": "A bridge opens",
    "url": "https://example.org/bridge",
    "published": "2025-04-22T10:00:00Z",
    "summary": "It is wide enough for two carts.",
    "source": {"name": "Example Post"},
}


@pytest.fixture
def workspace(tmp_path: Path, server: MailServer) -> Path:
    """A newsletter with one composed issue and two readers."""
    (tmp_path / "digest.toml").write_text(SETTINGS.format(port=server.port), encoding="utf-8")
    (tmp_path / "in.jsonl").write_text(json.dumps(ARTICLE), encoding="utf-8")
    (tmp_path / "readers.csv").write_text(
        "email,name\nann@example.com,Ann\nbob@example.net,\n", encoding="utf-8"
    )
    run(tmp_path, "compose", "--week", "2025-W17", status=0)
    return tmp_path


def run(folder: Path, *arguments: str, status: int) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        [sys.executable, "-m", "digest", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if not name.startswith("DIGEST_")},
    )
    assert result.returncode == status, result.stderr
    assert "Traceback" not in result.stderr
    return result


def test_issue_is_sent_once_to_each_reader_and_never_again(workspace, server) -> None:
    result = run(workspace, "send", "--to", "readers.csv", "--yes", status=0)
    assert "subject:    A bridge opens" in result.stderr
    assert "to:         2 recipients: ann@example.com, bob@example.net" in result.stderr
    assert "2 accepted" in result.stderr
    assert sorted(letter.rcpt_tos[0] for letter in server.inbox.taken) == [
        "ann@example.com",
        "bob@example.net",
    ]
    for letter in server.inbox.taken:
        message = email.message_from_bytes(letter.content)
        html = message.get_payload(1).get_payload(decode=True).decode()
        reader = letter.rcpt_tos[0].replace("@", "%40")
        assert f"https://example.org/leave?who={reader}&amp;from=digest" in html
        assert "digest.invalid" not in html
        assert f"who={reader}&from=digest" in message["List-Unsubscribe"]
    lock = json.loads((workspace / "issues/2025-W17/issue.lock").read_text(encoding="utf-8"))
    [line] = lock["deliveries"]
    assert (line["target"], line["accepted"], line["finished"]) == ("weekly", 2, True)
    assert "@" not in json.dumps(line)
    again = run(workspace, "send", "--to", "readers.csv", "--yes", status=3)
    assert "already sent" in again.stderr
    # A fresh clone has no ledger, and refuses all the same.
    shutil.rmtree(workspace / ".digest")
    run(workspace, "send", "--to", "readers.csv", "--yes", status=3)
    assert len(server.inbox.taken) == 2


def test_without_a_terminal_nothing_is_sent_unless_told_yes(workspace, server) -> None:
    result = run(workspace, "send", "--to", "readers.csv", status=3)
    assert "--yes" in result.stderr
    assert server.inbox.taken == []


@pytest.mark.parametrize(("answer", "status", "count"), [("n\n", 3, 0), ("y\n", 0, 2)])
def test_terminal_is_asked(workspace, server, answer, status, count) -> None:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "digest", "send", "--to", "readers.csv"],
        cwd=workspace,
        stdin=follower,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(follower)
    os.write(leader, answer.encode())
    _, errors = process.communicate(timeout=60)
    os.close(leader)
    assert "Send 2025-W17 to 2 recipients?" in errors
    assert process.returncode == status
    assert len(server.inbox.taken) == count


def test_dry_run_shows_the_plan_and_sends_nothing(workspace, server) -> None:
    result = run(workspace, "send", "--to", "readers.csv", "--dry-run", status=0)
    assert "2 recipients" in result.stderr
    assert server.inbox.taken == []


def test_test_goes_to_the_named_address_and_does_not_count(workspace, server) -> None:
    run(workspace, "send", "--test", "me@example.org", "--yes", status=0)
    [letter] = server.inbox.taken
    assert letter.rcpt_tos == ["me@example.org"]
    assert email.message_from_bytes(letter.content)["Subject"].startswith("[Test] A bridge")
    run(workspace, "send", "--to", "readers.csv", "--yes", status=0)
    assert len(server.inbox.taken) == 3


def test_picture_of_the_workspace_travels_inside_every_copy(workspace, server) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 3
    folder = workspace / "issues/2025-W17"
    (folder / "bridge.png").write_bytes(png)
    document = folder / "issue.md"
    text = document.read_text("utf-8").replace(
        "\n\nIt is wide", "\n\n![The bridge](bridge.png){width=600 height=400}\n\nIt is wide"
    )
    document.write_text(text, encoding="utf-8")
    with (workspace / "digest.toml").open("a", encoding="utf-8") as settings:
        settings.write('[render]\nimages = "inline"\n')
    run(workspace, "render", status=0)
    run(workspace, "send", "--to", "readers.csv", "--yes", status=0)
    assert len(server.inbox.taken) == 2
    for letter in server.inbox.taken:
        message = email.message_from_bytes(letter.content)
        kinds = [part.get_content_type() for part in message.walk()]
        assert kinds == [
            *("multipart/alternative", "text/plain"),
            *("multipart/related", "text/html", "image/png"),
        ]
        html, picture = message.get_payload(1).get_payload()
        assert picture.get_payload(decode=True) == png
        shown = html.get_payload(decode=True).decode()
        assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in shown
        assert f"who={letter.rcpt_tos[0].replace('@', '%40')}" in shown


def test_edited_issue_is_not_sent_before_it_is_rendered(workspace, server) -> None:
    document = workspace / "issues/2025-W17/issue.md"
    document.write_text(
        document.read_text("utf-8").replace("bridge opens", "bridge closes"), "utf-8"
    )
    result = run(workspace, "send", "--to", "readers.csv", "--yes", status=3)
    assert "digest render 2025-W17" in result.stderr
    assert server.inbox.taken == []
    run(workspace, "render", status=0)
    run(workspace, "send", "--to", "readers.csv", "--yes", status=0)
    assert len(server.inbox.taken) == 2


def test_issue_with_errors_is_not_sent_unless_allowed(workspace, server) -> None:
    document = workspace / "issues/2025-W17/issue.md"
    text = document.read_text("utf-8")
    document.write_text(text.replace("subject: A bridge opens", 'subject: ""'), "utf-8")
    run(workspace, "render", status=0)
    result = run(workspace, "send", "--to", "readers.csv", "--yes", status=3)
    assert "no-subject" in result.stderr
    assert server.inbox.taken == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "either --to FILE.csv or --test ADDRESS"),
        (("--to", "nowhere.csv"), "nowhere.csv"),
        (("--to", "readers.csv", "--via", "weakly"), "did you mean weekly?"),
        (("--to", "readers.csv", "--allow", "no-subjekt"), "did you mean no-subject?"),
    ],
)
def test_wrong_usage_is_told_with_its_remedy(workspace, server, arguments, words) -> None:
    assert words in run(workspace, "send", *arguments, status=2).stderr
    assert server.inbox.taken == []


def test_server_that_is_not_there_is_named(workspace, server) -> None:
    settings = workspace / "digest.toml"
    server.close()
    result = run(workspace, "send", "--to", "readers.csv", "--yes", status=1)
    assert f"127.0.0.1:{server.port}" in result.stderr or str(server.port) in result.stderr
    lock = json.loads((workspace / "issues/2025-W17/issue.lock").read_text(encoding="utf-8"))
    assert lock["deliveries"] == []
    assert settings.exists()


def test_missing_secret_exits_with_4(workspace, server) -> None:
    settings = workspace / "digest.toml"
    settings.write_text(
        settings.read_text("utf-8") + 'username = "weekly"\npassword = "env:NOT_THERE"\n', "utf-8"
    )
    result = run(workspace, "send", "--to", "readers.csv", "--yes", status=4)
    assert "NOT_THERE" in result.stderr
