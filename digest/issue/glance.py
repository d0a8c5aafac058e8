"""A quick look at an issue.lock: what the memory of earlier issues needs of it.

Five hundred locks are read where nothing is kept of them yet. Their longest part, the articles
that items were proposed from, is skipped where nothing asks for it, and the others are taken as
digest writes them. Whatever is laid out or typed otherwise goes to the thorough reader, which
says where a lock is damaged. What is skipped is read, and judged, when its issue is composed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from digest.issue.lock import VERSION, Lock, read_window
from digest.issue.unlock import parse_lock
from digest.model import Issue, Item, Link, Section
from digest.names import Signs

_ARTICLES = '\n  "reasons": {\n'
_NEXT_KEY = '\n  "'
_END = "}\n"
_CONFLICTS = ("\n<", "\n=", "\n>")
_TEXT = {str}


def glance_at_lock(text: str, file: str) -> Lock:
    """The lock that the text says, without subject, introduction, hashes and the like.

    Of its ``reasons`` there are those by which items stand for articles without a page, too.
    Raises LockError as :func:`digest.issue.unlock.parse_lock` does.
    """
    try:
        return _take(json.loads(_shorten(text)))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return parse_lock(text, file)


def _shorten(text: str) -> str:
    """The text without its ``reasons``; ValueError where that could hide something."""
    start = text.find(_ARTICLES)
    end = text.find(_NEXT_KEY, start + len(_ARTICLES))
    if start < 0 or end < 0 or not text.endswith(_END):
        raise ValueError("not as digest writes it")
    if any(text.find(mark, start, end) >= 0 for mark in _CONFLICTS):
        raise ValueError("git left a merge conflict")
    # Articles without a page of their own leave no trace but here.
    if text.find('"also": [\n', start, end) >= 0 and text.find('"url": null', start, end) >= 0:
        raise ValueError("needed whole")
    return text[:start] + text[end:]


def _take(content: Mapping[str, Any]) -> Lock:
    window, composed_at = content["window"], content["composed_at"]
    proposal = content["proposal"]
    if _count(content["version"]) != VERSION or "reasons" in content:
        raise ValueError("not as digest writes it")
    known = moment = None
    if window is not None:
        known = read_window(f"{window['start']}/{window['end']}", window["timezone"])
    if composed_at is not None:
        moment = datetime.fromisoformat(composed_at)
    if (window is not None and known is None) or (moment is not None and moment.tzinfo is None):
        raise ValueError("no window, or no instant")
    return Lock(
        slug=_text(content["slug"]),
        window=known,
        composed_at=moment,
        proposal=_issue(content["slug"], proposal) if proposal is not None else None,
        identities={
            key: tuple(map(_signs, _list(of_one))) for key, of_one in content["identities"].items()
        },
        left_out_counts={key: _count(value) for key, value in content["left_out_counts"].items()},
        left_out=_objects(content["left_out"]),
        sources=_objects(content["sources"]),
        deliveries=_objects(content["deliveries"]),
    )


def _issue(slug: str, content: Mapping[str, Any]) -> Issue:
    return Issue(slug=slug, sections=tuple(map(_section, _list(content["sections"]))))


def _section(content: Mapping[str, Any]) -> Section:
    kind = content["kind"]
    if kind not in ("topic", "slot", "hold"):
        raise ValueError("no kind of section")
    return Section(
        heading=_text(content["heading"]), kind=kind, blocks=tuple(_items(_list(content["blocks"])))
    )


def _items(blocks: list[Mapping[str, Any]]) -> Iterator[Item]:
    for block in blocks:
        if "text" in block:
            _text(block["text"])
            continue
        key, title, url, body = block["key"], block["title"], block["url"], block["body"]
        if type(key) is not str or type(title) is not str or type(body) is not str:
            raise TypeError("not text")
        if url is not None and type(url) is not str:
            raise TypeError("not text")
        also = tuple(map(_link, _list(block["also"])))
        yield Item(key=key, title=title, url=url, body=body, also=also)


def _link(content: Mapping[str, Any]) -> Link:
    url = content["url"]
    return Link(name=_text(content["name"]), url=None if url is None else _text(url))


def _signs(facts: Mapping[str, Any]) -> Signs:
    if set(map(type, facts.values())) <= _TEXT:
        try:
            return Signs(**facts)
        except TypeError:
            pass  # a fact that a later version adds
    return Signs.from_json(facts)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _list(value: object) -> list[Any]:
    if type(value) is not list:
        raise TypeError("not a list")
    return value


def _count(value: object) -> int:
    if type(value) is not int:
        raise TypeError("not a number")
    return value


def _objects(values: list[Any]) -> tuple[Mapping[str, Any], ...]:
    if not all(isinstance(value, dict) for value in _list(values)):
        raise TypeError("not a list of objects")
    return tuple(values)
