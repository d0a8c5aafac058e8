"""The use case of ``digest why``: what became of an article, and what would change it.

Everything is derived: from the files of the issues, which every clone has, and from the
database where there is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from digest.errors import DigestError, UsageError
from digest.issue.mentions import Mention, Named, find_mentions
from digest.issue.outcome import State, conclude
from digest.memory import read_files, recall_names
from digest.model import Window, format_instant
from digest.question import Question
from digest.state.judged import Judged, Ruling, SeenArticle
from digest.workspace import IssueFolder, Workspace

if TYPE_CHECKING:
    import sqlite3

TOLD_AT_MOST = 20
"""So many of the articles that match are told of; the others are counted."""
ENOUGH = 100
"""With so many matches the issues are searched no further for others."""
NEAREST = 3
_FAR_PAST = datetime.min.replace(tzinfo=UTC)


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


def explain(workspace: Workspace, asked: str, *, timezone: str) -> Accounts:
    """What is known of the articles that ``asked`` names: an address, an id, a guid, an input
    file, or words of a title. ``timezone`` is the newsletter's."""
    if not asked.strip():
        raise UsageError("asks for nothing", where="digest why", fix="give words of a title")
    question = Question.parse(asked, root=workspace.root)
    with ExitStack() as stack:
        connection, problems = _open(workspace, stack)
        return _Search(workspace, question, connection, problems).answer(timezone)


def _open(workspace: Workspace, stack: ExitStack) -> tuple[sqlite3.Connection | None, list[str]]:
    """The database, if there is one that can be read; else what is to be said about it."""
    from digest.state.database import open_existing

    try:
        return stack.enter_context(open_existing(workspace.database)), []
    except DigestError as error:
        return None, [f"{error}; what follows is from the issues alone"]


@dataclass(slots=True)
class _Known:
    """What has been found of one article so far."""

    named: Named | None = None
    seen: SeenArticle | None = None
    mentions: list[Mention] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.seen.title if self.seen else self.named.title if self.named else ""


