"""``digest log``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.commands._options import issue_argument, json_option, open_issue, open_settings

if TYPE_CHECKING:
    from digest.chronicle import Event


@click.command()
@issue_argument
@json_option
@click.pass_context
def command(ctx: click.Context, issue: str | None, as_json: bool) -> None:
    """Show what was done to an issue, and when it was sent.

    Every compose with its window and what became of the items, every change by a command
    (add, cut, hold, move, undo), and every hand-off with its target and counts, the newest last.
    What you type into issue.md yourself is no event; "edited" says that you did since the event
    before. `state` is the number of the issue.md that stood there before (`digest undo --to N`).
    In a clone, which has no .digest/, only the last compose and the hand-offs are known.

    \b
    Examples:
      digest log
      digest log 2025-W17 --json
    """
    from digest.chronicle import read_chronicle
    from digest.commands._terminal import emit_json, say, table, warn

    workspace, settings = open_settings(ctx, required=False)
    folder = open_issue(workspace, issue)
    chronicle = read_chronicle(workspace, folder)
    if chronicle.problem:
        warn(chronicle.problem)
    if as_json:
        emit_json(chronicle.to_json())
        return
    if not chronicle.events:
        say(f"nothing is known of {workspace.show(folder.document)}: no command of digest wrote it")
        return
    rows = [_row(event, settings.newsletter.timezone) for event in chronicle.events]
    table("", ["when", "what", "", "state"], rows, to_stdout=True)
    if chronicle.edited:
        say("issue.md was edited by hand since")
    if not chronicle.complete:
        say("no history is kept here: this is what issue.lock says")


def _row(event: Event, zone: str) -> list[str]:
    from digest.commands._words import show_local

    counts = ", ".join(f"{word} {count}" for word, count in event.counts.items() if count)
    begin, _, end = event.window.partition("/")
    parts = [
        event.about,
        f"{begin[:16].replace('T', ' ')} – {end[:16].replace('T', ' ')}" if end else "",
        counts or ("nothing changed" if event.what == "compose" else ""),
        "" if event.finished else "not finished",
        "edited by hand before" if event.edited else "",
    ]
    return [
        show_local(event.at, zone) if event.at else "–",
        event.what,
        "\n".join(part for part in parts if part),
        str(event.state or ""),
    ]
