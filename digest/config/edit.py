"""digest.toml changed source by source: what is not meant stays byte for byte.

Tables are found by their lines and written by tomlkit, each for itself, so that comments, blank
lines and line ends around them cannot move. Every change is read once more before it is given:
a text that does not say exactly what was meant is never written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from digest.config.lines import find_statements
from digest.errors import DigestError

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

Table = Mapping[str, str | int | bool]
_KEY = "sources"


def add_sources(text: str, tables: Sequence[Table]) -> str:
    """``text`` with further sources, behind the last one or at the end.

    ``text`` is valid TOML. Raises DigestError when the file's form does not let this be done.
    """
    if not tables:
        return text
    wanted = _read(text)
    wanted[_KEY] = [*wanted.get(_KEY, []), *(dict(table) for table in tables)]
    if not _in_blocks(text):
        return _proven(_in_array(text, lambda array: _extend(array, tables)), wanted)
    blocks = _blocks(text)
    lines = text.splitlines(keepends=True)
    end = _line_end(text)
    at = blocks[-1].last if blocks else len(lines)
    before, after = "".join(lines[:at]), "".join(lines[at:])
    if before and not before.endswith("\n"):
        before += end
    added = end.join(_written(table).replace("\n", end) for table in tables)
    between = end if before.strip("\ufeff") else ""
    gap = end if after and not after.startswith(end) else ""
    return _proven(f"{before}{between}{added}{gap}{after}", wanted)


def remove_source(text: str, number: int) -> str:
    """``text`` without the source of that number, from 0. Comments above its header and below its
    last key stay. Raises DigestError as :func:`add_sources` does."""
    wanted = _read(text)
    del wanted[_KEY][number]
    if not _in_blocks(text):
        return _proven(_in_array(text, lambda array: array.pop(number)), wanted)
    if not wanted[_KEY]:
        del wanted[_KEY]
    lines = text.splitlines(keepends=True)
    block = _blocks(text)[number]
    del lines[block.first : block.last]
    # One of the blank lines around it goes with it: the one that parted it from the rest.
    at = block.first
    if at == len(lines):
        at -= 1
    if (
        (block.first == 0 or not lines[block.first - 1].strip())
        and lines[at:]
        and (not lines[at].strip())
    ):
        del lines[at]
    return _proven("".join(lines), wanted)


def change_source(text: str, number: int, changes: Mapping[str, str | bool | None]) -> str:
    """``text`` with other values in the source of that number; None takes a key out.

    Raises DigestError as :func:`add_sources` does.
    """
    wanted = _read(text)
    _apply(wanted[_KEY][number], changes)
    if not _in_blocks(text):
        return _proven(_in_array(text, lambda array: _apply(array[number], changes)), wanted)
    lines = text.splitlines(keepends=True)
    block = _blocks(text)[number]
    return _proven(
        "".join(lines[: block.first])
        + _changed("".join(lines[block.first : block.last]), changes, _line_end(text))
        + "".join(lines[block.last :]),
        wanted,
    )


@dataclass(frozen=True, slots=True)
class _Block:
    """Where a ``[[sources]]`` table stands: lines from 0, the last one not included."""

    first: int
    last: int


def _blocks(text: str) -> list[_Block]:
    """The ``[[sources]]`` tables with the tables in them."""
    found: list[_Block] = []
    for statement in find_statements(text.replace("\ufeff", " ", 1)):
        if statement.table[:1] != (_KEY,):
            continue
        if statement.table[1] == len(found):
            found.append(_Block(statement.first_line - 1, statement.last_line))
        else:
            found[-1] = _Block(found[-1].first, statement.last_line)
    return found


def _in_blocks(text: str) -> bool:
    """False where the sources are an array of inline tables."""
    return _KEY not in _read(text) or bool(_blocks(text))


def _read(text: str) -> dict[str, Any]:
    return tomllib.loads(text.removeprefix("\ufeff"))


def _written(table: Table) -> str:
    """A table as a text of its own, with its header."""
    import tomlkit

    document = tomlkit.document()
    array, entry = tomlkit.aot(), tomlkit.table()
    for key, value in table.items():
        entry.add(key, value)
    array.append(entry)
    document.add(_KEY, array)
    return tomlkit.dumps(document)


def _changed(block: str, changes: Mapping[str, str | bool | None], end: str) -> str:
    """One ``[[sources]]`` table's own text after a change."""
    import tomlkit

    # A key that is new goes behind the others, which need a line end before it.
    ended = block if block.endswith("\n") else block + end
    document = tomlkit.parse(ended)
    sources: Any = document[_KEY]
    _apply(sources[0], changes)
    changed = tomlkit.dumps(document)
    if end == "\r\n":
        changed = changed.replace("\r\n", "\n").replace("\n", "\r\n")
    return changed if block.endswith("\n") else changed.removesuffix(end)


def _apply(table: Any, changes: Mapping[str, str | bool | None]) -> None:
    for key, value in changes.items():
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value


def _extend(array: Any, tables: Sequence[Table]) -> None:
    import tomlkit

    for table in tables:
        entry = tomlkit.inline_table()
        entry.update(dict(table))
        array.append(entry)


def _in_array(text: str, change: Callable[[Any], object]) -> str:
    """``text`` after a change to its array of inline tables."""
    import tomlkit

    mark = "\ufeff" if text.startswith("\ufeff") else ""
    document: TOMLDocument = tomlkit.parse(text.removeprefix(mark))
    change(document[_KEY])
    return mark + tomlkit.dumps(document)


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _proven(text: str, wanted: dict[str, Any]) -> str:
    """``text`` when it says what is wanted. Raises DigestError."""
    try:
        given = _read(text)
    except tomllib.TOMLDecodeError:
        given = {}
    if given != wanted:
        raise DigestError(
            "is written in a form that cannot be changed without loss",
            where="[[sources]]",
            fix="write each source as a [[sources]] table of its own, or make the change by hand",
        )
    return text
