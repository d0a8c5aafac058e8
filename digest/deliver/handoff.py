"""Handing an issue over: what is refused, what is resumed, and what became of it.

A reader of a split issue gets its mails one after another before the next reader's turn, so that
a run which stops leaves one reader at most with half of it; a mail goes only when the one before
it did, or may have done so.

A row of the ledger goes queued -> sending -> accepted, deferred, refused or unknown, each
step on disk before the next one begins. So a run may die at any instant: the next one sends
what was queued, leaves alone what was accepted, and never repeats by itself what was in
the middle.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from digest.model import Delivery, Rendered, format_instant
from digest.model.outgoing import DeliveryState
from digest.state.ledger import Ledger, by_reader, recipient_hash, shorten_answer

__all__ = ["Plan", "Progress", "Summary", "message_id", "prepare_send", "send"]

Progress = Callable[[Delivery], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What became of a send, over all its runs so far.

    ``counts`` is of mails, ``readers`` of recipients, both by state; ``mails`` is how many each
    recipient gets. ``stopped`` is the reason why the run ended early, None when it went
    through. ``answers`` are the servers' words for what was not accepted in this run, with
    how often each was heard.
    """

    target: str
    content_hash: str
    at: datetime
    counts: Counter[DeliveryState]
    readers: Counter[DeliveryState]
    mails: int
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
        """The line for issue.lock's deliveries: no address stands in it. Recipients are counted.

        It belongs there as soon as ``left_the_house``, in place of an earlier one of the same
        target, so that a fresh clone refuses to begin anew what was begun here.
        """
        line: dict[str, Any] = {
            "target": self.target,
            "content_hash": self.content_hash,
            "at": format_instant(self.at),
            "finished": self.finished,
        }
        if self.mails > 1:
            line["mails"] = self.mails
        line.update({state: count for state, count in sorted(self.readers.items()) if count})
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
                [mail.content_hash for mail in plan.mails],
                at=now(),
                retry_unknown=plan.retry_unknown,
            )
        halted = ""  # whom a mail did not reach: the ones that follow it wait
        for mail, audience in _letters(plan, now, personalise):
            if audience.recipient_hash == halted:
                continue
            if not plan.test and not ledger.claim(_delivery(plan, mail, audience, "sending")):
                continue
            try:
                delivery = _hand_over(plan, provider, mail, audience)
            except DigestError as error:
                # The provider's promise: nothing of this message was taken.
                stopped = error
                if not plan.test:
                    ledger.mark(_delivery(plan, mail, audience, "queued"))
                break
            if not plan.test:
                ledger.mark(delivery)
            if delivery.state not in LEFT_THE_HOUSE:
                halted = audience.recipient_hash
            results[delivery.state] += 1
            if delivery.state != "accepted" and delivery.answer:
                answers[shorten_answer(delivery.answer)] += 1
            if progress is not None:
                progress(delivery)
    handed_over = results.total()
    states = {} if plan.test else ledger.states(plan.issue, plan.target_name)
    return Summary(
        target=plan.target_name,
        content_hash=plan.content_hash,
        at=now(),
        counts=results if plan.test else Counter(states.values()),
        readers=Counter(by_reader(states).values()),
        mails=len(plan.mails),
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


def _letters(
    plan: Plan, now: Callable[[], datetime], personalise: Personalise | None
) -> Iterator[tuple[Rendered, Audience]]:
    """Every mail of every reader, reader by reader."""
    domain = plan.sender.address.rpartition("@")[2]
    for person in plan.recipients:
        name = recipient_hash(plan.issue, person.address)
        tested_at = now().isoformat() if plan.test else ""
        ids = [
            message_id(plan.issue, name, mail.content_hash, domain, at=tested_at)
            for mail in plan.mails
        ]
        for number, mail in enumerate(plan.mails):
            # Clients that sort by Date keep parts in order that leave in the same second.
            at = now() + timedelta(seconds=number)
            yield mail, _audience(plan, person, ids[: number + 1], at, personalise)


def _hand_over(plan: Plan, provider: Provider, mail: Rendered, audience: Audience) -> Delivery:
    try:
        prepared = provider.prepare(mail, audience)
    except (DigestError, ValueError, LookupError) as error:
        # One reader's message that cannot be made is no reason to keep it from the others.
        # (The email package answers what it cannot encode with the latter two.)
        return _delivery(plan, mail, audience, "refused", str(error))
    return provider.hand_over(prepared)


def _audience(
    plan: Plan, person: Mailbox, ids: list[str], at: datetime, personalise: Personalise | None
) -> Audience:
    """``ids`` are the Message-IDs of the reader's mails up to this one."""
    template = plan.target.unsubscribe
    domain = plan.sender.address.rpartition("@")[2]
    return Audience(
        issue=plan.issue,
        target=plan.target_name,
        recipient=person,
        recipient_hash=recipient_hash(plan.issue, person.address),
        sender=plan.sender,
        envelope_sender=plan.envelope_sender,
        reply_to=plan.reply_to,
        message_id=ids[-1],
        at=at,
        part=len(ids),
        after=tuple(ids[:-1]),
        list_id=f"{_label(plan.target_name)}.{domain}",
        unsubscribe=unsubscribe_address(template, person.address) if template else "",
        subject_prefix=TEST_PREFIX if plan.test else "",
        personalise=personalise,
    )


def _delivery(
    plan: Plan, mail: Rendered, audience: Audience, state: DeliveryState, answer: str = ""
) -> Delivery:
    return Delivery(
        issue=plan.issue,
        content_hash=mail.content_hash,
        target=plan.target_name,
        part=audience.part,
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
