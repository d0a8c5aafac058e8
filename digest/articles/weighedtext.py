"""What a plain text offers for each fact, and why it won or lost: for ``digest articles
--explain``.

The reader takes lines off a text until it meets one that is none; here every line is asked once
more, wherever it stands, and every date in the prose is named with the reason why it dates nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from digest.articles.dateline import OTHER_DATE, read_dateline
from digest.articles.labels import label_of
from digest.articles.meta import LABEL_BASIS, Meta
from digest.articles.metalines import read_meta
from digest.articles.oneline import strip_line
from digest.articles.paragraphs import paragraphs
from digest.articles.plain import address_date, file_date
from digest.articles.sourceline import closing_source, inline_source, read_source
from digest.dates import has_yearless_date, parse_when
from digest.dates.order import stated_order
from digest.dates.parse import FIRST_YEAR, LAST_YEAR, Order
from digest.dates.prose import standing_dates
from digest.language import by_script
from digest.markup import clean_text
from digest.model.article import When
from digest.model.candidate import Candidate, Candidates, Fact
from digest.model.facts import Facts
from digest.model.offer import Offer, settle, shown

_MOST_LINES = 400
"""Paragraphs that are asked: an article has fewer."""
_MOST_DATES = 100
_LONGEST_LINE = 4000
_FACTS: tuple[Fact, ...] = (
    *("title", "summary", "url", "published", "updated", "source", "origin", "authors"),
    "language",
)
_HEADER = "its header goes before its text"


def weigh_text(
    lines: list[str],
    facts: Facts,
    *,
    timezone: str,
    beside: Iterable[Offer] = (),
    before: Iterable[Candidate] = (),
    marked: Iterable[Offer] = (),
) -> tuple[Candidate, ...]:
    """The candidates of an article of plain text; its ``lines`` are as they were read.

    ``before`` is what a mail's headers or a file's front matter were found to offer: they come
    first. ``marked`` is what paragraphs offer whose style says what they are, ``beside`` what else
    the input offers, last of all. Each fact that ``facts`` has is won by one candidate.
    """
    order = stated_order("\n".join(line for line in lines if len(line) <= 300))
    weighed = Candidates(wanted=True)
    for entry in before:
        keep = weighed.won if entry.won else weighed.lost
        keep(entry.fact, entry.value, entry.basis, entry.verdict)
    said = {(entry.fact, entry.value) for entry in weighed.all()}
    first = list(marked)
    known = said | {(offer.fact, offer.value) for offer in first}
    offers = first + [
        replace(offer, otherwise=_HEADER) if said else offer
        for offer in _offers(lines, facts, timezone, order)
        if (offer.fact, offer.value[:300]) not in known
    ]
    offers += beside
    settle(weighed, facts, _won_for_sure(offers, facts, said))
    won = {entry.fact for entry in weighed.all() if entry.won}
    for fact in _FACTS:
        value = shown(facts, fact)
        if value and fact not in won:
            weighed.won(fact, value, _basis(facts, fact), "as the text says it")
    return weighed.all()


def named_dates(facts: Facts, name: str) -> list[Offer]:
    """The dates that an article's address and its file's name offer, for ``--explain``."""
    by_address, by_name = address_date(facts.url or ""), file_date(name)
    return [
        Offer(
            fact="published",
            value=when.raw,
            basis=when.basis,
            because="nothing else dates it",
            otherwise="the text comes first",
        )
        for when in (by_address, by_name)
        if when is not None
    ]


def _won_for_sure(offers: list[Offer], facts: Facts, said: set[tuple[Fact, str]]) -> list[Offer]:
    """The same, a reason against what became the fact all the same taken away."""
    free = said | {(offer.fact, offer.value) for offer in offers if not offer.refused}
    found = []
    for offer in offers:
        is_fact = offer.value == shown(facts, offer.fact)
        if offer.refused and is_fact and (offer.fact, offer.value) not in free:
            offer = replace(offer, refused="", basis=_basis(facts, offer.fact))
            free.add((offer.fact, offer.value))
        found.append(offer)
    return found


def _basis(facts: Facts, fact: Fact) -> str:
    value = getattr(facts, fact)
    return value.basis if isinstance(value, When) else "text"


def _offers(lines: list[str], facts: Facts, timezone: str, order: Order) -> list[Offer]:
    """Everything that the lines offer, for each fact in the order of trust."""
    content = [paragraph.text for paragraph in paragraphs(lines)][:_MOST_LINES]
    if not content:
        content = [clean_text(" ".join(lines))]
    content = [line for line in content if line]
    found: list[Offer] = []
    told: list[Offer] = []
    prose: list[str] = []
    if len(content) == 1:
        _, said = strip_line(content[0], timezone, order)
        found += _of_meta(said, content[0])
    for line in content:
        read = read_meta(line, timezone, order) if line != facts.title else None
        if read is not None:
            found += _of_meta(read, line)
            told += _beside(line, read)
        else:
            prose.append(line)
    found += _of_ends(content)
    found += _of_prose(prose, facts, order)
    found += told
    found += _of_words(prose, facts)
    # A label is surest, an original source goes before a "via": the sort keeps all else in place.
    return sorted(found, key=lambda offer: offer.fact == "published" and offer.basis != LABEL_BASIS)


def _of_meta(read: Meta, line: str) -> Iterator[Offer]:
    """What a line about the article says of it."""
    label = label_of(line)
    basis = f"line “{line[:60]}”"
    if label is not None and label[2]:
        basis = f"label “{label[2]}”"
    for fact, when in (("published", read.published), ("updated", read.updated)):
        if when is not None:
            yield Offer(
                fact=fact,  # type: ignore[arg-type]
                value=when.raw,
                basis=when.basis,
                because="a label says so"
                if when.basis == LABEL_BASIS
                else "the first line that does",
                otherwise="a label, or a line above it, comes first",
            )
    if read.updated is not None and read.published is None:
        refused = "says when it was changed, not when it was published"
        yield Offer(fact="published", value=read.updated.raw, basis=basis, refused=refused)
    for problem in read.undated:
        yield Offer(fact="published", value=line[:120], basis=basis, refused=problem)
    if read.source is not None:
        yield Offer(
            fact="source",
            value=read.source.source.name,
            basis=basis,
            because="the plainest line that names one",
            otherwise="a plainer line comes first",
        )
    if read.url:
        yield Offer(fact="url", value=read.url, basis=basis)
    if read.source is not None and read.source.url:
        yield Offer(fact="url", value=read.source.url, basis=basis)
    yield Offer(fact="authors", value=", ".join(read.authors), basis=basis)
    yield Offer(fact="origin", value=read.agency, basis=basis)
    yield Offer(fact="source", value=read.agency, basis=basis, because="nothing else names one")
    yield Offer(fact="title", value=read.title, basis=basis)
    yield Offer(fact="summary", value=read.summary, basis=basis)
    yield Offer(fact="language", value=read.language, basis=basis)


def _beside(line: str, read: Meta) -> Iterator[Offer]:
    """Dates in a line about the article that are not the one it was read for."""
    taken = " ".join(when.raw for when in (read.published, read.updated) if when is not None)
    for stated in standing_dates(line[:_LONGEST_LINE]):
        raw = line[stated.start : stated.end]
        if raw not in taken:
            refused = "its line says another thing with it"
            yield Offer(fact="published", value=raw, basis="text", refused=refused)


def _of_ends(content: list[str]) -> Iterator[Offer]:
    """Sources that stand behind the last sentence, or are a last line of their own."""
    last = content[-1] if len(content) > 1 else ""
    closing = closing_source(last) if last else None
    inline = inline_source(last) if last else None
    for read in (closing, inline[1] if inline is not None else None):
        if read is not None:
            yield Offer(fact="source", value=read.source.name, basis="end of the text")
            yield Offer(fact="url", value=read.url or "", basis="end of the text")


def _of_prose(prose: list[str], facts: Facts, order: Order) -> Iterator[Offer]:
    """The dateline, and every other date that the text tells of."""
    left = _MOST_DATES
    for place, line in enumerate(prose):
        opening = None
        if place < 4 and line not in (facts.title, facts.summary):
            opening = read_dateline(line, "\n".join(prose[place + 1 : place + 40]), order)
        if opening is not None:
            basis = "dateline"
            if opening.when is not None:
                yield Offer(
                    fact="published",
                    value=opening.when.raw,
                    basis=basis,
                    because="the text opens with it",
                    otherwise="a label, or a line above it, comes first",
                )
            elif opening.problem:
                value = _dated_words(line)
                yield Offer(fact="published", value=value, basis=basis, refused=opening.problem)
            yield Offer(fact="origin", value=opening.agency, basis=basis)
            yield Offer(
                fact="source", value=opening.agency, basis=basis, because="nothing else names one",
                otherwise="the text names its source",
            )  # fmt: skip
            yield Offer(fact="authors", value=", ".join(opening.authors), basis=basis)
        for stated in standing_dates(line[:_LONGEST_LINE]):
            left -= 1
            if left < 0:
                return
            raw = line[stated.start : stated.end]
            if opening is not None and opening.when is not None and raw == opening.when.raw:
                continue
            refused = _why_not(line[max(0, stated.start - 60) : stated.start], raw, order)
            yield Offer(fact="published", value=raw, basis="text", refused=refused)


def _dated_words(line: str) -> str:
    """The words of a line's beginning that are like a date."""
    for stated in standing_dates(line[:200]):
        return line[stated.start : stated.end]
    return has_yearless_date(line[:200]) or line[:60]


