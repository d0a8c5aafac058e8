from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from preview_workspace import DOCUMENT, ask, ask_state, make_workspace, running, split_in_two

from digest.errors import UsageError
from digest.preview import serve
from digest.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path)


def test_the_issue_is_served_as_it_would_be_sent(workspace: Workspace) -> None:
    with running(workspace) as address:
        answer, html = ask(address, "/issue.html")
        assert answer.status == 200
        assert answer.getheader("Content-Type") == "text/html; charset=utf-8"
        assert "A treaty is signed" in html
        answer, text = ask(address, "/issue.txt")
        assert answer.getheader("Content-Type") == "text/plain; charset=utf-8"
        assert "https://example.org/treaty" in text
        state = ask_state(address)
    assert state["subject"] == "Six years on: a treaty"
    assert state["preheader"] == "And one more story"
    assert state["sender"] == "Eurasia Weekly <weekly@example.org>"
    assert state["slugs"] == ["2025-W17", "2025-W16"]
    assert state["items"] == 1
    assert 0 < state["wire_bytes"] < state["clip_bytes"]
    assert state["mistakes"] == []


def test_other_issues_of_the_workspace_can_be_looked_at(workspace: Workspace) -> None:
    with running(workspace) as address:
        assert "Older news is signed" in ask(address, "/issue.html?issue=2025-W16")[1]
        assert ask_state(address, "?issue=2025-W16")["slug"] == "2025-W16"
        for slug in ("2025-W18", "..", "../issues/2025-W16", "%2e%2e", "/etc"):
            assert ask(address, f"/issue.html?issue={slug}")[0].status == 404


def test_each_mail_of_a_split_issue_can_be_looked_at(workspace: Workspace) -> None:
    split_in_two(workspace)
    with running(workspace) as address:
        state = ask_state(address)
        assert [(mail["part"], mail["subject"]) for mail in state["mails"]] == [
            (1, "Six years on: a treaty (part 1 of 2)"),
            (2, "Six years on: a treaty (part 2 of 2)"),
        ]
        assert [mail["preheader"] for mail in state["mails"]] == ["And one more story", "Story 5"]
        assert sum(mail["items"] for mail in state["mails"]) == state["items"] == 8
        for number in (1, 2):
            html = ask(address, f"/issue.html?part={number}")[1]
            text = ask(address, f"/issue.txt?part={number}")[1]
            for mail in (html, text):
                assert f"part {number} of 2" in mail
                assert ("Story 4" in mail, "Story 5" in mail) == (number == 1, number == 2)
        whole = ask(address, "/issue.html")[1]
        assert "Story 1" in whole
        assert "Story 8" in whole
        for part in ("3", "0", "x", "-1"):
            assert ask(address, f"/issue.html?part={part}")[0].status == 404
            assert ask(address, f"/issue.txt?part={part}")[0].status == 404
        assert ask_state(address, "?issue=2025-W16")["mails"] == []


def test_nothing_is_written_to_disk(workspace: Workspace) -> None:
    def files() -> dict[str, float]:
        return {str(p): p.stat().st_mtime for p in workspace.root.rglob("*") if p.is_file()}

    before = files()
    with running(workspace) as address:
        ask(address, "/issue.html")
        ask_state(address)
    assert files() == before


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1:1", "", "x@y"])
def test_a_page_of_another_name_cannot_read_along(workspace: Workspace, host: str) -> None:
    with running(workspace) as address:
        port = urlsplit(address).port
        answer, text = ask(address, "/issue.html", Host=host.format(port=port))
        assert answer.status in (400, 403)
        assert "treaty" not in text
        assert ask(address, "/issue.txt", Host=f"localhost:{port}")[0].status == 200


def test_answers_keep_scripts_out_and_other_pages_away(workspace: Workspace) -> None:
    with running(workspace) as address:
        mail = ask(address, "/issue.html", Origin="https://evil.example")[0]
        page, viewer = ask(address, "/")
    policy = mail.getheader("Content-Security-Policy") or ""
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
    assert "sandbox" in policy
    assert "script-src 'self';" in (page.getheader("Content-Security-Policy") or "")
    assert "unsafe" not in (page.getheader("Content-Security-Policy") or "")
    assert 'sandbox="allow-same-origin' in viewer
    assert "allow-scripts" not in viewer
    for answer in (mail, page):
        assert answer.getheader("Access-Control-Allow-Origin") is None
        assert answer.getheader("Cache-Control") == "no-store"
        assert answer.getheader("X-Content-Type-Options") == "nosniff"
        assert answer.getheader("Cross-Origin-Resource-Policy") == "same-origin"


