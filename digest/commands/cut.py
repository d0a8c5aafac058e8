"""``digest cut``."""

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
    """Take items out of the newest issue, for good.

    An item is named by its address, by words of its title, or by its number in `digest list`;
    `-` reads one a line. Later composes do not bring back what was cut, and `digest add URL` does.
    The address of one of the other reports of a story takes out that one. Unless all of them can
    be taken out, nothing changes.

    \b
    Examples:
      digest cut "grain terminal"
      digest cut https://example.org/a 2.3
      digest cut --dry-run treaty summit
    """
    from digest.editing import cut

    request = make_request(ctx, asked, issue=issue, now=now, dry_run=dry_run)
    name = request.workspace.show(request.folder.document)
    return show_change(lambda: cut(request), name, dry_run=dry_run)
