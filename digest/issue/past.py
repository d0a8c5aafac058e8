"""The memory of a newsletter, read from the issues themselves.

What stands outside Hold in an issue.md was issued; what issue.lock proposed and the document
does not have was cut; what stands in Hold waits for the next issue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from digest.errors import DocumentError, LockError
from digest.issue.expiry import waiting_after
from digest.issue.glance import glance_at_lock
from digest.issue.head import read_head, split_head
from digest.issue.lock import Lock, read_window
from digest.issue.match import all_items, also_keys
from digest.issue.parse import parse_issue
from digest.issue.propose import HeldItem
from digest.issue.scan import scan_sections
from digest.issue.standing import standing
from digest.model import Issue, Window
from digest.model.report import FAILURES
from digest.model.rules import BULK, HOLD_EXPIRED
from digest.names import known_as
from digest.window import PUT_OFF, Past, PastWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class PastIssue:
    """What one issue leaves behind; ``window`` is None when neither of its files states it.

    ``waiting`` are the keys of what stands in its Hold, ``held`` its items. ``left_out`` are
    (id, rule, first seen) of articles that its lock names as left out, ``complete`` says that
    these are all, but for some of those before the window or issued already. ``names`` goes from
    other names of what was issued, cut or held to the keys. ``read`` are the sources that it was
    composed from, None where its lock names none.
    """

    slug: str
    window: Window | None
    composed_at: datetime | None
    issued: frozenset[str]
    cut: frozenset[str]
    waiting: frozenset[str] = frozenset()
    held: tuple[HeldItem, ...] = ()
    left_out: tuple[tuple[str, str, str], ...] = ()
    complete: bool = False
    read: frozenset[str] | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def dropped(self) -> frozenset[str]:
        """Ids of what it did not propose again, for it had waited in Hold for too long."""
        return frozenset(name for name, rule, _ in self.left_out if rule == HOLD_EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """All issues in the order of their windows, and what could not be read of them."""

    issues: tuple[PastIssue, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def last_end(self) -> datetime | None:
        """Where the last issue's window ends; None when there is none."""
        return self.last_end_without("")

    def last_end_without(self, slug: str) -> datetime | None:
        """The same, as if the issue ``slug`` did not exist."""
        ends = (issue.window.end for issue in self.issues if issue.window and issue.slug != slug)
        return max(ends, default=None)

    def past_without(self, slug: str) -> Past:
        """What is known of all issues but ``slug``, the one that is being composed."""
        others = [issue for issue in self.issues if issue.slug != slug]
        issued: dict[str, str] = {}
        cut: dict[str, str] = {}
        held: set[str] = set()
        for issue in others:
            for key in sorted(issue.issued):
                issued.setdefault(key, issue.slug)
            cut.update((key, issue.slug) for key in issue.cut)
            held |= issue.waiting
        names: dict[str, str] = {}
        for issue in others:
            names.update(issue.names)
        if len(names) < sum(len(issue.names) for issue in others):
            # Of articles that share a name the one that was printed has it, else the first.
            for issue in reversed(others):
                names.update(issue.names)
            for issue in others:
                names.update((name, k) for name, k in issue.names.items() if k in issued)
        return Past(
            windows=tuple(
                PastWindow(
                    slug=issue.slug,
                    start=issue.window.start,
                    end=issue.window.end,
                    composed_at=issue.composed_at or issue.window.end,
                    read=issue.read,
                    complete=issue.complete,
                )
                for issue in others
                if issue.window
            ),
            issued=issued,
            cut={key: where for key, where in cut.items() if key not in issued},
            held=frozenset(held - issued.keys() - cut.keys()),
            put_off=_put_off(others),
            seen=_seen(others),
            names=names,
        )

    def names_known(self, slug: str, start: datetime | None = None) -> dict[str, str]:
        """Names of what stands in the issue ``slug``, was cut from it, or waits for it in Hold,
        each with the key that it goes by there."""
        names: dict[str, str] = {}
        waiting = {entry.item.key for entry in self.held_before(slug, start)}
        for issue in self.issues:
            for name, key in issue.names.items():
                if issue.slug == slug:
                    names[name] = key
                elif key in waiting:
                    names.setdefault(name, key)
        return names

    def last_before(self, slug: str, start: datetime) -> list[str]:
        """The issues after which ``slug``, whose window begins at ``start``, is the next."""
        ends = {
            issue.slug: issue.window.end.astimezone(UTC)
            for issue in self.before(slug, start)
            if issue.window
        }
        latest = max(ends.values(), default=None)
        return [name for name, end in ends.items() if end == latest]

    def held_before(self, slug: str, start: datetime | None = None) -> tuple[HeldItem, ...]:
        """What waits in the Hold of earlier issues than ``slug``, the longest waiting first."""
        before = self.before(slug, start)
        earlier = {slug, *(issue.slug for issue in before)}
        # What a later issue printed, or was cut there, waits no more either.
        done: set[str] = set()
        for issue in self.issues:
            if issue.slug not in earlier:
                done |= issue.issued | issue.cut
        return waiting_after(before, done)

    def before(self, slug: str, start: datetime | None = None) -> tuple[PastIssue, ...]:
        """The issues before ``slug``.

        ``start`` is where the window of an issue that is not there yet begins: one that fills a
        gap comes before those after it. None is after all others.
        """
        slugs = [issue.slug for issue in self.issues]
        if slug in slugs:
            return self.issues[: slugs.index(slug)]
        return tuple(
            issue
            for issue in self.issues
            if start is None
            or issue.window is None
            or issue.window.start.astimezone(UTC) < start.astimezone(UTC)
        )


