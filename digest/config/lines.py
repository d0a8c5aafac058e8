"""Where each key of a TOML text stands: key path -> line.

A path is what one writes to reach the value in the parsed tables: names, and for arrays the
index, ``("sources", 0, "url")``. The text must have been read by tomllib before: the scanner
relies on it being valid, and only has to know where strings, comments and brackets end.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

Path = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t]*")
_SPACE = re.compile(r"(?:[\s,]|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^\s,\]}#]+(?: [0-9][^\s,\]}#]*)?")  # a date and time may have a blank


@dataclass(frozen=True, slots=True)
class Statement:
    """A table's header, or one of its keys with the value: ``table`` is the table's path, the
    lines count from 1, the last one included."""

    table: Path
    first_line: int
    last_line: int


def find_statements(text: str) -> list[Statement]:
    """The headers and keys of ``text`` in their order; what lies between are comments."""
    return _Scanner(text).statements()


def find_lines(text: str) -> dict[Path, int]:
    """The line, from 1, of every table, key and array element in ``text``."""
    return _Scanner(text).lines()


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of ``path``, else of the nearest thing around it that has one, else 0."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 0


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}  # arrays of tables, and how many there are so far
        self.counted_to, self.line = 0, 1

    def lines(self) -> dict[Path, int]:
        self.statements()
        return self.found

    def statements(self) -> list[Statement]:
        table: Path = ()
        read = []
        while self._skip() < len(self.text):
            first = self._line()
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            read.append(Statement(table, first, self._line()))
        return read

    def _header(self) -> Path:
        line = self._line()
        several = self.text.startswith("[[", self.at)
        self.at += 2 if several else 1
        names = self._names()
        self.at += 2 if several else 1
        path: Path = ()
        for name in names[:-1]:
            path = (*path, name)
            self.found.setdefault(path, line)
            if path in self.tables:  # inside an array of tables, names mean its last one
                path = (*path, self.tables[path] - 1)
        path = (*path, names[-1])
        if several:
            number = self.tables.get(path, 0)
            self.tables[path] = number + 1
            self.found.setdefault(path, line)
            path = (*path, number)
        elif path in self.tables:
            path = (*path, self.tables[path] - 1)
        self.found.setdefault(path, line)
        return path

    def _pair(self, table: Path) -> None:
        line = self._line()
        names = self._names()
        for length in range(1, len(names) + 1):
            self.found.setdefault((*table, *names[:length]), line)
        self.at += 1  # the equals sign
        self._value((*table, *names))

    def _value(self, path: Path) -> None:
        self.at = self._after(_BLANK)
        start = self.text[self.at]
        if start == "[":
            self._array(path)
        elif start == "{":
            self.at += 1
            while self.text[self._skip()] != "}":
                self._pair(path)
            self.at += 1
        else:
            self.at = self._after(_STRING if start in "\"'" else _SCALAR)

    def _array(self, path: Path) -> None:
        self.at += 1
        number = 0
        while self.text[self._skip()] != "]":
            self.found[(*path, number)] = self._line()
            self._value((*path, number))
            number += 1
        self.at += 1

    def _names(self) -> list[str]:
        names = []
        while True:
            self.at = self._after(_BLANK)
            start, self.at = self.at, self._after(_KEY)
            names.append(_unquoted(self.text[start : self.at]))
            self.at = self._after(_BLANK)
            if self.text[self.at] != ".":
                return names
            self.at += 1

    def _skip(self) -> int:
        """Past white space, commas and comments."""
        self.at = self._after(_SPACE)
        return self.at

    def _after(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self.text, self.at)
        assert found is not None  # tomllib has read this text
        return found.end()

    def _line(self) -> int:
        self.line += self.text.count("\n", self.counted_to, self.at)
        self.counted_to = self.at
        return self.line


def _unquoted(key: str) -> str:
    return next(iter(tomllib.loads(f"{key} = 0"))) if key[0] in "\"'" else key
