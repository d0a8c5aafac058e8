"""What ``[[slots]]`` gets wrong: text and file, dates, recurrence, place, double names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from digest.config.lines import Path
from digest.config.mistakes import Mistake, show_value
from digest.config.schema import Newsletter
from digest.errors import UsageError

Table = Mapping[str, Any]

_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_ID = re.compile(r"[^\s.#={}\"']+")
_PLACES = ("first", "last")
_ANCHORED = re.compile(r"(?:after|before):(?P<topic>.*\S)")


def find_slot_mistakes(tables: Table, designs: Sequence[str] = ()) -> list[Mistake]:
    """All mistakes in ``[[slots]]``; ``designs`` are those that there are."""
    found: list[Mistake] = []
    ids: dict[str, int] = {}
    array = tables.get("slots")
    for number, table in enumerate(array if isinstance(array, list) else ()):
        if not isinstance(table, dict):
            continue
        at = ("slots", number)
        found.extend(_name((*at, "name"), table.get("name"), designs))
        found.extend(_heading((*at, "heading"), table.get("heading")))
        found.extend(_content(table, at))
        found.extend(_dates(table, at))
        found.extend(_position((*at, "position"), table.get("position"), tables))
        found.extend(_id((*at, "id"), table.get("id"), ids, number))
    return found


def _name(path: Path, name: object, designs: Sequence[str]) -> Iterator[Mistake]:
    if not isinstance(name, str) or name in designs:
        return
    if not _NAME.fullmatch(name) or name == "slot":
        fix = 'write small letters, digits and hyphens: "top-story"'
        yield _mistake(path, name, "cannot name a slot", fix)
    elif designs:
        near = difflib.get_close_matches(name, designs, n=1)
        own = f"or make a design: templates/slots/{name}.html.j2"
        fix = f'write "{near[0]}"' if near else f"choose one of {', '.join(designs)}"
        yield _mistake(path, name, "is the name of no slot's design", f"{fix}, {own}")


def _heading(path: Path, heading: object) -> Iterator[Mistake]:
    if not isinstance(heading, str):
        return
    if not heading.strip():
        yield Mistake(path=path, message="is empty", fix="write what stands above the slot")
    elif not heading.isprintable():
        message = "holds a line break or a control character"
        yield Mistake(path=path, message=message, fix="write it on one line")
    elif heading != heading.strip() or heading.rstrip().endswith(("}", "#")):
        fix = "write the words alone, without blanks around them and braces after them"
        yield _mistake(path, heading, "cannot stand as a heading", fix)


def _content(table: Table, at: Path) -> Iterator[Mistake]:
    text, file = table.get("text"), table.get("file")
    if text and file:
        yield Mistake(path=(*at, "file"), message="stands beside text", fix="keep one of them")
    elif not text and not file:
        fix = 'write text = """…""" or file = "slots/acme.md"'
        yield Mistake(path=at, message="has neither text nor file", fix=fix)
    elif isinstance(text, str) and not text.strip():
        yield Mistake(path=(*at, "text"), message="is empty", fix="write some Markdown")


def _dates(table: Table, at: Path) -> Iterator[Mistake]:
    from digest.window.bookings import check_every

    since, until, every = _day(table.get("since")), _day(table.get("until")), table.get("every")
    if since and until and until < since:
        message = f"{until} is before since, {since}"
        yield Mistake(path=(*at, "until"), message=message, fix="exchange the two, or mend one")
    if not every or not isinstance(every, str):
        return
    try:
        check_every(every)
    except UsageError as error:
        yield Mistake(path=(*at, "every"), message=error.message, fix=error.fix or "")
    if "since" not in table:
        message = "has no day to count from"
        yield Mistake(path=(*at, "every"), message=message, fix="add since = 2025-04-21")


def _day(value: object) -> date | None:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _position(path: Path, position: object, tables: Table) -> Iterator[Mistake]:
    if not position or not isinstance(position, str) or position in _PLACES:
        return
    anchored = _ANCHORED.fullmatch(position)
    if anchored is None:
        near = difflib.get_close_matches(position.casefold(), _PLACES, n=1)
        fix = 'write "first", "last", "after:TOPIC" or "before:TOPIC"'
        fix = f'did you mean "{near[0]}"?' if near else fix
        yield _mistake(path, position, "is no place in an issue", fix)
        return
    topic, topics = anchored["topic"].strip(), list(_topics(tables))
    if topic not in topics:
        near = difflib.get_close_matches(topic, topics, n=1)
        fix = f'did you mean "{near[0]}"?' if near else f"known topics: {', '.join(topics)}"
        yield _mistake(path, topic, "is no topic of this newsletter", fix)


def _topics(tables: Table) -> Iterator[str]:
    """The headings that an issue may have."""
    for array, key in (("topics", "name"), ("sources", "topic")):
        entries = tables.get(array)
        for table in entries if isinstance(entries, list) else ():
            name = table.get(key) if isinstance(table, dict) else None
            if isinstance(name, str) and name:
                yield name
    newsletter = tables.get("newsletter")
    table = newsletter if isinstance(newsletter, dict) else {}
    last = table.get("last_section", Newsletter().last_section)
    if isinstance(last, str):
        yield last


def _id(path: Path, name: object, ids: dict[str, int], number: int) -> Iterator[Mistake]:
    if not name or not isinstance(name, str):
        return
    if not _ID.fullmatch(name):
        fix = 'write letters, digits and hyphens: "acme-spring"'
        yield _mistake(path, name, "cannot be an id", fix)
    elif name in ids:
        message = f"is the id of slot number {ids[name] + 1} already"
        yield _mistake(path, name, message, "give every booking an id of its own")
    ids.setdefault(name, number)


def _mistake(path: Path, value: object, message: str, fix: str) -> Mistake:
    return Mistake(path=path, message=f"{show_value(path, value)} {message}", fix=fix)
