"""Mistakes that everybody makes with `digest articles`: one clear line each, and what to do."""

from __future__ import annotations

import io
import os
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


def test_the_time_at_which_a_file_was_saved_is_never_a_date(tmp_path: Path) -> None:
    """Not of a text, not of a page, not of a mail, not of a note."""
    text = "to the basin\n\nThey came back, and nobody knows why they did.\n"
    (tmp_path / "a.txt").write_text(f"Seals return {text}", encoding="utf-8")
    (tmp_path / "a.md").write_text(f"# Otters return {text}", encoding="utf-8")
    (tmp_path / "a.eml").write_text(f"Subject: Herons return {text}", encoding="utf-8")
    page = f"<html><body><h1>Terns return to the basin</h1><p>{text}</p></body></html>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    for file in tmp_path.iterdir():
        os.utime(file, (1745452800, 1745452800))
    status, shown, _ = told(tmp_path, ".")
    assert status == 0
    rows = [line.split("\t") for line in shown.splitlines()]
    assert len(rows) == 4
    assert [row[0] for row in rows] == [""] * 4
    assert all("states no date of publication" in row[9] for row in rows)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.eml", "a.pdf", "a.json", "a.xml"])
def test_a_file_of_fifty_megabytes_is_one_line_and_is_not_held(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.write(b"Seals return to the basin\n\n")
        file.truncate(50_000_000)
    script = (
        # Not getrusage: what the process that started this one once held counts there too.
        "import sys; from digest.cli import run\n"
        "try: run()\n"
        "finally:\n"
        "    if sys.platform == 'linux':\n"
        "        print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "articles", "--offline", "--now", "2025-04-28", name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.splitlines()[0] == (
        f"warning: {name}: larger than 10,000,000 bytes; raise max_bytes in [gather]"
    )
    if sys.platform == "linux":  # kilobytes there
        assert int(done.stdout) < 90_000
