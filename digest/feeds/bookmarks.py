"""Bookmarks as browsers and services export them, to entries.

Netscape's HTML (all browsers, Pinboard, Raindrop), Pocket's HTML and CSV, Instapaper's CSV,
Pinboard's JSON, Raindrop's CSV and JSON. A bookmark says when somebody kept a link, not when the
page was published: the entry is undated, and ``kept`` is when it was first seen, by its owner.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from digest.dates import parse_stamp
from digest.errors import FeedError
from digest.feeds.decode import decode
from digest.markup import clean_text, plain_text
from digest.model import Facts, Image
from digest.urls import canonical_url, join_url

MAX_BOOKMARKS = 50_000
_HTML_HEAD = re.compile(
    rb"<!DOCTYPE\s+NETSCAPE-Bookmark-file|<title>\s*(?:Pocket|Instapaper)[^<]{0,20}Export\s*</title",
    re.IGNORECASE,
)
_JSON_HEAD = re.compile(rb'"href"\s*:.{0,4000}"(?:extended|toread|shared)"\s*:', re.DOTALL)
_ADDRESS_COLUMNS = ("url", "href", "link")
_ADDED_COLUMNS = ("time_added", "timestamp", "created", "time", "added", "add_date", "date_added")
_TAG_COLUMNS = ("tags", "tag", "labels")
_NOTE_COLUMNS = ("note", "description", "extended", "selection", "notes")
_EXCERPTS = ("excerpt",)
_TITLE_COLUMNS = ("title", "name")
_PICTURES = ("cover",)


def looks_like_bookmarks(data: bytes, *, suffix: str = "") -> bool:
    """True for what can be nothing but an export of bookmarks; a guess from its first bytes."""
    head = data[:8192].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"<"):
        return _HTML_HEAD.search(head[:2048]) is not None
    if head.startswith((b"[", b"{")):
        return suffix in ("", ".json") and _JSON_HEAD.search(head) is not None
    if suffix not in ("", ".csv"):
        return False
    line = head.partition(b"\n")[0].decode("latin-1").lower()
    columns = [name.strip().strip('"') for name in line.strip().split(",")]
    return any(name in columns for name in _ADDRESS_COLUMNS) and any(
        name in columns for name in _ADDED_COLUMNS
    )


def parse_bookmarks(data: bytes, *, timezone: str) -> tuple[Facts, ...]:
    """The bookmarks, in the order of the document, each address once, at most MAX_BOOKMARKS.

    Titles, addresses, folders and tags (as categories), notes (as summary) are as written. Raises
    FeedError with status ``not-a-feed`` when it is no export that is known.
    """
    text, _ = decode(data)
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        found: Iterator[Facts] = _from_html(start, timezone)
    elif start.startswith(("[", "{")):
        found = _from_json(start, timezone)
    else:
        found = _from_csv(start, timezone)
    entries: dict[str, Facts] = {}
    for entry in found:
        entries.setdefault(canonical_url(entry.url or "") or entry.fragment, entry)
        if len(entries) == MAX_BOOKMARKS:
            break
    return tuple(entries.values())


def _refusal(what: str) -> FeedError:
    return FeedError(
        f"not an export of bookmarks: {what}",
        fix="export as HTML, CSV or JSON from the browser, Pocket, Instapaper, Pinboard, Raindrop",
        status="not-a-feed",
    )


def _from_html(text: str, zone: str) -> Iterator[Facts]:
    """Netscape's format, whose folders are headings before their lists, and Pocket's lists."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8")
    try:
        root = html.document_fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise _refusal("no HTML could be read") from error
    links = 0
    folders: list[str] = []
    for event, element in _walk(root):
        tag = element.tag
        if event == "end":
            if tag == "dl" and folders:
                folders.pop()
            continue
        if tag == "dl":
            folders.append(_heading_of(element))
        elif tag == "a" and element.get("href"):
            links += 1
            named = [folder for folder in folders[1:] if folder]
            yield _entry(
                {
                    "url": element.get("href"),
                    "title": clean_text(element.text_content()),
                    "added": element.get("add_date") or element.get("time_added") or "",
                    "tags": element.get("tags") or "",
                    "note": _note_after(element),
                    "folder": "/".join(named),
                },
                zone,
            )
    if not links and _HTML_HEAD.search(text[:2048].encode("utf-8", "replace")) is None:
        raise _refusal("a web page without links")


def _walk(root: Any) -> Iterator[tuple[str, Any]]:
    from lxml import etree

    return (
        (event, element)
        for event, element in etree.iterwalk(root, events=("start", "end"))
        if isinstance(element.tag, str)
    )


