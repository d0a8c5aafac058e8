"""Connections: kept open per host, judged, bounded, through the proxy of the environment."""

from __future__ import annotations

import contextlib
import http.client as wire
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from digest.config.schema import Gather
from digest.errors import FetchError
from digest.http.addresses import PRIVATE_FIX, is_plainly_private
from digest.http.answers import Answer, Broken, NoAddress, NoConnection, Unclear, UnknownHost
from digest.http.direct import Direct, find_usual

if TYPE_CHECKING:
    from digest.http.relayed import Relayed


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
        self._direct = Direct(
            per_host=gather.at_once_per_host,
            hosts=_hosts(gather),
            connect_seconds=gather.connect_timeout_seconds,
            authorities=authorities,
        )
        self._relays: dict[tuple[bool, str, Path | None], Relayed] = {}
        self._proxies: dict[str, str] | None = None

    def clear(self) -> None:
        """Closes what is kept open."""
        self._direct.clear()
        for relay in self._relays.values():
            relay.clear()

    @contextlib.contextmanager
    def open(
        self,
        target: str,
        headers: dict[str, str],
        *,
        private: bool,
        method: str = "GET",
        certificate: Path | None = None,
    ) -> Iterator[Answer]:
        """The answer's head, its body still to be read; raises FetchError and TimeoutError."""
        answer: Answer | None = None
        try:
            answer = self._request(target, headers, private, method, certificate)
            yield answer
        except UnknownHost as error:
            raise FetchError(
                f"no such host: {urlsplit(target).hostname}",
                fix="check the address and the network",
            ) from error
        except NoConnection as error:
            raise FetchError(
                f"no connection: {_innermost(error)}", fix="check the address, or try again later"
            ) from error
        except TimeoutError as error:
            raise TimeoutError("connect" if str(error) == "connect" else "read") from error
        except ssl.SSLError as error:
            raise FetchError(
                f"no safe connection: {_innermost(error)}", fix="the site must mend its certificate"
            ) from error
        except NoAddress as error:
            raise FetchError(f"not an address: {target}", fix="check the address") from error
        except (Broken, Unclear, OSError, wire.HTTPException) as error:
            raise FetchError(
                f"the connection broke: {_innermost(error)}", fix="try again later"
            ) from error
        finally:
            if answer is not None:
                answer.let_go()

    def _request(
        self,
        target: str,
        headers: dict[str, str],
        private: bool,
        method: str,
        certificate: Path | None,
    ) -> Answer:
        proxy = self._proxy_for(target)
        usual = None if proxy else find_usual(target)
        if usual is not None:
            return self._direct.request(
                method, usual, headers, private=private, certificate=certificate
            )
        if proxy and not private:
            _refuse_plainly_private(target)
        return self._relay(private, proxy, certificate).request(
            method,
            target,
            headers,
            connect_seconds=self._gather.connect_timeout_seconds,
            idle_seconds=self._gather.idle_timeout_seconds,
        )

    def _relay(self, private: bool, proxy: str, certificate: Path | None) -> Relayed:
        # A third of what a run's start costs, for few addresses.
        from digest.http.relayed import Relayed

        with self._lock:
            key = (private, proxy, certificate)
            if key not in self._relays:
                self._relays[key] = Relayed(
                    private=private,
                    per_host=self._gather.at_once_per_host,
                    hosts=_hosts(self._gather),
                    proxy=proxy,
                    authorities=self._authorities,
                    certificate=certificate,
                )
            return self._relays[key]

    def _proxy_for(self, target: str) -> str:
        """The address of the proxy for a request, "" for none."""
        import urllib.request

        if self._proxies is None:
            self._proxies = urllib.request.getproxies_environment()
        if not self._proxies:
            return ""
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


def _hosts(gather: Gather) -> int:
    """For how many hosts connections are kept open."""
    return max(16, gather.at_once * 2)


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
