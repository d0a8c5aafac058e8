"""``digest calendar``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.commands._options import json_option, now_option, open_settings, read_clock

if TYPE_CHECKING:
    from datetime import datetime

    from digest.calendar import Entry


PAST = frozenset({"sent", "imported", "composed", "gap"})


@click.command()
@click.option(
    "--coming",
    metavar="N",
    type=click.IntRange(0, 500),
    default=4,
    show_default=True,
    help="How many coming windows to show.",
)
@click.option(
    "--past",
    metavar="N",
    type=click.IntRange(0),
    default=12,
    show_default=True,
    help="How many issues and gaps of the past to show; warnings tell of all.",
)
@now_option
@json_option
@click.pass_context
def command(ctx: click.Context, coming: int, past: int, now: str | None, as_json: bool) -> int:
    """Show past and coming windows, gaps and overlaps.

    Each window is shown with its true hours (weeks of 167 and 169 hours exist), its articles
    and its state: sent, imported, composed, gap (no issue covers it), due (what `digest compose`
    would take now), open (it has begun) or coming. Of windows without an issue the known articles
    are counted that are theirs by the rules of compose, late ones left aside.

    \b
    Examples:
      digest calendar
      digest calendar --coming 12 --json
    """
    from digest.calendar import read_calendar
    from digest.commands._terminal import emit_json, say, table, warn

    workspace, settings = open_settings(ctx, required=False)
    clock = read_clock(now, settings.newsletter.timezone)
    calendar = read_calendar(workspace, settings, now=clock, coming=coming)
    done = [entry for entry in calendar.entries if entry.state in PAST]
    hidden = {id(entry) for entry in done[: max(len(done) - past, 0)]}
    shown = [entry for entry in calendar.entries if id(entry) not in hidden]
    if as_json:
        emit_json([entry.to_json() for entry in shown])
    elif shown:
        columns = ["issue", "from", "to", "hours", "items", "hold", "cut", "left out", "state"]
        table("", columns, [_row(entry) for entry in shown], to_stdout=True)
    if hidden:
        say(f"{len(hidden)} earlier ones are not shown: --past {len(done)} shows all")
    for warning in calendar.warnings:
        warn(warning)
    return 0


def _row(entry: Entry) -> list[str]:
    window, tally = entry.window, entry.tally
    start = end = hours = "–"
    if window is not None:
        start, end = (_show(moment, window.timezone) for moment in (window.start, window.end))
        hours = f"{window.hours:.1f}".removesuffix(".0")
    counts = ["–"] * 4
    if tally is not None:
        numbers = tally.numbers
        counts = [
            "–" if count is None else str(count)
            for count in (numbers.items, numbers.held, tally.cut, numbers.left_out)
        ]
    state = entry.state
    said = f"{state}, overlaps {', '.join(entry.overlaps)}" if entry.overlaps else str(state)
    if entry.seen:
        said = f"{said}, {entry.seen} seen"
    return [entry.slug or "–", start, end, hours, *counts, said]


def _show(moment: datetime, timezone: str) -> str:
    from digest.window.moments import show_wall, zone_named

    return show_wall(moment.astimezone(zone_named(timezone)))
