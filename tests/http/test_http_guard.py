"""Which addresses count as public."""

from __future__ import annotations

import pytest

from digest.http.addresses import find_objection, is_plainly_private


@pytest.mark.parametrize(
    ("address", "objection"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("0.0.0.0", "unspecified"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("192.168.1.1", "private"),
        ("169.254.169.254", "link-local"),
        ("100.64.0.1", "carrier-grade NAT"),
        ("224.0.0.1", "multicast"),
        ("240.0.0.1", "private"),
        ("255.255.255.255", "private"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("fe80::1%eth0", "link-local"),
        ("fc00::1", "private"),
        ("fec0::1", "private"),
        ("ff02::1", "multicast"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:10.0.0.1", "private"),
        ("64:ff9b::a9fe:a9fe", "link-local"),
        ("2002:7f00:1::", "loopback"),
        ("93.184.215.14", ""),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", ""),
        ("::ffff:93.184.215.14", ""),
    ],
)
def test_addresses_that_are_not_public_are_named(address: str, objection: str) -> None:
    assert find_objection(address) == objection


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("localhost", True),
        ("Feeds.Localhost.", True),
        ("127.0.0.1", True),
        ("192.168.1.5", True),
        ("::1", True),
        ("93.184.215.14", False),
        ("intranet", False),
        ("example.org", False),
        ("2130706433", False),
        ("", False),
    ],
)
def test_host_is_plainly_private_when_its_name_says_so(host: str, private: bool) -> None:
    assert is_plainly_private(host) is private
