"""Long work is visible: a bar on a terminal, now and then a line elsewhere, nothing if quiet."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from digest.model import SourceReport

FEWEST_FOR_LINES = 20
"""So few sources are soon done: without a terminal nothing is said on the way."""

PARTS = 10
"""So many lines tell of a whole run, whether of thirty sources or of five thousand."""


@dataclass(slots=True)
class _Tally:
    """What has come in so far."""

    total: int
    done: int = 0
    failed: int = 0
    bytes: int = 0

    def add(self, report: SourceReport) -> None:
        self.done += 1
        self.total += report.listed
        self.failed += report.at_fault
        self.bytes += report.bytes_received

    def __str__(self) -> str:
        return f"{self.failed} failed, {show_bytes(self.bytes)}"


def show_bytes(count: int) -> str:
    """A number of bytes for people: ``12 kB``, ``3.4 MB``."""
    if count < 1_000_000:
        return f"{count / 1000:.0f} kB"
    return f"{count / 1_000_000:.1f} MB"


@contextlib.contextmanager
def watch_sources(total: int) -> Iterator[Callable[[SourceReport], None] | None]:
    """What is to hear of each source as it is done; ``total`` is how many there are, without
    those that others list. None when nothing is to be shown."""
    if click.get_current_context().obj["quiet"]:
        yield None
    elif not sys.stderr.isatty():
        yield _lines(_Tally(total))
    else:
        with _bar(_Tally(total)) as show:
            yield show


def _lines(tally: _Tally) -> Callable[[SourceReport], None]:
    told = 0

    def show(report: SourceReport) -> None:
        nonlocal told
        tally.add(report)
        part = tally.done * PARTS // tally.total if tally.total else 0
        if tally.total >= FEWEST_FOR_LINES and part > told and tally.done < tally.total:
            told = part
            click.echo(f"{tally.done} of {tally.total} sources read, {tally}", err=True)

    return show


@contextlib.contextmanager
def _bar(tally: _Tally) -> Iterator[Callable[[SourceReport], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    with Progress(
        TextColumn("reading sources"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[tally]}, left:"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
        refresh_per_second=5,
    ) as progress:
        task = progress.add_task("", total=tally.total, tally=str(tally))

        def show(report: SourceReport) -> None:
            tally.add(report)
            progress.update(task, completed=tally.done, total=tally.total, tally=str(tally))

        yield show
