"""What happened on the way: verdicts and sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from digest.model.article import Article, format_instant

SourceStatus = Literal[
    "ok",
    "unchanged",
    "failed",
    "empty",
    "stale",
    "saturated",
    "redirected",
    "gone",
    "blocked",
    "not-a-feed",
    "disabled",
]
_HOUR = timedelta(hours=1)
FAILURES: frozenset[SourceStatus] = frozenset({"failed", "gone", "blocked", "not-a-feed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether an article belongs to a window, and by which rule.

    ``rule`` is a stable word (``in-window``, ``before-the-window``, ``after-the-window``,
    ``rescued-late``, ``undated-first-seen``, ``undated-held``, ``undated-dropped``,
    ``future-held``, ``future-dropped``, ``late-dropped``, ``late-too-old``, ``too-young``,
    ``already-issued``, ``cut-before``, ``held-over``, ``hold-expired``, ``dropped-before``);
    ``reason`` says it to people, ``detail`` names the fact it rests on. ``held`` articles are
    proposed in the section Hold.
    """

    article_id: str
    inside: bool
    rule: str
    reason: str
    clock: Literal["published", "first-seen"] = "published"
    late: bool = False
    held: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An article that is not in the issue, and why."""

    article: Article
    rule: str
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {
            "article": self.article.to_json(),
            "reason": self.reason,
            "rule": self.rule,
            "via": self.article.via,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What one source did in this run; without ``asked`` no request was made, only said why.

    ``new`` counts the articles that no run saw before, ``listed`` the further sources that it
    named. ``failures_in_a_row`` began at ``failing_since``; ``usual_interval`` is the median time
    between its entries. None is for what this run cannot know.
    """

    name: str
    url: str
    status: SourceStatus
    detail: str = ""
    articles: int = 0
    http_status: int | None = None
    bytes_received: int = 0
    seconds: float = 0.0
    failures_in_a_row: int = 0
    retry_at: datetime | None = None
    new: int | None = None
    listed: int = 0
    last_success: datetime | None = None
    failing_since: datetime | None = None
    usual_interval: timedelta | None = None
    asked: bool = True

    @property
    def failed(self) -> bool:
        """True when articles may be missing."""
        return self.status in FAILURES

    @property
    def at_fault(self) -> bool:
        """True when it failed by itself: what was not asked, as its host rests, did not."""
        return self.failed and (self.asked or self.status == "gone")

    def __str__(self) -> str:
        detail = self.detail or self.status
        return detail if detail.startswith(f"{self.name}: ") else f"{self.name}: {detail}"

    def to_json(self) -> dict[str, Any]:
        """The object of CONTRACT §5; times of a run are left out, so that output repeats."""
        return {
            "name": self.name,
            "url": self.url,
            "status": self.status,
            "detail": self.detail,
            "articles": self.articles,
        }

    def to_json_whole(self) -> dict[str, Any]:
        """That object with all else that is known, for `digest gather --json`."""
        usual = self.usual_interval
        return self.to_json() | {
            "new": self.new,
            "last_success": _written(self.last_success),
            "failures_in_a_row": self.failures_in_a_row,
            "failing_since": _written(self.failing_since),
            "usual_interval_hours": None if usual is None else round(usual / _HOUR, 2),
            "http_status": self.http_status,
            "bytes_received": self.bytes_received,
            "retry_at": _written(self.retry_at),
        }


def _written(instant: datetime | None) -> str | None:
    return None if instant is None else format_instant(instant)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSource:
    """A source that another one lists (OPML): the settings do not name it.

    ``via`` is what its articles carry; ``topic`` is its folder, or what the settings say of
    the list; ``max`` bounds its items per issue, ``weight`` ranks them. ``listed_by`` is the
    label of the source in the settings.
    """

    via: str
    listed_by: str = ""
    topic: str = ""
    max: int | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Everything that the sources offered, and what each did.

    Each article is there once; ``repeats`` are (article id, source label) of the others that
    offered it too. ``number`` is how many articles there were, also where they are not held.
    """

    articles: tuple[Article, ...]
    reports: tuple[SourceReport, ...]
    listed: tuple[ListedSource, ...] = ()
    repeats: tuple[tuple[str, str], ...] = ()
    number: int = 0