def remember(documents: Iterable[tuple[str, str, str | None]], *, folder: str = "issues") -> Memory:
    """The memory of (slug, text of issue.md, text of issue.lock or None) of every issue.

    ``folder`` is where messages say that they lie. A damaged file is a problem and ends
    nothing: of a damaged document counts what its lock says was proposed.
    """
    return gather_memory(
        read_past_issue(slug, text, lock_text, folder=folder) for slug, text, lock_text in documents
    )


def read_past_issue(
    slug: str, text: str, lock_text: str | None, *, folder: str = "issues"
) -> tuple[PastIssue, tuple[str, ...]]:
    """What one issue leaves behind, and what could not be read of it."""
    problems: list[str] = []
    issue = _read(slug, text, lock_text, f"{folder}/{slug}", problems)
    return issue, tuple(problems)


def gather_memory(found: Iterable[tuple[PastIssue, tuple[str, ...]]]) -> Memory:
    """The memory of issues in any order, each with its problems."""
    pairs = list(found)
    first = datetime.min.replace(tzinfo=UTC)
    return Memory(
        issues=tuple(
            sorted(
                (issue for issue, _ in pairs),
                key=lambda issue: (issue.window.start if issue.window else first, issue.slug),
            )
        ),
        problems=tuple(problem for _, problems in pairs for problem in problems),
    )


def _read(
    slug: str, text: str, lock_text: str | None, place: str, problems: list[str]
) -> PastIssue:
    lock: Lock | None = None
    if lock_text is not None:
        try:
            lock = glance_at_lock(lock_text, f"{place}/issue.lock")
        except LockError as error:
            problems.append(str(error))
    try:
        document = look_at(slug, text, f"{place}/issue.md", window=not (lock and lock.window))
    except DocumentError as error:
        problems.append(str(error))
        document = None
    window = lock.window if lock else None
    if window is None and document is not None:
        window = read_window(document.window, document.timezone)
    base = lock.proposal if lock else None
    if document is None:
        # Nothing says what the editor did: all of it counts as printed, so that none comes twice.
        printed = frozenset(_keys(base)) if base else frozenset()
        return PastIssue(
            slug=slug,
            window=window,
            composed_at=lock.composed_at if lock else None,
            issued=printed,
            cut=frozenset(),
            names=_names(lock, printed),
            left_out=tuple(_left_out(lock)),
            complete=_names_all(lock),
            read=_sources_read(lock),
        )
    issued, held = standing(document, base)
    issued |= set(_without_page(lock, issued))
    cut = set(_keys(base)) - issued - held if base else set()
    return PastIssue(
        slug=slug,
        window=window,
        composed_at=lock.composed_at if lock else None,
        issued=frozenset(issued),
        cut=frozenset(cut),
        waiting=frozenset(held),
        held=_held_items(document, lock, held),
        left_out=tuple(_left_out(lock)),
        complete=_names_all(lock),
        read=_sources_read(lock),
        names=_names(lock, issued | cut | held),
    )


