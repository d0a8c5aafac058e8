"""What the client makes of servers, good and bad; every server is real, on loopback."""

from __future__ import annotations

import dataclasses
import gzip
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from servers import (
    FEED,
    Behaviour,
    Connection,
    FaultServer,
    Request,
    answer,
    bomb,
    compressed,
    drip,
    head,
    in_turn,
    raw,
    redirect,
    silent,
    truncated,
)

from digest.config.schema import Gather, Newsletter
from digest.errors import FetchError
from digest.http import Client, Response, user_agent
from digest.state.database import open_database
from digest.state.responses import ResponseCache

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
QUICK = Gather(connect_timeout_seconds=2.0, idle_timeout_seconds=5.0, deadline_seconds=5.0)

NewClient = Callable[..., Client]


@pytest.fixture
def new_client() -> Iterator[NewClient]:
    """Makes clients over one cache, as consecutive runs have it."""
    clients: list[Client] = []
    with open_database(None) as connection:
        cache = ResponseCache(connection)

        def make(gather: Gather = QUICK, *, offline: bool = False, refresh: bool = False) -> Client:
            client = Client(
                gather, cache, offline=offline, refresh=refresh, now=NOW, user_agent="digest/test"
            )
            clients.append(client)
            return client

        yield make
        for client in clients:
            client.close()


def fetch(client: Client, url: str, *, private: bool = True) -> Response:
    return client.fetch(url, private=private)


def failure(client: Client, url: str, *, private: bool = True) -> FetchError:
    with pytest.raises(FetchError) as caught:
        client.fetch(url, private=private)
    return caught.value


def test_body_and_type_arrive_as_the_server_sent_them(
    server: FaultServer, new_client: NewClient
) -> None:
    url = server.put("/feed", answer(content_type="text/xml; charset=utf-8"))
    response = fetch(new_client(), url)
    assert response.body == FEED
    assert response.content_type == "text/xml; charset=utf-8"
    assert (response.url, response.final_url, response.status) == (url, url, 200)
    assert not response.from_cache and not response.permanent_redirect and not response.problems


def test_request_names_digest_and_brings_no_cookies_or_referer(
    server: FaultServer, new_client: NewClient
) -> None:
    server.put("/", in_turn(redirect("/feed"), answer()))
    server.put("/feed", answer(headers={"Set-Cookie": "a=b"}))
    fetch(new_client(), server.url("/"))
    for request in server.requests:
        assert request.headers["user-agent"] == "digest/test"
        assert request.headers["accept-encoding"] == "gzip, deflate, br, zstd"
        assert "application/atom+xml" in request.headers["accept"]
        assert not {"cookie", "referer"} & set(request.headers)


def test_user_agent_carries_the_archive_address_where_there_is_one() -> None:
    assert user_agent(Newsletter(archive_url="https://weekly.example.org")).endswith(
        " (+https://weekly.example.org)"
    )
    assert "(" not in user_agent(Newsletter())


@pytest.mark.parametrize(
    ("title", "archive", "ends"),
    [
        ("Eurasia Weekly", "https://w.example", " (Eurasia Weekly; +https://w.example)"),
        ("Wöchentliches", "", " (Wochentliches)"),
        ("유라시아", "https://w.example/유", " (+https://w.example/%EC%9C%A0)"),
        ("A (b); c\r\nX: y\\", "", " (A b c X: y)"),
    ],
)
def test_user_agent_names_the_newsletter_as_far_as_a_header_can(
    title: str, archive: str, ends: str
) -> None:
    name = user_agent(Newsletter(title=title, archive_url=archive))
    assert name.startswith("digest/") and name.endswith(ends)
    assert name.isascii() and name.isprintable()


