"""Front matter as Hugo, Jekyll, Zola, Pelican and Obsidian write it: keys to plain strings.

Every value stays the string that was written. YAML's own types are traps here: ``title: No``
would be false, ``1984`` a number, ``12:30`` 750, and ``date: 2025-02-30`` would kill the block.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

Value = str | list[str]

_LONGEST = 64_000
"""Characters of front matter that are parsed as YAML or TOML."""

_KEY_LINE = re.compile(r"([^\W\d][\w .-]{0,40}?)\s{0,3}[:=]\s{0,3}(.*)")
_JSON_LINE = re.compile(r"\s*\"([\w .-]{1,40})\"\s*:\s*\"?([^\"]*)\"?\s*,?\s*")
_LIST_LINE = re.compile(r"\s{0,8}[-*]\s+(.*)")
_COMMENT = re.compile(r"<!--[^<>]{0,500}-->\s*(?=---\n|\+\+\+\n)")
_NOTHING = frozenset(["", "~", "null"])
_HEADER_KEYS = frozenset(
    [
        "title",
        "date",
        "author",
        "authors",
        "category",
        "tags",
        "slug",
        "summary",
        "modified",
        "lang",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The keys of a block (lower case, ``_`` for ``-`` and blanks) and what was wrong with it."""

    values: dict[str, Value] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def first(self, *keys: str) -> str:
        """The first non-empty string among some keys, "" when there is none."""
        for key in keys:
            for text in self.all(key):
                return text
        return ""

    def all(self, *keys: str) -> list[str]:
        """All non-empty strings of some keys, in order."""
        found: list[str] = []
        for key in keys:
            value = self.values.get(key, "")
            texts = [value] if isinstance(value, str) else value
            found += [text.strip() for text in texts if text.strip() not in _NOTHING]
        return found


def split_front_matter(text: str) -> tuple[FrontMatter | None, str]:
    """The front matter of a text and what follows it; (None, text) when it has none."""
    start = text.lstrip("\ufeff \t\n")
    if (comment := _COMMENT.match(start)) is not None:
        start = start[comment.end() :]
    if start.startswith("{"):
        return _json(start, text)
    first, _, rest = start.partition("\n")
    fence = first.strip()
    if fence not in ("---", "+++"):
        return _headers(start, text)
    lines = rest.split("\n")
    ends = ("---", "...") if fence == "---" else ("+++",)
    for number, line in enumerate(lines[:2000]):
        if line.rstrip() in ends:
            block = "\n".join(lines[:number])
            if fence == "---" and not _looks_like_keys(block.strip()):
                return None, text  # two rules with prose between them
            read = _toml(block) if fence == "+++" else _yaml(block)
            return read, "\n".join(lines[number + 1 :])
    return _unclosed(lines, text)


def _looks_like_keys(block: str) -> bool:
    """False for prose between two rules."""
    for line in block.split("\n"):
        if line.strip() and not line.startswith("#"):
            return bool(_KEY_LINE.fullmatch(line.rstrip())) or line[0] in "{\"'"
    return not block


