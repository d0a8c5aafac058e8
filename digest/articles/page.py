"""Web pages: what a page declares about itself, then what libraries make of the rest.

Facts come from the page's own declarations first (:mod:`digest.articles.declared`). A date
that stands beside the title comes next, htmldate last and with a problem; trafilatura gives
the main text. A modified time is never the published one.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from digest.articles.authors import read_authors
from digest.articles.dateline import read_dateline
from digest.articles.declared import Page
from digest.articles.description import read_summary
from digest.articles.jsonld import bare
from digest.articles.published import read_published, read_updated
from digest.articles.publisher import read_publisher
from digest.articles.titles import read_title
from digest.articles.walls import find_wall, visible_text
from digest.errors import ArticleError
from digest.markup import clean_text, decode_as, element_text
from digest.model import Candidates, Facts, Image
from digest.urls import join_url

_MAX_BYTES = 10_000_000
_MAX_TEXT = 200_000
_MAX_ELEMENTS = 20_000
"""Seven times what 99 of 100 pages have; libraries would take seconds for more."""

_SAVED = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)", re.I)
_HTTP_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)", re.IGNORECASE)
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}))?(?:[-_.].*)?")

_SHORT = 130
"""Words up to which a text may be a wall's: the whole page is looked at then."""


def read_page(
    data: bytes,
    *,
    url: str | None,
    content_type: str = "",
    timezone: str,
    explain: bool = False,
) -> list[Facts]:
    """The one article that a page is.

    ``url`` is where the page was fetched, None for a file (the browser's ``saved from``
    comment is read then); ``timezone`` an IANA name for times without a zone. Raises
    ArticleError when there is nothing to read.
    """
    if not data.strip():
        raise ArticleError("the page is empty", url)
    data = data[:_MAX_BYTES]
    if url is None:
        saved = _SAVED.search(data[:4000])
        url = join_url("", saved[1].decode("latin-1")) if saved else None
    text, problems = _decode(data, content_type)
    root = _parse(text)
    if root is None:
        raise ArticleError("no HTML could be read", url)
    page = Page(root, url)
    address = _address(page, url)
    candidates = Candidates(wanted=explain)
    site = read_publisher(page, address, candidates)
    title, doubts = read_title(page, candidates)
    problems += doubts
    summary = read_summary(page, title, site, candidates)
    language = _language(page.language())
    vast = root.xpath("count(//*)") > _MAX_ELEMENTS
    published, doubts = read_published(
        page, title, timezone=timezone, language=language, guess=not vast, candidates=candidates
    )
    problems += doubts
    updated = read_updated(page, timezone, candidates)
    authors, origin = read_authors(page, site, address, candidates)
    image = join_url(address or "", page.image())
    if vast:
        problems.append("a vast page: its main text is not told from the rest")
    body = _whole_text(root) if vast else _body(root, url)
    body = _without_heading(body, title)
    origin = origin or _wire_agency(body)
    # The libraries have changed the tree; few pages are so short that it is needed again.
    whole = _parse(text) if len(body.split()) < _SHORT and not vast else None
    wall = find_wall(page, title, body, visible_text(whole) if whole is not None else "")
    if wall is not None:
        problems.append(wall.problem)
        body = "" if wall.hides else body
        summary = "" if wall.in_title else summary
    return [
        Facts(
            title=title,
            summary=summary,
            text=body,
            url=address,
            published=published,
            updated=updated,
            source=site,
            authors=authors,
            origin=origin,
            language=language,
            image=Image(url=image) if image else None,
            problems=tuple(problems),
            candidates=candidates.all(),
        )
    ]


def _decode(data: bytes, content_type: str) -> tuple[str, list[str]]:
    """The text of a page: byte order mark, HTTP, meta element, UTF-8, windows-1252."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[2:].decode(encoding, "replace"), []
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8", "replace"), []
    header = _HTTP_CHARSET.search(content_type)
    meta = _META_CHARSET.search(data[:8000])
    stated = [header[1] if header else "", meta[1].decode() if meta else ""]
    for label in (*stated, "utf-8"):
        text = decode_as(data, label) if label else None
        if text is not None:
            return text, []
    # A few broken bytes in UTF-8 (a cut, an ad) are no reason to misread all the others.
    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") * 200 < len(text) and any(ord(char) > 127 for char in text[:50_000]):
        return text, ["some bytes are not UTF-8"]
    return decode_as(data, "windows-1252") or "", ["no encoding fits, read as windows-1252"]


def _parse(text: str) -> Any:
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", huge_tree=False, remove_pis=True)
    source = text.replace("\0", "").encode("utf-8", "replace")
    try:
        return html.document_fromstring(source, parser=parser, ensure_head_body=True)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def _address(page: Page, url: str | None) -> str | None:
    """The page's own address; a canonical link to a front page is a mistake of the site."""
    canonical = join_url(url or "", page.canonical() or "")
    if canonical is None or url is None:
        return canonical or url
    front = canonical.rstrip("/").count("/") == 2 and "?" not in canonical
    return url if front and url.rstrip("/").count("/") > 2 else canonical


def _language(stated: str) -> str:
    found = _LANGUAGE.fullmatch(stated.strip())
    if found is None:
        return ""
    return found[1].lower() + (f"-{found[2].upper()}" if found[2] else "")


def _body(root: Any, url: str | None) -> str:
    """The main text; trafilatura changes the tree, which is not needed any more."""
    logger = logging.getLogger("trafilatura")
    if not logger.handlers:  # its log is not for users
        logger.addHandler(logging.NullHandler())
    from trafilatura import bare_extraction

    found = bare_extraction(
        root, url=url, fast=True, include_comments=False, include_tables=False, with_metadata=False
    )
    text = getattr(found, "text", None) or ""
    return "\n\n".join(line for line in map(clean_text, text.split("\n")) if line)


def _without_heading(body: str, title: str) -> str:
    """The text without the title, where it is its first line."""
    first, _, rest = body.partition("\n\n")
    return rest if bare(first) == bare(title) else body


def _wire_agency(body: str) -> str:
    """The agency whose dateline the text begins with."""
    first, _, rest = body.partition("\n\n")
    found = read_dateline(first[:500], rest[:200])
    return found.agency if found is not None and found.is_wire else ""


def _whole_text(root: Any) -> str:
    inner = next(root.iter("article", "main"), root)
    return element_text(inner, paragraphs=True)[:_MAX_TEXT]
