"""Connections: kept open per host, judged, bounded, through the proxy of the environment."""

from __future__ import annotations

import contextlib
import http.client as wire
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from digest.config.schema import Gather
from digest.errors import FetchError
from digest.http.addresses import PRIVATE_FIX, is_plainly_private

if TYPE_CHECKING:
    import urllib3


class Connections:
    """Opens requests for all threads of a run.

    Proxies are the environment's (``HTTP_PROXY``, ``HTTPS_PROXY``, ``ALL_PROXY``, without the
    hosts of ``NO_PROXY``). ``authorities`` is a PEM file of certificates to trust beside the
    system's.
    """

    def __init__(self, gather: Gather, *, authorities: Path | None = None) -> None:
        self._gather = gather
        self._authorities = authorities
        self._lock = threading.Lock()
        self._pools: dict[tuple[bool, str, Path | None], urllib3.PoolManager] = {}
        self._proxies: dict[str, str] | None = None

    def clear(self) -> None:
        """Closes what is kept open."""
        for pools in self._pools.values():
            pools.clear()

    @contextlib.contextmanager
    def open(
        self,
        target: str,
        headers: dict[str, str],
        *,
        private: bool,
        method: str = "GET",
        certificate: Path | None = None,
    ) -> Iterator[urllib3.BaseHTTPResponse]:
        """The answer's head, its body still to be read; raises FetchError and TimeoutError."""
        from urllib3 import Timeout, exceptions

        timeout = Timeout(
            connect=self._gather.connect_timeout_seconds, read=self._gather.idle_timeout_seconds
        )
        pools = self._pools_for(target, private, certificate)
        answer: urllib3.BaseHTTPResponse | None = None
        try:
            for again in (True, False):
                try:
                    answer = pools.request(
                        method,
                        target,
                        headers=headers,
                        timeout=timeout,
                        retries=False,
                        redirect=False,
                        preload_content=False,
                        decode_content=False,
                    )
                    break
                except exceptions.ProtocolError:
                    # A kept connection may have been closed by the server meanwhile.
                    if not again:
                        raise
            assert answer is not None
            yield answer
        except exceptions.NameResolutionError as error:
            raise FetchError(
                f"no such host: {urlsplit(target).hostname}",
                fix="check the address and the network",
            ) from error
        except exceptions.NewConnectionError as error:
            raise FetchError(
                f"no connection: {_innermost(error)}", fix="check the address, or try again later"
            ) from error
        except (exceptions.TimeoutError, TimeoutError) as error:
            raise TimeoutError(
                "connect" if isinstance(error, exceptions.ConnectTimeoutError) else "read"
            ) from error
        except exceptions.SSLError as error:
            raise FetchError(
                f"no safe connection: {_innermost(error)}", fix="the site must mend its certificate"
            ) from error
        except exceptions.LocationParseError as error:
            raise FetchError(f"not an address: {target}", fix="check the address") from error
        except (exceptions.HTTPError, OSError, wire.HTTPException) as error:
            raise FetchError(
                f"the connection broke: {_innermost(error)}", fix="try again later"
            ) from error
        finally:
            if answer is not None:
                _let_go(answer)

    def _pools_for(
        self, target: str, private: bool, certificate: Path | None
    ) -> urllib3.PoolManager:
        from digest.http.guard import open_pools

        proxy = self._proxy_for(target)
        if proxy and not private:
            _refuse_plainly_private(target)
        with self._lock:
            key = (private, proxy, certificate)
            if key not in self._pools:
                self._pools[key] = open_pools(
                    private=private,
                    per_host=self._gather.at_once_per_host,
                    hosts=max(16, self._gather.at_once * 2),
                    proxy=proxy,
                    authorities=self._authorities,
                    certificate=certificate,
                )
            return self._pools[key]

    def _proxy_for(self, target: str) -> str:
        """The address of the proxy for a request, "" for none."""
        import urllib.request

        if self._proxies is None:
            self._proxies = urllib.request.getproxies_environment()
        parts = urlsplit(target)
        proxy = self._proxies.get(parts.scheme) or self._proxies.get("all") or ""
        if not proxy or urllib.request.proxy_bypass(parts.netloc):
            return ""
        if "://" not in proxy:
            proxy = f"http://{proxy}"
        if urlsplit(proxy).scheme not in ("http", "https"):
            raise FetchError(
                f"the environment names a proxy of a kind that digest does not speak: "
                f"{urlsplit(proxy).scheme}",
                target,
                "set HTTPS_PROXY to an http:// address, or the host into NO_PROXY",
            )
        return proxy


def _refuse_plainly_private(target: str) -> None:
    """What a proxy resolves cannot be judged here; what is private by its very name can."""
    host = urlsplit(target).hostname or ""
    if is_plainly_private(host):
        raise FetchError(f"{host} is not public", fix=PRIVATE_FIX, status="blocked")


def _let_go(answer: urllib3.BaseHTTPResponse) -> None:
    """Gives the connection back when nothing is left on it, and closes it otherwise."""
    if answer.status == 304 or getattr(answer, "length_remaining", None) == 0:
        # http.client takes an answer for unread until its end was read, though nothing comes: the
        # next request on this connection would be sent, go unanswered, and be sent again.
        answer.drain_conn()
        answer.release_conn()
    else:
        answer.close()


def _innermost(error: BaseException) -> str:
    """The cause at the bottom, without the wrapping of the libraries above."""
    while error.__cause__ is not None:
        error = error.__cause__
    if error.args and isinstance(error.args[-1], BaseException):
        return _innermost(error.args[-1])
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    told = " ".join(str(error).split())[:200]
    if isinstance(error, wire.BadStatusLine) and not isinstance(error, wire.RemoteDisconnected):
        return f"what came is no HTTP: {told}"
    return told or type(error).__name__
