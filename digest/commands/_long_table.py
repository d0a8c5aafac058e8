"""A table of more rows than are to be held at a time, which looks as if they had been."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from digest.commands._terminal import console_of, make_grid

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.measure import Measurement
    from rich.text import Text

_ROWS_AT_ONCE = 200


def long_table(columns: Sequence[str], rows: Callable[[], Iterator[Sequence[str]]]) -> None:
    """``table`` on standard output for many rows.

    ``rows`` gives them twice: once to learn how wide the columns are to be. Then they are shown
    by the hundred, each hundred a table of its own with a last row that takes as much room as all
    rows together; that row is not printed, nor are head and foot but once.
    """
    from rich.text import Text

    console = console_of(to_stdout=True)
    rulers = [_Ruler() for _ in columns]
    for row in rows():
        for ruler, cell in zip(rulers, row, strict=True):
            ruler.take(Text(cell), console)

    def lines_of(some: Sequence[Sequence[str]]) -> list[str]:
        grid = make_grid("", columns)
        for row in some:
            grid.add_row(*(Text(cell) for cell in row))
        grid.add_row(*rulers)
        with console.capture() as capture:
            console.print(grid)
        return capture.get().split("\n")[:-1]

    *head, _, foot = lines_of([])
    _show(head)
    waiting = rows()
    while some := list(itertools.islice(waiting, _ROWS_AT_ONCE)):
        _show(lines_of(some)[len(head) : -2])
    _show([foot])


def _show(lines: Sequence[str]) -> None:
    # Told that colour is wanted, click takes nothing out: rich knows where it is not.
    click.echo("\n".join(lines), color=True)


@dataclass(slots=True)
class _Ruler:
    """A cell without words that takes the room of all cells of its column."""

    least: int = 0
    most: int = 0

    def take(self, cell: Text, console: Console) -> None:
        """Makes room for a cell, too."""
        room = cell.__rich_measure__(console, console.options)
        self.least = max(self.least, room.minimum)
        self.most = max(self.most, room.maximum)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        from rich.measure import Measurement

        return Measurement(self.least, self.most)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        yield Text("")
