"""`digest add`, `cut`, `hold`, `move`, `list`, `edit`: what an editor does by command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from servers import Connection, Request, answer

from digest.cli import root
from digest.issue.lock import write_lock
from digest.issue.unlock import parse_lock

MONDAY = "2025-04-28T07:00:00+00:00"
LATER = "2025-04-28T09:00:00+00:00"
SETTINGS = """
[newsletter]
title = "Weekly"
timezone = "UTC"
sender = "Weekly <weekly@example.org>"
address = "1 Example Street"

[[sources]]
path = "in/*.jsonl"

[[topics]]
name = "Trade"
keywords = ["tariff", "harbour"]

[[topics]]
name = "Energy"
keywords = ["power"]

[[topics]]
name = "Culture"
keywords = ["kite"]
"""
PAGE = """<!doctype html><html lang="en"><head><title>Lighthouse reopens</title>
<meta property="og:title" content="Lighthouse reopens">
<meta name="description" content="After ten years of work.">
<meta property="og:site_name" content="Coast News">
<meta property="article:published_time" content="2025-04-25T10:00:00Z">
{more}</head><body><article><h1>Lighthouse reopens</h1>
<p>The lighthouse on the cape was opened again on Friday, after ten years of work on its walls.</p>
<p>Visitors may climb it on Sundays, says the keeper, who has lived there all his life.</p>
</article></body></html>"""
FILE = """\
Ferry crews get a four-day week
Sailings stay as they are, the company says, and fares do not rise.

On April 24, 2025, the ferry company agreed with its crews on a week of four days. The plan starts
in June and lasts for one year, after which both sides will look at it again.

Original Source: ferry.example.org
"""


def story(title: str, slug: str, day: int = 23, **facts: object) -> dict[str, object]:
    return {
        "title": title,
        "url": f"https://example.org/{slug}",
        "published": f"2025-04-{day:02}",
        "summary": f"About {slug}.",
        "source": {"name": "Example Post", "url": "https://example.org/"},
    } | facts


STORIES = (
    story("Tariff on kites falls", "tariff"),
    story("Harbour grain terminal opens", "terminal"),
    story("Power plant tested", "power"),
    story("Kite fair sells out", "kites"),
    story("Airport terminal closes", "airport"),
)


def offer(*stories: dict[str, object], name: str = "a") -> None:
    lines = "".join(json.dumps(one) + "\n" for one in stories)
    Path(f"in/{name}.jsonl").write_text(lines, encoding="utf-8")


@pytest.fixture
def empty(tmp_path, monkeypatch) -> Path:
    """A workspace without an issue."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    (tmp_path / "digest.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "in").mkdir()
    return tmp_path


@pytest.fixture
def here(empty) -> Path:
    """A workspace with the issue 2025-W17, as it was composed."""
    offer(*STORIES)
    compose()
    return empty


def digest(*arguments: str, stdin: str = "") -> Result:
    result = CliRunner().invoke(root, list(arguments), input=stdin, standalone_mode=False)
    assert result.exception is None, f"{result.exception!r}\n{result.stderr}"
    return result


