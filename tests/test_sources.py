"""`digest sources`: feeds are found, shown, saved, listed, checked, moved, given out."""

from __future__ import annotations

import io
import json
import socket
import tomllib
from pathlib import Path
from typing import Any

import pytest
from servers import FEED, FaultServer, answer, in_turn, redirect

from digest.cli import run

SETTINGS = """\
# My newsletter
[newsletter]
title = "Weekly"   # a title

# The order of the sections
[[topics]]
name = "Asia"
"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Atom Times</title>
<entry><title>One</title><id>1</id><updated>2025-04-24T00:00:00Z</updated></entry></feed>"""
JSON_FEED = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "JSON Times",
"items": [{"id": "1", "title": "One"}]}"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/"><channel><title>RDF Times</title></channel>
<item><title>One</title><link>https://times.example/1</link></item></rdf:RDF>"""
CHANNEL = "UCabcdefghijklmnopqrstuv"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    Path("digest.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def page(head: str = "", body: str = "", **said: Any) -> Any:
    text = f"<!doctype html><html><head><title>x</title>{head}</head><body>{body}</body></html>"
    return answer(text.encode(), content_type="text/html", **said)


def link(href: str, title: str = "", kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" href="{href}" title="{title}">'


def saved() -> list[dict[str, Any]]:
    return list(tomllib.loads(Path("digest.toml").read_text("utf-8")).get("sources", []))


def add(*words: str) -> int:
    return run(["sources", "add", *words, "--private"])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def type_in(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("".join(f"{line}\n" for line in lines)))


def write_sources(*tables: dict[str, object]) -> None:
    blocks = [
        "\n[[sources]]\n"
        + "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())
        for table in tables
    ]
    Path("digest.toml").write_text(SETTINGS + "".join(blocks), encoding="utf-8")


# Adding: every way in which a page has a feed.


def by_link(server: FaultServer) -> str:
    server.put("/deep/page", page(f'<base href="/there/">{link("f.xml")}'))
    server.put("/there/f.xml", answer(FEED))
    return server.url("/deep/page")


def by_feed(server: FaultServer) -> str:
    return server.put("/there/f.xml", answer(FEED))


def by_header(server: FaultServer) -> str:
    header = '</there/f.xml>; rel="alternate"; type="application/rss+xml"'
    server.put("/there/f.xml", answer(FEED))
    return server.put("/", page(headers={"Link": header}))


def by_anchor(server: FaultServer) -> str:
    server.put("/there/f.rss", answer(FEED))
    server.put("/not/feed", page())
    return server.put("/", page(body='<a href="/not/feed">a</a><a href="/there/f.rss">Feed</a>'))


def by_usual_address(server: FaultServer) -> str:
    server.put("/atom.xml", answer(FEED))
    return server.put("/about", page())


def by_redirect(server: FaultServer) -> str:
    server.put("/there/f.xml", answer(FEED))
    server.put("/home/", page(link("../there/f.xml")))
    return server.put("/", redirect("/home/"))


def by_profile(server: FaultServer) -> str:
    server.put("/@name.rss", answer(FEED))
    return server.put("/@name", page())


def by_category(server: FaultServer) -> str:
    server.put("/category/asia/feed/", answer(FEED))
    return server.put("/category/asia/", page())


def by_http_without_scheme(server: FaultServer) -> str:
    # The server says nothing to a hello of https: that must not take the usual five seconds.
    Path("digest.toml").write_text(f"[gather]\nconnect_timeout_seconds = 0.2\n\n{SETTINGS}")
    server.put("/there/f.xml", answer(FEED))
    server.put("/", page(link("/there/f.xml")))
    return server.url("/").removeprefix("http://")


WAYS = {
    by_link: "/there/f.xml",
    by_feed: "/there/f.xml",
    by_header: "/there/f.xml",
    by_anchor: "/there/f.rss",
    by_usual_address: "/atom.xml",
    by_redirect: "/there/f.xml",
    by_profile: "/@name.rss",
    by_category: "/category/asia/feed/",
    by_http_without_scheme: "/there/f.xml",
}


@pytest.mark.parametrize(("way", "feed"), WAYS.items(), ids=[way.__name__ for way in WAYS])
def test_feed_is_found_shown_and_saved(
    folder: Path, server: FaultServer, way: Any, feed: str, capsys
) -> None:
    address = way(server)
    before = Path("digest.toml").read_text("utf-8")
    assert add(address) == 0
    told = capsys.readouterr()
    assert told.out == ""
    for words in ("Example Times · RSS · 2 entries", server.url(feed), "A ferry", "2025-04-25"):
        assert words in told.err
    block = f'\n[[sources]]\nurl = "{server.url(feed)}"\nname = "Example Times"\nprivate = true\n'
    assert Path("digest.toml").read_text("utf-8") == before + block
    assert len(server.requests) <= 1 + 4 + 1
    assert len(server.asked(feed)) == 1


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (ATOM, "Atom Times · Atom · 1 entry"),
        (JSON_FEED, "JSON Times · JSON Feed · 1 entry"),
        (RDF, "RDF Times · RSS 1.0 · 1 entry"),
        (
            b'<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/f"/>'
            b'<outline text="B" xmlUrl="https://b.example/f"/></body></opml>',
            "OPML · 2 feeds",
        ),
        (
            b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            b"<url><loc>https://a.example/1</loc></url></urlset>",
            "sitemap · 1 entry",
        ),
    ],
)
def test_kind_and_number_are_shown_before_it_is_saved(
    folder: Path, server: FaultServer, body: bytes, shown: str, capsys
) -> None:
    assert add(server.put("/f", answer(body))) == 0
    assert shown in capsys.readouterr().err
    assert saved()[0]["url"] == server.url("/f")


