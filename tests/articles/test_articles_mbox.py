"""mbox files: one mail after another, in bounded memory."""

from __future__ import annotations

import io
import itertools
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.articles.mbox import is_mbox, split_mbox

HEAD = b"Subject: Seals\nFrom: a@sound.example.org\n\n"


def split(data: bytes, *, max_bytes: int = 100_000) -> list[bytes | None]:
    return list(split_mbox(io.BytesIO(data), max_bytes=max_bytes))


@pytest.mark.parametrize(
    "start",
    [
        b"From anna@sound.example.org Thu Apr 24 09:10:00 2025",
        b"From - Thu Apr 24 09:10:00 2025",
        b"From MAILER-DAEMON Thu Apr 24 09:10 2025",
        b"From 182937465@xxx Thu Apr 24 09:10:00 +0000 2025",
        b"From anna at sound.example.org  Thu Apr 24 09:10:00 2025",
        b"From anna@sound.example.org Thu Apr 24 09:10:00 KST 2025",
    ],
)
def test_mail_begins_at_the_line_that_any_mailer_writes(start: bytes) -> None:
    data = start + b"\n" + HEAD + b"one\n\n" + start + b"\n" + HEAD + b"two\n"
    assert split(data) == [HEAD + b"one\n", HEAD + b"two"]
    assert is_mbox(data)


def test_sentence_that_begins_with_from_is_text() -> None:
    start = b"From a Thu Apr 24 09:10:00 2025\n"
    data = start + HEAD + b"one\n\nFrom the ferry: seals.\n\nFrom 2025 on\n"
    assert len(split(data)) == 1
    assert not is_mbox(b"From the ferry: seals.\nSubject: x\n")
    assert not is_mbox(b"From a Thu Apr 24 09:10:00 2025\nno header\n")


def test_quoted_from_lines_are_given_as_they_were_written() -> None:
    start = b"From a Thu Apr 24 09:10:00 2025\n"
    (mail,) = split(start + HEAD + b">From the ferry\n>>From a quote\n> From\n")
    assert mail == HEAD + b"From the ferry\n>From a quote\n> From"


def test_windows_line_ends_are_kept_and_do_not_hide_a_mail() -> None:
    mail = b"From a Thu Apr 24 09:10:00 2025\r\nSubject: x\r\n\r\none\r\n\r\n"
    assert split(mail * 2) == [b"Subject: x\r\n\r\none\r\n"] * 2


def test_mail_that_is_too_large_is_told_and_the_next_one_read() -> None:
    start = b"From a Thu Apr 24 09:10:00 2025\n"
    large = start + HEAD + b"x" * 200_000 + b"\n\n"
    assert split(large + start + HEAD + b"two\n", max_bytes=1000) == [None, HEAD + b"two"]


@pytest.mark.parametrize(
    "header",
    [b"X-Mozilla-Status: 0009\n", b"Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\n"],
)
def test_what_a_mail_program_has_deleted_or_keeps_for_itself_is_no_mail(header: bytes) -> None:
    start = b"From a Thu Apr 24 09:10:00 2025\n"
    assert split(start + header + HEAD + b"gone\n\n" + start + HEAD + b"two\n") == [HEAD + b"two"]
    kept = start + b"X-Mozilla-Status: 0001\n" + HEAD + b"read\n"
    assert len(split(kept)) == 1


class Endless(io.RawIOBase):
    """A mailbox of many mails that is made while it is read."""

    def __init__(self, mails: int) -> None:
        mail = b"From a Thu Apr 24 09:10:00 2025\n" + HEAD + b"A line of text. " * 400 + b"\n"
        self._pieces: Iterator[bytes] = itertools.repeat(mail, mails)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = next(self._pieces, b"")
        given, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)


def test_memory_does_not_grow_with_the_number_of_mails() -> None:
    def peak(mails: int) -> int:
        tracemalloc.start()
        stream = io.BufferedReader(Endless(mails))
        assert sum(1 for _ in split_mbox(stream, max_bytes=100_000)) == mails
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(1000) < 2 * peak(30)


@given(st.binary(max_size=600))
def test_any_bytes_are_mails_or_nothing(data: bytes) -> None:
    for mail in split(b"From a Thu Apr 24 09:10:00 2025\n" + data, max_bytes=300):
        assert mail is None or len(mail) <= 300