def fails(*arguments: str, stdin: str = "") -> tuple[int, str]:
    """The exit status and words of a command that ends in an error, run as users run it."""
    result = subprocess.run(
        [sys.executable, "-m", "digest", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in result.stderr
    assert "a fault of digest" not in result.stderr
    assert result.returncode, result.stderr
    return result.returncode, result.stderr


def does(*arguments: str, stdin: str = "") -> str:
    """What a command says that is done."""
    command, *others = arguments
    result = digest(command, "--now", LATER, *others, stdin=stdin)
    assert result.return_value == 0, result.stderr
    return result.stderr


def compose(now: str = MONDAY, week: str = "2025-W17", *more: str) -> dict:
    result = digest("compose", "--week", week, "--now", now, "--offline", "--json", *more)
    return json.loads(result.stdout)


def document(slug: str = "2025-W17") -> str:
    return Path(f"issues/{slug}/issue.md").read_bytes().decode("utf-8")


def write(text: str, slug: str = "2025-W17") -> None:
    Path(f"issues/{slug}/issue.md").write_bytes(text.encode("utf-8"))


def files(slug: str = "2025-W17") -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(f"issues/{slug}").iterdir()}


def history() -> list[str]:
    return sorted(str(path) for path in Path(".digest/history").rglob("*"))


def item(text: str, title: str) -> str:
    """The lines of an item."""
    start = text.index(f"### [{title}]")
    ends = [at for mark in ("\n### ", "\n## ") if (at := text.find(mark, start)) > 0]
    return text[start : min(ends, default=len(text)) + 1]


def listed() -> dict:
    return json.loads(digest("list", "--json").stdout)


def why(*asked: str) -> dict:
    return json.loads(digest("why", *asked, "--json").stdout)["articles"][0]


def mark_sent(slug: str = "2025-W17") -> None:
    path = Path(f"issues/{slug}/issue.lock")
    lock = parse_lock(path.read_text(encoding="utf-8"), "issue.lock")
    line = {"target": "weekly", "at": "2025-04-28T10:00:00Z", "content_hash": "x"}
    path.write_text(write_lock(lock.with_deliveries([line])), encoding="utf-8")


# Cutting.


def test_cut_takes_out_the_item_renders_again_and_leaves_every_other_byte(here) -> None:
    write(document().replace("## Trade", "My own words,\r\nin two lines.  \n\n## Trade"))
    before = document()
    said = does("cut", "grain", "terminal")
    assert "cut from Trade: Harbour grain terminal opens" in said
    assert "`digest undo` takes it back" in said
    start, end = before.index("### [Harbour"), before.index("## Energy")
    # Subject and preheader are digest's own here: they follow, and nothing else does.
    expected = before[:start] + before[end:]
    expected = expected.replace("and four more stories", "and three more stories")
    expected = expected.replace("preheader: Harbour grain terminal opens · ", "preheader: ")
    assert document() == expected
    assert "grain terminal" not in Path("issues/2025-W17/digest.txt").read_text(encoding="utf-8")


def test_what_was_cut_by_command_does_not_come_back_and_why_says_so(here) -> None:
    does("cut", "https://example.org/kites")
    assert compose(LATER)["merge"]["cut"] == 1
    assert "https://example.org/kites" not in document()
    assert "the editor took it out of 2025-W17" in why("kite fair")["conclusion"]
    # Nor in a later issue.
    offer(story("Kite fair sells out", "kites", 29), story("New", "new", 29))
    assert compose("2025-05-05T07:00:00Z", "2025-W18")["merge"]["added"] == 1
    assert "kites" not in document("2025-W18")


def test_cut_of_what_the_editor_had_typed_counts_as_cut_as_well(here) -> None:
    write(f"{document()}\n### [Mine](https://example.org/mine)\n\nMy words.\n")
    does("cut", "mine")
    assert "Mine" not in document()
    assert why("https://example.org/mine")["state"] == "cut"
    offer(*STORIES, story("Mine as the feed has it", "mine"))
    compose(LATER)
    assert "https://example.org/mine" not in document()


def test_cut_of_an_advertisement_is_no_cut_of_an_article(here) -> None:
    slot = "## Sponsor {.slot .sponsor}\n\n### [Buy kites](https://example.org/shop)\n\n## Trade"
    write(document().replace("## Trade", slot))
    does("cut", "buy kites")
    offer(*STORIES, story("A shop for kites opens", "shop"))
    compose(LATER)
    assert "### [A shop for kites opens](https://example.org/shop)" in document()


def test_address_of_another_report_cuts_that_one_alone(here) -> None:
    text = document().replace(
        "About power.",
        "About power.\n\nAlso covered by: [B](https://b.example/p), [C](https://c.example/p)",
    )
    write(text)
    said = does("cut", "https://b.example/p")
    assert "cut from Energy: B" in said
    assert document() == text.replace("[B](https://b.example/p), ", "")
    assert why("https://b.example/p")["state"] == "cut"
    status, said = fails("hold", "https://c.example/p")
    assert status == 1
    assert "is among the other reports of “Power plant tested”" in said


def test_ambiguous_words_list_the_candidates_and_change_nothing(here) -> None:
    before = files()
    status, said = fails("cut", "terminal")
    assert status == 2
    assert "'terminal' may mean 2 items of 2025-W17" in said
    assert "1.2  Harbour grain terminal opens (Trade) https://example.org/terminal" in said
    assert "4.1  Airport terminal closes (Also this week)" in said
    assert "nothing was changed" in said
    assert files() == before


def test_numbers_of_the_list_name_items(here) -> None:
    assert "Airport terminal closes" in does("cut", "4.1")


def test_words_that_say_nothing_clear_one_by_one_are_asked_together(here) -> None:
    assert "cut from Also this week: Airport terminal closes" in does("cut", "airport", "terminal")


def test_several_items_go_at_once_and_standard_input_names_one_a_line(here) -> None:
    said = does("cut", "-", "https://example.org/power", stdin="kite fair\n\n4.1\n")
    assert said.count("cut from ") == 3
    for title in ("Kite fair sells out", "Airport terminal closes", "Power plant tested"):
        assert f"### [{title}]" not in document()


def test_one_question_without_an_answer_leaves_all_as_it_is(here) -> None:
    before = files()
    status, said = fails("cut", "kite fair", "harbor grain termnal")
    assert status == 1
    assert "nothing in 2025-W17 is called 'harbor grain termnal'" in said
    assert "nearest: Harbour grain terminal opens" in said
    assert "nothing was changed" in said
    assert files() == before


def test_lines_of_standard_input_are_never_the_words_of_one_title(here) -> None:
    status, said = fails("cut", "-", stdin="airport\nterminal\n")
    assert status == 2
    assert "'terminal' may mean 2 items" in said


def test_what_was_cut_already_is_named_with_the_way_back(here) -> None:
    does("cut", "kite")
    # The word is part of one in another title, too.
    status, said = fails("cut", "kite")
    assert status == 1
    assert "“Kite fair sells out” was cut from 2025-W17 already" in said
    assert "`digest add https://example.org/kites` brings it back" in said


def test_subject_and_preheader_follow_every_command_as_long_as_digest_wrote_them(here) -> None:
    as_composed = files()
    assert "subject: Tariff on kites falls, and four more stories\n" in document()
    said = does("cut", "tariff")
    assert "subject" not in said
    assert "subject: Harbour grain terminal opens, and three more stories\n" in document()
    does("hold", "grain")
    assert "subject: Power plant tested, and two more stories\n" in document()
    assert "preheader: Kite fair sells out · Airport terminal closes\n" in document()
    does("move", "grain", "Trade")
    assert "subject: Harbour grain terminal opens, and three more stories\n" in document()
    Path("ferry.txt").write_text(FILE, encoding="utf-8")
    does("add", "ferry.txt", "--topic", "Trade")
    assert "preheader: Ferry crews get a four-day week · Power plant" in document()
    # They are still digest's own for the next compose, which has nothing to change.
    by_command = document()
    compose(LATER)
    assert document() == by_command
    for _ in range(4):
        does("undo")
    # The compose has changed no document, so it is not undone by itself.
    assert files() == as_composed


def test_subject_of_the_editor_stays_and_is_told_of_when_it_names_what_is_gone(here) -> None:
    write(
        document().replace(
            "subject: Tariff on kites falls, and", "subject: Tariff on kites falls and"
        )
    )
    said = does("cut", "tariff")
    assert "the subject still names “Tariff on kites falls”: rewrite it" in said
    assert "subject: Tariff on kites falls and four more stories\n" in document()
    assert "preheader: Power plant tested · " in document()


@pytest.mark.parametrize("asked", [[""], ["  ", " "], ["-"]])
def test_question_without_words_is_wrong_usage(here, asked) -> None:
    status, said = fails("cut", *asked)
    assert status == 2
    assert "URL|WORDS: nothing is named; give an address" in said


def test_what_names_nothing_is_told_where_the_names_are(here) -> None:
    assert fails("cut", "9.9")[1].startswith(
        "error: nothing in 2025-W17 is called '9.9'; `digest list` shows its items"
    )
    for words in ("Energy", "energy", "-"):
        status, said = fails("cut", words, stdin="Energy\n")
        assert status == 2
        assert "is a section of 2025-W17: name its items, as `digest list` numbers them" in said


# Holding.


def test_held_items_go_to_the_end_as_they_are_and_are_proposed_first_next_time(here) -> None:
    write(document().replace("About kites.", "About kites,  \nas I *see* it."))
    kites = item(document(), "Kite fair sells out").rstrip()
    said = does("hold", "kite fair", "airport")
    assert "held, taken from Culture: Kite fair sells out" in said
    assert "made the section Hold" in said
    assert "Culture is empty now" in said
    hold = document().split("## Hold\n")[1]
    assert kites in hold
    assert hold.index("Kite fair") < hold.index("Airport")
    assert "Kite fair" not in Path("issues/2025-W17/digest.txt").read_text(encoding="utf-8")
    offer(story("Kites: a new record", "record", 29))
    compose("2025-05-05T07:00:00Z", "2025-W18")
    culture = document("2025-W18").split("## Culture\n")[1]
    assert culture.index("as I *see* it.") < culture.index("/record)")


def test_what_waits_already_stays_where_it_is(here) -> None:
    does("hold", "airport")
    before = files()
    said = does("hold", "airport")
    assert "“Airport terminal closes” stands in Hold already" in said
    assert "nothing to do" in said
    assert files() == before


# Moving.


def test_moved_item_stays_where_it_was_put_when_the_issue_is_composed_again(here) -> None:
    before = document()
    said = does("move", "kite fair", "trade")
    assert "moved from Culture to Trade: Kite fair sells out" in said
    assert item(document(), "Kite fair sells out") == item(before, "Kite fair sells out")
    compose(LATER)
    trade = document().split("## Trade\n")[1].split("\n## ")[0]
    assert "Kite fair" in trade


def test_section_that_is_not_there_is_made_in_the_configured_order(here) -> None:
    does("cut", "power")
    write(document().replace("## Energy\n\n", ""))
    said = does("move", "airport", "Energy")
    assert "made the section Energy, after Trade" in said
    headings = [line for line in document().splitlines() if line.startswith("## ")]
    assert headings == ["## Trade", "## Energy", "## Culture", "## Also this week"]


def test_section_that_nobody_configured_goes_before_the_last_one(here) -> None:
    assert "made the section In short, after Culture" in does("move", "power", "In short")


def test_slip_in_a_topic_is_refused_with_the_name_that_it_is_like(here) -> None:
    before = files()
    status, said = fails("move", "kite fair", "Enrgy")
    assert status == 2
    assert "no section or topic is called 'Enrgy', but one is called 'Energy'" in said
    assert files() == before
    assert "made the section Enrgy" in does("move", "kite fair", "Enrgy", "--new")


def test_item_without_a_section_is_told_what_is_missing(here) -> None:
    status, said = fails("move", "kite fair")
    assert status == 2
    assert "write the item first and the section last: digest move 'kite fair' TOPIC" in said


def test_item_leaves_hold_the_way_it_came(here) -> None:
    does("hold", "airport")
    assert "moved from Hold to Energy" in does("move", "airport", "Energy")
    assert "Airport" in Path("issues/2025-W17/digest.txt").read_text(encoding="utf-8")


def test_item_in_a_slot_is_still_issued_and_comes_no_second_time(here) -> None:
    write(document().replace("## Trade", "## Top story {.slot}\n\n## Trade"))
    does("move", "kite fair", "top story")
    compose(LATER)
    assert document().count("https://example.org/kites") == 1
    assert why("kite fair")["state"] == "issued"


# Adding.


def test_added_page_stands_with_its_facts_at_the_end_of_its_section(here, server) -> None:
    url = server.put("/lighthouse", answer(PAGE.format(more="").encode(), content_type="text/html"))
    said = does("add", url, "--topic", "culture", "--note", "Worth a *trip*.")
    assert "added to Culture: Lighthouse reopens" in said
    added = item(document(), "Lighthouse reopens")
    assert added.startswith(f"### [Lighthouse reopens]({url})\n\n*Coast News · 25 April 2025")
    assert "After ten years of work.\n\nWorth a *trip*.\n" in added
    assert document().index("Kite fair") < document().index("Lighthouse")
    assert "Lighthouse" in Path("issues/2025-W17/digest.txt").read_text(encoding="utf-8")
    assert why("lighthouse")["issues"][0]["reason"] == "added by the editor"


def test_added_article_is_known_again_when_a_feed_brings_it_under_another_address(
    here, server
) -> None:
    canonical = '<link rel="canonical" href="https://coast.example/2025/lighthouse">'
    page = PAGE.format(more=canonical).encode()
    typed = server.put("/short", answer(page, content_type="text/html"))
    does("add", typed, "--topic", "Culture", "--note", "Mine.")
    for number, url in enumerate(("http://www.coast.example/2025/lighthouse/", typed)):
        offer(*STORIES, story("Lighthouse reopened", "x", 25, url=url, summary="From the feed."))
        compose(f"2025-04-28T1{number}:00:00Z")
        text = document()
        assert text.count("### [Lighthouse reope") == 1, url
        assert "### [Lighthouse reopens](" in text
        assert "Mine." in text
        assert "From the feed." not in text
    # And a week later, where it would be late.
    offer(story("Lighthouse reopened", "x", 25, url=typed), story("New", "new", 29))
    compose("2025-05-05T07:00:00Z", "2025-W18")
    assert "Lighthouse" not in document("2025-W18")


def test_added_article_out_of_the_window_stays_when_its_feed_is_read(here) -> None:
    offer(story("Old tale", "old", 2), name="old")
    Path("in/old.jsonl").rename("old.jsonl")
    said = does("add", "old.jsonl")
    assert "“Old tale” is dated 2025-04-02, outside the window of 2025-W17" in said
    added = item(document(), "Old tale")
    Path("old.jsonl").rename("in/old.jsonl")
    compose(LATER)
    assert item(document(), "Old tale") == added


def test_added_article_that_was_cut_stays_cut_however_it_was_cut(here) -> None:
    Path("ferry.txt").write_text(FILE, encoding="utf-8")
    for by_command in (True, False):
        does("add", "ferry.txt", "--topic", "Trade")
        text = document()
        assert (
            "### [Ferry crews get a four-day week](https://ferry.example.org/) <!-- digest:" in text
        )
        if by_command:
            does("cut", "ferry.txt")
        else:
            write(text.replace(item(text, "Ferry crews get a four-day week"), ""))
        Path("ferry.txt").rename("in/ferry.txt")
        settings = Path("digest.toml").read_text(encoding="utf-8")
        Path("digest.toml").write_text(settings.replace("in/*.jsonl", "in/*"), encoding="utf-8")
        compose(LATER)
        assert "Ferry" not in document()
        assert why("ferry crews")["state"] == "cut"
        Path("in/ferry.txt").rename("ferry.txt")


def test_what_was_cut_comes_back_as_it_was_proposed_without_being_fetched(here) -> None:
    before = item(document(), "Kite fair sells out")
    does("cut", "kite fair")
    said = does("add", "http://www.example.org/kites/?utm_source=mail")
    assert "brought back to Culture: Kite fair sells out" in said
    assert item(document(), "Kite fair sells out") == before
    assert why("kite fair")["state"] == "issued"
    assert listed()["cut"] == []


def test_article_that_is_in_the_issue_is_refused_unless_again(here) -> None:
    Path("ferry.txt").write_text(FILE, encoding="utf-8")
    does("add", "ferry.txt", "--topic", "Trade")
    before = files()
    status, said = fails("add", "./ferry.txt")
    assert status == 3
    assert "“Ferry crews get a four-day week” is in 2025-W17 already, section Trade" in said
    assert files() == before
    does("add", "ferry.txt", "--topic", "Culture", "--again")
    assert document().count("### [Ferry crews") == 2


def test_article_that_waits_in_hold_is_refused_with_the_way_out(here) -> None:
    does("hold", "kite fair")
    Path("again.jsonl").write_text(json.dumps(STORIES[3]), encoding="utf-8")
    status, said = fails("add", "again.jsonl")
    assert status == 3
    assert "waits in the Hold of 2025-W17; `digest move https://example.org/kites TOPIC`" in said


def test_address_that_is_known_is_refused_without_being_fetched(here) -> None:
    # Nobody answers at these addresses.
    does("hold", "kite fair")
    status, said = fails("add", "example.org/kites?utm_source=mail")
    assert status == 3
    assert "“Kite fair sells out” waits in the Hold of 2025-W17; `digest move" in said
    status, said = fails("add", "https://example.org/tariff")
    assert status == 3
    assert "“Tariff on kites falls” is in 2025-W17 already, section Trade" in said
    offer(story("New", "new", 29))
    compose("2025-05-05T07:00:00Z", "2025-W18")
    status, said = fails("add", "https://example.org/power")
    assert status == 3
    assert "was in 2025-W17 already; --again adds it once more" in said


def test_item_of_hold_is_cut_for_good(here) -> None:
    does("hold", "kite fair")
    said = does("cut", "kite fair")
    assert "cut from Hold: Kite fair sells out" in said
    offer(*STORIES, story("New", "new", 29))
    compose(LATER)
    compose("2025-05-05T07:00:00Z", "2025-W18")
    assert "Kite fair" not in document()
    assert "Kite fair" not in document("2025-W18")
    assert why("kite fair")["state"] == "cut"


def test_document_with_the_line_ends_of_windows_keeps_them_in_every_line(here) -> None:
    Path("ferry.txt").write_text(FILE, encoding="utf-8")
    write("\ufeff" + document().replace("\n", "\r\n"))
    before = files()
    does("cut", "kite fair")
    does("hold", "grain")
    does("move", "tariff", "Energy")
    does("add", "ferry.txt", "--topic", "Trade", "--note", "Sail on it.\n\nSoon.")
    text = document()
    assert text.startswith("\ufeff---\r\n")
    assert text.count("\n") == text.count("\r\n")
    assert "Sail on it.\r\n\r\nSoon.\r\n" in text
    for _ in range(4):
        does("undo")
    assert files()["issue.md"] == before["issue.md"]
    assert files()["issue.lock"] == before["issue.lock"]


def test_article_of_an_earlier_issue_is_refused_unless_again(here) -> None:
    offer(story("New", "new", 29))
    compose("2025-05-05T07:00:00Z", "2025-W18")
    Path("again.jsonl").write_text(json.dumps(STORIES[3]), encoding="utf-8")
    status, said = fails("add", "again.jsonl")
    assert status == 3
    assert "“Kite fair sells out” was in 2025-W17 already" in said
    does("add", "again.jsonl", "--again")
    assert "Kite fair" in document("2025-W18")
    offer(*STORIES, story("New", "new", 29))
    compose("2025-05-05T08:00:00Z", "2025-W18")
    assert "Kite fair" in document("2025-W18")


def test_topic_that_the_rules_know_is_taken_and_one_that_they_do_not_is_told(here) -> None:
    offer(
        story("Harbour tariff rises", "rise"),
        story("Chess league begins", "chess"),
        name="more",
    )
    Path("in/more.jsonl").rename("more.jsonl")
    said = does("add", "more.jsonl")
    assert "added to Trade: Harbour tariff rises" in said
    assert "added to Also this week: Chess league begins" in said
    assert "no rule of digest.toml places “Chess league begins”" in said


def test_section_that_the_editor_renamed_is_meant_by_its_topic_unless_new(here) -> None:
    write(document().replace("## Culture", "## Out and about"))
    assert "moved from Trade to Out and about: Tariff" in does("move", "tariff", "Culture")
    said = does("move", "harbour", "Culture", "--new")
    assert "moved from Trade to Culture: Harbour" in said
    assert "made the section Culture" in said


def test_hold_under_another_name_is_no_hold(here) -> None:
    offer(*STORIES, story("Opera in the park", "opera", 30))
    compose()
    assert "## Hold" in document()
    write(document().replace("## Hold", "## Later"))
    does("hold", "kite fair")
    assert "Kite fair" in document().split("## Hold\n")[1]


def test_section_that_the_editor_renamed_is_the_one_that_rules_mean(here) -> None:
    write(document().replace("## Trade", "## Goods & ships"))
    Path("more.jsonl").write_text(json.dumps(story("Harbour tariff rises", "rise")), "utf-8")
    assert "added to Goods & ships: Harbour tariff rises" in does("add", "more.jsonl")
    assert "## Trade" not in document()


def test_page_that_cannot_be_fetched_is_an_error_and_nothing_is_written(here, server) -> None:
    Path("ferry.txt").write_text(FILE, encoding="utf-8")
    gone = server.put("/gone", answer(b"no", status=410))
    before = files()
    status, said = fails("add", "ferry.txt", gone, server.url("/missing"))
    assert status == 1
    assert "410" in said
    assert "404" in said
    assert "nothing was changed" in said
    assert files() == before


def test_offline_reads_what_was_fetched_before_and_says_what_was_not(here, server) -> None:
    url = server.put("/lighthouse", answer(PAGE.format(more="").encode(), content_type="text/html"))
    status, said = fails("add", url, "--offline")
    assert status == 1
    assert "offline" in said
    assert server.requests == []


def test_feed_is_no_article_and_its_entries_are_listed(here, server) -> None:
    url = server.put("/feed.xml", answer(content_type="application/rss+xml"))
    status, said = fails("add", url)
    assert status == 2
    assert "is a feed of 2 articles: give the address of one" in said
    assert "A treaty  https://times.example/treaty" in said


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ("no/such/file.txt", 1, "no such file or folder"),
        ("ftp://example.org/a", 2, "not a web address"),
        ("empty", 1, "no article in empty"),
    ],
)
def test_what_cannot_be_added_is_named(here, asked, status, words) -> None:
    Path("empty").mkdir()
    got, said = fails("add", asked)
    assert (got, words in said) == (status, True), said


