"""What is wrong in digest.toml, and what to write instead: the words for it."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import get_args, get_origin, get_type_hints

from digest.config.lines import Path
from digest.config.schema import Settings, key_of

# Values under these names are never repeated in a message: they may be the secret itself.
_SECRET_NAMES = frozenset(("password", "username", "token", "cookie", "headers"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake at a key path; ``message`` and ``fix`` do not name the key."""

    path: Path
    message: str
    fix: str


def show_path(path: Path) -> str:
    """The key as its user wrote it: ``max in [[sources]]``, ``keywords (entry 2) in …``."""
    if len(path) == 1:
        return _brackets(path) if path[0] in _TABLES else str(path[0])
    table = path[:2] if path[0] == "delivery" or isinstance(path[1], int) else path[:1]
    rest = path[len(table) :]
    if not rest:
        return _brackets(table)
    key = ".".join(name for name in rest if isinstance(name, str))
    number = next((part for part in rest if isinstance(part, int)), None)
    entry = "" if number is None else f" (entry {number + 1})"
    return f"{key}{entry} in {_brackets(table)}"


def unknown_key(path: Path, known: Iterable[str]) -> Mistake:
    """An unknown key or table, with the nearest known one, or the table it belongs to."""
    name = str(path[-1])
    known = tuple(known)
    near = difflib.get_close_matches(name.casefold().replace("-", "_"), known, n=1)
    if near:
        nearest = show_path((*path[:-1], near[0])) if path[:-1] else _brackets_of_kind(near[0])
        fix = f"did you mean {nearest}?"
    elif name == "name" and (home := _chosen_in(path[:-1])):
        # The wish to choose a theme is met more often than a "name" of another table.
        fix = f"write {path[0]} = … in {_brackets_of_kind(home)}"
    elif homes := [table for table, keys in _TABLES.items() if name in keys]:
        fix = f"it belongs in {' or '.join(_brackets_of_kind(home) for home in homes)}"
    else:
        fix = f"known here: {', '.join(known)}"
    return Mistake(path=path, message="unknown key" if len(path) > 1 else "unknown", fix=fix)


def wrong_type(path: Path, value: object, expected: type) -> Mistake:
    """A value of another type than ``expected`` (str, int, float, bool, list, dict)."""
    key = next((name for name in reversed(path) if isinstance(name, str)), "")
    wanted, fix = {
        str: ("text", f'write it in quotes: {key} = "…"'),
        int: ("a whole number", f"write digits without quotes: {key} = 10"),
        float: ("a number", f"write digits without quotes: {key} = 10.0"),
        bool: ("true or false", f"write {key} = true or {key} = false, without quotes"),
        list: ("an array", f'write {key} = ["…", "…"]'),
        dict: (
            "a table",
            f"write [{'.'.join(name for name in path if isinstance(name, str))}] above its keys",
        ),
    }[expected]
    if expected is list and len(path) == 1:
        wanted, fix = "an array of tables", f"write [[{key}]], in two brackets, above each"
    if isinstance(path[-1], int):
        fix = f"write {wanted} in its place"
    return Mistake(path=path, message=f"expected {wanted}, found {type_word(value)}", fix=fix)


def wrong_date(path: Path, value: object) -> Mistake:
    """A value that is no day; a day with a time is none either."""
    found = show_value(path, value) if isinstance(value, str) else type_word(value)
    return Mistake(
        path=path, message=f"expected a date, found {found}", fix=f"write {path[-1]} = 2025-04-21"
    )


def not_allowed(path: Path, value: object, allowed: tuple[str, ...]) -> Mistake:
    """A value that is none of a few words."""
    near = difflib.get_close_matches(str(value).casefold(), allowed, n=1)
    words = ", ".join(f'"{word}"' for word in allowed)
    fix = f'did you mean "{near[0]}"? ' if near else ""
    return Mistake(
        path=path,
        message=f"{show_value(path, value)} is not one of its values",
        fix=f"{fix}allowed: {words}" if fix else f"write one of {words}",
    )


def show_value(path: Path, value: object) -> str:
    """The value, shortened; never one that may be a secret."""
    if _SECRET_NAMES & set(path):
        return "the value"
    text = str(value)
    if not isinstance(value, str):
        return text
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'


def type_word(value: object) -> str:
    """What TOML calls the type of a value."""
    words: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"),
        (str, "text"),
        (int, "a whole number"),
        (float, "a number with a point"),
        (list, "an array"),
        (dict, "a table"),
        ((date, time), "a date or time"),
    )
    return next((word for kinds, word in words if isinstance(value, kinds)), "something else")


def _chosen_in(table: Path) -> str | None:
    """The table that has a key of a table's own name: ``[theme]`` is chosen in ``newsletter``."""
    if len(table) != 1:
        return None
    return next((home for home, keys in _TABLES.items() if table[0] in keys), None)


def _brackets(path: Path) -> str:
    name = ".".join(str(part) for part in path if isinstance(part, str))
    return f"[[{name}]]" if any(isinstance(part, int) for part in path) else f"[{name}]"


def _brackets_of_kind(table: str) -> str:
    return {
        "sources": "[[sources]]",
        "topics": "[[topics]]",
        "slots": "[[slots]]",
        "delivery": "[delivery.NAME]",
    }.get(table, f"[{table}]")


def _tables() -> dict[str, tuple[str, ...]]:
    """The keys of each table, from the schema."""
    found = {}
    for name, kind in get_type_hints(Settings).items():
        table = get_args(kind)[-1 if get_origin(kind) is dict else 0] if get_args(kind) else kind
        found[name] = tuple(map(key_of, dataclasses.fields(table)))
    return found


_TABLES = _tables()


def one_line(path: Path, value: object) -> Iterator[Mistake]:
    """The mistake of a text that has more than one line, or what no line shows."""
    if isinstance(value, str) and not value.isprintable():
        yield Mistake(
            path=path,
            message="holds a line break or a control character",
            fix="write it on one line",
        )