PLACES = {
    f"www.youtube.com/channel/{CHANNEL}": f"www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}",
    "www.youtube.com/playlist?list=PLx": "www.youtube.com/feeds/videos.xml?playlist_id=PLx",
    "www.youtube.com/@handle": f"www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}",
    "www.reddit.com/r/korea/": "www.reddit.com/r/korea/.rss",
    "github.com/owner/name/releases": "github.com/owner/name/releases.atom",
    "github.com/owner/name/tags": "github.com/owner/name/tags.atom",
    "github.com/owner/name/commits/main": "github.com/owner/name/commits/main.atom",
    "social.example/@name": "social.example/@name.rss",
    "letters.substack.com/p/a-post": "letters.substack.com/feed",
    "site.wordpress.com/": "site.wordpress.com/feed/",
    "medium.com/@name": "medium.com/feed/@name",
    "bsky.app/profile/name.example": "bsky.app/profile/name.example/rss",
}


@pytest.mark.parametrize(("address", "feed"), PLACES.items())
def test_sites_known_by_their_address_are_tried_through_a_proxy(
    folder: Path,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    feed: str,
) -> None:
    monkeypatch.setenv("http_proxy", server.url(""))
    body = f'<script>{{"externalId":"{CHANNEL}"}}</script>' if "youtube" in address else ""
    server.put(f"http://{address}", page(body=body))
    server.put(f"http://{feed}", answer(FEED))
    assert run(["sources", "add", f"http://{address}"]) == 0
    assert saved() == [{"url": f"http://{feed}", "name": "Example Times"}]


def several(server: FaultServer) -> str:
    for path, title in (("/a.xml", "Atom Times"), ("/b.xml", "RSS"), ("/comments/f", "Comments")):
        server.put(path, answer(ATOM if title.startswith("Atom") else FEED))
    links = link("/comments/f", "All comments") + link("/a.xml", "Main's") + link("/b.xml", "RSS")
    return server.put("/", page(links))


def test_several_feeds_are_listed_with_the_commands_that_choose(
    folder: Path, server: FaultServer, capsys
) -> None:
    address = several(server)
    assert add(address, "--topic", "Far East") == 2
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        f"digest sources add {server.url('/a.xml')} --topic 'Far East' --private  # Main's",
        f"digest sources add {server.url('/b.xml')} --topic 'Far East' --private  # RSS",
        f"digest sources add {server.url('/comments/f')} --topic 'Far East' --private"
        "  # All comments",
    ]
    assert "3 feeds were found" in told.err
    assert "--first" in told.err
    assert saved() == []
    assert len(server.requests) == 1
    assert add(address, "--json") == 2
    found = json.loads(capsys.readouterr().out)
    assert found["status"] == "choose"
    assert [each["title"] for each in found["candidates"]] == ["Main's", "RSS", "All comments"]


