"""Mail files (.eml) to Facts: one article each, a forwarded mail as its original."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import re
from email.message import Message
from email.utils import parseaddr

from digest.articles.bylines import is_agency, is_house, is_name
from digest.articles.forwards import PREFIX, find_original, without_prefix
from digest.articles.mailparts import (
    attached_mail,
    decode_words,
    header,
    raw_header,
    read_body,
)
from digest.articles.plain import UNDATED
from digest.articles.plain import read_body as read_text
from digest.dates import parse_when
from digest.errors import ArticleError
from digest.markup import clean_text
from digest.model.article import Link, When
from digest.model.facts import Facts
from digest.urls import join_url

BASIS = "mail:date"
RECEIVED_BASIS = "mail:received"
_KNOWN = ("from", "subject", "date", "to", "received", "message-id", "mime-version", "content-type")
_LIST_HEADERS = ("list-id", "list-unsubscribe", "list-post", "precedence", "feedback-id")
_SIGNATURE = re.compile(r"\n-- ?\n[\s\S]{0,2000}\Z")
_REPLY = re.compile(
    r"\s*(?:re|aw|antw|sv|回复|回覆|답장|返信|رد)\s?(?:\[\d+\])?[:：]", re.IGNORECASE
)
_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_][\w-]{1,61}")
# Where anybody has an address: these hosts publish nothing.
_POST_OFFICE_NAMES = """
gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com aol.com
icloud.com me.com mac.com proton.me protonmail.com pm.me gmx.de gmx.net gmx.at gmx.ch gmx.com
web.de t-online.de freenet.de posteo.de mailbox.org fastmail.com zoho.com hey.com tutanota.com
orange.fr free.fr laposte.net wanadoo.fr libero.it virgilio.it naver.com daum.net hanmail.net
kakao.com nate.com qq.com 163.com 126.com sina.com foxmail.com docomo.ne.jp mail.ru yandex.ru
bk.ru list.ru rambler.ru ya.ru uol.com.br terra.com.br yahoo.co.jp yahoo.co.uk yahoo.fr yahoo.de
hotmail.fr hotmail.co.uk outlook.fr outlook.de comcast.net verizon.net att.net

