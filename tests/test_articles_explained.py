"""`digest articles --explain`: every candidate for each fact, for every kind of input."""

from __future__ import annotations

import dataclasses
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import docx
import pypdf
import pytest

from digest.model import Facts
from digest.model.offer import shown
from digest.sources.documents import Form, read_document

CASES = Path(__file__).parent / "articles" / "cases"
FEEDS = Path(__file__).parents[2] / "shared" / "data" / "feeds" / "files"
RULE = "-------- article --------\n"
NOW = ("--now", "2025-04-28T07:00:00Z", "--offline")
FACTS = ("title", "summary", "url", "published", "updated", "source", "authors", "image", "text")

RSS = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dcterms="http://purl.org/dc/terms/">
<channel><title>Harbour Post</title><link>https://harbour.example/</link>
<lastBuildDate>Mon, 28 Apr 2025 08:00:00 GMT</lastBuildDate>
<item><title>Seals Return</title><media:title>IMG 4711</media:title>
<link>https://harbour.example/a?utm_source=rss</link><guid>https://harbour.example/?p=1</guid>
<pubDate>Thu, 24 Apr 2025 09:00:00 GMT</pubDate><dc:date>2025-04-23T10:00:00Z</dc:date>
<atom:updated>2025-04-25T00:00:00Z</atom:updated><dcterms:available>2025-05-01</dcterms:available>
<description>Seals are back.</description><dc:description>IMG</dc:description>
<content:encoded>&lt;p&gt;Seals are back on the sandbank.&lt;/p&gt;</content:encoded>
<dc:creator>Ada Lim</dc:creator><author>ed@harbour.example (Tom Hart)</author>
<source url="https://other.example/feed">Other Post</source>
<enclosure url="https://harbour.example/p.jpg" type="image/jpeg"/>
<media:thumbnail url="https://harbour.example/t.jpg"/></item>
<item><title>Undated</title><link>https://harbour.example/b</link><pubDate>soon</pubDate></item>
</channel></rss>
"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"
 xmlns:media="http://search.yahoo.com/mrss/"><title>Coast Weekly</title><id>urn:f</id>
<author><name>The Desk</name></author><link href="https://coast.example/"/>
<entry><id>https://coast.example/id/1</id><title>Tide Turns</title>
<link rel="alternate" type="application/json" href="https://coast.example/1.json"/>
<link rel="alternate" type="text/html" href="https://coast.example/1"/>
<updated>2025-04-24T10:00:00Z</updated><summary>A tide turned.</summary>
<content type="html">&lt;p&gt;A tide turned at noon.&lt;/p&gt;</content>
<media:group><media:title>clip.mp4</media:title></media:group>
<author><name>Ada Lim</name></author></entry></feed>
"""
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Harbour Notes",
    "home_page_url": "https://notes.example/",
    "items": [
        {
            "id": "https://notes.example/id/1",
            "url": "https://notes.example/1",
            "external_url": "https://elsewhere.example/x",
            "title": "A Note",
            "date_modified": "2025-04-25T10:00:00Z",
            "date_archived": "2025-04-27T10:00:00Z",
            "content_text": "Plain words.",
            "content_html": "<p>Marked words.</p>",
            "image": "https://notes.example/i.png",
            "banner_image": "https://notes.example/b.png",
        }
    ],
}
TEXT = """Seals Return to the Basin
By Anna Lee | Updated 25 April 2025
Published: 24 April 2025

After ten years they are back, and nobody knows why.

On April 23, 2025, the first of them was seen on the sandbank, and the wardens said so.
They were last seen before 3 May 2015. The form is due 03/04/2025.

Original Source: harbourpost.example
"""
MAIL = """Received: from mx1 by mx2; Thu, 24 Apr 2025 23:59:00 +0000
X-Original-Date: Thu, 24 Apr 2025 08:00:00 +0000
Date: Thu, 24 Apr 2025 09:10:00 +0900
From: Ada Lim <ada@harbour.example>
Organization: Harbour Post
Subject: Seals return
Thread-Topic: Seals
Content-Type: text/plain; charset=utf-8

By Tom Hart
Published: 22 April 2025

On April 21, 2025, seals came back to the basin, and two hundred of them were counted.

Source: coastweekly.example
"""
NOTE = """---
title: Seals return
date: 2025-04-24
lastmod: 2025-04-26
pubDate: 2025-04-20
expires: 2026-01-01
---
# Another heading

