"""``digest slots``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.commands._options import json_option, now_option, open_settings, read_clock

if TYPE_CHECKING:
    from digest.slots import Booking, Entry


@click.command()
@click.option(
    "--coming",
    metavar="N",
    type=click.IntRange(0, 500),
    default=4,
    show_default=True,
    help="How many coming issues to show.",
)
@click.option(
    "--past",
    metavar="N",
    type=click.IntRange(0),
    default=4,
    show_default=True,
    help="How many issues of the past to show.",
)
@now_option
@json_option
@click.pass_context
def command(ctx: click.Context, coming: int, past: int, now: str | None, as_json: bool) -> int:
    """Show what stands in the slots of issues, what is booked and what is free.

    A slot is a name and a place in the issue (sponsor after the first topic). For each issue
    of the past it is shown what was printed there, for each coming one what [[slots]] in
    digest.toml books: booked, default (a booking without dates), double-booked or free. An
    issue's day is the one on which it appears: that of its window's end.

    \b
    Examples:
      digest slots
      digest slots --coming 12 --json
    """
    from digest.commands._terminal import emit_json, say, table, warn
    from digest.slots import read_slots

    workspace, settings = open_settings(ctx)
    clock = read_clock(now, settings.newsletter.timezone)
    slots = read_slots(workspace, settings, now=clock, past=past, coming=coming)
    if as_json:
        emit_json(slots.to_json())
    else:
        if slots.entries:
            columns = ["day", "issue", "slot", "place", "state", "booking"]
            table("", columns, [_row(entry) for entry in slots.entries], to_stdout=True)
        if slots.bookings:
            columns = ["booking", "slot", "since", "until", "every", "state"]
            rows = [_booking_row(booking) for booking in slots.bookings]
            table("", columns, rows, to_stdout=True)
        else:
            say("nothing is booked: [[slots]] in digest.toml books, docs/configuration.md says how")
    if slots.hidden:
        say(f"{slots.hidden} earlier issues are not shown: --past {past + slots.hidden} shows all")
    for warning in slots.warnings:
        warn(warning)
    return 0


def _row(entry: Entry) -> list[str]:
    return [
        entry.day.isoformat() if entry.day else "–",
        entry.issue or entry.issue_state,
        entry.name,
        entry.position or "–",
        entry.state,
        ", ".join(filter(None, (entry.booking, *entry.others))) or "–",
    ]


def _booking_row(booking: Booking) -> list[str]:
    slot = booking.slot
    return [
        slot.label,
        slot.name,
        slot.since.isoformat() if slot.since else "–",
        slot.until.isoformat() if slot.until else "–",
        slot.every or "–",
        booking.state,
    ]
