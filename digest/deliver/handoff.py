"""Handing an issue over: what is refused, what is resumed, and what became of it.

A row of the ledger goes queued -> sending -> accepted, deferred, refused or unknown, each
step on disk before the next one begins. So a run may die at any instant: the next one sends
what was queued, leaves alone what was accepted, and never repeats by itself what was in
the middle.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.deliver.letter import unsubscribe_address
from digest.deliver.plan import (
    DECIDE,
    LEFT_THE_HOUSE,
    TEST_PREFIX,
    WAITING,
    Plan,
    count_messages,
    prepare_send,
)
from digest.deliver.protocol import Audience, Personalise, Provider
from digest.errors import DeliveryUnknown, DigestError, UsageError
from digest.mailbox import Mailbox
from digest.model import Delivery, format_instant
from digest.model.outgoing import DeliveryState
from digest.state.ledger import Ledger, recipient_hash, shorten_answer

__all__ = ["Plan", "Progress", "Summary", "message_id", "prepare_send", "send"]

Progress = Callable[[Delivery], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What became of a send, over all its runs so far.

    ``counts`` is by state, ``stopped`` the reason why the run ended early, None when it went
    through. ``answers`` are the servers' words for what was not accepted in this run, with
    how often each was heard.
    """

    target: str
    content_hash: str
    at: datetime
    counts: Counter[DeliveryState]
    handed_over: int
    test: bool
    stopped: DigestError | None = None
    answers: tuple[tuple[str, int], ...] = ()

    @property
    def finished(self) -> bool:
        """True when nobody is waiting for it any more."""
        return not any(self.counts[state] for state in WAITING)

    @property
    def left_the_house(self) -> bool:
        """True when a copy reached, or may have reached, a mail server."""
        return any(self.counts[state] for state in LEFT_THE_HOUSE)

    def lock_line(self) -> dict[str, Any]:
        """The line for issue.lock's deliveries: no address stands in it.

        It belongs there as soon as ``left_the_house``, in place of an earlier one of the same
        target, so that a fresh clone refuses to begin anew what was begun here.
        """
        line: dict[str, Any] = {
            "target": self.target,
            "content_hash": self.content_hash,
            "at": format_instant(self.at),
            "finished": self.finished,
        }
        line.update({state: count for state, count in sorted(self.counts.items()) if count})
        return line

    def problem(self) -> DigestError | None:
        """The error that the run should end with, None when it did what it was asked for."""
        if self.stopped is not None:
            return self.stopped
        if self.counts["unknown"]:
            return DeliveryUnknown(
                f"{count_messages(self.counts['unknown'])} may or may not have arrived",
                where=self.target,
                fix=DECIDE,
            )
        if waiting := sum(self.counts[state] for state in WAITING):
            return DigestError(
                f"{count_messages(waiting)} put off by the server",
                where=self.target,
                fix="run the same command again later; nobody gets it twice",
            )
        if self.counts["refused"] and not self.counts["accepted"]:
            return DigestError(
                "the server refused every recipient",
                where=self.target,
                fix=self.answers[0][0] if self.answers else "look into its log",
            )
        return None


