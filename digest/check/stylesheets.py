"""Mistakes in the stylesheets and templates that the workspace has of its own."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from digest.check.catalogue import finding
from digest.check.styles import Mistake, find_unknown, parse_sheet
from digest.check.subject import Stylesheet, Subject
from digest.check.values import find_bad_values
from digest.config.tokens import TOKENS
from digest.errors import TemplateError
from digest.model import Finding, Place

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_SET = re.compile(r"\{%-?\s*set\s+(\w+)\s*=")
_STATEMENT = re.compile(r"\{%.*?%\}", re.DOTALL)
# Rules that come from elsewhere; a value of its own line stands for rules as well.
_SUPER = re.compile(
    r"\{\{-?\s*(?:(?:super|self\.\w+)\s*\(\)|style\.\w+)\s*-?\}\}|^[ \t]*\{\{[^{}]*\}\}[ \t]*$",
    re.MULTILINE,
)
_VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def check_stylesheets(subject: Subject) -> Iterator[Finding]:
    """css-syntax, css-unknown-property, css-bad-value, css-nested-rule, css-unused-token."""
    yield from _read(subject.background.sheets)


def explain_failure(error: TemplateError, sheets: Iterable[Stylesheet]) -> list[Finding]:
    """broken-template, and what is wrong with the stylesheets: all that is to be said of an
    issue that cannot be rendered."""
    where = error.where if isinstance(error.where, Place) else None
    if where is None and error.where is not None:
        where = Place(file=str(error.where))
    return [finding("broken-template", error.message, where, fix=error.fix or ""), *_read(sheets)]


def _read(sheets: Iterable[Stylesheet]) -> Iterator[Finding]:
    for sheet in sheets:
        parsed = parse_sheet(without_template_syntax(sheet.text))
        for code, mistakes in (
            ("css-syntax", parsed.mistakes),
            ("css-unknown-property", tuple(find_unknown(parsed))),
            ("css-bad-value", tuple(find_bad_values(parsed))),
            ("css-nested-rule", parsed.nested),
            ("css-unused-token", tuple(_unused(sheet.text))),
        ):
            for mistake in mistakes:
                place = Place(file=sheet.file, first_line=mistake.line, last_line=mistake.line)
                yield finding(code, mistake.message, place)


def _unused(text: str) -> Iterator[Mistake]:
    """Names that ``{% set %}`` gives a value and nothing reads."""
    plain = _COMMENT.sub(_blank, text)
    for found in _SET.finditer(plain):
        name = found[1]
        if name in TOKENS or len(re.findall(rf"\b{name}\b", plain)) > 1:
            continue
        near = difflib.get_close_matches(name, TOKENS, n=1)
        hint = f", perhaps {near[0]} is meant" if near else ""
        line = plain.count("\n", 0, found.start()) + 1
        yield Mistake(line, f"{name} is set and never read{hint}")


def without_template_syntax(text: str) -> str:
    """A style.css as plain CSS, every line where it was: values become a word, statements go."""
    text = _SUPER.sub(_blank, text)
    text = _STATEMENT.sub(_blank, _COMMENT.sub(_blank, text))
    return _VALUE.sub(lambda match: re.sub(r"[^\n]", "x", match[0]), text)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])
