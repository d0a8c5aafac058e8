"""Issue after issue, when windows, folders, schedules and zones do what they should not."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from digest.cli import root

SETTINGS = '[newsletter]\ntimezone = "{zone}"\n{more}\n[[sources]]\npath = "in.jsonl"\n'
MONDAYS = {17: "2025-04-28", 18: "2025-05-05", 19: "2025-05-12", 20: "2025-05-19"}


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """A workspace with one source and no article yet."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    settle(tmp_path)
    offer(tmp_path)
    return tmp_path


def settle(folder: Path, more: str = "", zone: str = "UTC") -> None:
    (folder / "digest.toml").write_text(SETTINGS.format(zone=zone, more=more), encoding="utf-8")


def offer(folder: Path, *published: str) -> None:
    """The source's articles from now on, each named by its date."""
    entries = [
        {"title": f"Story of {when}", "url": f"https://example.org/{when}", "published": when}
        for when in published
    ]
    text = "".join(json.dumps(entry) + "\n" for entry in entries)
    (folder / "in.jsonl").write_text(text, encoding="utf-8")


def compose(*arguments: str) -> tuple[list[str], dict[str, str], Result]:
    """Dates of the articles proposed, the rules of those left out, and how it was told."""
    result = CliRunner().invoke(root, ["compose", *arguments, "--json"])
    assert result.exception is None, f"{result.exception!r}\n{result.stderr}"
    composed = json.loads(result.stdout)
    titles = [item["article"]["title"] for part in composed["sections"] for item in part["items"]]
    rules = {
        entry["article"]["title"].removeprefix("Story of "): entry["rule"]
        for entry in composed["left_out"]
    }
    return sorted(title.removeprefix("Story of ") for title in titles), rules, result


def on(week: int, clock: str = "07:00") -> tuple[str, str]:
    return "--now", f"{MONDAYS[week]}T{clock}Z"


def issues(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "issues").iterdir())


def test_gap_before_the_window_is_told_with_the_command_that_composes_it(here) -> None:
    offer(here, "2025-04-22", "2025-04-29", "2025-05-06")
    compose("--week", "2025-W17", *on(17))
    _, _, result = compose("--week", "2025-W19", *on(19))
    command = "digest compose --week 2025-W18"
    assert f"(168 h): `{command}` composes one for it" in result.stderr
    found, _, result = compose(*command.split()[2:], *on(19, "08:00"))
    assert found == ["2025-04-29"]
    assert "no issue covers" not in result.stderr


def test_gap_of_any_shape_is_offered_to_the_instant(here) -> None:
    settle(here, zone="America/Havana")  # 2 November 2025 00:30 comes twice there
    offer(here, "2025-11-01", "2025-11-02T05:40:00Z", "2025-11-03")
    compose("--since", "2025-11-01", "--until", "2025-11-02T05:30Z", "--now", "2025-11-06")
    _, _, result = compose("--since", "2025-11-03", "--until", "2025-11-04", "--now", "2025-11-06")
    command = result.stderr.split("`")[1]
    assert command == "digest compose --since 2025-11-02T05:30:00Z --until 2025-11-03T00:00"
    assert compose(*command.split()[2:], "--now", "2025-11-06")[0] == ["2025-11-02T05:40:00Z"]


def test_overlapping_window_takes_only_what_no_issue_printed_unless_again(here) -> None:
    offer(here, "2025-04-22", "2025-04-29")
    compose("--week", "2025-W17", *on(17))
    found, rules, result = compose("--month", "2025-04", *on(18))
    assert (found, rules) == (["2025-04-29"], {"2025-04-22": "already-issued"})
    assert "the window overlaps that of 2025-W17" in result.stderr
    found, rules, result = compose("--month", "2025-04", "--again", *on(18))
    assert (found, rules) == (["2025-04-22", "2025-04-29"], {})
    assert "overlaps" not in result.stderr
    # What was printed again counts once for what comes after.
    assert compose(*on(18))[1] == dict.fromkeys(("2025-04-22", "2025-04-29"), "already-issued")


