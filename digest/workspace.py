"""A workspace on disk: where it is, what its files are called, how they are written.

All writing of users' files goes through :func:`write_bytes`, so that a file is always either
the old one or the new one, whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from digest.errors import LockError, UsageError, WorkspaceNotFound

SETTINGS_NAME = "digest.toml"
_SLUG_FORBIDDEN = set('/\\:*?"<>|\0')


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The root folder, and the name of every path in it.

    ``settings_path`` is None where digest runs without a digest.toml, on documented defaults;
    such a workspace keeps no database.
    """

    root: Path
    settings_path: Path | None

    @property
    def issues(self) -> Path:
        return self.root / "issues"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def database(self) -> Path | None:
        return self.root / ".digest" / "digest.db" if self.settings_path else None

    @property
    def history(self) -> Path:
        """Where earlier states of issue.md are kept, with or without a digest.toml."""
        return self.root / ".digest" / "history"

    def issue(self, slug: str) -> IssueFolder:
        """The folder of one issue, whether it exists or not."""
        return IssueFolder(path=self.issues / slug)

    def slugs(self) -> list[str]:
        """Slugs of all issues that have an issue.md, in the order of their names."""
        if not self.issues.is_dir():
            return []
        return sorted(path.parent.name for path in self.issues.glob("*/issue.md"))

    def show(self, path: Path) -> str:
        """A path as messages name it: relative to the current folder where that is shorter."""
        try:
            return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
        except OSError:
            return str(path)

    @contextlib.contextmanager
    def lock(self, wait_seconds: float = 10.0) -> Iterator[None]:
        """Holds the workspace for one run.

        Raises LockError that names the holder when another run keeps it for longer.
        """
        from filelock import FileLock, Timeout

        if self.settings_path is None:
            # Without a workspace nothing but issues is left behind.
            name = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:32]
            path = Path(tempfile.gettempdir()) / f"digest-{name}.lock"
        else:
            path = self.root / ".digest" / ".lock"
            path.parent.mkdir(parents=True, exist_ok=True)
        holder = path.with_name(f"{path.name}-holder")
        try:
            guard = FileLock(path, timeout=wait_seconds)
            guard.acquire()
        except Timeout as error:
            raise LockError(
                f"another digest run ({_read_holder(holder)}) is at work here",
                where=self.root,
                fix="wait until it ends, or stop it",
            ) from error
        try:
            holder.write_text(f"process {os.getpid()}", encoding="utf-8")
            yield
        finally:
            holder.unlink(missing_ok=True)
            guard.release()


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFolder:
    """The files of one issue."""

    path: Path

    @property
    def slug(self) -> str:
        return self.path.name

    @property
    def document(self) -> Path:
        return self.path / "issue.md"

    @property
    def lock(self) -> Path:
        return self.path / "issue.lock"

    @property
    def html(self) -> Path:
        return self.path / "digest.html"

    @property
    def text(self) -> Path:
        return self.path / "digest.txt"

    @property
    def message(self) -> Path:
        return self.path / "digest.eml"

    def part(self, number: int) -> Path:
        """The mail of that number, from 1, of an issue that was split into several."""
        return self.path / f"digest-{number}.eml"

    def parts(self) -> list[Path]:
        """The mails of an earlier split that are there."""
        return sorted(self.path.glob("digest-[0-9].eml"))

    def clear_unfinished(self) -> None:
        """:func:`clear_unfinished` for all of them."""
        files = (self.document, self.lock, self.html, self.text, self.message, *self.parts())
        clear_unfinished(self.path, [path.name for path in files])


def templates_folder() -> Path:
    """Our own templates: in a wheel inside the package, in a checkout beside it."""
    package = Path(__file__).parent
    packaged = package / "templates"
    return packaged if packaged.is_dir() else package.parent / "templates"


def themes(folder: Path | None) -> list[str]:
    """The names of all themes; ``folder`` is the workspace's own templates/.

    A theme is a folder with a theme.toml or an issue.html.j2, except ``base``, which all extend.
    """
    found = {
        path.parent.name
        for root in (folder, templates_folder())
        if root is not None
        for name in ("issue.html.j2", "theme.toml")
        for path in root.glob(f"*/{name}")
    }
    return sorted(found - {"base"})


def validate_theme(name: str) -> str:
    """``name`` as that of a new theme: a folder of templates/. Raises UsageError."""
    if not re.fullmatch(r"\w[\w.-]*", name) or name in ("base", "builtin", "slots"):
        raise UsageError(
            f"{name!r} cannot name a theme", fix="use letters, digits and hyphens: my-theme"
        )
    return name


def slot_designs(folder: Path | None) -> list[str]:
    """The names of all designs of slots; ``folder`` is the workspace's own templates/."""
    ending = ".html.j2"
    return sorted(
        {
            path.name.removesuffix(ending).lower()
            for root in (folder, templates_folder())
            if root is not None
            for path in root.glob(f"slots/*{ending}")
        }
    )


