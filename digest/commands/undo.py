"""``digest undo``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.commands._options import (
    issue_argument,
    now_option,
    open_issue,
    open_settings,
    read_clock,
)

if TYPE_CHECKING:
    from digest.history import State
    from digest.workspace import IssueFolder, Workspace


@click.command()
@issue_argument
@click.option("--list", "as_list", is_flag=True, help="Show the states that are kept.")
@click.option("--to", metavar="N", type=click.IntRange(1), help="Put back state N of the list.")
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would change as a diff.")
@now_option
@click.pass_context
def command(
    ctx: click.Context,
    issue: str | None,
    as_list: bool,
    to: int | None,
    dry_run: bool,
    now: str | None,
) -> int:
    """Put back the issue.md before the last change.

    What compose, add, cut, hold, move or another command of digest changed last is taken back:
    issue.md and issue.lock are both as they were before it, and the issue is rendered. Once more
    goes one change further back. What stood there is kept as well, with what you edited since, and
    --to brings it back. The last 20 states of each issue are kept, in .digest/history/.

    \b
    Examples:
      digest undo
      digest undo --list
      digest undo 2025-W17 --to 3 --dry-run
    """
    from digest.commands._terminal import say, show_diff, warn
    from digest.commands._words import show_finding, show_local
    from digest.undo import undo

    workspace, settings = open_settings(ctx, required=False)
    folder = open_issue(workspace, issue)
    zone = settings.newsletter.timezone
    if as_list:
        return _list(workspace, folder, zone)
    undone = undo(workspace, settings, folder, now=read_clock(now, zone), to=to, keep=not dry_run)
    name = workspace.show(folder.document)
    state = undone.state
    when = show_local(state.replaced_at, zone)
    if dry_run:
        show_diff(_text(undone.before), _text(state.document), name)
        say(f"nothing written; this would be state {state.number}, before `{state.by}` of {when}")
        return 0
    say(f"{name} is as it was before `{state.by}` of {when}", bold=True)
    if undone.kept is not None:
        words = ", with what you edited by hand since," if undone.edited else ""
        say(f"what stood there{words} is kept: `digest undo {folder.slug} --to {undone.kept}`")
    for finding in undone.findings:
        if finding.severity == "error":
            warn(show_finding(finding))
    if undone.unrendered:
        warn(f"it is not rendered: {undone.unrendered}")
        return 1
    return 0


def _list(workspace: Workspace, folder: IssueFolder, zone: str) -> int:
    """The kept states, the newest last: the order in which they stood in issue.md."""
    from digest.commands._terminal import say, table
    from digest.commands._words import show_local
    from digest.history import find_previous, read_states

    states = read_states(workspace, folder)
    if not states:
        say(f"no earlier state of {workspace.show(folder.document)} is kept here")
        return 0
    first = find_previous(workspace, folder)
    rows = [
        [
            str(state.number),
            f"{state.by}, {show_local(state.replaced_at, zone)}",
            _count_items(state, folder),
            "`digest undo` puts this back" if first and state.number == first.number else "",
        ]
        for state in states
    ]
    table("", ["state", "stood there until", "items", ""], rows, to_stdout=True)
    return 0


def _count_items(state: State, folder: IssueFolder) -> str:
    from digest.errors import DocumentError
    from digest.issue.parse import parse_issue

    try:
        issue = parse_issue(_text(state.document), slug=folder.slug, file="issue.md")
    except DocumentError:
        return "unreadable"
    return str(sum(len(section.items) for section in issue.sections))


def _text(document: bytes) -> str:
    return document.decode("utf-8", errors="replace")