def test_note_that_would_be_more_than_text_is_refused(here) -> None:
    Path("ferry.txt").write_text(FILE, encoding="utf-8")
    before = files()
    for note in ("## A section", "- [A](https://example.org/x)", "```\nopen", "Also covered by: X"):
        status, said = fails("add", "ferry.txt", "--note", note)
        assert status == 2
        assert "would not be read as the item's text" in said
    status, said = fails("add", "ferry.txt", "digest.toml", "--note", "x")
    assert status == 2
    assert "goes with one article" in said
    assert files() == before


def test_article_without_a_title_or_date_is_added_and_says_so(here) -> None:
    Path("bare.jsonl").write_text(
        json.dumps({"url": "https://example.org/bare", "summary": "A note of one line."}),
        encoding="utf-8",
    )
    said = does("add", "bare.jsonl")
    assert "no title" in said
    assert "states no date of publication" in said
    assert "[A note of one line.](https://example.org/bare)" in document()


# Which issue, and what is refused.


@pytest.mark.parametrize(
    "command", [["add", "x.txt"], ["cut", "x"], ["hold", "x"], ["move", "x", "Trade"], ["list"]]
)
def test_without_an_issue_the_way_to_one_is_told(empty, command) -> None:
    status, said = fails(*command)
    assert status == 2
    assert "there is no issue yet; run `digest compose` first" in said