def _names(lock: Lock | None, keys: Collection[str]) -> dict[str, str]:
    """Other names of what goes by ``keys``: of the pages, and those that issue.lock gives."""
    names: dict[str, str] = {}
    for key in sorted(keys):
        name = known_as(key)
        if name != key:
            names.setdefault(name, key)
    for key, of_one in lock.identities.items() if lock else ():
        if key in keys:
            for signs in of_one:
                for name in signs.names_given():
                    names.setdefault(name, key)
    return names


def look_at(slug: str, text: str, file: str, *, window: bool) -> Issue:
    """The document, scanned where that is enough, else parsed; its ``window`` only if asked."""
    raw_head, body = split_head(text, file)
    sections = None if "<<<<<<<" in text or ">>>>>>>" in text else scan_sections(body)
    holds = sections and any(section.kind == "hold" and section.items for section in sections)
    if sections is None or holds:
        return parse_issue(text, slug=slug, file=file)
    known = read_head(raw_head, file)[0] if window else {}
    return Issue(
        slug=slug,
        window=known.get("window", ""),
        timezone=known.get("timezone", ""),
        sections=tuple(sections),
    )


def _keys(issue: Issue | None) -> Iterator[str]:
    """Keys of all items, and of what they are also covered by."""
    for _, item in all_items(issue):
        yield item.key
        yield from also_keys([item])


def _without_page(lock: Lock | None, issued: set[str]) -> Iterator[str]:
    """Articles without a page of their own that an issued item is also covered by."""
    for key, reason in lock.reasons.items() if lock else ():
        if key in issued:
            for article in reason.also:
                if not article.get("url") and article.get("id"):
                    yield f"digest:{article['id']}"


def _sources_read(lock: Lock | None) -> frozenset[str] | None:
    """Labels of the sources that gave what they had."""
    if lock is None or not lock.sources:
        return None
    unread = {*FAILURES, "disabled"}
    return frozenset(
        str(source.get("name"))
        for source in lock.sources
        if str(source.get("status")) not in unread
    )


def _put_off(issues: Iterable[PastIssue]) -> dict[str, str]:
    """Ids of what an issue left to a later one, and none said more of since, with its slug."""
    put_off: dict[str, str] = {}
    for issue in issues:
        for article_id, rule, _ in issue.left_out:
            if rule in PUT_OFF:
                put_off[article_id] = issue.slug
            else:
                put_off.pop(article_id, None)
    return put_off


def _seen(issues: Iterable[PastIssue]) -> dict[str, str]:
    """When what was left out was first seen: the earliest that an issue knows."""
    seen: dict[str, str] = {}
    for issue in issues:
        for article_id, _, first_seen in issue.left_out:
            if first_seen and (article_id not in seen or first_seen < seen[article_id]):
                seen[article_id] = first_seen
    return seen


def _left_out(lock: Lock | None) -> Iterator[tuple[str, str, str]]:
    """Id, rule and first sight, as text, of what the lock names as left out."""
    for entry in lock.left_out if lock else ():
        article = entry.get("article")
        if isinstance(article, dict):
            seen = _instant_text(article.get("first_seen"))
            yield str(article.get("id")), str(entry.get("rule")), seen


def _instant_text(text: object) -> str:
    """An instant with its zone, "" for anything else."""
    try:
        return text if isinstance(text, str) and datetime.fromisoformat(text).tzinfo else ""
    except ValueError:
        return ""


def _names_all(lock: Lock | None) -> bool:
    """Whether the lock names every article that was left out, but for the bulk."""
    if lock is None:
        return False
    named = Counter(str(entry.get("rule")) for entry in lock.left_out)
    return all(
        named[rule] == count for rule, count in lock.left_out_counts.items() if rule not in BULK
    )


def _held_items(document: Issue, lock: Lock | None, held: set[str]) -> tuple[HeldItem, ...]:
    topics = {
        item.key: section.heading
        for section in (lock.proposal.sections if lock and lock.proposal else ())
        if section.kind == "topic"
        for item in section.items
    }
    found: dict[str, HeldItem] = {}
    for section in document.sections:
        for item in section.items if section.kind == "hold" else ():
            if item.key in held and item.key not in found:
                found[item.key] = HeldItem(
                    item=replace(item, place=None, raw=None, raw_fields=()),
                    topic=topics.get(item.key, ""),
                    since=document.slug,
                    signs=lock.identities.get(item.key, ()) if lock else (),
                )
    return tuple(found.values())
