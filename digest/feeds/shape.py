"""What a reader of one format says about the feed itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from digest.model import Link, When
from digest.urls import host_label

Kind = Literal["rss", "rdf", "atom", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHead:
    """The claims of a feed about itself; none of its dates is ever an entry's."""

    kind: Kind
    title: str = ""
    home_url: str | None = None
    language: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    id: str = ""
    published: When | None = None
    updated: When | None = None
    problems: tuple[str, ...] = ()

    def publisher(self, url: str) -> Link | None:
        """Who publishes the entries that name nobody else: the feed's title, or its host."""
        name = self.title or host_label(self.home_url or url)
        return Link(name=name, url=self.home_url) if name else None
