"""JSON of earlier newsletters: issues with sections and entries, under whatever names.

One file may hold one issue (an object), several (a list of objects, or one on each line), or
a row for each entry that names its issue, date and section.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from digest.errors import ArticleError
from digest.importing.inline import read_runs
from digest.importing.page import read_pieces
from digest.importing.pieces import Document, Piece, Run
from digest.issue.escape import escape_inline, escape_paragraphs

MAX_ROWS = 200_000
_MOST_ENTRIES = 5_000
_MOST_DEPTH = 6
_DATE_KEYS = (
    "date", "published", "published_at", "publish_date", "date_published", "sent_at", "sent",
    "send_time", "publishedat", "pubdate", "issue_date", "created_at",
)  # fmt: skip
_TITLE_KEYS = ("title", "headline", "name", "subject", "text", "link_text", "linktext")
_URL_KEYS = ("url", "link", "href", "permalink", "external_url", "address", "web_url")
_TEXT_KEYS = (
    "text", "description", "summary", "comment", "body", "blurb", "excerpt", "content", "note",
    "dek", "abstract",
)  # fmt: skip
_BYLINE_KEYS = ("author", "authors", "by", "source", "publisher", "publication", "site")
_NAME_KEYS = ("title", "name", "header", "heading", "section", "category", "label", "topic")
_SECTION_KEYS = (
    "sections", "chapters", "categories", "groups", "topics", "blocks", "parts", "content",
)  # fmt: skip
_ENTRY_KEYS = (
    "entries", "items", "links", "articles", "stories", "posts", "news", "children", "list",
)  # fmt: skip
_SUBJECT_KEYS = ("subject", "title", "name", "headline")
_INTRO_KEYS = ("intro", "introduction", "header", "editorial", "preface", "foreword", "lead")
_OUTRO_KEYS = ("footer", "outro", "closing", "epilogue", "signature")
_ISSUE_KEYS = ("issue", "number", "issue_number", "edition", "no")
_PREHEADER_KEYS = ("preheader", "preview_text", "previewtext", "preview")
_HTML = re.compile(r"<(?:a|p|br|b|i|em|strong|ul|li|div|span|code)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An issue in pieces, with its date as written ("" where it has none)."""

    document: Document
    date: str
    fragment: str = ""


@dataclass
class _Rows:
    """Rows of one issue."""

    date: str
    title: str = ""
    sections: dict[str, list[tuple[int, Mapping[str, Any]]]] = field(default_factory=dict)


def read_records(text: str, *, name: str) -> list[Record]:
    """The issues that a JSON file holds, in its order.

    Raises ArticleError, naming the file ``name``, for what is no JSON or holds no issue.
    """
    values, is_lines = _load(text, name)
    records = list(_issues(values, is_lines=is_lines))
    if not records:
        raise ArticleError(
            "holds no issue: no object with sections, chapters or entries",
            name,
            "see docs/importing.md for the forms that are read",
        )
    return records


def _load(text: str, name: str) -> tuple[list[tuple[int, Any]], bool]:
    """The values at the top, each with its line; whether each stands on a line of its own."""
    try:
        value = json.loads(text)
    except RecursionError:
        raise ArticleError("is nested too deeply", name, "keep issues, sections, entries") from None
    except ValueError as error:
        values = _lines(text)
        if values is None:
            line = getattr(error, "lineno", 1)
            problem = getattr(error, "msg", "it cannot be read")
            raise ArticleError(
                f"is not JSON: {problem[:1].lower()}{problem[1:]}", f"{name}:{line}", "mend it"
            ) from error
        return values, True
    if isinstance(value, Mapping):
        for key in ("issues", "newsletters", "editions"):
            if isinstance(value.get(key), list):
                value = value[key]
                break
    if isinstance(value, list):
        return [(1, entry) for entry in value[:MAX_ROWS]], False
    return [(1, value)], False


