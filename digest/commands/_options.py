"""Options and objects that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from datetime import datetime

    from digest.config import Settings
    from digest.window import WindowRequest
    from digest.workspace import IssueFolder, Workspace

F = TypeVar("F", bound=Callable[..., Any])

now_option = click.option(
    "--now",
    metavar="WHEN",
    help="Stand-in for the clock (2025-04-28T07:00+09:00, or local time of the newsletter).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
from_option = click.option(
    "--from",
    "inputs",
    metavar="PATH|URL|-",
    multiple=True,
    help="Read this instead of the sources of digest.toml; `-` is JSON lines on standard input.",
)
offline_option = click.option(
    "--offline", is_flag=True, help="Ask no server; use what was fetched before."
)
refresh_option = click.option(
    "--refresh",
    "--force",
    is_flag=True,
    help="Ask every server anew, also for what is fresh, gone or has failed lately.",
)
issue_argument = click.argument("issue", metavar="[ISSUE]", required=False)


def window_options(function: F) -> F:
    """``--since``, ``--until``, ``--last``, ``--week``, ``--month``."""
    for option in reversed(
        (
            click.option("--since", metavar="WHEN", help="Begin here: a date is its midnight."),
            click.option("--until", metavar="WHEN", help="End here: a date includes that day."),
            click.option("--last", metavar="SPAN", help="The last 7d, 2w or 1m."),
            click.option("--week", metavar="WEEK", help="One ISO week, such as 2025-W17."),
            click.option("--month", metavar="MONTH", help="One month, such as 2025-04."),
        )
    ):
        function = option(function)
    return function


def window_request(values: dict[str, Any]) -> WindowRequest:
    """The window options out of a command's arguments."""
    from digest.window import WindowRequest

    names = ("since", "until", "last", "week", "month")
    return WindowRequest(**{name: values.get(name) for name in names})


def open_settings(ctx: click.Context, *, required: bool = True) -> tuple[Workspace, Settings]:
    """The workspace that the command works in, and its settings or the documented defaults."""
    from pathlib import Path

    from digest.config import Settings
    from digest.config.read import read_settings
    from digest.workspace import open_workspace

    named = ctx.obj["workspace"]
    workspace = open_workspace(Path(named) if named else None, required=required)
    if workspace.settings_path is None:
        return workspace, Settings()
    return workspace, read_settings(workspace.settings_path)


def open_issue(workspace: Workspace, name: str | None) -> IssueFolder:
    """The issue that ISSUE names; nothing means the newest, by its window."""
    from digest.press import slugs_by_window
    from digest.workspace import find_issue, open_workspace

    slugs = slugs_by_window(workspace)
    if name is None and not slugs and workspace.settings_path is None:
        open_workspace(workspace.root)  # says that this is no workspace, and what to do
    return find_issue(workspace, name, slugs)


def read_clock(now: str | None, timezone: str) -> datetime:
    """The instant that ``--now`` names, or the machine's clock: the only place that reads it."""
    from datetime import UTC, datetime

    if now is None:
        return datetime.now(UTC).replace(microsecond=0)
    from digest.errors import UsageError
    from digest.window import parse_moment

    try:
        return parse_moment(now, timezone=timezone)
    except UsageError as error:
        raise UsageError(error.message, where="--now", fix=error.fix) from error
