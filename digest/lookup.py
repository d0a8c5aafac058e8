"""What is asked is looked up: in the database, where there is one, and in the issues.

The names that issues give to articles say which of them are worth opening
(:mod:`digest.issue.naming`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from digest.issue.mentions import Mention, Named, find_mentions
from digest.memory import read_files, recall_names
from digest.question import Question
from digest.state.judged import Judged, SeenArticle
from digest.workspace import IssueFolder

if TYPE_CHECKING:
    import sqlite3

TOLD_AT_MOST = 20
"""So many of the articles that match are told of; the others are counted."""
ENOUGH = 100
"""With so many matches the issues are searched no further for others."""
NEAREST = 3
LEAST_PART = 4
"""Characters; fewer are a part of too many addresses."""
FAR_PAST = datetime.min.replace(tzinfo=UTC)


class Issues:
    """The issues of a workspace, with the names that they give to articles, read once."""

    def __init__(
        self, folders: Sequence[IssueFolder], connection: sqlite3.Connection | None
    ) -> None:
        self.folders = folders
        self._connection = connection
        self._names: list[tuple[IssueFolder, str]] | None = None

    def names(self) -> list[tuple[IssueFolder, str]]:
        """Every issue with the names that it gives to articles, the newest first."""
        if self._names is None:
            self._names = list(recall_names(self.folders, self._connection))[::-1]
        return self._names

    def give(self, name: str) -> bool:
        """Whether an issue gives exactly this name to an article."""
        line = f"\n{name.casefold()}\n"
        return any(line in f"\n{names}\n" for _, names in self.names())


@dataclass(slots=True)
class Found:
    """What has been found of one article so far."""

    named: Named | None = None
    seen: SeenArticle | None = None
    mentions: list[Mention] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.seen.title if self.seen else self.named.title if self.named else ""


class Search:
    def __init__(
        self,
        question: Question,
        judged: Judged | None,
        issues: Issues,
    ) -> None:
        self._question = question
        self._judged = judged
        self._issues = issues
        self._problems: list[str] = []
        self._known: dict[str, Found] = {}
        # Other addresses of articles, with the keys that they are known by.
        self._moved: dict[str, str] = {}
        # Matches that are only counted.
        self._untold = 0

    def run(self) -> None:
        """Looks for what is asked; :attr:`found` has it then."""
        self._ask_database()
        # An article that one issue names as asked may have another title in the next.
        read = set(self._known)
        self._read_issues(read)
        fresh = set(self._known) - read
        if 0 < len(fresh) <= TOLD_AT_MOST:
            self._look_up(fresh)
            self._read_issues(fresh, only=True)

    @property
    def found(self) -> list[tuple[str, Found]]:
        """The likeliest articles, each with its key."""
        order = sorted(self._known, key=self._likeness)
        return [(key, self._known[key]) for key in order[:TOLD_AT_MOST]]

    @property
    def total(self) -> int:
        """How many articles match, those included that are only counted."""
        return len(self._known) + self._untold

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read."""
        return tuple(dict.fromkeys(self._problems))

    def _ask_database(self) -> None:
        if self._judged is None:
            return
        seen = self._judged.find(self._question.ids())
        if not seen:
            called = self._judged.find_called(self._question.text)
            called |= self._judged.find_called(self._question.path)
            # A file may hold thousands: the newest are told of.
            newest = self._judged.newest(called)
            self._untold = max(len(newest) - TOLD_AT_MOST, 0)
            seen = self._judged.find(newest[:TOLD_AT_MOST])
        if seen:
            # By its very name, so the words of it are nobody's title.
            self._question = replace(self._question, words=())
        else:
            seen = self._judged.find(self._titled(self._judged))
        self._take(seen[:TOLD_AT_MOST])

    def _titled(self, judged: Judged) -> set[str]:
        """Ids of the likeliest of all articles whose titles have the words."""
        question = self._question
        if not question.words:
            return set()
        # The newest first: sorting keeps the order of equals.
        rows = sorted(
            (row for row in judged.titles(*question.parts()[:2]) if question.is_title(row[1])),
            key=lambda row: (row[2], row[0]),
            reverse=True,
        )
        likeliest = sorted(rows, key=lambda row: question.likeness(row[1]))
        found = dict.fromkeys(row[0] for row in likeliest)
        self._untold = max(len(found) - TOLD_AT_MOST, 0)
        return set(list(found)[:TOLD_AT_MOST])

    def _look_up(self, keys: Iterable[str]) -> None:
        """What the database knows of articles that the issues name."""
        if self._judged is not None:
            named = [self._known[key].named for key in keys]
            self._take(self._judged.find(entry.id for entry in named if entry is not None))

    def _take(self, found: Iterable[SeenArticle]) -> None:
        for seen in found:
            key = seen.url or f"digest:{seen.id}"
            self._known.setdefault(key, Found()).seen = seen
            self._moved.update((url, key) for url in seen.also_at)

    def _read_issues(self, keys: set[str], *, only: bool = False) -> None:
        """What the issues say of the articles with these keys, and of those that are asked for."""
        named = sorted(keys)[:TOLD_AT_MOST]
        named += [url for url, key in sorted(self._moved.items()) if key in keys]
        parts = [key.removeprefix("digest:").casefold() for key in named]

        def wanted(entry: Named) -> bool:
            key = self._moved.get(entry.key, entry.key)
            return key in keys or (not only and self._asks_for(entry))

        for folder, names in self._issues.names():
            # With more matches than are told, the issues have none to add.
            only = only or self._untold > 0 or len(self._known) > ENOUGH
            if not (
                any(part in names for part in parts)
                or (not only and self._question.may_be_in(names))
            ):
                continue
            mentions, problems = find_mentions(folder.slug, *read_files(folder), wanted)
            self._problems += problems
            for mention in mentions:
                key = self._moved.get(mention.named.key, mention.named.key)
                known = self._known.setdefault(key, Found())
                known.named = known.named if known.named and known.named.article else mention.named
                others = [one for one in known.mentions if one.slug == mention.slug]
                if all(other.fate == "left-out" for other in others):
                    known.mentions = [one for one in known.mentions if one not in others]
                    known.mentions.append(mention)

    def _asks_for(self, entry: Named) -> bool:
        return self._question.names(
            key=entry.key,
            title=entry.title,
            url=entry.url,
            article_id=entry.id,
            source=entry.input,
            signs=entry.signs,
        )

    def _likeness(self, key: str) -> tuple[int, float, str]:
        """The whole title first, then whole words, then the rest; of equals the newer first."""
        known = self._known[key]
        first_seen = known.seen.first_seen if known.seen else first_seen_in(known.named)
        age = -(first_seen or FAR_PAST).timestamp() if first_seen else 0.0
        return self._question.likeness(known.title), age, key

    def nearest(self) -> tuple[str, ...]:
        """The titles that come nearest to what was asked; for a part of an address, those
        articles that have it."""
        text = self._question.text
        if self._judged and len(text) >= LEAST_PART and not any(map(str.isspace, text)):
            rows = self._judged.find_at(text.removeprefix("https://"), at_most=NEAREST)
            if rows:
                return tuple(f"{title}, {url}" for title, url in rows)
        titles = {row[1] for row in self._judged.titles()} if self._judged else set()
        for folder in self._issues.folders if not titles else ():
            mentions, _ = find_mentions(folder.slug, *read_files(folder), lambda _: True)
            titles.update(mention.named.title for mention in mentions)
        return self._question.nearest(titles, at_most=NEAREST)


def first_seen_in(named: Named | None) -> datetime | None:
    """When digest first saw an article, as an issue's lock has it."""
    text = named.article.get("first_seen") if named else None
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
