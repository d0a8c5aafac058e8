"""Bytes of an earlier newsletter -> the issues in them, dated by what they say themselves."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from datetime import date
from email.message import Message
from typing import Literal

from digest.articles.decode import decode_text
from digest.articles.frontmatter import FrontMatter, split_front_matter
from digest.articles.mailparts import POLICY, header, raw_header, read_body
from digest.articles.plain import file_date
from digest.articles.stamps import read_stated
from digest.dates import find_dates, parse_when
from digest.errors import ArticleError
from digest.importing.arrange import arrange
from digest.importing.markdown import MAX_CHARACTERS, read_markdown
from digest.importing.page import read_pieces, stated_dates
from digest.importing.pieces import Document, Found, Left, Piece, words_of
from digest.importing.records import read_records
from digest.importing.settle import settle
from digest.model import Issue, When

Form = Literal["markdown", "html", "mail", "json"]

FORMS: dict[str, Form] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".eml": "mail",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
}
"""Forms by the ending of a file's name, in lower case."""

_DATE_KEYS = (
    "date", "published", "publishdate", "publish_date", "published_at", "published_on", "pubdate",
    "date_published", "datepublished", "sent", "sent_at", "issue_date",
)  # fmt: skip
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_FOLDERS = re.compile(r"(?:^|/)((?:19|20)\d\d)/(\d\d)/(\d\d)(?=/)")
_HEAD_PIECES = 8
_MOST_DATELINE = 160


def read_past(data: bytes, *, name: str, timezone: str, unsectioned: str) -> list[Found]:
    """The issues that a file holds; ``name`` is its path as messages have it.

    The form goes by the name's ending. Items that stand under no heading go to the section
    ``unsectioned``. Raises ArticleError for a file that holds no issue, or cannot be read.
    """
    form = FORMS.get(_suffix(name))
    if form is None:
        raise ArticleError(
            "not a form that is read", name, f"known endings: {', '.join(sorted(FORMS))}"
        )
    if form == "mail":
        found = [_read_mail(data, name, timezone, unsectioned)]
    else:
        text, _ = decode_text(data, name=name)
        if form == "json":
            found = _read_json(text, name, timezone, unsectioned)
        elif form == "html":
            found = [_read_html(text, name, timezone, unsectioned)]
        else:
            found = [_read_markdown(text, name, timezone, unsectioned)]
    for each in found:
        if not each.issue.items:
            raise ArticleError(
                "no item in it: nothing that has a link and a title", name, "is it an issue?"
            )
    return [_settled(each, name) for each in found]


def _settled(found: Found, name: str) -> Found:
    issue, body, in_plain_words = settle(found.issue, name)
    told = tuple(Left(line=1, what="plain", words=heading) for heading in in_plain_words)
    return replace(found, issue=issue, body=body, left=(*told, *found.left))


def _read_markdown(text: str, name: str, timezone: str, unsectioned: str) -> Found:
    if len(text) > MAX_CHARACTERS:
        raise ArticleError(
            f"longer than {MAX_CHARACTERS:,} characters", name, "no newsletter is; split it"
        )
    front, body = split_front_matter(text)
    first_line = 1 + text.count("\n") - body.count("\n")
    pieces, left = read_markdown(body, first_line=first_line)
    front = front or FrontMatter()
    if _is_draft(front):
        raise ArticleError("marked as a draft", name, "take the mark away if it was sent")
    tag = front.first("language", "lang", "locale")
    document = Document(
        pieces=tuple(pieces),
        title=front.first("title", "headline"),
        subject=front.first("subject", "title", "headline"),
        preheader=front.first("preheader", "description", "summary", "subtitle", "excerpt"),
        language=tag.replace("_", "-") if _LANGUAGE.fullmatch(tag) else "",
        left=tuple(left),
    )
    issue, all_left = arrange(document, unsectioned=unsectioned, from_mail=False)
    when, problem = None, ""
    for key in _DATE_KEYS:
        if written := front.first(key):
            when, problem = parse_when(written, basis="front-matter", timezone=timezone)
            if when is not None:
                break
    return _found(issue, all_left, when, problem, name, document, timezone)


