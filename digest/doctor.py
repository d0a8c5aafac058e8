"""What state a workspace is in: its settings, database, sources, templates, and the machine."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from digest import __version__
from digest.config import Settings
from digest.config.read import read_settings
from digest.errors import ConfigError, DigestError
from digest.workspace import Workspace

State = Literal["ok", "note", "wrong"]

FAILS_TOO_OFTEN = 3
"""Runs in a row after which a failing source is something wrong, no bad day."""

MANY_UNUSED_BYTES = 20_000_000
_CLOCK_SLACK = timedelta(minutes=5)
_LIBRARIES = (
    ("pypdf", "PDF files as articles", "documents"),
    ("docx", "Word files as articles", "documents"),
    ("keyring", "passwords in the system's keyring", "keyring"),
    ("llm", "summaries by a language model", "llm"),
)
_PROGRAMS = (
    ("spamassassin", "`digest check --spam`"),
    ("git", "the history of issues that you commit"),
)
_FOR_EVER_WRONG = ("gone", "not-a-feed")
_FAILED = ("failed", "blocked", *_FOR_EVER_WRONG)
_WORTH_A_LOOK = ("empty", "stale", "saturated", "redirected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that was looked at; ``fix`` says what to do where there is something to do."""

    section: str
    state: State
    text: str
    fix: str = ""

    def to_json(self) -> dict[str, str]:
        return {
            "section": self.section,
            "state": self.state,
            "text": self.text,
            "fix": self.fix,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """All facts, in the order in which they are read; ``sources`` is what the database keeps of
    each source in the settings."""

    facts: tuple[Fact, ...]
    sources: tuple[dict[str, Any], ...]

    @property
    def wrong(self) -> int:
        """How many of them are wrong."""
        return sum(fact.state == "wrong" for fact in self.facts)

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return {
            "wrong": self.wrong,
            "facts": [fact.to_json() for fact in self.facts],
            "sources": list(self.sources),
        }


def examine(workspace: Workspace, now: datetime) -> Diagnosis:
    """Looks at everything and changes nothing; no server is asked.

    What cannot be read is a fact that is wrong, and the rest is looked at all the same.
    """
    settings = Settings()
    facts = [Fact(section="workspace", state="ok", text=str(workspace.root))]
    path = workspace.settings_path
    assert path is not None
    try:
        settings = read_settings(path)
        named = f"{_count(settings.sources, 'source')}, {_count(settings.topics, 'topic')}"
        facts.append(Fact(section="workspace", state="ok", text=f"digest.toml is right: {named}"))
    except ConfigError as error:
        # Each line is one mistake, with its place.
        facts += [
            Fact(section="workspace", state="wrong", text=line) for line in str(error).splitlines()
        ]
    facts += _issues(workspace)
    sources: tuple[dict[str, Any], ...] = ()
    database = workspace.database
    if database is None or not database.is_file():
        text = "none yet: the first `digest gather` or `digest compose` makes it"
        facts.append(Fact(section="database", state="note", text=text))
    else:
        try:
            about, of_sources, sources = _database(database, settings, now)
            facts += [*about, *of_sources]
        except DigestError as error:
            fix = error.fix or ""
            facts.append(Fact(section="database", state="wrong", text=error.message, fix=fix))
    facts += _exposed(settings)
    facts += _templates(workspace, settings)
    facts += _machine(settings, now)
    return Diagnosis(facts=tuple(facts), sources=sources)


def _count(things: int | Sequence[object], one: str, many: str = "") -> str:
    number = things if isinstance(things, int) else len(things)
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _issues(workspace: Workspace) -> Iterator[Fact]:
    from digest.press import read_issue, read_lock

    slugs = workspace.slugs()
    yield Fact(section="workspace", state="ok", text=_count(slugs, "issue"))
    for slug in slugs:
        folder = workspace.issue(slug)
        for read in (read_issue, read_lock):
            try:
                read(workspace, folder)
            except DigestError as error:
                yield Fact(section="workspace", state="wrong", text=str(error))


def _database(
    file: Path, settings: Settings, now: datetime
) -> tuple[list[Fact], list[Fact], tuple[dict[str, Any], ...]]:
    """What there is to say of the database and of the sources, and the records of these."""
    from digest.state.database import backups, open_database, schema_of
    from digest.state.migrations import MIGRATIONS
    from digest.state.seen import Seen
    from digest.state.upkeep import LARGEST_BYTES, find_faults, measure

    def fact(state: State, text: str, fix: str = "") -> Fact:
        return Fact(section="database", state=state, text=text, fix=fix)

    schema = schema_of(file)
    # A copy, for it is looked at as the newest schema has it, and nothing may change.
    with open_database(file, scratch=True) as connection:
        faults, size = find_faults(connection), measure(connection)
        records = Seen(connection).records()
    facts = [fact("ok", f"{file}: {size.bytes / 1e6:.1f} MB")]
    if schema == len(MIGRATIONS):
        facts.append(fact("ok", f"schema {schema}, the newest"))
    else:
        text = f"schema {schema} of {len(MIGRATIONS)}: the next run brings it forward"
        facts.append(fact("note", f"{text}, and keeps it as it is beside"))
    limit = LARGEST_BYTES / 1e6
    text = f"past {limit:.0f} MB beside answers, articles go that no source has offered for long"
    facts.append(fact("ok", text))
    facts += [fact("ok", f"kept from before a migration: {copy}") for copy in backups(file)]
    if size.unused > MANY_UNUSED_BYTES:
        facts.append(fact("note", f"{size.unused / 1e6:.0f} MB are unused", "digest gc"))
    if faults:
        fix = "move it away: a new one is made"
        facts += [fact("wrong", f"damaged: {fault}", fix) for fault in faults]
    else:
        facts.append(fact("ok", "whole, by SQLite's own check"))
    rows = size.rows
    lost = (
        f"kept answers ({rows['response']}), first-seen times with what runs said of them "
        f"({_count(rows['article'], 'article')}), the ledger of recipients "
        f"({_count(rows['delivery'], 'delivery', 'deliveries')}) "
        "and earlier states of issue.md"
    )
    facts.append(fact("ok", f"who deletes .digest/ loses {lost}; nothing else"))
    ahead = [r.tried_at for r in records.values() if r.tried_at and r.tried_at > now + _CLOCK_SLACK]
    if ahead:
        text = f"sources were read at {max(ahead).isoformat()}, which is still to come"
        facts.append(fact("note", text, "see whether the clock is right"))
    of_sources, told = [], []
    for source in settings.sources:
        record = records.get(source.label)
        of_sources.append(_source(source.label, source.enabled, record))
        told.append(_record(source.label, source.url, record))
    if not settings.sources:
        of_sources.append(Fact(section="sources", state="note", text="digest.toml names none"))
    return facts, of_sources, tuple(told)


def _source(label: str, enabled: bool, record: Any) -> Fact:
    def fact(state: State, text: str, fix: str = "") -> Fact:
        return Fact(section="sources", state=state, text=f"{label}: {text}", fix=fix)

    if not enabled:
        return fact("ok", "disabled")
    if record is None or not record.status:
        return fact("note", "not read yet")
    said = f"{record.status}, {record.detail}" if record.detail else record.status
    if record.status in _FAILED:
        count = record.failures_in_a_row
        since = f" since {record.failing_since:%d %b %Y}" if record.failing_since else ""
        said += f"; failed in {_count(count, 'run')}{since}"
        lasting = count >= FAILS_TOO_OFTEN or record.status in _FOR_EVER_WRONG
        return fact("wrong" if lasting else "note", said)
    return fact("note" if record.status in _WORTH_A_LOOK else "ok", said)


def _exposed(settings: Settings) -> Iterator[Fact]:
    """Sources whose credentials anybody on the way could read."""
    from digest.sources.access import EXPOSED_FIX, find_exposed

    for source in settings.sources:
        if exposed := find_exposed(source):
            text = f"{source.label}: {exposed}"
            yield Fact(section="sources", state="note", text=text, fix=EXPOSED_FIX)


def _record(label: str, url: str, record: Any) -> dict[str, Any]:
    from digest.model.article import format_instant

    def written(instant: datetime | None) -> str | None:
        return format_instant(instant) if instant else None

    known = record is not None
    usual = record.usual_interval if known else None
    return {
        "name": label,
        "url": url,
        "status": record.status if known else "",
        "detail": record.detail if known else "",
        "articles": record.articles if known else 0,
        "tried_at": written(record.tried_at) if known else None,
        "last_success": written(record.last_success) if known else None,
        "failures_in_a_row": record.failures_in_a_row if known else 0,
        "failing_since": written(record.failing_since) if known else None,
        "usual_interval_hours": round(usual.total_seconds() / 3600, 2) if usual else None,
    }


def _templates(workspace: Workspace, settings: Settings) -> Iterator[Fact]:
    """The theme, tried on the newest issue where there is one."""
    from digest.press import prove, slugs_by_window
    from digest.render.templates import require_theme

    theme, own = settings.newsletter.theme, workspace.templates
    try:
        require_theme(theme, own if own.is_dir() else None)
        slugs = slugs_by_window(workspace)
        if slugs:
            prove(workspace, settings, workspace.issue(slugs[-1]))
            text = f"theme {theme}, tried on {slugs[-1]}"
        else:
            text = f"theme {theme}"
        yield Fact(section="templates", state="ok", text=text)
    except DigestError as error:
        yield Fact(section="templates", state="wrong", text=str(error))
    if own.is_dir():
        count = _count(sum(path.is_file() for path in own.rglob("*")), "file")
        yield Fact(section="templates", state="ok", text=f"{count} of your own in {own}")


def _machine(settings: Settings, now: datetime) -> Iterator[Fact]:
    from digest.window import zone_named

    def fact(text: str, state: State = "ok", fix: str = "") -> Fact:
        return Fact(section="machine", state=state, text=text, fix=fix)

    python = ".".join(map(str, sys.version_info[:3]))
    yield fact(f"digest {__version__}, Python {python}, SQLite {sqlite3.sqlite_version}")
    zone = settings.newsletter.timezone
    local = now.astimezone(zone_named(zone))
    yield fact(f"it is {local:%Y-%m-%d %H:%M %z} in {zone}, by this machine's clock")
    for library, purpose, extra in _LIBRARIES:
        if find_spec(library) is not None:
            yield fact(f"{library} is there, for {purpose}")
        else:
            fix = f"if you want that: pip install 'newsletter-digest[{extra}]'"
            yield fact(f"{library} is not there, for {purpose}", "note", fix)
    for program, purpose in _PROGRAMS:
        found = shutil.which(program)
        if found:
            yield fact(f"{program} is there, for {purpose}")
        else:
            yield fact(f"{program} is not there, for {purpose}", "note")
