"""``digest edit``."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from digest.commands._options import issue_argument, now_option, open_issue, open_settings

if TYPE_CHECKING:
    from digest.config import Settings
    from digest.workspace import IssueFolder, Workspace

_FALLBACKS = ("editor", "nano", "vi", "notepad")


@click.command()
@issue_argument
@now_option
@click.pass_context
def command(ctx: click.Context, issue: str | None, now: str | None) -> int:
    """Open an issue in your editor, then check and render it.

    The editor is the command in VISUAL or else EDITOR, with its arguments (`code --wait`). When
    it returns, mistakes in issue.md and the findings of `digest check` are shown; on a
    terminal, digest offers to open it again where something is wrong. ISSUE is a slug or a path;
    nothing means the newest. Exits with 1 when an error is left.

    \b
    Examples:
      digest edit
      EDITOR="nano -w" digest edit 2025-W17
    """
    from digest.commands._options import read_clock
    from digest.commands._terminal import confirm, say, warn
    from digest.desk import refuse_sent, sent_at
    from digest.errors import DigestError
    from digest.history import note_edit

    workspace, settings = open_settings(ctx, required=False)
    folder = open_issue(workspace, issue)
    if issue is None:
        refuse_sent(workspace, folder, named_by="`digest edit SLUG`")
    elif (at := sent_at(workspace, folder)) is not None:
        warn(f"{folder.slug} was sent at {at}: readers do not see what changes in it now")
    moment = read_clock(now, settings.newsletter.timezone)
    words = _find_editor(os.environ)
    shown = workspace.show(folder.document)
    before = folder.document.read_bytes()
    while True:
        say(f"opening {shown} in {words[0]}")
        status = _run(words, folder)
        with workspace.lock():
            changed = note_edit(workspace, folder, before, at=moment)
            wrong = "" if status else _look_over(workspace, settings, folder)
        if changed:
            before = folder.document.read_bytes()
            say(f"{shown} was changed; `digest undo` takes it back", bold=True)
        else:
            hint = " (an editor that returns at once needs to wait: `code --wait`)"
            say(f"{shown} is as it was{hint}")
        if status:
            raise DigestError(
                f"ended with status {status}, so nothing is rendered",
                where=words[0],
                fix="run `digest render` if issue.md is as you want it",
            )
        if not wrong or not confirm(f"{wrong}; open it again?", default=True):
            return 1 if wrong else 0


def _find_editor(environment: Mapping[str, str]) -> list[str]:
    """The editor's command in words. Raises UsageError where there is none."""
    from digest.errors import UsageError

    for name in ("VISUAL", "EDITOR"):
        command = environment.get(name, "").strip()
        if not command:
            continue
        try:
            # Backslashes are part of paths on Windows.
            return [word.strip('"') for word in shlex.split(command, posix=os.name != "nt")]
        except ValueError as error:
            raise UsageError(
                f"not a command: {command} ({str(error).lower()})",
                where=name,
                fix='write it as in a shell: EDITOR="code --wait"',
            ) from error
    for name in _FALLBACKS:
        found = shutil.which(name)
        if found is not None:
            return [found]
    raise UsageError(
        "no editor is known", where="EDITOR", fix='set it to your editor: EDITOR="nano"'
    )


def _run(words: Sequence[str], folder: IssueFolder) -> int:
    """Runs the editor on issue.md and gives its exit status."""
    from digest.errors import UsageError

    try:
        # The user's own command, from the user's own environment, without a shell.
        return subprocess.run([*words, str(folder.document)], check=False).returncode  # noqa: S603
    except OSError as error:
        raise UsageError(
            f"cannot be started: {(error.strerror or str(error)).lower()}",
            where=words[0],
            fix="set VISUAL or EDITOR to a command that is there",
        ) from error


def _look_over(workspace: Workspace, settings: Settings, folder: IssueFolder) -> str:
    """Renders the issue and says what is wrong with it; gives how many errors, "" for none."""
    from digest.commands._terminal import complain, say, warn
    from digest.commands._words import show_finding
    from digest.desk import render_again
    from digest.errors import DigestError

    try:
        findings = render_again(workspace, settings, folder)
    except DigestError as error:
        complain(str(error))
        return "issue.md cannot be rendered"
    errors = [finding for finding in findings if finding.severity == "error"]
    for finding in errors:
        complain(show_finding(finding))
    for finding in findings:
        if finding.severity == "warning":
            warn(show_finding(finding))
    say(f"rendered {folder.slug}")
    return f"{len(errors)} error{'s' if len(errors) != 1 else ''}" if errors else ""
