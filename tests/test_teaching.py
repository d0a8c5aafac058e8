"""What past issues teach is used where no explicit rule speaks, and never otherwise."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from made_past import FIRST, article, past_issue, slug_of, write_past

from digest.cli import root
from digest.memory import recall_lessons
from digest.teaching import in_order, learn_past
from digest.workspace import open_workspace

WEEK, DAY = slug_of(8), FIRST + timedelta(weeks=8, days=1)
NOW = ("--now", "2025-03-10T07:00:00Z", "--offline")
SOURCE = '[[sources]]\nname = "All"\npath = "new.jsonl"\n'
SAW, SMITH = "A saw that sings", "Glazier wanted"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with eight past issues, a saw and a job to compose from."""
    monkeypatch.chdir(tmp_path)
    write_past(tmp_path / "issues")
    write_new()
    settings()
    return tmp_path


def settings(text: str = "") -> None:
    Path("digest.toml").write_text(SOURCE + text, encoding="utf-8")


def write_new(saw: str = SAW, host: str = "shed.example") -> None:
    Path("new.jsonl").write_text(
        article(saw, f"https://{host}/saw/99", DAY)
        + article(SMITH, "https://work.example/glazier/99", DAY),
        encoding="utf-8",
    )


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(root, arguments)
    assert result.exception is None, f"{result.exception!r}\n{result.stderr}"
    return result


def compose(*more: str, week: str = WEEK) -> dict[str, Any]:
    """The proposed items by title, each with its topic."""
    found = json.loads(run("compose", "--week", week, *NOW, "--json", *more).stdout)
    return {
        item["article"]["title"]: item | {"topic": section["topic"]}
        for section in found["sections"]
        for item in section["items"]
    }


def topics(composed: dict[str, Any]) -> dict[str, str]:
    return {title: item["topic"] for title, item in composed.items()}


def states(folder: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(folder / ".digest/digest.db")) as connection:
        return connection.execute("SELECT of, turn FROM learned ORDER BY turn").fetchall()


def test_new_articles_go_where_such_items_went_and_say_why(here: Path) -> None:
    composed = compose()
    assert topics(composed) == {SAW: "Tools", SMITH: "Jobs"}
    saw = composed[SAW]
    assert saw["reason"] == "learned: like 32 of 32 past items from shed.example"
    assert saw["confidence"] > 0.9
    assert saw["second"] == "Jobs"
    assert "host shed.example" in saw["strongest"]
    [reason] = [
        one
        for one in json.loads(Path(f"issues/{WEEK}/issue.lock").read_text())["reasons"].values()
        if one["article"]["title"] == SAW
    ]
    assert {name: reason[name] for name in ("reason", "confidence", "second", "strongest")} == {
        name: saw[name] for name in ("reason", "confidence", "second", "strongest")
    }


def test_why_tells_how_sure_it_was_and_what_spoke_for_it(here: Path) -> None:
    compose()
    said = run("why", SAW).stdout
    assert "placed there: learned: like 32 of 32 past items from shed.example" in said
    assert "such placements were right in 98% of cases; the next likeliest was Jobs" in said
    assert "what spoke for it: host shed.example; " in said
    told = json.loads(run("why", SAW, "--json").stdout)["articles"][0]["issues"][0]
    assert (told["second"], told["confidence"] > 0.9) == ("Jobs", True)


def test_placements_by_rules_leave_the_lock_as_it_always_was(here: Path) -> None:
    settings('[[topics]]\nname = "All of it"\nhosts = ["shed.example", "work.example"]\n')
    assert "second" not in compose()[SAW]
    lock = Path(f"issues/{WEEK}/issue.lock").read_text()
    assert not any(f'"{name}"' in lock for name in ("confidence", "second", "strongest"))


