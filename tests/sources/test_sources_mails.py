"""Mailboxes as sources, newsletters taken apart, and links asked where they lead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import PAGE, FaultServer, answer, redirect

from digest.config.schema import Newsletter, Settings, Source
from digest.http.probe import Prober
from digest.importing.newsletter import read_items
from digest.model import Article, Gathered
from digest.sources import Context, gather
from digest.state.bodies import Body
from digest.state.database import open_database
from digest.state.responses import ResponseCache

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
START = b"From a@sound.example.org Thu Apr 24 09:10:00 2025\n"
LETTER = """\
From: The Sound Weekly <news@sound.example.org>
Subject: The Sound Weekly, No. 17
Date: Thu, 24 Apr 2025 09:10:00 +0200
Message-ID: <17@sound.example.org>
Content-Type: text/html; charset=utf-8

<html><body>
<div style="display:none">All about seals &zwnj;&nbsp;&zwnj;&nbsp;</div>
<p><a href="https://sound.example.org/17">View this email in your browser</a></p>
<h1>The Sound Weekly</h1>
<p>Good morning from the harbour.</p>
<h2>News</h2>
<h3><a href="{counted}">Seals return</a></h3>
<p>Two hundred were counted.</p>
<p><a href="{counted}">Read more</a></p>
<h3><a href="https://sound.example.org/ferries">Ferries stop on Sunday</a></h3>
<p>The crews strike.</p>
<h3><a href="{opaque}">A story behind a counted link</a></h3>
<p>SPONSORED</p>
<p><a href="https://acme.example.com/buy">Anvils that fall where you want</a></p>
<h2>More</h2>
<ul><li><a href="https://hafenblatt.example.net/a">Hafen wird tiefer</a>
(Hafenblatt) - Der Bund zahlt.</li></ul>
<p><a href="https://facebook.com/sound">Facebook</a> <a href="https://x.com/sound">X</a></p>
<p>You receive this because you signed up. <a href="https://sound.example.org/u">Unsubscribe</a></p>
</body></html>
""".replace(
    "{counted}",
    "https://click.letters.example/?u=7&amp;url="
    "https%3A%2F%2Flesk-courier.example.com%2Fseals%3Futm_source%3Dsw",
)


class Desk:
    def __init__(self, root: Path, cache: ResponseCache) -> None:
        self.root, self.cache = root, cache

    def gather(self, *, offline: bool = False, **source: object) -> Gathered:
        settings = Settings(newsletter=Newsletter(timezone="Asia/Seoul"))
        prober = Prober(
            settings.gather, self.cache, offline=offline, now=NOW, user_agent="digest/test"
        )
        try:
            context = Context(
                root=self.root,
                settings=settings,
                now=NOW,
                client=prober,
                read_items=read_items,
                prober=prober,
            )
            return gather([Source(**source)], context)  # type: ignore[arg-type]
        finally:
            prober.close()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.chdir(tmp_path)
    with open_database(None) as connection:
        yield Desk(tmp_path, ResponseCache(connection))


def mail(number: int, subject: str = "Seals") -> bytes:
    head = f"From: The Sound <n@sound.example.org>\nSubject: {subject} {number}\n"
    date = f"Date: Thu, 24 Apr 2025 09:10:{number % 60:02} +0000\n"
    return f"{head}{date}Message-ID: <{number}@sound.example.org>\n\nSeal {number}.\n".encode()


def by_title(gathered: Gathered) -> dict[str, Article]:
    return {article.title: article for article in gathered.articles}


def test_mbox_gives_an_article_for_each_mail(desk: Desk) -> None:
    (desk.root / "sound.mbox").write_bytes(b"\n".join(START + mail(n) for n in range(1, 4)))
    found = desk.gather(path="sound.mbox")
    assert [(article.title, article.input) for article in found.articles] == [
        ("Seals 1", "sound.mbox#1"),
        ("Seals 2", "sound.mbox#2"),
        ("Seals 3", "sound.mbox#3"),
    ]


def test_mbox_larger_than_a_document_may_be_is_read(desk: Desk) -> None:
    padding = b"A line of text that fills the mail. " * 5000
    with (desk.root / "large.mbox").open("wb") as stream:
        for number in range(60):
            stream.write(START + mail(number) + padding + b"\n")
    assert len(desk.gather(path="large.mbox").articles) == 60


def test_mailbox_without_an_ending_is_known_by_its_first_line(desk: Desk) -> None:
    (desk.root / "Inbox").write_bytes(START + mail(1) + b"\n" + START + mail(2))
    assert len(desk.gather(path="Inbox").articles) == 2


def test_mail_that_is_none_is_reported_with_its_number(desk: Desk) -> None:
    (desk.root / "sound.mbox").write_bytes(
        START + mail(1) + b"\n" + START + b"\nno headers at all\n\n" + START + mail(3)
    )
    found = desk.gather(path="sound.mbox")
    assert [article.title for article in found.articles] == ["Seals 1", "Seals 3"]
    assert "is not a mail" in " ".join(report.detail for report in found.reports)
    assert "sound.mbox#2" in " ".join(report.name for report in found.reports)


def test_empty_mailbox_is_reported(desk: Desk) -> None:
    (desk.root / "empty.mbox").write_bytes(b"")
    (report,) = desk.gather(path="empty.mbox").reports
    assert "holds no mail" in report.detail


def test_maildir_gives_its_mails_but_not_what_its_reader_deleted(desk: Desk) -> None:
    box = desk.root / "Maildir"
    for folder in ("cur", "new", "tmp"):
        (box / folder).mkdir(parents=True)
    (box / "cur" / "1745485800.M1P1.host:2,S").write_bytes(mail(1))
    (box / "cur" / "1745485801.M1P1.host:2,ST").write_bytes(mail(2))
    (box / "new" / "1745485802.M1P1.host").write_bytes(mail(3))
    (box / "tmp" / "1745485803.M1P1.host").write_bytes(mail(4))
    (box / "dovecot-uidlist").write_text("3 V1")
    for path in ("Maildir", "Maildir/new", "."):
        titles = {article.title for article in desk.gather(path=path).articles}
        assert titles == ({"Seals 3"} if path.endswith("new") else {"Seals 1", "Seals 3"})


def test_newsletter_is_one_article_unless_it_is_to_be_split(desk: Desk) -> None:
    (desk.root / "17.eml").write_text(LETTER)
    (article,) = desk.gather(path="17.eml").articles
    assert article.title == "The Sound Weekly, No. 17"
    assert article.source.name == "The Sound Weekly"


def test_split_newsletter_gives_its_links_with_title_text_and_publisher(desk: Desk) -> None:
    opaque = "https://sound.us1.list-manage.com/track/click?u=1&id=2"
    (desk.root / "17.eml").write_text(LETTER.replace("{opaque}", opaque))
    found = by_title(desk.gather(path="17.eml", split=True))
    assert list(found) == [
        "Seals return",
        "Ferries stop on Sunday",
        "A story behind a counted link",
        "Hafen wird tiefer",
    ]
    seals = found["Seals return"]
    assert seals.url == "https://lesk-courier.example.com/seals"
    assert seals.summary == "Two hundred were counted."
    assert seals.source.to_json() == {
        "name": "lesk-courier.example.com",
        "url": "https://lesk-courier.example.com/",
    }
    assert seals.input == "17.eml#1"
    assert seals.words == 0  # those of the newsletter are not the article's
    assert {article.published.isoformat() for article in found.values() if article.published} == {
        "2025-04-24T09:10:00+02:00"
    }
    assert found["Ferries stop on Sunday"].source.name == "The Sound Weekly"
    assert found["Hafen wird tiefer"].source.name == "Hafenblatt"
    assert found["Hafen wird tiefer"].summary == "Der Bund zahlt."
    hidden = found["A story behind a counted link"]
    assert hidden.source.name == "The Sound Weekly"
    assert hidden.problems == ("its link does not say where it leads",)


def test_mail_without_items_stays_whole_and_says_so(desk: Desk) -> None:
    (desk.root / "1.eml").write_bytes(mail(1))
    (article,) = desk.gather(path="1.eml", split=True).articles
    assert article.title == "Seals 1"
    assert "has no items to split it into: read as one article" in article.problems


def test_mails_of_a_split_mailbox_number_their_items(desk: Desk) -> None:
    (desk.root / "box.mbox").write_bytes(START + mail(1) + b"\n" + START + LETTER.encode())
    places = [article.input for article in desk.gather(path="box.mbox", split=True).articles]
    assert places[:3] == ["box.mbox#1", "box.mbox#2.1", "box.mbox#2.2"]


def test_letter_in_plain_text_is_split_too(desk: Desk) -> None:
    text = """\
