"""digest.toml -> Settings: tomllib reads, cattrs structures, and every mistake comes at once."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from digest.config.access import find_access_mistakes
from digest.config.checks import find_contradictions
from digest.config.clients import find_client_mistakes
from digest.config.lines import Path as KeyPath
from digest.config.lines import find_lines, line_of
from digest.config.mail import find_mail_mistakes
from digest.config.mistakes import (
    Mistake,
    not_allowed,
    show_path,
    unknown_key,
    wrong_date,
    wrong_type,
)
from digest.config.placing import find_rule_mistakes
from digest.config.quick import NotPlain, structure_plain
from digest.config.schema import Keyword, Settings, key_of
from digest.config.slots import find_slot_mistakes
from digest.config.theme import find_theme_mistakes
from digest.errors import ConfigError, DigestError
from digest.workspace import slot_designs, themes

if TYPE_CHECKING:
    from cattrs import Converter

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def read_settings(path: Path) -> Settings:
    """The settings in a file; ConfigError carries all mistakes, each with its line."""
    file = _show(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _one(f"cannot be read: {error.strerror or error}", file, "check the file") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _one("is not UTF-8 text", f"{file}:{line}", "save the file as UTF-8") from error
    templates = path.parent / "templates"
    return parse_settings(
        text,
        file,
        themes=themes(templates),
        designs=slot_designs(templates),
        templates=templates,
    )


def parse_settings(
    text: str,
    file: str,
    *,
    themes: Sequence[str] = (),
    designs: Sequence[str] = (),
    templates: Path | None = None,
) -> Settings:
    """The settings in a text; ``file`` names it in messages.

    ``themes`` are those that there are, ``designs`` those of slots; without any, the theme's
    name and those of slots are taken as they are. ``templates`` is the folder of the
    workspace's own; the theme that its tokens belong to may lie there.

    Raises ConfigError with all mistakes in the order of their lines; each is a DigestError
    whose ``where`` is ``file:line``. Values that may be secrets are never repeated.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax(text, file, error) from error
    except RecursionError as error:
        raise _one("brackets are nested too deeply", file, "write tables instead") from error
    settings, mistakes = _structure(tables)
    mistakes += find_contradictions(tables, themes)
    mistakes += find_rule_mistakes(tables)
    mistakes += find_access_mistakes(tables)
    mistakes += find_slot_mistakes(tables, designs)
    mistakes += find_client_mistakes(tables)
    mistakes += find_mail_mistakes(tables)
    mistakes += find_theme_mistakes(tables, templates)
    if settings is None or mistakes:
        lines = find_lines(text)
        placed = sorted(
            {
                (line_of(lines, mistake.path), show_path(mistake.path), mistake.message): mistake
                for mistake in mistakes
            }.items(),
            key=lambda entry: entry[0],
        )
        raise ConfigError(
            tuple(
                DigestError(
                    f"{key}: {message}", where=f"{file}:{line}" if line else file, fix=mistake.fix
                )
                for (line, key, message), mistake in placed
            )
        )
    return settings


def structure_tables(tables: dict[str, Any]) -> Settings:
    """Tables that are no text of the user's as settings. Raises ConfigError."""
    settings, mistakes = _structure(tables)
    if settings is None:
        raise ConfigError(
            tuple(DigestError(f"{show_path(m.path)}: {m.message}", fix=m.fix) for m in mistakes)
        )
    return settings


def _structure(tables: dict[str, Any]) -> tuple[Settings | None, list[Mistake]]:
    try:
        return structure_plain(tables, Settings), []
    except NotPlain:
        return structure_strictly(tables)


def structure_strictly(tables: dict[str, Any]) -> tuple[Settings | None, list[Mistake]]:
    """The settings, or every mistake of the tables."""
    from cattrs.errors import BaseValidationError

    try:
        return _converter().structure(tables, Settings), []
    except BaseValidationError as error:
        return None, list(_mistakes(error, ()))


class _WrongValue(ValueError):  # raised by the hooks, caught by cattrs with the key's path
    def __init__(self, say: Callable[[KeyPath], Mistake]) -> None:
        super().__init__("wrong value")
        self.say = say


