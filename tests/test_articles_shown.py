"""What `digest articles` shows an editor: on terminals of any width, in a pipe, and explained."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

PAGE = """<!doctype html><html lang="en"><head><title>A Treaty at Last | Harbour Post</title>
<meta property="og:title" content="A Treaty at Last | Harbour Post">
<meta property="og:site_name" content="Harbour Post">
<meta property="og:description" content="Nine years of talks end at the Strait of Orun.">
<meta property="article:published_time" content="2025-04-22T10:00:00+09:00">
<meta property="article:modified_time" content="2025-04-23T11:00:00+09:00">
<link rel="canonical" href="https://harbourpost.example.com/world/treaty?utm_source=mail">
</head><body><h1>A Treaty at Last</h1><p>By Ada Lim</p>
<p>Talmira and Karadin signed the treaty on Tuesday after nine years of talks, and the first ships
crossed the strait in the evening, with their horns sounding over the old harbour.</p>
</body></html>"""
TEXT = """Night Buses Without a Timetable

They come when they are called, and more people ride them than before.

The city of Lesk has sent its timetable away, and the passengers have stayed.

Original Source: coastalmobility.example.com
"""
NOW = ("--now", "2025-04-28T07:00:00Z")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "buses.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "treaty.html").write_text(PAGE, encoding="utf-8")
    return tmp_path


def piped(folder: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "digest", "articles", *NOW, *command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def on_terminal(folder: Path, columns: int, *command: str, **environment: str) -> str:
    """What a terminal of that width is sent on standard output."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    clean = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR")}
    with subprocess.Popen(
        [sys.executable, "-m", "digest", "articles", *NOW, *command],
        cwd=folder,
        env={**clean, "TERM": "xterm-256color", **environment},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    ):
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 65_536)
            except OSError:  # how Linux says that nobody is at the other end
                break
            if not piece:
                break
            shown += piece
    os.close(ours)
    return shown.decode("utf-8").replace("\r\n", "\n")


def plain(shown: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", shown)


def test_a_pipe_gets_one_line_an_article_with_tabs_between_its_facts(folder: Path) -> None:
    lines = [line.split("\t") for line in piped(folder, ".").splitlines()]
    assert [len(line) for line in lines] == [10, 10]
    buses, treaty = lines
    assert buses[:4] == ["", "", "Night Buses Without a Timetable", "coastalmobility.example.com"]
    assert buses[9] == "states no date of publication"
    assert treaty[:3] == [
        "2025-04-22T10:00:00+09:00",
        "meta:article:published_time",
        "A Treaty at Last",
    ]
    assert treaty[7] == "https://harbourpost.example.com/world/treaty"


def test_a_wide_terminal_gets_a_table_with_basis_and_problems(folder: Path) -> None:
    shown = plain(on_terminal(folder, 160, "."))
    assert "published, basis" in shown
    assert "meta:article:published_time" in shown
    assert "! states no date of publication" in shown
    assert max(map(len, shown.splitlines())) <= 160


@pytest.mark.parametrize("columns", [30, 80])
def test_a_narrow_terminal_gets_one_fact_below_the_other(folder: Path, columns: int) -> None:
    shown = plain(on_terminal(folder, columns, "."))
    assert "published, basis" not in shown
    assert re.search(r"^  problem\s+states no date", shown, re.MULTILINE)
    assert re.search(r"^  published\s+2025-04-22 10:00", shown, re.MULTILINE)
    assert max(map(len, shown.splitlines())) <= columns


def test_colour_is_left_out_where_it_is_not_wanted(folder: Path) -> None:
    coloured = on_terminal(folder, 80, "--explain", "treaty.html")
    assert "\x1b[32m" in coloured
    bare = on_terminal(folder, 80, "--explain", "treaty.html", NO_COLOR="1")
    assert "\x1b[32m" not in bare
    assert plain(bare) == plain(coloured)


def test_explain_names_every_candidate_of_a_page_and_why_it_lost(folder: Path) -> None:
    article = json.loads(piped(folder, "--explain", "--json", "treaty.html"))[0]
    weighed: dict[str, list[dict[str, object]]] = {}
    for entry in article["candidates"]:
        weighed.setdefault(entry["fact"], []).append(entry)
    for fact in ("title", "summary", "url", "published", "source", "language"):
        assert [entry["won"] for entry in weighed[fact]].count(True) == 1, fact
        assert weighed[fact][0]["won"], fact
        assert all(entry["basis"] and entry["verdict"] for entry in weighed[fact]), fact
    assert weighed["title"][0]["value"] == article["title"]
    assert len(weighed["title"]) > 1
    assert weighed["url"][0]["value"] == article["url"]
    assert "utm_source" in str(weighed["url"][1]["value"])


def test_explain_of_a_text_tells_what_each_fact_stands_on(folder: Path) -> None:
    lines = [line.split("\t") for line in piped(folder, "--explain", "buses.txt").splitlines()]
    won = {line[1]: line[4] for line in lines if line[2] == "won"}
    assert won["title"] == "Night Buses Without a Timetable"
    assert won["language"] == "en"
    assert "published" not in won
    problems = [line[4] for line in lines if line[1] == "problem"]
    assert problems == ["states no date of publication"]


def test_words_that_contradict_the_declared_language_win_and_are_noted(tmp_path: Path) -> None:
    text = "Der Hafenrat hat am Dienstag beschlossen, dass die Fähre wieder fährt, sagte sie. " * 3
    page = PAGE.replace("Nine years of talks end at the Strait of Orun.", text[:80])
    page = page.replace("A Treaty at Last", "Die Fähre fährt wieder, und alle freuen sich")
    (tmp_path / "page.html").write_text(re.sub(r"<p>Tal.*</p>", f"<p>{text}</p>", page, flags=re.S))
    article = json.loads(piped(tmp_path, "--explain", "--json", "page.html"))[0]
    assert article["language"] == "de"
    assert "says that its language is en, but its words are de" in article["problems"]
    languages = [entry for entry in article["candidates"] if entry["fact"] == "language"]
    assert [(entry["value"], entry["won"]) for entry in languages[:2]] == [
        ("de", True),
        ("en", False),
    ]


def test_without_explain_nothing_is_weighed_aloud(folder: Path) -> None:
    assert all("candidates" not in article for article in json.loads(piped(folder, ".", "--json")))