@pytest.mark.parametrize(
    "command", [["add", "x.txt"], ["cut", "kite"], ["hold", "kite"], ["move", "kite", "Trade"]]
)
def test_issue_that_was_sent_is_not_changed(here, command) -> None:
    mark_sent()
    before = files()
    status, said = fails(*command)
    assert status == 3
    assert "2025-W17 was sent at 2025-04-28T10:00:00Z" in said
    assert "run `digest compose` for the next issue, or name another one: `--issue SLUG`" in said
    assert files() == before


def test_issue_that_was_sent_is_known_by_a_damaged_lock_too(here) -> None:
    mark_sent()
    path = Path("issues/2025-W17/issue.lock")
    path.write_text(path.read_text(encoding="utf-8")[1:], encoding="utf-8")
    assert fails("cut", "kite fair")[0] == 3


def test_damaged_lock_is_told_of_and_not_written_over(here) -> None:
    path = Path("issues/2025-W17/issue.lock")
    path.write_bytes(path.read_bytes()[:200])
    before = path.read_bytes()
    said = does("cut", "kite fair")
    assert "digest cannot remember what you add to 2025-W17 and cut from it" in said
    assert "### [Kite fair" not in document()
    assert path.read_bytes() == before


def test_cut_from_an_issue_without_a_lock_is_remembered_all_the_same(here) -> None:
    Path("issues/2025-W17/issue.lock").unlink()
    does("cut", "kite fair")
    compose(LATER)
    assert "https://example.org/kites" not in document()
    assert document().count("### ") == 4


