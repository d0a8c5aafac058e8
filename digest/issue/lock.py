"""issue.lock: what digest proposed and from what, as JSON that reads well in a diff.

It is the base of the next merge, the answer to ``digest why``, and the record that an issue
left the house. It is written after issue.md: a run that dies between the two leaves a lock
older than the document, which the next merge takes for what it is.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from digest.errors import LockError
from digest.model import (
    Issue,
    Item,
    LeftOut,
    Link,
    Place,
    Section,
    SourceReport,
    Story,
    Text,
    Window,
    article_key,
    format_instant,
)
from digest.model.issue import Block

VERSION = 1

_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})", re.MULTILINE)
_REMOVE = "delete the file: composing then adds only what is new and changes nothing else"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an item was proposed; ``article`` and ``also`` are articles as CONTRACT §3 has them."""

    reason: str
    article: Mapping[str, Any]
    late: bool = False
    also: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What issue.lock holds.

    ``proposal`` is the base of the next merge, None when digest proposed nothing; ``reasons``
    goes by item key. ``left_out`` names some of the articles that ``left_out_counts`` counts
    by rule. ``inputs`` is a hash of what was composed from. ``deliveries`` are the finished
    hand-offs, without addresses.
    """

    slug: str
    window: Window | None = None
    composed_at: datetime | None = None
    proposal: Issue | None = None
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    left_out_counts: Mapping[str, int] = field(default_factory=dict)
    left_out: tuple[Mapping[str, Any], ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()
    inputs: str = ""
    deliveries: tuple[Mapping[str, Any], ...] = ()
    version: int = VERSION

    @classmethod
    def for_document(cls, issue: Issue) -> Lock:
        """A lock for a document that digest did not propose, or whose lock is lost."""
        return cls(slug=issue.slug, window=read_window(issue.window, issue.timezone))

    def with_deliveries(self, deliveries: Iterable[Mapping[str, Any]]) -> Lock:
        """The lock with other deliveries."""
        return replace(self, deliveries=tuple(deliveries))


def make_lock(
    base: Issue,
    *,
    window: Window,
    composed_at: datetime,
    stories: Iterable[Story],
    left_out: Sequence[LeftOut] = (),
    reports: Iterable[SourceReport] = (),
    inputs: str = "",
    previous: Lock | None = None,
    name_at_most: int = 200,
) -> Lock:
    """The lock of one compose: ``base`` is what the merge gave as the next one's base.

    Of ``previous`` stay the deliveries, and the reasons of items that ``base`` still holds.
    """
    keys = {item.key for section in base.sections for item in section.items}
    old = previous.reasons if previous else {}
    reasons = {key: reason for key, reason in old.items() if key in keys}
    for story in stories:
        reasons[article_key(story.lead)] = Reason(
            reason=story.reason,
            late=story.late,
            article=story.lead.to_json(),
            also=tuple(article.to_json() for article in story.also),
        )
    return Lock(
        slug=base.slug,
        window=window,
        composed_at=composed_at,
        proposal=base,
        reasons=reasons,
        left_out_counts=dict(sorted(Counter(entry.rule for entry in left_out).items())),
        left_out=tuple(entry.to_json() for entry in left_out[:name_at_most]),
        sources=tuple(report.to_json() for report in reports),
        inputs=inputs,
        deliveries=previous.deliveries if previous else (),
    )


def write_lock(lock: Lock) -> str:
    """The lock as JSON: keys sorted, two blanks of indent, each delivery on one line."""
    content: dict[str, Any] = {
        "version": lock.version,
        "slug": lock.slug,
        "window": lock.window.to_json() if lock.window else None,
        "composed_at": format_instant(lock.composed_at) if lock.composed_at else None,
        "proposal": _issue_json(lock.proposal) if lock.proposal else None,
        "reasons": {
            key: {
                "reason": reason.reason,
                "late": reason.late,
                "article": dict(reason.article),
                "also": [dict(article) for article in reason.also],
            }
            for key, reason in lock.reasons.items()
        },
        "left_out_counts": dict(lock.left_out_counts),
        "left_out": [dict(entry) for entry in lock.left_out],
        "sources": [dict(source) for source in lock.sources],
        "inputs": lock.inputs,
    }
    rows = {
        key: json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).replace("\n", "\n  ")
        for key, value in content.items()
    }
    lines = [
        json.dumps(dict(entry), ensure_ascii=False, sort_keys=True) for entry in lock.deliveries
    ]
    rows["deliveries"] = "[\n    " + ",\n    ".join(lines) + "\n  ]" if lines else "[]"
    return "{\n" + ",\n".join(f'  "{key}": {rows[key]}' for key in sorted(rows)) + "\n}\n"


def parse_lock(text: str, file: str) -> Lock:
    """The lock that the text says.

    Raises LockError with the place for text that is cut short, holds conflict markers, comes
    from a later version or has something of a wrong type.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable(text, file, error) from error
    return _Reader(file).lock(content)