def _lines(text: str) -> list[tuple[int, Any]] | None:
    values = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            values.append((number, json.loads(line)))
        except (ValueError, RecursionError):
            return None
        if len(values) >= MAX_ROWS:
            break
    return values or None


def _issues(values: list[tuple[int, Any]], *, is_lines: bool) -> Iterator[Record]:
    several = len(values) > 1
    rows: dict[str, _Rows] = {}
    number = 0
    for line, value in values:
        if not isinstance(value, Mapping):
            continue
        pieces = list(_issue_pieces(value, line))
        if pieces:
            number += 1
            yield Record(
                document=_document(value, pieces),
                date=_date(value),
                fragment=(_first(value, _ISSUE_KEYS) or str(number)) if several else "",
            )
        elif _address(value):
            issue, date = _first(value, _ISSUE_KEYS), _date(value)
            group = rows.setdefault(issue or date, _Rows(date))
            group.date = group.date or date
            section = _first(value, ("section", "category", "topic", "chapter"))
            group.sections.setdefault(section, []).append((line, value))
    for key, group in rows.items():
        pieces = []
        for heading, entries in group.sections.items():
            if heading:
                pieces.append(_heading(heading, entries[0][0]))
            for line, entry in entries[:_MOST_ENTRIES]:
                pieces += _entry(entry, line)
        yield Record(
            document=Document(pieces=tuple(pieces)),
            date=group.date,
            fragment=key if len(rows) > 1 or is_lines else "",
        )


def _document(value: Mapping[str, Any], pieces: list[Piece]) -> Document:
    return Document(
        pieces=tuple(pieces),
        title=_first(value, ("newsletter", "publication")) or _first(value, _SUBJECT_KEYS),
        subject=_first(value, _SUBJECT_KEYS),
        preheader=_first(value, _PREHEADER_KEYS),
        language=_first(value, ("language", "lang", "locale")).replace("_", "-"),
    )


def _issue_pieces(value: Mapping[str, Any], line: int) -> Iterator[Piece]:
    """Introduction, sections and closing words of an issue; nothing for what is none."""
    body = list(_sections(value, line, 0))
    if body:
        for text in _texts(value, _INTRO_KEYS):
            yield from _prose(text, line)
        yield from body
        closing = [piece for text in _texts(value, _OUTRO_KEYS) for piece in _prose(text, line)]
        if closing:
            yield Piece(kind="rule", line=line)
            yield from closing


def _sections(value: Mapping[str, Any], line: int, depth: int) -> Iterator[Piece]:
    if depth > _MOST_DEPTH:
        return
    for key, inner in value.items():
        name = str(key).lower()
        if name in _SECTION_KEYS and isinstance(inner, Mapping):
            # {"sections": {"News": [...], "Articles": [...]}}
            yield from _named_lists(inner, line)
        elif name in _SECTION_KEYS and isinstance(inner, list):
            for section in inner[:_MOST_ENTRIES]:
                if isinstance(section, Mapping):
                    yield from _section(section, line, depth)
        elif name in _ENTRY_KEYS and isinstance(inner, list):
            yield from _entries(inner, line)
    if depth == 0 and not any(str(key).lower() in (*_SECTION_KEYS, *_ENTRY_KEYS) for key in value):
        # {"date": "…", "News": [{…}], "Articles": [{…}]}
        yield from _named_lists(value, line)


def _named_lists(value: Mapping[str, Any], line: int) -> Iterator[Piece]:
    for name, inner in value.items():
        if isinstance(inner, list) and (pieces := list(_entries(inner, line))):
            yield _heading(str(name), line)
            yield from pieces


def _section(section: Mapping[str, Any], line: int, depth: int) -> Iterator[Piece]:
    body = list(_sections(section, line, depth + 1))
    if not body:
        if _address(section):
            yield from _entry(section, line)
        return
    name = _first(section, _NAME_KEYS)
    if name:
        yield _heading(name, line)
    for text in _texts(section, ("text", "description", "intro", "introduction")):
        yield from _prose(text, line)
    yield from body