@pytest.mark.parametrize(
    "rule", ['hosts = ["shed.example"]', 'paths = ["shed.example/saw"]', 'authors = ["Ann"]']
)
def test_explicit_rules_win_over_what_was_learned(here: Path, rule: str) -> None:
    settings(f'[[topics]]\nname = "Sharp"\n{rule}\n')
    line = json.loads(Path("new.jsonl").read_text().splitlines()[0]) | {"authors": ["Ann"]}
    Path("new.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert topics(compose()) == {SAW: "Sharp"}


def test_topic_of_a_source_wins_over_what_was_learned(here: Path) -> None:
    settings('topic = "Mine"\n')
    assert set(topics(compose()).values()) == {"Mine"}


def test_keywords_speak_only_where_the_past_is_not_sure(here: Path) -> None:
    settings('[[topics]]\nname = "Music"\nkeywords = ["sings"]\n')
    assert topics(compose())[SAW] == "Tools"
    settings('[[topics]]\nname = "Music"\nkeywords = ["sings"]\n[learning]\nleast_confidence = 1\n')
    assert topics(compose("--dry-run"))[SAW] == "Music"


def test_unsure_guess_stands_in_the_reason_of_the_last_section(here: Path) -> None:
    settings("[learning]\nleast_confidence = 1\n")
    saw = compose()[SAW]
    assert saw["topic"] == "Also this week"
    assert saw["reason"] == "no rule matched; unsure: looks most like Tools, then Jobs"
    assert (saw["second"], "confidence" in saw) == ("Tools", False)


def test_learning_can_be_turned_off(here: Path) -> None:
    settings("[learning]\nenabled = false\n")
    saw = compose()[SAW]
    assert (saw["topic"], saw["reason"]) == ("Also this week", "no rule matched")


def test_share_that_is_none_is_refused(here: Path) -> None:
    settings("[learning]\nleast_confidence = 50\n")
    result = CliRunner().invoke(root, ["compose", "--week", WEEK, *NOW])
    assert "least_confidence" in str(result.exception)
    assert "write a number from 0 to 1" in str(result.exception)


def test_section_goes_by_the_name_that_digest_toml_has(here: Path) -> None:
    settings('[[topics]]\nname = "JOBS"\n[[topics]]\nname = "tools"\n')
    assert topics(compose()) == {SAW: "tools", SMITH: "JOBS"}


def test_renamed_section_goes_by_its_latest_name(here: Path) -> None:
    for number in range(5, 8):
        text = past_issue(number, tools="Tools and things")
        Path(f"issues/{slug_of(number)}/issue.md").write_text(text, encoding="utf-8")
    assert topics(compose())[SAW] == "Tools and things"


def test_learned_sections_stand_between_topics_and_the_last(here: Path) -> None:
    settings('[[topics]]\nname = "Music"\nkeywords = ["concert"]\n')
    with Path("new.jsonl").open("a") as file:
        file.write(article("Zzz yyy xxx concert", "http://a.example/", DAY))
    compose()
    text = Path(f"issues/{WEEK}/issue.md").read_text(encoding="utf-8")
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings.index("## Tools") < headings.index("## Jobs")
    assert [one for one in headings if one not in ("## Tools", "## Jobs")] in ([], ["## Music"])


def test_section_that_no_recent_issue_has_is_none_any_more(here: Path) -> None:
    for number in range(8, 20):
        start = FIRST + timedelta(weeks=number)
        path = Path(f"issues/{slug_of(number)}/issue.md")
        path.parent.mkdir()
        span = f"{start}T00:00:00+00:00/{start + timedelta(weeks=1)}T00:00:00+00:00"
        path.write_text(
            f"---\nwindow: {span}\ntimezone: UTC\n---\n\n## Jobs\n\n"
            f"- [Cook wanted](https://work.example/cook/{number})\n"
        )
    start = FIRST + timedelta(weeks=20)
    Path("new.jsonl").write_text(article(SAW, "https://shed.example/saw/99", start))
    found = json.loads(
        run("compose", "--week", slug_of(20), "--now", "2025-07-01", "--offline", "--json").stdout
    )
    [section] = found["sections"]
    assert section["topic"] == "Also this week"
    assert "a section of earlier issues" in section["items"][0]["reason"]


def test_items_moved_by_hand_teach_more_than_what_stayed(here: Path) -> None:
    compose()
    document = Path(f"issues/{WEEK}/issue.md")
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace("## Tools", "## Blades"), encoding="utf-8")
    workspace = open_workspace(here)
    lesson = recall_lessons([workspace.issue(WEEK)], None)[0]
    assert lesson.renamed == (("Tools", "Blades"),)
    taught = learn_past(workspace)
    assert taught is not None
    assert taught.learned.latest("Tools") == "Blades"


def test_issue_that_is_composed_again_is_no_lesson_for_itself(here: Path) -> None:
    first = compose()
    before = states(here)
    document = Path(f"issues/{WEEK}/issue.md")
    text = document.read_text(encoding="utf-8")
    head, tools, jobs = text.split("\n## ")
    document.write_text(
        f"{head}\n## {tools.replace('Tools', 'Jobs', 1)}\n## {jobs.replace('Jobs', 'Tools', 1)}",
        encoding="utf-8",
    )
    again = compose()
    assert {title: item["reason"] for title, item in again.items()} == {
        title: item["reason"] for title, item in first.items()
    }
    assert states(here) == before


def test_later_issues_teach_nothing_to_earlier_ones(here: Path) -> None:
    early = FIRST + timedelta(days=1)
    Path("new.jsonl").write_text(article(SAW, "https://shed.example/saw/99", early))
    shutil.rmtree(f"issues/{slug_of(0)}")
    assert compose(week=slug_of(0))[SAW]["reason"] == "no rule matched"


