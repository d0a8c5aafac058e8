"""Requests over http.client, for all addresses that need no more: nearly every feed's.

urllib3 stands on http.client as well, and asks the same in the same words; but what it adds costs
twice what a request itself does, and a third of a run's start. It serves what is left: proxies,
and addresses that are not written in normal form (relayed.py).
"""

from __future__ import annotations

import contextlib
import http.client as wire
import re
import select
import socket
import ssl
import sys
import threading
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

from digest.http.answers import Broken, Headers, NoConnection, Unclear, UnknownHost
from digest.http.guard import Reply, connect, safe_context

# A host in lower case, a path and a query in which urllib3 would escape nothing.
_USUAL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<target>/(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-F]{2})*"
    r"(?:\?(?:[\w.~!$&'()*+,;=:@/?-]|%[0-9A-F]{2})*)?)",
    re.ASCII,
)
_PORTS = {"http": 80, "https": 443}


class Usual(NamedTuple):
    """An address in normal form, in its parts."""

    scheme: str
    host: str
    port: int
    target: str


def find_usual(url: str) -> Usual | None:
    """The parts of an address in normal form; None for any other."""
    found = _USUAL.fullmatch(url)
    if found is None or "/." in url:
        return None
    scheme, host, given, target = found.groups()
    port = int(given) if given else _PORTS[scheme]
    return Usual(scheme, host, port, target) if port < 1 << 16 else None


class _Place(NamedTuple):
    """Whom a connection leads to, and on what terms: it serves no others."""

    scheme: str
    host: str
    port: int
    private: bool
    certificate: Path | None


class _Connection(wire.HTTPConnection):
    """One connection to a judged address."""

    response_class = Reply

    def __init__(
        self, place: _Place, *, connect_seconds: float, context: ssl.SSLContext | None
    ) -> None:
        super().__init__(place.host, place.port)
        self.default_port = _PORTS[place.scheme]
        self._place = place
        self._connect_seconds = connect_seconds
        self._context = context

    def connect(self) -> None:
        """Raises UnknownHost, NoConnection, FetchError, TimeoutError, OSError and ssl.SSLError."""
        place = self._place
        try:
            opened = connect(
                place.host,
                place.port,
                private=place.private,
                timeout_seconds=self._connect_seconds,
            )
        except TimeoutError as error:
            raise TimeoutError("connect") from error
        except (socket.gaierror, UnicodeError) as error:
            raise UnknownHost(place.host) from error
        except OSError as error:
            raise NoConnection(place.host) from error
        self.sock = opened
        if self._context is not None:
            self.sock = self._context.wrap_socket(opened, server_hostname=place.host)

    def is_dropped(self) -> bool:
        """Whether the other side has ended it, or says what nobody asked for."""
        opened: socket.socket | None = self.sock
        if opened is None:
            return True
        if sys.platform == "win32":
            return bool(select.select([opened], [], [], 0)[0])
        poll = select.poll()
        poll.register(opened, select.POLLIN)
        return bool(poll.poll(0))


