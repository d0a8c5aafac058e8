"""The use case of ``digest why``: what became of an article, and what would change it.

Everything is derived: from the files of the issues, which every clone has, and from the
database where there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from digest.errors import DigestError, UsageError
from digest.issue.mentions import Mention
from digest.issue.outcome import State, conclude
from digest.lookup import FAR_PAST, Found, Issues, Search, first_seen_in
from digest.model import Window, format_instant
from digest.question import Question, split_questions
from digest.state.judged import Judged, Ruling
from digest.workspace import Workspace

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """All that is known of one article.

    ``mentions`` are the issues that name it, ``rulings`` what runs said of it, both in the
    order of their windows. ``state`` is what it comes to, ``slug`` the issue that decided it;
    ``remedy`` says what would change it.
    """

    key: str
    id: str
    title: str
    url: str | None
    also_at: tuple[str, ...]
    published: str | None
    published_basis: str | None
    first_seen: datetime | None
    source: tuple[str, str | None]
    via: tuple[str, ...]
    input: str
    guid: str | None
    mentions: tuple[Mention, ...]
    rulings: tuple[Ruling, ...]
    state: State
    slug: str
    rule: str
    conclusion: str
    remedy: str

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "id": self.id,
            "title": self.title,
            "url": self.url,
            "also_at": list(self.also_at),
            "published": self.published,
            "published_basis": self.published_basis,
            "first_seen": format_instant(self.first_seen) if self.first_seen else None,
            "source": {"name": self.source[0], "url": self.source[1]},
            "via": list(self.via),
            "input": self.input,
            "guid": self.guid,
            "state": self.state,
            "issue": self.slug,
            "rule": self.rule,
            "conclusion": self.conclusion,
            "remedy": self.remedy,
            "issues": [_mention_json(mention) for mention in self.mentions],
            "verdicts": [_ruling_json(ruling) for ruling in self.rulings],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The answer to one question: ``total`` articles match at least, the likeliest are told of.

    ``nearest`` are titles that come near, when none matches.
    """

    asked: str
    accounts: tuple[Account, ...]
    total: int
    nearest: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "asked": self.asked,
            "total": self.total,
            "articles": [account.to_json() for account in self.accounts],
            "nearest": list(self.nearest),
        }


def explain(workspace: Workspace, asked: Sequence[str], *, timezone: str) -> tuple[Accounts, ...]:
    """What is known of the articles that each question names: by an address, an id, a guid, an
    input file, or words of a title. ``timezone`` is the newsletter's.

    ``asked`` are the arguments of a command line; which of them belong together, see
    :func:`digest.question.split_questions`. Raises UsageError where they ask for nothing.
    """
    with ExitStack() as stack:
        connection, problems = _open(workspace, stack)
        judged = Judged(connection) if connection is not None else None
        issues = Issues([workspace.issue(slug) for slug in workspace.slugs()], connection)

        def is_known(name: str) -> bool:
            return bool(judged and judged.find_called(name)) or issues.give(name)

        questions = [
            Question.parse(text, root=workspace.root) for text in split_questions(asked, is_known)
        ]
        if not questions:
            raise UsageError("asks for nothing", where="digest why", fix="give words of a title")
        answers = []
        for question in questions:
            search = Search(question, judged, issues)
            search.run()
            answers.append(
                Accounts(
                    asked=question.text,
                    accounts=tuple(_account(key, found, timezone) for key, found in search.found),
                    total=search.total,
                    nearest=() if search.total else search.nearest(),
                    problems=(*problems, *search.problems),
                )
            )
            problems = []
        return tuple(answers)


def _open(workspace: Workspace, stack: ExitStack) -> tuple[sqlite3.Connection | None, list[str]]:
    """The database, if there is one that can be read; else what is to be said about it."""
    from digest.state.database import open_existing

    try:
        return stack.enter_context(open_existing(workspace.database)), []
    except DigestError as error:
        return None, [f"{error}; what follows is from the issues alone"]


def _account(key: str, known: Found, timezone: str) -> Account:
    named, seen = known.named, known.seen
    facts = named.article if named else {}
    source = facts.get("source") if isinstance(facts.get("source"), dict) else {}
    mentions = tuple(sorted(known.mentions, key=_place))
    rulings = [ruling for ruling in (seen.own, seen.last) if ruling] if seen else []
    rulings = sorted(dict.fromkeys(rulings), key=lambda ruling: (ruling.start, ruling.judged_at))
    published = seen.published if seen else facts.get("published")
    outcome = conclude(
        mentions,
        [(ruling.rule, ruling.reason, ruling.slug) for ruling in rulings],
        published=published,
        timezone=timezone,
    )
    return Account(
        key=key,
        id=seen.id if seen else named.id if named else "",
        title=known.title,
        url=seen.url if seen else named.url if named else None,
        also_at=_other_addresses(key, known),
        published=published,
        published_basis=(seen.basis if seen else None) or facts.get("published_basis"),
        first_seen=seen.first_seen if seen else first_seen_in(named),
        source=(
            (seen.source, seen.source_url)
            if seen and seen.source
            else (str((source or {}).get("name") or ""), (source or {}).get("url"))
        ),
        via=seen.via if seen else (),
        input=(seen.input if seen else None) or str(facts.get("input") or ""),
        guid=seen.guid if seen else None,
        mentions=mentions,
        rulings=tuple(rulings),
        state=outcome.state,
        slug=outcome.slug,
        rule=outcome.rule,
        conclusion=outcome.conclusion,
        remedy=outcome.remedy,
    )


def _other_addresses(key: str, known: Found) -> tuple[str, ...]:
    """Addresses under which the article came, too."""
    found = set(known.seen.also_at if known.seen else ())
    for mention in known.mentions:
        found.update(sign.url for sign in mention.named.signs if sign.url)
    return tuple(sorted(found - {key}))


def _place(mention: Mention) -> tuple[datetime, str]:
    return (mention.window.start if mention.window else FAR_PAST), mention.slug


def _mention_json(mention: Mention) -> dict[str, Any]:
    composed = mention.composed_at
    return {
        "slug": mention.slug,
        "window": mention.window.to_json() if mention.window else None,
        "composed_at": format_instant(composed) if composed else None,
        "sent": [
            {"target": line.get("target"), "at": line.get("at")} for line in mention.deliveries
        ],
        "fate": mention.fate,
        "section": mention.section,
        "under": mention.under,
        "rule": mention.rule,
        "reason": mention.reason,
        "late": mention.late,
        **mention.placement,
        **({"tie": mention.tie} if mention.tie else {}),
    }


def _ruling_json(ruling: Ruling) -> dict[str, Any]:
    window = Window(start=ruling.start, end=ruling.end, timezone=ruling.timezone)
    return {
        "slug": ruling.slug,
        "window": window.to_json(),
        "judged_at": format_instant(ruling.judged_at),
        "rule": ruling.rule,
        "reason": ruling.reason,
    }
