"""``digest preview``."""

from __future__ import annotations

import click

from digest.commands._options import issue_argument, open_issue, open_settings


@click.command()
@issue_argument
@click.option("--port", type=click.IntRange(0, 65535), help="Listen on this port; 0: any free.")
@click.option("--open/--no-open", "open_browser", default=True, help="Open the browser.")
@click.pass_context
def command(ctx: click.Context, issue: str | None, port: int | None, open_browser: bool) -> None:
    """Show the issue in a browser, live.

    The page follows every save of issue.md, digest.toml and the templates. It is served on
    this machine only. Ctrl-C ends it.

    \b
    Examples:
      digest preview
      digest preview 2025-W17 --port 8100 --no-open
    """
    from digest.commands._terminal import say
    from digest.preview import serve

    workspace, _ = open_settings(ctx, required=False)
    folder = open_issue(workspace, issue)

    def ready(address: str) -> None:
        say(f"{folder.slug} at {address} (Ctrl-C ends)")
        if open_browser:
            click.launch(address)

    serve(folder, workspace, port=port, on_ready=ready)
