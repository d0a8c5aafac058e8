"""All sources of a run -> their articles and a report on each, in the order of the settings."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from digest.config import schema as config
from digest.errors import FetchError, Interrupted, SourceError
from digest.http.access import Access
from digest.http.addresses import PRIVATE_ADDED, PRIVATE_FIX
from digest.http.neighbours import AT_ONCE, domain_of
from digest.markup import clean_text
from digest.model.article import Article
from digest.model.report import Gathered, SourceReport, SourceStatus
from digest.sources.access import scope_of
from digest.sources.faults import own_mistakes
from digest.sources.pace import Pace
from digest.sources.protocol import Context, Document, Reading
from digest.sources.registry import find_kind
from digest.sources.tally import Kept, Outcome, Tally
from digest.urls import canonical_url

if TYPE_CHECKING:
    from digest.sources.spool import Spool

_LONGEST_DETAIL = 1000
_DEEPEST_LIST = 3
"""A list may list lists that list lists; deeper ones are not followed."""
_MOST_LISTED = 50_000
_PARTS_AT_ONCE = 64
Progress = Callable[[SourceReport], None]


def gather(
    sources: Sequence[config.Source],
    context: Context,
    progress: Progress | None = None,
    *,
    hold: bool = True,
    spool: Spool | None = None,
) -> Gathered:
    """Everything that the sources offer, each article once, and what each source did.

    Addresses are fetched in threads while files are read; the order of the result is that of
    the sources and of their inputs, whatever came first. Of entries with one identity the
    first source's is kept, and of one source's that with the earlier date. A source that fails
    is reported and ends nothing. ``progress`` hears of each source as it is done. With
    ``context.seen``, first-seen times and the sources' record are kept there. Without ``hold``
    articles are entered there and let go: the result has their number alone. With ``spool`` they
    are there, in order, for a list of which nothing is kept.

    Raises Interrupted after Ctrl-C, when what had come in is kept.
    """
    tally = Tally(context, hold=hold, spool=spool)
    run = _Run(context, progress, tally)
    try:
        run.read(sources)
    except KeyboardInterrupt as error:
        run.stop()
        if spool is None:  # what is half written there is for a list, of which nothing is kept
            tally.finish()
        raise Interrupted(tally.standing(len(sources))) from error
    finally:
        run.stop()
    return tally.finish()


@dataclass(frozen=True, slots=True)
class _Job:
    """One source and its place in the order: (number,), or (number, number in its list)."""

    place: tuple[int, ...]
    spec: config.Source


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A reading, or why there is none; how long it took."""

    reading: Reading | SourceError
    seconds: float


