"""The ledger: what the issues say, whether it is read from their files or kept in the database."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_identity import FIRST, SECOND, compose, entry, titles, write_feed

from digest.issue.keep import read_past, write_past
from digest.issue.past import PastIssue, remember
from digest.memory import recall_lessons, remember_issues
from digest.model.lesson import PastLesson
from digest.state.database import open_database
from digest.workspace import Workspace, open_workspace

THIRD = ("--week", "2025-W19", "--now", "2025-05-12T07:00:00Z")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Two issues: of the first one story is cut and one held."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "digest.toml").write_text(
        '[[sources]]\nname = "Example"\npath = "feed.xml"\n', encoding="utf-8"
    )
    entries = [entry(number) for number in (1, 2, 3)]
    write_feed(tmp_path, *entries)
    compose(*FIRST)
    document = tmp_path / "issues/2025-W17/issue.md"
    head, first, _, third = document.read_text(encoding="utf-8").split("### ")
    document.write_text(f"{head}### {first.rstrip()}\n\n## Hold\n\n### {third}", encoding="utf-8")
    write_feed(tmp_path, *entries, entry(4, 29), entry(5, 30), title_of(6))
    compose(*SECOND)
    settle(tmp_path)
    return open_workspace(tmp_path)


def title_of(number: int) -> dict[str, str]:
    return entry(number, 1)


def settle(folder: Path) -> None:
    """Makes all files a minute old: what has just changed is not kept."""
    for path in folder.glob("issues/*/*"):
        then = path.stat().st_mtime_ns - 60_000_000_000
        os.utime(path, ns=(then, then))


def from_files(workspace: Workspace) -> object:
    folders = map(workspace.issue, workspace.slugs())
    return remember(
        (
            folder.slug,
            folder.document.read_text(encoding="utf-8"),
            folder.lock.read_text(encoding="utf-8") if folder.lock.exists() else None,
        )
        for folder in folders
    )


@contextmanager
def database(workspace: Workspace) -> Iterator[sqlite3.Connection]:
    assert workspace.database is not None
    with closing(sqlite3.connect(workspace.database, isolation_level=None)) as connection:
        yield connection


def kept(workspace: Workspace) -> dict[str, str]:
    with database(workspace) as connection:
        return dict(connection.execute("SELECT slug, content FROM remembered"))


def test_what_is_kept_says_the_same_as_the_files(workspace: Workspace) -> None:
    first = remember_issues(workspace)
    assert sorted(kept(workspace)) == ["2025-W17", "2025-W18"]
    assert first == remember_issues(workspace) == from_files(workspace)
    [one, _] = first.issues
    assert one.cut and one.names and one.left_out == ()


def test_issues_are_not_read_again_while_their_files_are_the_same(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = remember_issues(workspace)
    monkeypatch.setattr("digest.issue.past.read_past_issue", None)
    assert remember_issues(workspace) == before


@pytest.mark.parametrize("name", ["issue.md", "issue.lock"])
def test_changed_file_is_read_again(workspace: Workspace, name: str) -> None:
    remember_issues(workspace)
    path = workspace.issue("2025-W17").path / name
    text = path.read_text(encoding="utf-8")
    # As long as before, and as old: a checkout may well bring such a file.
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    path.write_text(text.replace("story-1", "story-9"), encoding="utf-8")
    os.utime(path, ns=times)
    assert remember_issues(workspace) == from_files(workspace)


def test_checkout_of_another_state_and_back_is_followed(workspace: Workspace) -> None:
    folder = workspace.root
    before = remember_issues(workspace)
    shutil.copytree(folder / "issues", folder / "other")
    (folder / "issues/2025-W17").rename(folder / "away")
    assert remember_issues(workspace) == from_files(workspace) != before
    assert sorted(kept(workspace)) == ["2025-W18"]
    shutil.rmtree(folder / "issues")
    (folder / "other").rename(folder / "issues")
    assert remember_issues(workspace) == before


def test_file_that_changed_this_moment_is_not_kept(workspace: Workspace) -> None:
    path = workspace.issue("2025-W18").document
    os.utime(path, ns=(2**62, 2**62))  # as if it were saved all the time
    remember_issues(workspace)
    assert sorted(kept(workspace)) == ["2025-W17"]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE remembered SET content = substr(content, 5)",
        "UPDATE remembered SET content = replace(content, 'story-1', 'story-9')",
        "UPDATE remembered SET content = x'00ff', checksum = 'no'",
        "UPDATE remembered SET slug = 'other-' || slug",
        "UPDATE remembered SET checksum = ''",
        "DELETE FROM remembered",
        "DROP TABLE remembered",
        "ALTER TABLE remembered RENAME COLUMN content TO contents",
    ],
)
def test_damaged_cache_is_made_again_without_a_word(
    workspace: Workspace, damage: str, capfd: pytest.CaptureFixture[str]
) -> None:
    before = remember_issues(workspace)
    with database(workspace) as connection:
        connection.execute(damage)
    assert remember_issues(workspace) == before
    write_feed(workspace.root, entry(1), entry(2), entry(4, 29))
    assert titles(compose(*THIRD)) == []
    assert capfd.readouterr().err == ""


def test_damaged_lock_is_told_by_every_run(workspace: Workspace) -> None:
    lock = workspace.issue("2025-W17").lock
    lock.write_text(lock.read_text(encoding="utf-8")[:100], encoding="utf-8")
    settle(workspace.root)
    for _ in range(2):
        [problem] = remember_issues(workspace).problems
        assert "2025-W17/issue.lock" in problem


def lessons(workspace: Workspace, *, kept: bool = True) -> list[PastLesson]:
    folders = [workspace.issue(slug) for slug in workspace.slugs()]
    if not kept:
        return recall_lessons(folders, None)
    with open_database(workspace.database) as connection:
        return recall_lessons(folders, connection)


def test_lessons_are_kept_until_the_files_change(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = lessons(workspace, kept=False)
    assert [item.fate for item in first[0].items] == ["untouched", "cut"]
    assert lessons(workspace) == first
    with monkeypatch.context() as without:
        without.setattr("digest.issue.lessons.read_lesson", None)
        assert lessons(workspace) == first
    document = workspace.issue("2025-W17").document
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace("## Also this week", "## Mine"), encoding="utf-8")
    assert lessons(workspace) == lessons(workspace, kept=False) != first


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE taught SET content = replace(content, 'story-1', 'story-9')",
        "UPDATE taught SET content = x'00ff', checksum = 'no'",
        "DROP TABLE taught",
    ],
)
def test_damaged_lessons_are_read_again(workspace: Workspace, damage: str) -> None:
    first = lessons(workspace)
    with database(workspace) as connection:
        connection.execute(damage)
    assert lessons(workspace) == first


def test_dry_run_keeps_nothing(workspace: Workspace) -> None:
    with database(workspace) as connection:
        connection.execute("DELETE FROM remembered")
    assert remember_issues(workspace, keep=False) == from_files(workspace)
    assert kept(workspace) == {}


def test_workspace_without_issues_gets_no_database(tmp_path: Path) -> None:
    (tmp_path / "digest.toml").write_text("", encoding="utf-8")
    assert remember_issues(open_workspace(tmp_path)).issues == ()
    assert not (tmp_path / ".digest").exists()


KEYS = st.text(max_size=6)


@settings(max_examples=60, deadline=None)
@given(
    issued=st.frozensets(KEYS),
    cut=st.frozensets(KEYS),
    waiting=st.frozensets(KEYS),
    names=st.dictionaries(KEYS, KEYS),
    left_out=st.lists(st.tuples(KEYS, KEYS, KEYS)),
)
def test_every_issue_comes_back_as_it_was(
    issued: frozenset[str],
    cut: frozenset[str],
    waiting: frozenset[str],
    names: dict[str, str],
    left_out: list[tuple[str, str, str]],
) -> None:
    issue = PastIssue(
        slug="2025-W17",
        window=None,
        composed_at=None,
        issued=issued,
        cut=cut,
        waiting=waiting,
        names=names,
        left_out=tuple(left_out),
    )
    assert read_past(write_past(issue)) == issue


@given(st.text() | st.sampled_from(["{}", "[]", "3", '{"slug": 1}', '{"window": 1}']))
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_past(text)
