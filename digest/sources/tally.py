"""What the sources of a run gave, put together: each article once, first-seen times, records.

A compose needs all articles to the end. A gathering needs them only until they are entered into
the database: there thousands of feeds cost little more memory than a few hundred. A list needs
each twice, once to see which come more than once and once to show it: they wait on disk.
"""

from __future__ import annotations

import dataclasses
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from digest.config import schema as config
from digest.feeds.shape import Cadence
from digest.model.article import Article, format_instant
from digest.model.report import Gathered, ListedSource, SourceReport
from digest.names import forget_computed
from digest.sources.health import Dates
from digest.sources.protocol import Context
from digest.sources.record import judge_source, keep_record
from digest.state.inventories import Inventory
from digest.state.seen import SourceRecord, find_repeated

if TYPE_CHECKING:
    from digest.sources.spool import Spool

_AT_ONCE = 1_000
"""Articles that are entered into the database together where none are held."""

_SOURCES_AT_ONCE = 500
"""So many sources are settled together at most, also where they gave nothing new."""

_Place = tuple[int, ...]


class Kept(NamedTuple):
    """Under what a source's document was kept, and what its reading is known by."""

    url: str
    hash: bytes
    read_as: bytes


@dataclass(slots=True)
class Outcome:
    """What one source gave: ``number`` articles, held, or from ``start`` in a spool. ``ids`` are
    those of articles that are no longer held, or were never, for an earlier run entered them at
    ``entered_at``, published on ``dates``."""

    spec: config.Source
    number: int = 0
    start: int = 0
    articles: list[Article] = field(default_factory=list)
    reports: list[SourceReport] = field(default_factory=list)
    left_out: int = 0
    cadence: Cadence | None = None
    next_visit: datetime | None = None
    clock: timedelta | None = None
    ids: array[int] = field(default_factory=lambda: array("Q"))
    dates: tuple[str, ...] = ()
    entered_at: datetime | None = None
    kept: Kept | None = None

    def take_from(self, inventory: Inventory, now: datetime) -> None:
        """Takes what an unchanged document is known to offer."""
        minutes, hours, days = inventory.cadence
        self.cadence = Cadence(
            minutes=minutes, skip_hours=frozenset(hours), skip_days=frozenset(days)
        )
        self.next_visit = self.cadence.next_visit(now)
        self.left_out = inventory.left_out
        self.ids = inventory.ids
        self.dates, self.entered_at = inventory.dates, inventory.entered_at

    def let_go(self) -> None:
        """Holds no more than its report and the ids of its articles."""
        self.ids.extend(map(_number, self.articles))
        self.articles, self.dates = [], ()
        self.cadence = self.kept = None

    def to_inventory(self, offered_at: Mapping[str, str], now: datetime) -> Inventory | None:
        """What to remember of a document that was read; None where it is to be read again."""
        if self.kept is None or self.cadence is None:
            return None
        cadence = self.cadence
        return Inventory(
            url=self.kept.url,
            hash=self.kept.hash,
            read_as=self.kept.read_as,
            entered_at=now,
            offered_at=min(
                (offered_at[article.id] for article in self.articles), default=format_instant(now)
            ),
            ids=array("Q", map(_number, self.articles)),
            dates=tuple(
                article.published.isoformat() if article.published else ""
                for article in self.articles
            ),
            left_out=self.left_out,
            cadence=(
                cadence.minutes,
                tuple(sorted(cadence.skip_hours)),
                tuple(sorted(cadence.skip_days)),
            ),
        )


