"""digest.eml: what mail servers and clients read."""

from __future__ import annotations

import base64
import binascii
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import compat32, default
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_issues import CASES, make_issue, make_settings, read_case

from digest.mailbox import without_encoded_words
from digest.model import Rendered
from digest.render import render
from digest.render.mergetags import UNSUBSCRIBE
from digest.render.message import build_message, parse_sender
from digest.render.transfer import Encoded, encode, quoted_printable


def parsed(rendered: Rendered) -> EmailMessage:
    message = message_from_bytes(rendered.message, policy=default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize("case", CASES)
def test_message_is_text_then_html_without_defects(case: str) -> None:
    issue, newsletter = read_case(case)
    rendered = render(issue, newsletter, None)
    message = parsed(rendered)
    parts = list(message.walk())
    assert [part.get_content_type() for part in parts] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert not any(part.defects for part in parts)
    assert [part.get_content().replace("\r\n", "\n") for part in parts[1:]] == [
        rendered.text,
        rendered.html,
    ]
    for part in parts[1:]:
        assert part.get_content_charset() == "utf-8"
        assert part["Content-Transfer-Encoding"] in ("7bit", "quoted-printable", "base64")


@pytest.mark.parametrize("case", CASES)
def test_lines_are_short_ascii_and_end_in_crlf(case: str) -> None:
    issue, newsletter = read_case(case)
    message = render(issue, newsletter, None).message
    assert message.isascii()
    assert message.endswith(b"\r\n")
    assert b"\n" not in message.replace(b"\r\n", b"")
    head, _, body = message.partition(b"\r\n\r\n")
    encoded = b"quoted-printable" in body or b"base64" in body
    assert max(map(len, body.split(b"\r\n"))) <= (76 if encoded else 998)
    assert max(map(len, head.split(b"\r\n"))) <= 998


def test_headers_come_from_the_issue_and_the_settings() -> None:
    message = parsed(render(make_issue(language="de"), make_settings(), None))
    assert message["From"] == "Eurasia Weekly <weekly@example.org>"
    assert message["Subject"] == "A treaty, and more"
    assert message["Date"] == "Mon, 28 Apr 2025 00:00:00 +0900"
    assert message["Content-Language"] == "de"
    assert message["Message-ID"].endswith("@example.org>")
    assert not {"To", "Cc", "Bcc", "Reply-To"} & set(message.keys())


def test_what_is_not_known_has_no_header() -> None:
    message = parsed(render(make_issue(subject="", window=""), make_settings(sender=""), None))
    assert not {"From", "Subject", "Date"} & set(message.keys())
    assert message["Message-ID"].endswith("@digest.invalid>")


def test_subject_and_sender_in_any_script_survive() -> None:
    newsletter = make_settings(sender="주간 유라시아 <weekly@example.org>")
    message = parsed(render(make_issue(subject="조약 6년, 그리고 – مرحبا 🙂"), newsletter, None))
    assert message["Subject"] == "조약 6년, 그리고 – مرحبا 🙂"
    assert message["From"].addresses[0].display_name == "주간 유라시아"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400), st.text(max_size=80))
def test_no_text_can_add_a_header(subject: str, sender: str) -> None:
    message = build_message(
        html=Encoded(name="7bit", content=b""),
        text=Encoded(name="7bit", content=b""),
        subject=" ".join(subject.split()) and subject,
        sender=f"{sender} <weekly@example.org>",
        language="en",
        date=None,
        content_hash="0" * 64,
    )
    names = set(message_from_bytes(message, policy=default).keys())
    assert names <= {
        "From",
        "Subject",
        "Message-ID",
        "Content-Language",
        "MIME-Version",
        "Content-Type",
    }
    head = message.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 998


def test_line_ends_in_the_subject_are_blanks() -> None:
    message = parsed(
        render(make_issue(subject="Hi\r\nBcc: evil@example.org"), make_settings(), None)
    )
    assert message["Bcc"] is None
    assert message["Subject"] == "Hi Bcc: evil@example.org"


