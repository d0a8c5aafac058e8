"""What one source's server is shown besides the request: names, credentials, a certificate."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Headers for the host that the source names, and for no other: a redirect to another host,
    or from https to http, goes on without them. Values may be secrets, and no repr shows them.

    ``user_agent`` goes before that of the settings. ``certificate`` is a PEM file with a client's
    certificate and its key. ``scope`` names those to whom answers may be shown again, "" for
    everybody: what came to one with a password is kept for nobody else.
    """

    user_agent: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    certificate: Path | None = None
    scope: str = ""

    def key(self, url: str) -> str:
        """What the answer from ``url`` is kept under; no address, where it is not everybody's."""
        return f"{self.scope} {url}" if self.scope else url

    def headers_for(self, target: str, asked: str) -> dict[str, str]:
        """What may be sent to ``target`` for a source at the address ``asked``."""
        return dict(self.headers) if self.headers and may_know(target, asked) else {}


OPEN = Access()
"""What most servers are shown: nothing."""


def basic(username: str, password: str) -> str:
    """The ``Authorization`` header of RFC 7617."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode("ascii")


def bearer(token: str) -> str:
    """The ``Authorization`` header of RFC 6750."""
    return f"Bearer {token}"


def may_know(target: str, asked: str) -> bool:
    """Whether ``target`` is the server of ``asked``, reached no less safely."""
    there, here = urlsplit(target), urlsplit(asked)
    if (there.hostname or "").lower() != (here.hostname or "").lower():
        return False
    if there.scheme == here.scheme:
        return (there.port or _PORTS.get(there.scheme)) == (here.port or _PORTS.get(here.scheme))
    # From http to https of the same host is the one change that loses nothing.
    return there.scheme == "https" and here.port is None and there.port is None
