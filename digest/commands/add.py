"""``digest add``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.commands._editing import change_options, read_asked, show_change

if TYPE_CHECKING:
    from digest.desk import Outcome


@click.command()
@click.argument("asked", metavar="URL|PATH...", nargs=-1, required=True)
@click.option("--topic", metavar="TOPIC", help="Put them into this section; else rules say which.")
@click.option("--note", metavar="TEXT", default="", help="Add a paragraph of your own (Markdown).")
@click.option("--new", is_flag=True, help="Make the section even if its name is like another's.")
@click.option("--again", is_flag=True, help="Also add what an issue has, or had, already.")
@click.option("--offline", is_flag=True, help="Ask no server; use what was fetched before.")
@change_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    asked: tuple[str, ...],
    topic: str | None,
    note: str,
    new: bool,
    again: bool,
    offline: bool,
    issue: str | None,
    dry_run: bool,
    now: str | None,
) -> int:
    """Put articles into the newest issue by hand.

    Each is read as the inputs of a compose are: title, date, source and summary are what it
    states. It goes to the end of the section that TOPIC names, or that the topics in digest.toml
    say. `-` reads addresses and paths, one a line. What was cut from this issue comes back.
    Unless all of them can be added, nothing changes.

    \b
    Examples:
      digest add https://example.org/a
      digest add articles/late.txt --topic Diplomacy --note "Our own correspondent."
    """
    from digest.adding import Request, add
    from digest.commands._options import open_issue, open_settings, read_clock
    from digest.commands._progress import watch_sources
    from digest.intake import Intake

    workspace, settings = open_settings(ctx, required=False)
    folder = open_issue(workspace, issue)
    inputs, _ = read_asked(asked)
    request = Request(
        intake=Intake(
            workspace=workspace,
            settings=settings,
            sources=(),
            now=read_clock(now, settings.newsletter.timezone),
            offline=offline,
            keep=not dry_run,
        ),
        folder=folder,
        inputs=inputs,
        topic=topic,
        note=note,
        new=new,
        again=again,
    )

    def work() -> Outcome:
        with watch_sources(len(inputs)) as progress:
            return add(request, progress)

    return show_change(work, workspace.show(folder.document), dry_run=dry_run)
