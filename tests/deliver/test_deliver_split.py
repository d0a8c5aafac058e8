"""A split issue, sent by the real command to a real mail server: all its mails to every reader."""

from __future__ import annotations

import email
import json
import re
import shutil
import subprocess
import sys
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from made_issues import make_issue, make_item
from mail_server import MailServer
from test_deliver_command import run

from digest.issue.write import write_issue
from digest.model import LIMIT_BYTES, Section
from digest.render.mergetags import find_left_over

SETTINGS = """\
[newsletter]
title = "Eurasia Weekly"
language = "{language}"
sender = "Eurasia Weekly <weekly@example.org>"
address = "1 Example Street, Seoul"

[render]
overflow = "split"

[delivery.weekly]
host = "127.0.0.1"
port = {port}
reply_to = "Desk <desk@example.org>"
unsubscribe = "https://example.org/leave?who={{email}}&from=digest"
"""
BODY = "Officials counted the visits, the trains and the cargo since the signing. " * 180
READERS = ["ann@example.com", "bob@example.net"]


@pytest.fixture
def workspace(tmp_path: Path, server: MailServer) -> Path:
    """A newsletter with one issue of two mails, rendered, and two readers."""
    folder = tmp_path / "newsletter"
    folder.mkdir()
    return fill(folder, server)


def fill(folder: Path, server: MailServer, *, language: str = "en", body: str = BODY) -> Path:
    sections = tuple(
        Section(
            heading=f"Topic {topic}",
            blocks=tuple(make_item(4 * topic + n, body=body) for n in range(1, 5)),
        )
        for topic in range(2)
    )
    (folder / "digest.toml").write_text(
        SETTINGS.format(port=server.port, language=language), encoding="utf-8"
    )
    issue = folder / "issues" / "2025-W17"
    issue.mkdir(parents=True)
    document = write_issue(make_issue(sections=sections, language=language))
    (issue / "issue.md").write_text(document, encoding="utf-8")
    (folder / "readers.csv").write_text("\n".join(["email", *READERS]) + "\n", encoding="utf-8")
    run(folder, "render", status=0)
    assert sorted(path.name for path in issue.glob("*.eml")) == ["digest-1.eml", "digest-2.eml"]
    return folder


def parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def bodies(message: EmailMessage) -> tuple[str, str]:
    """Text and HTML as a client shows them."""
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    text, markup = (part.get_content().replace("\r\n", "\n") for part in (plain, html))
    return text, markup


def deliveries(folder: Path) -> list[dict[str, object]]:
    lock = json.loads((folder / "issues/2025-W17/issue.lock").read_text(encoding="utf-8"))
    found: list[dict[str, object]] = lock["deliveries"]
    return found


def test_every_reader_gets_all_mails_in_order_and_none_twice(
    workspace: Path, server: MailServer
) -> None:
    result = run(workspace, "send", "--to", "readers.csv", "--yes", status=0)
    assert "to:         2 recipients, 4 mails: ann@example.com, bob@example.net" in result.stderr
    assert "handed over now: 4; in all: 4 accepted" in result.stderr
    taken = server.inbox.taken
    assert [letter.rcpt_tos[0] for letter in taken] == [READERS[0]] * 2 + [READERS[1]] * 2
    messages = [parsed(letter.content) for letter in taken]
    assert [message["Subject"] for message in messages] == [
        "A treaty, and more (part 1 of 2)",
        "A treaty, and more (part 2 of 2)",
    ] * 2
    assert len({message["Message-ID"] for message in messages}) == 4
    for first, second, reader in zip(messages[::2], messages[1::2], READERS, strict=True):
        assert first["References"] is None
        assert second["References"] == first["Message-ID"]
        assert second["Date"].datetime > first["Date"].datetime
        assert first["In-Reply-To"] is second["In-Reply-To"] is None
        leave = f"https://example.org/leave?who={reader.replace('@', '%40')}"
        stories = []
        for message in (first, second):
            assert message["To"] == reader
            assert message["Reply-To"] == "Desk <desk@example.org>"
            assert message["List-Id"] == "<weekly.example.org>"
            assert message["List-Unsubscribe"] == f"<{leave}&from=digest>"
            assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            assert message["Content-Language"] == "en"
            text, html = bodies(message)
            assert f"{leave}&from=digest" in text
            assert f"{leave}&amp;from=digest" in html
            assert len(html.encode()) <= LIMIT_BYTES
            stories += re.findall(r"^ *(\d+)\. Headline number \1$", text, re.MULTILINE)
        assert list(dict.fromkeys(stories)) == [str(number) for number in range(1, 9)]
    [line] = deliveries(workspace)
    assert {key: line[key] for key in ("target", "mails", "accepted", "finished")} == {
        "target": "weekly",
        "mails": 2,
        "accepted": 2,
        "finished": True,
    }
    again = run(workspace, "send", "--to", "readers.csv", "--yes", status=3)
    assert "already sent, to 2 recipients" in again.stderr
    # A fresh clone has no ledger, and refuses all the same.
    shutil.rmtree(workspace / ".digest")
    run(workspace, "send", "--to", "readers.csv", "--yes", status=3)
    assert len(taken) == 4
    log = run(workspace, "log", status=0).stdout
    assert "accepted 2, mails 2" in log
    why = run(workspace, "why", "https://example.org/story-8", status=0).stdout
    assert re.search("sent .* by weekly", why), why


