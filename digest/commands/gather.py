"""``digest gather``."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

import click

from digest.commands._options import (
    from_option,
    json_option,
    now_option,
    offline_option,
    open_settings,
    read_clock,
    refresh_option,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digest.model import SourceReport


@click.command()
@from_option
@offline_option
@refresh_option
@now_option
@json_option
@click.option("--strict", is_flag=True, help="Fail when a source fails.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    inputs: tuple[str, ...],
    offline: bool,
    refresh: bool,
    now: str | None,
    as_json: bool,
    strict: bool,
) -> int:
    """Bring in what the sources offer, and say what each did.

    It is the first step of `digest compose`, by itself: what servers answer is kept, so that
    `digest compose --offline` makes the issue from it later. Servers are asked no sooner than
    they want to be. Ctrl-C keeps what is in; the same command goes on from there.

    Each source is shown with a word for how it did, its articles, how many of them no run saw
    before, when it last succeeded, how many runs in a row it failed, the usual time between its
    entries, and what is to be said of it: on a terminal as a table, in a pipe one line a source,
    its fields parted by tabs.

    \b
    Examples:
      digest gather
      digest gather --json --strict
      digest gather --from https://example.org/feed.xml --refresh
    """
    import gc

    from digest.commands._progress import watch_sources
    from digest.commands._terminal import emit_json_field, say, warn
    from digest.commands._words import show_reports, warn_of_exposed
    from digest.errors import SourceError
    from digest.intake import Intake, gather_sources, pick_sources

    # As in compose: articles live to the end of the run.
    gc.set_threshold(200_000, 20, 100)
    workspace, settings = open_settings(ctx, required=not inputs)
    intake = Intake(
        workspace=workspace,
        settings=settings,
        sources=pick_sources(settings, inputs),
        now=read_clock(now, settings.newsletter.timezone),
        named_clock=now is not None,
        offline=offline,
        refresh=refresh,
        stdin=sys.stdin.buffer if "-" in inputs else None,
    )
    if not offline:
        warn_of_exposed(intake.sources)
    with watch_sources(len(intake.sources)) as progress:
        gathered = gather_sources(intake, progress)
    if as_json:
        emit_json_field("sources", (report.to_json_whole() for report in gathered.reports))
    else:
        show_reports(gathered.reports, settings.newsletter.timezone)
    say(_sum_up(gathered.reports, gathered.number))
    if workspace.database is None:
        warn("nothing is kept: there is no digest.toml here (`digest init` starts one)")
    failed = sum(report.at_fault for report in gathered.reports)
    if failed and (strict or all(report.failed for report in gathered.reports)):
        raise SourceError(f"{failed} of {len(gathered.reports)} sources failed", where="gather")
    return 0


def _sum_up(reports: Sequence[SourceReport], articles: int) -> str:
    from digest.commands._progress import show_bytes
    from digest.commands._words import show_count

    counts = Counter(report.status for report in reports)
    words = ", ".join(f"{count} {status}" for status, count in counts.most_common())
    new = sum(report.new or 0 for report in reports)
    received = sum(report.bytes_received for report in reports)
    return (
        f"{words}; {show_count(articles, 'article')}, {new:,} new; {show_bytes(received)} received"
    )
