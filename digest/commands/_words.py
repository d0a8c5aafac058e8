"""How runs are told to people: windows, sources, what was left out, what the merge did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from digest.config import Source
    from digest.draft import Composed
    from digest.model import Finding, LeftOut, SourceReport, When

# Statuses whose details are worth a line although articles came, or none were to be had.
NOTED = ("empty", "stale", "saturated", "redirected")
EXAMPLES_PER_RULE = 3
# Fates that are told with their count also when it is nought.
TOLD = ("added", "updated", "kept", "cut", "held")
CHANGES = {
    "added": "added",
    "updated": "updated",
    "joined": "joined to another report",
    "withdrawn": "withdrawn, for its date is no longer in the window",
}
CHANGES_SHOWN = 20
WIDE = 120
"""Columns of a terminal from which a table of sources has room for details."""
SLOT_CHANGES = {
    "added": "booked in digest.toml",
    "updated": "changed in digest.toml",
    "withdrawn": "no longer booked in digest.toml and taken out",
    "cut": "booked in digest.toml, and you cut it",
}
# Warnings of `digest check` that a compose tells as well: they are of digest.toml's making.
SLOT_WARNINGS = frozenset(("unknown-slot", "slot-date", "slot-expired", "slot-double-booked"))


def show_when(when: When | None) -> str:
    """A date as the input gave it; a time to the minute."""
    if when is None:
        return "–"
    text = when.isoformat()
    return text if when.is_date else f"{text[:10]} {text[11:16]} {text[19:] or ''}".strip()


def show_local(instant: datetime, timezone: str) -> str:
    """An instant to the minute, in the newsletter's zone."""
    from digest.window import zone_named

    return f"{instant.astimezone(zone_named(timezone)):%Y-%m-%d %H:%M}"


def show_count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 article``, ``1,200 articles``."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def show_sources(reports: Sequence[SourceReport]) -> int:
    """Says which sources failed and which need a look, one each; how many are at fault."""
    from digest.commands._terminal import say, warn

    for report in reports:
        if report.status in NOTED or (report.status == "ok" and report.detail):
            detail = f", {report.detail}" if report.detail else ""
            # One that has always been empty may be so; one that was not has lost what it gave.
            tell = warn if report.status == "empty" and detail else say
            tell(f"{report.name}: {report.status}{detail}")
    failed = [report for report in reports if report.failed]
    for report in failed:
        warn(str(report))
    return sum(report.at_fault for report in failed)


def warn_of_exposed(sources: Sequence[Source]) -> None:
    """One line for each source whose credentials plain http would take to a public host; before
    they are asked, and without what is secret."""
    from digest.commands._terminal import warn
    from digest.sources.access import EXPOSED_FIX, find_exposed

    for source in sources:
        if exposed := find_exposed(source):
            warn(f"{source.label}: {exposed}; {EXPOSED_FIX}")


def show_reports(reports: Sequence[SourceReport], timezone: str) -> None:
    """What each source did, on standard output: a table on a terminal, else a line each.

    A narrow terminal has what is to be said of a source below the table.
    """
    from digest.commands._terminal import columns_of_stdout, emit, table

    rows = [
        (
            report.name,
            report.status,
            str(report.articles),
            "" if report.new is None else str(report.new),
            show_local(report.last_success, timezone) if report.last_success else "",
            str(report.failures_in_a_row),
            show_interval(report.usual_interval),
            report.detail,
        )
        for report in reports
    ]
    width = columns_of_stdout()
    if not width:
        for row in rows:
            emit("\t".join(" ".join(cell.split()) for cell in row))
        return
    heads = ("source", "status", "articles", "new", "last success", "failures", "usual", "")
    names = [row[0].removeprefix("https://").removeprefix("http://") for row in rows]
    cells = [
        # For the eye no failure is nothing to see.
        (name, *row[1:5], "" if row[5] == "0" else row[5], *row[6:])
        for name, row in zip(names, rows, strict=True)
    ]
    wide = width >= WIDE
    shown = [n for n in range(7 + wide) if n < 2 or any(row[n] for row in cells)]
    table(
        "",
        [heads[n] for n in shown],
        [[row[n] for n in shown] for row in cells],
        to_stdout=True,
        unbroken=heads[1:7],
    )
    for name, row in zip(names, rows, strict=True):
        if row[-1] and not wide:
            emit(f"{name}: {row[-1]}")


