"""``digest render``."""

from __future__ import annotations

import click

from digest.commands._options import issue_argument, open_issue, open_settings


@click.command()
@issue_argument
@click.pass_context
def command(ctx: click.Context, issue: str | None) -> None:
    """Turn issue.md into HTML, text and message.

    ISSUE is a slug or a path; nothing means the newest issue. The same input gives the same
    bytes on any machine.

    \b
    Example:
      digest render 2025-W17
    """
    from digest.commands._terminal import say
    from digest.press import prove, write_rendered

    workspace, settings = open_settings(ctx, required=False)
    folder = open_issue(workspace, issue)
    with workspace.lock():
        folder.clear_unfinished()
        write_rendered(folder, prove(workspace, settings, folder).rendered)
    for path in (folder.html, folder.text, folder.message):
        say(f"wrote {workspace.show(path)} ({path.stat().st_size:,} bytes)")
