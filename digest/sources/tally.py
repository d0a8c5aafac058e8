"""What the sources of a run gave, put together: each article once, first-seen times, records.

A compose needs all articles to the end. A gathering needs them only until they are entered into
the database: there thousands of feeds cost little more memory than a few hundred.
"""

from __future__ import annotations

import dataclasses
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from digest.config import schema as config
from digest.model.article import Article
from digest.model.report import Gathered, ListedSource, SourceReport
from digest.sources.protocol import Context
from digest.sources.record import judge_source, keep_record
from digest.state.seen import SourceRecord

_AT_ONCE = 1_000
"""Articles that are entered into the database together where none are held."""

_Place = tuple[int, ...]


@dataclass(slots=True)
class Outcome:
    """What one source gave. ``ids`` are those of articles that are no longer held."""

    spec: config.Source
    articles: list[Article] = field(default_factory=list)
    reports: list[SourceReport] = field(default_factory=list)
    left_out: int = 0
    next_visit: datetime | None = None
    ids: array[int] = field(default_factory=lambda: array("Q"))


class Tally:
    """The outcomes of a run by their sources' places in the order of the settings.

    Without ``hold`` the articles of sources that are done are entered and let go, and the result
    has none, only their number.
    """

    def __init__(self, context: Context, *, hold: bool) -> None:
        self._context = context
        self._hold = hold
        self._outcomes: dict[_Place, Outcome] = {}
        self._waiting: list[Outcome] = []
        self._new: set[int] = set()

    def of(self, place: _Place, spec: config.Source) -> Outcome:
        """The outcome at a place, a new one where there is none."""
        return self._outcomes.setdefault(place, Outcome(spec))

    def close(self, place: _Place) -> SourceReport:
        """The first report of a source that is done."""
        outcome = self._outcomes[place]
        self._waiting.append(outcome)
        report = outcome.reports[0]
        if not self._hold and sum(len(each.articles) for each in self._waiting) >= _AT_ONCE:
            self._let_go()
        return report

    def standing(self, sources: int) -> str:
        """How far an interrupted run of so many sources came."""
        done = sum(bool(outcome.reports) for outcome in self._outcomes.values())
        listed = sum(
            report.listed for outcome in self._outcomes.values() for report in outcome.reports
        )
        return f"{done} of {sources + listed} sources are in"

    def finish(self) -> Gathered:
        """The articles in order, each once, and the final reports."""
        outcomes = self._in_order()
        if self._hold:
            articles, repeats = _each_once(outcomes)
            stamped = self._enter(outcomes, articles)
            number = len(stamped)
        else:
            self._let_go()
            stamped, repeats = [], []
            number = _note_repeats(outcomes)
        self._keep_record(outcomes)
        return Gathered(
            articles=tuple(stamped),
            reports=tuple(report for outcome in outcomes for report in outcome.reports),
            listed=tuple(self._listed()),
            repeats=tuple(repeats),
            number=number,
        )

    @cached_property
    def _known(self) -> dict[str, SourceRecord]:
        """What earlier runs kept of the sources; asked before this run keeps anything."""
        return self._context.seen.records() if self._context.seen is not None else {}

    def _in_order(self) -> list[Outcome]:
        # An interrupted run may have an outcome without a report: half a source is none.
        return [each for _, each in sorted(self._outcomes.items()) if each.reports]

    def _let_go(self) -> None:
        """Enters what waits, and keeps of its articles the ids alone."""
        outcomes, self._waiting = self._waiting, []
        if self._context.client is not None:
            # Nothing may be known as seen whose document is not kept.
            self._context.client.flush()
        articles: dict[str, Article] = {}
        for outcome in outcomes:
            for article in outcome.articles:
                articles.setdefault(article.id, article)
        self._enter(outcomes, list(articles.values()))
        for outcome in outcomes:
            outcome.ids.extend(_number(article) for article in outcome.articles)
            outcome.articles = []

    def _enter(self, outcomes: Sequence[Outcome], articles: list[Article]) -> list[Article]:
        """The articles with their first-seen times; the reports then say what is known."""
        seen = self._context.seen
        if seen is None:
            return articles
        stamped = seen.stamp(articles, self._context.now)
        by_id = {article.id: article for article in stamped}
        if not self._hold:
            self._new.update(_number(by_id[new]) for new in seen.newly_seen)
        for outcome in outcomes:
            given = [by_id[article.id] for article in outcome.articles]
            new = (
                seen.newly_seen
                if self._hold
                else {article.id for article in given if _number(article) in self._new}
            )
            outcome.reports[0] = judge_source(
                outcome.reports[0],
                given,
                is_feed=outcome.next_visit is not None,
                new=new,
                known=self._known.get(outcome.spec.label, SourceRecord(name=outcome.spec.label)),
                now=self._context.now,
                asked=self._was_asked(outcome),
            )
        return stamped

    def _keep_record(self, outcomes: Sequence[Outcome]) -> None:
        seen = self._context.seen
        if seen is None:
            return
        with seen.batch():
            for outcome in outcomes:
                if self._was_asked(outcome):
                    keep_record(seen, outcome.spec.label, outcome.reports[0], self._context.now)

    def _was_asked(self, outcome: Outcome) -> bool:
        return not (self._context.offline and outcome.spec.url)

    def _listed(self) -> Iterator[ListedSource]:
        for place, outcome in sorted(self._outcomes.items()):
            if len(place) > 1:
                yield ListedSource(
                    via=outcome.spec.label,
                    listed_by=self._outcomes[place[:1]].spec.label,
                    topic=outcome.spec.topic,
                    max=outcome.spec.max,
                    weight=outcome.spec.weight,
                )


def _each_once(outcomes: Iterable[Outcome]) -> tuple[list[Article], list[tuple[str, str]]]:
    """The articles, and (id, source's label) of those that a later source gave too."""
    articles: dict[str, Article] = {}
    repeats: list[tuple[str, str]] = []
    for outcome in outcomes:
        repeated = 0
        for article in outcome.articles:
            first_one = articles.setdefault(article.id, article)
            if first_one is not article:
                repeated += 1
                if article.via != first_one.via:
                    repeats.append((article.id, article.via))
                elif _preference(article) < _preference(first_one):
                    articles[article.id] = article
        _note(outcome, repeated)
    return list(articles.values()), repeats


def _note_repeats(outcomes: Iterable[Outcome]) -> int:
    """Tells of articles that are no longer held and came more than once; how many there are."""
    met: set[int] = set()
    for outcome in outcomes:
        before = len(met)
        met.update(outcome.ids)
        _note(outcome, len(outcome.ids) - (len(met) - before))
    return len(met)


def _note(outcome: Outcome, repeated: int) -> None:
    if repeated:
        first = outcome.reports[0]
        note = f"{repeated} given more than once"
        detail = f"{first.detail}; {note}" if first.detail else note
        outcome.reports[0] = dataclasses.replace(first, detail=detail)


def _number(article: Article) -> int:
    """An article's id as a number, a tenth of the memory."""
    return int(article.id, 16)


def _preference(article: Article) -> tuple[object, ...]:
    """Of two entries on one page the lesser is kept, whichever the source gave first: the earlier
    dated one, then the one that says more, then any that is always the same."""
    published = article.published.isoformat() if article.published else ""
    said = (-article.words, -len(article.summary))
    return (not published, published, said, repr(dataclasses.replace(article, input="")))
