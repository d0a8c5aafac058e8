"""`digest import`: an editor's earlier newsletters become issues, and so memory.

The samples in tests/past are newsletters of our own, in the styles that real ones have. Each
folder holds a document and ``expected.txt``: what the command says, and the issues it writes.
DIGEST_UPDATE_GOLDEN=1 writes them anew; look at the difference before it is committed.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from made_markdown import documents

from digest.cli import root
from digest.errors import ArticleError, LockError
from digest.importing.read import FORMS, read_past
from digest.issue.parse import parse_issue
from digest.issue.past import look_at
from digest.workspace import IssueFolder, Workspace

SAMPLES = Path(__file__).parent / "past"
CASES = sorted(path.name for path in SAMPLES.iterdir() if path.is_dir())
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
NOW = "2025-06-28T07:00"
SETTINGS = """
[newsletter]
title = "Weekly"
sender = "Weekly <weekly@example.org>"
address = "1 Example Street"
timezone = "Europe/Berlin"

[[sources]]
path = "in.jsonl"

[delivery.here]
provider = "smtp"
host = "127.0.0.1"
port = 2525
"""
POST = """---
title: Issue {number}
date: {date}
---

## {heading}

* [{title}](https://example.org/{slug}) - what is said of it
* [Another thing that happened](https://example.org/{slug}/other)
"""


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        if name != "DIGEST_UPDATE_GOLDEN":
            monkeypatch.delenv(name)
    Path("digest.toml").write_text(SETTINGS, encoding="utf-8")
    Path("in.jsonl").write_text("", encoding="utf-8")
    return tmp_path


def digest(*arguments: str, status: int = 0) -> Result:
    result = CliRunner().invoke(root, list(arguments), standalone_mode=False)
    assert result.exception is None, f"{result.exception!r}\n{result.stderr}"
    assert (result.return_value or 0) == status, result.stderr
    return result


def bring(*arguments: str, status: int = 0) -> Result:
    return digest("import", *arguments, "--now", NOW, status=status)


def write_post(
    name: str, *, date: str = "2024-03-04", slug: str = "a", heading: str = "News"
) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = POST.format(
        number=1, date=date, heading=heading, slug=slug, title="A thing that happened"
    )
    path.write_text(text, encoding="utf-8")
    return path


def offer(*articles: dict[str, str]) -> None:
    Path("in.jsonl").write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("case", CASES)
def test_sample_becomes_the_expected_issue(case, here) -> None:
    expected = SAMPLES / case / "expected.txt"
    Path("past").mkdir()
    for path in (SAMPLES / case).iterdir():
        if path != expected:
            shutil.copy(path, Path("past") / path.name)

    said = bring("past").stderr

    issues = sorted(Path("issues").glob("*/issue.md"))
    parts = [said, *(f"-- {path.as_posix()} --\n{path.read_text('utf-8')}" for path in issues)]
    result = "\n".join(parts)
    if os.environ.get("DIGEST_UPDATE_GOLDEN"):
        expected.write_text(result, encoding="utf-8")
    assert result == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_imported_sample_renders_and_has_no_error(case, here) -> None:
    shutil.copytree(SAMPLES / case, "past", ignore=shutil.ignore_patterns("expected.txt"))
    bring("past")
    for folder in sorted(Path("issues").iterdir()):
        digest("render", folder.name)
        found = json.loads(digest("check", folder.name, "--json").stdout)
        assert found["errors"] == []
        assert "<a " in (folder / "digest.html").read_text(encoding="utf-8")


def test_issue_gets_the_window_that_the_schedule_gave_on_its_day(here) -> None:
    # A Monday's newsletter has the week before it, and so has that of any later day.
    for day in ("2024-03-04", "2024-03-15", "2024-03-24"):
        write_post(f"past/{day}.md", date=day, slug=day)
    report = json.loads(bring("past", "--json").stdout)
    assert [(each["date"], each["slug"]) for each in report["files"]] == [
        ("2024-03-04", "2024-W09"),
        ("2024-03-15", "2024-W10"),
        ("2024-03-24", "2024-W11"),
    ]
    assert report["files"][0]["window"] == {
        "start": "2024-02-26T00:00:00+01:00",
        "end": "2024-03-04T00:00:00+01:00",
        "timezone": "Europe/Berlin",
    }


def test_second_issue_of_a_window_has_the_time_since_the_first(here) -> None:
    for day in ("2024-03-04", "2024-03-06", "2024-03-08"):
        write_post(f"past/{day}.md", date=day, slug=day)
    report = json.loads(bring("past", "--json").stdout)
    assert [(each["slug"], each["window"]["end"][:10]) for each in report["files"]] == [
        ("2024-W09", "2024-03-04"),
        ("2024-03-04", "2024-03-06"),
        ("2024-03-06", "2024-03-08"),
    ]
    assert json.loads(bring("past", "--json").stdout)["already_there"] == 3


def test_two_issues_of_one_day_both_find_a_place(here) -> None:
    write_post("past/a.md", slug="a")
    write_post("past/b.md", slug="b")
    write_post("past/c.md", slug="c")
    report = json.loads(bring("past", "--json").stdout)
    fates = {each["input"]: (each["fate"], each["slug"]) for each in report["files"]}
    assert fates["past/a.md"] == ("imported", "2024-W09")
    assert fates["past/b.md"] == ("imported", "2024-03-04")
    assert fates["past/c.md"] == ("not-imported", None)
    assert "--slug" in report["files"][-1]["fix"]
    bring("past/c.md", "--slug", "2024-W09-extra")
    assert Path("issues/2024-W09-extra/issue.md").is_file()


def test_schedule_that_is_not_the_newsletters_is_told(here) -> None:
    for day in range(4, 9):
        write_post(f"past/{day}.md", date=f"2024-03-0{day}", slug=str(day))
    assert "say in [schedule] how often the newsletter was sent" in bring("past").stderr


def test_importing_twice_imports_nothing_and_says_so(here) -> None:
    write_post("past/one.md")
    bring("past")
    before = tree(here / "issues")
    said = bring("past").stderr
    assert "past/one.md: already there, issues/2024-W09: imported before" in said
    assert "imported 0 issues (0 items); 1 already there; 0 not imported" in said
    assert tree(here / "issues") == before


def test_file_that_changed_since_is_not_imported_again(here) -> None:
    path = write_post("past/one.md")
    bring("past")
    path.write_text(path.read_text("utf-8") + "* [New](https://example.org/new)\n", "utf-8")
    said = bring("past").stderr
    assert "an earlier state of the file; delete issues/2024-W09 to import it anew" in said


def test_file_is_known_again_under_another_name(here) -> None:
    path = write_post("past/one.md")
    bring("past")
    path.rename("past/two.md")
    assert "two.md: already there" in bring("past").stderr


def test_post_and_mail_of_one_issue_are_one_issue(here) -> None:
    write_post("past/one.md")
    mail = EmailMessage()
    mail["Subject"] = "Issue 1"
    mail["Date"] = "Mon, 04 Mar 2024 07:00:00 +0100"
    mail.set_content(
        "<h2>News</h2><p><a href='https://example.org/a?utm_source=m'>A thing that happened</a></p>"
        "<p><a href='https://www.example.org/a/other'>Another thing that happened</a></p>",
        subtype="html",
    )
    Path("past/one.eml").write_bytes(bytes(mail))
    said = bring("past").stderr
    assert "the same issue was imported from another file" in said
    assert [path.name for path in Path("issues").iterdir()] == ["2024-W09"]


def test_issue_that_digest_composed_is_never_touched(here) -> None:
    offer({"title": "Composed", "url": "https://example.org/c", "published": "2024-02-28"})
    digest("compose", "--week", "2024-W09", "--now", "2024-03-04T07:00", "--offline")
    before = tree(here / "issues")
    write_post("past/one.md")
    said = bring("past").stderr
    assert "already there, issues/2024-W09: digest composed an issue for its window" in said
    assert tree(here / "issues") == before


def test_folder_without_an_issue_is_never_written_into(here) -> None:
    Path("issues/2024-W09").mkdir(parents=True)
    Path("issues/2024-W09/notes.txt").write_text("mine", encoding="utf-8")
    write_post("past/one.md")
    said = bring("past", status=1).stderr
    assert "issues/2024-W09 is there, without issue.md; move it away" in said
    assert tree(here / "issues") == {"2024-W09/notes.txt": b"mine"}


def test_import_that_died_between_its_two_files_is_taken_up_again(here) -> None:
    write_post("past/one.md")
    bring("past")
    whole = tree(here / "issues")
    Path("issues/2024-W09/issue.md").unlink()
    bring("past")
    assert tree(here / "issues") == whole


def test_dry_run_writes_nothing_and_says_the_same(here) -> None:
    write_post("past/one.md")
    before = tree(here)
    dry = json.loads(bring("past", "--dry-run", "--json").stdout)
    assert {name: content for name, content in tree(here).items() if name in before} == before
    assert not Path("issues").exists()
    assert not Path(".digest").exists()
    assert json.loads(bring("past", "--json").stdout) == dry


def test_link_of_an_imported_issue_is_never_proposed_again(here) -> None:
    write_post("past/one.md")
    bring("past")
    offer(
        {
            "title": "Old",
            "url": "http://www.example.org/a/?utm_source=x",
            "published": "2024-03-06",
        },
        {"title": "New", "url": "https://example.org/new", "published": "2024-03-07"},
    )
    composed = json.loads(
        digest("compose", "--now", "2024-03-11T07:00", "--offline", "--json").stdout
    )
    assert composed["slug"] == "2024-W10"
    assert composed["window"]["start"] == "2024-03-04T00:00:00+01:00"
    items = [item for section in composed["sections"] for item in section["items"]]
    assert [item["article"]["title"] for item in items] == ["New"]
    assert [entry["rule"] for entry in composed["left_out"]] == ["already-issued"]


def test_past_of_a_feed_is_not_rescued_into_the_first_issue_after_an_import(here) -> None:
    for week in range(4):
        write_post(f"past/{week}.md", date=f"2024-03-{4 + 7 * week:02}", slug=str(week))
    bring("past")
    offer(
        {"title": "Long ago", "url": "https://example.org/old", "published": "2024-03-07"},
        {"title": "Fresh", "url": "https://example.org/new", "published": "2024-03-26"},
    )
    composed = json.loads(
        digest("compose", "--now", "2024-04-01T07:00", "--offline", "--json").stdout
    )
    items = [item for section in composed["sections"] for item in section["items"]]
    assert [item["article"]["title"] for item in items] == ["Fresh"]
    assert [entry["rule"] for entry in composed["left_out"]] == ["before-the-window"]


def test_composing_into_an_imported_issue_is_refused(here) -> None:
    write_post("past/one.md")
    bring("past")
    offer({"title": "New", "url": "https://example.org/new", "published": "2024-02-28"})
    before = tree(here / "issues")
    result = CliRunner().invoke(
        root,
        ["compose", "--week", "2024-W09", "--now", NOW, "--offline"],
        standalone_mode=False,
    )
    assert result.exception is not None
    assert result.exception.exit_status == 3
    assert "2024-W09 was sent at 2024-03-04" in str(result.exception)
    assert tree(here / "issues") == before


@pytest.mark.parametrize("more", [[], ["--more"]])
def test_sending_an_imported_issue_is_refused(here, more) -> None:
    write_post("past/one.md")
    bring("past")
    digest("render", "2024-W09")
    Path("list.csv").write_text("email\nreader@example.org\n", encoding="utf-8")
    result = CliRunner().invoke(
        root,
        ["send", "2024-W09", "--via", "here", "--to", "list.csv", "--yes", *more],
        standalone_mode=False,
    )
    assert result.exception is not None
    assert result.exception.exit_status == 3
    assert "imported from past/one.md" in str(result.exception)


def test_why_says_where_an_imported_link_comes_from(here) -> None:
    write_post("past/one.md")
    bring("past")
    said = digest("why", "https://example.org/a").stdout
    assert "issued in 2024-W09" in said
    assert "section News" in said
    assert "sent 4 Mar 2024, imported from past/one.md" in said


def test_calendar_calls_imported_issues_so_and_asks_for_no_issue_between_them(here) -> None:
    write_post("past/1.md", date="2024-03-04", slug="1")
    write_post("past/2.md", date="2024-04-01", slug="2")
    bring("past")
    result = digest("calendar", "--now", "2024-04-08T07:00")
    assert result.stdout.count("imported") == 2
    assert "no issue covers" not in result.stderr
    entries = json.loads(digest("calendar", "--now", "2024-04-08T07:00", "--json").stdout)
    assert [entry["state"] for entry in entries][:3] == ["imported", "imported", "due"]
    assert entries[0]["sent_at"] == "2024-03-04"


@pytest.mark.parametrize("is_clone", [False, True])
def test_log_says_once_where_an_issue_was_imported_from(here, is_clone) -> None:
    write_post("past/one.md")
    bring("past")
    if is_clone:
        shutil.rmtree(".digest")
    events = json.loads(digest("log", "2024-W09", "--json").stdout)["events"]
    assert [(event["what"], event["about"]) for event in events] == [("import", "past/one.md")]


def test_issue_without_a_date_is_told_with_the_remedy(here) -> None:
    Path("letter.md").write_text(
        "## News\n\n* [A thing](https://example.org/a)\n", encoding="utf-8"
    )
    os.utime("letter.md", (0, 0))
    said = bring("letter.md", status=1).stderr
    assert "letter.md: not imported: it does not say when it was sent; say it with --date" in said
    assert not Path("issues").exists()
    bring("letter.md", "--date", "2024-03-04")
    assert Path("issues/2024-W09/issue.md").is_file()


@pytest.mark.parametrize(
    ("name", "front", "basis"),
    [
        ("a.md", "date: 2024-03-04\n", "front-matter"),
        ("2024-03-04-a.md", "", "file-name"),
        ("2024/03/04/index.md", "", "file-name"),
        ("2024-03-04/index.md", "", "file-name"),
        ("a.md", "title: Weekly of 4 March 2024\n", "dateline"),
    ],
)
def test_date_comes_from_what_the_document_says(here, name, front, basis) -> None:
    path = Path("past") / name
    path.parent.mkdir(parents=True)
    path.write_text(
        f"---\n{front or 'layout: post'}\n---\n\n## News\n\n* [A thing](https://example.org/a)\n",
        encoding="utf-8",
    )
    [each] = json.loads(bring("past", "--json").stdout)["files"]
    assert (each["date"], each["date_basis"]) == ("2024-03-04", basis)


def test_issue_of_the_future_is_not_imported(here) -> None:
    write_post("past/one.md", date="2026-01-05")
    assert "dated 2026-01-05, which is still to come" in bring("past", status=1).stderr


def test_options_for_one_issue_are_refused_for_several(here) -> None:
    write_post("past/1.md", slug="1")
    write_post("past/2.md", slug="2")
    for option, value in (("--date", "2024-03-04"), ("--slug", "one")):
        result = CliRunner().invoke(
            root, ["import", "past", option, value, "--now", NOW], standalone_mode=False
        )
        assert f"{option}: is one issue's, and 2 were found" in str(result.exception)
    assert not Path("issues").exists()


def test_imported_issue_is_listed_as_such_and_has_nothing_to_rebuild(here) -> None:
    write_post("past/one.md")
    bring("past", "--slug", "one")
    listed = CliRunner().invoke(root, ["list", "one"], standalone_mode=False).stdout
    assert "imported" in listed
    assert "added" not in listed
    with pytest.raises(LockError, match=r"one was imported: digest never proposed it"):
        CliRunner().invoke(
            root, ["compose", "--locked", "one"], standalone_mode=False, catch_exceptions=False
        )


def test_path_that_names_nothing_is_an_error(here) -> None:
    result = CliRunner().invoke(root, ["import", "nowhere/*.md"], standalone_mode=False)
    assert "no such folder" in str(result.exception)
    result = CliRunner().invoke(root, ["import", "*.docx"], standalone_mode=False)
    assert str(result.exception) == "*.docx: no file matches; check the path"


def test_strict_fails_when_a_link_could_not_be_placed(here) -> None:
    Path("one.md").write_text(
        "---\ndate: 2024-03-04\n---\n\n## News\n\n* [A thing](https://example.org/a)\n\n"
        "Read [one thing](https://example.org/b) and [another](https://example.org/c).\n",
        encoding="utf-8",
    )
    bring("one.md", "--strict", "--dry-run", status=1)
    said = bring("one.md").stderr
    assert "line 9: kept as text, so its links do not count as sent: Read one thing" in said


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("1. News 📰", "News"),
        ("🚀 3) Launches 🚀", "Launches"),
        ("**Articles:**", "Articles"),
        ("II. Talks", "Talks"),
        ("2️⃣ Tools", "Tools"),
        ("What's new in C++", "What's new in C++"),
        ("2024 in review", "2024 in review"),
        ("🎉", "🎉"),
        ("Hold", "Hold:"),
        ("Q&A {.slot}", "Q&A {.slot}"),
    ],
)
def test_section_is_called_the_same_in_every_issue(here, heading, name) -> None:
    write_post("past/one.md", heading=heading)
    [each] = json.loads(bring("past", "--json").stdout)["files"]
    text = Path("issues/2024-W09/issue.md").read_text(encoding="utf-8")
    [section] = parse_issue(text, slug="", file="").sections
    assert section.kind == "topic"
    assert section.heading.replace("\\", "") == name
    assert each["items"] == 2


@pytest.mark.parametrize(
    "url",
    [
        "https://click.mail.example.net/CL0/https:%2F%2Fexample.org%2Fpage/1/abc",
        "https://x.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fpage&data=1",
        "https://www.google.com/url?q=https://example.org/page&sa=D",
        "https://links.example.net/r?url=https%3A%2F%2Fexample.org%2Fpage%3Futm_source%3Dm",
        "https://example.org/page?utm_source=newsletter&utm_medium=email#",
    ],
)
def test_link_through_a_sender_is_the_pages_own(here, url) -> None:
    Path("one.md").write_text(
        f"---\ndate: 2024-03-04\n---\n\n## News\n\n* [A thing]({url})\n", encoding="utf-8"
    )
    bring("one.md")
    assert "](https://example.org/page)" in Path("issues/2024-W09/issue.md").read_text("utf-8")


def test_page_that_only_names_another_in_its_address_stays_itself(here) -> None:
    url = "https://archive.example.org/wayback/2020/https://example.org/page"
    Path("one.md").write_text(
        f"---\ndate: 2024-03-04\n---\n\n## News\n\n* [A thing]({url})\n", encoding="utf-8"
    )
    bring("one.md")
    assert f"]({url})" in Path("issues/2024-W09/issue.md").read_text("utf-8")


@pytest.mark.parametrize("mark", ["draft: true", "published: false", "status: draft"])
def test_draft_was_never_sent(here, mark) -> None:
    path = write_post("past/2024-03-04.md")
    path.write_text(path.read_text("utf-8").replace("title:", f"{mark}\ntitle:"), "utf-8")
    assert "not imported: marked as a draft" in bring("past", status=1).stderr


def test_card_of_a_mail_is_one_item(here) -> None:
    Path("2024-03-04.html").write_text(
        "<h2>News</h2><a href='https://example.org/a'><div><b>A lighthouse opens</b></div>"
        "<div>After ten years of waiting.</div><img src='x.png'></a>"
        "<a href='https://example.org/b'><div>A pier closes</div><div>For ten years.</div></a>",
        encoding="utf-8",
    )
    bring("2024-03-04.html")
    text = Path("issues/2024-W09/issue.md").read_text(encoding="utf-8")
    assert text.endswith(
        "## News\n\n### [A lighthouse opens](https://example.org/a)\n\n"
        "After ten years of waiting.\n\n### [A pier closes](https://example.org/b)\n\n"
        "For ten years.\n"
    )


def test_article_about_unsubscribing_is_no_furniture(here) -> None:
    Path("one.md").write_text(
        "---\ndate: 2024-03-04\n---\n\n## News\n\n"
        "* [How to unsubscribe from everything](https://example.org/a) - a long and honest guide\n"
        "* [Share this road, says court](https://example.org/b): the judges were divided on it\n",
        encoding="utf-8",
    )
    [each] = json.loads(bring("one.md", "--json").stdout)["files"]
    assert (each["items"], each["left"]) == (2, [])


def test_real_newsletter_of_fourteen_years_is_placed_whole(here) -> None:
    packed = SHARED / "editors" / "perlweekly.jsonl.gz"
    if not packed.exists():
        pytest.skip("../shared/data/editors is not here: no real newsletter can be tried")
    rows = [json.loads(line) for line in gzip.decompress(packed.read_bytes()).splitlines()]
    some = [row for row in rows if int(row["issue"]) % 9 == 0]
    Path("all.jsonl").write_text("\n".join(map(json.dumps, some)), encoding="utf-8")

    report = json.loads(bring("all.jsonl", "--json").stdout)

    sponsored = [row for row in some if row["section"].strip("?!: ").casefold() == "sponsors"]
    assert report["not_imported"] == 0
    assert report["imported"] == len({row["issue"] for row in some})
    assert sum(each["items"] for each in report["files"]) == len(some) - len(sponsored)
    assert {left["what"] for each in report["files"] for left in each["left"]} <= {
        "sponsor",
        "redirect",
    }


HOSTILE = {
    "empty.md": b"",
    "binary.md": bytes(range(256)) * 50,
    "picture.html": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "pdf.md": b"%PDF-1.4 ...",
    "latin.md": "---\ndate: 2024-03-04\n---\n\n## Caf\xe9\n".encode("latin-1"),
    "deep.html": b"<div>" * 100_000 + b"<a href='https://example.org/a'>A link</a>",
    "deep.json": b"[" * 100_000,
    "deep.md": b"> " * 20_000 + b"[A link](https://example.org/a)",
    "lists.md": b"".join(b"  " * depth + b"- a\n" for depth in range(2_000)),
    "brackets.md": b"[" * 100_000,
    "brackets2.md": b"## News\n\n* " + b"[a](" * 5_000,
    "stars.md": b"**a " * 50_000,
    "entities.html": b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>" + b"&a;" * 1000,
    "broken.json": b'{"date": "2024-03-04", "sections": [',
    "other.json": b'{"date": "2024-03-04", "sections": {"a": {"b": 3}}, "x": null}',
    "broken.eml": b"Subject: x\nContent-Type: multipart/mixed; boundary=a\n\n--a\n--a\n",
    "nothing.eml": b"\n\n\n",
    "front.md": b"---\n- [unclosed\n---\n## A\n",
    "long.md": b"## A\n\n" + b"word " * 300_000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_file_is_told_in_one_line_and_ends_nothing(here, name) -> None:
    write_post("past/sound.md")
    (Path("past") / name).write_bytes(HOSTILE[name])
    result = bring("past")
    warnings = [line for line in result.stderr.splitlines() if line.startswith("warning: ")]
    assert len(warnings) == 1, result.stderr
    assert f"past/{name}: not imported: " in warnings[0]
    assert "1 not imported" in result.stderr
    assert Path("issues/2024-W09/issue.md").is_file()


def test_file_beyond_the_bound_is_not_read(here) -> None:
    Path("digest.toml").write_text(SETTINGS + "\n[gather]\nmax_bytes = 1000\n", encoding="utf-8")
    write_post("past/sound.md")
    Path("past/large.md").write_bytes(b"x" * 1001)
    assert "past/large.md: not imported: larger than 1,000 bytes" in bring("past").stderr


def test_same_files_give_the_same_issues_whatever_they_are_called(here) -> None:
    for number, day in enumerate(("2024-03-08", "2024-03-04", "2024-03-06")):
        write_post(f"past/{number}.md", date=day, slug=day)
    bring("past")
    documents_ = {path.parent.name: path.read_bytes() for path in Path("issues").glob("*/issue.md")}
    shutil.rmtree("issues")
    for number, name in enumerate(("c", "b", "a")):
        Path(f"past/{number}.md").rename(f"past/{name}.md")
    bring("past")
    again = {path.parent.name: path.read_bytes() for path in Path("issues").glob("*/issue.md")}
    assert again == documents_


def read_any(text: str, name: str) -> None:
    """Reads a document, and holds what comes out against what is promised of it."""
    try:
        found = read_past(
            text.encode("utf-8", "replace"), name=name, timezone="Europe/Berlin", unsectioned="More"
        )
    except ArticleError as error:
        assert "\n" not in str(error)
        return
    again = read_past(
        text.encode("utf-8", "replace"), name=name, timezone="Europe/Berlin", unsectioned="More"
    )
    assert again == found
    for each in found:
        wanted = [(s.heading, [item.key for item in s.items]) for s in each.issue.sections]
        written = f"---\ntitle: x\n---\n\n{each.body}"
        read = parse_issue(written, slug="s", file="issue.md")
        assert [(s.heading, [item.key for item in s.items]) for s in read.sections] == wanted
        assert all(section.kind == "topic" for section in read.sections)
        assert all(item.title.strip() for item in read.items)
        quick = look_at("s", written, "issue.md", window=False)
        assert [[item.key for item in s.items] for s in quick.sections] == [
            keys for _, keys in wanted
        ]


@settings(max_examples=120)
@given(documents())
def test_whatever_markdown_is_imported_reads_back_as_the_same_items(text) -> None:
    read_any(text, "2024-03-04.md")


HTML_PARTS = [
    *("<h2>News</h2>", "<p><a href='https://example.org/c'>A headline of some words</a></p>"),
    *("<li><a href='https://example.org/d'>One</a> - two</li>", "<p>See <a href='x:'>z</a>"),
    *("<p>Words. <a href='https://example.org/e'>Read more</a></p>", "<h3>A headline</h3>"),
    *("<h2>", "</h2>", "<p>", "</p>", "<ul>", "<li>", "</li>", "</ul>", "<b>", "</b>", "<br>"),
    *("<table><tr><td>", "</td></tr></table>", "<br><br>", "<hr>", "<div hidden>", "</div>"),
    *("<a href='https://example.org/a'>", "<a href='https://example.org/b?utm_id=1'>", "</a>"),
    *("News", "1. Links", "# words", "- words", "[x](y)", "Read more", "Sponsor", "Hold"),
    *("## Hold", "A headline of some words", "*", "`", "\\", "&lt;b&gt;", "{.slot}", "]", "["),
]


@settings(max_examples=120)
@given(st.lists(st.sampled_from(HTML_PARTS), max_size=60))
def test_whatever_html_is_imported_reads_back_as_the_same_items(parts) -> None:
    read_any(" ".join(parts), "2024-03-04.html")


JSON_KEYS = [
    *("sections", "chapters", "entries", "items", "links", "title", "name", "url", "text", "date"),
    *("issue", "header", "footer", "section", "News"),
]
JSON_TEXTS = ["https://example.org/a", "News", "[x](https://example.org/b) y", "<b>x</b>"]


@settings(max_examples=80)
@given(
    st.recursive(
        st.none() | st.text(max_size=12) | st.integers() | st.sampled_from(JSON_TEXTS),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(JSON_KEYS), inner, max_size=5)
        ),
        max_leaves=25,
    )
)
def test_whatever_json_is_imported_reads_back_as_the_same_items(value) -> None:
    read_any(json.dumps(value), "2024-03-04.json")


def test_every_form_that_is_read_is_named_in_the_docs() -> None:
    page = (Path(__file__).parents[1] / "docs/importing.md").read_text(encoding="utf-8")
    for suffix in FORMS:
        assert f"`{suffix}`" in page, suffix


def test_memory_of_a_workspace_without_database_knows_imported_issues(here) -> None:
    write_post("past/one.md")
    bring("past")
    shutil.rmtree(".digest")
    workspace = Workspace(root=here, settings_path=here / "digest.toml")
    assert isinstance(workspace.issue("2024-W09"), IssueFolder)
    offer({"title": "Old", "url": "https://example.org/a", "published": "2024-03-06"})
    composed = json.loads(
        digest("compose", "--now", "2024-03-11T07:00", "--offline", "--json").stdout
    )
    assert [entry["rule"] for entry in composed["left_out"]] == ["already-issued"]
