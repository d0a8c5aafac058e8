"""Documentation that cannot lie: reference pages are compared with the code they describe."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import click
import pytest

from digest.cli import COMMANDS, root
from digest.config import schema

ROOT = Path(__file__).resolve().parents[1]
TABLES = {
    "[newsletter]": schema.Newsletter,
    "[theme]": schema.Theme,
    "[schedule]": schema.Schedule,
    "[window]": schema.WindowPolicy,
    "[[sources]]": schema.Source,
    "[[topics]]": schema.Topic,
    "[learning]": schema.Learning,
    "[ranking]": schema.Ranking,
    "[[slots]]": schema.Slot,
    "[delivery.NAME]": schema.Delivery,
    "[gather]": schema.Gather,
    "[render]": schema.Render,
    "[words]": schema.Words,
    "[check]": schema.Check,
}


def test_every_key_of_digest_toml_is_documented_with_its_default() -> None:
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    for heading, table in TABLES.items():
        part = page.split(f"## `{heading}`", 1)[1].split("\n## ", 1)[0]
        rows = {
            cells[1].strip().strip("`"): cells[2].strip().strip("`")
            for line in part.splitlines()
            if len(cells := line.split("|")) >= 4 and cells[1].strip().startswith("`")
        }
        assert list(rows) == [schema.key_of(field) for field in dataclasses.fields(table)], heading
        for field in dataclasses.fields(table):
            if isinstance(field.default, bool):
                assert rows[field.name] == str(field.default).lower()
            elif isinstance(field.default, int | float):
                assert rows[field.name] == str(field.default)


def command_reference() -> str:
    parts = [
        "# Commands\n\nMade from each command's own `--help`; a test compares them.\n",
        f"## digest\n\n```\n{help_text(root, 'digest')}\n```\n",
    ]
    context = click.Context(root)
    for name in COMMANDS:
        command = root.get_command(context, name)
        assert command is not None
        parts.append(f"## digest {name}\n\n```\n{help_text(command, f'digest {name}')}\n```\n")
        inner = command.commands.items() if isinstance(command, click.Group) else ()
        for each, part in inner:
            title = f"digest {name} {each}"
            parts.append(f"### {title}\n\n```\n{help_text(part, title)}\n```\n")
    return "\n".join(parts)


def help_text(command: click.Command, name: str) -> str:
    settings = {"help_option_names": ["-h", "--help"]}
    with click.Context(command, info_name=name, terminal_width=80, **settings) as context:
        return command.get_help(context)


def test_command_reference_is_what_help_says() -> None:
    page = ROOT / "docs/commands.md"
    if os.environ.get("DIGEST_UPDATE_GOLDEN"):
        page.write_text(command_reference(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == command_reference()


@pytest.mark.parametrize("name", COMMANDS)
def test_readme_shows_every_command(name: str) -> None:
    assert f"digest {name}" in (ROOT / "README.md").read_text(encoding="utf-8")
