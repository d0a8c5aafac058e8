"""One reader's message, made of the rendered one: other headers, the same body bytes."""

from __future__ import annotations

import base64
import binascii
import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from email.utils import format_datetime
from urllib.parse import quote

from digest.deliver.protocol import Audience, Personalise
from digest.errors import DigestError
from digest.mailbox import mailbox_line, text_line, without_encoded_words

# What a letter gets from its audience; the rendered message's own headers of these names go.
_OURS = frozenset(
    [
        b"from",
        b"to",
        b"cc",
        b"bcc",
        b"sender",
        b"reply-to",
        b"date",
        b"message-id",
        b"in-reply-to",
        b"references",
        b"list-id",
        b"list-unsubscribe",
        b"list-unsubscribe-post",
        b"precedence",
        b"return-path",
    ]
)
_LINE_END = re.compile(rb"\r\n|\r|\n")
_MAX_HEADER_BYTES = 990  # RFC 5322 §2.1.1 allows 998 in a line
_PLACEHOLDER = "{email}"


class Stationery:
    """A rendered message, taken apart once and written to many readers."""

    def __init__(self, message: bytes) -> None:
        """Raises DigestError when the message has no body."""
        wire = _LINE_END.sub(b"\r\n", message)
        head, found, self._body = wire.partition(b"\r\n\r\n")
        if not found:
            raise DigestError("the rendered message has no body", fix="render the issue again")
        fields = re.split(rb"\r\n(?![ \t])", head)
        self._kept = [line for line in fields if _name(line) not in _OURS]
        # The old policy's reading: the new one's puts blanks between the encoded words of a
        # long header (seen with Python 3.11.7).
        parsed = message_from_bytes(wire, policy=policy.compat32)
        self.subject = _decoded(parsed["Subject"])
        self.sender = _decoded(parsed["From"])
        self._pieces = _take_apart(parsed, self._body)

    def letter(self, audience: Audience) -> bytes:
        """The complete message for one reader, with CRLF line ends.

        Only when the personalisation changes a part are that part's bytes encoded anew.
        """
        head = self._head(audience)
        if audience.personalise is None:
            return head + self._body
        address = audience.recipient.address
        return head + b"".join(
            piece if isinstance(piece, bytes) else piece.filled(audience.personalise, address)
            for piece in self._pieces
        )

    def _head(self, audience: Audience) -> bytes:
        utf8 = not (
            audience.recipient.address.isascii()
            and audience.sender.address.isascii()
            and (audience.reply_to is None or audience.reply_to.address.isascii())
        )
        fields = [
            mailbox_line("From", audience.sender, utf8=utf8),
            mailbox_line("To", audience.recipient, utf8=utf8),
        ]
        if audience.reply_to is not None:
            fields.append(mailbox_line("Reply-To", audience.reply_to, utf8=utf8))
        fields.append(_field("Date", format_datetime(audience.at)))
        fields.append(_field("Message-ID", audience.message_id))
        if audience.after:
            lines = [_field("References", earlier) for earlier in audience.after]
            folded = (line.replace(b"References:", b"", 1) for line in lines[1:])
            fields += [lines[0], *folded]
        kept = self._kept
        if audience.subject_prefix:
            kept = [line for line in kept if _name(line) != b"subject"]
            subject = " ".join((audience.subject_prefix + self.subject).split())
            fields.append(text_line("Subject", without_encoded_words(subject)))
        if audience.list_id:
            fields.append(_field("List-Id", f"<{audience.list_id}>"))
        if audience.unsubscribe:
            # Written whole: the email package would fold or encode a long URL (RFC 2369 §2).
            fields.append(_field("List-Unsubscribe", f"<{audience.unsubscribe}>"))
            if audience.unsubscribe.startswith("https:"):
                fields.append(_field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
        fields.append(_field("Precedence", "bulk"))
        return b"".join([*fields, *(line + b"\r\n" for line in kept), b"\r\n"])


class _TextPart:
    """A text part's decoded content, with the encoding that it travels in."""

    def __init__(self, content: bytes, content_type: str, encoding: str, original: bytes) -> None:
        self._content = content
        self._content_type = content_type
        self._encoding = encoding
        self._original = original

    def filled(self, personalise: Personalise, address: str) -> bytes:
        content = personalise(self._content, self._content_type, address)
        if content == self._content:
            return self._original
        if self._encoding == "base64":
            encoded = base64.encodebytes(content)
        elif self._encoding == "quoted-printable":
            encoded = binascii.b2a_qp(content, istext=True)
        else:
            encoded = content
        encoded = _LINE_END.sub(b"\r\n", encoded)
        tail = b"\r\n" if self._original.endswith(b"\r\n") else b""
        return encoded.removesuffix(b"\r\n") + tail


def unsubscribe_address(template: str, address: str) -> str:
    """A target's ``unsubscribe`` setting for one reader: ``{email}`` filled in, encoded."""
    return template.replace(_PLACEHOLDER, quote(address, safe=""))


def validate_unsubscribe(template: str) -> None:
    """Raises ValueError when a setting cannot stand in a List-Unsubscribe header."""
    if not template.startswith(("https://", "http://", "mailto:")):
        raise ValueError("neither an https:// nor a mailto: address")
    if not template.isascii() or re.search(r"[\s<>\"\x00-\x20\x7f]", template):
        raise ValueError("a blank, bracket or non-ASCII character; percent-encode it")
    rest = template.replace(_PLACEHOLDER, "")
    if "{" in rest or "}" in rest:
        raise ValueError("an unknown placeholder; {email} is the only one")
    if len(template) > 500:
        raise ValueError("longer than 500 characters")


def _decoded(header: str | None) -> str:
    text = str(make_header(decode_header(header or "")))
    return " ".join(text.split())


def _take_apart(parsed: Message, body: bytes) -> list[bytes | _TextPart]:
    """The body as a list whose joined bytes are the body again, text parts standing out."""
    pieces: list[bytes | _TextPart] = []
    done = 0
    for part in parsed.walk():
        if part.is_multipart() or part.get_content_maintype() != "text":
            continue
        raw = part.get_payload(decode=False)
        content = part.get_payload(decode=True)
        assert isinstance(raw, str)
        assert isinstance(content, bytes)
        original = raw.encode("ascii", "surrogateescape")
        start = body.find(original, done)
        if start < 0 or not original:
            continue
        encoding = str(part.get("Content-Transfer-Encoding", "7bit")).strip().lower()
        pieces += [
            body[done:start],
            _TextPart(content, part.get_content_type(), encoding, original),
        ]
        done = start + len(original)
    return [*pieces, body[done:]]


def _field(name: str, value: str) -> bytes:
    """A header line as it is. Raises DigestError when the value could start another one."""
    line = f"{name}: {value}".encode("ascii", "replace")
    if b"\r" in line or b"\n" in line or len(line) > _MAX_HEADER_BYTES:
        raise DigestError("the value does not fit into a header line", where=name)
    return line + b"\r\n"


def _name(line: bytes) -> bytes:
    return line.partition(b":")[0].strip().lower()
