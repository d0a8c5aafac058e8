"""Mistakes in the stylesheets that the workspace has of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.check.catalogue import finding
from digest.check.styles import find_unknown, parse_sheet
from digest.check.subject import Subject
from digest.model import Finding, Place

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_STATEMENT = re.compile(r"\{%.*?%\}", re.DOTALL)
_VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def check_stylesheets(subject: Subject) -> Iterator[Finding]:
    """css-syntax, css-unknown-property."""
    for sheet in subject.background.sheets:
        parsed = parse_sheet(without_template_syntax(sheet.text))
        for code, mistakes in (
            ("css-syntax", parsed.mistakes),
            ("css-unknown-property", tuple(find_unknown(parsed))),
        ):
            for mistake in mistakes:
                place = Place(file=sheet.file, first_line=mistake.line, last_line=mistake.line)
                yield finding(code, mistake.message, place)


def without_template_syntax(text: str) -> str:
    """A style.css as plain CSS, every line where it was: values become a word, statements go."""
    text = _STATEMENT.sub(_blank, _COMMENT.sub(_blank, text))
    return _VALUE.sub(lambda match: re.sub(r"[^\n]", "x", match[0]), text)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])
