"""Servers, networks and name servers that are broken, slow or hostile: each has an end."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers import (
    FEED,
    Behaviour,
    Connection,
    FaultServer,
    Internet,
    Request,
    answer,
    bomb,
    drip,
    endless,
    full_house,
    head,
    in_turn,
    raw,
    redirect,
)

from digest.config.schema import Gather
from digest.errors import FetchError
from digest.http import Client, Response
from digest.state.database import open_database
from digest.state.responses import ResponseCache

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
QUICK = Gather(connect_timeout_seconds=2.0, idle_timeout_seconds=5.0, deadline_seconds=5.0)
PUBLIC = "93.184.216.34"

Visit = Callable[..., Response]


@pytest.fixture
def visit() -> Iterator[Visit]:
    """Visits of one run."""
    with open_database(None) as connection:
        client = Client(QUICK, ResponseCache(connection), now=NOW, user_agent="digest/test")
        others = []

        def fetch(url: str, *, private: bool = True, **limits: float) -> Response:
            if not limits:
                return client.fetch(url, private=private)
            bounds = dataclasses.replace(QUICK, **limits)  # type: ignore[arg-type]
            others.append(Client(bounds, None, now=NOW, user_agent="digest/test"))
            return others[-1].fetch(url, private=private)

        yield fetch
        for each in (client, *others):
            each.close()


def refused(visit: Visit, url: str, **more: object) -> FetchError:
    with pytest.raises(FetchError) as caught:
        visit(url, **more)
    return caught.value


class TestTime:
    def test_a_server_that_takes_no_connection_is_given_up(self, visit: Visit) -> None:
        with full_house() as url:
            error = refused(visit, url, connect_timeout_seconds=0.2)
        assert "no connection within 0.2 s; try again later" in str(error)

    def test_a_server_that_never_shakes_hands_is_given_up(self, visit: Visit) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
            error = refused(visit, url, connect_timeout_seconds=0.2, idle_timeout_seconds=0.3)
        assert error.status == "failed" and "0." in str(error)

    def test_a_name_server_that_never_answers_is_given_up(
        self, visit: Visit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        over = threading.Event()
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(30))
        error = refused(visit, "http://silent.example/", connect_timeout_seconds=0.2)
        over.set()
        assert "no connection within 0.2 s" in str(error)

    def test_hops_share_one_deadline(self, server: FaultServer, visit: Visit) -> None:
        def late(then: Behaviour) -> Behaviour:
            def behave(request: Request, connection: Connection) -> None:
                connection.pause(0.2)
                then(request, connection)

            return behave

        for number in range(5):
            server.put(f"/{number}", late(redirect(f"/{number + 1}")))
        server.put("/5", late(answer()))
        error = refused(visit, server.url("/0"), deadline_seconds=0.5)
        assert "not finished after 0.5 s" in str(error)
        assert len(server.requests) < 5

    @pytest.mark.parametrize(
        "start",
        [
            head(200, {"Transfer-Encoding": "chunked"}) + b"fff\r\n",
            head(200, {"Transfer-Encoding": "chunked"}),
            head(200, {"Content-Encoding": "gzip"}) + b"\x1f\x8b\x08\0\0\0\0\0\0\x03",
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"HTTP/1.1 302 Found\r\nLocation: /",
        ],
        ids=["chunk", "chunk-size", "gzip", "continue", "location"],
    )
    def test_a_drip_ends_wherever_it_drips(
        self, server: FaultServer, visit: Visit, start: bytes
    ) -> None:
        error = refused(visit, server.put("/", drip(start)), deadline_seconds=0.4)
        assert error.status == "failed"


class TestSize:
    @pytest.mark.parametrize("how", ["gzip", "deflate", "gzip-twice", "br", "zstd"])
    def test_a_bomb_ends_at_the_bound(self, server: FaultServer, visit: Visit, how: str) -> None:
        url = server.put("/bomb", bomb(64, how))
        assert "larger than 1,000,000 bytes" in str(refused(visit, url, max_bytes=1_000_000))

    @pytest.mark.parametrize(
        "behaviour",
        [answer(bytes(40 << 20)), endless(), endless(chunked=True)],
        ids=["40-MB", "endless", "endless-chunks"],
    )
    def test_an_answer_that_is_too_large_is_not_read_to_its_end(
        self, server: FaultServer, visit: Visit, behaviour: Behaviour
    ) -> None:
        error = refused(visit, server.put("/large", behaviour))
        assert "larger than 10,000,000 bytes; raise max_bytes in [gather]" in str(error)

    def test_a_chunk_of_minus_one_byte_does_not_mean_all_that_comes(
        self, server: FaultServer, visit: Visit
    ) -> None:
        # http.client reads so many bytes of a chunk as it says: -1 is "until the end".
        sent = []

        def behave(request: Request, connection: Connection) -> None:
            connection.keep = False
            connection.send(in_chunks(b"-1\r\n"))
            for _ in range(400):
                connection.send(bytes(1 << 16))
                sent.append(1)

        assert visit(server.put("/", behave)).problems
        assert len(sent) < 400

    def test_headers_without_end_are_not_read_to_their_end(
        self, server: FaultServer, visit: Visit
    ) -> None:
        for long in (b"X: " + b"a" * 200_000, b"X: a\r\n" * 20_000):
            error = refused(visit, server.put("/", raw(b"HTTP/1.1 200 OK\r\n" + long + b"\r\n")))
            assert "the connection broke: got more than" in str(error)


class TestHops:
    def test_five_are_gone_and_a_sixth_is_not(self, server: FaultServer, visit: Visit) -> None:
        for number in range(6):
            server.put(f"/{number}", redirect(f"/{number + 1}"))
        server.put("/6", answer())
        assert visit(server.url("/1")).body == FEED
        assert "redirected more than 5 times" in str(refused(visit, server.url("/0")))

    def test_two_that_send_to_each_other_end(self, server: FaultServer, visit: Visit) -> None:
        server.put("/a", redirect("/b", status=301))
        server.put("/b", redirect("/a", status=308))
        assert "redirected more than 5 times" in str(refused(visit, server.url("/a")))
        assert len(server.requests) == 6

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_one_without_an_address_is_said(
        self, server: FaultServer, visit: Visit, status: int
    ) -> None:
        error = refused(visit, server.put("/", answer(b"", status=status)))
        assert f"answered {status} without an address to go to" in str(error)

    @pytest.mark.parametrize(
        "target",
        ["file:///etc/passwd", "ftp://e.example/", "data:text/xml,<rss/>", "gopher://e.example/",
         "FILE:/etc/passwd", "unix:/run/docker.sock", "//[::1", "http://e.example:99999/"],
    )  # fmt: skip
    @pytest.mark.parametrize("status", [301, 307])
    def test_other_schemes_are_never_followed(
        self, server: FaultServer, visit: Visit, target: str, status: int
    ) -> None:
        error = refused(visit, server.put("/", redirect(target, status=status)))
        assert "redirected to what is no web address" in str(error)


PRIVATE = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("0.0.0.0", "255.255.255.255", "224.0.0.1", "192.0.0.1", "198.18.0.1", "240.0.0.1"),
    *("::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1"),
    *("::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "fec0::1"),
]


class TestPlaces:
    @pytest.mark.parametrize("address", PRIVATE)
    def test_a_name_at_an_address_that_is_not_public_is_refused(
        self, internet: Internet, visit: Visit, address: str
    ) -> None:
        internet.names["looks-public.example"] = [[address]]
        error = refused(visit, "http://looks-public.example/feed", private=False)
        assert error.status == "blocked" and "which is not public" in str(error)
        assert internet.connected == []

    @pytest.mark.parametrize("address", PRIVATE)
    def test_so_is_one_that_a_redirect_leads_to_even_from_a_private_source(
        self, server: FaultServer, internet: Internet, visit: Visit, address: str
    ) -> None:
        internet.names["looks-public.example"] = [[address]]
        url = server.put("/", redirect("http://looks-public.example/"))
        error = refused(visit, url)
        assert error.status == "blocked" and "which is not public" in str(error)
        assert internet.connected == ["127.0.0.1"]

    @pytest.mark.parametrize(
        "host",
        ["2130706433", "0x7f000001", "017700000001", "127.1", "0", "2852039166", "0xa9fea9fe",
         "169.254.43518", "[::ffff:a9fe:a9fe]", "[::ffff:127.0.0.1]", "localhost"],
    )  # fmt: skip
    def test_no_way_of_writing_one_helps(
        self, server: FaultServer, visit: Visit, host: str
    ) -> None:
        for url in (f"http://{host}/", server.put("/", redirect(f"http://{host}/"))):
            error = refused(visit, url, private=url == server.url("/"))
            assert error.status == "blocked" and "not public" in str(error)

    def test_of_several_addresses_the_public_one_is_taken(
        self, server: FaultServer, internet: Internet, visit: Visit
    ) -> None:
        internet.names["both.example"] = [["10.0.0.1", "::1", PUBLIC]]
        internet.wires[PUBLIC] = "127.0.0.1"
        server.put("/feed", answer())
        assert visit(f"http://both.example:{server.port}/feed", private=False).body == FEED
        assert internet.connected == [PUBLIC]

    def test_a_name_that_changes_its_address_is_judged_at_each_connection(
        self, server: FaultServer, internet: Internet, visit: Visit
    ) -> None:
        # DNS rebinding: public when it is judged, this machine when it is connected to.
        internet.names["rebound.example"] = [[PUBLIC], ["127.0.0.1"]]
        internet.wires[PUBLIC] = "127.0.0.1"
        url = f"http://rebound.example:{server.port}/feed"

        def once(request: Request, connection: Connection) -> None:
            answer()(request, connection)
            connection.keep = False

        server.put("/feed", once)
        assert visit(url, private=False).body == FEED
        assert internet.lookups == ["rebound.example"] and internet.connected == [PUBLIC]
        error = refused(visit, url, private=False)
        assert "127.0.0.1 (loopback), which is not public" in str(error)
        assert internet.connected == [PUBLIC] and len(server.requests) == 1

    def test_a_connection_that_a_private_source_opened_serves_no_other(
        self, server: FaultServer, internet: Internet, visit: Visit
    ) -> None:
        server.put("/feed", answer())
        visit(server.url("/feed"))
        assert refused(visit, server.url("/feed"), private=False).status == "blocked"
        assert len(server.requests) == 1


def with_length(length: str, body: bytes = FEED) -> bytes:
    return head(200, {"Content-Type": "text/xml", "Content-Length": length}) + body


def in_chunks(chunks: bytes) -> bytes:
    return head(200, {"Content-Type": "text/xml", "Transfer-Encoding": "chunked"}) + chunks


class TestFraming:
    def test_a_length_that_is_too_small_cuts_the_body_and_harms_no_later_request(
        self, server: FaultServer, visit: Visit
    ) -> None:
        def short(request: Request, connection: Connection) -> None:
            connection.send(with_length("300"))

        url = server.put("/short", short)
        assert visit(url).body == FEED[:300]
        assert visit(server.put("/next", answer(b"<rss/>"))).body == b"<rss/>"

    @pytest.mark.parametrize(
        ("data", "body"),
        [
            (with_length("99999"), FEED),
            (in_chunks(b"%x\r\n%b\r\n" % (len(FEED), FEED)), FEED),
            (in_chunks(b"%x\r\n%b\r\nzz\r\n" % (len(FEED), FEED)), FEED),
            (in_chunks(b"fffff\r\n" + FEED), FEED),
        ],
        ids=["length-too-large", "no-last-chunk", "broken-chunk-size", "chunk-too-large"],
    )
    def test_what_came_of_a_body_without_its_end_is_kept_and_said(
        self, server: FaultServer, visit: Visit, data: bytes, body: bytes
    ) -> None:
        response = visit(server.put("/", raw(data)))
        assert response.body == body
        assert "broke off" in response.problems[0]

    @pytest.mark.parametrize("length", ["abc", "-1", "", "1e3"])
    def test_a_length_that_is_none_is_passed_over(
        self, server: FaultServer, visit: Visit, length: str
    ) -> None:
        assert visit(server.put("/", raw(with_length(length)))).body == FEED

    @pytest.mark.parametrize(
        "data",
        [
            in_chunks(b"zz\r\n" + FEED),
            in_chunks(b"-5\r\n" + FEED),
            in_chunks(b"%x\r\n%b\r\n-1\r\n" % (len(FEED), FEED)),
            head(200, {"Content-Length": "5, 6"}) + FEED,
            b"HTTP/1.1 abc OK\r\n\r\n",
            b"HTTP/9.9 200 OK\r\n\r\n",
            b"SSH-2.0-OpenSSH_9.6\r\n",
            FEED,
        ],
        ids=[
            "chunk-size",
            "minus",
            "minus-one",
            "two-lengths",
            "status",
            "version",
            "ssh",
            "no-header",
        ],
    )
    def test_nonsense_ends_as_a_failure_or_without_a_body_and_never_in_a_fault(
        self, server: FaultServer, visit: Visit, data: bytes
    ) -> None:
        try:
            response = visit(server.put("/", raw(data)))
        except FetchError as error:
            assert error.status == "failed" and "\n" not in str(error)
        else:
            assert response.body in (b"", FEED)

    def test_a_connection_that_is_reset_is_a_failure_or_gives_what_came(
        self, server: FaultServer, visit: Visit
    ) -> None:
        error = refused(visit, server.put("/early", raw(b"", reset=True)))
        assert "the connection broke" in str(error)


class TestStatus:
    @pytest.mark.parametrize("status", [204, 205])
    def test_nothing_is_an_empty_body(self, server: FaultServer, visit: Visit, status: int) -> None:
        assert visit(server.put("/", raw(head(status, {})))).body == b""

    def test_answers_that_announce_another_are_passed_over_to_an_end(
        self, server: FaultServer, visit: Visit
    ) -> None:
        hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
        waits = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
        whole = head(200, {"Content-Length": str(len(FEED))}) + FEED
        assert visit(server.put("/hints", raw(hints + waits + whole))).body == FEED
        error = refused(visit, server.put("/endless", raw(hints * 1000)))
        assert "announcements without an answer" in str(error)

    def test_a_part_that_nobody_asked_for_is_not_kept(
        self, server: FaultServer, visit: Visit
    ) -> None:
        partial = answer(FEED[:300], status=206, headers={"ETag": '"1"'})
        response = visit(server.put("/", partial))
        assert response.problems == ("the server sent a part of it, unasked (206)",)

    def test_304_to_a_question_without_conditions_is_a_failure(
        self, server: FaultServer, visit: Visit
    ) -> None:
        error = refused(visit, server.put("/", raw(head(304, {"ETag": '"1"'}))))
        assert "answered 304 Not Modified" in str(error)

    @pytest.mark.parametrize(
        ("status", "word", "remedy"),
        [
            (300, "failed", "check the address"),
            (401, "blocked", "give this source its username and password, token or cookie"),
            (402, "blocked", "try another user_agent"),
            (407, "blocked", "write the proxy's name and password into HTTPS_PROXY"),
            (410, "gone", "remove this source, or find its new address"),
            (418, "failed", "check the address"),
            (451, "blocked", "try another user_agent"),
            (500, "failed", "try again later"),
            (599, "failed", "try again later"),
            (999, "failed", "try again later"),
        ],
    )
    def test_each_status_has_its_word_and_remedy(
        self, server: FaultServer, visit: Visit, status: int, word: str, remedy: str
    ) -> None:
        error = refused(visit, server.put("/", answer(b"", status=status)))
        assert (error.status, error.http_status) == (word, status)
        assert remedy in str(error)

    @pytest.mark.parametrize("status", [429, 503])
    @pytest.mark.parametrize(
        ("wait", "seconds"),
        [
            ("120", 120),
            (" 120 ", 120),
            ("Mon, 28 Apr 2025 07:02:00 GMT", 120),
            ("Monday, 28-Apr-25 07:02:00 GMT", 120),
            ("Mon Apr 28 07:02:00 2025", 120),
            ("99999999999999999999", 86_400),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ],
    )
    def test_retry_after_is_read_in_each_of_its_forms(
        self, server: FaultServer, visit: Visit, status: int, wait: str, seconds: int
    ) -> None:
        error = refused(
            visit, server.put("/", answer(b"", status=status, headers={"Retry-After": wait}))
        )
        assert error.retry_at is not None
        assert (error.retry_at - NOW).total_seconds() == seconds

    @pytest.mark.parametrize("wait", ["", "soon", "-5", "1.5", "\xb2", "\x00"])
    def test_a_retry_after_that_is_none_says_nothing(
        self, server: FaultServer, visit: Visit, wait: str
    ) -> None:
        error = refused(
            visit, server.put("/", answer(b"", status=503, headers={"Retry-After": wait}))
        )
        assert error.retry_at is None

    def test_a_date_that_is_over_lets_the_next_one_ask_at_once(
        self, server: FaultServer, visit: Visit
    ) -> None:
        past = {"Retry-After": "Sun, 27 Apr 2025 07:00:00 GMT"}
        url = server.put("/", in_turn(answer(b"", status=503, headers=past), answer()))
        assert visit(url).body == FEED


def test_no_answer_leaves_a_connection_that_breaks_the_next(
    server: FaultServer, visit: Visit, tmp_path: Path
) -> None:
    odd: list[Behaviour] = [
        answer(b"", status=404),
        answer(b"x" * 70_000, status=500),
        redirect("/feed"),
        raw(head(204, {})),
        raw(b"nonsense"),
        bomb(2),
    ]
    server.put("/feed", answer())
    for number, behaviour in enumerate(odd):
        url = server.put(f"/{number}", behaviour)
        with contextlib.suppress(FetchError):
            visit(url)
        assert visit(server.url("/feed")).body == FEED
