"""A theme's design tokens: what theme.toml states, inherits, and digest.toml changes.

A theme is a folder in templates/ with a ``theme.toml``: a line about it, the theme that it
extends (``base`` where it says none) and ``[tokens]``, named as the keys of ``[theme]``.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from digest.config import colours
from digest.config.lines import find_lines, line_of
from digest.config.mistakes import Mistake
from digest.config.schema import Theme
from digest.config.tokens import NUMBERS, TOKENS, Tokens, find_token_mistakes, needs_of
from digest.errors import TemplateError
from digest.workspace import templates_folder

BASE = "base"
"""The folder that every theme extends at last. It is no theme itself."""

FILE = "theme.toml"

_DEEPEST = 8
_FOLLOWS = (
    ("title", "accent"),
    ("title", "ink"),
    ("dark_title", "dark_accent"),
    ("dark_title", "dark_ink"),
    ("heading_font", "font"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One theme. ``line`` are the names from itself to ``base``, as files are looked for."""

    name: str
    about: str
    extends: str
    line: tuple[str, ...]
    tokens: Mapping[str, str | int]


def read_look(name: str, folder: Path | None) -> Look:
    """The theme ``name``; ``folder`` is the workspace's templates/.

    Where ours and the workspace have a theme.toml of the same theme, the workspace's changes
    what it names. Raises TemplateError with file and line for one that has a mistake.
    """
    line = theme_line(name, folder)
    tokens: Tokens = {}
    for each in reversed(line):
        for path, table in _tables(each, folder):
            tokens |= _own(path, table, tokens)
    about = [str(table["about"]) for _, table in _tables(name, folder) if "about" in table]
    return Look(
        name=name,
        about=about[-1] if about else "",
        extends=line[1] if len(line) > 1 else "",
        line=line,
        tokens=tokens,
    )


def theme_line(name: str, folder: Path | None) -> tuple[str, ...]:
    """``name``, the theme that it extends, and so on to ``base``.

    Raises TemplateError for one that extends itself, or what there is not.
    """
    line = [name]
    while line[-1] != BASE:
        above: Any = BASE
        for path, table in _tables(line[-1], folder):
            above = table.get("extends", above)
            if not isinstance(above, str) or above in line or len(line) > _DEEPEST:
                raise TemplateError(
                    f"extends: {line[-1]} cannot extend {above!r}",
                    where=_shown(path),
                    fix="write the name of another theme",
                )
            if not any((root / above).is_dir() for root in _roots(folder)):
                raise TemplateError(
                    f"extends: there is no theme named {above!r}",
                    where=_shown(path),
                    fix="`digest theme list` shows which there are",
                )
        line.append(above)
    return tuple(line)


def tokens_of(theme: Theme, look: Look) -> Tokens:
    """The tokens that templates are given: the theme's with the newsletter's changes.

    What is the same in the theme (the title's colour and the accent, the fonts of text and of
    headings) stays the same where one of the two is changed. The dark accent keeps the hue of
    an accent that is changed for light alone.
    """
    changed: Tokens = {
        name: value for name in TOKENS if (value := getattr(theme, name)) not in ("", None)
    }
    tokens: Tokens = {**look.tokens, **changed}
    if "accent" in changed and "dark_accent" not in changed:
        found = colours.passing(str(tokens["accent"]), needs_of("dark_accent", tokens))
        tokens["dark_accent"] = changed["dark_accent"] = found or look.tokens["dark_accent"]
    for follower, leader in _FOLLOWS:
        same = look.tokens[follower] == look.tokens[leader]
        if same and leader in changed and follower not in changed:
            tokens[follower] = changed[leader]
    return tokens


def _own(path: Path, table: Mapping[str, Any], under: Tokens) -> Tokens:
    tokens = table.get("tokens", {})
    if not isinstance(tokens, dict):
        raise TemplateError("tokens is not a table", where=_shown(path), fix="write [tokens]")
    mistakes = [_unknown(key) for key in tokens if key not in TOKENS]
    mistakes += [mistake for key, value in tokens.items() for mistake in _type(key, value)]
    mistakes = mistakes or find_token_mistakes(tokens, ("tokens",), under)
    if mistakes:
        first = mistakes[0]
        line = line_of(find_lines(path.read_text(encoding="utf-8-sig")), first.path)
        raise TemplateError(
            f"{first.path[-1]}: {first.message}", where=f"{_shown(path)}:{line}", fix=first.fix
        )
    return tokens


def _unknown(key: str) -> Mistake:
    near = difflib.get_close_matches(key, TOKENS, n=1)
    fix = f"did you mean {near[0]}?" if near else f"known here: {', '.join(TOKENS)}"
    return Mistake(path=("tokens", key), message="is no token", fix=fix)


def _type(key: str, value: object) -> Iterator[Mistake]:
    number = key in NUMBERS
    if key in TOKENS and type(value) is not (int if number else str):
        fix = f"write {key} = 17" if number else f'write {key} = "…"'
        kind = "a whole number" if number else "text"
        yield Mistake(path=("tokens", key), message=f"is not {kind}", fix=fix)


def _roots(folder: Path | None) -> list[Path]:
    """Where themes lie, ours first."""
    return [root for root in (templates_folder(), folder) if root is not None]


def _tables(name: str, folder: Path | None) -> Iterator[tuple[Path, dict[str, Any]]]:
    """What the theme.toml files of a theme hold, ours first."""
    for path in (root / name / FILE for root in _roots(folder)):
        try:
            state = path.stat()
            yield path, _read(path, state.st_mtime_ns, state.st_size)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise TemplateError(
                f"cannot be read: {error}", where=_shown(path), fix="mend it, or remove it"
            ) from error


@lru_cache(maxsize=32)
def _read(path: Path, _changed_ns: int, _size: int) -> dict[str, Any]:
    """A file's content, read again when it changes: templates ask for it often."""
    return tomllib.loads(path.read_text(encoding="utf-8-sig"))


def _shown(path: Path) -> str:
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)
    return str(path) if relative.startswith("..") else relative
