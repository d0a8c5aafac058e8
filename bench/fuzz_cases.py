"""Inputs for fuzzing: real documents and dates, broken in a way that a number determines.

The documents are a few of our own and, where they lie beside the repository, the cases of
../shared/data/feeds (they belong to their projects and are not part of it).
"""

from __future__ import annotations

import functools
import gzip
import json
import random
import zlib
from pathlib import Path

import brotli
import zstandard

from bench.parsing import feeds

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "feeds"
_LARGEST = 300_000
_LARGEST_CASE = 40_000
_MOST_MUTATIONS = 6

_RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE rss [<!ENTITY house "The House">]>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Times &house;</title><link>https://times.example/</link><ttl>60</ttl>
<item><title>A treaty &amp; a ferry</title><link>/treaty</link><guid>1</guid>
<description><![CDATA[<p>Six years <b>on</b>.</p>]]></description><dc:creator>A. Writer</dc:creator>
<content:encoded>&lt;p&gt;Text &#8217;&lt;/p&gt;</content:encoded>
<media:content url="https://times.example/a.jpg" width="640" height="480"/>
<pubDate>Thu, 24 Apr 2025 09:10:00 +0900</pubDate></item></channel></rss>"""
_RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://x.example/"><title>X</title></channel>
<item rdf:about="https://x.example/1"><title>One</title><dc:date>2025-04-24</dc:date></item>
</rdf:RDF>"""
_ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://a.example/">
<title type="html">&lt;b&gt;A&lt;/b&gt;</title><id>urn:a</id><entry><title>Eins</title>
<link href="1"/><id>urn:1</id><updated>2025-04-24T09:00:00Z</updated><author><name>B</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Hafen</p></div></content>
</entry></feed>"""
_JSON = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [{"id": "1",
 "url": "https://j.example/1", "title": "T", "content_html": "<p>x</p>", "tags": ["a"],
 "date_published": "2025-04-24T09:00:00+09:00", "authors": [{"name": "C"}]}]}"""
_OPML = b"""<?xml version="1.0"?><opml version="2.0"><head><title>Subscriptions</title></head><body>
<outline text="News"><outline type="rss" text="Times" xmlUrl="https://times.example/feed"
 htmlUrl="https://times.example/" category="/a/b,c"/></outline></body></opml>"""
_PAGE = b"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A treaty</title>
<meta property="og:title" content="A treaty"><link rel="canonical" href="https://times.example/t">
<meta property="article:published_time" content="2025-04-24T09:00:00Z">
<link rel="alternate" type="application/rss+xml" href="/feed" title="Feed">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A treaty",
 "datePublished": "2025-04-24", "author": {"name": "A. Writer"}}</script></head><body><article>
