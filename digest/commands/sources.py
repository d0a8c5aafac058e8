"""``digest sources``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.commands._options import json_option, now_option, open_settings, read_clock

if TYPE_CHECKING:
    from digest.config.amend import Edited
    from digest.workspace import Workspace

dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Write nothing; show what would change as a diff."
)
private_option = click.option(
    "--private",
    is_flag=True,
    help="Allow an address that is not public (this machine, an intranet).",
)
KINDS = ("feed", "h-feed", "sitemap", "links", "page", "opml", "bookmarks")
names_argument = click.argument("names", metavar="NAME|URL...", nargs=-1, required=True)


@click.group()
def command() -> None:
    """Add, list, check, import and export the sources of digest.toml.

    Comments, order and everything else in digest.toml stay as they are.

    \b
    Examples:
      digest sources add https://example.org
      digest sources list
      digest sources check
      digest sources import subscriptions.opml
    """


@command.command("add")
@click.argument("address", metavar="URL|PATH")
@click.option("--first", is_flag=True, help="Take the best where there are several.")
@click.option("--kind", type=click.Choice(KINDS), help="What it is, instead of a feed.")
@click.option("--selector", metavar="CSS", default="", help="The links of a page of links.")
@click.option("--split/--whole", default=None, help="Take newsletters apart into items, or not.")
@click.option("--topic", metavar="TOPIC", default="", help="Its articles go under this topic.")
@click.option("--name", metavar="NAME", default="", help="What reports call it.")
@private_option
@click.option("-y", "--yes", is_flag=True, help="Save it without asking.")
@dry_run_option
@now_option
@json_option
@click.pass_context
def add(
    ctx: click.Context,
    address: str,
    first: bool,
    kind: str | None,
    selector: str,
    split: bool | None,
    topic: str,
    name: str,
    private: bool,
    yes: bool,
    dry_run: bool,
    now: str | None,
    as_json: bool,
) -> int:
    """Find what an address or path has to follow, and add it.

    URL is a feed's address or a site's: channels of YouTube, subreddits, repositories on GitHub,
    profiles on Mastodon or Bluesky, blogs on Substack, WordPress or Medium and the like are known
    by their address, other pages are asked which feeds they have. A page without one may be an
    h-feed, name a sitemap, list links or be an article. PATH is a file, a folder, a mailbox (mbox,
    Maildir) or an export of bookmarks. What is found is shown before it is saved. Several are
    listed, to be chosen from; what nobody is there to choose from ends with exit status 2 and
    the commands that do.

    \b
    Examples:
      digest sources add https://example.org
      digest sources add example.org --first --topic Diplomacy
      digest sources add https://www.youtube.com/@example --name "The channel"
      digest sources add https://example.org/press --kind links --selector "ul.releases a"
      digest sources add https://example.org --kind sitemap
      digest sources add ~/Mail/newsletters --split
    """
    from digest.commands._sources import Choice, show_choice
    from digest.errors import UsageError
    from digest.roster import open_client
    from digest.sources.finding import Finder

    workspace, settings = open_settings(ctx)
    if selector and kind not in (None, "links"):
        raise UsageError("is for pages of links", where="--selector", fix="say --kind links")
    clock = read_clock(now, settings.newsletter.timezone)
    with open_client(workspace, settings, clock) as client:
        choice = Choice(
            workspace=workspace,
            settings=settings,
            finder=Finder(client, settings.newsletter.timezone, private),
            address=address,
            now=clock,
            topic=topic,
            name=name,
            kind=kind or ("links" if selector else ""),
            selector=selector,
            split=split,
        )
        outcome = choice.make(first=first, yes=yes, dry_run=dry_run, quiet=as_json)
    return show_choice(outcome, workspace, as_json=as_json, dry_run=dry_run)


@command.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """Show the sources, with what each did when it was last read.

    \b
    Example:
      digest sources list --json
    """
    from digest.commands._sources import emit_sources
    from digest.roster import list_sources

    workspace, settings = open_settings(ctx)
    emit_sources(list_sources(workspace, settings), settings, as_json=as_json)


@command.command("remove")
@names_argument
@dry_run_option
@click.pass_context
def remove(ctx: click.Context, names: tuple[str, ...], dry_run: bool) -> None:
    """Take sources out of digest.toml.

    Comments above a source stay, those between its keys go with it.

    \b
    Examples:
      digest sources remove "Example Times"
      digest sources remove https://example.org/feed.xml --dry-run
    """
    from digest.commands._terminal import say
    from digest.roster import remove

    workspace, settings = open_settings(ctx)
    gone, edited = remove(workspace, settings, names, dry_run=dry_run)
    _show_edit(workspace, edited, dry_run=dry_run)
    for source in gone:
        say(f"{'would remove' if dry_run else 'removed'} {source.label}")


@command.command("enable")
@names_argument
@dry_run_option
@click.pass_context
def enable(ctx: click.Context, names: tuple[str, ...], dry_run: bool) -> None:
    """Read sources again that were disabled.

    \b
    Example:
      digest sources enable "Example Times"
    """
    _switch(ctx, names, enabled=True, dry_run=dry_run)


@command.command("disable")
@names_argument
@dry_run_option
@click.pass_context
def disable(ctx: click.Context, names: tuple[str, ...], dry_run: bool) -> None:
    """Leave sources out without taking them out of digest.toml.

    \b
    Example:
      digest sources disable "Example Times"
    """
    _switch(ctx, names, enabled=False, dry_run=dry_run)


@command.command("check")
@click.argument("names", metavar="[NAME|URL]...", nargs=-1)
@private_option
@now_option
@json_option
@click.pass_context
def check(
    ctx: click.Context, names: tuple[str, ...], private: bool, now: str | None, as_json: bool
) -> int:
    """Read sources now and tell what each does.

    Servers are asked whatever they said before, but left in peace where they ask for it. An
    address that is no source of digest.toml is read as one, and nothing of it is kept; --private
    is for such an address. Exit status 1 when a source failed.

    \b
    Examples:
      digest sources check
      digest sources check "Example Times" --json
      digest sources check https://example.org/feed.xml
    """
    from digest.commands._progress import watch_sources
    from digest.commands._sources import show_reports
    from digest.commands._words import warn_of_exposed
    from digest.roster import check, sources_to_check

    workspace, settings = open_settings(ctx)
    clock = read_clock(now, settings.newsletter.timezone)
    sources = sources_to_check(settings, names, private=private)
    warn_of_exposed(sources)
    with watch_sources(len(sources)) as progress:
        reports = check(
            workspace,
            settings,
            sources,
            now=clock,
            named_clock=now is not None,
            progress=progress,
        )
    return show_reports(reports, as_json=as_json)


@command.command("update")
@dry_run_option
@json_option
@click.pass_context
def update(ctx: click.Context, dry_run: bool, as_json: bool) -> None:
    """Write the addresses to which sources have moved for good.

    What earlier runs were told by permanent redirects (301, 308); nobody is asked now.

    \b
    Examples:
      digest sources update --dry-run
      digest sources update
    """
    from digest.commands._terminal import emit_json, say, warn
    from digest.roster import update

    workspace, settings = open_settings(ctx)
    moves, edited = update(workspace, settings, dry_run=dry_run)
    _show_edit(workspace, edited, dry_run=dry_run and not as_json)
    for move in moves:
        if move.taken_by:
            warn(
                f"{move.source.label} has moved to {move.url}, where {move.taken_by} is read "
                "already; remove one of the two"
            )
        else:
            say(f"{move.source.label}: {move.source.url} -> {move.url}")
    if as_json:
        emit_json({"moved": [move.to_json() for move in moves]})
    elif not moves:
        say("no source has moved for good, as far as earlier runs were told")


@command.command("import")
@click.argument("file", metavar="FILE|URL")
@click.option("--topic", metavar="TOPIC", default="", help="One topic for all; else the folders.")
@private_option
@dry_run_option
@now_option
@json_option
@click.pass_context
def import_(
    ctx: click.Context,
    file: str,
    topic: str,
    private: bool,
    dry_run: bool,
    now: str | None,
    as_json: bool,
) -> None:
    """Add all feeds of an OPML list, as feed readers export it.

    Folders become topics, folders in folders `A / B`. What digest.toml has already, or the list
    twice, is added once.

    \b
    Examples:
      digest sources import subscriptions.opml
      digest sources import https://example.org/list.opml --topic Science
    """
    from digest.commands._sources import read_list, show_import
    from digest.roster import import_opml

    workspace, settings = open_settings(ctx)
    clock = read_clock(now, settings.newsletter.timezone)
    data = read_list(workspace, settings, file, now=clock, private=private)
    found, edited = import_opml(
        workspace,
        settings,
        data,
        name=file,
        topic=topic,
        # A list from the network must not point into the user's house.
        private=private and "://" not in file,
        dry_run=dry_run,
    )
    _show_edit(workspace, edited, dry_run=dry_run and not as_json)
    show_import(found, as_json=as_json, dry_run=dry_run)


@command.command("export")
@click.option("--opml", is_flag=True, help="As OPML, which every feed reader imports.")
@click.option("-o", "--output", metavar="FILE", default="-", help="Write to FILE.")
@click.pass_context
def export(ctx: click.Context, opml: bool, output: str) -> None:
    """Give the feeds of digest.toml out, with topics as folders.

    \b
    Examples:
      digest sources export --opml > subscriptions.opml
      digest sources export --opml -o subscriptions.opml
    """
    from pathlib import Path

    from digest.commands._terminal import emit, say
    from digest.errors import UsageError
    from digest.roster import export_opml
    from digest.workspace import write_bytes

    if not opml:
        raise UsageError("does not say in which form", where="export", fix="write --opml")
    workspace, settings = open_settings(ctx)
    data, left_out = export_opml(settings)
    if output == "-":
        emit(data.decode("utf-8").rstrip("\n"))
    else:
        write_bytes(Path(output), data)
        say(f"wrote {workspace.show(Path(output))}")
    if left_out:
        say(f"no feeds, and not in it: {', '.join(source.label for source in left_out)}")


def _switch(ctx: click.Context, names: tuple[str, ...], *, enabled: bool, dry_run: bool) -> None:
    from digest.commands._terminal import say
    from digest.roster import switch

    workspace, settings = open_settings(ctx)
    changed, edited = switch(workspace, settings, names, enabled=enabled, dry_run=dry_run)
    _show_edit(workspace, edited, dry_run=dry_run)
    word = "enabled" if enabled else "disabled"
    for source in changed:
        say(f"{'would be ' if dry_run else ''}{word}: {source.label}")
    if not changed:
        say(f"already {word}: {', '.join(names)}")


def _show_edit(workspace: Workspace, edited: Edited, *, dry_run: bool) -> None:
    from digest.commands._terminal import show_diff

    if dry_run and edited.before != edited.after:
        show_diff(edited.before, edited.after, workspace.show(edited.path))
