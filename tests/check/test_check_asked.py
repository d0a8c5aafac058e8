"""``digest check`` with --links, --spam and --format: real servers, the real command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from made_issues import make_issue, make_item, make_settings
from servers import FaultServer, answer, redirect

from digest.check.spam import ask_spamassassin, read_report
from digest.check.visit import bounds, visit
from digest.config import Gather
from digest.http.probe import Prober
from digest.model import Finding
from digest.render import render

NOW = datetime(2025, 4, 28, tzinfo=UTC)
PAGE = b"<!doctype html><title>A page</title>"


def refuse_head(status: int = 405) -> Callable[..., None]:
    """A page that exists and that its server gives by GET alone."""

    def behave(request: Any, connection: Any) -> None:
        answer(
            PAGE if request.method == "GET" else b"",
            status=200 if request.method == "GET" else status,
        )(request, connection)

    return behave


def visited(*urls: str, private: bool = True) -> list[Finding]:
    settings = replace(make_settings(), gather=Gather(deadline_seconds=5, idle_timeout_seconds=1))
    issue = make_issue(*(make_item(n, url=url) for n, url in enumerate(urls)))
    rendered = render(issue, settings, None)
    prober = Prober(bounds(settings), None, now=NOW, user_agent="digest/test")
    try:
        return visit(rendered, issue, settings, lambda url: prober.probe(url, private=private))
    finally:
        prober.close()


def only(found: list[Finding]) -> Finding:
    (finding,) = found
    return finding


def test_pages_that_are_there_are_asked_for_by_head_once(server: FaultServer) -> None:
    page = server.put("/a", answer(PAGE))
    assert visited(page, server.put("/b", refuse_head()), f"{page}#part") == []
    assert [request.method for request in server.asked("/a")] == ["HEAD", "HEAD"]
    assert [request.method for request in server.asked("/b")] == ["HEAD", "GET"]
    assert server.most_at_once == 1


@pytest.mark.parametrize(
    ("status", "code", "severity"),
    [
        (404, "link-broken", "error"),
        (410, "link-broken", "error"),
        (500, "link-unreachable", "warning"),
        (403, "link-not-judged", "warning"),
        (429, "link-not-judged", "warning"),
    ],
)
def test_answer_is_told_with_the_item_that_links_there(
    server: FaultServer, status: int, code: str, severity: str
) -> None:
    finding = only(visited(server.put("/a", answer(b"", status=status))))
    assert (finding.code, finding.severity) == (code, severity)
    assert f"answered {status}" in finding.message
    assert finding.message.endswith(server.url("/a"))


def test_page_that_moved_for_good_is_told_with_its_new_address(server: FaultServer) -> None:
    server.put("/new", answer(PAGE))
    finding = only(visited(server.put("/old", redirect("/new", status=301))))
    assert (finding.code, finding.fix) == ("link-moved", f"write {server.url('/new')}")


def test_redirect_for_now_is_followed_in_silence(server: FaultServer) -> None:
    server.put("/new", answer(PAGE))
    assert visited(server.put("/old", redirect("/new", status=302))) == []


def test_redirect_without_end_is_told(server: FaultServer) -> None:
    finding = only(visited(server.put("/a", redirect("/a", status=302))))
    assert (finding.code, "redirected more than" in finding.message) == ("link-unreachable", True)


def test_certificate_that_nobody_vouches_for_is_told(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    path = tmp_path / "both.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    command += f" -subj /CN=localhost -days 1 -keyout {path}.key -out {path}.crt"
    subprocess.run(command.split(), check=True, capture_output=True)
    path.write_bytes(Path(f"{path}.key").read_bytes() + Path(f"{path}.crt").read_bytes())
    with FaultServer(certificate=str(path)) as server:
        finding = only(visited(server.put("/a", answer(PAGE))))
    assert (finding.code, finding.severity) == ("link-certificate", "error")


def test_address_that_is_not_public_is_not_connected_to(server: FaultServer) -> None:
    finding = only(visited(server.put("/a", answer(PAGE)), private=False))
    assert (finding.code, "not public" in finding.message) == ("link-not-judged", True)
    assert server.requests == []


def test_host_that_asks_for_quiet_is_left_in_peace(server: FaultServer) -> None:
    busy = answer(b"", status=429, headers={"Retry-After": "600"})
    found = visited(server.put("/a", busy), server.put("/b", answer(PAGE)))
    assert [finding.code for finding in found] == ["link-not-judged", "link-not-judged"]
    assert [(request.method, request.path) for request in server.requests] == [("HEAD", "/a")]


def test_host_that_is_not_there_breaks_the_link() -> None:
    with FaultServer() as gone:
        url = gone.url("/a")
    assert only(visited(url)).code == "link-unreachable"


def test_machine_without_a_network_blames_no_page() -> None:
    found = visited("https://one.invalid/a", "https://two.invalid/a", "https://two.invalid/b")
    (finding,) = [entry for entry in found if entry.code.startswith("link-")]
    assert (finding.code, finding.severity) == ("link-not-judged", "warning")
    assert finding.message == "none of 2 hosts could be found: this machine seems to be offline"


def workspace(folder: Path, document: str) -> Path:
    (folder / "digest.toml").write_text(
        '[newsletter]\ntitle = "T"\nsender = "T <t@example.org>"\naddress = "1 Street"\n'
    )
    (folder / "issues/one").mkdir(parents=True)
    (folder / "issues/one/issue.md").write_text(document)
    return folder


def run(folder: Path, *arguments: str, path: str | None = None) -> Any:
    """The command as users run it, in the folder of its workspace."""
    environment = os.environ | ({"PATH": path} if path else {})
    return subprocess.run(
        [sys.executable, "-m", "digest", "check", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


BAD = "---\ntitle: T\nsubject: S\npreheader: P\n---\n## A\n\n### [50%](javascript:x)\n\nx\n"


def test_github_gets_an_annotation_for_each_finding(tmp_path: Path) -> None:
    folder = workspace(tmp_path, BAD)
    result = run(folder, "--format", "github")
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    assert (
        "::error file=issues/one/issue.md,title=item-without-link,line=8::item has no link: "
        "[50%25](javascript:x); write the headline as [title](https://…), or make a note of your "
        "own a #### heading"
    ) in lines
    assert all(line.startswith(("::error ", "::warning ")) for line in lines)


def test_json_has_the_weight_of_each_section(tmp_path: Path) -> None:
    folder = workspace(tmp_path, BAD.replace("javascript:x", "https://e.org/a"))
    for arguments in (("--json",), ("--format", "json")):
        result = run(folder, *arguments)
        size = json.loads(result.stdout)["size"]
        assert result.returncode == 0
        assert [section["heading"] for section in size["sections"]] == ["A"]


def test_strict_takes_warnings_for_errors(tmp_path: Path) -> None:
    folder = workspace(tmp_path, BAD.replace("javascript:x", "http://e.org/a"))
    assert run(folder).returncode == 0
    assert "insecure-link" in run(folder).stdout
    assert run(folder, "--strict").returncode == 1


def test_command_knows_the_issue_before_and_the_workspaces_stylesheet(tmp_path: Path) -> None:
    document = BAD.replace("javascript:x", "https://e.org/a")
    window = "window: 2025-04-{}T00:00:00+00:00/2025-04-{}T00:00:00+00:00\n---\n## A"
    folder = workspace(tmp_path, document.replace("---\n## A", window.format(14, 21)))
    (folder / "issues/two").mkdir()
    second = document.replace("/a)", "/b)").replace("---\n## A", window.format(21, 28))
    (folder / "issues/two/issue.md").write_text(second)
    sheet = folder / "templates/classic/style.css"
    sheet.parent.mkdir(parents=True)
    sheet.write_text(
        '{% extends "builtin/classic/style.css" %}\n'
        "{% block inlined %}{{ super() }}\np{marign:0}{% endblock %}"
    )
    result = run(folder, "two", "--json")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)["warnings"]
    assert {(warning["code"], warning["where"]) for warning in told} >= {
        ("subject-repeated", "issues/two/issue.md:3"),
        ("css-unknown-property", "templates/classic/style.css:3"),
    }
    first = run(folder, "one", "--json").stdout
    assert "subject-repeated" not in first


def test_command_asks_for_the_linked_pages(tmp_path: Path, server: FaultServer) -> None:
    page = server.put("/gone", answer(b"", status=404))
    folder = workspace(tmp_path, BAD.replace("javascript:x", page))
    result = run(folder, "--links", "--private", "--json")
    told = [error["code"] for error in json.loads(result.stdout)["errors"]]
    assert (result.returncode, told) == (1, ["link-broken"])


def test_spamassassin_that_is_missing_is_named_with_how_to_get_it(tmp_path: Path) -> None:
    folder = workspace(tmp_path, BAD)
    result = run(folder, "--spam", path=str(tmp_path))
    assert result.returncode == 1
    assert "apt install spamassassin" in result.stderr


def test_spamassassin_takes_our_issue_for_no_spam() -> None:
    if shutil.which("spamassassin") is None:
        pytest.skip("SpamAssassin is not installed: its verdict was not asked")
    rendered = render(make_issue(), make_settings(), None)
    assert ask_spamassassin(rendered) == []


def test_spamassassins_report_becomes_findings() -> None:
    report = (
        "X-Spam-Status: Yes, score=6.2 required=5.0 tests=HTML_IMAGE_ONLY_04,\n"
        "\tMIME_QP_LONG_LINE,NO_RELAYS,SUBJ_ALL_CAPS autolearn=no version=4.0.1\n\n"
        "9.9 NATO said in the message itself\n\n"
        " pts rule name              description\n"
        " 4.6 HTML_IMAGE_ONLY_04     BODY: HTML: images with 0-400 bytes\n"
        " 1.5 SUBJ_ALL_CAPS          Subject is all capitals\n"
        "-0.0 NO_RELAYS              Informational: message was not relayed\n"
        " 0.1 MIME_QP_LONG_LINE      RAW: Quoted-printable line longer\n"
    )
    found = list(read_report(report))
    assert [finding.code for finding in found] == ["spam-verdict", "spam-rule", "spam-rule"]
    assert found[0].message == "6.2 points, 5 make spam"
    assert found[1].message.startswith("4.6 points, HTML_IMAGE_ONLY_04: BODY: HTML: images")


@pytest.mark.skipif(shutil.which("spamassassin") is None, reason="spamassassin is not installed")
def test_spamassassins_verdict_on_spam_is_told() -> None:
    words = r"XJS\*C4JDBQADN1.NSBN3\*2IDNEN\*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL\*C.34X"
    found = ask_spamassassin(render(make_issue(make_item(1, body=words)), make_settings(), None))
    assert [finding.code for finding in found] == ["spam-verdict", "spam-rule"]
    assert found[0].severity == "error"
    assert "GTUBE" in found[1].message


def test_issue_of_empty_sections_is_judged_and_weighs_something(tmp_path: Path) -> None:
    head = "---\ntitle: T\nsubject: S\npreheader: P\n---\n"
    folder = workspace(tmp_path, f"{head}## A\n\n## Hold\n\n### [x](https://example.org/y)\n")
    told = json.loads(run(folder, "--json").stdout)
    assert [error["code"] for error in told["errors"]] == ["no-items"]
    assert told["size"]["sections"] == []
    assert told["size"]["wire_bytes"] > 0
