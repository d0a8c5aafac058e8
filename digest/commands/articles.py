"""``digest articles``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from digest.commands._options import (
    json_option,
    now_option,
    open_settings,
    read_clock,
    window_options,
    window_request,
)

if TYPE_CHECKING:
    from digest.model import Article


@click.command()
@click.argument("inputs", metavar="[PATH|URL|-]...", nargs=-1)
@window_options
@now_option
@json_option
@click.option("--offline", is_flag=True, help="Ask no server; use what was fetched before.")
@click.option("--split", is_flag=True, help="Take newsletters apart: each link is an article.")
@click.option("--strict", is_flag=True, help="Fail when a source fails.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    inputs: tuple[str, ...],
    now: str | None,
    as_json: bool,
    offline: bool,
    split: bool,
    strict: bool,
    **window: Any,
) -> int:
    """Show what digest makes of each input.

    Without PATH or URL the sources of digest.toml are read; `-` reads JSON lines from
    standard input. With a window, only articles inside it are shown. Each fact is shown with
    where it came from.

    \b
    Examples:
      digest articles articles/*.txt
      digest articles https://example.org/feed.xml --last 7d --json
      digest articles newsletters.mbox --split
    """
    from digest.commands._terminal import emit_json, say
    from digest.commands._words import show_sources, watch_sources
    from digest.errors import SourceError
    from digest.intake import Intake, list_articles, pick_sources
    from digest.window import describe

    workspace, settings = open_settings(ctx, required=False)
    intake = Intake(
        workspace=workspace,
        settings=settings,
        sources=pick_sources(settings, inputs, split=split),
        now=read_clock(now, settings.newsletter.timezone),
        offline=offline,
        keep=False,
        stdin=sys.stdin.buffer if "-" in inputs else None,
    )
    with watch_sources() as progress:
        listed = list_articles(intake, window_request(window), progress)
    if listed.window is not None:
        say(describe(listed.window))
    if as_json:
        emit_json([article.to_json() for article in listed.articles])
    elif listed.articles:
        _show_table(listed.articles)
    failed = show_sources(listed.reports)
    if failed and (strict or failed == len(listed.reports)):
        raise SourceError(f"{failed} of {len(listed.reports)} inputs failed", where="articles")
    return 0


def _show_table(articles: Sequence[Article]) -> None:
    from digest.commands._terminal import table
    from digest.commands._words import show_when

    rows = [
        [
            f"{show_when(article.published)}\n{article.published.basis}"
            if article.published
            else "–",
            article.title,
            article.source.name,
            article.input,
            "; ".join(article.problems),
        ]
        for article in articles
    ]
    columns = ["published, basis", "title", "source", "input", "problems"]
    if not any(article.problems for article in articles):
        columns.pop()
        for row in rows:
            row.pop()
    table("", columns, rows, to_stdout=True)
