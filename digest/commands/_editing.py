"""What the commands that change issue.md share: questions, options, words about what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from digest.commands._options import now_option

if TYPE_CHECKING:
    from digest.desk import Done, Outcome, Unanswered
    from digest.editing import Request

F = TypeVar("F", bound=Callable[..., Any])


def change_options(function: F) -> F:
    """``--issue``, ``--dry-run`` and ``--now``."""
    for option in reversed(
        (
            click.option(
                "--issue", metavar="ISSUE", help="Change this issue instead of the newest."
            ),
            click.option(
                "--dry-run", is_flag=True, help="Write nothing; show what would change as a diff."
            ),
            now_option,
        )
    ):
        function = option(function)
    return function


def read_asked(arguments: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """The questions: the arguments, and for ``-`` the lines of standard input that are not
    blank; whether each is one by itself, for lines never are words of one title."""
    import sys

    asked: list[str] = []
    for argument in arguments:
        if argument == "-":
            lines = sys.stdin.buffer.read().decode("utf-8", errors="replace").splitlines()
            asked += [line.strip() for line in lines if line.strip()]
        else:
            asked.append(argument)
    return tuple(asked), "-" in arguments


def make_request(
    ctx: click.Context,
    arguments: Sequence[str],
    *,
    issue: str | None,
    now: str | None,
    dry_run: bool,
) -> Request:
    """The request of ``cut``, ``hold`` and ``move``."""
    from digest.commands._options import open_issue, open_settings, read_clock
    from digest.editing import Request

    workspace, settings = open_settings(ctx, required=False)
    folder = open_issue(workspace, issue)
    asked, apart = read_asked(arguments)
    return Request(
        workspace=workspace,
        settings=settings,
        folder=folder,
        asked=asked,
        apart=apart,
        now=read_clock(now, settings.newsletter.timezone),
        keep=not dry_run,
    )


def show_change(make: Callable[[], Outcome], name: str, *, dry_run: bool) -> int:
    """Makes a change and says what was done and how to undo it; gives the exit status.

    ``name`` is issue.md as messages name it.
    """
    from digest.commands._terminal import say, show_diff, warn
    from digest.commands._words import show_finding
    from digest.desk import Unanswered

    try:
        outcome = make()
    except Unanswered as error:
        return _show_unanswered(error)
    for done in outcome.done:
        say(_show_done(done))
    for note in outcome.notes:
        say(f"note: {note}")
    for finding in outcome.findings:
        if finding.severity == "error":
            warn(show_finding(finding))
    if dry_run and outcome.done:
        show_diff(outcome.before, outcome.document, name)
        say(f"nothing written; this would be {name}")
    elif outcome.done:
        say(f"wrote {name} and rendered it; `digest undo` takes it back", bold=True)
    else:
        say(f"nothing to do: {name} stays as it is")
    return 0


def _show_unanswered(error: Unanswered) -> int:
    from digest.commands._terminal import complain

    for mistake in error.mistakes:
        complain(mistake.message)
        for choice in mistake.choices:
            click.echo(f"  {choice}", err=True)
    click.echo("nothing was changed", err=True)
    return error.status


def _show_done(done: Done) -> str:
    if done.act == "cut":
        return f"cut from {done.left}: {done.title}"
    if done.act == "held":
        return f"held, taken from {done.left}: {done.title}"
    if done.act == "moved":
        return f"moved from {done.left} to {done.to}: {done.title}"
    return f"{done.act} to {done.to}: {done.title}"