def test_another_issue_than_the_newest_is_changed_by_name(here) -> None:
    offer(story("New", "new", 29))
    compose("2025-05-05T07:00:00Z", "2025-W18")
    assert fails("cut", "kite fair")[0] == 1
    assert "cut from Culture" in does("cut", "kite fair", "--issue", "2025-W17")


def test_dry_run_shows_the_difference_and_writes_nothing(here) -> None:
    Path("ferry.txt").write_text(FILE, encoding="utf-8")
    before, kept = files(), history()
    for command in (
        ["cut", "kite fair"],
        ["hold", "kite fair"],
        ["move", "kite fair", "Trade"],
        ["add", "ferry.txt"],
    ):
        result = digest(*command, "--dry-run", "--now", LATER)
        assert result.return_value == 0
        assert result.stdout.startswith("--- a/issues/2025-W17/issue.md\n")
        assert "nothing written; this would be issues/2025-W17/issue.md" in result.stderr
        assert files() == before
    assert history() == kept


def test_what_the_editor_saves_while_an_article_is_fetched_stays(here, server) -> None:
    page = answer(PAGE.format(more="").encode(), content_type="text/html")

    def save_first(request: Request, connection: Connection) -> None:
        write(document().replace("About power.", "Saved meanwhile."))
        page(request, connection)

    url = server.put("/lighthouse", save_first)
    does("add", url)
    assert "Saved meanwhile." in document()
    assert "### [Lighthouse reopens]" in document()
    assert len(server.asked("/lighthouse")) == 1


