"""Who was handed what, message by message, so that a send can stop at any instant.

A row stands for one mail to one recipient of one issue through one target: the issue, or, where
it was split into several mails, one of its parts. No address is kept: a recipient is named by
:func:`recipient_hash`. Every change is committed before the method returns, and
what a dead process left in ``sending`` counts as ``unknown``: it may have arrived.

One process at a time sends: the caller holds the workspace's lock.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from digest.model import Delivery, format_instant
from digest.model.outgoing import DeliveryState
from digest.state.database import transaction

_ANSWER_CHARACTERS = 300
_ADDRESS = re.compile(r"[^\s<>\"'(),:;=]+@[^\s<>\"'(),:;=]+")
_OPEN: tuple[DeliveryState, ...] = ("queued", "deferred", "unknown", "refused", "accepted")
# In these states a copy has reached, or may have reached, a mail server.
_LEFT_THE_HOUSE = ("sending", "accepted", "unknown")


def normalise_address(address: str) -> str:
    """The form in which two spellings of one mailbox are the same: NFC, case folded.

    Local parts are case-sensitive by the letter of RFC 5321 §2.4 and by no provider's practice.
    """
    return unicodedata.normalize("NFC", address.strip()).casefold()


def recipient_hash(issue: str, address: str) -> str:
    """The name of an address within one issue: 128 bits of SHA-256, in hex.

    The issue's slug is the salt: a resumed run finds its rows again, on any machine, and the
    same reader has another name in every issue. It keeps addresses out of the database's
    bytes; whoever already knows an address can still ask whether it is in there.
    """
    text = f"digest recipient\0{issue}\0{normalise_address(address)}"
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


class Ledger:
    """The table of deliveries, over a connection that commits each statement by itself."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def states(self, issue: str, target: str) -> dict[tuple[str, int], DeliveryState]:
        """The state of every mail of an issue's send through a target, by recipient hash and
        part.

        ``sending`` is told as ``unknown``: whoever asks is not in the middle of that message.
        """
        rows = self._connection.execute(
            "SELECT recipient_hash, part, state FROM delivery WHERE issue = ? AND target = ?",
            (issue, target),
        )
        return {(name, part): _settled(state) for name, part, state in rows}

    def content_hashes(self, issue: str, target: str) -> frozenset[str]:
        """The contents of which a copy left the house, or may have, in this send."""
        rows = self._connection.execute(
            "SELECT DISTINCT content_hash FROM delivery WHERE issue = ? AND target = ?"
            " AND state IN (?, ?, ?)",
            (issue, target, *_LEFT_THE_HOUSE),
        )
        return frozenset(row[0] for row in rows)

    def targets(self, issue: str) -> frozenset[str]:
        """The targets through which this ledger knows the issue to have been sent."""
        rows = self._connection.execute(
            "SELECT DISTINCT target FROM delivery WHERE issue = ?", (issue,)
        )
        return frozenset(row[0] for row in rows)

    def elsewhere(self, issue: str, target: str) -> frozenset[str]:
        """Recipient hashes that have this issue, or may have it, through another target."""
        rows = self._connection.execute(
            "SELECT DISTINCT recipient_hash FROM delivery WHERE issue = ? AND target <> ?"
            " AND state IN (?, ?, ?)",
            (issue, target, *_LEFT_THE_HOUSE),
        )
        return frozenset(row[0] for row in rows)

    def begin(
        self,
        issue: str,
        target: str,
        hashes: Iterable[str],
        contents: Sequence[str],
        *,
        at: datetime,
        retry_unknown: bool = False,
    ) -> None:
        """Starts or resumes a send, all or nothing.

        ``hashes`` is everyone whom this run is for, ``contents`` the content hashes of the mails
        that each of them gets, in order. New ones are queued; whoever waits and is
        not among them goes on waiting, for a list may be sent in parts; what was being sent
        when a run died becomes unknown. With ``retry_unknown`` the unknown ones
        among ``hashes`` are queued again. A send of which no copy left the house starts anew.
        """
        instant = format_instant(at)
        wanted = list(dict.fromkeys(hashes))
        with transaction(self._connection):
            execute = self._connection.execute
            execute(
                "UPDATE delivery SET state = 'unknown', answer = 'the run ended before the answer'"
                " WHERE issue = ? AND target = ? AND state = 'sending'",
                (issue, target),
            )
            if not self.content_hashes(issue, target):
                execute("DELETE FROM delivery WHERE issue = ? AND target = ?", (issue, target))
            execute("CREATE TEMP TABLE wanted (recipient_hash TEXT PRIMARY KEY) WITHOUT ROWID")
            self._connection.executemany(
                "INSERT INTO wanted VALUES (?)", ((name,) for name in wanted)
            )
            again = ("deferred", "unknown") if retry_unknown else ("deferred", "deferred")
            execute(
                "UPDATE delivery SET state = 'queued', at = ?, answer = '', retry_at = NULL"
                " WHERE issue = ? AND target = ? AND state IN (?, ?)"
                " AND recipient_hash IN (SELECT recipient_hash FROM wanted)",
                (instant, issue, target, *again),
            )
            for part, content_hash in enumerate(contents, start=1):
                execute(
                    "UPDATE delivery SET content_hash = ?"
                    " WHERE issue = ? AND target = ? AND part = ? AND state = 'queued'",
                    (content_hash, issue, target, part),
                )
                execute(
                    "INSERT OR IGNORE INTO delivery"
                    " (issue, target, recipient_hash, part, content_hash, state, at)"
                    " SELECT ?, ?, recipient_hash, ?, ?, 'queued', ? FROM wanted",
                    (issue, target, part, content_hash, instant),
                )
            execute("DROP TABLE wanted")

    def claim(self, delivery: Delivery) -> bool:
        """Takes a queued mail on, as ``sending``; False when it is not queued any more.

        Whatever two processes believe about the list, a queued message is claimed once.
        """
        assert delivery.state == "sending"
        done = self._connection.execute(
            "UPDATE delivery SET state = 'sending', at = ?, message_id = ?"
            " WHERE issue = ? AND target = ? AND recipient_hash = ? AND part = ?"
            " AND state = 'queued'",
            (
                format_instant(delivery.at),
                delivery.message_id,
                delivery.issue,
                delivery.target,
                delivery.recipient_hash,
                delivery.part,
            ),
        )
        return done.rowcount == 1

    def mark(self, delivery: Delivery) -> None:
        """Writes down a mail's new state; it is on disk when this returns.

        Of the answer only its beginning is kept, and no address that stands in it. With a mail
        that is refused go those that would follow it: half an issue helps nobody.
        """
        at = format_instant(delivery.at)
        named = (delivery.issue, delivery.target, delivery.recipient_hash, delivery.part)
        with transaction(self._connection):
            self._connection.execute(
                "INSERT INTO delivery (issue, target, recipient_hash, part, content_hash, state,"
                " at, retry_at, message_id, answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (issue, target, recipient_hash, part) DO UPDATE SET"
                " content_hash = excluded.content_hash, state = excluded.state, at = excluded.at,"
                " retry_at = excluded.retry_at, message_id = excluded.message_id,"
                " answer = excluded.answer",
                (
                    *named,
                    delivery.content_hash,
                    delivery.state,
                    at,
                    format_instant(delivery.retry_at) if delivery.retry_at else None,
                    delivery.message_id,
                    shorten_answer(delivery.answer),
                ),
            )
            if delivery.state == "refused":
                self._connection.execute(
                    "UPDATE delivery SET state = 'refused', at = ?, answer = ?"
                    " WHERE issue = ? AND target = ? AND recipient_hash = ? AND part > ?"
                    " AND state = 'queued'",
                    (at, f"part {delivery.part} was refused", *named),
                )

    def deliveries(self, issue: str) -> list[Delivery]:
        """Every delivery of an issue, by target, recipient hash and part."""
        rows = self._connection.execute(
            "SELECT target, recipient_hash, part, content_hash, state, at, retry_at, message_id,"
            " answer FROM delivery WHERE issue = ? ORDER BY target, recipient_hash, part",
            (issue,),
        )
        return [
            Delivery(
                issue=issue,
                target=target,
                recipient_hash=name,
                part=part,
                content_hash=content_hash,
                state=_settled(state),
                at=datetime.fromisoformat(at),
                retry_at=datetime.fromisoformat(retry_at) if retry_at else None,
                message_id=message_id,
                answer=answer,
            )
            for target, name, part, content_hash, state, at, retry_at, message_id, answer in rows
        ]


def by_reader(
    states: Mapping[tuple[str, int], DeliveryState],
) -> dict[str, DeliveryState]:
    """How it stands with each recipient, over all mails: accepted when they all are; else what is
    still to be done, what is not known, what was refused, in this order."""
    found: dict[str, set[DeliveryState]] = {}
    for (name, _), state in states.items():
        found.setdefault(name, set()).add(state)
    return {name: next(state for state in _OPEN if state in stood) for name, stood in found.items()}


def shorten_answer(answer: str) -> str:
    """A server's answer fit for keeping: one line, bounded, without addresses."""
    line = " ".join(answer[: 4 * _ANSWER_CHARACTERS].split())
    line = _ADDRESS.sub("(address)", line)
    return line if len(line) <= _ANSWER_CHARACTERS else line[: _ANSWER_CHARACTERS - 1] + "…"


def _settled(state: str) -> DeliveryState:
    return "unknown" if state == "sending" else cast(DeliveryState, state)
