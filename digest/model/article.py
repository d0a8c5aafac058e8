"""What every input becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from digest.model.candidate import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A date that an input states, never completed.

    ``value`` is a date where the input gives a day alone, else an aware instant that keeps
    the offset the input wrote. ``raw`` is the text as found, ``basis`` the evidence
    (``feed:published``, ``dateline``, …). ``zone_known`` is false when the input gave a time
    without a zone, which was then read in the newsletter's zone.
    """

    value: datetime | date
    raw: str
    basis: str
    zone_known: bool = True

    @property
    def is_date(self) -> bool:
        """True when only the day is known."""
        return not isinstance(self.value, datetime)

    def isoformat(self) -> str:
        """ISO 8601, a date alone as a date."""
        return self.value.isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A name and, where there is one, its address."""

    name: str
    url: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "url": self.url}


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An article's own picture; sizes in CSS pixels where the input states them."""

    url: str
    alt: str = ""
    width_px: int | None = None
    height_px: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "url": self.url,
            "alt": self.alt,
            "width_px": self.width_px,
            "height_px": self.height_px,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article, with where each fact came from.

    ``title``, ``summary`` and ``text`` are plain text in NFC. ``summary`` is the input's own
    dek, standfirst or description, and empty when there is none. ``url`` is canonical, None
    when the article has no page of its own. ``first_seen`` is digest's clock, never the
    input's. ``via`` names the configured source, ``source`` the publisher, ``origin`` the news
    agency whose text it is ("" where none is named). ``candidates`` is what was weighed for the
    facts, for runs that were asked to explain themselves; it is never kept. ``kept`` is when its
    reader put it into a list of bookmarks: then ``first_seen`` is not later. ``guid`` is the
    identifier that a feed gave, for identity only.
    """

    id: str
    title: str
    first_seen: datetime
    source: Link
    input: str
    summary: str = ""
    text: str = ""
    url: str | None = None
    published: When | None = None
    updated: When | None = None
    via: str = ""
    guid: str | None = None
    authors: tuple[str, ...] = ()
    language: str = ""
    words: int = 0
    image: Image | None = None
    categories: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    origin: str = ""
    kept: datetime | None = None
    candidates: tuple[Candidate, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The object of CONTRACT §3, field for field, and ``origin`` where there is one.

        Only there, so that an issue.lock of articles without an agency stays as it was.
        """
        return {
            "id": self.id,
            "title": self.title,
            "summary": self.summary,
            "url": self.url,
            "published": self.published.isoformat() if self.published else None,
            "published_basis": self.published.basis if self.published else None,
            "first_seen": format_instant(self.first_seen),
            "source": self.source.to_json(),
            "authors": list(self.authors),
            "language": self.language,
            "words": self.words,
            "image": self.image.to_json() if self.image else None,
            "input": self.input,
            "problems": list(self.problems),
            **({"origin": self.origin} if self.origin else {}),
        }


def parse_article(content: Mapping[str, Any], *, via: str) -> Article:
    """The article that :meth:`Article.to_json` wrote; its text is not in there.

    Raises ValueError, TypeError or KeyError for anything else.
    """
    stated, image = content["published"], content["image"]
    value: datetime | date | None = None
    if stated:
        is_day = len(stated) <= len("2025-04-28")
        value = date.fromisoformat(stated) if is_day else datetime.fromisoformat(stated)
    return Article(
        id=content["id"],
        title=content["title"],
        summary=content["summary"],
        url=content["url"],
        published=When(value=value, raw=stated, basis=content["published_basis"])
        if value
        else None,
        first_seen=datetime.fromisoformat(content["first_seen"]),
        source=Link(name=content["source"]["name"], url=content["source"]["url"]),
        via=via,
        origin=content.get("origin", ""),
        authors=tuple(content["authors"]),
        language=content["language"],
        words=content["words"],
        image=Image(**image) if image else None,
        input=content["input"],
        problems=tuple(content["problems"]),
    )


def format_instant(instant: datetime) -> str:
    """An instant in UTC as ``2025-04-28T07:00:00Z``."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def article_key(article: Article) -> str:
    """An article's identity in issue.md: its address, or its id where it has no page."""
    return article.url or f"digest:{article.id}"
