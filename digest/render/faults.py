"""What is wrong with a template, in words, with the nearest name that exists."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digest.config.tokens import LOGO, TOKENS
from digest.errors import TemplateError
from digest.model import Place
from digest.render import view
from digest.render.bounds import TooMuch
from digest.render.markdown import Fragment, Target
from digest.render.words import Words
from digest.workspace import templates_folder

if TYPE_CHECKING:
    from jinja2 import Environment

PAGE = "docs/templates.md"

_UNDEFINED = re.compile(r"'([^']+)' is undefined")
_NO_ATTRIBUTE = re.compile(r"'(?:[\w.]*\.)?(\w+) object' has no attribute '([^']+)'")
_NOT_EXPORTED = re.compile(
    r"the template '([^']+)' \(imported on .*\) does not export the requested name '([^']+)'"
)
_UNKNOWN = re.compile(r"No (filter|test) named '([^']+)'")
_UNKNOWN_TAG = re.compile(r"unknown tag '([^']+)'")
_LOCAL = re.compile(
    r"\bfor\s+([\w,\s]+?)\s+in\b|\bset\s+(\w+)|\bmacro\s+\w+\s*\(([^)]*)\)|\bimport\s+([\w,\s]+)"
    r"|\bas\s+(\w+)|\bmacro\s+(\w+)"
)
_MACRO = re.compile(r"\bmacro\s+(\w+)")
_TAGS = """for endfor if elif else endif block endblock extends include import from macro endmacro
    call endcall filter endfilter set endset with endwith autoescape endautoescape raw endraw"""
_CLASSES: dict[str, Any] = {
    kind.__name__: kind
    for kind in (*vars(view).values(), Fragment, Target, Words)
    if isinstance(kind, type) and is_dataclass(kind)
}


def nearest(name: str, known: Iterable[str]) -> str:
    """A question that names the nearest of ``known``, or where all of them stand."""
    near = difflib.get_close_matches(name, sorted(set(known)), n=1)
    return f"did you mean {near[0]}?" if near else f"see {PAGE} for the names"


def shown_path(path: str) -> str:
    """A template's path as messages name it: from the working folder on where it is inside."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return path
    return path if relative.startswith("..") else relative


def suggest_syntax(env: Environment, message: str) -> str | None:
    """What to do about a template that cannot be read; None where nothing can be said."""
    if found := _UNKNOWN.search(message):
        known = env.filters if found[1] == "filter" else env.tests
        return nearest(found[2], [name for name in known if name.isidentifier()])
    if found := _UNKNOWN_TAG.search(message):
        # A tag that exists stands where it may not: the message says which is expected.
        return None if found[1] in _TAGS.split() else nearest(found[1], _TAGS.split())
    return None


def describe(
    env: Environment, error: Exception, place: Place, context: Mapping[str, object]
) -> tuple[str, str | None]:
    """What went wrong while a template ran, and what to do about it."""
    if isinstance(error, TooMuch):
        return str(error), error.fix
    text = (str(error) or type(error).__name__).rstrip(".")
    if found := _NOT_EXPORTED.search(text):
        assert env.loader is not None
        macros = _MACRO.findall(env.loader.get_source(env, found[1])[0])
        return f"{found[1]} has no macro {found[2]!r}", nearest(found[2], macros)
    if found := _NO_ATTRIBUTE.search(text):
        known = _attributes(found[1])
        return f"there is no attribute {found[2]!r}", nearest(found[2], known)
    if found := _UNDEFINED.search(text):
        local = _local_names(_read(Path(place.file)))
        return f"{found[1]!r} is not defined", nearest(found[1], [*context, *local])
    return text, suggest_syntax(env, text)


def require_known_blocks(env: Environment, name: str) -> None:
    """Raises TemplateError when a template replaces a block that what it extends lacks.

    jinja2 leaves such a block out without a word. Blocks inside blocks are the template's own.
    """
    from jinja2 import TemplateError as JinjaError

    assert env.loader is not None
    try:
        source, filename, _ = env.loader.get_source(env, name)
        if "extends" not in source or "block" not in source:
            return
        parent, blocks = _replaced(env, source, name)
        if not blocks:
            return
        known = set(_blocks_of(env, parent))
    except JinjaError:
        return  # told when it is rendered
    for block, line in blocks:
        if block not in known:
            below = env.loader.get_source(env, parent)[1]
            if _is_ours(filename) and not _is_ours(below):
                raise TemplateError(
                    f"there is no block {block!r}, which {name} replaces",
                    where=Place(file=shown_path(below or parent)),
                    fix=f'keep the block, or extend "builtin/{parent}"',
                )
            raise TemplateError(
                f"{parent} has no block {block!r} to replace",
                where=Place(file=shown_path(filename or name), first_line=line),
                fix=nearest(block, known),
            )


def _is_ours(path: str | None) -> bool:
    return path is not None and Path(path).is_relative_to(templates_folder())


# The same few templates are asked about at each render, a style sheet three times.
@lru_cache(maxsize=64)
def _replaced(env: Environment, source: str, name: str) -> tuple[str, tuple[tuple[str, int], ...]]:
    """What a template extends, and the blocks that it replaces, with their lines; no blocks
    where that cannot be told without running it."""
    from jinja2 import nodes

    tree = env.parse(source, name)
    parents = [node.template for node in tree.find_all(nodes.Extends)]
    if len(parents) != 1 or not isinstance(parents[0], nodes.Const):
        return "", ()
    blocks = (node for node in tree.body if isinstance(node, nodes.Block))
    return str(parents[0].value), tuple((block.name, block.lineno) for block in blocks)


@lru_cache(maxsize=64)
def _outline(env: Environment, source: str, name: str) -> tuple[list[str], list[str]]:
    """What a template extends by a fixed name, and all its blocks; not what comments say."""
    from jinja2 import nodes

    tree = env.parse(source, name)
    extended = (node.template for node in tree.find_all(nodes.Extends))
    parents = [str(node.value) for node in extended if isinstance(node, nodes.Const)]
    return parents, [block.name for block in tree.find_all(nodes.Block)]


def _blocks_of(env: Environment, name: str, depth: int = 0) -> Iterator[str]:
    """The blocks of a template and of all that it extends."""
    assert env.loader is not None
    source, _, _ = env.loader.get_source(env, name)
    parents, blocks = _outline(env, source, name)
    yield from blocks
    if parents and depth < 20:
        yield from _blocks_of(env, parents[0], depth + 1)


def _attributes(class_name: str) -> list[str]:
    kind = _CLASSES.get(class_name)
    if kind is None:
        return [*sorted(view.NAMES), *TOKENS, *LOGO, "inner", "inlined", "kept", "last"]
    known = [field.name for field in fields(kind)]
    return known + [name for name, value in vars(kind).items() if isinstance(value, property)]


def _local_names(source: str) -> Iterator[str]:
    """What a template itself gives names to."""
    for groups in _LOCAL.findall(source):
        for group in groups:
            yield from re.findall(r"[A-Za-z_]\w*", group.replace(" with context", ""))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
