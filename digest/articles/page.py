"""Web pages: what a page declares about itself, then what libraries make of the rest.

Facts come from the page's own declarations first (:mod:`digest.articles.declared`). A date
that stands beside the title comes next, htmldate last and with a problem; trafilatura gives
the main text. A modified time is never the published one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from digest.articles.authors import read_authors
from digest.articles.body import main_text, whole_text, wire_agency, without_heading
from digest.articles.declared import Page
from digest.articles.description import read_summary
from digest.articles.published import read_published, read_updated
from digest.articles.publisher import read_publisher
from digest.articles.titles import read_title
from digest.articles.walls import find_wall, visible_text
from digest.errors import ArticleError
from digest.markup import decode_as
from digest.model import Candidates, Facts, Image
from digest.urls import join_url

_MAX_BYTES = 10_000_000
_MAX_ELEMENTS = 20_000
# What may be a tag of thousands of attributes, of which a parser compares each with all others.
_LONG_TAG = re.compile(rb"<[^<]{24000}")
_ATTRIBUTE = rb"""[\s/]++[^\s"'<>=/]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>]++))?+"""
_FULL_TAG = rb"(<[A-Za-z][^\s\"'<>/]*+(?:%b){1000})(?:%b)++" % (_ATTRIBUTE, _ATTRIBUTE)
"""Seven times what 99 of 100 pages have; libraries would take seconds for more."""

_SAVED = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)", re.I)
_HTTP_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)", re.IGNORECASE)
_UTF8_NAMES = frozenset(["utf-8", "utf8"])
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}))?(?:[-_.].*)?")

_SHORT = 130
"""Words up to which a text may be a wall's: the whole page is looked at then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A page as it was parsed; ``address`` is its own, ``url`` where it was fetched.

    ``source`` is its HTML in UTF-8 without NUL.
    """

    source: bytes
    page: Page
    url: str | None
    address: str | None
    vast: bool
    problems: tuple[str, ...]


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
    comment is read then); ``timezone`` an IANA name for times without a zone. With ``explain``
    the candidates for each fact are kept. Raises ArticleError when there is nothing to read.
    """
    opened = _open(data, url, content_type)
    return [_with_text(_facts(opened, timezone, explain=explain), opened)]


def read_facts(data: bytes, *, url: str | None, content_type: str = "", timezone: str) -> Facts:
    """What :func:`read_page` finds out without the main text, in a fraction of its time.

    There is no text then, no agency of a dateline, and no word on walls. Raises ArticleError
    when there is nothing to read.
    """
    return _facts(_open(data, url, content_type), timezone, explain=False)


def parse_page(data: bytes, content_type: str = "") -> Any:
    """The root element of a page, None where no HTML can be read; for pages that are lists."""
    return _parse(_utf8(data[:_MAX_BYTES], content_type)[0])


def _open(data: bytes, url: str | None, content_type: str) -> _Opened:
    if not data[:1000].strip() and not data.strip():
        raise ArticleError("the page is empty", url)
    data = data[:_MAX_BYTES]
    if url is None:
        saved = _SAVED.search(data[:4000])
        url = join_url("", saved[1].decode("latin-1")) if saved else None
    source, problems = _utf8(data, content_type)
    root = _parse(source)
    if root is None:
        raise ArticleError("no HTML could be read", url)
    page = Page(root, url, has_items=b"itemprop" in source or b"itemProp" in source)
    return _Opened(
        source=source,
        page=page,
        url=url,
        address=_address(page, url),
        # Each element begins with a bracket, bar a few that are implied: most need no count.
        # Comments count, too: what looks for the main text takes quadratic time among them.
        vast=source.count(b"<") > _MAX_ELEMENTS
        and root.xpath("count(//*) + count(//comment())") > _MAX_ELEMENTS,
        problems=tuple(problems),
    )


def _facts(opened: _Opened, timezone: str, *, explain: bool) -> Facts:
    page, address = opened.page, opened.address
    candidates = Candidates(wanted=explain)
    site = read_publisher(page, address, candidates)
    title, on_title = read_title(page, candidates)
    language = _language(page.language())
    published, on_date = read_published(
        page,
        title,
        timezone=timezone,
        language=language,
        guess=not opened.vast,
        candidates=candidates,
    )
    authors, origin = read_authors(page, site, address, candidates)
    image = join_url(address or "", page.image())
    return Facts(
        title=title,
        summary=read_summary(page, title, site, candidates),
        url=address,
        published=published,
        updated=read_updated(page, timezone, candidates),
        source=site,
        authors=authors,
        origin=origin,
        language=language,
        image=Image(url=image) if image else None,
        problems=(*opened.problems, *on_title, *on_date),
        candidates=candidates.all(),
    )


def _with_text(facts: Facts, opened: _Opened) -> Facts:
    """The facts with the main text, and with what stands in its place."""
    problems = list(facts.problems)
    if opened.vast:
        problems.append("a vast page: its main text is not told from the rest")
    root = opened.page.root
    body = whole_text(root) if opened.vast else main_text(opened.source, opened.url)
    body = without_heading(body, facts.title)
    is_short = len(body.split()) < _SHORT and not opened.vast
    visible = visible_text(root) if is_short else ""
    wall = find_wall(opened.page, facts.title, body, visible)
    if wall is not None:
        problems.append(wall.problem)
    return replace(
        facts,
        text="" if wall is not None and wall.hides else body,
        summary="" if wall is not None and wall.in_title else facts.summary,
        origin=facts.origin or wire_agency(body),
        problems=tuple(problems),
    )


def _decode(data: bytes, content_type: str) -> tuple[str | None, list[str]]:
    """The text of a page: byte order mark, HTTP, meta element, UTF-8, windows-1252.

    None stands for what is whole UTF-8 as it is.
    """
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
            return None if label.lower() in _UTF8_NAMES else text, []
    # A few broken bytes in UTF-8 (a cut, an ad) are no reason to misread all the others.
    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") * 200 < len(text) and any(ord(char) > 127 for char in text[:50_000]):
        return text, ["some bytes are not UTF-8"]
    return decode_as(data, "windows-1252") or "", ["no encoding fits, read as windows-1252"]


def _utf8(data: bytes, content_type: str) -> tuple[bytes, list[str]]:
    """A page in UTF-8 without NUL; as it is where it is that already, which most are."""
    text, problems = _decode(data, content_type)
    source = data if text is None else text.encode("utf-8", "replace")
    source = source.replace(b"\0", b"")
    if _LONG_TAG.search(source):
        source = re.sub(_FULL_TAG, rb"\1", source)
    return source, problems


def _parse(source: bytes) -> Any:
    """The tree of a page; lxml's plain elements, of which a walk takes a third of the time."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", huge_tree=False, remove_pis=True, collect_ids=False)
    try:
        return etree.fromstring(source, parser)
    except etree.XMLSyntaxError:
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