class Direct:
    """Requests of all threads of a run, over connections that are kept open.

    ``per_host`` connections are kept for each of the ``hosts`` last used. ``authorities`` is a PEM
    file of certificates to trust beside the system's.
    """

    def __init__(
        self, *, per_host: int, hosts: int, connect_seconds: float, authorities: Path | None
    ) -> None:
        self._per_host = per_host
        self._hosts = hosts
        self._connect_seconds = connect_seconds
        self._authorities = authorities
        self._lock = threading.Lock()
        self._contexts: dict[Path | None, ssl.SSLContext] = {}
        self._idle: OrderedDict[_Place, list[_Connection]] = OrderedDict()

    def request(
        self,
        method: str,
        address: Usual,
        headers: dict[str, str],
        *,
        private: bool,
        certificate: Path | None,
    ) -> DirectAnswer:
        """The head of the answer. A kept connection may have been closed by its server meanwhile:
        what breaks is asked once more.

        Raises UnknownHost, NoConnection, Broken, Unclear, FetchError, TimeoutError and
        ssl.SSLError.
        """
        scheme, host, port, target = address
        place = _Place(scheme, host, port, private, certificate)
        try:
            reply, connection = self._ask(self._take(place), method, target, headers)
        except Broken:
            reply, connection = self._ask(self._make(place), method, target, headers)
        return DirectAnswer(reply, connection, self)

    def clear(self) -> None:
        """Closes what is kept open."""
        with self._lock:
            idle, self._idle = self._idle, OrderedDict()
        for kept in idle.values():
            for connection in kept:
                connection.close()

    def keep(self, connection: _Connection) -> None:
        """Takes back a connection on which nothing is left."""
        place = connection._place
        with self._lock:
            kept = self._idle.setdefault(place, [])
            self._idle.move_to_end(place)
            dropped = [] if len(kept) < self._per_host else [connection]
            if not dropped:
                kept.append(connection)
            if len(self._idle) > self._hosts:
                dropped += self._idle.popitem(last=False)[1]
        for each in dropped:
            each.close()

    def _take(self, place: _Place) -> _Connection:
        """A connection that is kept for a place, else a new one."""
        while True:
            with self._lock:
                kept = self._idle.get(place)
                connection = kept.pop() if kept else None
            if connection is None:
                return self._make(place)
            if not connection.is_dropped():
                return connection
            connection.close()

    def _make(self, place: _Place) -> _Connection:
        context = None
        # Files that cannot be used are an error for http as well: they were meant to be used.
        if place.scheme == "https" or place.certificate or self._authorities:
            context = self._context_for(place.certificate)
        return _Connection(
            place,
            connect_seconds=self._connect_seconds,
            context=context if place.scheme == "https" else None,
        )

    def _context_for(self, certificate: Path | None) -> ssl.SSLContext:
        with self._lock:
            if certificate not in self._contexts:
                self._contexts[certificate] = safe_context(self._authorities, certificate)
            return self._contexts[certificate]

    def _ask(
        self, connection: _Connection, method: str, target: str, headers: dict[str, str]
    ) -> tuple[wire.HTTPResponse, _Connection]:
        try:
            if connection.sock is None:
                connection.connect()
            with contextlib.suppress(BrokenPipeError):  # it may have answered before it closed
                connection.request(method, target, headers=headers)
            return connection.getresponse(), connection
        except (TimeoutError, ssl.SSLError):
            connection.close()
            raise
        except (OSError, wire.HTTPException) as error:
            connection.close()
            raise Broken from error
        except BaseException:
            connection.close()
            raise


class DirectAnswer:
    """See :class:`digest.http.answers.Answer`."""

    def __init__(self, reply: wire.HTTPResponse, connection: _Connection, pool: Direct) -> None:
        self._reply = reply
        self._connection = connection
        self._pool = pool
        self._is_broken = False
        self.status = reply.status
        self.headers = Headers(reply.headers.items())
        stated = self.headers.get("Content-Length") or ""
        if "," in stated and not reply.chunked and len(set(map(str.strip, stated.split(",")))) > 1:
            self._is_broken = True
            self.let_go()
            raise Unclear(f"Content-Length contained multiple unmatching values ({stated})")

    def read(self, amount: int) -> bytes:
        """See :meth:`digest.http.answers.Answer.read`."""
        try:
            piece = self._reply.read(amount)
        except (TimeoutError, ssl.SSLError):
            self._is_broken = True
            raise
        except (OSError, wire.HTTPException) as error:
            self._is_broken = True
            raise Broken from error
        if not piece and self._reply.length:
            self._is_broken = True
            raise Broken from wire.IncompleteRead(b"", self._reply.length)
        return piece

    def let_go(self) -> None:
        """See :meth:`digest.http.answers.Answer.let_go`."""
        reply, connection = self._reply, self._connection
        is_done = (
            self.status == 304 or reply.length == 0 or (reply.chunked and reply.isclosed())
        ) and not self._is_broken
        reply.close()
        if is_done and connection.sock is not None:
            self._pool.keep(connection)
        else:
            connection.close()