class _Search:
    def __init__(
        self,
        workspace: Workspace,
        question: Question,
        connection: sqlite3.Connection | None,
        problems: list[str],
    ) -> None:
        self._folders = [workspace.issue(slug) for slug in workspace.slugs()]
        self._question = question
        self._connection = connection
        self._judged = Judged(connection) if connection is not None else None
        self._problems = problems
        self._known: dict[str, _Known] = {}
        self._named: list[tuple[IssueFolder, str]] = []
        # Other addresses of articles, with the keys that they are known by.
        self._moved: dict[str, str] = {}
        # Matches that are only counted.
        self._untold = 0

    def answer(self, timezone: str) -> Accounts:
        self._ask_database()
        # An article that one issue names as asked may have another title in the next.
        read = set(self._known)
        self._read_issues(read)
        fresh = set(self._known) - read
        if 0 < len(fresh) <= TOLD_AT_MOST:
            self._look_up(fresh)
            self._read_issues(fresh, only=True)
        order = sorted(self._known, key=self._likeness)
        told = [_account(key, self._known[key], timezone) for key in order[:TOLD_AT_MOST]]
        return Accounts(
            asked=self._question.text,
            accounts=tuple(told),
            total=len(order) + self._untold,
            nearest=() if order else self._nearest(),
            problems=tuple(dict.fromkeys(self._problems)),
        )

    def _ask_database(self) -> None:
        if self._judged is None:
            return
        ids = self._question.ids()
        found = {seen.id for seen in self._judged.find(ids)}
        if not found:
            found = self._judged.find_called(self._question.text)
            found |= self._judged.find_called(self._question.path)
        if not found:
            found = self._titled(self._judged)
        self._take(self._judged.find(found))

    def _titled(self, judged: Judged) -> set[str]:
        """Ids of the likeliest of all articles whose titles have the words."""
        question = self._question
        if not question.words:
            return set()
        # The newest first: sorting keeps the order of equals.
        rows = sorted(
            (row for row in judged.titles(*question.parts()[:2]) if question.is_title(row[1])),
            key=lambda row: (row[2], row[0]),
            reverse=True,
        )
        likeliest = sorted(rows, key=lambda row: question.likeness(row[1]))
        found = dict.fromkeys(row[0] for row in likeliest)
        self._untold = max(len(found) - TOLD_AT_MOST, 0)
        return set(list(found)[:TOLD_AT_MOST])

    def _look_up(self, keys: Iterable[str]) -> None:
        """What the database knows of articles that the issues name."""
        if self._judged is not None:
            named = [self._known[key].named for key in keys]
            self._take(self._judged.find(entry.id for entry in named if entry is not None))

    def _take(self, found: Iterable[SeenArticle]) -> None:
        for seen in found:
            key = seen.url or f"digest:{seen.id}"
            self._known.setdefault(key, _Known()).seen = seen
            self._moved.update((url, key) for url in seen.also_at)

    def _read_issues(self, keys: set[str], *, only: bool = False) -> None:
        """What the issues say of the articles with these keys, and of those that are asked for."""
        named = sorted(keys)[:TOLD_AT_MOST]
        named += [url for url, key in sorted(self._moved.items()) if key in keys]
        parts = [key.removeprefix("digest:").casefold() for key in named]

        def wanted(entry: Named) -> bool:
            key = self._moved.get(entry.key, entry.key)
            return key in keys or (not only and self._asks_for(entry))

        for folder, names in self._names():
            # With more matches than are told, the issues have none to add.
            only = only or self._untold > 0 or len(self._known) > ENOUGH
            if not (
                any(part in names for part in parts)
                or (not only and self._question.may_be_in(names))
            ):
                continue
            mentions, problems = find_mentions(folder.slug, *read_files(folder), wanted)
            self._problems += problems
            for mention in mentions:
                key = self._moved.get(mention.named.key, mention.named.key)
                known = self._known.setdefault(key, _Known())
                known.named = known.named if known.named and known.named.article else mention.named
                others = [one for one in known.mentions if one.slug == mention.slug]
                if all(other.fate == "left-out" for other in others):
                    known.mentions = [one for one in known.mentions if one not in others]
                    known.mentions.append(mention)

    def _names(self) -> list[tuple[IssueFolder, str]]:
        """Every issue with the names that it gives to articles, the newest first."""
        if not self._named:
            self._named = list(recall_names(self._folders, self._connection))[::-1]
        return self._named

    def _asks_for(self, entry: Named) -> bool:
        return self._question.names(
            key=entry.key,
            title=entry.title,
            url=entry.url,
            article_id=entry.id,
            source=entry.input,
            signs=entry.signs,
        )

    def _likeness(self, key: str) -> tuple[int, float, str]:
        """The whole title first, then whole words, then the rest; of equals the newer first."""
        known = self._known[key]
        first_seen = known.seen.first_seen if known.seen else _first_seen(known.named)
        age = -(first_seen or _FAR_PAST).timestamp() if first_seen else 0.0
        return self._question.likeness(known.title), age, key

    def _nearest(self) -> tuple[str, ...]:
        """The titles that come nearest to what was asked."""
        titles = {row[1] for row in self._judged.titles()} if self._judged else set()
        for folder in self._folders if not titles else ():
            mentions, _ = find_mentions(folder.slug, *read_files(folder), lambda _: True)
            titles.update(mention.named.title for mention in mentions)
        return self._question.nearest(titles, at_most=NEAREST)


def _account(key: str, known: _Known, timezone: str) -> Account:
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
        first_seen=seen.first_seen if seen else _first_seen(named),
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


def _other_addresses(key: str, known: _Known) -> tuple[str, ...]:
    """Addresses under which the article came, too."""
    found = set(known.seen.also_at if known.seen else ())
    for mention in known.mentions:
        found.update(sign.url for sign in mention.named.signs if sign.url)
    return tuple(sorted(found - {key}))


def _place(mention: Mention) -> tuple[datetime, str]:
    return (mention.window.start if mention.window else _FAR_PAST), mention.slug


def _first_seen(named: Named | None) -> datetime | None:
    text = named.article.get("first_seen") if named else None
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


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
