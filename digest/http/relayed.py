"""Requests over urllib3: through proxies, and to addresses that are not in normal form."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import urllib3
from urllib3 import exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError

from digest.http.answers import Broken, NoAddress, NoConnection, Unclear, UnknownHost
from digest.http.deadline import allowed_seconds
from digest.http.guard import Reply, connect, safe_context


class _Guarded:
    """Replaces how a urllib3 connection opens its socket."""

    private = False
    response_class: Any = Reply

    def _new_conn(self: Any) -> socket.socket:
        seconds = self.timeout if isinstance(self.timeout, int | float) else allowed_seconds()
        try:
            return connect(
                self._dns_host, self.port, private=self.private, timeout_seconds=float(seconds)
            )
        except (socket.gaierror, UnicodeError) as error:
            reason = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
            raise NameResolutionError(self.host, self, reason) from error
        except TimeoutError as error:
            raise exceptions.ConnectTimeoutError(self, "connect timed out") from error
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


class Relayed:
    """Connection pools for public addresses only, or for any with ``private``.

    The two kinds never share a connection. ``per_host`` connections are kept for each of the
    ``hosts`` last used. Certificates are checked against the system's authorities and those of the
    PEM file ``authorities``; ``certificate`` is a PEM file with a client's own and its key.
    Through ``proxy`` the addresses are the proxy's to judge: its own may be any.

    Raises FetchError when a PEM file cannot be used.
    """

    def __init__(
        self,
        *,
        private: bool,
        per_host: int,
        hosts: int,
        proxy: str,
        authorities: Path | None,
        certificate: Path | None,
    ) -> None:
        context = safe_context(authorities, certificate)
        self._pools: urllib3.PoolManager
        if proxy:
            self._pools = _behind(proxy, num_pools=hosts, maxsize=per_host, ssl_context=context)
        else:
            self._pools = urllib3.PoolManager(
                num_pools=hosts, maxsize=per_host, ssl_context=context
            )
        self._pools.pool_classes_by_scheme = (
            {"http": _AnyHTTPPool, "https": _AnyHTTPSPool}
            if private or proxy
            else {"http": _PublicHTTPPool, "https": _PublicHTTPSPool}
        )

    def clear(self) -> None:
        """Closes what is kept open."""
        self._pools.clear()

    def request(
        self,
        method: str,
        target: str,
        headers: dict[str, str],
        *,
        connect_seconds: float,
        idle_seconds: float,
    ) -> RelayedAnswer:
        """The head of the answer; raises as :meth:`digest.http.direct.Direct.request`, and
        NoAddress."""
        timeout = urllib3.Timeout(connect=connect_seconds, read=idle_seconds)
        for again in (True, False):
            try:
                answer = self._pools.request(
                    method,
                    target,
                    headers=headers,
                    timeout=timeout,
                    retries=False,
                    redirect=False,
                    preload_content=False,
                    decode_content=False,
                )
            except exceptions.ProtocolError as error:
                # A kept connection may have been closed by the server meanwhile.
                if not again:
                    raise Broken from error
            except exceptions.NameResolutionError as error:
                raise UnknownHost(target) from (error.__cause__ or error)
            except exceptions.NewConnectionError as error:
                raise NoConnection(target) from error
            except exceptions.TimeoutError as error:
                is_first = isinstance(error, exceptions.ConnectTimeoutError)
                raise TimeoutError("connect" if is_first else "read") from error
            except exceptions.SSLError as error:
                raise _inner(error) from error
            except exceptions.LocationParseError as error:
                raise NoAddress(target) from error
            except exceptions.HTTPError as error:
                raise Unclear(str(error)) from error
            else:
                return RelayedAnswer(answer)
        raise AssertionError("the second try has an end")


class RelayedAnswer:
    """See :class:`digest.http.answers.Answer`."""

    def __init__(self, answer: urllib3.BaseHTTPResponse) -> None:
        self._answer = answer
        self.status = answer.status
        self.headers = answer.headers

    def read(self, amount: int) -> bytes:
        """See :meth:`digest.http.answers.Answer.read`."""
        try:
            return self._answer.read(amount, decode_content=False)
        except exceptions.TimeoutError as error:
            raise TimeoutError("read") from error
        except exceptions.SSLError as error:
            raise _inner(error) from error
        except exceptions.HTTPError as error:
            raise Broken from error

    def let_go(self) -> None:
        """See :meth:`digest.http.answers.Answer.let_go`."""
        if self.status == 304 or getattr(self._answer, "length_remaining", None) == 0:
            # http.client takes an answer for unread until its end was read, though nothing comes:
            # the next request on this connection would be sent, go unanswered, and be sent again.
            self._answer.drain_conn()
            self._answer.release_conn()
        else:
            self._answer.close()


def _inner(error: exceptions.SSLError) -> ssl.SSLError:
    """Python's own error in urllib3's."""
    inner = error.args[-1] if error.args else None
    return inner if isinstance(inner, ssl.SSLError) else ssl.SSLError(0, str(error))


def _behind(proxy: str, **settings: Any) -> urllib3.ProxyManager:
    parts = urlsplit(proxy)
    headers = None
    if parts.username is not None:
        # RFC 7617; urllib3 takes no name and password from the proxy's address.
        name = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers = urllib3.make_headers(proxy_basic_auth=name)
    return urllib3.ProxyManager(
        proxy, proxy_headers=headers, proxy_ssl_context=settings["ssl_context"], **settings
    )
