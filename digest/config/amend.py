"""digest.toml changed by a command: read again before it is written, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from digest.config import Settings
from digest.config.read import parse_settings, read_settings
from digest.errors import DigestError
from digest.workspace import Workspace, slot_designs, themes, write_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """digest.toml before and after a change; equal where nothing was to be changed."""

    path: Path
    before: str
    after: str


def amend(
    workspace: Workspace,
    change: Callable[[str], str],
    *,
    numbered: Settings | None = None,
    dry_run: bool = False,
) -> Edited:
    """Writes what ``change`` makes of the text of digest.toml, unless it is a dry run.

    ``numbered`` are the settings that ``change`` has numbers of sources from. Raises ConfigError
    for mistakes in the file and for those that the change would make, DigestError when another
    program changes the file meanwhile; nothing is written then.
    """
    path = workspace.settings_path
    assert path is not None  # the commands open a workspace that has one
    shown = workspace.show(path)
    with workspace.lock():
        content = path.read_bytes()
        current = read_settings(path)
        if numbered is not None and current.sources != numbered.sources:
            raise _changed_meanwhile(shown)
        before = content.decode("utf-8")
        try:
            after = change(before)
        except DigestError as error:
            error.where = f"{shown}: {error.where}"
            raise
        parse_settings(
            after.removeprefix("\ufeff"),
            shown,
            themes=themes(workspace.templates),
            designs=slot_designs(workspace.templates),
            templates=workspace.templates,
        )

        def compare() -> None:
            if path.read_bytes() != content:
                raise _changed_meanwhile(shown)

        if not dry_run:
            write_bytes(path, after.encode("utf-8"), compare=compare)
    return Edited(path=path, before=before, after=after)


def _changed_meanwhile(shown: str) -> DigestError:
    return DigestError("was changed by another program just now", shown, "run the command again")
