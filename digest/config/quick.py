"""Tables without a mistake as settings, at once: what `digest render` would wait 30 ms for.

Whatever is not exactly as the schema has it is left to cattrs, which names every mistake
(read.py); a test holds the two to the same settings.
"""

from __future__ import annotations

import dataclasses
import types
from datetime import date
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from digest.config.schema import key_of

T = TypeVar("T")


class NotPlain(ValueError):
    """A table that may have a mistake."""


def structure_plain(table: object, kind: type[T]) -> T:
    """``table`` as the dataclass ``kind``. Raises NotPlain for whatever could be a mistake."""
    if type(table) is not dict:
        raise NotPlain
    # Types are read for tables that are there alone: most of a settings' are not.
    described: Any = kind
    hints = _hints(described) if table else {}
    names = _names(described) if table else {}
    if not names.keys() >= table.keys():
        raise NotPlain
    try:
        return kind(
            **{names[key]: _value(value, hints[names[key]]) for key, value in table.items()}
        )
    except TypeError as error:  # a key that must be there is not
        raise NotPlain from error


@cache  # a list of thousands of sources names one kind of table
def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


@cache
def _names(kind: Any) -> dict[str, str]:
    """The fields by their keys."""
    return {key_of(field): field.name for field in dataclasses.fields(kind)}


def _value(value: Any, kind: Any) -> Any:
    if type(value) is kind and kind in (str, int, float, bool, date):
        return value
    if kind is float and type(value) is int:
        return float(value)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return structure_plain(value, kind)
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal and type(value) is str and value in inner:
        return value
    if origin is tuple and type(value) is list:
        return tuple(_value(entry, inner[0]) for entry in value)
    if origin is dict and type(value) is dict:
        return {key: _value(entry, inner[1]) for key, entry in value.items()}
    if origin is types.UnionType and inner[1:] == (type(None),):
        return _value(value, inner[0])
    if origin is types.UnionType and inner[0] is str:
        # A text, or a table that says more of it.
        return value if type(value) is str else _value(value, inner[1])
    raise NotPlain
