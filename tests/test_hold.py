"""Hold from week to week: proposed first, counted, dropped in the end, and what is said of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from digest.cli import root

SETTINGS = """
[newsletter]
title = "Weekly"
timezone = "UTC"

[window]
undated = "hold"
hold_issues = {issues}

[[sources]]
path = "articles/*.jsonl"

[[topics]]
name = "Ships"
keywords = ["ship"]
"""
# The Monday after each week on which its issue is composed.
MONDAYS = {17: "04-28", 18: "05-05", 19: "05-12", 20: "05-19", 21: "05-26"}
# A day within each week.
DAYS = {17: "04-22", 18: "04-29", 19: "05-06", 20: "05-13", 21: "05-20"}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace in which what stood in the Hold of two issues is dropped."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    settle(2)
    Path("articles").mkdir()
    return tmp_path


def settle(issues: int) -> None:
    Path("digest.toml").write_text(SETTINGS.format(issues=issues), encoding="utf-8")


def write_article(title: str, day: str | None, **facts: str) -> Path:
    name = title.lower().replace(" ", "-")
    article = {
        "title": title,
        "url": f"https://example.org/{name}",
        "summary": f"What “{title}” is about.",
    } | facts
    if day:
        article["published"] = f"2025-{day}T10:00:00Z"
    path = Path(f"articles/{name}.jsonl")
    path.write_text(json.dumps(article) + "\n", encoding="utf-8")
    return path


def digest(*arguments: str) -> Result:
    result = CliRunner().invoke(root, list(arguments))
    assert result.exception is None, f"{result.exception!r}\n{result.stderr}"
    assert result.exit_code == 0, result.stderr
    return result


def compose(week: int) -> Result:
    write_article(f"News of week {week}", DAYS[week])
    when = f"2025-{MONDAYS[week]}T07:00:00Z"
    return digest("compose", "--week", f"2025-W{week}", "--now", when)


def composed(week: int) -> dict:
    when = f"2025-{MONDAYS[week]}T07:00:00Z"
    result = digest("compose", "--week", f"2025-W{week}", "--now", when, "--dry-run", "--json")
    return json.loads(result.stdout)


def hold(week: int, words: str) -> None:
    digest("hold", words, "--issue", f"2025-W{week}", "--now", f"2025-{MONDAYS[week]}T08:00:00Z")


def document(week: int) -> str:
    return Path(f"issues/2025-W{week}/issue.md").read_text(encoding="utf-8")


def sections(week: int) -> dict[str, list[str]]:
    """Titles by heading, as `digest list` has them."""
    listed = json.loads(digest("list", f"2025-W{week}", "--json").stdout)
    return {
        section["heading"]: [item["title"] for item in section["items"]]
        for section in listed["sections"]
    }


def item(week: int, title: str) -> dict:
    listed = json.loads(digest("list", f"2025-W{week}", "--json").stdout)
    [found] = [i for s in listed["sections"] for i in s["items"] if i["title"] == title]
    return found


def why(words: str) -> dict:
    return json.loads(digest("why", words, "--json").stdout)


def test_what_the_editor_held_is_proposed_first_next_time_as_the_editor_has_it(here: Path) -> None:
    write_article("A ship in the harbour", DAYS[17])
    compose(17)
    path = Path("issues/2025-W17/issue.md")
    text = document(17)
    at = text.index("### [A ship in the harbour]")
    moved = text[at:].split("\n##")[0].replace("A ship in the harbour]", "My harbour]")
    path.write_text(
        text.replace(text[at:].split("\n##")[0], "") + "\n## Hold\n\n" + moved + "\n",
        encoding="utf-8",
    )
    write_article("Another ship", DAYS[18])
    said = compose(18).stderr
    assert sections(18)["Ships"] == ["My harbour", "Another ship"]
    assert (
        "from Hold, proposed first: My harbour (waited in Hold for 1 issue, since 2025-W17)" in said
    )
    assert item(18, "My harbour")["waited"] == {"issues": 1, "since": "2025-W17"}
    assert "waited 1" in digest("list", "2025-W18").stdout
    assert "waited" not in document(18).casefold()
    # Composing again says nothing of it, and the lock still knows.
    assert "from Hold" not in compose(18).stderr
    assert item(18, "My harbour")["waited"] == {"issues": 1, "since": "2025-W17"}
    assert item(18, "Another ship")["waited"] is None


def test_what_waited_for_so_many_issues_is_dropped_and_named(here: Path) -> None:
    write_article("A ship", DAYS[17])
    for week in (17, 18):
        compose(week)
        hold(week, "A ship")
    said = compose(19)
    reason = (
        "dropped from Hold, where it had waited for 2 issues, since 2025-W17; "
        "the item stays in issues/2025-W18/issue.md"
    )
    assert f"warning: A ship: {reason}" in said.stderr
    assert "dropped 1" in said.stderr
    assert "A ship" not in document(19)
    assert "A ship" in document(18)
    result = composed(19)
    assert result["merge"]["dropped"] == 1
    [left_out] = [e for e in result["left_out"] if e["article"]["title"] == "A ship"]
    assert (left_out["rule"], left_out["reason"]) == ("hold-expired", reason)
    answer = json.dumps(why("a ship"))
    assert "hold-expired" in answer
    assert f"left out of 2025-W19: {reason}" in answer
    assert "hold_issues" in answer


def test_a_dropped_article_does_not_come_back_and_is_not_named_twice(here: Path) -> None:
    write_article("A ship", DAYS[17])
    for week in (17, 18):
        compose(week)
        hold(week, "A ship")
    compose(19)
    said = compose(20).stderr
    assert "dropped from Hold" not in said
    assert "A ship: dropped before: 2025-W19 took it out of Hold" in said
    assert "A ship" not in document(20)
    assert "left out of 2025-W19" in digest("why", "a ship").stdout


def test_a_dropped_article_that_no_source_has_any_more_is_named_as_well(here: Path) -> None:
    path = write_article("A ship", DAYS[17])
    for week in (17, 18):
        compose(week)
        hold(week, "A ship")
    path.unlink()
    assert "warning: A ship: dropped from Hold" in compose(19).stderr
    assert "left out of 2025-W19: dropped from Hold" in digest("why", "a ship").stdout
    # A source that brings it again changes nothing.
    write_article("A ship", DAYS[17])
    compose(19)
    compose(20)
    assert "A ship" not in document(19) + document(20)


def test_words_on_a_held_item_stay_in_the_issue_that_held_it_last(here: Path) -> None:
    write_article("A ship", DAYS[17])
    compose(17)
    hold(17, "A ship")
    compose(18)
    hold(18, "A ship")
    path = Path("issues/2025-W18/issue.md")
    text = document(18).replace(
        "What “A ship” is about.", "My words: **keep** them.  \n\n- and this"
    )
    path.write_text(text, encoding="utf-8")
    said = compose(19).stderr
    assert "the item stays in issues/2025-W18/issue.md" in said
    assert document(18) == text
    # With more patience it comes back with every word.
    settle(3)
    compose(20)
    assert "A ship" not in document(20)  # 2025-W19 dropped it
    Path("issues/2025-W19/issue.md").unlink()
    Path("issues/2025-W19/issue.lock").unlink()
    Path("issues/2025-W20/issue.md").unlink()
    Path("issues/2025-W20/issue.lock").unlink()
    compose(19)
    assert "My words: **keep** them." in document(19)
    assert "- and this" in document(19)


def test_what_is_taken_out_of_hold_again_is_printed_and_waits_no_more(here: Path) -> None:
    write_article("A ship", DAYS[17])
    compose(17)
    hold(17, "A ship")
    compose(18)
    hold(18, "A ship")
    digest("move", "A ship", "Ships", "--issue", "2025-W18")
    said = compose(19).stderr
    assert "from Hold" not in said
    assert "dropped" not in said
    assert "already issued: it stands in 2025-W18" in said
    assert sections(18)["Ships"] == ["A ship"]


def test_what_a_setting_holds_is_proposed_next_time_and_counted_alike(here: Path) -> None:
    write_article("A ship without a date", None)
    compose(17)
    assert sections(17)["Hold"] == ["A ship without a date"]
    compose(18)
    assert item(18, "A ship without a date")["waited"] == {"issues": 1, "since": "2025-W17"}
    assert "Hold" not in sections(18)
    hold(18, "without a date")
    assert "warning: A ship without a date: dropped from Hold" in compose(19).stderr
    assert "without a date" not in document(19)
    compose(20)
    assert "without a date" not in document(20)


def test_what_is_dated_ahead_waits_for_its_window_however_long(here: Path) -> None:
    settle(1)
    write_article("A ship of May", DAYS[20])
    # It is known in week 17 and dated three weeks ahead.
    compose(17)
    assert sections(17)["Hold"] == ["A ship of May"]
    for week in (18, 19):
        said = compose(week).stderr
        assert "dropped" not in said
        assert "stays in Hold: A ship of May (waited in Hold for 1 issue, since 2025-W17)" in said
    compose(20)
    assert "A ship of May" in sections(20)["Ships"]


def test_an_issue_that_took_it_up_keeps_it_when_patience_grows_short(here: Path) -> None:
    settle(4)
    write_article("A ship", DAYS[17])
    for week in (17, 18):
        compose(week)
        hold(week, "A ship")
    compose(19)
    before = document(19)
    settle(1)
    said = compose(19).stderr
    assert document(19) == before
    assert "dropped" not in said


def test_nought_keeps_what_waits_for_as_long_as_it_takes(here: Path) -> None:
    settle(0)
    write_article("A ship", DAYS[17])
    for week in (17, 18, 19, 20):
        compose(week)
        hold(week, "A ship")
    compose(21)
    assert item(21, "A ship")["waited"] == {"issues": 4, "since": "2025-W17"}


def test_a_dropped_item_that_the_editor_holds_again_begins_anew(here: Path) -> None:
    write_article("A ship", DAYS[17])
    for week in (17, 18):
        compose(week)
        hold(week, "A ship")
    compose(19)
    digest("add", "articles/a-ship.jsonl", "--topic", "Ships", "--issue", "2025-W19")
    hold(19, "A ship")
    compose(20)
    assert item(20, "A ship")["waited"] == {"issues": 1, "since": "2025-W19"}


def test_a_wrong_number_of_issues_is_told_with_its_line(here: Path) -> None:
    settle(-1)
    error = CliRunner().invoke(root, ["compose", "--now", "2025-04-28T07:00"]).exception
    assert str(error) == (
        "digest.toml:8: hold_issues in [window]: not a number of issues: -1; "
        "write how many, or 0 to keep what waits in Hold for as long as it takes"
    )
