"""The bytes of one document, from a file or from the network -> what they state.

What a document is, is found out from its bytes first, then from its name and from what the
server says.
"""

from __future__ import annotations

import dataclasses
import io
import os
import re
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from digest.articles.mbox import is_mbox
from digest.errors import ArticleError, FeedError
from digest.feeds import looks_like_feed, parse_feed
from digest.markup import plain_text
from digest.model.facts import Facts
from digest.sources.faults import own_mistakes
from digest.sources.protocol import Document
from digest.urls import join_url

if TYPE_CHECKING:
    from digest.articles.newsletter import ReadItems

Form = Literal[
    "feed",
    "opml",
    "sitemap",
    "h-feed",
    "links",
    "bookmarks",
    "json",
    "json-lines",
    "page",
    "plain",
    "markdown",
    "mail",
    "mbox",
    "word",
    "pdf",
]

KINDS: dict[str, Form] = {
    "feed": "feed",
    "page": "page",
    "opml": "opml",
    "sitemap": "sitemap",
    "h-feed": "h-feed",
    "links": "links",
    "bookmarks": "bookmarks",
}
"""The kinds of source that insist on a form; ``auto`` finds it out."""

SUFFIXES: dict[str, Form] = {
    ".txt": "plain",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "page",
    ".htm": "page",
    ".xhtml": "page",
    ".eml": "mail",
    ".mbox": "mbox",
    ".mbx": "mbox",
    ".docx": "word",
    ".pdf": "pdf",
    ".json": "json",
    ".jsonl": "json-lines",
    ".ndjson": "json-lines",
    ".xml": "feed",
    ".rss": "feed",
    ".rdf": "feed",
    ".atom": "feed",
    ".opml": "opml",
}
_TYPES: dict[str, Form] = {
    "text/html": "page",
    "application/xhtml+xml": "page",
    "text/markdown": "markdown",
    "message/rfc822": "mail",
    "application/mbox": "mbox",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "word",
    "application/jsonl": "json-lines",
    "application/x-ndjson": "json-lines",
    "application/x-jsonlines": "json-lines",
}
_HEAD_BYTES = 4096
_FEED_INSIDE = re.compile(rb"<(?:rss|feed|rdf:RDF)\s([^<>]{1,2000})>", re.IGNORECASE)
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]*>([^<]{0,1000})</title", re.IGNORECASE | re.DOTALL)
_FEED_LINK = re.compile(r"<link\b[^>]{0,2000}>", re.IGNORECASE)
_FEED_TYPES = re.compile(
    r"""type\s*=\s*["']?application/(?:rss|atom|rdf|feed)\+(?:xml|json)""", re.IGNORECASE
)
_HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_FEED_PATH = re.compile(
    r"(?:^|[/._-])(?:rss|rdf|atom|feeds?|index\.xml)\d?(?:[/._-]|$)|\.(?:xml|rss|atom|rdf|json)$",
    re.IGNORECASE,
)
_SHOWN_FEEDS = 3


def suffix_of(path: str) -> str:
    """As ``Path.suffix``, in lower case: a path keeps the parts of its name among Python's own
    words, and a list of files would fill them."""
    name = path.replace("\\", "/").rpartition("/")[2] if os.sep == "\\" else path.rpartition("/")[2]
    head, dot, ending = name.rpartition(".")
    return f".{ending}".lower() if head and dot and ending else ""


def find_form(data: bytes, *, suffix: str = "", content_type: str = "") -> Form:
    """What kind of document these bytes are.

    ``suffix`` is that of a file's name, in lower case. What is a feed or OPML is known by its
    root, whatever the name says, except that a text file stays text; a mailbox (mbox) by its
    first lines.
    """
    named = SUFFIXES.get(suffix)
    if named in (None, "plain", "mail") and is_mbox(data[:_HEAD_BYTES]):
        return "mbox"
    if named in ("plain", "markdown", "mail", "mbox", "word", "pdf", "json-lines", "opml"):
        return named
    if data.startswith(b"%PDF-"):
        return "pdf"
    if looks_like_feed(data):
        return "feed"
    # Nearly every answer is a feed: what knows other documents is loaded for them alone.
    from digest.feeds.bookmarks import looks_like_bookmarks
    from digest.feeds.sitemap import looks_like_sitemap
    from digest.sources.opml import looks_like_opml

    if looks_like_opml(data):
        return "opml"
    if looks_like_sitemap(data):
        return "sitemap"
    if looks_like_bookmarks(data, suffix=suffix):
        return "bookmarks"
    if named is not None:
        return named
    typed = _TYPES.get(content_type.partition(";")[0].strip().lower())
    if typed is not None:
        return typed
    head = data[:_HEAD_BYTES].replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"{", b"[")) and not head.startswith(b"{\\rtf"):
        return "json"
    if _HTML.search(head):
        return "page"
    if head.startswith(b"<?xml"):
        return "feed"
    return "plain"


