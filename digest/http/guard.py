"""Which addresses may be connected to: public ones only, unless the user says otherwise.

The judgement falls after name resolution, and the connection goes to the very address that
was judged, so that a name that resolves differently the second time (DNS rebinding) gains
nothing. Decimal, octal and short forms (``2130706433``, ``127.1``) are judged as what the
system makes of them.
"""

from __future__ import annotations

import contextlib
import ipaddress
import queue
import socket
import ssl
import threading
from collections.abc import Callable
from http.client import BadStatusLine, HTTPResponse, parse_headers
from pathlib import Path
from typing import Any

from digest.errors import FetchError
from digest.http.addresses import PRIVATE_FIX, find_objection
from digest.http.deadline import TimedSocket, TimedSSLSocket, allowed_seconds

_MOST_ANNOUNCEMENTS = 20


def connect(host: str, port: int, *, private: bool, timeout_seconds: float) -> socket.socket:
    """A connected socket.

    Raises FetchError when no address of the host may be used, socket.gaierror and UnicodeError
    when none is known, TimeoutError, and OSError when none can be reached.
    """
    refused = ""
    failure: OSError | None = None
    named = host.strip("[]")
    found = _resolve(named, port, min(timeout_seconds, allowed_seconds()))
    for family, kind, protocol, _, address in found:
        objection = "" if private else find_objection(str(address[0]))
        if objection:
            place = f"{address[0]} ({objection})"
            at = place if address[0] == named else f"{host} is at {place}, which"
            refused = refused or f"{at} is not public"
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
    if not refused:
        raise socket.gaierror(f"{host} has no address")
    raise FetchError(refused, fix=PRIVATE_FIX, status="blocked")


def _resolve(host: str, port: int, seconds: float) -> list[Any]:
    """The addresses of a host; raises socket.gaierror, and TimeoutError when nobody answers.

    The system's resolver cannot be told how long to take, and may wait for half a minute.
    """
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(host.partition("%")[0])
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    answers: queue.SimpleQueue[list[Any] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True, name="digest-resolve").start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError("no answer of the name server") from None
    if isinstance(answer, list):
        return answer
    raise answer


class Reply(HTTPResponse):
    """http.client takes a chunk of -1 bytes for all that ever comes, past every bound, and of the
    answers that only announce another (RFC 9110 §15.2) passes over 100 alone."""

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(_MOST_ANNOUNCEMENTS):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 102 <= status < 200:
                return version, status, reason
            parse_headers(self.fp)
        raise BadStatusLine("announcements without an answer")

    def _read_next_chunk_size(self) -> int:
        size = int(super()._read_next_chunk_size())  # type: ignore[misc]
        if size < 0:
            raise ValueError(size)  # as for any other size that is none
        return size


def safe_context(authorities: Path | None, certificate: Path | None) -> ssl.SSLContext:
    """How servers are made sure of: by the system's authorities and those of the PEM file
    ``authorities``; ``certificate`` is a PEM file with a client's own and its key.

    Raises FetchError when a PEM file cannot be used.
    """
    context = ssl.create_default_context()
    context.sslsocket_class = TimedSSLSocket
    context.set_alpn_protocols(["http/1.1"])
    _load(context.load_verify_locations, authorities, "authorities")
    _load(context.load_cert_chain, certificate, "certificate")
    return context


def _load(load: Callable[[Path], object], file: Path | None, key: str) -> None:
    if file is None:
        return
    try:
        load(file)
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FetchError(
            f"{key} {file} cannot be used: {reason}", fix="name a file in PEM form"
        ) from error
