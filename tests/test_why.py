"""`digest why`: of every article ever seen, in which issue it is, or why not."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from digest.cli import root
from digest.errors import UsageError
from digest.issue.escape import escape_inline
from digest.issue.mentions import find_mentions
from digest.issue.naming import read_names
from digest.question import Question

MONDAY = "2025-04-28T07:00:00+00:00"
NEXT_MONDAY = "2025-05-05T07:00:00+00:00"
SETTINGS = """
[newsletter]
title = "Weekly"
timezone = "UTC"

[window]
undated = "hold"

[[sources]]
path = "in/*.jsonl"

[[topics]]
name = "Trade"
keywords = ["tariff"]
max = 1
"""


def story(number: int, day: int = 22, **facts: object) -> dict[str, object]:
    return {
        "title": f"Report number {number}",
        "url": f"https://example.org/report-{number}",
        "published": f"2025-04-{day:02}T10:00:00Z",
        "summary": f"What report {number} is about.",
        "source": {"name": "Example Post", "url": "https://example.org/"},
    } | facts


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """A workspace with one source, which :func:`offer` fills."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    (tmp_path / "digest.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "in").mkdir()
    return tmp_path


def digest(*arguments: str) -> Result:
    return CliRunner().invoke(root, list(arguments), standalone_mode=False)


def offer(*articles: dict[str, object], name: str = "a") -> None:
    text = "".join(json.dumps(article) + "\n" for article in articles)
    Path(f"in/{name}.jsonl").write_text(text, encoding="utf-8")


def compose(week: str = "2025-W17", now: str = MONDAY, *more: str) -> None:
    result = digest("compose", "--week", week, "--now", now, "--offline", *more)
    assert result.exception is None, f"{result.exception!r}\n{result.stderr}"


def ask(*words: str) -> dict:
    result = digest("why", "--json", *words)
    assert result.exception is None, repr(result.exception)
    answer = json.loads(result.stdout)
    assert result.return_value == (0 if answer["articles"] else 1)
    return answer


def one(*words: str) -> dict:
    answer = ask(*words)
    assert answer["total"] == 1, answer
    return answer["articles"][0]


def rewrite(slug: str, old: str, new: str) -> None:
    document = Path(f"issues/{slug}/issue.md")
    text = document.read_text(encoding="utf-8")
    assert old in text
    document.write_text(text.replace(old, new), encoding="utf-8")


def cut(slug: str, number: int) -> None:
    """Takes an item out of the document, up to the next heading."""
    document = Path(f"issues/{slug}/issue.md")
    before, _, after = document.read_text(encoding="utf-8").partition(
        f"### [Report number {number}]"
    )
    _, mark, rest = after.partition("\n##")
    document.write_text(before + mark.removeprefix("\n") + rest, encoding="utf-8")


@pytest.mark.parametrize("database", [True, False], ids=["with-database", "fresh-clone"])
@pytest.mark.parametrize(
    "words",
    [
        ["https://example.org/report-1"],
        ["http://www.example.org/report-1/"],
        ["https://example.org/report-1?utm_source=rss"],
        ["example.org/report-1"],
        ["report", "NUMBER", "1"],
        ["number 1 report"],
        ["in/a.jsonl#1"],
    ],
    ids=" ".join,
)
def test_printed_article_is_found_however_it_is_named(here, words, database) -> None:
    offer(story(1), story(2))
    compose()
    if not database:
        shutil.rmtree(".digest")
    account = one(*words)
    assert account["state"] == "issued"
    assert account["issue"] == "2025-W17"
    assert account["conclusion"] == "issued in 2025-W17, section Also this week"
    assert account["published"] == "2025-04-22T10:00:00+00:00"
    assert account["published_basis"] == "json:published"
    assert account["first_seen"] == "2025-04-28T07:00:00Z"
    assert account["source"]["name"] == "Example Post"
    [mention] = account["issues"]
    assert mention["window"]["start"] == "2025-04-21T00:00:00+00:00"
    assert mention["reason"] == "no rule matched"
    assert account["via"] == (["in/*.jsonl"] if database else [])


def test_article_is_found_by_its_id_and_by_the_file_it_was_read_from(here) -> None:
    offer(story(1))
    compose()
    account = one("in/a.jsonl")
    assert one(account["id"])["key"] == one("digest:" + account["id"])["key"] == account["key"]


