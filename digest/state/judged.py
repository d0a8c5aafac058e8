"""What the last runs made of each article: the window, the rule and the reason."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from digest.model import Window
from digest.model.article import Article, format_instant
from digest.model.rules import ECHOES
from digest.state.database import transaction

_AT_ONCE = 500
"""Values in one statement; SQLite before 3.32 took no more than 999."""

# How digest.window words it in its reasons.
_NO_ZONE = "date without a zone"
_COLUMNS = (
    "a.id, a.first_seen, a.via, a.url, coalesce(j.title, a.title), coalesce(j.published,"
    " a.published), j.basis, j.guid, j.input, j.source, j.source_url, j.rule, j.reason,"
    " r.slug, r.start, r.end, r.timezone, r.judged_at, j.own_rule, j.own_reason,"
    " o.slug, o.start, o.end, o.timezone, o.judged_at"
)
_FROM = (
    " FROM article a LEFT JOIN judged j ON j.id = a.id"
    " LEFT JOIN run r ON r.number = j.run LEFT JOIN run o ON o.number = j.own_run"
)
_UPSERT = (
    "INSERT INTO judged (id, run, rule, reason, own_run, own_rule, own_reason, title, published,"
    " basis, guid, input, source, source_url) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET run = excluded.run, rule = excluded.rule,"
    " reason = excluded.reason, own_run = coalesce(excluded.own_run, own_run),"
    " own_rule = coalesce(excluded.own_rule, own_rule),"
    " own_reason = coalesce(excluded.own_reason, own_reason), title = excluded.title,"
    " published = excluded.published, basis = excluded.basis, guid = excluded.guid,"
    " input = excluded.input, source = excluded.source, source_url = excluded.source_url"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What one run said of an article; ``slug`` names the issue that it composed."""

    slug: str
    start: datetime
    end: datetime
    timezone: str
    judged_at: datetime
    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenArticle:
    """What the database knows of an article.

    ``also_at`` are other addresses that it came under. ``published`` is a date as the input
    gave it, in ISO 8601. ``last`` is the latest ruling,
    None for an article that was seen and never judged. ``own`` is the latest one that was more
    than an echo of an earlier decision.
    """

    id: str
    first_seen: datetime
    via: tuple[str, ...]
    url: str | None
    also_at: tuple[str, ...]
    title: str
    published: str | None
    basis: str | None
    guid: str | None
    input: str | None
    source: str
    source_url: str | None
    last: Ruling | None
    own: Ruling | None


class Dated(NamedTuple):
    """An article's dates, in ISO 8601; ``zone_known`` is false where a run said that the input
    gave a time without a zone."""

    id: str
    url: str | None
    via: str
    published: str | None
    first_seen: str
    zone_known: bool


