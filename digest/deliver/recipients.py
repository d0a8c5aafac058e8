"""Who gets the issue: a CSV file with a header row, or one address a line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from digest.errors import DeliveryRefused, UsageError
from digest.mailbox import Mailbox, parse_address, parse_mailbox, parse_name
from digest.state.ledger import normalise_address

_MAX_BYTES = 64 * 1024 * 1024
_SHOWN_MISTAKES = 20
# As compared: lower case, "_" and "-" left out.
_EMAIL_HEADERS = frozenset(["email", "mail", "address", "email address", "emailaddress"])
_NAME_HEADERS = frozenset(["name", "full name", "fullname", "display name", "displayname"])


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientList:
    """A list as read: each mailbox once, in the order of its first mention."""

    recipients: tuple[Mailbox, ...]
    duplicates: int = 0


def parse_recipients(content: bytes, *, file: str) -> RecipientList:
    """The recipients that a file lists.

    Columns are found by the header row (``email``, and ``name`` if there is one); separators
    are commas, semicolons or tabs. Without a header row each line is one mailbox. Raises
    DeliveryRefused that names every line it cannot take; nothing may be sent then.
    """
    if len(content) > _MAX_BYTES:
        raise DeliveryRefused(
            f"larger than {_MAX_BYTES // 2**20} MiB", where=file, fix="split the list"
        )
    text = _decode(content, file)
    people: dict[str, Mailbox] = {}
    mistakes: list[str] = []
    duplicates = 0
    for line, row in _rows(text, file, mistakes):
        try:
            recipient = row if isinstance(row, Mailbox) else parse_mailbox(row)
        except ValueError as error:
            mistakes.append(f"{file}:{line}: {error}: {_shown(row)}")
            continue
        if people.setdefault(normalise_address(recipient.address), recipient) is not recipient:
            duplicates += 1
    if mistakes:
        _refuse(mistakes, file)
    if not people:
        raise DeliveryRefused("no recipients", where=file, fix="write one address a line")
    return RecipientList(recipients=tuple(people.values()), duplicates=duplicates)


def read_recipients(path: str, *, stdin: BinaryIO | None = None) -> RecipientList:
    """:func:`parse_recipients` of a file, or of standard input for ``-``.

    Raises UsageError when the file cannot be read.
    """
    if path == "-":
        if stdin is None:
            raise UsageError("standard input is closed", where="-", fix="name a file")
        return parse_recipients(stdin.read(_MAX_BYTES + 1), file="standard input")
    try:
        with Path(path).open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"cannot read the recipients: {error.strerror}", where=path, fix="name a CSV file"
        ) from error
    return parse_recipients(content, file=path)


def recipients_of(addresses: Sequence[str], *, where: str = "--test") -> RecipientList:
    """The recipients that the command line names. Raises UsageError for the first wrong one."""
    people: dict[str, Mailbox] = {}
    for text in addresses:
        try:
            recipient = parse_mailbox(text)
        except ValueError as error:
            raise UsageError(
                f"{error}: {_shown(text)}", where=where, fix="write it as name@example.org"
            ) from None
        people.setdefault(normalise_address(recipient.address), recipient)
    if not people:
        raise UsageError("no address", where=where, fix="write it as name@example.org")
    return RecipientList(recipients=tuple(people.values()), duplicates=len(addresses) - len(people))


def _decode(content: bytes, file: str) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DeliveryRefused(
            "not UTF-8 text", where=f"{file}:{line}", fix="save the file as CSV in UTF-8"
        ) from None


def _rows(text: str, file: str, mistakes: list[str]) -> Iterator[tuple[int, Mailbox | str]]:
    """Each entry with its line: a recipient made of two columns, or a mailbox yet to parse."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=first.count)
    header = [
        cell.strip().strip('"').casefold().replace("_", " ").replace("-", "")
        for cell in first.split(separator)
    ]
    column = next((place for place, cell in enumerate(header) if cell in _EMAIL_HEADERS), None)
    if column is None:
        if "@" not in first and first:
            raise DeliveryRefused(
                f"no address and no column named email: {_shown(first)}",
                where=f"{file}:{text[: text.index(first)].count(chr(10)) + 1}",
                fix="write one address a line, or a header row: email,name",
            )
        for line, entry in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
            if entry.strip():
                yield line, entry
        return
    named = next((place for place, cell in enumerate(header) if cell in _NAME_HEADERS), None)
    yield from _table(text, separator, column, named, file, mistakes)


def _table(
    text: str, separator: str, column: int, named: int | None, file: str, mistakes: list[str]
) -> Iterator[tuple[int, Mailbox | str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line, begun = 1, False
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            mistakes.append(f"{file}:{line}: not CSV ({error})")
            return
        if row is None:
            return
        start, line = line, reader.line_num + 1
        if not any(cell.strip() for cell in row):
            continue
        if not begun:
            begun = True
            continue
        try:
            address = parse_address(row[column] if column < len(row) else "")
            name = parse_name(row[named]) if named is not None and named < len(row) else ""
        except ValueError as error:
            mistakes.append(f"{file}:{start}: {error}: {_shown(separator.join(row))}")
            continue
        yield start, Mailbox(address=address, name=name)


def _refuse(mistakes: list[str], file: str) -> None:
    count = len(mistakes)
    shown = mistakes[:_SHOWN_MISTAKES]
    if count > len(shown):
        shown.append(f"{file}: and {count - len(shown)} more")
    what = "line cannot be used" if count == 1 else "lines cannot be used"
    raise DeliveryRefused(
        "\n".join([f"{count} {what}; nothing was sent", *shown]),
        where=file,
        fix="correct or remove them",
    )


def _shown(row: object) -> str:
    text = repr(str(row))
    return text if len(text) <= 80 else text[:79] + "…"
