"""Past issues that teach two sections, written by another program than digest."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

FIRST = date(2025, 1, 6)
"""Monday of the first issue's week, 2025-W02."""

_TOOLS = ("saw", "axe", "file", "plane", "drill", "rasp", "vice", "adze")
_TRADES = ("smith", "cook", "baker", "miller", "tailor", "potter", "mason", "cooper")


def slug_of(number: int) -> str:
    year, week, _ = (FIRST + timedelta(weeks=number)).isocalendar()
    return f"{year}-W{week:02}"


def past_issue(number: int, *, window: bool = True, tools: str = "Tools") -> str:
    """The issue.md of week ``number``: four tools from shed.example, four jobs from
    work.example."""
    start = FIRST + timedelta(weeks=number)
    lines = []
    if window:
        end = start + timedelta(weeks=1)
        span = f"{start.isoformat()}T00:00:00+00:00/{end.isoformat()}T00:00:00+00:00"
        lines = ["---", "title: Shed Weekly", f"window: {span}", "timezone: UTC", "---", ""]
    lines += [f"## {tools}", ""]
    for at in range(4):
        name = _TOOLS[(number + at) % len(_TOOLS)]
        lines += [f"### [A new {name} for the shed](https://shed.example/{name}/{number})", ""]
    lines += ["## Jobs", ""]
    for at in range(4):
        name = _TRADES[(number + at) % len(_TRADES)]
        lines += [f"- [{name.title()} wanted](https://work.example/{name}/{number})"]
    return "\n".join(lines) + "\n"


def write_past(folder: Path, issues: int = 8, *, window: bool = True) -> None:
    """The first ``issues`` issues into ``folder``/SLUG/issue.md."""
    for number in range(issues):
        path = folder / slug_of(number) / "issue.md"
        path.parent.mkdir(parents=True)
        path.write_text(past_issue(number, window=window), encoding="utf-8")


def article(title: str, url: str, day: date) -> str:
    """A line of JSON."""
    return json.dumps({"title": title, "url": url, "published": day.isoformat()}) + "\n"
