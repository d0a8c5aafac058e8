"""The whole line: from inputs on disk to issue.md, its lock and the rendered files."""

from __future__ import annotations

import email
import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from servers import answer

from digest.cli import root, run
from digest.errors import DigestError

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
NOW = "2025-04-28T07:00:00+00:00"
HEADLINE = "North Korea- Russia Treaty: A New Era of Peace and Security in Eurasia"


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    return tmp_path


def digest(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(root, list(arguments), input=stdin)


def succeed(*arguments: str, stdin: str = "") -> Result:
    result = digest(*arguments, stdin=stdin)
    assert result.exception is None, f"{result.exception!r}\n{result.stderr}"
    return result


def composed(*arguments: str, stdin: str = "") -> dict:
    return json.loads(succeed("compose", *arguments, "--json", stdin=stdin).stdout)


def lines(*articles: dict) -> str:
    return "".join(json.dumps(article) + "\n" for article in articles)


def story(number: int, day: int = 22, **facts: object) -> dict:
    return {
        "title": f"Story number {number}",
        "url": f"https://example.org/story-{number}",
        "published": f"2025-04-{day:02}T10:00:00Z",
        "summary": f"What story {number} is about.",
        "source": {"name": "Example Post", "url": "https://example.org/"},
    } | facts


# The document that started the project.


@pytest.fixture
def seed(here) -> Path:
    if not (SHARED / "seed").is_dir():
        pytest.skip("../shared/data/seed is not here: the seed document cannot be tried")
    return Path(shutil.copytree(SHARED / "seed", here / "inbox", copy_function=shutil.copyfile))


def test_seed_document_becomes_an_issue_with_its_facts_in_both_parts(seed, here) -> None:
    result = composed("--from", "inbox", "--week", "2025-W17", "--offline")
    [section] = result["sections"]
    [item] = section["items"]
    article = item["article"]
    assert article["title"] == HEADLINE
    assert article["summary"].startswith("North Korea heralds its defense treaty with Russia")
    assert article["summary"].endswith("symbolizing a new phase in their alliance.")
    assert (article["published"], article["published_basis"]) == ("2025-04-24", "dateline")
    assert article["source"] == {"name": "en.yna.co.kr", "url": "https://en.yna.co.kr/"}
    assert article["url"] is None
    folder = here / "issues/2025-W17"
    html = (folder / "digest.html").read_text(encoding="utf-8")
    text = (folder / "digest.txt").read_text(encoding="utf-8")
    for part in (html, " ".join(text.split())):
        assert HEADLINE in part
        assert "24 April 2025" in part
        assert "marking the sixth anniversary" in part
        assert "https://en.yna.co.kr/" in part
        assert "Post Comment" not in part
    message = email.message_from_bytes((folder / "digest.eml").read_bytes())
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_week_before_has_no_article_and_says_why(seed, here) -> None:
    result = succeed("compose", "--from", "inbox", "--week", "2025-W16", "--offline")
    assert "no article falls in this window" in result.stderr
    assert "after the window: 24 Apr 2025 (dateline)" in result.stderr
    assert "nothing written: there is no issue without articles" in result.stderr
    assert not (here / "issues").exists()


# Composing again.


def test_composing_twice_changes_no_byte(here) -> None:
    (here / "in.jsonl").write_text(lines(story(1), story(2), story(3)), encoding="utf-8")
    arguments = ("compose", "--from", "in.jsonl", "--week", "2025-W17", "--now", NOW)
    succeed(*arguments)
    first = {path: path.read_bytes() for path in (here / "issues/2025-W17").iterdir()}
    assert sorted(path.name for path in first) == [
        "digest.eml",
        "digest.html",
        "digest.txt",
        "issue.lock",
        "issue.md",
    ]
    succeed(*arguments)
    assert {path: path.read_bytes() for path in (here / "issues/2025-W17").iterdir()} == first


def test_editors_work_survives_and_only_what_is_new_is_added(here) -> None:
    source = here / "in.jsonl"
    source.write_text(lines(story(1), story(2), story(3)), encoding="utf-8")
    arguments = ("--from", "in.jsonl", "--week", "2025-W17", "--now", NOW)
    composed(*arguments)
    document = here / "issues/2025-W17/issue.md"
    text = document.read_text(encoding="utf-8")
    text = text.replace("[Story number 1]", "[A better headline]")
    text = text.replace("What story 1 is about.", "My own words,\nin two lines.  ")
    start = text.index("### [Story number 2]")
    text = text[:start] + text[text.index("### ", start + 1) :]
    text = text.replace("## Also this week", "Good morning, *readers*.\n\n## From the desk")
    document.write_text(text, encoding="utf-8")
    source.write_text(
        lines(story(1, summary="Changed."), story(2), story(3), story(4)), encoding="utf-8"
    )
    result = composed(*arguments)
    merge = result["merge"]
    fates = {item["title"]: (item["section"], item["fate"]) for item in merge.pop("items")}
    assert merge == {
        "added": 1,
        "updated": 0,
        "kept": 2,
        "cut": 1,
        "held": 0,
        "joined": 0,
        "withdrawn": 0,
        "dropped": 0,
    }
    assert fates == {
        "A better headline": ("From the desk", "kept"),
        "Story number 2": ("Also this week", "cut"),
        "Story number 3": ("From the desk", "kept"),
        "Story number 4": ("From the desk", "added"),
    }
    after = document.read_text(encoding="utf-8")
    assert "[A better headline](https://example.org/story-1)" in after
    assert "My own words,\nin two lines.  \n" in after
    assert "Good morning, *readers*." in after
    assert "## From the desk" in after
    assert "Also this week" not in after
    assert "story-2" not in after
    assert "[Story number 4](https://example.org/story-4)" in after
    html = (here / "issues/2025-W17/digest.html").read_text(encoding="utf-8")
    assert "A better headline" in html
    assert "story-2" not in html


def test_what_was_issued_or_cut_does_not_come_back_next_week(here) -> None:
    (here / "digest.toml").write_text('[[sources]]\npath = "in.jsonl"\n', encoding="utf-8")
    source = here / "in.jsonl"
    source.write_text(lines(story(1), story(2)), encoding="utf-8")
    succeed("compose", "--week", "2025-W17", "--now", NOW)
    document = here / "issues/2025-W17/issue.md"
    text = document.read_text(encoding="utf-8")
    document.write_text(text[: text.index("### [Story number 1]")], encoding="utf-8")
    # Republished a week later under another date, as feeds do.
    source.write_text(lines(story(1, 29), story(2, 29), story(3, 29)), encoding="utf-8")
    result = composed("--week", "2025-W18", "--now", "2025-05-05T07:00:00+00:00")
    titles = [item["article"]["title"] for part in result["sections"] for item in part["items"]]
    assert titles == ["Story number 3"]
    assert {entry["rule"] for entry in result["left_out"]} <= {"already-issued", "cut-before"}


def test_late_article_is_rescued_into_the_next_issue(here) -> None:
    (here / "digest.toml").write_text('[[sources]]\npath = "in.jsonl"\n', encoding="utf-8")
    source = here / "in.jsonl"
    source.write_text(lines(story(1)), encoding="utf-8")
    succeed("compose", "--week", "2025-W17", "--now", NOW)
    source.write_text(lines(story(1), story(2), story(3, 30)), encoding="utf-8")
    result = composed("--now", "2025-05-05T07:00:00+00:00")
    assert result["slug"] == "2025-W18"
    items = [item for part in result["sections"] for item in part["items"]]
    assert {(item["article"]["title"], item["late"]) for item in items} == {
        ("Story number 2", True),
        ("Story number 3", False),
    }


def test_without_options_the_issue_of_this_week_is_composed_again(here) -> None:
    (here / "digest.toml").write_text('[[sources]]\npath = "in.jsonl"\n', encoding="utf-8")
    source = here / "in.jsonl"
    source.write_text(lines(story(1)), encoding="utf-8")
    first = composed("--now", "2025-04-28T07:00:00+00:00")
    source.write_text(lines(story(1), story(2)), encoding="utf-8")
    second = composed("--now", "2025-04-29T07:00:00+00:00")
    assert first["slug"] == second["slug"] == "2025-W17"
    assert second["merge"]["added"] == 1


def test_sent_issue_is_not_composed_again(here) -> None:
    (here / "in.jsonl").write_text(lines(story(1)), encoding="utf-8")
    arguments = ("compose", "--from", "in.jsonl", "--week", "2025-W17", "--now", NOW)
    succeed(*arguments)
    lock = here / "issues/2025-W17/issue.lock"
    content = json.loads(lock.read_text(encoding="utf-8"))
    content["deliveries"] = [{"target": "weekly", "at": "2025-04-28T08:00:00Z", "accepted": 3}]
    lock.write_text(json.dumps(content), encoding="utf-8")
    before = (here / "issues/2025-W17/issue.md").read_bytes()
    assert run(list(arguments)) == 3
    assert (here / "issues/2025-W17/issue.md").read_bytes() == before


def test_held_item_is_proposed_first_next_week(here) -> None:
    (here / "digest.toml").write_text('[[sources]]\npath = "in.jsonl"\n', encoding="utf-8")
    source = here / "in.jsonl"
    source.write_text(lines(story(1), story(2)), encoding="utf-8")
    succeed("compose", "--week", "2025-W17", "--now", NOW)
    document = here / "issues/2025-W17/issue.md"
    text = document.read_text(encoding="utf-8")
    start = text.index("### [Story number 1]")
    end = text.find("### ", start + 1)
    held = text[start:end] if end > 0 else text[start:]
    document.write_text(
        text.replace(held, "").rstrip("\n") + "\n\n## Hold\n\n" + held, encoding="utf-8"
    )
    source.write_text(lines(story(1), story(2), story(3, 30)), encoding="utf-8")
    succeed("compose", "--week", "2025-W18", "--now", "2025-05-05T07:00:00+00:00")
    after = (here / "issues/2025-W18/issue.md").read_text(encoding="utf-8")
    assert 0 < after.index("Story number 1") < after.index("### [Story number 3]")
    assert "Hold" not in after


def test_damaged_lock_adds_only_what_is_new_and_says_so(here) -> None:
    source = here / "in.jsonl"
    source.write_text(lines(story(1), story(2)), encoding="utf-8")
    arguments = ("compose", "--from", "in.jsonl", "--week", "2025-W17", "--now", NOW)
    succeed(*arguments)
    folder = here / "issues/2025-W17"
    lock = (folder / "issue.lock").read_text(encoding="utf-8")
    (folder / "issue.lock").write_text(lock[: len(lock) // 2], encoding="utf-8")
    before = (folder / "issue.md").read_text(encoding="utf-8")
    source.write_text(lines(story(1, title="Other"), story(2), story(3)), encoding="utf-8")
    result = succeed(*arguments)
    assert "issue.lock" in result.stderr
    after = (folder / "issue.md").read_text(encoding="utf-8")
    assert [line for line in before.splitlines() if line.startswith("### ")] == [
        line for line in after.splitlines() if line.startswith("### ") and "story-3" not in line
    ]
    assert "story-3" in after


def test_conflict_markers_are_refused_with_their_line(here) -> None:
    (here / "in.jsonl").write_text(lines(story(1)), encoding="utf-8")
    arguments = ("compose", "--from", "in.jsonl", "--week", "2025-W17", "--now", NOW)
    succeed(*arguments)
    document = here / "issues/2025-W17/issue.md"
    text = document.read_text(encoding="utf-8") + "\n<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> b\n"
    document.write_text(text, encoding="utf-8")
    result = digest(*arguments)
    assert isinstance(result.exception, DigestError)
    line = text.splitlines().index("<<<<<<< HEAD") + 1
    assert f"issue.md:{line}:" in str(result.exception)
    assert document.read_text(encoding="utf-8") == text


# What a run leaves and says.


def test_dry_run_shows_the_difference_and_writes_nothing(here) -> None:
    (here / "digest.toml").write_text('[[sources]]\npath = "in.jsonl"\n', encoding="utf-8")
    (here / "in.jsonl").write_text(lines(story(1)), encoding="utf-8")
    result = succeed("compose", "--week", "2025-W17", "--now", NOW, "--dry-run")
    assert "+### [Story number 1](https://example.org/story-1)" in result.stdout
    assert sorted(path.name for path in here.iterdir()) == ["digest.toml", "in.jsonl"]


def test_articles_come_as_json_lines_on_standard_input(here) -> None:
    result = composed(
        "--from", "-", "--week", "2025-W17", "--now", NOW, stdin=lines(story(1), story(2))
    )
    [section] = result["sections"]
    assert len(section["items"]) == 2


def test_bad_files_are_named_and_the_rest_goes_on(here) -> None:
    folder = here / "in"
    folder.mkdir()
    (folder / "good.jsonl").write_text(lines(story(1)), encoding="utf-8")
    (folder / "broken.jsonl").write_text(lines(story(2)) + "{not json\n", encoding="utf-8")
    (folder / "feed.xml").write_text("<html><body>no feed</body></html>", encoding="utf-8")
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    arguments = ("compose", "--from", "in", "--week", "2025-W17", "--now", NOW)
    result = succeed(*arguments, "--json")
    titles = [
        item["article"]["title"]
        for part in json.loads(result.stdout)["sections"]
        for item in part["items"]
    ]
    assert sorted(titles) == ["Story number 1", "Story number 2"]
    warnings = [line for line in result.stderr.splitlines() if line.startswith("warning: ")]
    assert any("broken.jsonl:2" in line for line in warnings)
    assert any("feed.xml" in line for line in warnings)
    assert any("picture.txt" in line for line in warnings)
    assert "Traceback" not in result.stderr
    assert run([*arguments, "--strict"]) == 1


def test_broken_template_is_named_and_the_document_is_there(here) -> None:
    (here / "templates/classic").mkdir(parents=True)
    (here / "templates/classic/issue.html.j2").write_text("<p>\n{{ issue.titel }}\n", "utf-8")
    (here / "in.jsonl").write_text(lines(story(1)), encoding="utf-8")
    result = digest("compose", "--from", "in.jsonl", "--week", "2025-W17", "--now", NOW)
    assert isinstance(result.exception, DigestError)
    assert "issue.html.j2:2" in str(result.exception)
    assert (here / "issues/2025-W17/issue.md").exists()


def test_process_zone_and_input_order_change_nothing(here, monkeypatch) -> None:
    import time

    documents = set()
    for zone, order in (("UTC", (1, 2, 3)), ("Asia/Seoul", (3, 1, 2)), ("America/Lima", (2, 3, 1))):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        (here / "in.jsonl").write_text(lines(*map(story, order)), encoding="utf-8")
        shutil.rmtree(here / "issues", ignore_errors=True)
        succeed("compose", "--from", "in.jsonl", "--week", "2025-W17", "--now", NOW)
        documents.add((here / "issues/2025-W17/issue.md").read_bytes())
    monkeypatch.undo()
    time.tzset()
    assert len(documents) == 1


def test_folders_of_an_opml_list_become_topics(here, server) -> None:
    feed = (
        "<rss version='2.0'><channel><title>Example Post</title><link>https://example.org/</link>"
        "<item><title>A story</title><link>https://example.org/a</link>"
        "<pubDate>Tue, 22 Apr 2025 10:00:00 GMT</pubDate></item></channel></rss>"
    )
    address = server.put("/feed.xml", answer(feed.encode()))
    (here / "list.opml").write_text(
        "<opml version='2.0'><body><outline text='Rivers and Lakes'>"
        f"<outline type='rss' text='Example Post' xmlUrl='{address}'/>"
        "</outline></body></opml>",
        encoding="utf-8",
    )
    (here / "digest.toml").write_text(
        '[[sources]]\npath = "list.opml"\nprivate = true\n', encoding="utf-8"
    )
    result = composed("--week", "2025-W17", "--now", NOW)
    [section] = result["sections"]
    assert section["topic"] == "Rivers and Lakes"
    assert section["items"][0]["article"]["url"] == "https://example.org/a"


def test_note_without_a_title_is_linked_by_its_beginning_and_none_is_claimed(here) -> None:
    note = {"url": "https://example.org/note", "summary": "Just a note.", "published": "2025-04-22"}
    (here / "in.jsonl").write_text(lines(note), encoding="utf-8")
    result = composed("--from", "in.jsonl", "--week", "2025-W17", "--now", NOW)
    article = result["sections"][0]["items"][0]["article"]
    assert (article["title"], article["problems"]) == ("", ["no title"])
    document = (here / "issues/2025-W17/issue.md").read_text(encoding="utf-8")
    assert "### [Just a note.](https://example.org/note)" in document
    assert document.count("Just a note.") == 2  # the headline, and the subject made of it


def test_article_that_moves_out_of_the_window_is_withdrawn_unless_edited(here) -> None:
    source = here / "in.jsonl"
    source.write_text(lines(story(1), story(2), story(3)), encoding="utf-8")
    arguments = ("compose", "--from", "in.jsonl", "--week", "2025-W17", "--now", NOW)
    succeed(*arguments)
    document = here / "issues/2025-W17/issue.md"
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace("What story 2 is about.", "My words."), encoding="utf-8")
    source.write_text(lines(story(1, 1), story(2, 1), story(3)), encoding="utf-8")
    result = succeed(*arguments)
    assert "withdrawn 1" in result.stderr
    assert "withdrawn, for its date is no longer in the window: Story number 1" in (result.stderr)
    after = document.read_text(encoding="utf-8")
    assert "story-1" not in after
    assert "My words." in after


def test_embargoed_article_waits_in_hold_until_its_own_window(here) -> None:
    (here / "digest.toml").write_text('[[sources]]\npath = "in.jsonl"\n', encoding="utf-8")
    early = story(9, title="Under embargo", published="2025-05-06T10:00:00Z")
    (here / "in.jsonl").write_text(lines(story(1), story(2, 29), early), encoding="utf-8")

    def section_of(slug: str) -> str:
        text = (here / "issues" / slug / "issue.md").read_text(encoding="utf-8")
        before = text[: text.index("[Under embargo]")]
        return before[before.rindex("\n## ") + 4 :].splitlines()[0]

    succeed("compose", "--week", "2025-W17", "--now", NOW)
    assert section_of("2025-W17") == "Hold"
    succeed("compose", "--now", "2025-05-05T07:00:00+00:00")
    assert section_of("2025-W18") == "Hold"
    succeed("compose", "--now", "2025-05-12T07:00:00+00:00")
    assert section_of("2025-W19") == "Also this week"


def test_sent_issue_whose_lock_is_damaged_is_still_known_to_be_sent(here) -> None:
    (here / "in.jsonl").write_text(lines(story(1)), encoding="utf-8")
    arguments = ["compose", "--from", "in.jsonl", "--week", "2025-W17", "--now", NOW]
    succeed(*arguments)
    lock = here / "issues/2025-W17/issue.lock"
    line = '{"at": "2025-04-28T08:00:00Z", "target": "weekly"}'
    text = lock.read_text(encoding="utf-8").replace(
        '"deliveries": []', f'"deliveries": [\n{line}\n]'
    )
    lock.write_text(text[:-20], encoding="utf-8")
    assert run(arguments) == 3
    lock.write_text("<<<<<<< HEAD\n" + text, encoding="utf-8")
    assert run(arguments) == 3


def test_mistake_without_a_workspace_leaves_nothing_behind(here) -> None:
    (here / "in.jsonl").write_text(lines(story(1)), encoding="utf-8")
    assert run(["compose", "--from", "in.jsonl", "--week", "2025-W99"]) == 2
    assert [path.name for path in here.iterdir()] == ["in.jsonl"]


def test_input_that_is_not_there_is_an_error_and_writes_nothing(here, capsys) -> None:
    assert run(["compose", "--from", "tyop", "--week", "2025-W17"]) == 1
    errors = capsys.readouterr().err
    assert "warning: tyop: no such file or folder; check the path" in errors
    assert "error: no source could be read: nothing is composed" in errors
    assert list(here.iterdir()) == []
    assert run(["articles", "tyop"]) == 1


def test_document_without_its_lock_is_told(here) -> None:
    source = here / "in.jsonl"
    source.write_text(lines(story(1), story(2)), encoding="utf-8")
    arguments = ("compose", "--from", "in.jsonl", "--week", "2025-W17", "--now", NOW)
    succeed(*arguments)
    (here / "issues/2025-W17/issue.lock").unlink()
    result = succeed(*arguments)
    assert "issue.lock is not there" in result.stderr
    assert "cannot tell what you cut" in result.stderr


def test_changes_are_named_and_counted_by_the_documents_sections(here) -> None:
    source = here / "in.jsonl"
    source.write_text(lines(story(1), story(2)), encoding="utf-8")
    arguments = ("compose", "--from", "in.jsonl", "--week", "2025-W17", "--now", NOW)
    succeed(*arguments)
    document = here / "issues/2025-W17/issue.md"
    text = document.read_text(encoding="utf-8").replace("## Also this week", "## From the desk")
    document.write_text(text, encoding="utf-8")
    source.write_text(lines(story(1, summary="Other."), story(2), story(3)), encoding="utf-8")
    result = succeed(*arguments)
    assert "From the desk: 3 items" in result.stderr
    assert "  added: Story number 3" in result.stderr
    assert "  updated: Story number 1" in result.stderr


def test_sections_keep_the_order_of_the_settings_when_held_items_come_back(here) -> None:
    (here / "digest.toml").write_text(
        '[[sources]]\npath = "in.jsonl"\n'
        '[[topics]]\nname = "Ferries"\nkeywords = ["ferry"]\n'
        '[[topics]]\nname = "Robots"\nkeywords = ["robot"]\n',
        encoding="utf-8",
    )
    robot = story(1, title="A robot that knits")
    (here / "in.jsonl").write_text(lines(robot, story(2, title="A ferry")), encoding="utf-8")
    succeed("compose", "--week", "2025-W17", "--now", NOW)
    document = here / "issues/2025-W17/issue.md"
    text = document.read_text(encoding="utf-8").replace("## Robots", "## Hold")
    document.write_text(text, encoding="utf-8")
    new = (story(3, 29, title="Another ferry"), story(4, 29, title="Something else"))
    (here / "in.jsonl").write_text(lines(robot, *new), encoding="utf-8")
    result = succeed("compose", "--week", "2025-W18", "--now", "2025-05-05T07:00:00+00:00")
    headings = [
        line
        for line in (here / "issues/2025-W18/issue.md").read_text("utf-8").splitlines()
        if line.startswith("## ")
    ]
    assert headings == ["## Ferries", "## Robots", "## Also this week"]
    assert "left out" not in result.stderr


def test_scripts_learn_which_sources_failed_when_all_did(here, capsys) -> None:
    assert run(["compose", "--from", "tyop", "--week", "2025-W17", "--json"]) == 1
    [source] = json.loads(capsys.readouterr().out)["sources"]
    assert (source["name"], source["status"]) == ("tyop", "failed")


@pytest.mark.parametrize("address", ["ftp://example.org/feed", "http://", "https:///feed"])
def test_address_that_is_none_is_named(here, capsys, address) -> None:
    assert run(["compose", "--from", address, "--week", "2025-W17"]) == 2
    assert f"not a web address: {address}" in capsys.readouterr().err


def test_wrong_theme_is_told_with_the_other_mistakes_before_anything_is_written(
    here, capsys
) -> None:
    (here / "digest.toml").write_text(
        '[newsletter]\ntheme = "clasic"\nlanguage = "!"\n[[sources]]\npath = "in.jsonl"\n',
        encoding="utf-8",
    )
    assert run(["compose", "--week", "2025-W17"]) == 2
    errors = capsys.readouterr().err.splitlines()
    assert 'digest.toml:2: theme in [newsletter]: "clasic" is the name of no theme' in errors[0]
    assert 'did you mean "classic"?' in errors[0]
    assert "digest.toml:3" in errors[1]
    assert [path.name for path in here.iterdir()] == ["digest.toml"]
