"""What one source's server is shown goes to it alone; proxies and certificates are the user's."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers import FEED, FaultServer, answer, redirect

from digest.config.schema import Gather
from digest.errors import FetchError
from digest.http import Client
from digest.http.access import Access, basic, bearer

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
QUICK = Gather(connect_timeout_seconds=2.0, idle_timeout_seconds=5.0, deadline_seconds=5.0)
KEY = {"Authorization": bearer("s3cret"), "X-Key": "k"}

NewClient = Callable[..., Client]


@pytest.fixture
def new_client() -> Iterator[NewClient]:
    clients = []

    def make(*, authorities: Path | None = None) -> Client:
        client = Client(QUICK, None, now=NOW, user_agent="digest/test", authorities=authorities)
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


class TestHeaders:
    def test_the_source_s_own_host_gets_them(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        url = server.put("/feed", answer())
        new_client().fetch(url, private=True, access=Access(headers=KEY, user_agent="Weekly/1"))
        (request,) = server.requests
        assert request.headers["authorization"] == "Bearer s3cret"
        assert request.headers["x-key"] == "k" and request.headers["user-agent"] == "Weekly/1"

    def test_a_redirect_within_the_host_keeps_them(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        server.put("/new", answer())
        url = server.put("/feed", redirect("/new"))
        new_client().fetch(url, private=True, access=Access(headers=KEY))
        assert server.requests[-1].headers["x-key"] == "k"

    def test_another_port_or_host_never_learns_them(
        self, server: FaultServer, new_client: NewClient
    ) -> None:
        with FaultServer() as other:
            there = other.put("/", answer())
            url = server.put("/feed", redirect(there))
            new_client().fetch(url, private=True, access=Access(headers=KEY))
            (request,) = other.requests
            assert not {"x-key", "authorization"} & set(request.headers)

    @pytest.mark.parametrize(
        ("target", "asked", "may_know"),
        [
            ("https://a.example/x", "https://a.example/y", True),
            ("https://A.example:443/x", "https://a.example/y", True),
            ("https://a.example/x", "http://a.example/y", True),
            ("http://a.example/x", "https://a.example/y", False),
            ("https://a.example:8443/x", "https://a.example/y", False),
            ("https://b.a.example/x", "https://a.example/y", False),
            ("https://a.example.evil.example/x", "https://a.example/y", False),
            ("https://a.example@evil.example/x", "https://a.example/y", False),
        ],
    )
    def test_only_the_same_host_as_safe_as_before_may_know(
        self, target: str, asked: str, may_know: bool
    ) -> None:
        assert bool(Access(headers=KEY).headers_for(target, asked)) is may_know

    def test_nothing_that_is_printed_shows_them(self) -> None:
        assert "s3cret" not in repr(Access(headers=KEY))

    def test_names_and_passwords_of_any_script_are_sent_as_utf_8(self) -> None:
        assert basic("ж", "π:x") == "Basic 0LY6z4A6eA=="


class TestProxy:
    def test_the_environment_s_proxy_is_asked_for_what_it_does_not_except(
        self, server: FaultServer, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server.put("http://feeds.example.org/feed", answer())
        monkeypatch.setenv("http_proxy", f"http://user:p%40ss@127.0.0.1:{server.port}")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        response = new_client().fetch("http://feeds.example.org/feed")
        assert response.body == FEED
        (request,) = server.requests
        assert request.path == "http://feeds.example.org/feed"
        assert request.headers["proxy-authorization"] == basic("user", "p@ss")
        direct = server.put("/direct", answer())
        assert new_client().fetch(direct, private=True).body == FEED
        assert server.requests[-1].path == "/direct"

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "10.1.2.3", "[::1]"])
    def test_what_is_private_by_its_name_is_refused_behind_a_proxy_too(
        self,
        server: FaultServer,
        new_client: NewClient,
        monkeypatch: pytest.MonkeyPatch,
        host: str,
    ) -> None:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.port}")
        monkeypatch.setenv("no_proxy", "")
        with pytest.raises(FetchError, match="not public"):
            new_client().fetch(f"http://{host}/feed")
        assert not server.requests

    def test_a_proxy_of_an_unknown_kind_is_named(
        self, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:1080")
        monkeypatch.setenv("no_proxy", "")
        with pytest.raises(FetchError, match="does not speak: socks5"):
            new_client().fetch("http://feeds.example.org/feed")


class TestCertificates:
    @pytest.fixture
    def pem(self, tmp_path: Path) -> Callable[[str], tuple[Path, Path]]:
        """Makes (key and certificate, certificate alone), signed by itself."""

        def make(name: str) -> tuple[Path, Path]:
            both, alone = tmp_path / f"{name}.pem", tmp_path / f"{name}-only.pem"
            try:
                subprocess.run(
                    [
                        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"),
                        *("-days", "3650", "-subj", f"/CN={name}"),
                        *("-addext", "subjectAltName=IP:127.0.0.1"),
                        *("-keyout", str(both), "-out", str(alone)),
                    ],
                    check=True,
                    capture_output=True,
                )
            except FileNotFoundError:
                pytest.skip("the program openssl is not installed")
            with both.open("a") as file:
                file.write(alone.read_text())
            return both, alone

        return make

    def test_authorities_of_the_user_are_trusted_beside_the_system_s(
        self, pem: Callable[[str], tuple[Path, Path]], new_client: NewClient
    ) -> None:
        both, alone = pem("server")
        with FaultServer(certificate=str(both)) as server:
            url = server.put("/feed", answer())
            with pytest.raises(FetchError, match="no safe connection"):
                new_client().fetch(url, private=True)
            assert new_client(authorities=alone).fetch(url, private=True).body == FEED

    def test_a_client_s_certificate_is_shown_to_the_server_that_wants_one(
        self, pem: Callable[[str], tuple[Path, Path]], new_client: NewClient
    ) -> None:
        both, alone = pem("server")
        own, own_alone = pem("client")
        with FaultServer(certificate=str(both), clients=str(own_alone)) as server:
            url = server.put("/feed", answer())
            client = new_client(authorities=alone)
            with pytest.raises(FetchError):
                client.fetch(url, private=True)
            shown = client.fetch(url, private=True, access=Access(certificate=own))
            assert shown.body == FEED

    def test_a_redirect_from_https_to_http_takes_nothing_along(
        self, pem: Callable[[str], tuple[Path, Path]], new_client: NewClient
    ) -> None:
        both, alone = pem("server")
        with FaultServer() as plain, FaultServer(certificate=str(both)) as safe:
            for path, status in (("/302", 302), ("/308", 308)):
                url = safe.put(path, redirect(plain.put(path, answer()), status=status))
                given = Access(headers={**KEY, "Cookie": "a=b"})
                new_client(authorities=alone).fetch(url, private=True, access=given)
            assert all(request.headers["x-key"] == "k" for request in safe.requests)
            assert len(plain.requests) == 2
            for request in plain.requests:
                assert not {"x-key", "authorization", "cookie"} & set(request.headers)

    def test_a_file_that_is_no_certificate_is_named(
        self, tmp_path: Path, new_client: NewClient
    ) -> None:
        bad = tmp_path / "bad.pem"
        bad.write_text("nothing")
        with pytest.raises(FetchError, match=r"certificate .*bad\.pem cannot be used"):
            new_client().fetch("https://example.org/", access=Access(certificate=bad))
