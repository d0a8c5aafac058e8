"""What of the settings decides how a mail looks besides ``[newsletter]``: issue.lock keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from digest.config.schema import Settings

TABLES = ("theme", "render", "words")


def find_appearance(settings: Settings) -> dict[str, dict[str, Any]]:
    """The values of these tables that are not the defaults, by table and key."""
    found: dict[str, dict[str, Any]] = {}
    for name in TABLES:
        table, default = asdict(getattr(settings, name)), asdict(getattr(Settings(), name))
        changed = {key: value for key, value in table.items() if value != default[key]}
        if changed:
            found[name] = changed
    return found


def with_appearance(settings: Settings, kept: Mapping[str, Mapping[str, Any]]) -> Settings:
    """The settings with the looks of another day; what today's digest does not know is left out.

    Raises ConfigError for a value that is none of today's.
    """
    from digest.config.read import structure_tables

    known = {name: {field.name for field in fields(getattr(settings, name))} for name in TABLES}
    then = structure_tables(
        {
            name: {key: value for key, value in kept.get(name, {}).items() if key in known[name]}
            for name in TABLES
        }
    )
    return replace(settings, theme=then.theme, render=then.render, words=then.words)
