"""``digest doctor``: what is right, what is wrong, and that looking changes nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from servers import FaultServer, answer

from digest.cli import run
from digest.state import database
from digest.state.migrations import MIGRATIONS

NOW = "2025-04-28T07:00+00:00"
Told = dict[str, list[tuple[str, str]]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    return tmp_path


def settle(folder: Path, *urls: str, more: str = "") -> None:
    tables = "".join(f'\n[[sources]]\nurl = "{url}"\nprivate = true\n' for url in urls)
    (folder / "digest.toml").write_text(f'[newsletter]\ntitle = "T"\n{more}{tables}')


class Doctor:
    """Asks it, and looks at the exit status as well."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def ask(self) -> Told:
        """(state, text) of all facts by section."""
        self.capsys.readouterr()
        status = run(["doctor", "--json", "--now", NOW])
        said = json.loads(self.capsys.readouterr().out)
        told: Told = {}
        for fact in said["facts"]:
            told.setdefault(fact["section"], []).append((fact["state"], fact["text"]))
        assert said["wrong"] == len(wrong(told))
        assert status == (1 if said["wrong"] else 0)
        return told


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str]) -> Doctor:
    return Doctor(capsys)


def wrong(told: Told) -> list[str]:
    return [text for each in told.values() for state, text in each if state == "wrong"]


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_workspace_is_well(here: Path, doctor: Doctor) -> None:
    settle(here)
    told = doctor.ask()
    assert wrong(told) == []
    assert told["database"] == [
        ("note", "none yet: the first `digest gather` or `digest compose` makes it")
    ]
    assert told["templates"] == [("ok", "theme classic")]
    assert ("ok", "it is 2025-04-28 07:00 +0000 in UTC, by this machine's clock") in told["machine"]


def test_sources_are_told_as_they_were_when_they_were_last_read(
    here: Path, server: FaultServer, doctor: Doctor
) -> None:
    good, bad = server.put("/good", answer()), server.url("/bad")
    gone, new = server.put("/gone", answer(b"", status=410)), server.put("/new", answer())
    settle(here, good, bad, gone)
    run(["gather", "--now", NOW])
    settle(here, good, bad, gone, new)
    assert doctor.ask()["sources"] == [
        ("ok", f"{good}: ok"),
        (
            "note",
            f"{bad}: failed, answered 404 Not Found; check the address; "
            "failed in 1 run since 28 Apr 2025",
        ),
        (
            "wrong",
            f"{gone}: gone, answered 410 Gone; remove this source, or find its new address; "
            "failed in 1 run since 28 Apr 2025",
        ),
        ("note", f"{new}: not read yet"),
    ]
    for _ in range(2):
        run(["gather", "--refresh", "--now", NOW])
    states = [state for state, _ in doctor.ask()["sources"]]
    assert states == ["ok", "wrong", "wrong", "ok"]


def test_looking_changes_nothing_and_asks_nobody(
    here: Path, server: FaultServer, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(here, server.put("/good", answer()))
    with monkeypatch.context() as past:
        past.setattr(database, "MIGRATIONS", MIGRATIONS[:3])
        with database.open_database(here / ".digest/digest.db") as connection:
            connection.execute("INSERT INTO source (name) VALUES ('a')")
    before = everything(here)
    told = doctor.ask()
    assert wrong(told) == []
    assert (
        "note",
        f"schema 3 of {len(MIGRATIONS)}: the next run brings it forward, and keeps it as it is "
        "beside",
    ) in told["database"]
    assert everything(here) == before
    assert server.requests == []


def test_it_says_what_would_be_lost_with_the_database(
    here: Path, server: FaultServer, doctor: Doctor
) -> None:
    settle(here, server.put("/good", answer()))
    run(["gather", "--now", NOW])
    [lost] = [text for _, text in doctor.ask()["database"] if "loses" in text]
    assert lost == (
        "who deletes .digest/ loses kept answers (1), first-seen times with what runs said of them "
        "(2 articles), the ledger of recipients (0 deliveries) and earlier states of issue.md; "
        "nothing else"
    )


def test_a_damaged_database_is_wrong_and_the_rest_is_looked_at_all_the_same(
    here: Path, server: FaultServer, doctor: Doctor
) -> None:
    settle(here, server.put("/good", answer()))
    run(["gather", "--now", NOW])
    file = here / ".digest/digest.db"
    file.write_bytes(file.read_bytes()[:6000] + b"x" * 60000)
    told = doctor.ask()
    assert any("damaged" in text for text in wrong(told))
    assert told["templates"] == [("ok", "theme classic")]


def test_mistakes_in_settings_issues_and_templates_are_wrong(here: Path, doctor: Doctor) -> None:
    settle(here, more='sendr = "a@example.org"\ntimezone = "Asia/Soul"\n')
    issue = here / "issues/2025-W17"
    issue.mkdir(parents=True)
    (issue / "issue.md").write_text("---\ntitle: [\n---\n")
    (issue / "issue.lock").write_text("{")
    told = doctor.ask()
    said = "\n".join(wrong(told))
    for each in ("sendr", "Asia/Soul", "issue.md", "issue.lock"):
        assert each in said
    settle(here)
    (issue / "issue.lock").unlink()
    (issue / "issue.md").write_text("---\ntitle: T\n---\n")
    assert doctor.ask()["templates"] == [("ok", "theme classic, tried on 2025-W17")]
    own = here / "templates/classic/issue.html.j2"
    own.parent.mkdir(parents=True)
    own.write_text("{{ isue.title }}")
    [broken] = wrong(doctor.ask())
    assert "isue" in broken


def test_people_are_shown_what_needs_a_look(
    here: Path, server: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    settle(here, server.put("/good", answer()), server.put("/gone", answer(b"", status=410)))
    run(["gather", "--now", NOW])
    capsys.readouterr()
    assert run(["doctor", "--now", NOW]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "workspace"
    assert lines[-1] == "1 wrong, 1 source is well"
    assert any(line.startswith(f"  wrong  {server.url('/gone')}: gone") for line in lines)
    assert not any("/good" in line for line in lines)