def test_template_mistake_is_told_together_with_what_was_done(here) -> None:
    Path("templates/classic").mkdir(parents=True)
    Path("templates/classic/issue.html.j2").write_text("{% if %}", encoding="utf-8")
    status, said = fails("cut", "kite fair")
    assert status == 1
    assert "issue.html.j2" in said
    assert "issue.md is changed all the same, and `digest undo` takes it back" in said
    assert "### [Kite fair" not in document()


def test_document_with_conflict_markers_is_refused(here) -> None:
    write(document().replace("## Energy", "<<<<<<< ours\n## Energy"))
    status, said = fails("cut", "kite fair")
    assert status == 1
    assert "git left a merge conflict here" in said


def test_every_change_can_be_rebuilt_as_it_was_composed(here) -> None:
    """What the editor adds is in the lock, and not in what digest proposed."""
    composed = files()
    Path("ferry.txt").write_text(FILE, encoding="utf-8")
    does("add", "ferry.txt")
    does("cut", "ferry")
    Path("issues/2025-W17/issue.md").unlink()
    result = digest("compose", "--locked", "2025-W17")
    assert result.return_value == 0, result.stderr
    assert files()["issue.md"] == composed["issue.md"]


# Listing.


def test_list_says_what_the_editor_did_to_each_item(here) -> None:
    write(document().replace("[Tariff on kites falls]", "[Kites are cheaper]"))
    does("move", "power", "Culture")
    does("cut", "airport")
    Path("ferry.txt").write_text(FILE, encoding="utf-8")
    does("add", "ferry.txt", "--topic", "Trade")
    found = listed()
    assert found["slug"] == "2025-W17"
    assert found["sent"] is None
    states = {
        entry["title"]: (section["heading"], entry["number"], entry["status"], entry["edited"])
        for section in found["sections"]
        for entry in section["items"]
    }
    assert states == {
        "Kites are cheaper": ("Trade", "1.1", "edited", ["title"]),
        "Harbour grain terminal opens": ("Trade", "1.2", "proposed", []),
        "Ferry crews get a four-day week": ("Trade", "1.3", "added", []),
        "Kite fair sells out": ("Culture", "3.1", "proposed", []),
        "Power plant tested": ("Culture", "3.2", "proposed", []),
    }
    assert found["sections"][2]["items"][1]["moved_from"] == "Energy"
    assert [(entry["title"], entry["section"]) for entry in found["cut"]] == [
        ("Airport terminal closes", "Also this week")
    ]
    shown = digest("list").stdout
    for words in ("edited: title", "moved from Energy", "added", "cut", "(not sent yet)"):
        assert words in shown