def test_what_the_editor_cut_does_not_come_again(here) -> None:
    offer(here, "2025-04-22", "2025-04-23")
    compose("--week", "2025-W17", *on(17))
    document = here / "issues/2025-W17/issue.md"
    text = document.read_text(encoding="utf-8")
    start = text.index("### [Story of 2025-04-22]")
    end = text.find("### ", start + 1)
    document.write_text(text[:start] + (text[end:] if end > 0 else ""), encoding="utf-8")
    found, rules, _ = compose("--month", "2025-04", "--again", *on(18))
    assert (found, rules) == (["2025-04-23"], {"2025-04-22": "cut-before"})


def test_renamed_issue_stays_the_issue_of_its_window(here) -> None:
    offer(here, "2025-04-22")
    compose(*on(17))
    (here / "issues/2025-W17").rename(here / "issues/easter")
    offer(here, "2025-04-22", "2025-04-23")
    assert compose(*on(17, "09:00"))[0] == ["2025-04-22", "2025-04-23"]
    assert issues(here) == ["easter"]
    offer(here, "2025-04-22", "2025-04-23", "2025-04-29")
    assert compose(*on(18))[0] == ["2025-04-29"]
    assert issues(here) == ["2025-W18", "easter"]


def test_two_issues_of_one_day_have_folders_of_their_own(here) -> None:
    settle(here, '[schedule]\nevery = "FREQ=DAILY;BYHOUR=0,12"\nstarts = "00:00"\n')
    offer(here, "2025-04-21T06:00:00Z", "2025-04-21T18:00:00Z")
    compose("--now", "2025-04-21T12:05Z")
    found, _, _ = compose("--now", "2025-04-22T00:05Z")
    assert found == ["2025-04-21T18:00:00Z"]
    assert issues(here) == ["2025-04-21", "2025-04-21T1200"]
    # Composed again, each is still its own.
    compose("--now", "2025-04-22T00:10Z")
    assert "T06:00" in (here / "issues/2025-04-21/issue.md").read_text(encoding="utf-8")
    assert issues(here) == ["2025-04-21", "2025-04-21T1200"]


def test_issue_composed_early_says_so_and_the_rest_is_rescued(here) -> None:
    offer(here, "2025-04-15")
    compose("--week", "2025-W16", "--now", "2025-04-21T07:00Z")
    offer(here, "2025-04-15", "2025-04-22")
    _, _, result = compose("--until", "2025-04-27", "--now", "2025-04-24T07:00Z")
    assert "composed before its window ends" in result.stderr
    send("2025-W17", here)
    offer(here, "2025-04-15", "2025-04-22", "2025-04-26T10:00:00Z", "2025-04-29")
    found, rules, _ = compose(*on(18))
    assert found == ["2025-04-26T10:00:00Z", "2025-04-29"]
    assert rules["2025-04-22"] == "already-issued"


def test_skipped_week_is_in_the_next_issue(here) -> None:
    offer(here, "2025-04-22")
    compose(*on(17))
    offer(here, "2025-04-22", "2025-04-29", "2025-05-06")
    found, _, result = compose(*on(19))
    assert found == ["2025-04-29", "2025-05-06"]
    assert "28 Apr 2025 00:00 – 12 May 2025 00:00 UTC (336 h)" in result.stderr


def test_deleted_issue_leaves_a_gap_that_is_offered(here) -> None:
    for week, dates in ((17, ["2025-04-22"]), (18, ["2025-04-22", "2025-04-29"])):
        offer(here, *dates)
        compose(*on(week))
    offer(here, "2025-04-22", "2025-04-29", "2025-05-06")
    shutil.rmtree(here / "issues/2025-W18")
    found, _, result = compose("--week", "2025-W19", *on(19))
    assert found == ["2025-05-06"]
    assert "`digest compose --week 2025-W18` composes one for it" in result.stderr
    assert compose("--week", "2025-W18", *on(19))[0] == ["2025-04-29"]