def test_what_was_learned_is_kept_and_used_again(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = compose()
    [(name, _)] = states(here)
    with monkeypatch.context() as without:
        without.setattr("digest.topics.learner.Learner.learn", None)
        assert compose() == first
    assert [one for one, _ in states(here)] == [name]


def test_few_states_are_kept(here: Path) -> None:
    for number in range(6):
        path = Path(f"issues/{slug_of(number)}/issue.md")
        path.write_text(past_issue(number) + f"- [More](https://work.example/m/{number})\n")
        compose()
    assert len(states(here)) == 3


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE learned SET content = x'00ff'",
        "UPDATE learned SET content = substr(content, 9), checksum = 'no'",
        "UPDATE learned SET content = 'text'",
        "DROP TABLE learned",
        "DELETE FROM learned; DELETE FROM taught",
    ],
)
def test_damaged_cache_is_learned_anew_without_a_word(here: Path, damage: str) -> None:
    first = compose()
    with closing(sqlite3.connect(".digest/digest.db")) as connection:
        connection.executescript(damage)
    assert compose() == first


def test_without_a_database_the_same_is_learned(here: Path) -> None:
    with_it = compose("--dry-run")
    Path("digest.toml").unlink()
    without = compose("--dry-run", "--from", "new.jsonl")
    for title, item in with_it.items():
        same = ("topic", "reason", "confidence", "second", "strongest")
        assert {name: without[title][name] for name in same} == {name: item[name] for name in same}


def test_dry_run_writes_nothing(here: Path) -> None:
    before = sorted(here.rglob("*"))
    compose("--dry-run")
    assert [path for path in sorted(here.rglob("*")) if ".digest" not in path.parts] == before
    assert not Path(".digest/digest.db").exists()


def test_order_of_issues_on_disk_and_one_at_a_time_change_nothing(here: Path) -> None:
    workspace = open_workspace(here)
    all_at_once = learn_past(workspace, keep=False)
    folders = [workspace.issue(slug) for slug in workspace.slugs()]
    lessons = recall_lessons(folders, None)
    assert in_order(lessons[::-1]) == lessons
    for number in range(1, 8):
        learn_past(workspace, until=_end(number))
    step_by_step = learn_past(workspace)
    assert all_at_once is not None and step_by_step is not None
    assert all_at_once.learned.to_bytes() == step_by_step.learned.to_bytes()


def test_names_of_issues_without_a_window_are_ordered_by_their_numbers(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, required=False)
    for name in ("9", "10", "no-2", "no-10"):
        (tmp_path / "issues" / name).mkdir(parents=True)
        (tmp_path / "issues" / name / "issue.md").write_text("## A\n\n### [B](https://b.example)\n")
    folders = [workspace.issue(slug) for slug in workspace.slugs()]
    assert [one.slug for one in in_order(recall_lessons(folders, None))] == [
        *("no-2", "no-10"),
        *("9", "10"),
    ]


def _end(number: int):
    workspace = open_workspace(Path.cwd())
    return recall_lessons([workspace.issue(slug_of(number))], None)[0].ends


# What compose may load of the learner where there is nothing to learn from.
LEARNER = {
    "digest.teaching",
    "digest.state.states",
    "digest.issue.lessons",
    "digest.topics.confidence",
    "digest.topics.features",
    "digest.topics.guide",
    "digest.topics.headings",
    "digest.topics.learned",
    "digest.topics.learner",
    "digest.topics.lessons",
    "digest.topics.likeness",
    "digest.topics.weights",
}


@pytest.mark.parametrize("reason", ["first issue", "turned off"])
def test_compose_loads_no_learner_where_none_is_needed(here: Path, reason: str) -> None:
    if reason == "first issue":
        shutil.rmtree("issues")
    else:
        settings("[learning]\nenabled = false\n")
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: print('\\n'.join(sys.modules), file=sys.stderr))\n"
        f"sys.argv = ['digest', 'compose', '--week', {WEEK!r}, *{list(NOW)!r}]\n"
        "from digest.cli import main\nmain()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "digest.topics.rules" in done.stderr
    assert LEARNER & set(done.stderr.split()) == set()


def test_article_added_by_hand_goes_where_such_items_went(here: Path) -> None:
    Path("new.jsonl").write_text(article("Parliament votes", "https://news.example/1", DAY))
    compose()
    Path("more.jsonl").write_text(article(SAW, "https://shed.example/saw/99", DAY))
    run("add", "more.jsonl", "--now", "2025-03-10T07:00:00Z")
    text = Path(f"issues/{WEEK}/issue.md").read_text(encoding="utf-8")
    assert SAW in text.partition("## Tools")[2].partition("\n## ")[0]


def test_the_page_on_topics_has_the_weights_and_numbers_that_hold() -> None:
    from digest.topics.confidence import LEAST_PLACEMENTS
    from digest.topics.learned import MOVED, PRINTED, UNTOUCHED

    page = (Path(__file__).parents[1] / "docs/topics.md").read_text(encoding="utf-8")
    assert (PRINTED / MOVED, UNTOUCHED / MOVED) == (1 / 2, 1 / 8)
    assert "of another program, half of that" in page
    assert "digest itself had put it, an eighth" in page
    assert f"Under {LEAST_PLACEMENTS} tries nothing is known" in page
