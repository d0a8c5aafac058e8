"""What is known of a source beside this run: said in its report, and kept for the next."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta

from digest.model.report import FAILURES, SourceReport
from digest.sources.health import (
    Dated,
    Record,
    describe_clock,
    describe_emptied,
    doubt_dates,
    find_usual_interval,
    is_off,
    judge_health,
)
from digest.state.seen import Seen, SourceRecord

_WELL = ("ok", "unchanged")


def judge_source(
    report: SourceReport,
    articles: Sequence[Dated],
    *,
    is_feed: bool,
    new: int,
    known: SourceRecord,
    now: datetime,
    asked: bool = True,
    clock: timedelta | None = None,
) -> SourceReport:
    """The report with what earlier runs knew, and for feeds that answered with their health.

    ``new`` is how many of the articles no run saw before. What was not ``asked``, offline or
    while its host rests, has neither failed nor succeeded. ``clock`` is by how much its
    server's clock is ahead of ``now``: where they differ, that is said, and ages are counted by
    the server's.
    """
    report = dataclasses.replace(
        report,
        new=new,
        last_success=known.last_success,
        usual_interval=known.usual_interval,
    )
    if report.status == "disabled":
        return report
    if not asked:
        return dataclasses.replace(
            report,
            failures_in_a_row=known.failures_in_a_row,
            failing_since=known.failing_since,
        )
    if report.status in FAILURES:
        return dataclasses.replace(
            report,
            failures_in_a_row=known.failures_in_a_row + 1,
            failing_since=known.failing_since or now,
        )
    report = dataclasses.replace(report, last_success=now)
    if report.status == "empty" and known.articles and known.last_success is not None:
        report = _with(report, describe_emptied(known.articles, known.last_success))
    report = _with(report, describe_clock(articles, clock=clock, now=now))
    there = now + clock if clock is not None and is_off(clock) else now
    if not is_feed:
        return report
    usual = find_usual_interval(articles) or known.usual_interval
    report = dataclasses.replace(report, usual_interval=usual)
    if report.status in _WELL:
        record = Record(last_success=known.last_success, articles=known.articles)
        status, words = judge_health(articles, record=record, now=now, there=there)
        report = _with(dataclasses.replace(report, status=status or report.status), words)
    return _with(report, doubt_dates(articles, now=there))


def keep_record(seen: Seen, name: str, report: SourceReport, now: datetime) -> None:
    """Notes for the next run what a source did, by its name; a disabled one did nothing."""
    if report.status == "disabled":
        return
    if report.status in FAILURES:
        seen.note_failure(name, report.detail, now)
    else:
        seen.note_success(name, now, report.articles)
    seen.note_visit(
        name,
        now,
        url=report.url,
        status=report.status,
        detail=report.detail,
        usual_interval=report.usual_interval,
    )


def _with(report: SourceReport, words: str) -> SourceReport:
    if not words:
        return report
    return dataclasses.replace(
        report, detail=f"{report.detail}; {words}" if report.detail else words
    )