"""
_POST_OFFICES = frozenset(_POST_OFFICE_NAMES.split())
_LONGEST_TEXT = 1_000_000
_MOST_NESTED = 5
_FEW_WORDS = 60
_MAILTO = re.compile(r"\s*[\[<]\s?mailto:[^\]>]*[\]>]", re.IGNORECASE)


def read_mail(data: bytes, *, name: str, timezone: str) -> list[Facts]:
    """The article of a mail, as a list of one.

    Headline is the subject, the date is the Date header's (basis ``mail:date``; ``-0000`` is
    UTC). The sender is the author where the name is a person's, else the source; without a name
    the domain is the source, unless that is a post office for everybody (gmail.com). Of a
    forwarded mail (in its text or attached) sender, date and subject are the original's, and
    absent where the text does not show them. Raises ArticleError for what is no mail, naming
    the file ``name``.
    """
    try:
        message: Message = email.message_from_bytes(
            data.lstrip(b"\r\n\t "), policy=email.policy.default
        )
    except RecursionError:
        raise ArticleError(
            "is a mail within a mail, too many times over", name, "save the innermost one"
        ) from None
    if not any(raw_header(message, known) for known in _KNOWN):
        raise ArticleError("is not a mail: it has no headers", name, "check the file's ending")
    for _ in range(_MOST_NESTED):
        inner = _forwarded_whole(message)
        if inner is None:
            break
        message = inner
    return [_facts(message, name, timezone)]


def _forwarded_whole(message: Message) -> Message | None:
    """The mail that this one forwards as an attachment, with little of its own to say."""
    inner = attached_mail(message)
    if inner is None:
        return None
    is_forward = PREFIX.match(header(message, "subject")) is not None
    return inner if is_forward or len(read_body(message).text.split()) < _FEW_WORDS else None


def _facts(message: Message, name: str, timezone: str) -> Facts:
    subject = header(message, "subject")
    is_forward = PREFIX.match(subject) is not None
    body = read_body(message)
    text = _SIGNATURE.sub("\n", body.text[:_LONGEST_TEXT])
    is_reply = not is_forward and _REPLY.match(subject) is not None
    original = None if is_reply else find_original(text, is_forward=is_forward)
    problems = list(dict.fromkeys(body.problems))
    published: When | None
    if original is not None:
        title = without_prefix(clean_text(original.subject)) or without_prefix(subject)
        sender, text = original.sender, original.text
        written = original.date.strip()
        published, problem = (
            parse_when(written, basis=BASIS, timezone=timezone) if written else (None, "")
        )
        problems += [problem] if problem else []
    elif is_forward:
        title, sender, published = without_prefix(subject), "", None
        problems.append("is a forward that does not show its original's sender and date")
    else:
        title, sender = subject, raw_header(message, "from")
        published, said = _date(message, timezone)
        problems += said
    if not title and not text.strip():
        raise ArticleError("has neither a subject nor a text", name, "remove the file")
    told = read_text(text, timezone=timezone, title=title)
    people, source = _sender(sender, is_list=original is None and _is_list(message))
    if published is None and original is None and not is_forward:
        published = told.published
    if published is None and not any(problem.startswith("date ") for problem in problems):
        problems.append(UNDATED)
    return dataclasses.replace(
        told,
        title=title,
        published=published,
        url=_archived(message) or told.url if original is None else told.url,
        source=told.source or source,
        authors=told.authors or people,
        language=_language(message) or told.language,
        guid=raw_header(message, "message-id").strip("<> ") or None,
        problems=tuple(dict.fromkeys([*problems, *([] if title else ["no title"])])),
    )


def _date(message: Message, timezone: str) -> tuple[When | None, list[str]]:
    """The Date header's, else the oldest Received header's, with its own basis."""
    written = raw_header(message, "date")
    problems: list[str] = []
    if written:
        when, problem = parse_when(decode_words(written), basis=BASIS, timezone=timezone)
        if problem:
            problems.append(problem)
        if when is not None:
            return when, problems
    stamps = [str(value) for key, value in message.raw_items() if key.lower() == "received"]
    if stamps and ";" in stamps[-1]:
        stamp = " ".join(stamps[-1][:4000].rpartition(";")[2].split())
        when, _ = parse_when(stamp, basis=RECEIVED_BASIS, timezone=timezone)
        if when is not None:
            problems.append("has its date from the server that received it first")
            return when, problems
    return None, problems


def _sender(written: str, *, is_list: bool) -> tuple[tuple[str, ...], Link | None]:
    """(authors, source): a person writes, a house publishes."""
    if not written:
        return (), None
    written = _MAILTO.sub("", written)
    name, address = parseaddr(written)
    name = clean_text(decode_words(name)).strip("\"' ")
    if not name and "@" not in written:
        name = clean_text(decode_words(written)).strip("\"'<> ")
    if "@" in name:
        name = ""
    if not name:
        host = address.rpartition("@")[2].lower().removeprefix("www.")
        named = _HOST.fullmatch(host) is not None and (is_list or host not in _POST_OFFICES)
        return (), Link(name=host) if named else None
    if is_agency(name):
        return (), Link(name=name)
    if not is_list and is_name(name) and len(name.split()) > 1 and not is_house(name):
        return (name,), None
    if not is_list and re.fullmatch(r"[가-힣]{2,4}|[\u4e00-\u9fff]{2,4}", name):
        return (name,), None
    return (), Link(name=name)


def _is_list(message: Message) -> bool:
    return any(raw_header(message, name) for name in _LIST_HEADERS)


def _archived(message: Message) -> str | None:
    """The mail's own page (RFC 5064); nothing else in a mail is its address."""
    written = raw_header(message, "archived-at").strip("<> ")
    return join_url("", written) if written.lower().startswith(("http://", "https://")) else None


def _language(message: Message) -> str:
    tag = raw_header(message, "content-language").split(",")[0].strip()
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", tag) else ""
