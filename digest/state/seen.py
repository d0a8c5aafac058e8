"""When digest first saw each article, and how each source has fared."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.model.article import Article, format_instant
from digest.names import signs_of
from digest.state.database import transaction
from digest.state.redated import as_first_dated

_BATCH = 500
_PARTS = 16
_RECORDS = (
    "SELECT name, url, status, detail, tried_at, first_success, last_success,"
    " last_count, failures_in_a_row, failing_since, usual_seconds FROM source"
)
OFFERED_TO = timedelta(days=30)
"""When an article was last offered is written anew no oftener: who asks has years in mind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """What is kept of a source, by its name.

    ``status`` and ``detail`` are what it did when it was last read, at ``tried_at``; ``articles``
    is what it gave at ``last_success``. ``failing_since`` is the first of the failures in a row,
    ``usual_interval`` the median time between its entries; None for what is not known.
    """

    name: str
    url: str = ""
    status: str = ""
    detail: str = ""
    tried_at: datetime | None = None
    first_success: datetime | None = None
    last_success: datetime | None = None
    articles: int = 0
    failures_in_a_row: int = 0
    failing_since: datetime | None = None
    usual_interval: timedelta | None = None


class Seen:
    """First-seen times by article id, and successes and failures by source name.

    A first-seen time is written once and never changed; it is digest's own clock. An article
    that comes back under another address keeps its own: it has the same source, title and
    date, and the same guid where the title is short.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.newly_seen: set[str] = set()
        """Ids of articles that the last :meth:`stamp` was the first to meet, under any name."""
        self.offered_at: dict[str, str] = {}
        """By id, when an article of the last :meth:`stamp` or one of its names was last offered
        by what is written: the earliest instant of them."""

    @contextlib.contextmanager
    def batch(self) -> Iterator[None]:
        """Makes the notes inside one transaction, written all or none."""
        with transaction(self._connection):
            yield

    def stamp(self, articles: Sequence[Article], now: datetime) -> list[Article]:
        """The articles with their first-seen times; those never met before get ``now``,
        or when their reader put them into his bookmarks."""
        self.newly_seen = set()
        stale: dict[str, list[str]] = {"article": [], "entry": []}
        written, offered_before = format_instant(now), format_instant(now - OFFERED_TO)
        offered: dict[str, str] = {}
        known = self._find_known(
            [article.id for article in articles], stale["article"], offered_before, offered
        )
        names = _lasting_names(articles)
        entries = self._find_known(
            [name for of_one in names.values() for name in of_one],
            stale["entry"],
            offered_before,
            offered,
            table="entry",
            key="name",
        )
        self.offered_at = {
            key: min(offered.get(name, written) for name in (key, *of_one))
            for key, of_one in names.items()
        }
        stamped = []
        for article in articles:
            met_as = [entries[name] for name in names[article.id] if name in entries]
            if article.id not in known and not met_as:
                self.newly_seen.add(article.id)
            stamped.append(_stamped(article, known.get(article.id), met_as, now))
        fresh = {article.id: article for article in stamped if article.id not in known}
        fresh_names: dict[str, datetime] = {}
        for article in stamped:
            for name in names[article.id]:
                if name not in entries:
                    met = fresh_names.setdefault(name, article.first_seen)
                    fresh_names[name] = min(met, article.first_seen)
        if fresh or fresh_names or any(stale.values()):
            self._remember(fresh, fresh_names, stale, now)
        return as_first_dated(self._connection, stamped, now)

    def look_up(
        self, articles: Callable[[], Iterable[Article]], now: datetime
    ) -> Iterator[Article]:
        """The articles, each given once, as :meth:`stamp` would give them, one after another.

        Nothing is noted, and little held: they are asked for twice where any are known, first for
        names that several of them have.
        """
        has_names = self._connection.execute("SELECT EXISTS (SELECT 1 FROM entry)").fetchone()[0]
        shared = self._shared_names(articles()) if has_names else set()
        for batch in _batched(articles()):
            known = self._find_known([article.id for article in batch])
            names = {
                article.id: signs_of(article).lasting_names() if has_names else ()
                for article in batch
            }
            entries = self._find_names(names.values())
            stamped = []
            for article in batch:
                met_as = [
                    entries[name]
                    for name in names[article.id]
                    if name in entries and _number(name) not in shared
                ]
                stamped.append(_stamped(article, known.get(article.id), met_as, now))
            yield from as_first_dated(self._connection, stamped, now)

    def _shared_names(self, articles: Iterable[Article]) -> set[int]:
        """Those of the known names that several articles have, as numbers."""
        met = array("Q")
        for batch in _batched(articles):
            names = [signs_of(article).lasting_names() for article in batch]
            entries = self._find_names(names)
            met.extend(_number(name) for of_one in names for name in of_one if name in entries)
        return find_repeated(met)

    def _find_names(self, names: Iterable[Sequence[str]]) -> dict[str, datetime]:
        wanted = [name for of_one in names for name in of_one]
        return self._find_known(wanted, table="entry", key="name")

    def first_seen(self, article_id: str) -> datetime | None:
        """When an article was first seen; None when it never was."""
        return self._find_known([article_id]).get(article_id)

    def note_success(self, source: str, now: datetime, articles: int = 0) -> None:
        """Notes that a source gave that many articles."""
        instant = format_instant(now)
        self._connection.execute(
            "INSERT INTO source (name, first_success, last_success, last_count)"
            " VALUES (?, ?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET last_success = excluded.last_success,"
            " first_success = coalesce(source.first_success, excluded.first_success),"
            " last_count = excluded.last_count, failures_in_a_row = 0, last_error = '',"
            " failing_since = NULL",
            (source, instant, instant, articles),
        )

    def note_failure(self, source: str, error: str, now: datetime | None = None) -> int:
        """Notes that a source failed; gives the number of failures in a row."""
        instant = format_instant(now) if now is not None else None
        row = self._connection.execute(
            "INSERT INTO source (name, failures_in_a_row, last_error, failing_since)"
            " VALUES (?, 1, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET last_error = excluded.last_error,"
            " failing_since = coalesce(source.failing_since, excluded.failing_since),"
            " failures_in_a_row = source.failures_in_a_row + 1 RETURNING failures_in_a_row",
            (source, error, instant),
        ).fetchone()
        return int(row[0])

    def note_visit(
        self,
        source: str,
        now: datetime,
        *,
        url: str,
        status: str,
        detail: str,
        usual_interval: timedelta | None = None,
    ) -> None:
        """Notes what a source did just now; an interval that cannot be told leaves the earlier."""
        usual = round(usual_interval.total_seconds()) if usual_interval else None
        self._connection.execute(
            "INSERT INTO source (name, url, status, detail, tried_at, usual_seconds)"
            " VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET url = excluded.url, status = excluded.status,"
            " detail = excluded.detail, tried_at = excluded.tried_at,"
            " usual_seconds = coalesce(excluded.usual_seconds, source.usual_seconds)",
            (source, url, status, detail, format_instant(now), usual),
        )

    def rename(self, source: str, name: str) -> None:
        """Gives what is known of a source to another name, unless that has a record already."""
        self._connection.execute(
            "UPDATE OR IGNORE source SET name = ? WHERE name = ?", (name, source)
        )

    def records(self, names: Sequence[str] | None = None) -> dict[str, SourceRecord]:
        """What is kept of the sources of these names, of every source ever read without them, by
        name."""
        if names is not None:
            found: dict[str, SourceRecord] = {}
            for batch in _batches(names):
                found |= self._records(f"WHERE name IN ({','.join('?' * len(batch))})", batch)
            return found
        return self._records("ORDER BY name", ())

    def _records(self, which: str, values: Sequence[str]) -> dict[str, SourceRecord]:
        return {
            row[0]: SourceRecord(
                name=row[0],
                url=row[1],
                status=row[2],
                detail=row[3],
                tried_at=_instant(row[4]),
                first_success=_instant(row[5]),
                last_success=_instant(row[6]),
                articles=row[7],
                failures_in_a_row=row[8],
                failing_since=_instant(row[9]),
                usual_interval=None if row[10] is None else timedelta(seconds=row[10]),
            )
            for row in self._connection.execute(f"{_RECORDS} {which}", values)
        }

    def known_since(self) -> dict[str, datetime]:
        """When each source first succeeded, by name."""
        rows = self._connection.execute(
            "SELECT name, first_success FROM source WHERE first_success IS NOT NULL ORDER BY name"
        )
        return {name: datetime.fromisoformat(first_success) for name, first_success in rows}

    def failures_in_a_row(self, source: str) -> int:
        """How often a source has failed since it last succeeded."""
        row = self._connection.execute(
            "SELECT failures_in_a_row FROM source WHERE name = ?", (source,)
        ).fetchone()
        return int(row[0]) if row else 0

    def _find_known(
        self,
        ids: Sequence[str],
        stale: list[str] | None = None,
        offered_before: str = "",
        offered: dict[str, str] | None = None,
        *,
        table: str = "article",
        key: str = "id",
    ) -> dict[str, datetime]:
        """First-seen times by key; ``stale`` takes the keys last offered before that instant,
        ``offered`` of the others when."""
        known: dict[str, datetime] = {}
        # Many articles share an instant: all that one run met.
        instants: dict[str, datetime] = {}
        for batch in _batches(ids):
            marks = ",".join("?" * len(batch))
            for article_id, text, offered_at in self._connection.execute(
                f"SELECT {key}, first_seen, offered_at FROM {table} WHERE {key} IN ({marks})",  # noqa: S608 - names of ours and marks only
                batch,
            ):
                if text not in instants:
                    instants[text] = datetime.fromisoformat(text)
                known[article_id] = instants[text]
                if stale is not None and (offered_at or "") < offered_before:
                    stale.append(article_id)
                elif offered is not None:
                    offered[article_id] = offered_at
        return known

    def _remember(
        self,
        fresh: dict[str, Article],
        names: dict[str, datetime],
        stale: dict[str, list[str]],
        now: datetime,
    ) -> None:
        # Most of them share one instant: this run's.
        met = {article.first_seen for article in fresh.values()} | set(names.values())
        written = {instant: format_instant(instant) for instant in met}
        offered_at = format_instant(now)
        with transaction(self._connection):
            self._connection.executemany(
                "INSERT OR IGNORE INTO article (id, first_seen, via, url, title, published,"
                " offered_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        article.id,
                        written[article.first_seen],
                        article.via,
                        article.url,
                        article.title,
                        article.published.isoformat() if article.published else None,
                        offered_at,
                    )
                    # In the order of the keys, so that the tree grows at its end.
                    for _, article in sorted(fresh.items())
                ),
            )
            self._connection.executemany(
                "INSERT OR IGNORE INTO entry (name, first_seen, offered_at) VALUES (?, ?, ?)",
                ((name, written[instant], offered_at) for name, instant in sorted(names.items())),
            )
            for table, key in (("article", "id"), ("entry", "name")):
                self._connection.executemany(
                    f"UPDATE {table} SET offered_at = ? WHERE {key} = ?",  # noqa: S608 - names of ours
                    ((offered_at, each) for each in sorted(set(stale[table]))),
                )


def _lasting_names(articles: Sequence[Article]) -> dict[str, list[str]]:
    """Names by article id, without those that several of the articles have."""
    names = {article.id: signs_of(article).lasting_names() for article in articles}
    counted = Counter(name for of_one in names.values() for name in of_one)
    return {key: [name for name in of_one if counted[name] == 1] for key, of_one in names.items()}


def find_repeated(numbers: Sequence[int]) -> set[int]:
    """Those that are there more than once. Asked part by part: the numbers of an array take five
    times its memory while they are sorted."""
    found: set[int] = set()
    for part in range(_PARTS):
        some = sorted(number for number in numbers if number % _PARTS == part)
        found.update(one for one, other in itertools.pairwise(some) if one == other)
    return found


def _stamped(
    article: Article, known: datetime | None, met_as: Sequence[datetime], now: datetime
) -> Article:
    """The article with the time of its first meeting, under its id or another name, or ``now``."""
    own = min(now, article.kept) if article.kept else now
    first_seen = known or min(met_as, default=own)
    if article.first_seen == first_seen:
        return article
    return dataclasses.replace(article, first_seen=first_seen)


def _number(name: str) -> int:
    """A name as a number, a tenth of the memory: all names end in a hash."""
    return int(name.rpartition(":")[2], 16)


def _batched(articles: Iterable[Article]) -> Iterator[list[Article]]:
    waiting = iter(articles)
    while batch := list(itertools.islice(waiting, _BATCH)):
        yield batch


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _batches(ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _BATCH):
        yield list(ids[start : start + _BATCH])