def test_list_of_an_issue_with_a_lost_lock_shows_its_items(here) -> None:
    Path("issues/2025-W17/issue.lock").write_text("{", encoding="utf-8")
    result = digest("list", "--json")
    assert "issue.lock" in result.stderr
    assert json.loads(result.stdout)["sections"][0]["items"][0]["status"] == "unknown"


# Editing.


def editor(here: Path, body: str) -> str:
    """A program that edits; ``text`` in its body is the document."""
    script = here / "editor of mine.py"
    script.write_text(
        "import pathlib, sys\n"
        "assert sys.argv[1] == '--wait', sys.argv\n"
        "path = pathlib.Path(sys.argv[2])\n"
        "text = path.read_bytes().decode('utf-8', 'replace')\n"
        f"{body}\n"
        "path.write_bytes(text.encode())\n",
        encoding="utf-8",
    )
    return f'"{sys.executable}" "{script}" --wait'


def test_edit_opens_the_newest_issue_and_renders_what_was_written(here, monkeypatch) -> None:
    monkeypatch.setenv("EDITOR", "false")
    command = editor(here, "text = text.replace('About power.', 'Tested at last.')")
    monkeypatch.setenv("VISUAL", command)
    result = digest("edit", "--now", LATER)
    assert result.return_value == 0, result.stderr
    assert "was changed; `digest undo` takes it back" in result.stderr
    assert "Tested at last." in Path("issues/2025-W17/digest.txt").read_text(encoding="utf-8")


