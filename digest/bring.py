"""The use case: an editor's earlier newsletters become issues, and so memory.

Files are read one after another. What each holds waits, packed, until all are read: the window
of an issue goes by its date, so the oldest comes first whatever the files are called. An issue
folder that is there is never touched.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digest.errors import ArticleError, SourceError, UsageError
from digest.importing.outcome import Brought, Fate, Outcome
from digest.importing.shelf import Sent, Shelf, Taken, hash_pages, parse_day
from digest.model import Issue, When, Window, format_instant
from digest.workspace import IssueFolder, Workspace, validate_slug, write_text

if TYPE_CHECKING:
    from digest.config import Settings
    from digest.importing.pieces import Found, Left

Progress = Callable[[int, int], None]

# So many issues beside others of their scheduled window, and a tenth of all, mean that the
# schedule is another one; an extra edition now and then does not.
_CROWDED = 3
_CROWDED_SHARE = 10
_WRITERS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to import: ``paths`` are files, folders and globs.

    ``sent`` is the date of the one new issue that they hold, whatever it states, ``slug`` its
    folder's name. With ``keep`` false nothing is written.
    """

    workspace: Workspace
    settings: Settings
    paths: tuple[str, ...]
    now: datetime
    sent: date | None = None
    slug: str | None = None
    keep: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """An issue that was read and has no window yet; ``body`` is its packed text."""

    input: str
    source_hash: str
    published: When
    sent: Sent
    head: Issue
    body: bytes
    sections: tuple[tuple[str, int], ...]
    holds: frozenset[int]
    left: tuple[Left, ...]

    def outcome(self, fate: Fate, **more: Any) -> Outcome:
        return Outcome(
            input=self.input,
            fate=fate,
            published=self.published,
            sections=self.sections,
            left=self.left,
            **more,
        )


def bring(request: Request, progress: Progress | None = None) -> Brought:
    """Imports what the paths hold, or says in a dry run what would become of it.

    ``progress`` is told how many of how many files are read. Raises UsageError for a slug that
    is none, and for ``sent`` or ``slug`` beside several issues; ArticleError when a path names
    nothing. A file that cannot be read, or holds no issue, is told in its outcome and ends
    nothing.
    """
    if request.slug is not None:
        validate_slug(request.slug)
    with ExitStack() as stack:
        if request.keep:
            stack.enter_context(request.workspace.lock())
        shelf = _look_at_issues(request)
        files, passed_over = _find_files(request)
        outcomes: list[Outcome] = []
        waiting: list[_Waiting] = []
        for number, (path, shown) in enumerate(files):
            if progress is not None:
                progress(number, len(files))
            for result in _read_file(request, path, shown, shelf):
                if isinstance(result, _Waiting):
                    waiting.append(result)
                else:
                    outcomes.append(result)
        _refuse_several(request, waiting)
        waiting.sort(key=lambda entry: (entry.sent.moment, entry.input))
        crowded = 0
        planned: list[tuple[_Waiting, Outcome]] = []
        for entry in waiting:
            outcome, is_second = _place(request, entry, shelf)
            crowded += is_second
            outcomes.append(outcome)
            if outcome.fate == "imported":
                planned.append((entry, outcome))
        if request.keep:
            _write_all(request, planned)
    notes = [f"{passed_over} of other kinds passed over"] if passed_over else []
    imported = sum(outcome.fate == "imported" for outcome in outcomes)
    if crowded >= _CROWDED and crowded * _CROWDED_SHARE >= imported:
        notes.append(
            f"{crowded} issues share their scheduled window with another and got one of their "
            "own: say in [schedule] how often the newsletter was sent, and import again"
        )
    return Brought(outcomes=tuple(outcomes), notes=tuple(notes))


def _look_at_issues(request: Request) -> Shelf:
    """The issues that there are, and which of them were imported from where."""
    from digest.issue.imported import find_import
    from digest.issue.unlock import find_deliveries
    from digest.memory import remember_issues

    workspace, settings = request.workspace, request.settings
    shelf = Shelf(settings.schedule, settings.newsletter.timezone)
    for past in remember_issues(workspace, keep=request.keep).issues:
        shelf.add(past.slug, past.window, hash_pages(past.issued))
        lock = workspace.issue(past.slug).lock
        if lock.is_file():
            line = find_import(find_deliveries(lock.read_text("utf-8", errors="replace")))
            if line is not None:
                shelf.add_import(
                    past.slug,
                    source=str(line["imported"]),
                    source_hash=str(line.get("source_hash")),
                    day=parse_day(str(line.get("day"))),
                )
    return shelf


