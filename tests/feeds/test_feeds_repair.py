"""Broken feeds are repaired and say so; what is no feed is an error; nothing hostile acts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import FeedError
from digest.feeds import Feed, looks_like_feed, parse_feed

LINKED = "<title>One</title><link>https://e.example/1</link>"
ITEM = "<item><title>One</title><link>https://e.example/1</link></item>"


def read(data: bytes | str, content_type: str = "") -> Feed:
    data = data.encode() if isinstance(data, str) else data
    return parse_feed(data, url="https://e.example/feed", content_type=content_type, timezone="UTC")


def rss(inner: str = ITEM, *, before: str = "", root: str = 'rss version="2.0"') -> str:
    return f"{before}<{root}><channel><title>F</title>{inner}</channel></rss>"


def titles(feed: Feed) -> list[str]:
    return [entry.title for entry in feed.entries]


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("utf-8", "utf-8", ""),
        ("utf-8", "", "text/xml"),
        ("utf-8-sig", "windows-1251", ""),
        ("utf-16", "utf-16", ""),
        ("utf-16-le", "", ""),
        ("utf-16-be", "utf-8", ""),
        ("utf-32", "", ""),
        ("cp1251", "windows-1251", "text/xml; charset=utf-8"),
        ("koi8-r", "koi8-r", ""),
        ("cp1251", "", "text/xml; charset=windows-1251"),
        ("cp1251", "utf-8", "text/xml; charset=windows-1251"),
    ],
)
def test_the_charset_is_found_in_the_stated_order(
    encoding: str, declared: str, header: str
) -> None:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    document = rss("<item><title>Новости</title></item>", before=prolog)
    assert titles(read(document.encode(encoding), header)) == ["Новости"]


@pytest.mark.parametrize(
    ("encoding", "declared", "text"),
    [
        ("gb18030", "gb2312", "新闻镕"),
        ("cp949", "euc-kr", "똠방각하"),
        ("cp932", "shift_jis", "①ニュース"),
        ("cp1252", "iso-8859-1", "it’s “it”"),
        ("cp1252", "us-ascii", "it’s"),
        ("cp1252", "utf-8", "café’s"),
        ("cp1252", "no-such-charset", "café"),
    ],
)
def test_a_charset_means_what_browsers_make_of_it(encoding: str, declared: str, text: str) -> None:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>'
    document = rss(f"<item><title>{text}</title></item>", before=prolog)
    assert titles(read(document.encode(encoding))) == [text]


@pytest.mark.parametrize(
    "document",
    [
        rss(before='\n\n<?xml version="1.0"?>'),
        rss(before='<br />Warning: include()\n<?xml version="1.0"?>'),
        rss(before="\ufeff \x00"),
        rss(ITEM.replace("One", "One\x0b\x1f")),
        rss(ITEM.replace("https://e.example/1", "https://e.example/1\x08")),
        rss(f"<item>{LINKED}<description>a & b &nbsp; c</description></item>"),
        rss(f"<item>{LINKED}<media:thumbnail url='x'/></item>"),
        rss(f"<item>{LINKED}<description><p>a<br>b</description></item>"),
        rss(f"<item>{LINKED}<description>1 < 2</description></item>"),
        rss(ITEM)[: -len("</channel></rss>")],
        rss(ITEM + "<item><title>Half a ti")[: -len("</channel></rss>")],
        rss("<item><title>One</title><link>https://e.example/1</link><x a='1' a='2'></item>"),
        "<html><body><pre>" + rss() + "</pre></body></html>",
    ],
)
def test_a_broken_feed_is_read_all_the_same(document: str) -> None:
    feed = read(document)
    assert titles(feed) == ["One"]
    assert (feed.entries[0].url or "").rstrip("?") == "https://e.example/1"


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (rss(ITEM)[:-6], "repaired: the document breaks off"),
        (rss(ITEM.replace("One", "a & b")), "repaired: it is not well-formed XML"),
        (rss(before='x<?xml version="1.0"?>'), "repaired: text before the XML declaration"),
    ],
)
def test_a_repaired_feed_says_so(document: str, problem: str) -> None:
    assert problem in read(document).problems


def test_a_well_formed_feed_has_no_problems() -> None:
    assert read(rss(before='<?xml version="1.0" encoding="utf-8"?>\n')).problems == ()


def test_html_entities_and_those_of_the_document_type_are_resolved() -> None:
    document = rss(
        "<item><title>caf&eacute; &house; &#8217; &unknown; &#x0;</title></item>",
        before='<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://n.example/rss.dtd" '
        '[<!ENTITY house "The House &#169;">]>',
    )
    assert titles(read(document)) == ["café The House © ’ &unknown;"]


def test_external_entities_are_never_read() -> None:
    for declaration in (
        '<!ENTITY x SYSTEM "file:///etc/hostname">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;',
    ):
        document = rss(
            "<item><title>One</title><description>[&x;]</description></item>",
            before=f'<?xml version="1.0"?><!DOCTYPE r [{declaration}]>',
        )
        (entry,) = read(document).entries
        assert entry.summary in ("[]", "[&x;]")


def test_undeclared_prefixes_are_declared_whatever_longer_ones_there_are() -> None:
    document = rss(
        "<item><title>A & B</title><dc:date>2025-04-24</dc:date></item>",
        root='rss version="2.0" xmlns:dcterms="http://purl.org/dc/terms/"',
    )
    (entry,) = read(document).entries
    assert entry.published is not None
    assert entry.published.isoformat() == "2025-04-24"


def test_entity_bombs_do_not_expand() -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    document = rss(
        "<item><title>One &l9;</title><link>https://e.example/1</link></item>",
        before=f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "lol">{laughs}]>',
    )
    (entry,) = read(document).entries
    assert len(entry.title) < 1000
    flat = f'<!DOCTYPE r [<!ENTITY a "{"x" * 2000}">]>'
    (entry,) = read(rss(f"<item><title>{'&a;' * 10_000}</title></item>", before=flat)).entries
    assert len(entry.title) <= 200_000


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the answer is empty"),
        (b" \n\t", "the answer is empty"),
        (
            b"<!DOCTYPE html><html><head><title>Just a &amp; moment</title></head></html>",
            'an HTML page with the title "Just a & moment", no feed',
        ),
        (b"<html><body><form></form></body></html>", "an HTML page, no feed"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "an HTML page"),
        (b'<opml version="2.0"><body/></opml>', "XML with the root <opml>, which is no feed"),
        (b"Not found", 'text that is no feed: "Not found"'),
        (b'{"error": "no"}', 'JSON, but no JSON Feed: "no"'),
        (b"{broken", "broken JSON"),
        (b"[]", "JSON, but no JSON Feed"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "text that is no feed"),
        (b"<", "broken XML"),
    ],
)
def test_what_is_no_feed_is_an_error_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(FeedError) as caught:
        read(data)
    assert caught.value.status == "not-a-feed"
    assert str(caught.value).startswith(f"https://e.example/feed: {reason}")


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (rss().encode(), True),
        (rss(before='\ufeff<?xml version="1.0"?><!-- a --><?xml-stylesheet x?>').encode(), True),
        (rss().encode("utf-16"), True),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', True),
        (b'<rdf:RDF xmlns:rdf="x">', True),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', True),
        (b'{"title": "x"}', False),
        (b"<!doctype html><html><body><rss></body></html>", False),
        (b"plain text about <rss> feeds", False),
        (b"", False),
    ],
)
def test_a_feed_is_known_by_how_it_begins(data: bytes, answer: bool) -> None:
    assert looks_like_feed(data) is answer


PIECES = st.sampled_from(
    [
        *("<rss version='2.0'>", "<channel>", "<item>", "</item>", "</channel>", "</rss>"),
        *("<title>", "</title>", "<description>", "</description>", "<![CDATA[", "]]>"),
        *("<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry>", "<!--", "-->", "<!DOCTYPE r ["),
        *("]>", "<!ENTITY a 'b'>", "&a;", "&#0;", "&", "<", ">", "{", "[", '"items":', "<html>"),
        *(
            "<?xml version='1.0' encoding='utf-16'?>",
            "\0",
            "x",
            "é",
            "<link href='//['>",
            "<media:x>",
        ),
    ]
)


@given(st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=25).map("".join)))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_feed_or_an_error(data: bytes | str) -> None:
    looks_like_feed(data if isinstance(data, bytes) else data.encode())
    try:
        read(data)
    except FeedError as error:
        assert error.status == "not-a-feed"


def test_deep_nesting_and_endless_openings_come_to_an_end() -> None:
    # A pattern that backtracks would sit here for hours.
    hostile = [
        "<rss><channel>" + "<a>" * 100_000,
        "<rss><channel>" + "<title>" * 100_000,
        "<rss><channel>" + "<title><description>" * 50_000,
        "<!DOCTYPE " + "[" * 200_000,
        "<!--" * 100_000,
        "<rss>" + "&" * 500_000,
        "[" * 200_000,
        '{"a":' * 100_000,
        '{"version": "https://jsonfeed.org/version/1", "a": "' + '\\"' * 500_000,
        "<html>" + "<title" * 500_000,
        "<!DOCTYPE rss [<!ENTITY" + " " * 500_000 + "]>" + rss(),
        "<!DOCTYPE rss ["
        + "".join(f'<!ENTITY e{n} "&x;">' for n in range(100_000))
        + "]>"
        + rss("".join(f"&e{n};" for n in range(100_000))),
        rss("".join(f"<p{n}:x/>" for n in range(100_000))),
    ]
    for document in hostile:
        try:
            read(document)
        except FeedError:
            continue


@pytest.mark.parametrize("name", ["idna", "punycode", "rot13", "hex", "undefined", "no-such"])
def test_an_encoding_that_is_none_in_an_ebcdic_declaration_is_no_crash(name: str) -> None:
    document = f'<?xml version="1.0" encoding="{name}"?>{rss()}'.encode("cp037")
    try:
        read(document)
    except FeedError as error:
        assert error.status == "not-a-feed"