class TestValidators:
    @pytest.mark.parametrize(
        ("etag", "last_modified"),
        [
            ('W/"a b"', None),
            ("unquoted", None),
            (None, "Thu, 24 Apr 2025 00:10:00 GMT"),
            ('"1"', "not a date at all"),
        ],
    )
    def test_second_run_sends_them_byte_for_byte_and_serves_the_kept_body(
        self,
        server: FaultServer,
        new_client: NewClient,
        etag: str | None,
        last_modified: str | None,
    ) -> None:
        url = server.put("/feed", answer(etag=etag, last_modified=last_modified))
        first = new_client()
        first.accept(fetch(first, url))
        first.flush()
        second = fetch(new_client(), url)
        assert (second.status, second.from_cache, second.unchanged) == (304, True, True)
        assert second.body == FEED
        asked = server.requests[-1].headers
        assert asked.get("if-none-match") == etag
        assert asked.get("if-modified-since") == last_modified

    def test_body_that_nobody_accepted_is_asked_for_again(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        url = server.put("/feed", answer(b"<html>excuses</html>", etag='"1"'))
        fetch(new_client(), url)
        assert fetch(new_client(), url).status == 200
        assert "if-none-match" not in server.requests[-1].headers

    def test_damaged_body_is_never_kept(self, server: FaultServer, new_client: NewClient) -> None:
        url = server.put("/feed", truncated(keep_bytes=300))
        client = new_client()
        client.accept(fetch(client, url))
        assert fetch(client, url).status == 200
        assert not fetch(client, url).unchanged

    def test_new_validators_of_a_304_replace_the_old_ones(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        url = server.put(
            "/feed",
            in_turn(answer(etag='"old"'), raw(head(304, {"ETag": '"new"'})), answer(etag='"new"')),
        )
        client = new_client()
        for _ in range(3):
            client.accept(fetch(client, url))
        assert server.requests[-1].headers["if-none-match"] == '"new"'

    def test_same_body_without_validators_counts_as_unchanged(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        url = server.put("/feed", answer())
        client = new_client()
        client.accept(fetch(client, url))
        again = fetch(client, url)
        assert (again.status, again.unchanged, again.from_cache) == (200, True, False)

    def test_refresh_asks_without_them(self, server: FaultServer, new_client: NewClient) -> None:
        url = server.put("/feed", answer(etag='"1"'))
        client = new_client()
        client.accept(fetch(client, url))
        assert fetch(new_client(refresh=True), url).status == 200

    def test_they_go_to_the_address_that_gave_them_only(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        server.put("/old", redirect("/new"))
        server.put("/new", answer(etag='"1"'))
        client = new_client()
        client.accept(fetch(client, server.url("/old")))
        assert fetch(client, server.url("/old")).status == 304
        assert "if-none-match" not in server.asked("/old")[-1].headers

    def test_304_without_anything_kept_is_a_failure(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        error = failure(new_client(), server.put("/feed", raw(head(304, {}))))
        assert error.http_status == 304 and "answered 304 Not Modified" in str(error)


class TestOffline:
    def test_kept_body_is_served_without_a_request(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        url = server.put("/feed", answer())
        client = new_client()
        client.accept(fetch(client, url))
        client.flush()
        response = fetch(new_client(offline=True), url)
        assert response.body == FEED and response.from_cache
        assert len(server.requests) == 1

    def test_nothing_kept_is_said(self, server: FaultServer, new_client: NewClient) -> None:
        url = server.put("/feed", answer())
        error = failure(new_client(offline=True), url)
        assert str(error) == (
            f"{url}: offline, and no earlier answer is kept; "
            "run it once without --offline in a workspace: there answers are kept"
        )
        assert server.requests == []


class TestRedirects:
    @pytest.mark.parametrize(("status", "permanent"), [(301, True), (308, True), (302, False)])
    def test_only_permanent_ones_move_the_source(
        self, server: FaultServer, new_client: NewClient, status: int, permanent: bool
    ) -> None:
        server.put("/old", redirect("/new#top", status=status))
        server.put("/new", answer())
        response = fetch(new_client(), server.url("/old"))
        assert response.body == FEED
        assert (response.url, response.final_url) == (server.url("/old"), server.url("/new"))
        assert response.permanent_redirect is permanent
        assert response.moved_to == (server.url("/new") if permanent else None)

    def test_permanent_part_ends_at_the_first_temporary_hop(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        server.put("/1", redirect("/2", status=301))
        server.put("/2", redirect("/3", status=302))
        server.put("/3", redirect("/4", status=301))
        server.put("/4", answer())
        assert fetch(new_client(), server.url("/1")).moved_to == server.url("/2")

    def test_loop_ends_after_six_requests(self, server: FaultServer, new_client: NewClient) -> None:
        error = failure(new_client(), server.put("/loop", redirect("/loop")))
        assert "redirected more than 5 times" in str(error)
        assert len(server.requests) == 6

    @pytest.mark.parametrize(
        "target", ["file:///etc/passwd", "ftp://example.org/", "javascript:alert(1)", "http://["]
    )
    def test_other_schemes_are_not_followed(
        self, server: FaultServer, new_client: NewClient, target: str
    ) -> None:
        error = failure(new_client(), server.put("/", redirect(target)))
        assert error.where == server.url("/") and f"no web address: {target}" in str(error)

    def test_missing_target_is_said(self, server: FaultServer, new_client: NewClient) -> None:
        url = server.put("/", answer(b"", status=302))
        assert "answered 302 without an address to go to" in str(failure(new_client(), url))

    @pytest.mark.parametrize(
        "target",
        ["http://169.254.169.254/latest/meta-data/", "http://127.0.0.2/", "http://[::1]/"],
    )
    def test_hop_into_a_private_network_is_refused_even_for_a_private_source(
        self, server: FaultServer, new_client: NewClient, target: str
    ) -> None:
        error = failure(new_client(), server.put("/", redirect(target)))
        assert error.status == "blocked"
        assert "is not public" in str(error)

    def test_hop_on_the_same_private_host_is_followed(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        server.put("/new", answer())
        url = server.put("/", redirect(server.url("/new")))
        assert fetch(new_client(), url).body == FEED


class TestAddresses:
    def test_loopback_is_refused_with_the_remedy_unless_private(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        url = server.put("/feed", answer())
        error = failure(new_client(), url, private=False)
        assert error.status == "blocked"
        assert str(error) == (
            f"{url}: 127.0.0.1 (loopback) is not public; "
            "put `private = true` into this source's table if that is meant"
        )
        assert server.requests == []
        assert fetch(new_client(), url).body == FEED

    @pytest.mark.parametrize(
        "host", ["localhost", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]"]
    )
    def test_every_way_of_writing_loopback_is_refused(
        self, server: FaultServer, new_client: NewClient, host: str
    ) -> None:
        error = failure(new_client(), f"http://{host}:{server.port}/feed", private=False)
        assert error.status == "blocked" and "(loopback)" in str(error)
        assert server.requests == []

    @pytest.mark.parametrize("url", ["file:///etc/passwd", "feed.xml", "http://", "http://[::1"])
    def test_what_is_no_web_address_is_refused(self, new_client: NewClient, url: str) -> None:
        assert "not a web address" in str(failure(new_client(), url))

    def test_unknown_host_is_said(self, new_client: NewClient) -> None:
        error = failure(new_client(), "http://no-such-host.invalid/")
        assert "no such host: no-such-host.invalid" in str(error)

    def test_closed_port_is_said(self, new_client: NewClient) -> None:
        with FaultServer() as server:
            url = server.url("/")
        assert f"{url}: no connection: Connection refused" in str(failure(new_client(), url))


class TestRefusals:
    @pytest.mark.parametrize(
        ("code", "status", "words"),
        [
            (404, "failed", "answered 404 Not Found; check the address"),
            (410, "gone", "answered 410 Gone; remove this source"),
            (403, "blocked", "answered 403 Forbidden; the site turns this reader away"),
            (401, "blocked", "answered 401 Unauthorized"),
            (500, "failed", "answered 500 Internal Server Error; try again later"),
            (204, "failed", ""),
        ],
    )
    def test_status_and_remedy_are_told(
        self, server: FaultServer, new_client: NewClient, code: int, status: str, words: str
    ) -> None:
        url = server.put("/feed", answer(b"", status=code))
        if code == 204:
            assert fetch(new_client(), url).body == b""
            return
        error = failure(new_client(), url)
        assert error.status == status and error.http_status == code
        assert words in str(error)

    @pytest.mark.parametrize(("code", "status"), [(429, "blocked"), (503, "failed")])
    @pytest.mark.parametrize("wait", ["120", "Mon, 28 Apr 2025 07:02:00 GMT"])
    def test_retry_after_is_told_and_holds_for_the_whole_host(
        self, server: FaultServer, new_client: NewClient, code: int, status: str, wait: str
    ) -> None:
        url = server.put("/busy", answer(b"", status=code, headers={"Retry-After": wait}))
        client = new_client()
        error = failure(client, url)
        assert error.status == status
        assert "wants no request for 120 s" in str(error)
        assert error.retry_at == NOW + timedelta(seconds=120)
        other = failure(client, server.put("/feed", answer()))
        assert "not asked" in str(other) and other.status == "blocked"
        assert len(server.requests) == 1

    def test_retry_after_nothing_lets_others_go_on(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        url = server.put("/busy", answer(b"", status=503, headers={"Retry-After": "0"}))
        client = new_client()
        failure(client, url)
        assert fetch(client, server.put("/feed", answer())).body == FEED

    @pytest.mark.parametrize("code", [200, 403, 503])
    def test_challenge_for_browsers_is_blocked(
        self, server: FaultServer, new_client: NewClient, code: int
    ) -> None:
        behaviour = answer(
            b"<html>Just a moment", status=code, headers={"cf-mitigated": "challenge"}
        )
        error = failure(new_client(), server.put("/feed", behaviour))
        assert error.status == "blocked" and "challenge" in str(error)


class TestTime:
    @pytest.mark.parametrize(
        "start",
        [
            b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss>",
            b"HTTP/1.1 200 OK\r\nX-Long: ",
            b"",
        ],
        ids=["body", "header", "status-line"],
    )
    def test_drip_ends_at_the_deadline(
        self, server: FaultServer, new_client: NewClient, start: bytes
    ) -> None:
        quick = dataclasses.replace(QUICK, deadline_seconds=0.3)
        error = failure(new_client(quick), server.put("/drip", drip(start)))
        assert "not finished after 0.3 s; raise deadline_seconds in [gather]" in str(error)

    def test_silence_ends_earlier(self, server: FaultServer, new_client: NewClient) -> None:
        quick = dataclasses.replace(QUICK, idle_timeout_seconds=0.2)
        error = failure(new_client(quick), server.put("/silent", silent()))
        assert "silent for 0.2 s" in str(error)


class TestBodies:
    @pytest.mark.parametrize(
        ("how", "said"),
        [
            ("gzip", None),
            ("gzip", "x-gzip"),
            ("gzip", ""),
            ("gzip", "deflate"),
            ("deflate", None),
            ("raw-deflate", None),
            ("plain", "gzip"),
            ("plain", "deflate"),
            ("plain", "identity"),
        ],
    )
    def test_encoding_is_undone_whatever_the_header_says(
        self, server: FaultServer, new_client: NewClient, how: str, said: str | None
    ) -> None:
        response = fetch(new_client(), server.put("/feed", compressed(how=how, said=said)))
        assert response.body == FEED and not response.problems

    def test_file_that_was_compressed_before_is_undone_as_well(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        url = server.put("/feed.xml.gz", compressed(gzip.compress(FEED)))
        assert fetch(new_client(), url).body == FEED

    def test_several_gzip_members_are_one_body(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        body = gzip.compress(FEED[:100]) + gzip.compress(FEED[100:]) + bytes(16)
        url = server.put("/feed", answer(body, headers={"Content-Encoding": "gzip"}))
        assert fetch(new_client(), url).body == FEED

    def test_encoding_nobody_asked_for_is_named(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        error = failure(new_client(), server.put("/feed", compressed(how="plain", said="compress")))
        assert "an encoding that was not asked for: compress" in str(error)

    @pytest.mark.parametrize("behaviour", [bomb(64), answer(bytes(300_000))], ids=["bomb", "large"])
    def test_more_than_the_bound_is_refused_with_the_setting(
        self, server: FaultServer, new_client: NewClient, behaviour: Callable[..., None]
    ) -> None:
        small = dataclasses.replace(QUICK, max_bytes=200_000)
        error = failure(new_client(small), server.put("/feed", behaviour))
        assert "larger than 200,000 bytes; raise max_bytes in [gather]" in str(error)

    @pytest.mark.parametrize("chunked", [False, True])
    def test_answer_that_breaks_off_gives_what_came_and_says_so(
        self, server: FaultServer, new_client: NewClient, chunked: bool
    ) -> None:
        response = fetch(
            new_client(), server.put("/feed", truncated(keep_bytes=300, chunked=chunked))
        )
        assert response.body == FEED[:300]
        assert "after 300" in response.problems[0]

    def test_compressed_body_that_breaks_off_gives_what_came(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        body = gzip.compress(FEED * 20)
        url = server.put("/feed", answer(body[:-20], headers={"Content-Encoding": "gzip"}))
        response = fetch(new_client(), url)
        assert response.body.startswith(FEED[:100])
        assert "ends early" in response.problems[0]


class TestConnections:
    def test_one_connection_serves_many_requests(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        ports = []

        def behave(request: object, connection: object) -> None:
            ports.append(connection.sock.getpeername())  # type: ignore[attr-defined]
            answer()(request, connection)  # type: ignore[arg-type]

        url = server.put("/feed", behave)
        client = new_client()
        for _ in range(3):
            fetch(client, url)
        assert len(set(ports)) == 1

    @pytest.mark.parametrize("status", [200, 204, 302, 304, 400, 403, 404, 410, 500, 503])
    def test_an_answer_without_a_body_leaves_its_connection_to_the_next_which_is_sent_once(
        self, server: FaultServer, new_client: NewClient, status: int
    ) -> None:
        ports = []

        def noted(then: Behaviour) -> Behaviour:
            def behave(request: Request, connection: Connection) -> None:
                ports.append(connection.sock.getpeername())
                then(request, connection)

            return behave

        headers = {"Location": "/other"} if status == 302 else {}
        server.put("/other", noted(answer(b"", status=404)))
        server.put("/empty", noted(answer(b"", status=status, headers=headers)))
        server.put("/feed", noted(answer()))
        client = new_client()
        kept: list[object] = []  # as a run keeps what it reports: nothing may wait for its end
        for _ in range(2):
            try:
                kept.append(fetch(client, server.url("/empty")))
            except FetchError as error:
                kept.append(error)
            assert fetch(client, server.url("/feed")).body == FEED
        assert len(server.asked("/feed")) == 2
        assert len(server.asked("/empty")) == 2
        assert len(set(ports)) == 1

    def test_kept_connection_that_the_server_closed_is_opened_anew(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        def close_silently(request: object, connection: object) -> None:
            connection.keep = False  # type: ignore[attr-defined]

        url = server.put("/feed", in_turn(answer(), close_silently, answer()))
        client = new_client()
        assert fetch(client, url).body == FEED
        assert fetch(client, url).body == FEED

    @pytest.mark.parametrize(
        "data", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n"]
    )
    def test_nonsense_is_a_failure_with_one_line(
        self, server: FaultServer, new_client: NewClient, data: bytes
    ) -> None:
        error = failure(new_client(), server.put("/feed", raw(data)))
        assert error.status == "failed" and "\n" not in str(error)
        assert "the connection broke: " in str(error)


class TestTransportSecurity:
    @pytest.fixture
    def certificate(self, tmp_path: Path) -> str:
        """A key with a certificate for 127.0.0.1 that signs itself."""
        path = tmp_path / "server.pem"
        try:
            subprocess.run(
                [
                    *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650"),
                    *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
                    *("-keyout", str(path), "-out", str(tmp_path / "only.pem")),
                ],
                check=True,
                capture_output=True,
            )
        except FileNotFoundError:
            pytest.skip("the program openssl is not installed")
        with path.open("a") as file:
            file.write((tmp_path / "only.pem").read_text())
        return str(path)

    def test_certificate_that_nobody_trusts_is_refused(
        self, certificate: str, new_client: NewClient
    ) -> None:
        with FaultServer(certificate=certificate) as server:
            error = failure(new_client(), server.put("/feed", answer()))
        assert "no safe connection" in str(error) and "self-signed" in str(error)

    def test_trusted_certificate_is_fine_and_a_drip_still_ends(
        self, certificate: str, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", certificate)
        quick = dataclasses.replace(QUICK, deadline_seconds=1.0)
        with FaultServer(certificate=certificate) as server:
            client = new_client(quick)
            assert fetch(client, server.put("/feed", answer())).body == FEED
            error = failure(client, server.put("/drip", drip(b"HTTP/1.1 200 OK\r\nX: ")))
        assert "not finished after 1 s" in str(error)
