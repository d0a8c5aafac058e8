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
    wanted = read_tables(text)
    wanted[_KEY] = [*wanted.get(_KEY, []), *(dict(table) for table in tables)]
    if not _in_blocks(text):
        return _proven(_in_array(text, lambda array: _extend(array, tables)), wanted)
    added = "\n".join(map(_written, tables))
    return _proven(append_block(text, added, _blocks(text)), wanted)


def remove_source(text: str, number: int) -> str:
    """``text`` without the source of that number, from 0. Comments above its header and below its
    last key stay. Raises DigestError as :func:`add_sources` does."""
    wanted = read_tables(text)
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
    wanted = read_tables(text)
    _apply(wanted[_KEY][number], changes)
    if not _in_blocks(text):
        return _proven(_in_array(text, lambda array: _apply(array[number], changes)), wanted)
    changed = change_block(
        text, _blocks(text)[number], lambda document: _apply(document[_KEY][0], changes)
    )
    return _proven(changed, wanted)


@dataclass(frozen=True, slots=True)
class Block:
    """Where a table of an array stands: lines from 0, the last one not included."""

    first: int
    last: int


def find_blocks(text: str, key: str) -> list[Block]:
    """The ``[[key]]`` tables with the tables in them; none where they are an array in one line."""
    found: list[Block] = []
    for statement in find_statements(text.replace("\ufeff", " ", 1)):
        if statement.table[:1] != (key,):
            continue
        if statement.table[1] == len(found):
            found.append(Block(statement.first_line - 1, statement.last_line))
        else:
            found[-1] = Block(found[-1].first, statement.last_line)
    return found


def append_block(text: str, added: str, blocks: Sequence[Block]) -> str:
    """``text`` with a table, or several, behind those that stand in ``blocks``, or at the end."""
    lines = text.splitlines(keepends=True)
    end = _line_end(text)
    at = blocks[-1].last if blocks else len(lines)
    before, after = "".join(lines[:at]), "".join(lines[at:])
    if before and not before.endswith("\n"):
        before += end
    between = end if before.strip("\ufeff") else ""
    gap = end if after and not after.startswith(end) else ""
    return f"{before}{between}{added.replace(chr(10), end)}{gap}{after}"


def change_block(text: str, block: Block, change: Callable[[Any], object]) -> str:
    """``text`` after a change to one table of an array: ``change`` gets a document of tomlkit that
    holds that table alone."""
    import tomlkit

    lines = text.splitlines(keepends=True)
    end = _line_end(text)
    own = "".join(lines[block.first : block.last])
    # A key that is new goes behind the others, which need a line end before it.
    document = tomlkit.parse(own if own.endswith("\n") else own + end)
    change(document)
    changed = tomlkit.dumps(document)
    if end == "\r\n":
        changed = changed.replace("\r\n", "\n").replace("\n", "\r\n")
    changed = changed if own.endswith("\n") else changed.removesuffix(end)
    return "".join(lines[: block.first]) + changed + "".join(lines[block.last :])


def _blocks(text: str) -> list[Block]:
    return find_blocks(text, _KEY)


def _in_blocks(text: str) -> bool:
    """False where the sources are an array of inline tables."""
    return _KEY not in read_tables(text) or bool(_blocks(text))


def read_tables(text: str) -> dict[str, Any]:
    """What a text of valid TOML says, also one that begins with a mark of its order of bytes."""
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
    remedy = "write each source as a [[sources]] table of its own, or make the change by hand"
    return proven(text, wanted, _KEY, remedy)


def proven(text: str, wanted: dict[str, Any], key: str, remedy: str) -> str:
    """``text`` when it says what is wanted. Raises DigestError that names the array ``key``."""
    try:
        given = read_tables(text)
    except tomllib.TOMLDecodeError:
        given = {}
    if given != wanted:
        raise DigestError(
            "is written in a form that cannot be changed without loss",
            where=f"[[{key}]]",
            fix=remedy,
        )
    return text
