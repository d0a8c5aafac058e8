"""Every word for how a source did, as each command tells it and as the exit status follows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from servers import FEED, PAGE, Behaviour, FaultServer, answer, in_turn, redirect

BEFORE = "2025-04-21T07:00+00:00"
NOW = "2025-04-28T07:00+00:00"
WARNED = ["empty", "failed", "gone", "blocked", "not-a-feed"]
EMPTY = b"<rss version='2.0'><channel><title>Empty</title></channel></rss>"


def feed(name: str, *days: str) -> bytes:
    items = "".join(
        f"<item><title>What {name} said on {day}</title><link>https://{name}.example/{day}</link>"
        f"<pubDate>{day}T09:10:00Z</pubDate></item>"
        for day in days
    )
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


def servers() -> dict[str, Behaviour]:
    """For each word what its server does, at the first visit and from then on."""
    return {
        "ok": in_turn(
            answer(feed("a", "2025-04-20")), answer(feed("a", "2025-04-20", "2025-04-24"))
        ),
        "unchanged": answer(feed("b", "2025-04-20"), etag='"1"'),
        "failed": answer(b"", status=500),
        "empty": in_turn(answer(feed("c", "2025-04-20")), answer(EMPTY)),
        "stale": answer(feed("d", "2024-11-01", "2024-11-02", "2024-11-03")),
        "saturated": in_turn(answer(feed("e", "2025-04-20")), answer(feed("e", "2025-04-25"))),
        "gone": answer(b"", status=410),
        "blocked": answer(b"", status=403),
        "not-a-feed": answer(PAGE, content_type="text/html"),
    }


STATES = {
    "ok": "ok",
    "unchanged": "ok",
    "failed": "note",
    "empty": "note",
    "stale": "note",
    "saturated": "note",
    "redirected": "note",
    "gone": "wrong",
    "blocked": "note",
    "not-a-feed": "wrong",
    "disabled": "ok",
}
SAYS = {
    "ok": "",
    "unchanged": "",
    "failed": "answered 500 Internal Server Error; try again later",
    "empty": "it gave 1 article on 21 Apr 2025",
    "stale": "the newest entry is of 03 Nov 2024, usually one in a day",
    "saturated": (
        "its only entry is new since 21 Apr 2025: older ones may have come and gone before "
        "25 Apr 2025"
    ),
    "gone": (
        "not asked: it is gone for good, as it said (410) on 21 Apr 2025 07:00 UTC; "
        "remove this source, or ask once more with --refresh"
    ),
    "disabled": "",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    return tmp_path


def digest(*words: str) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, "-m", "digest", *words]
    return subprocess.run(run, capture_output=True, text=True, timeout=120)


def told(run: subprocess.CompletedProcess[str]) -> dict[str, tuple[str, str]]:
    """Word and detail by the source's name."""
    sources = json.loads(run.stdout)["sources"]
    return {each["name"]: (each["status"], each["detail"]) for each in sources}


def settle(folder: Path, server: FaultServer) -> dict[str, str]:
    """A workspace with a source for each word, called by it; their addresses."""
    urls = {word: server.put(f"/{word}", behaviour) for word, behaviour in servers().items()}
    server.put("/new", answer(feed("f", "2025-04-20")))
    urls["redirected"] = server.put("/redirected", redirect("/new", status=301))
    urls["disabled"] = server.put("/disabled", answer())
    tables = "".join(
        f'\n[[sources]]\nname = "{word}"\nurl = "{url}"\nprivate = true\n'
        + ("enabled = false\n" if word == "disabled" else "")
        for word, url in urls.items()
    )
    text = f'[newsletter]\ntitle = "T"\ntimezone = "UTC"\n{tables}'
    (folder / "digest.toml").write_text(text, encoding="utf-8")
    return urls


def test_each_source_has_its_own_word_and_each_command_tells_the_same(
    here: Path, server: FaultServer
) -> None:
    urls = settle(here, server)
    assert digest("gather", "--now", BEFORE).returncode == 0
    gathered = digest("gather", "--now", NOW, "--json")
    assert gathered.returncode == 0
    words = told(gathered)
    assert {name: word for name, (word, _) in words.items() if name != word} == {}
    for name, text in SAYS.items():
        assert words[name][1] == text, name
    for name, (_, detail) in words.items():
        assert urls[name] not in detail, name
    assert urls["redirected"].replace("/redirected", "/new") in words["redirected"][1]

    listed = json.loads(digest("sources", "list", "--json").stdout)["sources"]
    assert {each["name"]: each["status"] for each in listed} == {name: name for name in words}

    doctor = digest("doctor", "--json", "--now", NOW)
    facts = json.loads(doctor.stdout)["facts"]
    states = {
        fact["text"].partition(":")[0]: fact["state"]
        for fact in facts
        if fact["section"] == "sources"
    }
    assert states == STATES
    assert doctor.returncode == 1

    # What is well or asks for a look does not fail a run, what failed does if that is asked for.
    strict = digest("gather", "--now", NOW, "--strict")
    assert strict.returncode == 1
    assert strict.stderr.splitlines()[-1] == "error: gather: 4 of 11 sources failed"
    checked = digest("sources", "check", *(name for name in STATES if STATES[name] == "ok"))
    assert checked.returncode == 0
    assert digest("sources", "check", "ok", "failed").returncode == 1


