"""What was weighed for each fact of an article: the reader's candidates, and what followed."""

from __future__ import annotations

from collections.abc import Iterator
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
    settled = {candidate.fact for candidate in later.all() if candidate.won}
    found = [_overruled(entry) if entry.fact in settled else entry for entry in found]
    known = {(entry.fact, entry.value, entry.basis) for entry in later.all()}
    found = [entry for entry in found if (entry.fact, entry.value, entry.basis) not in known]
    found += later.all()
    won = {candidate.fact for candidate in found if candidate.won}
    for fact, value, basis in _facts_of(article):
        if value and fact not in won:
            found.append(
                Candidate(
                    fact=fact,
                    value=value[:300],
                    basis=basis,
                    won=True,
                    verdict="the only reading",
                )
            )
    return tuple(sorted(found, key=lambda entry: (_ORDER[entry.fact], not entry.won)))


def _overruled(entry: Candidate) -> Candidate:
    if not entry.won:
        return entry
    return Candidate(
        fact=entry.fact,
        value=entry.value,
        basis=entry.basis,
        won=False,
        verdict="read so, then settled as said beside it",
    )


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
