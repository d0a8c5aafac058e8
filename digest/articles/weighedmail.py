"""What a mail says of each fact, and why it won or lost: for ``digest articles --explain``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.message import Message

from digest.articles.forwards import Original
from digest.articles.mailparts import decode_words, header, raw_header
from digest.articles.senders import list_name
from digest.articles.weighedtext import weigh_text
from digest.dates import parse_when
from digest.model.article import Link
from digest.model.candidate import Candidate, Candidates, Fact
from digest.model.facts import Facts
from digest.model.offer import Offer, settle, shown

_MOST_STAMPS = 20
_TIMED = frozenset(["x-received", "x-arrival-time", "x-originalarrivaltime", "expires"])
_TITLED = frozenset(["thread-topic", "x-original-subject", "x-subject", "comments"])
_NAMED = {
    "sender": "who handed it in, not who publishes",
    "reply-to": "who reads the answers, not who publishes",
    "organization": "where the sender works, by his program's word",
    "x-original-from": "another sender's; From comes first",
    "x-forwarded-for": "an address on its way",
    "list-id": "a list's name; the sender says more",
}
_FORWARDER = "the forwarder's; the original's headers stand in the text"


def weigh_mail(
    message: Message,
    original: Original | None,
    *,
    told: Facts,
    facts: Facts,
    sender: tuple[tuple[str, ...], Link | None],
    hidden: str,
    lines: list[str],
    timezone: str,
) -> tuple[Candidate, ...]:
    """What the headers and the text ``told`` of each fact of ``facts``. ``hidden`` is the line
    that mail programs show beside the subject, ``lines`` are the text's."""
    weighed = Candidates(wanted=True)
    _weigh_headers(weighed, message, original, told=told, facts=facts, sender=sender)
    beside = [*_further(message, timezone), *_words(message, hidden)]
    return weigh_text(lines, facts, timezone=timezone, beside=beside, before=weighed.all())


def weigh_carrier(facts: Facts, carrier: Message) -> Facts:
    """The facts of an attached mail with what the mail that carries it offers."""
    weighed = Candidates(wanted=True)
    for entry in facts.candidates:
        keep = weighed.won if entry.won else weighed.lost
        keep(entry.fact, entry.value, entry.basis, entry.verdict)
    headers: tuple[tuple[Fact, str], ...] = (
        ("title", "subject"),
        ("published", "date"),
        ("authors", "from"),
    )
    for fact, name in headers:
        if said := header(carrier, name):
            weighed.lost(fact, said, f"carrier:{name}", "of the mail that has it attached")
    return replace(facts, candidates=weighed.all())


def weigh_item(item: Facts, letter: Facts) -> Facts:
    """An item of a newsletter with what its link and the newsletter's headers offer."""
    weighed = Candidates(wanted=True)
    for entry in letter.candidates:
        if entry.fact in ("published", "language"):
            keep = weighed.won if entry.won else weighed.lost
            keep(entry.fact, entry.value, entry.basis, entry.verdict)
    source = letter.source.name if letter.source is not None else ""
    offers = [
        Offer(fact="title", value=item.title, basis="words of the link"),
        Offer(fact="title", value=letter.title, basis="mail:subject", refused="the newsletter's"),
        Offer(fact="summary", value=item.summary, basis="text beside the link"),
        Offer(fact="url", value=item.url or "", basis="link", because="where it leads"),
        Offer(
            fact="source",
            value=source,
            basis="the newsletter",
            because="the link is on its own site, or does not say where it leads",
            otherwise="the link leads to another site",
        ),
        Offer(fact="source", value=shown(item, "source"), basis="site of the link"),
    ]
    settle(weighed, item, offers)
    return replace(item, candidates=weighed.all())


def _further(message: Message, timezone: str) -> Iterator[Offer]:
    """Headers beside those that are read: who passed it on when, what programs add."""
    stamps = 0
    for key, raw in message.raw_items():
        name = key.lower()
        value = decode_words(str(raw))[:1000]
        if name == "received" and stamps < _MOST_STAMPS and ";" in value:
            stamps += 1
            stamp = " ".join(value.rpartition(";")[2].split())
            yield Offer(
                fact="published",
                value=stamp,
                basis="mail:received",
                because="no Date header can be read: the first server's time",
                otherwise="when a server took it in, not when it was written",
            )
        elif name not in ("date", "received") and ("date" in name or name in _TIMED):
            when, _ = parse_when(value, basis="", timezone=timezone)
            if when is not None:
                refused = "a program's time, not when it was written"
                yield Offer(fact="published", value=value, basis=f"mail:{name}", refused=refused)
        elif name in _TITLED:
            yield Offer(
                fact="title", value=value, basis=f"mail:{name}", otherwise="the subject comes first"
            )
        elif name in _NAMED:
            said = list_name(message) or value if name == "list-id" else value
            yield Offer(fact="source", value=said, basis=f"mail:{name}", refused=_NAMED[name])


def _words(message: Message, hidden: str) -> Iterator[Offer]:
    yield Offer(
        fact="summary",
        value=hidden,
        basis="preheader",
        because="what mail programs show beside the subject",
        otherwise="the text has a standfirst, or begins so",
    )
    language = raw_header(message, "content-language").split(",")[0].strip()
    yield Offer(fact="language", value=language, basis="mail:content-language")


def _weigh_headers(
    weighed: Candidates,
    message: Message,
    original: Original | None,
    *,
    told: Facts,
    facts: Facts,
    sender: tuple[tuple[str, ...], Link | None],
) -> None:
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
