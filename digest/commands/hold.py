"""``digest hold``."""

from __future__ import annotations

import click

from digest.commands._editing import change_options, make_request, show_change


@click.command()
@click.argument("asked", metavar="URL|WORDS...", nargs=-1, required=True)
@change_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    asked: tuple[str, ...],
    issue: str | None,
    dry_run: bool,
    now: str | None,
) -> int:
    """Keep items of the newest issue for the next one.

    They move to the section Hold at the end of issue.md, as they are: readers do not see it, and
    the next issue proposes them first. An item is named by its address, by words of its title, or
    by its number in `digest list`; `-` reads one a line.

    \b
    Examples:
      digest hold "chess league"
      digest hold https://example.org/a https://example.org/b
    """
    from digest.editing import hold

    request = make_request(ctx, asked, issue=issue, now=now, dry_run=dry_run)
    name = request.workspace.show(request.folder.document)
    return show_change(lambda: hold(request), name, dry_run=dry_run)