def test_first_takes_the_best_of_several(folder: Path, server: FaultServer) -> None:
    assert add(several(server), "--first", "--topic", "Asia", "--name", "Mine") == 0
    assert saved() == [
        {"url": server.url("/a.xml"), "name": "Mine", "topic": "Asia", "private": True}
    ]


def test_on_a_terminal_it_is_asked_which_one_and_whether(
    folder: Path, server: FaultServer, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    address = several(server)
    type_in(monkeypatch, "2", "n")
    assert add(address) == 0
    told = capsys.readouterr()
    assert "Main's" in told.err
    assert "nothing written" in told.err
    assert saved() == []
    type_in(monkeypatch, "2", "y")
    assert add(address) == 0
    assert saved()[0]["url"] == server.url("/b.xml")
    type_in(monkeypatch, "")
    assert add(address, "--yes") == 0
    assert saved()[1]["url"] == server.url("/a.xml")
    assert "(a source already)" in capsys.readouterr().err


def test_what_is_there_already_is_said_without_asking_anybody(
    folder: Path, server: FaultServer, capsys
) -> None:
    feed = server.put("/f", answer(FEED))
    server.put("/", page(link("/f")))
    write_sources({"url": feed, "name": "Mine", "enabled": False, "private": True})
    before = Path("digest.toml").read_bytes()
    assert add(feed) == 0
    assert server.requests == []
    assert add(server.url("/")) == 0
    told = capsys.readouterr().err
    assert told.count("already a source: Mine") == 2
    assert "disabled" in told
    assert Path("digest.toml").read_bytes() == before


def test_dry_run_shows_the_change_and_writes_nothing(
    folder: Path, server: FaultServer, capsys
) -> None:
    assert add(server.put("/f", answer(FEED)), "--dry-run") == 0
    assert '+name = "Example Times"' in capsys.readouterr().out
    assert saved() == []
    assert not Path(".digest/digest.db").exists()


def test_json_tells_all_of_the_feed(folder: Path, server: FaultServer, capsys) -> None:
    assert add(server.put("/f", answer(FEED)), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["source"]["name"]) == ("added", "Example Times")
    assert told["feed"]["kind"] == "RSS"
    assert told["feed"]["entries"] == 2
    assert told["feed"]["last"][0] == {
        "title": "A ferry",
        "published": "2025-04-25T12:00:00+00:00",
        "url": "https://times.example/ferry",
    }


def test_page_without_a_feed_fails_after_four_more_requests(
    folder: Path, server: FaultServer, capsys
) -> None:
    body = "".join(f'<a href="/{number}/feed">x</a>' for number in range(9))
    assert add(server.put("/", page(body=body))) == 1
    assert "no feed was found" in capsys.readouterr().err
    assert len(server.requests) == 5


@pytest.mark.parametrize("status", [404, 403, 500])
def test_address_that_does_not_answer_is_an_error_of_one_line(
    folder: Path, server: FaultServer, status: int, capsys
) -> None:
    assert add(server.put("/", answer(b"", status=status))) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert str(status) in line
    assert len(server.requests) == 1


def test_feed_that_the_page_promises_and_that_is_none_is_not_saved(
    folder: Path, server: FaultServer, capsys
) -> None:
    server.put("/f", page(body="gone"))
    assert add(server.put("/", page(link("/f")))) == 1
    assert "HTML page" in capsys.readouterr().err
    assert saved() == []


def test_address_that_is_not_public_needs_private(
    folder: Path, server: FaultServer, capsys
) -> None:
    assert run(["sources", "add", server.put("/f", answer(FEED))]) == 1
    assert "pass --private if that is meant" in capsys.readouterr().err
    assert server.requests == []


def test_file_is_no_address(folder: Path, capsys) -> None:
    assert run(["sources", "add", "digest.toml"]) == 2
    assert 'write path = "digest.toml"' in capsys.readouterr().err


def test_words_of_a_server_reach_the_terminal_without_what_it_obeys(
    folder: Path, server: FaultServer, capsys
) -> None:
    title = "\x1b]0;owned\x07&#10;\u202eTimes $(id) `id`"
    server.put("/f", answer(FEED.replace(b"Example Times", title.encode())))
    server.put("/", page(link("/f?a='$(id)", title) + link("/g", title)))
    assert add(server.url("/")) == 2
    assert add(server.url("/f")) == 0
    told = "".join(capsys.readouterr())
    assert "Times $(id)" in told
    for sign in ("\x1b", "\x07", "\u202e"):
        assert sign not in told
    assert "'" + server.url("/f?a=") + "'\"'\"'$(id)'" in told
    assert saved()[0]["name"].endswith("Times $(id) `id`")


def test_private_holds_for_the_host_that_was_typed_and_no_other(folder: Path, capsys) -> None:
    with FaultServer() as mine, FaultServer("127.0.0.2") as other:
        feed = other.put("/f", answer(FEED))
        assert add(mine.put("/", page(link(feed)))) == 1
        assert other.requests == []
    assert "not public" in capsys.readouterr().err


def test_feed_that_has_moved_is_saved_where_it_is(folder: Path, server: FaultServer) -> None:
    server.put("/new", answer(FEED))
    assert add(server.put("/old", redirect("/new", status=301))) == 0
    server.put("/elsewhere", answer(ATOM))
    assert add(server.put("/moving", redirect("/elsewhere", status=302))) == 0
    assert [source["url"] for source in saved()] == [server.url("/new"), server.url("/moving")]


def test_name_that_another_source_has_is_not_given_twice(folder: Path, server: FaultServer) -> None:
    assert add(server.put("/a", answer(FEED))) == 0
    assert add(server.put("/b", answer(FEED))) == 0
    assert [source.get("name") for source in saved()] == ["Example Times", None]


def test_topic_that_cannot_be_one_is_refused_and_nothing_is_written(
    folder: Path, server: FaultServer, capsys
) -> None:
    assert add(server.put("/f", answer(FEED)), "--topic", "Hold") == 2
    assert "never sent" in capsys.readouterr().err
    assert saved() == []


# Every command that edits.


@pytest.mark.parametrize(
    "command",
    [
        ["add", "https://a.example/f"],
        ["remove", "a"],
        ["enable", "a"],
        ["disable", "a"],
        ["update"],
        ["list"],
        ["check"],
    ],
)
def test_file_with_a_mistake_is_refused_with_its_line(
    folder: Path, command: list[str], capsys
) -> None:
    text = SETTINGS + '\n[[sources]]\nurl = "https://a.example/f"\nname = 3\n'
    Path("digest.toml").write_text(text, encoding="utf-8")
    assert run(["sources", *command]) == 2
    assert "digest.toml:11: name in [[sources]]" in capsys.readouterr().err
    assert Path("digest.toml").read_text("utf-8") == text


def test_sources_are_meant_by_name_address_path_or_host(folder: Path, capsys) -> None:
    write_sources(
        {"url": "https://a.example/f", "name": "Example Times"},
        {"url": "https://b.example/f"},
        {"path": "articles/*.txt"},
        {"url": "https://c.example/1"},
        {"url": "https://c.example/2"},
    )
    words = ["example times", "http://B.example/f?utm_source=x", "articles/*.txt"]
    assert run(["sources", "disable", *words]) == 0
    assert [source.get("enabled") for source in saved()] == [False, False, False, None, None]
    assert run(["sources", "disable", *words]) == 0
    assert "already disabled" in capsys.readouterr().err
    assert run(["sources", "enable", "b.example"]) == 0
    assert "enabled" not in saved()[1]
    assert run(["sources", "remove", "c.example"]) == 2
    assert "may be any of https://c.example/1, https://c.example/2" in capsys.readouterr().err
    assert run(["sources", "remove", "Exampel Times"]) == 2
    assert "did you mean Example Times?" in capsys.readouterr().err
    assert run(["sources", "remove", "Example Times", "https://c.example/2", "--dry-run"]) == 0
    assert "-url = " in capsys.readouterr().out
    assert len(saved()) == 5
    assert run(["sources", "remove", "Example Times", "https://c.example/2"]) == 0
    assert [source.get("url", "") for source in saved()] == [
        "https://b.example/f",
        "",
        "https://c.example/1",
    ]
    assert Path("digest.toml").read_text("utf-8").startswith(SETTINGS)


def test_list_tells_what_each_did_when_it_was_last_read(
    folder: Path, server: FaultServer, capsys
) -> None:
    good, bad = server.put("/good", answer(FEED)), server.put("/bad", answer(b"", status=500))
    write_sources(
        {"url": good, "name": "Good", "private": True, "topic": "Asia"},
        {"url": bad, "name": "Bad", "private": True},
        {"url": "https://a.example/f", "enabled": False},
    )
    assert run(["sources", "list", "--json"]) == 0
    assert [each["status"] for each in json.loads(capsys.readouterr().out)["sources"]] == [
        None,
        None,
        "disabled",
    ]
    assert run(["sources", "check", "--now", "2025-04-26T00:00Z"]) == 1
    capsys.readouterr()
    assert run(["sources", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["sources"]
    assert [each["status"] for each in listed] == ["ok", "failed", "disabled"]
    assert listed[0]["last_success"] == "2025-04-26T00:00:00Z"
    assert listed[0]["articles"] == 2
    assert listed[1]["failures_in_a_row"] == 1
    assert run(["sources", "list"]) == 0
    shown = capsys.readouterr().out
    assert "Good" in shown
    assert "2025-04-26 00:00" in shown


def test_check_tells_what_each_source_does_and_fails_when_one_does(
    folder: Path, server: FaultServer, capsys
) -> None:
    good, bad = server.put("/good", answer(FEED)), server.put("/bad", page())
    write_sources(
        {"url": good, "name": "Good", "private": True},
        {"url": bad, "name": "Bad", "kind": "feed", "private": True, "enabled": False},
    )
    assert run(["sources", "check", "--now", "2025-04-26T00:00Z", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["sources"]
    assert [(each["name"], each["status"]) for each in told] == [
        ("Good", "ok"),
        ("Bad", "disabled"),
    ]
    assert run(["sources", "check", "bad", "--now", "2025-04-26T00:00Z"]) == 1
    assert "not-a-feed" in capsys.readouterr().out
    assert run(["sources", "check", "no such"]) == 2


def test_check_of_a_foreign_address_leaves_no_trace(
    folder: Path, server: FaultServer, capsys
) -> None:
    assert run(["sources", "check", server.put("/f", answer(FEED)), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sources"][0]["articles"] == 2
    assert not Path(".digest/digest.db").exists()


def test_check_of_an_address_that_turns_out_not_to_be_public_needs_private(
    folder: Path, server: FaultServer, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A name that does not say of itself where it leads: found by the system's own resolver.
    find = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *more, **named: find(
            "127.0.0.1" if host == "intranet.example" else host, *more, **named
        ),
    )
    url = server.put("/f", answer(FEED)).replace("127.0.0.1", "intranet.example")
    assert run(["sources", "check", url, "--json"]) == 1
    [told] = json.loads(capsys.readouterr().out)["sources"]
    assert told["status"] == "blocked"
    assert told["detail"] == (
        "intranet.example is at 127.0.0.1 (loopback), which is not public; "
        "pass --private if that is meant"
    )
    assert server.requests == []
    assert run(["sources", "check", url, "--private", "--json", "--now", "2025-04-26T00:00Z"]) == 0
    [told] = json.loads(capsys.readouterr().out)["sources"]
    assert (told["status"], told["articles"]) == ("ok", 2)
    # The same words and the same option as `sources add` has.
    assert run(["sources", "add", url]) == 1
    assert "which is not public; pass --private if that is meant" in capsys.readouterr().err
    assert run(["sources", "add", url, "--private"]) == 0


def test_check_of_a_source_says_that_its_table_decides_whether_it_may_be_private(
    folder: Path, server: FaultServer, capsys
) -> None:
    write_sources({"url": server.put("/f", answer(FEED)), "name": "Inner"})
    assert run(["sources", "check", "Inner", "--json"]) == 1
    [told] = json.loads(capsys.readouterr().out)["sources"]
    assert told["detail"] == (
        "127.0.0.1 (loopback) is not public; "
        "put `private = true` into this source's table if that is meant"
    )
    assert run(["sources", "check", "Inner", "--private"]) == 2
    assert "a source has `private = true` in its table" in capsys.readouterr().err
    assert server.requests == []


@pytest.mark.parametrize("words", [["list"], ["check", "Named"]])
def test_what_is_said_of_a_source_does_not_repeat_its_address(
    folder: Path, server: FaultServer, capsys, words: list[str]
) -> None:
    bad = server.put("/bad", answer(b"", status=500))
    write_sources({"url": bad, "name": "Named", "private": True})
    assert run(["sources", "check"]) == 1
    assert run(["sources", *words, "--json"]) == (1 if words[0] == "check" else 0)
    shown = capsys.readouterr().out
    [told] = json.loads(shown[shown.index("{") :])["sources"]
    assert (told["url"], told["detail"].partition(";")[0]) == (
        bad,
        "answered 500 Internal Server Error",
    )


def test_check_asks_again_what_is_fresh(folder: Path, server: FaultServer) -> None:
    feed = server.put("/f", answer(FEED, headers={"Cache-Control": "max-age=3600"}))
    write_sources({"url": feed, "private": True})
    for _ in range(2):
        assert run(["sources", "check", "--now", "2025-04-26T00:00Z"]) == 0
    assert len(server.asked("/f")) == 2


def test_update_writes_addresses_that_have_moved_for_good(
    folder: Path, server: FaultServer, capsys
) -> None:
    server.put("/new", answer(FEED))
    for path, status in (("/old", 308), ("/gone-on", 302), ("/twin", 301)):
        server.put(path, redirect("/new", status=status))
    server.put("/unmoved", answer(ATOM))
    write_sources(
        *(
            {"url": server.url(path), "name": path, "private": True}
            for path in ("/old", "/gone-on", "/twin", "/unmoved")
        )
    )
    assert run(["sources", "update"]) == 0
    assert "no source has moved" in capsys.readouterr().err
    assert run(["sources", "check"]) == 0
    before = Path("digest.toml").read_text("utf-8")
    capsys.readouterr()
    assert run(["sources", "update", "--dry-run"]) == 0
    assert Path("digest.toml").read_text("utf-8") == before
    assert f'+url = "{server.url("/new")}"' in capsys.readouterr().out
    assert run(["sources", "update", "--json"]) == 0
    told = capsys.readouterr()
    assert [each["written"] for each in json.loads(told.out)["moved"]] == [True, False]
    assert "where /old is read already" in told.err
    assert Path("digest.toml").read_text("utf-8") == before.replace(
        f'"{server.url("/old")}"', f'"{server.url("/new")}"'
    )


def test_source_called_by_its_address_keeps_its_record_when_that_changes(
    folder: Path, server: FaultServer, capsys
) -> None:
    server.put("/new", answer(FEED))
    write_sources({"url": server.put("/old", redirect("/new", status=301)), "private": True})
    assert run(["sources", "check", "--now", "2025-04-26T00:00Z"]) == 0
    assert run(["sources", "update"]) == 0
    capsys.readouterr()
    assert run(["sources", "list", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)["sources"]
    assert listed["url"] == server.url("/new")
    assert listed["last_success"] == "2025-04-26T00:00:00Z"


def test_source_that_moves_to_another_host_is_private_no_more(folder: Path) -> None:
    from digest.state.database import open_database
    from digest.state.visits import Visit, Visits
    from digest.window import parse_moment

    write_sources({"url": "http://intra.example/f", "private": True})
    with open_database(folder / ".digest/digest.db") as connection:
        visits = Visits(connection)
        visits.note(
            Visit(
                url="http://intra.example/f",
                noted_at=parse_moment("2025-04-26T00:00Z", timezone="UTC"),
                moved_to="https://out.example/f",
            )
        )
        visits.flush()
    assert run(["sources", "update"]) == 0
    assert saved() == [{"url": "https://out.example/f"}]


OPML = """<?xml version="1.0" encoding="ISO-8859-1"?><opml version="1.0"><body>
<outline text="News"><outline text="Größe"><outline text="Times" xmlUrl="{0}/a?x=1&y=2"/></outline>
<outline text="Post" xmlUrl="{0}/b"/></outline><outline text="Again" xmlUrl="{0}/b/"/>
<outline text="Again" xmlUrl="{0}/b"/></body></opml>"""


def test_import_adds_nested_lists_once_and_export_gives_them_back(
    folder: Path, server: FaultServer, capsys
) -> None:
    list_ = OPML.format("https://a.example").encode()
    Path("list.opml").write_bytes(list_)
    assert run(["sources", "import", "list.opml", "--dry-run"]) == 0
    assert saved() == []
    assert "would add 3 sources" in capsys.readouterr().err
    assert run(["sources", "import", "list.opml"]) == 0
    first = saved()
    assert first == [
        {"url": "https://a.example/a?x=1&y=2", "name": "Times", "topic": "News / Größe"},
        {"url": "https://a.example/b", "name": "Post", "topic": "News"},
        {"url": "https://a.example/b/", "name": "Again"},
    ]
    assert Path("digest.toml").read_text("utf-8").startswith(SETTINGS)
    assert run(["sources", "import", "list.opml", "--json"]) == 0
    capsys.readouterr()
    assert run(["sources", "export", "--opml", "-o", "out.opml"]) == 0
    assert run(["sources", "export", "--opml"]) == 0
    assert capsys.readouterr().out.encode() == Path("out.opml").read_bytes()
    Path("digest.toml").write_text(SETTINGS, encoding="utf-8")
    assert run(["sources", "import", "out.opml"]) == 0
    assert saved() == first


@pytest.mark.parametrize(
    ("there", "words"),
    [(0, "added 2 sources\n"), (1, "added 1 source, 1 was there"), (2, "added 0 sources, 2 were")],
)
def test_import_counts_what_is_there_already_in_good_grammar(
    folder: Path, capsys, there: int, words: str
) -> None:
    urls = [f"https://{name}.example/feed" for name in "ab"]
    outlines = "".join(f'<outline type="rss" xmlUrl="{url}"/>' for url in urls)
    Path("list.opml").write_text(f"<opml version='2.0'><body>{outlines}</body></opml>")
    write_sources(*({"url": url} for url in urls[:there]))
    assert run(["sources", "import", "list.opml"]) == 0
    assert words in capsys.readouterr().err


def test_import_reads_a_list_from_the_network(folder: Path, server: FaultServer, capsys) -> None:
    address = server.put("/list", answer(OPML.format("https://a.example").encode()))
    assert run(["sources", "import", address, "--topic", "All", "--private", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {each["topic"] for each in told["added"]} == {"All"}
    assert len(saved()) == 3


@pytest.mark.parametrize("content", [FEED, b"", b"<html></html>", b"<opml><body/></opml>"])
def test_import_of_what_is_no_list_writes_nothing(folder: Path, content: bytes, capsys) -> None:
    Path("list.opml").write_bytes(content)
    assert run(["sources", "import", "list.opml"]) == (0 if b"opml" in content else 1)
    assert Path("digest.toml").read_text("utf-8") == SETTINGS
    assert run(["sources", "import", "missing.opml"]) == 1
    assert "missing.opml: no such file" in capsys.readouterr().err


def test_import_from_a_private_address_names_the_option_that_allows_it(
    folder: Path, server: FaultServer, capsys
) -> None:
    assert run(["sources", "import", server.put("/list.opml", answer(FEED))]) == 1
    told = capsys.readouterr().err
    assert "not public; pass --private" in told and "table" not in told
    assert server.requests == []


def test_export_says_in_which_form_and_what_stays_out(folder: Path, capsys) -> None:
    write_sources({"path": "articles/*.txt"}, {"url": "https://a.example/f"})
    assert run(["sources", "export"]) == 2
    assert "write --opml" in capsys.readouterr().err
    assert run(["sources", "export", "--opml"]) == 0
    told = capsys.readouterr()
    assert "https://a.example/f" in told.out
    assert "articles/*.txt" in told.err


def test_host_that_asked_for_quiet_is_left_in_peace(
    folder: Path, server: FaultServer, capsys
) -> None:
    busy = answer(b"", status=429, headers={"Retry-After": "3600"})
    feed = server.put("/f", in_turn(busy, answer(FEED)))
    write_sources({"url": feed, "private": True})
    assert run(["sources", "check", "--now", "2025-04-26T00:00Z"]) == 1
    other = server.put("/g", answer(FEED))
    assert run(["sources", "add", other, "--private", "--now", "2025-04-26T00:10Z"]) == 1
    assert server.asked("/g") == []
