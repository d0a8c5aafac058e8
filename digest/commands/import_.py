"""``digest import``."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from digest.commands._options import json_option, now_option, open_settings, read_clock

if TYPE_CHECKING:
    from datetime import date

    from digest.importing.outcome import Outcome
    from digest.importing.pieces import Left

WHAT = {
    "furniture": "left out, a mail's furniture",
    "sponsor": "left out, a sponsor's",
    "template": "left out, a template's command",
    "heading": "left out, nothing to call it by",
    "text": "kept as text, so its links do not count as sent",
    "address": "kept as words, the link is no address of a page",
    "redirect": "its link is a redirect that does not say where it leads",
    "plain": "section kept in plain words",
}
LINES_PER_FILE = 5
FILES_SHOWN = 40


@click.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--date", "sent", metavar="DATE", help="When the one new issue was sent, whatever it says."
)
@click.option("--slug", help="Name the one issue's folder instead of deriving it from the date.")
@now_option
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would be imported.")
@json_option
@click.option(
    "--strict", is_flag=True, help="Fail when a file, or a link in one, could not be placed."
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    sent: str | None,
    slug: str | None,
    now: str | None,
    dry_run: bool,
    as_json: bool,
    strict: bool,
) -> int:
    """Turn earlier newsletters into issues.

    Reads Markdown (posts of Jekyll, Hugo and Pelican), HTML of a sent mail, .eml, JSON and JSON
    lines; PATH is a file, a folder or a glob. Each issue gets the folder of the window that the
    schedule gives for its date, and counts as sent: none of its links is proposed again. An
    issue that is there is never overwritten.

    \b
    Examples:
      digest import ~/blog/_posts --dry-run
      digest import archive/*.eml
      digest import issue-12.html --date 2024-03-04
    """
    import gc

    # Ends before there is much to collect; looking for it costs a fifth of the time.
    gc.set_threshold(200_000, 20, 100)
    from digest.bring import Request, bring
    from digest.commands._terminal import emit_json, say, warn

    workspace, settings = open_settings(ctx, required=False)
    request = Request(
        workspace=workspace,
        settings=settings,
        paths=paths,
        now=read_clock(now, settings.newsletter.timezone),
        sent=_parse_day(sent) if sent is not None else None,
        slug=slug,
        keep=not dry_run,
    )
    with _watch() as progress:
        brought = bring(request, progress)
    if as_json:
        emit_json(brought.to_json())
    _tell(brought.outcomes)
    for note in brought.notes:
        say(note)
    imported, there, failed = (
        brought.count(fate) for fate in ("imported", "already-there", "not-imported")
    )
    items = sum(each.items for each in brought.outcomes if each.fate == "imported")
    word = "would import" if dry_run else "imported"
    say(
        f"{word} {_count(imported, 'issue')} ({_count(items, 'item')}); "
        f"{there} already there; {failed} not imported"
    )
    if not brought.outcomes:
        warn("no file there that import reads")
    if strict and any(each.unplaced for each in brought.outcomes):
        return 1
    return 1 if failed and (strict or not (imported or there)) else not brought.outcomes


@contextlib.contextmanager
def _watch() -> Iterator[Callable[[int, int], None] | None]:
    """A line on the terminal that counts files as they are read; nothing elsewhere."""
    context = click.get_current_context()
    if context.obj["quiet"] or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("reading files") as status:
        yield lambda done, of: status.update(f"{done} of {of} files read")


def _parse_day(text: str) -> date:
    from datetime import date

    from digest.errors import UsageError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"not a day: {text}", where="--date", fix="write it as 2024-03-04"
        ) from None


def _tell(outcomes: Sequence[Outcome]) -> None:
    """What became of each file: those that were not imported first of all as warnings."""
    from digest.commands._terminal import say, warn

    shown = 0
    for outcome in outcomes:
        if outcome.fate == "not-imported":
            fix = f"; {outcome.fix}" if outcome.fix else ""
            warn(f"{outcome.input}: not imported: {outcome.reason}{fix}")
            continue
        shown += 1
        if shown > FILES_SHOWN:
            continue
        if outcome.fate == "already-there":
            fix = f"; {outcome.fix}" if outcome.fix else ""
            say(f"{outcome.input}: already there, issues/{outcome.slug}: {outcome.reason}{fix}")
            continue
        when = outcome.published
        dated = f", dated {when.isoformat()} ({when.basis})" if when else ""
        sections = len(outcome.sections)
        say(
            f"{outcome.input}: issues/{outcome.slug}, {_count(outcome.items, 'item')} in "
            f"{_count(sections, 'section')}{dated}"
        )
        _tell_left(outcome.left)
    if shown > FILES_SHOWN:
        say(f"and {shown - FILES_SHOWN} more files (--json lists all)")


def _tell_left(left: Sequence[Left]) -> None:
    from digest.commands._terminal import say

    for entry in left[:LINES_PER_FILE]:
        say(f"  line {entry.line}: {WHAT[entry.what]}: {entry.words}")
    if len(left) > LINES_PER_FILE:
        rest = Counter(entry.what for entry in left[LINES_PER_FILE:])
        said = ", ".join(f"{count} {what}" for what, count in sorted(rest.items()))
        say(f"  and {said} (--json lists all)")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