class Tally:
    """The outcomes of a run by their sources' places in the order of the settings.

    Without ``hold`` the articles of sources that are done are entered and let go, and the result
    has none, only their number. With a ``spool`` they go there, and nothing is kept of them.
    """

    def __init__(self, context: Context, *, hold: bool, spool: Spool | None = None) -> None:
        self._context = context
        self._hold = hold
        self._spool = spool
        self._outcomes: dict[_Place, Outcome] = {}
        self._waiting: list[Outcome] = []
        self._articles_waiting = 0
        self._new: set[int] = set()

    def of(self, place: _Place, spec: config.Source) -> Outcome:
        """The outcome at a place, a new one where there is none."""
        return self._outcomes.setdefault(place, Outcome(spec))

    def take(self, outcome: Outcome, article: Article) -> None:
        """Takes in an article that a source gave; each source gives all of its own at once."""
        if self._spool is None:
            outcome.articles.append(article)
        else:
            outcome.start = outcome.start if outcome.number else len(self._spool)
            self._spool.put(article)
        outcome.number += 1

    def close(self, place: _Place) -> SourceReport:
        """The first report of a source that is done."""
        outcome = self._outcomes[place]
        if self._spool is not None:
            return outcome.reports[0]
        self._waiting.append(outcome)
        self._articles_waiting += len(outcome.articles)
        report = outcome.reports[0]
        if not self._hold and (
            self._articles_waiting >= _AT_ONCE or len(self._waiting) >= _SOURCES_AT_ONCE
        ):
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
        stamped: list[Article] = []
        repeats: list[tuple[str, str]] = []
        if self._spool is not None:
            self._judge_spooled(outcomes, self._spool)
            number = len(self._spool.order)
        elif self._hold:
            articles, repeats = _each_once(outcomes)
            stamped = self._enter(outcomes, articles)
            number = len(stamped)
        else:
            self._let_go()
            number = _note_repeats(outcomes)
        if self._spool is None:
            self._keep_record(outcomes)
        return Gathered(
            articles=tuple(stamped),
            reports=tuple(report for outcome in outcomes for report in outcome.reports),
            listed=tuple(self._listed()),
            repeats=tuple(repeats),
            number=number,
        )

    def _in_order(self) -> list[Outcome]:
        # An interrupted run may have an outcome without a report: half a source is none.
        return [each for _, each in sorted(self._outcomes.items()) if each.reports]

    def _let_go(self) -> None:
        """Enters what waits, and keeps of its articles the ids alone."""
        outcomes, self._waiting, self._articles_waiting = self._waiting, [], 0
        if self._context.client is not None:
            # Nothing may be known as seen whose document is not kept.
            self._context.client.flush()
        articles: dict[str, Article] = {}
        for outcome in outcomes:
            for article in outcome.articles:
                articles.setdefault(article.id, article)
        self._enter(outcomes, list(articles.values()))
        self._remember(outcomes)
        for outcome in outcomes:
            outcome.let_go()
        forget_computed()

    def _enter(self, outcomes: Sequence[Outcome], articles: list[Article]) -> list[Article]:
        """The articles with their first-seen times; the reports then say what is known."""
        seen = self._context.seen
        if seen is None:
            return articles
        stamped = seen.stamp(articles, self._context.now)
        by_id = {article.id: article for article in stamped}
        if not self._hold:
            self._new.update(_number(by_id[new]) for new in seen.newly_seen)
        # No record is kept before the end: what is found is of earlier runs.
        known = seen.records([outcome.spec.label for outcome in outcomes])
        for outcome in outcomes:
            if outcome.dates:
                all_new = outcome.entered_at == self._context.now
                self._judge(outcome, Dates.stated(outcome.dates), known, new=0, all_new=all_new)
                continue
            new = sum(
                article.id in seen.newly_seen if self._hold else _number(article) in self._new
                for article in outcome.articles
            )
            all_new = self._is_now(by_id[article.id].first_seen for article in outcome.articles)
            self._judge(outcome, Dates.of(outcome.articles), known, new=new, all_new=all_new)
        return stamped

    def _is_now(self, instants: Iterable[datetime]) -> bool:
        return all(instant == self._context.now for instant in instants)

    def _judge(
        self,
        outcome: Outcome,
        dates: Dates,
        known: Mapping[str, SourceRecord],
        *,
        new: int,
        all_new: bool,
    ) -> None:
        outcome.reports[0] = judge_source(
            outcome.reports[0],
            dates,
            is_feed=outcome.cadence is not None,
            new=new,
            all_new=all_new,
            known=known.get(outcome.spec.label, SourceRecord(name=outcome.spec.label)),
            now=self._context.now,
            asked=self._was_asked(outcome),
            clock=outcome.clock,
        )

    def _remember(self, outcomes: Iterable[Outcome]) -> None:
        """Keeps what unchanged documents will offer, now that it is entered."""
        seen, inventories = self._context.seen, self._context.inventories
        if seen is None or inventories is None:
            return
        found = (outcome.to_inventory(seen.offered_at, self._context.now) for outcome in outcomes)
        inventories.keep([inventory for inventory in found if inventory is not None])

    def _judge_spooled(self, outcomes: Sequence[Outcome], spool: Spool) -> None:
        """Settles what is to be shown; the reports then say what is known, and of feeds, whose
        entries are few, how they are."""
        _order_once(outcomes, spool)
        seen = self._context.seen
        if seen is None:
            return
        known = seen.records()
        for outcome in outcomes:
            dates, all_new = Dates(()), True
            if outcome.cadence is not None:
                numbers = range(outcome.start, outcome.start + outcome.number)
                entries = [spool.get(each) for each in numbers]
                alone = {entry.id: entry for entry in entries}
                stamped = seen.look_up(alone.values, self._context.now)
                all_new = self._is_now(entry.first_seen for entry in stamped)
                dates = Dates.of(entries)
            self._judge(outcome, dates, known, new=0, all_new=all_new)
            outcome.reports[0] = dataclasses.replace(outcome.reports[0], new=None)

    def _keep_record(self, outcomes: Sequence[Outcome]) -> None:
        seen = self._context.seen
        if seen is None:
            return
        with seen.batch():
            for outcome in outcomes:
                if self._was_asked(outcome):
                    keep_record(seen, outcome.spec.label, outcome.reports[0], self._context.now)

    def _was_asked(self, outcome: Outcome) -> bool:
        return outcome.reports[0].asked and not (self._context.offline and outcome.spec.url)

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


def _order_once(outcomes: Iterable[Outcome], spool: Spool) -> None:
    """Puts the spool's articles in order, each once, as ``_each_once`` does."""
    ids = spool.ids
    repeated_ids = find_repeated(ids)
    turns: dict[int, int] = {}
    for outcome in outcomes:
        repeated = 0
        for number in range(outcome.start, outcome.start + outcome.number):
            if ids[number] in turns:
                repeated += 1
                turn = turns[ids[number]]
                article, first_one = spool.get(number), spool.get(spool.order[turn])
                if article.via == first_one.via and _preference(article) < _preference(first_one):
                    spool.order[turn] = number
                continue
            if ids[number] in repeated_ids:
                turns[ids[number]] = len(spool.order)
            spool.order.append(number)
        _note(outcome, repeated)


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