def _entries(entries: list[Any], line: int) -> Iterator[Piece]:
    """Entries in order, under their own headings where each names its section."""
    by_section: dict[str, list[Piece]] = {}
    for entry in entries[:_MOST_ENTRIES]:
        if isinstance(entry, Mapping):
            section = _first(entry, ("section", "category", "topic"))
            by_section.setdefault(section, []).extend(_entry(entry, line))
    for section, pieces in by_section.items():
        if section and pieces:
            yield _heading(section, line)
        yield from pieces


def _heading(name: str, line: int) -> Piece:
    return Piece(kind="heading", line=line, runs=(Run(escape_inline(name)),), level=2)


def _entry(entry: Mapping[str, Any], line: int) -> list[Piece]:
    url = _address(entry)
    title = _first(entry, _TITLE_KEYS)
    if not url or not title:
        texts = [text for text in dict.fromkeys([title, *_texts(entry, _TEXT_KEYS)]) if text]
        pieces = [piece for text in texts for piece in _prose(text, line)]
        bare = Piece(kind="paragraph", line=line, runs=(Run(url, url),))
        return [*pieces, bare] if url else pieces
    text = next((each for each in _texts(entry, _TEXT_KEYS) if each != title), "")
    byline = next((name for name in _texts(entry, _BYLINE_KEYS) if len(name) <= 60), "")
    said, rest = _said(text, line)
    runs = [Run(escape_inline(title), url)]
    if byline and not re.search(r"[<>@]|://", byline):
        runs.append(Run(f" ({escape_inline(byline)})"))
    if said:
        runs += [Run(" — "), *said]
    return [Piece(kind="entry", line=line, runs=tuple(runs), rest=rest)]


def _said(text: str, line: int) -> tuple[list[Run], str]:
    """The first paragraph of what is said of an entry, and the others."""
    paragraphs = _prose(text, line)
    if not paragraphs:
        return [], ""
    from digest.importing.pieces import write_runs

    others = "\n\n".join(write_runs(piece.runs) or piece.rest for piece in paragraphs[1:])
    return list(paragraphs[0].runs), others


def _prose(text: str, line: int) -> list[Piece]:
    """Text as pieces, whether it is HTML, Markdown with links or plain."""
    text = text[:20_000].replace("\r\n", "\n").strip()
    if not text:
        return []
    if _HTML.search(text):
        return [
            Piece(kind="paragraph", line=line, runs=piece.runs, rest=piece.rest)
            for piece in read_pieces(text).pieces
            if piece.runs
        ]
    pieces = []
    for paragraph in re.split(r"\n[ \t]*\n", text):
        is_markdown = "](" in paragraph or "**" in paragraph
        words = paragraph if is_markdown else escape_paragraphs(paragraph)
        runs = read_runs(words, {})
        if runs:
            pieces.append(Piece(kind="paragraph", line=line, runs=runs))
    return pieces


def _address(value: Mapping[str, Any]) -> str:
    url = _first(value, _URL_KEYS)
    return url if url.lower().startswith(("http://", "https://")) else ""


def _date(value: Mapping[str, Any]) -> str:
    return _first(value, _DATE_KEYS)


def _first(value: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    return next(iter(_texts(value, keys)), "")


def _texts(value: Mapping[str, Any], keys: tuple[str, ...]) -> list[str]:
    """The texts under some keys, in the keys' order; of an object inside its own text."""
    folded = {str(key).lower(): inner for key, inner in value.items()}
    found = []
    for key in keys:
        inner = folded.get(key)
        if isinstance(inner, Mapping):
            inner = inner.get("text", inner.get("name", inner.get("title")))
        if isinstance(inner, list) and all(isinstance(one, str) for one in inner):
            inner = "\n\n".join(inner) if key in (*_INTRO_KEYS, *_TEXT_KEYS) else ", ".join(inner)
        if isinstance(inner, int) and not isinstance(inner, bool):
            inner = str(inner)
        if isinstance(inner, str) and inner.strip():
            found.append(inner.strip())
    return found