def _find_files(request: Request) -> tuple[list[tuple[Path, str]], int]:
    """The files to read, each with the name that messages and issue.lock have for it."""
    from digest.importing.read import FORMS
    from digest.sources.found import find_files

    found: dict[Path, str] = {}
    passed_over = 0
    for text in request.paths:
        given = Path(text).expanduser().absolute()
        try:
            base, files, others = find_files(str(given), request.workspace.root)
        except ArticleError as error:
            raise ArticleError(error.message, error.where or text, error.fix) from error
        except OSError as error:
            raise ArticleError(_reason(error), text, "check its permissions") from error
        if not files and not others and not given.exists():
            raise ArticleError("no file matches", text, "check the path")
        passed_over += others
        for path in files:
            if path.suffix.lower() in FORMS or path == given:
                found.setdefault(path, _show(path, request.workspace, base))
            else:
                passed_over += 1
    return list(found.items()), passed_over


def _show(path: Path, workspace: Workspace, base: Path) -> str:
    """A path that is the same on any machine: from the workspace, else from the folder named."""
    for start in (workspace.root, Path.cwd(), base.parent):
        if path.is_relative_to(start):
            path = path.relative_to(start)
            break
    text = os.fsencode(path.as_posix()).decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _read_file(
    request: Request, path: Path, shown: str, shelf: Shelf
) -> Iterator[_Waiting | Outcome]:
    """The issues of one file; an outcome for each that is known already, or that has no place."""
    from digest.importing.read import read_past

    limit = request.settings.gather.max_bytes
    newsletter = request.settings.newsletter
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise ArticleError(f"larger than {limit:,} bytes", shown, "raise max_bytes in [gather]")
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        if digest in shelf.hashes:
            yield _known(shown, shelf.hashes[digest], "imported before")
            return
        found = read_past(
            data, name=shown, timezone=newsletter.timezone, unsectioned=newsletter.last_section
        )
    except SourceError as error:
        yield Outcome(input=shown, fate="not-imported", reason=error.message, fix=error.fix or "")
        return
    except OSError as error:
        reason = _reason(error)
        yield Outcome(input=shown, fate="not-imported", reason=reason, fix="check its permissions")
        return
    for each in found:
        name = f"{shown}#{each.fragment}" if each.fragment else shown
        yield _weigh(request, each, name, f"{digest}#{each.fragment}".rstrip("#"), shelf)


def _weigh(
    request: Request, found: Found, name: str, source_hash: str, shelf: Shelf
) -> _Waiting | Outcome:
    """An issue that can be placed, or why it cannot be."""
    if source_hash in shelf.hashes:
        return _known(name, shelf.hashes[source_hash], "imported before")
    if name in shelf.sources:
        slug = shelf.sources[name]
        fix = f"delete issues/{slug} to import it anew"
        return _known(name, slug, "imported before, from an earlier state of the file", fix)
    issue = found.issue
    sections = tuple((section.heading, len(section.items)) for section in issue.sections)
    published = found.published
    if request.sent is not None:
        published = When(value=request.sent, raw=request.sent.isoformat(), basis="--date")
    draft = Outcome(
        input=name,
        fate="not-imported",
        published=published,
        sections=sections,
        left=found.left,
        reason=found.problem or "it does not say when it was sent",
        fix="say it with --date 2024-03-04, importing this file alone",
    )
    if published is None:
        return draft
    try:
        sent = shelf.sent(published)
    except OverflowError:
        return replace(draft, reason=f"its date is out of range: {published.raw}")
    if sent.start > request.now:
        return replace(draft, reason=f"dated {sent.day}, which is still to come")
    newsletter = request.settings.newsletter
    return _Waiting(
        input=name,
        source_hash=source_hash,
        published=published,
        sent=sent,
        head=Issue(
            slug="",
            title=newsletter.title if request.workspace.settings_path else issue.title,
            subject=issue.subject or issue.title,
            preheader=issue.preheader,
            language=issue.language,
        ),
        body=zlib.compress(found.body.encode("utf-8"), 1),
        sections=sections,
        holds=hash_pages(
            key
            for item in issue.items
            for key in (item.key, *(link.url for link in item.also if link.url))
        ),
        left=found.left,
    )


