"""``digest articles``."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import Any

import click

from digest.commands._options import (
    json_option,
    now_option,
    offline_option,
    open_settings,
    read_clock,
    refresh_option,
    window_options,
    window_request,
)


@click.command()
@click.argument("inputs", metavar="[PATH|URL|-]...", nargs=-1)
@window_options
@now_option
@json_option
@click.option("--explain", is_flag=True, help="Show every candidate for each fact, and its fate.")
@offline_option
@refresh_option
@click.option("--split", is_flag=True, help="Take newsletters apart: each link is an article.")
@click.option("--strict", is_flag=True, help="Fail when a source fails.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    inputs: tuple[str, ...],
    now: str | None,
    as_json: bool,
    explain: bool,
    offline: bool,
    refresh: bool,
    split: bool,
    strict: bool,
    **window: Any,
) -> int:
    """Show what digest makes of each input.

    Without PATH or URL the sources of digest.toml are read; `-` reads JSON lines from
    standard input. With a window, only articles inside it are shown. Each fact is shown with
    where it came from, and with what an editor should doubt: on a terminal as a table, in a
    pipe as one line an article, its fields parted by tabs.

    --explain shows how each fact was found: all that the input offers for it, in the order of
    trust, with its basis and why it won (+) or lost (-).

    \b
    Examples:
      digest articles articles/*.txt
      digest articles https://example.org/feed.xml --last 7d --json
      digest articles newsletters.mbox --split
      digest articles --explain saved-page.html
    """
    from digest.commands._facts import explained, show_articles, show_candidates
    from digest.commands._progress import watch_sources
    from digest.commands._terminal import emit_json_list, say
    from digest.commands._words import show_sources, warn_of_exposed
    from digest.errors import SourceError
    from digest.intake import Intake, list_articles, pick_sources
    from digest.model import Article
    from digest.window import describe

    workspace, settings = open_settings(ctx, required=False)
    intake = Intake(
        workspace=workspace,
        settings=settings,
        sources=pick_sources(settings, inputs, split=split),
        now=read_clock(now, settings.newsletter.timezone),
        named_clock=now is not None,
        offline=offline,
        refresh=refresh,
        keep=False,
        explain=explain,
        texts=False,
        stdin=sys.stdin.buffer if "-" in inputs else None,
    )
    if not offline:
        warn_of_exposed(intake.sources)
    with ExitStack() as stack:
        with watch_sources(len(intake.sources)) as progress:
            listed = stack.enter_context(list_articles(intake, window_request(window), progress))
        if listed.window is not None:
            say(describe(listed.window))
        if as_json:
            emit_json_list(map(explained if explain else Article.to_json, listed.articles()))
        else:
            (show_candidates if explain else show_articles)(listed.articles)
    failed = show_sources(listed.reports)
    count = sum(report.failed for report in listed.reports)
    if count and count == len(listed.reports):
        failed = count  # nothing was to be had, whoever is at fault
    elif not strict:
        failed = 0
    if failed:
        raise SourceError(f"{failed} of {len(listed.reports)} inputs failed", where="articles")
    return 0
