"""Mail: what a case file of UTF-8 text cannot show."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.articles.mail import read_mail
from digest.articles.mailparts import decode_words
from digest.errors import ArticleError
from digest.model.facts import Facts

TEXT = "Two hundred grey seals were counted on the sandbanks this spring."
HEAD = b"From: Anna Lindqvist <a@sound.example.org>\nDate: Thu, 24 Apr 2025 09:10:00 +0000\n"


def read(data: bytes) -> Facts:
    found = read_mail(data, name="in/seals.eml", timezone="Asia/Seoul")
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("iso-8859-1", "Die „Seehunde“ sind zurück"),
        ("ks_c_5601-1987", "물범이 해협으로 돌아왔다"),
        ("gb2312", "海豹四十年后重返海峡"),
        ("shift_jis", "アザラシ、海峡へ"),
        ("koi8-r", "Тюлени вернулись"),
        ("us-ascii", "Die Seehunde sind zurück"),
    ],
)
def test_body_is_read_in_the_charset_that_its_mailer_meant(charset: str, text: str) -> None:
    pages = {
        "iso-8859-1": "cp1252",
        "ks_c_5601-1987": "cp949",
        "gb2312": "gb18030",
        "us-ascii": "utf-8",
    }
    body = text.encode(pages.get(charset, charset))
    kind = f"Subject: Seals\nContent-Type: text/plain; charset={charset}\n\n".encode()
    facts = read(HEAD + kind + body)
    assert facts.text == text
    assert facts.problems == ()


def test_charset_that_lies_is_noted() -> None:
    kind = b"Subject: Seals\nContent-Type: text/plain; charset=utf-8\n\n"
    facts = read(HEAD + kind + "Die Seehunde sind zurück".encode("cp1252"))
    assert facts.text == "Die Seehunde sind zurück"
    assert "is not wholly utf-8, as it says" in facts.problems


def test_raw_subject_in_an_old_code_page_is_read() -> None:
    subject = "Subject: Die Seehunde sind zurück im größeren Sund\n\n".encode("cp1252")
    assert read(HEAD + subject + TEXT.encode()).title == (
        "Die Seehunde sind zurück im größeren Sund"
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_mail_that_was_saved_as_text_with_a_mark_is_read(encoding: str) -> None:
    facts = read((HEAD.decode() + "Subject: Seehunde zurück\n\n" + TEXT).encode(encoding))
    assert (facts.title, facts.text) == ("Seehunde zurück", TEXT)
    assert facts.published is not None


@pytest.mark.parametrize(
    ("sender", "authors", "source"),
    [
        ("Anna Lindqvist via Sound-L", ("Anna Lindqvist",), "Sound-L"),
        ("Anna Lindqvist | The Sound", ("Anna Lindqvist",), "The Sound"),
        ("Anna Lindqvist (Sound Times)", ("Anna Lindqvist",), "Sound Times"),
        ("Anna from The Sound", (), "The Sound"),
        ("News from the Sound", (), "News from the Sound"),
        ("Lindqvist & Sons, Ltd.", (), "Lindqvist & Sons, Ltd."),
        ('"\\"Anna\\" Lindqvist"', ("Anna Lindqvist",), None),
    ],
)
def test_sender_is_parted_into_person_and_house(
    sender: str, authors: tuple[str, ...], source: str | None
) -> None:
    head = f"From: {sender} <post@mail.example.org>\nSubject: Seals\n\n{TEXT}"
    facts = read(head.encode())
    assert facts.authors == authors
    assert (facts.source.name if facts.source else None) == source


def test_broken_base64_is_a_problem_and_no_traceback() -> None:
    body = base64.b64encode(TEXT.encode())[:-3] + b"*"
    kind = b"Subject: Seals\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
    facts = read(HEAD + kind + body)
    assert facts.title == "Seals"
    assert "has a broken base64 part" in facts.problems


def test_word_that_a_mailer_parted_within_a_character_is_joined() -> None:
    first, second = base64.b64encode(b"\xec\xa1").decode(), base64.b64encode(b"\xb0\xec").decode()
    third = base64.b64encode(b"\x95\xbd").decode()
    words = f"=?utf-8?B?{first}?= =?utf-8?B?{second}?= =?utf-8?B?{third}?="
    assert decode_words(words) == "조약"


def test_languages_and_ids_of_headers_are_kept() -> None:
    head = b"Subject: Seals\nContent-Language: en-GB\nMessage-ID: <7@sound.example.org>\n\n"
    facts = read(HEAD + head + TEXT.encode())
    assert facts.language == "en-GB"
    assert facts.guid == "7@sound.example.org"


@pytest.mark.parametrize(
    "header",
    [
        b"List-Post: <https://sound.example.org/post>",
        b"List-Unsubscribe: <https://sound.example.org/u>",
        b"Archived-At: <mailto:a@sound.example.org>",
    ],
)
def test_only_archived_at_is_a_mails_address(header: bytes) -> None:
    text = b"\n\nView in browser: https://sound.example.org/7\n\n" + TEXT.encode()
    assert read(HEAD + b"Subject: Seals\n" + header + text).url is None


def test_mail_within_mails_is_followed_a_little_and_no_further() -> None:
    data = HEAD + b"Subject: innermost\n\n" + TEXT.encode()
    for _ in range(3):
        data = b"Subject: Fwd: x\nContent-Type: message/rfc822\n\n" + data
    assert read(data).title == "innermost"


def test_endlessly_nested_mail_is_refused_or_read() -> None:
    data = b"Subject: Fwd: x\nContent-Type: message/rfc822\n\n" * 3000 + HEAD
    try:
        assert read(data).title is not None
    except ArticleError as error:
        assert "in/seals.eml: is a mail within a mail" in str(error)


@pytest.mark.parametrize("data", [b"", b"Just a text without headers.\n\nMore.", b"\0\1\2\3"])
def test_what_is_no_mail_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(ArticleError, match=r"in/seals\.eml: is not a mail"):
        read(data)


def test_mail_without_subject_and_text_is_refused_by_name() -> None:
    with pytest.raises(ArticleError, match=r"in/seals\.eml: has neither a subject nor a text"):
        read(HEAD + b"\n")


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_bytes_are_a_mail_or_an_article_error(head: bytes, body: bytes) -> None:
    for data in (head + body, b"Subject: " + head + b"\n\n" + body):
        try:
            assert read(data).title is not None
        except ArticleError as error:
            assert str(error).startswith("in/seals.eml: ")


@given(st.text(alphabet="=?utf-8BQ_ =\n\t", max_size=80))
def test_any_header_text_is_decoded(text: str) -> None:
    assert isinstance(decode_words(text), str)


def test_header_that_never_ends_is_read_by_its_beginning() -> None:
    # The standard library takes a tenth of a second for such a header, whenever it is looked at.
    data = b"Subject: A treaty\nContent-Type: text/plain; charset=utf-8;" + b" x" * 40_000
    (facts,) = read_mail(data + b"\n\nSix years on.\n", name="a.eml", timezone="UTC")
    assert (facts.title, facts.text) == ("A treaty", "Six years on.")
