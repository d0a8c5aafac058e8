"""Mistakes that everybody makes with `digest articles`: one clear line each, and what to do."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import docx
import pytest

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
EMPTY = "empty; write something into it, or remove it"


def told(folder: Path, name: str) -> tuple[int, str, list[str]]:
    """What is said of one input: exit status, standard output, warnings and errors."""
    done = subprocess.run(
        [sys.executable, "-m", "digest", "articles", "--offline", "--now", "2025-04-28", name],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    said = [
        line.removeprefix("warning: ").removeprefix("error: ")
        for line in done.stderr.splitlines()
        if line != "error: articles: 1 of 1 inputs failed"
    ]
    return done.returncode, done.stdout, said


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("missing.txt", "missing.txt: no such file or folder; check the path"),
        ("missing/", "missing/: no such file or folder; check the path"),
        (
            "example.org",
            "example.org: no such file or folder; check the path, or write https:// before it "
            "if it is an address",
        ),
        ("", "input: an empty name; name a file, folder or address"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(tmp_path: Path, name: str, line: str) -> None:
    (tmp_path / "a.txt").write_text("Another article\n\nIts text.\n", encoding="utf-8")
    status, shown, said = told(tmp_path, name)
    assert (shown, said) == ("", [line])
    assert status in (1, 2, 3)


@pytest.mark.parametrize("suffix", ["txt", "md", "html", "eml", "pdf", "docx", "json", "xml"])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a.{suffix}").touch()
    status, shown, said = told(tmp_path, f"a.{suffix}")
    assert (shown, len(said)) == ("", 1)
    assert said[0].startswith(f"a.{suffix}: empty")
    assert said == [f"a.{suffix}: {EMPTY}"] or suffix == "xml"
    assert status != 0


def test_a_folder_without_articles_says_so_and_fails_nothing(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.jpg").write_bytes(b"\xff\xd8\xff")
    status, shown, said = told(tmp_path, "pictures")
    assert (status, shown) == (0, "")
    assert said == [
        "pictures: empty, no file there that digest reads, 1 of other kinds passed over"
    ]


def word() -> bytes:
    document = docx.Document()
    document.add_paragraph("Seals return to the basin")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        (
            "a.txt",
            PDF,
            "is a PDF, not a text; save the article as text, HTML, Markdown or mail, or end its "
            "name in .pdf",
        ),
        (
            "a.md",
            word(),
            "is a ZIP archive or an office document, not a text; save the article as text, HTML, "
            "Markdown or mail; of a Word document, end its name in .docx",
        ),
        (
            "a.html",
            b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4,
            "is a picture, not a text; save the article as text, HTML, Markdown or mail",
        ),
        (
            "a.rtf",
            b"{\\rtf1\\ansi Seals}",
            "is an RTF document, not a text; save the article as text, HTML, Markdown or mail",
        ),
        ("a.pdf", word(), "is not a PDF; check the file's ending"),
        (
            "a.docx",
            PDF,
            "is not a Word document; check the file's ending, or save it again",
        ),
        ("a.eml", PDF, "is not a mail: it has no headers; check the file's ending"),
        (
            "a.txt",
            bytes(range(1, 32)) * 99,
            "is a binary file, not a text; save the article as text, HTML, Markdown or mail",
        ),
        ("a.xml", b"plain words", 'text that is no feed: "plain words"'),
    ],
)
def test_a_file_with_anothers_ending_is_said_to_be_what_it_is(
    tmp_path: Path, name: str, data: bytes, line: str
) -> None:
    (tmp_path / name).write_bytes(data)
    status, shown, said = told(tmp_path, name)
    assert (shown, said) == ("", [f"{name}: {line}"])
    assert status != 0
