"""`digest calendar`: past and coming windows, and where they do not meet."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.calendar import read_calendar
from digest.cli import root
from digest.config import Newsletter, Schedule, Settings
from digest.workspace import Workspace

SETTINGS = """
[newsletter]
title = "Weekly"
timezone = "UTC"

[[sources]]
path = "in.jsonl"
"""


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """A workspace with an article a day from 1 April to 5 May 2025."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")  # pytest-xdist sets a narrow one
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    Path("digest.toml").write_text(SETTINGS, encoding="utf-8")
    first = datetime(2025, 4, 1, 10, tzinfo=UTC)
    articles = [
        {
            "title": f"Report number {day}",
            "url": f"https://example.org/{day}",
            "published": (first + timedelta(days=day)).isoformat(),
        }
        for day in range(35)
    ]
    Path("in.jsonl").write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
    return tmp_path


def digest(*arguments: str) -> Result:
    result = CliRunner().invoke(root, list(arguments), standalone_mode=False)
    assert result.exception is None, f"{result.exception!r}\n{result.stderr}"
    return result


def compose(*window: str, now: str = "2025-05-06") -> None:
    digest("compose", *window, "--now", now, "--offline")


def entries(*arguments: str, now: str = "2025-05-06") -> list[dict]:
    return json.loads(digest("calendar", "--json", "--now", now, *arguments).stdout)


def spans(found: list[dict]) -> list[tuple[str, str, str]]:
    return [
        (entry["state"], entry["window"]["start"][:10], entry["window"]["end"][:10])
        for entry in found
    ]


def warnings(now: str = "2025-05-06") -> list[str]:
    shown = digest("calendar", "--now", now).stderr
    return [line for line in shown.splitlines() if line.startswith("warning: ")]


def test_new_newsletter_has_one_window_due_and_the_next_ones_coming(here) -> None:
    assert spans(entries("--coming", "2")) == [
        ("due", "2025-04-28", "2025-05-05"),
        ("open", "2025-05-05", "2025-05-12"),
        ("coming", "2025-05-12", "2025-05-19"),
    ]
    assert not (here / ".digest").exists()


def test_issues_stand_with_their_counts(here) -> None:
    compose("--week", "2025-W17")
    document = here / "issues/2025-W17/issue.md"
    text = document.read_text(encoding="utf-8")
    head, first, rest = text.split("\n### ", 2)
    document.write_text(f"{head}\n### {rest}\n\n## Hold\n\n### {first}", encoding="utf-8")
    [issue] = [entry for entry in entries() if entry["issue"]]
    assert (issue["state"], issue["hours"]) == ("composed", 168.0)
    assert (issue["items"], issue["held"], issue["cut"]) == (6, 1, 0)
    assert issue["left_out"] == 35 - 7
    document.write_text(f"{head}\n### {rest}", encoding="utf-8")
    [issue] = [entry for entry in entries() if entry["issue"]]
    assert (issue["items"], issue["held"], issue["cut"]) == (6, 0, 1)


def test_due_window_is_the_one_that_compose_takes(here) -> None:
    compose("--week", "2025-W17")
    now = "2025-05-20"
    [due] = [entry for entry in entries(now=now) if entry["state"] == "due"]
    compose(now=now)
    issues = [entry for entry in entries(now=now) if entry["issue"]]
    assert issues[-1]["window"] == due["window"]
    assert all(entry["state"] != "due" for entry in entries(now=now))


def test_gap_is_told_with_the_command_that_closes_it(here) -> None:
    compose("--since", "2025-04-07", "--until", "2025-04-10")
    compose("--week", "2025-W17")
    [gap] = [entry for entry in entries() if entry["state"] == "gap"]
    assert (gap["window"]["start"][:10], gap["window"]["end"][:10]) == ("2025-04-11", "2025-04-21")
    assert gap["seen"] == 10
    [warning] = warnings()
    assert gap["command"] in warning
    digest(*gap["command"].split()[1:], "--now", "2025-05-06", "--offline")
    assert warnings() == []
    assert [entry["items"] for entry in entries() if entry["issue"]] == [4, 10, 7]


def seen(state: str = "due", now: str = "2025-05-06") -> int:
    [found] = [entry["seen"] for entry in entries(now=now) if entry["state"] == state]
    return found


