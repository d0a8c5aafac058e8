"""What a send would do, and when it is refused. Reads, and changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from digest.config.schema import Delivery as Target
from digest.deliver.letter import Stationery, validate_unsubscribe
from digest.errors import ConfigError, DeliveryRefused, DeliveryUnknown, DigestError, UsageError
from digest.mailbox import Mailbox, parse_mailbox
from digest.model import Finding, Rendered
from digest.model.outgoing import DeliveryState
from digest.state.ledger import Ledger, by_reader, recipient_hash

TEST_PREFIX = "[Test] "
WAITING: frozenset[DeliveryState] = frozenset(["queued", "deferred"])
LEFT_THE_HOUSE: frozenset[DeliveryState] = frozenset(["accepted", "unknown"])
DECIDE = (
    "look for them in the server's log; --retry-unknown sends them again, at the risk of a"
    " second copy"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a send is about to do; made without touching anything.

    ``recipients`` are those who will get it now; ``skipped`` of the list will not: they have
    it, may have it, or were refused for good. ``unknown`` of an earlier run are without an
    answer, counted by mails; ``newcomers`` came to the list after the send had begun, and are left
    out unless they were asked for. ``everyone`` are all whom this send is for, over all its runs.

    ``mails`` is what each of them gets: the issue, or the parts that it was split into, in
    order. ``subject`` is the first one's; ``messages`` are to be handed over now.
    """

    issue: str
    subject: str
    sender: Mailbox
    envelope_sender: str
    target_name: str
    target: Target
    content_hash: str
    recipients: tuple[Mailbox, ...]
    messages: int
    everyone: tuple[Mailbox, ...]
    skipped: int
    unknown: int
    newcomers: int
    findings: tuple[Finding, ...]
    test: bool
    resumed: bool
    retry_unknown: bool
    reply_to: Mailbox | None
    mails: tuple[Rendered, ...] = field(repr=False)


def prepare_send(
    rendered: Rendered,
    *,
    slug: str,
    target_name: str,
    target: Target,
    recipients: Sequence[Mailbox],
    ledger: Ledger,
    lock_deliveries: Sequence[Mapping[str, Any]] = (),
    test: bool = False,
    findings: Sequence[Finding] = (),
    allowed: Collection[str] = (),
    retry_unknown: bool = False,
    more: bool = False,
) -> Plan:
    """What sending would do now; reads, and changes nothing.

    ``lock_deliveries`` are the lines of issue.lock, ``allowed`` the codes of findings that do
    not stand in the way. ``more`` sends to those as well who came to the list after the send
    had begun. A test goes out whatever was found or sent, and leaves no trace.

    Raises DeliveryRefused when the issue was sent already, changed since its send began, or
    has errors; DeliveryUnknown when only messages without an answer are left; ConfigError
    when the target's settings cannot make a message.
    """
    mistakes: list[DigestError] = []
    where = f"delivery.{target_name}"
    mails = rendered.mails
    stationery = Stationery(mails[0].message)
    sender = _mailbox(target.sender or stationery.sender, f"{where}.sender", mistakes)
    envelope = _mailbox(target.envelope_sender, f"{where}.envelope_sender", mistakes)
    reply_to = _mailbox(target.reply_to, f"{where}.reply_to", mistakes)
    if target.unsubscribe:
        try:
            validate_unsubscribe(target.unsubscribe)
        except ValueError as error:
            mistakes.append(
                UsageError(
                    str(error),
                    where=f"{where}.unsubscribe",
                    fix="write it as https://example.org/leave?who={email}",
                )
            )
    if mistakes:
        raise ConfigError(tuple(mistakes))
    if sender is None:
        raise DeliveryRefused(
            "the issue has no sender", where=slug, fix='set sender in [newsletter]: "Name <a@b>"'
        )
    everyone = waiting = tuple(recipients)
    messages = len(recipients) * len(mails)
    newcomers = 0
    states: dict[tuple[str, int], DeliveryState] = {}
    if not test:
        _refuse_errors(slug, findings, allowed)
        states = ledger.states(slug, target_name)
        _refuse_second_send(
            slug, target_name, rendered, states, ledger, lock_deliveries, retry_unknown, more
        )
        elsewhere = ledger.elsewhere(slug, target_name)
        everyone, letters, newcomers = _choose(
            slug, recipients, len(mails), states, elsewhere, retry_unknown, more
        )
        waiting = tuple(dict.fromkeys(letters))
        messages = len(letters)
    unknown = sum(state == "unknown" for state in states.values())
    if not waiting and unknown and not retry_unknown:
        raise DeliveryUnknown(
            f"{count_messages(unknown)} of an earlier run may or may not have arrived",
            where=f"{slug} to {target_name}",
            fix=DECIDE,
        )
    if not waiting:
        raise DeliveryRefused(
            "nobody on the list is waiting for it",
            where=f"{slug} to {target_name}",
            fix=f"--more sends it to the {newcomers} who came to the list later"
            if newcomers
            else "compose the next issue",
        )
    return Plan(
        issue=slug,
        subject=(TEST_PREFIX if test else "") + mails[0].subject,
        sender=sender,
        envelope_sender=(envelope or sender).address,
        reply_to=reply_to,
        target_name=target_name,
        target=target,
        content_hash=rendered.content_hash,
        recipients=waiting,
        messages=messages,
        everyone=everyone,
        skipped=len(recipients) - len(waiting),
        unknown=unknown,
        newcomers=newcomers,
        findings=tuple(findings),
        test=test,
        resumed=any(state in LEFT_THE_HOUSE for state in states.values()),
        retry_unknown=retry_unknown,
        mails=mails,
    )


