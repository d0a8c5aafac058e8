"""``digest theme``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.commands._options import json_option, open_settings

if TYPE_CHECKING:
    from pathlib import Path

    from digest.themes import Theme
    from digest.workspace import Workspace


@click.group()
def command() -> None:
    """List, show, copy and start themes: the looks of the mail.

    `theme` under [newsletter] of digest.toml chooses one, [theme] changes its colours, fonts
    and logo, and a file in templates/ replaces the built-in one of the same name.

    \b
    Examples:
      digest theme list
      digest theme show bulletin
      digest theme copy bulletin blocks/item.html.j2
      digest theme new mine --extends bulletin
    """


@command.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """Show the themes that there are, built in and the workspace's own.

    \b
    Example:
      digest theme list --json
    """
    from digest.commands._terminal import emit_json, table
    from digest.themes import list_themes

    workspace, settings = open_settings(ctx, required=False)
    found = list_themes(workspace, settings)
    if as_json:
        emit_json({"themes": [theme.to_json() for theme in found]})
        return
    columns = ["theme", "from", "", "about"]
    rows = [
        [theme.name, _origin(own=theme.own), "in use" if theme.used else "", theme.about]
        for theme in found
    ]
    table("", columns, rows, to_stdout=True)


@command.command("show")
@click.argument("name", metavar="NAME")
@json_option
@click.pass_context
def show(ctx: click.Context, name: str, as_json: bool) -> None:
    """Show a theme's tokens, and where each of its files comes from.

    Of the theme in use the tokens are those that [theme] leaves.

    \b
    Examples:
      digest theme show classic
      digest theme show bulletin --json
    """
    from digest.commands._terminal import emit, emit_json, table
    from digest.themes import show_theme

    workspace, settings = open_settings(ctx, required=False)
    theme = show_theme(workspace, settings, name)
    if as_json:
        emit_json(theme.to_json())
        return
    emit(f"{theme.name}: {theme.about}" if theme.about else theme.name)
    table("", ["token", "light", "dark"], _tokens(theme), to_stdout=True)
    rows = [[file.name, _origin(own=file.own), file.theme] for file in theme.files]
    table("", ["file", "from", "theme"], rows, to_stdout=True)


@command.command("copy")
@click.argument("name", metavar="NAME")
@click.argument("files", metavar="[FILES]...", nargs=-1)
@click.pass_context
def copy(ctx: click.Context, name: str, files: tuple[str, ...]) -> None:
    """Copy built-in files of a theme into templates/, to change them there.

    Without FILES: all of the theme's own folder. Nothing that exists is overwritten.

    \b
    Examples:
      digest theme copy classic style.css
      digest theme copy bulletin blocks/item.html.j2 blocks/footer.txt.j2
    """
    from digest.themes import copy_files

    workspace, _ = open_settings(ctx)
    _say_written(workspace, copy_files(workspace, name, files))


@command.command("new")
@click.argument("name", metavar="NAME")
@click.option(
    "--extends",
    metavar="THEME",
    default="classic",
    show_default=True,
    help="The theme that it starts from.",
)
@click.pass_context
def new(ctx: click.Context, name: str, extends: str) -> None:
    """Start a theme of your own that extends another.

    What has no file in templates/NAME comes from there, now and after updates of digest.

    \b
    Example:
      digest theme new mine --extends bulletin
    """
    from digest.commands._terminal import say
    from digest.themes import start_theme

    workspace, _ = open_settings(ctx)
    _say_written(workspace, start_theme(workspace, name, extends))
    say(f'write theme = "{name}" under [newsletter] of digest.toml to use it')


def _say_written(workspace: Workspace, paths: list[Path]) -> None:
    from digest.commands._terminal import say

    for path in paths:
        say(f"wrote {workspace.show(path)}")


def _origin(*, own: bool) -> str:
    return "workspace" if own else "built-in"


def _tokens(theme: Theme) -> list[list[str]]:
    """Each token with its value in the dark beside it, where it has one."""
    return [
        [name, str(value), str(theme.tokens.get(f"dark_{name}", ""))]
        for name, value in theme.tokens.items()
        if not name.startswith("dark_")
    ]
