"""A text part as it travels: the transfer encoding that makes it smallest."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

from digest.render.mergetags import find_left_over

MAX_LINE = 998
"""Bytes of a line without its end (RFC 5322 §2.1.1); encoded ones have at most 76."""

# What stores and relays are known to change: mbox writes ">From", others strip blanks.
_FRAGILE = re.compile(r"^From |[ \t]$|[\r\x00]|^\.$", re.MULTILINE)
_BASE64_LINE = 57  # bytes that 76 characters hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """``content`` has CRLF line ends; ``name`` is the Content-Transfer-Encoding."""

    name: str
    content: bytes


def encode(text: str) -> Encoded:
    """``text`` in UTF-8, in the encoding that takes the fewest bytes.

    7bit where it is ASCII with short lines and nothing that relays change, quoted-printable
    (RFC 2045 §6.7) for scripts that are mostly ASCII, base64 (§6.8) for others. 8bit is never
    chosen: not every server takes it. A text with a token that is replaced for each reader is
    never 7bit, for what it will hold is not known.
    """
    if text.isascii() and _travels_plain(text):
        return Encoded(name="7bit", content=text.replace("\n", "\r\n").encode())
    printable = quoted_printable(text)
    raw = text.encode()
    octets = len(raw) + raw.count(b"\n")
    lines = -(-octets // _BASE64_LINE)
    if -(-octets // 3) * 4 + 2 * lines >= len(printable):
        return Encoded(name="quoted-printable", content=printable)
    return Encoded(name="base64", content=base64_lines(raw.replace(b"\n", b"\r\n")))


def quoted_printable(text: str) -> bytes:
    """``text`` as it travels (RFC 2045 §6.7), lines of at most 76 bytes ending in CRLF."""
    encoded = binascii.b2a_qp(text.encode("utf-8"), istext=True)
    return encoded.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def base64_lines(content: bytes) -> bytes:
    """``content`` in lines of 76 characters ending in CRLF."""
    return b"".join(
        binascii.b2a_base64(content[at : at + _BASE64_LINE], newline=False) + b"\r\n"
        for at in range(0, len(content), _BASE64_LINE)
    )


def _travels_plain(text: str) -> bool:
    return (
        max(map(len, text.split("\n"))) <= MAX_LINE
        and not _FRAGILE.search(text)
        and not find_left_over(text.encode())
    )
