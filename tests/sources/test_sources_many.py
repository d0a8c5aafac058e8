"""Many pages at once, and a reader's own mistake: the run goes on and says what was lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from digest.sources.onefile import MANY_PAGES
from digest.sources.workers import count_processors

PAGE = """<!doctype html><html lang="en"><head><title>Story {n}</title>
<meta property="article:published_time" content="2025-04-22T10:00:00Z"></head>
<body><article><h1>Story {n}</h1><p>{text}</p></article></body></html>"""
BROKEN = """
def bare_extraction(*args, **options):
    if {condition}:
        {deed}
"""


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "digest", *command],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def write_pages(folder: Path, count: int) -> None:
    for number in range(count):
        text = "unlucky" if number == 3 else "The ferry came back to Lesk at noon. " * 30
        page = PAGE.format(n=number, text=text)
        (folder / f"{number:03}.html").write_text(page, encoding="utf-8")
    (folder / "000a.txt").write_text("A text between\n\nOn April 22, 2025, it rained.\n", "utf-8")


def break_trafilatura(folder: Path, deed: str) -> str:
    """A library of that name which does its deed on the unlucky page; gives its folder."""
    (folder / "broken").mkdir()
    program = BROKEN.format(condition="'unlucky' in args[0].text_content()", deed=deed)
    (folder / "broken/trafilatura.py").write_text(program, encoding="utf-8")
    return str(folder / "broken")


def test_many_pages_give_what_each_gives_alone_in_the_order_of_their_names(tmp_path: Path) -> None:
    write_pages(tmp_path, MANY_PAGES + 6)
    listing = ("articles", "--json", "--now", "2025-04-28T07:00:00Z")
    done = run(tmp_path, *listing, ".")
    assert done.returncode == 0, done.stderr
    articles = json.loads(done.stdout)
    names = sorted(file.name for file in tmp_path.iterdir())
    assert [article["input"] for article in articles] == names
    alone = run(tmp_path, *listing, *names[:5])
    assert json.loads(alone.stdout) == articles[:5]


@pytest.mark.parametrize(
    ("count", "deed", "told"),
    [
        (5, "raise KeyError('secret')", "a fault of digest (KeyError: 'secret', trafilatura.py"),
        (MANY_PAGES, "raise KeyError('secret')", "a fault of digest (KeyError: 'secret'"),
        (MANY_PAGES, "import os; os._exit(3)", "ended the process that read it (status 3)"),
    ],
)
def test_a_fault_on_one_page_costs_that_page_and_names_it(
    tmp_path: Path, count: int, deed: str, told: str
) -> None:
    if "_exit" in deed and count_processors() < 2:
        pytest.skip("pages are read by one process here: this machine has one processor")
    folder = tmp_path / "pages"
    folder.mkdir()
    write_pages(folder, count)
    broken = break_trafilatura(tmp_path, deed)
    done = run(folder, "articles", "--json", ".", PYTHONPATH=broken)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) == count  # and a text; without the unlucky page
    lines = [line for line in done.stderr.splitlines() if "003.html" in line]
    assert len(lines) == 1
    assert told in lines[0]
    assert "report it" in lines[0]
    assert "Traceback" not in done.stderr


def test_a_fault_of_a_reader_is_one_failed_source_in_a_composed_issue(tmp_path: Path) -> None:
    write_pages(tmp_path, 5)
    broken = break_trafilatura(tmp_path, "raise RecursionError('too deep')")
    done = run(
        tmp_path,
        *("compose", "--from", ".", "--week", "2025-W17", "--json"),
        *("--now", "2025-04-28T07:00:00Z"),
        PYTHONPATH=broken,
    )
    assert done.returncode == 0, done.stderr
    composed = json.loads(done.stdout)
    failed = [source for source in composed["sources"] if source["status"] == "failed"]
    assert [source["name"] for source in failed] == ["003.html"]
    assert sum(len(section["items"]) for section in composed["sections"]) == 5
