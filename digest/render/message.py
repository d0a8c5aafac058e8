"""The complete message without recipients: multipart/alternative, text first."""

from __future__ import annotations

import binascii
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from digest.mailbox import Mailbox, parse_mailbox, without_encoded_words
from digest.markup import clean_text

MAX_HEADER = 900
"""Characters of a header's text that are kept: RFC 5322 §2.1.1 allows a line 998."""

_DOMAIN = "digest.invalid"


def build_message(
    *,
    html: bytes,
    text: bytes,
    subject: str,
    sender: str,
    language: str,
    date: datetime | None,
    content_hash: str,
) -> bytes:
    """The message as bytes, lines ending in CRLF: the same for the same arguments.

    ``html`` and ``text`` are quoted-printable already. Boundary and Message-ID come from
    ``content_hash``; ``date`` is the end of the issue's window. ``sender`` and ``subject``
    cannot add headers: they are one line each, and nothing in them is decoded. What is not
    known (no sender, no date) has no header.
    """
    message = EmailMessage(policy=SMTP)
    mailbox = parse_sender(sender)
    if mailbox is not None:
        message["From"] = Address(without_encoded_words(mailbox.name), addr_spec=mailbox.address)
    if subject:
        message["Subject"] = without_encoded_words(clean_text(subject))[:MAX_HEADER]
    if date is not None:
        message["Date"] = format_datetime(date)
    domain = mailbox.address.rpartition("@")[2] if mailbox is not None else _DOMAIN
    message["Message-ID"] = f"<{content_hash[:32]}@{domain}>"
    message["Content-Language"] = language
    message["MIME-Version"] = "1.0"
    boundary = f"=_digest_{content_hash[:32]}"  # quoted-printable never writes "=_"
    head = message.as_bytes().partition(b"\r\n\r\n")[0]
    return b"".join(
        (
            head,
            b"\r\nContent-Type: multipart/alternative;\r\n",
            f' boundary="{boundary}"\r\n\r\n'.encode(),
            _part(boundary, "plain", text),
            _part(boundary, "html", html),
            f"--{boundary}--\r\n".encode(),
        )
    )


def parse_sender(sender: str) -> Mailbox | None:
    """``Name <local@domain>`` as a mailbox; None when it is none, or not ASCII before the @."""
    try:
        mailbox = parse_mailbox(clean_text(sender))
    except ValueError:
        return None
    return mailbox if mailbox.address.isascii() else None


def quoted_printable(text: str) -> bytes:
    """``text`` as it travels (RFC 2045 §6.7), lines of at most 76 bytes ending in CRLF."""
    encoded = binascii.b2a_qp(text.encode("utf-8"), istext=True)
    return encoded.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _part(boundary: str, subtype: str, encoded: bytes) -> bytes:
    head = (
        f"--{boundary}\r\n"
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    return head.encode() + encoded + b"\r\n"