@pytest.mark.parametrize(
    ("more", "zone"),
    [
        ('[schedule]\nevery = "week"\nstarts = "wednesday 12:00"\n', "UTC"),
        ('[schedule]\nevery = "day"\nstarts = "07:00"\n', "UTC"),
        ("", "Pacific/Kiritimati"),
        ("", "America/Los_Angeles"),
    ],
)
def test_windows_still_meet_when_schedule_or_zone_changes(here, more: str, zone: str) -> None:
    moments = [f"2025-04-{day}T{hour}:30:00Z" for day in range(21, 31) for hour in ("01", "13")]
    offer(here, *(moment for moment in moments if moment < "2025-04-28T07"))
    printed = compose(*on(17))[0]
    offer(here, *moments)
    settle(here, more, zone)
    for day in range(1, 15):
        result = CliRunner().invoke(root, ["compose", "--now", f"2025-05-{day:02}T20:00Z"])
        assert result.exit_code in (0, 1), result.stderr
        assert "no issue covers" not in result.stderr
    documents = [path.read_text("utf-8") for path in (here / "issues").glob("*/issue.md")]
    headings = [line for text in documents for line in text.splitlines() if line[:4] == "### "]
    for moment in moments:
        assert sum(f"/{moment})" in line for line in headings) == 1, moment
    assert printed


def test_clone_without_the_database_prints_nothing_twice(here) -> None:
    offer(here, "2025-04-22", "2025-04-23")
    compose(*on(17))
    shutil.rmtree(here / ".digest")
    offer(here, "2025-04-22", "2025-04-23", "2025-04-29")
    found, rules, _ = compose(*on(18))
    assert found == ["2025-04-29"]
    assert rules == dict.fromkeys(("2025-04-22", "2025-04-23"), "already-issued")


def test_clone_without_the_database_still_rescues_what_surfaced_late_and_nothing_else(here) -> None:
    (here / "digest.toml").write_text('[[sources]]\npath = "in.jsonl"\nmax = 1\n', encoding="utf-8")
    offer(here, "2025-04-22", "2025-04-23")
    [printed], rules, _ = compose(*on(17))
    [over] = {"2025-04-22", "2025-04-23"} - {printed}
    assert rules == {over: "cap"}
    send("2025-W17", here)
    shutil.rmtree(here / ".digest")
    (here / "digest.toml").write_text('[[sources]]\npath = "in.jsonl"\n', encoding="utf-8")
    offer(here, "2025-04-01", "2025-04-22", "2025-04-23", "2025-04-24", "2025-04-29")
    found, rules, _ = compose(*on(18))
    assert found == ["2025-04-24", "2025-04-29"]
    assert rules == {
        "2025-04-01": "before-the-window",
        printed: "already-issued",
        over: "before-the-window",
    }
    # What W17 and W18 left out stays out in the next clone as well.
    shutil.rmtree(here / ".digest")
    offer(here, over, "2025-04-25", "2025-05-05", "2025-05-06")
    assert compose(*on(19))[0] == ["2025-04-25", "2025-05-05", "2025-05-06"]


def test_what_was_too_young_comes_next_time_although_the_least_age_is_gone(here) -> None:
    settle(here, '[window]\nmin_age = "2h"\n')
    offer(here, "2025-04-27T21:00:00Z", "2025-04-27T23:00:00Z")
    found, rules, _ = compose(*on(17))
    assert (found, rules) == (["2025-04-27T21:00:00Z"], {"2025-04-27T23:00:00Z": "too-young"})
    send("2025-W17", here)
    settle(here)
    assert compose(*on(18))[0] == ["2025-04-27T23:00:00Z"]


def test_source_with_a_clock_of_its_own_goes_by_first_sight(here) -> None:
    (here / "digest.toml").write_text(
        '[[sources]]\npath = "in.jsonl"\nclock = "first-seen"\n', encoding="utf-8"
    )
    offer(here, "2025-04-22")
    compose(*on(17))
    send("2025-W17", here)
    # Dated long ago, and published in truth on the Wednesday.
    offer(here, "2025-04-22", "2019-01-01")
    CliRunner().invoke(root, ["articles", "--now", "2025-04-30T10:00Z"])
    compose("--since", "2025-04-29", "--until", "2025-04-29", "--now", "2025-04-30T10:00Z")
    found, rules, _ = compose(*on(18))
    assert found == ["2019-01-01"]
    assert rules == {"2025-04-22": "already-issued"}