On April 21, 2025, seals came back to the basin, and two hundred of them were counted.
"""

Line = tuple[str, str, str, str, str]


def explained(folder: Path, *inputs: str) -> list[Line]:
    """The lines of ``--explain``: fact, won or lost, basis, value, verdict."""
    done = subprocess.run(
        [sys.executable, "-m", "digest", "articles", "--explain", *NOW, *inputs],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.split("\t")[1:] for line in done.stdout.splitlines()]
    return [(line[0], line[1], line[2], line[3], line[4]) for line in lines]


def of(lines: list[Line], fact: str) -> list[tuple[str, str, str]]:
    return [(line[1], line[2], line[3]) for line in lines if line[0] == fact]


def verdict(lines: list[Line], fact: str, basis: str) -> str:
    return next(line[4] for line in lines if (line[0], line[2]) == (fact, basis))


def test_every_date_title_link_and_author_of_an_item_is_shown(tmp_path: Path) -> None:
    (tmp_path / "f.xml").write_text(RSS, encoding="utf-8")
    lines = explained(tmp_path, "f.xml")
    end = next(n for n, line in enumerate(lines) if line[:4:3] == ("title", "Undated"))
    first, second = lines[:end], lines[end:]
    assert of(first, "title") == [
        ("won", "feed:title", "Seals Return"),
        ("lost", "feed:media:title", "IMG 4711"),
    ]
    assert of(first, "published") == [
        ("won", "feed:pubDate", "Thu, 24 Apr 2025 09:00:00 GMT"),
        ("lost", "feed:dc:date", "2025-04-23T10:00:00Z"),
        ("lost", "feed:atom:updated", "2025-04-25T00:00:00Z"),
        ("lost", "feed:dcterms:available", "2025-05-01"),
    ]
    assert verdict(first, "published", "feed:atom:updated") == "a change, not the publication"
    assert of(first, "updated") == [("won", "feed:atom:updated", "2025-04-25T00:00:00Z")]
    assert of(first, "summary") == [
        ("won", "feed:description", "Seals are back."),
        ("lost", "feed:dc:description", "IMG"),
    ]
    assert of(first, "url") == [
        ("won", "canonical form", "https://harbour.example/a"),
        ("lost", "feed:link", "https://harbour.example/a?utm_source=rss"),
        ("lost", "feed:guid", "https://harbour.example/?p=1"),
    ]
    assert of(first, "source") == [
        ("won", "feed:source", "Other Post"),
        ("lost", "title of the feed", "Harbour Post"),
    ]
    assert of(first, "authors") == [
        ("won", "feed:dc:creator", "Ada Lim"),
        ("lost", "feed:author", "Tom Hart"),
    ]
    assert of(first, "image") == [
        ("won", "feed:media:thumbnail", "https://harbour.example/t.jpg"),
        ("lost", "feed:enclosure", "https://harbour.example/p.jpg"),
    ]
    assert of(first, "text") == [("won", "feed:content:encoded", "Seals are back on the sandbank.")]
    assert of(second, "published") == [
        ("lost", "feed:pubDate", "soon"),
        ("lost", "date of the feed", "Mon, 28 Apr 2025 08:00:00 GMT"),
    ]
    assert "never an entry's" in verdict(second, "published", "date of the feed")


def test_a_change_that_stands_in_for_the_publication_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.atom").write_text(ATOM, encoding="utf-8")
    (tmp_path / "j.json").write_text(json.dumps(JSON_FEED), encoding="utf-8")
    lines = explained(tmp_path, "a.atom")
    assert of(lines, "published") == [("won", "feed:updated", "2025-04-24T10:00:00Z")]
    assert "last change" in verdict(lines, "published", "feed:updated")
    assert of(lines, "url") == [
        ("won", "feed:link text/html", "https://coast.example/1"),
        ("lost", "feed:link application/json", "https://coast.example/1.json"),
        ("lost", "feed:id", "https://coast.example/id/1"),
    ]
    assert ("lost", "feed:media:group/media:title", "clip.mp4") in of(lines, "title")
    assert of(lines, "authors") == [
        ("won", "feed:author", "Ada Lim"),
        ("lost", "author of the feed", "The Desk"),
    ]
    lines = explained(tmp_path, "j.json")
    assert of(lines, "published") == [
        ("won", "feed:date_modified", "2025-04-25T10:00:00Z"),
        ("lost", "feed:date_archived", "2025-04-27T10:00:00Z"),
    ]
    assert of(lines, "url")[1:] == [
        ("lost", "feed:external_url", "https://elsewhere.example/x"),
        ("lost", "feed:id", "https://notes.example/id/1"),
    ]
    assert ("lost", "feed:banner_image", "https://notes.example/b.png") in of(lines, "image")
    assert of(lines, "text") == [
        ("won", "feed:content_html", "Marked words."),
        ("lost", "feed:content_text", "Plain words."),
    ]


def test_every_date_of_a_text_is_shown_with_why_it_dates_nothing(tmp_path: Path) -> None:
    (tmp_path / "2025-04-26-seals.txt").write_text(TEXT, encoding="utf-8")
    lines = explained(tmp_path, ".")
    assert [line[:3:2] for line in of(lines, "published")] == [
        ("won", "24 April 2025"),
        ("lost", "25 April 2025"),
        ("lost", "April 23, 2025"),
        ("lost", "3 May 2015"),
        ("lost", "03/04/2025"),
        ("lost", "2025-04-26"),
    ]
    told = {line[3]: line[4] for line in lines if line[0] == "published"}
    assert told["24 April 2025"] == "a label says so"
    assert "not when it was published" in told["25 April 2025"]
    assert "another day than the article's" in told["3 May 2015"]
    assert "two ways" in told["03/04/2025"]
    assert told["2025-04-26"] == "the text comes first"
    assert of(lines, "source") == [("won", "label “original source”", "harbourpost.example")]
    assert of(lines, "authors")[0][2] == "Anna Lee"
    assert [line[0] for line in of(lines, "summary")] == ["won"]


def test_headers_of_a_mail_beside_those_that_are_read_are_shown(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text(MAIL, encoding="utf-8")
    lines = explained(tmp_path, "a.eml")
    assert of(lines, "published") == [
        ("won", "mail:date", "Thu, 24 Apr 2025 09:10:00 +0900"),
        ("lost", "label", "22 April 2025"),
        ("lost", "dateline", "April 21, 2025"),
        ("lost", "mail:received", "Thu, 24 Apr 2025 23:59:00 +0000"),
        ("lost", "mail:x-original-date", "Thu, 24 Apr 2025 08:00:00 +0000"),
    ]
    assert ("lost", "mail:thread-topic", "Seals") in of(lines, "title")
    assert ("lost", "mail:organization", "Harbour Post") in of(lines, "source")
    assert of(lines, "authors") == [("won", "text", "Tom Hart"), ("lost", "mail:from", "Ada Lim")]


def test_a_mail_that_carries_another_is_shown_as_having_lost(tmp_path: Path) -> None:
    inner = MAIL.replace("Seals return", "Seals are back")
    (tmp_path / "f.eml").write_text(
        "Date: Mon, 28 Apr 2025 07:00:00 +0000\nFrom: Bo <bo@desk.example>\nSubject: Fwd: Seals\n"
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nSee below.\n'
        f"--b\nContent-Type: message/rfc822\n\n{inner}\n--b--\n",
        encoding="utf-8",
    )
    lines = explained(tmp_path, "f.eml")
    assert of(lines, "published")[0] == ("won", "mail:date", "Thu, 24 Apr 2025 09:10:00 +0900")
    carrier = ("lost", "carrier:date", "Mon, 28 Apr 2025 07:00:00 +0000")
    assert carrier in of(lines, "published")


def test_keys_that_are_no_day_of_publication_are_shown(tmp_path: Path) -> None:
    (tmp_path / "n.md").write_text(NOTE, encoding="utf-8")
    lines = explained(tmp_path, "n.md")
    assert of(lines, "published") == [
        ("won", "front-matter:date", "2025-04-24"),
        ("lost", "front-matter:pubdate", "2025-04-20"),
        ("lost", "front-matter:expires", "2026-01-01"),
        ("lost", "dateline", "April 21, 2025"),
    ]
    assert of(lines, "updated") == [("won", "front-matter:lastmod", "2025-04-26")]
    assert ("lost", "text", "Another heading") in of(lines, "title")


def test_properties_of_documents_are_shown_with_why_they_count_or_not(tmp_path: Path) -> None:
    document = docx.Document()
    stated = document.core_properties
    stated.author, stated.title, stated.subject = "Ada Lim", "Untitled 3", "Wildlife"
    stated.created = datetime(2025, 4, 1, 8, 0)
    document.add_paragraph("Grey seals return to the sound", style="Title")
    document.add_paragraph("Two hundred were counted this spring.", style="Subtitle")
    document.add_paragraph("On April 24, 2025, rangers counted two hundred seals in the sound.")
    document.save(str(tmp_path / "d.docx"))
    lines = explained(tmp_path, "d.docx")
    assert of(lines, "title")[0][:2] == ("won", "style Title or Heading 1")
    assert ("lost", "property title", "Untitled 3") in of(lines, "title")
    assert of(lines, "summary")[0][:2] == ("won", "style Subtitle")
    assert ("lost", "property subject", "Wildlife") in of(lines, "summary")
    assert of(lines, "published")[:2] == [
        ("won", "dateline", "April 24, 2025"),
        ("lost", "property created", "2025-04-01T08:00:00+00:00"),
    ]
    assert "every copy" in verdict(lines, "published", "property created")
    assert ("won", "property creator", "Ada Lim") in of(lines, "authors")


def test_properties_of_a_pdf_are_shown(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(width=595, height=842)
    stream = pypdf.generic.StreamObject()
    stream.set_data(b"BT /F1 11 Tf 60 780 Td (Grey seals return to the sound) Tj ET")
    name = pypdf.generic.NameObject
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    font_object = pypdf.generic.DictionaryObject({name(k): name(v) for k, v in font.items()})
    fonts = pypdf.generic.DictionaryObject({name("/F1"): font_object})
    page[name("/Contents")] = writer._add_object(stream)
    page[name("/Resources")] = pypdf.generic.DictionaryObject({name("/Font"): fonts})
    made = "D:20250430120000Z"
    writer.add_metadata({"/Title": "Microsoft Word - a.docx", "/CreationDate": made})
    out = io.BytesIO()
    writer.write(out)
    (tmp_path / "d.pdf").write_bytes(out.getvalue())
    lines = explained(tmp_path, "d.pdf")
    assert ("lost", "property title", "Microsoft Word - a.docx") in of(lines, "title")
    assert of(lines, "published") == [("lost", "property CreationDate", made)]


def _inputs() -> Iterator[tuple[str, bytes, Form]]:
    forms: dict[str, Form] = {"mail": "mail", "markdown": "markdown", "plain": "plain"}
    for case in sorted(CASES.glob("*/*.*")):
        text = case.read_text(encoding="utf-8").partition(RULE)[2]
        yield case.name, text.encode(), forms[case.parent.name]
    yield "f.xml", RSS.encode(), "feed"
    yield "a.atom", ATOM.encode(), "feed"
    yield "j.json", json.dumps(JSON_FEED).encode(), "feed"
    for file in sorted(FEEDS.glob("*")):
        yield file.name, file.read_bytes(), "feed"


def test_each_fact_is_won_by_one_candidate_and_asking_changes_none() -> None:
    """Over all cases, and the feeds of ../shared where they are."""
    seen = 0
    for name, data, form in _inputs():
        asked, plain = (_read(name, data, form, explain=explain) for explain in (True, False))
        assert [dataclasses.replace(facts, candidates=()) for facts in asked] == plain, name
        for facts in asked:
            for fact in FACTS:
                won = [c.value for c in facts.candidates if c.fact == fact and c.won]
                stated = shown(facts, fact)  # type: ignore[arg-type]
                if fact == "text" and form != "feed":
                    continue
                assert won == ([stated[:300]] if stated else []), (name, fact)
                seen += 1
    assert seen > 2000


def _read(name: str, data: bytes, form: Form, *, explain: bool) -> list[Facts]:
    from digest.errors import SourceError

    try:
        document = read_document(
            data, form, shown=name, timezone="Asia/Seoul", max_bytes=10**7, explain=explain
        )
        return [facts for facts in document.facts if isinstance(facts, Facts)]
    except SourceError:
        return []


@pytest.mark.parametrize("name", ["f.xml", "a.eml", "n.txt", "n.md"])
def test_nothing_is_loaded_for_explaining_unless_asked(tmp_path: Path, name: str) -> None:
    """What lists candidates is imported only then, so it costs a reader nothing."""
    texts = {"f.xml": RSS, "a.eml": MAIL, "n.txt": TEXT, "n.md": NOTE}
    (tmp_path / name).write_text(texts[name], encoding="utf-8")
    script = (
        "import sys; from digest.cli import run\n"
        "try: run()\n"
        "finally: print(sorted(m for m in sys.modules if 'digest' in m and 'weighed' in m), "
        "file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "articles", *NOW, name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.splitlines()[-1] == "['digest.sources.weighed']"


def test_fields_of_json_that_were_passed_over_are_shown(tmp_path: Path) -> None:
    article = {"title": "Seals", "url": "https://a.example/x", "published": "2025-04-24"}
    more = {"date": "2025-04-20", "crawl_date": "2025-04-27", "summary": "One.", "image": 3}
    line = json.dumps({**article, **more, "description": "Two."})
    (tmp_path / "a.jsonl").write_text(f"{line}\n", encoding="utf-8")
    (tmp_path / "b.json").write_text(f"[{line}]", encoding="utf-8")
    for name in ("a.jsonl", "b.json"):
        lines = explained(tmp_path, name)
        assert of(lines, "published") == [
            ("won", "json:published", "2025-04-24"),
            ("lost", "json:date", "2025-04-20"),
            ("lost", "json:crawl_date", "2025-04-27"),
        ]
        assert of(lines, "summary")[1] == ("lost", "json:description", "Two.")
        assert verdict(lines, "image", "json:image") == "cannot be read as this fact"


def test_lists_show_which_of_their_days_date_nothing(tmp_path: Path) -> None:
    (tmp_path / "s.xml").write_text(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url>'
        "<loc>https://a.example/seals</loc><lastmod>2025-04-26</lastmod><news:news>"
        "<news:publication_date>2025-04-24</news:publication_date><news:title>Seals</news:title>"
        "</news:news></url></urlset>",
        encoding="utf-8",
    )
    (tmp_path / "b.html").write_text(
        "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p><DT>"
        '<A HREF="https://a.example/seals" ADD_DATE="1745452800">Seals return</A></DL>',
        encoding="utf-8",
    )
    lines = explained(tmp_path, "s.xml")
    assert [line[::2] for line in of(lines, "published")] == [
        ("won", "2025-04-24"),
        ("lost", "2025-04-26"),
    ]
    assert "last touched" in verdict(lines, "published", "sitemap:lastmod")
    lines = explained(tmp_path, "b.html")
    assert of(lines, "published") == [("lost", "bookmark", "2025-04-24T00:00:00+00:00")]
    assert "somebody kept the link" in verdict(lines, "published", "bookmark")


PAGES = """[[sources]]
path = "h.html"
kind = "h-feed"
[[sources]]
path = "l.html"
kind = "links"
"""


def test_pages_that_are_feeds_or_lists_show_what_they_passed_over(tmp_path: Path) -> None:
    settings = '[newsletter]\ntitle = "Weekly"\nlanguage = "en"\ntimezone = "UTC"\n'
    (tmp_path / "digest.toml").write_text(settings + PAGES, encoding="utf-8")
    (tmp_path / "h.html").write_text(
        '<html><body><div class="h-entry"><h2 class="p-name">Seals return</h2>'
        '<span class="p-name">Other name</span><a class="u-url" href="https://a.example/1">x</a>'
        '<time class="dt-published" datetime="soon">soon</time>'
        '<time class="dt-published" datetime="2025-04-24">24</time>'
        '<time class="dt-updated" datetime="2025-04-26">26</time></div></body></html>',
        encoding="utf-8",
    )
    (tmp_path / "l.html").write_text(
        '<html><body><ul><li><h2><a href="https://a.example/2">Night buses run again now</a></h2>'
        '<a href="https://a.example/2">Photo of a bus at the stop</a> <time>2025-04-23</time></li>'
        "</ul></body></html>",
        encoding="utf-8",
    )
    lines = explained(tmp_path)
    assert ("lost", "p-name", "Other name") in of(lines, "title")
    assert ("lost", "words of another link", "Photo of a bus at the stop") in of(lines, "title")
    assert of(lines, "published") == [
        ("won", "dt-published", "2025-04-24"),
        ("lost", "dt-published", "soon"),
        ("lost", "dt-updated", "2025-04-26"),
        ("won", "links:time", "2025-04-23"),
    ]


def test_items_of_a_newsletter_show_its_headers_and_their_link(tmp_path: Path) -> None:
    links = "".join(
        f'<h2><a href="https://site{n}.example/story-{n}">Story number {n} of this week</a></h2>'
        f"<p>What the letter says of story {n}, in a sentence of its own.</p>"
        for n in range(1, 5)
    )
    (tmp_path / "l.eml").write_text(
        "Date: Thu, 24 Apr 2025 09:10:00 +0900\nFrom: Harbour Letter <news@harbour.example>\n"
        "Subject: This week\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
        f"<html><body>{links}</body></html>\n",
        encoding="utf-8",
    )
    lines = explained(tmp_path, "--split", "l.eml")
    assert len([line for line in lines if line[:2] == ("title", "won")]) == 4
    assert of(lines, "published")[0] == ("won", "mail:date", "Thu, 24 Apr 2025 09:10:00 +0900")
    assert ("won", "words of the link", "Story number 1 of this week") in of(lines, "title")
    assert ("lost", "mail:subject", "This week") in of(lines, "title")
    assert ("won", "site of the link", "site1.example") in of(lines, "source")
    assert ("lost", "the newsletter", "Harbour Letter") in of(lines, "source")