def _refuse_errors(slug: str, findings: Sequence[Finding], allowed: Collection[str]) -> None:
    errors = [
        finding
        for finding in findings
        if finding.severity == "error" and finding.code not in allowed
    ]
    if errors:
        lines = [f"{error.where or slug}: {error.message} ({error.code})" for error in errors]
        raise DeliveryRefused(
            "\n".join(
                [f"check found {len(errors)} errors" if errors[1:] else "check found", *lines]
            ),
            where=slug,
            fix="correct them, and look at the issue with `digest preview`",
        )


def _refuse_second_send(
    slug: str,
    target_name: str,
    rendered: Rendered,
    states: Mapping[tuple[str, int], DeliveryState],
    ledger: Ledger,
    lock_deliveries: Sequence[Mapping[str, Any]],
    retry_unknown: bool,
    more: bool,
) -> None:
    for line in lock_deliveries:
        if "imported" in line:
            raise DeliveryRefused(
                f"imported from {line['imported']}: it was sent at {line.get('at')}, before digest",
                where=slug,
                fix="compose the next issue",
            )
    where = f"{slug} to {target_name}"
    found = set(states.values())
    begun = bool(found & LEFT_THE_HOUSE)
    if not begun:
        _refuse_what_the_lock_knows(where, target_name, lock_deliveries, ledger.targets(slug), more)
        return
    resumable = bool(found & WAITING) or (retry_unknown and "unknown" in found)
    if not resumable and not more and "unknown" not in found:
        accepted = sum(state == "accepted" for state in by_reader(states).values())
        raise DeliveryRefused(
            f"already sent, to {accepted} recipient{'s' if accepted != 1 else ''}",
            where=where,
            fix="compose the next issue; --more sends this one to whoever came to the list later",
        )
    if ledger.content_hashes(slug, target_name) - {mail.content_hash for mail in rendered.mails}:
        raise DeliveryRefused(
            "the issue has changed since its send began",
            where=where,
            fix="put back the issue.md and the settings that were sent first, then run the same "
            "command again",
        )


def _refuse_what_the_lock_knows(
    where: str,
    target_name: str,
    lock_deliveries: Sequence[Mapping[str, Any]],
    known_targets: Collection[str],
    more: bool,
) -> None:
    """Refuses what left the house from another machine: this one cannot tell who has it."""
    for line in lock_deliveries:
        target = str(line.get("target"))
        if target != target_name and (more or target in known_targets):
            continue
        partly = "" if line.get("finished", True) else "in part "
        through = "" if target == target_name else f"through {target} "
        if through:
            fix = "if nobody is on both lists, --more sends it"
        elif partly:
            fix = "the database that knows who has it is not here; send from where it is"
        else:
            fix = "compose the next issue"
        raise DeliveryRefused(
            f"already sent {partly}{through}at {line.get('at', 'some time')}, says issue.lock",
            where=where,
            fix=fix,
        )


def _choose(
    slug: str,
    recipients: Sequence[Mailbox],
    mails: int,
    states: Mapping[tuple[str, int], DeliveryState],
    elsewhere: Collection[str],
    retry_unknown: bool,
    more: bool,
) -> tuple[tuple[Mailbox, ...], tuple[Mailbox, ...], int]:
    """Whom the send is for, who of them gets one of its mails now, each once for each of them,
    and how many came to the list later.

    Whoever has the issue through another target is not asked to read it twice. A send that
    nobody has a copy of begins anew; any other one is for those it was for at its start, and
    takes on others only when asked to.
    """
    named = [(recipient_hash(slug, person.address), person) for person in recipients]
    named = [(name, person) for name, person in named if name not in elsewhere]
    if not set(states.values()) & LEFT_THE_HOUSE:
        everyone = tuple(person for _, person in named)
        return everyone, everyone * mails, 0
    known = {name for name, _ in states}
    listed = [(name, person) for name, person in named if more or name in known]
    again: frozenset[DeliveryState] = frozenset(["unknown"]) if retry_unknown else frozenset()
    waiting = (
        person
        for name, person in listed
        for part in range(1, mails + 1)
        if states.get((name, part), "queued") in WAITING | again
    )
    return tuple(person for _, person in listed), tuple(waiting), len(named) - len(listed)


def _mailbox(text: str, where: str, mistakes: list[DigestError]) -> Mailbox | None:
    if not text.strip():
        return None
    try:
        return parse_mailbox(text)
    except ValueError as error:
        mistakes.append(
            UsageError(f"{error}: {text!r}", where=where, fix='write it as "Name <a@example.org>"')
        )
        return None


def count_messages(count: int) -> str:
    """``1 message``, ``2 messages``."""
    return "1 message" if count == 1 else f"{count} messages"
