"""Which IP addresses are public, by the registries of special purposes (RFC 6890)."""

from __future__ import annotations

import ipaddress

PRIVATE_FIX = "put `private = true` into this source's table if that is meant"
"""What to do about an address that is not public, for a source of digest.toml."""

PRIVATE_ADDED = "name it in digest.toml with `private = true` if that is meant"
"""The same for one that stands in no table: typed, or in a list of others."""

PRIVATE_OPTION = "pass --private if that is meant"
"""The same where a command has that option."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_CARRIER = ipaddress.ip_network("100.64.0.0/10")


def find_objection(address: str) -> str:
    """Why this IP address is not public: ``loopback``, ``private``, …; empty when it is."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _embedded(ip)
        if inner is not None:
            return find_objection(str(inner))
    for word, applies in (
        ("unspecified", ip.is_unspecified),
        ("loopback", ip.is_loopback),
        ("link-local", ip.is_link_local),
        ("multicast", ip.is_multicast),
        ("carrier-grade NAT", ip.version == 4 and ip in _CARRIER),
        ("private", ip.is_private or getattr(ip, "is_site_local", False)),
        ("reserved", ip.is_reserved or not ip.is_global),
    ):
        if applies:
            return word
    return ""


def _embedded(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, where it does."""
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip.teredo is not None:
        return ip.teredo[1]
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


def is_plainly_private(host: str) -> bool:
    """True when a host's very name says that it is not public: localhost, 192.168.1.5."""
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return bool(find_objection(host))
    except ValueError:
        return False
