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

_COUNT = ("count",)
_PLACES = {
    "why": ("title",),
    "part": ("number", "total"),
    "stories": _COUNT,
    "more_stories": _COUNT,
}
"""The words with places for something, and what stands there."""

_MAY_LACK_IT = frozenset(["zero", "one", "two"])
"""Forms that may say their number in a word."""


def find_mail_mistakes(tables: dict[str, Any]) -> Iterator[Mistake]:
    """All mistakes of the two tables, what has the wrong type left out."""
    yield from _overflow(tables)
    words = tables.get("words")
    for key, value in words.items() if isinstance(words, dict) else ():
        at = ("words", key)
        if isinstance(value, str):
            yield from _text(at, value, _PLACES.get(key, ()), needed=bool(value))
        elif isinstance(value, dict) and _PLACES.get(key) == _COUNT:
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
            yield from _text((*at, form), text, _COUNT, needed=form not in _MAY_LACK_IT)
    if forms and "other" not in forms:
        yield Mistake(
            path=at, message="has no form other", fix='write other = "{count} …", for all the rest'
        )


def _text(at: Path, text: str, places: tuple[str, ...], *, needed: bool) -> Iterator[Mistake]:
    if any(not letter.isprintable() for letter in text):
        yield Mistake(
            path=at, message="holds a line break or a control character", fix="write it on one line"
        )
        return
    if not places:
        return
    try:
        found = [part[1:] for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError:
        found = [("", "", None)]
    shown = " and ".join(f"{{{place}}}" for place in places)
    only = f"the only place is {shown}" if len(places) == 1 else f"the only places are {shown}"
    if any(part not in [(place, "", None) for place in places] for part in found):
        yield Mistake(
            path=at,
            message="has a brace that is no place of its own",
            fix=f"{only}; write {{{{ and }}}} for braces that readers see",
        )
        return
    for place in places if needed else ():
        if not any(part[0] == place for part in found):
            message, fix = f"lacks {{{place}}}", f"write {{{place}}} where it goes"
            yield Mistake(path=at, message=message, fix=fix)