def test_dry_run_shows_the_mails_with_their_sizes(workspace: Path, server: MailServer) -> None:
    result = run(workspace, "send", "--to", "readers.csv", "--dry-run", status=0)
    for number in (1, 2):
        subject = rf"A treaty, and more \(part {number} of 2\)"
        assert re.search(
            rf"mail {number}: +{subject} \(4 items, [56]\d,\d{{3}} bytes\)", result.stderr
        ), result.stderr
    assert "2 recipients, 4 mails" in result.stderr
    assert server.inbox.taken == []


def test_test_gets_all_mails_and_counts_for_nothing(workspace: Path, server: MailServer) -> None:
    run(workspace, "send", "--test", "me@example.org", "--yes", status=0)
    run(workspace, "send", "--test", "me@example.org", "--yes", status=0)
    messages = [parsed(letter.content) for letter in server.inbox.taken]
    assert [message["Subject"] for message in messages] == [
        "[Test] A treaty, and more (part 1 of 2)",
        "[Test] A treaty, and more (part 2 of 2)",
    ] * 2
    for first, second in zip(messages[::2], messages[1::2], strict=True):
        assert second["References"] == first["Message-ID"]
    assert len({message["Message-ID"] for message in messages}) == 4
    assert not (workspace / "issues/2025-W17/issue.lock").exists()


