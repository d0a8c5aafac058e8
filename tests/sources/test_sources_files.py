"""Which files a path, folder or glob names."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.errors import ArticleError
from digest.sources.files import find_files


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


def test_other_files_of_a_folder_are_counted(folder: Path) -> None:
    assert find_files(".", folder)[2] == 1


def test_loops_of_symbolic_links_end(folder: Path) -> None:
    (folder / "deep" / "loop").symlink_to(folder)
    (folder / "deep" / "again").symlink_to(folder / "deep")
    (folder / "dangling.txt").symlink_to(folder / "nowhere")
    assert "a.txt" in found(".", folder)
    assert len(found("**/*.txt", folder)) == 4


@pytest.mark.parametrize("text", ["nowhere", "nowhere/*.txt", "nowhere.txt"])
def test_what_is_not_there_is_an_error(folder: Path, text: str) -> None:
    with pytest.raises(ArticleError, match="no such"):
        find_files(text, folder)
