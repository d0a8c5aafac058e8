"""The complete message without recipients: multipart/alternative, text first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from digest.mailbox import (
    Mailbox,
    mailbox_line,
    parse_mailbox,
    text_line,
    without_encoded_words,
)
from digest.markup import clean_text
from digest.render.pictures import Picture
from digest.render.transfer import Encoded, base64_lines

MAX_HEADER = 900
"""Characters of a header's text that are kept: RFC 5322 §2.1.1 allows a line 998."""

_DOMAIN = "digest.invalid"
_MAX_FILE_NAME = 60
_OCTETS_A_LINE = 16
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 ._()+-]{1,60}")


def build_message(
    *,
    html: Encoded,
    text: Encoded,
    subject: str,
    sender: str,
    language: str,
    date: datetime | None,
    content_hash: str,
    after: Sequence[str] = (),
    pictures: Sequence[Picture] = (),
) -> bytes:
    """The message as bytes, lines ending in CRLF: the same for the same arguments.

    Boundaries and Message-ID come from ``content_hash``; ``pictures`` are those that the HTML
    names by their Content-ID, and stand with it in a multipart/related (RFC 2387). ``date`` is
    the end of the issue's window. ``after`` are the content hashes of the mails that come before
    this one of a split issue: it refers to them. ``sender`` and ``subject`` cannot add headers:
    they are one line each, and nothing in them is decoded. What is not known (no sender, no date)
    has no header.
    """
    mailbox = parse_sender(sender)
    fields = []
    if mailbox is not None:
        fields.append(mailbox_line("From", mailbox))
    if subject:
        shown = without_encoded_words(clean_text(subject))[:MAX_HEADER]
        fields.append(text_line("Subject", shown))
    if date is not None:
        fields.append(f"Date: {format_datetime(date)}\r\n".encode())
    domain = mailbox.address.rpartition("@")[2] if mailbox is not None else _DOMAIN
    fields.append(f"Message-ID: {_message_id(content_hash, domain)}\r\n".encode())
    if after:
        # Not In-Reply-To: nobody answers anything. Clients thread by References (RFC 5256).
        before = "\r\n ".join(_message_id(earlier, domain) for earlier in after)
        fields.append(f"References: {before}\r\n".encode())
    fields.append(text_line("Content-Language", language))
    fields.append(b"MIME-Version: 1.0\r\n")
    # Neither quoted-printable nor base64 ever writes "=_".
    boundary = f"=_digest_{content_hash[:32]}"
    body = _part("html", html)
    if pictures:
        related = f"=_related_{content_hash[:32]}"
        kind = f'multipart/related; type="text/html";\r\n boundary="{related}"'
        inner = (body, *map(_picture_part, pictures))
        body = f"Content-Type: {kind}\r\n\r\n".encode() + _joined(related, inner)
    kind = f'multipart/alternative;\r\n boundary="{boundary}"'
    parts = (_part("plain", text), body)
    fields.append(f"Content-Type: {kind}\r\n\r\n".encode())
    return b"".join(fields) + _joined(boundary, parts)


def _message_id(content_hash: str, domain: str) -> str:
    return f"<{content_hash[:32]}@{domain}>"


def parse_sender(sender: str) -> Mailbox | None:
    """``Name <local@domain>`` as a mailbox; None when it is none, or not ASCII before the @."""
    try:
        mailbox = parse_mailbox(clean_text(sender))
    except ValueError:
        return None
    return mailbox if mailbox.address.isascii() else None


def _joined(boundary: str, parts: Sequence[bytes]) -> bytes:
    opened = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
    return opened + f"--{boundary}--\r\n".encode()


def _part(subtype: str, encoded: Encoded) -> bytes:
    head = (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: {encoded.name}\r\n\r\n"
    )
    return head.encode() + encoded.content


def _picture_part(picture: Picture) -> bytes:
    head = (
        f"Content-Type: image/{picture.subtype}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-ID: <{picture.content_id}>\r\n"
        f"Content-Disposition: inline;\r\n {_file_name(picture.name)}\r\n\r\n"
    )
    return head.encode() + base64_lines(picture.content)


def _file_name(name: str) -> str:
    """The parameter ``filename``, by RFC 2231 §4 where the name is more than ASCII."""
    name = clean_text(name)[:_MAX_FILE_NAME]
    if name.isascii() and _PLAIN_NAME.fullmatch(name):
        return f'filename="{name}"'
    charset = "utf-8''"
    encoded = [f"%{octet:02X}" for octet in name.encode()]
    lines = [encoded[at : at + _OCTETS_A_LINE] for at in range(0, len(encoded), _OCTETS_A_LINE)]
    if len(lines) == 1:
        return f"filename*={charset}{''.join(encoded)}"
    return ";\r\n ".join(
        f"filename*{number}*={charset if number == 0 else ''}{''.join(line)}"
        for number, line in enumerate(lines)
    )
