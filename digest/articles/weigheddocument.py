"""What the properties of a document offer beside its text: for ``digest articles --explain``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from digest.articles.properties import NO_TITLE, Words, is_person
from digest.articles.weighedtext import named_dates, weigh_text
from digest.markup import clean_text
from digest.model.facts import Facts
from digest.model.offer import Offer


def weigh_document(
    facts: Facts, words: Words, lines: list[str] | None, *, name: str, timezone: str
) -> Facts:
    """The facts with their candidates: marked paragraphs, the text's ``lines``, the properties.

    ``lines`` is None where the text holds several articles, whose candidates they have already.
    """
    beside = [*_stated(words), *_others(words)]
    if lines is None:
        before = facts.candidates
        weighed = weigh_text([], facts, timezone=timezone, beside=beside, before=before)
    else:
        weighed = weigh_text(
            lines,
            facts,
            timezone=timezone,
            marked=_marked(words),
            beside=[*named_dates(facts, name), *beside],
        )
    return replace(facts, candidates=weighed)


def _marked(words: Words) -> Iterator[Offer]:
    why = "the paragraph that is marked as this"
    yield Offer(fact="title", value=words.title, basis="style Title or Heading 1", because=why)
    yield Offer(fact="summary", value=words.standfirst, basis="style Subtitle", because=why)


def _stated(words: Words) -> Iterator[Offer]:
    title = clean_text(words.stated_title)
    yield Offer(
        fact="title",
        value=title,
        basis="property title",
        refused="a program's words, no headline" if NO_TITLE.fullmatch(title) else "",
        because="the text begins with it, or has no headline",
        otherwise="the text's own headline comes first",
    )
    creator = clean_text(words.creator)
    yield Offer(
        fact="authors",
        value=creator,
        basis="property creator",
        refused="" if is_person(creator) else "no person's name",
        because="the text names nobody",
        otherwise="the text names its author, or several articles stand in it",
    )
    yield Offer(
        fact="language",
        value=words.language.strip().replace("_", "-"),
        basis="property language",
        because="the text does not say it",
        otherwise="the text says it",
    )


def _others(words: Words) -> Iterator[Offer]:
    for fact, value, basis, refused in words.others:
        yield Offer(fact=fact, value=clean_text(value), basis=basis, refused=refused)
