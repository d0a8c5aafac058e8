"""Which addresses may be connected to: public ones only, unless the user says otherwise.

The judgement falls after name resolution, and the connection goes to the very address that
was judged, so that a name that resolves differently the second time (DNS rebinding) gains
nothing. Decimal, octal and short forms (``2130706433``, ``127.1``) are judged as what the
system makes of them.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError

from digest.errors import FetchError
from digest.http.deadline import TimedSocket, TimedSSLSocket, allowed_seconds

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


def _connect(host: str, port: int, *, private: bool, timeout_seconds: float) -> socket.socket:
    """A connected socket; raises FetchError when no address of the host may be used."""
    refused = ""
    failure: OSError | None = None
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    for family, kind, protocol, _, address in found:
        objection = "" if private else find_objection(str(address[0]))
        if objection:
            refused = refused or f"{address[0]} ({objection})"
            continue
        connection = TimedSocket(family, kind, protocol)
        try:
            connection.settimeout(min(timeout_seconds, allowed_seconds()))
            connection.connect(address)
        except OSError as error:
            connection.close()
            failure = error
            continue
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection
    if failure is not None:
        raise failure
    raise FetchError(
        f"{host} is at {refused or 'no address'}, which is not public",
        fix="put `private = true` into this source's table if that is meant",
        status="blocked",
    )


class _Guarded:
    """Replaces how a urllib3 connection opens its socket."""

    private = False

    def _new_conn(self: Any) -> socket.socket:
        seconds = self.timeout if isinstance(self.timeout, int | float) else allowed_seconds()
        try:
            return _connect(
                self._dns_host, self.port, private=self.private, timeout_seconds=float(seconds)
            )
        except (socket.gaierror, UnicodeError) as error:
            reason = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
            raise NameResolutionError(self.host, self, reason) from error
        except TimeoutError as error:
            raise urllib3.exceptions.ConnectTimeoutError(self, "connect timed out") from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error


class _PublicHTTP(_Guarded, HTTPConnection):
    pass


class _PublicHTTPS(_Guarded, HTTPSConnection):
    pass


class _AnyHTTP(_PublicHTTP):
    private = True


class _AnyHTTPS(_PublicHTTPS):
    private = True


class _PublicHTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _PublicHTTP


class _PublicHTTPSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _PublicHTTPS


class _AnyHTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _AnyHTTP


class _AnyHTTPSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _AnyHTTPS


def open_pools(*, private: bool, per_host: int, hosts: int) -> urllib3.PoolManager:
    """Connection pools for public addresses only, or for any with ``private``.

    The two kinds never share a connection. ``per_host`` connections are kept for each of the
    ``hosts`` last used. Certificates are checked against the system's authorities.
    """
    context = ssl.create_default_context()
    context.sslsocket_class = TimedSSLSocket
    pools = urllib3.PoolManager(num_pools=hosts, maxsize=per_host, ssl_context=context)
    pools.pool_classes_by_scheme = (
        {"http": _AnyHTTPPool, "https": _AnyHTTPSPool}
        if private
        else {"http": _PublicHTTPPool, "https": _PublicHTTPSPool}
    )
    return pools
