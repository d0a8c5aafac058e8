"""``digest topics evaluate``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.commands._options import json_option, open_settings

if TYPE_CHECKING:
    from digest.topics.evaluate import Evaluation

_MOST_WRONG = 3
"""Sections named beside one to which its items went."""


@click.command("evaluate")
@click.option(
    "--last",
    metavar="N",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Try so many issues.",
)
@click.option(
    "--issues",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Take the issues in DIR (DIR/NAME/issue.md) instead of the workspace's.",
)
@json_option
@click.pass_context
def command(ctx: click.Context, last: int, issues: Path | None, as_json: bool) -> None:
    """Say how often the sections that digest chooses are yours.

    Each of the last N issues is placed by what the issues before it teach and by the rules of
    digest.toml as they stand now, item by item, as if it were new; then it is learned from
    itself, and the next is tried. What has the address of an earlier item is not tried.

    Shown are the share of items under the right section (accuracy), the mean of all sections' F1
    (macro-F1), the share whose section is the first or second answer, and how many were sure
    enough to be placed; beside it what the commonest section, the host's usual section and the
    rules alone would have reached. Then each section, and the surest mistakes.

    \b
    Examples:
      digest topics evaluate
      digest topics evaluate --last 50 --json
    """
    import gc

    # Ends before there is anything to collect; looking for it costs a tenth of the time.
    gc.set_threshold(200_000, 20, 100)
    from digest.commands._terminal import emit, emit_json, table, warn
    from digest.evaluating import evaluate_topics

    workspace, settings = open_settings(ctx, required=False)
    found = evaluate_topics(workspace, settings, last=last, issues=issues)
    for doubt in found.doubts:
        warn(doubt)
    if as_json:
        emit_json(found.to_json())
        return
    emit("\n".join(_told(found)))
    columns = ["by", "accuracy", "macro-F1"]
    rows = [
        [name, f"{figures.accuracy:.1%}", f"{figures.macro_f1:.2f}"]
        for name, figures in found.figures().items()
    ]
    table("", columns, rows, to_stdout=True)
    table("", ["section", "items", "found", "right", "went to"], _topics(found), to_stdout=True)
    if found.worst:
        columns = ["issue", "title", "stands under", "placed under", "sure", "by"]
        table("The surest mistakes", columns, _worst(found), to_stdout=True)


def _told(found: Evaluation) -> Iterator[str]:
    first, newest = found.issues[0], found.issues[-1]
    span = newest if first == newest else f"{first} to {newest}"
    yield (
        f"{len(found.tried)} new items of {_issues(len(found.issues))} ({span}), each placed by "
        f"what those before it teach ({found.taught} before the first)"
    )
    if found.untouched:
        yield f"{found.untouched} of them stand where digest itself had put them"
    sure = found.sure
    right = sum(one.is_right for one in sure)
    yield f"right section among the first two: {found.first_two:.1%}"
    if sure:
        yield (
            f"sure enough to be placed: {len(sure) / len(found.tried):.1%}, of these right: "
            f"{right / len(sure):.1%}"
        )
    else:
        yield "sure enough to be placed: none"


def _issues(number: int) -> str:
    return "1 issue" if number == 1 else f"{number} issues"


def _topics(found: Evaluation) -> Iterator[list[str]]:
    confusion = found.confusion()
    for topic in found.topics():
        elsewhere = [
            f"{name} {count}"
            for name, count in confusion.get(topic.name, {}).items()
            if name != topic.name
        ]
        yield [
            topic.name,
            f"{topic.items}",
            "" if topic.recall is None else f"{topic.recall:.0%}",
            "" if topic.precision is None else f"{topic.precision:.0%}",
            ", ".join(elsewhere[:_MOST_WRONG]),
        ]


def _worst(found: Evaluation) -> Iterator[list[str]]:
    for one in found.worst:
        yield [
            one.slug,
            one.item.title or one.item.url,
            one.section,
            one.topic,
            "" if one.confidence is None else f"{one.confidence:.0%}",
            one.reason,
        ]
