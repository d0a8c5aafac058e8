"""Items beside each other, beside the articles that they came from, and beside the window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from digest.check.catalogue import finding
from digest.check.subject import Source, Subject
from digest.model import Finding, Item

LONG_ISSUE = 12
"""From so many items on, a section of one is told."""

_DOTS = re.compile(r"\w(?:…|\.\.\.)[\"'”’»)\]]*\Z|[\[(](?:…|\.\.\.)[\])]\Z|\w-\Z")


def check_sections(subject: Subject) -> Iterator[Finding]:
    """one-item-section."""
    if len(subject.issue.items) < LONG_ISSUE:
        return
    last = subject.settings.newsletter.last_section
    for section in subject.issue.sections:
        if section.kind == "topic" and len(section.items) == 1 and section.heading != last:
            message = f"one item stands under {section.heading!r}"
            yield finding("one-item-section", message, section.place)


def check_titles(subject: Subject) -> Iterator[Finding]:
    """duplicate-title."""
    seen: dict[str, Item] = {}
    for item in subject.issue.items:
        title = " ".join(item.title.casefold().split())
        other = seen.setdefault(title, item)
        if title and other is not item and other.key != item.key:
            yield finding("duplicate-title", f"a second item is called {item.title!r}", item.place)


def check_dates(subject: Subject) -> Iterator[Finding]:
    """outside-window, undated-item: of items whose article is known."""
    days = _window(subject)
    for item in _articles(subject):
        source = subject.background.sources.get(item.key)
        if source is None:
            continue
        if source.published is None:
            yield finding("undated-item", f"no date is known: {item.title}", item.place)
        elif days and not source.late and not _is_within(source, *days):
            message = f"dated {source.published[:10]}: {item.title}"
            yield finding("outside-window", message, item.place)


def check_summaries(subject: Subject) -> Iterator[Finding]:
    """summary-cut."""
    for item in _articles(subject):
        body = " ".join(item.body.split())
        source = subject.background.sources.get(item.key)
        whole = " ".join(source.summary.split()) if source else ""
        amid = body != whole and whole.startswith(body) and _is_amid_word(whole, len(body))
        if body and (amid or _DOTS.search(body)):
            yield finding("summary-cut", f"it ends in {body[-30:]!r}", item.place)


def _articles(subject: Subject) -> Iterator[Item]:
    for section in subject.issue.sections:
        if section.kind == "topic":
            yield from section.items


def _is_amid_word(text: str, at: int) -> bool:
    return text[at - 1 : at + 1].isalnum() and text[at - 1 : at + 1].isascii()


def _window(subject: Subject) -> tuple[datetime, datetime] | None:
    """The issue's window; None where there is none, or dates do not decide what is in it."""
    settings = subject.settings
    clocks = (settings.window.clock, *(source.clock for source in settings.sources))
    if "first-seen" in clocks:
        return None
    start, _, end = subject.issue.window.partition("/")
    try:
        zone = ZoneInfo(subject.issue.timezone or settings.newsletter.timezone)
        instants = [datetime.fromisoformat(text.strip()) for text in (start, end)]
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return None
    first, last = (at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone) for at in instants)
    return first, last


def _is_within(source: Source, start: datetime, end: datetime) -> bool:
    """A date counts where any instant of its day may lie in the window: readers see the day."""
    text = source.published or ""
    try:
        if len(text) == 10:
            return start.date() <= date.fromisoformat(text) <= end.date()
        at = datetime.fromisoformat(text)
    except ValueError:
        return True
    if at.tzinfo is None:
        at = at.replace(tzinfo=start.tzinfo)
    return start <= at < end
