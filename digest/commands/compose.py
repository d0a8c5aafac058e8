"""``digest compose``."""

from __future__ import annotations

import sys
from typing import Any

import click

from digest.commands._options import (
    from_option,
    issue_argument,
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
@issue_argument
@window_options
@now_option
@from_option
@click.option("--split", is_flag=True, help="With --from: take newsletters apart.")
@offline_option
@refresh_option
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would change as a diff.")
@json_option
@click.option("--again", is_flag=True, help="Also take what other issues printed already.")
@click.option("--slug", help="Name the issue's folder instead of deriving it from the window.")
@click.option(
    "--locked", is_flag=True, help="Rebuild ISSUE from its issue.lock alone, byte for byte."
)
@click.option(
    "--output", "-o", metavar="DIR", help="With --locked: write into this folder instead."
)
@click.option("--strict", is_flag=True, help="Fail when a source fails.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    issue: str | None,
    now: str | None,
    inputs: tuple[str, ...],
    split: bool,
    offline: bool,
    refresh: bool,
    dry_run: bool,
    as_json: bool,
    again: bool,
    slug: str | None,
    locked: bool,
    output: str | None,
    strict: bool,
    **window: Any,
) -> int:
    """Gather, select, group and write the issue.

    Without a window it takes from the end of the last issue to the latest boundary of the
    schedule. Composing again merges: what you changed in issue.md stays as you have it, what
    you cut stays cut, and only what is new is added.

    With --locked nothing is gathered: ISSUE, else the newest, is written as digest last proposed
    it, from its issue.lock alone, offline, on any machine. A lock that is damaged or was changed
    is refused with the line. An issue.md that says something else is left alone: --dry-run shows
    the difference, and --output rebuilds beside it.

    \b
    Examples:
      digest compose
      digest compose --week 2025-W17 --dry-run
      digest compose --from articles --last 7d
      digest compose --locked 2025-W17 --output proposed
    """
    import gc

    from digest.commands._progress import watch_sources
    from digest.commands._terminal import emit_json, say, show_diff, warn
    from digest.commands._words import show_composed, show_sources
    from digest.compose import Request, compose
    from digest.errors import SourceError, UsageError
    from digest.intake import Intake, pick_sources
    from digest.window import describe

    if locked:
        _refuse_beside_locked(now=now, from_=inputs, split=split, again=again, slug=slug, **window)
        return _rebuild(ctx, issue, output, dry_run=dry_run, as_json=as_json)
    if output is not None:
        raise UsageError(
            "an issue is composed in a folder of issues/",
            where="--output",
            fix="add --locked, or name the folder with --slug",
        )
    if issue is not None:
        raise UsageError(
            f"an issue is named, but not to be rebuilt: {issue}",
            where="ISSUE",
            fix="add --locked, or name a window (--week) or a folder (--slug)",
        )
    # Thousands of articles live to the end of the run; going over them again and again finds
    # nothing: 2.7 s of processor time against 2.3 s for the 20,000 of `python -m bench compose`.
    gc.set_threshold(200_000, 20, 100)
    workspace, settings = open_settings(ctx, required=not inputs)
    request = Request(
        intake=Intake(
            workspace=workspace,
            settings=settings,
            sources=pick_sources(settings, inputs, split=split),
            now=read_clock(now, settings.newsletter.timezone),
            offline=offline,
            refresh=refresh,
            keep=not dry_run,
            stdin=sys.stdin.buffer if "-" in inputs else None,
        ),
        window=window_request(window),
        slug=slug,
        again=again,
    )
    with watch_sources(len(request.intake.sources)) as progress:
        composed = compose(request, progress)
    say(describe(composed.window))
    for problem in composed.problems:
        warn(problem)
    failed = show_sources(composed.reports)
    if not composed.unread:
        show_composed(composed)
    name = workspace.show(composed.folder.document)
    if as_json:
        emit_json(composed.to_json())
    elif dry_run:
        show_diff(composed.before or "", composed.document, name)
    if composed.unread:
        raise SourceError("no source could be read: nothing is composed")
    if not composed.document:
        say("nothing written: there is no issue without articles")
    elif dry_run:
        say(f"nothing written; this would be {name}")
    else:
        say(f"wrote {name}", bold=True)
        say("next: `digest preview` while you edit it, then `digest check`")
    if strict and failed:
        raise SourceError(f"{failed} of {len(composed.reports)} sources failed", where="--strict")
    return 0


def _refuse_beside_locked(**options: Any) -> None:
    """Raises UsageError for options that say what to compose from."""
    from digest.errors import UsageError

    for name, value in options.items():
        if value:
            raise UsageError(
                f"contradicts --{name.strip('_')}",
                where="--locked",
                fix="everything comes from issue.lock: give ISSUE alone",
            )


def _rebuild(
    ctx: click.Context, name: str | None, output: str | None, *, dry_run: bool, as_json: bool
) -> int:
    from pathlib import Path

    from digest.commands._terminal import emit_json, say, show_diff
    from digest.rebuild import find_locked, rebuild
    from digest.window import describe
    from digest.workspace import IssueFolder

    workspace, settings = open_settings(ctx, required=False)
    rebuilt = rebuild(
        workspace,
        settings,
        find_locked(workspace, name),
        keep=not dry_run,
        output=IssueFolder(path=Path(output).resolve()) if output else None,
    )
    if rebuilt.window:
        say(describe(rebuilt.window))
    shown = workspace.show(rebuilt.folder.document)
    if as_json:
        emit_json(rebuilt.to_json())
    elif dry_run:
        show_diff(rebuilt.before or "", rebuilt.document, shown)
    if not rebuilt.as_composed:
        say("as digest proposed it: what you had changed in issue.md is not in issue.lock")
    say(f"nothing written; this would be {shown}" if dry_run else f"wrote {shown}", bold=True)
    return 0
