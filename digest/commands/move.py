"""``digest move``."""

from __future__ import annotations

import click

from digest.commands._editing import change_options, make_request, show_change


@click.command()
@click.argument("asked", metavar="URL|WORDS...", nargs=-1)
@click.argument("topic", metavar="TOPIC")
@click.option("--new", is_flag=True, help="Make the section even if its name is like another's.")
@change_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    asked: tuple[str, ...],
    topic: str,
    new: bool,
    issue: str | None,
    dry_run: bool,
    now: str | None,
) -> int:
    """Move items of the newest issue to another section.

    They go to its end, as they are. A section that is not there yet is made, in the order of
    the topics in digest.toml; a name that looks like that of another section with a slip in it is
    refused, unless with --new. An item is named by its address, by words of its title, or by its
    number in `digest list`; `-` reads one a line.

    \b
    Examples:
      digest move "grain terminal" Trade
      digest move 1.2 1.4 "In short"
    """
    from digest.editing import move
    from digest.errors import UsageError

    if not asked:
        raise UsageError(
            f"{topic!r} is the only word, so it names no item or no section",
            where="digest move",
            fix=f"write the item first and the section last: digest move {topic!r} TOPIC",
        )
    request = make_request(ctx, asked, issue=issue, now=now, dry_run=dry_run)
    name = request.workspace.show(request.folder.document)
    return show_change(lambda: move(request, topic, new=new), name, dry_run=dry_run)
