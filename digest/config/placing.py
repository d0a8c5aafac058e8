"""What the rules of ``[[topics]]`` get wrong: keywords, hosts, paths, authors, categories."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from digest.config.lines import Path
from digest.config.mistakes import Mistake, one_line, show_value

_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_PATH = re.compile(r"(?P<host>[\w-]+(?:\.[\w-]+)*)/+[^/\s?#][^\s?#]*")

_WEIGHTS = ("coverage", "freshness", "source", "keywords", "habits", "length")
_MOST = 100.0


def find_rule_mistakes(tables: Mapping[str, Any]) -> list[Mistake]:
    """All mistakes in the rules of topics, in the preferred hosts of stories and in ranking; what
    has the wrong type is told elsewhere."""
    found: list[Mistake] = []
    array = tables.get("topics")
    for number, table in enumerate(array if isinstance(array, list) else ()):
        if not isinstance(table, dict):
            continue
        at = ("topics", number)
        for key in ("keywords", "not"):
            for entry, keyword in _entries(table.get(key)):
                found.extend(_keyword((*at, key, entry), keyword))
        for entry, host in _entries(table.get("hosts")):
            found.extend(_host((*at, "hosts", entry), host))
        for entry, path in _entries(table.get("paths")):
            found.extend(_path((*at, "paths", entry), path))
        for key in ("authors", "categories"):
            for entry, name in _entries(table.get(key)):
                found.extend(_name((*at, key, entry), name))
    ranking = tables.get("ranking")
    found.extend(_ranking(ranking if isinstance(ranking, dict) else {}))
    sources = tables.get("sources")
    for entry, source in _entries(sources):
        if isinstance(source, dict):
            found.extend(_weight(("sources", entry, "weight"), source.get("weight")))
    stories = tables.get("stories")
    for entry, host in _entries(stories.get("prefer") if isinstance(stories, dict) else None):
        found.extend(_host(("stories", "prefer", entry), host, paths=False))
    return found


def _ranking(table: Mapping[str, Any]) -> Iterator[Mistake]:
    at = ("ranking",)
    most = table.get("max")
    if type(most) is int and most < 1:
        fix = "write a whole number from 1, or remove it"
        yield _mistake((*at, "max"), most, "is too small", fix)
    for key in _WEIGHTS:
        yield from _weight((*at, key), table.get(key))
    # By a default that is not 0, only one that names them all can leave nothing to rank by.
    if all(type(table.get(key)) in (int, float) and table[key] == 0 for key in _WEIGHTS):
        fix = "give one of them a number above 0"
        yield Mistake(path=at, message="all weights are 0", fix=fix)


def _weight(path: Path, weight: object) -> Iterator[Mistake]:
    if type(weight) in (int, float) and not 0 <= weight <= _MOST:  # type: ignore[operator]
        yield _mistake(path, weight, "is not a weight", f"write a number from 0 to {_MOST:g}")


def _keyword(path: Path, keyword: object) -> Iterator[Mistake]:
    word: object = keyword
    if isinstance(keyword, dict):
        word, weight = keyword.get("word"), keyword.get("weight")
        if weight is not None and "not" in path:
            yield Mistake(
                path=(*path, "weight"),
                message="weighs a word that only excludes",
                fix="leave it out",
            )
        elif type(weight) in (int, float) and not 0 < weight < math.inf:  # type: ignore[operator]
            yield Mistake(
                path=(*path, "weight"),
                message=f"{weight} is not a weight",
                fix="write a number above 0 (1 is that of a plain keyword)",
            )
    if isinstance(word, str) and not any(letter.isalnum() for letter in word):
        yield Mistake(
            path=path,
            message="holds no letter or digit",
            fix="remove it, or write a word or phrase",
        )


def _host(path: Path, host: object, *, paths: bool = True) -> Iterator[Mistake]:
    """What is wrong with a host's name; with ``paths`` parts of sites may be named elsewhere."""
    if isinstance(host, str) and not _HOST.fullmatch(host):
        bare = (urlsplit(host).hostname if "://" in host else host.partition("/")[0]) or ""
        fix = f'write "{bare}"' if re.fullmatch(r"[\w.-]+\w", bare) else 'write "example.org"'
        if paths and _PATH.fullmatch(host):
            fix += f', or paths = ["{host}"] for a part of the site'
        yield _mistake(path, host, "is not a host name", fix)


def _path(path: Path, place: object) -> Iterator[Mistake]:
    if not isinstance(place, str) or _PATH.fullmatch(place):
        return
    if _HOST.fullmatch(place.rstrip("/")) and place.strip("/"):
        bare = place.rstrip("/")
        yield _mistake(path, place, "is a host without a path", f'write hosts = ["{bare}"]')
        return
    bare = re.split(r"[?#\s]", place.partition("://")[2] or place.strip())[0]
    fix = f'write "{bare}"' if _PATH.fullmatch(bare) else 'write "example.org/blog"'
    yield _mistake(path, place, "is not a host with a path", fix)


def _name(path: Path, name: object) -> Iterator[Mistake]:
    if isinstance(name, str) and not name.strip():
        yield Mistake(path=path, message="is empty", fix="remove it, or write a name")
    yield from one_line(path, name)


def _mistake(path: Path, value: object, message: str, fix: str) -> Mistake:
    return Mistake(path=path, message=f"{show_value(path, value)} {message}", fix=fix)


def _entries(value: object) -> list[tuple[int, Any]]:
    return list(enumerate(value)) if isinstance(value, list) else []
