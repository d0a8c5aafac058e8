"""A mail's headers and bodies as text, whatever its charsets and structure are.

The standard library parses the structure; header text is decoded here, because it turns raw
8-bit subjects into U+FFFD and raises LookupError on unknown charsets.
"""

from __future__ import annotations

import binascii
import email
import email.policy
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from digest.articles.decode import decode_text
from digest.errors import ArticleError
from digest.markup import clean_text, plain_text

_WORD = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]*)?\?([bBqQ])\?([^?]{0,4000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)[ \t\r\n]{1,80}(?==\?)")
_LONGEST_HEADER = 8000
_LONGEST_STRUCTURED = 2000
_MOST_PARTS = 200
_MANY_BLANKS = re.compile(r"\n{3,}")
_STUB_WORDS = 40
# Names that mailers use for what the standard library calls otherwise, or for a smaller page
# than the one that they mean.
_CHARSETS = {
    "ascii": "utf-8",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "iso-8859-1": "cp1252",
    "iso-8859-8-i": "cp1255",
    "ks_c_5601-1987": "cp949",
    "shift_jis": "cp932",
    "unicode-1-1-utf-7": "utf-7",
    "us-ascii": "utf-8",
    "windows-31j": "cp932",
    "x-gbk": "gb18030",
    "x-sjis": "cp932",
}


class _Bounded(email.policy.EmailPolicy):
    """The standard policy, with a bound on what a header costs.

    Its parser takes a tenth of a second for a Content-Type of twenty thousand words, and does so
    whenever anything asks for it.
    """

    def header_fetch_parse(self, name: str, value: str) -> Any:
        if not hasattr(value, "name") and name.lower().startswith("content-"):
            value = value[:_LONGEST_STRUCTURED]
        return super().header_fetch_parse(name, value)


POLICY = _Bounded()
"""How all mail is parsed."""


@dataclass(slots=True, kw_only=True)
class Body:
    """The readable text of a mail, its raw HTML where it has some, and what was wrong."""

    text: str = ""
    html: str = ""
    problems: list[str] = field(default_factory=list)


def header(message: Message, name: str) -> str:
    """A header decoded (RFC 2047, raw 8-bit too) and on one line, "" when it is absent."""
    return clean_text(decode_words(raw_header(message, name)))


def raw_header(message: Message, name: str) -> str:
    """The first header of a name, unfolded, encoded words untouched."""
    for key, value in message.raw_items():
        if key.lower() == name:
            text = str(value)[:_LONGEST_HEADER]
            if any("\udc80" <= char <= "\udcff" for char in text):
                data = text.encode("utf-8", "surrogateescape")
                try:
                    text, _ = decode_text(data)
                except ArticleError:
                    text = data.decode("ascii", "replace")
            return " ".join(text.split())
    return ""


def decode_words(text: str) -> str:
    """Encoded words to text; neighbours of one charset are joined before they are decoded,
    because some mailers part them within a character."""
    if "=?" not in text:
        return text
    text = _BETWEEN_WORDS.sub(r"\1", text)
    found: list[str] = []
    held, charset, position = b"", "", 0
    for match in _WORD.finditer(text):
        if match.start() != position or match[1].lower() != charset:
            found.append(_decode(held, charset))
            held = b""
        found.append(text[position : match.start()])
        charset = match[1].lower()
        held += _unpacked(match[3], match[2].lower())
        position = match.end()
    found.append(_decode(held, charset))
    return "".join(found) + text[position:]


def _unpacked(text: str, encoding: str) -> bytes:
    data = text.encode("ascii", "replace")
    if encoding == "q":
        return quopri.decodestring(data, header=True)
    try:
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return b""


def _decode(data: bytes, charset: str) -> str:
    if not data:
        return ""
    try:
        return data.decode(_CHARSETS.get(charset, charset))
    except (LookupError, UnicodeDecodeError, ValueError):
        pass
    try:
        return decode_text(data)[0]
    except ArticleError:
        return data.decode("utf-8", "replace")


def parts(message: Message) -> Iterator[Message]:
    """The leaves of a mail that are not attachments, in order; attached mails are not entered."""
    stack = [message]
    seen = 0
    while stack and seen < _MOST_PARTS:
        part = stack.pop()
        seen += 1
        if part.get_content_type() == "message/rfc822":
            continue
        payload = part.get_payload()
        if part.is_multipart() and isinstance(payload, list):
            stack.extend(reversed([entry for entry in payload if isinstance(entry, Message)]))
        elif part.get_content_disposition() != "attachment":
            yield part


def attached_mails(message: Message) -> list[Message]:
    """The mails that are attached as message/rfc822, in order; those in them are not entered."""
    found: list[Message] = []
    stack = [message]
    seen = 0
    while stack and seen < _MOST_PARTS:
        part = stack.pop()
        seen += 1
        payload = part.get_payload()
        if part.get_content_type() == "message/rfc822":
            if isinstance(payload, list) and payload and isinstance(payload[0], Message):
                found.append(_unpacked_mail(payload[0], part))
        elif str(part.get_filename("")).lower().endswith(".eml") and part is not message:
            data = part.get_payload(decode=True)
            if isinstance(data, bytes) and _starts_with_header(data):
                found.append(email.message_from_bytes(data, policy=POLICY))
        elif part.is_multipart() and isinstance(payload, list):
            stack.extend(reversed([entry for entry in payload if isinstance(entry, Message)]))
    return found


def _unpacked_mail(mail: Message, part: Message) -> Message:
    """An attached mail; some programs pack it in base64, which no parser expects."""
    packed = mail.get_payload()
    coded = raw_header(part, "content-transfer-encoding").lower() == "base64"
    if not coded or mail.keys() or not isinstance(packed, str):
        return mail
    try:
        data = binascii.a2b_base64(packed.encode("ascii", "ignore"))
    except binascii.Error:
        return mail
    if not _starts_with_header(data):
        return mail
    return email.message_from_bytes(data, policy=POLICY)


def _starts_with_header(data: bytes) -> bool:
    return re.match(rb"\s*(?:From [^\n]{1,400}\n)?[!-9;-~]{1,80}:", data[:600]) is not None


def read_body(message: Message) -> Body:
    """The text of a mail: its text/plain part, or its HTML where that says more.

    A plain part that only asks to see the HTML is passed over.
    """
    body = Body()
    plain = ""
    for part in parts(message):
        kind = part.get_content_type()
        if kind == "text/plain" and not plain.strip():
            plain = _part_text(part, body)
        elif kind == "text/html" and not body.html.strip():
            body.html = _part_text(part, body)
    for part in message.walk():
        kind = part.get_content_type()
        if kind in ("multipart/encrypted", "application/pkcs7-mime"):
            body.problems.append("is encrypted")
        elif kind == "application/ms-tnef" or part.get_filename("") == "winmail.dat":
            body.problems.append("holds a winmail.dat, which is not read")
    marked = plain_text(body.html, paragraphs=True) if body.html else ""
    stub = len(plain.split()) < _STUB_WORDS and len(marked.split()) > 2 * len(plain.split())
    body.text = marked if stub or not plain.strip() else plain
    if not body.text.strip():
        body.problems.append("has no text")
    return body


def _part_text(part: Message, body: Body) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    if any(type(defect).__name__.startswith("InvalidBase64") for defect in part.defects):
        body.problems.append("has a broken base64 part")
    charset = (part.get_content_charset() or "").lower()
    text = ""
    try:
        if charset:
            text = payload.decode(_CHARSETS.get(charset, charset))
    except LookupError:
        body.problems.append(f"names the unknown charset {charset[:40]}")
        charset = ""
    except (UnicodeDecodeError, ValueError):
        if charset not in ("us-ascii", "ascii"):
            body.problems.append(f"is not wholly {charset[:40]}, as it says")
        charset = ""
    if not charset:
        try:
            text, problems = decode_text(payload)
        except ArticleError:
            body.problems.append("has a text part that is no text")
            return ""
        body.problems += problems
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if part.get_content_type() == "text/plain" and part.get_param("format") == "flowed":
        text = _unflowed(text, delete_space=part.get_param("delsp") == "yes")
    return _MANY_BLANKS.sub("\n\n", text)


def _unflowed(text: str, *, delete_space: bool) -> str:
    """Paragraphs of format=flowed (RFC 3676): a line that ends in a blank goes on."""
    lines: list[str] = []
    going_on = False
    for line in text.split("\n"):
        line = line.removeprefix(" ") if not line.startswith(">") else line
        if going_on:
            lines[-1] += line
        else:
            lines.append(line)
        going_on = line.endswith(" ") and line != "-- "
        if going_on and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
