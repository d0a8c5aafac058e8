"""Entries that their feed dates anew: the date they had when they were first seen stays.

Some feeds date old entries to the day of the visit, day after day: without this they would come
into one issue after another.
"""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from digest.model.article import Article, When

_BATCH = 500


def as_first_dated(
    connection: sqlite3.Connection, articles: Sequence[Article], now: datetime
) -> list[Article]:
    """The articles, those with the dates of their first sight whose feed now states a later one.

    Told by this: the date is after the instant at which the entry was first seen. One that was
    dated ahead even then (an embargo) goes by what its feed says now, and so does a date that
    moves to before, one in a file, which somebody corrects, and one that was not there at first.
    """
    moved = {article.id for article in articles if _is_dated_after_its_sight(article, now)}
    if not moved:
        return list(articles)
    first = _first_dates(connection, sorted(moved))
    return [_restored(article, first.get(article.id)) for article in articles]


def _is_dated_after_its_sight(article: Article, now: datetime) -> bool:
    when = article.published
    return (
        when is not None
        and article.first_seen < now
        and when.basis.startswith("feed:")
        and _instant(when.value) > article.first_seen
    )


def _first_dates(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        marks = ",".join("?" * len(batch))
        rows = connection.execute(
            f"SELECT id, published FROM article WHERE id IN ({marks})",  # noqa: S608 - marks only
            batch,
        )
        found.update((article_id, stated) for article_id, stated in rows if stated)
    return found


def _restored(article: Article, stored: str | None) -> Article:
    now_said = article.published
    if stored is None or now_said is None:
        return article
    is_day = len(stored) <= len("2025-04-28")
    value = date.fromisoformat(stored) if is_day else datetime.fromisoformat(stored)
    if not _instant(value) <= article.first_seen < _instant(now_said.value):
        return article
    note = f"its feed dates it {now_said.isoformat()} now: when it was first seen it was {stored}"
    return dataclasses.replace(
        article,
        published=When(value=value, raw=stored, basis=now_said.basis),
        problems=(*article.problems, note),
    )


def _instant(value: date | datetime) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.combine(value, time(), UTC)
