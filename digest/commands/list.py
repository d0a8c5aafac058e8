"""``digest list``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.commands._options import issue_argument, json_option, open_issue, open_settings

if TYPE_CHECKING:
    from digest.listing import Listed


@click.command()
@issue_argument
@json_option
@click.pass_context
def command(ctx: click.Context, issue: str | None, as_json: bool) -> None:
    """Show the issue's sections and items, with numbers.

    A number such as 2.3 names an item for `digest cut`, `hold` and `move`. The status says
    whether it is as digest proposed it, what you edited, where you moved it from, or that you
    added it. What you cut stands at the end. ISSUE is a slug or a path; nothing means the newest.

    \b
    Examples:
      digest list
      digest list 2025-W17 --json
    """
    from digest.commands._terminal import emit_json, warn
    from digest.listing import list_issue

    workspace, _ = open_settings(ctx, required=False)
    listed = list_issue(workspace, open_issue(workspace, issue))
    if listed.problem:
        warn(listed.problem)
    if as_json:
        emit_json(listed.to_json())
    else:
        _show(listed)


def _show(listed: Listed) -> None:
    from digest.commands._terminal import emit, table
    from digest.issue.inline import plain_words

    issue = listed.issue
    sent = f"sent {listed.sent_at}" if listed.sent_at else "not sent yet"
    emit(f"{issue.slug}: {issue.subject or issue.title or 'no subject'} ({sent})")
    rows: list[list[str]] = []
    for number, section in enumerate(issue.sections, start=1):
        heading = plain_words(section.heading, {})
        kind = {"slot": "slot", "hold": "not rendered"}.get(section.kind, "")
        rows.append([str(number), heading, "", kind or ("" if section.items else "empty")])
        for status in listed.statuses:
            if status.found.section is section:
                item = status.found.item
                also = f"\nalso {', '.join(link.name for link in item.also)}" if item.also else ""
                byline = plain_words(item.byline, {})
                rows.append(
                    [status.found.number, f"  {status.found.title}{also}", byline, str(status)]
                )
    for item, heading in listed.cut:
        rows.append(["–", f"  {plain_words(item.title, {})}", heading, "cut"])
    table("", ["", "item", "byline", "status"], rows, to_stdout=True)