def is_feed_address(url: str) -> bool:
    """True when the address itself says that a feed is to be found there."""
    parts = urlsplit(url)
    return _FEED_PATH.search(parts.path) is not None or "feed=" in parts.query


def read_document(
    data: bytes,
    form: Form,
    *,
    shown: str,
    timezone: str,
    max_bytes: int,
    url: str = "",
    content_type: str = "",
    language: str = "",
    items: ReadItems | None = None,
    selector: str = "",
    explain: bool = False,
    whole: bool = True,
) -> Document:
    """What a document of that form states; ``shown`` names it in messages and provenance.

    ``url`` is the address it was fetched from, empty for a file. ``language`` (BCP 47) is the one
    to expect of a text that does not say its encoding. ``items`` parts newsletters,
    ``selector`` names the links of a page of them.
    With ``explain`` the facts carry what was weighed; unless ``whole``, a feed's have only what
    they are known by. Raises FeedError or ArticleError, whose
    place is ``shown``. OPML states no articles and is read by ``opml``.
    """
    try:
        with own_mistakes(shown):
            if form == "feed":
                return _read_feed(
                    data,
                    shown=shown,
                    url=url,
                    content_type=content_type,
                    zone=timezone,
                    whole=whole,
                    explain=explain,
                )
            from digest.sources import lists

            if form == "sitemap":
                return lists.read_sitemap(
                    data,
                    shown=shown,
                    url=url,
                    content_type=content_type,
                    timezone=timezone,
                    explain=explain,
                )
            if form == "h-feed":
                return lists.read_hfeed(
                    data,
                    shown=shown,
                    url=url,
                    content_type=content_type,
                    timezone=timezone,
                    explain=explain,
                )
            if form == "links":
                return lists.read_links(
                    data,
                    shown=shown,
                    url=url,
                    content_type=content_type,
                    timezone=timezone,
                    selector=selector,
                    explain=explain,
                )
            if form == "bookmarks":
                return lists.read_bookmarks(data, shown=shown, timezone=timezone, explain=explain)
            if form in ("json", "json-lines"):
                return _read_json(
                    data,
                    form,
                    shown=shown,
                    timezone=timezone,
                    max_bytes=max_bytes,
                    explain=explain,
                )
            if form == "mbox":
                from digest.sources.mails import read_mailbox

                mails = read_mailbox(
                    io.BytesIO(data),
                    shown=shown,
                    timezone=timezone,
                    max_bytes=max_bytes,
                    items=items,
                    explain=explain,
                )
                return Document(input=shown, facts=mails, holds_many=True)
            facts = _read_articles(
                data,
                form,
                name=_base_name(shown),
                url=url,
                content_type=content_type,
                zone=timezone,
                language=language,
                items=items,
                explain=explain,
            )
    except (FeedError, ArticleError) as error:
        if not str(error.where or "").startswith(shown):
            error.where = shown
        raise
    return Document(input=shown, facts=facts, holds_many=len(facts) > 1)


def holds_feed(data: bytes) -> bool:
    """True for a page into whose body a feed was put as it is, with its root and version."""
    return any(b"version" in tag[1] or b"xmlns" in tag[1] for tag in _FEED_INSIDE.finditer(data))


