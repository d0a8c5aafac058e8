"""issue.lock as text -> what it says, or the place where it is damaged."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from digest.errors import LockError, NewerLockError
from digest.issue.lock import VERSION, Lock, Reason, read_window
from digest.issue.places import find_deep, find_line, line_at
from digest.issue.ranks import is_whole, with_whole_ranks
from digest.model import Earlier, Issue, Item, Link, Place, Section, Text, Window
from digest.model.issue import Block
from digest.names import Signs

_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})", re.MULTILINE)
_LONG_NUMBER = re.compile(r"\d{4301}")
# A lock of a thousand articles has some three million.
_MOST_CHARACTERS = 32 * 1024 * 1024
_REMOVE = "delete the file: composing then adds only what is new and changes nothing else"
_T = TypeVar("_T")


def parse_lock(text: str, file: str) -> Lock:
    """The lock that the text says.

    Raises LockError with the place for text that is cut short, holds conflict markers or has
    something of a wrong type, NewerLockError for that of a later version. An editor's byte
    order mark and line ends do not matter.
    """
    if len(text) > _MOST_CHARACTERS:
        raise LockError(
            f"larger than {_MOST_CHARACTERS >> 20} MiB: this is not a lock of digest",
            where=Place(file=file),
            fix=f"restore it from git, or {_REMOVE}",
        )
    text = text.removeprefix("\ufeff")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable(text, file, error) from error
    return _Reader(file, text).lock(content)


def _unreadable(text: str, file: str, error: Exception) -> LockError:
    """What is to be said of text that is no JSON."""
    conflict = _CONFLICT.search(text)
    if conflict is not None:
        return LockError(
            "git left a merge conflict here",
            where=Place(file=file, first_line=line_at(text, conflict.start())),
            fix=f"choose one side, or {_REMOVE}",
        )
    if isinstance(error, json.JSONDecodeError):
        what = error.msg.removesuffix(" at")
        return LockError(
            f"this is not JSON: {what[:1].lower()}{what[1:]}",
            where=Place(file=file, first_line=error.lineno),
            fix=f"restore it from git, or {_REMOVE}",
        )
    number = _LONG_NUMBER.search(text)
    if isinstance(error, RecursionError) or number is None:
        what, line = "what lies in one another here has no end", find_deep(text)
    else:
        what, line = "a number without end stands here", line_at(text, number.start())
    return LockError(
        f"this is not a lock of digest: {what}",
        where=Place(file=file, first_line=line),
        fix=f"restore it from git, or {_REMOVE}",
    )


def find_deliveries(text: str) -> tuple[Mapping[str, Any], ...]:
    """The deliveries that can still be told from a damaged lock: each stands on a line.

    Whatever else is lost, that an issue left the house must not be.
    """
    found = []
    for line in text.splitlines():
        if '"target"' in line:
            try:
                entry = json.loads(line.strip().rstrip(","))
            except ValueError:
                continue
            if isinstance(entry, dict) and "at" in entry:
                found.append(entry)
    return tuple(found)


def parse_item(value: Mapping[str, Any]) -> Item:
    """The item that issue.lock has as ``value``. Raises LockError for anything else."""
    block = _Reader("", "").block(value, "item")
    if not isinstance(block, Item):
        raise LockError("not an item")
    return block


class _Reader:
    """Reads JSON values and says where one is of a wrong type."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text

    def lock(self, content: Any) -> Lock:
        top = self._of(content, dict, "the lock")
        version = self._of(top.get("version"), int, "version")
        if version > VERSION:
            raise NewerLockError(
                f"a newer digest wrote it: version {_short(version)}, this one reads {VERSION}",
                where=self._place("version"),
                fix="upgrade digest: pip install -U newsletter-digest",
            )
        if version != VERSION:
            raise self._wrong(f"version {_short(version)}", "one that digest ever wrote")
        slug = self._of(top.get("slug"), str, "slug")
        proposal = self._optional(top.get("proposal"), dict, "proposal")
        issue = self._issue(proposal, slug) if proposal is not None else None
        window = self._optional(top.get("window"), dict, "window")
        return Lock(
            version=version,
            slug=slug,
            window=self._window(window) if window is not None else None,
            composed_at=self._instant(top.get("composed_at"), "composed_at"),
            proposal=issue,
            reasons=self._reasons(self._of(top.get("reasons", {}), dict, "reasons"), issue),
            identities={
                key: tuple(
                    Signs.from_json(entry)
                    for entry in self._each(value, f"identities[{key!r}]", self._dict)
                )
                for key, value in self._of(top.get("identities", {}), dict, "identities").items()
            },
            left_out_counts={
                key: self._of(value, int, f"left_out_counts[{key!r}]")
                for key, value in self._of(
                    top.get("left_out_counts", {}), dict, "left_out_counts"
                ).items()
            },
            left_out=self._dicts(top, "left_out"),
            sources=self._dicts(top, "sources"),
            inputs=self._of(top.get("inputs", ""), str, "inputs"),
            input_hashes=self._texts(top, "input_hashes"),
            newsletter=self._texts(top, "newsletter"),
            appearance={
                name: self._dict(table, f"appearance[{name!r}]")
                for name, table in self._of(top.get("appearance", {}), dict, "appearance").items()
            },
            outputs=self._texts(top, "outputs"),
            hashes=self._texts(top, "hashes"),
            deliveries=self._dicts(top, "deliveries"),
            composed_with=self._of(top.get("composed_with", ""), str, "composed_with"),
        )

    def _place(self, name: str) -> Place:
        return Place(file=self.file, first_line=find_line(self.text, name))

    def _wrong(self, name: str, wanted: str) -> LockError:
        return LockError(
            f"{name} is not {wanted}",
            where=self._place(name.partition(" ")[0] if name.startswith("version") else name),
            fix=f"restore it from git, or {_REMOVE}",
        )

    def _of(self, value: Any, kind: type[_T], name: str) -> _T:
        if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
            return value
        words = {dict: "an object", list: "a list", str: "text", int: "a number", bool: "yes or no"}
        raise self._wrong(name, words[kind])

    def _optional(self, value: Any, kind: type[_T], name: str) -> _T | None:
        return None if value is None else self._of(value, kind, name)

    def _each(self, value: Any, name: str, read: Callable[[Any, str], _T]) -> tuple[_T, ...]:
        entries = self._of(value, list, name)
        return tuple(read(entry, f"{name}[{at}]") for at, entry in enumerate(entries))

    def _dict(self, value: Any, name: str) -> dict[str, Any]:
        return self._of(value, dict, name)

    def _dicts(self, top: Mapping[str, Any], name: str) -> tuple[dict[str, Any], ...]:
        return self._each(top.get(name, []), name, self._dict)

    def _texts(self, top: Mapping[str, Any], name: str) -> dict[str, str]:
        return {
            key: self._of(value, str, f"{name}[{key!r}]")
            for key, value in self._of(top.get(name, {}), dict, name).items()
        }

    def _instant(self, value: Any, name: str) -> datetime | None:
        text = self._optional(value, str, name)
        if text is None:
            return None
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            raise self._wrong(name, "a date with its time") from None
        if instant.tzinfo is None:
            raise self._wrong(name, "a time with its zone")
        return instant

    def _window(self, value: Mapping[str, Any]) -> Window:
        timezone = self._of(value.get("timezone"), str, "window.timezone")
        start = self._of(value.get("start"), str, "window.start")
        end = self._of(value.get("end"), str, "window.end")
        window = read_window(f"{start}/{end}", timezone)
        if window is None:
            raise self._wrong("window", "a start, a later end and a time zone")
        return window

    def _reasons(self, value: Mapping[str, Any], proposal: Issue | None) -> dict[str, Reason]:
        reasons = {key: self._reason(entry, f"reasons[{key!r}]") for key, entry in value.items()}
        short = {
            key: reason.rank
            for key, reason in reasons.items()
            if "rank" in value[key] and not is_whole(reason.rank)
        }
        return with_whole_ranks(proposal, reasons, short)

    def _reason(self, value: Any, name: str) -> Reason:
        entry = self._dict(value, name)
        return Reason(
            reason=self._of(entry.get("reason"), str, f"{name}.reason"),
            late=self._of(entry.get("late", False), bool, f"{name}.late"),
            article=self._dict(entry.get("article"), f"{name}.article"),
            also=self._each(entry.get("also", []), f"{name}.also", self._dict),
            summary=self._texts(entry, "summary"),
            held_since=self._of(entry.get("held_since", ""), str, f"{name}.held_since"),
            held_issues=self._of(entry.get("held_issues", 0), int, f"{name}.held_issues"),
            confidence=self._share(entry.get("confidence"), f"{name}.confidence"),
            second=self._of(entry.get("second", ""), str, f"{name}.second"),
            strongest=self._each(entry.get("strongest", []), f"{name}.strongest", self._text),
            ties=self._each(entry.get("ties", []), f"{name}.ties", self._text),
            score=self._share(entry.get("score"), f"{name}.score"),
            score_parts=self._shares(entry.get("score_parts", {}), f"{name}.score_parts"),
            rank=self._of(entry.get("rank", ""), str, f"{name}.rank"),
            earlier=self._each(entry.get("earlier", []), f"{name}.earlier", self._earlier),
        )

    def _earlier(self, value: Any, name: str) -> Earlier:
        entry = self._dict(value, name)

        def text(key: str) -> str:
            return self._of(entry.get(key, ""), str, f"{name}.{key}")

        return Earlier(
            title=text("title"),
            url=text("url"),
            slug=text("slug"),
            day=text("day"),
            reason=text("reason"),
        )

    def _text(self, value: Any, name: str) -> str:
        return self._of(value, str, name)

    def _shares(self, value: Any, name: str) -> dict[str, float]:
        entry = self._dict(value, name)
        found = {key: self._share(part, f"{name}.{key}") for key, part in entry.items()}
        return {key: part for key, part in found.items() if part is not None}

    def _share(self, value: Any, name: str) -> float | None:
        if value is None:
            return None
        if isinstance(value, int | float) and 0 <= value <= 1:
            return float(value)
        raise self._wrong(name, "a number from 0 to 1")

    def _issue(self, value: Mapping[str, Any], slug: str) -> Issue:
        def text(key: str) -> str:
            return self._of(value.get(key, ""), str, f"proposal.{key}")

        return Issue(
            slug=slug,
            title=text("title"),
            subject=text("subject"),
            preheader=text("preheader"),
            window=text("window"),
            timezone=text("timezone"),
            language=text("language"),
            introduction=text("introduction"),
            extra=self._each(value.get("extra", []), "proposal.extra", self._pair),
            sections=self._each(value.get("sections"), "proposal.sections", self._section),
        )

    def _pair(self, value: Any, name: str) -> tuple[str, str]:
        pair = self._of(value, list, name)
        if len(pair) != 2:
            raise self._wrong(name, "a key and its text")
        return self._of(pair[0], str, name), self._of(pair[1], str, name)

    def _section(self, value: Any, name: str) -> Section:
        entry = self._dict(value, name)
        kind = entry.get("kind", "topic")
        if kind not in ("topic", "slot", "hold"):
            raise self._wrong(f"{name}.kind", "topic, slot or hold")
        return Section(
            heading=self._of(entry.get("heading"), str, f"{name}.heading"),
            kind=kind,
            attributes=self._of(entry.get("attributes", ""), str, f"{name}.attributes"),
            blocks=self._each(entry.get("blocks"), f"{name}.blocks", self.block),
        )

    def block(self, value: Any, name: str) -> Block:
        entry = self._dict(value, name)
        if "text" in entry:
            return Text(markdown=self._of(entry["text"], str, f"{name}.text"))

        def text(key: str) -> str:
            return self._of(entry.get(key, ""), str, f"{name}.{key}")

        form = entry.get("form", "heading")
        if form not in ("heading", "list"):
            raise self._wrong(f"{name}.form", "heading or list")
        return Item(
            key=self._of(entry.get("key"), str, f"{name}.key"),
            title=text("title"),
            url=self._optional(entry.get("url"), str, f"{name}.url"),
            byline=text("byline"),
            body=text("body"),
            also=self._each(entry.get("also", []), f"{name}.also", self._link),
            earlier=self._each(entry.get("earlier", []), f"{name}.earlier", self._link),
            form=form,
        )

    def _link(self, value: Any, name: str) -> Link:
        entry = self._dict(value, name)
        return Link(
            name=self._of(entry.get("name"), str, f"{name}.name"),
            url=self._optional(entry.get("url"), str, f"{name}.url"),
        )


def _short(number: int) -> str:
    text = str(number)
    return text if len(text) <= 9 else f"{text[:6]}…"
