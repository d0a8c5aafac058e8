"""What no single key gets wrong by its type: contradictions, names that must exist, ranges.

The checks look at the tables as tomllib gave them and skip what has the wrong type, so that
they find their mistakes beside those of the types, in one go.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator, Sequence
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from digest.config.kinds import selector_mistakes
from digest.config.lines import Path
from digest.config.mistakes import Mistake, one_line, show_value
from digest.config.schema import HOLD, PROVIDERS, SOURCE_KINDS, Newsletter, Schedule
from digest.errors import UsageError

# RFC 5646's shape: a language, then script, region, variants, extensions.
_LANGUAGE = re.compile(
    r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?(?:-\w{1,8})*", re.A
)
_REFERENCE = re.compile(r"(?:env|keyring|file):\s*\S.*", re.DOTALL)
_THEME = re.compile(r"\w[\w.-]*")

Table = dict[str, Any]


def find_contradictions(tables: Table, themes: Sequence[str] = ()) -> list[Mistake]:
    """All mistakes that values make with each other, or with the world."""
    found: list[Mistake] = list(_theme(tables, themes))
    for check in (
        _newsletter,
        _schedule,
        _window,
        _sources,
        _topics,
        _delivery,
        _gather,
        _summaries,
        _learning,
    ):
        found.extend(check(tables))
    return found


def _newsletter(tables: Table) -> Iterator[Mistake]:
    table, at = _table(tables, "newsletter"), ("newsletter",)
    yield from _zone(table, at)
    yield from _language(table, at)
    for key in ("title", "sender", "theme", "last_section"):
        yield from one_line((*at, key), table.get(key))
    yield from _mail_address((*at, "sender"), table.get("sender"))
    yield from _web_address((*at, "archive_url"), table.get("archive_url"))
    yield from _section_name((*at, "last_section"), table.get("last_section"))


def _theme(tables: Table, themes: Sequence[str]) -> Iterator[Mistake]:
    path = ("newsletter", "theme")
    theme = _table(tables, "newsletter").get("theme")
    if not isinstance(theme, str) or theme in themes:
        return
    if themes:
        near = difflib.get_close_matches(theme, themes, n=1)
        fix = f'did you mean "{near[0]}"?' if near else f"choose one of {', '.join(themes)}"
        yield _mistake(path, theme, "is the name of no theme", fix)
    elif not _THEME.fullmatch(theme):
        yield _mistake(path, theme, "is not a theme's name", 'write theme = "classic"')


def _zone(table: Table, at: Path) -> Iterator[Mistake]:
    name = table.get("timezone")
    if isinstance(name, str):
        from digest.window import zone_named

        try:
            zone_named(name)
        except UsageError as error:
            yield Mistake(path=(*at, "timezone"), message=error.message, fix=error.fix or "")


def _schedule(tables: Table) -> Iterator[Mistake]:
    table = _table(tables, "schedule")
    if not table:
        return  # the default is right in every zone
    from digest.window import parse_schedule, zone_named

    every = table.get("every", Schedule().every)
    starts = table.get("starts", Schedule().starts)
    zone = _table(tables, "newsletter").get("timezone", Newsletter().timezone)
    if not (isinstance(every, str) and isinstance(starts, str)):
        return
    try:
        zone_named(zone if isinstance(zone, str) else "UTC")
    except UsageError:
        zone = "UTC"  # the zone's own mistake is told; the schedule is read all the same
    try:
        parse_schedule(
            Schedule(every=every, starts=starts), timezone=zone if isinstance(zone, str) else "UTC"
        )
    except UsageError as error:
        path = tuple(str(error.where).split("."))
        yield Mistake(path=path, message=error.message, fix=error.fix or "")


def _window(tables: Table) -> Iterator[Mistake]:
    table = _table(tables, "window")
    yield from _spans(table, ("window",))
    issues = table.get("hold_issues")
    if isinstance(issues, int) and issues < 0:
        yield Mistake(
            path=("window", "hold_issues"),
            message=f"not a number of issues: {issues}",
            fix="write how many, or 0 to keep what waits in Hold for as long as it takes",
        )


def _spans(table: Table, at: Path) -> Iterator[Mistake]:
    for key in ("min_age", "rescue_max_age"):
        value = table.get(key)
        if isinstance(value, str):
            from digest.window import parse_span

            try:
                parse_span(value)
            except UsageError as error:
                yield Mistake(path=(*at, key), message=error.message, fix=error.fix or "")


def _sources(tables: Table) -> Iterator[Mistake]:
    seen: dict[tuple[str, str], int] = {}
    for number, table in _array(tables, "sources"):
        at = ("sources", number)
        url, path = table.get("url"), table.get("path")
        if url and path:
            yield Mistake(path=(*at, "path"), message="stands beside url", fix="keep one of them")
        elif not url and not path:
            yield Mistake(
                path=at,
                message="has neither url nor path",
                fix='write url = "https://…" or path = "articles/*.txt"',
            )
        yield from _web_address((*at, "url"), url, else_="for a file write path = …")
        yield from _language(table, at)
        yield from _offered((*at, "kind"), table.get("kind"), SOURCE_KINDS, "digest.sources")
        yield from selector_mistakes(table, at)
        yield from _from_one((*at, "max"), table.get("max"))
        if table.get("resolve") is True and (url or table.get("split") is not True):
            yield Mistake(
                path=(*at, "resolve"),
                message="asks where the links of newsletters in files lead",
                fix="write path = … and split = true beside it, or leave it out",
            )
        if table.get("complete") is True and not url:
            yield Mistake(
                path=(*at, "complete"),
                message="reads what a feed leaves out from the pages it links to",
                fix="write it beside url = …, or leave it out",
            )
        yield from _spans(table, at)
        for key in ("name", "topic", "url", "path"):
            yield from one_line((*at, key), table.get(key))
        if table.get("topic"):
            yield from _section_name((*at, "topic"), table["topic"])
        for key in ("name", "url", "path"):
            value = table.get(key)
            if not value or not isinstance(value, str):
                continue
            if (key, value) in seen:
                yield _mistake(
                    (*at, key),
                    value,
                    f"stands in source number {seen[key, value] + 1} already",
                    "remove one of the two, or give another name"
                    if key == "name"
                    else "remove one of the two",
                )
            seen.setdefault((key, value), number)


def _topics(tables: Table) -> Iterator[Mistake]:
    seen: dict[str, int] = {}
    for number, table in _array(tables, "topics"):
        at = ("topics", number)
        name = table.get("name")
        yield from one_line((*at, "name"), name)
        yield from _section_name((*at, "name"), name)
        yield from _from_one((*at, "max"), table.get("max"))
        if isinstance(name, str):
            folded = " ".join(name.split()).casefold()
            if folded in seen:
                yield _mistake(
                    (*at, "name"),
                    name,
                    f"is the name of topic number {seen[folded] + 1} already",
                    "join the two, or rename one",
                )
            seen.setdefault(folded, number)


def _delivery(tables: Table) -> Iterator[Mistake]:
    for name, table in _table(tables, "delivery").items():
        if not isinstance(table, dict):
            continue
        at = ("delivery", name)
        yield from _offered((*at, "provider"), table.get("provider"), PROVIDERS, "digest.providers")
        port = table.get("port")
        if type(port) is int and not 1 <= port <= 65535:
            yield _mistake((*at, "port"), port, "is not a port", "write a number from 1 to 65535")
        password = table.get("password")
        if isinstance(password, str) and password and not _REFERENCE.fullmatch(password):
            yield Mistake(
                path=(*at, "password"),
                message="a secret must not stand in digest.toml",
                fix='write a reference: "env:NAME", "keyring:NAME" or "file:PATH"',
            )
        for key in ("sender", "envelope_sender", "reply_to"):
            yield from one_line((*at, key), table.get(key))
            yield from _mail_address((*at, key), table.get(key))
        for key in ("host", "unsubscribe", "username"):
            yield from one_line((*at, key), table.get(key))
        yield from _above_zero((*at, "timeout_seconds"), table.get("timeout_seconds"))


def _gather(tables: Table) -> Iterator[Mistake]:
    for key, value in _table(tables, "gather").items():
        if key in ("user_agent", "authorities"):
            continue  # digest.config.access
        if key.endswith("_seconds"):
            yield from _above_zero(("gather", key), value)
        else:
            yield from _from_one(("gather", key), value)


def _summaries(tables: Table) -> Iterator[Mistake]:
    table, at = _table(tables, "summaries"), ("summaries",)
    for key in ("model", "style"):
        yield from one_line((*at, key), table.get(key))
    columns = table.get("columns")
    if type(columns) is int and not 40 <= columns <= 2000:
        yield _mistake((*at, "columns"), columns, "is no length of a summary", "write 40 to 2000")
    yield from _above_zero((*at, "timeout_seconds"), table.get("timeout_seconds"))


def _learning(tables: Table) -> Iterator[Mistake]:
    least = _table(tables, "learning").get("least_confidence")
    if isinstance(least, int | float) and least is not True and not 0 <= least <= 1:
        path = ("learning", "least_confidence")
        yield _mistake(path, least, "is no share", "write a number from 0 to 1")


def _language(table: Table, at: Path) -> Iterator[Mistake]:
    language = table.get("language")
    if not isinstance(language, str) or (not language and at[0] == "sources"):
        return
    if not _LANGUAGE.fullmatch(language):
        near = difflib.get_close_matches(language.replace("_", "-"), _COMMON_LANGUAGES, n=1)
        yield _mistake(
            (*at, "language"),
            language,
            "is not a language tag (BCP 47)",
            f'write "{near[0]}"' if near else 'write a tag such as "en", "de-AT" or "zh-Hant"',
        )


_COMMON_LANGUAGES = ("en", "en-US", "en-GB", "de", "fr", "es", "it", "pt-BR", "ko", "ja", "zh-Hans")


def _offered(path: Path, value: object, ours: tuple[str, ...], group: str) -> Iterator[Mistake]:
    """A name that is neither ours nor offered by an installed package."""
    if not isinstance(value, str) or value in ours:
        return
    from importlib.metadata import entry_points

    names = sorted({*ours, *entry_points(group=group).names})
    if value not in names:
        near = difflib.get_close_matches(value, names, n=1)
        allowed = "allowed: " + ", ".join(f'"{name}"' for name in names)
        fix = f'did you mean "{near[0]}"? {allowed}' if near else allowed
        yield _mistake(path, value, "is not one of its values", fix)


def _section_name(path: Path, name: object) -> Iterator[Mistake]:
    if not isinstance(name, str):
        return
    if not name.strip():
        yield Mistake(path=path, message="is empty", fix="write the section's heading")
    elif name.strip().casefold() == HOLD.casefold():
        yield Mistake(
            path=path, message="Hold is the section that is never sent", fix="choose another name"
        )


def _mail_address(path: Path, value: object) -> Iterator[Mistake]:
    if not isinstance(value, str) or not value.strip():
        return
    _, address = parseaddr(value)
    local, _, domain = address.rpartition("@")
    if not local or not domain or " " in address:
        yield _mistake(path, value, "is not a mail address", 'write "Name <name@example.org>"')


def _web_address(path: Path, value: object, else_: str = "") -> Iterator[Mistake]:
    if not isinstance(value, str) or not value:
        return
    try:
        parts = urlsplit(value.strip())
        _ = parts.port  # ValueError where it is none
        good = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        fix = 'write "https://…"' + (f"; {else_}" if else_ else "")
        yield _mistake(path, value, "is not a web address", fix)
    elif "@" in parts.netloc:
        yield Mistake(
            path=path,
            message="holds a user name or password, which digest does not send",
            fix="write the address without them",
        )


def _from_one(path: Path, value: object) -> Iterator[Mistake]:
    if type(value) is int and value < 1:
        yield _mistake(path, value, "is too small", "write a whole number from 1, or remove it")


def _above_zero(path: Path, value: object) -> Iterator[Mistake]:
    if type(value) in (int, float) and not 0 < value < math.inf:  # type: ignore[operator]
        yield _mistake(path, value, "is not a span of time", "write seconds above 0")


def _mistake(path: Path, value: object, message: str, fix: str) -> Mistake:
    return Mistake(path=path, message=f"{show_value(path, value)} {message}", fix=fix)


def _table(tables: Table, name: str) -> Table:
    table = tables.get(name)
    return table if isinstance(table, dict) else {}


def _array(tables: Table, name: str) -> list[tuple[int, Table]]:
    tables_of_name = tables.get(name)
    if not isinstance(tables_of_name, list):
        return []
    return [(n, table) for n, table in enumerate(tables_of_name) if isinstance(table, dict)]
