"""What was weighed for each fact of an article: the reader's candidates, and what followed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import get_args

from digest.model.article import Article
from digest.model.candidate import Candidate, Candidates, Fact
from digest.model.facts import Facts

_BASIS = "the input"
_ORDER = {fact: place for place, fact in enumerate(get_args(Fact))}


def weigh(facts: Facts, article: Article, later: Candidates) -> tuple[Candidate, ...]:
    """All candidates of an article in the order of its facts, each fact's winner first.

    ``later`` is what was weighed after the reader: language, address, publisher. A fact that
    the reader took without a word on it is what the input states.
    """
    found = list(facts.candidates)
    after = [entry for entry in later.all() if not _is_said(entry, found)]
    settled = {entry.fact for entry in after if entry.won}
    overruled = {(entry.fact, entry.value): entry.verdict for entry in after if not entry.won}
    found = [
        _overruled(entry, overruled) if entry.won and entry.fact in settled else entry
        for entry in found
    ]
    won_after = {_key(entry) for entry in after if entry.won}
    found = [entry for entry in found if _key(entry) not in won_after]
    known = {_key(entry) for entry in found}
    known |= {(entry.fact, entry.value, _BASIS) for entry in found if not entry.won}
    found += [entry for entry in after if entry.won or _key(entry) not in known]
    won = {candidate.fact for candidate in found if candidate.won}
    for fact, value, basis in _facts_of(article):
        if value and fact not in won:
            found.append(
                Candidate(
                    fact=fact,
                    value=value[:300],
                    basis=basis,
                    won=True,
                    verdict="nothing else was weighed",
                )
            )
    return tuple(sorted(found, key=lambda entry: (_ORDER[entry.fact], not entry.won)))


def _key(entry: Candidate) -> tuple[Fact, str, str]:
    return entry.fact, entry.value, entry.basis


def _is_said(entry: Candidate, found: Iterable[Candidate]) -> bool:
    """True for "the input says so" where the reader's own winner says in which words."""
    return entry.basis == _BASIS and any(
        other.won and entry.won and (other.fact, other.value) == (entry.fact, entry.value)
        for other in found
    )


def _overruled(entry: Candidate, reasons: Mapping[tuple[Fact, str], str]) -> Candidate:
    """A reader's winner where something later took its place, for that one's reason."""
    why = reasons.get((entry.fact, entry.value), "read so, then settled as said beside it")
    return replace(entry, won=False, verdict=why)


def _facts_of(article: Article) -> Iterator[tuple[Fact, str, str]]:
    yield "title", article.title, _BASIS
    yield "summary", article.summary, _BASIS
    yield "url", article.url or "", _BASIS
    for fact, when in (("published", article.published), ("updated", article.updated)):
        if when is not None:
            yield fact, when.raw or when.isoformat(), when.basis  # type: ignore[misc]
    yield "source", article.source.name, _BASIS
    yield "origin", article.origin, _BASIS
    yield "authors", ", ".join(article.authors), _BASIS
    yield "image", article.image.url if article.image else "", _BASIS
