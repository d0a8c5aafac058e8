"""How runs are told to people: windows, sources, what was left out, what the merge did."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from digest.compose import Composed
    from digest.model import LeftOut, SourceReport, When

# Statuses that mean: articles may be missing.
FAILED = ("failed", "gone", "blocked", "not-a-feed")
# Statuses whose details are worth a line although articles came, or none were to be had.
NOTED = ("empty", "saturated", "redirected")
EXAMPLES_PER_RULE = 3


def show_when(when: When | None) -> str:
    """A date as the input gave it; a time to the minute."""
    if when is None:
        return "–"
    text = when.isoformat()
    return text if when.is_date else f"{text[:10]} {text[11:16]} {text[19:] or ''}".strip()


@contextlib.contextmanager
def watch_sources() -> Iterator[Callable[[SourceReport], None] | None]:
    """A line on the terminal that counts sources as they come in; nothing elsewhere."""
    context = click.get_current_context()
    if context.obj["quiet"] or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    done = Counter[str]()
    with Console(stderr=True).status("reading sources") as status:

        def show(report: SourceReport) -> None:
            done["all"] += 1
            done["failed"] += report.status in FAILED
            status.update(f"{done['all']} sources read, {done['failed']} failed: {report.name}")

        yield show


def show_sources(reports: Sequence[SourceReport]) -> int:
    """Says which sources failed and which need a look, one line each; gives how many failed."""
    from digest.commands._terminal import say, warn

    for report in reports:
        if report.status in NOTED:
            detail = f", {report.detail}" if report.detail else ""
            say(f"{report.name}: {report.status}{detail}")
    failed = [report for report in reports if report.status in FAILED]
    for report in failed:
        detail = report.detail or report.status
        warn(detail if report.name in detail else f"{report.name}: {detail}")
    return len(failed)


def show_left_out(left_out: Sequence[LeftOut]) -> None:
    """What is not in the issue, grouped by rule, with a few examples each."""
    from digest.commands._terminal import say

    by_rule: dict[str, list[LeftOut]] = {}
    for entry in left_out:
        by_rule.setdefault(entry.rule, []).append(entry)
    for rule, entries in by_rule.items():
        say(f"left out, {rule}: {len(entries)}")
        for entry in entries[:EXAMPLES_PER_RULE]:
            say(f"  {entry.article.title or entry.article.input}: {entry.reason}")
        if len(entries) > EXAMPLES_PER_RULE:
            say(f"  and {len(entries) - EXAMPLES_PER_RULE} more")


def show_composed(composed: Composed) -> None:
    """What a compose did: its window, its sections, its merge."""
    from digest.commands._terminal import say

    if not composed.stories:
        say("no article falls in this window")
    for section, stories in composed.sections():
        count = len(stories)
        say(f"{section}: {count} item{'s' if count != 1 else ''}")
    show_left_out(composed.left_out)
    merged = composed.merged
    counts = merged.to_json()
    withdrawn = [key for key, fate in merged.fates if fate == "withdrawn"]
    if withdrawn:
        counts["withdrawn"] = len(withdrawn)
    say(", ".join(f"{fate} {count}" for fate, count in counts.items()))
    for key in withdrawn:
        say(f"  withdrawn, for its date is no longer in the window: {key}")