def _is_draft(front: FrontMatter) -> bool:
    """What Hugo, Jekyll and Pelican call a draft."""
    return (
        front.first("draft").lower() in ("true", "yes")
        or front.first("status").lower() in ("draft", "hidden")
        or front.first("published").lower() in ("false", "no")
    )


def _read_html(text: str, name: str, timezone: str, unsectioned: str) -> Found:
    document = read_pieces(text)
    document = replace(document, subject=document.title)
    issue, left = arrange(document, unsectioned=unsectioned, from_mail=True)
    when, problem = None, ""
    for written, basis in stated_dates(text):
        when, problem = read_stated(
            written, basis=basis, timezone=timezone, language=document.language
        )
        if when is not None:
            break
    return _found(issue, left, when, problem, name, document, timezone)


def _read_mail(data: bytes, name: str, timezone: str, unsectioned: str) -> Found:
    try:
        message: Message = email.message_from_bytes(data.lstrip(b"\r\n\t "), policy=POLICY)
        if not raw_header(message, "subject") and not raw_header(message, "date"):
            raise ArticleError("is not a mail: it has no headers", name, "check the file's ending")
        body = read_body(message)
    except RecursionError:
        raise ArticleError(
            "is a mail within a mail, too many times over", name, "save it"
        ) from None
    subject = header(message, "subject")
    if body.html.strip():
        document = read_pieces(body.html)
    else:
        pieces, left = read_markdown(body.text[:MAX_CHARACTERS])
        document = Document(pieces=tuple(pieces), left=tuple(left))
    document = replace(document, title=subject, subject=subject)
    issue, left = arrange(document, unsectioned=unsectioned, from_mail=True)
    when, problem = parse_when(raw_header(message, "date"), basis="mail:date", timezone=timezone)
    return Found(issue=issue, published=when, left=tuple(left), problem=problem)


def _read_json(text: str, name: str, timezone: str, unsectioned: str) -> list[Found]:
    found = []
    for record in read_records(text, name=name):
        issue, left = arrange(record.document, unsectioned=unsectioned, from_mail=False)
        if not issue.items:
            continue
        when, problem = None, ""
        if record.date:
            when, problem = parse_when(record.date, basis="json", timezone=timezone)
        if when is None and not record.fragment:
            each = _found(issue, left, when, problem, name, record.document, timezone)
        else:
            each = Found(issue=issue, published=when, left=tuple(left), problem=problem)
        found.append(replace(each, fragment=record.fragment))
    return found


def _found(
    issue: Issue,
    left: list[Left],
    when: When | None,
    problem: str,
    name: str,
    document: Document,
    timezone: str,
) -> Found:
    """The issue, dated by its file's name or its first lines where nothing better does."""
    when = when or _name_date(name) or _dateline(document, timezone)
    return Found(issue=issue, published=when, left=tuple(left), problem="" if when else problem)


def _name_date(name: str) -> When | None:
    """The date in a file's name, or in those of the folders that it lies in."""
    folders = _FOLDERS.search(name)
    for part in reversed(name.split("/")):
        when = file_date(part)
        if when is not None:
            return when
    if folders is None:
        return None
    try:
        day = date(int(folders[1]), int(folders[2]), int(folders[3]))
    except ValueError:
        return None
    return When(value=day, raw="-".join(folders.groups()), basis="file-name")


def _dateline(document: Document, timezone: str) -> When | None:
    """The one date that the title or the first lines state: "Issue 12 · 3 March 2024"."""
    lines = [document.title, document.subject]
    lines += [_words(piece) for piece in document.pieces[:_HEAD_PIECES]]
    for line in lines:
        if not line or len(line) > _MOST_DATELINE:
            continue
        dates = [when for _, _, when in find_dates(line, basis="dateline", timezone=timezone)]
        if dates and len({when.value for when in dates}) == 1:
            return dates[0]
    return None


def _words(piece: Piece) -> str:
    return words_of(piece.runs)


def _suffix(name: str) -> str:
    base = name.rpartition("/")[2]
    return f".{base.rpartition('.')[2].lower()}" if "." in base else ""