def _why_not(ahead: str, raw: str, order: Order) -> str:
    """Why a date in the prose does not date the article."""
    when, problem = parse_when(raw, basis="text", timezone="UTC", order=order)
    if when is None:
        return problem
    if not FIRST_YEAR <= when.value.year <= LAST_YEAR:
        return "a year that no article has"
    other = [found[0] for found in OTHER_DATE.finditer(ahead[-30:])]
    if other:
        return f"stands behind “{other[-1]}”: another day than the article's"
    return "told in the text, not where an article is dated"


def _of_words(prose: list[str], facts: Facts) -> Iterator[Offer]:
    """Title and summary from the place of a line, language from its script."""
    first = prose[0] if prose else ""
    is_title = bool(facts.title) and facts.title[:40] in first
    if facts.title and is_title:
        why = "the first line that is not about the article"
        yield Offer(fact="title", value=facts.title, basis="first line", because=why)
        bare = first.strip("#*_ ")
        if bare != facts.title and len(bare) <= 300:
            refused = "as written; a site's name, a date or a mark is left out"
            yield Offer(fact="title", value=bare, basis="first line", refused=refused)
    elif first and not is_title and len(first) <= 300:
        yield Offer(
            fact="title", value=first, basis="first line", otherwise="the headline is known already"
        )
    second = next((line for line in prose if line not in (facts.title, first)), "")
    if facts.summary:
        why = "stands between headline and text"
        yield Offer(fact="summary", value=facts.summary, basis="standfirst", because=why)
    if second and facts.summary[:40] not in (second[:40],):
        refused = "the text's beginning, no standfirst"
        yield Offer(fact="summary", value=second[:300], basis="text", refused=refused)
    if facts.url and (host := read_source(facts.url)) is not None:
        yield Offer(
            fact="source", value=host.source.name, basis="host of the address",
            because="nothing else names one", otherwise="the text names it",
        )  # fmt: skip
    script = by_script(f"{facts.title} {facts.text[:2000]}")
    yield Offer(fact="language", value=script, basis="script")
