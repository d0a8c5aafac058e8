"""One issue on its way from issue.md to the reader: read, rendered, checked, handed over."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digest.errors import DeliveryRefused, DocumentError
from digest.model import Delivery as Delivered
from digest.model import Finding, Issue, Place, Rendered, format_instant
from digest.workspace import IssueFolder, Workspace, slot_designs, write_bytes, write_text

if TYPE_CHECKING:
    from digest.config import Delivery as Target
    from digest.config import Settings
    from digest.deliver.handoff import Plan, Progress, Summary
    from digest.deliver.protocol import Personalise
    from digest.issue.lock import Lock
    from digest.mailbox import Mailbox
    from digest.state.ledger import Ledger

# Front matter stands at the top; more of it than this is no front matter of ours.
_HEAD_BYTES = 8192
_WINDOW_LINE = re.compile(rb"^window:\s*[\"']?([0-9][^\s/\"']*)/", re.MULTILINE)
MAX_DOCUMENT_BYTES = 16 * 1024 * 1024
STALE_CODE = "stale-render"
STALE = "not what issue.md, digest.toml and the templates give now: {files}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """An issue as it would go out now. ``stale`` names rendered files that say otherwise, or
    are not there."""

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
    rendered = render(issue, settings, workspace.templates)
    stale = tuple(
        path.name
        for path, content in _contents(folder, rendered)
        if not path.exists() or path.read_bytes() != content
    )
    return Proof(issue=issue, rendered=rendered, stale=stale)


def hash_outputs(folder: IssueFolder, document: str, rendered: Rendered) -> dict[str, str]:
    """The hash of each file of an issue, by its name, as they are or will be written."""
    from digest.issue.seal import hash_bytes

    hashes = {path.name: hash_bytes(content) for path, content in _contents(folder, rendered)}
    return {folder.document.name: hash_bytes(document.encode("utf-8"))} | hashes


def write_rendered(folder: IssueFolder, rendered: Rendered) -> None:
    """Writes digest.html, digest.txt and digest.eml, each atomically."""
    for path, content in _contents(folder, rendered):
        write_bytes(path, content)


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

    designs = slot_designs(workspace.templates)
    findings = list(check(proof.rendered, proof.issue, settings, designs=designs))
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


def check_text(
    workspace: Workspace, settings: Settings, folder: IssueFolder, text: str
) -> list[Finding]:
    """:func:`check_issue` for what issue.md would be; nothing is written."""
    from digest.issue.parse import parse_issue
    from digest.render import render

    issue = parse_issue(text, slug=folder.slug, file=workspace.show(folder.document))
    proof = Proof(issue=issue, rendered=render(issue, settings, workspace.templates))
    return check_issue(workspace, settings, folder, proof)


def plan_send(
    workspace: Workspace,
    settings: Settings,
    folder: IssueFolder,
    *,
    target_name: str,
    target: Target,
    recipients: Sequence[Mailbox],
    ledger: Ledger,
    test: bool,
    allowed: Sequence[str],
    retry_unknown: bool,
    more: bool,
) -> Plan:
    """What a send would do; changes nothing.

    Raises DeliveryRefused when the issue was sent before, has errors, or when its rendered
    files are not what issue.md says now: what was looked at is not what would go out.
    """
    from digest.deliver.plan import prepare_send
    from digest.render import render
    from digest.render.mergetags import UNSUBSCRIBE

    proof = prove(workspace, settings, folder)
    if proof.stale and not test:
        raise DeliveryRefused(
            f"not what issue.md, digest.toml and the templates give now: {', '.join(proof.stale)}",
            where=workspace.show(folder.path),
            fix=f"run `digest render {folder.slug}`, look at it, then send",
        )
    lock = read_lock(workspace, folder)
    findings = check_issue(workspace, settings, folder, proof)
    rendered = proof.rendered
    if target.unsubscribe:
        rendered = render(proof.issue, settings, workspace.templates, unsubscribe=UNSUBSCRIBE)
    return prepare_send(
        rendered,
        slug=folder.slug,
        target_name=target_name,
        target=target,
        recipients=recipients,
        ledger=ledger,
        lock_deliveries=lock.deliveries if lock else (),
        test=test,
        findings=findings,
        allowed=allowed,
        retry_unknown=retry_unknown,
        more=more,
    )


def send_issue(
    workspace: Workspace,
    folder: IssueFolder,
    plan: Plan,
    *,
    ledger: Ledger,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
) -> Summary:
    """Hands the issue over and notes in issue.lock that it left the house.

    The line is there as soon as the first copy is out, so that a run that dies on the way
    leaves word for a clone that has no ledger.
    """
    import os

    from digest.deliver.handoff import send
    from digest.deliver.plan import LEFT_THE_HOUSE
    from digest.deliver.protocol import Surroundings
    from digest.deliver.registry import open_provider

    provider = open_provider(
        plan.target_name,
        plan.target,
        Surroundings(root=workspace.root, environment=os.environ, now=clock),
    )
    noted = plan.test

    def note_first(delivery: Delivered) -> None:
        nonlocal noted
        if not noted and delivery.state in LEFT_THE_HOUSE:
            noted = True
            begun = {
                "target": delivery.target,
                "content_hash": delivery.content_hash,
                "at": format_instant(delivery.at),
                "finished": False,
            }
            _note_delivery(workspace, folder, begun)
        if progress is not None:
            progress(delivery)

    summary = send(plan, provider, ledger, clock, note_first, _personalise(plan.target))
    if summary.left_the_house and not plan.test:
        _note_delivery(workspace, folder, summary.lock_line())
    return summary


def _note_delivery(workspace: Workspace, folder: IssueFolder, line: Mapping[str, Any]) -> None:
    """Puts a hand-off's line into issue.lock, in place of an earlier one of its target."""
    from digest.issue.lock import Lock, write_lock

    lock = read_lock(workspace, folder) or Lock.for_document(read_issue(workspace, folder))
    others = tuple(entry for entry in lock.deliveries if entry.get("target") != line["target"])
    write_text(folder.lock, write_lock(lock.with_deliveries((*others, line))))


def _personalise(target: Target) -> Personalise | None:
    """Fills the reader's own address for leaving into each part."""
    if not target.unsubscribe:
        return None
    from digest.deliver.letter import unsubscribe_address
    from digest.render.mergetags import UNSUBSCRIBE, replace

    def fill(content: bytes, content_type: str, address: str) -> bytes:
        url = unsubscribe_address(target.unsubscribe, address)
        return replace(content, {UNSUBSCRIBE: escape(url) if content_type == "text/html" else url})

    return fill


def _contents(folder: IssueFolder, rendered: Rendered) -> tuple[tuple[Path, bytes], ...]:
    return (
        (folder.html, rendered.html.encode("utf-8")),
        (folder.text, rendered.text.encode("utf-8")),
        (folder.message, rendered.message),
    )


def _unix(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")


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
