"""docs/templates.md is what templates are really given: every name, its type, an example.

DIGEST_UPDATE_GOLDEN=1 writes types and examples anew; names and meanings are written by hand.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from jinja2 import pass_context
from jinja2.runtime import Context
from made_issues import make_settings, parse

from digest.render import render
from digest.render.html import look_of
from digest.render.markdown import Fragment, Target
from digest.render.templates import environment
from digest.render.text import WIDTH, fill, flow
from digest.render.view import (
    BlockView,
    ImageView,
    IssueView,
    ItemView,
    LinkView,
    SectionView,
    view_of,
)
from digest.render.words import Plural, Words, words_for

PAGE = Path(__file__).resolve().parents[2] / "docs" / "templates.md"
UPDATE = os.environ.get("DIGEST_UPDATE_GOLDEN") == "1"
CLASSES = {
    "issue": IssueView,
    "section": SectionView,
    "block": BlockView,
    "item": ItemView,
    "image": ImageView,
    "link": LinkView,
    "fragment": Fragment,
    "target": Target,
    "words": Words,
}
DOCUMENT = """---
title: Eurasia Weekly
subject: A treaty, and more
preheader: What the week brought.
window: 2025-04-21T00:00:00+09:00/2025-04-28T00:00:00+09:00
timezone: Asia/Seoul
language: en
---

A quiet week, with [one exception](https://example.org/but).

## Diplomacy

### [The treaty at six](https://example.org/treaty)

*Example Times · 24 April 2025 · by [A. Writer](https://example.org/writer)*

![The bridge](https://example.org/bridge.jpg){width=600 height=400}

Officials counted the visits.

Also covered by: [Second Paper](https://example.com/b)

- [مذنب يعبر سماء المساء](https://example.org/comet) — *Night Sky* · An hour after sunset.

And a text of the editor's own.

## Sponsor {.slot .sponsor}

### [Acme Anvils](https://acme.example/)

*Acme · since 1920*

They fall where you want.
"""
ROW = re.compile(r"^\| `([^`]+)` \| (.*?) \| (.*) \| ([^|]*) \|$", re.MULTILINE)


def view() -> IssueView:
    return view_of(parse(DOCUMENT), make_settings(), unsubscribe="https://example.org/leave")


def found(value: Any) -> Iterator[Any]:
    """Every object of ours that hangs on a value."""
    if isinstance(value, tuple):
        for part in value:
            yield from found(part)
    elif type(value) in CLASSES.values():
        yield value
        for name in names_of(type(value)):
            yield from found(getattr(value, name))


def names_of(kind: type) -> list[str]:
    properties = [name for name, value in vars(kind).items() if isinstance(value, property)]
    return [field.name for field in fields(kind)] + properties  # type: ignore[arg-type]


def type_of(kind: type, name: str) -> str:
    property_ = vars(kind).get(name)
    if isinstance(property_, property):
        return str(property_.fget.__annotations__["return"])
    return str(kind.__annotations__[name])


def show(value: Any) -> str:
    """A value as an example: short, on one line, fit for a table."""
    if isinstance(value, Fragment):
        text = value.plain
    elif isinstance(value, Plural):
        return f"`(2)` gives {value(2)}"
    elif isinstance(value, tuple) and value:
        return f"{len(value)} of them"
    elif type(value) in CLASSES.values():
        return next(name for name, kind in CLASSES.items() if kind is type(value))
    else:
        text = str(value)
    text = " ".join(text.split()) or '""'
    return f"`{text[:57] + '…' if len(text) > 58 else text}`".replace("|", "\\|")


def rows_of(heading: str) -> dict[str, tuple[str, str]]:
    """What the page must have under a heading: name -> (type, example)."""
    issue = view()
    if heading == "look":
        look = look_of(make_settings(), None)
        return {name: (type(value).__name__, show(value)) for name, value in look.items()}
    kind = CLASSES[heading]
    # Dataclasses that nothing of the issue leads to stand alone.
    objects = [words_for("en")] if kind is Words else [o for o in found(issue) if type(o) is kind]
    rows = {}
    for name in names_of(kind):
        values = [getattr(one, name) for one in objects]
        value = next((value for value in values if value), values[0])
        rows[name] = (f"`{type_of(kind, name)}`".replace("|", "\\|"), show(value))
    return rows


def part_of(page: str, heading: str) -> str:
    return page.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


@pytest.mark.parametrize("heading", [*CLASSES, "look"])
def test_page_has_every_name_with_its_type_and_an_example(heading: str) -> None:
    wanted = rows_of(heading)
    page = PAGE.read_text(encoding="utf-8")
    part = part_of(page, heading)
    if UPDATE:

        def renewed(match: re.Match[str]) -> str:
            kind, example = wanted.get(match[1], (match[2], match[3]))
            return f"| `{match[1]}` | {kind} | {example} | {match[4]} |"

        renewed_part = ROW.sub(renewed, part)
        page = page.replace(part, renewed_part)
        PAGE.write_text(page, encoding="utf-8")
        part = renewed_part
    rows = {match[1]: (match[2], match[3], match[4]) for match in ROW.finditer(part)}
    assert list(rows) == list(wanted), "docs/templates.md lacks or has too many of these names"
    for name, (kind, example, meaning) in rows.items():
        assert (kind, example) == wanted[name], name
        assert meaning.strip(), name


def test_page_has_every_name_that_each_kind_of_template_is_given(tmp_path: Path) -> None:
    given: dict[str, set[str]] = {}

    @pass_context
    def note(context: Context, kind: str) -> str:
        given.setdefault(kind, set()).update(set(context.get_all()) - set(made.globals))
        return ""

    made = environment(tmp_path)
    made.filters["note"] = note
    folder = tmp_path / "classic"
    folder.mkdir()
    start = '<!DOCTYPE html><p>{{ "html" | note }}</p>'
    (folder / "issue.html.j2").write_text(start, encoding="utf-8")
    (folder / "issue.txt.j2").write_text('{{ "text" | note }}', encoding="utf-8")
    (folder / "style.css").write_text('{{ "style" | note }}', encoding="utf-8")
    render(parse(DOCUMENT), make_settings(), tmp_path)
    look = set(look_of(make_settings(), None))
    assert look <= given["style"]
    page = PAGE.read_text(encoding="utf-8")
    part = part_of(page, "What each template is given")
    rows = {match[1]: match[2] for match in ROW.finditer(part)}
    listed = {
        kind: {name for name, kinds in rows.items() if word in kinds.split(", ")}
        for kind, word in (("html", "HTML"), ("text", "text"), ("style", "style.css"))
    }
    assert listed == {**given, "style": given["style"] - look}


def test_examples_of_the_functions_are_true() -> None:
    assert fill("A line.", 4, "1. ") == " 1. A line."
    assert flow(view().introduction).splitlines()[-1] == "https://example.org/but"
    assert WIDTH == 72
    page = PAGE.read_text(encoding="utf-8")
    assert '`fill("A line.", 4, "1. ")` is `" 1. A line."`' in page
