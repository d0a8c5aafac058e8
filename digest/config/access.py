"""What a source's server is shown: mistakes in headers, names, credentials and certificates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from digest.config.lines import Path
from digest.config.mistakes import Mistake, one_line

CREDENTIALS = ("headers", "username", "password", "token", "cookie", "certificate")
"""The keys of ``[[sources]]`` that are for the source's own server alone."""

_REFERENCE = re.compile(r"(?:env|keyring|file):\s*\S.*", re.DOTALL)
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a token of RFC 9110
_SENDABLE = re.compile(r"[\x20-\x7e]*")
_INSTEAD = {"user-agent": 'user_agent = "…"', "cookie": 'cookie = "…"'}
_OWN = frozenset(
    (
        *("accept-encoding", "connection", "content-length", "content-type", "expect", "host"),
        *("if-modified-since", "if-none-match", "keep-alive", "proxy-authorization", "range"),
        *("te", "trailer", "transfer-encoding", "upgrade"),
    )
)
_WRITE_REFERENCE = 'write a reference: "env:NAME", "keyring:NAME" or "file:PATH"'

Table = dict[str, Any]


def find_access_mistakes(tables: Table) -> list[Mistake]:
    """All mistakes in what servers are told of who asks. Values are never repeated."""
    found: list[Mistake] = []
    gather = tables.get("gather")
    if isinstance(gather, dict):
        found += _sendable(("gather", "user_agent"), gather.get("user_agent"))
        found += one_line(("gather", "authorities"), gather.get("authorities"))
    sources = tables.get("sources")
    for number, table in enumerate(sources if isinstance(sources, list) else ()):
        if isinstance(table, dict):
            found += _source(table, ("sources", number))
    return found


def _source(table: Table, at: Path) -> Iterator[Mistake]:
    for key in ("user_agent", *CREDENTIALS):
        if table.get(key) and not table.get("url"):
            yield Mistake(
                path=(*at, key),
                message="is for the server of an address",
                fix="write it beside url = …, or leave it out",
            )
    for key in ("user_agent", "cookie"):
        yield from _sendable((*at, key), table.get(key))
    for key in ("username", "certificate"):
        yield from one_line((*at, key), table.get(key))
    for key in ("password", "token"):
        yield from _reference((*at, key), table.get(key))
    for key, other in (("username", "password"), ("password", "username")):
        if table.get(key) and not table.get(other):
            example = '"…"' if other == "username" else '"env:NAME"'
            yield Mistake(
                path=(*at, key),
                message=f"stands without {other}",
                fix=f"write {other} = {example} beside it, or leave it out",
            )
    if table.get("token") and (table.get("username") or table.get("password")):
        yield Mistake(
            path=(*at, "token"), message="stands beside a password", fix="keep one of them"
        )
    headers = table.get("headers")
    if isinstance(headers, dict):
        yield from _headers(headers, table, (*at, "headers"))


def _headers(headers: Table, table: Table, at: Path) -> Iterator[Mistake]:
    seen: set[str] = set()
    for name, value in headers.items():
        path, known = (*at, name), name.lower()
        if not _HEADER.fullmatch(name):
            yield Mistake(
                path=path,
                message="is not the name of a header",
                fix="write letters, digits and hyphens, such as X-Api-Key",
            )
        elif known in _INSTEAD:
            yield Mistake(
                path=path, message="has a key of its own", fix=f"write {_INSTEAD[known]} instead"
            )
        elif known in _OWN:
            yield Mistake(path=path, message="is digest's own to send", fix="remove it")
        elif known in seen:
            yield Mistake(path=path, message="stands there already", fix="keep one of them")
        elif known == "authorization":
            yield from _reference(path, value)
            if table.get("token") or table.get("password"):
                yield Mistake(
                    path=path, message="stands beside token or password", fix="keep one of them"
                )
        seen.add(known)
        yield from _sendable(path, value)


def _reference(path: Path, value: object) -> Iterator[Mistake]:
    if isinstance(value, str) and value and not _REFERENCE.fullmatch(value):
        yield Mistake(
            path=path,
            message="a secret must not stand in digest.toml",
            fix=_WRITE_REFERENCE,
        )


def _sendable(path: Path, value: object) -> Iterator[Mistake]:
    """A header's value must be one line of ASCII; a reference may name anything."""
    if not isinstance(value, str) or _REFERENCE.fullmatch(value):
        return
    if not _SENDABLE.fullmatch(value):
        yield Mistake(
            path=path,
            message="holds what no header can carry",
            fix="write it in letters, digits and signs of ASCII, on one line",
        )
