"""What a mail says of each fact, and why it won or lost: for ``digest articles --explain``."""

from __future__ import annotations

from email.message import Message

from digest.articles.forwards import Original
from digest.articles.mailparts import decode_words, header, raw_header
from digest.articles.senders import list_name
from digest.model.article import Link
from digest.model.candidate import Candidates
from digest.model.facts import Facts

_FORWARDER = "the forwarder's; the original's headers stand in the text"


def weigh_mail(
    weighed: Candidates,
    message: Message,
    original: Original | None,
    *,
    told: Facts,
    facts: Facts,
    sender: tuple[tuple[str, ...], Link | None],
) -> None:
    """Fills ``weighed`` with what the headers and the text ``told`` of each fact of ``facts``."""
    people, house = sender
    written = original.sender if original is not None else raw_header(message, "from")
    basis = "forwarded headers" if original is not None else "mail:from"
    if facts.title:
        weighed.won("title", facts.title, "mail:subject", "a mail's subject is its headline")
    _header(weighed, "title", message, "subject", original, facts.title)
    if original is not None:
        _header(weighed, "published", message, "date", original, "")
        if original.date and facts.published is None:
            weighed.lost("published", original.date, "forwarded headers", "no day in one reading")
    elif facts.published is None and (date := raw_header(message, "date")):
        weighed.lost("published", decode_words(date), "mail:date", "no date")
    if facts.published is not None:
        why = "the original's" if original is not None else "the mail's own"
        weighed.won("published", facts.published.raw, facts.published.basis, why)
    if told.published is not None and told.published != facts.published:
        why = "the mail's own date goes before one in its text"
        weighed.lost("published", told.published.raw, told.published.basis, why)
    if facts.source is not None:
        if facts.source == told.source:
            weighed.won("source", facts.source.name, "text", "the text names it")
        elif original is None and facts.source.name == list_name(message):
            why = "a list publishes what is sent to it"
            weighed.won("source", facts.source.name, "mail:list-id", why)
        else:
            why = "a house that sends is the publisher"
            weighed.won("source", facts.source.name, basis, why)
    if house is not None and house != facts.source:
        weighed.lost("source", house.name, basis, "the text names its source")
    if facts.authors:
        named = bool(told.authors)
        why = "the text's byline" if named else "a person who sends is the author"
        weighed.won("authors", ", ".join(facts.authors), "text" if named else basis, why)
    if people and people != facts.authors:
        weighed.lost("authors", ", ".join(people), basis, "the text has a byline")
    if written and not people and house is None:
        weighed.lost("source", decode_words(written)[:200], basis, "names neither person nor house")
    if facts.url:
        own = facts.url != told.url
        why = "the mail's own page" if own else "the text names it"
        weighed.won("url", facts.url, "mail:archived-at" if own else "text", why)


def _header(
    weighed: Candidates,
    fact: str,
    message: Message,
    name: str,
    original: Original | None,
    value: str,
) -> None:
    said = header(message, name)
    if said and said != value:
        why = _FORWARDER if original is not None else "as written; what is no headline is left out"
        weighed.lost(fact, said, f"mail:{name}", why)  # type: ignore[arg-type]
