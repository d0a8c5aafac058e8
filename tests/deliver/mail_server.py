"""A real SMTP server on loopback that can be told to misbehave, and an issue to send."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from digest.config.schema import Delivery as Target
from digest.deliver.protocol import Surroundings
from digest.model import Rendered

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)


class Inbox:
    """Keeps what it accepts. ``rcpt`` and ``data`` say what to answer to whom, instead of 250.

    The answers "drop" and "drop early" close the connection: after the whole message, and
    right after 354.
    """

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.rcpt: dict[str, str] = {}
        self.data: dict[str, str] = {}
        self.mail = ""
        self.connections = 0

    @property
    def recipients(self) -> list[str]:
        return [envelope.rcpt_tos[0] for envelope in self.taken]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.mail or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt.get(address, "250 OK")
        if answer == "drop":
            server.transport.abort()
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = self.data.get(envelope.rcpt_tos[0], "250 OK")
        if answer == "drop":
            server.transport.abort()
        if answer.startswith("250"):
            self.taken.append(envelope)
        return answer


class _Protocol(SMTP):
    pipelining = False

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        if self.pipelining:
            await self.push("250-PIPELINING")
        await super().smtp_EHLO(hostname)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        inbox: Inbox = self.event_handler
        if self.envelope.rcpt_tos and inbox.data.get(self.envelope.rcpt_tos[0]) == "drop early":
            await self.push("354 go on")
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class _PipeliningProtocol(_Protocol):
    pipelining = True


class MailServer:
    """aiosmtpd in a thread of its own, on a free port of loopback."""

    def __init__(
        self,
        *,
        pipelining: bool = False,
        wrap: ssl.SSLContext | None = None,
        **options: object,
    ) -> None:
        self.inbox = Inbox()
        protocol = _PipeliningProtocol if pipelining else _Protocol

        def connected() -> SMTP:
            self.inbox.connections += 1
            return protocol(self.inbox, hostname="mail.test", **options)  # type: ignore[arg-type]

        self._factory = connected
        self._wrap = wrap
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))
        self._thread.start()
        assert self._ready.wait(10)

    async def _run(self) -> None:
        server = await self._loop.create_server(self._factory, sock=self._listener, ssl=self._wrap)
        self._ready.set()
        await self._over.wait()
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def close(self) -> None:
        if self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)
        self._loop.close()


def authenticator(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    """Takes weekly / correct horse."""
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (
        b"weekly",
        b"correct horse",
    )
    return AuthResult(success=good, handled=good)


def make_rendered(
    *, subject: str = "Six years on: a treaty", content_hash: str = "c0ffee", text: str = ""
) -> Rendered:
    message = EmailMessage(policy=WIRE)
    message["Subject"] = subject
    message["From"] = "Eurasia Weekly <weekly@example.org>"
    text = text or "Hello\n.a line that begins with a period\nLeave: DIGEST_TAG_leave_\n"
    markup = (
        f"<!DOCTYPE html><p>Grüße {'x' * 90}</p><a href='https://digest.invalid/tag/leave'>x</a>\n"
    )
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(markup, subtype="html", cte="quoted-printable")
    message.set_boundary("=_digest")
    return Rendered(
        html=markup,
        text=text,
        message=message.as_bytes(),
        subject=subject,
        content_hash=content_hash,
        wire_bytes=len(markup),
        links=(),
    )


def make_target(port: int, **changes: object) -> Target:
    values: dict[str, object] = {"host": "127.0.0.1", "port": port, "timeout_seconds": 10.0}
    return Target(**{**values, **changes})  # type: ignore[arg-type]


def make_surroundings(root: Path, **environment: str) -> Surroundings:
    return Surroundings(root=root, environment=environment, now=lambda: NOW)
