"""What a provider is: who carries an issue from here to its readers.

A provider of another package is found by the entry point group ``digest.providers``; its
object is called as a :class:`ProviderFactory` and gives a :class:`Provider`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from digest.config.schema import Delivery as Target
from digest.mailbox import Mailbox
from digest.model import Delivery, Rendered

# Fills the neutral tokens of one text part for one reader: (decoded content, content type,
# address) -> content. The type ("text/html", "text/plain") says how values are to be escaped.
Personalise = Callable[[bytes, str, str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a provider can do. Asking for what it lacks is an error, never dropped.

    ``recipients``: it takes one message for each address that digest names. ``broadcast``: it
    sends one message to an audience that it keeps itself.
    """

    recipients: bool = False
    broadcast: bool = False
    reply_to: bool = False
    envelope_sender: bool = False
    list_headers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Whom one hand-over is for, and how the letter is to be addressed.

    ``sender`` is a mailbox as the From header has it. ``unsubscribe`` is this reader's own
    address for leaving, "" for none. ``at`` becomes the Date header. Of a split issue, ``part`` is
    the number of the mail, and ``after`` are the Message-IDs of those that come before it.
    """

    issue: str
    target: str
    recipient: Mailbox
    recipient_hash: str
    sender: Mailbox
    envelope_sender: str
    message_id: str
    at: datetime
    part: int = 1
    after: tuple[str, ...] = ()
    reply_to: Mailbox | None = None
    list_id: str = ""
    unsubscribe: str = ""
    subject_prefix: str = ""
    personalise: Personalise | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What is ready to be handed over: ``payload`` is the provider's own form of it."""

    audience: Audience
    content_hash: str
    payload: bytes


class Provider(Protocol):
    """Carries messages. Used as a context manager: entering connects and authenticates."""

    @property
    def capabilities(self) -> Capabilities:
        """What this provider can do."""

    def __enter__(self) -> Self:
        """Connects. Raises DigestError or CredentialMissing; nothing has left the house then."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Disconnects."""

    def prepare(self, rendered: Rendered, audience: Audience) -> Prepared:
        """The message as it will be handed over; touches no network. ``rendered`` is one mail."""

    def hand_over(self, prepared: Prepared) -> Delivery:
        """Hands one message over and tells what became of it.

        ``accepted`` only when the other side said so. What may have arrived without an
        answer is ``unknown``, and is never repeated by the provider itself. Raises
        DigestError when nothing of this message was taken and going on makes no sense.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a provider may use of the world: the workspace, the environment, the clock."""

    root: Path
    environment: Mapping[str, str]
    now: Callable[[], datetime]


class ProviderFactory(Protocol):
    """Makes a provider for one ``[delivery.NAME]`` table; opens nothing yet."""

    def __call__(self, name: str, target: Target, surroundings: Surroundings) -> Provider: ...
