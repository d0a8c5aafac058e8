"""How long the merge of a large issue takes beyond the start of the interpreter.

Measured is a program of its own: issue.lock and the editor's issue.md read, a new proposal merged,
the text written. The reference is where a run of digest stands before that: the modules imported,
the new proposal there. What a bare interpreter takes stands beside it. Processor time counts, as
for all that is shorter than a busy moment of the machine.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bench.measure import (
    Contestant,
    alternate,
    median_processor_seconds,
    median_seconds,
    peak_megabytes,
    ratio,
    show_goal,
    show_table,
)
from bench.render import issue
from digest.issue.lock import Lock, write_lock
from digest.issue.write import write_issue
from digest.model import Issue, Item

GOAL_SECONDS = 0.150
ITEMS = 500
TIMES = 20

START = """
from collections import Counter
from pathlib import Path
import markdown_it
from digest.issue.merge import cut_keys, merge
from digest.issue.parse import parse_issue
from digest.issue.unlock import parse_lock
from digest.issue.write import write_issue
new = parse_lock(Path("new.lock").read_text("utf-8"), "new.lock").proposal
"""
MERGE = """
base = parse_lock(Path("issue.lock").read_text("utf-8"), "issue.lock").proposal
document = parse_issue(Path("issue.md").read_text("utf-8"), slug="s", file="issue.md")
cut_keys(base, document)
merged = merge(base, new, document)
Path("merged.md").write_text(write_issue(merged.issue), "utf-8")
fates = Counter(fate for _, fate in merged.fates)
assert fates["added"] == 50 and fates["cut"] == 25, fates
assert fates["updated"] + fates["joined"] > 50, fates
"""


def measure(times: int = TIMES) -> None:
    """Prints the table and whether the promise of issue 5 is kept."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_files(folder)
        start, ready, merging = "python -c pass", "ready to merge", f"merge, {ITEMS} items"
        runs = alternate(
            [
                Contestant(name=start, command=[sys.executable, "-c", "pass"], folder=folder),
                Contestant(name=ready, command=[sys.executable, "-c", START], folder=folder),
                Contestant(
                    name=merging, command=[sys.executable, "-c", START + MERGE], folder=folder
                ),
            ],
            times,
        )
    show_table(
        f"Merge of {ITEMS} items, {times} runs in turns",
        ["program", "median ms", "processor ms", "peak MB", f"of {ready}"],
        [
            [
                name,
                f"{median_seconds(of_it) * 1000:.0f}",
                f"{median_processor_seconds(of_it) * 1000:.0f}",
                f"{peak_megabytes(of_it):.0f}",
                f"{ratio(runs, name, ready):.2f}",
            ]
            for name, of_it in runs.items()
        ],
    )
    worked = {name: median_processor_seconds(of_it) for name, of_it in runs.items()}
    show_goal("merge, beyond start", worked[merging] - worked[ready], GOAL_SECONDS, " s")
    whole = worked[merging] - worked[start]
    print(f"with imports and the new proposal, beyond a bare interpreter: {whole:.2f} s")


def _write_files(folder: Path) -> None:
    """The last proposal, what the editor made of it, and a new proposal that differs from both."""
    base = issue(ITEMS)
    new = replace(
        base,
        subject="Another subject",
        sections=tuple(
            replace(
                section,
                blocks=(
                    *(_changed(item, at) for at, item in enumerate(section.items)),
                    _fresh(section.items[0], number),
                ),
            )
            for number, section in enumerate(base.sections)
        ),
    )
    for name, proposal in (("issue.lock", base), ("new.lock", new)):
        (folder / name).write_text(write_lock(Lock(slug="s", proposal=proposal)), "utf-8")
    (folder / "issue.md").write_text(write_issue(_edited(base)), "utf-8")


def _changed(item: Item, at: int) -> Item:
    return replace(item, title=f"{item.title}, as it is known now") if at % 4 == 1 else item


def _fresh(like: Item, number: int) -> Item:
    url = f"https://new.example.org/{number}"
    return replace(like, key=url, url=url, title=f"What came on day {number}", also=())


def _edited(base: Issue) -> Issue:
    """One item of twenty cut, one of ten with other words, one of ten in another place."""
    sections = []
    for number, section in enumerate(base.sections):
        items = list(section.items)
        items[2] = replace(
            items[2], body="The editor's own words, with a [link](https://a.example)."
        )
        items.append(items.pop(5))
        if number % 2:
            del items[7]
        sections.append(replace(section, blocks=tuple(items)))
    return replace(base, sections=tuple(sections))


if __name__ == "__main__":
    measure()