def test_entry_of_a_feed_is_found_by_its_guid(here) -> None:
    Path("in/feed.xml").write_text(
        "<rss version='2.0'><channel><title>Post</title><link>https://example.org/</link>"
        "<item><title>Bridge opens</title><link>https://example.org/bridge</link>"
        "<guid isPermaLink='false'>tag:77</guid>"
        "<pubDate>Tue, 22 Apr 2025 10:00:00 GMT</pubDate></item></channel></rss>",
        encoding="utf-8",
    )
    compose("2025-W17", MONDAY, "--from", "in/feed.xml")
    assert one("tag:77")["guid"] == "tag:77"
    shutil.rmtree(".digest")
    assert one("tag:77")["title"] == "Bridge opens"


def test_cut_article_is_known_as_cut_and_so_in_later_issues(here) -> None:
    offer(story(1), story(2))
    compose()
    cut("2025-W17", 1)
    assert one("https://example.org/report-1")["state"] == "cut"
    offer(story(1), story(2), story(3, 29))
    compose("2025-W18", NEXT_MONDAY)
    account = one("https://example.org/report-1")
    assert account["conclusion"] == "cut: the editor took it out of 2025-W17"
    assert account["remedy"].startswith("write it back into issues/2025-W17/issue.md")
    assert account["verdicts"][-1]["rule"] == "cut-before"


def test_held_article_waits_in_its_hold(here) -> None:
    offer(story(1), story(2, published=None))
    compose()
    account = one("https://example.org/report-2")
    assert (account["state"], account["rule"]) == ("held", "undated-held")
    assert account["conclusion"] == "waits in the Hold of 2025-W17"


def test_article_over_a_limit_keeps_that_reason_when_later_windows_pass_it(here) -> None:
    offer(
        story(1, title="New tariff on tin", summary="It rises."),
        story(2, title="Old tariff on salt falls away", summary=""),
    )
    compose()
    compose("2025-W18", NEXT_MONDAY)
    account = one("tariff salt")
    assert account["rule"] == "cap"
    assert account["conclusion"].startswith("left out of 2025-W17: over the limit of 1")
    assert account["remedy"].startswith("raise max")


def test_window_that_would_hold_an_article_is_named(here) -> None:
    offer(story(1), story(2, 3))
    compose()
    account = one("https://example.org/report-2")
    assert account["rule"] == "before-the-window"
    assert "--since 2025-04-03 --until 2025-04-03" in account["remedy"]


def test_articles_that_issue_lock_has_no_room_for_are_answered_from_the_database(here) -> None:
    offer(story(0), *(story(number, 3) for number in range(1, 251)))
    compose()
    lock = json.loads(Path("issues/2025-W17/issue.lock").read_text(encoding="utf-8"))
    assert len(lock["left_out"]) == 200
    for number in (1, 250):
        account = one(f"https://example.org/report-{number}")
        assert account["rule"] == "before-the-window"
        assert account["verdicts"][0]["slug"] == "2025-W17"


def test_late_article_is_told_as_late(here) -> None:
    offer(story(1))
    compose()
    offer(story(1), story(2))
    compose("2025-W18", NEXT_MONDAY)
    account = one("https://example.org/report-2")
    assert account["issue"] == "2025-W18"
    assert account["issues"][0]["late"]
    assert account["verdicts"][0]["rule"] == "rescued-late"


def test_other_report_of_a_story_is_found_under_its_item(here) -> None:
    title = "Great Orun bridge opens to traffic after nine years"
    offer(
        story(1, title=title),
        story(
            2,
            title=title,
            url="https://second.example/bridge",
            source={"name": "Second", "url": "https://second.example/"},
        ),
    )
    compose()
    found = {account["url"]: account for account in ask("orun bridge")["articles"]}
    under = [account for account in found.values() if account["issues"][0]["under"]]
    assert len(found) == 2
    [other] = under
    assert other["conclusion"].endswith(f"among the other reports of “{title}”")


def test_article_that_two_sources_offer_names_both(here) -> None:
    (here / "digest.toml").write_text(
        SETTINGS.replace("in/*.jsonl", "in/a.jsonl") + '\n[[sources]]\npath = "in/b.jsonl"\n',
        encoding="utf-8",
    )
    offer(story(1))
    offer(story(1), name="b")
    compose()
    assert one("https://example.org/report-1")["via"] == ["in/a.jsonl", "in/b.jsonl"]


def test_dates_are_told_in_the_newsletters_zone_and_days_as_days(here) -> None:
    (here / "digest.toml").write_text(SETTINGS.replace('"UTC"', '"Asia/Seoul"'), encoding="utf-8")
    offer(story(1), story(2, published="2025-04-23"))
    compose()
    first, second = (digest("why", "report", "number", number).stdout for number in "12")
    assert "published   22 Apr 2025 19:00 Asia/Seoul (json:published)" in first
    assert "published   23 Apr 2025 (json:published)" in second


