"""The SMTP conversation for one message, on top of smtplib's connection and log-in.

smtplib's ``sendmail`` cannot tell a connection lost before the message's end from one lost
after it, and takes four round trips a message. This knows the moment after which a message
may have arrived, and sends MAIL, RCPT and DATA together where the server allows it
(RFC 2920).
"""

from __future__ import annotations

import re
import smtplib
import socket
from dataclasses import dataclass

# RFC 5321 §4.5.3.2.6: a server may take ten minutes to answer the end of a message, and
# whoever gives up earlier sends duplicates.
_END_OF_DATA_TIMEOUT_SECONDS = 600.0
_LEADING_PERIOD = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server said, and to which command."""

    stage: str
    code: int
    text: str

    def __str__(self) -> str:
        return " ".join(f"{self.code} {self.text}".split())


class AnswerLost(Exception):
    """The message was sent whole, and no answer came: it may have arrived."""


class _Dialogue(smtplib.SMTP):
    def open(self, host: str, port: int) -> None:
        """Connects and greets. Raises SMTPException or OSError."""
        # smtplib checks the certificate against the host that its constructor was given.
        self._host = host
        code, text = self.connect(host, port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, text)
        assert self.sock is not None
        # The last line of a message goes by itself; Nagle would hold it back for 40 ms.
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.ehlo_or_helo_if_needed()

    def deliver(self, sender: str, recipient: str, message: bytes, *, utf8: bool) -> Answer:
        """Hands one message over to one recipient and returns the answer that decided.

        ``message`` has CRLF line ends and ends with one. Raises AnswerLost when it may have
        arrived, SMTPServerDisconnected or OSError when it certainly has not.
        """
        if utf8 and not self.has_extn("smtputf8"):
            return Answer(stage="RCPT", code=550, text="the server takes no addresses beyond ASCII")
        commands = [
            f"MAIL FROM:<{sender}>{self._options(message, utf8=utf8)}",
            f"RCPT TO:<{recipient}>",
            "DATA",
        ]
        if self.has_extn("pipelining"):
            for command in commands:
                _refuse_line_end(command)
            self.send("".join(f"{line}\r\n" for line in commands).encode("utf-8"))
            answers = [self._answer(stage) for stage in ("MAIL", "RCPT", "DATA")]
            failed = next((answer for answer in answers[:2] if not _is_ok(answer)), None)
            if failed is not None:
                if answers[2].code == 354:
                    # RFC 2920 §3.1: a server that takes DATA all the same gets nothing.
                    self.send(b".\r\n")
                    self._answer("end of DATA")
                return self._give_up(failed)
            ready = answers[2]
        else:
            for stage, command in zip(("MAIL", "RCPT"), commands, strict=False):
                _refuse_line_end(command)
                self.send(f"{command}\r\n".encode())
                answer = self._answer(stage)
                if not _is_ok(answer):
                    return self._give_up(answer)
            self.send(b"DATA\r\n")
            ready = self._answer("DATA")
        if ready.code != 354:
            return self._give_up(ready)
        return self._send_content(message)

    def _send_content(self, message: bytes) -> Answer:
        assert self.sock is not None
        self.send(_LEADING_PERIOD.sub(b"..", message))
        # From here on the message may arrive.
        usual = self.sock.gettimeout()
        try:
            self.sock.settimeout(max(usual or 0.0, _END_OF_DATA_TIMEOUT_SECONDS))
            self.send(b".\r\n")
            answer = self._answer("end of DATA")
            self.sock.settimeout(usual)
        except (smtplib.SMTPException, OSError) as error:
            raise AnswerLost(f"no answer after the message's end: {error}") from error
        return answer

    def _options(self, message: bytes, *, utf8: bool) -> str:
        options = []
        if self.has_extn("size"):
            options.append(f"SIZE={len(message)}")
        if utf8:
            options += ["BODY=8BITMIME", "SMTPUTF8"]
        return "".join(f" {option}" for option in options)

    def _answer(self, stage: str) -> Answer:
        code, text = self.getreply()
        return Answer(stage=stage, code=code, text=text.decode("utf-8", "replace"))

    def _give_up(self, answer: Answer) -> Answer:
        """Clears the transaction, so that the next message starts clean, and keeps the answer."""
        if answer.code == 421:
            return answer
        try:
            code, _ = self.rset()
        except (smtplib.SMTPException, OSError):
            code = 421
        if not 200 <= code < 300:
            self.close()
        return answer


class DialogueOverPlain(_Dialogue):
    """In the clear, or STARTTLS."""


class DialogueOverTls(_Dialogue, smtplib.SMTP_SSL):
    """TLS from the first byte."""


def _is_ok(answer: Answer) -> bool:
    return 200 <= answer.code < 300


def _refuse_line_end(command: str) -> None:
    if "\r" in command or "\n" in command:
        raise ValueError("a line end in an SMTP command")
