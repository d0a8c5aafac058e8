"""Addresses in normal form are asked without urllib3: servers must not see a difference."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from servers import FEED, FaultServer, answer, in_turn, truncated
from urllib3.util import parse_url

from digest.config.schema import Gather
from digest.errors import FetchError
from digest.http import Client
from digest.http.direct import find_usual

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
ADDRESSES = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP", "ftp"]),
    st.sampled_from(
        [
            "example.org",
            "a.b-c.example",
            "127.0.0.1",
            "EXAMPLE.org",
            "[::1]",
            "u@example.org",
            "ü.de",
        ]
    ),
    st.sampled_from(["", ":80", ":443", ":8080", ":99999", ":"]),
    st.text("/ab.%2Fe~ü?&=;:@+#[]\\ ", max_size=12).map(lambda text: f"/{text}"),
    st.text("?a=%7E&/ü#", max_size=8),
)


def new_client() -> Client:
    gather = Gather(connect_timeout_seconds=2.0, idle_timeout_seconds=5.0, deadline_seconds=5.0)
    return Client(gather, None, now=NOW, user_agent="digest/test")


@settings(max_examples=500, deadline=None)
@given(ADDRESSES)
def test_what_is_asked_directly_is_what_urllib3_would_ask(url: str) -> None:
    usual = find_usual(url)
    if usual is not None:
        parsed = parse_url(url)
        port = parsed.port or {"http": 80, "https": 443}[usual.scheme]
        assert (parsed.scheme, parsed.host, port, parsed.request_uri) == tuple(usual)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/feed.xml",
        "https://blog.example.org:8443/a/b;c=1?feed=rss2&x=%C3%BC",
        "https://xn--bcher-kva.example/",
    ],
)
def test_usual_addresses_are_asked_directly(url: str) -> None:
    assert find_usual(url) is not None


def test_an_address_in_another_form_is_asked_in_the_same_words(server: FaultServer) -> None:
    server.put("/a/feed", answer())
    client = new_client()
    for path in ("/a/feed", "/a/./feed", "/b/../a/feed"):
        assert client.fetch(server.url(path), private=True).body == FEED
    client.close()
    direct, *relayed = server.requests
    for other in relayed:
        assert (other.path, list(other.headers.items())) == (
            direct.path,
            list(direct.headers.items()),
        )


@pytest.mark.parametrize("path", ["/feed", "/./feed"])
def test_an_address_that_is_not_public_is_refused_in_any_form(
    server: FaultServer, path: str
) -> None:
    url = server.put("/feed", answer()).replace("/feed", path)
    client = new_client()
    with pytest.raises(FetchError, match="not public"):
        client.fetch(url)
    client.close()
    assert not server.requests


@pytest.mark.parametrize("path", ["/feed", "/./feed"])
@pytest.mark.parametrize("chunked", [False, True])
def test_what_breaks_off_is_told_in_any_form_and_another_may_follow(
    server: FaultServer, path: str, chunked: bool
) -> None:
    broken = truncated(keep_bytes=len(FEED) // 2, chunked=chunked)
    url = server.put("/feed", in_turn(broken, answer())).replace("/feed", path)
    client = new_client()
    assert "broke off" in client.fetch(url, private=True).problems[0]
    assert client.fetch(url, private=True).body == FEED
    client.close()