def test_article_that_moved_is_found_under_every_address(here) -> None:
    offer(story(1))
    compose()
    offer(story(1, url="https://moved.example/1"), story(2, 29))
    compose("2025-W18", NEXT_MONDAY)
    for url in ("https://moved.example/1", "https://example.org/report-1"):
        account = one(url)
        assert account["conclusion"] == "issued in 2025-W17, section Also this week"
        assert account["also_at"] == ["https://moved.example/1"]
        assert [mention["rule"] for mention in account["issues"]] == ["", "already-issued"]


def test_editors_own_item_is_known(here) -> None:
    offer(story(1))
    compose()
    rewrite("2025-W17", "### [Report", "### [Seen by me](https://mine.example/x_1)\n\n### [Report")
    account = one("seen by me")
    assert (account["state"], account["url"]) == ("issued", "https://mine.example/x_1")
    assert one("https://mine.example/x_1")["key"] == account["key"]


def test_article_of_a_deleted_issue_is_said_to_be_gone(here) -> None:
    offer(story(1))
    compose()
    shutil.rmtree("issues/2025-W17")
    account = one("https://example.org/report-1")
    assert account["state"] == "gone"
    assert account["conclusion"].startswith("proposed for 2025-W17")


def test_several_matches_are_listed_the_exact_title_first(here) -> None:
    offer(story(1), story(10), story(11))
    compose()
    answer = ask("report number 1")
    assert answer["total"] == 3
    assert answer["articles"][0]["title"] == "Report number 1"
    shown = digest("why", "report", "number", "1").stdout
    assert [f"Report number {number}" in shown for number in (1, 10, 11)] == [True] * 3


def test_nothing_known_gives_the_nearest_titles_and_status_1(here) -> None:
    offer(story(1, title="Strait treaty signed at last"), story(2))
    compose()
    for _ in range(2):
        result = digest("why", "strait", "traety")
        assert result.return_value == 1
        assert result.stdout == ""
        assert "nearest: Strait treaty signed at last" in result.stderr
        shutil.rmtree(".digest", ignore_errors=True)


@pytest.mark.parametrize("part", ["org/report-1", "example.org/report", "https://example.org/rep"])
def test_part_of_an_address_leads_to_those_that_have_it(here, part) -> None:
    offer(story(1))
    compose()
    result = digest("why", part)
    assert result.return_value == 1
    assert "nearest: Report number 1, https://example.org/report-1" in result.stderr


@pytest.mark.parametrize("database", [True, False], ids=["with-database", "fresh-clone"])
def test_title_that_the_editor_gave_is_found_as_the_one_it_came_with(here, database) -> None:
    offer(story(1), story(2))
    compose()
    rewrite("2025-W17", "Report number 1", "Strait reopens, at last")
    if not database:
        shutil.rmtree(".digest")
    assert one("strait reopens")["key"] == one("report number 1")["key"]
    assert ask("strait reopens")["articles"][0]["title"] == "Report number 1"


def test_empty_workspace_knows_nothing(here) -> None:
    result = digest("why", "anything")
    assert result.return_value == 1
    assert "nothing is known of 'anything'" in result.stderr
    assert not (here / ".digest").exists()


def test_asking_for_nothing_is_wrong_usage(here) -> None:
    offer(story(1))
    compose()
    result = digest("why", " ")
    assert isinstance(result.exception, UsageError)


def test_sent_issue_is_told_with_its_hand_off(here) -> None:
    offer(story(1))
    compose()
    lock = Path("issues/2025-W17/issue.lock")
    content = json.loads(lock.read_text(encoding="utf-8"))
    content["deliveries"] = [{"target": "weekly", "at": "2025-04-28T09:00:00Z"}]
    lock.write_text(json.dumps(content), encoding="utf-8")
    account = one("https://example.org/report-1")
    assert account["remedy"].startswith("nothing: 2025-W17 was sent")
    assert account["issues"][0]["sent"] == [{"target": "weekly", "at": "2025-04-28T09:00:00Z"}]


def test_asking_changes_nothing(here) -> None:
    offer(story(1))
    compose()
    shutil.rmtree(".digest")
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    one("https://example.org/report-1")
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before


def test_damaged_lock_is_told_and_the_document_still_answers(here) -> None:
    offer(story(1))
    compose()
    shutil.rmtree(".digest")
    lock = Path("issues/2025-W17/issue.lock")
    lock.write_bytes(lock.read_bytes()[:-20])
    result = digest("why", "report number 1")
    assert result.return_value == 0
    assert "issues/2025-W17/issue.lock" in result.stderr
    assert "issued in 2025-W17" in result.stdout


