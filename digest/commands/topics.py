"""``digest topics``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.commands._options import json_option, now_option, open_settings, read_clock
from digest.commands._topics_evaluate import command as evaluate
from digest.commands._topics_list import command as show_rules
from digest.commands._topics_suggest import command as suggest

if TYPE_CHECKING:
    from digest.assigning import Assigned


@click.group(invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Show how articles find their sections, and how often that agrees with you.

    Without a command, what `digest topics list` shows: every rule of digest.toml and what it
    caught.

    \b
    Examples:
      digest topics
      digest topics suggest
      digest topics evaluate
      digest topics assign articles.jsonl --json
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(show_rules)


command.add_command(show_rules)
command.add_command(suggest)
command.add_command(evaluate)


@command.command("assign")
@click.argument("file", metavar="FILE.jsonl|-")
@click.option(
    "--issues",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Learn from the issues in DIR (DIR/NAME/issue.md) instead of the workspace's.",
)
@now_option
@json_option
@click.pass_context
def assign(
    ctx: click.Context, file: str, issues: Path | None, now: str | None, as_json: bool
) -> int:
    """Place articles outside any window, for scripts.

    FILE has one article a line as JSON: its title and url, the rest if known; `-` is standard
    input. Each is placed by the rules of digest.toml and by what past issues teach, in the order
    of the lines: its topic, how often such a placement was right in the past (confidence), the
    next likeliest topic (second) and the reason. What is not sure is placed all the same, and
    says so (sure). A line that cannot be read is named, the others go on; then the exit status
    is 1.

    DIR needs no digest.toml, and its issues need not be digest's: sections (`## Name`) with items
    (`### [Title](address)`, or lists of links) are enough. They are taken in the order of their
    windows, else of their names.

    \b
    Examples:
      digest topics assign articles.jsonl
      digest articles --json | jq -c '.[]' | digest topics assign - --json
      digest topics assign new.jsonl --issues ../old-newsletter/issues --json
    """
    import gc

    # Ends before there is anything to collect; looking for it costs a tenth of the time.
    gc.set_threshold(200_000, 20, 100)
    from digest.assigning import assign as assign_all
    from digest.commands._terminal import complain, emit_json
    from digest.errors import SourceError

    workspace, settings = open_settings(ctx, required=False)
    found: list[Assigned] = []
    failed = 0
    for each in assign_all(
        workspace,
        settings,
        file,
        stdin=sys.stdin.buffer,
        issues=issues,
        now=read_clock(now, settings.newsletter.timezone),
    ):
        if isinstance(each, SourceError):
            failed += 1
            complain(str(each))
        else:
            found.append(each)
    if as_json:
        emit_json([each.to_json() for each in found])
    else:
        _show(found)
    return 1 if failed else 0


def _show(found: list[Assigned]) -> None:
    """Articles with their topics, a line each."""
    from digest.commands._terminal import table

    rows = [
        [
            each.topic if each.is_sure else f"{each.topic}?",
            "" if each.confidence is None else f"{each.confidence:.0%}",
            each.second,
            each.title or each.url or "",
            each.reason,
        ]
        for each in found
    ]
    table("", ["topic", "sure", "or else", "title", "reason"], rows, to_stdout=True)
