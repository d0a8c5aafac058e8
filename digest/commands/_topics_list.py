"""``digest topics list``: also what ``digest topics`` shows by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.commands._options import json_option, open_settings

if TYPE_CHECKING:
    from digest.topics.audit import Row

MOST_HINTS = 10


@click.command("list")
@click.option(
    "--last",
    metavar="N",
    type=click.IntRange(1),
    default=8,
    show_default=True,
    help="Look at so many issues.",
)
@json_option
@click.pass_context
def command(ctx: click.Context, last: int, as_json: bool) -> None:
    """Show every rule and what it caught in the last issues.

    Caught are items whose section the rule decides as digest.toml stands now; of those, how
    many stand in its section, were moved elsewhere, and were cut. Rules that matched nothing,
    or that an earlier one makes useless, are named below.

    \b
    Examples:
      digest topics list
      digest topics list --last 20 --json
    """
    from digest.auditing import audit_rules
    from digest.commands._terminal import emit_json, say, table

    workspace, settings = open_settings(ctx)
    found = audit_rules(workspace, settings, last=last)
    if as_json:
        emit_json(found.to_json())
        return
    if not found.rows:
        say("digest.toml has no rules: docs/topics.md says how they are written")
        return
    columns = ["topic", "rule", "caught", "stayed", "moved", "cut", ""]
    table("", columns, _rows(found.rows), to_stdout=True)
    if not found.issues:
        say("no issue has items yet: what rules catch is counted from the issues")
    else:
        first, newest = found.issues[0], found.issues[-1]
        said = newest if first == newest else f"{len(found.issues)} issues, {first} to {newest}"
        say(f"counted from {found.items} items of {said}")
    for hint in found.hints[:MOST_HINTS]:
        say(f"hint: {hint}")
    if len(found.hints) > MOST_HINTS:
        say(f"{len(found.hints) - MOST_HINTS} more hints are in --json")


def _rows(rows: tuple[Row, ...]) -> list[list[str]]:
    """The table's rows; a topic is named once, above its rules."""
    shown, before = [], ""
    for row in rows:
        topic = "" if row.rule.topic == before else row.rule.topic
        before = row.rule.topic
        counts = [row.stayed, row.moved, row.cut]
        shown.append(
            [
                topic,
                str(row.rule),
                str(row.caught),
                *("–" if row.rule.kind == "not" else str(count) for count in counts),
                "" if row.state == "good" else row.state,
            ]
        )
    return shown