class _Run:
    """One gathering: what is under way and what has come in."""

    def __init__(self, context: Context, progress: Progress | None, tally: Tally) -> None:
        self._context = context
        self._progress = progress
        self._tally = tally
        self._sources: Sequence[config.Source] = ()
        self._addresses: set[str] = set()
        limits = context.settings.gather
        self._until = time.monotonic() + limits.run_deadline_seconds
        self._pace: Pace[_Job, _Attempt] = Pace(
            self._attempt,
            at_once=limits.at_once,
            at_once_per_host=limits.at_once_per_host,
            domain_of=domain_of,
            at_once_per_domain=AT_ONCE,
        )
        self._took: Mapping[str, float] | None = None

    def read(self, sources: Sequence[config.Source]) -> None:
        """Reads all sources and those that they list."""
        local = []
        self._sources = sources
        for number, spec in enumerate(sources):
            job = _Job((number,), spec)
            if not spec.enabled:
                self._report(job, _report(spec, "disabled"))
                self._tell(job)
            elif spec.url:
                self._pace.put(_host(spec), job, seconds=self._seconds(spec))
            else:
                local.append(job)
        self._took = None  # not held for lists, which few runs have
        self._pace.start()
        for job in local:
            self._settle(job, self._attempt(job))
        for job, attempt in self._pace.results(until=self._until):
            self._settle(job, attempt)
        seconds = self._context.settings.gather.run_deadline_seconds
        left = self._pace.stop()
        unbegun = {job.place for job in self._pace.unbegun()}
        for job in left:
            begun = job.place not in unbegun
            what = "not finished" if begun else "not asked: its turn had not come"
            error = FetchError(
                f"{what} when the run's {seconds:g} s were over",
                job.spec.url,
                "raise run_deadline_seconds in [gather]",
                status="failed" if begun else "blocked",
                asked=begun,
            )
            self._settle(job, _Attempt(error, seconds))

    def _seconds(self, spec: config.Source) -> float | None:
        """How long a source took at its last visit."""
        if self._took is None:
            self._took = self._context.client.durations() if self._context.client else {}
        return self._took.get(Access(scope=scope_of(spec)).key(spec.url))

    def stop(self) -> None:
        """Starts nothing more and keeps what is in."""
        self._pace.stop()
        if self._context.client is not None:
            self._context.client.flush()

    def _attempt(self, job: _Job) -> _Attempt:
        """Reads one source; runs in a thread for those with an address."""
        start = time.monotonic()
        found: Reading | SourceError
        try:
            with own_mistakes(job.spec.label):
                source = find_kind(job.spec.kind)
                given = source.read(job.spec, self._context)
                if isinstance(given, Reading):
                    found = given
                else:
                    document = Document(input=job.spec.label, facts=list(given), holds_many=True)
                    found = Reading(documents=(document,))
        except SourceError as error:
            found = error
        return _Attempt(found, time.monotonic() - start)

    def _has_table(self, spec: config.Source) -> bool:
        return any(each.url == spec.url for each in self._context.settings.sources)

    def _settle(self, job: _Job, attempt: _Attempt) -> None:
        """Takes in what one source gave: articles, reports, further sources."""
        reading = attempt.reading
        if isinstance(reading, SourceError):
            if reading.fix == PRIVATE_FIX and not self._has_table(job.spec):
                reading.fix = PRIVATE_ADDED
            failure = _failure(job.spec, reading, seconds=attempt.seconds, whole=True)
            asked = reading.asked if isinstance(reading, FetchError) else True
            self._report(job, dataclasses.replace(failure, asked=asked))
            self._tell(job)
            return
        outcome = self._outcome(job)
        if reading.inventory is not None:
            outcome.take_from(reading.inventory, self._context.now)
        failures = []
        for part in self._parts(outcome, reading):
            if isinstance(part, SourceError):
                failures.append(_failure(job.spec, part))
            else:
                self._tally.take(outcome, part)
        listed = sum(
            self._follow(_Job((*job.place, number), spec))
            for number, spec in enumerate(reading.listed)
        )
        response = reading.response
        outcome.clock = response.clock if response is not None else None
        client = self._context.client if not failures else None
        if response is not None and client is not None:
            is_kept = client.accept(response, until=outcome.next_visit)
            if is_kept and reading.read_as:
                outcome.kept = Kept(response.key, response.content.hash, reading.read_as)
        count = outcome.number or len(outcome.ids)
        if count or not failures:
            status, detail = reading.status, reading.detail
            if status == "ok" and not count and not reading.listed:
                status = "empty"
            if outcome.left_out:
                status = "saturated"
                note = f"too many entries, {outcome.left_out:,} older ones were not read"
                detail = f"{detail}; {note}" if detail else note
            self._report(
                job,
                _report(
                    job.spec,
                    status,
                    detail=detail,
                    articles=count,
                    http_status=response.status if response else None,
                    bytes_received=response.bytes_received if response else 0,
                    seconds=attempt.seconds,
                    listed=listed,
                ),
            )
        for failure in failures:
            self._report(job, failure)
        self._tell(job)

    def _parts(self, outcome: Outcome, reading: Reading) -> Iterator[Article | SourceError]:
        from digest.sources.assemble import assemble

        for document in reading.documents:
            if isinstance(document, SourceError):
                yield document
            else:
                outcome.left_out += document.left_out
                if document.cadence is not None:
                    outcome.cadence = document.cadence
                    outcome.next_visit = document.cadence.next_visit(self._context.now)
                articles = assemble(
                    document,
                    spec=outcome.spec,
                    now=self._context.now,
                    explain=self._context.explain,
                    texts=self._context.texts,
                    lean=self._context.lean,
                )
                is_over = False
                while not is_over:
                    parts: list[Article | SourceError] = []
                    try:
                        with own_mistakes(document.input):
                            parts.extend(itertools.islice(articles, _PARTS_AT_ONCE))
                            is_over = len(parts) < _PARTS_AT_ONCE
                    except SourceError as error:
                        parts.append(error)  # the document ends here
                        is_over = True
                    yield from parts

    def _follow(self, job: _Job) -> bool:
        """Goes on to a source that another one lists, unless it is there already: so lists that
        list each other come to an end, and chains and trees of lists by their bounds."""
        if not self._addresses:
            self._addresses.update(
                _address(spec) for spec in self._sources if spec.url and spec.enabled
            )
        address = _address(job.spec)
        if address in self._addresses or len(job.place) > _DEEPEST_LIST + 1:
            return False
        if len(self._addresses) >= _MOST_LISTED:
            return False
        self._addresses.add(address)
        self._pace.add(_host(job.spec), job, seconds=self._seconds(job.spec))
        return True

    def _outcome(self, job: _Job) -> Outcome:
        return self._tally.of(job.place, job.spec)

    def _report(self, job: _Job, report: SourceReport) -> None:
        self._outcome(job).reports.append(report)

    def _tell(self, job: _Job) -> None:
        """Lets whoever watches know that a source is done."""
        report = self._tally.close(job.place)
        if self._progress is not None:
            self._progress(report)


def _report(
    spec: config.Source,
    status: SourceStatus,
    *,
    name: str = "",
    detail: str = "",
    articles: int = 0,
    http_status: int | None = None,
    bytes_received: int = 0,
    seconds: float = 0.0,
    listed: int = 0,
) -> SourceReport:
    return SourceReport(
        name=name or spec.label,
        url=spec.url,
        status=status,
        detail=detail,
        articles=articles,
        http_status=http_status,
        bytes_received=bytes_received,
        seconds=seconds,
        listed=listed,
    )


def _failure(
    spec: config.Source, error: SourceError, *, seconds: float = 0.0, whole: bool = False
) -> SourceReport:
    """The report on a ``whole`` source, or on one part of it, that could not be read."""
    place = str(error.where or "")
    detail = f"{error.message}; {error.fix}" if error.fix else error.message
    if place and place not in (spec.label, spec.url):
        detail = f"{place}: {detail}"
    # It may repeat what a server said: nothing that a terminal obeys, and no end of words.
    detail = clean_text(detail[:_LONGEST_DETAIL])
    report = _report(
        spec,
        cast(SourceStatus, error.status),
        name="" if spec.url or whole else place,
        detail=detail,
        seconds=seconds,
    )
    if isinstance(error, FetchError):
        return dataclasses.replace(report, http_status=error.http_status, retry_at=error.retry_at)
    return report


def _host(spec: config.Source) -> str:
    try:
        return (urlsplit(spec.url).hostname or "").lower()
    except ValueError:
        return ""


def _address(spec: config.Source) -> str:
    return canonical_url(spec.url) or spec.url