def _converter() -> Converter:
    """A strict one: cattrs by itself would turn 5 into "5", and a text into its letters."""
    from cattrs import Converter
    from cattrs.gen import make_dict_structure_fn, make_mapping_structure_fn, override

    converter = Converter(detailed_validation=True, forbid_extra_keys=True)
    for kind in (str, int, float, bool):
        converter.register_structure_hook(kind, _exactly(kind))

    converter.register_structure_hook(date, _day)

    def literal(kind: Any) -> Callable[[Any, Any], Any]:
        return _one_of(get_args(kind))

    def array(kind: Any) -> Callable[[Any, Any], Any]:
        inner: Any = list[get_args(kind)[0]]  # type: ignore[misc]
        return _guarded(list, lambda value: tuple(converter.structure(value, inner)))

    def mapping(kind: Any) -> Callable[[Any, Any], Any]:
        structure = make_mapping_structure_fn(kind, converter, detailed_validation=True)
        return _guarded(dict, lambda value: structure(value, kind))

    def table(kind: Any) -> Callable[[Any, Any], Any]:
        keys = {field.name: override(rename=key_of(field)) for field in dataclasses.fields(kind)}
        structure = make_dict_structure_fn(kind, converter, **keys)  # type: ignore[arg-type]
        return _guarded(dict, lambda value: structure(value, kind))

    def keyword(value: Any, _: Any) -> str | Keyword:
        if isinstance(value, dict):
            return converter.structure(value, Keyword)
        return converter.structure(value, str)

    converter.register_structure_hook(str | Keyword, keyword)
    for origin, factory in ((Literal, literal), (tuple, array), (dict, mapping)):
        converter.register_structure_hook_factory(_is_of(origin), factory)
    converter.register_structure_hook_factory(dataclasses.is_dataclass, table)
    return converter


def _is_of(origin: object) -> Callable[[Any], bool]:
    return lambda kind: get_origin(kind) is origin


def _exactly(kind: type) -> Callable[[Any, Any], Any]:
    def structure(value: Any, _: Any) -> Any:
        if kind is float and type(value) is int:
            return float(value)
        if type(value) is not kind:
            raise _WrongValue(lambda path: wrong_type(path, value, kind))
        return value

    return structure


def _day(value: Any, _: Any) -> date:
    """A day, as TOML writes it or as text."""
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _WrongValue(lambda path: wrong_date(path, value)) from None


def _one_of(allowed: tuple[str, ...]) -> Callable[[Any, Any], Any]:
    def structure(value: Any, _: Any) -> Any:
        if type(value) is not str:
            raise _WrongValue(lambda path: wrong_type(path, value, str))
        if value not in allowed:
            raise _WrongValue(lambda path: not_allowed(path, value, allowed))
        return value

    return structure


def _guarded(kind: type, structure: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    def guarded(value: Any, _: Any) -> Any:
        if not isinstance(value, kind):
            raise _WrongValue(lambda path: wrong_type(path, value, kind))
        return structure(value)

    return guarded


def _mistakes(error: BaseException, path: KeyPath) -> Iterator[Mistake]:
    """All that cattrs collected, each with its key path."""
    from cattrs.errors import BaseValidationError, ForbiddenExtraKeysError

    if isinstance(error, BaseValidationError):
        for inner in error.exceptions:
            yield from _mistakes(inner, (*path, *_step(inner)))
    elif isinstance(error, ForbiddenExtraKeysError):
        known = [key_of(field) for field in dataclasses.fields(error.cl)]
        for name in sorted(error.extra_fields):
            yield unknown_key((*path, name), known)
    elif isinstance(error, _WrongValue):
        yield error.say(path)
    elif isinstance(error, KeyError):
        yield Mistake(path=path, message="is missing", fix=f'write {path[-1]} = "…"')
    else:
        raise error


def _step(error: BaseException) -> KeyPath:
    from cattrs.errors import AttributeValidationNote, IterableValidationNote

    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            return (note.name.removesuffix("_"),)  # as key_of() has it
        if isinstance(note, IterableValidationNote):
            return (note.index,)
    return ()


def _syntax(text: str, file: str, error: tomllib.TOMLDecodeError) -> ConfigError:
    found = _PLACE.search(str(error))
    line = int(found[1]) if found and found[1] else text.rstrip().count("\n") + 1
    column = f", column {found[2]}" if found and found[2] else ", at the end"
    what = _PLACE.sub("", str(error))
    return _one(
        f"not valid TOML{column}: {what[:1].lower()}{what[1:]}",
        f"{file}:{line}",
        "check quotes, brackets and equals signs there, and that no key stands twice",
    )


def _one(message: str, where: str, fix: str) -> ConfigError:
    return ConfigError((DigestError(message, where=where, fix=fix),))


def _show(path: Path) -> str:
    """The path as messages name it: relative where it lies in or under the current folder."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)