def _place(request: Request, entry: _Waiting, shelf: Shelf) -> tuple[Outcome, bool]:
    """The issue's window and folder, or why it has none; whether its window is a second one."""
    spot = shelf.place(entry.sent, entry.holds)
    if isinstance(spot, Taken):
        if not spot.is_other:
            is_ours = spot.slug in shelf.imported
            reason = (
                "the same issue was imported from another file"
                if is_ours
                else "digest composed an issue for its window"
            )
            return entry.outcome("already-there", slug=spot.slug, reason=reason), False
        if request.slug is None:
            reason = f"issues/{spot.slug} is another issue of that time"
            fix = "name a folder with --slug NAME, importing this file alone"
            return entry.outcome("not-imported", reason=reason, fix=fix), False
    window = spot.window if not isinstance(spot, Taken) else shelf.windows.get(spot.slug)
    slug = request.slug or spot.slug
    folder = request.workspace.issue(slug)
    obstacle = _obstacle(request.workspace, folder, entry.source_hash)
    if obstacle:
        fix = "move it away, or name another folder with --slug"
        return entry.outcome("not-imported", slug=slug, reason=obstacle, fix=fix), False
    shelf.add(slug, window, entry.holds)
    shelf.add_import(slug, source=entry.input, source_hash=entry.source_hash, day=entry.sent.day)
    is_second = not isinstance(spot, Taken) and spot.is_second
    return entry.outcome("imported", slug=slug, window=window), is_second


def _write_all(request: Request, planned: Sequence[tuple[_Waiting, Outcome]]) -> None:
    """Writes the issues, several at once: a disk takes their syncs together, 18 ms for one
    issue after the other and 3 ms with 16 at a time."""
    from concurrent.futures import ThreadPoolExecutor

    def write(plan: tuple[_Waiting, Outcome]) -> None:
        entry, outcome = plan
        _write(request, request.workspace.issue(outcome.slug), entry, outcome.window)

    # The first alone: what is asked for once is known when the others come.
    for plan in planned[:1]:
        write(plan)
    with ThreadPoolExecutor(_WRITERS) as writers:
        for written in [writers.submit(write, plan) for plan in planned[1:]]:
            written.result()


def _write(request: Request, folder: IssueFolder, entry: _Waiting, window: Window | None) -> None:
    """Writes issue.lock, then issue.md: a run that dies between the two leaves a folder that is
    no issue yet, and that the next import takes up again. The other way round the issue would
    pass for one that was never sent."""
    from digest.history import replace_document
    from digest.issue.head import write_head
    from digest.issue.imported import import_line
    from digest.issue.lock import Lock, write_lock

    span = f"{window.start.isoformat()}/{window.end.isoformat()}" if window else ""
    timezone = request.settings.newsletter.timezone
    head = replace(entry.head, slug=folder.slug, window=span, timezone=timezone)
    body = zlib.decompress(entry.body).decode("utf-8")
    value = entry.published.value
    line = import_line(
        at=format_instant(value) if isinstance(value, datetime) else value.isoformat(),
        day=entry.sent.day,
        source=entry.input,
        source_hash=entry.source_hash,
        items=sum(count for _, count in entry.sections),
    )
    lock = Lock(slug=folder.slug, window=window, deliveries=(line,))
    write_text(folder.lock, write_lock(lock))
    replace_document(
        request.workspace,
        folder,
        f"{write_head(head)}\n{body}",
        expected=None,
        at=request.now,
        by="import",
        what=entry.input,
        window=span,
        summary={"imported": line["items"]},
    )


def _obstacle(workspace: Workspace, folder: IssueFolder, source_hash: str) -> str:
    """What stands where the folder would be; "" where nothing does, or only what an import of
    the same document left when it died."""
    from digest.issue.imported import find_import
    from digest.issue.unlock import find_deliveries

    shown = workspace.show(folder.path)
    if not os.path.lexists(folder.path):
        return ""
    if folder.document.exists():
        return f"{shown} is there"
    try:
        names = [path.name for path in folder.path.iterdir() if not path.name.endswith(".tmp")]
        if names == [folder.lock.name]:
            text = folder.lock.read_text("utf-8", errors="replace")
            line = find_import(find_deliveries(text))
            if line is not None and line.get("source_hash") == source_hash:
                return ""
    except OSError as error:
        return f"{shown}: {_reason(error)}"
    return f"{shown} is there, without issue.md" if names else ""


def _refuse_several(request: Request, waiting: Sequence[_Waiting]) -> None:
    option = "--date" if request.sent is not None else "--slug" if request.slug else ""
    if option and len(waiting) > 1:
        raise UsageError(
            f"is one issue's, and {len(waiting)} were found",
            where=option,
            fix="import the files one by one",
        )


def _known(name: str, slug: str, reason: str, fix: str = "") -> Outcome:
    return Outcome(input=name, fate="already-there", slug=slug, reason=reason, fix=fix)


def _reason(error: OSError) -> str:
    return f"cannot be read: {error.strerror or error}".lower()
