"""Where in the text of issue.lock something stands, so that messages name its line.

JSON as Python reads it has no places left: the text is gone over once more, and only when
something is wrong with it or an issue is rebuilt.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\],:]', re.DOTALL)
# Far more than a lock has, far less than a reader of JSON takes.
_DEEP = 64


def line_at(text: str, offset: int) -> int:
    """The line that a place in the text is in, from 1."""
    return text.count("\n", 0, offset) + 1


def find_line(text: str, name: str) -> int:
    """The line of what messages call ``name`` (``proposal.sections[0].kind``): of the nearest
    thing around it where it is not there itself, 1 where there is nothing of the kind."""
    found = 0
    # The names of what is open around a place, as long as they lead to the one that is wanted.
    names = [""]
    for depth, _, key, offset in _members(text):
        del names[depth:]
        if len(names) < depth:
            continue
        around = names[-1]
        if isinstance(key, int):
            ways = [f"{around}[{key}]"]
        else:
            ways = [f"{around}.{key}" if around else key, f"{around}[{key!r}]"]
        for way in ways:
            if name == way or name.startswith((f"{way}.", f"{way}[")):
                names.append(way)
                found = offset
                break
        if names[-1] == name:
            break
    return line_at(text, found)


def find_double(text: str) -> tuple[str, int] | None:
    """The first key that an object has twice, with the line of the second; None if there is
    none. Of two, a reader of JSON takes the last without a word."""
    seen: set[tuple[int, str]] = set()
    for _, around, key, offset in _members(text):
        if isinstance(key, str):
            if (around, key) in seen:
                return key, line_at(text, offset)
            seen.add((around, key))
    return None


def find_deep(text: str) -> int:
    """The line where objects and lists lie deeper in one another than in any lock; else 1."""
    offsets = (offset for depth, _, _, offset in _members(text) if depth > _DEEP)
    return line_at(text, next(offsets, 0))


def _members(text: str) -> Iterator[tuple[int, int, str | int, int]]:
    """(depth, where its object or list begins, key or number, where it stands) of every member
    of an object, and of every list's elements that are objects or lists themselves."""
    open_at: list[tuple[str, int]] = []
    numbers: list[int] = []
    last, last_at = "", 0
    for found in _TOKEN.finditer(text):
        mark, at = found[0], found.start()
        if mark in "{[":
            if open_at and open_at[-1][0] == "[":
                yield len(open_at), open_at[-1][1], numbers[-1], at
            open_at.append((mark, at))
            numbers.append(0)
        elif mark in "}]":
            if open_at:
                open_at.pop()
                numbers.pop()
        elif mark == ",":
            if numbers:
                numbers[-1] += 1
        elif mark == ":":
            if open_at:
                yield len(open_at), open_at[-1][1], _plain(last), last_at
        else:
            last, last_at = mark, at


def _plain(text: str) -> str:
    try:
        return str(json.loads(text, strict=False))
    except ValueError:
        return text
