"""What one item of a past issue teaches: where the editor left it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Fate = Literal["moved", "printed", "untouched", "cut"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastItem:
    """One item of a past issue, as far as its issue.md and issue.lock tell.

    ``key`` is its identity there, ``heading`` the section in which the editor left it (of what
    was cut: where digest had proposed it). ``fate``: ``moved`` to another section by hand;
    ``printed`` because the editor put it in, or digest had proposed nothing; ``untouched`` where
    digest had put it; ``cut``. ``ruled``: digest had put it there by a rule, not by what it had
    learned. ``printed`` is its title as the editor has it, where that is not ``title``, the
    article's own. What neither file tells is empty.
    """

    key: str
    heading: str
    fate: Fate
    title: str
    url: str = ""
    summary: str = ""
    source: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    printed: str = ""
    ruled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLesson:
    """One past issue: its items in the order of the document, what was cut after them.

    ``ends`` is when its window ends, None where nothing tells. ``renamed`` goes from a heading
    as digest proposed it to what the editor made of it.
    """

    slug: str
    items: tuple[PastItem, ...]
    ends: datetime | None = None
    renamed: tuple[tuple[str, str], ...] = ()