def _unreadable(text: str, file: str, error: Exception) -> LockError:
    """What is to be said of text that is no JSON."""
    conflict = _CONFLICT.search(text)
    if conflict is not None:
        return LockError(
            "git left a merge conflict here",
            where=Place(file=file, first_line=text.count("\n", 0, conflict.start()) + 1),
            fix=f"choose one side, or {_REMOVE}",
        )
    if isinstance(error, json.JSONDecodeError):
        return LockError(
            f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}",
            where=Place(file=file, first_line=error.lineno),
            fix=f"restore it from git, or {_REMOVE}",
        )
    return LockError("this is not a lock of digest", where=Place(file=file), fix=_REMOVE)


def read_window(text: str, timezone: str) -> Window | None:
    """The window that front matter states as ``start/end``; None when it states none."""
    start, _, end = text.partition("/")
    try:
        zone = ZoneInfo(timezone or "UTC")
        window = Window(
            start=datetime.fromisoformat(start).astimezone(zone),
            end=datetime.fromisoformat(end).astimezone(zone),
            timezone=timezone or "UTC",
        )
    except (ValueError, KeyError, OSError, OverflowError):
        return None
    has_zones = all(datetime.fromisoformat(part).tzinfo for part in (start, end))
    return window if has_zones and window.start < window.end else None


def _issue_json(issue: Issue) -> dict[str, Any]:
    return {
        "title": issue.title,
        "subject": issue.subject,
        "preheader": issue.preheader,
        "window": issue.window,
        "timezone": issue.timezone,
        "language": issue.language,
        "introduction": issue.introduction,
        "extra": [list(pair) for pair in issue.extra],
        "sections": [
            {
                "heading": section.heading,
                "kind": section.kind,
                "attributes": section.attributes,
                "blocks": [_block_json(block) for block in section.blocks],
            }
            for section in issue.sections
        ],
    }


def _block_json(block: Block) -> dict[str, Any]:
    if isinstance(block, Text):
        return {"text": block.markdown}
    return {
        "key": block.key,
        "title": block.title,
        "url": block.url,
        "byline": block.byline,
        "body": block.body,
        "also": [link.to_json() for link in block.also],
        "form": block.form,
    }


class _Reader:
    """Reads JSON values and says where one is of a wrong type."""

    def __init__(self, file: str) -> None:
        self.file = file

    def lock(self, content: Any) -> Lock:
        top = self._of(content, dict, "the lock")
        version = self._of(top.get("version"), int, "version")
        if version != VERSION:
            raise LockError(
                f"version {version} is not the one that this digest reads ({VERSION})",
                where=Place(file=self.file),
                fix=f"use the digest that wrote it, or {_REMOVE}",
            )
        slug = self._of(top.get("slug"), str, "slug")
        proposal = self._optional(top.get("proposal"), dict, "proposal")
        window = self._optional(top.get("window"), dict, "window")
        return Lock(
            version=version,
            slug=slug,
            window=self._window(window) if window is not None else None,
            composed_at=self._instant(top.get("composed_at"), "composed_at"),
            proposal=self._issue(proposal, slug) if proposal is not None else None,
            reasons={
                key: self._reason(value, f"reasons[{key!r}]")
                for key, value in self._of(top.get("reasons", {}), dict, "reasons").items()
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
            deliveries=self._dicts(top, "deliveries"),
        )

    def _wrong(self, name: str, wanted: str) -> LockError:
        return LockError(
            f"{name} is not {wanted}",
            where=Place(file=self.file),
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

    def _reason(self, value: Any, name: str) -> Reason:
        entry = self._dict(value, name)
        return Reason(
            reason=self._of(entry.get("reason"), str, f"{name}.reason"),
            late=self._of(entry.get("late", False), bool, f"{name}.late"),
            article=self._dict(entry.get("article"), f"{name}.article"),
            also=self._each(entry.get("also", []), f"{name}.also", self._dict),
        )

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
        if kind not in {"topic", "slot", "hold"}:
            raise self._wrong(f"{name}.kind", "topic, slot or hold")
        return Section(
            heading=self._of(entry.get("heading"), str, f"{name}.heading"),
            kind=kind,
            attributes=self._of(entry.get("attributes", ""), str, f"{name}.attributes"),
            blocks=self._each(entry.get("blocks"), f"{name}.blocks", self._block),
        )

    def _block(self, value: Any, name: str) -> Block:
        entry = self._dict(value, name)
        if "text" in entry:
            return Text(markdown=self._of(entry["text"], str, f"{name}.text"))

        def text(key: str) -> str:
            return self._of(entry.get(key, ""), str, f"{name}.{key}")

        form = entry.get("form", "heading")
        if form not in {"heading", "list"}:
            raise self._wrong(f"{name}.form", "heading or list")
        return Item(
            key=self._of(entry.get("key"), str, f"{name}.key"),
            title=text("title"),
            url=self._optional(entry.get("url"), str, f"{name}.url"),
            byline=text("byline"),
            body=text("body"),
            also=self._each(entry.get("also", []), f"{name}.also", self._link),
            form=form,
        )

    def _link(self, value: Any, name: str) -> Link:
        entry = self._dict(value, name)
        return Link(
            name=self._of(entry.get("name"), str, f"{name}.name"),
            url=self._optional(entry.get("url"), str, f"{name}.url"),
        )
