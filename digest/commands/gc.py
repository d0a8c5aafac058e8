"""``digest gc``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from digest.commands._options import json_option, now_option, open_settings, read_clock

if TYPE_CHECKING:
    from datetime import timedelta

_AGE = re.compile(r"(\d{1,4})\s*([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 31, "y": 366}


@click.command()
@click.option("--dry-run", is_flag=True, help="Change nothing; say what would go.")
@click.option(
    "--keep",
    metavar="AGE",
    help="Also forget articles that no source has offered for so long: 2y, 18m, 90d.",
)
@now_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    dry_run: bool,
    keep: str | None,
    now: str | None,
    as_json: bool,
) -> int:
    """Forget what the database needs no more, and give the room back.

    What goes: answers of servers that no run has read for 90 days, and what is noted of
    addresses that no run has asked for a year, unless digest.toml names them; hosts whose rest
    is over. Nothing of it is missed but that a server is asked once more.

    What stays: everything that `digest why`, the issues and `digest send` rest on: each article
    ever seen with its first-seen time and what runs said of it, and the ledger of deliveries.
    With --keep articles go as well that no source has offered for so long (60 days at least), and
    `digest why` knows of them only what the issues say; not those of a source that has not
    answered since. The ledger always stays.

    \b
    Examples:
      digest gc --dry-run
      digest gc --keep 2y
    """
    from digest.commands._progress import show_bytes
    from digest.commands._terminal import emit_json, say
    from digest.state.database import open_database
    from digest.state.upkeep import measure, sweep

    workspace, settings = open_settings(ctx)
    age = _read_age(keep)
    clock = read_clock(now, settings.newsletter.timezone)
    database = workspace.database
    if database is None or not database.is_file():
        say("there is no database yet: nothing to forget")
        if as_json:
            emit_json({"forgotten": {}, "bytes_before": 0, "bytes_after": 0})
        return 0
    # What a dry run says is what was found in a copy: nothing is written.
    with workspace.lock(), open_database(database, scratch=dry_run) as connection:
        before = measure(connection)
        swept = sweep(
            connection,
            now=clock,
            addresses={source.url for source in settings.sources if source.url},
            labels={source.label for source in settings.sources},
            keep=age,
        )
        after = measure(connection)
    if as_json:
        emit_json(
            {
                "forgotten": swept.to_json(),
                "bytes_before": before.bytes,
                "bytes_after": after.bytes,
            }
        )
    would = "would be " if dry_run else ""
    words = ", ".join(f"{count} {what}" for what, count in swept.to_json().items())
    say(f"{would}forgotten: {words}")
    say(f"{workspace.show(database)}: {show_bytes(before.bytes)}, {_now(after.bytes, dry_run)}")
    return 0


def _now(count: int, dry_run: bool) -> str:
    from digest.commands._progress import show_bytes

    return f"{'then' if dry_run else 'now'} {show_bytes(count)}"


def _read_age(text: str | None) -> timedelta | None:
    """The time that ``--keep`` names; raises UsageError for what is none, or too short."""
    from datetime import timedelta

    from digest.errors import UsageError
    from digest.state.upkeep import SHORTEST_KEEP

    if text is None:
        return None
    found = _AGE.fullmatch(text.strip().lower())
    if found is None:
        raise UsageError(f"not a time: {text}", where="--keep", fix="write it as 2y, 18m or 90d")
    age = timedelta(days=int(found[1]) * _DAYS[found[2]])
    if age < SHORTEST_KEEP:
        raise UsageError(
            f"too short: {text}", where="--keep", fix=f"name at least {SHORTEST_KEEP.days}d"
        )
    return age