def test_damaged_database_is_told_and_the_issues_still_answer(here) -> None:
    offer(story(1))
    compose()
    for path in Path(".digest").glob("digest.db*"):
        path.unlink()
    Path(".digest/digest.db").write_bytes(b"no database at all" * 100)
    result = digest("why", "https://example.org/report-1")
    assert result.return_value == 0
    assert "what follows is from the issues alone" in result.stderr
    assert "issued in 2025-W17" in result.stdout


def answers(*arguments: str) -> list[dict]:
    return json.loads(digest("why", "--json", *arguments).stdout)


@pytest.mark.parametrize("database", [True, False], ids=["with-database", "fresh-clone"])
def test_addresses_ids_guids_and_files_are_questions_of_their_own(here, database) -> None:
    Path("in/feed.xml").write_text(
        "<rss version='2.0'><channel><title>Post</title><link>https://example.org/</link>"
        "<item><title>Bridge opens</title><link>https://example.org/bridge</link>"
        "<guid isPermaLink='false'>tag:77</guid>"
        "<pubDate>Tue, 22 Apr 2025 10:00:00 GMT</pubDate></item></channel></rss>",
        encoding="utf-8",
    )
    offer(story(1), story(2), story(3))
    compose("2025-W17", MONDAY, "--from", "in/feed.xml", "--from", "in/a.jsonl")
    if not database:
        shutil.rmtree(".digest")
    found = answers("https://example.org/report-1", "tag:77", "in/a.jsonl#2", "number", "3")
    assert [answer["asked"] for answer in found] == [
        "https://example.org/report-1",
        "tag:77",
        "in/a.jsonl#2",
        "number 3",
    ]
    assert [[each["title"] for each in answer["articles"]] for answer in found] == [
        ["Report number 1"],
        ["Bridge opens"],
        ["Report number 2"],
        ["Report number 3"],
    ]


def test_words_are_one_question_around_addresses_and_repeats_count_once(here) -> None:
    offer(story(1), story(2))
    compose()
    found = answers("report", "example.org/report-2", "number", "example.org/report-2", "1")
    assert [answer["asked"] for answer in found] == ["report number 1", "example.org/report-2"]
    assert [answer["total"] for answer in found] == [1, 1]


def test_word_that_a_file_or_folder_bears_stays_a_word(here) -> None:
    offer(story(1, title="The report is in"))
    compose()
    Path("report").write_text("", encoding="utf-8")
    assert one("report", "in")["title"] == "The report is in"


def test_several_questions_are_told_one_after_another_and_status_tells_of_the_unknown(here) -> None:
    offer(story(1), story(2))
    compose()
    result = digest("why", "https://example.org/report-1", "https://example.org/other")
    assert result.return_value == 1
    assert result.stdout.startswith("Report number 1\n")
    assert "nothing is known of 'https://example.org/other'" in result.stderr
    both = digest("why", "https://example.org/report-1", "https://example.org/report-2")
    assert both.return_value == 0
    assert "\n\nReport number 2\n" in both.stdout


def test_file_of_many_articles_lists_the_newest_and_counts_the_rest(here) -> None:
    offer(*(story(number) for number in range(30)))
    compose()
    answer = ask("in/a.jsonl")
    assert (answer["total"], len(answer["articles"])) == (30, 20)
    assert all(account["issues"] for account in answer["articles"])


def settle() -> None:
    """Makes all files a minute old: what has just changed is not kept."""
    for path in Path("issues").glob("*/*"):
        then = path.stat().st_mtime_ns - 60_000_000_000
        os.utime(path, ns=(then, then))


def names_kept() -> list[str]:
    with closing(sqlite3.connect(".digest/digest.db")) as connection:
        return [row[0] for row in connection.execute("SELECT slug FROM named ORDER BY slug")]


def test_names_that_issues_give_are_kept_until_their_files_change(here) -> None:
    offer(story(1))
    compose()
    offer(story(1), story(2, 29))
    compose("2025-W18", NEXT_MONDAY)
    settle()
    assert one("report number 1")["issue"] == "2025-W17"
    assert names_kept() == ["2025-W17", "2025-W18"]
    document = Path("issues/2025-W17/issue.md")
    times = document.stat().st_atime_ns, document.stat().st_mtime_ns
    rewrite("2025-W17", "Report number 1", "Raport number 1")
    os.utime(document, ns=times)  # as long and as old as before
    assert one("raport")["issue"] == "2025-W17"
    shutil.move("issues/2025-W18", "away")
    assert one("report number 2")["state"] == "gone"
    assert names_kept() == ["2025-W17"]
    shutil.move("away", "issues/2025-W18")
    assert one("report number 2")["state"] == "issued"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE named SET content = 'nothing'",
        "UPDATE named SET content = x'00ff', checksum = 'no'",
        "DELETE FROM named",
        "DROP TABLE named",
    ],
)
def test_damaged_names_are_read_again_without_a_word(here, damage) -> None:
    offer(story(1))
    compose()
    settle()
    rewrite("2025-W17", "Report number 1", "Raport number 1")
    settle()
    one("raport")
    with closing(sqlite3.connect(".digest/digest.db", isolation_level=None)) as connection:
        connection.execute(damage)
    result = digest("why", "raport")
    assert result.return_value == 0
    assert result.stderr == ""


