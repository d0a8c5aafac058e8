"""What the preview shows right now: issues rendered in memory, and word of every change."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from digest.check import check
from digest.config.read import read_settings
from digest.config.schema import Settings
from digest.errors import DigestError
from digest.model import Finding, Issue, Rendered
from digest.press import background_of, picture_shelf, read_issue
from digest.render import render
from digest.workspace import SETTINGS_NAME, IssueFolder, Workspace

# A save is often several events (write, rename, attributes); they count as one.
_DEBOUNCE_MILLISECONDS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One issue as it stands on disk: rendered, or the mistake that kept it from being."""

    slug: str
    issue: Issue | None = None
    settings: Settings | None = None
    rendered: Rendered | None = None
    findings: tuple[Finding, ...] = ()
    error: DigestError | None = None


_Fingerprint = tuple[tuple[str, int, int], ...]


class Desk:
    """The issues of a workspace, each rendered when it is asked for and has changed.

    Whether it has changed is seen from the files themselves, not from the watcher: a page
    loaded by hand is right even where the system reports no changes. Safe to use from
    several threads.
    """

    def __init__(self, folder: IssueFolder, workspace: Workspace) -> None:
        self.folder = folder
        self.workspace = workspace
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[_Fingerprint, Snapshot]] = {}

    def slugs(self) -> list[str]:
        """Slugs of all issues, the newest name first; the one that was asked for is among them."""
        return sorted({*self.workspace.slugs(), self.folder.slug}, reverse=True)

    def find(self, slug: str | None) -> IssueFolder | None:
        """The folder of a slug, None when there is no such issue; the issue asked for by default.

        Only names that the workspace itself lists are looked up: a slug is no path.
        """
        if not slug or slug == self.folder.slug:
            return self.folder
        return self.workspace.issue(slug) if slug in self.workspace.slugs() else None

    def snapshot(self, folder: IssueFolder) -> Snapshot:
        """The issue as it stands on disk now."""
        with self._lock:
            # Before reading: a save in the middle makes the next look render again.
            fingerprint = self._fingerprint(folder)
            kept = self._kept.get(folder.slug)
            if kept is not None and kept[0] == fingerprint:
                return kept[1]
            snapshot = self._render(folder)
            self._kept[folder.slug] = (fingerprint, snapshot)
            return snapshot

    def _render(self, folder: IssueFolder) -> Snapshot:
        settings: Settings | None = None
        issue: Issue | None = None
        try:
            settings = self._settings()
            issue = read_issue(self.workspace, folder)
            templates = self.workspace.templates
            rendered = render(
                issue,
                settings,
                templates if templates.is_dir() else None,
                shelf=picture_shelf(self.workspace, folder),
            )
            background = background_of(self.workspace, settings, folder)
            shown = rendered.shown or issue
            findings = tuple(check(rendered, shown, settings, background))
        except DigestError as error:
            return Snapshot(slug=folder.slug, issue=issue, settings=settings, error=error)
        return Snapshot(
            slug=folder.slug,
            issue=issue,
            settings=settings,
            rendered=rendered,
            findings=findings,
        )

    def _settings(self) -> Settings:
        path = self.workspace.settings_path
        return Settings() if path is None else read_settings(path)

    def _fingerprint(self, folder: IssueFolder) -> _Fingerprint:
        paths = [folder.document, *sorted(_files(self.workspace.templates))]
        if self.workspace.settings_path is not None:
            paths.append(self.workspace.settings_path)
        return tuple(_stamp(path) for path in paths)


class Bell:
    """Tells every open page that something changed; each page asks what by itself."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[bool]] = set()
        self._closed = False

    def ring(self) -> None:
        """Wakes all listeners; one that has not yet heard the last ring hears one."""
        for queue in self._listeners:
            if queue.empty():
                queue.put_nowait(True)

    def close(self) -> None:
        """Ends all listeners, so that no open page keeps the server alive."""
        self._closed = True
        for queue in self._listeners:
            queue.put_nowait(False)

    async def listen(self) -> AsyncIterator[None]:
        """One item per ring, until :meth:`close`."""
        queue: asyncio.Queue[bool] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            while not self._closed and await queue.get():
                yield None
        finally:
            self._listeners.discard(queue)


async def watch(desk: Desk, bell: Bell, stop: asyncio.Event) -> None:
    """Rings when a file that an issue depends on changes, until ``stop``.

    Folders are watched, not files: editors save by renaming. The root is watched flat, for it
    may hold anything; ``templates/`` and ``issues/`` deeply, anew when they come into being.
    """
    root, document = desk.workspace.root, desk.folder.path
    deep_folders = (desk.workspace.templates, desk.workspace.issues)
    again = asyncio.Event()

    async def flat() -> None:
        async for paths in _changes(*{root, document}, stop=stop, recursive=False):
            if any(path in deep_folders for path in paths):
                again.set()
            if any(path.parent != root or path.name == SETTINGS_NAME for path in paths):
                bell.ring()

    async def deep() -> None:
        while not stop.is_set():
            again.clear()
            folders = [folder for folder in deep_folders if folder.is_dir()]
            if not folders:
                await again.wait()
                continue
            bell.ring()  # for what changed before the watch
            async for _ in _changes(*folders, stop=again, recursive=True):
                bell.ring()

    async def end() -> None:
        await stop.wait()
        again.set()

    await asyncio.gather(flat(), deep(), end())


async def _changes(
    *folders: Path, stop: asyncio.Event, recursive: bool
) -> AsyncIterator[frozenset[Path]]:
    """The paths that changed, in batches; by polling where the system's watches run out."""
    from watchfiles import awatch

    for polling in (False, True):
        try:
            async for batch in awatch(
                *folders,
                stop_event=stop,
                recursive=recursive,
                debounce=_DEBOUNCE_MILLISECONDS,
                step=20,
                force_polling=polling,
            ):
                yield frozenset(Path(path) for _, path in batch)
        except OSError:
            continue
        return


def _files(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return iter(())
    return (path for path in folder.rglob("*") if not path.name.startswith("."))


def _stamp(path: Path) -> tuple[str, int, int]:
    try:
        status = path.stat()
    except OSError:
        return str(path), 0, -1
    return str(path), status.st_mtime_ns, status.st_size
