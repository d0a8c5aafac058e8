"""Sockets that end at a deadline, whatever the other side drips.

A socket's own timeout starts anew with every byte, so that one byte every nine seconds holds a
connection for ever, also inside the header, where a client has no loop of its own to look at
the clock. These sockets ask before each read how much time the request has left. The deadline
is the thread's, not the socket's: a pooled connection serves many requests, each in one thread.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

_END: ContextVar[float | None] = ContextVar("end", default=None)
_IDLE_SECONDS: ContextVar[float] = ContextVar("idle", default=10.0)


@contextlib.contextmanager
def deadline(end: float, *, idle_seconds: float) -> Iterator[None]:
    """Bounds every read of this thread: ``end`` is on the clock of ``time.monotonic``.

    Reads past it raise TimeoutError, as do those that get no byte for ``idle_seconds``.
    """
    end_token, idle_token = _END.set(end), _IDLE_SECONDS.set(idle_seconds)
    try:
        yield
    finally:
        _END.reset(end_token)
        _IDLE_SECONDS.reset(idle_token)


def allowed_seconds() -> float:
    """How long the next read may take; raises TimeoutError when the time is up."""
    end = _END.get()
    if end is None:
        return _IDLE_SECONDS.get()
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError("the deadline has passed")
    return min(left, _IDLE_SECONDS.get())


class TimedSocket(socket.socket):
    """A plain socket whose reads keep to :func:`deadline`."""

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(allowed_seconds())
        return super().recv_into(*args, **kwargs)


class TimedSSLSocket(ssl.SSLSocket):
    """The same under TLS."""

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(allowed_seconds())
        return super().recv_into(*args, **kwargs)