def test_words_are_compared_without_case_in_any_script(here) -> None:
    offer(story(1, title="Die Straße nach Süden"), story(2, title="ΟΔΟΣ ΠΡΟΣ ΝΟΤΟ"))
    compose()
    for _ in range(2):
        assert one("STRASSE süden")["title"] == "Die Straße nach Süden"
        assert one("οδοσ")["title"] == "ΟΔΟΣ ΠΡΟΣ ΝΟΤΟ"
        shutil.rmtree(".digest", ignore_errors=True)


def test_facts_are_told_in_words(here) -> None:
    offer(story(1))
    compose()
    shown = digest("why", "report", "number", "1").stdout
    assert "issued in 2025-W17, 21 Apr 2025 00:00 – 28 Apr 2025 00:00 UTC (168 h)" in shown
    assert "published   22 Apr 2025 10:00 UTC (json:published)" in shown
    assert "first seen  28 Apr 2025 07:00 UTC" in shown
    assert "to change it: take it out of issues/2025-W17/issue.md" in shown


def test_every_article_has_one_answer_and_a_fresh_clone_gives_the_same(here) -> None:
    weeks = {"2025-W17": MONDAY, "2025-W18": NEXT_MONDAY, "2025-W19": "2025-05-12T07:00:00+00:00"}
    offered: list[dict[str, object]] = []
    for number, (week, now) in enumerate(weeks.items()):
        for each in range(10):
            day = 14 + 7 * number + each
            date = f"2025-04-{day:02}" if day <= 30 else f"2025-05-{day - 30:02}"
            offered.append(story(100 * number + each, published=f"{date}T10:00:00Z"))
        offered.append(story(100 * number + 50, published=None))
        offered.append(story(100 * number + 60, title=f"A tariff of {number}", published=date))
        offered.append(story(100 * number + 61, title=f"No tariff of {number}", published=date))
        offer(*offered)
        compose(week, now)
        cut(week, 100 * number + 8)
    with_database = {str(each["url"]): one(str(each["url"])) for each in offered}
    states = [account["state"] for account in with_database.values()]
    assert set(states) == {"issued", "held", "cut", "left-out"}
    assert all(account["remedy"] for account in with_database.values())
    shutil.rmtree(".digest")
    for url, account in with_database.items():
        assert one(url)["conclusion"] == account["conclusion"], url


_TITLES = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=40)
_LAYOUTS: tuple[dict[str, object], ...] = (
    {"ensure_ascii": False, "indent": 2},
    {"ensure_ascii": True, "indent": 2},
    {"ensure_ascii": False},
)


@settings(max_examples=200, deadline=None)
@given(title=_TITLES, data=st.data())
def test_names_of_an_issue_never_hide_a_title_that_has_the_words(title: str, data) -> None:
    words = title.split()
    assume(words)
    asked = " ".join(data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=3)))
    question = Question.parse(asked, root=Path("/nowhere"))
    assume(question.words and question.is_title(title))
    layout = data.draw(st.sampled_from(_LAYOUTS))
    assert question.may_be_in(read_names("", json.dumps({"title": title}, **layout)))
    document = f"## Trade\n\n### [{escape_inline(title)}](https://example.org/1)\n"
    assert question.may_be_in(read_names(document, None))
    assert question.may_be_in(read_names(document, "{ cut short"))


@settings(max_examples=200, deadline=None)
@given(label=st.text("abc_*~`\\&;<>!# \n", max_size=12))
def test_names_of_an_issue_hold_the_words_of_every_item_as_readers_see_them(label: str) -> None:
    document = f"## Trade\n\n- [{label}](https://example.org/1)\n"
    names = read_names(document, None)
    mentions, _ = find_mentions("2025-W17", document, None, lambda _: True)
    for mention in mentions:
        question = Question.parse(mention.named.title, root=Path("/nowhere"))
        assert not question.words or question.may_be_in(names)