def test_send_killed_at_any_step_goes_on_with_the_mail_that_was_next(
    workspace: Path, server: MailServer, tmp_path: Path
) -> None:
    # What each reader's mails go through is the same: the second reader's later steps, bar the
    # last, are left out.
    mail = ["claim", "hand_over", "mark"]
    steps = dict(enumerate(["begin", *mail, "_note_delivery", *mail, "claim"], start=1))
    steps[15] = "_note_delivery"
    program = Path(__file__).with_name("dying_send.py")
    done = subprocess.run(
        [sys.executable, str(program), str(workspace), str(tmp_path / "runs"), *map(str, steps)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert {step: died_before for step, died_before, _ in told} == steps
    for step, died_before, status in told:
        letters = [
            letter for letter in server.inbox.taken if letter.rcpt_tos[0].startswith(f"{step}-")
        ]
        got = [
            (letter.rcpt_tos[0].partition("@")[0][-3:], str(parsed(letter.content)["Subject"]))
            for letter in letters
        ]
        assert len(set(got)) == len(got), f"{step}: a mail went out twice"
        wanted = [
            (reader, f"A treaty, and more (part {part} of 2)")
            for reader in ("ann", "bob")
            for part in (1, 2)
        ]
        assert got == [mail for mail in wanted if mail in got], f"{step}: out of order"
        folder = tmp_path / "runs" / str(step)
        said = (folder / "said.txt").read_text(encoding="utf-8")
        [line] = deliveries(folder)
        assert (line["mails"], line["finished"]) == (2, True)
        if died_before == "hand_over":
            # Nothing was handed over, and nobody can know: it is not repeated by itself.
            assert (len(got), status) == (3, 5), said
            assert re.search("1 message .*may or may not have arrived", said)
        elif died_before == "mark":
            assert (len(got), status) == (4, 5), said
        else:
            assert len(got) == 4, said
            assert status in (0, 3), said
            assert ("already sent" in said) == (status == 3)


def test_first_mail_put_off_keeps_the_second_back_until_it_is_through(
    workspace: Path, server: MailServer
) -> None:
    server.inbox.rcpt = {READERS[0]: "451 try later"}
    result = run(workspace, "send", "--to", "readers.csv", "--yes", status=1)
    assert server.inbox.recipients == [READERS[1]] * 2
    assert "2 messages put off by the server" in result.stderr
    [line] = deliveries(workspace)
    assert (line["finished"], line["accepted"]) == (False, 1)
    server.inbox.rcpt = {}
    result = run(workspace, "send", "--to", "readers.csv", "--yes", status=0)
    assert "1 recipient, 2 mails" in result.stderr
    assert server.inbox.recipients == [READERS[1]] * 2 + [READERS[0]] * 2
    [line] = deliveries(workspace)
    assert (line["finished"], line["accepted"]) == (True, 2)


def test_first_mail_refused_spares_the_reader_the_second(
    workspace: Path, server: MailServer
) -> None:
    server.inbox.rcpt = {READERS[0]: "550 no such user"}
    run(workspace, "send", "--to", "readers.csv", "--yes", status=0)
    assert server.inbox.recipients == [READERS[1]] * 2
    [line] = deliveries(workspace)
    assert (line["finished"], line["accepted"], line["refused"]) == (True, 1, 1)
    run(workspace, "send", "--to", "readers.csv", "--yes", status=3)


def test_issue_split_otherwise_since_its_send_began_is_refused(
    workspace: Path, server: MailServer
) -> None:
    server.inbox.rcpt = {READERS[1]: "451 try later"}
    run(workspace, "send", "--to", "readers.csv", "--yes", status=1)
    server.inbox.rcpt = {}
    settings = workspace / "digest.toml"
    own = settings.read_text("utf-8") + '\n[words]\npart = "{number}/{total}"\n'
    settings.write_text(own, encoding="utf-8")
    run(workspace, "render", status=0)
    result = run(workspace, "send", "--to", "readers.csv", "--yes", status=3)
    assert "the issue has changed since its send began" in result.stderr
    assert "and the settings that were sent first" in result.stderr
    assert server.inbox.recipients == [READERS[0]] * 2


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", BODY),
        ("ko", "관계자들은 조약이 체결된 뒤의 방문과 열차와 화물을 세었다. " * 100),
        ("de", "Beamte zählten Züge, Besuche und Güter seit der Unterzeichnung. " * 180),
    ],
)
def test_no_token_is_left_in_what_was_sent(
    tmp_path: Path, server: MailServer, language: str, words: str
) -> None:
    """In 7bit, base64 and quoted-printable, decoded and as it travels."""
    fill(tmp_path, server, language=language, body=words)
    run(tmp_path, "send", "--to", "readers.csv", "--yes", status=0)
    assert len(server.inbox.taken) == 4
    for letter in server.inbox.taken:
        text, html = bodies(parsed(letter.content))
        for content in (letter.content, text.encode(), html.encode()):
            assert find_left_over(content) == []
        assert max(map(len, letter.content.split(b"\r\n"))) <= 998
        reader = letter.rcpt_tos[0].replace("@", "%40")
        assert [text.count(f"who={reader}&from"), html.count(f"who={reader}&amp;from")] == [1, 1]


@pytest.mark.parametrize("arguments", [("--to", "readers.csv"), ("--test", "me@example.org")])
def test_token_that_nobody_fills_keeps_everything_in_the_house(
    workspace: Path, server: MailServer, arguments: tuple[str, ...]
) -> None:
    block = workspace / "templates" / "classic" / "blocks" / "masthead.html.j2"
    block.parent.mkdir(parents=True)
    block.write_text("<h1>{{ issue.title }} DIGEST_TAG_name_</h1>\n", encoding="utf-8")
    run(workspace, "render", status=0)
    checked = run(workspace, "check", status=1)
    assert "error" in checked.stdout
    assert "leftover-template" in checked.stdout
    allowed = ("--allow", "leftover-template", "--yes")
    result = run(workspace, "send", *arguments, *allowed, status=3)
    assert "nobody fills DIGEST_TAG_name_ in the HTML" in result.stderr
    assert server.inbox.taken == []
