from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.deliver.recipients import parse_recipients, read_recipients, recipients_of
from digest.errors import DeliveryRefused, UsageError
from digest.mailbox import parse_address, parse_mailbox


def addresses(content: bytes) -> list[str]:
    return [person.address for person in parse_recipients(content, file="list.csv").recipients]


def test_columns_are_found_by_the_header_row() -> None:
    found = parse_recipients(
        b'id,Name,E-Mail,joined\n7,"Doe, Jane",jane@example.org,2024\n', file="list.csv"
    )
    assert [(p.address, p.name) for p in found.recipients] == [("jane@example.org", "Doe, Jane")]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfemail,name\r\na@example.org,A\r\nb@example.org,B\r\n",
        b"email;name\na@example.org;A\nb@example.org;B",
        b"name\temail\nA\ta@example.org\nB\tb@example.org\n",
        b"a@example.org\n\n  b@example.org  \n",
        b'A <a@example.org>\n"B" <b@example.org>\n',
        "email\na@example.org\nb@example.org\n".encode("utf-16"),
        b"a@example.org\rb@example.org\r",
    ],
)
def test_bom_semicolons_tabs_plain_lines_and_utf16_are_read(content: bytes) -> None:
    assert addresses(content) == ["a@example.org", "b@example.org"]


def test_a_mailbox_counts_once_whatever_its_case() -> None:
    found = parse_recipients(b"email\na@example.org\nA@Example.ORG\na@example.org\n", file="l")
    assert len(found.recipients) == 1
    assert found.duplicates == 2


def test_all_wrong_lines_are_told_together_with_their_places() -> None:
    content = b"email,name\ngood@example.org,A\nnot an address,B\nc@,C\n,D\nd@example.org,E\n"
    with pytest.raises(DeliveryRefused) as caught:
        parse_recipients(content, file="list.csv")
    text = str(caught.value)
    assert caught.value.exit_status == 3
    assert "3 lines cannot be used; nothing was sent" in text
    for place in ("list.csv:3:", "list.csv:4:", "list.csv:5:"):
        assert place in text
    assert "list.csv:2:" not in text


def test_a_long_list_of_mistakes_is_cut_and_counted() -> None:
    with pytest.raises(DeliveryRefused, match="and 80 more"):
        parse_recipients(b"email\n" + b"wrong\n" * 100, file="list.csv")


@pytest.mark.parametrize(
    "row",
    [
        b'"a@example.org\nBcc: victim@example.com",A',
        b'"a@example.org\r\nBcc: victim@example.com",A',
        b'a@example.org,"A\nBcc: victim@example.com"',
        b'a@example.org,"A\rBcc: victim@example.com"',
        b'a@example.org,"A\xe2\x80\xa8Bcc: victim@example.com"',
        b"a@example.org\x00,A",
        b"a@example.org> SIZE=1,A",
        b"a@exa\xc2\xadmple.org,A",
    ],
)
def test_nothing_in_a_row_can_start_another_header_or_command(row: bytes) -> None:
    with pytest.raises(DeliveryRefused, match=r"list\.csv:2:"):
        parse_recipients(b"email,name\n" + row + b"\n", file="list.csv")


@pytest.mark.parametrize(
    ("written", "wire"),
    [
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("a@straße.example", "a@xn--strae-oqa.example"),
        ("李@例子.测试", "李@xn--fsqu00a.xn--0zwm56d"),
        ("A.b+tag@Example.ORG", "A.b+tag@example.org"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_domains_beyond_ascii_become_a_labels(written: str, wire: str) -> None:
    assert parse_address(written) == wire


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "a@", "@b.org", "a@b", "a b@c.org", "a..b@c.org", ".a@c.org", "a@-b.org"),
        *("a@b..org", "a@[127.0.0.1]", '"a b"@c.org', "a@b.org,c@d.org", "x" * 65 + "@b.org"),
        *("a@" + "b" * 64 + ".org", "a@" + "b." * 126 + "org", "a\n@b.org", "a@1.2.3.4"),
    ],
)
def test_what_no_server_would_take_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_address(text)


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_an_accepted_address_is_harmless_in_a_command(text: str) -> None:
    try:
        address = parse_mailbox(text).address
    except ValueError:
        return
    assert address.count("@") >= 1
    assert not set(address) & set('\r\n <>,;:"()[]\\\0')
    assert parse_address(address) == address


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_list_or_a_refusal(content: bytes) -> None:
    try:
        found = parse_recipients(content, file="list.csv")
    except DeliveryRefused:
        return
    assert found.recipients


def test_a_latin1_file_is_refused_with_its_line() -> None:
    with pytest.raises(DeliveryRefused, match=r"list\.csv:3: not UTF-8 text; save the file"):
        parse_recipients(b"email,name\na@example.org,A\nb@example.org,J\xfcrgen\n", file="list.csv")


def test_a_header_without_email_column_is_told() -> None:
    with pytest.raises(DeliveryRefused, match="no column named email"):
        parse_recipients(b"\nname,phone\nA,1\n", file="list.csv")


def test_a_quoted_name_may_hold_anything_harmless() -> None:
    found = parse_mailbox('"Doe, \\"Jane\\" <x>" <jane@example.org>')
    assert (found.name, found.address) == ('Doe, "Jane" <x>', "jane@example.org")


def test_an_empty_list_is_refused() -> None:
    for content in (b"", b"\n\n", b"email,name\n"):
        with pytest.raises(DeliveryRefused, match="no recipients"):
            parse_recipients(content, file="list.csv")


def test_a_hundred_thousand_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("email,name\n" + "".join(f"r{n}@example.org,R {n}\n" for n in range(100_000)))
    assert len(read_recipients(str(path)).recipients) == 100_000


def test_a_line_of_a_million_blanks_is_refused_at_once() -> None:
    with pytest.raises(DeliveryRefused, match="more than 1000 characters"):
        parse_recipients(b"@" + b" " * 1_000_000 + b"<\n", file="list.csv")


def test_standard_input_is_a_list_too() -> None:
    found = read_recipients("-", stdin=io.BytesIO(b"a@example.org\n"))
    assert [person.address for person in found.recipients] == ["a@example.org"]


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_recipients(str(tmp_path / "none.csv"))


def test_test_addresses_come_from_the_command_line() -> None:
    found = recipients_of(["Me <me@example.org>", "ME@example.org", "you@example.org"])
    assert [p.address for p in found.recipients] == ["me@example.org", "you@example.org"]
    with pytest.raises(UsageError, match="--test: no @ in the address"):
        recipients_of(["nobody"])


def test_encoded_word_before_the_at_sign_is_refused() -> None:
    with pytest.raises(ValueError, match="encoded word"):
        parse_address("=?utf-8?q?a=0D=0A?=@example.org")
