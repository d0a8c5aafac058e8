"""A newsletter's items as Facts: each link that it tells of, dated as the mail is."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from digest.articles.redirects import clean_address, is_opaque
from digest.markup import clean_text
from digest.model.article import Link
from digest.model.facts import Facts
from digest.urls import canonical_url, host_label

OPAQUE = "its link does not say where it leads"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """An item of a newsletter in plain words; ``byline`` is what stands in brackets behind its
    title, ``text`` what the newsletter says of it."""

    title: str
    url: str
    text: str = ""
    byline: str = ""


ReadItems = Callable[[str, str], Sequence[NewsItem]]
"""What finds items in a mail's HTML ("" where it has none) and its text."""


def item_facts(items: Sequence[NewsItem], mail: Facts, *, sender_host: str) -> list[Facts]:
    """The facts of a newsletter's items, each page once.

    ``mail`` are the newsletter's own: date and language are an item's, too. The source is the
    publisher that the link leads to; the newsletter's, where that is the sender's own site or
    where the link does not say where it leads.
    """
    by_page: dict[str, Facts] = {}
    problems = tuple(problem for problem in mail.problems if problem != "no title")
    for item in items:
        url = clean_address(item.url)
        title = clean_text(item.title)
        if url is None or not title:
            continue
        opaque = is_opaque(url)
        found = Facts(
            title=title,
            # Not its text: that is the article's, and its words are counted.
            summary=clean_text(item.text),
            url=url,
            published=mail.published,
            source=mail.source if opaque else _publisher(item, url, mail, sender_host),
            language=mail.language,
            problems=(*problems, OPAQUE) if opaque else problems,
        )
        key = canonical_url(url) or url
        first = by_page.setdefault(key, found)
        if first is not found and not first.summary:
            by_page[key] = dataclasses.replace(first, summary=found.summary)
    return [
        dataclasses.replace(facts, fragment=str(number))
        for number, facts in enumerate(by_page.values(), start=1)
    ]


def settle_link(facts: Facts, url: str) -> Facts:
    """An item whose link was opaque, now that its server has said where it leads."""
    page = clean_address(url)
    if page is None or is_opaque(page):
        return facts
    return dataclasses.replace(
        facts,
        url=page,
        source=_home(page, host_label(page)),
        problems=tuple(problem for problem in facts.problems if problem != OPAQUE),
    )


def _publisher(item: NewsItem, url: str, mail: Facts, sender_host: str) -> Link:
    host = host_label(url)
    own = sender_host and mail.source is not None and _same_site(host, sender_host)
    if own and mail.source is not None:
        return _home(url, mail.source.name)
    # A name in brackets may be the writer's, or "5 minute read": only the host vouches for it.
    letters = re.sub(r"[^\w]|_", "", item.byline).casefold()
    if len(letters) >= 3 and letters in re.sub(r"[^\w]|_", "", host).casefold():
        return _home(url, item.byline)
    return _home(url, host)


def _home(url: str, name: str) -> Link:
    parts = urlsplit(url)
    return Link(name=name, url=f"{parts.scheme}://{parts.netloc.lower()}/")


def _same_site(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
