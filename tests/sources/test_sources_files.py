"""Which files a path, folder or glob names."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.config.schema import Newsletter, Settings, Source
from digest.errors import ArticleError
from digest.model.facts import Facts
from digest.sources.files import read_path
from digest.sources.found import find_files
from digest.sources.protocol import Context, Document


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "b.txt",
        "a.txt",
        "photo.png",
        ".hidden.txt",
        "deep/c.md",
        "deep/er/d.txt",
        ".git/e.txt",
        "odd[1].txt",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    return tmp_path


def found(text: str, root: Path) -> list[str]:
    return [file.relative_to(root).as_posix() for file in find_files(text, root)[1]]


@pytest.mark.parametrize(
    ("text", "files"),
    [
        (".", ["a.txt", "b.txt", "deep/c.md", "deep/er/d.txt", "odd[1].txt"]),
        ("deep", ["deep/c.md", "deep/er/d.txt"]),
        ("*.txt", ["a.txt", "b.txt", "odd[1].txt"]),
        ("[ab].txt", ["a.txt", "b.txt"]),
        ("**/*.txt", ["a.txt", "b.txt", "deep/er/d.txt", "odd[1].txt"]),
        ("deep/**", ["deep/c.md", "deep/er/d.txt"]),
        ("*/c.md", ["deep/c.md"]),
        (".*.txt", [".hidden.txt"]),
        ("photo.*", ["photo.png"]),
        ("odd[1].txt", ["odd[1].txt"]),
        (".hidden.txt", [".hidden.txt"]),
        ("no-match-*", []),
    ],
)
def test_path_folder_and_glob_are_read_in_the_order_of_names(
    folder: Path, text: str, files: list[str]
) -> None:
    assert found(text, folder) == files


def test_brackets_in_the_name_of_a_folder_are_no_glob(tmp_path: Path) -> None:
    folder = tmp_path / "my [news]"
    (folder / "articles").mkdir(parents=True)
    (folder / "articles" / "a.txt").write_text("x")
    assert found("articles/*.txt", folder) == ["articles/a.txt"]


def test_glob_without_two_stars_stays_in_its_folders(folder: Path) -> None:
    assert found("d*/*", folder) == ["deep/c.md"]


def test_own_issues_are_no_articles_unless_they_are_named(folder: Path) -> None:
    issue = folder / "issues" / "2025-W17" / "issue.md"
    issue.parent.mkdir(parents=True)
    issue.write_text("x")
    other = folder / "deep" / "issues" / "f.txt"
    other.parent.mkdir()
    other.write_text("x")
    assert "issues/2025-W17/issue.md" not in found(".", folder)
    assert found("**/*.md", folder) == ["deep/c.md"]
    assert "deep/issues/f.txt" in found(".", folder)
    assert found("issues", folder) == ["issues/2025-W17/issue.md"]
    assert found("issues/*/*.md", folder) == ["issues/2025-W17/issue.md"]


def test_other_files_of_a_folder_are_counted(folder: Path) -> None:
    assert find_files(".", folder)[2] == 1


def test_loops_of_symbolic_links_end(folder: Path) -> None:
    (folder / "deep" / "loop").symlink_to(folder)
    (folder / "deep" / "again").symlink_to(folder / "deep")
    (folder / "dangling.txt").symlink_to(folder / "nowhere")
    assert "a.txt" in found(".", folder)
    assert len(found("**/*.txt", folder)) == 4


@pytest.mark.parametrize(
    "text", ["~nobody-of-this-name/a.txt", "nowhere", "nowhere/*.txt", "nowhere.txt"]
)
def test_what_is_not_there_is_an_error(folder: Path, text: str) -> None:
    with pytest.raises(ArticleError, match="no such"):
        find_files(text, folder)


def test_what_the_system_refuses_is_an_error_of_the_source(tmp_path: Path) -> None:
    context = Context(root=tmp_path, settings=Settings(), now=datetime(2025, 4, 28, tzinfo=UTC))
    with pytest.raises(ArticleError, match="cannot be read: file name too long"):
        read_path(Source(path="a" * 300), context)


@pytest.mark.parametrize(("own", "house"), [("ru", "en"), ("", "ru-RU")])
def test_texts_without_a_stated_encoding_are_read_in_the_language_to_expect(
    tmp_path: Path, own: str, house: str
) -> None:
    (tmp_path / "a.txt").write_bytes("Head\n\nФШ".encode("cp1251"))
    context = Context(
        root=tmp_path,
        settings=Settings(newsletter=Newsletter(language=house)),
        now=datetime(2025, 4, 28, tzinfo=UTC),
    )
    (document,) = read_path(Source(path="a.txt", language=own), context).documents
    assert isinstance(document, Document)
    (facts,) = document.facts
    assert isinstance(facts, Facts)
    assert facts.text == "ФШ"