@pytest.mark.parametrize("around", ["{}", "x{}", "ж{}ж", "[{}]", "=?{}", "a {} b " + "ж" * 90])
@pytest.mark.parametrize(
    "word", ["=?utf-8?q?a=0D=0ABcc:_evil=40x.org?=", "=?UTF-8*en?B?YQ0KQmNjOiBldmlsQHgub3Jn?="]
)
def test_encoded_words_in_subject_and_sender_are_not_decoded(word: str, around: str) -> None:
    subject = around.format(word)
    newsletter = make_settings(sender=f'"{subject[:150]}" <weekly@example.org>')
    message = parsed(render(make_issue(subject=subject), newsletter, None))
    assert message["Bcc"] is None
    assert message["Subject"] == subject.replace(word, f"= {word[1:]}")
    assert len(message["From"].addresses) == 1
    assert message["From"].addresses[0].addr_spec == "weekly@example.org"


def test_domain_of_the_sender_is_written_in_ascii() -> None:
    newsletter = make_settings(sender="Journal, le <a@exämple.org>")
    message = parsed(render(make_issue(), newsletter, None))
    assert message["From"] == '"Journal, le" <a@xn--exmple-cua.org>'
    assert message["Message-ID"].endswith("@xn--exmple-cua.org>")


@pytest.mark.parametrize(
    "sender",
    ["", "nobody", "a@", "@b", "a b@c.d", "<>", "a@b@c", "a@b\r\nBcc: x@y.z,", "ö@b.c"],
)
def test_sender_that_is_no_address_is_none(sender: str) -> None:
    assert parse_sender(sender) is None


def test_boundary_and_id_follow_the_content() -> None:
    def ids(**fields: Any) -> tuple[str, str]:
        message = parsed(render(make_issue(**fields), make_settings(), None))
        return message["Message-ID"], str(message.get_boundary())

    assert ids() == ids()
    assert ids() != ids(title="Other")


def test_wire_size_is_that_of_the_html_part_in_the_message() -> None:
    rendered = render(make_issue(), make_settings(), None)
    encoded = encode(rendered.html)
    assert rendered.wire_bytes == len(encoded.content)
    assert encoded.content in rendered.message


def test_unsubscribe_token_stands_unbroken_in_the_messages_bytes() -> None:
    rendered = render(make_issue(), make_settings(), None, unsubscribe=UNSUBSCRIBE)
    assert rendered.message.count(UNSUBSCRIBE.encode()) == 2
    assert rendered.html.count(UNSUBSCRIBE) == 1
    assert rendered.text.count(UNSUBSCRIBE) == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Plain words, line by line.\n" * 40, "7bit"),
        ("x" * 998 + "\n", "7bit"),
        ("x" * 999 + "\n", "quoted-printable"),
        ("From here on an mbox would change it.\n", "quoted-printable"),
        ("blanks at the end \n", "quoted-printable"),
        (f"{UNSUBSCRIBE}\n", "quoted-printable"),
        ("Ein Entwurf, über den noch zu reden sein wird.\n" * 40, "quoted-printable"),
        ("외교와 과학, 그리고 경제의 한 주\n" * 40, "base64"),
        ("أسبوع من الأخبار في العالم\n" * 40, "base64"),
        ("Неделя новостей со всего мира\n" * 40, "base64"),
    ],
)
def test_transfer_encoding_is_the_smallest_for_the_script(text: str, name: str) -> None:
    encoded = encode(text)
    assert encoded.name == name
    in_base64 = base64.encodebytes(text.replace("\n", "\r\n").encode())
    others = [quoted_printable(text), in_base64.replace(b"\n", b"\r\n")]
    assert len(encoded.content) <= min(map(len, others))


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")))
def test_every_text_comes_back_from_its_transfer_encoding(text: str) -> None:
    encoded = encode(text)
    lines = encoded.content.split(b"\r\n")
    assert encoded.content.isascii()
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
    assert max(map(len, lines)) <= (998 if encoded.name == "7bit" else 76)
    decode = {
        "7bit": bytes,
        "quoted-printable": binascii.a2b_qp,
        "base64": binascii.a2b_base64,
    }[encoded.name]
    assert decode(encoded.content).decode().replace("\r\n", "\n") == text


@settings(max_examples=150, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=300)
)
def test_every_subject_comes_back_in_lines_that_rfc_2047_allows(subject: str) -> None:
    message = render(make_issue(subject=subject), make_settings(), None).message
    head = message.partition(b"\r\n\r\n")[0]
    lines = head.split(b"\r\n")
    assert all(len(line) <= 76 for line in lines if b"=?" in line)
    found = message_from_bytes(message, policy=compat32)["Subject"]
    read = str(make_header(decode_header(found or "")))
    shown = render(make_issue(subject=subject), make_settings(), None).subject
    assert read == without_encoded_words(shown)
