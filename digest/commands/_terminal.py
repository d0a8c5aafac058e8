"""Words for people go to standard error; standard output carries only what was asked for."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_PIECE_CHARACTERS = 65_536
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_INNER = "\n  "
_UNENDED = "\\ No newline at end of file"


def say(text: str, *, bold: bool = False) -> None:
    """One line for people; silent with ``--quiet``."""
    if not _quiet():
        click.secho(text, err=True, bold=bold or None)


def warn(text: str) -> None:
    """A line that asks for attention; it starts with the word, colour only repeats it."""
    click.secho("warning: ", fg="yellow", nl=False, err=True)
    click.echo(text, err=True)


def complain(text: str) -> None:
    """A line that says why nothing was done, in the words of every error."""
    click.secho("error: ", fg="red", nl=False, err=True)
    click.echo(text, err=True)


def emit(text: str) -> None:
    """What was asked for, on standard output."""
    # In pieces of a pipe's size, so that a reader who left is noticed before the end.
    for start in range(0, len(text), _PIECE_CHARACTERS):
        click.echo(text[start : start + _PIECE_CHARACTERS], nl=False)
    click.echo()


def emit_lines(lines: Iterable[str]) -> None:
    """``emit`` for lines that are made while they are shown: few of them are held."""
    waiting: list[str] = []
    characters = 0
    for line in lines:
        if characters > _PIECE_CHARACTERS:
            emit("\n".join(waiting))
            waiting.clear()
            characters = 0
        waiting.append(line)
        characters += len(line)
    emit("\n".join(waiting))


def emit_json(value: Any) -> None:
    """JSON on standard output: two blanks deep, as written in UTF-8."""
    emit(indented(value))


def indented(value: Any, margin: str = "\n") -> str:
    """What ``json.dumps(value, ensure_ascii=False, indent=2)`` gives, in a third of the time: of
    thousands of sources each would leave 2 kB of its workings behind."""
    from json.encoder import encode_basestring

    if type(value) is str:
        return encode_basestring(value)
    if type(value) is int:
        return str(value)
    if isinstance(value, dict) and value:
        inner = f"{margin}  "
        write = encode_basestring
        parts = [
            f"{write(name) if type(name) is str else _key(name)}: {indented(each, inner)}"
            for name, each in value.items()
        ]
        return f"{{{inner}{f',{inner}'.join(parts)}{margin}}}"
    if isinstance(value, list | tuple) and value:
        inner = f"{margin}  "
        return f"[{inner}{f',{inner}'.join([indented(each, inner) for each in value])}{margin}]"
    import json

    return json.dumps(value, ensure_ascii=False)


def _key(name: object) -> str:
    """A name that is no text, as JSON writes it."""
    import json

    return json.dumps({name: 0})[1:-4]


def emit_json_list(values: Iterable[Any]) -> None:
    """``emit_json`` of a list whose elements are made while they are shown."""
    emit_lines(_json_lines(values))


def emit_json_field(name: str, values: Iterable[Any]) -> None:
    """``emit_json`` of an object with this one list, whose elements are made while they are
    shown."""
    emit_lines(_field_lines(name, values))


def _field_lines(name: str, values: Iterable[Any]) -> Iterator[str]:
    lines = _json_lines(values)
    yield "{"
    yield f"  {indented(name)}: {next(lines)}"
    for line in lines:
        yield "  " + line.replace("\n", "\n  ")
    yield "}"


def _json_lines(values: Iterable[Any]) -> Iterator[str]:
    before = ""
    for value in values:
        yield f"{before}," if before else "["
        before = f"  {indented(value, _INNER)}"
    if not before:
        yield "[]"
        return
    yield before
    yield "]"


def table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    to_stdout: bool = False,
    unbroken: Sequence[str] = (),
) -> None:
    """A table for people, as wide as the terminal; cells are shown literally, those of
    ``unbroken`` columns on one line."""
    if _quiet() and not to_stdout:
        return
    from rich.text import Text

    grid = make_grid(title, columns, unbroken)
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    console_of(to_stdout).print(grid)


def make_grid(title: str, columns: Sequence[str], unbroken: Sequence[str] = ()) -> Table:
    """An empty table of rich as ``table`` shows it."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    grid = Table(title=title or None, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        grid.add_column(column, overflow="fold", no_wrap=column in unbroken)
    return grid


def records(headed: Iterable[tuple[str, Sequence[tuple[str, str, str]]]]) -> None:
    """Things with their facts for people, one below the other, on standard output.

    A heading, and below it lines of (label, text, style of rich); they fold within their
    column, at any width of the terminal.
    """
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = console_of(to_stdout=True)
    for heading, lines in headed:
        console.print(Text(heading, style="bold"))
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for label, text, style in lines:
            grid.add_row(Text(label, style="dim"), Text(text, style=style))
        console.print(Padding(grid, (0, 0, 1, 2)))


def columns_of_stdout() -> int:
    """How wide the terminal is on standard output; 0 where there is none."""
    return console_of(to_stdout=True).width if sys.stdout.isatty() else 0


def console_of(to_stdout: bool) -> Console:
    """What rich prints to: as wide and as coloured as is wanted."""
    from rich.console import Console

    context = click.get_current_context(silent=True)
    color = context.color if context else None
    stream = sys.stdout if to_stdout else sys.stderr
    return Console(
        file=stream,
        no_color=True if color is False else None,
        force_terminal=True if color else None,
        width=None if stream.isatty() or "COLUMNS" in os.environ else 120,
        highlight=False,
        soft_wrap=False,
    )


def show_diff(before: str, after: str, name: str) -> None:
    """A unified diff on standard output, coloured where colour is wanted.

    On a terminal control characters are shown as ``^M``; elsewhere the bytes are the document's,
    for `patch` and `git apply`.
    """
    import difflib

    is_seen = sys.stdout.isatty()
    context = click.get_current_context(silent=True)
    wish = context.color if context else None
    is_coloured = is_seen if wish is None else wish
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{name}", f"b/{name}")
    for number, line in enumerate(lines):
        is_plain = number < 2 or not is_coloured  # the first two name the files
        color = None if is_plain else {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        text, end = (line[:-1], "") if line.endswith("\n") else (line, _UNENDED)
        if is_seen:
            text = _CONTROL.sub(lambda found: _caret(ord(found[0])), text)
        # Told that colour is wanted, click takes nothing out that looks like it.
        click.echo(click.style(text, fg=color) if color else text, color=True)
        if end:
            click.echo(end)


def _caret(code: int) -> str:
    """A control character as terminals' manuals write it."""
    return f"^{chr(code ^ 64)}" if code < 128 else f"<{code:02x}>"


def _lines(text: str) -> list[str]:
    """The lines as files have them: nothing but a line feed ends one."""
    *whole, rest = text.split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])


def confirm(question: str, *, default: bool = False) -> bool:
    """Asks on standard error; no terminal to ask on means no, ``default`` is what Enter means."""
    if not sys.stdin.isatty():
        return False
    return click.confirm(question, default=default, err=True)


def _quiet() -> bool:
    context = click.get_current_context(silent=True)
    return bool(context and context.obj and context.obj.get("quiet"))
