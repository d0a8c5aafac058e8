"""mbox files: many mails in one file, given one after another and never held together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

_PIECE = 1 << 16
"""Bytes of a line that are looked at together; longer lines come in pieces."""

# "From anna@example.org Thu Apr 24 09:10:00 2025", with a zone, with "at" for the sign, or with
# "-" for the sender: a time of day and a year tell it from a sentence that begins so.
_START = re.compile(
    rb"From [^\r\n]{1,400}?\b\d{1,2}:\d\d(?::\d\d)?\b[^\r\n]{0,40}?\b(?:19|20)\d\d\b"
    rb"[^\r\n]{0,20}\r?\n"
)
_HEADER = re.compile(rb"[!-9;-~]{1,80}:|>?From ")
_QUOTED_START = re.compile(rb">+From ")
_SEPARATOR_LINE = re.compile(rb"\r?\n\Z")
_MOZILLA_STATUS = re.compile(rb"^X-Mozilla-Status:\s*([0-9A-Fa-f]{4})\s*$", re.MULTILINE)
_MOZILLA_EXPUNGED = 0x0008
_INTERNAL = re.compile(rb"^Subject: DON'T DELETE THIS MESSAGE", re.MULTILINE)
_HEADER_BYTES = 16_384


def is_mbox(head: bytes) -> bool:
    """True for the beginning of an mbox file: its first line, then a mail's headers."""
    start = _START.match(head)
    return start is not None and _HEADER.match(head, start.end()) is not None


def split_mbox(stream: BinaryIO, *, max_bytes: int) -> Iterator[bytes | None]:
    """The mails of an mbox file in its order, None for one that is larger than ``max_bytes``.

    At most one mail is held at a time. A mail begins at a ``From `` line that has a time and a
    year, behind a blank line or before headers. ``>From `` and ``>>From `` are given as they
    were written before mailers quoted them (mboxo, mboxrd). What mail programs keep though it
    is deleted (Thunderbird until it compacts a folder) or is their own (a server's first
    "mail") is passed over. Raises OSError.
    """
    mail = _Mail(max_bytes)
    previous_blank = at_line_start = True
    line = stream.readline(_PIECE)
    while line:
        following = stream.readline(_PIECE)
        if (
            at_line_start
            and line.startswith(b"From ")
            and _START.fullmatch(line)
            and (previous_blank or _HEADER.match(following))
        ):
            yield from mail.finish()
            mail = _Mail(max_bytes)
            mail.is_open = True
        elif mail.is_open or line.strip():
            # What stands before the first "From " line is a mail, too, if it has headers.
            mail.is_open = True
            mail.add(line[1:] if at_line_start and _QUOTED_START.match(line) else line)
        previous_blank = at_line_start and not line.strip()
        at_line_start = line.endswith(b"\n")
        line = following
    yield from mail.finish()


class _Mail:
    """The mail under way."""

    def __init__(self, max_bytes: int) -> None:
        self.is_open = False
        self._lines: list[bytes] = []
        self._left = max_bytes

    def add(self, line: bytes) -> None:
        self._left -= len(line)
        if self._left < 0:
            self._lines.clear()
        else:
            self._lines.append(line)

    def finish(self) -> Iterator[bytes | None]:
        if not self.is_open:
            return
        if self._left < 0:
            yield None
            return
        data = _SEPARATOR_LINE.sub(b"", b"".join(self._lines))
        if data.strip() and not _is_passed_over(data):
            yield data


def _is_passed_over(data: bytes) -> bool:
    head = data[:_HEADER_BYTES].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    status = _MOZILLA_STATUS.search(head)
    if status is not None and int(status[1], 16) & _MOZILLA_EXPUNGED:
        return True
    return _INTERNAL.search(head) is not None
