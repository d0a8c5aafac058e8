"""The provider ``smtp``: one connection, one message for each recipient (RFC 5321)."""

from __future__ import annotations

import contextlib
import ipaddress
import smtplib
import ssl
from pathlib import Path
from types import TracebackType
from typing import Self

from digest.config.schema import Delivery as Target
from digest.deliver.dialogue import (
    Answer,
    AnswerLost,
    DialogueOverPlain,
    DialogueOverTls,
)
from digest.deliver.letter import Stationery
from digest.deliver.protocol import Audience, Capabilities, Prepared, Surroundings
from digest.errors import ConfigError, DigestError
from digest.model import Delivery, Rendered
from digest.model.outgoing import DeliveryState
from digest.secrets import Secret, resolve_secret, resolve_text

_PORTS = {"none": 25, "starttls": 587, "tls": 465}
# A server that hangs up this often in a row, before taking a message, is left alone.
_MAX_DROPS_IN_A_ROW = 3


class SmtpProvider:
    """Speaks to one submission server.

    Unless digest.toml says otherwise, a server on this machine is spoken to in the clear on
    port 25, any other with STARTTLS on port 587. Encryption that was asked for is never given
    up, and a password never travels in the clear to another machine.
    """

    capabilities = Capabilities(
        recipients=True, reply_to=True, envelope_sender=True, list_headers=True
    )

    def __init__(self, name: str, target: Target, surroundings: Surroundings) -> None:
        self._where = f"delivery.{name}"
        self._target = target
        self._surroundings = surroundings
        self._local = _is_loopback(target.host)
        self._security = target.security or ("none" if self._local else "starttls")
        self._port = target.port or _PORTS[self._security]
        self._dialogue: DialogueOverPlain | DialogueOverTls | None = None
        self._stationery: dict[str, Stationery] = {}
        self._drops = 0
        self._validate()

    def __enter__(self) -> Self:
        self._connected()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        dialogue, self._dialogue = self._dialogue, None
        if dialogue is None:
            return
        with contextlib.suppress(smtplib.SMTPException, OSError):
            if kind is None:
                dialogue.quit()
        dialogue.close()

    def prepare(self, rendered: Rendered, audience: Audience) -> Prepared:
        stationery = self._stationery.get(rendered.content_hash)
        if stationery is None:
            stationery = Stationery(rendered.message)
            self._stationery[rendered.content_hash] = stationery
        payload = stationery.letter(audience)
        return Prepared(audience=audience, content_hash=rendered.content_hash, payload=payload)

    def hand_over(self, prepared: Prepared) -> Delivery:
        audience = prepared.audience
        for _ in range(2):
            dialogue = self._connected()
            try:
                answer = dialogue.deliver(
                    audience.envelope_sender,
                    audience.recipient.address,
                    prepared.payload,
                    utf8=_needs_utf8(audience),
                )
            except AnswerLost as lost:
                self._drop()
                return self._delivery(prepared, "unknown", str(lost))
            except (smtplib.SMTPServerDisconnected, OSError) as error:
                # Nothing was taken: the message's last line had not been sent.
                self._drop()
                answer = Answer(stage="MAIL", code=421, text=str(error))
            if answer.code != 421:
                break
            self._drop()
        if answer.code == 421:
            self._drops += 1
            if self._drops >= _MAX_DROPS_IN_A_ROW:
                raise DigestError(
                    f"the server keeps closing the connection: {answer.text}",
                    where=self._server,
                    fix="look into its log, then run the same command again",
                )
        else:
            self._drops = 0
        if answer.stage == "MAIL" and answer.code >= 500:
            raise DigestError(
                f"the server does not take mail from {audience.envelope_sender}: {answer}",
                where=self._server,
                fix=f"check sender, username and password in {self._where}",
            )
        return self._delivery(prepared, _state_for(answer), str(answer))

    @property
    def _server(self) -> str:
        return f"{self._target.host}:{self._port}"

    def _delivery(self, prepared: Prepared, state: DeliveryState, answer: str) -> Delivery:
        audience = prepared.audience
        return Delivery(
            issue=audience.issue,
            content_hash=prepared.content_hash,
            target=audience.target,
            part=audience.part,
            recipient_hash=audience.recipient_hash,
            state=state,
            at=self._surroundings.now(),
            message_id=audience.message_id,
            answer=answer,
        )

    def _validate(self) -> None:
        target = self._target
        mistakes: list[DigestError] = []
        if not target.host.strip():
            mistakes.append(
                DigestError(
                    "no host", where=f"{self._where}.host", fix="name the mail server's host"
                )
            )
        if bool(target.username) != bool(target.password):
            missing = "password" if target.username else "username"
            mistakes.append(
                DigestError(
                    f"no {missing}",
                    where=f"{self._where}.{missing}",
                    fix="set both username and password, or neither",
                )
            )
        if target.password and self._security == "none" and not self._local:
            mistakes.append(
                DigestError(
                    "a password would travel in the clear",
                    where=f"{self._where}.security",
                    fix='write "starttls" or "tls"',
                )
            )
        if mistakes:
            raise ConfigError(tuple(mistakes))

    def _connected(self) -> DialogueOverPlain | DialogueOverTls:
        if self._dialogue is None or self._dialogue.sock is None:
            self._dialogue = self._connect()
        return self._dialogue

    def _drop(self) -> None:
        if self._dialogue is not None:
            self._dialogue.close()
            self._dialogue = None

    def _connect(self) -> DialogueOverPlain | DialogueOverTls:
        username, password = self._credentials()
        context = self._tls_context() if self._security != "none" else None
        # smtplib would look the machine's own name up, which can take seconds.
        name = "localhost" if self._local else None
        timeout = self._target.timeout_seconds
        dialogue: DialogueOverPlain | DialogueOverTls | None = None
        try:
            if self._security == "tls":
                dialogue = DialogueOverTls(timeout=timeout, local_hostname=name, context=context)
            else:
                dialogue = DialogueOverPlain(timeout=timeout, local_hostname=name)
            dialogue.open(self._target.host, self._port)
            if self._security == "starttls":
                dialogue.starttls(context=context)
                dialogue.ehlo()
            if password is not None:
                self._log_in(dialogue, username, password)
        except (smtplib.SMTPException, OSError) as error:
            if dialogue is not None:
                dialogue.close()
            raise self._no_connection(error) from error
        except BaseException:
            if dialogue is not None:
                dialogue.close()
            raise
        return dialogue

    def _credentials(self) -> tuple[str, Secret | None]:
        target, surroundings = self._target, self._surroundings
        if not target.password:
            return "", None
        username = resolve_text(
            target.username,
            where=f"{self._where}.username",
            root=surroundings.root,
            environment=surroundings.environment,
        )
        password = resolve_secret(
            target.password,
            where=f"{self._where}.password",
            root=surroundings.root,
            environment=surroundings.environment,
        )
        return username.reveal() if isinstance(username, Secret) else username, password

    def _log_in(
        self, dialogue: DialogueOverPlain | DialogueOverTls, username: str, password: Secret
    ) -> None:
        try:
            dialogue.login(username, password.reveal())
        except smtplib.SMTPAuthenticationError as error:
            answer = Answer(stage="AUTH", code=error.smtp_code, text=_text(error.smtp_error))
            raise DigestError(
                f"the server refused username and password: {answer}",
                where=self._server,
                fix=f"check {self._where}.username and {password.reference}",
            ) from None
        except UnicodeEncodeError:
            raise DigestError(
                "username or password holds characters beyond ASCII",
                where=self._where,
                fix="choose others: mail servers do not agree on how to encode them",
            ) from None

    def _tls_context(self) -> ssl.SSLContext:
        if not self._target.ca_file:
            return ssl.create_default_context()
        path = self._surroundings.root / Path(self._target.ca_file).expanduser()
        try:
            return ssl.create_default_context(cafile=path)
        except OSError as error:  # ssl.SSLError is one
            raise DigestError(
                f"cannot use the certificates in {path}: {error.strerror or error}",
                where=f"{self._where}.ca_file",
                fix="name a file of PEM certificates",
            ) from error

    def _no_connection(self, error: Exception) -> DigestError:
        fix = f"check host, port and security in {self._where}"
        if isinstance(error, ssl.SSLCertVerificationError):
            what = f"its certificate is not to be trusted: {error.verify_message}"
            fix = f"correct host, or name its authority's certificate in {self._where}.ca_file"
        elif isinstance(error, ssl.SSLError):
            what = f"no TLS connection: {error.reason or error}"
        elif isinstance(error, smtplib.SMTPNotSupportedError):
            what = f"the server lacks what is needed: {error}"
        elif isinstance(error, smtplib.SMTPResponseException):
            answer = Answer(stage="connect", code=error.smtp_code, text=_text(error.smtp_error))
            what = f"the server answered {answer}"
        elif isinstance(error, TimeoutError):
            what = f"no answer within {self._target.timeout_seconds:g} s"
        elif isinstance(error, OSError) and error.strerror:
            what = f"cannot connect: {error.strerror}"
        else:
            what = f"cannot connect: {error}"
        return DigestError(what, where=self._server, fix=fix)


def _state_for(answer: Answer) -> DeliveryState:
    """What an answer means for the message (RFC 5321 §4.2.1)."""
    if 200 <= answer.code < 300:
        return "accepted"
    if 400 <= answer.code < 500:
        return "deferred"
    if 500 <= answer.code < 600:
        return "refused"
    # Only after the message's last line can an answer outside the protocol mean anything.
    return "unknown" if answer.stage == "end of DATA" else "deferred"


def _needs_utf8(audience: Audience) -> bool:
    mailboxes = [audience.recipient.address, audience.envelope_sender, audience.sender.address]
    if audience.reply_to is not None:
        mailboxes.append(audience.reply_to.address)
    return not all(mailbox.isascii() for mailbox in mailboxes)


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
