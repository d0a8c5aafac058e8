"""One issue on its way from issue.md to the reader: read, rendered, checked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import DocumentError, LockError, TemplateError
from digest.model import Finding, Issue, Place, Rendered
from digest.workspace import (
    IssueFolder,
    Workspace,
    slot_designs,
    templates_folder,
    write_bytes,
)

if TYPE_CHECKING:
    from digest.check import Background, Source
    from digest.config import Settings
    from digest.issue.lock import Lock
    from digest.render.pictures import Shelf

# Front matter stands at the top; more of it than this is no front matter of ours.
_HEAD_BYTES = 8192
_WINDOW_LINE = re.compile(rb"^window:\s*[\"']?([0-9][^\s/\"']*)/", re.MULTILINE)
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
MAX_DOCUMENT_BYTES = 16 * 1024 * 1024
STALE_CODE = "stale-render"
STALE = "not what issue.md, digest.toml and the templates give now: {files}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """An issue as it would go out now: ``issue`` is what readers see of it. ``stale`` names
    rendered files that say otherwise, are not there, or should not be."""

    issue: Issue
    rendered: Rendered
    stale: tuple[str, ...] = ()


def slugs_by_window(workspace: Workspace) -> list[str]:
    """All issues, the newest last: by the start of their windows, then by name."""
    return sorted(workspace.slugs(), key=lambda slug: (window_start(workspace.issue(slug)), slug))


def read_issue(workspace: Workspace, folder: IssueFolder) -> Issue:
    """The issue as issue.md has it. Raises DocumentError with the line."""
    from digest.issue.parse import parse_issue

    return parse_issue(
        read_document(workspace, folder), slug=folder.slug, file=workspace.show(folder.document)
    )


def read_document(workspace: Workspace, folder: IssueFolder) -> str:
    """The text of issue.md, line ends as they are. Raises DocumentError with the place."""
    path = folder.document
    shown = workspace.show(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_DOCUMENT_BYTES + 1)
    except OSError as error:
        raise DocumentError(
            f"cannot be read: {error.strerror}", where=shown, fix="put the file back"
        ) from error
    if len(content) > MAX_DOCUMENT_BYTES:
        raise DocumentError("larger than 16 MiB", where=shown, fix="shorten it")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError(
            "not UTF-8 text", where=f"{shown}:{line}", fix="save it as UTF-8"
        ) from error


def read_lock(workspace: Workspace, folder: IssueFolder) -> Lock | None:
    """issue.lock, None where there is none. Raises LockError with the place."""
    from digest.issue.unlock import parse_lock

    try:
        text = folder.lock.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return None
    return parse_lock(text, workspace.show(folder.lock))


def prove(workspace: Workspace, settings: Settings, folder: IssueFolder) -> Proof:
    """Renders an issue in memory and compares it with the files beside it."""
    from digest.render import render

    issue = read_issue(workspace, folder)
    rendered = render(issue, settings, workspace.templates, shelf=picture_shelf(workspace, folder))
    stale = tuple(
        path.name
        for path, content in _contents(folder, rendered)
        if not path.exists() or path.read_bytes() != content
    )
    surplus = tuple(path.name for path in _surplus(folder, rendered))
    return Proof(issue=rendered.shown or issue, rendered=rendered, stale=stale + surplus)


def picture_shelf(workspace: Workspace, folder: IssueFolder) -> Shelf:
    """Where the pictures of an issue may lie."""
    from digest.render.pictures import Shelf

    return Shelf(root=workspace.root, beside=folder.path)


def hash_outputs(folder: IssueFolder, document: str, rendered: Rendered) -> dict[str, str]:
    """The hash of each file of an issue, by its name, as they are or will be written."""
    from digest.issue.seal import hash_bytes

    hashes = {path.name: hash_bytes(content) for path, content in _contents(folder, rendered)}
    return {folder.document.name: hash_bytes(document.encode("utf-8"))} | hashes


def write_rendered(folder: IssueFolder, rendered: Rendered) -> None:
    """Writes digest.html, digest.txt and digest.eml, each atomically.

    An issue that was split has digest-1.eml, digest-2.eml … in place of digest.eml; whichever
    an earlier render left that are not due any more go.
    """
    for path, content in _contents(folder, rendered):
        write_bytes(path, content)
    for path in _surplus(folder, rendered):
        path.unlink(missing_ok=True)


def differing(folder: IssueFolder, rendered: Rendered) -> list[str]:
    """Names of the rendered files that are there and say something else, whatever line ends a
    checkout gave them."""
    return [
        path.name
        for path, content in _contents(folder, rendered)
        if path.exists() and _unix(path.read_bytes()) != _unix(content)
    ]


def check_issue(
    workspace: Workspace, settings: Settings, folder: IssueFolder, proof: Proof
) -> list[Finding]:
    """What is to be said about the final bytes, and about files that are not these bytes."""
    from digest.check import check

    background = replace(
        background_of(workspace, settings, folder),
        lacking=_lacking(workspace, settings, proof.issue),
    )
    findings = check(proof.rendered, proof.issue, settings, background)
    if proof.stale:
        findings.append(
            Finding(
                code=STALE_CODE,
                severity="warning",
                message=STALE.format(files=", ".join(proof.stale)),
                where=Place(file=workspace.show(folder.path)),
                fix=f"run `digest render {folder.slug}`",
            )
        )
    return findings


def _lacking(workspace: Workspace, settings: Settings, issue: Issue) -> tuple[str, ...]:
    """The parts of the mail without the unsubscribe link that a target would have them show.

    digest's own templates have it; only a workspace's can leave it out.
    """
    from digest.render import render
    from digest.render.mergetags import UNSUBSCRIBE

    folder = workspace.templates
    if not any(target.unsubscribe for target in settings.delivery.values()) or (
        folder.resolve() == templates_folder().resolve() or next(folder.rglob("*.j2"), None) is None
    ):
        return ()
    made = render(issue, settings, folder, unsubscribe=UNSUBSCRIBE)
    parts = (("HTML", made.html), ("text", made.text))
    return tuple(name for name, text in parts if UNSUBSCRIBE not in text)


def explain_failure(
    workspace: Workspace, settings: Settings, folder: IssueFolder, error: TemplateError
) -> list[Finding]:
    """What is to be said about an issue that cannot be rendered for a mistake in a template."""
    from digest.check import explain_failure, in_order

    return in_order(explain_failure(error, background_of(workspace, settings, folder).sheets))


def background_of(workspace: Workspace, settings: Settings, folder: IssueFolder) -> Background:
    """What the files around an issue tell of it: the issue before, issue.lock, stylesheets.

    A lock that cannot be read tells nothing here: who needs it says so.
    """
    from digest.check import Background, Stylesheet

    # The project's own workspace has our templates for its own; they are tested.
    ours = workspace.templates.resolve() == templates_folder().resolve()
    folders = () if ours else (settings.newsletter.theme, "base")
    sheets = [
        Stylesheet(file=workspace.show(path), text=_text(path))
        for path in (workspace.templates / name / "style.css" for name in folders)
        if path.is_file()
    ]
    for name in () if ours else (*folders, "slots"):
        for path in sorted((workspace.templates / name).rglob("*.html.j2")):
            css = _style_elements(_text(path))
            if css.strip():
                sheets.append(Stylesheet(file=workspace.show(path), text=css))
    return Background(
        designs=slot_designs(workspace.templates),
        last_subject=_last_subject(workspace, folder),
        sources=_sources(workspace, folder),
        sheets=sheets,
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _style_elements(template: str) -> str:
    """What a template's <style> elements hold, every line where it was."""
    pieces, end = [], 0
    for found in _STYLE.finditer(template):
        pieces += ["\n" * template.count("\n", end, found.start(1)), found[1]]
        end = found.end(1)
    return "".join(pieces)