def _heading_of(lists: Any) -> str:
    """The name of a folder: the heading right before its list."""
    before = lists.getprevious()
    while before is not None and before.tag == "p":
        before = before.getprevious()
    if before is not None and before.tag == "dt" and len(before):
        before = before[-1]
    if before is None and lists.getparent() is not None and lists.getparent().tag == "dt":
        before = next(iter(lists.getparent()), None)
    if before is not None and before.tag in ("h1", "h2", "h3", "h4"):
        return clean_text(before.text_content())
    return ""


def _note_after(link: Any) -> str:
    """What ``<DD>`` says after a bookmark; parsers put it beside or inside the ``<DT>``."""
    holder = link.getparent()
    after = link.getnext()
    if after is None and holder is not None and holder.tag == "dt":
        after = holder.getnext()
    if after is None or after.tag != "dd":
        return ""
    own = [after.text or ""]
    for child in after:
        if child.tag in ("dl", "dt", "h3", "p"):
            break
        own += [child.text_content(), child.tail or ""]
    return clean_text(" ".join(own))


def _from_json(text: str, zone: str) -> Iterator[Facts]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refusal("broken JSON") from error
    if isinstance(value, dict):
        value = next((value[key] for key in ("items", "bookmarks", "raindrops") if key in value), 0)
    if not isinstance(value, list):
        raise _refusal("JSON without a list of bookmarks")
    rows = [row for row in value if isinstance(row, dict)]
    if value and not any(_first(_lowered(row), _ADDRESS_COLUMNS) for row in rows):
        raise _refusal("JSON objects without an address")
    yield from _from_rows(map(_lowered, rows), zone, pinboard=True)


def _lowered(row: Mapping[str, Any]) -> dict[str, str]:
    """The fields of an object as text; lists of tags joined as a CSV would have them."""
    fields = {}
    for key, value in row.items():
        if isinstance(value, list):
            value = ",".join(str(part) for part in value if isinstance(part, str | int))
        if isinstance(value, str | int) and not isinstance(value, bool):
            fields[key.lower()] = str(value)
    return fields


def _from_csv(text: str, zone: str) -> Iterator[Facts]:
    reader = csv.DictReader(io.StringIO(text.replace("\0", "")))
    try:
        columns = [name.strip().lower() for name in reader.fieldnames or ()]
        if not any(name in columns for name in _ADDRESS_COLUMNS):
            raise _refusal("no column named url")
        reader.fieldnames = columns
        yield from _from_rows(
            ({k: v for k, v in row.items() if isinstance(k, str) and v} for row in reader), zone
        )
    except csv.Error as error:
        raise _refusal(f"broken CSV ({error})") from error


def _from_rows(
    rows: Iterable[Mapping[str, str]], zone: str, *, pinboard: bool = False
) -> Iterator[Facts]:
    for row in rows:
        if not _first(row, _ADDRESS_COLUMNS):
            continue
        # Pinboard calls the title description, and its tags are parted by blanks.
        is_pinboard = pinboard and "href" in row
        titles = (*_TITLE_COLUMNS, "description") if is_pinboard else _TITLE_COLUMNS
        notes = ("extended",) if is_pinboard else (*_NOTE_COLUMNS, *_EXCERPTS)
        tags = _first(row, _TAG_COLUMNS)
        yield _entry(
            {
                "url": _first(row, _ADDRESS_COLUMNS),
                "title": _first(row, titles),
                "added": _first(row, _ADDED_COLUMNS),
                "tags": ",".join(tags.split()) if is_pinboard else tags,
                "note": _first(row, notes),
                "folder": _first(row, ("folder",)),
                "cover": _first(row, _PICTURES),
            },
            zone,
        )


def _first(row: Mapping[str, str], names: Sequence[str]) -> str:
    return next((row[name].strip() for name in names if row.get(name, "").strip()), "")


def _entry(row: Mapping[str, str], zone: str) -> Facts:
    url = row["url"].strip()
    title = plain_text(row["title"]) if "<" not in row["title"] else clean_text(row["title"])
    kept = _instant(row["added"], zone)
    said = f"; bookmarked on {kept.date().isoformat()}" if kept else ""
    names = [row["folder"], *re.split(r"[,|]", row["tags"].strip("[]"))]
    categories = (clean_text(name.strip().strip('"')) for name in names)
    cover = join_url("", row.get("cover", ""))
    return Facts(
        # Services put the address where a page has no title.
        title="" if title == url else title,
        summary=plain_text(row["note"]),
        url=join_url("", url),
        image=Image(url=cover) if cover else None,
        categories=tuple(dict.fromkeys(filter(None, categories))),
        kept=kept,
        fragment=url,
        problems=(f"states no date of publication{said}",),
    )


def _instant(text: str, zone: str) -> datetime | None:
    """When a bookmark was kept: seconds since 1970 (or smaller parts of them), or a date."""
    when, _ = parse_stamp(text, basis="bookmark:added", timezone=zone)
    return when.value if when is not None and isinstance(when.value, datetime) else None
