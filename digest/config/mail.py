"""Mistakes in ``[render]`` and ``[words]`` that no single key makes by its type."""

from __future__ import annotations

import difflib
import string
from collections.abc import Iterator
from typing import Any

from digest.config.lines import Path
from digest.config.mistakes import Mistake

PLURAL_FORMS = ("zero", "one", "two", "few", "many", "other")
"""CLDR's categories, in its order."""

_PLACES = {"why": "title", "stories": "count", "more_stories": "count"}
"""The words with a place for something, and what stands there."""

_MAY_LACK_IT = frozenset(["zero", "one", "two"])
"""Forms that may say their number in a word."""


def find_mail_mistakes(tables: dict[str, Any]) -> Iterator[Mistake]:
    """All mistakes of the two tables, what has the wrong type left out."""
    yield from _overflow(tables)
    words = tables.get("words")
    for key, value in words.items() if isinstance(words, dict) else ():
        at = ("words", key)
        if isinstance(value, str):
            yield from _text(at, value, _PLACES.get(key), needed=bool(value))
        elif isinstance(value, dict) and _PLACES.get(key) == "count":
            yield from _plural(at, value)


def _overflow(tables: dict[str, Any]) -> Iterator[Mistake]:
    render, newsletter = tables.get("render"), tables.get("newsletter")
    if not isinstance(render, dict) or render.get("overflow") != "link":
        return
    if not (isinstance(newsletter, dict) and newsletter.get("archive_url")):
        yield Mistake(
            path=("render", "overflow"),
            message='"link" has nowhere to lead',
            fix='set archive_url under [newsletter], or write "trim" or "split"',
        )


def _plural(at: Path, forms: dict[str, Any]) -> Iterator[Mistake]:
    for form, text in forms.items():
        if form not in PLURAL_FORMS:
            near = difflib.get_close_matches(form, PLURAL_FORMS, n=1)
            known = f"the forms are {', '.join(PLURAL_FORMS)}"
            yield Mistake(
                path=(*at, form),
                message="is no plural form",
                fix=f"did you mean {near[0]}? {known}" if near else known,
            )
        elif isinstance(text, str):
            yield from _text((*at, form), text, "count", needed=form not in _MAY_LACK_IT)
    if forms and "other" not in forms:
        yield Mistake(
            path=at, message="has no form other", fix='write other = "{count} …", for all the rest'
        )


def _text(at: Path, text: str, place: str | None, *, needed: bool) -> Iterator[Mistake]:
    if any(not letter.isprintable() for letter in text):
        yield Mistake(
            path=at, message="holds a line break or a control character", fix="write it on one line"
        )
        return
    if place is None:
        return
    try:
        found = [part[1:] for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError:
        found = [("", "", None)]
    if any(part != (place, "", None) for part in found):
        yield Mistake(
            path=at,
            message="has a brace that is no place of its own",
            fix=f"the only place is {{{place}}}; write {{{{ and }}}} for braces that readers see",
        )
    elif needed and not found:
        yield Mistake(path=at, message=f"lacks {{{place}}}", fix=f"write {{{place}}} where it goes")
