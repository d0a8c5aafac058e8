"""`digest sources add` without a feed: h-feeds, sitemaps, links, pages, files, mailboxes."""

from __future__ import annotations

import io
import json
import mailbox
import tomllib
from pathlib import Path
from typing import Any

import pytest
from servers import FEED, FaultServer, answer

from digest.cli import run

SETTINGS = '# Mine\n[newsletter]\ntitle = "Weekly"\n'
HFEED = """<div class="h-feed"><h1 class="p-name">Kim's notes</h1>
<div class="h-entry"><a class="p-name u-url" href="/1">A treaty, read again</a>
<time class="dt-published" datetime="2025-04-24">Thursday</time></div></div>"""
LINKS = """<title>Press office</title><main><ul>
<li><a href="/treaty">Ministers sign a treaty at last</a> <time datetime="2025-04-24">x</time>
<li><a href="/ferry">The ferry to the island sails again</a>
<li><a href="/visit">The minister visits the harbour</a></ul>
<div class="more"><a href="/jobs">Work for the ministry this year</a></div></main>"""
ARTICLE = f"""<head><title>A treaty</title><meta property="article:published_time"
content="2025-04-24T09:00:00Z"></head><body><article><h1>A treaty</h1>
<p>{"The ministers met at the harbour and signed. " * 20}</p></article></body>"""
SITEMAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://a.example/1</loc>
<n:news><n:publication_date>2025-04-24</n:publication_date><n:title>A treaty</n:title></n:news>
</url></urlset>"""
PLAIN_SITEMAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://a.example/1</loc></url></urlset>"""
NETSCAPE = b"""<!DOCTYPE NETSCAPE-Bookmark-file-1><TITLE>Bookmarks</TITLE><DL><p>
<DT><A HREF="https://a.example/1" ADD_DATE="1745453400">A treaty</A></DL>"""
POCKET = b"title,url,time_added,tags,status\nA treaty,https://a.example/1,1745453400,,unread\n"
MAIL = b"""From: Example Times <news@times.example>
Subject: A treaty is signed
Date: Thu, 24 Apr 2025 09:10:00 +0900
Content-Type: text/plain; charset=utf-8

Six years on, the ministers met again at the harbour.
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    Path("digest.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def html(text: str) -> Any:
    return answer(f"<!doctype html><html>{text}</html>".encode(), content_type="text/html")


def saved() -> list[dict[str, Any]]:
    return list(tomllib.loads(Path("digest.toml").read_text("utf-8")).get("sources", []))


def add(*words: str) -> int:
    return run(["sources", "add", *words, "--private"])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def type_in(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("".join(f"{line}\n" for line in lines)))


@pytest.mark.parametrize("path", ["/feed", "/rss.xml", "/atom.xml", "/index.xml"])
def test_feed_stands_at_each_usual_address(folder: Path, server: FaultServer, path: str) -> None:
    server.put(path, answer(FEED))
    assert add(server.put("/about", html("<title>About</title>"))) == 0
    assert saved() == [{"url": server.url(path), "name": "Example Times", "private": True}]


def test_page_of_h_entries_is_an_h_feed(folder: Path, server: FaultServer, capsys) -> None:
    assert add(server.put("/", html(HFEED))) == 0
    told = capsys.readouterr().err
    assert "Kim's notes · h-feed · 1 entry" in told
    assert "A treaty, read again" in told
    assert "2025-04-24" in told
    assert saved() == [
        {"url": server.url("/"), "name": "Kim's notes", "kind": "h-feed", "private": True}
    ]
    assert len(server.requests) == 1 + 4
    assert run(["sources", "check", "--now", "2025-04-26T00:00Z", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sources"][0]["articles"] == 1


def test_page_without_a_feed_is_listed_as_what_else_it_may_be(
    folder: Path, server: FaultServer, capsys
) -> None:
    named = '<link rel="sitemap" href="/map.xml">'
    address = server.put("/", html(named + HFEED + LINKS))
    server.put("/map.xml", answer(SITEMAP))
    assert add(address, "--topic", "Asia") == 2
    told = capsys.readouterr()
    assert [line.partition("  #")[0] for line in told.out.splitlines()] == [
        f"digest sources add {address} --kind h-feed --topic Asia --private",
        f"digest sources add {server.url('/map.xml')} --kind sitemap --topic Asia --private",
        f"digest sources add {address} --kind links --topic Asia --private",
    ]
    assert "no feed was found" in told.err
    assert saved() == []
    assert add(address, "--first") == 0
    assert saved()[0]["kind"] == "h-feed"


def test_feed_goes_before_everything_else(folder: Path, server: FaultServer) -> None:
    server.put("/f", answer(FEED))
    link = '<link rel="alternate" type="application/rss+xml" href="/f">'
    assert add(server.put("/", html(link + HFEED + LINKS))) == 0
    assert saved() == [{"url": server.url("/f"), "name": "Example Times", "private": True}]


def test_list_of_links_is_a_guess_that_is_not_saved_unasked(
    folder: Path, server: FaultServer, capsys
) -> None:
    address = server.put("/press", html(LINKS))
    assert add(address) == 2
    (line,) = capsys.readouterr().out.splitlines()
    assert line == (
        f"digest sources add {address} --kind links --private"
        "  # Press office · list of links, 4 entries"
    )
    assert saved() == []
    assert add(address, "--kind", "links") == 0
    told = capsys.readouterr().err
    assert "Press office · list of links · 4 entries" in told
    assert "Ministers sign a treaty at last" in told
    assert saved() == [{"url": address, "name": "Press office", "kind": "links", "private": True}]


def test_selector_names_the_links(folder: Path, server: FaultServer, capsys) -> None:
    address = server.put("/press", html(LINKS))
    assert add(address, "--selector", "main li a") == 0
    assert "list of links · 3 entries" in capsys.readouterr().err
    assert len(server.requests) == 1
    (source,) = saved()
    assert (source["kind"], source["selector"]) == ("links", "main li a")
    assert add(address, "--selector", "main li a", "--kind", "page") == 2
    assert add(server.put("/other", html(LINKS)), "--selector", ".nothing") == 1
    assert "no link that matches selector" in capsys.readouterr().err


def test_selector_is_asked_for_on_a_terminal_and_shown(
    folder: Path, server: FaultServer, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    address = server.put("/press", html(LINKS))
    type_in(monkeypatch, "li[", ".more a", "", "y")
    assert add(address) == 0
    told = capsys.readouterr().err
    assert "no CSS selector" in told
    assert "list of links · 1 entry" in told
    assert saved()[0]["selector"] == ".more a"
    type_in(monkeypatch, "", "n")
    assert add(server.put("/again", html(LINKS))) == 0
    assert len(saved()) == 1


def test_article_is_offered_as_a_page(folder: Path, server: FaultServer, capsys) -> None:
    address = server.put("/treaty", html(ARTICLE))
    assert add(address) == 2
    assert "--kind page" in capsys.readouterr().out
    assert add(address, "--kind", "page") == 0
    assert "A treaty · page · 1 entry" in capsys.readouterr().err
    assert saved()[0]["kind"] == "page"


def test_sitemap_is_found_by_robots_news_first(folder: Path, server: FaultServer, capsys) -> None:
    robots = f"Sitemap: {server.url('/all.xml')}\nsitemap: {server.url('/news.xml')}\n"
    server.put("/robots.txt", answer(robots.encode(), content_type="text/plain"))
    server.put("/news.xml", answer(SITEMAP))
    server.put("/all.xml", answer(PLAIN_SITEMAP))
    address = server.put("/", html("<title>x</title>"))
    assert add(address, "--kind", "sitemap") == 2
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[3] for line in lines] == [server.url("/news.xml"), server.url("/all.xml")]
    assert add(address, "--kind", "sitemap", "--first") == 0
    told = capsys.readouterr().err
    assert "sitemap · 1 entry" in told
    assert "A treaty" in told
    assert saved() == [{"url": server.url("/news.xml"), "kind": "sitemap", "private": True}]
    assert add(server.url("/all.xml")) == 0
    assert "complete = true" in capsys.readouterr().err
    assert saved()[1]["complete"] is True


def test_sitemap_stands_at_a_usual_address_or_is_not_there(
    folder: Path, server: FaultServer, capsys
) -> None:
    address = server.put("/", html("<title>x</title>"))
    assert add(address, "--kind", "sitemap") == 1
    assert "no sitemap was found" in capsys.readouterr().err
    assert len(server.requests) == 1 + 4
    server.put("/sitemap_index.xml", answer(SITEMAP))
    assert add(address, "--kind", "sitemap") == 0
    assert saved()[0]["url"] == server.url("/sitemap_index.xml")


@pytest.mark.parametrize("body", [NETSCAPE, POCKET])
def test_bookmarks_are_known_at_an_address_and_in_a_file(
    folder: Path, server: FaultServer, body: bytes, capsys
) -> None:
    address = server.put("/kept", answer(body, content_type="application/octet-stream"))
    assert add(address) == 0
    Path("kept.html" if body.startswith(b"<") else "kept.csv").write_bytes(body)
    file = next(Path().glob("kept.*")).name
    assert run(["sources", "add", file]) == 0
    told = capsys.readouterr().err
    assert told.count("bookmarks · 1 entry") == 2
    assert told.count("A treaty") == 2
    assert saved() == [
        {"url": address, "kind": "bookmarks", "private": True},
        {"path": file, "kind": "bookmarks"},
    ]


def test_list_of_feeds_is_followed_and_its_import_told(
    folder: Path, server: FaultServer, capsys
) -> None:
    opml = (
        b'<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/f"/></body></opml>'
    )
    assert add(server.put("/list", answer(opml))) == 0
    Path("list.opml").write_bytes(opml)
    assert run(["sources", "add", "list.opml"]) == 0
    told = capsys.readouterr().err
    assert told.count("OPML · 1 feed\n") == 2
    assert told.count("`digest sources import` would add") == 2
    assert [source["kind"] for source in saved()] == ["opml", "opml"]


def mails(kind: str) -> str:
    if kind == "folder":
        Path("mail").mkdir()
        Path("mail/1.eml").write_bytes(MAIL)
        return "mail"
    if kind == "mbox":
        Path("letters.mbox").write_bytes(
            b"From news@times.example Thu Apr 24 09:10:00 2025\n" + MAIL
        )
        return "letters.mbox"
    mailbox.Maildir("box").add(MAIL)
    return "box"


@pytest.mark.parametrize(
    ("kind", "word"),
    [("folder", "folder with mail"), ("mbox", "mailbox (mbox)"), ("maildir", "mailbox (Maildir)")],
)
def test_mailbox_is_added_by_its_path_whole_or_split(
    folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str, word: str, capsys
) -> None:
    path = mails(kind)
    assert run(["sources", "add", path]) == 0
    told = capsys.readouterr().err
    assert f"{path} · {word} · 1 entry" in told
    assert "A treaty is signed" in told
    assert "--split takes newsletters apart" in told
    assert saved() == [{"path": path}]
    assert run(["sources", "add", path]) == 0
    assert f"already a source: {path}" in capsys.readouterr().err
    assert run(["sources", "remove", path]) == 0
    assert run(["sources", "add", path, "--split", "--name", "Letters"]) == 0
    assert saved() == [{"path": path, "name": "Letters", "split": True}]
    assert run(["sources", "remove", path]) == 0
    type_in(monkeypatch, "n", "y")
    assert run(["sources", "add", path]) == 0
    assert "split" not in saved()[0]


def test_path_outside_of_the_newsletter_is_written_whole(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("away") / "a.txt"
    file.write_text("A treaty is signed\n\nSix years on, the ministers met.\n")
    assert run(["sources", "add", str(file)]) == 0
    assert saved() == [{"path": file.as_posix()}]


def test_path_is_meant_from_the_current_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("in/side").mkdir(parents=True)
    Path("in/side/a.txt").write_text("A treaty is signed\n\nSix years on, the ministers met.\n")
    monkeypatch.chdir("in")
    assert run(["sources", "add", "side"]) == 0
    monkeypatch.chdir(folder)
    assert saved() == [{"path": "in/side"}]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["./nowhere"], "no such file or folder"),
        (["empty"], "no file there that digest reads"),
        (["a.txt", "--split"], "holds no newsletters"),
        (["a.txt", "--kind", "bookmarks"], "not an export of bookmarks"),
    ],
)
def test_path_that_gives_nothing_is_refused(
    folder: Path, words: list[str], told: str, capsys
) -> None:
    Path("empty").mkdir()
    Path("a.txt").write_text("A treaty is signed\n\nSix years on, the ministers met.\n")
    assert run(["sources", "add", *words]) in (1, 2)
    assert told in capsys.readouterr().err
    assert saved() == []


def test_of_a_vast_file_only_so_much_is_read_for_the_look(folder: Path, capsys) -> None:
    lines = (f'{{"title": "Story {n}", "url": "https://a.example/{n}"}}\n' for n in range(2_500))
    Path("all.jsonl").write_text("".join(lines))
    assert run(["sources", "add", "all.jsonl"]) == 0
    assert "all.jsonl · JSON lines · more than 2,000 entries" in capsys.readouterr().err


def test_start_of_a_newsletter_names_the_command(folder: Path, capsys) -> None:
    assert run(["init", "other"]) == 0
    assert "next: cd other, `digest sources add URL`" in capsys.readouterr().err


def test_json_tells_the_kind(folder: Path, server: FaultServer, capsys) -> None:
    address = server.put("/", html(HFEED))
    assert add(address, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["source"]["kind"], told["feed"]["kind"]) == ("h-feed", "h-feed")
    Path("mail").mkdir()
    Path("mail/1.eml").write_bytes(MAIL)
    assert run(["sources", "add", "mail", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["source"]["path"], told["source"]["url"]) == ("mail", None)
    assert told["feed"]["last"][0]["title"] == "A treaty is signed"