def test_clone_knows_all_that_was_left_out_for_another_reason_than_its_date(here) -> None:
    (here / "digest.toml").write_text('[[sources]]\npath = "in.jsonl"\nmax = 1\n', encoding="utf-8")
    old = [f"2024-12-{day:02}T{hour:02}:00:00Z" for day in range(1, 32) for hour in range(8)]
    over = [f"2025-04-{day}T{hour:02}:30:00Z" for day in range(21, 28) for hour in range(24)]
    over += [f"2025-04-{day}T{hour:02}:45:00Z" for day in range(21, 28) for hour in range(24)]
    offer(here, *old, *over)
    [printed], rules, _ = compose(*on(17))
    assert len(rules) == len(old) + len(over) - 1
    lock = json.loads((here / "issues/2025-W17/issue.lock").read_text(encoding="utf-8"))
    assert lock["left_out_counts"] == {"before-the-window": len(old), "cap": len(over) - 1}
    named = [entry["rule"] for entry in lock["left_out"]]
    assert (named.count("before-the-window"), named.count("cap")) == (200, len(over) - 1)
    send("2025-W17", here)
    shutil.rmtree(here / ".digest")
    settle(here)
    offer(here, *old, *over, "2025-04-25T10:00:01Z", "2025-04-29")
    found, rules, _ = compose(*on(18))
    assert found == ["2025-04-25T10:00:01Z", "2025-04-29"]
    assert set(rules) == {*old, *over}
    assert rules.pop(printed) == "already-issued"
    assert set(rules.values()) == {"before-the-window"}


def test_what_the_editor_took_in_is_left_out_no_more(here) -> None:
    (here / "digest.toml").write_text(
        '[window]\nundated = "hold"\n[[sources]]\npath = "in.jsonl"\nmax = 1\n', encoding="utf-8"
    )
    offer(here, "2025-04-22", "2025-04-23")
    with (here / "in.jsonl").open("a", encoding="utf-8") as lines:
        lines.write('{"title": "Story of no date", "url": "https://example.org/no-date"}\n')
    [printed], rules, _ = compose(*on(17))
    [over] = {"2025-04-22", "2025-04-23"} - {printed}
    assert rules == {over: "cap", "no date": "undated-held"}
    document = here / "issues/2025-W17/issue.md"
    text = document.read_text(encoding="utf-8").replace("## Hold\n", "## From the desk\n")
    more = f"### [Story of {over}](https://example.org/{over})\n"
    document.write_text(f"{text}\n{more}", encoding="utf-8")
    assert compose(*on(17, "08:00"))[1] == {}
    lock = json.loads((here / "issues/2025-W17/issue.lock").read_text(encoding="utf-8"))
    assert (lock["left_out"], lock["left_out_counts"]) == ([], {})


@pytest.mark.parametrize("clone", [False, True], ids=["same machine", "fresh clone"])
def test_what_was_left_out_is_known_under_every_address_of_its_page(here, clone: bool) -> None:
    def list_under(address: str) -> None:
        stories = ("2025-04-22", "2025-04-23", "2025-04-27T23:00:00Z")
        (here / "in.jsonl").write_text(
            "".join(
                json.dumps(
                    {"title": f"Story of {day}", "url": address + day[:10], "published": day}
                )
                + "\n"
                for day in stories
            ),
            encoding="utf-8",
        )

    (here / "digest.toml").write_text(
        '[window]\nmin_age = "2h"\n[[sources]]\npath = "in.jsonl"\nmax = 1\n', encoding="utf-8"
    )
    list_under("https://example.org/")
    [printed], rules, _ = compose(*on(17))
    [over] = {"2025-04-22", "2025-04-23"} - {printed}
    assert rules == {over: "cap", "2025-04-27T23:00:00Z": "too-young"}
    send("2025-W17", here)
    if clone:
        shutil.rmtree(here / ".digest")
    settle(here)
    list_under("http://www.example.org/")
    found, rules, _ = compose(*on(18))
    assert found == ["2025-04-27T23:00:00Z"]
    assert rules == {printed: "already-issued", over: "before-the-window"}