def show_interval(interval: timedelta | None) -> str:
    """A time between entries: ``20 min``, ``5 h``, ``3 days``."""
    if interval is None:
        return ""
    minutes = interval.total_seconds() / 60
    if minutes < 100:
        return f"{minutes:.0f} min"
    if minutes < 60 * 48:
        return f"{minutes / 60:.0f} h"
    return f"{minutes / 60 / 24:.0f} days"


def show_left_out(left_out: Sequence[LeftOut]) -> None:
    """What is not in the issue, grouped by rule, with a few examples each.

    What was dropped from Hold is told by itself.
    """
    from digest.commands._terminal import say
    from digest.model.rules import HOLD_EXPIRED

    by_rule: dict[str, list[LeftOut]] = {}
    for entry in left_out:
        if entry.rule == HOLD_EXPIRED:
            continue
        by_rule.setdefault(entry.rule, []).append(entry)
    for rule, entries in by_rule.items():
        say(f"{'in Hold' if rule.endswith('-held') else 'left out'}, {rule}: {len(entries)}")
        for entry in entries[:EXAMPLES_PER_RULE]:
            say(f"  {entry.article.title or entry.article.input}: {entry.reason}")
        if len(entries) > EXAMPLES_PER_RULE:
            say(f"  and {len(entries) - EXAMPLES_PER_RULE} more")


def show_composed(composed: Composed) -> None:
    """What a compose did: the document's sections, what is left out, what became of items."""
    from digest.commands._terminal import say, warn
    from digest.issue.expiry import dropped_because
    from digest.issue.fates import count_fates
    from digest.issue.inline import plain_words

    if not composed.stories:
        say("no article falls in this window")
    for dropped in composed.dropped:
        warn(f"{plain_words(dropped.item.title, {})}: {dropped_because(dropped)}")
    merged = composed.merged
    for section in merged.issue.sections:
        count = len(section.items)
        items = f"{count} item{'s' if count != 1 else ''}"
        say(f"{section.heading}: {'a slot' if section.kind == 'slot' else items}")
    late = sum(story.late for story in composed.stories)
    if late:
        say(f"rescued, for they surfaced after their own issue was composed: {late}")
    show_left_out(composed.left_out)
    counts = count_fates(composed.told, dropped=len(composed.dropped))
    say(", ".join(f"{fate} {count}" for fate, count in counts.items() if count or fate in TOLD))
    for heading, fate in merged.slots:
        if fate != "kept" and composed.before is not None:
            say(f"  slot, {SLOT_CHANGES[fate]}: {heading}")
    _show_fates(composed)
    for finding in composed.findings:
        if finding.severity == "error" or finding.code in SLOT_WARNINGS:
            warn(show_finding(finding))


def show_finding(finding: Finding) -> str:
    """A finding as one line: place, what is wrong, what to do, its code."""
    place = f"{finding.where}: " if finding.where else ""
    remedy = f"; {finding.fix}" if finding.fix else ""
    return f"{place}{finding.message}{remedy} [{finding.code}]"


def _show_fates(composed: Composed) -> None:
    """Which items come out of Hold, are new, follow their source, or are gone.

    In an issue that was not there before all are new.
    """
    from digest.commands._terminal import say
    from digest.issue.expiry import waited

    shown = []
    for told in composed.told:
        if told.waited is not None and told.fate in ("added", "held"):
            stays = "stays in Hold" if told.fate == "held" else "from Hold, proposed first"
            shown.append(f"  {stays}: {told.title} ({waited(told.waited)})")
        elif told.fate in CHANGES and (composed.before is not None or told.fate != "added"):
            shown.append(f"  {CHANGES[told.fate]}: {told.title}")
    for line in shown[:CHANGES_SHOWN]:
        say(line)
    if len(shown) > CHANGES_SHOWN:
        say(f"  and {len(shown) - CHANGES_SHOWN} more (--json has all)")
