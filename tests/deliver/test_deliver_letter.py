"""One reader's letter: the headers that it has, and that nobody can add one."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_issues import make_issue, make_settings
from mail_server import NOW

from digest.deliver.letter import Stationery, unsubscribe_address, validate_unsubscribe
from digest.deliver.protocol import Audience
from digest.mailbox import Mailbox, parse_mailbox
from digest.render import render

NAMES = {
    *("From", "To", "Reply-To", "Date", "Message-ID", "References", "Subject", "List-Id"),
    *("List-Unsubscribe", "List-Unsubscribe-Post", "Precedence", "Content-Language"),
    *("MIME-Version", "Content-Type"),
}
RENDERED = render(make_issue(language="ko", subject="조약 6년, 그리고"), make_settings(), None)
AUDIENCE = Audience(
    issue="2025-W17",
    target="weekly",
    recipient=Mailbox(address="ann@example.com"),
    recipient_hash="",
    sender=Mailbox(address="weekly@example.org", name="Weekly"),
    envelope_sender="weekly@example.org",
    message_id="<1@example.org>",
    at=NOW,
)


def letter(**changes: Any) -> EmailMessage:
    content = Stationery(RENDERED.message).letter(replace(AUDIENCE, **changes))
    head = content.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert b"\n" not in head.replace(b"\r\n", b"")
    message = message_from_bytes(content, policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message


def test_letter_has_all_headers_once_and_the_mail_s_own_bodies() -> None:
    message = letter(
        reply_to=Mailbox(address="desk@example.org"),
        list_id="weekly.example.org",
        unsubscribe="https://example.org/leave?who=ann%40example.com",
        after=("<0@example.org>", "<00@example.org>"),
    )
    assert set(message.keys()) == NAMES
    assert len(message.keys()) == len(NAMES)
    assert message["References"] == "<0@example.org> <00@example.org>"
    assert message["Content-Language"] == "ko"
    assert message["Subject"] == "조약 6년, 그리고"
    assert message["Precedence"] == "bulk"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    html = list(message.iter_parts())[1].get_content()
    assert html.replace("\r\n", "\n") == RENDERED.html


def test_what_is_not_asked_for_has_no_header() -> None:
    message = letter()
    assert set(message.keys()) == NAMES - {
        *("Reply-To", "References", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"),
    }


@pytest.mark.parametrize(
    ("setting", "header", "posts"),
    [
        ("https://example.org/l?w={email}", "<https://example.org/l?w=a%2Bb%40x.org>", True),
        ("http://example.org/l?w={email}", "<http://example.org/l?w=a%2Bb%40x.org>", False),
        ("mailto:leave@x.org?subject={email}", "<mailto:leave@x.org?subject=a%2Bb%40x.org>", False),
    ],
)
def test_one_click_is_offered_over_https_alone(setting: str, header: str, posts: bool) -> None:
    """RFC 8058 §3.1: the post goes to an https address."""
    validate_unsubscribe(setting)
    message = letter(unsubscribe=unsubscribe_address(setting, "a+b@x.org"))
    assert message["List-Unsubscribe"] == header
    assert message["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if posts else None)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=90), st.text(max_size=90), st.text(max_size=40))
def test_no_name_address_or_prefix_can_add_a_header(name: str, other: str, word: str) -> None:
    def read(text: str) -> Mailbox:
        try:
            return parse_mailbox(text)
        except ValueError:
            return Mailbox(address="desk@example.org")

    message = letter(
        recipient=read(f"{name} <ann@example.com>"),
        sender=read(f'"{other}" <weekly@example.org>'),
        reply_to=read(f"{word}@example.org"),
        subject_prefix=word,
        unsubscribe=unsubscribe_address("https://example.org/leave?who={email}", name),
    )
    assert set(message.keys()) <= NAMES
    assert len(message.keys()) == len(set(message.keys()))
    for header in ("To", "From", "Reply-To"):
        addresses: tuple[Address, ...] = message[header].addresses
        assert len(addresses) == 1
    assert list(message.iter_parts())[1].get_content().replace("\r\n", "\n") == RENDERED.html
