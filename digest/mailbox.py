"""Mail addresses: ``name@host`` and ``Name <name@host>``, read and made fit for a header."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

MAX_CHARACTERS = 1000
"""Of an address with its name, as it is written."""

_NAMED = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^<>"]*?))\s*<([^<>]*)>\s*')
# RFC 5322 §3.2.3 dot-atom, with RFC 6531's letters beyond ASCII.
# Written as what may not stand there: a set of all of Unicode takes re 4 ms to compile.
_ATOM = r"[^\x00-\x20\"(),.:;<>@\[\\\]\x7f]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_DOMAIN = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?",
    re.IGNORECASE,
)
# RFC 2047 §2. Python's email package reads one wherever it stands in a header's text, and
# writes what it decodes to: line ends too (seen with 3.11.7), or an error in place of them.
_ENCODED_WORD = re.compile(r"=\?(?=[^?]*\?[bq]\?)", re.IGNORECASE)
# What may stand in an encoded word wherever that stands, a name included (RFC 2047 §5).
_Q_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_PHRASE = re.compile(r"(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -])+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_LINE = 76  # RFC 2047 §2 for lines with encoded words, RFC 5322 §2.1.1 wishes 78


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One mailbox. ``address`` has its domain in ASCII (A-labels), as it goes on the wire."""

    address: str
    name: str = ""


def parse_address(text: str) -> str:
    """The address, with its domain in lower-case ASCII.

    Raises ValueError that says what is wrong. Quoted local parts and address literals
    (``"a b"@x``, ``a@[192.0.2.1]``) are refused: nobody subscribes with them.
    """
    text = text.strip(" \t")
    if not text:
        raise ValueError("no address")
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"more than {MAX_CHARACTERS} characters")
    if any(not character.isprintable() or character.isspace() for character in text):
        raise ValueError("a blank or control character in the address")
    local, at, domain = text.rpartition("@")
    if not at:
        raise ValueError("no @ in the address")
    if len(local.encode("utf-8")) > 64 or not _LOCAL.fullmatch(local):
        raise ValueError("not a mailbox name before the @")
    if _ENCODED_WORD.search(local):
        raise ValueError("an encoded word before the @")
    domain = _ascii_domain(domain)
    if len(local.encode("utf-8")) + 1 + len(domain) > 254:
        raise ValueError("longer than 254 bytes")
    return f"{local}@{domain}"


def parse_mailbox(text: str) -> Mailbox:
    """``name@host`` or ``Name <name@host>``. Raises ValueError."""
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"more than {MAX_CHARACTERS} characters")
    named = _NAMED.fullmatch(text)
    if named is None:
        return Mailbox(address=parse_address(text))
    name = named[2] if named[1] is None else re.sub(r"\\(.)", r"\1", named[1])
    return Mailbox(address=parse_address(named[3]), name=parse_name(name))


def parse_name(text: str) -> str:
    """A display name. Raises ValueError when it could break out of a header line."""
    text = text.strip()
    if not text.isprintable():
        raise ValueError("a control character in the name")
    if len(text) > 200:
        raise ValueError("a name of more than 200 characters")
    return text


def without_encoded_words(text: str) -> str:
    """Text for a header that nothing decodes: what looks like an encoded word is parted.

    ``=?utf-8?q?a=0D=0ABcc:_x?=`` in a headline would otherwise begin a header of its own.
    """
    return _ENCODED_WORD.sub("= ?", text) if "=?" in text else text


def text_line(name: str, text: str) -> bytes:
    """The header field ``name`` with ``text`` for people, in lines of 76 bytes ending in CRLF.

    What is more than ASCII stands in encoded words (RFC 2047), none of which is longer than it
    may be or parts a character; Python's own come out longer (seen with 3.11.7). A word of
    ASCII is never parted, and sticks out where it must.
    """
    text = _CONTROL.sub(" ", text).encode("utf-8", "replace").decode()
    if text.isascii():
        lines = _folded([f"{name}:", *text.split()])
    else:
        lines = _folded([f"{name}:", *_encoded_words(text, taken=len(name) + 2)])
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def mailbox_line(name: str, mailbox: Mailbox, *, utf8: bool = False) -> bytes:
    """The header field ``name`` with a mailbox, as :func:`text_line` writes it.

    With ``utf8`` everything stands as it is (RFC 6532); else the address must be ASCII.
    """
    shown = without_encoded_words(mailbox.name)
    pieces = [f"{name}:"]
    if shown and not utf8 and not shown.isascii():
        pieces += _encoded_words(shown, taken=len(name) + 2)
    elif _PHRASE.fullmatch(shown):
        pieces += shown.split()
    elif shown:
        escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
        pieces.append(f'"{escaped}"')
    pieces.append(f"<{mailbox.address}>" if shown else mailbox.address)
    encoding = "utf-8" if utf8 else "ascii"
    return "".join(f"{line}\r\n" for line in _folded(pieces)).encode(encoding)


def _folded(pieces: list[str]) -> Iterator[str]:
    line = pieces[0]
    for piece in pieces[1:]:
        if len(line) + 1 + len(piece) > _LINE and not line.endswith(":"):
            yield line
            line = ""
        line += f" {piece}"
    yield line


def _encoded_words(text: str, *, taken: int) -> Iterator[str]:
    """``text`` in encoded words, the first of which has ``taken`` columns before it."""
    octets = text.encode()
    printable = sum(1 if octet in _Q_PLAIN or octet == 0x20 else 3 for octet in octets)
    encode = _q_word if printable <= len(octets) * 4 / 3 else _b_word
    chunk, room = "", _LINE - taken
    for letter in text:
        if chunk and len(encode(chunk + letter)) > room:
            yield encode(chunk)
            chunk, room = "", _LINE - 1
        chunk += letter
    yield encode(chunk)


def _q_word(text: str) -> str:
    octets = (
        "_" if octet == 0x20 else chr(octet) if octet in _Q_PLAIN else f"={octet:02X}"
        for octet in text.encode()
    )
    return f"=?utf-8?q?{''.join(octets)}?="


def _b_word(text: str) -> str:
    return f"=?utf-8?b?{binascii.b2a_base64(text.encode(), newline=False).decode()}?="


@lru_cache(maxsize=4096)
def _ascii_domain(domain: str) -> str:
    if not domain.isascii():
        import idna

        try:
            domain = idna.encode(domain, uts46=True, transitional=False).decode("ascii")
        except idna.IDNAError as error:
            raise ValueError(f"not a domain after the @ ({error})") from None
    if domain.lower() != "localhost" and not _DOMAIN.fullmatch(domain):
        raise ValueError("not a domain after the @")
    return domain.lower()
