"""The root of the command line: which commands there are, and what an error becomes.

This module is imported on every start, so it imports click and nothing else; a command's
module is imported when the command is looked up (DESIGN: the command line stays quick).
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from digest import __version__

# name -> (module, one-line help). A test keeps the help equal to the command's own.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("digest.commands.init", "Start a newsletter: write digest.toml here."),
    "sources": (
        "digest.commands.sources",
        "Add, list, check, import and export the sources of digest.toml.",
    ),
    "articles": ("digest.commands.articles", "Show what digest makes of each input."),
    "gather": (
        "digest.commands.gather",
        "Bring in what the sources offer, and say what each did.",
    ),
    "compose": ("digest.commands.compose", "Gather, select, group and write the issue."),
    "list": ("digest.commands.list", "Show the issue's sections and items, with numbers."),
    "add": ("digest.commands.add", "Put articles into the newest issue by hand."),
    "cut": ("digest.commands.cut", "Take items out of the newest issue, for good."),
    "hold": ("digest.commands.hold", "Keep items of the newest issue for the next one."),
    "move": ("digest.commands.move", "Move items of the newest issue to another section."),
    "edit": ("digest.commands.edit", "Open an issue in your editor, then check and render it."),
    "import": ("digest.commands.import_", "Turn earlier newsletters into issues."),
    "undo": ("digest.commands.undo", "Put back the issue.md before the last change."),
    "log": ("digest.commands.log", "Show what was done to an issue, and when it was sent."),
    "render": ("digest.commands.render", "Turn issue.md into HTML, text and message."),
    "why": ("digest.commands.why", "Say in which issue an article is, or why not."),
    "topics": (
        "digest.commands.topics",
        "Show how articles find their sections, and how often that agrees with you.",
    ),
    "calendar": ("digest.commands.calendar", "Show past and coming windows, gaps and overlaps."),
    "slots": (
        "digest.commands.slots",
        "Show what stands in the slots of issues, what is booked and what is free.",
    ),
    "theme": ("digest.commands.theme", "List, show, copy and start themes: the looks of the mail."),
    "preview": ("digest.commands.preview", "Show the issue in a browser, live."),
    "check": ("digest.commands.check", "Judge the final bytes of an issue."),
    "doctor": ("digest.commands.doctor", "Say what state the workspace is in, and what is wrong."),
    "gc": ("digest.commands.gc", "Forget what the database needs no more, and give the room back."),
    "send": ("digest.commands.send", "Send an issue through a delivery target."),
}

# A closed pipe ends digest as it ends other programs: silently, as if by SIGPIPE.
CLOSED_PIPE_STATUS = 141
INTERRUPTED_STATUS = 130


QUIET_HELP = "Say nothing but errors, warnings and what was asked for."


class ClosedPipe(Exception):
    """Standard output was closed by its reader (``digest … | head``)."""


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        import importlib

        command = importlib.import_module(entry[0]).command
        assert isinstance(command, click.Command)
        _take_quiet(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        # click suggests only among loaded commands; here none is loaded yet.
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            raise click.UsageError(f"no such command: {args[0]}{hint}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError as error:
            raise ClosedPipe from error
        return result


def _take_quiet(command: click.Command) -> None:
    """Lets ``--quiet`` stand behind the name of a command too, and of each that it holds: people
    write it where they think of it."""
    if not any("--quiet" in parameter.opts for parameter in command.params):
        command.params.append(
            click.Option(
                ["-q", "--quiet"],
                is_flag=True,
                expose_value=False,
                callback=_hush,
                help=QUIET_HELP,
            )
        )
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _take_quiet(inner)


def _hush(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and ctx.obj is not None:
        ctx.obj["quiet"] = True


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "DIGEST"},
)
@click.option(
    "-C",
    "--workspace",
    metavar="DIR",
    help="Work in DIR instead of the workspace around the current folder.",
)
@click.option(
    "-q",
    "--quiet",
    is_flag=True,
    help=QUIET_HELP,
)
@click.version_option(__version__, prog_name="digest")
@click.pass_context
def root(ctx: click.Context, workspace: str | None, quiet: bool) -> None:
    """Build a newsletter digest: gather articles, group them, write one issue.md,
    render it for mail.

    \b
    A week with digest:
      digest compose     gather last week's articles into issues/<slug>/issue.md
      digest preview     look at the issue while you edit issue.md
      digest check       judge what would be sent
      digest send        hand it over
    """
    ctx.color = _wants_colour()
    ctx.obj = {"workspace": workspace, "quiet": quiet}


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs digest and exits: 0 done, otherwise the status that CONTRACT §5 names."""
    status = run(arguments)
    # The interpreter looks through all objects several times more as it ends, for ones to free
    # that the system takes back anyway: 80 ms of the 440 that `digest render` works.
    gc.freeze()
    sys.exit(status)


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs digest and gives its exit status; errors are printed as one line each."""
    try:
        result = root.main(
            args=list(arguments) if arguments is not None else None,
            prog_name="digest",
            standalone_mode=False,
        )
    except click.ClickException as error:
        # Nobody may be there any more to read it; the status says it all the same.
        with contextlib.suppress(BrokenPipeError):
            error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as error:
        # click puts its own in the place of what was raised; the words are the cause's.
        said = str(error.__cause__ or error)
        print(f"interrupted: {said}" if said else "interrupted", file=sys.stderr)  # noqa: T201
        return INTERRUPTED_STATUS
    except ClosedPipe:
        # The interpreter flushes standard output once more at exit; give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE_STATUS
    except Exception as error:  # noqa: BLE001 (the last door: every error becomes one line)
        return _report(error)
    return result if isinstance(result, int) else 0


def _report(error: Exception) -> int:
    """Prints an error as one line, gives its exit status."""
    from digest.errors import DigestError

    if os.environ.get("DIGEST_DEBUG"):
        import traceback

        traceback.print_exception(error)
    if isinstance(error, DigestError):
        for line in str(error).splitlines() or [type(error).__name__]:
            _print_error(line)
        return error.exit_status
    if isinstance(error, OSError):
        place = "" if error.filename is None else f"{error.filename}: "
        _print_error(f"{place}{(error.strerror or str(error)).lower()}")
        return 1
    _print_error(
        f"this is a fault of digest ({type(error).__name__}: {error}); run again with "
        "DIGEST_DEBUG=1 and report what it prints, with the version (digest --version)"
    )
    return 1


def _print_error(line: str) -> None:
    # No context is left here to carry the wish, so the variables are asked again.
    click.secho("error: ", fg="red", nl=False, err=True, color=_wants_colour())
    click.echo(line, err=True)


def _wants_colour() -> bool | None:
    """What NO_COLOR and FORCE_COLOR ask for, None for nothing; click reads neither.

    https://no-color.org and https://force-color.org
    """
    if os.environ.get("NO_COLOR"):
        return False
    return True if os.environ.get("FORCE_COLOR") else None