def test_only_reading_is_allowed(workspace: Workspace) -> None:
    with running(workspace) as address:
        for method in ("POST", "PUT", "DELETE"):
            assert ask(address, "/issue.html", method=method)[0].status == 405
        assert ask(address, "/../digest.toml")[0].status == 404
        assert ask(address, "/static/viewer.js")[0].status == 404


def test_a_mistake_is_shown_with_its_place_and_mended_by_the_next_save(
    workspace: Workspace,
) -> None:
    document = workspace.issue("2025-W17").document
    with running(workspace) as address:
        assert ask(address, "/issue.html")[0].status == 200
        document.write_text(DOCUMENT.replace("title: Eurasia", "title: [Eurasia"), "utf-8")
        [mistake] = ask_state(address)["mistakes"]
        assert "issue.md" in mistake["where"]
        answer, text = ask(address, "/issue.html")
        assert answer.status == 500
        assert "issue.md" in text
        assert "issue.md" in ask(address, "/issue.txt")[1]
        document.write_text(DOCUMENT.replace("A treaty", "Another treaty"), "utf-8")
        assert "Another treaty is signed" in ask(address, "/issue.html")[1]
        assert ask_state(address)["mistakes"] == []


def test_every_mistake_in_digest_toml_is_shown(workspace: Workspace) -> None:
    assert workspace.settings_path is not None
    with running(workspace) as address:
        workspace.settings_path.write_text('[newsletter]\ntitel = "x"\ntimezone = 5\n', "utf-8")
        mistakes = ask_state(address)["mistakes"]
        assert len(mistakes) == 2
        assert {mistake["where"].rpartition(":")[2] for mistake in mistakes} == {"2", "3"}


@pytest.mark.parametrize("content", [None, b"---\ntitle: x\n---\n\xff\xfe", b"x" * (17 << 20)])
def test_a_document_that_cannot_be_read_is_a_mistake_too(
    workspace: Workspace, content: bytes | None
) -> None:
    document = workspace.issue("2025-W17").document
    with running(workspace) as address:
        if content is None:
            document.unlink()
        else:
            document.write_bytes(content)
        [mistake] = ask_state(address)["mistakes"]
        assert "issue.md" in mistake["where"]
        document.write_text(DOCUMENT, "utf-8")
        assert ask_state(address)["mistakes"] == []


def test_the_mistake_page_holds_no_markup_of_the_document(workspace: Workspace) -> None:
    document = workspace.issue("2025-W17").document
    document.write_text("---\ntitle: [<script>alert(1)</script>\n---\n", "utf-8")
    with running(workspace) as address:
        assert "<script>" not in ask(address, "/issue.html")[1]


def test_an_open_page_hears_of_every_save(workspace: Workspace) -> None:
    with running(workspace) as address:
        parts = urlsplit(address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        connection.request("GET", "/events")
        events = connection.getresponse()
        assert events.getheader("Content-Type", "").startswith("text/event-stream")
        assert events.readline().startswith(b"retry:")
        workspace.issue("2025-W17").document.write_text(DOCUMENT + "\nmore\n", "utf-8")
        while events.readline() != b"event: change\n":
            pass
        # The stream is still open when the block ends: it must not keep the preview alive.
    connection.close()


def test_a_port_that_is_named_and_taken_is_an_error(workspace: Workspace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"--port: port {port} cannot be used"):
            serve(workspace.issue("2025-W17"), workspace, port=port, on_ready=print)


def test_without_a_port_the_next_free_one_is_taken(workspace: Workspace) -> None:
    with running(workspace, port=None) as first, running(workspace, port=None) as second:
        assert first != second
        assert ask(second, "/issue.txt")[0].status == 200
        assert urlsplit(first).hostname == "127.0.0.1"


def test_ctrl_c_ends_it_at_once_with_pages_open(workspace: Workspace) -> None:
    program = (
        "import sys, pathlib\n"
        "from digest.preview import serve\n"
        "from digest.workspace import Workspace\n"
        "root = pathlib.Path(sys.argv[1])\n"
        "workspace = Workspace(root=root, settings_path=root / 'digest.toml')\n"
        "serve(workspace.issue('2025-W17'), workspace, port=0,"
        " on_ready=lambda address: print(address, flush=True))\n"
        "print('ended')\n"
    )
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    with subprocess.Popen(
        [sys.executable, "-c", program, str(workspace.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        parts = urlsplit(address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        connection.request("GET", "/events")
        events = connection.getresponse()
        events.readline()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=10)
        connection.close()
    assert (output, errors, process.returncode) == ("ended\n", "", 0)