<h1>A treaty</h1><p class="byline">By A. Writer, 24 April 2025</p><p>Six years on, the ministers
met again at the harbour and signed what they had promised.</p><p>The ferry sails at nine.</p>
</article><a href="/rss.xml">RSS</a></body></html>"""
_DATES = (
    *("Thu, 24 Apr 2025 09:10:00 +0900", "2025-04-24T09:00:00.123Z", "24. April 2025 um 9 Uhr"),
    *("2025년 4월 24일 오후 3시", "2025年4月24日", "Apr 24, 2025 9:10 PM EDT", "1745485800"),
    *("Do, 24 Apr 2025 24:00 CEST", "24/04/2025", "0001-01-01T00:00:00Z", "20250424T091000Z"),
    *("jeudi 24 avril 2025", "ср, 24 апр 2025 09:10:00 MSK", "Wed, 30 Nov -0001 00:00:00 +0000"),
)
_HEADERS = (
    *("max-age=3600, must-revalidate", "no-cache", "Thu, 24 Apr 2025 09:10:00 GMT", "120", "0"),
    *("text/xml; charset=windows-1251", "application/json", "gzip", 'W/"abc"', "", "s-maxage=1"),
)
_TOKENS = (
    *(b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<!DOCTYPE x [<!ENTITY a '&b;'>", b"]>", b"<?xml"),
    *(b"&#x110000;", b"&#0;", b"&amp;", b"&nbsp;", b"&a;", b"&", b"<", b">", b"\0", b"\x0b"),
    *(b"<item>", b"</item>", b"<entry>", b"</entry>", b"<channel>", b"<outline>", b"<x:y>"),
    *(b" xmlns:x='y'", b" xml:base='http://['", b" xml:base='//'", b"http://[::1", b"//", b"?"),
    *(b"javascript:x", b"data:,", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", b"\x85"),
    *(b"\xe2\x80\xae", b"\xf0\x9f\x98\x80", b"\x1b$B", b"+AGE-", b"\\ud800", b"1e999", b"-1"),
    *(b"[", b"]", b"{", b"}", b'"', b"'", b"null", b"99999999999999999999", b"0000", b" " * 40),
    *(b"encoding='utf-7'", b"encoding='rot13'", b"encoding='idna'", b"charset=undefined"),
    *(
        b"<p>",
        b"<div>" * 9,
        b"<table>",
        b"<script>",
        b"</",
        b"/>",
        b"\r",
        b"\n\n",
        b"Jan",
        b"+2599",
    ),
)
_ENCODINGS = ("utf-16", "utf-16-be", "utf-32", "cp1251", "shift_jis", "gb18030", "cp037", "utf-7")


@functools.cache
def documents(kind: str) -> tuple[bytes, ...]:
    """What inputs of a kind (``feed``, ``json``, ``opml``, ``page``, ``date``, ``header``) are made
    from."""
    if kind == "feed":
        return (_RSS, _RDF, _ATOM, _JSON, *_short_feeds(), *_files())
    if kind == "json":
        return (_JSON, *(file for file in _files() if file.lstrip()[:1] in (b"{", b"[")))
    if kind == "opml":
        return (_OPML, *(text.encode() for text in _rows("opml.jsonl", "text")))
    if kind == "page":
        return (_PAGE, *(text.encode() for text in _rows("discovery.jsonl", "html")))
    if kind == "date":
        return tuple(text.encode() for text in (*_DATES, *_rows("dates.jsonl", "text")))
    return tuple(text.encode() for text in _HEADERS)


def make(kind: str, number: int) -> bytes:
    """The input of that number: always the same where the same documents are there."""
    choose = random.Random(f"{kind} {number}")
    found = documents(kind)
    data = choose.choice(found)
    for _ in range(choose.randint(0 if kind == "date" else 1, _MOST_MUTATIONS)):
        data = _mutate(data, choose, found)[:_LARGEST]
    return data


def pack(data: bytes, number: int) -> tuple[str, bytes]:
    """(what the header says, the body): compressed one way or several, truly said or not, then
    broken in most cases."""
    choose = random.Random(f"pack {number}")
    how = [choose.choice(("gzip", "deflate", "raw", "br", "zstd", "identity"))]
    if choose.random() < 0.1:
        how.append(choose.choice(("gzip", "br")))
    for name in how:
        data = _PACKERS[name](data)
    if choose.random() < 0.7:
        data = _mutate(data, choose, (data,))
    said = (
        how[-1] if choose.random() < 0.7 else choose.choice(("gzip", "br", "zstd", "deflate", ""))
    )
    return "deflate" if said == "raw" else said, data


def _deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


_PACKERS = {
    "gzip": lambda data: gzip.compress(data, 1, mtime=0),
    "deflate": lambda data: zlib.compress(data, 1),
    "raw": _deflate,
    "br": lambda data: brotli.compress(data, quality=1),
    "zstd": lambda data: zstandard.ZstdCompressor(level=1).compress(data),
    "identity": lambda data: data,
}


def _mutate(data: bytes, choose: random.Random, others: tuple[bytes, ...]) -> bytes:
    """One change: bytes flipped, cut, repeated, put in, spliced, or read in another encoding."""
    size = len(data)
    start = choose.randrange(size + 1)
    end = min(size, start + int(choose.paretovariate(0.7)))
    kind = choose.randrange(9)
    if kind == 0:
        return data[:start] + bytes([choose.randrange(256)]) + data[start + 1 :]
    if kind == 1:
        return data[:start] + data[end:]
    if kind == 2:
        return data[:start] + data[start:end] * choose.choice((2, 2, 3, 10, 500)) + data[end:]
    if kind == 3:
        return data[:start]
    if kind == 4:
        other = choose.choice(others)
        return data[:start] + other[choose.randrange(len(other) + 1) :]
    if kind == 5 and choose.random() < 0.2:
        return data.decode("utf-8", "replace").encode(choose.choice(_ENCODINGS), "replace")
    times = choose.choice((1, 1, 1, 2, 300)) if choose.random() < 0.99 else 20_000
    return data[:start] + choose.choice(_TOKENS) * times + data[start if kind < 8 else end :]


@functools.cache
def _short_feeds() -> tuple[bytes, ...]:
    """The beginnings of the feeds of the bench of parsing, closed again."""
    made = []
    for document in feeds()[:6]:
        name, end = ("item", "</channel></rss>") if b"<item>" in document else ("entry", "</feed>")
        mark = f"</{name}>".encode()
        first, _, _ = document.partition(mark)
        made.append(first + mark + end.encode())
    return tuple(made)


@functools.cache
def _files() -> tuple[bytes, ...]:
    found = (file.read_bytes() for file in sorted((DATA / "files").glob("*")))
    return tuple(data for data in found if len(data) <= _LARGEST_CASE)


def _rows(name: str, key: str) -> tuple[str, ...]:
    file = DATA / name
    if not file.is_file():
        return ()
    lines = file.read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line)[key] for line in lines)