def test_edit_that_changes_nothing_says_so(here, monkeypatch) -> None:
    monkeypatch.setenv("EDITOR", editor(here, ""))
    monkeypatch.delenv("VISUAL", raising=False)
    before = files()
    assert "is as it was" in digest("edit").stderr
    assert files() == before


def test_edit_shows_mistakes_of_the_document_with_their_line(here, monkeypatch) -> None:
    monkeypatch.setenv("VISUAL", editor(here, "text = text.replace('title: Weekly', 'title: [')"))
    status, said = fails("edit")
    assert status == 1
    assert "issue.md:" in said
    assert "front matter" in said


def test_edit_shows_the_findings_of_the_check(here, monkeypatch) -> None:
    change = "text = text.replace('https://example.org/power', 'javascript:alert(1)')"
    monkeypatch.setenv(
        "VISUAL", editor(here, f"{change}; text += '\\n![](https://e.org/x.png)\\n'")
    )
    result = digest("edit")
    assert "[" in result.stderr
    assert "error: " in result.stderr or "warning: " in result.stderr
    assert result.return_value == (1 if "error: " in result.stderr else 0)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("no-such-editor -x", "no-such-editor: cannot be started"),
        ("vi 'never closed", "not a command"),
    ],
)
def test_editor_that_cannot_be_run_is_named(here, monkeypatch, command, words) -> None:
    monkeypatch.setenv("VISUAL", command)
    status, said = fails("edit")
    assert status == 2
    assert words in said


def test_editor_that_fails_is_named_and_nothing_is_rendered(here, monkeypatch) -> None:
    monkeypatch.setenv("VISUAL", editor(here, "sys.exit(7)"))
    before = files()
    status, said = fails("edit")
    assert status == 1
    assert "ended with status 7, so nothing is rendered" in said
    assert files() == before


def test_edit_of_a_sent_issue_is_refused_unless_it_is_named(here, monkeypatch) -> None:
    monkeypatch.setenv("VISUAL", editor(here, ""))
    mark_sent()
    assert fails("edit")[0] == 3
    result = digest("edit", "2025-W17")
    assert "was sent at" in result.stderr
    assert result.return_value == 0


def test_edit_offers_to_open_again_on_a_terminal(here) -> None:
    pty = pytest.importorskip("pty", reason="this system has no terminals to make")
    body = (
        "first = 'title: Weekly' in text\n"
        "text = text.replace('title: Weekly', 'title: [') if first else text.replace(': [', ': W2')"
    )
    environment = os.environ | {"VISUAL": editor(here, body)}
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "digest", "edit"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    os.close(theirs)
    os.write(ours, b"\n")
    _, said = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 0, said
    assert b"open it again? [Y/n]" in said
    assert "title: W2" in document()
