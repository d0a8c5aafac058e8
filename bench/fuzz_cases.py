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
_SITEMAP = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url>
<loc>https://times.example/treaty</loc><lastmod>2025-04-24T09:00:00+09:00</lastmod>
<news:news><news:publication><news:name>Times</news:name><news:language>en</news:language>
</news:publication><news:publication_date>2025-04-24</news:publication_date>
<news:title>A treaty &amp; a ferry</news:title><news:keywords>a, b</news:keywords></news:news>
<image:image><image:loc>/a.jpg</image:loc></image:image></url></urlset>"""
_SITEMAPS = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap>
<loc>https://times.example/1.xml</loc><lastmod>2025-04</lastmod></sitemap><sitemap>
<loc>/2.xml</loc><lastmod>24 Apr 2025</lastmod></sitemap></sitemapindex>"""
_BOOKMARKS = (
    b"""<!DOCTYPE NETSCAPE-Bookmark-file-1><TITLE>Bookmarks</TITLE><H1>Bookmarks</H1><DL><p>
<DT><H3 ADD_DATE="1745485800">News</H3><DL><p><DT><A HREF="https://times.example/treaty"
 ADD_DATE="1745485800" TAGS="a,b">A treaty</A><DD>Six years on.</DL><p></DL><p>""",
    b"<html><head><title>Pocket Export</title></head><body><h1>Unread</h1><ul><li><a href="
    b'"https://times.example/1" time_added="1745485800" tags="a">One</a></li></ul></body></html>',
    b"title,url,time_added,tags,status\nA treaty,https://times.example/1,1745485800,a|b,unread\n"
    b'"Two ""words"", so",https://times.example/2,1745485801,,archive\n',
    b'[{"href": "https://times.example/1", "description": "A treaty", "extended": "Six years.",'
    b' "time": "2025-04-24T09:00:00Z", "shared": "no", "toread": "no", "tags": "a b"}]',
    b'{"items": [{"link": "https://times.example/1", "title": "One", "created":'
    b' "2025-04-24T09:00:00Z", "tags": ["a", 1, null], "cover": "https://times.example/a.jpg"}]}',
)
_ROBOTS = (
    b"User-agent: *\nDisallow: /private/*.html$\nAllow: /%7Euser/\n\nUser-agent: digest\n"
    b"Disallow: /a*b*c*d\nCrawl-delay: 5 # slowly\nSitemap: https://times.example/sitemap.xml\n",
    b"\xef\xbb\xbfuser-agent:digest\ruser-agent: other\rdisallow: /\xc3\xa9?x=*&y$\rallow:\r",
)
_HFEED = (
    b"""<!doctype html><html lang="de"><title>Notes</title><div class="h-feed"><h1 class="p-name">
Notes</h1><a class="p-author h-card" href="/">A. Writer</a><article class="h-entry"><h2><a
 class="u-url p-name" href="/treaty">A treaty</a></h2><time class="dt-published"
 datetime="2025-04-24T09:00:00+09:00">24 April</time><div class="e-content"><p>Six years on.</p>
</div><a class="p-category" href="/t">t</a><img class="u-photo" src="/a.jpg" alt="a"><div
 class="u-comment h-cite"><p class="p-name">So?</p></div></article></div></html>""",
    b"""<div class="hfeed"><div class="hentry"><h2 class="entry-title"><a rel="bookmark"
 href="/1">One</a></h2><span class="author vcard"><a class="fn">B</a></span><abbr class="published"
 title="2025-04-24">x</abbr><div class="entry-content">Text</div></div></div>""",
)
_LINKS = (
    b"""<!doctype html><html><head><base href="/there/"><title>Reading list</title></head><body>
<nav><a href="/">Home</a></nav><main><ul><li><a href="treaty">Ministers sign a treaty at last</a>
 <time datetime="2025-04-24">24 April</time></li><li>25 Apr 2025 <a href="ferry">The ferry sails
 again from the harbour</a></li></ul><article><h2><a href="/3">Three</a></h2><p>24.04.2025</p>
<a href="/3">Read more</a></article></main><footer><a href="/about">About us and more</a></footer>
</body></html>""",
)
_ADDRESSES = (
    *(b"https://www.youtube.com/@handle", b"https://youtu.be/x", b"//www.reddit.com/r/korea/top"),
    *(b"https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv?list=PLx", b"http://[::1]:80/@a"),
    *(b"https://github.com/owner/name/tree/main", b"https://gitlab.com/a/b/-/tags", b"https://x/"),
    *(b"https://social.example/@name", b"https://a.substack.com/p/1", b"https://dev.to/t/python"),
    *(b"https://open.substack.com/pub/Name", b"https://medium.com/tag/a", b"https://vimeo.com/a"),
)
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
_MAIL = b"""From: =?utf-8?B?VGltZXM=?= <news@times.example>
To: me@example.org
Subject: =?utf-8?Q?A_treaty_=E2=80=93_and?= a ferry
Date: Thu, 24 Apr 2025 09:10:00 +0900 (KST)
Message-ID: <1@times.example>
List-Unsubscribe: <https://times.example/u?x=1>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b1"

--b1
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

A treaty is signed =96 six years on.
https://times.example/treaty

--b1
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PGgyPjxhIGhyZWY9Imh0dHBzOi8vdGltZXMuZXhhbXBsZS90cmVhdHkiPkEgdHJlYXR5IGlzIHNpZ25l
ZDwvYT48L2gyPjxwPlNpeCB5ZWFycyBvbi48L3A+PGgyPjxhIGhyZWY9Imh0dHBzOi8vdGltZXMuZXhh
bXBsZS9mZXJyeSI+QSBmZXJyeSBzYWlsczwvYT48L2gyPjxwPkFnYWluLjwvcD4=
--b1--
"""
_FORWARD = (
    b"""From: Me <me@example.org>
Subject: Fwd: News
Date: 24 Apr 2025 09:10:00 GMT
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: message/rfc822

"""
    + _MAIL
    + b"""
--x
Content-Type: text/plain; charset=utf-7; name*=utf-8''a%20b.txt
Content-Disposition: attachment

---------- Forwarded message ---------
From: Times <news@times.example>
Date: Thu, Apr 24, 2025 at 9:10 AM
Subject: A ferry

The ferry sails.
--x--
"""
)
_MBOX = (
    b"From news@times.example Thu Apr 24 09:10:00 2025\n"
    + _MAIL
    + (b"\nFrom MAILER-DAEMON Fri Apr 25 09:10:00 2025\n" + _FORWARD)
)
_TEXTS = (
    b"""---
title: "A treaty: signed"
date: 2025-04-24T09:00:00+09:00
authors: [A. Writer, {name: B}]
tags:
  - asia
---

# A treaty

By **A. Writer**, 24 April 2025

Six [years](https://times.example/treaty "t") on.

| a | b |
|---|---|
| 1 | [2](/x) |

> quoted ![p](a.jpg)
""",
    b"""A treaty is signed in Seoul
By A. Writer, Times staff
SEOUL, April 24, 2025 (Times) - Six years on, the ministers met again.

The ferry sails at nine.

Source: https://times.example/treaty
(c) 2025 Times
""",
    "조약 체결\n2025년 4월 24일 오후 3시\n기자 김\n\n본문입니다.\n\n출처: 연합뉴스\n".encode(),
    b"1. First story\nhttps://a.example/1\n24.04.2025\n\n2. Second story\nhttps://a.example/2\n",
)
_MADE = {
    "mail": (_MAIL, _FORWARD, _MBOX),
    "text": _TEXTS,
    "sitemap": (_SITEMAP, _SITEMAPS),
    "bookmarks": _BOOKMARKS,
    "robots": _ROBOTS,
    "address": _ADDRESSES,
}


@functools.cache
def documents(kind: str) -> tuple[bytes, ...]:
    """What inputs of a kind (``feed``, ``json``, ``opml``, ``page``, ``list page``, ``date``,
    ``header``, and those of ``_MADE``) are made from."""
    if kind == "feed":
        return (_RSS, _RDF, _ATOM, _JSON, *_short_feeds(), *_files())
    if kind == "json":
        return (_JSON, *(file for file in _files() if file.lstrip()[:1] in (b"{", b"[")))
    if kind == "opml":
        return (_OPML, *(text.encode() for text in _rows("opml.jsonl", "text")))
    if kind == "page":
        return (_PAGE, *(text.encode() for text in _rows("discovery.jsonl", "html")))
    if kind in _MADE:
        return _MADE[kind]
    if kind == "list page":
        return (*_HFEED, *_LINKS, *_LINKS, _PAGE)
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
