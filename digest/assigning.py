"""The use case of ``digest topics assign``: articles are placed outside any window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from digest.errors import SourceError, UsageError
from digest.model import Article
from digest.workspace import Workspace

if TYPE_CHECKING:
    from digest.config import Settings
    from digest.model.facts import Facts
    from digest.teaching import Taught
    from digest.topics import Placer
    from digest.topics.guide import Guide


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """Where one article belongs. ``url`` is as its input has it; ``topic`` the best that is
    known, which is used by compose where ``is_sure``. ``confidence`` is None where a rule of
    digest.toml decided, or nothing is known."""

    url: str | None
    title: str
    topic: str
    rule: str
    reason: str
    confidence: float | None
    second: str
    is_sure: bool

    def to_json(self) -> dict[str, Any]:
        return {
            "url": self.url,
            "title": self.title,
            "topic": self.topic,
            "confidence": self.confidence,
            "second": self.second,
            "reason": self.reason,
            "rule": self.rule,
            "sure": self.is_sure,
        }


def assign(
    workspace: Workspace,
    settings: Settings,
    name: str,
    *,
    stdin: BinaryIO,
    issues: Path | None,
    now: datetime,
) -> Iterator[Assigned | SourceError]:
    """Where each article of a file of JSON lines belongs, in the order of the lines, and what is
    wrong with each line that is no article.

    ``name`` is the file, ``-`` for standard input. Learned is from the issues of the workspace,
    or from those in ``issues``. Raises UsageError for a file or folder that is not there.
    """
    from digest.topics import Placer
    from digest.topics.guide import Guide

    with ExitStack() as stack:
        file = stdin if name == "-" else stack.enter_context(_open(name))
        taught = _learn(workspace, settings, issues)
        guide = Guide(taught.learned, taught.lessons, settings) if taught else None
        placer = Placer(settings, guide)
        for found in _read(file, name, settings, now):
            yield found if isinstance(found, SourceError) else _place(*found, placer, guide)


def _learn(workspace: Workspace, settings: Settings, issues: Path | None) -> Taught | None:
    from digest.teaching import find_issues, learn_folders, learn_past

    if issues is not None:
        return learn_folders(find_issues(issues), None)
    if not settings.learning.enabled:
        return None
    return learn_past(workspace)


def _open(name: str) -> BinaryIO:
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise UsageError(
            f"cannot be read: {error.strerror}", where=name, fix="name a file of JSON lines, or -"
        ) from error


def _read(
    file: BinaryIO, name: str, settings: Settings, now: datetime
) -> Iterator[tuple[str | None, Article] | SourceError]:
    """Each article with its address as it was written."""
    from digest.config import Source
    from digest.sources.assemble import assemble
    from digest.sources.jsonl import read_lines
    from digest.sources.protocol import Document

    written: list[str | None] = []

    def noted(facts: Iterable[Facts | SourceError]) -> Iterator[Facts | SourceError]:
        for each in facts:
            if not isinstance(each, SourceError):
                written.append(each.url)
            yield each

    shown = "standard input" if name == "-" else name
    lines = read_lines(
        file,
        name=shown,
        timezone=settings.newsletter.timezone,
        max_bytes=settings.gather.max_bytes,
    )
    document = Document(facts=noted(lines), input=shown, holds_many=True)
    for found in assemble(document, spec=Source(path=name), now=now):
        yield found if isinstance(found, SourceError) else (written.pop(), found)


def _place(url: str | None, article: Article, placer: Placer, guide: Guide | None) -> Assigned:
    placement, advice = placer.weigh(article)
    assigned = Assigned(
        url=url,
        title=article.title,
        topic=placement.topic,
        rule=placement.rule,
        reason=placement.reason,
        confidence=placement.confidence,
        second=placement.second or (advice.topic if advice else ""),
        is_sure=placement.rule != "none",
    )
    if assigned.is_sure or advice is None or guide is None:
        return assigned
    return replace(
        assigned,
        topic=advice.topic,
        rule="learned",
        reason=f"unsure; {guide.reason(advice)}",
        confidence=advice.confidence,
        second=advice.second,
    )