def send(
    plan: Plan,
    provider: Provider,
    ledger: Ledger,
    now: Callable[[], datetime],
    progress: Progress | None = None,
    personalise: Personalise | None = None,
) -> Summary:
    """Hands the planned messages over, one by one.

    ``provider`` is not connected yet: nothing is written down before it is. ``progress`` is
    called after each message, when its state is on disk. The caller holds the workspace's
    lock. Raises DigestError or CredentialMissing when there is no connection at the start;
    a later stop is told by the summary.
    """
    _require_capabilities(plan, provider)
    results: Counter[DeliveryState] = Counter()
    answers: Counter[str] = Counter()
    stopped: DigestError | None = None
    with provider:
        if not plan.test:
            ledger.begin(
                plan.issue,
                plan.target_name,
                [recipient_hash(plan.issue, person.address) for person in plan.everyone],
                plan.content_hash,
                at=now(),
                retry_unknown=plan.retry_unknown,
            )
        for person in plan.recipients:
            audience = _audience(plan, person, now(), personalise)
            if not plan.test and not ledger.claim(_delivery(plan, audience, "sending")):
                continue
            try:
                delivery = _hand_over(plan, provider, audience)
            except DigestError as error:
                # The provider's promise: nothing of this message was taken.
                stopped = error
                if not plan.test:
                    ledger.mark(_delivery(plan, audience, "queued"))
                break
            if not plan.test:
                ledger.mark(delivery)
            results[delivery.state] += 1
            if delivery.state != "accepted" and delivery.answer:
                answers[shorten_answer(delivery.answer)] += 1
            if progress is not None:
                progress(delivery)
    handed_over = results.total()
    if plan.test:
        results["queued"] = len(plan.recipients) - handed_over
    return Summary(
        target=plan.target_name,
        content_hash=plan.content_hash,
        at=now(),
        counts=results if plan.test else ledger.counts(plan.issue, plan.target_name),
        handed_over=handed_over,
        test=plan.test,
        stopped=stopped,
        answers=tuple(answers.most_common(10)),
    )


def message_id(issue: str, name: str, content_hash: str, domain: str, *, at: str = "") -> str:
    """The Message-ID of one reader's copy.

    The same copy always has the same one, so that a mail server may notice a repetition; a
    test states ``at``, for two tests in a row are two messages.
    """
    text = "\0".join(("digest message", issue, name, content_hash, at))
    return f"<{hashlib.sha256(text.encode('utf-8')).hexdigest()[:40]}@{domain}>"


def _hand_over(plan: Plan, provider: Provider, audience: Audience) -> Delivery:
    try:
        prepared = provider.prepare(plan.rendered, audience)
    except (DigestError, ValueError, LookupError) as error:
        # One reader's message that cannot be made is no reason to keep it from the others.
        # (The email package answers what it cannot encode with the latter two.)
        return _delivery(plan, audience, "refused", str(error))
    return provider.hand_over(prepared)


def _audience(
    plan: Plan, person: Mailbox, at: datetime, personalise: Personalise | None
) -> Audience:
    name = recipient_hash(plan.issue, person.address)
    domain = plan.sender.address.rpartition("@")[2]
    template = plan.target.unsubscribe
    return Audience(
        issue=plan.issue,
        target=plan.target_name,
        recipient=person,
        recipient_hash=name,
        sender=plan.sender,
        envelope_sender=plan.envelope_sender,
        reply_to=plan.reply_to,
        message_id=message_id(
            plan.issue,
            name,
            plan.content_hash,
            domain,
            at=at.isoformat() if plan.test else "",
        ),
        at=at,
        list_id=f"{_label(plan.target_name)}.{domain}",
        unsubscribe=unsubscribe_address(template, person.address) if template else "",
        subject_prefix=TEST_PREFIX if plan.test else "",
        personalise=personalise,
    )


def _delivery(plan: Plan, audience: Audience, state: DeliveryState, answer: str = "") -> Delivery:
    return Delivery(
        issue=plan.issue,
        content_hash=plan.content_hash,
        target=plan.target_name,
        recipient_hash=audience.recipient_hash,
        state=state,
        at=audience.at,
        message_id="" if state == "queued" else audience.message_id,
        answer=answer,
    )


def _require_capabilities(plan: Plan, provider: Provider) -> None:
    can = provider.capabilities
    lacks = [
        name
        for name, wanted, has in (
            ("a list of recipients", True, can.recipients),
            ("reply_to", plan.reply_to is not None, can.reply_to),
            ("envelope_sender", bool(plan.target.envelope_sender), can.envelope_sender),
            ("unsubscribe", bool(plan.target.unsubscribe), can.list_headers),
        )
        if wanted and not has
    ]
    if lacks:
        raise UsageError(
            f"the provider {plan.target.provider} cannot do: {', '.join(lacks)}",
            where=f"delivery.{plan.target_name}",
            fix="leave it out, or choose another provider",
        )


def _label(name: str) -> str:
    label = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower()).strip("-")
    return label[:63] or "digest"