def find_workspace(start: Path) -> Workspace | None:
    """The workspace that ``start`` lies in, walking upwards; None when there is none."""
    start = start.absolute()
    for folder in (start, *start.parents):
        settings = folder / SETTINGS_NAME
        if settings.is_file():
            return Workspace(root=folder, settings_path=settings)
    return None


def open_workspace(folder: Path | None, *, required: bool = True) -> Workspace:
    """The workspace that a command works in.

    ``folder`` is what ``-C`` or ``DIGEST_WORKSPACE`` says, None for the current folder and
    those above it. Raises WorkspaceNotFound when there is no digest.toml and ``required``;
    otherwise the folder itself serves, on documented defaults.
    """
    start = Path.cwd() if folder is None else folder
    if folder is not None and not folder.is_dir():
        raise WorkspaceNotFound("no such folder", where=folder, fix="name an existing workspace")
    if folder is None:
        found = find_workspace(start)
    else:
        settings = folder / SETTINGS_NAME
        found = (
            Workspace(root=folder.absolute(), settings_path=settings.absolute())
            if settings.is_file()
            else None
        )
    if found is not None:
        return found
    if required:
        raise WorkspaceNotFound(
            f"no {SETTINGS_NAME} here or in a folder above",
            where=start,
            fix="run `digest init` to make one, or name a workspace with -C",
        )
    return Workspace(root=start.absolute(), settings_path=None)


def find_issue(workspace: Workspace, name: str | None, slugs: list[str]) -> IssueFolder:
    """The issue that ISSUE names: a slug, a path, or nothing for the last of ``slugs``.

    Raises UsageError with the nearest known slug.
    """
    if name is None:
        if not slugs:
            raise UsageError(
                "there is no issue yet", where=workspace.issues, fix="run `digest compose` first"
            )
        return workspace.issue(slugs[-1])
    path = Path(name)
    for candidate in (path, path.parent):
        if (candidate / "issue.md").is_file() and (candidate == path or path.is_file()):
            return IssueFolder(path=candidate.resolve())  # ".." is no slug
    if (workspace.issue(name)).document.is_file():
        return workspace.issue(name)
    import difflib

    near = difflib.get_close_matches(name, slugs, n=1)
    raise UsageError(
        f"no issue of that name: {name}",
        where=workspace.issues,
        fix=f"did you mean {near[0]}?" if near else f"known issues: {', '.join(slugs) or 'none'}",
    )


def validate_slug(slug: str) -> str:
    """The slug, when it can name a folder; raises UsageError otherwise."""
    if not slug or slug.startswith(".") or set(slug) & _SLUG_FORBIDDEN or not slug.isprintable():
        raise UsageError(
            f"not usable as a folder name: {slug!r}", where="--slug", fix="use letters and digits"
        )
    return slug


def write_bytes(path: Path, content: bytes, *, compare: Callable[[], None] | None = None) -> None:
    """Writes a file atomically: temporary file in the same folder, fsync, rename.

    A file that already holds exactly this content is left untouched, with its times; a link
    stays a link to what is written. ``compare`` is called last of all, right before the rename,
    and raises when the file is not to be replaced.
    Raises OSError; the old file is then still whole.
    """
    if path.is_symlink():
        path = path.resolve()
    try:
        if path.read_bytes() == content:
            return
    except OSError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            mode = path.stat().st_mode & 0o777
        except OSError:
            mode = 0o666 & ~_umask()
        temporary.chmod(mode)
        if compare is not None:
            compare()
        temporary.replace(path)
        _sync_folder(path.parent)
    except BaseException as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            # What the user knows is the file itself.
            error.filename, error.filename2 = str(path), None
        raise


def clear_unfinished(folder: Path, names: Iterable[str]) -> None:
    """Removes what a run that was killed left of :func:`write_bytes` for these files.

    Whoever calls this holds ``Workspace.lock()``, so that no other run is writing them.
    """
    ours = re.compile(rf"\.(?:{'|'.join(map(re.escape, names))})\.[a-z0-9_]{{8}}\.tmp")
    with contextlib.suppress(OSError):
        for path in list(folder.iterdir()):
            if ours.fullmatch(path.name):
                with contextlib.suppress(OSError):
                    path.unlink()


def write_text(path: Path, content: str) -> None:
    """:func:`write_bytes` for UTF-8 text; line ends stay as they are."""
    write_bytes(path, content.encode("utf-8"))


def _sync_folder(folder: Path) -> None:
    """Makes the rename itself durable, where the system can open folders."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@cache
def _umask() -> int:
    # Asked for once: reading it means changing it for a moment, for all threads.
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _read_holder(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip() or "unknown"
    except OSError:
        return "unknown"
