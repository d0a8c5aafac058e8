"""``digest doctor``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.commands._options import json_option, now_option

if TYPE_CHECKING:
    from digest.doctor import Diagnosis


@click.command()
@now_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, now: str | None, as_json: bool) -> int:
    """Say what state the workspace is in, and what is wrong.

    It looks at digest.toml and the issues, at the database (size, schema, damage, what would be
    lost with it), at how each source did when it was last read, at templates, at libraries and
    programs that digest can use, at the clock and the zone. Nothing is changed, no server asked.

    A line is `ok`, a `note`, or `wrong`: then the exit status is 1. A source is wrong when it is
    gone, is no feed, or failed in three runs in a row.

    \b
    Examples:
      digest doctor
      digest doctor --json
    """
    from pathlib import Path

    from digest.commands._options import read_clock
    from digest.commands._terminal import emit_json
    from digest.doctor import examine
    from digest.workspace import open_workspace

    named = ctx.obj["workspace"]
    workspace = open_workspace(Path(named) if named else None)
    diagnosis = examine(workspace, read_clock(now, "UTC"))
    if as_json:
        emit_json(diagnosis.to_json())
    else:
        _show(diagnosis)
    return 1 if diagnosis.wrong else 0


def _show(diagnosis: Diagnosis) -> None:
    """All facts by section; of sources only those that are not well, and a count."""
    from digest.commands._terminal import emit

    section, well = "", 0
    for fact in diagnosis.facts:
        if fact.section != section:
            section = fact.section
            emit(click.style(section, bold=True))
        if section == "sources" and fact.state == "ok":
            well += 1
            continue
        state = {"wrong": click.style("wrong", fg="red"), "note": "note ", "ok": "ok   "}
        emit(f"  {state[fact.state]}  {fact.text}{f'; {fact.fix}' if fact.fix else ''}")
    told = f", {well} {'source is' if well == 1 else 'sources are'} well" if well else ""
    emit(f"{diagnosis.wrong or 'nothing'} wrong{told}")
