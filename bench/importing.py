"""How long an import of 1,000 past issues takes, and that its memory does not grow with them."""

from __future__ import annotations

import json
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from email.message import EmailMessage
from html import escape
from pathlib import Path

from bench.measure import (
    Contestant,
    Run,
    alternate,
    median_processor_seconds,
    median_seconds,
    peak_megabytes,
    ratio,
    show_goal,
    show_table,
)

GOAL_SECONDS = 20.0
GOAL_MEGABYTES = 250.0
# What is kept of each issue until all are read: its text, packed, and its links, hashed.
GOAL_KILOBYTES_MORE = 64.0
ISSUES = 1_000
ITEMS = 30
SIZES = (250, ISSUES)
TIMES = 3
NOW = "2025-04-28T07:00"
FIRST = date(2005, 1, 3)  # a Monday
SECTIONS = ("1. News 📰", "Articles", "Releases", "Events", "Elsewhere")
_SYLLABLES = "ka ro mi ten sal vor lin dar ep ush tal nor bel gra fen iri mos ket"
_SETTINGS = '[newsletter]\ntitle = "Bench Weekly"\ntimezone = "Europe/Berlin"\n'

Entry = tuple[str, str, str]
Parts = Sequence[tuple[str, Sequence[Entry]]]


def measure(times: int = TIMES) -> None:
    """Prints the table and whether the promises of issue 5 are kept."""
    with tempfile.TemporaryDirectory() as name:
        folders = {size: Path(name) / str(size) for size in SIZES}
        for size, folder in folders.items():
            write_past(folder, size)
        runs = alternate(
            [
                *(_import(f"{size:,} issues", folder) for size, folder in folders.items()),
                _import(f"{ISSUES:,} again", folders[ISSUES], again=True),
            ],
            times,
        )
        _show(runs, times)


def write_past(folder: Path, issues: int) -> None:
    """So many earlier issues of 30 items each: posts, mails, pages and JSON by turns."""
    past = folder / "past"
    past.mkdir(parents=True)
    (folder / "digest.toml").write_text(_SETTINGS, encoding="utf-8")
    chance = random.Random(issues)
    forms = (_post, _post, _headlines, _mail, _json)
    for number in range(issues):
        day = FIRST + timedelta(weeks=number)
        name, content = forms[number % len(forms)](number, day, _parts(chance, number))
        (past / name).write_bytes(content)


def _parts(chance: random.Random, issue: int) -> Parts:
    syllables = _SYLLABLES.split()
    parts = []
    for place, section in enumerate(SECTIONS):
        entries = []
        for number in range(ITEMS // len(SECTIONS)):
            words = ["".join(chance.choices(syllables, k=3)) for _ in range(30)]
            title = " ".join(words[:7]).capitalize()
            url = f"https://paper-{number}.example.org/{issue}/{place}/{words[0]}?utm_source=mail"
            entries.append((title, url, " ".join(words[7:]).capitalize() + "."))
        parts.append((section, entries))
    return parts


def _post(number: int, day: date, parts: Parts) -> tuple[str, bytes]:
    lines = ["---", f"title: Issue {number}", f"date: {day}", "---", "", "Hello, readers.", ""]
    for section, entries in parts:
        lines += [f"## {section}", ""]
        lines += [f"* [{title}]({url}) - {text}" for title, url, text in entries]
        lines.append("")
    return f"{day}-issue-{number}.md", "\n".join(lines).encode()


def _headlines(number: int, day: date, parts: Parts) -> tuple[str, bytes]:
    lines = ["+++", f'title = "Issue {number}"', f"date = {day}", "+++", ""]
    for section, entries in parts:
        lines += [f"## {section}", ""]
        for title, url, text in entries:
            lines += [f"### {title}", "", text, "", f"[Read more]({url})", ""]
    return f"{day}-issue-{number}.md", "\n".join(lines).encode()


def _mail(number: int, day: date, parts: Parts) -> tuple[str, bytes]:
    rows = []
    for section, entries in parts:
        rows.append(f'<tr><td style="font-size:24px">{escape(section)}</td></tr>')
        rows += [
            f'<tr><td><p><a href="{escape(url)}"><b>{title}</b></a></p><p>{text}</p></td></tr>'
            for title, url, text in entries
        ]
    html = (
        "<html><body><table><tr><td><a href='https://example.org/v'>View in browser</a></td></tr>"
        f"<tr><td><table>{''.join(rows)}</table></td></tr><tr><td>You are receiving this mail. "
        "<a href='https://example.org/leave'>Unsubscribe</a></td></tr></table></body></html>"
    )
    message = EmailMessage()
    message["Subject"] = f"Issue {number}"
    message["From"] = "weekly@example.org"
    message["Date"] = f"{day:%a, %d %b %Y} 07:00:00 +0000"
    message.set_content("Your reader shows no HTML.")
    message.add_alternative(html, subtype="html")
    return f"issue-{number}.eml", bytes(message)


def _json(number: int, day: date, parts: Parts) -> tuple[str, bytes]:
    content = {
        "issue": number,
        "date": str(day),
        "chapters": [
            {
                "title": section,
                "entries": [
                    {"title": title, "url": url, "text": text} for title, url, text in entries
                ],
            }
            for section, entries in parts
        ],
    }
    return f"{number}.json", json.dumps(content, indent=1).encode()


def _import(name: str, folder: Path, *, again: bool = False) -> Contestant:
    def forget() -> None:
        if not again:
            shutil.rmtree(folder / "issues", ignore_errors=True)
            shutil.rmtree(folder / ".digest", ignore_errors=True)

    return Contestant(
        name=name,
        command=[sys.executable, "-m", "digest", "--quiet", "import", "past", "--now", NOW],
        folder=folder,
        prepare=forget,
    )


def _show(runs: dict[str, list[Run]], times: int) -> None:
    smallest, largest = (f"{size:,} issues" for size in SIZES)
    show_table(
        f"Import of past issues, {ITEMS} items each, {times} runs in turns",
        ["program", "median s", "processor s", "peak MB", f"of {smallest}"],
        [
            [
                name,
                f"{median_seconds(of_it):.2f}",
                f"{median_processor_seconds(of_it):.2f}",
                f"{peak_megabytes(of_it):.0f}",
                f"{ratio(runs, name, smallest):.2f}",
            ]
            for name, of_it in runs.items()
        ],
    )
    show_goal(largest, median_seconds(runs[largest]), GOAL_SECONDS, " s")
    show_goal(largest, peak_megabytes(runs[largest]), GOAL_MEGABYTES, " MB")
    more = peak_megabytes(runs[largest]) - peak_megabytes(runs[smallest])
    each = more * 1000 / (SIZES[1] - SIZES[0])
    show_goal("memory for one issue more", each, GOAL_KILOBYTES_MORE, " kB")