def _last_subject(workspace: Workspace, folder: IssueFolder) -> str:
    """The subject of the issue before, "" where there is none that can be read."""
    start = window_start(folder) if folder.document.is_file() else ""
    before = [
        (began, slug)
        for slug in workspace.slugs()
        if slug != folder.slug and (began := window_start(workspace.issue(slug))) < start
    ]
    if not before:
        return ""
    try:
        return read_issue(workspace, workspace.issue(max(before)[1])).subject
    except DocumentError:
        return ""


def _sources(workspace: Workspace, folder: IssueFolder) -> dict[str, Source]:
    """What issue.lock has of the articles of items, by their keys."""
    from digest.check import Source

    try:
        lock = read_lock(workspace, folder)
    except LockError:
        return {}
    reasons = lock.reasons if lock else {}
    return {
        key: Source(
            published=str(reason.article["published"]) if reason.article.get("published") else None,
            summary=str(reason.article.get("summary") or ""),
            late=reason.late,
        )
        for key, reason in reasons.items()
    }


def check_text(
    workspace: Workspace, settings: Settings, folder: IssueFolder, text: str
) -> list[Finding]:
    """:func:`check_issue` for what issue.md would be; nothing is written."""
    from digest.issue.parse import parse_issue
    from digest.render import render

    issue = parse_issue(text, slug=folder.slug, file=workspace.show(folder.document))
    shelf = picture_shelf(workspace, folder)
    rendered = render(issue, settings, workspace.templates, shelf=shelf)
    return check_issue(workspace, settings, folder, Proof(issue=issue, rendered=rendered))


def _contents(folder: IssueFolder, rendered: Rendered) -> tuple[tuple[Path, bytes], ...]:
    mails = tuple(
        (folder.part(number), part.message) for number, part in enumerate(rendered.parts, start=1)
    ) or ((folder.message, rendered.message),)
    return (
        (folder.html, rendered.html.encode("utf-8")),
        (folder.text, rendered.text.encode("utf-8")),
        *mails,
    )


def _unix(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")


def _surplus(folder: IssueFolder, rendered: Rendered) -> list[Path]:
    """The messages beside issue.md that the issue does not have any more."""
    due = {path for path, _ in _contents(folder, rendered)}
    there = [*folder.parts(), *([folder.message] if folder.message.exists() else [])]
    return [path for path in there if path not in due]


def window_start(folder: IssueFolder) -> str:
    """The window's start in UTC, as the front matter has it; "" where it has none."""
    from datetime import UTC

    with folder.document.open("rb") as file:
        found = _WINDOW_LINE.search(file.read(_HEAD_BYTES))
    if found is None:
        return ""
    try:
        start = datetime.fromisoformat(found[1].decode("ascii"))
    except ValueError:
        return ""
    return start.astimezone(UTC).isoformat()