class Judged:
    """Rulings by article id; each run's window is kept once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def keep(
        self,
        rulings: Iterable[tuple[Article, str, str]],
        *,
        slug: str,
        window: Window,
        now: datetime,
        repeats: Sequence[tuple[str, str]] = (),
        moved: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Keeps what a run said: (article, rule, reason) of every article that it judged.

        ``repeats`` are (article id, source label): who else offered it. ``moved`` are (id, known
        id) of articles that came back under another address.
        """
        with transaction(self._connection):
            run = self._run(slug, window, now)
            # In the order of the keys, as the tree lies.
            ordered = sorted(rulings, key=lambda each: each[0].id)
            self._connection.executemany(_UPSERT, (_row(run, *each) for each in ordered))
            first_titles = dict(self._connection.execute("SELECT id, title FROM article"))
            self._connection.executemany(
                "INSERT OR REPLACE INTO later_title (id, title) VALUES (?, ?)",
                (
                    (article.id, article.title)
                    for article, _, _ in ordered
                    if first_titles.get(article.id, article.title) != article.title
                ),
            )
            self._connection.executemany(
                "INSERT OR IGNORE INTO offer (id, via) VALUES (?, ?)", sorted(set(repeats))
            )
            # What goes by its own name again is not moved any more.
            names = {each[0].id for each in ordered}.difference(one for one, _ in moved)
            stale = self._connection.execute("SELECT id FROM moved").fetchall()
            self._connection.executemany(
                "DELETE FROM moved WHERE id = ?", [row for row in stale if row[0] in names]
            )
            self._connection.executemany(
                "INSERT OR REPLACE INTO moved (id, known_id) VALUES (?, ?)", sorted(set(moved))
            )

    def titles(self, part: str = "", other: str = "") -> Iterator[tuple[str, str, str]]:
        """(id, title, first seen) of every article ever seen, in no order.

        With ``part`` and ``other``, ASCII in lower case, only titles that hold both.
        """
        yield from self._connection.execute(
            "SELECT id, title, first_seen FROM article"
            " WHERE instr(lower(title), ?) AND instr(lower(title), ?)",
            (part, other),
        )
        yield from self._connection.execute(
            "SELECT l.id, l.title, a.first_seen FROM later_title l JOIN article a ON a.id = l.id"
            " WHERE instr(lower(l.title), ?) AND instr(lower(l.title), ?)",
            (part, other),
        )

    def dates(self) -> Iterator[Dated]:
        """Every article ever seen under its own address, with what tells when it counts."""
        for article_id, url, via, published, first_seen, reason in self._connection.execute(
            "SELECT a.id, a.url, a.via, coalesce(j.published, a.published), a.first_seen, j.reason"
            " FROM article a LEFT JOIN judged j ON j.id = a.id"
            " WHERE a.id NOT IN (SELECT id FROM moved)"
        ):
            yield Dated(article_id, url, via, published, first_seen, _NO_ZONE not in (reason or ""))

    def find_called(self, name: str) -> set[str]:
        """Ids of articles whose guid or input is ``name``, or that a file ``name`` holds."""
        rows = self._connection.execute(
            "SELECT id FROM judged WHERE guid = ? OR input = ? OR (input >= ? AND input < ?)",
            (name, name, f"{name}#", f"{name}$"),
        )
        return {row[0] for row in rows}

    def find_at(self, part: str, *, at_most: int) -> list[tuple[str, str]]:
        """(title, address) of articles whose address has the part, the newest first."""
        return self._connection.execute(
            "SELECT title, url FROM article WHERE instr(lower(url), lower(?))"
            " ORDER BY first_seen DESC, id LIMIT ?",
            (part, at_most),
        ).fetchall()

    def newest(self, ids: Iterable[str]) -> list[str]:
        """Those of the ids that are known, each as :meth:`find` gives it, the last seen first."""
        known: dict[str, datetime] = {}
        asked = sorted(set(ids))
        for at in range(0, len(asked), _AT_ONCE):
            some = asked[at : at + _AT_ONCE]
            rows = self._connection.execute(
                "SELECT a.id, a.first_seen FROM article a WHERE a.id IN"  # noqa: S608 - marks alone
                " (SELECT coalesce(m.known_id, b.column1)"
                f" FROM (VALUES {', '.join(['(?)'] * len(some))}) b"
                " LEFT JOIN moved m ON m.id = b.column1)",
                some,
            )
            known.update((row[0], datetime.fromisoformat(row[1])) for row in rows)
        return sorted(known, key=lambda one: (known[one], one), reverse=True)

    def find(self, ids: Iterable[str]) -> list[SeenArticle]:
        """What is known of the articles with these ids, by id; of one that came back under
        another address, under the id that it is known by."""
        found = []
        for article_id in sorted({self._known_id(article_id) for article_id in ids}):
            row = self._connection.execute(
                f"SELECT {_COLUMNS}{_FROM} WHERE a.id = ?", (article_id,)
            ).fetchone()
            if row is not None:
                others = self._connection.execute(
                    "SELECT via FROM offer WHERE id = ? ORDER BY via", (article_id,)
                )
                addresses = self._connection.execute(
                    "SELECT a.url FROM moved m JOIN article a ON a.id = m.id"
                    " WHERE m.known_id = ? AND a.url IS NOT NULL ORDER BY a.url",
                    (article_id,),
                )
                found.append(_seen(row, [via for (via,) in others], [url for (url,) in addresses]))
        return found

    def _known_id(self, article_id: str) -> str:
        row = self._connection.execute(
            "SELECT known_id FROM moved WHERE id = ?", (article_id,)
        ).fetchone()
        return str(row[0]) if row else article_id

    def _run(self, slug: str, window: Window, now: datetime) -> int:
        row = self._connection.execute(
            "INSERT INTO run (slug, start, end, timezone, judged_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (slug, start, end, timezone) DO UPDATE SET judged_at ="
            " excluded.judged_at RETURNING number",
            (
                slug,
                window.start.isoformat(),
                window.end.isoformat(),
                window.timezone,
                format_instant(now),
            ),
        ).fetchone()
        return int(row[0])


def _row(run: int, article: Article, rule: str, reason: str) -> tuple[object, ...]:
    own = (None, None, None) if rule in ECHOES else (run, rule, reason)
    published = article.published
    return (
        article.id,
        run,
        rule,
        reason,
        *own,
        article.title,
        published.isoformat() if published else None,
        published.basis if published else None,
        article.guid,
        article.input,
        article.source.name,
        article.source.url,
    )


def _seen(row: tuple[str, ...], others: list[str], addresses: list[str]) -> SeenArticle:
    article_id, first_seen, via, url, title, published, basis, guid, source_input = row[:9]
    source, source_url, rule, reason = row[9:13]
    own_rule, own_reason = row[18:20]
    return SeenArticle(
        id=article_id,
        first_seen=datetime.fromisoformat(first_seen),
        via=(via, *(other for other in others if other != via)),
        url=url,
        also_at=tuple(addresses),
        title=title,
        published=published,
        basis=basis,
        guid=guid,
        input=source_input,
        source=source or "",
        source_url=source_url,
        last=_ruling(rule, reason, row[13:18]),
        own=_ruling(own_rule, own_reason, row[20:25]),
    )


def _ruling(rule: str | None, reason: str, run: tuple[str, ...]) -> Ruling | None:
    if rule is None or run[0] is None:
        return None
    slug, start, end, timezone, judged_at = run
    return Ruling(
        slug=slug,
        start=datetime.fromisoformat(start),
        end=datetime.fromisoformat(end),
        timezone=timezone,
        judged_at=datetime.fromisoformat(judged_at),
        rule=rule,
        reason=reason,
    )