def refuse_page(data: bytes, *, shown: str, url: str) -> FeedError:
    """The error for a web page that stands where a feed was asked for (B4 of the notes)."""
    head = data[: 1 << 18].replace(b"\0", b"").decode("utf-8", "replace")
    found = _TITLE.search(head)
    title = plain_text(found[1])[:100] if found else ""
    feeds = []
    for tag in _FEED_LINK.findall(head):
        href = _HREF.search(tag)
        if _FEED_TYPES.search(tag) and href:
            address = join_url(url, plain_text(next(filter(None, href.groups()), "")))
            if address and address not in feeds:
                feeds.append(address)
    named = f"the page names these feeds: {', '.join(feeds[:_SHOWN_FEEDS])}"
    return FeedError(
        f'not a feed but a web page, "{title}"' if title else "not a feed but a web page",
        shown,
        named if feeds else 'mend the address, or say kind = "page" if the page is the article',
        status="not-a-feed",
    )


def _read_feed(
    data: bytes,
    *,
    shown: str,
    url: str,
    content_type: str,
    zone: str,
    whole: bool,
    explain: bool,
) -> Document:
    if not data.strip():
        raise FeedError("empty, not a feed", shown, "check the address", status="not-a-feed")
    head = data[:_HEAD_BYTES].replace(b"\0", b"")
    if not looks_like_feed(data) and _HTML.search(head) and not holds_feed(data):
        raise refuse_page(data, shown=shown, url=url)
    feed = parse_feed(
        data, url=url, content_type=content_type, timezone=zone, whole=whole, explain=explain
    )
    facts: tuple[Facts, ...] = feed.entries
    if feed.problems:
        facts = tuple(
            dataclasses.replace(entry, problems=entry.problems + feed.problems) for entry in facts
        )
    return Document(
        input=shown,
        facts=facts,
        holds_many=True,
        left_out=feed.left_out,
        publisher=feed.title,
        home_url=join_url(url, feed.home_url or "") or url,
        language=feed.language,
        cadence=feed.cadence,
    )


def _read_json(
    data: bytes, form: Form, *, shown: str, timezone: str, max_bytes: int, explain: bool
) -> Document:
    from digest.sources import jsonl

    if form == "json":
        facts = jsonl.read_json(
            data, name=shown, timezone=timezone, max_bytes=max_bytes, explain=explain
        )
    else:
        facts = jsonl.read_lines(
            io.BytesIO(data), name=shown, timezone=timezone, max_bytes=max_bytes, explain=explain
        )
    return Document(input=shown, facts=list(facts), holds_many=True)


def _read_articles(
    data: bytes,
    form: Form,
    *,
    name: str,
    url: str,
    content_type: str,
    zone: str,
    language: str,
    items: ReadItems | None,
    explain: bool,
) -> list[Facts]:
    if not data.strip():
        raise ArticleError("empty", None, "write something into it, or remove it")
    if form == "page":
        from digest.articles.decode import refuse_binary
        from digest.articles.page import read_page

        refuse_binary(data, name=name)
        facts = read_page(
            data, url=url or None, content_type=content_type, timezone=zone, explain=explain
        )
    elif form == "mail":
        from digest.articles.mail import read_mail

        facts = read_mail(data, name=name, timezone=zone, items=items, explain=explain)
    elif form in ("word", "pdf"):
        from digest.sources.apart import read_apart

        facts = read_apart(data, form, name=name, timezone=zone, explain=explain)
    else:
        from digest.articles.decode import decode_text

        text, problems = decode_text(data, name=name, language=language)
        if form == "markdown":
            from digest.articles.markdown import read_markdown

            facts = read_markdown(text, name=name, timezone=zone, explain=explain)
        else:
            from digest.articles.plain import read_plain

            facts = read_plain(text, name=name, timezone=zone, explain=explain)
        if problems:
            facts = [
                dataclasses.replace(entry, problems=problems + entry.problems) for entry in facts
            ]
    if not facts:
        raise ArticleError("holds no article", None, "check that it is the file you mean")
    if url and len(facts) == 1 and not facts[0].url:
        return [dataclasses.replace(facts[0], url=url)]
    return list(facts)


def _base_name(shown: str) -> str:
    return urlsplit(shown).path.rpartition("/")[2] if "://" in shown else shown.rpartition("/")[2]