def with_source(*lines: str) -> None:
    Path("digest.toml").write_text(SETTINGS + "\n".join(lines) + "\n", encoding="utf-8")


def know(*articles: dict[str, str], now: str = "2025-05-06T07:00:00Z") -> None:
    """Lets digest see articles, in a run for a week that holds none of them."""
    Path("in.jsonl").write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
    digest("compose", "--week", "2025-W01", "--now", now, "--offline", "--slug", "trial")
    shutil.rmtree("issues/trial", ignore_errors=True)


def story(name: str, published: str) -> dict[str, str]:
    return {
        "title": f"Report about {name}",
        "url": f"https://example.org/{name}",
        "published": published,
    }


def test_articles_are_counted_by_what_their_source_says_of_dates(here) -> None:
    stories = (
        story("day-before", "2025-04-27"),
        story("last-day", "2025-05-04"),
        story("last-hour", "2025-05-04T23:30:00Z"),
        story("without-zone", "2025-05-01T10:00:00"),
        story("undated", ""),
    )
    know(*stories)
    assert seen() == 3
    assert seen("open") == 1  # the undated one, by when it was seen
    with_source('date_only = "end"', 'min_age = "1h"')
    assert (seen(), seen("open")) == (2, 3)
    with_source('unknown_zone = "undated"')
    know(*stories)
    assert (seen(), seen("open")) == (2, 2)
    with_source('undated = "drop"')
    assert (seen(), seen("open")) == (3, 0)
    with_source('clock = "first-seen"')
    assert (seen(), seen("open")) == (3, 1)  # what a new source brings along is its past
    know(
        story("last-day", "2025-05-04"),
        story("news", "2025-05-04T10:00:00Z"),
        now="2025-05-06T09:00:00Z",
    )
    assert (seen(), seen("open")) == (3, 2)


def test_printed_article_that_came_back_under_another_address_is_not_counted(here) -> None:
    one = story("one", "2025-05-01T10:00:00Z")
    know(one)
    compose("--since", "2025-05-01", "--until", "2025-05-01")
    know(one | {"url": "http://www.example.org/one/"}, now="2025-05-06T09:00:00Z")
    assert [entry["seen"] for entry in entries() if not entry["issue"]] == [0] * 5


def test_numbers_are_kept_until_the_files_change(here) -> None:
    compose("--week", "2025-W17")
    document = here / "issues/2025-W17/issue.md"
    for path in document.parent.iterdir():
        then = path.stat().st_mtime_ns - 60_000_000_000
        os.utime(path, ns=(then, then))
    before = entries()
    with closing(sqlite3.connect(".digest/digest.db", isolation_level=None)) as connection:
        assert connection.execute("SELECT slug FROM tallied").fetchall() == [("2025-W17",)]
        connection.execute("UPDATE tallied SET content = '{}'")
    assert entries() == before
    text = document.read_text(encoding="utf-8")
    head, _, rest = text.split("\n### ", 2)
    document.write_text(f"{head}\n### {rest}", encoding="utf-8")
    [issue] = [entry for entry in entries() if entry["issue"]]
    assert (issue["items"], issue["cut"]) == (6, 1)


def test_damaged_database_is_told_and_the_windows_are_shown(here) -> None:
    compose("--week", "2025-W17")
    for path in Path(".digest").glob("digest.db*"):
        path.unlink()
    Path(".digest/digest.db").write_bytes(b"no database at all" * 100)
    assert [entry["issue"] for entry in entries() if entry["issue"]] == ["2025-W17"]
    assert "articles are not counted" in warnings()[0]


def test_overlap_is_told_once_and_names_both_issues(here) -> None:
    compose("--week", "2025-W17")
    compose("--since", "2025-04-26", "--until", "2025-05-02")
    [warning] = warnings()
    assert "the windows of 2025-W17 and 2025-04-26 overlap" in warning
    overlapping = {entry["issue"]: entry["overlaps"] for entry in entries() if entry["issue"]}
    assert overlapping == {"2025-W17": ["2025-04-26"], "2025-04-26": ["2025-W17"]}
    assert "composed, overlaps 2025-W17" in " ".join(
        digest("calendar", "--now", "2025-05-06").stdout.split()
    )


