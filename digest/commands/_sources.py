"""How sources are found, chosen and told on the command line."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from digest.config import Settings, Source
    from digest.config.amend import Edited
    from digest.feeds.discovery import Offer
    from digest.model import SourceReport
    from digest.roster import Listed
    from digest.sources.finding import Finder
    from digest.sources.preview import Preview
    from digest.sources.subscriptions import Import
    from digest.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an address: exactly one of ``known``, ``offers`` to choose from, and a
    ``preview``, which is saved where ``saved`` is set."""

    known: Source | None = None
    offers: tuple[Offer, ...] = ()
    preview: Preview | None = None
    saved: Source | None = None
    edited: Edited | None = None

    def to_json(self, *, dry_run: bool) -> dict[str, Any]:
        """What ``--json`` prints."""
        if self.known:
            status = "known"
        elif self.offers:
            status = "choose"
        else:
            status = "found" if dry_run or not self.saved else "added"
        source = self.known or self.saved
        return {
            "status": status,
            "source": {
                "name": source.label,
                "url": source.url or None,
                "path": source.path or None,
                "kind": source.kind,
                "topic": source.topic or None,
                "private": source.private,
            }
            if source
            else None,
            "feed": self.preview.to_json() if self.preview else None,
            "candidates": [
                {
                    "url": offer.url,
                    "title": offer.title,
                    "how": offer.how,
                    "kind": offer.kind or "feed",
                }
                for offer in self.offers
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """From an address or a path to the one source that is meant. ``split`` is None where nobody
    said whether newsletters are to be taken apart."""

    workspace: Workspace
    settings: Settings
    finder: Finder
    address: str
    now: datetime
    topic: str = ""
    name: str = ""
    kind: str = ""
    selector: str = ""
    split: bool | None = None

    def make(self, *, first: bool, yes: bool, dry_run: bool, quiet: bool) -> Outcome:
        """Finds, asks where there is somebody to ask, shows, and saves. Raises DigestError."""
        from digest.sources.localpath import look_at_path
        from digest.sources.meant import find_known

        somebody = sys.stdin.isatty() and not quiet
        if is_path(self.address):
            preview = look_at_path(
                self.workspace.root,
                self.settings,
                self.address,
                kind=self.kind,
                selector=self.selector,
                now=self.now,
            )
        else:
            if known := find_known(self.settings, self.address):
                return Outcome(known=known)
            offers = self.finder.find(self.address, kind=self.kind, selector=self.selector)
            guess = offers[0].is_guess and not yes
            if (len(offers) > 1 or guess) and not first:
                if not somebody:
                    return Outcome(offers=offers)
                if len(offers) > 1:
                    offers = (self._ask(offers),)
            if known := find_known(self.settings, offers[0].url):
                return Outcome(known=known)
            preview = self.finder.read(offers[0])
        if known := find_known(self.settings, preview.place):
            return Outcome(known=known)
        if not quiet:
            show_preview(preview)
        # Where nobody can be asked, the command itself is the answer.
        return self._save(preview, dry_run=dry_run, asks=somebody and not (yes or dry_run))

    def _save(self, preview: Preview, *, dry_run: bool, asks: bool) -> Outcome:
        from digest.commands._terminal import confirm, say
        from digest.errors import UsageError
        from digest.roster import add

        split = bool(self.split)
        if self.split and not preview.mails:
            raise UsageError("holds no newsletters", where=preview.place, fix="leave --split out")
        if asks and preview.as_kind == "links" and preview.url and not preview.selector:
            preview = self._ask_selector(preview)
        if preview.mails and self.split is None:
            if asks:
                split = confirm("Take the newsletters apart into their items?", default=True)
            else:
                say("  each mail is one article; --split takes newsletters apart into their items")
        title = preview.title or preview.place
        if asks and not confirm(f"Add {title} to digest.toml?", default=True):
            return Outcome(preview=preview)
        saved, edited = add(
            self.workspace,
            self.settings,
            preview,
            topic=self.topic,
            name=self.name,
            split=split,
            dry_run=dry_run,
        )
        return Outcome(preview=preview, saved=saved, edited=edited)

    def _ask_selector(self, preview: Preview) -> Preview:
        """Other links of the page where some are named; each answer is shown."""
        from digest.commands._terminal import complain
        from digest.errors import SourceError
        from digest.feeds.discovery import Offer

        while selector := click.prompt(
            "CSS selector of the links (nothing takes these)",
            default="",
            show_default=False,
            err=True,
        ).strip():
            try:
                preview = self.finder.read(Offer(url=preview.url, kind="links", selector=selector))
            except SourceError as error:
                complain(str(error))
                continue
            show_preview(preview)
        return preview

    def _ask(self, offers: Sequence[Offer]) -> Offer:
        from digest.sources.meant import find_known

        for number, offer in enumerate(offers, 1):
            known = " (a source already)" if find_known(self.settings, offer.url) else ""
            click.echo(f"{number:>3}  {_called(offer)}{known}\n     {offer.url}", err=True)
        number = click.prompt(
            "Which one?", type=click.IntRange(1, len(offers)), default=1, err=True
        )
        return offers[number - 1]


def show_choice(outcome: Outcome, workspace: Workspace, *, as_json: bool, dry_run: bool) -> int:
    """Tells what became of an address; gives the exit status."""
    from digest.commands._terminal import complain, emit, emit_json, say, show_diff

    if as_json:
        emit_json(outcome.to_json(dry_run=dry_run))
    elif outcome.known:
        off = "" if outcome.known.enabled else ", disabled: `digest sources enable` switches it on"
        say(f"already a source: {outcome.known.label} ({outcome.known.url}){off}")
    elif outcome.offers:
        context = click.get_current_context()
        given = _given_options(context)
        for offer in outcome.offers:
            kind = f" --kind {offer.kind}" if offer.kind else ""
            words = [offer.title, offer.how] if offer.kind else [offer.title or offer.how]
            title = f"  # {' · '.join(filter(None, words))}"
            emit(f"digest sources add {shlex.quote(offer.url)}{kind}{given}{title}")
    elif outcome.saved is None or outcome.edited is None:
        say("nothing written")
    elif dry_run:
        name = workspace.show(outcome.edited.path)
        show_diff(outcome.edited.before, outcome.edited.after, name)
    else:
        say(f"added {outcome.saved.label} to {workspace.show(outcome.edited.path)}", bold=True)
    if outcome.offers:
        count = len(outcome.offers)
        if any(not offer.kind for offer in outcome.offers):
            found = f"{count} feeds were found; choose one by its own address"
        elif all(offer.kind == "sitemap" for offer in outcome.offers):
            found = f"{count} sitemaps were found; choose one by its own address"
        else:
            found = "no feed was found, but what else the page may be; choose by --kind"
        complain(f"{found}, or take the best with --first")
        return 2
    return 0


def is_path(address: str) -> bool:
    """True for what names a file or folder and no web address."""
    from pathlib import Path

    if "://" in address:
        return False
    if address.startswith(("/", "./", "../", "~")) or Path(address).exists():
        return True
    return "*" in address


def show_preview(preview: Preview) -> None:
    """What was found, before it is saved."""
    from digest.commands._terminal import say
    from digest.commands._words import show_when

    many = "entry" if preview.count == 1 else "entries"
    if preview.kind == "OPML":
        many = "feed" if preview.count == 1 else "feeds"
    count = f"more than {preview.count:,}" if preview.more else f"{preview.count:,}"
    say(f"{preview.title or preview.place} · {preview.kind} · {count} {many}", bold=True)
    if preview.title:
        say(f"  {preview.place}")
    for entry in preview.entries:
        say(f"  {show_when(entry.published):<18} {entry.title or entry.url or 'no title'}")
    for problem in preview.problems:
        say(f"  {'repaired' if preview.url else 'not read'}: {problem}")
    for note in preview.notes:
        say(f"  {note}")
    if preview.kind == "OPML":
        say("  a list that is followed; `digest sources import` would add its feeds one by one")


def emit_sources(listed: Sequence[Listed], settings: Settings, *, as_json: bool) -> None:
    """The sources as a table, or as JSON."""
    from digest.commands._terminal import emit_json, say, table
    from digest.commands._words import show_local

    if as_json:
        emit_json({"sources": [each.to_json() for each in listed]})
        return
    if not listed:
        say("there are no sources yet: `digest sources add URL`")
        return
    rows = []
    for each in listed:
        source, record = each.source, each.record
        last = record.last_success if record else None
        rows.append(
            [
                source.label,
                source.topic,
                each.status or "not read yet",
                show_local(last, settings.newsletter.timezone) if last else "–",
                (source.url or source.path) if source.name else "",
            ]
        )
    table("", ["source", "topic", "status", "last success", "address"], rows, to_stdout=True)


def show_reports(reports: Sequence[SourceReport], *, as_json: bool) -> int:
    """What each source did, on standard output; gives the exit status."""
    from digest.commands._terminal import emit_json, table

    if as_json:
        emit_json({"sources": [report.to_json() for report in reports]})
    else:
        rows = [
            [report.name, report.status, str(report.articles), report.detail] for report in reports
        ]
        table("", ["source", "status", "articles", "detail"], rows, to_stdout=True)
    return 1 if any(report.failed for report in reports) else 0


def read_list(
    workspace: Workspace, settings: Settings, file: str, *, now: datetime, private: bool
) -> bytes:
    """The bytes of an OPML list, from a file or an address. Raises OSError and FetchError."""
    from pathlib import Path

    from digest.errors import FetchError
    from digest.http.addresses import PRIVATE_OPTION
    from digest.roster import open_client

    if "://" not in file:
        return Path(file).read_bytes()
    with open_client(workspace, settings, now) as client:
        try:
            return client.fetch(file, private=private).body
        except FetchError as error:
            refused = error.asked and error.status == "blocked"
            if refused and error.http_status is None and not private:
                error.fix = PRIVATE_OPTION  # there is no table to put it into
            raise


def show_import(found: Import, *, as_json: bool, dry_run: bool) -> None:
    """What a list brought."""
    from digest.commands._terminal import emit_json, say, warn

    for address in found.refused:
        warn(f"left out, for it is no web address that is sent as it is: {address}")
    if as_json:
        emit_json(
            {
                "added": [
                    {"url": source.url, "name": source.name, "topic": source.topic or None}
                    for source in found.new
                ],
                "already": found.already,
                "refused": list(found.refused),
            }
        )
        return
    count = len(found.new)
    word = "would add" if dry_run else "added"
    were = "was" if found.already == 1 else "were"
    there = f", {found.already:,} {were} there already" if found.already else ""
    say(f"{word} {count:,} {'source' if count == 1 else 'sources'}{there}", bold=True)


def _called(offer: Offer) -> str:
    """What a list to choose from calls an offer."""
    if not offer.kind or not offer.title:
        return offer.title or offer.how
    return f"{offer.title} ({offer.how})"


def _given_options(context: click.Context) -> str:
    """The options of `add` as they were given, for the command that chooses."""
    values = context.params
    given = [f"--{key} {shlex.quote(values[key])}" for key in ("topic", "name") if values[key]]
    if values["private"]:
        given.append("--private")
    return "".join(f" {option}" for option in given)
