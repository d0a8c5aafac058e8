"""What the lines round a text say of the article, collected."""

from __future__ import annotations

from dataclasses import dataclass, field

from digest.articles.sourceline import SourceLine
from digest.dates.parse import Order
from digest.model.article import When

LABEL_BASIS = "label"


@dataclass(slots=True, kw_only=True)
class Meta:
    """The facts of several lines; the first to speak of a fact keeps it, a label is surest.

    ``undated`` are the reasons why a line that could have dated the article does not. ``order``
    is how the text says that it writes dates in figures. ``bare`` are the authors whose names stand
    without a "by": they may be a paper's.
    """

    published: When | None = None
    updated: When | None = None
    authors: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    agency: str = ""
    source: SourceLine | None = None
    url: str | None = None
    title: str = ""
    summary: str = ""
    language: str = ""
    categories: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)
    order: Order = ""

    def take(self, other: Meta) -> None:
        """Adds what another line says."""
        self.published = self._surer(self.published, other.published)
        self.updated = self.updated or other.updated
        self.authors += [name for name in other.authors if name not in self.authors]
        self.bare += other.bare
        self.agency = self.agency or other.agency
        if other.source and (self.source is None or other.source.rank < self.source.rank):
            self.source = other.source
        self.url = self.url or other.url
        self.title = self.title or other.title
        self.summary = self.summary or other.summary
        self.language = self.language or other.language
        self.categories += [name for name in other.categories if name not in self.categories]
        self.problems += other.problems
        self.undated += other.undated

    @property
    def speaks(self) -> bool:
        """True when the lines name a date, a person, an agency or a source."""
        return bool(
            self.published or self.updated or self.undated or self.authors or self.agency
        ) or (self.source is not None)

    @property
    def is_via(self) -> bool:
        """True when the source is known only by a "via" or a masthead."""
        return self.source is not None and self.source.rank > 1

    def _surer(self, ours: When | None, theirs: When | None) -> When | None:
        if ours is None or theirs is None:
            return ours or theirs
        if ours.basis != LABEL_BASIS and theirs.basis == LABEL_BASIS:
            return theirs
        return ours
