"""An issue handed over: what a send would do, the send, and its line in issue.lock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

from digest.errors import DeliveryRefused
from digest.model import Delivery as Delivered
from digest.model import Rendered, format_instant
from digest.press import check_issue, picture_shelf, prove, read_issue, read_lock
from digest.workspace import IssueFolder, Workspace, write_text

if TYPE_CHECKING:
    from digest.config import Delivery as Target
    from digest.config import Settings
    from digest.deliver.handoff import Plan, Progress, Summary
    from digest.deliver.protocol import Personalise
    from digest.mailbox import Mailbox
    from digest.state.ledger import Ledger


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

    Raises DeliveryRefused when the issue was sent before, has errors or a token that nobody
    fills, or when its rendered files are not what issue.md says now: what was looked at is not
    what would go out.
    """
    from digest.deliver.plan import prepare_send
    from digest.render import render_again
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
        rendered = render_again(
            rendered,
            proof.issue,
            settings,
            workspace.templates,
            unsubscribe=UNSUBSCRIBE,
            shelf=picture_shelf(workspace, folder),
        )
    _refuse_tokens(folder.slug, rendered, {UNSUBSCRIBE} if target.unsubscribe else set())
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
                "target": plan.target_name,
                "content_hash": plan.content_hash,
                "at": format_instant(delivery.at),
                "finished": False,
            }
            if plan.mails[1:]:
                begun["mails"] = len(plan.mails)
            _note_delivery(workspace, folder, begun)
        if progress is not None:
            progress(delivery)

    summary = send(plan, provider, ledger, clock, note_first, _personalise(plan.target))
    if summary.left_the_house and not plan.test:
        _note_delivery(workspace, folder, summary.lock_line())
    return summary


def finish_line(
    workspace: Workspace, folder: IssueFolder, *, target_name: str, ledger: Ledger
) -> None:
    """Finishes the line in issue.lock of a send that died after its last message."""
    from collections import Counter

    from digest.deliver.plan import WAITING
    from digest.state.ledger import by_reader

    lock = read_lock(workspace, folder)
    for line in lock.deliveries if lock else ():
        if line.get("target") == target_name and line.get("finished") is False:
            readers = Counter(by_reader(ledger.states(folder.slug, target_name)).values())
            if readers and not WAITING & set(readers):
                counts = {str(state): count for state, count in readers.items()}
                _note_delivery(workspace, folder, {**line, "finished": True, **counts})


def _refuse_tokens(slug: str, rendered: Rendered, filled: Collection[str]) -> None:
    """Whatever is allowed: a reader would see it, or follow it to nowhere."""
    from digest.render.mergetags import find_left_over

    for mail in rendered.mails:
        for part, text in (("subject", mail.subject), ("text", mail.text), ("HTML", mail.html)):
            for token in find_left_over(text.encode()):
                if token not in filled:
                    raise DeliveryRefused(
                        f"nobody fills {token} in the {part}",
                        where=slug,
                        fix="take it out of the template",
                    )


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
