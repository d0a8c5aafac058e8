"""Mail files (.eml) to Facts: one article each, a forwarded mail as its original."""

from __future__ import annotations

import codecs
import dataclasses
import email
import re
from collections.abc import Iterator
from email.message import Message
from html import unescape

from digest.articles.forwards import PREFIX, find_original, without_prefix
from digest.articles.mailparts import (
    POLICY,
    attached_mails,
    decode_words,
    header,
    raw_header,
    read_body,
)
from digest.articles.mailwords import is_mail_furniture, opens_footer
from digest.articles.newsletter import ReadItems, item_facts
from digest.articles.plain import UNDATED
from digest.articles.plain import read_body as read_text
from digest.articles.preheader import as_summary, read_preheader
from digest.articles.senders import (
    is_list,
    list_name,
    own_page,
    read_sender,
    sender_host,
    without_tag,
)
from digest.dates import parse_when
from digest.errors import ArticleError
from digest.markup import clean_text
from digest.model.article import When
from digest.model.facts import Facts

BASIS = "mail:date"
RECEIVED_BASIS = "mail:received"
_KNOWN = ("from", "subject", "date", "to", "received", "message-id", "mime-version", "content-type")
_SIGNATURE = re.compile(r"\n-- ?\n[\s\S]{0,2000}\Z")
_REPLY = re.compile(
    r"\s*(?:re|aw|antw|sv|回复|回覆|답장|返信|رد)\s?(?:\[\d+\])?[:：]", re.IGNORECASE
)
_LONGEST_TEXT = 1_000_000
_MOST_NESTED = 5
_FEW_WORDS = 60
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
_EDGE = 6
"""Lines at the beginning that can be a newsletter's furniture; its footer has thrice as many."""

_NO_ITEMS = "has no items to split it into: read as one article"


def read_mail(
    data: bytes,
    *,
    name: str,
    timezone: str,
    items: ReadItems | None = None,
    explain: bool = False,
) -> list[Facts]:
    """The article of a mail; several where it is a digest of attached mails.

    Headline is the subject, the date is the Date header's (basis ``mail:date``; ``-0000`` is
    UTC). The sender is the author where the name is a person's, else the source; without a name
    the domain is the source, unless that is a post office for everybody (gmail.com). Of a
    forwarded mail (in its text or attached) sender, date and subject are the original's, and
    absent where the text does not show them. With ``items``, what it finds in a newsletter are
    the articles; a mail in which it finds none is one itself, and says so. With ``explain`` the
    facts carry what was weighed. Raises ArticleError for what is no mail, naming the file
    ``name``.
    """
    try:
        message: Message = email.message_from_bytes(
            _without_mark(data).lstrip(b"\r\n\t "), policy=POLICY
        )
        if not any(raw_header(message, known) for known in _KNOWN):
            raise ArticleError("is not a mail: it has no headers", name, "check the file's ending")
        mails = list(_mails(message, 0))
        found = [_facts(mail, name, timezone, items, explain=explain) for mail in mails]
        if explain and mails[0] is not message:
            from digest.articles.weighedmail import weigh_carrier

            found = [[weigh_carrier(facts, message) for facts in entry] for entry in found]
    except RecursionError:
        raise ArticleError(
            "is a mail within a mail, too many times over", name, "save the innermost one"
        ) from None
    if len(found) == 1:
        return found[0]
    return [
        dataclasses.replace(facts, fragment=f"{number}.{facts.fragment}".rstrip("."))
        for number, entry in enumerate(found, start=1)
        for facts in entry
    ]


def _without_mark(data: bytes) -> bytes:
    """A mail that an editor saved as text, with a byte order mark, as mailers send it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data.removeprefix(codecs.BOM_UTF8)


def _mails(message: Message, depth: int) -> Iterator[Message]:
    """The mail itself, or those that it forwards as attachments, with little of its own to say."""
    inner = attached_mails(message) if depth < _MOST_NESTED else []
    if not inner or not (
        PREFIX.match(header(message, "subject"))
        or message.get_content_type() == "multipart/digest"
        or len(read_body(message).text.split()) < _FEW_WORDS
    ):
        yield message
        return
    for mail in inner:
        yield from _mails(mail, depth + 1)


def _facts(
    message: Message, name: str, timezone: str, items: ReadItems | None, *, explain: bool
) -> list[Facts]:
    subject = _subject(message)
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
        title, sender = without_tag(subject, message), raw_header(message, "from")
        published, said = _date(message, timezone)
        problems += said
    if not title and not text.strip():
        raise ArticleError("has neither a subject nor a text", name, "remove the file")
    hidden = read_preheader(body.html) if original is None and body.html else ""
    text = text.lstrip().removeprefix(hidden) if hidden else text
    told = read_text(_without_furniture(text), timezone=timezone, title=title)
    if hidden and not told.summary:
        hidden = as_summary(hidden, title=title, text=told.text)
        told = dataclasses.replace(told, summary=hidden)
    house = list_name(message) if original is None else ""
    people, source = read_sender(sender, is_list=original is None and is_list(message), house=house)
    if published is None and original is None and not is_forward:
        published = told.published
    if published is None and not any(problem.startswith("date ") for problem in problems):
        problems.append(UNDATED)
    facts = dataclasses.replace(
        told,
        title=title,
        published=published,
        url=own_page(message) or told.url if original is None else told.url,
        source=told.source or source,
        authors=told.authors or people,
        language=_language(message) or told.language,
        guid=raw_header(message, "message-id").strip("<> ") or None,
        problems=tuple(dict.fromkeys([*problems, *([] if title else ["no title"])])),
    )
    if explain:
        from digest.articles.weighedmail import weigh_mail

        weighed = weigh_mail(
            message,
            original,
            told=told,
            facts=facts,
            sender=(people, source),
            hidden=hidden,
            lines=_without_furniture(text).split("\n"),
            timezone=timezone,
        )
        facts = dataclasses.replace(facts, candidates=weighed)
    if items is None:
        return [facts]
    letter = dataclasses.replace(facts, source=source or facts.source)
    found = item_facts(items(body.html, text), letter, sender_host=sender_host(sender))
    if explain:
        from digest.articles.weighedmail import weigh_item

        found = [weigh_item(item, facts) for item in found]
    return found or [dataclasses.replace(facts, problems=(*facts.problems, _NO_ITEMS))]


def _without_furniture(text: str) -> str:
    """A text without what newsletters have around it: view in browser, why you receive this."""
    lines = text.split("\n")
    filled = [number for number, line in enumerate(lines) if line.strip()]
    dropped = {number for number in filled[:_EDGE] if is_mail_furniture(lines[number].strip())}
    for number in filled[max(1, len(filled) * 3 // 4, len(filled) - 3 * _EDGE) :]:
        if opens_footer(lines[number].strip()):
            dropped.update(range(number, len(lines)))
            break
    return "\n".join(line for number, line in enumerate(lines) if number not in dropped)


def _subject(message: Message) -> str:
    """The subject; some programs write it as they write HTML."""
    subject = header(message, "subject")
    return clean_text(unescape(subject)) if _ENTITY.search(subject) else subject


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


def _language(message: Message) -> str:
    tag = raw_header(message, "content-language").split(",")[0].strip()
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", tag) else ""