From: The Sound Weekly <news@sound.example.org>
Subject: The Sound Weekly, No. 18
Date: Thu, 1 May 2025 09:10:00 +0200

Good morning from the harbour.

SEALS RETURN TO THE SOUND
Two hundred were counted on the banks.
Read more: https://lesk-courier.example.com/seals?utm_source=sw

Ferries stop on Sunday
https://hafenblatt.example.net/ferries

The crews strike for a day, and nobody knows how long it will go on after that.

The new mole is open (3 minute read) [1]

It took four years.

Links:
------
[1] https://tracking.letters.example/CL0/https:%2F%2Fmole.example.com%2Fopen/1/0100/x

You receive this because you signed up.
Unsubscribe: https://sound.example.org/unsubscribe
"""
    (desk.root / "18.eml").write_text(text)
    found = desk.gather(path="18.eml", split=True).articles
    assert [(article.title, article.url, article.summary) for article in found] == [
        (
            "SEALS RETURN TO THE SOUND",
            "https://lesk-courier.example.com/seals",
            "Two hundred were counted on the banks.",
        ),
        (
            "Ferries stop on Sunday",
            "https://hafenblatt.example.net/ferries",
            "The crews strike for a day, and nobody knows how long it will go on after that.",
        ),
        ("The new mole is open (3 minute read)", "https://mole.example.com/open", ""),
    ]


PARTS = st.sampled_from(
    ["<p>", "</p>", "<a href='https://a.example.com/1'>", "</a>", "<li>", "<h2>", "<b>", "Seals",
     "[1]", "https://b.example.com/2", "\n", "\n\n", "* ", "Sponsored", "Unsubscribe",
     ": ", "(", "<"]
)  # fmt: skip


@given(st.lists(PARTS, max_size=40), st.booleans())
def test_any_letter_is_split_without_a_fault(parts: list[str], is_html: bool) -> None:
    text = "".join(parts)
    for item in read_items(text if is_html else "", "" if is_html else text):
        assert item.title
        assert item.url.startswith(("https://", "http://"))


class TestResolve:
    def letter(self, desk: Desk, server: FaultServer, path: str) -> None:
        # The address is public by its looks; the server's own stands behind it.
        (desk.root / "17.eml").write_text(LETTER.replace("{opaque}", server.url(path)))

    def test_servers_are_not_asked_unless_the_source_says_so(
        self, desk: Desk, server: FaultServer
    ) -> None:
        server.put("/ls/click", redirect("https://lesk-courier.example.com/x"))
        self.letter(desk, server, "/ls/click")
        desk.gather(path="17.eml", split=True)
        assert server.asked("/ls/click") == []

    def test_private_addresses_are_not_asked_for_a_stranger(
        self, desk: Desk, server: FaultServer
    ) -> None:
        server.put("/ls/click", redirect("https://lesk-courier.example.com/x"))
        self.letter(desk, server, "/ls/click")
        found = by_title(desk.gather(path="17.eml", split=True, resolve=True))
        assert server.asked("/ls/click") == []
        assert found["A story behind a counted link"].problems == (
            "its link does not say where it leads",
        )


def test_link_is_asked_once_and_the_page_itself_never(desk: Desk, server: FaultServer) -> None:
    server.put("/ls/click", redirect(server.url("/second")))
    server.put("/second", redirect("https://lesk-courier.example.com/x?utm_source=y"))
    server.put("/page", answer(PAGE))
    prober = Prober(Settings().gather, desk.cache, offline=False, now=NOW, user_agent="digest/test")

    def is_settled(url: str) -> bool:
        return url.startswith("https://lesk")

    asked = server.url("/ls/click")
    target = prober.find_target(asked, settled=is_settled, private=True)
    assert target == "https://lesk-courier.example.com/x?utm_source=y"
    assert prober.kept_target(asked) == target
    assert [request.method for request in server.asked("/ls/click")] == ["HEAD"]
    assert prober.find_target(server.url("/page"), settled=is_settled, private=True) is None
    assert prober.kept_target(server.url("/page")) is None
    quiet = Prober(Settings().gather, desk.cache, offline=True, now=NOW, user_agent="digest/test")
    assert quiet.find_target(asked, settled=is_settled) is None
    assert quiet.kept_target(asked) == target
    prober.close()


def test_kept_answer_settles_the_link_offline(desk: Desk) -> None:
    from digest.http.response import Response

    opaque = "https://sound.us1.list-manage.com/track/click?u=1&id=2"
    (desk.root / "17.eml").write_text(LETTER.replace("{opaque}", opaque))
    prober = Prober(Settings().gather, desk.cache, offline=False, now=NOW, user_agent="digest/test")
    page = "https://lesk-courier.example.com/mole?utm_source=sw"
    prober.accept(
        Response(url=opaque, final_url=page, status=200, content_type="", content=Body(b""))
    )
    found = by_title(desk.gather(path="17.eml", split=True, resolve=True, offline=True))
    article = found["A story behind a counted link"]
    assert article.url == "https://lesk-courier.example.com/mole"
    assert article.source.name == "lesk-courier.example.com"
    assert article.problems == ()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("large.txt", b"A line of text.\n" * 3_200_000, "larger than 10,000,000 bytes"),
        ("large.eml", b"Subject: x\n\n" + b"x" * 50_000_000, "larger than 10,000,000 bytes"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n" + b"\0" * 5000, "is a picture, not a text"),
        ("scan.md", b"%PDF-1.7\n" + bytes(range(256)) * 30, "is a PDF, not a text"),
        ("sound.eml", b"ID3\x04" + bytes(range(256)) * 30, "is not a mail: it has no headers"),
        ("noise.html", bytes(range(256)) * 30, ""),
        ("empty.txt", b"", "empty"),
        ("blank.md", b" \r\n\t \n", "empty"),
        ("nul.txt", b"\0" * 4000, "is a binary file, not a text"),
    ],
)
def test_file_that_is_no_article_is_one_clear_line(
    desk: Desk, name: str, content: bytes, words: str
) -> None:
    import tracemalloc

    (desk.root / name).write_bytes(content)
    size = len(content)
    del content
    tracemalloc.start()
    found = desk.gather(path=name)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 25_000_000 < 2 * size or size < 1_000_000
    (report,) = found.reports
    assert words in report.detail
    assert "\n" not in report.detail
    assert words == "" or not found.articles
    assert all(article.published is None for article in found.articles)
