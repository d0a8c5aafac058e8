"""What is known of a source beside this run: said in its report, and kept for the next."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

from digest.model.report import FAILURES, SourceReport
from digest.sources.health import (
    Dates,
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
    dates: Dates,
    *,
    is_feed: bool,
    new: int,
    all_new: bool,
    known: SourceRecord,
    now: datetime,
    asked: bool = True,
    clock: timedelta | None = None,
) -> SourceReport:
    """The report with what earlier runs knew, and for feeds that answered with their health.

    ``new`` is how many of the articles no run saw before; ``all_new`` where they all were first
    seen now. What was not ``asked``, offline or
    while its host rests, has neither failed nor succeeded. ``clock`` is by how much its
    server's clock is ahead of ``now``: where they differ, that is said, and ages are counted by
    the server's.
    """
    status, said = report.status, [report.detail]
    failures_in_a_row, failing_since = report.failures_in_a_row, report.failing_since
    last_success, usual = known.last_success, known.usual_interval
    if status == "disabled":
        pass
    elif not asked:
        failures_in_a_row, failing_since = known.failures_in_a_row, known.failing_since
    elif status in FAILURES:
        failures_in_a_row = known.failures_in_a_row + 1
        failing_since = known.failing_since or now
    else:
        last_success = now
        if status == "empty" and known.articles and known.last_success is not None:
            said.append(describe_emptied(known.articles, known.last_success))
        said.append(describe_clock(dates, clock=clock, now=now))
        there = now + clock if clock is not None and is_off(clock) else now
        if is_feed:
            usual = find_usual_interval(dates) or usual
            if status in _WELL:
                record = Record(last_success=known.last_success, articles=known.articles)
                word, words = judge_health(
                    dates, all_new=all_new, record=record, now=now, there=there
                )
                status = word or status
                said.append(words)
            said.append(doubt_dates(dates, now=there))
    return dataclasses.replace(
        report,
        status=status,
        detail="; ".join(filter(None, said)),
        new=new,
        last_success=last_success,
        usual_interval=usual,
        failures_in_a_row=failures_in_a_row,
        failing_since=failing_since,
    )


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