def test_the_editor_hears_of_all_that_is_not_well_and_of_nothing_else(
    here: Path, server: FaultServer
) -> None:
    settle(here, server)
    assert digest("gather", "--now", BEFORE).returncode == 0
    composed = digest("compose", "--week", "2025-W17", "--now", NOW)
    assert composed.returncode == 0
    lines = composed.stderr.splitlines()
    noted = {line.partition(":")[0] for line in lines if line.partition(":")[0] in STATES}
    assert noted == {"stale", "saturated", "redirected"}
    warned = [line.removeprefix("warning: ") for line in lines if line.startswith("warning: ")]
    assert [line.partition(":")[0] for line in warned] == WARNED
    lock = json.loads((here / "issues/2025-W17/issue.lock").read_text(encoding="utf-8"))
    assert {each["name"]: each["status"] for each in lock["sources"]} == {
        name: name for name in STATES
    }


def test_a_feed_that_fails_in_three_runs_is_wrong_until_it_answers(
    here: Path, server: FaultServer
) -> None:
    url = server.put("/", answer(b"", status=500))
    text = f'[newsletter]\ntitle = "T"\ntimezone = "UTC"\n\n[[sources]]\nurl = "{url}"\n'
    (here / "digest.toml").write_text(f"{text}private = true\n", encoding="utf-8")
    for day, status in ((21, 0), (22, 0), (23, 1)):
        assert digest("gather", "--now", f"2025-04-{day}T07:00Z").returncode == 1
        assert digest("doctor", "--now", NOW).returncode == status
    server.put("/", answer(FEED))
    assert digest("gather", "--now", NOW).returncode == 0
    assert digest("doctor", "--now", NOW).returncode == 0


def test_one_that_was_always_empty_is_no_reason_to_warn(here: Path, server: FaultServer) -> None:
    url = server.put("/", answer(EMPTY))
    text = f'[newsletter]\ntitle = "T"\ntimezone = "UTC"\n\n[[sources]]\nurl = "{url}"\n'
    (here / "digest.toml").write_text(f"{text}private = true\n", encoding="utf-8")
    for day in (21, 22):
        composed = digest("compose", "--week", "2025-W16", "--now", f"2025-04-{day}T07:00Z")
        assert f"{url}: empty" in composed.stderr.splitlines()
        assert "warning: " not in composed.stderr


def test_ten_days_of_failures_are_ten_requests_and_success_needs_no_command(
    here: Path, server: FaultServer
) -> None:
    url = server.put("/", answer(b"", status=500))
    text = f'[newsletter]\ntitle = "T"\ntimezone = "UTC"\n\n[[sources]]\nurl = "{url}"\n'
    (here / "digest.toml").write_text(f"{text}private = true\n", encoding="utf-8")
    for day in range(11, 21):
        done = digest("gather", "--now", f"2025-04-{day}T07:00Z", "--json")
        [(status, _)] = told(done).values()
        assert (done.returncode, status) == (1, "failed")
    assert len(server.asked("/")) == 10
    server.put("/", answer(FEED))
    done = digest("gather", "--now", "2025-04-21T07:00Z", "--json")
    assert done.returncode == 0
    [(status, detail)] = told(done).values()
    assert (status, detail) == ("ok", "")


def test_a_source_of_files_is_called_by_its_name_and_a_bad_file_among_good_by_its_own(
    here: Path,
) -> None:
    tables = '[[sources]]\nname = "Ours"\npath = "{}"\n'
    text = f'[newsletter]\ntitle = "T"\ntimezone = "UTC"\n\n{tables}'
    (here / "digest.toml").write_text(text.format("none/*.md"), encoding="utf-8")
    assert told(digest("gather", "--json", "--now", NOW)) == {
        "Ours": ("failed", "none: no such folder; check the path")
    }
    (here / "none").mkdir()
    (here / "none/good.md").write_text("---\ntitle: A treaty\n---\n\nWords.\n")
    (here / "none/bad.json").write_text("{")
    (here / "digest.toml").write_text(text.format("none"), encoding="utf-8")
    words = told(digest("gather", "--json", "--now", NOW))
    assert {name: status for name, (status, _) in words.items()} == {
        "Ours": "ok",
        "none/bad.json": "failed",
    }