def test_sent_issue_says_so(here) -> None:
    compose("--week", "2025-W17")
    lock = here / "issues/2025-W17/issue.lock"
    content = json.loads(lock.read_text(encoding="utf-8"))
    content["deliveries"] = [{"target": "weekly", "at": "2025-04-28T09:00:00Z"}]
    lock.write_text(json.dumps(content), encoding="utf-8")
    [issue] = [entry for entry in entries() if entry["issue"]]
    assert (issue["state"], issue["sent_at"]) == ("sent", "2025-04-28T09:00:00Z")


def test_hours_are_true_ones_where_clocks_change(here) -> None:
    (here / "digest.toml").write_text(
        SETTINGS.replace('"UTC"', '"America/New_York"'), encoding="utf-8"
    )
    found = entries("--coming", "3", now="2025-03-04")
    assert [entry["hours"] for entry in found] == [168.0, 167.0, 168.0, 168.0]
    assert "167" in digest("calendar", "--now", "2025-03-04").stdout


def test_clone_without_database_counts_no_articles_and_shows_the_rest(here) -> None:
    compose("--since", "2025-04-07", "--until", "2025-04-10")
    compose("--week", "2025-W17")
    before = entries()
    shutil.rmtree(".digest")
    assert [entry["seen"] for entry in entries()] == [None] * len(before)
    assert spans(entries()) == spans(before)


def test_earlier_issues_beyond_those_asked_for_are_counted_not_shown(here) -> None:
    for week in (15, 16, 17):
        compose("--week", f"2025-W{week}")
    assert [entry["issue"] for entry in entries("--past", "1", "--coming", "0")] == [
        "2025-W17",
        None,
    ]
    shown = digest("calendar", "--past", "1", "--now", "2025-05-06")
    assert "2 earlier ones are not shown: --past 3 shows all" in shown.stderr


def test_damaged_and_windowless_issues_are_told_and_end_nothing(here) -> None:
    compose("--week", "2025-W16")
    compose("--week", "2025-W17")
    lock = here / "issues/2025-W17/issue.lock"
    lock.write_text("{", encoding="utf-8")
    (here / "issues/notes").mkdir()
    (here / "issues/notes/issue.md").write_text("Just words.\n", encoding="utf-8")
    told = "\n".join(warnings())
    assert "2025-W17/issue.lock" in told
    assert "notes does not state its window" in told
    assert [entry["issue"] for entry in entries() if entry["issue"]] == [
        "notes",
        "2025-W16",
        "2025-W17",
    ]


def test_schedule_that_ends_has_no_windows_after_its_end(here) -> None:
    (here / "digest.toml").write_text(
        SETTINGS + '\n[schedule]\nevery = "FREQ=WEEKLY;COUNT=3"\nstarts = "2025-04-21 00:00"\n',
        encoding="utf-8",
    )
    assert spans(entries("--coming", "9", now="2025-04-29")) == [
        ("due", "2025-04-21", "2025-04-28"),
        ("open", "2025-04-28", "2025-05-05"),
    ]


_ZONES = (
    "UTC",
    "Asia/Seoul",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Cairo",
    "America/Sao_Paulo",
)
_SCHEDULES = (
    ("day", "06:30"),
    ("week", "sunday 02:30"),
    ("month", "31 24:00"),
    ("FREQ=WEEKLY;INTERVAL=2", "monday 00:00"),
)


@settings(max_examples=40, deadline=None)
@given(
    now=st.datetimes(datetime(2008, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(_ZONES),
    schedule=st.sampled_from(_SCHEDULES),
)
def test_windows_ahead_meet_without_gap_or_overlap(now, zone, schedule) -> None:
    nowhere = Path("/nowhere/at/all")
    every, starts = schedule
    calendar = read_calendar(
        Workspace(root=nowhere, settings_path=None),
        Settings(
            newsletter=Newsletter(timezone=zone), schedule=Schedule(every=every, starts=starts)
        ),
        now=now,
        coming=5,
    )
    windows = [entry.window for entry in calendar.entries]
    assert len(windows) == 6
    assert all(window.hours > 0 for window in windows)
    for one, other in pairwise(windows):
        assert one.end.astimezone(UTC) == other.start.astimezone(UTC)
    [opened] = [entry.window for entry in calendar.entries if entry.state == "open"]
    assert opened.start.astimezone(UTC) <= now < opened.end.astimezone(UTC)