def headings(folder: Path, slug: str) -> list[str]:
    """Sections and items of an issue, as they follow each other."""
    text = (folder / "issues" / slug / "issue.md").read_text(encoding="utf-8")
    return [line.partition("](")[0] for line in text.splitlines() if line[:3] in ("## ", "###")]


@pytest.mark.parametrize("listed", [True, False], ids=["still listed", "listed no more"])
@pytest.mark.parametrize("clone", [False, True], ids=["same machine", "fresh clone"])
def test_what_is_dated_ahead_waits_for_its_window_whatever_its_source_lists(
    here, listed: bool, clone: bool
) -> None:
    ahead = "2025-05-15"  # W20
    offer(here, "2025-04-22", ahead)
    assert compose(*on(17))[1] == {ahead: "future-held"}
    for week, date in ((18, "2025-04-29"), (19, "2025-05-06")):
        if clone:
            shutil.rmtree(here / ".digest")
        offer(here, date, *([ahead] if listed else []))
        found, rules, _ = compose(*on(week))
        assert (found, rules) == ([date], {})
        waiting = ["## Hold", f"### [Story of {ahead}"]
        assert headings(here, f"2025-W{week}")[-2:] == waiting
    # What an issue knows of it, the next one needs no earlier issue for.
    shutil.rmtree(here / "issues/2025-W17")
    shutil.rmtree(here / "issues/2025-W18")
    offer(here, "2025-05-13", *([ahead] if listed else []))
    assert compose("--now", "2025-05-19T07:00Z")[0] == ["2025-05-13"]
    assert headings(here, "2025-W20")[1:] == [
        f"### [Story of {day}" for day in (ahead, "2025-05-13")
    ]


def test_what_the_editor_put_off_comes_next_however_its_source_dates_it(here) -> None:
    (here / "digest.toml").write_text(
        '[[sources]]\npath = "in.jsonl"\nclock = "first-seen"\n', encoding="utf-8"
    )
    offer(here, "2025-04-22")
    compose(*on(17))
    offer(here, "2025-04-22", "2025-04-29", "2035-01-01")
    compose("--now", "2025-04-30T10:00Z")  # sees them, too late for that week
    assert compose(*on(18))[0] == ["2025-04-29", "2035-01-01"]
    document = here / "issues/2025-W18/issue.md"
    head, *items = document.read_text(encoding="utf-8").split("### ")
    put_off = next(item for item in items if "2035" in item)
    kept = [item for item in items if item is not put_off]
    document.write_text(f"{head}### {kept[0].rstrip()}\n\n## Hold\n\n### {put_off}", "utf-8")
    compose(*on(19))
    assert headings(here, "2025-W19")[1:] == ["### [Story of 2035-01-01"]


def test_issue_that_fills_a_gap_takes_nothing_from_the_hold_of_a_later_one(here) -> None:
    offer(here, "2025-04-15", "2025-04-29", "2025-04-30")
    compose("--week", "2025-W18", *on(18))
    document = here / "issues/2025-W18/issue.md"
    text = document.read_text(encoding="utf-8")
    second = text.rindex("### ")
    held = text[second:].partition("](")[0]
    document.write_text(f"{text[:second].rstrip()}\n\n## Hold\n\n{text[second:]}", "utf-8")
    compose("--week", "2025-W16", *on(18, "08:00"))
    assert headings(here, "2025-W16") == ["## Also this week", "### [Story of 2025-04-15"]
    offer(here, "2025-05-06")
    compose(*on(19))
    assert headings(here, "2025-W19")[1:] == [held, "### [Story of 2025-05-06"]


def send(slug: str, folder: Path) -> None:
    """Notes in the lock that the issue left the house."""
    lock = folder / "issues" / slug / "issue.lock"
    content = json.loads(lock.read_text(encoding="utf-8"))
    content["deliveries"] = [{"target": "weekly", "at": "2025-04-28T08:00:00Z", "accepted": 3}]
    lock.write_text(json.dumps(content), encoding="utf-8")