def _yaml(block: str) -> FrontMatter:
    import yaml
    from frontmatter.default_handlers import YAMLHandler

    if len(block) > _LONGEST:
        return _line_by_line(block, "front matter is too long: read line by line")
    try:
        read = YAMLHandler().load(block, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        place = getattr(error, "problem_mark", None)
        line = f" in line {place.line + 2}" if place is not None else ""
        return _line_by_line(block, f"front matter is broken{line}: read line by line")
    if read in (None, ""):
        return FrontMatter()
    if not isinstance(read, dict):
        return _line_by_line(block, "front matter has no keys: read line by line")
    return FrontMatter(values=_flat(read))


def _toml(block: str) -> FrontMatter:
    if len(block) > _LONGEST:
        return _line_by_line(block, "front matter is too long: read line by line")
    try:
        return FrontMatter(values=_flat(tomllib.loads(block)))
    except (RecursionError, ValueError) as error:
        place = re.search(r"at line (\d+)", str(error))
        line = f" in line {int(place[1]) + 1}" if place is not None else ""
        return _line_by_line(block, f"front matter is broken{line}: read line by line")


def _json(start: str, text: str) -> tuple[FrontMatter | None, str]:
    import json

    try:
        read, end = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode(start[:_LONGEST])
    except (ValueError, RecursionError) as error:
        return _broken_json(start, text, getattr(error, "lineno", 1))
    return (
        (FrontMatter(values=_flat(read)), start[end:]) if isinstance(read, dict) else (None, text)
    )


def _broken_json(start: str, text: str, line: int) -> tuple[FrontMatter | None, str]:
    """JSON with a mistake in it: the entries that stand on lines of their own."""
    lines = start.split("\n")
    if len(lines) < 3 or not _JSON_LINE.fullmatch(lines[1]):
        return None, text
    end = next((at for at, row in enumerate(lines[:200]) if row.rstrip() == "}"), 0)
    if not end:
        return None, text
    found = (_JSON_LINE.fullmatch(row) for row in lines[1:end])
    values: dict[str, Value] = {_key(each[1]): each[2].strip() for each in found if each}
    problem = f"front matter is broken in line {line}: read line by line"
    return FrontMatter(values=values, problems=(problem,)), "\n".join(lines[end + 1 :])


def _headers(start: str, text: str) -> tuple[FrontMatter | None, str]:
    """Pelican's block: ``Title: …`` lines without fences, up to the first blank line; Hexo's,
    which a fence closes and none opens."""
    block, _, rest = start.partition("\n\n")
    lines = block.split("\n")
    for number, line in enumerate(lines[:200]):
        if line.rstrip() == "---" and number > 1:
            keys = [row for row in lines[:number] if _KEY_LINE.fullmatch(row.rstrip())]
            if not any(_key(row.partition(":")[0]) == "title" for row in keys):
                break
            if all(row in keys or _LIST_LINE.fullmatch(row) for row in lines[:number]):
                return _yaml("\n".join(lines[:number])), "\n".join([*lines[number + 1 :], "", rest])
            break
    keys = [match[1].lower() for line in lines if (match := _KEY_LINE.fullmatch(line.rstrip()))]
    known = sum(key in _HEADER_KEYS for key in keys)
    if len(lines) > 40 or len(keys) < len(lines) or known < 2 or "title" not in keys:
        return None, text
    return _line_by_line(block, ""), rest


def _unclosed(lines: list[str], text: str) -> tuple[FrontMatter | None, str]:
    """A fence that is never closed: the keys up to the first line that is none."""
    number = 0
    while number < len(lines):
        line = lines[number].rstrip()
        if not _KEY_LINE.fullmatch(line) and not _LIST_LINE.fullmatch(line):
            break
        number += 1
    if number == 0:
        return None, text
    block = "\n".join(lines[:number])
    problem = f"front matter is not closed: read line by line up to line {number + 1}"
    read = _line_by_line(block, problem)
    return read, "\n".join(lines[number:])


def _line_by_line(block: str, problem: str) -> FrontMatter:
    values: dict[str, Value] = {}
    last = ""
    for line in block.split("\n")[:2000]:
        item = _LIST_LINE.fullmatch(line)
        if item and last:
            held = values[last]
            entries = held if isinstance(held, list) else [held] if held else []
            values[last] = [*entries, _unquoted(item[1])]
            continue
        match = _KEY_LINE.fullmatch(line.strip())
        if match is None or (line[:1] in " \t" and last):
            continue
        last = _key(match[1])
        written = match[2].strip()
        if written.startswith("[") and written.endswith("]"):
            values[last] = [_unquoted(part) for part in written[1:-1].split(",") if part.strip()]
        else:
            values.setdefault(last, _unquoted(written))
    return FrontMatter(values=values, problems=(problem,) if problem else ())


def _unquoted(text: str) -> str:
    text = text.strip()
    if text[:1] in ("'", '"') and text.count(text[0]) == 1:
        return text[1:]  # a quote that is never closed is what broke the block
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _key(name: object) -> str:
    return str(name).strip().lower().replace("-", "_").replace(" ", "_")


def _flat(read: dict[Any, Any]) -> dict[str, Value]:
    """Strings and lists of strings; of tables inside (Zola's ``[extra]``) the entries too."""
    values: dict[str, Value] = {}
    inner: list[dict[Any, Any]] = []
    for name, value in list(read.items())[:500]:
        key = _key(name)
        if isinstance(value, dict):
            # MkDocs: date: {created: …, updated: …}
            named = value.get("created") if key == "date" else value.get("name", value.get("title"))
            values[key] = _text(named) if isinstance(named, (str, date)) else ""
            inner.append(value)
        elif isinstance(value, (list, tuple)):
            values[key] = _texts(value)
        else:
            values[key] = _text(value)
    for table in inner:
        for name, value in list(table.items())[:100]:
            if isinstance(value, (list, tuple)):
                values.setdefault(_key(name), _texts(value))
            elif not isinstance(value, dict) and _key(name) not in ("name", "title"):
                values.setdefault(_key(name), _text(value))
    return values


def _texts(entries: Iterable[Any]) -> list[str]:
    found = []
    for entry in list(entries)[:200]:
        if isinstance(entry, dict):
            entry = entry.get("name", "")
        if not isinstance(entry, (list, tuple, dict)):
            found.append(_text(entry))
    return found


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (date, time)):  # TOML's own dates
        return value.isoformat()
    return value if isinstance(value, str) else "" if value is None else str(value)
